/* What whiten, vq, kmeans and kmeans2 refuse, with the exact sentences.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "observations.h"

/* Something of each kind, on one device. */
typedef struct arrays {
    xp_array *scalar, *line, *rows, *cube; /* float64 of 0 to 3 dimensions; rows is (6, 2) */
    xp_array *wide;                        /* (4, 3) */
    xp_array *no_rows, *no_features;       /* (0, 2), (6, 0) */
    xp_array *nan, *infinite;              /* rows with one such element */
    xp_array *truths, *complex;
} arrays;

static arrays make(const struct xp_device *device)
{
    arrays a;
    a.scalar = xp_ones(XP_SHAPE_0D, XP_FLOAT64, device);
    a.line = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(6), device);
    a.rows = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(6, 2), device);
    a.cube = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(6, 2, 2), device);
    a.wide = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(4, 3), device);
    a.no_rows = xp_zeros(XP_SHAPE(0, 2), XP_FLOAT64, device);
    a.no_features = xp_zeros(XP_SHAPE(6, 0), XP_FLOAT64, device);
    a.nan = xp_set(a.rows, XP_INDEX(xp_at(3), xp_at(1)), xp_scalar((double)NAN));
    a.infinite = xp_set(a.rows, XP_INDEX(xp_at(5), xp_at(0)), xp_scalar(-(double)INFINITY));
    a.truths = xp_ones(XP_SHAPE(6, 2), XP_BOOL, device);
    a.complex = xp_ones(XP_SHAPE(6, 2), XP_COMPLEX128, device);
    return a;
}

#define REFUSED(expression, code, message) xp_assert_fails(expression, XP_ERROR_##code, message)

CHECKED_TEST(vq_bad_input, whiten)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        arrays a = make(device);
        REFUSED(sx_cluster_whiten(NULL, NULL), VALUE, "whiten: obs is not given");
        REFUSED(sx_cluster_whiten(a.scalar, NULL), VALUE, "whiten: obs has 0 dimensions, expected at least 1");
        REFUSED(sx_cluster_whiten(a.nan, NULL), VALUE, "whiten: obs holds infinities or NaNs");
        REFUSED(sx_cluster_whiten(a.infinite, NULL), VALUE, "whiten: obs holds infinities or NaNs");
        REFUSED(sx_cluster_whiten(a.truths, NULL), TYPE, NULL);
        REFUSED(sx_cluster_whiten(a.complex, NULL), TYPE, NULL);
        sx_whiten_options nothing = {.check_finite = true};
        REFUSED(sx_cluster_whiten(a.rows, &nothing), VALUE,
                "whiten: options has size 0: start from sx_cluster_whiten_defaults()");
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_bad_input, vq)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        arrays a = make(device);
        REFUSED(sx_cluster_vq(NULL, a.rows, NULL), VALUE, "vq: obs is not given");
        REFUSED(sx_cluster_vq(a.rows, NULL, NULL), VALUE, "vq: code_book is not given");
        REFUSED(sx_cluster_vq(a.cube, a.cube, NULL), VALUE, "vq: obs has 3 dimensions, expected 1 or 2");
        REFUSED(sx_cluster_vq(a.rows, a.cube, NULL), VALUE, "vq: code_book has 3 dimensions, expected 1 or 2");
        REFUSED(sx_cluster_vq(a.scalar, a.rows, NULL), VALUE, "vq: obs has 0 dimensions, expected 1 or 2");
        REFUSED(sx_cluster_vq(a.rows, a.line, NULL), VALUE, "vq: code_book has 1 dimension, expected 2");
        REFUSED(sx_cluster_vq(a.line, a.rows, NULL), VALUE, "vq: code_book has 2 dimensions, expected 1");
        REFUSED(sx_cluster_vq(a.rows, a.wide, NULL), VALUE, "vq: code_book has 3 features, but obs has 2");
        REFUSED(sx_cluster_vq(a.rows, a.no_rows, NULL), VALUE, "vq: code_book holds no centroids");
        REFUSED(sx_cluster_vq(a.nan, a.rows, NULL), VALUE, "vq: obs holds infinities or NaNs");
        REFUSED(sx_cluster_vq(a.rows, a.infinite, NULL), VALUE, "vq: code_book holds infinities or NaNs");
        REFUSED(sx_cluster_vq(a.nan, a.infinite, NULL), VALUE, "vq: code_book holds infinities or NaNs");
        REFUSED(sx_cluster_vq(a.no_rows, a.infinite, NULL), VALUE, "vq: code_book holds infinities or NaNs");
        REFUSED(sx_cluster_vq(a.complex, a.rows, NULL), TYPE, NULL);
        REFUSED(sx_cluster_vq(a.rows, a.truths, NULL), TYPE, NULL);
        sx_vq_options nothing = {0};
        REFUSED(sx_cluster_vq(a.rows, a.rows, &nothing), VALUE,
                "vq: options has size 0: start from sx_cluster_vq_defaults()");
        xp_assert_closes(scope);
    }
}

