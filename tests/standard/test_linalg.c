/* Linear algebra beyond golden values: factors multiply back, residuals beside LAPACK's, singular and bad matrices, the
 * same bits in every lane, norms at the ends of the range.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>

#include "support.h"

static double epsilon(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? (double)FLT_EPSILON : DBL_EPSILON;
}

static bool is_complex(xp_dtype dtype)
{
    return dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
}

/* Numbers from -1 to 1; complex ones in both parts. */
static xp_array *random_array(xp_rng *rng, xp_shape shape, xp_dtype dtype, const struct xp_device *device)
{
    const xp_namespace *xp = xp_array_namespace(xp_zeros(XP_SHAPE(1), XP_FLOAT64, device));
    xp_array *re = xp->subtract(xp_random_uniform(rng, shape, XP_FLOAT64, device), xp_scalar(0.5));
    xp_array *im = xp->subtract(xp_random_uniform(rng, shape, XP_FLOAT64, device), xp_scalar(0.5));
    xp_array *x = xp->multiply(re, xp_scalar(2.0));
    if (is_complex(dtype))
        x = xp->add(x, xp->multiply(im, xp_scalar_complex(0, 2)));
    return xp->astype(x, dtype, false);
}

static xp_array *adjoint(xp_array *x)
{
    return xp_conj(xp_matrix_transpose(x));
}

static xp_array *identity(int64_t n, xp_array *like)
{
    return xp_eye(n, n, 0, xp_dtype_of(like), xp_device_of(like));
}

/* How far x is from y, elementwise at most; NaN if anywhere. */
static double distance(xp_array *x, xp_array *y)
{
    if (xp_size(x) == 0)
        return 0.0;
    return xp_to_double(xp_astype(xp_max(xp_abs(xp_subtract(x, y)), XP_ALL), XP_FLOAT64, false));
}

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

/* ---- residuals beside LAPACK's ----------------------------------------------------------------------------------- */

enum { MATRICES = 200, WIDEST = 8 };

/* The largest |a x - I| over all elements, each by the sum of the sizes of what was added up. */
static double residual(int n, const double *a, const double *x)
{
    double worst = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            long double sum = i == j ? -1.0L : 0.0L, size = 0;
            for (int l = 0; l < n; l++) {
                sum += (long double)a[i * n + l] * (long double)x[l * n + j];
                size += fabsl((long double)a[i * n + l] * (long double)x[l * n + j]);
            }
            worst = fmax(worst, (double)(fabsl(sum) / size));
        }
    return worst;
}

/* Random matrices, their rows and columns scaled by up to 10^scale either way. */
static void make_matrices(support_random *random, int n, double scale, double *a)
{
    for (int matrix = 0; matrix < MATRICES; matrix++) {
        double rows[WIDEST], columns[WIDEST];
        for (int i = 0; i < n; i++) {
            rows[i] = pow(10, support_uniform(random, -scale, scale));
            columns[i] = pow(10, support_uniform(random, -scale, scale));
        }
        for (int i = 0; i < n * n; i++)
            a[matrix * n * n + i] = support_uniform(random, -1, 1) * rows[i / n] * columns[i % n];
    }
}

