/* float16 and bfloat16, the dtypes that are stored and not computed in: their bits from numbers, and back.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Both ways are by integer arithmetic alone, so that every device gives the same bits whatever it does with subnormal
 * numbers; in the common subset of C11, CUDA C and OpenCL C 1.2. What becomes float16 or bfloat16 is rounded once, ties
 * to even, and infinite from half a step beyond the largest number on. NaN stays NaN: the sign and the upper bits of
 * its fraction stay, and it is quiet (as x86's conversions have it).
 *
 * A float64 or a long integer that went through float32 would be rounded twice. It goes through the float32 that is
 * "rounded to odd": cut off, with the last bit set if anything was lost, so that no tie comes out of what was none.
 * Source: S. Boldo, G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to
 * odd", IEEE Transactions on Computers 57 (2008), section 3; float32 has the two bits more than it needs. */
#ifndef XP_KERNEL_HALF_H
#define XP_KERNEL_HALF_H

#ifndef XP_FN
#if defined(__CUDACC__)
#define XP_FN static __device__ __forceinline__
#else
#define XP_FN static inline
#endif
#endif

#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
typedef ulong kernel_ulong;
typedef long kernel_long;
#define KERNEL_BITS_OF_FLOAT(a) as_uint(a)
#define KERNEL_FLOAT_OF_BITS(a) as_float(a)
#define KERNEL_BITS_OF_DOUBLE(a) as_ulong(a)
#if defined(cl_khr_fp64)
#define KERNEL_HAS_DOUBLE
#endif
#elif defined(__CUDACC__)
typedef unsigned long long kernel_ulong;
typedef long long kernel_long;
#define KERNEL_BITS_OF_FLOAT(a) __float_as_uint(a)
#define KERNEL_FLOAT_OF_BITS(a) __uint_as_float(a)
#define KERNEL_BITS_OF_DOUBLE(a) ((kernel_ulong)__double_as_longlong(a))
#define KERNEL_HAS_DOUBLE
#else
#include <stdint.h>
#include <string.h>
typedef uint64_t kernel_ulong;
typedef int64_t kernel_long;
#define KERNEL_HAS_DOUBLE
XP_FN unsigned int KERNEL_BITS_OF_FLOAT(float a)
{
    unsigned int bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}
XP_FN float KERNEL_FLOAT_OF_BITS(unsigned int bits)
{
    float a;
    memcpy(&a, &bits, sizeof a);
    return a;
}
XP_FN kernel_ulong KERNEL_BITS_OF_DOUBLE(double a)
{
    kernel_ulong bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}
#endif

/* ---- float16: 1 sign, 5 exponent, 10 fraction -------------------------------------------------------------------- */

/* A subnormal number's first bit is moved to where a normal one's is understood; each shift takes away from the
 * exponent. */
XP_FN float kernel_float_of_half(unsigned short stored)
{
    unsigned int sign = (stored & 0x8000u) << 16, rest = stored & 0x7fffu, fraction = rest, exponent = 113u, bits;
    exponent -= fraction < 0x8u ? 8u : 0u;
    fraction = fraction < 0x8u ? fraction << 8 : fraction;
    exponent -= fraction < 0x80u ? 4u : 0u;
    fraction = fraction < 0x80u ? fraction << 4 : fraction;
    exponent -= fraction < 0x200u ? 2u : 0u;
    fraction = fraction < 0x200u ? fraction << 2 : fraction;
    exponent -= fraction < 0x400u ? 1u : 0u;
    fraction = fraction < 0x400u ? fraction << 1 : fraction;
    bits = rest < 0x400u ? (exponent << 23) + ((fraction & 0x3ffu) << 13) : (rest << 13) + (112u << 23);
    bits = rest == 0u ? 0u : bits;
    bits = rest >= 0x7c00u ? 0x7f800000u | (rest & 0x3ffu) << 13 : bits;
    bits |= rest > 0x7c00u ? 0x400000u : 0u;
    return KERNEL_FLOAT_OF_BITS(sign | bits);
}

/* From the bits of a float32. Of what becomes subnormal the fraction is moved to steps of 2^-24; a shift by 25 is the
 * least that leaves nothing to be rounded up. */
