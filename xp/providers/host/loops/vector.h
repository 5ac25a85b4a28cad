/* Vectors of one instruction set: types, loads of a part, selection, and the names of the vector mathematics.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The library's functions are its deterministic ones: those for AVX2 and AVX-512 give the same bits (they share the
 * algorithm with fused multiply-add), those for the baseline differ in last bits. Where there is no vector
 * mathematics a vector is one number and the functions are those of <math.h>. */
#ifndef XP_HOST_VECTOR_H
#define XP_HOST_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <sleef.h>
#define HOST_VECTOR_BYTES 64
#define VECTOR_CALL_float64(function, accuracy) Sleef_finz_##function##d8_##accuracy##avx512f
#define VECTOR_CALL_float32(function, accuracy) Sleef_finz_##function##f16_##accuracy##avx512f
typedef __m512d vector_float64;
typedef __m512 vector_float32;
#elif defined(__AVX2__)
#include <sleef.h>
#define HOST_VECTOR_BYTES 32
#define VECTOR_CALL_float64(function, accuracy) Sleef_finz_##function##d4_##accuracy##avx2
#define VECTOR_CALL_float32(function, accuracy) Sleef_finz_##function##f8_##accuracy##avx2
typedef __m256d vector_float64;
typedef __m256 vector_float32;
#elif defined(__SSE2__)
#include <sleef.h>
#define HOST_VECTOR_BYTES 16
#define VECTOR_CALL_float64(function, accuracy) Sleef_cinz_##function##d2_##accuracy##sse2
#define VECTOR_CALL_float32(function, accuracy) Sleef_cinz_##function##f4_##accuracy##sse2
typedef __m128d vector_float64;
typedef __m128 vector_float32;
#else
#define HOST_VECTOR_BYTES 0
#define VECTOR_CALL_float64(function, accuracy) function
#define VECTOR_CALL_float32(function, accuracy) function##f
typedef double vector_float64;
typedef float vector_float32;
#endif

#if HOST_VECTOR_BYTES > 0
typedef int64_t mask_float64 __attribute__((vector_size(HOST_VECTOR_BYTES)));
typedef int32_t mask_float32 __attribute__((vector_size(HOST_VECTOR_BYTES)));
#define ALL_OF(value, vector) ((value) - (vector){})
#else
typedef int64_t mask_float64;
typedef int32_t mask_float32;
#define ALL_OF(value, vector) (value)
#endif

#if defined(__AVX512F__) || (defined(__AVX2__) && defined(__FMA__))
#define HOST_HAS_FMA 1
#else
#define HOST_HAS_FMA 0
#endif

/* Whether any bit of a mask is set. */
#if defined(__AVX512F__)
#define ANY_BIT(mask) (_mm512_test_epi32_mask((__m512i)(mask), (__m512i)(mask)) != 0)
#elif defined(__AVX2__)
#define ANY_BIT(mask) (!_mm256_testz_si256((__m256i)(mask), (__m256i)(mask)))
#elif defined(__SSE2__)
#define ANY_BIT(mask) (_mm_movemask_epi8((__m128i)(mask)) != 0)
#else
#define ANY_BIT(mask) ((mask) != 0)
#endif

/* The first elements of a vector, ones behind them, and the way back. A tail goes through the same function as whole
 * vectors do, so that a value never depends on its index. */
#if defined(__AVX512F__)
static inline vector_float64 load_part_float64(const double *from, int64_t count)
{
    return _mm512_mask_loadu_pd(_mm512_set1_pd(1.0), (__mmask8)((1u << count) - 1), from);
}

static inline vector_float32 load_part_float32(const float *from, int64_t count)
{
    return _mm512_mask_loadu_ps(_mm512_set1_ps(1.0f), (__mmask16)((1u << count) - 1), from);
}

static inline void store_part_float64(double *to, vector_float64 x, int64_t count)
{
    _mm512_mask_storeu_pd(to, (__mmask8)((1u << count) - 1), x);
}

static inline void store_part_float32(float *to, vector_float32 x, int64_t count)
{
    _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), x);
}
#else
#define HOST_PARTS(dtype, scalar)                                                                                      \
    static inline vector_##dtype load_part_##dtype(const void *from, int64_t count)                                    \
    {                                                                                                                  \
        vector_##dtype x = ALL_OF((scalar)1, vector_##dtype);                                                          \
        memcpy(&x, from, (size_t)count * sizeof(scalar));                                                              \
        return x;                                                                                                      \
    }                                                                                                                  \
    static inline void store_part_##dtype(void *to, vector_##dtype x, int64_t count)                                   \
    {                                                                                                                  \
        memcpy(to, &x, (size_t)count * sizeof(scalar));                                                                \
    }
HOST_PARTS(float64, double)
HOST_PARTS(float32, float)
#undef HOST_PARTS
#endif

#endif
