/* Loops over providers, dtypes and failing allocations; counts of what is alive and what was moved; failure handlers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "testing/harness.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/dtype.h"
#include "driver.h"
#include "providers/strict/strict.h"
#include "scixp/testing.h"
#include "scixp/xp/namespace.h"
#include "testing/text.h"

/* ---- handlers ---------------------------------------------------------------------------------------------------- */

static xp_test_handler *handler;
static void *handler_context;

void xp_test_set_handler(xp_test_handler *new_handler, void *context)
{
    handler = new_handler;
    handler_context = context;
}

bool xp_test_report(xp_test_event event, const char *file, int line, const char *text)
{
    if (!handler)
        return false;
    handler(handler_context, event, file, line, text);
    return true;
}

/* ---- providers --------------------------------------------------------------------------------------------------- */

/* Who takes part unless XP_PROVIDERS names others; trace stands for trace(host). Devices compile each kernel that a test
 * meets for the first time, so they have runs of their own. */
static const char all_providers[] = "host,strict,trace";

static _Thread_local char current_provider[48];

/* Why this turn is to fail, or NULL; and whether it has. */
static _Thread_local const char *expected_reason;
static _Thread_local bool expected_came;

const char *test_current_provider(void)
{
    return current_provider;
}

/* Copies the name at *position of the comma-separated list and moves on; false at the list's end. */
static bool next_name(const char *list, int *position, char name[48])
{
    const char *from = list + *position;
    from += strspn(from, ", ");
    size_t length = strcspn(from, ", ");
    *position = (int)(from + length - list);
    snprintf(name, 48, "%.*s", length < 47 ? (int)length : 47, from);
    return length > 0;
}

static const struct xp_device *find_device(const char *name)
{
    xp_try attempt = xp_try_open();
    const struct xp_device *device = xp_device(strcmp(name, "trace") == 0 ? "trace(host)" : name);
    xp_status status = xp_try_close(attempt, NULL);
    return status == XP_OK ? device : NULL;
}

static bool fail_loop(xp_test_loop *loop, const char *format, const char *name)
{
    current_provider[0] = '\0';
    test_text_begin();
    if (name)
        test_text_add(format, name);
    else
        test_text_add("%s", format);
    loop->problem = test_text();
    return false;
}

/* The text of the failure that a turn ends with which had to fail and did not; NULL otherwise. */
static const char *end_turn(void)
{
    const char *reason = expected_came ? NULL : expected_reason;
    expected_reason = NULL;
    expected_came = false;
    if (!reason)
        return NULL;
    test_text_begin();
    test_text_add("nothing has failed, but a failure was expected: %s", reason);
    return test_text();
}

bool xp_test_next_provider(xp_test_loop *loop)
{
    const char *wanted = getenv("XP_PROVIDERS");
    bool is_narrowed = wanted && wanted[0];
    const char *list = is_narrowed ? wanted : all_providers;
    char name[48];
    loop->problem = end_turn();
    if (loop->turns == 0) /* what an earlier loop has left */
        loop->problem = NULL;
    while (next_name(list, &loop->position, name)) {
        loop->device = find_device(name);
        if (!loop->device && is_narrowed)
            return fail_loop(loop, "XP_PROVIDERS names %s, which is not present", name);
        if (!loop->device)
            continue;
        snprintf(current_provider, sizeof current_provider, "%s", xp_device_name(loop->device));
        loop->turns += 1;
        return true;
    }
    current_provider[0] = '\0';
    return loop->turns > 0 ? false : fail_loop(loop, "no provider is present", NULL);
}

void xp_test_expect_failure(const char *reason)
{
    expected_reason = reason;
    expected_came = false;
}

const char *xp_test_expected(const char *failure)
{
    if (!expected_reason || expected_came)
        return expected_reason ? "" : NULL;
    expected_came = true;
    char first[1024]; /* `failure` begins with the provider's name, as the note does */
    const char *text = failure[0] == '[' && strchr(failure, ' ') ? strchr(failure, ' ') + 1 : failure;
    snprintf(first, sizeof first, "%s", text);
    test_text_begin();
    test_text_add("failed as expected: %s\n  %s", expected_reason, first);
    return test_text();
}

const char *xp_test_passed_over(const char *reason)
{
    test_text_begin();
    test_text_add("passed over: %s", reason);
    return test_text();
}

/* ---- what devices are and can ------------------------------------------------------------------------------------ */

bool xp_test_is(const struct xp_device *device, const char *provider)
{
    const char *name = xp_device_name(device);
    return strcspn(name, ":(") == strlen(provider) && strncmp(name, provider, strlen(provider)) == 0;
}

bool xp_test_can(const struct xp_device *device, xp_test_capability what)
{
    const xp_namespace *xp = xp_device_namespace(device);
    const xp_driver *driver = xp->device->driver;
    switch (what) {
    case XP_TEST_HOST_MEMORY: return driver->host_pointer;
    case XP_TEST_KERNELS: return driver->launch;
    case XP_TEST_MATMUL: return driver->matmul;
    case XP_TEST_LINALG: return driver->factor;
    case XP_TEST_INDEXING: return driver->gather;
    case XP_TEST_MASKS: return driver->count_mask && driver->mask_positions && xp->info->capabilities().boolean_indexing;
    case XP_TEST_RANDOM: return driver->draw;
    case XP_TEST_BEYOND_STANDARD: return !driver->standard_only;
    }
    return false;
}

/* ---- dtypes ------------------------------------------------------------------------------------------------------ */

