/* Sums and moments of rows of floating values T, whose vectors carry the suffix F: included once for each dtype.
 *
 * A long row is summed in LANE_BYTES of lanes, a short one in a quad: element i goes to lane i modulo their number.
 * Lanes are folded in halves down to a quad; its lanes are added neighbours first, for several rows at once. Moments take
 * the differences from a shift near the mean, so that nothing cancels: the mean of a long row's first values, a short
 * row's first value. If that leads to NaN, as infinities do, the shift is 0.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define QUAD F(quad)
#define VECTOR_LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))
#define QUAD_LANES ((int64_t)(QUAD_BYTES / sizeof(T)))
#define VECTORS (LANE_BYTES / VECTOR_BYTES)

static inline void F(store_cells)(double *cells, QUAD values, int64_t count)
{
    typedef double many __attribute__((vector_size(QUAD_BYTES / sizeof(T) * sizeof(double)), aligned(8), may_alias));
    many wide = __builtin_convertvector(values, many);
    if (count == QUAD_LANES)
        *(many *)cells = wide;
    else
        memcpy(cells, &wide, (size_t)count * sizeof(double));
}

/* ---- sums ---------------------------------------------------------------------------------------------------------------- */

static inline QUAD F(sum_long)(const T *x, int64_t n)
{
    VECTOR lanes[VECTORS] = {{0}};
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
                lanes[k] += F(partial)((VECTOR){0}, x + i + k * VECTOR_LANES, left);
    }
    return F(halve)(lanes);
}

/* A row of at most `quads` quads, the last of which it fills at least in part. */
static inline QUAD F(sum_short)(const T *x, int64_t n, int quads)
{
    QUAD sum = quads > 1 ? F(load_quad)(x) : F(partial_quad)((QUAD){0}, x, n);
#pragma GCC unroll 4
    for (int q = 1; q < quads - 1; q++)
        sum += F(load_quad)(x + q * QUAD_LANES);
    if (quads > 1)
        sum += F(partial_quad)((QUAD){0}, x + (quads - 1) * QUAD_LANES, n - (quads - 1) * QUAD_LANES);
    return sum;
}

/* `quads` of 0: rows are long. */
static inline __attribute__((always_inline)) void F(sum_groups)(const char *values, int64_t count, int64_t n,
                                                                int64_t pitch, int quads, double *sums)
{
    int64_t first = 0;
    for (; first + QUAD_LANES <= count; first += QUAD_LANES, values += QUAD_LANES * pitch) {
        QUAD row[QUAD_LANES];
#pragma GCC unroll 8
        for (int r = 0; r < QUAD_LANES; r++)
            row[r] = quads > 0 ? F(sum_short)((const T *)(values + r * pitch), n, quads)
                               : F(sum_long)((const T *)(values + r * pitch), n);
        F(store_cells)(sums + first, F(sum_of_rows)(row), QUAD_LANES);
    }
    if (first < count) {
        QUAD row[QUAD_LANES] = {{0}};
        for (int64_t r = 0; r < count - first; r++)
            row[r] = quads > 0 ? F(sum_short)((const T *)(values + r * pitch), n, quads)
                               : F(sum_long)((const T *)(values + r * pitch), n);
        F(store_cells)(sums + first, F(sum_of_rows)(row), count - first);
    }
}

static inline int F(quads_of)(int64_t n) { return n > HOST_SHORT_ROW ? 0 : (int)((n + QUAD_LANES - 1) / QUAD_LANES); }

