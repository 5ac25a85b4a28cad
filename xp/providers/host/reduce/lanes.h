/* Vectors of floats and doubles, as wide as the instruction set that is compiled for has them.
 *
 * A `vector` has VECTOR_BYTES; LANE_BYTES of lanes are made of as many vectors as it takes. A `quad` has 32 bytes
 * everywhere. `partial` loads take the first `count` elements and leave `pad` in the other lanes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_LANES_H
#define HOST_LANES_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "kernel/vector_bytes.h"

#define QUAD_BYTES 32

/* Vectors that a strip of columns keeps in registers: of sums alone, and of sums of two kinds with their shifts. */
#define STRIP 10
#if VECTOR_BYTES == 64
#define MOMENTS_STRIP 10
#else
#define MOMENTS_STRIP 4
#endif
#define STRIP_CASES(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10)
#define STRIP_ROWS 32 /* that strips which lie side by side go down in turn */

#define INLINED static inline __attribute__((always_inline))

#define LANES_OF(T, suffix)                                                                                            \
    typedef T vector_##suffix __attribute__((vector_size(VECTOR_BYTES)));                                              \
    typedef T quad_##suffix __attribute__((vector_size(QUAD_BYTES)));                                                  \
    typedef T loose_vector_##suffix __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));                 \
    typedef T loose_quad_##suffix __attribute__((vector_size(QUAD_BYTES), aligned(4), may_alias));                     \
    static inline vector_##suffix load_##suffix(const T *x) { return *(const loose_vector_##suffix *)x; }              \
    static inline quad_##suffix load_quad_##suffix(const T *x) { return *(const loose_quad_##suffix *)x; }             \
    static inline vector_##suffix all_##suffix(T value) { return value - (vector_##suffix){0}; }                       \
    static inline quad_##suffix all_quad_##suffix(T value) { return value - (quad_##suffix){0}; }
LANES_OF(float, f32)
LANES_OF(double, f64)

/* NaNs of any kind become the plain one. */
static inline quad_f64 plain_nans_f64(quad_f64 x)
{
    typedef int64_t bits __attribute__((vector_size(QUAD_BYTES)));
    bits numbers = (bits)(x == x), nan = (bits)all_quad_f64(NAN);
    return (quad_f64)(((bits)x & numbers) | (nan & ~numbers));
}
static inline quad_f32 plain_nans_f32(quad_f32 x)
{
    typedef int32_t bits __attribute__((vector_size(QUAD_BYTES)));
    bits numbers = (bits)(x == x), nan = (bits)all_quad_f32(NAN);
    return (quad_f32)(((bits)x & numbers) | (nan & ~numbers));
}

#if defined(__AVX2__)
static inline quad_f64 root_quad_f64(quad_f64 x) { return _mm256_sqrt_pd(x); }
static inline quad_f32 root_quad_f32(quad_f32 x) { return _mm256_sqrt_ps(x); }
#else
static inline quad_f64 root_quad_f64(quad_f64 x)
{
    for (size_t i = 0; i < QUAD_BYTES / sizeof(double); i++)
        x[i] = sqrt(x[i]);
    return x;
}
static inline quad_f32 root_quad_f32(quad_f32 x)
{
    for (size_t i = 0; i < QUAD_BYTES / sizeof(float); i++)
        x[i] = sqrtf(x[i]);
    return x;
}
#endif

/* ---- partial loads ----------------------------------------------------------------------------------------------- */

