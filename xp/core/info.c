/* What there is: the library's version and build, and what its parts have to tell.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/info.h"

#include <pthread.h>

#include "core/alloc.h"
#include "core/registry.h"
#include "core/version.h" /* made when the build is configured */
#include "scixp/xp/info.h"

#define MOST_SOURCES 32

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the two below */
static struct {
    xp_info_heading heading;
    xp_info_source *source;
} sources[MOST_SOURCES];
static int n_sources;

/* ---- text -------------------------------------------------------------------------------------------------------- */

char *xp_info_take(xp_builder *text, const char *function)
{
    char *taken = xp_builder_take(text);
    if (!taken)
        xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
    return taken;
}

void xp_text_free(char *text) { xp_dealloc(text); }

/* ---- sources ----------------------------------------------------------------------------------------------------- */

void xp_info_tell(xp_info_heading heading, xp_info_source *source)
{
    pthread_mutex_lock(&mutex);
    bool is_new = n_sources < MOST_SOURCES;
    for (int i = 0; i < n_sources && is_new; i++)
        is_new = sources[i].heading != heading || sources[i].source != source;
    if (is_new) {
        sources[n_sources].heading = heading;
        sources[n_sources++].source = source;
    }
    pthread_mutex_unlock(&mutex);
}

/* The lines under a heading. Sources are only ever added, so they can be called without the mutex. */
static void add_heading(xp_builder *text, xp_info_heading heading, const char *title)
{
    pthread_mutex_lock(&mutex);
    const int count = n_sources;
    pthread_mutex_unlock(&mutex);
    xp_builder_addf(text, "%s\n", title);
    const size_t before = text->length;
    for (int i = 0; i < count; i++)
        if (sources[i].heading == heading)
            sources[i].source(text);
    if (text->length == before)
        xp_builder_addf(text, "  none\n");
}

/* ---- the library ------------------------------------------------------------------------------------------------- */

static void add_version(xp_builder *text)
{
    xp_builder_addf(text, "SciXP %s\n", SCIXP_VERSION);
#if defined(__VERSION__)
    xp_builder_addf(text, XP_INFO_LINE "%s\n", "compiler", __VERSION__);
#endif
#if defined(__OPTIMIZE__)
    xp_builder_addf(text, XP_INFO_LINE "on\n", "optimisation");
#else
    xp_builder_addf(text, XP_INFO_LINE "off\n", "optimisation");
#endif
#if defined(NDEBUG)
    xp_builder_addf(text, XP_INFO_LINE "off\n", "assertions");
#else
    xp_builder_addf(text, XP_INFO_LINE "on\n", "assertions");
#endif
#if defined(__SANITIZE_ADDRESS__)
    xp_builder_addf(text, XP_INFO_LINE "addresses\n", "sanitizer");
#endif
}

static void tell_memory(xp_builder *text)
{
    const double mebibyte = 1048576;
    xp_builder_addf(text, XP_INFO_LINE "%.1f MiB in arrays, %.1f MiB kept for reuse of at most %.0f MiB\n",
                    "host memory", (double)xp_memory_live() / mebibyte, (double)xp_memory_pooled() / mebibyte,
                    (double)xp_pool_bound() / mebibyte);
}

char *xp_info_text(void)
{
    xp_builder text = {0};
    (void)xp_device_namespace(NULL); /* the host tells of itself once it is open */
    device_tell();
    xp_info_tell(XP_INFO_CACHES, tell_memory);
    add_version(&text);
    add_heading(&text, XP_INFO_DEVICES, "devices");
    add_heading(&text, XP_INFO_PLUGINS, "plug-ins");
    add_heading(&text, XP_INFO_LIBRARIES, "libraries");
    add_heading(&text, XP_INFO_CACHES, "caches");
    return xp_info_take(&text, "info_text");
}