XP_FN unsigned short kernel_half_of_bits(unsigned int bits)
{
    unsigned int sign = bits >> 16 & 0x8000u, rest = bits & 0x7fffffffu, exponent = rest >> 23;
    unsigned int shift = exponent > 112u ? 14u : exponent < 101u ? 25u : 126u - exponent;
    unsigned int fraction = (rest & 0x7fffffu) | 0x800000u;
    unsigned int below = (fraction + (1u << (shift - 1u)) - 1u + (fraction >> shift & 1u)) >> shift;
    unsigned int normal = (rest - (112u << 23) + 0xfffu + (rest >> 13 & 1u)) >> 13;
    unsigned int rounded = exponent > 112u ? normal : below;
    rounded = rest >= 0x47800000u ? 0x7c00u : rounded;
    rounded = rest > 0x7f800000u ? 0x7e00u | (rest >> 13 & 0x3ffu) : rounded;
    return (unsigned short)(sign | rounded);
}

XP_FN unsigned short kernel_half_of_float(float a)
{
    return kernel_half_of_bits(KERNEL_BITS_OF_FLOAT(a));
}

/* ---- bfloat16: the upper half of a float32 ----------------------------------------------------------------------- */

XP_FN float kernel_float_of_bfloat(unsigned short stored)
{
    return KERNEL_FLOAT_OF_BITS((unsigned int)stored << 16);
}

XP_FN unsigned short kernel_bfloat_of_bits(unsigned int bits)
{
    unsigned int rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
    return (unsigned short)((bits & 0x7fffffffu) > 0x7f800000u ? bits >> 16 | 0x40u : rounded);
}

XP_FN unsigned short kernel_bfloat_of_float(float a)
{
    return kernel_bfloat_of_bits(KERNEL_BITS_OF_FLOAT(a));
}

/* ---- from what has more digits than float32 ---------------------------------------------------------------------- */

/* An integer rounded to odd: 16 bits of it stay at least. Multiplication by powers of 2 is exact. */
XP_FN float kernel_odd_float_of_ulong(kernel_ulong a)
{
    float scale = 1.0f;
    while (a >> 24) {
        a = a >> 8 | ((a & 0xffu) != 0u ? 1u : 0u);
        scale *= 256.0f;
    }
    return (float)(unsigned int)a * scale;
}

XP_FN float kernel_odd_float_of_long(kernel_long a)
{
    kernel_ulong magnitude = a < 0 ? 0u - (kernel_ulong)a : (kernel_ulong)a;
    float rounded = kernel_odd_float_of_ulong(magnitude);
    return a < 0 ? -rounded : rounded;
}

#ifdef KERNEL_HAS_DOUBLE
/* The bits of a float64 rounded to an odd float32; what is beyond the largest one becomes the largest one, which is
 * odd. A shift by 54 and more leaves the mark of what was lost alone. */
XP_FN unsigned int kernel_odd_bits_of_double(double a)
{
    kernel_ulong bits = KERNEL_BITS_OF_DOUBLE(a), rest = bits & 0x7fffffffffffffffu;
    unsigned int sign = (unsigned int)(bits >> 32) & 0x80000000u, exponent = (unsigned int)(rest >> 52), odd;
    kernel_ulong fraction = (rest & 0xfffffffffffffu) | 0x10000000000000u;
    unsigned int shift = exponent < 872u ? 54u : 926u - exponent;
    if (exponent == 2047u) {
        odd = 0x7f800000u | (unsigned int)((rest & 0xfffffffffffffu) >> 29);
        odd |= rest > 0x7ff0000000000000u ? 0x400000u : 0u;
    } else if (exponent > 1150u) {
        odd = 0x7f7fffffu;
    } else if (exponent > 896u) {
        odd = (unsigned int)((rest - ((kernel_ulong)896u << 52)) >> 29) | ((rest & 0x1fffffffu) != 0u ? 1u : 0u);
    } else {
        odd = (unsigned int)(fraction >> shift) | (fraction << (64u - shift) != 0u ? 1u : 0u);
        odd = rest == 0u ? 0u : odd;
    }
    return sign | odd;
}

XP_FN unsigned short kernel_half_of_double(double a)
{
    return kernel_half_of_bits(kernel_odd_bits_of_double(a));
}

XP_FN unsigned short kernel_bfloat_of_double(double a)
{
    return kernel_bfloat_of_bits(kernel_odd_bits_of_double(a));
}
#endif

#endif
