/* Linear algebra beyond golden values: factors multiply back, norms, views, bad input, failing allocations.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "linalg_arrays.h"

#define SHAPES(m, n)                                                                                                   \
    static const int64_t shapes[][2] = {{1, 1}, {3, 3}, {8, 8}, {9, 9}, {5, 3}, {3, 5}, {20, 12}, {0, 3}, {3, 0}};     \
    for (size_t shape = 0; shape < sizeof shapes / sizeof *shapes; shape++)                                            \
        for (int64_t m = shapes[shape][0], n = shapes[shape][1], once = 1; once; once = 0)

/* ---- factors ----------------------------------------------------------------------------------------------------- */

CHECKED_TEST(linalg, qr_factors_multiply_back)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    {
        SHAPES(m, n)
        {
            xp_scope scope = xp_scope_open();
            xp_rng rng = xp_rng_seed(1);
            xp_array *x = random_array(&rng, XP_SHAPE(2, m, n), dtype, device);
            const double close = 40 * epsilon(dtype);
            for (int complete = 0; complete < 2; complete++) {
                xp_qr_result d = xp_linalg_qr(x, complete);
                const int64_t k = complete || m < n ? m : n;
                cr_assert_eq(xp_extent(d.q, -1), k);
                cr_assert_eq(xp_extent(d.r, -2), k);
                xp_assert_that(distance(xp_matmul(d.q, d.r), x) <= close, "%d by %d", (int)m, (int)n);
                xp_assert_that(distance(xp_matmul(adjoint(d.q), d.q), identity(k, x)) <= close, "%d by %d", (int)m,
                               (int)n);
                xp_array *lower = xp_greater(xp_expand_dims(xp_arange(0, (double)k, 1, XP_INT64, device), -1),
                                             xp_arange(0, (double)n, 1, XP_INT64, device));
                xp_assert_equal(xp_where(lower, d.r, xp_zeros_like(d.r, XP_DEFAULT_DTYPE)),
                                xp_zeros_like(d.r, XP_DEFAULT_DTYPE));
                if (is_complex(dtype)) {
                    xp_array *diagonal = xp_imag(xp_linalg_diagonal(d.r, 0));
                    xp_assert_equal(diagonal, xp_zeros_like(diagonal, XP_DEFAULT_DTYPE));
                }
            }
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(linalg, eigenvectors_of_symmetric_matrices_are_orthonormal)
{
    static const int64_t sizes[] = {0, 1, 2, 8, 9, 30};
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int i = 0; i < 6; i++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(2);
        const int64_t n = sizes[i];
        xp_array *x = random_array(&rng, XP_SHAPE(2, n, n), dtype, device);
        xp_array *symmetric = xp_add(x, adjoint(x));
        const double close = 100 * epsilon(dtype);
        xp_eig_result d = xp_linalg_eigh(symmetric);
        xp_array *scaled = xp_multiply(d.eigenvectors, xp_expand_dims(d.eigenvalues, -2));
        xp_assert_that(distance(xp_matmul(symmetric, d.eigenvectors), scaled) <= close, "size %d", (int)n);
        xp_assert_that(distance(xp_matmul(adjoint(d.eigenvectors), d.eigenvectors), identity(n, x)) <= close,
                       "size %d", (int)n);
        xp_assert_that(distance(xp_linalg_eigvalsh(symmetric), d.eigenvalues) <= close, "size %d", (int)n);
        if (n > 1) {
            xp_array *above = xp_get(d.eigenvalues, XP_INDEX(xp_ellipsis(), xp_slice(1, XP_END, 1)));
            xp_array *below = xp_get(d.eigenvalues, XP_INDEX(xp_ellipsis(), xp_slice(0, -1, 1)));
            cr_assert(xp_truth(xp_all(xp_less_equal(below, above), XP_ALL)));
        }
        xp_assert_closes(scope);
    }
}

/* Also where squares of elements leave float32's range. */
CHECKED_TEST(linalg, eigenvalues_in_single_precision)
{
    static const double scales[] = {1, 1e-25, 1e25};
    static const xp_dtype dtypes[][2] = {{XP_FLOAT32, XP_FLOAT64}, {XP_COMPLEX64, XP_COMPLEX128}};
    for (int of = 0; of < 2; of++)
        for (int64_t n = 1; n < 80; n += 13)
            for (int i = 0; i < 3; i++) {
                xp_scope scope = xp_scope_open();
                xp_rng rng = xp_rng_seed(4);
                xp_array *x = random_array(&rng, XP_SHAPE(2, n, n), dtypes[of][0], xp_device("host"));
                x = xp_multiply(xp_add(x, adjoint(x)), xp_scalar(scales[i]));
                xp_array *wide = xp_linalg_eigvalsh(xp_astype(x, dtypes[of][1], false));
                xp_array *values = xp_astype(xp_linalg_eigvalsh(x), XP_FLOAT64, false);
                const double norm = xp_to_double(xp_max(xp_abs(wide), XP_ALL));
                xp_assert_close(values, wide, 0, 3 * epsilon(XP_FLOAT32) * norm);
                xp_assert_closes(scope);
            }
}

/* The upper triangle may hold anything. */
CHECKED_TEST(linalg, only_the_lower_triangle_of_symmetric_matrices_is_read)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(3);
        xp_array *x = random_array(&rng, XP_SHAPE(5, 5), dtype, device);
        x = xp_add(xp_add(x, adjoint(x)), xp_multiply(identity(5, x), xp_scalar(9.0)));
        xp_array *index = xp_arange(0, 5, 1, XP_INT64, device);
        xp_array *nothing = xp_full_like(x, xp_scalar(XP_NAN), XP_DEFAULT_DTYPE);
        xp_array *half = xp_where(xp_less(xp_expand_dims(index, -1), index), nothing, x);
        xp_assert_identical(xp_linalg_eigvalsh(half), xp_linalg_eigvalsh(x));
        xp_assert_identical(xp_linalg_eigh(half).eigenvectors, xp_linalg_eigh(x).eigenvectors);
        xp_assert_identical(xp_linalg_cholesky(half, false), xp_linalg_cholesky(x, false));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(linalg, eigenvectors_belong_to_their_values)
{
    static const int64_t sizes[] = {0, 1, 2, 8, 9, 30};
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int i = 0; i < 6; i++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(4);
        const int64_t n = sizes[i];
        xp_array *x = random_array(&rng, XP_SHAPE(2, n, n), dtype, device);
        xp_eig_result d = xp_linalg_eig(x);
        xp_array *wide = xp_astype(x, xp_dtype_of(d.eigenvalues), false);
        cr_assert(is_complex(xp_dtype_of(d.eigenvectors)));
        xp_array *scaled = xp_multiply(d.eigenvectors, xp_expand_dims(d.eigenvalues, -2));
        xp_assert_that(distance(xp_matmul(wide, d.eigenvectors), scaled) <= 300 * epsilon(dtype), "size %d", (int)n);
        xp_array *lengths = xp_linalg_vector_norm(d.eigenvectors, XP_OVER(-2), 2);
        xp_assert_that(distance(lengths, xp_ones_like(lengths, XP_DEFAULT_DTYPE)) <= 20 * epsilon(dtype), "size %d",
                       (int)n);
        xp_array *trace = xp_linalg_trace(wide, 0, XP_DEFAULT_DTYPE);
        xp_assert_that(distance(xp_sum(xp_linalg_eigvals(x), XP_OVER(-1)), trace) <= 300 * epsilon(dtype), "size %d",
                       (int)n);
        xp_assert_closes(scope);
    }
}