#if defined(__AVX512F__)
static inline vector_f64 partial_f64(vector_f64 pad, const double *x, int64_t count)
{
    return _mm512_mask_loadu_pd(pad, (__mmask8)((1u << count) - 1), x);
}
static inline vector_f32 partial_f32(vector_f32 pad, const float *x, int64_t count)
{
    return _mm512_mask_loadu_ps(pad, (__mmask16)((1u << count) - 1), x);
}
static inline quad_f64 partial_quad_f64(quad_f64 pad, const double *x, int64_t count)
{
    return _mm256_mask_loadu_pd(pad, (__mmask8)((1u << count) - 1), x);
}
static inline quad_f32 partial_quad_f32(quad_f32 pad, const float *x, int64_t count)
{
    return _mm256_mask_loadu_ps(pad, (__mmask8)((1u << count) - 1), x);
}
#elif defined(__AVX2__)
static inline quad_f64 partial_quad_f64(quad_f64 pad, const double *x, int64_t count)
{
    __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
    return _mm256_blendv_pd(pad, _mm256_maskload_pd(x, mask), _mm256_castsi256_pd(mask));
}
static inline quad_f32 partial_quad_f32(quad_f32 pad, const float *x, int64_t count)
{
    __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    return _mm256_blendv_ps(pad, _mm256_maskload_ps(x, mask), _mm256_castsi256_ps(mask));
}
static inline vector_f64 partial_f64(vector_f64 pad, const double *x, int64_t n) { return partial_quad_f64(pad, x, n); }
static inline vector_f32 partial_f32(vector_f32 pad, const float *x, int64_t n) { return partial_quad_f32(pad, x, n); }
#else
#define PARTIAL(T, suffix)                                                                                             \
    static inline vector_##suffix partial_##suffix(vector_##suffix pad, const T *x, int64_t count)                     \
    {                                                                                                                  \
        memcpy(&pad, x, (size_t)count * sizeof(T));                                                                    \
        return pad;                                                                                                    \
    }                                                                                                                  \
    static inline quad_##suffix partial_quad_##suffix(quad_##suffix pad, const T *x, int64_t count)                    \
    {                                                                                                                  \
        memcpy(&pad, x, (size_t)count * sizeof(T));                                                                    \
        return pad;                                                                                                    \
    }
PARTIAL(float, f32)
PARTIAL(double, f64)
#undef PARTIAL
#endif

/* ---- sums over lanes --------------------------------------------------------------------------------------------- */

#define LANE_BYTES 256

/* Lanes are added in halves until a quad is left. */
#if VECTOR_BYTES == 64
static inline quad_f64 halve_f64(const vector_f64 *lanes)
{
    vector_f64 v = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
    return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
}
static inline quad_f32 halve_f32(const vector_f32 *lanes)
{
    vector_f32 v = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
    return __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
           __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
}
#else
#define HALVE(T, suffix)                                                                                               \
    static inline quad_##suffix halve_##suffix(const vector_##suffix *lanes)                                           \
    {                                                                                                                  \
        T sums[LANE_BYTES / sizeof(T)];                                                                                \
        quad_##suffix quad;                                                                                            \
        memcpy(sums, lanes, sizeof sums);                                                                              \
        for (size_t half = LANE_BYTES / sizeof(T) / 2; half * sizeof(T) >= QUAD_BYTES; half /= 2)                      \
            for (size_t i = 0; i < half; i++)                                                                          \
                sums[i] += sums[i + half];                                                                             \
        memcpy(&quad, sums, sizeof quad);                                                                              \
        return quad;                                                                                                   \
    }
HALVE(float, f32)
HALVE(double, f64)
#undef HALVE
#endif

/* Even and odd lanes of a quad apart: the parts of a complex sum. */
static inline void fold_pair_f64(quad_f64 v, double sum[2])
{
    sum[0] = v[0] + v[2];
    sum[1] = v[1] + v[3];
}
static inline void fold_pair_f32(quad_f32 v, float sum[2])
{
    sum[0] = (v[0] + v[4]) + (v[2] + v[6]);
    sum[1] = (v[1] + v[5]) + (v[3] + v[7]);
}

/* ---- sums by units that multiply --------------------------------------------------------------------------------- */

/* a + b, as a * 1 + b where multipliers add, too; the compiler must not know the 1. `plus_first` is 0 from lane
 * `count` on. */
