/* What the table says that functions need is what they ask for; coverage follows from it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "functions.h"
#include "simple.h"
#include "standard/watch.h"
#include "support.h"

/* ---- a device that has every slot and refuses all work ----------------------------------------------------------- */

static bool refuse(const struct xp_device *device, const xp_request *request)
{
    (void)device, (void)request;
    return false;
}

static const struct xp_device *idle_device(void)
{
    static const struct xp_device *device;
    if (!device) {
        xp_driver driver = {.size = sizeof driver};
        xp_driver_like(&driver, xp_device("host"));
        driver.name = "idle";
        driver.supports = refuse;
        device = xp_device_register("idle", &driver, NULL, NULL);
    }
    return device;
}

static const standard_row *row_named(const char *name)
{
    for (int i = 0; i < standard_n_rows; i++)
        if (strcmp(standard_rows[i].name, name) == 0)
            return &standard_rows[i];
    cr_assert(false, "there is no function %s", name);
    return NULL;
}

/* Marks in `seen`, by row, which of its needs have been asked for; any other is a failure. */
static void mark_asked(const standard_row *row, uint64_t *seen)
{
    xp_fallbacks counts = {.size = sizeof counts};
    xp_fallback entry = {.size = sizeof entry};
    cr_assert_eq(xp_fallback_counts(idle_device(), &counts), XP_OK);
    for (uint64_t i = 0; i < counts.entries; i++) {
        cr_assert_eq(xp_fallback_entry(idle_device(), (int)i, &entry), XP_OK);
        if (strncmp(entry.missing, "elementwise ", strlen("elementwise ")) == 0)
            continue;
        int k = 0;
        while (row->needs[k] && strcmp(row->needs[k], entry.missing) != 0)
            k++;
        cr_expect(row->needs[k], "%s asks for %s, which standard.def does not say", row->name, entry.missing);
        seen[row - standard_rows] |= row->needs[k] ? UINT64_C(1) << k : 0;
    }
    seen[row - standard_rows] |= UINT64_C(1) << 63;
}

static bool is_elementwise(const standard_row *row)
{
    return row->needs[0] && strncmp(row->needs[0], "elementwise ", strlen("elementwise ")) == 0;
}

static bool is_plain(const char *name)
{
    static const char *const plain[] = {"get", "set", "can_cast", "is_dtype", "result_type", "finfo", "iinfo",
                                        "broadcast_shapes"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (strcmp(plain[i], name) == 0)
            return true;
    return false;
}

CHECKED_TEST(coverage, the_table_says_what_functions_ask_for)
{
    static uint64_t seen[STANDARD_MAX_ROWS];
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    for (int line = functions_first; line <= functions_last; line++) {
        xp_scope scope = xp_scope_open();
        const functions_operands o = functions_operands_on(idle_device());
        xp_fallback_reset(idle_device());
        const char *name = functions_call(line, &o);
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == XP_OK, "%s: %s", name, xp_error_message());
        if (name)
            mark_asked(row_named(name), seen);
    }
    for (int i = 0; i < standard_n_rows; i++) {
        const standard_row *row = &standard_rows[i];
        if (is_plain(row->name) || is_elementwise(row))
            continue;
        cr_expect(seen[i] != 0, "%s has no case here", row->name);
        for (int k = 0; row->needs[k]; k++)
            cr_expect(seen[i] >> k & 1, "%s has not asked for %s", row->name, row->needs[k]);
    }
}

/* ---- coverage ---------------------------------------------------------------------------------------------------- */

static xp_coverage coverage_of(const struct xp_device *device, const char *name)
{
    xp_coverage coverage = {.size = sizeof coverage};
    for (int i = 0; i < xp_coverage_count(); i++) {
        cr_assert_eq(xp_coverage_of(device, i, &coverage), XP_OK);
        if (strcmp(coverage.function, name) == 0)
            return coverage;
    }
    cr_assert(false, "there is no function %s", name);
    return coverage;
}