/* A rotation by a quarter has the eigenvalues i and -i. */
CHECKED_TEST(linalg, eigenvalues_in_closed_form)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *turn = support_array((const double[]){0, -1, 1, 0}, XP_FLOAT64, XP_SHAPE(2, 2), device);
        xp_array *values = xp_linalg_eigvals(turn);
        xp_assert_close(xp_max(xp_imag(values), XP_ALL), xp_scalar(1.0), 1e-14, 0);
        xp_assert_close(xp_min(xp_imag(values), XP_ALL), xp_scalar(-1.0), 1e-14, 0);
        xp_assert_close(xp_real(values), xp_zeros(XP_SHAPE(2), XP_FLOAT64, device), 0, 1e-14);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(linalg, inverses_and_solutions_of_every_size)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 0; n <= 12; n++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(5 + (uint64_t)n);
        xp_array *x = random_array(&rng, XP_SHAPE(3, 1, n, n), dtype, device);
        x = xp_add(x, xp_multiply(identity(n, x), xp_scalar(3.0)));
        const double close = 200 * epsilon(dtype);
        xp_array *inverse = xp_linalg_inv(x);
        xp_assert_that(distance(xp_matmul(x, inverse), identity(n, x)) <= close, "size %d", (int)n);
        for (int64_t k = 0; k <= 19; k += k < 2 ? 1 : 17) {
            xp_array *b = random_array(&rng, XP_SHAPE(2, n, k), dtype, device);
            xp_array *solution = xp_linalg_solve(x, b);
            xp_array *product = xp_matmul(x, solution);
            xp_assert_that(distance(product, xp_broadcast_to(b, XP_SHAPE(3, 2, n, k))) <= close, "size %d", (int)n);
        }
        xp_slogdet_result d = xp_linalg_slogdet(x);
        xp_array *det = xp_multiply(d.sign, xp_astype(xp_exp(d.logabsdet), dtype, false));
        xp_array *relative = xp_divide(det, xp_linalg_det(x));
        xp_assert_that(distance(relative, xp_ones_like(relative, XP_DEFAULT_DTYPE)) <= close, "size %d", (int)n);
        xp_assert_closes(scope);
    }
}

