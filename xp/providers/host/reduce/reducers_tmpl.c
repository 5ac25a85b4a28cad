/* The reducers; compiled for each instruction set, whose name is in HOST_SUFFIX.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "providers/host/reduce/lanes.h"
#include "providers/host/reduce/reducers.h"

#define JOINED(a, b) a##_##b
#define JOIN(a, b) JOINED(a, b)

/* ---- floating and complex dtypes --------------------------------------------------------------------------------- */

#define FLOATING 1
#define CELL double

#define T float
#define F(name) JOIN(name, f32)
#define D(name) JOIN(name, float32)
#define POSITION int32_t
#include "providers/host/reduce/float_endings.h"
#include "providers/host/reduce/directions.h"
#include "providers/host/reduce/float_columns.h"
#include "providers/host/reduce/float_products.h"
#include "providers/host/reduce/float_rows.h"
#undef POSITION
#undef D
#undef F
#undef T

#define T double
#define F(name) JOIN(name, f64)
#define D(name) JOIN(name, float64)
#define POSITION int64_t
#include "providers/host/reduce/float_endings.h"
#include "providers/host/reduce/directions.h"
#include "providers/host/reduce/float_columns.h"
#include "providers/host/reduce/float_products.h"
#include "providers/host/reduce/float_rows.h"
#undef POSITION
#undef D
#undef F
#undef T

#undef CELL
#undef FLOATING

/* ---- integers ---------------------------------------------------------------------------------------------------- */

#define FLOATING 0

#define CELL int64_t
#define T int8_t
#define POSITION uint8_t
#define D(name) JOIN(name, int8)
#include "providers/host/reduce/directions.h"
#undef D
#undef POSITION
#undef T
#define T int16_t
#define POSITION int16_t
#define D(name) JOIN(name, int16)
#include "providers/host/reduce/directions.h"
#undef D
#undef POSITION
#undef T
#define T int32_t
#define POSITION int32_t
#define D(name) JOIN(name, int32)
#include "providers/host/reduce/directions.h"
#undef D
#undef POSITION
#undef T
#define T int64_t
#define POSITION int64_t
#define D(name) JOIN(name, int64)
#include "providers/host/reduce/directions.h"
#undef D
#undef POSITION
#undef T
#undef CELL

/* Sums, products and counts do not care for the sign. */
#define CELL uint64_t
#define T uint8_t
#define POSITION uint8_t
#define D(name) JOIN(name, uint8)
#include "providers/host/reduce/directions.h"
#include "providers/host/reduce/integers.h"
#undef D
#undef POSITION
#undef T
#define T uint16_t
#define POSITION int16_t
#define D(name) JOIN(name, uint16)
#include "providers/host/reduce/directions.h"
#include "providers/host/reduce/integers.h"
#undef D
#undef POSITION
#undef T
#define T uint32_t
#define POSITION int32_t
#define D(name) JOIN(name, uint32)
#include "providers/host/reduce/directions.h"
#include "providers/host/reduce/integers.h"
#undef D
#undef POSITION
#undef T
#define T uint64_t
#define POSITION int64_t
#define D(name) JOIN(name, uint64)
#include "providers/host/reduce/directions.h"
#include "providers/host/reduce/integers.h"
#undef D
#undef POSITION
#undef T
#undef CELL
#undef FLOATING

/* ---- counts ------------------------------------------------------------------------------------------------------ */

#define PARTS 1
#define T uint8_t
#define COUNTER uint8_t
#define D(name) JOIN(name, uint8)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#define T uint16_t
#define COUNTER uint16_t
#define D(name) JOIN(name, uint16)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#define T uint32_t
#define COUNTER uint32_t
#define D(name) JOIN(name, uint32)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#define T uint64_t
#define COUNTER uint64_t
#define D(name) JOIN(name, uint64)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#define T float
#define COUNTER uint32_t
#define D(name) JOIN(name, float32)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#define T double
#define COUNTER uint64_t
#define D(name) JOIN(name, float64)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#undef PARTS
#define PARTS 2
#define T float
#define COUNTER uint32_t
#define D(name) JOIN(name, complex64)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#define T double
#define COUNTER uint64_t
#define D(name) JOIN(name, complex128)
#include "providers/host/reduce/counts.h"
#undef D
#undef COUNTER
#undef T
#undef PARTS

