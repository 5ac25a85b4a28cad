/* Sums and moments of rows of floating values T, whose vectors carry the suffix F: included once for each dtype.
 *
 * A long row is summed in LANE_BYTES of lanes, a short one in a quad: element i goes to lane i modulo their number
 * (spreads of rows of a few elements: see float_short_rows.h). Lanes are folded in halves down to a quad; its lanes
 * are added neighbours first, for several rows at once. Moments take the differences from a shift near the mean, so
 * that nothing cancels: the mean of a long row's first values, the mean of a short row.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define QUAD F(quad)
#define VECTOR_LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))
#define QUAD_LANES ((int64_t)(QUAD_BYTES / sizeof(T)))
#define VECTORS (LANE_BYTES / VECTOR_BYTES)

/* ---- sums -------------------------------------------------------------------------------------------------------- */

/* Lanes with nothing to add are -0, which leaves every number as it is: -0 and -0 are -0. */
static inline QUAD F(sum_long)(const T *x, int64_t n)
{
    const VECTOR nothing = F(all)((T)-0.0);
    VECTOR lanes[VECTORS];
#pragma GCC unroll 16
    for (int k = 0; k < VECTORS; k++)
        lanes[k] = nothing;
    int64_t i = 0;
    for (; i + VECTORS * VECTOR_LANES <= n; i += VECTORS * VECTOR_LANES)
#pragma GCC unroll 16
        for (int k = 0; k < VECTORS; k++)
            lanes[k] += F(load)(x + i + k * VECTOR_LANES);
    int64_t left = n - i;
    if (left > 0) {
#pragma GCC unroll 16
        for (int k = 0; k < VECTORS; k++, left -= VECTOR_LANES)
            if (left >= VECTOR_LANES)
                lanes[k] += F(load)(x + i + k * VECTOR_LANES);
            else if (left > 0)
                lanes[k] += F(partial)(nothing, x + i + k * VECTOR_LANES, left);
    }
    return F(halve)(lanes);
}

/* A row of at most `quads` quads, the last of which it fills at least in part. */
static inline QUAD F(sum_short)(const T *x, int64_t n, int quads)
{
    const QUAD nothing = F(all_quad)((T)-0.0);
    QUAD sum = quads > 1 ? F(load_quad)(x) : F(partial_quad)(nothing, x, n);
#pragma GCC unroll 4
    for (int q = 1; q < quads - 1; q++)
        sum += F(load_quad)(x + q * QUAD_LANES);
    if (quads > 1)
        sum += F(partial_quad)(nothing, x + (quads - 1) * QUAD_LANES, n - (quads - 1) * QUAD_LANES);
    return sum;
}

/* Each row's sum, in the lanes of a quad. `quads` of 0: rows are long. */
INLINED QUAD F(sum_row)(const char *row, int64_t n, int quads)
{
    return quads > 0 ? F(sum_short)((const T *)row, n, quads) : F(sum_long)((const T *)row, n);
}

INLINED void F(sum_groups)(const char *row, int64_t count, int64_t n, int64_t pitch, int quads, host_ending ending,
                           char *out)
{
    int64_t first = 0;
    for (; first + QUAD_LANES <= count; first += QUAD_LANES) {
        QUAD sums[QUAD_LANES];
#pragma GCC unroll 8
        for (int r = 0; r < QUAD_LANES; r++, row = F(row_after)(row, pitch))
            sums[r] = F(sum_row)(row, n, quads);
        F(end_rows)(ending, out, first, F(sum_of_rows)(sums), QUAD_LANES);
    }
    if (first < count) {
        QUAD sums[QUAD_LANES] = {{0}};
        for (int64_t r = 0; r < count - first; r++, row += pitch)
            sums[r] = F(sum_row)(row, n, quads);
        F(end_rows)(ending, out, first, F(sum_of_rows)(sums), count - first);
    }
}

static inline int F(quads_of)(int64_t n) { return n > HOST_SHORT_ROW ? 0 : (int)((n + QUAD_LANES - 1) / QUAD_LANES); }

