/* The flags of the strict devices: from the environment, of the process, of a thread.
 *
 * All flags fit into one word, so that they are read and set at once. The word 0 says that nothing is set.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scixp/xp/scope.h"
#include "scixp/xp/strict.h"

#define ALL_EXTENSIONS (XP_EXTENSION_LINALG | XP_EXTENSION_FFT)

static _Atomic uint64_t for_process;
static _Thread_local uint64_t for_thread;
static uint64_t from_environment;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint64_t packed(const xp_strict_flags *flags)
{
    return (uint64_t)flags->api_version << 32 | (uint64_t)flags->enabled_extensions << 2 |
           (uint64_t)flags->data_dependent_shapes << 1 | (uint64_t)flags->boolean_indexing;
}

static xp_strict_flags unpacked(uint64_t word)
{
    return (xp_strict_flags){.size = sizeof(xp_strict_flags),
                             .api_version = (int32_t)(word >> 32),
                             .boolean_indexing = word & 1,
                             .data_dependent_shapes = word >> 1 & 1,
                             .enabled_extensions = (uint32_t)word >> 2};
}

/* ---- the environment --------------------------------------------------------------------------------------------- */

static bool is_version(int32_t version)
{
    return version >= 202112 && version <= 202512 && version % 100 == 12;
}

static void warn_of(const char *name, const char *value)
{
    char text[160];
    snprintf(text, sizeof text, "%s=%.60s is not understood: it is passed over", name, value);
    xp_warn(text);
}

static void read_version(xp_strict_flags *flags)
{
    static const char name[] = "SCIXP_STRICT_API_VERSION";
    const char *value = getenv(name);
    int year, month, end = 0;
    if (!value)
        return;
    if (sscanf(value, "%4d.%2d%n", &year, &month, &end) == 2 && !value[end] && is_version(100 * year + month))
        flags->api_version = 100 * year + month;
    else
        warn_of(name, value);
}

static void read_switch(const char *name, bool *flag)
{
    const char *value = getenv(name);
    if (!value)
        return;
    if (strcmp(value, "0") == 0 || strcmp(value, "1") == 0)
        *flag = value[0] == '1';
    else
        warn_of(name, value);
}

static void read_extensions(xp_strict_flags *flags)
{
    static const char name[] = "SCIXP_STRICT_ENABLED_EXTENSIONS";
    static const struct {
        const char *value;
        uint32_t extensions;
    } lists[] = {{"none", 0},
                 {"linalg", XP_EXTENSION_LINALG},
                 {"fft", XP_EXTENSION_FFT},
                 {"linalg,fft", ALL_EXTENSIONS},
                 {"fft,linalg", ALL_EXTENSIONS}};
    const char *value = getenv(name);
    if (!value)
        return;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strcmp(value, lists[i].value) != 0)
            continue;
        flags->enabled_extensions = lists[i].extensions;
        return;
    }
    warn_of(name, value);
}

static void read_environment(void)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    read_version(&flags);
    read_switch("SCIXP_STRICT_BOOLEAN_INDEXING", &flags.boolean_indexing);
    read_switch("SCIXP_STRICT_DATA_DEPENDENT_SHAPES", &flags.data_dependent_shapes);
    read_extensions(&flags);
    from_environment = packed(&flags);
}

/* ---- the interface ----------------------------------------------------------------------------------------------- */

xp_strict_flags xp_strict_flags_defaults(void)
{
    return (xp_strict_flags){.size = sizeof(xp_strict_flags),
                             .api_version = 202512,
                             .boolean_indexing = true,
                             .data_dependent_shapes = true,
                             .enabled_extensions = ALL_EXTENSIONS};
}

xp_strict_flags xp_strict_flags_now(void)
{
    if (for_thread)
        return unpacked(for_thread);
    uint64_t word = atomic_load(&for_process);
    if (word)
        return unpacked(word);
    pthread_once(&once, read_environment);
    return unpacked(from_environment);
}

/* The flags as one word, or 0 with an error recorded. What an older caller does not know keeps its default. */
static uint64_t checked(const xp_strict_flags *given, const char *function)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    if (!given || given->size == 0) {
        xp_fail(XP_ERROR_VALUE, function, "flags", "%s: flags are not given, or have size 0", function);
        return 0;
    }
    memcpy(&flags, given, given->size < sizeof flags ? given->size : sizeof flags);
    if (!is_version(flags.api_version))
        xp_fail(XP_ERROR_VALUE, function, "flags", "%s: there is no version %d of the standard", function,
                (int)flags.api_version);
    else if (flags.enabled_extensions & ~(uint32_t)ALL_EXTENSIONS)
        xp_fail(XP_ERROR_VALUE, function, "flags", "%s: unknown extensions 0x%x", function,
                (unsigned)flags.enabled_extensions);
    else
        return packed(&flags);
    return 0;
}

xp_status xp_set_strict_flags(const xp_strict_flags *flags)
{
    uint64_t word = flags ? checked(flags, "set_strict_flags") : 0;
    if (flags && !word)
        return XP_ERROR_VALUE;
    atomic_store(&for_process, word);
    return XP_OK;
}

xp_strict_guard xp_strict_begin(const xp_strict_flags *flags)
{
    const xp_strict_guard guard = {for_thread};
    uint64_t word = checked(flags, "strict_begin");
    if (word)
        for_thread = word;
    return guard;
}

void xp_strict_end(xp_strict_guard guard)
{
    for_thread = guard.before;
}