#if defined(__AVX512F__)
static inline vector_f64 plus_f64(vector_f64 a, vector_f64 one, vector_f64 b) { return _mm512_fmadd_pd(a, one, b); }
static inline vector_f32 plus_f32(vector_f32 a, vector_f32 one, vector_f32 b) { return _mm512_fmadd_ps(a, one, b); }
static inline quad_f64 plus_quad_f64(quad_f64 a, quad_f64 one, quad_f64 b) { return _mm256_fmadd_pd(a, one, b); }
static inline quad_f32 plus_quad_f32(quad_f32 a, quad_f32 one, quad_f32 b) { return _mm256_fmadd_ps(a, one, b); }
static inline quad_f64 plus_first_f64(quad_f64 a, quad_f64 one, quad_f64 b, int64_t count)
{
    return _mm256_maskz_fmadd_pd((__mmask8)((1u << count) - 1), a, one, b);
}
static inline quad_f32 plus_first_f32(quad_f32 a, quad_f32 one, quad_f32 b, int64_t count)
{
    return _mm256_maskz_fmadd_ps((__mmask8)((1u << count) - 1), a, one, b);
}
#elif defined(__AVX2__)
static inline quad_f64 plus_quad_f64(quad_f64 a, quad_f64 one, quad_f64 b) { return _mm256_fmadd_pd(a, one, b); }
static inline quad_f32 plus_quad_f32(quad_f32 a, quad_f32 one, quad_f32 b) { return _mm256_fmadd_ps(a, one, b); }
static inline vector_f64 plus_f64(vector_f64 a, vector_f64 one, vector_f64 b) { return plus_quad_f64(a, one, b); }
static inline vector_f32 plus_f32(vector_f32 a, vector_f32 one, vector_f32 b) { return plus_quad_f32(a, one, b); }
static inline quad_f64 plus_first_f64(quad_f64 a, quad_f64 one, quad_f64 b, int64_t count)
{
    __m256i mask = _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
    return _mm256_and_pd(_mm256_fmadd_pd(a, one, b), _mm256_castsi256_pd(mask));
}
static inline quad_f32 plus_first_f32(quad_f32 a, quad_f32 one, quad_f32 b, int64_t count)
{
    __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    return _mm256_and_ps(_mm256_fmadd_ps(a, one, b), _mm256_castsi256_ps(mask));
}
#else
#define PLUS(suffix)                                                                                                   \
    static inline vector_##suffix plus_##suffix(vector_##suffix a, vector_##suffix one, vector_##suffix b)             \
    {                                                                                                                  \
        return (void)one, a + b;                                                                                       \
    }                                                                                                                  \
    static inline quad_##suffix plus_quad_##suffix(quad_##suffix a, quad_##suffix one, quad_##suffix b)                \
    {                                                                                                                  \
        return (void)one, a + b;                                                                                       \
    }                                                                                                                  \
    static inline quad_##suffix plus_first_##suffix(quad_##suffix a, quad_##suffix one, quad_##suffix b,               \
                                                    int64_t count)                                                     \
    {                                                                                                                  \
        (void)one, a += b;                                                                                             \
        memset((char *)&a + (size_t)count * sizeof a[0], 0, sizeof a - (size_t)count * sizeof a[0]);                   \
        return a;                                                                                                      \
    }
PLUS(f32)
PLUS(f64)
#undef PLUS
#endif
static inline double hidden_one_f64(void)
{
    double one = 1;
    __asm__("" : "+m"(one));
    return one;
}
static inline float hidden_one_f32(void)
{
    float one = 1;
    __asm__("" : "+m"(one));
    return one;
}

/* ---- extrema: the first operand if it is the smaller (larger) one, else the second, also if one is NaN ----------- */

