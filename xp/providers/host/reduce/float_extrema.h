/* The extremum of a row of floating values T, whose vectors carry the suffix F: included once for each dtype and
 * direction. NAME(name) is the function's name, BETTER(a, b) the comparison, PICK the vector function for it.
 * SPDX-License-Identifier: BSD-3-Clause */

#define VECTOR F(vector)
#define VECTOR_LANES ((int64_t)(VECTOR_BYTES / sizeof(T)))
#define VECTORS (256 / VECTOR_BYTES)

/* NaN if any is. Element i goes to lane i modulo their number; the lanes are folded in halves. */
static inline T NAME(extremum)(const T *x, int64_t n)
{
    VECTOR best[VECTORS];
    nan_flags nans = {0};
    int64_t i = 0;
#pragma GCC unroll 16
    for (int k = 0; k < VECTORS; k++)
        best[k] = F(all)(x[0]);
    for (; i + VECTORS * VECTOR_LANES <= n; i += VECTORS * VECTOR_LANES)
#pragma GCC unroll 16
        for (int k = 0; k < VECTORS; k++) {
            VECTOR next = F(load)(x + i + k * VECTOR_LANES);
            nans = F(see)(nans, next);
            best[k] = F(PICK)(next, best[k]);
        }
    int64_t left = n - i;
#pragma GCC unroll 16
    for (int k = 0; k < VECTORS; k++, left -= VECTOR_LANES)
        if (left > 0) {
            const T *at = x + i + k * VECTOR_LANES;
            VECTOR next = left >= VECTOR_LANES ? F(load)(at) : F(partial)(best[k], at, left);
            nans = F(see)(nans, next);
            best[k] = F(PICK)(next, best[k]);
        }
    if (was_seen(nans))
        return (T)NAN;
#pragma GCC unroll 4
    for (int half = VECTORS / 2; half > 0; half /= 2)
#pragma GCC unroll 16
        for (int k = 0; k < half; k++)
            best[k] = F(PICK)(best[k + half], best[k]);
    T lanes[VECTOR_BYTES / sizeof(T)];
    memcpy(lanes, &best[0], sizeof lanes);
#pragma GCC unroll 4
    for (int half = VECTOR_BYTES / sizeof(T) / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (int k = 0; k < half; k++)
            lanes[k] = BETTER(lanes[k + half], lanes[k]) ? lanes[k + half] : lanes[k];
    return lanes[0];
}

/* ---- several short rows at once ---------------------------------------------------------------------------------- */

#define QUAD F(quad)
#define QUAD_LANES ((int64_t)(QUAD_BYTES / sizeof(T)))
#define HALF_LANES ((int64_t)(HALF_BYTES / sizeof(T)))

/* The extremum in each lane of two rows of n elements; the last pieces may overlap the ones before. */
INLINED QUAD NAME(extremum_of_two)(const char *a, const char *b, int64_t n, quad_nans *nans)
{
    const int64_t last = n * (int64_t)sizeof(T) - HALF_BYTES;
    QUAD best = F(load_halves)(a + last, b + last), seen = best;
    for (int64_t at = 0; at < last; at += HALF_BYTES) {
        QUAD next = F(load_halves)(a + at, b + at);
        *nans = either(*nans, F(unordered)(next, seen));
        best = F(JOIN(PICK, quad))(next, best);
        seen = next;
    }
    *nans = either(*nans, F(unordered)(seen, seen));
    return best;
}

/* Rows in which there is a NaN are looked for where there is one in the group. */
static __attribute__((noinline)) QUAD NAME(with_nans)(QUAD best, const char *row, int64_t n, int64_t pitch)
{
    for (int64_t r = 0; r < QUAD_LANES; r++, row += pitch)
        for (int64_t i = 0; i < n; i++)
            if (IS_NAN(((const T *)row)[i]))
                best[r] = (T)NAN;
    return best;
}

INLINED QUAD NAME(extrema_of_group)(const char *row, int64_t n, int64_t pitch)
{
    const char *next = row;
    QUAD best[HALF_BYTES / sizeof(T)];
    quad_nans nans = {0};
#pragma GCC unroll 4
    for (int k = 0; k < HALF_LANES; k++, next = F(row_after)(next, pitch))
        best[k] = NAME(extremum_of_two)(next, next + HALF_LANES * pitch, n, &nans);
    QUAD results = F(JOIN(fold, PICK))(best);
    return some_nan(nans) ? NAME(with_nans)(results, row, n, pitch) : results;
}

/* Of rows of HALF_LANES elements at least. What is left after the last whole group is one more that overlaps it; fewer
 * rows than a group has are copied first. */
static void NAME(short_results)(const char *values, int64_t count, int64_t n, int64_t pitch, host_ending ending,
                                char *out)
{
    const int64_t last = count - QUAD_LANES;
    if (last < 0) {
        T copy[QUAD_BYTES / sizeof(T) * HOST_SHORT_ROW];
        memset(copy, 0, sizeof copy);
        for (int64_t r = 0; r < count; r++)
            memcpy(copy + r * n, values + r * pitch, (size_t)n * sizeof(T));
        QUAD results = NAME(extrema_of_group)((const char *)copy, n, n * (int64_t)sizeof(T));
        F(end_rows)(ending, out, 0, results, count);
        return;
    }
    for (int64_t at = 0;; at = at + QUAD_LANES < last ? at + QUAD_LANES : last) {
        F(end_rows)(ending, out, at, NAME(extrema_of_group)(values + at * pitch, n, pitch), QUAD_LANES);
        if (at == last)
            return;
    }
}

static void NAME(results)(const char *values, int64_t count, int64_t n, int64_t pitch, host_ending ending, char *out)
{
    if (n >= HALF_LANES && n <= HOST_SHORT_ROW) {
        NAME(short_results)(values, count, n, pitch, ending, out);
        return;
    }
    for (int64_t r = 0; r < count; r++) {
        T best = NAME(extremum)((const T *)(values + r * pitch), n);
        if (ending.what & HOST_AS_CELLS)
            ((double *)out)[r] = (double)best;
        else
            ((T *)out)[r] = best;
    }
}

static void NAME(rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                       int64_t step, host_cells to)
{
    (void)position, (void)step;
    NAME(results)(values, count, length, pitch, (host_ending){HOST_AS_CELLS, 1}, to.planes[0]);
}

#undef QUAD
#undef QUAD_LANES
#undef HALF_LANES
#undef VECTOR
#undef VECTOR_LANES
#undef VECTORS
