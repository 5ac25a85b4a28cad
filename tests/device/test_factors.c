/* Factorizations on devices, held against the host's, and by what they promise.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>

#include "pairs.h"

#define STACK 2048 /* small matrices, so that each is an item's */

/* n by n, and well conditioned: random numbers and a large diagonal. */
static pair regular(support_random *random, xp_dtype dtype, int64_t stack, int64_t n, int layout)
{
    pair x = pair_laid_out(random, dtype, XP_SHAPE(stack, n, n), layout);
    xp_array *host = xp_add(x.host, xp_multiply(xp_eye(n, n, 0, dtype, xp_device("host")), xp_scalar((double)n + 1)));
    host = layout % 2 ? xp_matrix_transpose(host) : host;
    return (pair){host, xp_to_device(host, pair_device())};
}

static void agree(xp_array *actual, xp_array *expected, xp_dtype dtype, int64_t n, const char *name)
{
    char what[64];
    snprintf(what, sizeof what, "%s, dtype %d, n %lld", name, (int)dtype, (long long)n);
    double scale = pair_size(expected);
    pair_agree(pair_back(actual), expected, pair_epsilon(dtype) * 4 * (4 + (double)n) * (scale > 1 ? scale : 1), what);
}

static const int64_t sizes[] = {0, 1, 2, 3, 8, 9, 33, 70};

CHECKED_TEST(device_factors, solutions_inverses_and_determinants)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int64_t stack = 1; stack <= (sizes[i] < 9 ? STACK : 3); stack += sizes[i] < 9 ? STACK - 1 : 2) {
            xp_scope scope = xp_scope_open();
            const int64_t n = sizes[i];
            support_random random = {i};
            pair a = regular(&random, dtype, stack, n, (int)(i % 2));
            pair b = pair_laid_out(&random, dtype, XP_SHAPE(n, 4), (int)i % 4);
            agree(xp_linalg_solve(a.device, b.device), xp_linalg_solve(a.host, b.host), dtype, n, "solve");
            agree(xp_linalg_inv(a.device), xp_linalg_inv(a.host), dtype, n, "inv");
            xp_slogdet_result expected = xp_linalg_slogdet(a.host), actual = xp_linalg_slogdet(a.device);
            agree(actual.sign, expected.sign, dtype, n, "sign");
            agree(actual.logabsdet, expected.logabsdet, dtype, n, "logabsdet");
            if (n < 20)
                agree(xp_linalg_det(a.device), xp_linalg_det(a.host), dtype, n, "det");
            xp_assert_closes(scope);
        }
}

/* A matrix of zeros at the end of a stack. */
CHECKED_TEST(device_factors, singular_matrices_are_errors)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t n = 1; n < 40; n = 3 * n + 1) {
        xp_scope scope = xp_scope_open();
        const struct xp_device *host = xp_device("host");
        xp_array *const matrices[] = {xp_eye(n, n, 0, dtype, host), xp_zeros(XP_SHAPE(n, n), dtype, host)};
        xp_array *stack = xp_to_device(xp_stack(matrices, 2, 0), pair_device());
        xp_assert_fails(xp_linalg_inv(stack), XP_ERROR_LINALG, "inv: the matrix is singular");
        xp_assert_fails(xp_linalg_solve(stack, stack), XP_ERROR_LINALG, "solve: the matrix is singular");
        const double expected[] = {1, 0};
        xp_assert_close_to(xp_astype(xp_abs(pair_back(xp_linalg_det(stack))), XP_FLOAT64, false), expected, XP_FLOAT64,
                           XP_SHAPE(2), 0, 0);
        xp_assert_closes(scope);
    }
}

/* ---- factors that are not unique, or only to rounding: by what they promise ------------------------------------- */

static xp_array *adjoint(xp_array *x)
{
    xp_array *turned = xp_matrix_transpose(x);
    const xp_dtype dtype = xp_dtype_of(x);
    return dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128 ? xp_conj(turned) : turned;
}