static void check(const struct xp_device *device, const char *name, xp_coverage_way way, const char *by)
{
    const xp_coverage coverage = coverage_of(device, name);
    xp_assert_that(coverage.way == way && strcmp(coverage.by, by) == 0, "%s on %s: %d by %s", name,
                   xp_device_name(device), (int)coverage.way, coverage.by);
}

CHECKED_TEST(coverage, host_and_its_decorators)
{
    static const char *const names[] = {"host", "strict", "trace(host)", "trace(strict)"};
    for (int i = 0; i < 4; i++) {
        const struct xp_device *device = xp_device(names[i]);
        check(device, "add", XP_COVERAGE_GENERIC, "");
        check(device, "sum", XP_COVERAGE_GENERIC, "");
        check(device, "finfo", XP_COVERAGE_GENERIC, "");
        check(device, "matmul", XP_COVERAGE_DELEGATED, "OpenBLAS");
        check(device, "linalg.matmul", XP_COVERAGE_DELEGATED, "OpenBLAS");
        check(device, "linalg.eig", XP_COVERAGE_DELEGATED, "LAPACK");
    }
    check(NULL, "linalg.solve", XP_COVERAGE_DELEGATED, "LAPACK");
}

CHECKED_TEST(coverage, a_driver_without_slots)
{
    check(simple_device(), "add", XP_COVERAGE_GENERIC, "");
    check(simple_device(), "mean", XP_COVERAGE_GENERIC, "");
    check(simple_device(), "matmul", XP_COVERAGE_FALLBACK, "matmul");
    check(simple_device(), "linalg.svd", XP_COVERAGE_FALLBACK, "factor svd");
    check(idle_device(), "add", XP_COVERAGE_FALLBACK, "elementwise add");
    check(idle_device(), "astype", XP_COVERAGE_FALLBACK, "elementwise cast");
    check(idle_device(), "reshape", XP_COVERAGE_GENERIC, "");
}

static xp_array *own_sum(xp_array *x, xp_over over)
{
    return xp_generic_namespace(xp_device_of(x))->sum(x, over);
}

static xp_array *own_svdvals(xp_array *x)
{
    return xp_generic_namespace(xp_device_of(x))->linalg->svdvals(x);
}

CHECKED_TEST(coverage, functions_of_the_devices_own)
{
    const xp_linalg linalg = {.size = sizeof linalg, .svdvals = own_svdvals};
    const xp_namespace native = {.size = sizeof native, .sum = own_sum, .linalg = &linalg};
    xp_driver driver = simple_driver;
    driver.native = &native;
    const struct xp_device *device = xp_device_register("native", &driver, NULL, NULL);
    check(device, "sum", XP_COVERAGE_NATIVE, "");
    check(device, "linalg.svdvals", XP_COVERAGE_NATIVE, "");
    check(device, "prod", XP_COVERAGE_GENERIC, "");
    check(device, "linalg.svd", XP_COVERAGE_FALLBACK, "factor svd");
}

CHECKED_TEST(coverage, the_text_has_a_line_for_each_function)
{
    char *text = xp_coverage_text(simple_device());
    cr_assert(text);
    cr_assert(strstr(text, "\nadd                             generic\n"), "%s", text);
    cr_assert(strstr(text, "\nlinalg.svd                      host fallback: no factor svd\n"), "%s", text);
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    cr_assert_eq(lines, xp_coverage_count() + 2);
    xp_text_free(text);
}

CHECKED_TEST(coverage, questions_that_make_no_sense)
{
    xp_coverage coverage = {.size = sizeof coverage};
    xp_assert_fails(xp_coverage_of(NULL, 0, NULL), XP_ERROR_VALUE, "coverage_of: coverage has no size");
    xp_assert_fails(xp_coverage_of(NULL, -1, &coverage), XP_ERROR_VALUE, "coverage_of: there is no number -1");
    xp_assert_fails(xp_coverage_of(NULL, xp_coverage_count(), &coverage), XP_ERROR_VALUE, NULL);
}