/* Of the dtypes in `set` those that XP_TEST_ONLY names; all of them if it names none that is there. */
static unsigned wanted_dtypes(unsigned set)
{
    const char *list = getenv("XP_TEST_ONLY");
    unsigned named = 0;
    int position = 0;
    char name[48];
    while (list && next_name(list, &position, name))
        for (int dtype = XP_BOOL; dtype < XP_N_DTYPES; dtype++)
            if (strcmp(name, xp_dtype_name(dtype)) == 0)
                named |= 1u << dtype;
    return set & named ? set & named : set;
}

xp_dtype xp_test_next_dtype(xp_dtype dtype, unsigned set)
{
    set = wanted_dtypes(set);
    for (int next = dtype + 1; next < XP_N_DTYPES; next++)
        if (set >> next & 1)
            return (xp_dtype)next;
    return XP_DEFAULT_DTYPE;
}

const char *xp_test_dtype_name(xp_dtype dtype)
{
    return dtype > XP_DEFAULT_DTYPE && dtype < XP_N_DTYPES ? xp_dtype_name(dtype) : "default";
}

/* ---- failing allocations, leaks ---------------------------------------------------------------------------------- */

/* Whether the allocation that was armed last had failed when it was switched off. */
static bool had_fired;

void xp_test_fault_arm(int64_t n)
{
    had_fired = n == 0 && xp_test_fault_fired();
    xp_fault_arm(n);
}

bool xp_test_fault_fired(void)
{
    return had_fired || xp_fault_fired();
}

xp_test_live xp_test_live_now(void)
{
    return (xp_test_live){xp_live_arrays(), xp_live_buffers(), xp_live_nodes()};
}

static bool leaks(xp_test_live before, xp_test_live now)
{
    return now.arrays > before.arrays || now.buffers > before.buffers || now.nodes > before.nodes;
}

static void add_leaks(xp_test_live before, xp_test_live now)
{
    test_text_add("%" PRId64 " arrays, %" PRId64 " buffers and %" PRId64 " nodes are alive, expected %" PRId64
                  ", %" PRId64 " and %" PRId64,
                  now.arrays, now.buffers, now.nodes, before.arrays, before.buffers, before.nodes);
}

const char *xp_test_leaks(xp_test_live before)
{
    xp_test_live now = xp_test_live_now();
    if (!leaks(before, now))
        return NULL;
    test_text_begin();
    add_leaks(before, now);
    return test_text();
}

bool xp_test_next_fault(xp_test_faults *faults)
{
    const bool fired = xp_test_fault_fired(), is_first = !faults->is_rehearsed;
    xp_test_fault_arm(0);
    faults->problem = NULL;
    if (!is_first) {
        xp_test_live now = xp_test_live_now();
        if (leaks(faults->before, now)) {
            test_text_begin();
            if (faults->round > 0)
                test_text_add("after allocation %" PRId64 " failed, ", faults->round);
            add_leaks(faults->before, now);
            faults->problem = test_text();
        }
        if (faults->problem || (faults->round > 0 && !fired))
            return false;
        faults->round++;
    }
    xp_test_fault_arm(is_first ? INT64_MAX : faults->round); /* one far away forgets what fired before */
    faults->before = xp_test_live_now();
    faults->is_rehearsed = true;
    return true;
}

/* ---- counts ------------------------------------------------------------------------------------------------------ */

xp_counts xp_test_counts(const struct xp_device *trace)
{
    xp_counts counts = {.size = sizeof counts};
    if (xp_trace_counts(trace, &counts) != XP_OK)
        return (xp_counts){.size = sizeof counts};
    return counts;
}

const char *xp_test_transfers(const struct xp_device *trace)
{
    xp_counts counts = xp_test_counts(trace);
    if (counts.uploads == 0 && counts.downloads == 0)
        return NULL;
    test_text_begin();
    test_text_add("%" PRIu64 " uploads (%" PRIu64 " bytes) and %" PRIu64 " downloads (%" PRIu64
                  " bytes), expected none",
                  counts.uploads, counts.bytes_uploaded, counts.downloads, counts.bytes_downloaded);
    return test_text();
}

bool xp_test_explain_address(const void *address, char *text, size_t bytes)
{
    return strict_explain(address, text, bytes);
}

/* ---- outcomes ---------------------------------------------------------------------------------------------------- */

const char *xp_test_text(const char *condition, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    test_text_begin();
    test_text_add("%s: %s", condition, message);
    return test_text();
}

const char *xp_test_ok(const xp_array *x)
{
    if (xp_ok(x))
        return NULL;
    test_text_begin();
    if (x)
        test_text_add("the array has failed: %s", xp_error_message());
    else
        test_text_add("there is no array: NULL");
    return test_text();
}

const char *xp_test_closes(xp_scope scope)
{
    xp_status status = xp_scope_close(scope);
    if (status == XP_OK)
        return NULL;
    test_text_begin();
    test_text_add("the scope has failed with code %d: %s", (int)status, xp_error_message());
    return test_text();
}

const char *xp_test_fails(xp_try attempt, xp_status code, const char *message, const char *expression)
{
    char found[512];
    snprintf(found, sizeof found, "%s", xp_error_message());
    xp_status status = xp_try_close(attempt, NULL);
    bool is_right = status == code && (!message || !message[0] || strcmp(message, found) == 0);
    if (is_right && code != XP_OK)
        return NULL;
    test_text_begin();
    if (status == XP_OK)
        test_text_add("%s should have failed with code %d: %s", expression, (int)code, message ? message : "");
    else
        test_text_add("%s failed with code %d: %s\n  expected code %d: %s", expression, (int)status, found, (int)code,
                      message ? message : "");
    return test_text();
}
