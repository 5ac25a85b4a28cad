/* A kernel for the tests of launching: out = factor * x + shift, and the column sums of that.
 * SPDX-License-Identifier: BSD-3-Clause */

XP_PASS void scale_each(xp_index i, XP_GLOBAL const REAL *x, xp_index x_extent_1, xp_index x_step_0, xp_index x_step_1,
                        REAL factor, XP_GLOBAL const int *shift, XP_GLOBAL REAL *out)
{
    REAL value = factor * x[i / x_extent_1 * x_step_0 + i % x_extent_1 * x_step_1];
    out[i] = value + (shift ? (REAL)shift[i] : XP_REAL(0.0));
}

XP_PASS void scale_sum(xp_index j, xp_index x_extent_0, xp_index x_extent_1, XP_GLOBAL REAL *out, xp_index base,
                       XP_GLOBAL double *sums)
{
    xp_index i;
    double sum = (double)base;
    for (i = 0; i < x_extent_0; i++)
        sum += (double)out[i * x_extent_1 + j];
    sums[j] = sum;
}
