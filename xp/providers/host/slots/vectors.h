/* The vectors of the instruction set that is being compiled for, as the random generator needs them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SLOTS_VECTORS_H
#define HOST_SLOTS_VECTORS_H

#include <math.h>
#include <stdint.h>

#include "kernel/vector_bytes.h"

#define LANES (VECTOR_BYTES / 8)
#define VECTORS (VECTOR_BYTES == 64 ? 4 : 2) /* that go side by side: as many as there are registers for */

typedef uint64_t words __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t halves __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t integers __attribute__((vector_size(VECTOR_BYTES)));
typedef double doubles __attribute__((vector_size(VECTOR_BYTES)));
typedef float floats __attribute__((vector_size(VECTOR_BYTES)));

/* The low half of the lanes of a and b in turn (a0 b0 a1 b1 ...), and the high half. */
#if VECTOR_BYTES == 64
#define LANE_NUMBERS {0, 1, 2, 3, 4, 5, 6, 7}
#define interleave_low(a, b) __builtin_shufflevector((a), (b), 0, 8, 1, 9, 2, 10, 3, 11)
#define interleave_high(a, b) __builtin_shufflevector((a), (b), 4, 12, 5, 13, 6, 14, 7, 15)
#elif VECTOR_BYTES == 32
#define LANE_NUMBERS {0, 1, 2, 3}
#define interleave_low(a, b) __builtin_shufflevector((a), (b), 0, 4, 1, 5)
#define interleave_high(a, b) __builtin_shufflevector((a), (b), 2, 6, 3, 7)
#else
#define LANE_NUMBERS {0, 1}
#define interleave_low(a, b) __builtin_shufflevector((a), (b), 0, 2)
#define interleave_high(a, b) __builtin_shufflevector((a), (b), 1, 3)
#endif

/* low_product: the 64-bit products of the low halves of the lanes. */
#if defined(__SSE2__)
#include <immintrin.h>
#include <sleef.h>
#endif

#if VECTOR_BYTES == 64
#define low_product(a, b) ((words)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))
#define xor3(a, b, c) ((words)_mm512_ternarylogic_epi64((__m512i)(a), (__m512i)(b), (__m512i)(c), 0x96))
#define to_doubles(a) (__builtin_convertvector((a), doubles))
#define to_floats(a) (__builtin_convertvector((a), floats))
#define sqrt_doubles(a) ((doubles)_mm512_sqrt_pd((__m512d)(a)))
#define sqrt_floats(a) ((floats)_mm512_sqrt_ps((__m512)(a)))
#define log_doubles(a) ((doubles)Sleef_finz_logd8_u10avx512f((__m512d)(a)))
#define log_floats(a) ((floats)Sleef_finz_logf16_u10avx512f((__m512)(a)))
#define SINCOSPI_DOUBLES_PAIR(a) Sleef_finz_sincospid8_u05avx512f((__m512d)(a))
#define SINCOSPI_FLOATS_PAIR(a) Sleef_finz_sincospif16_u05avx512f((__m512)(a))
#define DOUBLES_PAIR Sleef___m512d_2
#define FLOATS_PAIR Sleef___m512_2
#elif VECTOR_BYTES == 32
#define low_product(a, b) ((words)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))
#define sqrt_doubles(a) ((doubles)_mm256_sqrt_pd((__m256d)(a)))
#define sqrt_floats(a) ((floats)_mm256_sqrt_ps((__m256)(a)))
#define log_doubles(a) ((doubles)Sleef_finz_logd4_u10avx2((__m256d)(a)))
#define log_floats(a) ((floats)Sleef_finz_logf8_u10avx2((__m256)(a)))
#define SINCOSPI_DOUBLES_PAIR(a) Sleef_finz_sincospid4_u05avx2((__m256d)(a))
#define SINCOSPI_FLOATS_PAIR(a) Sleef_finz_sincospif8_u05avx2((__m256)(a))
#define DOUBLES_PAIR Sleef___m256d_2
#define FLOATS_PAIR Sleef___m256_2
#elif defined(__SSE2__)
#define low_product(a, b) ((words)_mm_mul_epu32((__m128i)(a), (__m128i)(b)))
#define sqrt_doubles(a) ((doubles)_mm_sqrt_pd((__m128d)(a)))
#define sqrt_floats(a) ((floats)_mm_sqrt_ps((__m128)(a)))
#define log_doubles(a) ((doubles)Sleef_cinz_logd2_u10sse2((__m128d)(a)))
#define log_floats(a) ((floats)Sleef_cinz_logf4_u10sse2((__m128)(a)))
#define SINCOSPI_DOUBLES_PAIR(a) Sleef_cinz_sincospid2_u05sse2((__m128d)(a))
#define SINCOSPI_FLOATS_PAIR(a) Sleef_cinz_sincospif4_u05sse2((__m128)(a))
#define DOUBLES_PAIR Sleef___m128d_2
#define FLOATS_PAIR Sleef___m128_2
#endif