/* x2 is a vector if it is exactly 1-d: a stack of vectors is a matrix. */
CHECKED_TEST(linalg, solve_takes_vectors_by_the_standards_rule)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x1 = xp_multiply(xp_broadcast_to(xp_eye(2, 2, 0, XP_FLOAT64, device), XP_SHAPE(2, 2, 2)),
                                   xp_scalar(2.0));
        xp_array *x2 = support_array((const double[]){2, 4, 6, 8}, XP_FLOAT64, XP_SHAPE(2, 2), device);
        xp_assert_equal(xp_linalg_solve(x1, x2),
                        support_array((const double[]){1, 2, 3, 4, 1, 2, 3, 4}, XP_FLOAT64, XP_SHAPE(2, 2, 2), device));
        xp_array *vector = xp_get(x2, XP_INDEX(xp_at(0), xp_ellipsis()));
        xp_assert_equal(xp_linalg_solve(x1, vector),
                        support_array((const double[]){1, 2, 1, 2}, XP_FLOAT64, XP_SHAPE(2, 2), device));
        xp_assert_closes(scope);
    }
}

/* ---- norms, views ------------------------------------------------------------------------------------------------ */

/* Over no axes every element is a vector. */
CHECKED_TEST(linalg, norms_over_no_axes)
{
    static const double orders[] = {1, 2, 3, INFINITY, -INFINITY};
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(-2, 1, XP_FLOAT64, XP_SHAPE(2, 3), device);
        for (int i = 0; i < 5; i++)
            xp_assert_close(xp_linalg_vector_norm(x, xp_over_axes(NULL, 0), orders[i]), xp_abs(x), 1e-15, 0);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(linalg, diagonals_are_views)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(3, 4, 5), xp_device("host"));
    const double *memory = xp_data(x);
    cr_assert_eq(xp_data(xp_get(xp_linalg_diagonal(x, 1), XP_INDEX(xp_at(2), xp_slice(3, 4, 1)))), memory + 59);
    xp_array *flipped = xp_flip(x, XP_ALL);
    xp_assert_equal(xp_linalg_diagonal(flipped, 0), xp_flip(xp_linalg_diagonal(x, 1), XP_ALL));
    xp_assert_closes(scope);
}

