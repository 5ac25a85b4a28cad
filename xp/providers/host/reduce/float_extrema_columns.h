/* Extrema of columns of floating values T, whose vectors carry the suffix F: included once for each dtype and
 * direction. NAME(name) is the function's name, PICK the vector function for the comparison.
 *
 * As for sums, a strip of a few vectors goes down its rows with what it has found in registers. If it meets a NaN, it
 * goes down again element by element.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define VECTOR_LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))

/* Whether it met no NaN, and has written what it found. */
INLINED bool NAME(strip)(const char *values, int64_t rows, int64_t pitch, int vectors, int64_t last, T *state)
{
    VECTOR best[STRIP];
    nan_flags nans = {0};
#pragma GCC unroll 10
    for (int k = 0; k < vectors; k++)
        best[k] = F(load)(state + k * VECTOR_LANES);
    for (int64_t r = 0; r < rows; r++, values += pitch)
#pragma GCC unroll 10
        for (int k = 0; k < vectors; k++) {
            const T *x = (const T *)values + k * VECTOR_LANES;
            VECTOR next = k == vectors - 1 && last < VECTOR_LANES ? F(partial)((VECTOR){0}, x, last) : F(load)(x);
            nans = F(see)(nans, next);
            best[k] = F(PICK)(next, best[k]);
        }
    if (was_seen(nans))
        return false;
#pragma GCC unroll 10
    for (int k = 0; k < vectors; k++)
        *(F(loose_vector) *)(state + k * VECTOR_LANES) = best[k];
    return true;
}

/* With the number of vectors as a constant, and whether the last one is whole. */
static bool NAME(strip_of)(const char *values, int64_t rows, int64_t pitch, int vectors, int64_t last, T *state)
{
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        return last == VECTOR_LANES ? NAME(strip)(values, rows, pitch, n, VECTOR_LANES, state)                         \
                                    : NAME(strip)(values, rows, pitch, n, last, state);
    switch (vectors) {
        STRIP_CASES(CASE)
    }
    return true; /* no vectors */
#undef CASE
}

static void NAME(columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done, char *state)
{
    if (done == 0)
        memcpy(state, values, (size_t)width * sizeof(T));
    int64_t most = STRIP * VECTOR_LANES, step = width <= most ? rows : STRIP_ROWS;
    for (int64_t r = 0; r < rows; r += step, values += step * pitch) {
        int64_t count = rows - r < step ? rows - r : step;
        for (int64_t first = 0; first < width; first += most) {
            int64_t left = width - first < most ? width - first : most;
            int vectors = (int)((left + VECTOR_LANES - 1) / VECTOR_LANES);
            const char *from = values + first * (int64_t)sizeof(T);
            T *best = (T *)state + first;
            if (!NAME(strip_of)(from, count, pitch, vectors, left - (vectors - 1) * VECTOR_LANES, best))
                NAME(plain_columns)(from, count, left, pitch, best);
        }
    }
}

#undef VECTOR
#undef VECTOR_LANES
