/* Clauses of the standard's text: each one is checked on every device, for every dtype that it is about.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "clauses.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* What all clauses together have come to. */
static struct {
    long long results, failures;
    const clause *last; /* that did not hold */
    int told;           /* times, of it */
    char text[6000];
} tally;

static long long seed; /* of the case that is being checked */

/* ---- failures ---------------------------------------------------------------------------------------------------- */

static void shape_text(int ndim, const int64_t *shape, char text[96])
{
    size_t used = (size_t)snprintf(text, 96, "(");
    for (int i = 0; i < ndim && used < 80; i++)
        used += (size_t)snprintf(text + used, 96 - used, i ? ", %lld" : "%lld", (long long)shape[i]);
    snprintf(text + used, 96 - used, ")");
}

/* The first three failures of each clause are told. */
static void note_failure(const situation *s, const char *what)
{
    char shape[96];
    const size_t used = strlen(tally.text);
    tally.failures++;
    tally.told = tally.last == s->clause ? tally.told + 1 : 0;
    tally.last = s->clause;
    if (tally.told >= 3)
        return;
    shape_text(s->ndim, s->shape, shape);
    snprintf(tally.text + used, sizeof tally.text - used, "\n  %s: %s\n    %s of shape %s on %s, seed %lld: %s",
             s->clause->function, s->clause->text, xp_test_dtype_name(s->dtype), shape, xp_device_name(s->device), seed,
             what);
}

void clause_that(const situation *s, bool condition, const char *format, ...)
{
    char text[400];
    tally.results++;
    if (condition)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    note_failure(s, text);
}

/* ---- results ----------------------------------------------------------------------------------------------------- */

static bool is_near(long double got, long double wanted, long double slack, bool signs)
{
    if (isnan(wanted) || isnan(got))
        return isnan(wanted) && isnan(got);
    if (signs && got == 0 && wanted == 0)
        return signbit(got) == signbit(wanted);
    return got == wanted || fabsl(got - wanted) <= slack;
}

static bool has_form(const situation *s, xp_array *result, const sample *expected)
{
    char got[96], wanted[96];
    if (!xp_ok(result)) {
        clause_that(s, false, "failed: %s", xp_error_message());
        xp_error_clear();
        return false;
    }
    shape_text(xp_ndim(result), xp_extents(result), got);
    shape_text(expected->ndim, expected->shape, wanted);
    const bool same = strcmp(got, wanted) == 0 && xp_dtype_of(result) == expected->dtype;
    clause_that(s, same, "gave %s of shape %s, expected %s of shape %s", xp_test_dtype_name(xp_dtype_of(result)), got,
                xp_test_dtype_name(expected->dtype), wanted);
    clause_that(s, xp_device_of(result) == s->device, "the result is on another device");
    return same;
}

static void compare(const situation *s, xp_array *result, const sample *expected, bool signs)
{
    if (!has_form(s, result, expected))
        return;
    const sample got = sample_download(result);
    for (int64_t i = 0; i < got.size; i++) {
        const sample_number y = got.at[i], wanted = expected->at[i];
        const bool fits =
            is_near(y.re, wanted.re, wanted.slack, signs) && is_near(y.im, wanted.im, wanted.slack, signs);
        clause_that(s, fits, "element %lld is (%.20Lg, %.20Lg), expected (%.20Lg, %.20Lg) +- %.3Lg", (long long)i, y.re,
                    y.im, wanted.re, wanted.im, wanted.slack);
        if (!fits)
            return;
    }
}

void clause_equal(const situation *s, xp_array *result, const sample *expected)
{
    compare(s, result, expected, false);
}

void clause_same(const situation *s, xp_array *result, const sample *expected)
{
    compare(s, result, expected, true);
}

void clause_number(const situation *s, xp_array *result, xp_dtype dtype, long double expected)
{
    sample one = sample_of_shape(dtype, 0, NULL);
    one.at[0] = (sample_number){.re = expected};
    clause_equal(s, result, &one);
}

/* ---- operands ---------------------------------------------------------------------------------------------------- */

