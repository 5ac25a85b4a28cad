/* What golden values do not show: no memory for constants, buffers taken over, the same bits, large operands.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "core/array_private.h"
#include "support.h"

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Constants and ranges of a terabyte cost nothing until their data is asked for. */
CHECKED_TEST(standard_properties, constants_take_no_memory)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        const int64_t huge = INT64_C(1) << 37;
        xp_assert_ok(xp_zeros(XP_SHAPE(huge), XP_FLOAT64, device));
        xp_assert_ok(xp_full(XP_SHAPE(huge, 4), xp_scalar(2.5), XP_FLOAT32, device));
        xp_array *range = xp_arange(0, (double)huge, 1, XP_DEFAULT_DTYPE, device);
        xp_assert_equal(xp_get(range, XP_INDEX(xp_at(-1))), xp_scalar(huge - 1));
        xp_assert_equal(xp_get(xp_flip(range, XP_ALL), XP_INDEX(xp_at(1))), xp_scalar(huge - 2));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(standard_properties, set_takes_over_a_given_buffer)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(100), host);
    const void *memory = xp_data(x);
    xp_array *y = xp_set(xp_give(x), XP_INDEX(xp_at(3)), xp_scalar(7.0));
    cr_assert_eq(xp_data(y), memory);
    xp_assert_equal(xp_get(y, XP_INDEX(xp_slice(2, 5, 1))),
                    support_array((const double[]){2, 7, 4}, XP_FLOAT64, XP_SHAPE(3), host));

    /* not while a view looks at it, and not unless it was given */
    xp_array *view = xp_get(y, XP_INDEX(xp_slice(0, 10, 1)));
    xp_array *z = xp_set(xp_give(y), XP_INDEX(xp_at(0)), xp_scalar(9.0));
    cr_assert_neq(xp_data(z), memory);
    xp_assert_equal(xp_get(view, XP_INDEX(xp_at(0))), xp_scalar(0.0));
    memory = xp_data(z);
    cr_assert_neq(xp_data(xp_set(z, XP_INDEX(xp_at(0)), xp_scalar(1.0))), memory);
    xp_assert_closes(scope);
}

CHECKED_TEST(standard_properties, copies_are_copies)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(5000), xp_device("host"));
    cr_assert_eq(xp_data(xp_astype(x, XP_FLOAT64, false)), xp_data(x));
    cr_assert_neq(xp_data(xp_astype(x, XP_FLOAT64, true)), xp_data(x));
    cr_assert_eq(xp_data(xp_asarray(x, XP_DEFAULT_DTYPE, false, NULL)), xp_data(x));
    xp_assert_closes(scope);
}

/* Without any scope the caller owns each result and nothing else. */
CHECKED_TEST(standard_properties, nothing_is_left_without_a_scope)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_array *x = support_ramp(1, 1, XP_FLOAT32, XP_SHAPE(4, 3), device);
        xp_array *results[] = {
            xp_sum(x, XP_ALL), xp_var(x, XP_OVER(0)), xp_roll(x, 1, XP_FLAT), xp_tile(x, XP_SHAPE(2)),
            xp_repeat(x, 2, 1), xp_matmul(x, xp_failed()), xp_linspace(0, 1, 5, true, XP_FLOAT32, device),
            xp_eye(3, 3, 0, XP_INT8, device), xp_cumulative_sum(x, 0, XP_DEFAULT_DTYPE, true), xp_extra_cov(x, -1, 1.0, NULL, NULL),
            xp_vecdot(x, x, -1), xp_clip(x, NULL, x), xp_matrix_transpose(x),
            xp_get(x, XP_INDEX(xp_at(0), xp_ellipsis())),
        };
        xp_svd_result svd = xp_linalg_svd(x, false);
        xp_release(svd.u);
        xp_release(svd.s);
        xp_release(svd.vh);
        for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
            xp_release(results[i]);
        xp_release(x);
        xp_error_clear();
        xp_assert_no_leaks(((xp_test_live){0, 0, 0}));
    }
}

/* ---- the same bits ----------------------------------------------------------------------------------------------- */

static xp_array *scanned(xp_array *x, int axis)
{
    return xp_cumulative_sum(x, axis, XP_DEFAULT_DTYPE, false);
}

