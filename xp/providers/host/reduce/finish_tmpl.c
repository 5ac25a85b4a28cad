/* From cells to the elements of an output; compiled for each instruction set, whose name is in HOST_SUFFIX.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "providers/host/reduce/reducers.h"

#define JOINED(a, b) a##_##b
#define JOIN(a, b) JOINED(a, b)

/* Which NaN comes out of a sum depends on the order of operands that the compiler chose: it becomes the plain one. */
static inline double plain_nan(double x) { return x == x ? x : (double)NAN; }
static inline uint64_t as_it_is(uint64_t x) { return x; }

/* `to` elements of type T from cells of type CELL, `parts` numbers each. */
#define COPIES(name, CELL, T, parts, PASS)                                                                             \
    static void copy_##name(host_cells cells, int64_t width, double n, double correction, char *out)                   \
    {                                                                                                                  \
        (void)n, (void)correction;                                                                                     \
        const CELL *from = (const CELL *)cells.planes[0];                                                              \
        for (int64_t i = 0; i < width * (parts); i++)                                                                  \
            ((T *)out)[i] = (T)PASS(from[i]);                                                                          \
    }
COPIES(bytes, uint64_t, uint8_t, 1, as_it_is)
COPIES(shorts, uint64_t, uint16_t, 1, as_it_is)
COPIES(words, uint64_t, uint32_t, 1, as_it_is)
COPIES(longs, uint64_t, uint64_t, 1, as_it_is)
COPIES(float32, double, float, 1, plain_nan)
COPIES(float64, double, double, 1, plain_nan)
COPIES(complex64, double, float, 2, plain_nan)
COPIES(complex128, double, double, 2, plain_nan)

/* Of moments and of spreads. */
static inline const double *square_sums(host_cells cells)
{
    return (const double *)(cells.planes[2] ? cells.planes[2] : cells.planes[0]);
}

/* Rounding may leave a sum of squares a little below zero. */
static inline double at_least_zero(double square_sum) { return square_sum < 0 ? 0 : square_sum; }

#define MEANS(name, T, parts)                                                                                          \
    static void mean_##name(host_cells cells, int64_t width, double n, double correction, char *out)                   \
    {                                                                                                                  \
        (void)correction;                                                                                              \
        const double *sums = (const double *)cells.planes[0];                                                          \
        for (int64_t i = 0; i < width * (parts); i++)                                                                  \
            ((T *)out)[i] = (T)plain_nan(sums[i] / n);                                                                 \
    }
MEANS(float32, float, 1)
MEANS(float64, double, 1)
MEANS(complex64, float, 2)
MEANS(complex128, double, 2)

/* A float32 result is rounded before the root is taken, as where the rows end in results: double rounding does not show
 * in quotients of float32 numbers. */
#define SPREADS(name, T, ROOT)                                                                                         \
    static void var_##name(host_cells cells, int64_t width, double n, double correction, char *out)                    \
    {                                                                                                                  \
        const double *rest = square_sums(cells), divisor = host_divisor(n, correction);                                \
        for (int64_t i = 0; i < width; i++)                                                                            \
            ((T *)out)[i] = (T)plain_nan(at_least_zero(rest[i]) / divisor);                                            \
    }                                                                                                                  \
    static void std_##name(host_cells cells, int64_t width, double n, double correction, char *out)                    \
    {                                                                                                                  \
        const double *rest = square_sums(cells), divisor = host_divisor(n, correction);                                \
        for (int64_t i = 0; i < width; i++)                                                                            \
            ((T *)out)[i] = (T)plain_nan(ROOT((T)(at_least_zero(rest[i]) / divisor)));                                 \
    }
SPREADS(float32, float, sqrtf)
SPREADS(float64, double, sqrt)

static void position(host_cells cells, int64_t width, double n, double correction, char *out)
{
    (void)n, (void)correction;
    const int64_t *from = (const int64_t *)cells.planes[1];
    for (int64_t i = 0; i < width; i++)
        ((int64_t *)out)[i] = from[i];
}

static void any(host_cells cells, int64_t width, double n, double correction, char *out)
{
    (void)n, (void)correction;
    for (int64_t i = 0; i < width; i++)
        ((uint8_t *)out)[i] = ((const int64_t *)cells.planes[0])[i] != 0;
}

static void all(host_cells cells, int64_t width, double n, double correction, char *out)
{
    (void)correction;
    int64_t whole = (int64_t)n;
    for (int64_t i = 0; i < width; i++)
        ((uint8_t *)out)[i] = ((const int64_t *)cells.planes[0])[i] == whole;
}

extern const host_finishers JOIN(host_finishers, HOST_SUFFIX);
const host_finishers JOIN(host_finishers, HOST_SUFFIX) = {
    .copy = {[XP_BOOL] = copy_bytes, [XP_INT8] = copy_bytes, [XP_INT16] = copy_shorts, [XP_INT32] = copy_words,
             [XP_INT64] = copy_longs, [XP_UINT8] = copy_bytes, [XP_UINT16] = copy_shorts, [XP_UINT32] = copy_words,
             [XP_UINT64] = copy_longs, [XP_FLOAT32] = copy_float32, [XP_FLOAT64] = copy_float64,
             [XP_COMPLEX64] = copy_complex64, [XP_COMPLEX128] = copy_complex128},
    .mean = {[XP_FLOAT32] = mean_float32, [XP_FLOAT64] = mean_float64, [XP_COMPLEX64] = mean_complex64,
             [XP_COMPLEX128] = mean_complex128},
    .var = {[XP_FLOAT32] = var_float32, [XP_FLOAT64] = var_float64},
    .std = {[XP_FLOAT32] = std_float32, [XP_FLOAT64] = std_float64},
    .position = position,
    .count = copy_longs,
    .any = any,
    .all = all,
};