#ifdef DOUBLES_PAIR
static inline void sincospi_doubles(doubles angle, doubles *sine, doubles *cosine)
{
    DOUBLES_PAIR pair = SINCOSPI_DOUBLES_PAIR(angle);
    *sine = (doubles)pair.x;
    *cosine = (doubles)pair.y;
}

static inline void sincospi_floats(floats angle, floats *sine, floats *cosine)
{
    FLOATS_PAIR pair = SINCOSPI_FLOATS_PAIR(angle);
    *sine = (floats)pair.x;
    *cosine = (floats)pair.y;
}
#else /* no vector mathematics: the C library, lane by lane */
#define low_product(a, b) (((a) & 0xffffffffu) * ((b) & 0xffffffffu))

#define LANE_BY_LANE(name, vector, call)                                                                               \
    static inline vector name(vector a)                                                                                \
    {                                                                                                                  \
        for (int i = 0; i < (int)(sizeof a / sizeof a[0]); i++)                                                        \
            a[i] = call(a[i]);                                                                                         \
        return a;                                                                                                      \
    }
LANE_BY_LANE(sqrt_doubles, doubles, sqrt)
LANE_BY_LANE(sqrt_floats, floats, sqrtf)
LANE_BY_LANE(log_doubles, doubles, log)
LANE_BY_LANE(log_floats, floats, logf)

/* sin and cos of pi * angle for 0 <= angle < 2, exact at the quarters: the angle is brought to [-1/4, 1/4] first. */
static inline void sincospi_scalar(double angle, double *sine, double *cosine)
{
    int quarter = (int)(2.0 * angle + 0.5);
    double rest = (angle - 0.5 * quarter) * 3.14159265358979323846, s = sin(rest), c = cos(rest);
    *sine = (quarter & 1 ? c : s) * ((quarter & 2) ? -1.0 : 1.0);
    *cosine = (quarter & 1 ? -s : c) * ((quarter & 2) ? -1.0 : 1.0);
}

static inline void sincospi_doubles(doubles angle, doubles *sine, doubles *cosine)
{
    for (int i = 0; i < LANES; i++) {
        double s, c;
        sincospi_scalar(angle[i], &s, &c);
        (*sine)[i] = s;
        (*cosine)[i] = c;
    }
}

static inline void sincospi_floats(floats angle, floats *sine, floats *cosine)
{
    for (int i = 0; i < 2 * LANES; i++) {
        double s, c;
        sincospi_scalar((double)angle[i], &s, &c);
        (*sine)[i] = (float)s;
        (*cosine)[i] = (float)c;
    }
}
#endif

#ifndef xor3
#define xor3(a, b, c) ((a) ^ (b) ^ (c))
#endif

#ifndef to_doubles
/* Of integers up to 2^53: both halves become doubles by setting an exponent's bits, and their sum is exact. */
static inline doubles to_doubles(words a)
{
    const words low_exponent = (words){0} + 0x4330000000000000u, high_exponent = (words){0} + 0x4530000000000000u;
    doubles low = (doubles)((a & 0xffffffffu) | low_exponent), high = (doubles)((a >> 32) | high_exponent);
    return (high - (0x1p84 + 0x1p52)) + low;
}

/* Of any 32-bit integers, rounded once: the high 16 bits times 2^16 and the low 16 bits are exact. */
static inline floats to_floats(halves a)
{
    floats high = __builtin_convertvector((integers)(a >> 16), floats) * 0x1p16f;
    return high + __builtin_convertvector((integers)(a & 0xffffu), floats);
}
#endif

#endif