sample clause_draw(const situation *s, sample_range range)
{
    return sample_draw(s->random, range, s->dtype, s->ndim, s->shape);
}

xp_array *clause_array(const situation *s, const sample *x)
{
    return sample_array(s->random, x, s->device);
}

xp_dtype clause_index_dtype(const situation *s)
{
    return xp_info_default_dtypes(s->device).indexing;
}

xp_dtype clause_sum_dtype(const situation *s, xp_dtype dtype)
{
    const bool is_wide = xp_info_default_dtypes(s->device).integral == XP_INT64;
    if (sample_is(dtype, XP_TEST_SIGNED))
        return is_wide || dtype == XP_INT64 ? XP_INT64 : XP_INT32;
    if (sample_is(dtype, XP_TEST_UNSIGNED))
        return is_wide || dtype == XP_UINT64 ? XP_UINT64 : XP_UINT32;
    return dtype;
}

bool clause_has(const situation *s, xp_dtype dtype)
{
    xp_dtype dtypes[XP_N_DTYPES];
    const int count = xp_info_dtypes(XP_KIND_ANY, dtypes, XP_N_DTYPES, s->device);
    for (int i = 0; i < count; i++)
        if (dtypes[i] == dtype)
            return true;
    return false;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* Without a dimension, empty in each place, up to six dimensions, long ones. */
static const struct {
    int ndim;
    int64_t shape[SAMPLE_AXES];
} shapes[] = {
    {0, {0}},
    {1, {5}},
    {1, {0}},
    {1, {1}},
    {1, {37}},
    {2, {3, 4}},
    {2, {0, 4}},
    {2, {3, 0}},
    {2, {0, 0}},
    {2, {1, 9}},
    {2, {17, 33}},
    {3, {2, 3, 4}},
    {3, {0, 3, 4}},
    {3, {2, 0, 4}},
    {3, {2, 3, 0}},
    {3, {5, 1, 19}},
    {4, {2, 3, 2, 5}},
    {4, {2, 0, 2, 5}},
    {5, {2, 1, 3, 2, 4}},
    {5, {0, 1, 3, 0, 4}},
    {6, {2, 3, 1, 2, 2, 3}},
    {6, {2, 3, 0, 2, 2, 3}},
    {6, {3, 2, 3, 2, 2, 2}},
    {1, {400}},
    {2, {150, 3}},
    {2, {3, 150}},
};

static int64_t shape_size(int ndim, const int64_t *shape)
{
    int64_t size = 1;
    for (int axis = 0; axis < ndim; axis++)
        size *= shape[axis];
    return size;
}

static int64_t most_elements = INT64_MAX; /* of the shapes that are asked for */

static bool takes_shape(clause_shapes which, size_t i)
{
    const int64_t size = shape_size(shapes[i].ndim, shapes[i].shape);
    if (size > most_elements)
        return false;
    return which == EVERY_SHAPE || (which == SOME_AXES && shapes[i].ndim > 0) || (which == SOME_ELEMENTS && size > 0) ||
           (which == NO_SHAPE && i == 1);
}

static void check_once(situation s, int ndim, const int64_t *shape)
{
    support_random random = {(uint64_t)seed};
    s.random = &random;
    s.ndim = ndim;
    s.shape = shape;
    xp_scope scope = xp_scope_open();
    sample_forget();
    s.clause->check(&s);
    if (xp_scope_close(scope) != XP_OK)
        note_failure(&s, xp_error_message());
    xp_error_clear();
}

static void check_shapes(situation s)
{
    const long long before = tally.results;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (!takes_shape(s.clause->shapes, i))
            continue;
        seed++;
        check_once(s, shapes[i].ndim, shapes[i].shape);
    }
    if (tally.results == before)
        note_failure(&s, "was asked nowhere");
}

static int count_functions(const clause *clauses, int count)
{
    int functions = 0;
    for (int i = 0; i < count; i++) {
        int first = 0;
        while (strcmp(clauses[first].function, clauses[i].function) != 0)
            first++;
        functions += first == i;
    }
    return functions;
}

