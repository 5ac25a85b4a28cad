/* Clauses of the standard's text, each with the check that it holds, run on every device and counted.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "clauses.h"

#include <stdlib.h>
#include <string.h>

#include "situations.h"

static struct {
    const clause *clause;
    const situation *situation; /* NULL in checks of a whole device */
    const struct xp_device *device;
    unsigned dtypes;       /* that the device has */
    int64_t most_elements; /* of the shapes that are asked for */
    int cases;             /* of each property on each device */
    support_random random;
    long long seed, results, failures;
    const clause *last; /* that did not hold */
    int told;           /* times, of it */
    char text[6000];
} now;

/* ---- what checks call -------------------------------------------------------------------------------------------- */

void clause_count(int64_t results)
{
    now.results += results;
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
    return model_draw(&now.random, MODEL_QUARTERS, dtype, shape);
}

/* What a check of a device draws itself does not depend on how many numbers a layout takes. */
xp_array *clause_array(const model *x, const struct xp_device *device)
{
    if (now.situation)
        return model_array(x, device, &now.random);
    support_random apart = {(uint64_t)support_integer(&now.random, 0, INT64_MAX)};
    return model_array(x, device, &apart);
}

const char *clause_differs(xp_array *actual, const model *expected, double tolerance, bool signs)
{
    const char *difference = model_differs(actual, expected, tolerance, signs);
    if (difference || xp_device_of(actual) == now.device)
        return difference;
    return xp_test_text("device", "%s", xp_device_name(xp_device_of(actual)));
}

xp_dtype clause_next_dtype(xp_dtype dtype, unsigned set)
{
    return xp_test_next_dtype(dtype, set & now.dtypes);
}

bool clause_has(xp_dtype dtype)
{
    return model_is(dtype, now.dtypes);
}

bool clause_is_strict(const struct xp_device *device)
{
    return !xp_test_can(device, XP_TEST_BEYOND_STANDARD);
}

/* ---- failures ---------------------------------------------------------------------------------------------------- */

static void situation_text(const situation *s, char text[160])
{
    char shape[96];
    text[0] = '\0';
    if (s)
        snprintf(text, 160, "%s of shape %s ", xp_test_dtype_name(s->dtype),
                 model_shape_text((xp_shape){s->ndim, s->shape}, shape, sizeof shape));
}

/* The first three failures of each clause are told; the others are counted. */
static void hear(void *context, xp_test_event event, const char *file, int line, const char *text)
{
    (void)context;
    if (event != XP_TEST_FAILURE)
        return;
    char where[160];
    const char *name = strrchr(file, '/');
    const size_t used = strlen(now.text);
    now.failures++;
    now.told = now.last == now.clause ? now.told + 1 : 0;
    now.last = now.clause;
    if (now.told >= 3)
        return;
    situation_text(now.situation, where);
    snprintf(now.text + used, sizeof now.text - used, "\n  %s: %s\n    %son %s, seed %lld, %s:%d: %s",
             now.clause->function, now.clause->text, where, xp_device_name(now.device), now.seed,
             name ? name + 1 : file, line, text);
}

/* ---- on one device ----------------------------------------------------------------------------------------------- */

static void check_once(const clause *one, const situation *s, long long seed)
{
    now.clause = one;
    now.situation = s;
    now.seed = seed;
    now.random.state = (uint64_t)seed;
    xp_scope scope = xp_scope_open();
    if (s)
        one->check(s);
    else
        one->on_device(now.device);
    xp_assert_closes(scope);
    model_release();
}

/* The clause with a dtype, in all shapes that it is about; each situation has a seed of its own. */
static void check_shapes(const clause *one, xp_dtype dtype, long long *seed)
{
    situation s = {.clause = one, .device = now.device, .dtype = dtype, .random = &now.random};
    for (int i = 0; i < n_situation_shapes; i++) {
        const xp_shape shape = situation_shape(i);
        if (situation_size(shape) > now.most_elements || !situation_is_about(one->shapes, i))
            continue;
        s.ndim = shape.ndim;
        s.shape = shape.extents;
        check_once(one, &s, ++*seed);
    }
}

