/* What the texts of kernels (*.kern.h) are written in: the common subset of C11, CUDA C and OpenCL C 1.2.
 *
 * Whoever compiles a kernel defines XP_REAL_BITS, 32 or 64, and puts this text before it. A kernel then knows
 *   REAL             float or double, its limits (REAL_EPSILON, REAL_LARGEST, REAL_INFINITY, REAL_NAN) and XP_REAL(1.5)
 *   xp_index         a signed integer of 64 bits
 *   XP_GLOBAL        before what a pointer to an array points to
 *   XP_FN, XP_PASS   before a function, and before one that is run for each index of an index space
 *   XP_INLINED       before a function that is made for constants among its arguments
 *   XP_MATH(sqrt)    the mathematical function for REAL
 *   XP_MULTIPLY_ADD  a * b + c of REALs, rounded once where the processor does that at no cost; _DOUBLE of doubles
 *   xp_complex       a pair of REALs, with xp_complex_add and so on
 *   xp_wide_sum      a sum of neighbours in float64
 *   xp_border        where an index beyond an axis's ends leads
 *   XP_UNROLL        before a loop of few rounds, whose number is known; nothing for OpenCL's groups, whose compilers
 *                    do it by themselves (PoCL's breaks down over items in a loop times many rounds)
 * There is no recursion, and there are no library types. A pass has no barriers; bodies for stretches of indices, which
 * XP_PROCESSOR_PASS(n) and XP_GROUP_PASS(n) stand before, have the words of groups.h, and on processors of lanes.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_KERNEL_PRELUDE_H
#define XP_KERNEL_PRELUDE_H

/* ---- the dialect ------------------------------------------------------------------------------------------------- */

#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#define XP_FN static inline
#define XP_INLINED static inline __attribute__((always_inline))
#define XP_PASS static
#define XP_GLOBAL __global
typedef long xp_index;
#define XP_MATH(function) function
#define XP_MULTIPLY_ADD(a, b, c) fma(a, b, c)
#define XP_MULTIPLY_ADD_DOUBLE(a, b, c) fma(a, b, c)
#if defined(cl_khr_fp64)
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#pragma OPENCL FP_CONTRACT OFF
#if XP_ITEMS == 1 && defined(__clang__)
#define XP_UNROLL _Pragma("clang loop unroll(full)")
#elif XP_ITEMS == 1
#define XP_UNROLL _Pragma("unroll")
#else
#define XP_UNROLL
#endif
#elif defined(__CUDACC__)
#define XP_FN static __device__ __forceinline__
#define XP_INLINED XP_FN
#define XP_PASS static __device__
#define XP_GLOBAL
typedef long long xp_index;
#define INFINITY __int_as_float(0x7f800000)
#define NAN __int_as_float(0x7fc00000)
#define XP_MATH(function) function
#define XP_MULTIPLY_ADD(a, b, c) fma(a, b, c)
#define XP_MULTIPLY_ADD_DOUBLE(a, b, c) fma(a, b, c)
#define XP_UNROLL _Pragma("unroll")
#else
#include <math.h>
#include <stdint.h>
#define XP_FN static inline
#define XP_INLINED XP_FN
#define XP_PASS static inline
#define XP_GLOBAL
typedef int64_t xp_index;
#if XP_REAL_BITS == 32
#define XP_MATH(function) function##f
#else
#define XP_MATH(function) function
#endif
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define XP_MULTIPLY_ADD(a, b, c) XP_MATH(fma)(a, b, c)
#define XP_MULTIPLY_ADD_DOUBLE(a, b, c) fma(a, b, c)
#else
#define XP_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define XP_MULTIPLY_ADD_DOUBLE(a, b, c) ((a) * (b) + (c))
#endif
#define XP_UNROLL
#endif
#define XP_PROCESSOR_PASS(indices) XP_PASS
#define XP_GROUP_PASS(indices) XP_PASS
#include "kernel/groups.h"

/* ---- REAL -------------------------------------------------------------------------------------------------------- */

#if XP_REAL_BITS == 32
typedef float REAL;
#define XP_REAL(literal) literal##f
#define REAL_EPSILON 1.1920928955078125e-7f
#define REAL_LARGEST 3.40282346638528859812e+38f
#else
typedef double REAL;
#define XP_REAL(literal) literal
#define REAL_EPSILON 2.2204460492503130808e-16
#define REAL_LARGEST 1.7976931348623157081e+308
#endif
#define REAL_INFINITY ((REAL)INFINITY)
#define REAL_NAN ((REAL)NAN)