/* ---- what all dtypes share --------------------------------------------------------------------------------------- */

static void product_columns_end(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                                host_cells to)
{
    (void)rows, (void)positions;
    memcpy(to.planes[0], state, (size_t)width * sizeof(double));
}

static void add_doubles(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    (void)n_into, (void)n_other;
    for (int64_t i = 0; i < width; i++)
        ((double *)into.planes[0])[i] += ((const double *)other.planes[0])[i];
}

static void multiply_doubles(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    (void)n_into, (void)n_other;
    for (int64_t i = 0; i < width; i++)
        ((double *)into.planes[0])[i] *= ((const double *)other.planes[0])[i];
}

static void multiply_pairs(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    (void)n_into, (void)n_other;
    const double *by = (const double *)other.planes[0];
    for (int64_t i = 0; i < width; i += 2)
        times_f64((double *)into.planes[0] + i, by[i], by[i + 1]);
}

static void add_integers(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    (void)n_into, (void)n_other;
    for (int64_t i = 0; i < width; i++)
        ((uint64_t *)into.planes[0])[i] += ((const uint64_t *)other.planes[0])[i];
}

static void multiply_integers(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    (void)n_into, (void)n_other;
    for (int64_t i = 0; i < width; i++)
        ((uint64_t *)into.planes[0])[i] *= ((const uint64_t *)other.planes[0])[i];
}

/* The sums of differences from two shifts, as one from the first; Chan, Golub, LeVeque: Updating formulae and a
 * pairwise algorithm for computing sample variances (1979). */
