/* Small matrices beside LAPACK: residuals of inverses and solutions, determinants.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <lapacke.h>
#include <math.h>

#include "support.h"

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

CHECKED_TEST(linalg_lapack, residuals_are_no_larger_than_four_times_lapacks)
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
CHECKED_TEST(linalg_lapack, determinants_agree_with_lapack)
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