/* ---- beyond the standard, and bad input -------------------------------------------------------------------------- */

CHECKED_TEST(linalg, integers_count_as_float64_where_the_device_takes_them)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_INTEGRAL | XP_TEST_BOOL)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_eye(3, 3, 0, dtype, device), *wide = xp_eye(3, 3, 0, XP_FLOAT64, device);
        if (strncmp(xp_device_name(device), "strict", 6) == 0) {
            xp_assert_fails(xp_linalg_inv(x), XP_ERROR_TYPE, NULL);
            xp_assert_fails(xp_linalg_solve(x, wide), XP_ERROR_TYPE, NULL);
            xp_assert_fails(xp_linalg_vector_norm(x, XP_ALL, 2), XP_ERROR_TYPE, NULL);
        } else {
            xp_assert_equal(xp_linalg_inv(x), wide);
            xp_assert_equal(xp_linalg_solve(x, x), wide);
            xp_assert_equal(xp_linalg_cholesky(x, false), wide);
            xp_assert_equal(xp_linalg_svdvals(x), xp_ones(XP_SHAPE(3), XP_FLOAT64, device));
            xp_assert_equal(xp_linalg_det(x), xp_scalar(1.0));
            xp_assert_close(xp_linalg_vector_norm(x, XP_ALL, 2), xp_scalar(sqrt(3)), 1e-15, 0);
        }
        xp_assert_closes(scope);
    }
}

#define VALUE_ERROR(call, message) xp_assert_fails(call, XP_ERROR_VALUE, message)

