/* How a device does each function: by itself, by a vendor's library, by programs and slots, or not at all.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/info.h"
#include "core/registry.h"
#include "driver.h"
#include "graph/fallback.h"
#include "graph/request.h"
#include "scixp/xp/info.h"
#include "standard/watch.h"

#define N_APART 2 /* rows of functions that are in no table: get and set */

typedef void any_function(void);

int xp_coverage_count(void) { return standard_n_rows - N_APART; }

/* ---- one function ------------------------------------------------------------------------------------------------ */

static any_function *function_at(const standard_tables *tables, size_t place)
{
    any_function *function;
    memcpy(&function, (const char *)tables + place, sizeof function);
    return function;
}

/* Whether the driver's own function stands in the place of the generic one. */
static bool is_native(const struct xp_device *device, const standard_row *row)
{
    const standard_tables *tables = (const standard_tables *)device->xp;
    const standard_tables *generic = (const standard_tables *)xp_generic_namespace(device);
    if (!device->driver->native)
        return false;
    if (tables->beneath)
        tables = tables->beneath;
    return function_at(tables, row->place) != function_at(generic, row->place);
}

/* Looks at one thing that a function may ask for; the worst decides. */
static void look_at(const char *words, const struct xp_device *device, xp_coverage *coverage)
{
    xp_request request;
    if (!xp_request_read(words, device, &request))
        return;
    const char *library = device->driver->delegates ? device->driver->delegates(device, &request) : NULL;
    if (!xp_offers(device, &request)) {
        coverage->way = XP_COVERAGE_FALLBACK;
        coverage->by = words;
    } else if (library) {
        coverage->way = XP_COVERAGE_DELEGATED;
        coverage->by = library;
    }
}

xp_status xp_coverage_of(const struct xp_device *device, int number, xp_coverage *coverage)
{
    device = device ? device : xp_device(NULL);
    if (!device)
        return XP_ERROR_DEVICE;
    if (!coverage || coverage->size < sizeof coverage->size) {
        xp_fail_message(XP_ERROR_VALUE, "coverage_of", "coverage", "coverage_of: coverage has no size");
        return XP_ERROR_VALUE;
    }
    if (number < 0 || number >= xp_coverage_count()) {
        xp_fail(XP_ERROR_VALUE, "coverage_of", "number", "coverage_of: there is no number %d", number);
        return XP_ERROR_VALUE;
    }
    const standard_row *row = &standard_rows[N_APART + number];
    xp_coverage found = {coverage->size, row->name, XP_COVERAGE_GENERIC, ""};
    if (!row->needs)
        found.way = XP_COVERAGE_ABSENT;
    else if (is_native(device, row))
        found.way = XP_COVERAGE_NATIVE;
    else
        for (int i = 0; row->needs[i] && found.way != XP_COVERAGE_FALLBACK; i++)
            look_at(row->needs[i], device, &found);
    memcpy(coverage, &found, found.size < sizeof found ? (size_t)found.size : sizeof found);
    return XP_OK;
}

/* ---- as text ----------------------------------------------------------------------------------------------------- */

static void add_counts(xp_builder *text, const struct xp_device *device)
{
    static const char *const words[] = {"native", "delegated", "generic", "on the host", "absent"};
    int counts[5] = {0};
    xp_coverage coverage = {.size = sizeof coverage};
    for (int i = 0; i < xp_coverage_count() && xp_coverage_of(device, i, &coverage) == XP_OK; i++)
        counts[coverage.way]++;
    xp_builder_addf(text, "%s: %d functions", device->name, xp_coverage_count());
    for (int way = 0; way < 5; way++)
        if (counts[way] > 0)
            xp_builder_addf(text, ", %d %s", counts[way], words[way]);
    xp_builder_addf(text, "\n\n");
}

char *xp_coverage_text(const struct xp_device *device)
{
    static const char *const words[] = {"native", "delegated to ", "generic", "host fallback: no ",
                                        "not in this build"};
    device = device ? device : xp_device(NULL);
    if (!device)
        return NULL;
    xp_builder text = {0};
    xp_coverage coverage = {.size = sizeof coverage};
    add_counts(&text, device);
    for (int i = 0; i < xp_coverage_count() && xp_coverage_of(device, i, &coverage) == XP_OK; i++)
        xp_builder_addf(&text, "%-32s%s%s\n", coverage.function, words[coverage.way], coverage.by);
    return xp_info_take(&text, "coverage_text");
}