/* Calls SHORT with the number of quads, as a constant if it is a usual one, or LONG with the length. */
#define BY_QUADS(length, SHORT, LONG)                                                                                  \
    switch (F(quads_of)(length)) {                                                                                     \
    case 0:                                                                                                            \
        if ((length) == HOST_LEAF)                                                                                     \
            LONG(HOST_LEAF);                                                                                           \
        else                                                                                                           \
            LONG(length);                                                                                              \
        break;                                                                                                         \
    case 1:                                                                                                            \
        SHORT(1);                                                                                                      \
        break;                                                                                                         \
    case 2:                                                                                                            \
        SHORT(2);                                                                                                      \
        break;                                                                                                         \
    case 3:                                                                                                            \
        SHORT(3);                                                                                                      \
        break;                                                                                                         \
    case 4:                                                                                                            \
        SHORT(4);                                                                                                      \
        break;                                                                                                         \
    default:                                                                                                           \
        SHORT(F(quads_of)(length));                                                                                    \
        break;                                                                                                         \
    }

static void F(sum_results)(const char *values, int64_t count, int64_t length, int64_t pitch, host_ending ending,
                           char *out)
{
#define SHORT(quads) F(sum_groups)(values, count, length, pitch, quads, ending, out)
#define LONG(n) F(sum_groups)(values, count, n, pitch, 0, ending, out)
    BY_QUADS(length, SHORT, LONG)
#undef SHORT
#undef LONG
}

static void F(sum_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                        int64_t step, host_cells to)
{
    (void)position, (void)step;
    F(sum_results)(values, count, length, pitch, (host_ending){HOST_AS_CELLS, 1}, to.planes[0]);
}

static void F(sum_complex_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                                int64_t step, host_cells to)
{
    (void)position, (void)step;
    double *sums = (double *)to.planes[0];
    for (int64_t r = 0; r < count; r++) {
        T sum[2];
        F(fold_pair)(F(sum_long)((const T *)(values + r * pitch), 2 * length), sum);
        sums[2 * r] = (double)sum[0];
        sums[2 * r + 1] = (double)sum[1];
    }
}

/* ---- moments ----------------------------------------------------------------------------------------------------- */

/* Differences from the shift and their squares, in lanes. On processors with few registers the lanes are gone through
 * in parts. Half of the additions are fused ones with a factor of 1: the same sums, in units that would have little to
 * do. */
static inline void F(moments_long)(const T *x, int64_t n, VECTOR shift, QUAD *first, QUAD *second)
{
    VECTOR sums[VECTORS] = {{0}}, squares[VECTORS] = {{0}};
    const VECTOR one = F(all)(F(hidden_one)());
    int64_t whole = n - n % (VECTORS * VECTOR_LANES), left = n - whole;
#pragma GCC unroll 4
    for (int part = 0; part < VECTORS; part += 4)
#pragma GCC unroll 1
        for (int64_t i = 0; i < whole; i += VECTORS * VECTOR_LANES)
#pragma GCC unroll 4
            for (int k = part; k < part + 4; k++) {
                VECTOR d = F(load)(x + i + k * VECTOR_LANES) - shift;
                sums[k] = F(plus)(d, one, sums[k]);
                squares[k] += d * d;
            }
    if (left > 0)
#pragma GCC unroll 16
        for (int k = 0; k < VECTORS; k++, left -= VECTOR_LANES)
            if (left > 0) {
                const T *at = x + whole + k * VECTOR_LANES;
                VECTOR d = (left >= VECTOR_LANES ? F(load)(at) : F(partial)(shift, at, left)) - shift;
                sums[k] += d;
                squares[k] += d * d;
            }
    *first = F(halve)(sums);
    *second = F(halve)(squares);
}

/* Of a row that fills `quads` quads, the last one at least in part. */
INLINED void F(moments_short)(const T *x, int64_t n, int quads, QUAD minus_shift, QUAD one, QUAD *first, QUAD *second)
{
    QUAD sum = {0}, squares = {0};
#pragma GCC unroll 4
    for (int q = 0; q < quads; q++) {
        const T *at = x + q * QUAD_LANES;
        int64_t left = n - q * QUAD_LANES;
        QUAD d = q < quads - 1 ? F(plus_quad)(F(load_quad)(at), one, minus_shift)
                               : F(plus_first)(F(partial_quad)((QUAD){0}, at, left), one, minus_shift, left);
        sum = q > 0 ? sum + d : d;
        squares = q > 0 ? squares + d * d : d * d;
    }
    *first = sum;
    *second = squares;
}

/* Of up to QUAD_LANES rows: the shifts, the sums of differences from them, those of squared differences from the
 * means. */
