/* Spreads of rows of floating values T, whose vectors carry the suffix F: of whole rows, only the sums of squared
 * differences from their means. Part of float_rows.h, whose macros and functions it uses; included once for each dtype.
 * SPDX-License-Identifier: BSD-3-Clause */

#include "providers/host/reduce/float_short_rows.h"

/* Of a row that fills `quads` quads, the last one at least in part. */
INLINED QUAD F(squares_short)(const T *x, int64_t n, int quads, QUAD minus_mean, QUAD one)
{
    QUAD squares = {0};
#pragma GCC unroll 4
    for (int q = 0; q < quads; q++) {
        const T *at = x + q * QUAD_LANES;
        int64_t left = n - q * QUAD_LANES;
        QUAD d = q < quads - 1 ? F(plus_quad)(F(load_quad)(at), one, minus_mean)
                               : F(plus_first)(F(partial_quad)((QUAD){0}, at, left), one, minus_mean, left);
        squares = q > 0 ? squares + d * d : d * d;
    }
    return squares;
}

/* Of up to QUAD_LANES rows. */
INLINED QUAD F(spread_of_group)(const char *row, int64_t rows, int64_t n, int64_t pitch, int quads, QUAD one,
                                QUAD means)
{
    QUAD squares[QUAD_LANES], minus = -means;
    if (rows < QUAD_LANES)
        memset(squares, 0, sizeof squares);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++, row = F(row_after)(row, pitch))
        squares[r] = F(squares_short)((const T *)row, n, quads, F(all_quad)(minus[r]), one);
    return F(sum_of_rows)(squares);
}

/* The means of the next group are computed before the differences of this one, as with moments. */
INLINED void F(spread_groups)(const char *values, int64_t count, int64_t n, int64_t pitch, int quads,
                              host_ending ending, char *out)
{
    int64_t at = 0, step = QUAD_LANES * pitch;
    const QUAD one = F(all_quad)(F(hidden_one)());
    QUAD means = {0};
    if (count >= QUAD_LANES)
        means = F(means_of_group)(values, QUAD_LANES, n, pitch, quads);
    for (; at + QUAD_LANES <= count; at += QUAD_LANES, values += step) {
        QUAD these = means;
        if (at + 2 * QUAD_LANES <= count)
            means = F(means_of_group)(values + step, QUAD_LANES, n, pitch, quads);
        F(end_rows)(ending, out, at, F(spread_of_group)(values, QUAD_LANES, n, pitch, quads, one, these), QUAD_LANES);
    }
    if (at < count) {
        means = F(means_of_group)(values, count - at, n, pitch, quads);
        F(end_rows)(ending, out, at, F(spread_of_group)(values, count - at, n, pitch, quads, one, means), count - at);
    }
}

INLINED void F(spread_long_groups)(const char *values, int64_t count, int64_t n, int64_t pitch, host_ending ending,
                                   char *out)
{
    for (int64_t at = 0; at < count; at += QUAD_LANES, values += QUAD_LANES * pitch) {
        int64_t rows = count - at < QUAD_LANES ? count - at : QUAD_LANES;
        F(end_rows)(ending, out, at, F(long_group)(values, rows, n, pitch).squares, rows);
    }
}

static void F(spread_results)(const char *values, int64_t count, int64_t length, int64_t pitch, host_ending ending,
                              char *out)
{
    if (length >= HALF_LANES && length <= FEW) {
        F(spread_few)(values, count, length, pitch, ending, out);
        return;
    }
#define SHORT(quads) F(spread_groups)(values, count, length, pitch, quads, ending, out)
#define LONG(n) F(spread_long_groups)(values, count, n, pitch, ending, out)
    BY_QUADS(length, SHORT, LONG)
#undef SHORT
#undef LONG
}

static void F(spread_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                           int64_t step, host_cells to)
{
    (void)position, (void)step;
    F(spread_results)(values, count, length, pitch, (host_ending){HOST_AS_CELLS, 1}, to.planes[0]);
}

#undef HALF_LANES
#undef MOST_PIECES
#undef FEW
