/* Products of floating values T, in double: included once for each dtype. F(name) is the function's name.
 * SPDX-License-Identifier: BSD-3-Clause */

#define LANES 8

static void F(product_rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position,
                            int64_t step, host_cells to)
{
    (void)position, (void)step;
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        double lanes[LANES] = {1, 1, 1, 1, 1, 1, 1, 1};
        int64_t i = 0;
        for (; i + LANES <= length; i += LANES)
            for (int k = 0; k < LANES; k++)
                lanes[k] *= (double)x[i + k];
        for (int k = 0; i + k < length; k++)
            lanes[k] *= (double)x[i + k];
        for (int half = LANES / 2; half > 0; half /= 2)
            for (int k = 0; k < half; k++)
                lanes[k] *= lanes[k + half];
        ((double *)to.planes[0])[r] = lanes[0];
    }
}

static void F(product_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                               char *state)
{
    double *restrict products = (double *)state;
    for (int64_t i = 0; done == 0 && i < width; i++)
        products[i] = 1;
    for (int64_t r = 0; r < rows; r++) {
        const T *x = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i++)
            products[i] *= (double)x[i];
    }
}

/* Of pairs (real, imaginary), one after the other, from the first one on: 1 times an infinite or NaN pair is another
 * pair. GCC 12 turns neighbouring differences and sums of products into fused instructions whatever -ffp-contract says,
 * if it sees them: two products are hidden from it. */
static inline void F(times)(double *product, double re, double im)
{
    double cross = product[1] * im, straight = product[0] * re;
    __asm__("" : "+m"(cross), "+m"(straight));
    product[1] = product[0] * im + product[1] * re;
    product[0] = straight - cross;
}

static void F(product_complex_rows)(const char *values, int64_t count, int64_t length, int64_t pitch,
                                    int64_t position, int64_t step, host_cells to)
{
    (void)position, (void)step;
    for (int64_t r = 0; r < count; r++) {
        const T *x = (const T *)(values + r * pitch);
        double *product = (double *)to.planes[0] + 2 * r;
        product[0] = (double)x[0];
        product[1] = (double)x[1];
        for (int64_t i = 1; i < length; i++)
            F(times)(product, (double)x[2 * i], (double)x[2 * i + 1]);
    }
}

static void F(product_complex_columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done,
                                       char *state)
{
    double *products = (double *)state;
    for (int64_t i = 0; done == 0 && i < width; i++)
        products[i] = (double)((const T *)values)[i];
    for (int64_t r = done == 0; r < rows; r++) {
        const T *x = (const T *)(values + r * pitch);
        for (int64_t i = 0; i < width; i += 2)
            F(times)(products + i, (double)x[i], (double)x[i + 1]);
    }
}

#undef LANES