typedef struct F(group) {
    QUAD shifts, sums, squares;
} F(group);

typedef T F(four) __attribute__((vector_size(4 * sizeof(T)), aligned(4), may_alias));

static inline T F(mean_of_first)(const T *x)
{
    F(four) sums = *(const F(four) *)x + *(const F(four) *)(x + 4);
    return ((sums[0] + sums[2]) + (sums[1] + sums[3])) * (T)0.125;
}

INLINED F(group) F(long_group)(const char *values, int64_t rows, int64_t n, int64_t pitch)
{
    QUAD sums[QUAD_LANES] = {{0}}, squares[QUAD_LANES] = {{0}};
    F(group) group = {{0}, {0}, {0}};
    for (int64_t r = 0; r < rows; r++) {
        const T *x = (const T *)(values + r * pitch);
        T shift = F(mean_of_first)(x);
        group.shifts[r] = shift;
        F(moments_long)(x, n, F(all)(shift), &sums[r], &squares[r]);
    }
    group.sums = F(sum_of_rows)(sums);
    group.squares = F(sum_of_rows)(squares) - group.sums * group.sums * F(all_quad)((T)1 / (T)n);
    return group;
}

/* Short rows are gone through twice; the second time they are in the first level cache. */
INLINED QUAD F(means_of_group)(const char *values, int64_t rows, int64_t n, int64_t pitch, int quads)
{
    QUAD sums[QUAD_LANES];
    if (rows < QUAD_LANES)
        memset(sums, 0, sizeof sums);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++, values = F(row_after)(values, pitch))
        sums[r] = F(sum_short)((const T *)values, n, quads);
    return F(sum_of_rows)(sums) * F(all_quad)((T)1 / (T)n);
}

INLINED F(group) F(short_group)(const char *values, int64_t rows, int64_t n, int64_t pitch, int quads, QUAD one,
                                QUAD means)
{
    QUAD sums[QUAD_LANES], squares[QUAD_LANES], minus = -means;
    if (rows < QUAD_LANES) {
        memset(sums, 0, sizeof sums);
        memset(squares, 0, sizeof squares);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
        F(moments_short)((const T *)(values + r * pitch), n, quads, F(all_quad)(minus[r]), one, &sums[r], &squares[r]);
    F(group) group = {means, F(sum_of_rows)(sums), F(sum_of_rows)(squares)};
    group.squares -= group.sums * group.sums * F(all_quad)((T)1 / (T)n);
    return group;
}

INLINED void F(store_group)(F(group) group, int64_t rows, host_cells to, int64_t at)
{
    F(store_cells)((double *)to.planes[0] + at, group.shifts, rows);
    F(store_cells)((double *)to.planes[1] + at, group.sums, rows);
    F(store_cells)((double *)to.planes[2] + at, group.squares, rows);
}

/* The means of the next group are computed before the differences of this one, which would have to wait for its own. */
INLINED void F(short_groups)(const char *values, int64_t count, int64_t n, int64_t pitch, int quads,
                             host_cells to)
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
        F(store_group)(F(short_group)(values, QUAD_LANES, n, pitch, quads, one, these), QUAD_LANES, to, at);
    }
    if (at < count) {
        means = F(means_of_group)(values, count - at, n, pitch, quads);
        F(store_group)(F(short_group)(values, count - at, n, pitch, quads, one, means), count - at, to, at);
    }
}

INLINED void F(long_groups)(const char *values, int64_t count, int64_t n, int64_t pitch, host_cells to)
{
    for (int64_t at = 0; at < count; at += QUAD_LANES, values += QUAD_LANES * pitch) {
        int64_t rows = count - at < QUAD_LANES ? count - at : QUAD_LANES;
        F(store_group)(F(long_group)(values, rows, n, pitch), rows, to, at);
    }
}

static void F(moments_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                            int64_t step, host_cells to)
{
    (void)position, (void)step;
#define SHORT(quads) F(short_groups)(values, count, length, pitch, quads, to)
#define LONG(n) F(long_groups)(values, count, n, pitch, to)
    BY_QUADS(length, SHORT, LONG)
#undef SHORT
#undef LONG
}

#include "providers/host/reduce/float_spreads.h"

#undef VECTOR
#undef QUAD
#undef VECTOR_LANES
#undef QUAD_LANES
#undef VECTORS
#undef BY_QUADS
