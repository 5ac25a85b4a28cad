/* Sorting of a few keys in registers. Included once for each key type, after vectors.h.
 *
 * Up to 16 vectors are rows of a table. Its columns are sorted by a network of vector minima and maxima; then sorted
 * columns are merged by Batcher's bitonic merge, twice as many in each step, with comparisons across lanes. The
 * networks for 8 and 16 rows are those of 19 and 60 comparisons (Knuth, The Art of Computer Programming 3, 5.3.4;
 * the latter is Green's). Columns as the unit of merging are due to Bramas, A novel hybrid quicksort algorithm
 * vectorized using AVX-512, 2017, and Blacher et al., Vectorized and performance-portable quicksort, 2022.
 * SPDX-License-Identifier: BSD-3-Clause */

#define ROWS 16
#define SMALL (ROWS * LANES) /* keys that one network sorts */
#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

ALWAYS void NAME(order)(VECTOR *rows, int i, int j)
{
    VECTOR a = rows[i], b = rows[j];
    rows[i] = NAME(least)(a, b);
    rows[j] = NAME(most)(a, b);
}

/* Sorts the columns of 8 rows. */
ALWAYS void NAME(columns_8)(VECTOR *r)
{
    static const int8_t pairs[19][2] = {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {0, 2}, {1, 3}, {4, 6}, {5, 7}, {1, 2}, {5, 6},
                                        {0, 4}, {3, 7}, {1, 5}, {2, 6}, {1, 4}, {3, 6}, {2, 4}, {3, 5}, {3, 4}};
    _Pragma("GCC unroll 19") for (int i = 0; i < 19; i++)
        NAME(order)(r, pairs[i][0], pairs[i][1]);
}

/* Sorts the columns of 16 rows. */
ALWAYS void NAME(columns_16)(VECTOR *r)
{
    static const int8_t pairs[60][2] = {
        {0, 1},   {2, 3},   {4, 5},  {6, 7},   {8, 9},  {10, 11}, {12, 13}, {14, 15}, {0, 2},   {1, 3},
        {4, 6},   {5, 7},   {8, 10}, {9, 11},  {12, 14}, {13, 15}, {0, 4},  {1, 5},   {2, 6},   {3, 7},
        {8, 12},  {9, 13},  {10, 14}, {11, 15}, {0, 8}, {1, 9},   {2, 10},  {3, 11},  {4, 12},  {5, 13},
        {6, 14},  {7, 15},  {5, 10}, {6, 9},   {3, 12}, {13, 14}, {4, 8},   {7, 11},  {1, 2},   {1, 4},
        {7, 13},  {2, 8},   {11, 14}, {2, 4},  {5, 6},  {9, 10},  {11, 13}, {3, 8},   {7, 12},  {6, 8},
        {10, 12}, {3, 5},   {7, 9},  {3, 4},   {5, 6},  {7, 8},   {9, 10},  {11, 12}, {6, 7},   {8, 9}};
    _Pragma("GCC unroll 60") for (int i = 0; i < 60; i++)
        NAME(order)(r, pairs[i][0], pairs[i][1]);
}

#if LANES > 1
/* Lane l holds l. Indices are reckoned with whole vectors, which compilers do beforehand. */
#if LANES == 16
#define OWN ((LANE_INDICES){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
#elif LANES == 8
#define OWN ((LANE_INDICES){0, 1, 2, 3, 4, 5, 6, 7})
#else
#define OWN ((LANE_INDICES){0, 1, 2, 3})
#endif

/* Lane l gets number from[l] of the lanes of a and, behind them, b. clang has no such function and makes one instruction
 * of the loop. */
ALWAYS VECTOR NAME(shuffled)(LANE_INDICES a, LANE_INDICES b, LANE_INDICES from)
{
#if defined(__clang__)
    LANE_INDICES picked;
    for (int lane = 0; lane < LANES; lane++)
        picked[lane] = from[lane] < LANES ? a[from[lane]] : b[from[lane] - LANES];
    return (VECTOR)picked;
#else
    return (VECTOR)__builtin_shuffle(a, b, from);
#endif
}

/* Lane l gets lane l ^ other. */
ALWAYS VECTOR NAME(swap_lanes)(VECTOR v, int other)
{
    return NAME(shuffled)((LANE_INDICES)v, (LANE_INDICES)v, OWN ^ other);
}

/* The lanes that get the larger one of a comparison of lane l with lane l ^ other. */
ALWAYS uint32_t NAME(upper_lanes)(int other)
{
    uint32_t bits = 0;
    int top = other & 8 ? 8 : other & 4 ? 4 : other & 2 ? 2 : 1;
    UNROLL for (int lane = 0; lane < LANES; lane++)
        bits |= (uint32_t)((lane & top) != 0) << lane;
    return bits;
}

