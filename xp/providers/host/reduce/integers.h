/* Sums, products and extrema of rows and columns of integers T: included once for each dtype. D(name) is the
 * function's name. Sums and products wrap; CELL is uint64_t, and what wraps there wraps in T, too.
 * SPDX-License-Identifier: BSD-3-Clause */

static void D(sum_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                           int64_t step, host_cells to)
{
    (void)position, (void)step;
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        T sum = 0;
        for (int64_t i = 0; i < length; i++)
            sum = (T)(sum + x[i]);
        ((uint64_t *)to.planes[0])[r] = (uint64_t)sum;
    }
}

static void D(product_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                               int64_t step, host_cells to)
{
    (void)position, (void)step;
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        uint64_t product = 1;
        for (int64_t i = 0; i < length; i++)
            product *= (uint64_t)x[i];
        ((uint64_t *)to.planes[0])[r] = product;
    }
}

static void D(sum_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done, char *state)
{
    T *restrict sums = (T *)state;
    if (done == 0)
        memset(sums, 0, (size_t)width * sizeof(T));
    for (int64_t r = 0; r < rows; r++) {
        const T *x = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i++)
            sums[i] = (T)(sums[i] + x[i]);
    }
}

static void D(product_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                                  char *state)
{
    T *restrict products = (T *)state;
    for (int64_t i = 0; done == 0 && i < width; i++)
        products[i] = 1;
    for (int64_t r = 0; r < rows; r++) {
        const T *x = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i++)
            products[i] = (T)((uint64_t)products[i] * x[i]);
    }
}

static void D(columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                              host_cells to)
{
    (void)rows, (void)positions;
    for (int64_t i = 0; i < width; i++)
        ((uint64_t *)to.planes[0])[i] = (uint64_t)((const T *)state)[i];
}
