/* log(1 + x) of float64 vectors where there is fused multiply-add: faster than the vector library's and as accurate.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * 1 + x = 2^k m with m between sqrt(1/2) and sqrt(2), exactly, as the sum of two numbers. With f = m - 1 and
 * s = f / (2 + f), log m = 2 atanh s = f - f^2 / 2 + s (f^2 / 2 + R(s^2)), where R(z) = 2 (atanh(s) / s - 1) is a
 * polynomial: the minimax one (Remez, in 60 digits) of degree 7 without constant term for z up to 0.0295, off by
 * 5e-18 of f. Within 0.79 units in the last place of MPFR; the same bits for AVX2 and AVX-512. */
#ifndef XP_HOST_LOG1P_H
#define XP_HOST_LOG1P_H

#include "providers/host/loops/vector.h"

#if defined(__AVX512F__)
#define FUSED(a, b, c) _mm512_fmadd_pd(a, b, c)
#else
#define FUSED(a, b, c) _mm256_fmadd_pd(a, b, c)
#endif
#define ALL(value) ALL_OF(value, vector_float64)

typedef uint64_t bits_float64 __attribute__((vector_size(HOST_VECTOR_BYTES)));

/* For -1 < x < 2^1000; a zero loses its sign. */
static inline vector_float64 log1p_inside(vector_float64 x)
{
    const uint64_t root_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000, mantissa = 0x000fffffffffffff;
    vector_float64 sum = x + ALL(1.0), part = sum - ALL(1.0);
    vector_float64 rest = (ALL(1.0) - (sum - part)) + (x - part);

    bits_float64 shifted = (bits_float64)sum + (one - root_half), exponent = shifted >> 52; /* k + 1023 */
    vector_float64 k = (vector_float64)(exponent | 0x4330000000000000) - ALL(0x1p52 + 1023.0);
    vector_float64 m = (vector_float64)((shifted & mantissa) + root_half);
    rest = rest * (vector_float64)((2046 - exponent) << 52);
    vector_float64 exact = m - ALL(1.0), f = exact + rest, low = rest - (f - exact);

    vector_float64 s = f / (f + ALL(2.0)), z = s * s, half = ALL(0.5) * f * f, series;
    series = FUSED(z, ALL(0x1.2b629b31df026p-3), ALL(0x1.39fd7de699b73p-3));
    series = FUSED(series, z, ALL(0x1.7462bbf28a8b1p-3));
    series = FUSED(series, z, ALL(0x1.c71c62c9ed92fp-3));
    series = FUSED(series, z, ALL(0x1.2492492e08dd0p-2));
    series = FUSED(series, z, ALL(0x1.99999999951f6p-2));
    series = FUSED(series, z, ALL(0x1.5555555555558p-1));

    /* low / (1 + f) to a few digits, and log 2 in two pieces, of which k times the first is exact. */
    vector_float64 small = low * FUSED(s, s + s - ALL(2.0), ALL(1.0));
    small = FUSED(s, half + z * series, FUSED(k, ALL(0x1.a39ef35793c76p-33), small));
    return FUSED(k, ALL(0x1.62e42fee00000p-1), f - (half - small));
}

#undef FUSED
#undef ALL
#endif