/* With more digits than REAL has. */
#define XP_PI ((REAL)3.14159265358979323846)
#define XP_TWO_PI ((REAL)6.28318530717958647693)
#define XP_HALF_PI ((REAL)1.57079632679489661923)
#define XP_E ((REAL)2.71828182845904523536)
#define XP_LN2 ((REAL)0.693147180559945309417)
#define XP_SQRT2 ((REAL)1.41421356237309504880)

/* ---- complex numbers --------------------------------------------------------------------------------------------- */

typedef struct xp_complex {
    REAL re, im;
} xp_complex;

XP_FN xp_complex xp_complex_of(REAL re, REAL im)
{
    xp_complex z;
    z.re = re;
    z.im = im;
    return z;
}
XP_FN xp_complex xp_complex_add(xp_complex a, xp_complex b) { return xp_complex_of(a.re + b.re, a.im + b.im); }
XP_FN xp_complex xp_complex_subtract(xp_complex a, xp_complex b) { return xp_complex_of(a.re - b.re, a.im - b.im); }
XP_FN xp_complex xp_complex_conj(xp_complex a) { return xp_complex_of(a.re, -a.im); }
XP_FN xp_complex xp_complex_multiply(xp_complex a, xp_complex b)
{
    return xp_complex_of(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}
/* |a|^2 */
XP_FN REAL xp_complex_square(xp_complex a) { return a.re * a.re + a.im * a.im; }

/* ---- sums -------------------------------------------------------------------------------------------------------- */

#define XP_SUM_LANES 16

/* x[first] + ... + x[last - 1] in float64: in lanes by turns, which are then added in halves. */
XP_FN double xp_wide_sum(XP_GLOBAL const REAL *x, xp_index first, xp_index last)
{
    double lanes[XP_SUM_LANES];
    xp_index i;
    int lane, width;
    for (lane = 0; lane < XP_SUM_LANES; lane++)
        lanes[lane] = 0.0;
    for (i = first; i + XP_SUM_LANES <= last; i += XP_SUM_LANES)
        for (lane = 0; lane < XP_SUM_LANES; lane++)
            lanes[lane] += (double)x[i + lane];
    for (lane = 0; i + lane < last; lane++)
        lanes[lane] += (double)x[i + lane];
    for (width = XP_SUM_LANES / 2; width > 0; width /= 2)
        for (lane = 0; lane < width; lane++)
            lanes[lane] += lanes[lane + width];
    return lanes[0];
}

/* ---- borders ----------------------------------------------------------------------------------------------------- */

/* What lies beyond the ends of an axis with the elements a b c d, by SciPy's names. */
#define XP_BORDER_CONSTANT 0 /* k k k k | a b c d | k k k k */
#define XP_BORDER_NEAREST 1  /* a a a a | a b c d | d d d d */
#define XP_BORDER_REFLECT 2  /* d c b a | a b c d | d c b a */
#define XP_BORDER_MIRROR 3   /* d c b | a b c d | c b a */
#define XP_BORDER_WRAP 4     /* a b c d | a b c d | a b c d */

XP_FN xp_index xp_border_remainder(xp_index a, xp_index b)
{
    xp_index rest = a % b;
    return rest < 0 ? rest + b : rest;
}

/* The element of an axis of `extent` >= 1 elements that stands at `index`; -1 for the constant. */
XP_FN xp_index xp_border(xp_index index, xp_index extent, int mode)
{
    xp_index period, at;
    if (index >= 0 && index < extent)
        return index;
    if (mode == XP_BORDER_CONSTANT)
        return -1;
    if (mode == XP_BORDER_NEAREST)
        return index < 0 ? 0 : extent - 1;
    if (mode == XP_BORDER_WRAP)
        return xp_border_remainder(index, extent);
    if (mode == XP_BORDER_REFLECT) {
        at = xp_border_remainder(index, 2 * extent);
        return at < extent ? at : 2 * extent - 1 - at;
    }
    period = extent > 1 ? 2 * extent - 2 : 1;
    at = xp_border_remainder(index, period);
    return at < extent ? at : period - at;
}

/* ---- vectors ----------------------------------------------------------------------------------------------------- */

#if XP_ITEMS == 1
#include "kernel/lanes.h"
#endif

#endif
