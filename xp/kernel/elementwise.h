/* Bodies of the kernel_ names in graph/elementwise.def for real dtypes: included once for each dtype.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The includer defines
 *   XP_SUFFIX  the dtype's name, which ends the names of the bodies: float64
 *   XP_T       the element type; XP_W the unsigned type in which integers compute without overflow
 *   XP_BITS    the element's width
 *   and one of XP_OF_BOOL, XP_OF_SIGNED, XP_OF_UNSIGNED, XP_OF_FLOAT as 1
 * and kernel/elementwise_end.h forgets them again. Everything here is in the common subset of C11, CUDA C and
 * OpenCL C 1.2: no library types, no recursion, full literals. XP_MATH(f) names the mathematical function f for XP_T:
 * by default f, and f followed by an f for float32. */
#ifndef XP_KERNEL_NAMES
#define XP_KERNEL_NAMES

#include "kernel/names.h"
#define XP_KERNEL_MATH_FLOAT64(function) function
#define XP_KERNEL_MATH_FLOAT32(function) function##f

#define kernel_add(a, b) XP_KERNEL(add)(a, b)
#define kernel_subtract(a, b) XP_KERNEL(subtract)(a, b)
#define kernel_multiply(a, b) XP_KERNEL(multiply)(a, b)
#define kernel_floor_divide(a, b) XP_KERNEL(floor_divide)(a, b)
#define kernel_remainder(a, b) XP_KERNEL(remainder)(a, b)
#define kernel_pow(a, b) XP_KERNEL(pow)(a, b)
#define kernel_negative(a) XP_KERNEL(negative)(a)
#define kernel_abs(a) XP_KERNEL(abs)(a)
#define kernel_sign(a) XP_KERNEL(sign)(a)
#define kernel_maximum(a, b) XP_KERNEL(maximum)(a, b)
#define kernel_minimum(a, b) XP_KERNEL(minimum)(a, b)
#define kernel_zero(a) ((XP_T)0)
#define kernel_ceil(a) XP_KERNEL(ceil)(a)
#define kernel_floor(a) XP_KERNEL(floor)(a)
#define kernel_trunc(a) XP_KERNEL(trunc)(a)
#define kernel_round(a) XP_KERNEL(round)(a)
#define kernel_is_nan(a) XP_KERNEL(is_nan)(a)
#define kernel_is_inf(a) XP_KERNEL(is_inf)(a)
#define kernel_is_finite(a) XP_KERNEL(is_finite)(a)
#define kernel_sign_bit(a) XP_KERNEL(sign_bit)(a)
#define kernel_invert(a) XP_KERNEL(invert)(a)
#define kernel_left_shift(a, b) XP_KERNEL(left_shift)(a, b)
#define kernel_right_shift(a, b) XP_KERNEL(right_shift)(a, b)
#define kernel_logaddexp(a, b) XP_KERNEL(logaddexp)(a, b)
#define kernel_copysign(a, b) XP_MATH(copysign)(a, b)
#define kernel_nextafter(a, b) XP_MATH(nextafter)(a, b)
#define kernel_sqrt(a) XP_MATH(sqrt)(a)
#define kernel_hypot(a, b) XP_MATH(hypot)(a, b)
#define kernel_exp(a) XP_MATH(exp)(a)
#define kernel_expm1(a) XP_MATH(expm1)(a)
#define kernel_log(a) XP_MATH(log)(a)
#define kernel_log1p(a) XP_MATH(log1p)(a)
#define kernel_log2(a) XP_MATH(log2)(a)
#define kernel_log10(a) XP_MATH(log10)(a)
#define kernel_sin(a) XP_MATH(sin)(a)
#define kernel_cos(a) XP_MATH(cos)(a)
#define kernel_tan(a) XP_MATH(tan)(a)
#define kernel_asin(a) XP_MATH(asin)(a)
#define kernel_acos(a) XP_MATH(acos)(a)
#define kernel_atan(a) XP_MATH(atan)(a)
#define kernel_atan2(a, b) XP_MATH(atan2)(a, b)
#define kernel_sinh(a) XP_MATH(sinh)(a)
#define kernel_cosh(a) XP_MATH(cosh)(a)
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#define kernel_tanh(a) XP_KERNEL(tanh)(a)
#else
#define kernel_tanh(a) XP_MATH(tanh)(a)
#endif
#define kernel_asinh(a) XP_MATH(asinh)(a)
#define kernel_acosh(a) XP_MATH(acosh)(a)
#define kernel_atanh(a) XP_MATH(atanh)(a)
#endif

