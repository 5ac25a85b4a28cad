/* Matrices that are singular or hold NaN or infinity; determinants and norms at the ends of the range.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "linalg_arrays.h"

/* ---- singular matrices, NaN, infinity ---------------------------------------------------------------------------- */

/* n by n, far from singular, and then with two equal rows, or a row of zeros. */
static xp_array *singular_matrix(int64_t n, bool has_zero_row, xp_dtype dtype, const struct xp_device *device)
{
    xp_rng rng = xp_rng_seed((uint64_t)n);
    xp_array *x = random_array(&rng, XP_SHAPE(n, n), dtype, device);
    xp_array *row = xp_get(x, XP_INDEX(xp_at(-1), xp_ellipsis()));
    return xp_set(x, XP_INDEX(xp_at(0), xp_ellipsis()), has_zero_row ? xp_multiply(row, xp_scalar(0.0)) : row);
}

/* A row of zeros stays one through any elimination; equal rows of real numbers do where quotients are rounded once. */
CHECKED_TEST(linalg_singular, singular_matrices_are_found)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 1; n <= 10; n++)
        for (int has_zero_row = n == 1 || n > 8 || is_complex(dtype); has_zero_row < 2; has_zero_row++) {
            xp_scope scope = xp_scope_open();
            xp_array *x = singular_matrix(n, has_zero_row, dtype, device), *regular = identity(n, x);
            xp_array *const matrices[] = {regular, x, regular};
            xp_array *stack = xp_stack(matrices, 3, 0), *ones = xp_ones(XP_SHAPE(n), dtype, device);
            xp_assert_fails(xp_linalg_inv(stack), XP_ERROR_LINALG, "inv: the matrix is singular");
            xp_assert_fails(xp_linalg_solve(stack, ones), XP_ERROR_LINALG, "solve: the matrix is singular");
            const double expected[] = {1, 0, 1};
            xp_assert_equal(xp_abs(xp_linalg_det(stack)),
                            xp_abs(support_array(expected, xp_dtype_of(xp_abs(x)), XP_SHAPE(3), device)));
            xp_slogdet_result d = xp_linalg_slogdet(x);
            xp_assert_equal(xp_abs(d.sign), xp_scalar(0.0));
            xp_assert_equal(d.logabsdet, xp_scalar(-XP_INF));
            xp_assert_closes(scope);
        }
}

