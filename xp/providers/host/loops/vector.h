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


#endif