#if XP_OF_FLOAT /* ---- floating ------------------------------------------------------------------------------------ */

#ifndef XP_MATH
#define XP_KERNEL_OWN_MATH
#if XP_BITS == 32
#define XP_MATH(f) XP_KERNEL_MATH_FLOAT32(f)
#else
#define XP_MATH(f) XP_KERNEL_MATH_FLOAT64(f)
#endif
#endif

/* The largest finite number, the quotient from which on the whole numbers have gaps, and from where on tanh is 1. */
#if XP_BITS == 32
#define XP_TANH_1 9.011f
#define XP_LARGEST 3.402823466e+38f
#define XP_GAPS 8388608.0f
#define XP_LN2 0.693147181f
#else
#define XP_TANH_1 19.062
#define XP_LARGEST 1.7976931348623157e+308
#define XP_GAPS 4503599627370496.0
#define XP_LN2 0.69314718055994530942
#endif

#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
/* Vectors of PoCL give less than 1 for large numbers, and for infinity. */
XP_FN XP_T XP_KERNEL(tanh)(XP_T a)
{
    return XP_MATH(fabs)(a) > XP_TANH_1 ? XP_MATH(copysign)((XP_T)1, a) : XP_MATH(tanh)(a);
}
#endif

XP_FN XP_T XP_KERNEL(add)(XP_T a, XP_T b) { return a + b; }
XP_FN XP_T XP_KERNEL(subtract)(XP_T a, XP_T b) { return a - b; }
XP_FN XP_T XP_KERNEL(multiply)(XP_T a, XP_T b) { return a * b; }
XP_FN XP_T XP_KERNEL(negative)(XP_T a) { return -a; }
XP_FN XP_T XP_KERNEL(abs)(XP_T a) { return XP_MATH(fabs)(a); }
XP_FN XP_T XP_KERNEL(ceil)(XP_T a) { return XP_MATH(ceil)(a); }
XP_FN XP_T XP_KERNEL(floor)(XP_T a) { return XP_MATH(floor)(a); }
XP_FN XP_T XP_KERNEL(trunc)(XP_T a) { return XP_MATH(trunc)(a); }
XP_FN XP_T XP_KERNEL(round)(XP_T a) { return XP_MATH(rint)(a); }
XP_FN int XP_KERNEL(is_nan)(XP_T a) { return a != a; }
XP_FN int XP_KERNEL(is_inf)(XP_T a) { return XP_MATH(fabs)(a) > XP_LARGEST; }
XP_FN int XP_KERNEL(is_finite)(XP_T a) { return XP_MATH(fabs)(a) <= XP_LARGEST; }
XP_FN int XP_KERNEL(sign_bit)(XP_T a) { return XP_MATH(copysign)((XP_T)1, a) < (XP_T)0; }
XP_FN XP_T XP_KERNEL(pow)(XP_T a, XP_T b) { return XP_MATH(pow)(a, b); }

XP_FN XP_T XP_KERNEL(sign)(XP_T a)
{
    XP_T of_number = (XP_T)(a > (XP_T)0) - (XP_T)(a < (XP_T)0);
    return a == a ? of_number : a;
}

XP_FN XP_T XP_KERNEL(maximum)(XP_T a, XP_T b) { return ((a >= b) | (a != a)) ? a : b; }
XP_FN XP_T XP_KERNEL(minimum)(XP_T a, XP_T b) { return ((a <= b) | (a != a)) ? a : b; }

/* The floor of the rounded quotient is at most one too large; the sign of what is left, computed without rounding,
 * tells. An infinite divisor leaves the dividend. */