static void unitary(xp_array *q, double tolerance, const char *what)
{
    const int64_t k = xp_extent(q, -1);
    xp_array *eye = xp_eye(k, k, 0, xp_dtype_of(q), xp_device("host"));
    pair_agree(xp_matmul(adjoint(q), q), xp_add(xp_multiply(xp_matmul(adjoint(q), q), xp_scalar(0.0)), eye), tolerance,
               what);
}

/* Each test has a stack of a few matrices, and for small ones also one of many. */
static int64_t stack_of(int64_t m, int64_t n, int round)
{
    return round == 0 ? 2 : m * n <= 64 ? STACK : 1;
}

CHECKED_TEST(device_factors, cholesky)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int round = 0; round < 2; round++) {
            xp_scope scope = xp_scope_open();
            const int64_t n = sizes[i];
            support_random random = {i};
            pair x = regular(&random, dtype, stack_of(n, n, round), n, 0);
            xp_array *a = xp_add(x.host, adjoint(x.host)), *on_device = xp_to_device(a, pair_device());
            agree(xp_linalg_cholesky(on_device, false), xp_linalg_cholesky(a, false), dtype, n, "cholesky");
            agree(xp_linalg_cholesky(on_device, true), xp_linalg_cholesky(a, true), dtype, n, "upper cholesky");
            xp_assert_closes(scope);
        }
}

CHECKED_TEST(device_factors, matrices_that_are_not_positive_are_errors)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        double values[2 * 9] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 4, 0, 0, 2, 1, 0, 0, 0, 1};
        xp_array *x = xp_astype(support_array(values, XP_FLOAT64, XP_SHAPE(2, 3, 3), xp_device("host")), dtype, false);
        xp_assert_fails(xp_linalg_cholesky(xp_to_device(x, pair_device()), false), XP_ERROR_LINALG,
                        "cholesky: the leading minor of order 2 is not positive definite");
        x = xp_to_device(xp_multiply(x, xp_scalar(XP_NAN)), pair_device());
        xp_assert_fails(xp_linalg_cholesky(x, false), XP_ERROR_LINALG, "cholesky: the matrix holds NaN or infinity");
        xp_assert_fails(xp_linalg_eigvalsh(x), XP_ERROR_LINALG, "eigvalsh: the matrix holds NaN or infinity");
        xp_assert_fails(xp_linalg_svdvals(x), XP_ERROR_LINALG, "svdvals: the matrix holds NaN or infinity");
        xp_assert_closes(scope);
    }
}

static const int64_t shapes[][2] = {{1, 1}, {3, 2}, {2, 3}, {8, 8}, {5, 0}, {0, 4}, {40, 7}, {9, 70}, {33, 33}};

CHECKED_TEST(device_factors, qr)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int round = 0; round < 4; round++) {
            xp_scope scope = xp_scope_open();
            const int64_t m = shapes[i][0], n = shapes[i][1];
            support_random random = {i};
            pair x = pair_laid_out(&random, dtype, XP_SHAPE(stack_of(m, n, round / 2), m, n), (int)i % 4);
            xp_qr_result actual = xp_linalg_qr(x.device, round % 2), expected = xp_linalg_qr(x.host, round % 2);
            xp_array *q = pair_back(actual.q), *r = pair_back(actual.r);
            const double tolerance = 4 * pair_epsilon(dtype) * (4 + (double)(m + n));
            unitary(q, tolerance, "q");
            pair_agree(xp_matmul(q, r), x.host, tolerance, "q r");
            pair_agree(xp_tril(r, -1), xp_multiply(expected.r, xp_scalar(0.0)), 0, "below r");
            xp_assert_closes(scope);
        }
}

/* Eigenvalues of general matrices are asked of the host. */
CHECKED_TEST(device_factors, general_matrices_are_left_to_the_host)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    xp_scope scope = xp_scope_open();
    support_random random = {3};
    pair x = pair_random(&random, XP_FLOAT64, XP_SHAPE(6, 6));
    pair_agree(pair_back(xp_linalg_eigvals(x.device)), xp_linalg_eigvals(x.host), 0, "eigvals");
    cr_assert_eq(support_warnings(), 1, "%s", support_last_warning());
    xp_assert_closes(scope);
}