/* Also where other pivots are so large that their product overflows. */
CHECKED_TEST(linalg_singular, determinants_do_not_overflow_on_the_way)
{
    XP_TEST_PROVIDERS(device)
    for (int n = 3; n <= 12; n += 3) {
        xp_scope scope = xp_scope_open();
        double diagonal[12], zero[12];
        for (int i = 0; i < n; i++) {
            diagonal[i] = i % 3 == 0 ? 0x1p800 : i % 3 == 1 ? 0x1p700 : 0x1p-1000;
            zero[i] = i == n - 1 ? 0 : 0x1p800;
        }
        xp_array *eye = xp_eye(n, n, 0, XP_FLOAT64, device);
        xp_array *x = xp_multiply(eye, support_array(diagonal, XP_FLOAT64, XP_SHAPE(n), device));
        xp_array *y = xp_multiply(eye, support_array(zero, XP_FLOAT64, XP_SHAPE(n), device));
        xp_assert_equal(xp_linalg_det(x), xp_scalar(n < 6 ? 0x1p500 : n < 9 ? 0x1p1000 : XP_INF));
        xp_assert_close(xp_linalg_slogdet(x).logabsdet, xp_scalar(500 * (n / 3) * log(2)), 1e-15, 0);
        xp_assert_equal(xp_linalg_det(y), xp_scalar(0.0));
        if (n == 6) /* i^6 is -1 */
            xp_assert_equal(xp_real(xp_linalg_det(xp_multiply(x, xp_scalar_complex(0, 1)))), xp_scalar(-0x1p1000));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(linalg_singular, what_is_not_a_number_stays_so)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 2; n <= 10; n += 4) {
        xp_scope scope = xp_scope_open();
        xp_array *x = singular_matrix(n, true, dtype, device);
        x = xp_set(x, XP_INDEX(xp_at(-1), xp_at(-1)), xp_scalar(XP_NAN));
        xp_array *ones = xp_ones(XP_SHAPE(n), dtype, device);
        cr_assert(xp_truth(xp_is_nan(xp_linalg_det(x))));
        cr_assert(xp_truth(xp_is_nan(xp_linalg_slogdet(x).logabsdet)));
        cr_assert(xp_truth(xp_any(xp_is_nan(xp_linalg_inv(x)), XP_ALL)));
        cr_assert(xp_truth(xp_any(xp_is_nan(xp_linalg_solve(x, ones)), XP_ALL)));
        cr_assert(xp_truth(xp_any(xp_is_nan(xp_linalg_qr(x, false).r), XP_ALL)));
        static const char *const message = ": the matrix holds NaN or infinity";
        char text[64];
#define REFUSES(call)                                                                                                  \
    snprintf(text, sizeof text, "%.*s%s", (int)strcspn(#call + 10, "("), #call + 10, message);                         \
    xp_assert_fails(call, XP_ERROR_LINALG, text)
        REFUSES(xp_linalg_eigvals(x));
        REFUSES(xp_linalg_eig(x).eigenvectors);
        REFUSES(xp_linalg_eigvalsh(x));
        REFUSES(xp_linalg_eigh(x).eigenvectors);
        REFUSES(xp_linalg_svdvals(x));
        REFUSES(xp_linalg_matrix_rank(x, NULL));
#undef REFUSES
        xp_assert_closes(scope);
    }
}

/* A pivot that is exactly zero is no error in a matrix that holds NaN: the zero may be anything. */
CHECKED_TEST(linalg_singular, singular_matrices_that_hold_nan_give_nan)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 2; n <= 10; n += 2) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed((uint64_t)n);
        xp_array *x = random_array(&rng, XP_SHAPE(n, n), dtype, device), *ones = xp_ones(XP_SHAPE(n), dtype, device);
        x = xp_set(x, XP_INDEX(xp_ellipsis(), xp_at(0)), xp_scalar(0.0));
        x = xp_set(x, XP_INDEX(xp_at(0), xp_at(-1)), xp_scalar(XP_NAN));
        cr_assert(xp_truth(xp_is_nan(xp_linalg_det(x))));
        cr_assert(xp_truth(xp_all(xp_is_nan(xp_linalg_inv(x)), XP_ALL)));
        cr_assert(xp_truth(xp_all(xp_is_nan(xp_linalg_solve(x, ones)), XP_ALL)));
        xp_assert_closes(scope);
    }
}

/* ---- norms ------------------------------------------------------------------------------------------------------- */

CHECKED_TEST(linalg_singular, euclidean_norms_reach_the_ends_of_the_range)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        const bool is_single = epsilon(dtype) > 1e-10;
        const double scales[] = {1, is_single ? 0x1p124 : 0x1p1020, is_single ? 0x1p-145 : 0x1p-1070,
                                 is_single ? 0x1p44 : 0x1p479, is_single ? 0x1p-46 : 0x1p-481};
        for (int i = 0; i < 5; i++) {
            const double values[] = {3 * scales[i], -4 * scales[i], 0, 12 * scales[i], 0};
            xp_array *x = xp_astype(support_array(values, XP_FLOAT64, XP_SHAPE(2, 2), device), dtype, false);
            xp_array *norm = xp_linalg_vector_norm(x, XP_ALL, 2), *rows = xp_linalg_vector_norm(x, XP_OVER(-1), 2);
            xp_assert_that(xp_to_double(norm) == 13 * scales[i], "%g", xp_to_double(norm));
            xp_assert_equal(xp_get(rows, XP_INDEX(xp_at(0))), xp_scalar(5 * scales[i]));
            xp_assert_equal(xp_linalg_matrix_norm(x, false, XP_NORM_FROBENIUS), norm);
        }
        xp_array *x = xp_ones(XP_SHAPE(3), dtype, device);
        xp_array *infinite = xp_set(x, XP_INDEX(xp_at(1)), xp_scalar(-XP_INF));
        xp_array *nan = xp_set(infinite, XP_INDEX(xp_at(2)), xp_scalar(XP_NAN));
        xp_assert_equal(xp_linalg_vector_norm(infinite, XP_ALL, 2), xp_scalar(XP_INF));
        cr_assert(isnan(xp_to_double(xp_linalg_vector_norm(nan, XP_ALL, 2))));
        xp_assert_closes(scope);
    }
}
