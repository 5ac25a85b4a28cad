/* Matrix product of unsigned integers of one width (signed ones have the same bits). Included once for each width,
 * with T and NAME(x) defined.
 * SPDX-License-Identifier: BSD-3-Clause */

#define PANEL 1024 /* columns of out that stay in the first-level cache */

static void NAME(product)(int64_t rows, int64_t k, int64_t n, const void *a_in, int64_t a_row, int64_t a_column,
                          const void *b_in, int64_t b_row, void *out_in, int64_t out_row)
{
    const T *a = a_in, *b = b_in;
    T *restrict out = out_in;
    for (int64_t start = 0; start < n; start += PANEL) {
        int64_t columns = n - start < PANEL ? n - start : PANEL;
        for (int64_t row = 0; row < rows; row++) {
            T *restrict to = out + row * out_row + start;
            int64_t i = 0;
            for (; i + 4 <= k; i += 4) {
                const T *factor = a + row * a_row + i * a_column, *from = b + i * b_row + start;
                T f0 = factor[0], f1 = factor[a_column], f2 = factor[2 * a_column], f3 = factor[3 * a_column];
                for (int64_t j = 0; j < columns; j++)
                    to[j] = (T)(to[j] + (T)((unsigned)1 * f0 * from[j]) + (T)((unsigned)1 * f1 * from[j + b_row]) +
                                (T)((unsigned)1 * f2 * from[j + 2 * b_row]) +
                                (T)((unsigned)1 * f3 * from[j + 3 * b_row]));
            }
            for (; i < k; i++) {
                T factor = a[row * a_row + i * a_column];
                const T *from = b + i * b_row + start;
                for (int64_t j = 0; j < columns; j++)
                    to[j] = (T)(to[j] + (T)((unsigned)1 * factor * from[j]));
            }
        }
    }
}

#undef PANEL