static void F(sum_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                        int64_t step, host_cells to)
{
    (void)position, (void)step;
    double *sums = (double *)to.planes[0];
    switch (F(quads_of)(length)) { /* the usual ones with their number as a constant */
    case 0:
        if (length == HOST_LEAF)
            F(sum_groups)(values, count, HOST_LEAF, pitch, 0, sums);
        else
            F(sum_groups)(values, count, length, pitch, 0, sums);
        break;
    case 1:
        F(sum_groups)(values, count, length, pitch, 1, sums);
        break;
    case 2:
        F(sum_groups)(values, count, length, pitch, 2, sums);
        break;
    case 3:
        F(sum_groups)(values, count, length, pitch, 3, sums);
        break;
    case 4:
        F(sum_groups)(values, count, length, pitch, 4, sums);
        break;
    default:
        F(sum_groups)(values, count, length, pitch, F(quads_of)(length), sums);
        break;
    }
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

/* ---- moments -------------------------------------------------------------------------------------------------------------- */

/* Differences from the shift and their squares, in lanes. On processors with few registers the lanes are gone through in
 * parts. Half of the additions are fused ones with a factor of 1: the same sums, in units that would have little to do. */
static inline void F(moments_long)(const T *x, int64_t n, VECTOR shift, bool squares, QUAD *first, QUAD *second)
{
    VECTOR sums[VECTORS] = {{0}}, square_sums[VECTORS] = {{0}};
    const VECTOR one = F(one)();
    int64_t whole = n - n % (VECTORS * VECTOR_LANES), left = n - whole;
#pragma GCC unroll 4
    for (int part = 0; part < VECTORS; part += 4)
        for (int64_t i = 0; i < whole; i += VECTORS * VECTOR_LANES)
#pragma GCC unroll 4
            for (int k = part; k < part + 4; k++) {
                VECTOR d = F(load)(x + i + k * VECTOR_LANES) - shift;
                sums[k] = F(plus)(d, one, sums[k]);
                if (squares)
                    square_sums[k] += d * d;
            }
    if (left > 0)
#pragma GCC unroll 16
        for (int k = 0; k < VECTORS; k++, left -= VECTOR_LANES)
            if (left > 0) {
                const T *at = x + whole + k * VECTOR_LANES;
                VECTOR d = (left >= VECTOR_LANES ? F(load)(at) : F(partial)(shift, at, left)) - shift;
                sums[k] += d;
                if (squares)
                    square_sums[k] += d * d;
            }
    *first = F(halve)(sums);
    if (squares)
        *second = F(halve)(square_sums);
}

static inline void F(moments_short)(const T *x, int64_t n, int quads, bool squares, QUAD *first, QUAD *second)
{
    const QUAD shift = F(all_quad)(x[0]);
    QUAD d = (quads > 1 ? F(load_quad)(x) : F(partial_quad)(shift, x, n)) - shift;
    *first = d;
    if (squares)
        *second = d * d;
#pragma GCC unroll 4
    for (int q = 1; q < quads; q++) {
        d = (q < quads - 1 ? F(load_quad)(x + q * QUAD_LANES)
                           : F(partial_quad)(shift, x + q * QUAD_LANES, n - q * QUAD_LANES)) - shift;
        *first += d;
        if (squares)
            *second += d * d;
    }
}

static inline T F(shift_of)(const T *x, int quads)
{
    if (quads > 0)
        return x[0];
    T s = (((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]))) * (T)0.125;
    return s - s == 0 ? s : 0;
}

static inline void F(moments_row)(const T *x, int64_t n, int quads, bool squares, QUAD *first, QUAD *second)
{
    if (quads > 0)
        F(moments_short)(x, n, quads, squares, first, second);
    else
        F(moments_long)(x, n, F(all)(F(shift_of)(x, 0)), squares, first, second);
}

/* Rows whose sum is NaN, with a shift of 0 and one at a time. */
static __attribute__((noinline, cold)) void F(repair_rows)(const char *values, int64_t count, int64_t n, int64_t pitch,
                                                           bool squares, int64_t at, host_cells to)
{
    for (int64_t r = 0; r < count; r++) {
        double *sum = (double *)to.planes[1] + at + r;
        QUAD row[2 * QUAD_LANES] = {{0}};
        if (*sum == *sum)
            continue;
        F(moments_long)((const T *)(values + r * pitch), n, (VECTOR){0}, true, &row[0], &row[1]);
        QUAD sums = F(sum_of_rows)(row);
        ((double *)to.planes[0])[at + r] = 0;
        *sum = (double)sums[0];
        if (squares)
            ((double *)to.planes[2])[at + r] = (double)sums[1];
    }
}