static xp_dtype wide_of(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 ? XP_FLOAT64 : dtype == XP_COMPLEX64 ? XP_COMPLEX128 : dtype;
}

CHECKED_TEST(device_factors, eigenvalues)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int round = 0; round < 2; round++) {
            xp_scope scope = xp_scope_open();
            const int64_t n = sizes[i];
            support_random random = {i};
            pair x = pair_random(&random, dtype, XP_SHAPE(stack_of(n, n, round), n, n));
            xp_array *a = xp_add(x.host, adjoint(x.host));
            xp_eig_result actual = xp_linalg_eigh(xp_to_device(a, pair_device()));
            xp_array *v = pair_back(actual.eigenvectors), *d = pair_back(actual.eigenvalues);
            /* Thousands of rotations leave less behind than their number. In float64 LAPACK's own error shows, too. */
            xp_array *expected = xp_linalg_eigh(xp_astype(a, wide_of(dtype), false)).eigenvalues;
            expected = xp_astype(expected, xp_dtype_of(d), false);
            xp_array *alone = xp_linalg_eigvalsh(xp_to_device(a, pair_device()));
            const double epsilon = pair_epsilon(dtype);
            const double close = (wide_of(dtype) == dtype ? 8 : 4) * epsilon * pair_size(expected);
            pair_agree(d, expected, close, "eigenvalues");
            pair_agree(pair_back(alone), expected, close, "eigvalsh");
            unitary(v, epsilon * (8 + (double)n / 8), "eigenvectors");
            pair_agree(xp_matmul(xp_multiply(v, xp_expand_dims(d, 1)), adjoint(v)), a, epsilon * (16 + 2 * (double)n),
                       "v d v^H");
            xp_assert_closes(scope);
        }
}

/* Also of matrices whose rank is less than it could be. */
static void decompose(xp_dtype dtype, xp_array *a, int64_t m, int64_t n, bool full)
{
    xp_svd_result actual = xp_linalg_svd(xp_to_device(a, pair_device()), full);
    xp_array *u = pair_back(actual.u), *s = pair_back(actual.s), *vh = pair_back(actual.vh);
    const int64_t least = m < n ? m : n;
    const double tolerance = 8 * pair_epsilon(dtype) * (4 + (double)(m + n));
    agree(actual.s, xp_linalg_svdvals(a), dtype, m + n, "singular values");
    agree(xp_linalg_svdvals(xp_to_device(a, pair_device())), xp_linalg_svdvals(a), dtype, m + n, "svdvals");
    unitary(u, tolerance, "u");
    unitary(adjoint(vh), tolerance, "vh");
    xp_array *left = xp_get(u, XP_INDEX(xp_ellipsis(), xp_slice(0, least, 1)));
    xp_array *right = xp_get(vh, XP_INDEX(xp_ellipsis(), xp_slice(0, least, 1), xp_slice(XP_END, XP_END, 1)));
    pair_agree(xp_matmul(xp_multiply(left, xp_expand_dims(s, -2)), right), a, tolerance * 4, "u s vh");
}

CHECKED_TEST(device_factors, singular_values)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int round = 0; round < 4; round++) {
            xp_scope scope = xp_scope_open();
            const int64_t m = shapes[i][0], n = shapes[i][1];
            support_random random = {i};
            pair x = pair_random(&random, dtype, XP_SHAPE(stack_of(m, n, round / 2), m, n));
            decompose(dtype, x.host, m, n, round % 2);
            pair p = pair_random(&random, dtype, XP_SHAPE(m, 1)), q = pair_random(&random, dtype, XP_SHAPE(1, n));
            decompose(dtype, xp_matmul(p.host, q.host), m, n, round % 2);
            decompose(dtype, xp_zeros(XP_SHAPE(1, m, n), dtype, xp_device("host")), m, n, round % 2);
            xp_assert_closes(scope);
        }
}
