/* Factorizations on devices, held against the host's, and by what they promise.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdio.h>

#include "pairs.h"

#define STACK 3000 /* small matrices, so that each is an item's */

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

static const int64_t sizes[] = {0, 1, 2, 3, 5, 8, 9, 17, 33, 64, 100};

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
