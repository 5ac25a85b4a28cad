/* How many elements are not zero, for elements of PARTS numbers T each: included once for each dtype. D(name) is the
 * function's name, COUNTER an unsigned number as wide as T. NaN is not zero.
 * SPDX-License-Identifier: BSD-3-Clause */

#if PARTS == 2
#define IS_NONZERO(x, i) ((x[2 * (i)] != 0) | (x[2 * (i) + 1] != 0))
#else
#define IS_NONZERO(x, i) (x[i] != 0)
#endif
#define STRETCH 128 /* elements that a COUNTER of one byte can count */

static void D(count_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                             int64_t step, host_cells to)
{
    (void)position, (void)step;
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        int64_t total = 0, i = 0;
        for (; i + STRETCH <= length; i += STRETCH) {
            COUNTER some = 0;
            for (int64_t k = 0; k < STRETCH; k++)
                some = (COUNTER)(some + IS_NONZERO(x, i + k));
            total += (int64_t)some;
        }
        for (; i < length; i++)
            total += IS_NONZERO(x, i);
        ((int64_t *)to.planes[0])[r] = total;
    }
}

static void D(count_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                                char *state)
{
    COUNTER *restrict counts = (COUNTER *)state;
    if (done == 0)
        memset(counts, 0, (size_t)width * sizeof(COUNTER));
    for (int64_t r = 0; r < rows; r++) {
        const T *x = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i++)
            counts[i] = (COUNTER)(counts[i] + IS_NONZERO(x, i));
    }
}

static void D(count_columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                                    host_cells to)
{
    (void)rows, (void)positions;
    for (int64_t i = 0; i < width; i++)
        ((int64_t *)to.planes[0])[i] = (int64_t)((const COUNTER *)state)[i];
}

#undef IS_NONZERO
#undef STRETCH