#if VECTOR_BYTES == 64
static inline vector_f64 smaller_f64(vector_f64 a, vector_f64 b) { return _mm512_min_pd(a, b); }
static inline vector_f32 smaller_f32(vector_f32 a, vector_f32 b) { return _mm512_min_ps(a, b); }
static inline vector_f64 larger_f64(vector_f64 a, vector_f64 b) { return _mm512_max_pd(a, b); }
static inline vector_f32 larger_f32(vector_f32 a, vector_f32 b) { return _mm512_max_ps(a, b); }
typedef uint32_t nan_flags; /* whether a NaN was seen */
static inline nan_flags see_f64(nan_flags f, vector_f64 x) { return f | _mm512_cmp_pd_mask(x, x, _CMP_UNORD_Q); }
static inline nan_flags see_f32(nan_flags f, vector_f32 x) { return f | _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q); }
static inline bool was_seen(nan_flags f) { return f != 0; }
#elif VECTOR_BYTES == 32
static inline vector_f64 smaller_f64(vector_f64 a, vector_f64 b) { return _mm256_min_pd(a, b); }
static inline vector_f32 smaller_f32(vector_f32 a, vector_f32 b) { return _mm256_min_ps(a, b); }
static inline vector_f64 larger_f64(vector_f64 a, vector_f64 b) { return _mm256_max_pd(a, b); }
static inline vector_f32 larger_f32(vector_f32 a, vector_f32 b) { return _mm256_max_ps(a, b); }
typedef __m256 nan_flags;
static inline nan_flags see_f64(nan_flags f, vector_f64 x)
{
    return _mm256_or_ps(f, _mm256_castpd_ps(_mm256_cmp_pd(x, x, _CMP_UNORD_Q)));
}
static inline nan_flags see_f32(nan_flags f, vector_f32 x)
{
    return _mm256_or_ps(f, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}
static inline bool was_seen(nan_flags f) { return _mm256_movemask_ps(f) != 0; }
#else
#define EXTREMA(T, suffix)                                                                                             \
    static inline vector_##suffix smaller_##suffix(vector_##suffix a, vector_##suffix b)                               \
    {                                                                                                                  \
        for (size_t i = 0; i < VECTOR_BYTES / sizeof(T); i++)                                                          \
            b[i] = a[i] < b[i] ? a[i] : b[i];                                                                          \
        return b;                                                                                                      \
    }                                                                                                                  \
    static inline vector_##suffix larger_##suffix(vector_##suffix a, vector_##suffix b)                                \
    {                                                                                                                  \
        for (size_t i = 0; i < VECTOR_BYTES / sizeof(T); i++)                                                          \
            b[i] = a[i] > b[i] ? a[i] : b[i];                                                                          \
        return b;                                                                                                      \
    }                                                                                                                  \
    static inline bool see_##suffix(bool f, vector_##suffix x)                                                         \
    {                                                                                                                  \
        for (size_t i = 0; i < VECTOR_BYTES / sizeof(T); i++)                                                          \
            f |= x[i] != x[i];                                                                                         \
        return f;                                                                                                      \
    }
typedef bool nan_flags;
EXTREMA(float, f32)
EXTREMA(double, f64)
static inline bool was_seen(nan_flags f) { return f; }
#undef EXTREMA
#endif

/* ---- sums of several short rows at once: result[i] is the sum of row i's lanes, neighbours first ----------------- */

static inline quad_f64 add_neighbours_f64(quad_f64 a, quad_f64 b) /* a01 b01 a23 b23 */
{
    return __builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7);
}
static inline quad_f64 sum_of_rows_f64(const quad_f64 *row)
{
    quad_f64 low = add_neighbours_f64(row[0], row[1]), high = add_neighbours_f64(row[2], row[3]);
    return __builtin_shufflevector(low, high, 0, 1, 4, 5) + __builtin_shufflevector(low, high, 2, 3, 6, 7);
}
static inline quad_f32 add_neighbours_f32(quad_f32 a, quad_f32 b) /* a01 a23 b01 b23, a45 a67 b45 b67 */
{
    return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
           __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}
static inline quad_f32 sum_of_rows_f32(const quad_f32 *row)
{
    quad_f32 low = add_neighbours_f32(add_neighbours_f32(row[0], row[1]), add_neighbours_f32(row[2], row[3]));
    quad_f32 high = add_neighbours_f32(add_neighbours_f32(row[4], row[5]), add_neighbours_f32(row[6], row[7]));
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11) +
           __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
}

/* ---- halves of quads: two rows side by side ---------------------------------------------------------------------- */

#define HALF_BYTES (QUAD_BYTES / 2)

#if defined(__AVX2__)
static inline quad_f64 load_halves_f64(const char *a, const char *b)
{
    __m128d low = _mm_loadu_pd((const double *)a), high = _mm_loadu_pd((const double *)b);
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(low), high, 1);
}
static inline quad_f32 load_halves_f32(const char *a, const char *b)
{
    __m128 low = _mm_loadu_ps((const float *)a), high = _mm_loadu_ps((const float *)b);
    return _mm256_insertf128_ps(_mm256_castps128_ps256(low), high, 1);
}
#else
#define LOAD_HALVES(suffix)                                                                                            \
    static inline quad_##suffix load_halves_##suffix(const char *a, const char *b)                                     \
    {                                                                                                                  \
        quad_##suffix quad;                                                                                            \
        memcpy(&quad, a, HALF_BYTES);                                                                                  \
        memcpy((char *)&quad + HALF_BYTES, b, HALF_BYTES);                                                             \
        return quad;                                                                                                   \
    }
