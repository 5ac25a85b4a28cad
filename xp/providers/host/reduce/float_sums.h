/* Sums and moments of floating values T, whose vectors carry the suffix F: included once for each dtype.
 *
 * The sum of a leaf is made in lanes of LANE_BYTES: element i goes to lane i modulo their number, and the lanes are
 * folded in halves. Moments take the differences from a shift s near the mean, so that nothing cancels: the mean of a
 * leaf's first values, the first value of a short row, the first row of columns. If that is infinite or NaN, s is 0.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define QUAD F(quad)
#define VECTOR_LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))
#define QUAD_LANES ((int64_t)(QUAD_BYTES / sizeof(T)))
#define SUM_VECTORS (256 / VECTOR_BYTES)
#define MOMENT_VECTORS (128 / VECTOR_BYTES)

/* ---- sums: rows ------------------------------------------------------------------------------------------------------- */

/* Even and odd lanes apart: their sum is the real sum, they are the complex one. */
static inline void F(sum_leaf)(const T *x, int64_t n, T sum[2])
{
    VECTOR lanes[SUM_VECTORS] = {{0}};
    int64_t i = 0;
    for (; i + SUM_VECTORS * VECTOR_LANES <= n; i += SUM_VECTORS * VECTOR_LANES)
#pragma GCC unroll 16
        for (int k = 0; k < SUM_VECTORS; k++)
            lanes[k] += F(load)(x + i + k * VECTOR_LANES);
    int64_t left = n - i;
#pragma GCC unroll 16
    for (int k = 0; k < SUM_VECTORS; k++, left -= VECTOR_LANES)
        if (left >= VECTOR_LANES)
            lanes[k] += F(load)(x + i + k * VECTOR_LANES);
        else if (left > 0)
            lanes[k] += F(partial)((VECTOR){0}, x + i + k * VECTOR_LANES, left);
#pragma GCC unroll 4
    for (int half = SUM_VECTORS / 2; half > 0; half /= 2)
#pragma GCC unroll 16
        for (int k = 0; k < half; k++)
            lanes[k] += lanes[k + half];
    F(fold)(lanes[0], sum);
}

static inline void F(store_cells)(double *cells, QUAD values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        cells[i] = (double)values[i];
}

/* As many rows as a quad has lanes, at once. Rows past `count` are the last one again. */
static void F(sum_short_rows)(const char *values, int64_t count, int64_t n, int64_t pitch, double *sums)
{
    for (int64_t first = 0; first < count; first += QUAD_LANES) {
        const T *x[QUAD_LANES];
        QUAD row[QUAD_LANES];
        int64_t rows = count - first < QUAD_LANES ? count - first : QUAD_LANES, i = 0;
#pragma GCC unroll 8
        for (int r = 0; r < QUAD_LANES; r++) {
            x[r] = (const T *)(values + (first + (r < rows ? r : rows - 1)) * pitch);
            row[r] = (QUAD){0};
        }
        for (; i + QUAD_LANES <= n; i += QUAD_LANES)
#pragma GCC unroll 8
            for (int r = 0; r < QUAD_LANES; r++)
                row[r] += F(load_quad)(x[r] + i);
        if (i < n)
#pragma GCC unroll 8
            for (int r = 0; r < QUAD_LANES; r++)
                row[r] += F(partial_quad)((QUAD){0}, x[r] + i, n - i);
        F(store_cells)(sums + first, F(sum_of_rows)(row), rows);
    }
}

static void F(sum_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                        int64_t step, host_cells to)
{
    (void)position, (void)step;
    double *sums = (double *)to.planes[0];
    if (length <= HOST_SHORT_ROW) {
        F(sum_short_rows)(values, count, length, pitch, sums);
        return;
    }
    for (int64_t r = 0; r < count; r++) {
        T sum[2];
        F(sum_leaf)((const T *)(values + r * pitch), length, sum);
        sums[r] = (double)(sum[0] + sum[1]);
    }
}

static void F(sum_complex_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                                int64_t step, host_cells to)
{
    (void)position, (void)step;
    double *sums = (double *)to.planes[0];
    for (int64_t r = 0; r < count; r++) {
        T sum[2];
        F(sum_leaf)((const T *)(values + r * pitch), 2 * length, sum);
        sums[2 * r] = (double)sum[0];
        sums[2 * r + 1] = (double)sum[1];
    }
}

/* ---- sums: columns ------------------------------------------------------------------------------------------------------ */