/* One of many points, or of many more centroids than points, wherever it is. */
CHECKED_TEST(vq_bad_input, vq_of_many)
{
    XP_TEST_PROVIDERS(device)
    {
        for (int64_t at = 0; at < 20000; at += 6666) {
            xp_scope scope = xp_scope_open();
            xp_array *few = xp_ones(XP_SHAPE(3, 2), XP_FLOAT32, device);
            xp_array *many = xp_ones(XP_SHAPE(20000, 2), XP_FLOAT32, device);
            many = xp_set(many, XP_INDEX(xp_at(at), xp_at(1)), xp_scalar((double)INFINITY));
            REFUSED(sx_cluster_vq(many, few, NULL), VALUE, "vq: obs holds infinities or NaNs");
            REFUSED(sx_cluster_vq(few, many, NULL), VALUE, "vq: code_book holds infinities or NaNs");
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(vq_bad_input, kmeans)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        arrays a = make(device);
        xp_array *three = xp_scalar(3);
        REFUSED(sx_cluster_kmeans(NULL, three, NULL), VALUE, "kmeans: obs is not given");
        REFUSED(sx_cluster_kmeans(a.rows, NULL, NULL), VALUE, "kmeans: k_or_guess is not given");
        REFUSED(sx_cluster_kmeans(a.cube, three, NULL), VALUE, "kmeans: obs has 3 dimensions, expected 1 or 2");
        REFUSED(sx_cluster_kmeans(a.rows, a.wide, NULL), VALUE, "kmeans: k_or_guess has 3 features, but obs has 2");
        REFUSED(sx_cluster_kmeans(a.rows, a.line, NULL), VALUE, "kmeans: k_or_guess has 1 dimension, expected 2");
        REFUSED(sx_cluster_kmeans(a.rows, a.cube, NULL), VALUE, "kmeans: k_or_guess has 3 dimensions, expected 1 or 2");
        REFUSED(sx_cluster_kmeans(a.rows, a.no_rows, NULL), VALUE, "kmeans: k_or_guess holds no centroids");
        REFUSED(sx_cluster_kmeans(a.no_rows, three, NULL), VALUE, "kmeans: obs is empty");
        REFUSED(sx_cluster_kmeans(a.no_features, three, NULL), VALUE, "kmeans: obs is empty");
        REFUSED(sx_cluster_kmeans(a.nan, three, NULL), VALUE, "kmeans: obs holds infinities or NaNs");
        REFUSED(sx_cluster_kmeans(a.rows, a.nan, NULL), VALUE, "kmeans: k_or_guess holds infinities or NaNs");
        REFUSED(sx_cluster_kmeans(a.rows, xp_scalar(2.5), NULL), VALUE,
                "kmeans: k_or_guess is 2.5, a count must be a whole number");
        REFUSED(sx_cluster_kmeans(a.rows, xp_scalar((double)NAN), NULL), VALUE,
                "kmeans: k_or_guess is nan, a count must be a whole number");
        REFUSED(sx_cluster_kmeans(a.rows, xp_scalar(0), NULL), VALUE,
                "kmeans: k_or_guess is 0, expected 1 cluster or more");
        REFUSED(sx_cluster_kmeans(a.rows, xp_scalar(7), NULL), VALUE,
                "kmeans: k_or_guess asks for 7 clusters of 6 observations");
        REFUSED(sx_cluster_kmeans(a.complex, three, NULL), TYPE, NULL);
        REFUSED(sx_cluster_kmeans(a.rows, a.complex, NULL), TYPE, NULL);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_bad_input, kmeans_options)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        arrays a = make(device);
        sx_kmeans_options options = sx_cluster_kmeans_defaults();
        options.iter = 0;
        REFUSED(sx_cluster_kmeans(a.rows, xp_scalar(3), &options), VALUE, "kmeans: iter is 0, expected 1 or more");
        REFUSED(sx_cluster_kmeans(a.rows, a.rows, &options), VALUE, "kmeans: iter is 0, expected 1 or more");
        options = sx_cluster_kmeans_defaults();
        options.thresh = -1;
        REFUSED(sx_cluster_kmeans(a.rows, a.rows, &options), VALUE, "kmeans: thresh is -1, expected 0 or more");
        options.thresh = (double)NAN;
        REFUSED(sx_cluster_kmeans(a.rows, a.rows, &options), VALUE, "kmeans: thresh is nan, expected 0 or more");
        options.size = 0;
        REFUSED(sx_cluster_kmeans(a.rows, a.rows, &options), VALUE,
                "kmeans: options has size 0: start from sx_cluster_kmeans_defaults()");
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_bad_input, kmeans2)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        arrays a = make(device);
        xp_array *three = xp_scalar(3);
        REFUSED(sx_cluster_kmeans2(NULL, three, NULL), VALUE, "kmeans2: data is not given");
        REFUSED(sx_cluster_kmeans2(a.rows, NULL, NULL), VALUE, "kmeans2: k is not given");
        REFUSED(sx_cluster_kmeans2(a.cube, three, NULL), VALUE, "kmeans2: data has 3 dimensions, expected 1 or 2");
        REFUSED(sx_cluster_kmeans2(a.rows, a.wide, NULL), VALUE, "kmeans2: k has 3 features, but data has 2");
        REFUSED(sx_cluster_kmeans2(a.rows, a.line, NULL), VALUE, "kmeans2: k has 1 dimension, expected 2");
        REFUSED(sx_cluster_kmeans2(a.line, a.rows, NULL), VALUE, "kmeans2: k has 2 dimensions, expected 1");
        REFUSED(sx_cluster_kmeans2(a.rows, a.no_rows, NULL), VALUE, "kmeans2: k is empty");
        REFUSED(sx_cluster_kmeans2(a.no_rows, three, NULL), VALUE, "kmeans2: data is empty");
        REFUSED(sx_cluster_kmeans2(a.no_features, three, NULL), VALUE, "kmeans2: data is empty");
        REFUSED(sx_cluster_kmeans2(a.infinite, three, NULL), VALUE, "kmeans2: data holds infinities or NaNs");
        REFUSED(sx_cluster_kmeans2(a.rows, a.nan, NULL), VALUE, "kmeans2: k holds infinities or NaNs");
        xp_array *both = xp_set(a.infinite, XP_INDEX(xp_at(4), xp_at(0)), xp_scalar((double)INFINITY));
        xp_array *odd[] = {a.nan, a.infinite, both}, *two = xp_get(a.rows, XP_INDEX(xp_slice(0, 2, 1), xp_ellipsis()));
        for (int i = 0; i < 3; i++) {
            sx_kmeans2_options raising = sx_cluster_kmeans2_defaults();
            raising.missing = SX_MISSING_RAISE;
            REFUSED(sx_cluster_kmeans2(odd[i], a.rows, &raising), VALUE, "kmeans2: data holds infinities or NaNs");
            REFUSED(sx_cluster_kmeans2(xp_astype(odd[i], XP_FLOAT32, true), two, NULL), VALUE,
                    "kmeans2: data holds infinities or NaNs");
        }
        REFUSED(sx_cluster_kmeans2(a.rows, xp_scalar(0.5), NULL), VALUE,
                "kmeans2: k is 0.5, expected 1 cluster or more");
        REFUSED(sx_cluster_kmeans2(a.rows, xp_scalar((double)NAN), NULL), VALUE,
                "kmeans2: k is nan, expected 1 cluster or more");
        REFUSED(sx_cluster_kmeans2(a.rows, xp_scalar(1e12), NULL), OVERFLOW, "kmeans2: k is 1e+12, labels are int32");
        REFUSED(sx_cluster_kmeans2(xp_get(a.rows, XP_INDEX(xp_slice(0, 1, 1), xp_ellipsis())), three, NULL), VALUE,
                "kmeans2: data holds 1 observation, minit random needs 2 or more");
        REFUSED(sx_cluster_kmeans2(a.truths, three, NULL), TYPE, NULL);
        REFUSED(sx_cluster_kmeans2(a.rows, a.complex, NULL), TYPE, NULL);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_bad_input, kmeans2_options)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        arrays a = make(device);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.minit = SX_MINIT_POINTS;
        REFUSED(sx_cluster_kmeans2(a.rows, xp_scalar(7), &options), VALUE, "kmeans2: k asks for 7 different rows of 6");
        options.minit = SX_MINIT_MATRIX;
        REFUSED(sx_cluster_kmeans2(a.rows, xp_scalar(2), &options), VALUE, "kmeans2: k has 0 dimensions, expected 2");
        options.minit = (sx_minit)4;
        REFUSED(sx_cluster_kmeans2(a.rows, a.rows, &options), VALUE, "kmeans2: minit is 4, no such method");
        options.minit = (sx_minit)-1;
        REFUSED(sx_cluster_kmeans2(a.rows, a.rows, &options), VALUE, "kmeans2: minit is -1, no such method");
        options = sx_cluster_kmeans2_defaults();
        options.missing = (sx_missing)2;
        REFUSED(sx_cluster_kmeans2(a.rows, a.rows, &options), VALUE, "kmeans2: missing is 2, no such method");
        options = sx_cluster_kmeans2_defaults();
        options.iter = 0;
        REFUSED(sx_cluster_kmeans2(a.rows, a.rows, &options), VALUE, "kmeans2: iter is 0, expected 1 or more");
        options.size = 0;
        REFUSED(sx_cluster_kmeans2(a.rows, a.rows, &options), VALUE,
                "kmeans2: options has size 0: start from sx_cluster_kmeans2_defaults()");
        xp_assert_closes(scope);
    }
}