/* Running sums do not depend on threads, on the layout, or on what else stands beside a line. */
CHECKED_TEST(standard_properties, running_sums_have_the_same_bits)
{
    enum { N = 200003 };
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_rng rng = xp_rng_seed(1);
    xp_array *x = xp_random_uniform(&rng, XP_SHAPE(3, N), XP_FLOAT32, host);
    xp_array *row = xp_get(x, XP_INDEX(xp_at(1), xp_ellipsis()));
    xp_set_num_threads(1);
    xp_array *expected = scanned(row, 0);
    for (int threads = 1; threads <= 8; threads = threads < 3 ? threads + 1 : threads + 5) {
        xp_set_num_threads(threads);
        xp_array *columns = xp_asarray(xp_matrix_transpose(x), XP_DEFAULT_DTYPE, true, host);
        xp_array *const results[] = {
            scanned(row, 0),
            xp_get(scanned(x, 1), XP_INDEX(xp_at(1), xp_ellipsis())),
            xp_get(scanned(columns, 0), XP_INDEX(xp_ellipsis(), xp_at(1))),
            scanned(xp_get(xp_repeat(row, 2, 0), XP_INDEX(xp_slice(0, XP_END, 2), xp_ellipsis())), 0),
        };
        for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
            const char *difference = support_differ(results[i], expected);
            cr_assert(!difference, "%zu with %d threads: %s", i, threads, difference);
        }
    }
    /* and their error does not grow with the length: 200,000 float32 additions one by one lose 3 digits more */
    xp_array *exact = scanned(xp_astype(row, XP_FLOAT64, false), 0);
    xp_assert_close(xp_astype(expected, XP_FLOAT64, false), exact, 2e-5, 0);
    xp_assert_closes(scope);
}

/* Work that is cut up among threads, at sizes where it is: 8 threads against one. */
static void cut_up(xp_array *results[6])
{
    const struct xp_device *host = xp_device("host");
    xp_rng rng = xp_rng_seed(4);
    xp_array *x = xp_random_uniform(&rng, XP_SHAPE(400000), XP_FLOAT64, host);
    xp_array *indices = xp_random_integers(&rng, 0, 400000, XP_SHAPE(300000), XP_INT64, host);
    xp_array *mask = xp_less(x, xp_scalar(0.3)), *rows = xp_reshape(x, XP_SHAPE(40000, 10));
    xp_array *whole = xp_random_integers(&rng, -99, 99, XP_SHAPE(150, 150), XP_INT32, host);
    results[0] = xp_take(x, indices, 0);
    results[1] = xp_get(x, XP_INDEX(xp_mask(mask)));
    results[2] = xp_searchsorted(xp_cumulative_sum(x, 0, XP_DEFAULT_DTYPE, false), xp_multiply(x, xp_scalar(2e5)),
                                 true, NULL);
    results[3] = xp_matmul(whole, whole);
    results[4] = xp_cumulative_sum(rows, 0, XP_DEFAULT_DTYPE, false);
    results[5] = xp_take(rows, xp_remainder(indices, xp_scalar(40000)), 0);
}

CHECKED_TEST(standard_properties, threads_do_not_show)
{
    xp_scope scope = xp_scope_open();
    xp_array *alone[6], *together[6];
    xp_set_num_threads(1);
    cut_up(alone);
    xp_set_num_threads(8);
    cut_up(together);
    for (int i = 0; i < 6; i++) {
        const char *difference = support_differ(together[i], alone[i]);
        cr_assert(!difference, "%d: %s", i, difference);
    }
    xp_assert_closes(scope);
}

/* The same on the instruction set that the environment allows, as numbers. */
static void on_this_processor(double *results)
{
    xp_scope scope = xp_scope_open();
    xp_array *arrays[6];
    cut_up(arrays);
    for (int i = 0; i < 6; i++) {
        xp_array *x = xp_reshape(arrays[i], XP_SHAPE(-1));
        results[i] = xp_to_double(xp_astype(xp_get(x, XP_INDEX(xp_at(-1))), XP_FLOAT64, false));
        results[6 + i] = xp_to_double(xp_astype(xp_max(x, XP_ALL), XP_FLOAT64, false));
    }
    if (xp_scope_close(scope) != XP_OK)
        results[0] = NAN;
}