static void merge_moments(host_cells into, host_cells other, int64_t width, double n_into, double n_other)
{
    double *restrict shift = (double *)into.planes[0], *restrict sum = (double *)into.planes[1];
    double *restrict rest = (double *)into.planes[2];
    const double *next_shift = (const double *)other.planes[0], *next_sum = (const double *)other.planes[1];
    const double *next_rest = (const double *)other.planes[2];
    double share = 1 / n_into, next_share = 1 / n_other, weight = n_into * n_other / (n_into + n_other);
#pragma GCC ivdep
    for (int64_t i = 0; i < width; i++) {
        double apart = next_shift[i] - shift[i];
        double between = apart + (next_sum[i] * next_share - sum[i] * share);
        rest[i] = (rest[i] + next_rest[i]) + between * between * weight;
        sum[i] = (sum[i] + next_sum[i]) + n_other * apart;
    }
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* Columns: dtype; of whose loops; planes, parts; rows, columns, columns_end, merge; results. */
#define INTEGERS(ROW, dtype, name, unsigned_name)                                                                      \
    ROW(HOST_SUM, dtype, 1, 1, sum_rows_##unsigned_name, sum_columns_##unsigned_name, columns_end_##unsigned_name,     \
        add_integers)                                                                                                  \
    ROW(HOST_PRODUCT, dtype, 1, 1, product_rows_##unsigned_name, product_columns_##unsigned_name,                      \
        columns_end_##unsigned_name, multiply_integers)                                                                \
    EXTREMA(ROW, dtype, name)                                                                                          \
    COUNTS(ROW, dtype, unsigned_name)

#define EXTREMA(ROW, dtype, name)                                                                                      \
    ROW(HOST_MIN, dtype, 1, 1, rows_min_##name, columns_min_##name, columns_end_min_##name, merge_min_##name)          \
    ROW(HOST_MAX, dtype, 1, 1, rows_max_##name, columns_max_##name, columns_end_max_##name, merge_max_##name)          \
    POSITIONS(ROW, dtype, name)

#define POSITIONS(ROW, dtype, name)                                                                                    \
    ROW(HOST_ARGMIN, dtype, 2, 1, position_rows_min_##name, position_columns_min_##name,                               \
        position_columns_end_min_##name, position_merge_min_##name)                                                    \
    ROW(HOST_ARGMAX, dtype, 2, 1, position_rows_max_##name, position_columns_max_##name,                               \
        position_columns_end_max_##name, position_merge_max_##name)

#define COUNTS(ROW, dtype, name)                                                                                       \
    ROW(HOST_COUNT, dtype, 1, 1, count_rows_##name, count_columns_##name, count_columns_end_##name, add_integers)

/* These have results of rows, too. */
#define FLOATS(ROW, ROW_WITH, dtype, name, f)                                                                          \
    ROW_WITH(HOST_SUM, dtype, 1, 1, sum_rows_##f, sum_columns_##f, sum_columns_end_##f, add_doubles, sum_results_##f)  \
    ROW(HOST_PRODUCT, dtype, 1, 1, product_rows_##f, product_columns_##f, product_columns_end, multiply_doubles)       \
    ROW(HOST_MOMENTS, dtype, 3, 1, moments_rows_##f, moments_columns_##f, moments_columns_end_##f, merge_moments)      \
    ROW_WITH(HOST_SPREAD, dtype, 1, 1, spread_rows_##f, NULL, NULL, NULL, spread_results_##f)                          \
    ROW_WITH(HOST_MIN, dtype, 1, 1, rows_min_##name, columns_min_##name, columns_end_min_##name, merge_min_##name,     \
             results_min_##name)                                                                                       \
    ROW_WITH(HOST_MAX, dtype, 1, 1, rows_max_##name, columns_max_##name, columns_end_max_##name, merge_max_##name,     \
             results_max_##name)                                                                                       \
    POSITIONS(ROW, dtype, name)                                                                                        \
    COUNTS(ROW, dtype, name)

#define COMPLEXES(ROW, dtype, name, f)                                                                                 \
    ROW(HOST_SUM, dtype, 1, 2, sum_complex_rows_##f, sum_columns_##f, sum_columns_end_##f, add_doubles)                \
    ROW(HOST_PRODUCT, dtype, 1, 2, product_complex_rows_##f, product_complex_columns_##f, product_columns_end,         \
        multiply_pairs)                                                                                                \
    COUNTS(ROW, dtype, name)

#define ROW(family, dtype, planes, parts, rows, columns, end, merge)                                                   \
    [family][dtype] = {planes, parts, rows, columns, end, merge, NULL},
#define ROW_WITH(family, dtype, planes, parts, rows, columns, end, merge, results)                                     \
    [family][dtype] = {planes, parts, rows, columns, end, merge, results},

extern host_reducer_table JOIN(host_reducers, HOST_SUFFIX);
host_reducer_table JOIN(host_reducers, HOST_SUFFIX) = {
    INTEGERS(ROW, XP_BOOL, uint8, uint8)
    INTEGERS(ROW, XP_INT8, int8, uint8)
    INTEGERS(ROW, XP_INT16, int16, uint16)
    INTEGERS(ROW, XP_INT32, int32, uint32)
    INTEGERS(ROW, XP_INT64, int64, uint64)
    INTEGERS(ROW, XP_UINT8, uint8, uint8)
    INTEGERS(ROW, XP_UINT16, uint16, uint16)
    INTEGERS(ROW, XP_UINT32, uint32, uint32)
    INTEGERS(ROW, XP_UINT64, uint64, uint64)
    FLOATS(ROW, ROW_WITH, XP_FLOAT32, float32, f32)
    FLOATS(ROW, ROW_WITH, XP_FLOAT64, float64, f64)
    COMPLEXES(ROW, XP_COMPLEX64, complex64, f32)
    COMPLEXES(ROW, XP_COMPLEX128, complex128, f64)
};