static bool is_asked_for(const clause *one)
{
    return !one->beyond || !clause_is_strict(now.device);
}

/* The same cases on each device. */
static void check_all(const clause *clauses, int count)
{
    long long seed = 0;
    for (int i = 0; i < count; i++) {
        const clause *one = &clauses[i];
        long long before = now.results;
        if (one->on_device) {
            check_once(one, NULL, 20251200);
            xp_assert_that(now.results > before, "nothing was checked");
            continue;
        }
        CLAUSE_DTYPES(dtype, is_asked_for(one) ? one->dtypes : 0)
        {
            before = now.results;
            check_shapes(one, dtype, &seed);
            xp_assert_that(now.results > before, "nothing was checked");
        }
    }
}

/* Shape and dtype are drawn apart from what the check draws. */
static void check_cases(const clause *properties, int count)
{
    for (long long seed = 1; seed <= now.cases; seed++)
        for (int i = 0; i < count; i++) {
            const clause *one = &properties[i];
            support_random random = {(uint64_t)seed * 1000 + (uint64_t)i};
            int64_t extents[MODEL_NDIM];
            const xp_shape shape = situation_draw_shape(&random, extents);
            if (situation_size(shape) > now.most_elements)
                continue;
            const situation s = {.clause = one, .device = now.device, .ndim = shape.ndim, .shape = extents,
                                 .dtype = situation_draw_dtype(&random, one->dtypes & now.dtypes),
                                 .random = &now.random};
            if ((shape.ndim > 0 || one->shapes == EVERY_SHAPE) && is_asked_for(one))
                check_once(one, &s, seed);
        }
}

/* ---- on all devices ---------------------------------------------------------------------------------------------- */

typedef void check_clauses(const clause *clauses, int count);

static void check_device(const struct xp_device *device, check_clauses *check, const clause *clauses, int count)
{
    xp_dtype dtypes[XP_N_DTYPES];
    const int n_dtypes = xp_info_dtypes(XP_KIND_ANY, dtypes, XP_N_DTYPES, device);
    now.device = device;
    now.dtypes = 0;
    for (int i = 0; i < n_dtypes; i++)
        now.dtypes |= XP_TEST_DTYPE(dtypes[i]);
    xp_test_set_handler(hear, NULL);
    check(clauses, count);
    xp_test_set_handler(NULL, NULL);
}

/* The strict devices with other defaults are asked as well, unless the providers are named: in small situations, as
 * their loops are those of others. Returns how many devices it were. */
static int check_devices(check_clauses *check, const clause *clauses, int count, int cases)
{
    static const char *const others[] = {"strict:device2", "strict:no_float64", "strict:no_x64"};
    int devices = 0;
    memset(&now, 0, sizeof now);
    now.most_elements = INT64_MAX;
    now.cases = cases;
    XP_TEST_PROVIDERS(device)
    {
        devices++;
        check_device(device, check, clauses, count);
    }
    now.most_elements = 100;
    for (int i = 0; i < 3 && !getenv("XP_PROVIDERS"); i++, devices++)
        check_device(xp_device(others[i]), check, clauses, count);
    cr_assert(now.failures == 0, "%lld results of %lld are not the standard's:%s", now.failures, now.results, now.text);
    return devices;
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

void clauses_check(const char *chapter, const clause *clauses, int count)
{
    const int devices = check_devices(check_all, clauses, count, 0);
    support_report("%s: %d clauses of %d functions, %lld results on %d devices", chapter, count,
                   count_functions(clauses, count), now.results, devices);
}

void properties_check(const char *what, const clause *properties, int count, int cases)
{
    const int devices = check_devices(check_cases, properties, count, cases);
    support_report("%s: %d properties in %d random cases, %lld results on %d devices", what, count, cases, now.results,
                   devices);
}