CHECKED_TEST(standard_properties, instruction_sets_do_not_show)
{
    static const char *const sets[] = {"baseline", "avx2", "avx512"};
    double numbers[3][12];
    for (int i = 0; i < 3; i++) {
        support_elsewhere("SCIXP_CPU", sets[i], on_this_processor, numbers[i], 12);
        cr_assert(!isnan(numbers[i][0]), "on %s", sets[i]);
        cr_assert_arr_eq(numbers[i], numbers[0], sizeof numbers[0], "on %s", sets[i]);
    }
}

/* Running products neither over- nor underflow where the plain product does not. */
CHECKED_TEST(standard_properties, running_products_stay_in_range)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *index = xp_arange(0, 4096, 1, XP_INT64, device);
        xp_array *is_early = xp_less(index, xp_scalar(600));
        xp_array *x = xp_where(is_early, xp_scalar(3.0), xp_where(xp_less(index, xp_scalar(1200)), xp_scalar(1 / 3.0),
                                                                   xp_ones(XP_SHAPE(4096), XP_FLOAT64, device)));
        xp_array *products = xp_cumulative_prod(x, 0, XP_DEFAULT_DTYPE, false);
        xp_assert_close(xp_get(products, XP_INDEX(xp_at(-1))), xp_scalar(1.0), 1e-12, 0);
        xp_assert_closes(scope);
    }
}

/* ---- larger operands than golden values have --------------------------------------------------------------------- */

CHECKED_TEST(standard_properties, products_equal_sums_of_products)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_NUMERIC)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(2);
        bool is_single = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
        xp_array *a = xp_astype(xp_random_integers(&rng, 0, 9, XP_SHAPE(2, 37, 65), XP_INT64, device), dtype, false);
        xp_array *b = xp_astype(xp_random_integers(&rng, 0, 9, XP_SHAPE(65, 23), XP_INT64, device), dtype, false);
        xp_array *wide = xp_get(a, XP_INDEX(xp_ellipsis(), xp_newaxis(), xp_slice(XP_END, XP_END, 1)));
        xp_array *sums = xp_sum(xp_multiply(wide, xp_matrix_transpose(b)),
                                xp_result_dtype(XP_OVER(-1), dtype));
        xp_assert_close(xp_matmul(a, b), sums, is_single ? 1e-6 : 1e-14, 0);
        xp_array *turned = xp_asarray(xp_matrix_transpose(a), XP_DEFAULT_DTYPE, true, device);
        xp_assert_close(xp_matmul(xp_matrix_transpose(turned), b), sums, is_single ? 1e-6 : 1e-14, 0);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(standard_properties, factors_multiply_back)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        bool is_single = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
        double close = is_single ? 1e-4 : 1e-12;
        xp_array *x = support_ramp(-3, 0.37, dtype, XP_SHAPE(2, 5, 3), device);
        x = xp_sin(x);
        xp_svd_result full = xp_linalg_svd(x, true), thin = xp_linalg_svd(x, false);
        xp_array *scaled = xp_multiply(thin.u, xp_expand_dims(thin.s, -2));
        xp_assert_close(xp_matmul(scaled, thin.vh), x, close, close);
        xp_array *adjoint = xp_conj(xp_matrix_transpose(full.u));
        xp_assert_close(xp_matmul(adjoint, full.u), xp_broadcast_to(xp_eye(5, 5, 0, dtype, device), XP_SHAPE(2, 5, 5)),
                        close, close);
        xp_array *gram = xp_matmul(x, xp_conj(xp_matrix_transpose(x)));
        gram = xp_add(gram, xp_eye(5, 5, 0, dtype, device));
        xp_array *lower = xp_linalg_cholesky(gram, false), *upper = xp_linalg_cholesky(gram, true);
        xp_assert_close(xp_matmul(lower, xp_conj(xp_matrix_transpose(lower))), gram, close, close);
        xp_assert_close(upper, xp_conj(xp_matrix_transpose(lower)), 0, 0);
        xp_assert_closes(scope);
    }
}