LOAD_HALVES(f32)
LOAD_HALVES(f64)
#undef LOAD_HALVES
#endif

/* The last n lanes of each half are kept: `plus_kept` leaves a sum as it is in the others, `minus_kept` makes them 0. */
#if defined(__AVX512F__)
typedef __mmask8 keep_f64, keep_f32;
static inline keep_f64 keep_last_f64(int64_t n) { return (__mmask8)((3u << (2 - n) & 3u) * 0x5u); }
static inline keep_f32 keep_last_f32(int64_t n) { return (__mmask8)((15u << (4 - n) & 15u) * 0x11u); }
static inline quad_f64 plus_kept_f64(quad_f64 sum, quad_f64 x, keep_f64 keep)
{
    return _mm256_mask_add_pd(sum, keep, sum, x);
}
static inline quad_f32 plus_kept_f32(quad_f32 sum, quad_f32 x, keep_f32 keep)
{
    return _mm256_mask_add_ps(sum, keep, sum, x);
}
static inline quad_f64 minus_kept_f64(quad_f64 x, quad_f64 y, keep_f64 keep) { return _mm256_maskz_sub_pd(keep, x, y); }
static inline quad_f32 minus_kept_f32(quad_f32 x, quad_f32 y, keep_f32 keep) { return _mm256_maskz_sub_ps(keep, x, y); }
#else
#define KEPT(T, suffix, bits)                                                                                          \
    typedef bits keep_##suffix __attribute__((vector_size(QUAD_BYTES)));                                               \
    static inline keep_##suffix keep_last_##suffix(int64_t n)                                                          \
    {                                                                                                                  \
        const int64_t lanes = HALF_BYTES / sizeof(T);                                                                  \
        keep_##suffix keep;                                                                                            \
        for (int64_t i = 0; i < 2 * lanes; i++)                                                                        \
            keep[i] = i % lanes >= lanes - n ? -1 : 0;                                                                 \
        return keep;                                                                                                   \
    }                                                                                                                  \
    /* A sum stays what it is, also if it is -0, where -0 is added. */                                                 \
    static inline quad_##suffix plus_kept_##suffix(quad_##suffix sum, quad_##suffix x, keep_##suffix keep)             \
    {                                                                                                                  \
        const keep_##suffix nothing = (keep_##suffix)all_quad_##suffix((T)-0.0);                                       \
        return sum + (quad_##suffix)(((keep_##suffix)x & keep) | (nothing & ~keep));                                   \
    }                                                                                                                  \
    static inline quad_##suffix minus_kept_##suffix(quad_##suffix x, quad_##suffix y, keep_##suffix keep)              \
    {                                                                                                                  \
        return (quad_##suffix)((keep_##suffix)(x - y) & keep);                                                         \
    }
KEPT(float, f32, int32_t)
KEPT(double, f64, int64_t)
#undef KEPT
#endif

/* `row` holds rows k and k + HALF_LANES in its halves, for each k below HALF_LANES; the results are in the order of the
 * rows. FOLDS: each row's lanes combined, halves first. */
#define FOLDS(name, OF)                                                                                                \
    static inline quad_f64 name##_f64(const quad_f64 *row)                                                             \
    {                                                                                                                  \
        return OF##_f64(__builtin_shufflevector(row[0], row[1], 0, 4, 2, 6),                                           \
                        __builtin_shufflevector(row[0], row[1], 1, 5, 3, 7));                                          \
    }                                                                                                                  \
    static inline quad_f32 name##_f32(const quad_f32 *row)                                                             \
    {                                                                                                                  \
        quad_f32 a = OF##_f32(__builtin_shufflevector(row[0], row[1], 0, 1, 8, 9, 4, 5, 12, 13),                       \
                              __builtin_shufflevector(row[0], row[1], 2, 3, 10, 11, 6, 7, 14, 15));                    \
        quad_f32 b = OF##_f32(__builtin_shufflevector(row[2], row[3], 0, 1, 8, 9, 4, 5, 12, 13),                       \
                              __builtin_shufflevector(row[2], row[3], 2, 3, 10, 11, 6, 7, 14, 15));                    \
        return OF##_f32(__builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14),                                      \
                        __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15));                                     \
    }