XP_FN XP_T XP_KERNEL(floor_divide)(XP_T a, XP_T b)
{
    XP_T whole = XP_MATH(floor)(a / b);
    XP_T rest = XP_MATH(fabs)(b) > XP_LARGEST ? a : XP_MATH(fma)(-whole, b, a);
    return ((rest != (XP_T)0) & (rest == rest) & ((rest < (XP_T)0) != (b < (XP_T)0))) ? whole - (XP_T)1 : whole;
}

/* Where the quotient is so large that its floor says nothing: by repeated exact steps in the library's fmod. */
XP_FN int XP_KERNEL(remainder_is_far)(XP_T a, XP_T b)
{
    XP_T quotient = XP_MATH(fabs)(a / b);
    return (quotient >= XP_GAPS) & (XP_MATH(fabs)(a) <= XP_LARGEST) & (b != (XP_T)0);
}

XP_FN XP_T XP_KERNEL(remainder_far)(XP_T a, XP_T b)
{
    XP_T rest = XP_MATH(fmod)(a, b);
    if ((rest != (XP_T)0) & ((rest < (XP_T)0) != (b < (XP_T)0)))
        rest += b;
    return rest == (XP_T)0 ? XP_MATH(copysign)((XP_T)0, b) : rest;
}

/* For quotients below XP_GAPS: the rest of the floor of the quotient is exact but for one rounding, or by one divisor
 * too low. Of an infinite divisor and a finite dividend: the dividend if the signs agree, else the divisor. */
XP_FN XP_T XP_KERNEL(remainder_near)(XP_T a, XP_T b)
{
    XP_T whole = XP_MATH(floor)(a / b);
    XP_T rest = ((XP_MATH(fabs)(b) > XP_LARGEST) & (XP_MATH(fabs)(a) <= XP_LARGEST)) ? a : XP_MATH(fma)(-whole, b, a);
    XP_T raised = ((rest != (XP_T)0) & ((rest < (XP_T)0) != (b < (XP_T)0))) ? rest + b : rest;
    return raised == (XP_T)0 ? XP_MATH(copysign)((XP_T)0, b) : raised;
}

XP_FN XP_T XP_KERNEL(remainder)(XP_T a, XP_T b)
{
    return XP_KERNEL(remainder_is_far)(a, b) ? XP_KERNEL(remainder_far)(a, b) : XP_KERNEL(remainder_near)(a, b);
}

/* log(exp a + exp b) from the larger of the two, so that nothing overflows. Equal infinities have no difference. */
XP_FN XP_T XP_KERNEL(logaddexp)(XP_T a, XP_T b)
{
    XP_T larger = a > b ? a : b;
    XP_T distance = XP_MATH(fabs)(a - b);
    return a == b ? a + XP_LN2 : larger + XP_MATH(log1p)(XP_MATH(exp)(-distance));
}

#undef XP_LARGEST
#undef XP_GAPS
#undef XP_TANH_1
#undef XP_LN2

#else /* ---- integers and bool ------------------------------------------------------------------------------------- */

XP_FN XP_T XP_KERNEL(ceil)(XP_T a) { return a; }
XP_FN XP_T XP_KERNEL(floor)(XP_T a) { return a; }
XP_FN XP_T XP_KERNEL(trunc)(XP_T a) { return a; }
XP_FN XP_T XP_KERNEL(round)(XP_T a) { return a; }
XP_FN int XP_KERNEL(is_nan)(XP_T a) { return (void)a, 0; }
XP_FN int XP_KERNEL(is_inf)(XP_T a) { return (void)a, 0; }
XP_FN int XP_KERNEL(is_finite)(XP_T a) { return (void)a, 1; }
XP_FN XP_T XP_KERNEL(maximum)(XP_T a, XP_T b) { return a >= b ? a : b; }
XP_FN XP_T XP_KERNEL(minimum)(XP_T a, XP_T b) { return a <= b ? a : b; }

#if XP_OF_BOOL

XP_FN XP_T XP_KERNEL(add)(XP_T a, XP_T b) { return a | b; }
XP_FN XP_T XP_KERNEL(multiply)(XP_T a, XP_T b) { return a & b; }
XP_FN XP_T XP_KERNEL(abs)(XP_T a) { return a; }
XP_FN XP_T XP_KERNEL(invert)(XP_T a) { return a == 0; }