static void check_device(const struct xp_device *device, const clause *clauses, int count)
{
    seed = 0; /* the same cases on each device */
    for (int i = 0; i < count; i++)
        XP_TEST_DTYPES(dtype, clauses[i].dtypes)
        {
            const situation s = {.clause = &clauses[i], .device = device, .dtype = dtype};
            if (clause_has(&s, dtype) && (!clauses[i].beyond || xp_test_can(device, XP_TEST_BEYOND_STANDARD)))
                check_shapes(s);
        }
}

typedef void check_on(const struct xp_device *device, const clause *clauses, int count);

/* The devices with other default dtypes are asked as well, unless the providers are named: with few elements, as their
 * loops are those of others. Returns how many devices it were. */
static int check_devices(check_on *check, const clause *clauses, int count)
{
    static const char *const others[] = {"strict:device2", "strict:no_float64", "strict:no_x64"};
    int devices = 0;
    XP_TEST_PROVIDERS(device)
    {
        devices++;
        check(device, clauses, count);
    }
    most_elements = 100;
    for (int i = 0; i < 3 && !getenv("XP_PROVIDERS"); i++, devices++)
        check(xp_device(others[i]), clauses, count);
    cr_assert(tally.failures == 0, "%lld results of %lld are not the standard's:%s", tally.failures, tally.results,
              tally.text);
    return devices;
}

void clauses_check(const char *chapter, const clause *clauses, int count)
{
    const int devices = check_devices(check_device, clauses, count);
    support_report("%s: %d clauses of %d functions, %lld results on %d devices", chapter, count,
                   count_functions(clauses, count), tally.results, devices);
}

/* ---- random cases ------------------------------------------------------------------------------------------------ */

static int n_cases; /* of each property on each device */

/* Some small axes, one of which may be empty; a long one among them; or two of some length. */
static int draw_shape(support_random *random, int64_t *shape)
{
    const int64_t kind = support_integer(random, 0, 6);
    const int ndim = kind == 0   ? (int)support_integer(random, 1, 4)
                     : kind == 1 ? 2
                                 : (int)support_integer(random, 0, 7);
    for (int axis = 0; axis < ndim; axis++) {
        shape[axis] = kind == 1 ? support_integer(random, 20, 130) : support_integer(random, 1, ndim > 4 ? 5 : 8);
        if (support_integer(random, 0, 20) == 0)
            shape[axis] = support_integer(random, 0, 2);
    }
    if (kind == 0)
        shape[support_integer(random, 0, ndim)] = support_integer(random, 1, ndim == 1 ? 9000 : 500);
    return ndim;
}

static xp_dtype draw_dtype(const situation *s, support_random *random)
{
    xp_dtype dtype;
    do
        dtype = (xp_dtype)support_integer(random, XP_BOOL, XP_N_DTYPES);
    while (!sample_is(dtype, s->clause->dtypes) || !clause_has(s, dtype));
    return dtype;
}

static void check_cases(const struct xp_device *device, const clause *properties, int count)
{
    for (seed = 1; seed <= n_cases; seed++)
        for (int i = 0; i < count; i++) {
            support_random random = {(uint64_t)seed * 1000 + (uint64_t)i};
            int64_t shape[SAMPLE_AXES];
            situation s = {.clause = &properties[i], .device = device};
            const int ndim = draw_shape(&random, shape);
            if (shape_size(ndim, shape) > most_elements)
                continue;
            s.dtype = draw_dtype(&s, &random);
            if ((ndim > 0 || s.clause->shapes == EVERY_SHAPE) &&
                (!s.clause->beyond || xp_test_can(device, XP_TEST_BEYOND_STANDARD)))
                check_once(s, ndim, shape);
        }
}

void clauses_check_random(const char *what, const clause *properties, int count, int cases)
{
    n_cases = cases;
    const int devices = check_devices(check_cases, properties, count);
    support_report("%s: %d properties in %d random cases, %lld results on %d devices", what, count, cases,
                   tally.results, devices);
}