CHECKED_TEST(linalg, residuals_are_no_larger_than_four_times_lapacks)
{
    static double a[MATRICES * WIDEST * WIDEST], copy[WIDEST * WIDEST], x[WIDEST * WIDEST];
    support_random random = {7};
    for (int n = 2; n <= WIDEST; n++)
        for (int scale = 0; scale <= 12; scale += 6) {
            make_matrices(&random, n, scale, a);
            xp_scope scope = xp_scope_open();
            xp_array *stack = xp_from_host(a, XP_FLOAT64, XP_SHAPE(MATRICES, n, n), NULL);
            xp_array *eye = xp_eye(n, n, 0, XP_FLOAT64, NULL);
            const double *inverses = xp_data(xp_linalg_inv(stack)), *solutions = xp_data(xp_linalg_solve(stack, eye));
            double ours = 0, solved = 0, lapacks = 0;
            for (int matrix = 0; matrix < MATRICES; matrix++) {
                const int at = matrix * n * n;
                lapack_int pivots[WIDEST];
                for (int i = 0; i < n * n; i++) {
                    copy[i] = a[at + i];
                    x[i] = i % (n + 1) == 0;
                }
                cr_assert_eq(LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, n, copy, n, pivots, x, n), 0);
                lapacks = fmax(lapacks, residual(n, a + at, x));
                ours = fmax(ours, residual(n, a + at, inverses + at));
                solved = fmax(solved, residual(n, a + at, solutions + at));
            }
            xp_assert_that(ours <= 4 * lapacks && solved <= 4 * lapacks, "size %d, scale %d: %g, %g, LAPACK %g", n,
                           scale, ours, solved, lapacks);
            xp_assert_closes(scope);
        }
}

/* Determinants against the product of LAPACK's pivots. */
CHECKED_TEST(linalg, determinants_agree_with_lapack)
{
    static double a[MATRICES * WIDEST * WIDEST], copy[WIDEST * WIDEST];
    support_random random = {8};
    for (int n = 1; n <= WIDEST; n++)
        for (int scale = 0; scale <= 6; scale += 3) {
            make_matrices(&random, n, scale, a);
            xp_scope scope = xp_scope_open();
            const double *dets =
                xp_data(xp_linalg_det(xp_from_host(a, XP_FLOAT64, XP_SHAPE(MATRICES, n, n), NULL)));
            for (int matrix = 0; matrix < MATRICES; matrix++) {
                lapack_int pivots[WIDEST];
                double sizes = 1, expected = 1;
                for (int i = 0; i < n * n; i++)
                    copy[i] = a[matrix * n * n + i];
                cr_assert_eq(LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, copy, n, pivots), 0);
                for (int i = 0; i < n; i++) {
                    expected *= copy[i * n + i] * (pivots[i] == i + 1 ? 1 : -1);
                    double row = 0; /* Hadamard's bound, which rounding errors are measured by */
                    for (int j = 0; j < n; j++)
                        row = hypot(row, a[matrix * n * n + i * n + j]);
                    sizes *= row;
                }
                xp_assert_that(fabs(dets[matrix] - expected) <= 1e-14 * sizes, "size %d: %g, %g", n, dets[matrix],
                               expected);
            }
            xp_assert_closes(scope);
        }
}

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
CHECKED_TEST(linalg, singular_matrices_are_found)
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
CHECKED_TEST(linalg, determinants_do_not_overflow_on_the_way)
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

CHECKED_TEST(linalg, what_is_not_a_number_stays_so)
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
CHECKED_TEST(linalg, singular_matrices_that_hold_nan_give_nan)
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

/* ---- the same bits ----------------------------------------------------------------------------------------------- */

/* Results that come from the engine for small matrices, of one dtype and size. */
static void small_results(xp_array *x, xp_array *b, xp_array *results[5])
{
    xp_slogdet_result d = xp_linalg_slogdet(x);
    results[0] = xp_linalg_inv(x);
    results[1] = xp_linalg_solve(x, b);
    results[2] = xp_linalg_det(x);
    results[3] = d.sign;
    results[4] = d.logabsdet;
}