/* 32 dimensions, and what would need more. */
CHECKED_TEST(standard_properties, many_dimensions)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        int64_t extents[XP_MAX_NDIM];
        for (int i = 0; i < XP_MAX_NDIM; i++)
            extents[i] = i % 8 == 0 ? 2 : 1;
        xp_array *x = support_ramp(0, 1, XP_INT32, (xp_shape){XP_MAX_NDIM, extents}, device);
        xp_array *flat = xp_reshape(x, XP_SHAPE(-1));
        xp_assert_equal(xp_reshape(xp_tile(x, XP_SHAPE(2)), XP_SHAPE(-1)), xp_repeat(flat, 2, 0));
        xp_assert_equal(xp_sum(xp_flip(x, XP_ALL), XP_ALL), xp_scalar(120));
        xp_assert_equal(xp_reshape(xp_roll(x, 1, 0), XP_SHAPE(16)), xp_roll(xp_reshape(x, XP_SHAPE(16)), 8, 0));
        xp_assert_fails(xp_expand_dims(x, 0), XP_ERROR_VALUE,
                        "expand_dims: x has 32 dimensions, expected 0 to 31");
        xp_assert_closes(scope);
    }
}

/* What is made like an array has its shape and device, and its dtype unless another one is asked for. */
CHECKED_TEST(standard_properties, likes_take_after_their_model)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_permute_dims(support_ramp(1, 1, XP_INT16, XP_SHAPE(3, 4), device), (const int[]){1, 0}, 2);
        xp_assert_equal(xp_ones_like(x, XP_DEFAULT_DTYPE), xp_ones(XP_SHAPE(4, 3), XP_INT16, device));
        xp_assert_equal(xp_ones_like(x, XP_COMPLEX64), xp_ones(XP_SHAPE(4, 3), XP_COMPLEX64, device));
        xp_assert_equal(xp_zeros_like(x, XP_BOOL), xp_zeros(XP_SHAPE(4, 3), XP_BOOL, device));
        xp_assert_equal(xp_full_like(x, xp_scalar(7), XP_DEFAULT_DTYPE),
                        xp_full(XP_SHAPE(4, 3), xp_scalar(7), XP_INT16, device));
        /* The values of an empty array are anything: their product with 0 is what they leave. */
        xp_assert_equal(xp_multiply(xp_empty_like(x, XP_UINT8), xp_scalar(0)),
                        xp_zeros(XP_SHAPE(4, 3), XP_UINT8, device));
        xp_assert_closes(scope);
    }
}

/* Each allocation fails in turn, for one function of each way of working. */
static void work(const struct xp_device *device)
{
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(6, 4), device);
    xp_rng rng = xp_rng_seed(1);
    xp_extra_cov(x, -1, 1.0, NULL, NULL);
    xp_linalg_svd(x, true);
    xp_take(x, xp_random_choice(&rng, 6, 3, device), 0);
    xp_get(x, XP_INDEX(xp_mask(xp_greater(xp_sum(x, XP_OVER(1)), xp_scalar(20.0)))));
    xp_set(x, XP_INDEX(xp_mask(xp_greater(x, xp_scalar(20.0)))), xp_arange(0, 4, 1, XP_FLOAT64, device));
    xp_cumulative_sum(xp_roll(x, 1, XP_FLAT), 0, XP_DEFAULT_DTYPE, true);
    xp_array *parts[] = {x, xp_flip(x, XP_ALL)};
    xp_stack(parts, 2, 1);
}

CHECKED_TEST(standard_properties, every_allocation_fails_in_turn)
{
    XP_TEST_PROVIDERS(device)
    {
        int64_t failing = 0;
        do {
            xp_scope scope = xp_scope_open();
            xp_test_fault_arm(++failing);
            work(device);
            bool fired = xp_test_fault_fired();
            xp_test_fault_arm(0);
            xp_status status = xp_scope_close(scope);
            xp_assert_that(status == (fired ? XP_ERROR_MEMORY : XP_OK), "allocation %lld: status %d, %s",
                           (long long)failing, (int)status, xp_error_message());
            xp_error_clear();
            if (!fired)
                break;
        } while (failing < 2000);
        xp_assert_that(failing > 20 && failing < 2000, "%lld allocations", (long long)failing);
    }
}
