/* Clauses of the standard's text, each with the check that it holds, run on every provider and counted; and on strict
 * devices with other defaults, or without some dtypes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "chapters.h"

#include <stdlib.h>
#include <string.h>

static struct {
    const clause *clause;
    const struct xp_device *device;
    unsigned dtypes; /* that the device has */
    support_random random;
    long long results, failures;
    const void *last; /* clause that a failure was written of */
    char text[4096];
} now;

/* ---- what checks call -------------------------------------------------------------------------------------------- */

void clause_count(void)
{
    now.results++;
}

support_random *clause_random(void)
{
    return &now.random;
}

bool clause_draws(int one_in)
{
    return support_integer(&now.random, 0, one_in) == 0;
}

model clause_model(xp_dtype dtype, xp_shape shape)
{
    return model_random(&now.random, dtype, shape);
}

xp_array *clause_array(const model *x, const struct xp_device *device)
{
    return model_array(x, device, &now.random);
}

const char *clause_differs(xp_array *actual, const model *expected, double tolerance)
{
    const char *difference = model_differs(actual, expected, tolerance);
    if (difference || xp_device_of(actual) == now.device)
        return difference;
    return xp_test_text("device", "%s", xp_device_name(xp_device_of(actual)));
}

xp_dtype clause_next_dtype(xp_dtype dtype, unsigned set)
{
    return xp_test_next_dtype(dtype, set & now.dtypes);
}

bool clause_is_strict(const struct xp_device *device)
{
    return !xp_test_can(device, XP_TEST_BEYOND_STANDARD);
}

/* ---- running them ------------------------------------------------------------------------------------------------ */

/* The first failures of some clauses; the others are counted. */
static void hear(void *context, xp_test_event event, const char *file, int line, const char *text)
{
    (void)context;
    if (event != XP_TEST_FAILURE)
        return;
    now.failures++;
    const char *name = strrchr(file, '/');
    const size_t used = strlen(now.text);
    if (now.clause == now.last)
        return;
    now.last = now.clause;
    snprintf(now.text + used, sizeof now.text - used, "\n  %s: %s\n    on %s, %s:%d: %s", now.clause->function,
             now.clause->text, xp_device_name(now.device), name ? name + 1 : file, line, text);
}

static void check_clause(const clause *one, const struct xp_device *device)
{
    now.clause = one;
    now.device = device;
    now.random.state = 20251200;
    const long long before = now.results;
    xp_scope scope = xp_scope_open();
    one->check(device);
    xp_assert_closes(scope);
    xp_assert_that(now.results > before, "nothing was checked");
    model_release();
}

/* Whether a name is one of those before `end` in the lists of names that the rows up to `last` have. */
static bool is_listed(const char *name, size_t length, const clause *rows, const clause *last, const char *end)
{
    for (const clause *row = rows; row <= last; row++)
        for (const char *other = row->function; *other && !(row == last && other == end);) {
            const size_t n = strcspn(other, ",");
            if (n == length && memcmp(other, name, n) == 0)
                return true;
            other += n + strspn(other + n, ", ");
        }
    return false;
}

/* How many functions the rows name. */
static int count_functions(const clause *rows, int count)
{
    int functions = 0;
    for (int i = 0; i < count; i++)
        for (const char *name = rows[i].function; *name;) {
            const size_t n = strcspn(name, ",");
            functions += !is_listed(name, n, rows, &rows[i], name);
            name += n + strspn(name + n, ", ");
        }
    return functions;
}

static void check_device(const clause *clauses, int count, const struct xp_device *device)
{
    xp_dtype dtypes[XP_N_DTYPES];
    const int n_dtypes = xp_info_dtypes(XP_KIND_ANY, dtypes, XP_N_DTYPES, device);
    now.dtypes = 0;
    for (int i = 0; i < n_dtypes; i++)
        now.dtypes |= XP_TEST_DTYPE(dtypes[i]);
    xp_test_set_handler(hear, NULL);
    for (int i = 0; i < count; i++)
        check_clause(&clauses[i], device);
    xp_test_set_handler(NULL, NULL);
}

void check_clauses(const char *chapter, const clause *clauses, int count)
{
    static const char *const lesser[] = {"strict:device2", "strict:no_float64", "strict:no_x64"};
    int devices = 0;
    memset(&now, 0, sizeof now);
    XP_TEST_PROVIDERS(device)
    {
        devices++;
        check_device(clauses, count, device);
    }
    for (int i = 0; i < 3 && !getenv("XP_PROVIDERS"); i++) {
        devices++;
        check_device(clauses, count, xp_device(lesser[i]));
    }
    cr_assert(now.failures == 0, "%lld results of %lld are not the standard's:%s", now.failures, now.results, now.text);
    support_report("%s: %d clauses of %d functions, %lld results on %d devices", chapter, count,
                   count_functions(clauses, count), now.results, devices);
}
