/* The loops that sort keys, for each instruction set of this processor: lengths round those of vectors, blocks and
 * networks, patterns that trouble quicksorts, partitions that give up; nothing beside the keys is touched.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "programs.h"
#include "providers/host/cpu.h"
#include "providers/host/sort/sort.h"

TestSuite(host_sorting, .timeout = 120);

static const host_sorting *sorting_of(int isa)
{
#if XP_ISA_DISPATCH
    static const host_sorting *const all[XP_N_ISAS] = {
        [XP_ISA_BASELINE] = &host_sorting_baseline,
        [XP_ISA_AVX2] = &host_sorting_avx2,
        [XP_ISA_AVX512] = &host_sorting_avx512,
    };
    return all[isa];
#else
    return (void)isa, &host_sorting_baseline;
#endif
}

/* ---- keys of all types, from and to doubles ---------------------------------------------------------------------- */

static void put_key(host_key_type type, char *keys, int64_t i, double value)
{
    const int32_t int32 = value >= 0x1p31 ? INT32_MAX : value <= -0x1p31 ? INT32_MIN : (int32_t)value;
    const int64_t int64 = value >= 0x1p63 ? INT64_MAX : value <= -0x1p63 ? INT64_MIN : (int64_t)value;
    const float float32 = (float)value;
    const void *const from[HOST_N_KEY_TYPES] = {&int32, &int64, &float32, &value};
    const size_t bytes = sorting_of(0)->keys[type].bytes;
    memcpy(keys + (size_t)i * bytes, from[type], bytes);
}

static int compare_int32(const void *a, const void *b)
{
    return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}
static int compare_int64(const void *a, const void *b)
{
    return (*(const int64_t *)a > *(const int64_t *)b) - (*(const int64_t *)a < *(const int64_t *)b);
}
static int compare_float32(const void *a, const void *b)
{
    return (*(const float *)a > *(const float *)b) - (*(const float *)a < *(const float *)b);
}
static int compare_float64(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}
static int (*const comparisons[HOST_N_KEY_TYPES])(const void *, const void *) = {compare_int32, compare_int64,
                                                                                  compare_float32, compare_float64};

/* ---- patterns ---------------------------------------------------------------------------------------------------- */

typedef enum pattern {
    RANDOM,
    TWO_VALUES,
    ALL_EQUAL,
    MOSTLY_EQUAL,
    ASCENDING,
    DESCENDING,
    ORGAN_PIPE,
    SAW,
    NEARLY_SORTED,
    EXTREMES,
    N_PATTERNS
} pattern;

static double value_of(pattern which, int64_t i, int64_t n, sample_random *random)
{
    static const double extremes[] = {INFINITY, -INFINITY, 0, 1e300, -1e300};
    switch (which) {
    case RANDOM:
        return (double)sample_below(random, 1 << 20) - (1 << 19);
    case TWO_VALUES:
        return (double)sample_below(random, 2);
    case ALL_EQUAL:
        return -7;
    case MOSTLY_EQUAL:
        return sample_below(random, 20) ? 3 : (double)sample_below(random, 7);
    case ASCENDING:
        return (double)i;
    case DESCENDING:
        return (double)(n - i);
    case ORGAN_PIPE:
        return (double)(i < n / 2 ? i : n - i);
    case SAW:
        return (double)(i % 129);
    case NEARLY_SORTED:
        return (double)(sample_below(random, 30) ? i : n - i);
    default:
        return extremes[sample_below(random, 5)];
    }
}

enum { GUARD = 64, MOST = 20000 }; /* keys */

/* Keys at `x + GUARD`, what they should become at `wanted + GUARD`, guards around both. */
static void make_keys(host_key_type type, pattern which, int64_t n, sample_random *random, char *x, char *wanted)
{
    const size_t bytes = sorting_of(0)->keys[type].bytes;
    for (int64_t i = 0; i < n + 2 * GUARD; i++)
        put_key(type, x, i, i < GUARD || i >= n + GUARD ? 12345 : value_of(which, i - GUARD, n, random));
    memcpy(wanted, x, (size_t)(n + 2 * GUARD) * bytes);
    qsort(wanted + GUARD * bytes, (size_t)n, bytes, comparisons[type]);
}

static void check_keys(int isa, host_key_type type, pattern which, int64_t n, int depth, sample_random *random)
{
    static double x[MOST + 2 * GUARD], wanted[MOST + 2 * GUARD], out[MOST + 2 * GUARD];
    const host_key_kernels *kernels = &sorting_of(isa)->keys[type];
    const size_t all = (size_t)(n + 2 * GUARD) * kernels->bytes, start = GUARD * kernels->bytes;
    make_keys(type, which, n, random, (char *)x, (char *)wanted);
    memcpy(out, x, start);
    memcpy((char *)out + all - start, x, start);
    int found = kernels->sort_from((char *)x + start, (char *)out + start, n, depth);
    cr_assert_eq(found, 0);
    cr_assert_eq(memcmp(out, wanted, all), 0, "sort_from: set %d, type %d, pattern %d, n %lld, depth %d", isa, type,
                 which, (long long)n, depth);
    kernels->sort((char *)x + start, n, depth);
    cr_assert_eq(memcmp(x, wanted, all), 0, "sort: set %d, type %d, pattern %d, n %lld, depth %d", isa, type, which,
                 (long long)n, depth);
    kernels->reverse((char *)x + start, n);
    for (int64_t i = 0; i < n; i++)
        memcpy((char *)out + start + (size_t)i * kernels->bytes,
               (char *)wanted + start + (size_t)(n - 1 - i) * kernels->bytes, kernels->bytes);
    cr_assert_eq(memcmp(x, out, all), 0, "reverse: set %d, type %d, n %lld", isa, type, (long long)n);
}