/* Compares lane l of each row with lane l ^ other of the same row, or of the row that is as far from the end. */
ALWAYS void NAME(order_lanes)(VECTOR *rows, int n_rows, int other, bool reversed)
{
    const uint32_t upper = NAME(upper_lanes)(other);
    const int steps = reversed ? (n_rows + 1) / 2 : n_rows;
    UNROLL for (int i = 0; i < steps; i++) {
        int j = reversed ? n_rows - 1 - i : i;
        VECTOR a = rows[i], b = rows[j], to_a = NAME(swap_lanes)(b, other), to_b = NAME(swap_lanes)(a, other);
        rows[i] = NAME(choose)(upper, NAME(least)(a, to_a), NAME(most)(a, to_a));
        if (j != i)
            rows[j] = NAME(choose)(upper, NAME(least)(b, to_b), NAME(most)(b, to_b));
    }
}

/* Merges sorted columns, `width` of them becoming one sorted sequence: down the first column, the next one, ... */
ALWAYS void NAME(merge_columns)(VECTOR *rows, int n_rows, int width)
{
    NAME(order_lanes)(rows, n_rows, width - 1, true);
    UNROLL for (int other = LANES / 2; other > 0; other /= 2)
        if (other < width / 2)
            NAME(order_lanes)(rows, n_rows, other, false);
    UNROLL for (int far = ROWS / 2; far > 0; far /= 2)
        UNROLL for (int i = 0; i < n_rows; i++)
            if (far < n_rows && !(i & far))
                NAME(order)(rows, i, i + far);
}

/* Exchanges blocks off the diagonal of squares of rows and lanes, so that columns become rows. */
ALWAYS void NAME(transpose)(VECTOR *rows, int n_rows)
{
    UNROLL for (int far = 1; far < LANES; far *= 2) {
        const LANE_INDICES low = OWN + (((OWN & far) != 0) & (LANES - far)), high = low + far;
        UNROLL for (int i = 0; i < n_rows; i++)
            if (far < n_rows && !(i & far)) {
                LANE_INDICES a = (LANE_INDICES)rows[i], b = (LANE_INDICES)rows[i + far];
                rows[i] = NAME(shuffled)(a, b, low);
                rows[i + far] = NAME(shuffled)(a, b, high);
            }
    }
}
#endif

/* The rows' table as one sequence, column after column, of which n keys are wanted. */
ALWAYS void NAME(store_columns)(VECTOR *rows, int n_rows, K *to, int64_t n)
{
#if LANES > 1
    NAME(transpose)(rows, n_rows);
#endif
    /* row i now has column i, or a part of it that fills a vector, or columns i, i + n_rows, ... */
    if (n_rows >= LANES || n_rows == 1) {
        UNROLL for (int i = 0; i < n_rows; i++) {
            int64_t at = i % LANES * n_rows + i / LANES * LANES;
            NAME(store_some)(to + at, rows[i], n - at);
        }
        return;
    }
#if LANES > 1
    const int columns = LANES / n_rows; /* of a vector: they are in two rows */
    UNROLL for (int i = 0; i < n_rows; i++) {
        const LANE_INDICES column = i * columns + OWN / n_rows;
        const LANE_INDICES from = column % 2 * LANES + column / n_rows * n_rows + OWN % n_rows;
        const int row = i * columns % n_rows;
        NAME(store_some)(to + i * LANES, NAME(shuffled)((LANE_INDICES)rows[row], (LANE_INDICES)rows[row + 1], from),
                         n - i * LANES);
    }
#endif
}

/* Sorts n <= n_rows * LANES keys. */
ALWAYS void NAME(sort_rows)(const K *from, int64_t n, K *to, int n_rows)
{
    VECTOR rows[ROWS];
    UNROLL for (int i = 0; i < n_rows; i++)
        rows[i] = NAME(load_some)(from + i * LANES, n - i * LANES);
    if (n_rows == 16)
        NAME(columns_16)(rows);
    else if (n_rows == 8)
        NAME(columns_8)(rows);
    else if (n_rows == 2)
        NAME(order)(rows, 0, 1);
#if LANES > 1
    UNROLL for (int width = 2; width <= LANES; width *= 2)
        NAME(merge_columns)(rows, n_rows, width);
#endif
    NAME(store_columns)(rows, n_rows, to, n);
}

/* Sorts n <= SMALL keys; `to` may be `from`. */
static __attribute__((noinline)) void NAME(sort_small)(const K *from, int64_t n, K *to)
{
    if (n <= LANES)
        NAME(sort_rows)(from, n, to, 1);
    else if (n <= 2 * LANES)
        NAME(sort_rows)(from, n, to, 2);
    else if (n <= 8 * LANES)
        NAME(sort_rows)(from, n, to, 8);
    else
        NAME(sort_rows)(from, n, to, 16);
}