/* A matrix has the same results alone and anywhere in a stack, however the stack lies, on any number of threads. */
CHECKED_TEST(linalg, what_stands_beside_a_matrix_does_not_show)
{
    const struct xp_device *host = xp_device("host");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 1; n <= 8; n++) {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(9);
        xp_array *x = random_array(&rng, XP_SHAPE(7, 301, n, n), dtype, host);
        xp_array *b = random_array(&rng, XP_SHAPE(7, 301, n, 3), dtype, host);
        xp_array *expected[5], *results[5];
        xp_set_num_threads(1);
        small_results(x, b, expected);
        xp_set_num_threads(4);
        small_results(x, b, results);
        xp_set_num_threads(0);
        for (int i = 0; i < 5; i++)
            xp_assert_identical(results[i], expected[i]);
        xp_array *turned = xp_matrix_transpose(xp_asarray(xp_matrix_transpose(x), XP_DEFAULT_DTYPE, true, host));
        xp_array *backwards = xp_flip(xp_asarray(xp_flip(b, XP_ALL), XP_DEFAULT_DTYPE, true, host), XP_ALL);
        small_results(turned, backwards, results);
        for (int i = 0; i < 5; i++)
            xp_assert_identical(results[i], expected[i]);
#define ONE(array) xp_get((array), XP_INDEX(xp_at(5), xp_at(200)))
        small_results(ONE(x), ONE(b), results);
        for (int i = 0; i < 5; i++)
            xp_assert_identical(results[i], xp_asarray(ONE(expected[i]), XP_DEFAULT_DTYPE, true, host));
#undef ONE
        xp_assert_closes(scope);
    }
}

/* On the instruction set that the environment allows: sums of all results' bits, as numbers. */
static void on_this_processor(double *numbers)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    int count = 0;
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 2; n <= 8; n += 3) {
        xp_rng rng = xp_rng_seed(10);
        xp_array *results[5], *x = random_array(&rng, XP_SHAPE(37, n, n), dtype, host);
        small_results(x, random_array(&rng, XP_SHAPE(n, 1), dtype, host), results);
        for (int i = 0; i < 3; i++) {
            const unsigned char *bytes = xp_data(results[i]);
            uint64_t hash = UINT64_C(14695981039346656037);
            for (int64_t k = 0; bytes && k < xp_size(results[i]) * (dtype == XP_FLOAT32 ? 4 : dtype == XP_COMPLEX128
                                                                    ? 16 : 8); k++)
                hash = (hash ^ bytes[k]) * UINT64_C(1099511628211);
            numbers[count++] = (double)(hash >> 12);
        }
    }
    if (xp_scope_close(scope) != XP_OK)
        numbers[0] = NAN;
}

CHECKED_TEST(linalg, instruction_sets_do_not_show)
{
    static const char *const sets[] = {"baseline", "avx2", "avx512"};
    double numbers[3][36];
    for (int i = 0; i < 3; i++) {
        support_elsewhere("SCIXP_CPU", sets[i], on_this_processor, numbers[i], 36);
        cr_assert(!isnan(numbers[i][0]), "on %s", sets[i]);
        cr_assert_arr_eq(numbers[i], numbers[0], sizeof numbers[0], "on %s", sets[i]);
    }
}

/* Stacks of matrices that LAPACK factors, on one thread each and on several. */
CHECKED_TEST(linalg, threads_share_a_stack)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_rng rng = xp_rng_seed(11);
    xp_array *x = random_array(&rng, XP_SHAPE(60, 24, 24), XP_FLOAT64, host), *results[2][4];
    for (int i = 0; i < 2; i++) {
        xp_set_num_threads(i == 0 ? 1 : 4);
        results[i][0] = xp_linalg_inv(x);
        results[i][1] = xp_linalg_svdvals(x);
        results[i][2] = xp_linalg_det(x);
        results[i][3] = xp_linalg_solve(x, xp_ones(XP_SHAPE(24), XP_FLOAT64, host));
    }
    for (int k = 0; k < 4; k++)
        xp_assert_close(results[1][k], results[0][k], 1e-9, 1e-9);
    xp_array *singular = xp_set(x, XP_INDEX(xp_at(55)), xp_scalar(0.0));
    xp_assert_fails(xp_linalg_inv(singular), XP_ERROR_LINALG, "inv: the matrix is singular");
    xp_set_num_threads(0);
    xp_assert_closes(scope);
}

/* ---- norms ------------------------------------------------------------------------------------------------------- */

CHECKED_TEST(linalg, euclidean_norms_reach_the_ends_of_the_range)
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

/* ---- views ------------------------------------------------------------------------------------------------------- */

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