#else

XP_FN XP_T XP_KERNEL(add)(XP_T a, XP_T b) { return (XP_T)((XP_W)a + (XP_W)b); }
XP_FN XP_T XP_KERNEL(subtract)(XP_T a, XP_T b) { return (XP_T)((XP_W)a - (XP_W)b); }
XP_FN XP_T XP_KERNEL(multiply)(XP_T a, XP_T b) { return (XP_T)((XP_W)a * (XP_W)b); }
XP_FN XP_T XP_KERNEL(negative)(XP_T a) { return (XP_T)((XP_W)0 - (XP_W)a); }
XP_FN XP_T XP_KERNEL(invert)(XP_T a) { return (XP_T)~a; }

#if XP_OF_SIGNED

XP_FN XP_T XP_KERNEL(abs)(XP_T a) { return a < 0 ? (XP_T)((XP_W)0 - (XP_W)a) : a; }
XP_FN XP_T XP_KERNEL(sign)(XP_T a) { return (XP_T)((a > 0) - (a < 0)); }
XP_FN int XP_KERNEL(sign_bit)(XP_T a) { return a < 0; }

XP_FN XP_T XP_KERNEL(floor_divide)(XP_T a, XP_T b)
{
    XP_T quotient, rest;
    if (b == 0)
        return 0;
    if (b == -1) /* the least integer has no positive */
        return (XP_T)((XP_W)0 - (XP_W)a);
    quotient = (XP_T)(a / b);
    rest = (XP_T)(a % b);
    return ((rest != 0) & ((rest < 0) != (b < 0))) ? (XP_T)(quotient - 1) : quotient;
}

XP_FN XP_T XP_KERNEL(remainder)(XP_T a, XP_T b)
{
    XP_T rest;
    if ((b == 0) | (b == -1))
        return 0;
    rest = (XP_T)(a % b);
    return ((rest != 0) & ((rest < 0) != (b < 0))) ? (XP_T)(rest + b) : rest;
}

XP_FN XP_T XP_KERNEL(left_shift)(XP_T a, XP_T b)
{
    return ((b < 0) | (b >= XP_BITS)) ? (XP_T)0 : (XP_T)((XP_W)a << (b & (XP_BITS - 1)));
}

XP_FN XP_T XP_KERNEL(right_shift)(XP_T a, XP_T b)
{
    XP_T shifted = (XP_T)(a >> (b < XP_BITS ? b & (XP_BITS - 1) : XP_BITS - 1));
    return b < 0 ? (XP_T)0 : shifted;
}

#else

XP_FN XP_T XP_KERNEL(abs)(XP_T a) { return a; }
XP_FN XP_T XP_KERNEL(sign)(XP_T a) { return a != 0; }
XP_FN int XP_KERNEL(sign_bit)(XP_T a) { return (void)a, 0; }
XP_FN XP_T XP_KERNEL(floor_divide)(XP_T a, XP_T b) { return b == 0 ? (XP_T)0 : (XP_T)(a / b); }
XP_FN XP_T XP_KERNEL(remainder)(XP_T a, XP_T b) { return b == 0 ? (XP_T)0 : (XP_T)(a % b); }

XP_FN XP_T XP_KERNEL(left_shift)(XP_T a, XP_T b)
{
    return b >= XP_BITS ? (XP_T)0 : (XP_T)((XP_W)a << (b & (XP_BITS - 1)));
}

XP_FN XP_T XP_KERNEL(right_shift)(XP_T a, XP_T b)
{
    return b >= XP_BITS ? (XP_T)0 : (XP_T)(a >> (b & (XP_BITS - 1)));
}

#endif

XP_FN XP_T XP_KERNEL(pow)(XP_T a, XP_T b)
{
    XP_W base = (XP_W)a, product = 1;
#if XP_OF_SIGNED
    if (b < 0)
        return (XP_T)(a == 1 ? 1 : a == -1 ? ((b & 1) != 0 ? -1 : 1) : 0);
#endif
    for (; b != 0; b = (XP_T)(b >> 1)) {
        if ((b & 1) != 0)
            product *= base;
        base *= base;
    }
    return (XP_T)product;
}

#endif
#endif
