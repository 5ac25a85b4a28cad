/* What a C programmer would write by hand for one job, compiled for this very machine, and the plain read of the same
 * memory that no reduction can be faster than.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* SLEEF's dispatching vector functions, four or eight lanes as this machine has them. */
#if defined(__AVX512F__)
#define LANES 8
typedef double lanes __attribute__((vector_size(64)));
lanes Sleef_expd8_u10(lanes), Sleef_sind8_u10(lanes), Sleef_log1pd8_u10(lanes);
#define EXP Sleef_expd8_u10
#define SIN Sleef_sind8_u10
#define LOG1P Sleef_log1pd8_u10
#elif defined(__AVX2__)
#define LANES 4
typedef double lanes __attribute__((vector_size(32)));
lanes Sleef_expd4_u10(lanes), Sleef_sind4_u10(lanes), Sleef_log1pd4_u10(lanes);
#define EXP Sleef_expd4_u10
#define SIN Sleef_sind4_u10
#define LOG1P Sleef_log1pd4_u10
#else
#define LANES 1
typedef double lanes;
#define EXP exp
#define SIN sin
#define LOG1P log1p
#endif
typedef lanes loose __attribute__((aligned(8), may_alias));

static bool setup_pair(bench_data *data, const char *a, const char *b)
{
    data->a = bench_read(data, a);
    data->b = b ? bench_read(data, b) : NULL;
    if (!data->a || (b && !data->b))
        return false;
    data->memory = aligned_alloc(64, (size_t)(xp_size(data->a) * 8 + 63) / 64 * 64);
    return data->memory && xp_data(data->a) && (!b || xp_data(data->b));
}
static bool setup_1e6(bench_data *data) { return setup_pair(data, "a1e6", "b1e6"); }
static bool setup_1e7(bench_data *data) { return setup_pair(data, "a1e7", "b1e7"); }
static bool setup_read(bench_data *data) { return setup_pair(data, data->row + strlen("read_"), NULL); }

static void chain(bench_data *data)
{
    const double *restrict a = xp_data(data->a), *restrict b = xp_data(data->b);
    double *restrict out = data->memory;
    for (int64_t i = 0, n = xp_size(data->a); i < n; i++)
        out[i] = a[i] * b[i] - 4.1 * a[i] + 2.5 * b[i];
}

static void transcendental(bench_data *data)
{
    const double *x = xp_data(data->a);
    double *out = data->memory;
    for (int64_t i = 0, n = xp_size(data->a); i + LANES <= n; i += LANES) {
        lanes v = *(const loose *)(x + i), magnitude;
        for (int k = 0; k < LANES; k++)
            ((double *)&magnitude)[k] = fabs(((double *)&v)[k]);
        *(loose *)(out + i) = EXP(-v * v) * SIN(3.0 * v) + LOG1P(magnitude);
    }
}

/* A vector as registers are: of a longer one a dozen would not stay in them. */
#if defined(__AVX512F__)
#define WIDE_BYTES 64
#elif defined(__AVX__)
#define WIDE_BYTES 32
#else
#define WIDE_BYTES 16
#endif
#define WIDE_LANES (WIDE_BYTES / 8)

/* Reads every byte once: eight independent sums of vectors, so that only memory limits it. */
static void read_once(bench_data *data)
{
    typedef double wide __attribute__((vector_size(WIDE_BYTES), aligned(8), may_alias));
    const double *x = xp_data(data->a);
    int64_t n = xp_size(data->a) * (data->dtype == XP_FLOAT32 ? 4 : 8) / 8, i = 0;
    wide sums[8] = {{0}};
    for (; i + 8 * WIDE_LANES <= n; i += 8 * WIDE_LANES)
#pragma GCC unroll 8
        for (int k = 0; k < 8; k++)
            sums[k] += *(const wide *)(x + i + WIDE_LANES * k);
    double total = 0;
    for (; i < n; i++)
        total += x[i];
    for (int k = 0; k < 8; k++)
        for (int lane = 0; lane < WIDE_LANES; lane++)
            total += sums[k][lane];
    volatile double sink = total;
    (void)sink;
}

/* Multiplies and adds in registers only: 12 chains of vectors, enough chains to hide the latency. */
static bool setup_nothing(bench_data *data)
{
    (void)data;
    return true;
}

static void fma_peak(bench_data *data)
{
    typedef double wide __attribute__((vector_size(WIDE_BYTES)));
    (void)data;
    wide sums[12], factor = {0}, summand = {0};
#pragma GCC unroll 12
    for (int k = 0; k < 12; k++)
        sums[k] = summand + (double)k;
    factor += 0.999999;
    summand += 1e-9;
    for (int step = 0; step < 800000 / WIDE_LANES; step++)
#pragma GCC unroll 12
        for (int k = 0; k < 12; k++)
            sums[k] = sums[k] * factor + summand;
    volatile double sink = sums[0][0];
    for (int k = 1; k < 12; k++)
        sink += sums[k][0];
}

const bench_row bench_hand_rows[] = {
    {"chain_1e6", setup_1e6, chain},
    {"chain_1e7", setup_1e7, chain},
    {"transcendental_1e6", setup_1e6, transcendental},
    {"read_a1e6", setup_read, read_once},
    {"read_a1e7", setup_read, read_once},
    {"read_rows10", setup_read, read_once},
    {"read_rows16", setup_read, read_once},
    {"read_thousand", setup_read, read_once},
    {"read_points_1e5x2", setup_read, read_once},
    {"read_points_1e5x3", setup_read, read_once},
    {"read_points_1e6x5", setup_read, read_once},
    {"fma_peak", setup_nothing, fma_peak}, /* 8e5 steps of 12 chains, two operations each */
    {NULL, NULL, NULL},
};
