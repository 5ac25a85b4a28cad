/* The five strict devices: their dtypes, where results are, how data leaves them; what every device tells of itself.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "support.h"

static const char *const names[] = {"strict", "strict:device1", "strict:device2", "strict:no_float64", "strict:no_x64"};
enum { N_DEVICES = sizeof names / sizeof names[0] };

#define NO_FLOAT64 (XP_TEST_ANY & ~(1u << XP_FLOAT64 | 1u << XP_COMPLEX128))
#define NO_X64 (NO_FLOAT64 & ~(1u << XP_INT64 | 1u << XP_UINT64))

static const struct {
    unsigned dtypes;
    xp_default_dtypes defaults;
} facts[N_DEVICES] = {
    {XP_TEST_ANY, {XP_FLOAT64, XP_COMPLEX128, XP_INT64, XP_INT64}},
    {XP_TEST_ANY, {XP_FLOAT64, XP_COMPLEX128, XP_INT64, XP_INT64}},
    {XP_TEST_ANY, {XP_FLOAT32, XP_COMPLEX64, XP_INT64, XP_INT64}},
    {NO_FLOAT64, {XP_FLOAT32, XP_COMPLEX64, XP_INT64, XP_INT64}},
    {NO_X64, {XP_FLOAT32, XP_COMPLEX64, XP_INT32, XP_INT32}},
};

#define EACH_DEVICE(i, device)                                                                                         \
    for (int i = 0; i < N_DEVICES; i++)                                                                                \
        for (const struct xp_device *device = xp_device(names[i]); device; device = NULL)

/* ---- the inspection API ------------------------------------------------------------------------------------------ */

static unsigned dtypes_of(const struct xp_device *device, int kinds)
{
    xp_dtype dtypes[XP_N_DTYPES];
    unsigned set = 0;
    int count = xp_info_dtypes(kinds, dtypes, XP_N_DTYPES, device);
    for (int i = 0; i < count; i++)
        set |= 1u << dtypes[i];
    return set;
}

CHECKED_TEST(strict_devices, five_of_them_with_their_dtypes)
{
    EACH_DEVICE(i, device)
    {
        xp_default_dtypes defaults = xp_info_default_dtypes(device);
        cr_expect(memcmp(&defaults, &facts[i].defaults, sizeof defaults) == 0, "%s", names[i]);
        cr_expect_eq(dtypes_of(device, XP_KIND_ANY), facts[i].dtypes, "%s", names[i]);
        cr_expect_eq(dtypes_of(device, XP_KIND_FLOAT), facts[i].dtypes & XP_TEST_REAL_FLOATING, "%s", names[i]);
        cr_expect_eq(xp_info_default_device(device), device);
    }
    const struct xp_device *found[N_DEVICES + 1];
    cr_assert_eq(xp_device_namespace(xp_device("strict:device1"))->info->devices(found, N_DEVICES + 1), N_DEVICES);
    for (int i = 0; i < N_DEVICES; i++)
        cr_expect_str_eq(xp_device_name(found[i]), names[i]);
}

CHECKED_TEST(strict_devices, every_provider_tells_of_itself)
{
    XP_TEST_PROVIDERS(device)
    {
        const xp_info *info = xp_device_namespace(device)->info;
        xp_capabilities can = info->capabilities();
        cr_assert(can.boolean_indexing && can.data_dependent_shapes && can.max_dimensions == XP_MAX_NDIM);
        cr_assert(can.api_version == 202512 && can.extensions == (XP_EXTENSION_LINALG | XP_EXTENSION_FFT));
        cr_assert_eq(info->default_device(), device);
        cr_assert_eq(info->dtypes(XP_KIND_ANY, NULL, 0), 13);
        cr_assert_eq(info->dtypes(XP_KIND_BOOL | XP_KIND_COMPLEX, NULL, 0), 3);
        cr_assert_eq(info->dtypes(XP_KIND_NONE, NULL, 0), 0);
        cr_assert_geq(info->devices(NULL, 0), 1);
        xp_assert_fails(info->devices(NULL, 1), XP_ERROR_VALUE, "devices: room for devices is not given");
        xp_assert_fails(info->dtypes(XP_KIND_ANY, NULL, 3), XP_ERROR_VALUE, "dtypes: room for dtypes is not given");
        xp_dtype first = XP_DEFAULT_DTYPE;
        cr_assert_eq(info->dtypes(XP_KIND_FLOAT, &first, 1), 2, "more than fit");
        cr_assert_eq(first, XP_FLOAT32);
    }
}