/* A length near those where another way is taken. */
static int64_t some_length(const host_key_kernels *kernels, sample_random *random)
{
    static const int64_t lengths[] = {0, 8, 16, 32, 64, 128, 256, 384, 512, 768, 1024, 2048, 4096, 10000};
    const int64_t near = sample_below(random, 4) ? lengths[sample_below(random, 14)] : kernels->small * 3 / 2;
    const int64_t n = near + sample_below(random, 35) - 17;
    return n < 1 ? 1 : n;
}

Test(host_sorting, any_length_and_pattern)
{
    sample_random random = {11};
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int type = 0; type < HOST_N_KEY_TYPES; type++)
            for (pattern which = RANDOM; which < N_PATTERNS; which++)
                for (int round = 0; round < 60; round++) {
                    const int64_t n = some_length(&sorting_of(isa)->keys[type], &random);
                    check_keys(isa, (host_key_type)type, which, n, round % 3 == 0 ? round % 4 : 50, &random);
                }
}

/* Every length that networks sort, and some beyond. */
Test(host_sorting, every_short_length)
{
    sample_random random = {12};
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int type = 0; type < HOST_N_KEY_TYPES; type++)
            for (int64_t n = 1; n <= 600; n++)
                check_keys(isa, (host_key_type)type, n % 3 ? RANDOM : SAW, n, 30, &random);
}

/* NaN and -0 are found wherever they are, and nothing else is. */
Test(host_sorting, what_needs_care_is_found)
{
    static double x[4000], out[4000];
    sample_random random = {13};
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int type = HOST_KEY_FLOAT32; type <= HOST_KEY_FLOAT64; type++)
            for (int round = 0; round < 300; round++) {
                const host_key_kernels *kernels = &sorting_of(isa)->keys[type];
                const int64_t n = 1 + sample_below(&random, round % 2 ? 40 : 3000);
                for (int64_t i = 0; i < n; i++)
                    put_key((host_key_type)type, (char *)x, i, value_of(i % 7 ? RANDOM : EXTREMES, i, n, &random));
                const int wanted = (int)sample_below(&random, 4);
                int64_t at = sample_below(&random, n);
                if (wanted & HOST_HAS_NAN)
                    put_key((host_key_type)type, (char *)x, at, round % 3 ? NAN : -NAN);
                if (wanted & HOST_HAS_MINUS_ZERO)
                    put_key((host_key_type)type, (char *)x, n > 1 ? (at + 1) % n : n, -0.0);
                const int expected = n > 1 ? wanted : wanted & HOST_HAS_NAN;
                cr_assert_eq(kernels->sort_from(x, out, n, 30), expected, "set %d, type %d, n %lld", isa, type,
                             (long long)n);
                uint8_t buckets[3000];
                int64_t counts[HOST_BUCKETS] = {0};
                const double splitters[HOST_BUCKETS] = {0};
                cr_assert_eq(kernels->classify(x, n, splitters, buckets, counts), expected);
            }
}

/* Keys between two others are kept, those beside them counted, and a NaN does not get lost. */
Test(host_sorting, what_is_between_two_keys_is_kept)
{
    static double x[4000], inside[4000];
    sample_random random = {14};
    for (int isa = 0; isa <= (int)host_isa_present(); isa++)
        for (int type = 0; type < HOST_N_KEY_TYPES; type++)
            for (int round = 0; round < 300; round++) {
                const host_key_kernels *kernels = &sorting_of(isa)->keys[type];
                const int64_t n = 1 + sample_below(&random, 3000), a = sample_below(&random, 40);
                const int64_t b = a + sample_below(&random, 40);
                int64_t below = 0, between = 0;
                double low, high;
                put_key((host_key_type)type, (char *)&low, 0, (double)a);
                put_key((host_key_type)type, (char *)&high, 0, (double)b);
                for (int64_t i = 0; i < n; i++) {
                    const int64_t value = sample_below(&random, 80);
                    put_key((host_key_type)type, (char *)x, i, (double)value);
                    below += value <= a;
                    between += value > a && value < b;
                }
                host_parts parts;
                cr_assert(kernels->keep_inside(x, n, &low, &high, inside, &parts));
                cr_assert_eq(parts.below, below);
                cr_assert_eq(parts.inside, between);
                cr_assert_eq(parts.above, n - below - between);
                host_parts again;
                cr_assert(kernels->keep_inside(inside, between, &low, &high, x, &again));
                cr_assert_eq(again.inside, between);
                if (type < HOST_KEY_FLOAT32)
                    continue;
                put_key((host_key_type)type, (char *)x, sample_below(&random, n), NAN);
                cr_assert_not(kernels->keep_inside(x, n, &low, &high, inside, &parts));
            }
}
