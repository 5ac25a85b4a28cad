/* Sums and moments of columns of floating values T: included once for each dtype; F(name) is the function's name. The
 * shift of a column is its leaf's first value, or 0 if that is infinite or NaN.
 * SPDX-License-Identifier: BSD-3-Clause */

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
#pragma GCC ivdep
        for (int64_t i = 0; i < width; i++) {
            T s = shifts[i], da = a[i] - s, db = b[i] - s, dc = c[i] - s, dd = d[i] - s;
            first[i] += (da + db) + (dc + dd);
            if (squares)
                second[i] += (da * da + db * db) + (dc * dc + dd * dd);
        }
    }
    for (; r < rows; r++) {
        const T *a = (const T *)(values + r * pitch);
#pragma GCC ivdep
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