CHECKED_TEST(linalg, bad_input_is_refused)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *wide = xp_zeros(XP_SHAPE(2, 3), XP_FLOAT64, device), *v = xp_zeros(XP_SHAPE(4), XP_FLOAT64, device);
        xp_array *square = xp_eye(3, 3, 0, XP_FLOAT64, device), *flags = xp_zeros(XP_SHAPE(3), XP_BOOL, device);
        xp_array *empty = xp_zeros(XP_SHAPE(0), XP_FLOAT64, device);
        VALUE_ERROR(xp_linalg_inv(wide), "inv: x is 2 by 3, expected square matrices");
        VALUE_ERROR(xp_linalg_det(v), "det: x has 1 dimension, expected at least 2");
        VALUE_ERROR(xp_linalg_slogdet(wide).sign, "slogdet: x is 2 by 3, expected square matrices");
        VALUE_ERROR(xp_linalg_eig(wide).eigenvalues, "eig: x is 2 by 3, expected square matrices");
        VALUE_ERROR(xp_linalg_eigvalsh(NULL), "eigvalsh: x is not given");
        VALUE_ERROR(xp_linalg_matrix_power(wide, 2), "matrix_power: x is 2 by 3, expected square matrices");
        VALUE_ERROR(xp_linalg_qr(v, false).q, "qr: x has 1 dimension, expected at least 2");
        VALUE_ERROR(xp_linalg_solve(wide, v), "solve: x1 is 2 by 3, expected square matrices");
        VALUE_ERROR(xp_linalg_solve(square, v), "solve: matrices of shapes (3, 3) and (4, 1) do not fit together");
        xp_assert_fails(xp_linalg_solve(square, xp_scalar(1.0)), XP_ERROR_TYPE,
                        "solve: x2 is a scalar, expected an array");
        VALUE_ERROR(xp_linalg_diagonal(v, 0), "diagonal: x has 1 dimension, expected at least 2");
        VALUE_ERROR(xp_linalg_trace(v, 0, XP_DEFAULT_DTYPE), "trace: x has 1 dimension, expected at least 2");
        VALUE_ERROR(xp_linalg_outer(wide, v), "outer: x1 has 2 dimensions, expected 1");
        VALUE_ERROR(xp_linalg_cross(v, v, -1), "cross: extents 4 and 4 of axis -1, expected 3");
        xp_assert_fails(xp_linalg_cross(wide, wide, 1), XP_ERROR_INDEX, "cross: axis 1 is not in -2 .. -1");
        xp_assert_fails(xp_linalg_cross(flags, flags, -1), XP_ERROR_TYPE,
                        "cross: x1 has dtype bool, expected a numeric dtype");
        VALUE_ERROR(xp_linalg_matrix_norm(v, false, XP_NORM_1), "matrix_norm: x has 1 dimension, expected at least 2");
        VALUE_ERROR(xp_linalg_matrix_norm(wide, false, (xp_matrix_norm_order)99), "matrix_norm: ord 99 is unknown");
        VALUE_ERROR(xp_linalg_vector_norm(v, XP_ALL, XP_NAN), "vector_norm: ord is NaN");
        VALUE_ERROR(xp_linalg_vector_norm(empty, XP_ALL, -XP_INF),
                    "vector_norm: nothing to choose from in shape (0,)");
        xp_assert_fails(xp_linalg_vector_norm(v, XP_OVER(1), 2), XP_ERROR_INDEX, NULL);
        VALUE_ERROR(xp_linalg_matrix_rank(wide, v), NULL);
        xp_assert_fails(xp_linalg_pinv(wide, xp_scalar_complex(0, 1)), XP_ERROR_TYPE,
                        "pinv: rtol has dtype complex128, expected a real numeric dtype");
        VALUE_ERROR(xp_tensordot(wide, v, NULL, NULL, 2), "tensordot: count is 2, expected 0 to 1");
        VALUE_ERROR(xp_tensordot(wide, v, NULL, NULL, 1), "tensordot: axes 1 and 0 have extents 3 and 4");
        VALUE_ERROR(xp_tensordot(wide, wide, (const int[]){0, -2}, (const int[]){0, 1}, 2),
                    "tensordot: axis -2 is named twice");
        VALUE_ERROR(xp_tensordot(wide, wide, (const int[]){0}, NULL, 1),
                    "tensordot: axes are given for one operand alone");
        xp_assert_fails(xp_tensordot(wide, wide, (const int[]){2}, (const int[]){0}, 1), XP_ERROR_INDEX, NULL);
        xp_assert_fails(xp_extra_kron(flags, v), XP_ERROR_TYPE, "kron: a has dtype bool, expected a numeric dtype");
        xp_assert_closes(scope);
    }
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* One function of each way of working, over LAPACK and over the engine for small matrices. */
static void work(const struct xp_device *device)
{
    for (int64_t n = 3; n <= 9; n += 6) {
        xp_array *x = xp_eye(n, n, 0, XP_COMPLEX128, device), *y = xp_eye(n, n, 0, XP_FLOAT64, device);
        xp_linalg_inv(x);
        xp_linalg_solve(y, x);
        xp_linalg_det(y);
        xp_linalg_qr(x, true);
        xp_linalg_eigh(x);
        xp_linalg_eig(y);
        xp_linalg_eigvals(x);
        xp_linalg_pinv(y, NULL);
        xp_eval(xp_linalg_matrix_norm(x, false, XP_NORM_2));
        xp_eval(xp_linalg_vector_norm(x, XP_ALL, 2));
        xp_linalg_matrix_power(y, -3);
        xp_tensordot(x, y, NULL, NULL, 1);
        xp_eval(xp_extra_kron(x, y));
        xp_linalg_cross(xp_zeros(XP_SHAPE(3), XP_INT64, device), xp_ones(XP_SHAPE(3), XP_INT64, device), -1);
        xp_eval(xp_linalg_trace(x, 0, XP_DEFAULT_DTYPE));
    }
}

CHECKED_TEST(linalg, every_allocation_fails_in_turn)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_EVERY_ALLOCATION(round)
        {
            xp_scope scope = xp_scope_open();
            work(device);
            xp_status status = xp_scope_close(scope);
            xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld: status %d, %s",
                           round, (int)status, xp_error_message());
            xp_error_clear();
        }
    }
}