/* ---- dtypes ------------------------------------------------------------------------------------------------------ */

CHECKED_TEST(strict_devices, defaults_are_the_devices_own)
{
    EACH_DEVICE(i, device)
    {
        xp_scope scope = xp_scope_open();
        const xp_default_dtypes *defaults = &facts[i].defaults;
        const struct {
            xp_array *x;
            xp_dtype dtype;
        } made[] = {
            {xp_zeros(XP_SHAPE(3), XP_DEFAULT_DTYPE, device), defaults->real_floating},
            {xp_ones(XP_SHAPE(3), XP_DEFAULT_DTYPE, device), defaults->real_floating},
            {xp_empty(XP_SHAPE(3), XP_DEFAULT_DTYPE, device), defaults->real_floating},
            {xp_eye(3, 3, 0, XP_DEFAULT_DTYPE, device), defaults->real_floating},
            {xp_linspace(0, 1, 5, true, XP_DEFAULT_DTYPE, device), defaults->real_floating},
            {xp_arange(0, 5, 1, XP_DEFAULT_DTYPE, device), defaults->integral},
            {xp_arange(0, 1, 0.25, XP_DEFAULT_DTYPE, device), defaults->real_floating},
            {xp_full(XP_SHAPE(2), xp_scalar(1), XP_DEFAULT_DTYPE, device), defaults->integral},
            {xp_full(XP_SHAPE(2), xp_scalar(1.0), XP_DEFAULT_DTYPE, device), defaults->real_floating},
            {xp_full(XP_SHAPE(2), xp_scalar_complex(1, 1), XP_DEFAULT_DTYPE, device), defaults->complex_floating},
            {xp_full(XP_SHAPE(2), xp_scalar_bool(true), XP_DEFAULT_DTYPE, device), XP_BOOL},
            {xp_asarray(xp_scalar(2.5), XP_DEFAULT_DTYPE, false, device), defaults->real_floating},
            {xp_asarray(xp_scalar(2), XP_DEFAULT_DTYPE, false, device), defaults->integral},
        };
        for (size_t k = 0; k < sizeof made / sizeof made[0]; k++) {
            xp_assert_that(xp_ok(made[k].x), "%s, %zu: %s", names[i], k, xp_error_message());
            xp_assert_that(xp_dtype_of(made[k].x) == made[k].dtype, "%s, %zu: %s", names[i], k,
                           xp_test_dtype_name(xp_dtype_of(made[k].x)));
            xp_assert_that(xp_device_of(made[k].x) == device, "%s, %zu is elsewhere", names[i], k);
        }
        const double expected[] = {0, 0.25, 0.5, 0.75, 1};
        xp_assert_equal(made[4].x, support_array(expected, defaults->real_floating, XP_SHAPE(5), device));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(strict_devices, random_numbers_have_the_devices_defaults)
{
    EACH_DEVICE(i, device)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(1);
        cr_expect_eq(xp_dtype_of(xp_random_uniform(&rng, XP_SHAPE(9), XP_DEFAULT_DTYPE, device)),
                     facts[i].defaults.real_floating);
        cr_expect_eq(xp_dtype_of(xp_random_normal(&rng, XP_SHAPE(9), XP_DEFAULT_DTYPE, device)),
                     facts[i].defaults.real_floating);
        cr_expect_eq(xp_dtype_of(xp_random_integers(&rng, 0, 9, XP_SHAPE(9), XP_DEFAULT_DTYPE, device)),
                     facts[i].defaults.integral);
        cr_expect_eq(xp_dtype_of(xp_random_choice(&rng, 9, 3, device)), facts[i].defaults.indexing);
        xp_assert_closes(scope);
    }
}

/* Positions, counts, and sums of integers. */
CHECKED_TEST(strict_devices, positions_and_sums_fit_the_device)
{
    EACH_DEVICE(i, device)
    {
        xp_scope scope = xp_scope_open();
        xp_dtype index = facts[i].defaults.indexing, whole = facts[i].defaults.integral;
        const double values[] = {3, 1, 2};
        xp_array *x = support_array(values, XP_INT16, XP_SHAPE(3), device);
        xp_array *sorted = support_ramp(1, 1, XP_INT16, XP_SHAPE(3), device);
        xp_array *all = support_array((const double[]){3, 4, 6}, whole, XP_SHAPE(3), device);
        xp_assert_equal(xp_argmax(x, XP_ALL), xp_full(XP_SHAPE_0D, xp_scalar(0), index, device));
        xp_assert_equal(xp_argmin(x, XP_ALL), xp_full(XP_SHAPE_0D, xp_scalar(1), index, device));
        xp_assert_equal(xp_count_nonzero(x, XP_ALL), xp_full(XP_SHAPE_0D, xp_scalar(3), index, device));
        xp_assert_equal(xp_searchsorted(sorted, x, false, NULL),
                        support_array((const double[]){2, 0, 1}, index, XP_SHAPE(3), device));
        xp_assert_equal(xp_sum(x, XP_ALL), xp_full(XP_SHAPE_0D, xp_scalar(6), whole, device));
        xp_assert_equal(xp_prod(x, XP_ALL), xp_full(XP_SHAPE_0D, xp_scalar(6), whole, device));
        xp_assert_equal(xp_cumulative_sum(x, 0, XP_DEFAULT_DTYPE, false), all);
        cr_expect_eq(xp_dtype_of(xp_sum(xp_astype(x, XP_UINT8, false), XP_ALL)),
                     whole == XP_INT32 ? XP_UINT32 : XP_UINT64);
        cr_expect_eq(xp_dtype_of(xp_sum(xp_astype(x, XP_FLOAT32, false), XP_ALL)), XP_FLOAT32);
        xp_array *taken = xp_take(x, xp_argmax(xp_reshape(x, XP_SHAPE(1, 3)), XP_OVER(1)), 0);
        xp_assert_equal(taken, support_ramp(3, 0, XP_INT16, XP_SHAPE(1), device));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(strict_devices, what_a_device_lacks_is_refused)
{
    EACH_DEVICE(i, device)
    {
        const xp_namespace *xp = xp_device_namespace(device);
        XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
            char text[128];
            xp_scope scope = xp_scope_open();
            xp_array *x = xp->ones(XP_SHAPE(3), XP_BOOL);
            xp_array *there = support_ramp(0, 1, dtype, XP_SHAPE(3), xp_device("host"));
            const char data[3 * 16] = {0};
            if (facts[i].dtypes >> dtype & 1) {
                xp_assert_ok(xp->zeros(XP_SHAPE(3), dtype));
                xp_assert_ok(xp->astype(x, dtype, false));
                xp_assert_ok(xp_to_device(there, device));
            } else {
#define REFUSED(function, expression)                                                                                  \
    snprintf(text, sizeof text, #function ": the device %s has no %s", names[i], xp_test_dtype_name(dtype));           \
    xp_assert_fails(expression, XP_ERROR_TYPE, text)
                REFUSED(zeros, xp->zeros(XP_SHAPE(3), dtype));
                REFUSED(full, xp->full(XP_SHAPE(3), xp_scalar(1), dtype));
                REFUSED(zeros_like, xp->zeros_like(x, dtype));
                REFUSED(astype, xp->astype(x, dtype, false));
                REFUSED(asarray, xp->asarray(xp_scalar_bool(true), dtype, false));
                REFUSED(to_device, xp_to_device(there, device));
                REFUSED(from_host, xp_from_host(data, dtype, XP_SHAPE(3), device));
#undef REFUSED
            }
            xp_assert_closes(scope);
        }
    }
}

/* Promotion, too, may lead to a dtype that is missing. */
CHECKED_TEST(strict_devices, results_in_missing_dtypes_are_refused)
{
    const struct xp_device *device = xp_device("strict:no_x64");
    xp_test_live before = xp_test_live_now();
    xp_array *a = support_ramp(0, 1, XP_INT32, XP_SHAPE(3), device);
    xp_array *b = support_ramp(0, 1, XP_UINT32, XP_SHAPE(3), device);
    xp_array *sum = xp_add(a, b); /* outside of any scope: what it made must not be left behind */
    cr_assert_eq(sum, xp_failed());
    cr_assert_str_eq(xp_error_message(), "add: the device strict:no_x64 has no int64");
    xp_release(a);
    xp_release(b);
    xp_assert_no_leaks(before);
    xp_error_clear();
}

/* ---- where results are, and how they leave ----------------------------------------------------------------------- */

CHECKED_TEST(strict_devices, no_two_of_them_mix)
{
    xp_scope scope = xp_scope_open();
    EACH_DEVICE(i, device)
    {
        xp_array *x = xp_ones(XP_SHAPE(3), XP_FLOAT32, device);
        cr_expect_eq(xp_device_of(xp_add(x, x)), device);
        cr_expect_eq(xp_device_of(xp_sum(x, XP_ALL)), device);
        EACH_DEVICE(k, other)
        {
            xp_array *y = xp_ones(XP_SHAPE(3), XP_FLOAT32, other);
            if (i != k)
                xp_assert_fails(xp_add(x, y), XP_ERROR_DEVICE, NULL);
            cr_expect_eq(xp_device_of(xp_to_device(x, other)), other);
        }
    }
    xp_assert_closes(scope);
}

CHECKED_TEST(strict_devices, only_the_first_exports_to_the_host)
{
    EACH_DEVICE(i, device)
    {
        char message[96];
        float values[3] = {0};
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(1, 1, XP_FLOAT32, XP_SHAPE(3), device);
        if (i == 0) {
            cr_expect_eq(xp_to_host(x, values, sizeof values), XP_OK);
            cr_expect_eq(xp_eval_into(values, XP_FLOAT32, XP_SHAPE(3), NULL, x), XP_OK);
        } else {
#define REFUSED(function, expression)                                                                                  \
    snprintf(message, sizeof message, #function ": data leaves the device %s by to_device alone", names[i]);           \
    xp_assert_fails(expression, XP_ERROR_DEVICE, message)
            REFUSED(to_host, xp_to_host(x, values, sizeof values));
            REFUSED(data, xp_data(x));
            REFUSED(eval_into, xp_eval_into(values, XP_FLOAT32, XP_SHAPE(3), NULL, x));
            REFUSED(write_npy, xp_write_npy("/dev/null", x));
#undef REFUSED
        }
        char text[32];
        cr_expect_geq(xp_to_string(x, text, sizeof text), 1);
        cr_expect_eq(xp_to_double(xp_max(x, XP_ALL)), 3);
        cr_expect_eq(xp_to_host(xp_to_device(x, NULL), values, sizeof values), XP_OK);
        cr_expect_eq(values[2], 3.0f);
        xp_assert_closes(scope);
    }
}

/* A trace of a strict device is as strict. */
CHECKED_TEST(strict_devices, decorators_have_the_inner_devices_rules)
{
    const struct xp_device *trace = xp_device("trace(strict:no_x64)");
    xp_scope scope = xp_scope_open();
    cr_assert_eq(dtypes_of(trace, XP_KIND_ANY), NO_X64);
    xp_assert_fails(xp_zeros(XP_SHAPE(3), XP_INT64, trace), XP_ERROR_TYPE,
                    "zeros: the device trace(strict:no_x64) has no int64");
    xp_array *x = xp_arange(0, 3, 1, XP_DEFAULT_DTYPE, trace);
    cr_assert_eq(xp_dtype_of(xp_argmax(x, XP_ALL)), XP_INT32);
    xp_assert_fails(xp_divide(x, x), XP_ERROR_TYPE, NULL);
    xp_assert_closes(scope);
}