static inline quad_f64 both_f64(quad_f64 a, quad_f64 b) { return a + b; }
static inline quad_f32 both_f32(quad_f32 a, quad_f32 b) { return a + b; }
FOLDS(fold_sum, both)

/* The number of each row in all lanes of its half. */
static inline void spread_halves_f64(quad_f64 of, quad_f64 *row)
{
    row[0] = __builtin_shufflevector(of, of, 0, 0, 2, 2);
    row[1] = __builtin_shufflevector(of, of, 1, 1, 3, 3);
}
static inline void spread_halves_f32(quad_f32 of, quad_f32 *row)
{
    row[0] = __builtin_shufflevector(of, of, 0, 0, 0, 0, 4, 4, 4, 4);
    row[1] = __builtin_shufflevector(of, of, 1, 1, 1, 1, 5, 5, 5, 5);
    row[2] = __builtin_shufflevector(of, of, 2, 2, 2, 2, 6, 6, 6, 6);
    row[3] = __builtin_shufflevector(of, of, 3, 3, 3, 3, 7, 7, 7, 7);
}

/* Extrema as above, and whether one of two numbers is NaN. */
#if defined(__AVX2__)
static inline quad_f64 smaller_quad_f64(quad_f64 a, quad_f64 b) { return _mm256_min_pd(a, b); }
static inline quad_f32 smaller_quad_f32(quad_f32 a, quad_f32 b) { return _mm256_min_ps(a, b); }
static inline quad_f64 larger_quad_f64(quad_f64 a, quad_f64 b) { return _mm256_max_pd(a, b); }
static inline quad_f32 larger_quad_f32(quad_f32 a, quad_f32 b) { return _mm256_max_ps(a, b); }
typedef __m256 quad_nans;
static inline quad_nans unordered_f64(quad_f64 a, quad_f64 b)
{
    return _mm256_castpd_ps(_mm256_cmp_pd(a, b, _CMP_UNORD_Q));
}
static inline quad_nans unordered_f32(quad_f32 a, quad_f32 b) { return _mm256_cmp_ps(a, b, _CMP_UNORD_Q); }
static inline quad_nans either(quad_nans a, quad_nans b) { return _mm256_or_ps(a, b); }
static inline bool some_nan(quad_nans nans) { return _mm256_movemask_ps(nans) != 0; }
#else
typedef int64_t quad_nans __attribute__((vector_size(QUAD_BYTES)));
#define QUAD_EXTREMA(T, suffix)                                                                                        \
    static inline quad_##suffix smaller_quad_##suffix(quad_##suffix a, quad_##suffix b)                                \
    {                                                                                                                  \
        for (size_t i = 0; i < QUAD_BYTES / sizeof(T); i++)                                                            \
            b[i] = a[i] < b[i] ? a[i] : b[i];                                                                          \
        return b;                                                                                                      \
    }                                                                                                                  \
    static inline quad_##suffix larger_quad_##suffix(quad_##suffix a, quad_##suffix b)                                 \
    {                                                                                                                  \
        for (size_t i = 0; i < QUAD_BYTES / sizeof(T); i++)                                                            \
            b[i] = a[i] > b[i] ? a[i] : b[i];                                                                          \
        return b;                                                                                                      \
    }                                                                                                                  \
    static inline quad_nans unordered_##suffix(quad_##suffix a, quad_##suffix b)                                       \
    {                                                                                                                  \
        return (quad_nans)((a != a) | (b != b));                                                                       \
    }
QUAD_EXTREMA(float, f32)
QUAD_EXTREMA(double, f64)
#undef QUAD_EXTREMA
static inline quad_nans either(quad_nans a, quad_nans b) { return a | b; }
static inline bool some_nan(quad_nans nans) { return (nans[0] | nans[1] | nans[2] | nans[3]) != 0; }
#endif
FOLDS(fold_smaller, smaller_quad)
FOLDS(fold_larger, larger_quad)
#undef FOLDS

#endif