static void F(sum_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done, char *state)
{
    T *restrict sums = (T *)state;
    if (done == 0)
        memset(sums, 0, (size_t)width * sizeof(T));
    int64_t r = 0;
    for (; r + HOST_GROUP_ROWS <= rows; r += HOST_GROUP_ROWS) {
        const T *a = (const T *)(values + r * pitch), *b = (const T *)(values + (r + 1) * pitch);
        const T *c = (const T *)(values + (r + 2) * pitch), *d = (const T *)(values + (r + 3) * pitch);
        for (int64_t i = 0; i < width; i++)
            sums[i] += (a[i] + b[i]) + (c[i] + d[i]);
    }
    for (; r < rows; r++) {
        const T *a = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i++)
            sums[i] += a[i];
    }
}

static void F(sum_columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                               host_cells to)
{
    (void)rows, (void)positions;
    for (int64_t i = 0; i < width; i++)
        ((double *)to.planes[0])[i] = (double)((const T *)state)[i];
}

/* ---- moments: rows --------------------------------------------------------------------------------------------------------- */

static inline void F(moments_leaf)(const T *x, int64_t n, VECTOR shift, bool squares, T first[2], T second[2])
{
    VECTOR sums[MOMENT_VECTORS] = {{0}}, square_sums[MOMENT_VECTORS] = {{0}};
    int64_t i = 0;
    for (; i + MOMENT_VECTORS * VECTOR_LANES <= n; i += MOMENT_VECTORS * VECTOR_LANES)
#pragma GCC unroll 8
        for (int k = 0; k < MOMENT_VECTORS; k++) {
            VECTOR d = F(load)(x + i + k * VECTOR_LANES) - shift;
            sums[k] += d;
            if (squares)
                square_sums[k] += d * d;
        }
    int64_t left = n - i;
#pragma GCC unroll 8
    for (int k = 0; k < MOMENT_VECTORS; k++, left -= VECTOR_LANES)
        if (left > 0) {
            const T *at = x + i + k * VECTOR_LANES;
            VECTOR d = (left >= VECTOR_LANES ? F(load)(at) : F(partial)(shift, at, left)) - shift;
            sums[k] += d;
            if (squares)
                square_sums[k] += d * d;
        }
#pragma GCC unroll 4
    for (int half = MOMENT_VECTORS / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (int k = 0; k < half; k++) {
            sums[k] += sums[k + half];
            square_sums[k] += square_sums[k + half];
        }
    F(fold)(sums[0], first);
    if (squares)
        F(fold)(square_sums[0], second);
}

static inline bool F(is_finite)(T x) { return x - x == 0; }

/* A row as one leaf, whatever its length, with a shift of `s`, or 0 if that leads to a NaN. */
static inline void F(moments_row)(const T *x, int64_t n, T s, bool squares, int64_t r, host_cells to)
{
    T first[2], second[2] = {0, 0};
    F(moments_leaf)(x, n, F(all)(s), squares, first, second);
    if (first[0] + first[1] != first[0] + first[1]) {
        s = 0;
        F(moments_leaf)(x, n, F(all)(s), squares, first, second);
    }
    double sum = (double)(first[0] + first[1]), square_sum = (double)(second[0] + second[1]);
    ((double *)to.planes[0])[r] = (double)s;
    ((double *)to.planes[1])[r] = sum;
    if (squares)
        ((double *)to.planes[2])[r] = square_sum - sum * sum * (1 / (double)n);
}

static inline void F(moments_short_rows)(const char *values, int64_t count, int64_t n, int64_t pitch, bool squares,
                                         host_cells to)
{
    double *shifts = (double *)to.planes[0], *sums = (double *)to.planes[1], *rest = (double *)to.planes[2];
    double share = 1 / (double)n;
    for (int64_t begin = 0; begin < count; begin += QUAD_LANES) {
        const T *x[QUAD_LANES];
        QUAD first[QUAD_LANES], second[QUAD_LANES], shift[QUAD_LANES];
        int64_t rows = count - begin < QUAD_LANES ? count - begin : QUAD_LANES, i = 0;
#pragma GCC unroll 8
        for (int r = 0; r < QUAD_LANES; r++) {
            x[r] = (const T *)(values + (begin + (r < rows ? r : rows - 1)) * pitch);
            shift[r] = F(all_quad)(x[r][0]);
            first[r] = second[r] = (QUAD){0};
        }
        for (; i < n; i += QUAD_LANES)
#pragma GCC unroll 8
            for (int r = 0; r < QUAD_LANES; r++) {
                QUAD d = (n - i >= QUAD_LANES ? F(load_quad)(x[r] + i) : F(partial_quad)(shift[r], x[r] + i, n - i)) -
                         shift[r];
                first[r] += d;
                if (squares)
                    second[r] += d * d;
            }
        QUAD sum = F(sum_of_rows)(first), square_sum = squares ? F(sum_of_rows)(second) : sum;
        for (int64_t r = 0; r < rows; r++) {
            double total = (double)sum[r];
            if (total != total) {
                F(moments_row)(x[r], n, 0, squares, begin + r, to);
                continue;
            }
            shifts[begin + r] = (double)x[r][0];
            sums[begin + r] = total;
            if (squares)
                rest[begin + r] = (double)square_sum[r] - total * total * share;
        }
    }
}

static inline void F(moments_of_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, bool squares,
                                      host_cells to)
{
    if (length <= HOST_SHORT_ROW) {
        F(moments_short_rows)(values, count, length, pitch, squares, to);
        return;
    }
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        T s = (((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]))) * (T)0.125;
        F(moments_row)(x, length, F(is_finite)(s) ? s : 0, squares, r, to);
    }
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
        T s[2] = {F(is_finite)(x[0]) ? x[0] : 0, F(is_finite)(x[1]) ? x[1] : 0}, sum[2], none[2];
        VECTOR shift;
        for (int k = 0; k < VECTOR_LANES; k++)
            shift[k] = s[k & 1];
        F(moments_leaf)(x, 2 * length, shift, false, sum, none);
        for (int part = 0; part < 2; part++) {
            ((double *)to.planes[0])[2 * r + part] = (double)s[part];
            ((double *)to.planes[1])[2 * r + part] = (double)sum[part];
        }
    }
}