static inline __attribute__((always_inline)) void F(moments_groups)(const char *values, int64_t count, int64_t n,
                                                                    int64_t pitch, int quads, bool squares,
                                                                    host_cells to)
{
    double *shifts = (double *)to.planes[0], *sums = (double *)to.planes[1], *rest = (double *)to.planes[2];
    for (int64_t at = 0; at < count; at += QUAD_LANES, values += QUAD_LANES * pitch) {
        QUAD first[QUAD_LANES], second[QUAD_LANES];
        int64_t rows = count - at < QUAD_LANES ? count - at : QUAD_LANES;
        if (__builtin_expect(rows < QUAD_LANES, 0)) {
            memset(first, 0, sizeof first);
            memset(second, 0, sizeof second);
            for (int64_t r = 0; r < rows; r++) {
                const T *x = (const T *)(values + r * pitch);
                F(moments_row)(x, n, quads, squares, &first[r], &second[r]);
                shifts[at + r] = (double)F(shift_of)(x, quads);
            }
        } else {
#pragma GCC unroll 8
            for (int r = 0; r < QUAD_LANES; r++) {
                const T *x = (const T *)(values + r * pitch);
                F(moments_row)(x, n, quads, squares, &first[r], &second[r]);
                shifts[at + r] = (double)F(shift_of)(x, quads);
            }
        }
        QUAD sum = F(sum_of_rows)(first);
        F(store_cells)(sums + at, sum, rows);
        if (squares)
            F(store_cells)(rest + at, F(sum_of_rows)(second), rows);
        if (__builtin_expect(F(any_nan)(sum), 0))
            F(repair_rows)(values, rows, n, pitch, squares, at, to);
    }
}

/* From sums of squared differences from the shifts to those from the means, for rows of n values. */
static inline void F(center)(host_cells to, int64_t count, int64_t n)
{
    const double *sums = (const double *)to.planes[1];
    double *restrict rest = (double *)to.planes[2], share = 1 / (double)n;
    for (int64_t r = 0; r < count; r++)
        rest[r] -= sums[r] * sums[r] * share;
}

static inline __attribute__((always_inline)) void F(moments_of_rows)(const char *values, int64_t count, int64_t length,
                                                                     int64_t pitch, bool squares, host_cells to)
{
    switch (F(quads_of)(length)) {
    case 0:
        if (length == HOST_LEAF)
            F(moments_groups)(values, count, HOST_LEAF, pitch, 0, squares, to);
        else
            F(moments_groups)(values, count, length, pitch, 0, squares, to);
        break;
    case 1:
        F(moments_groups)(values, count, length, pitch, 1, squares, to);
        break;
    case 2:
        F(moments_groups)(values, count, length, pitch, 2, squares, to);
        break;
    case 3:
        F(moments_groups)(values, count, length, pitch, 3, squares, to);
        break;
    case 4:
        F(moments_groups)(values, count, length, pitch, 4, squares, to);
        break;
    default:
        F(moments_groups)(values, count, length, pitch, F(quads_of)(length), squares, to);
        break;
    }
    if (squares)
        F(center)(to, count, length);
}

static void F(mean_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                         int64_t step, host_cells to)
{
    (void)position, (void)step;
    F(moments_of_rows)(values, count, length, pitch, false, to);
}

static void F(moments_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                            int64_t step, host_cells to)
{
    (void)position, (void)step;
    F(moments_of_rows)(values, count, length, pitch, true, to);
}

static void F(mean_complex_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                                 int64_t step, host_cells to)
{
    (void)position, (void)step;
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        T s[2] = {x[0] - x[0] == 0 ? x[0] : 0, x[1] - x[1] == 0 ? x[1] : 0}, sum[2];
        VECTOR shift;
        QUAD first, second;
        for (int k = 0; k < VECTOR_LANES; k++)
            shift[k] = s[k & 1];
        F(moments_long)(x, 2 * length, shift, false, &first, &second);
        F(fold_pair)(first, sum);
        for (int part = 0; part < 2; part++) {
            ((double *)to.planes[0])[2 * r + part] = (double)s[part];
            ((double *)to.planes[1])[2 * r + part] = (double)sum[part];
        }
    }
}

#undef VECTOR
#undef QUAD
#undef VECTOR_LANES
#undef QUAD_LANES
#undef VECTORS
