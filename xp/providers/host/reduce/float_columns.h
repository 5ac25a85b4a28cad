/* Sums and moments of columns of floating values T, whose vectors carry the suffix F: included once for each dtype.
 *
 * A cell adds one row after the other. A strip of a few vectors goes down all rows with its numbers in registers: what
 * is read is all that memory has to do. The shift of a column is the mean of its leaf's first values.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define VECTOR_LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))

/* Numbers of a leaf lie in planes; each may be written in whole vectors. */
static inline int64_t F(plane_of)(int64_t width)
{
    return (width + HOST_STATE_PAD - 1) / HOST_STATE_PAD * HOST_STATE_PAD;
}

/* Vector k of `vectors`, the last of which has `last` elements only. */
INLINED VECTOR F(load_of_strip)(const T *x, int k, int vectors, int64_t last)
{
    return k == vectors - 1 && last < VECTOR_LANES ? F(partial)((VECTOR){0}, x + k * VECTOR_LANES, last)
                                                   : F(load)(x + k * VECTOR_LANES);
}

INLINED void F(put)(T *to, VECTOR v) { *(F(loose_vector) *)to = v; }

/* ---- strips ------------------------------------------------------------------------------------------------------ */

/* What is in the state already is read first, unless the leaf is a `fresh` one. */
INLINED void F(sum_strip)(const char *values, int64_t rows, int64_t pitch, int vectors, int64_t last, bool fresh,
                          T *state, int64_t plane)
{
    (void)plane;
    const VECTOR nothing = F(all)((T)-0.0); /* the sum of -0s is -0 */
    VECTOR sums[STRIP];
#pragma GCC unroll 10
    for (int k = 0; k < vectors; k++)
        sums[k] = fresh ? nothing : F(load)(state + k * VECTOR_LANES);
    for (int64_t r = 0; r < rows; r++, values += pitch)
#pragma GCC unroll 10
        for (int k = 0; k < vectors; k++)
            sums[k] += F(load_of_strip)((const T *)values, k, vectors, last);
#pragma GCC unroll 10
    for (int k = 0; k < vectors; k++)
        F(put)(state + k * VECTOR_LANES, sums[k]);
}

/* As in rows, the differences are added by the units that multiply. */
INLINED void F(moments_strip)(const char *values, int64_t rows, int64_t pitch, int vectors, int64_t last, bool fresh,
                              T *state, int64_t plane)
{
    VECTOR shifts[STRIP], sums[STRIP], squares[STRIP];
    const VECTOR one = F(all)(F(hidden_one)());
    if (fresh)
        F(sum_strip)(values, rows < HOST_FIRST_ROWS ? rows : HOST_FIRST_ROWS, pitch, vectors, last, true, state, plane);
    const VECTOR share = F(all)((T)1 / (T)(rows < HOST_FIRST_ROWS ? rows : HOST_FIRST_ROWS));
#pragma GCC unroll 10
    for (int k = 0; k < vectors; k++) {
        shifts[k] = F(load)(state + k * VECTOR_LANES);
        shifts[k] = fresh ? shifts[k] * share : shifts[k];
        sums[k] = fresh ? (VECTOR){0} : F(load)(state + plane + k * VECTOR_LANES);
        squares[k] = fresh ? (VECTOR){0} : F(load)(state + 2 * plane + k * VECTOR_LANES);
    }
    for (int64_t r = 0; r < rows; r++, values += pitch)
#pragma GCC unroll 10
        for (int k = 0; k < vectors; k++) {
            VECTOR d = F(load_of_strip)((const T *)values, k, vectors, last) - shifts[k];
            sums[k] = F(plus)(d, one, sums[k]);
            squares[k] += d * d;
        }
#pragma GCC unroll 10
    for (int k = 0; k < vectors; k++) {
        F(put)(state + k * VECTOR_LANES, shifts[k]);
        F(put)(state + plane + k * VECTOR_LANES, sums[k]);
        F(put)(state + 2 * plane + k * VECTOR_LANES, squares[k]);
    }
}

/* ---- leaves ------------------------------------------------------------------------------------------------------ */

typedef void F(strip)(const char *values, int64_t rows, int64_t pitch, int vectors, int64_t last, bool fresh, T *state,
                      int64_t plane);

/* With the number of vectors as a constant, and whether the last one is whole. */
INLINED void F(strip_of)(F(strip) *strip, const char *values, int64_t rows, int64_t pitch, int vectors, int64_t last,
                         bool fresh, T *state, int64_t plane)
{
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        if (last == VECTOR_LANES)                                                                                      \
            strip(values, rows, pitch, n, VECTOR_LANES, fresh, state, plane);                                          \
        else                                                                                                           \
            strip(values, rows, pitch, n, last, fresh, state, plane);                                                  \
        break;
    switch (vectors) {
        STRIP_CASES(CASE)
    }
#undef CASE
}

/* Strips of at most `most` vectors. Where there are several, they go down a few rows at a time: what is read is closer
 * together then. */
INLINED void F(strips)(F(strip) *strip, int most, const char *values, int64_t rows, int64_t width, int64_t pitch,
                       bool fresh, T *state)
{
    int64_t plane = F(plane_of)(width);
    for (int64_t first = 0; first < width; first += most * VECTOR_LANES) {
        int64_t left = width - first < most * VECTOR_LANES ? width - first : most * VECTOR_LANES;
        int vectors = (int)((left + VECTOR_LANES - 1) / VECTOR_LANES);
        F(strip_of)(strip, values + first * (int64_t)sizeof(T), rows, pitch, vectors,
                    left - (vectors - 1) * VECTOR_LANES, fresh, state + first, plane);
    }
}

INLINED void F(all_strips)(F(strip) *strip, int most, const char *values, int64_t rows, int64_t width, int64_t pitch,
                           int64_t done, T *state)
{
    int64_t step = width <= most * VECTOR_LANES ? rows : STRIP_ROWS;
    for (int64_t r = 0; r < rows; r += step) {
        int64_t count = rows - r < step ? rows - r : step;
        F(strips)(strip, most, values + r * pitch, count, width, pitch, done + r == 0, state);
    }
}

static void F(sum_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done, char *state)
{
    F(all_strips)(F(sum_strip), STRIP, values, rows, width, pitch, done, (T *)state);
}

static void F(moments_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                               char *state)
{
    F(all_strips)(F(moments_strip), MOMENTS_STRIP, values, rows, width, pitch, done, (T *)state);
}

static void F(sum_columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                               host_cells to)
{
    (void)rows, (void)positions;
    double *restrict sum = (double *)to.planes[0];
#pragma GCC ivdep
    for (int64_t i = 0; i < width; i++)
        sum[i] = (double)((const T *)state)[i];
}

static void F(moments_columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                                   host_cells to)
{
    (void)positions;
    const T *shifts = (const T *)state, *first = shifts + F(plane_of)(width), *second = first + F(plane_of)(width);
    double *restrict shift = (double *)to.planes[0], *restrict sum = (double *)to.planes[1];
    double *restrict rest = (double *)to.planes[2], share = 1 / (double)rows;
#pragma GCC ivdep
    for (int64_t i = 0; i < width; i++) {
        double total = (double)first[i];
        shift[i] = (double)shifts[i];
        sum[i] = total;
        rest[i] = (double)second[i] - total * total * share;
    }
}

#undef VECTOR
#undef VECTOR_LANES
