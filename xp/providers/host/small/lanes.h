/* Vectors whose lanes belong to different matrices: what the engine for small matrices computes with.
 *
 * A mask says yes or no for each lane. Nothing here depends on the width of a vector but the number of lanes, so the
 * bits are the same for every instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SMALL_LANES_H
#define HOST_SMALL_LANES_H

#include <stdint.h>

#include "kernel/vector_bytes.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define ALWAYS_INLINE inline __attribute__((always_inline))

typedef double reals_float64 __attribute__((vector_size(VECTOR_BYTES)));
typedef float reals_float32 __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t words_float64 __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t words_float32 __attribute__((vector_size(VECTOR_BYTES)));
enum { LANES_float64 = VECTOR_BYTES / 8, LANES_float32 = VECTOR_BYTES / 4 };

#if defined(__AVX512F__)
typedef __mmask8 mask_float64;
typedef __mmask16 mask_float32;
#define IN_LANES(dtype, suffix, zero)                                                                                  \
    static ALWAYS_INLINE mask_##dtype greater_##dtype(reals_##dtype a, reals_##dtype b)                                \
    {                                                                                                                  \
        return _mm512_cmp_##suffix##_mask(a, b, _CMP_GT_OQ);                                                           \
    }                                                                                                                  \
    static ALWAYS_INLINE mask_##dtype is_zero_##dtype(reals_##dtype a)                                                 \
    {                                                                                                                  \
        return _mm512_cmp_##suffix##_mask(a, zero(), _CMP_EQ_OQ);                                                      \
    }                                                                                                                  \
    static ALWAYS_INLINE reals_##dtype select_##dtype(mask_##dtype mask, reals_##dtype a, reals_##dtype b)             \
    {                                                                                                                  \
        return _mm512_mask_blend_##suffix(mask, b, a);                                                                 \
    }                                                                                                                  \
    static ALWAYS_INLINE uint32_t bits_##dtype(mask_##dtype mask)                                                      \
    {                                                                                                                  \
        return mask;                                                                                                   \
    }
IN_LANES(float64, pd, _mm512_setzero_pd)
IN_LANES(float32, ps, _mm512_setzero_ps)
#else
typedef words_float64 mask_float64;
typedef words_float32 mask_float32;
#define IN_LANES(dtype)                                                                                                \
    static ALWAYS_INLINE mask_##dtype greater_##dtype(reals_##dtype a, reals_##dtype b)                                \
    {                                                                                                                  \
        return a > b;                                                                                                  \
    }                                                                                                                  \
    static ALWAYS_INLINE mask_##dtype is_zero_##dtype(reals_##dtype a)                                                 \
    {                                                                                                                  \
        return a == 0;                                                                                                 \
    }                                                                                                                  \
    static ALWAYS_INLINE reals_##dtype select_##dtype(mask_##dtype mask, reals_##dtype a, reals_##dtype b)             \
    {                                                                                                                  \
        return (reals_##dtype)(((words_##dtype)a & mask) | ((words_##dtype)b & ~mask));                                \
    }                                                                                                                  \
    static ALWAYS_INLINE uint32_t bits_##dtype(mask_##dtype mask)                                                      \
    {                                                                                                                  \
        uint32_t bits = 0;                                                                                             \
        for (int lane = 0; lane < LANES_##dtype; lane++)                                                               \
            bits |= (uint32_t)(mask[lane] & 1) << lane;                                                                \
        return bits;                                                                                                   \
    }
IN_LANES(float64)
IN_LANES(float32)
#endif
#undef IN_LANES

static ALWAYS_INLINE reals_float64 magnitude_float64(reals_float64 a)
{
    return (reals_float64)((words_float64)a & INT64_MAX);
}

static ALWAYS_INLINE reals_float32 magnitude_float32(reals_float32 a)
{
    return (reals_float32)((words_float32)a & INT32_MAX);
}

#endif