/* An array that has failed before passes through and keeps the first error. */
CHECKED_TEST(vq_bad_input, failed_arguments)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *rows = make(device).rows;
        const char *first = "add: x2 is of no use";
        REFUSED(sx_cluster_whiten(xp_fail_message(XP_ERROR_VALUE, "add", "x2", first), NULL), VALUE, first);
        REFUSED(sx_cluster_vq(rows, xp_fail_message(XP_ERROR_VALUE, "add", "x2", first), NULL), VALUE, first);
        REFUSED(sx_cluster_kmeans(rows, xp_fail_message(XP_ERROR_VALUE, "add", "x2", first), NULL), VALUE, first);
        REFUSED(sx_cluster_kmeans2(xp_fail_message(XP_ERROR_VALUE, "add", "x2", first), rows, NULL), VALUE, first);
        xp_assert_closes(scope);
    }
}

/* Without a scope around it the error stays with the thread. */
CHECKED_TEST(vq_bad_input, error_outside_of_any_scope)
{
    xp_array *rows = xp_zeros(XP_SHAPE(2, 2, 2), XP_FLOAT64, xp_device("host"));
    xp_array *k = xp_scalar(1);
    sx_kmeans_result found = sx_cluster_kmeans(rows, k, NULL);
    cr_assert_not(xp_ok(found.code_book));
    cr_assert(isnan(found.distortion));
    cr_assert_eq(xp_error_code(), XP_ERROR_VALUE);
    cr_assert_str_eq(xp_error_message(), "kmeans: obs has 3 dimensions, expected 1 or 2");
    cr_assert_str_eq(xp_error_function(), "kmeans");
    cr_assert_str_eq(xp_error_argument(), "obs");
    xp_release(k);
    xp_release(rows);
    xp_error_clear();
}

CHECKED_TEST(vq_bad_input, two_devices)
{
    xp_scope scope = xp_scope_open();
    xp_array *here = xp_zeros(XP_SHAPE(4, 2), XP_FLOAT64, xp_device("strict"));
    xp_array *there = xp_zeros(XP_SHAPE(4, 2), XP_FLOAT64, xp_device("strict:device1"));
    REFUSED(sx_cluster_vq(here, there, NULL), DEVICE, "vq: operands on devices strict and strict:device1");
    REFUSED(sx_cluster_kmeans(here, there, NULL), DEVICE, "kmeans: operands on devices strict and strict:device1");
    REFUSED(sx_cluster_kmeans2(here, there, NULL), DEVICE, "kmeans2: operands on devices strict and strict:device1");
    xp_assert_closes(scope);
}
