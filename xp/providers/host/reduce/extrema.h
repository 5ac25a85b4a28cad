/* Extrema and their positions for values T in one direction, with cells of type CELL: included once for each dtype and
 * direction. NAME(name) is the function's name, BETTER(a, b) the comparison, POSITION a signed number as wide as T.
 * NAME(extremum)(x, n), NaN if any is, and NAME(rows) are there. A NaN is better than any number, the first of several
 * the best.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Rows that go into the best values so far. */
static void NAME(plain_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, T *restrict best)
{
    int64_t r = 0;
    for (; r + 2 <= rows; r += 2) {
        const T *a = (const T *)(values + r * pitch), *b = (const T *)(values + (r + 1) * pitch);
        for (int64_t i = 0; i < width; i++) {
            T held = best[i];
            held = (BETTER(a[i], held)) | IS_NAN(a[i]) ? a[i] : held;
            best[i] = (BETTER(b[i], held)) | IS_NAN(b[i]) ? b[i] : held;
        }
    }
    for (; r < rows; r++) {
        const T *a = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i++)
            best[i] = (BETTER(a[i], best[i])) | IS_NAN(a[i]) ? a[i] : best[i];
    }
}

#if FLOATING
#include "providers/host/reduce/float_extrema_columns.h"
#else
static void NAME(columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done, char *state)
{
    if (done == 0)
        memcpy(state, values, (size_t)width * sizeof(T));
    NAME(plain_columns)(values, rows, width, pitch, (T *)state);
}
#endif

static void NAME(columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                              host_cells to)
{
    (void)rows, (void)positions;
    for (int64_t i = 0; i < width; i++)
        ((CELL *)to.planes[0])[i] = (CELL)((const T *)state)[i];
}

static void NAME(merge)(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    (void)n_into, (void)n_other;
    CELL *restrict best = (CELL *)into.planes[0];
    const CELL *next = (const CELL *)other.planes[0];
    for (int64_t i = 0; i < width; i++)
        best[i] = (BETTER(next[i], best[i])) | IS_NAN(next[i]) ? next[i] : best[i];
}

/* ---- positions --------------------------------------------------------------------------------------------------- */

#define SEARCHED 32 /* elements that are compared before the result is looked at */

static inline int64_t NAME(find)(const T *x, int64_t n, T value)
{
    bool is_nan = IS_NAN(value);
    int64_t i = 0;
    for (; i + SEARCHED <= n; i += SEARCHED) {
        T found = 0;
        for (int64_t k = 0; k < SEARCHED; k++)
            found = (x[i + k] == value) | (is_nan & IS_NAN(x[i + k])) ? 1 : found;
        if (found != 0)
            break;
    }
    while (x[i] != value && !(is_nan && IS_NAN(x[i])))
        i++;
    return i;
}

static void NAME(position_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                                int64_t step, host_cells to)
{
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        T best = NAME(extremum)(x, length);
        ((CELL *)to.planes[0])[r] = (CELL)best;
        ((int64_t *)to.planes[1])[r] = position + r * step + NAME(find)(x, length, best);
    }
}

static void NAME(position_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                                   char *state)
{
    T *restrict best = (T *)state;
    POSITION *restrict at = (POSITION *)(best + width);
    if (done == 0) {
        memcpy(best, values, (size_t)width * sizeof(T));
        memset(at, 0, (size_t)width * sizeof(POSITION));
    }
    for (int64_t r = 0; r < rows; r++) {
        const T *x = (const T *)(values + r * pitch);
        const POSITION row = (POSITION)(done + r);
        for (int64_t i = 0; i < width; i++) {
            T held = best[i], next = x[i];
            bool wins = (BETTER(next, held)) | (IS_NAN(next) & !IS_NAN(held));
            best[i] = wins ? next : held;
            at[i] = wins ? row : at[i];
        }
    }
}

static void NAME(position_columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                                       host_cells to)
{
    const POSITION *at = (const POSITION *)((const T *)state + width);
    int64_t *out = (int64_t *)to.planes[1];
    NAME(columns_end)(state, rows, width, positions, to);
    for (int64_t first = 0, start = positions->start; first < width; first += positions->columns, start++)
        for (int64_t i = first; i < first + positions->columns && i < width; i++)
            out[i] = start + at[i] * positions->step;
}

static void NAME(position_merge)(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    (void)n_into, (void)n_other;
    CELL *restrict best = (CELL *)into.planes[0];
    int64_t *restrict at = (int64_t *)into.planes[1];
    const CELL *next = (const CELL *)other.planes[0];
    const int64_t *next_at = (const int64_t *)other.planes[1];
    for (int64_t i = 0; i < width; i++) {
        CELL a = best[i], b = next[i];
        bool equal = (a == b) | (IS_NAN(a) & IS_NAN(b));
        bool wins = (BETTER(b, a)) | (IS_NAN(b) & !IS_NAN(a)) | (equal & (next_at[i] < at[i]));
        best[i] = wins ? b : a;
        at[i] = wins ? next_at[i] : at[i];
    }
}

#undef SEARCHED
