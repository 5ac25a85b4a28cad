/* The extremum of a row of integers T: included once for each dtype and direction. NAME(name) is the function's name,
 * BETTER(a, b) the comparison.
 * SPDX-License-Identifier: BSD-3-Clause */

static inline T NAME(extremum)(const T *x, int64_t n)
{
    T best = x[0];
    for (int64_t i = 1; i < n; i++)
        best = BETTER(x[i], best) ? x[i] : best;
    return best;
}

static void NAME(rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                       int64_t step, host_cells to)
{
    (void)position, (void)step;
    for (int64_t r = 0; r < count; r++)
        ((CELL *)to.planes[0])[r] = (CELL)NAME(extremum)((const T *)(values + r * pitch), length);
}