/* ---- moments: columns ------------------------------------------------------------------------------------------------------ */

static inline void F(moments_of_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                                         bool squares, char *state)
{
    T *restrict shifts = (T *)state, *restrict first = shifts + width, *restrict second = first + width;
    if (done == 0) {
        const T *x = (const T *)values;
        for (int64_t i = 0; i < width; i++)
            shifts[i] = x[i] - x[i] == 0 ? x[i] : 0;
        memset(first, 0, (size_t)width * sizeof(T) * (squares ? 2 : 1));
    }
    int64_t r = 0;
    for (; r + HOST_GROUP_ROWS <= rows; r += HOST_GROUP_ROWS) {
        const T *a = (const T *)(values + r * pitch), *b = (const T *)(values + (r + 1) * pitch);
        const T *c = (const T *)(values + (r + 2) * pitch), *d = (const T *)(values + (r + 3) * pitch);
        for (int64_t i = 0; i < width; i++) {
            T s = shifts[i], da = a[i] - s, db = b[i] - s, dc = c[i] - s, dd = d[i] - s;
            first[i] += (da + db) + (dc + dd);
            if (squares)
                second[i] += (da * da + db * db) + (dc * dc + dd * dd);
        }
    }
    for (; r < rows; r++) {
        const T *a = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i++) {
            T da = a[i] - shifts[i];
            first[i] += da;
            if (squares)
                second[i] += da * da;
        }
    }
}

static void F(mean_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done, char *state)
{
    F(moments_of_columns)(values, rows, width, pitch, done, false, state);
}

static void F(moments_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                               char *state)
{
    F(moments_of_columns)(values, rows, width, pitch, done, true, state);
}

static void F(mean_columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                                host_cells to)
{
    (void)rows, (void)positions;
    const T *shifts = (const T *)state, *first = shifts + width;
    for (int64_t i = 0; i < width; i++) {
        ((double *)to.planes[0])[i] = (double)shifts[i];
        ((double *)to.planes[1])[i] = (double)first[i];
    }
}

static void F(moments_columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                                   host_cells to)
{
    F(mean_columns_end)(state, rows, width, positions, to);
    const T *first = (const T *)state + width, *second = first + width;
    double share = 1 / (double)rows;
    for (int64_t i = 0; i < width; i++) {
        double sum = (double)first[i];
        ((double *)to.planes[2])[i] = (double)second[i] - sum * sum * share;
    }
}

#undef VECTOR
#undef QUAD
#undef VECTOR_LANES
#undef QUAD_LANES
#undef SUM_VECTORS
#undef MOMENT_VECTORS
