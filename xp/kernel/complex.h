/* Bodies of the kernel_complex_ names in graph/elementwise.def: arithmetic for each complex dtype.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The includer defines XP_SUFFIX, XP_T (a struct of re and im), XP_R (their type) and XP_BITS (of XP_R), and forgets
 * them with kernel/elementwise_end.h. Functions beyond arithmetic are computed in float64 for both complex dtypes
 * (kernel/complex_functions.h), which makes those of complex64 right to the last bit but for rare cases. */
#ifndef XP_KERNEL_COMPLEX_NAMES
#define XP_KERNEL_COMPLEX_NAMES

#include "kernel/complex_functions.h"
#include "kernel/names.h"

#define kernel_complex_add(a, b) XP_KERNEL(complex_add)(a, b)
#define kernel_complex_subtract(a, b) XP_KERNEL(complex_subtract)(a, b)
#define kernel_complex_multiply(a, b) XP_KERNEL(complex_multiply)(a, b)
#define kernel_complex_divide(a, b) XP_KERNEL(complex_divide)(a, b)
#define kernel_complex_pow(a, b) XP_KERNEL(complex_pow)(a, b)
#define kernel_complex_negative(a) XP_KERNEL(complex_negative)(a)
#define kernel_complex_reciprocal(a) XP_KERNEL(complex_reciprocal)(a)
#define kernel_complex_abs(a) XP_KERNEL(complex_abs)(a)
#define kernel_complex_sign(a) XP_KERNEL(complex_sign)(a)
#define kernel_complex_conj(a) XP_KERNEL(complex_conj)(a)
#define kernel_complex_round(a) XP_KERNEL(complex_round)(a)
#define kernel_complex_equal(a, b) XP_KERNEL(complex_equal)(a, b)
#define kernel_complex_where(a, b, c) XP_KERNEL(complex_where)(a, b, c)
#define kernel_complex_true(a) XP_KERNEL(complex_true)(a)
#define kernel_complex_is_nan(a) XP_KERNEL(complex_is_nan)(a)
#define kernel_complex_is_inf(a) XP_KERNEL(complex_is_inf)(a)
#define kernel_complex_is_finite(a) XP_KERNEL(complex_is_finite)(a)
#define kernel_complex_sqrt(a) XP_KERNEL(complex_sqrt)(a)
#define kernel_complex_exp(a) XP_KERNEL(complex_exp)(a)
#define kernel_complex_expm1(a) XP_KERNEL(complex_expm1)(a)
#define kernel_complex_log(a) XP_KERNEL(complex_log)(a)
#define kernel_complex_log1p(a) XP_KERNEL(complex_log1p)(a)
#define kernel_complex_log2(a) XP_KERNEL(complex_log2)(a)
#define kernel_complex_log10(a) XP_KERNEL(complex_log10)(a)
#define kernel_complex_sin(a) XP_KERNEL(complex_sin)(a)
#define kernel_complex_cos(a) XP_KERNEL(complex_cos)(a)
#define kernel_complex_tan(a) XP_KERNEL(complex_tan)(a)
#define kernel_complex_asin(a) XP_KERNEL(complex_asin)(a)
#define kernel_complex_acos(a) XP_KERNEL(complex_acos)(a)
#define kernel_complex_atan(a) XP_KERNEL(complex_atan)(a)
#define kernel_complex_sinh(a) XP_KERNEL(complex_sinh)(a)
#define kernel_complex_cosh(a) XP_KERNEL(complex_cosh)(a)
#define kernel_complex_tanh(a) XP_KERNEL(complex_tanh)(a)
#define kernel_complex_asinh(a) XP_KERNEL(complex_asinh)(a)
#define kernel_complex_acosh(a) XP_KERNEL(complex_acosh)(a)
#define kernel_complex_atanh(a) XP_KERNEL(complex_atanh)(a)
#endif

#if XP_BITS == 32
#define XP_LARGEST 3.402823466e+38f
#define XP_RINT(a) ((float)rint((double)(a)))
#else
#define XP_LARGEST 1.7976931348623157e+308
#define XP_RINT(a) rint(a)
#endif
#define XP_FINITE(a) (((a) <= XP_LARGEST) & ((a) >= -XP_LARGEST))
#define XP_INFINITE(a) (((a) > XP_LARGEST) | ((a) < -XP_LARGEST))

XP_FN XP_T XP_KERNEL(complex_of)(XP_R re, XP_R im)
{
    XP_T z;
    z.re = re;
    z.im = im;
    return z;
}
#define XP_Z(re, im) XP_KERNEL(complex_of)(re, im)

XP_FN XP_T XP_KERNEL(complex_add)(XP_T a, XP_T b) { return XP_Z(a.re + b.re, a.im + b.im); }
XP_FN XP_T XP_KERNEL(complex_subtract)(XP_T a, XP_T b) { return XP_Z(a.re - b.re, a.im - b.im); }
XP_FN XP_T XP_KERNEL(complex_multiply)(XP_T a, XP_T b)
{
    return XP_Z(XP_ROUNDED(a.re * b.re) - XP_ROUNDED(a.im * b.im), XP_ROUNDED(a.re * b.im) + XP_ROUNDED(a.im * b.re));
}
XP_FN XP_T XP_KERNEL(complex_negative)(XP_T a) { return XP_Z(-a.re, -a.im); }
XP_FN XP_T XP_KERNEL(complex_conj)(XP_T a) { return XP_Z(a.re, -a.im); }
XP_FN XP_T XP_KERNEL(complex_round)(XP_T a) { return XP_Z(XP_RINT(a.re), XP_RINT(a.im)); }
XP_FN XP_T XP_KERNEL(complex_where)(int a, XP_T b, XP_T c) { return XP_Z(a ? b.re : c.re, a ? b.im : c.im); }
XP_FN int XP_KERNEL(complex_equal)(XP_T a, XP_T b) { return (a.re == b.re) & (a.im == b.im); }
XP_FN int XP_KERNEL(complex_true)(XP_T a) { return (a.re != (XP_R)0) | (a.im != (XP_R)0); }
XP_FN int XP_KERNEL(complex_is_nan)(XP_T a) { return (a.re != a.re) | (a.im != a.im); }
XP_FN int XP_KERNEL(complex_is_inf)(XP_T a) { return XP_INFINITE(a.re) | XP_INFINITE(a.im); }
XP_FN int XP_KERNEL(complex_is_finite)(XP_T a) { return XP_FINITE(a.re) & XP_FINITE(a.im); }

/* The functions by way of float64. */
#define XP_WIDE(a) kernel_z((double)(a).re, (double)(a).im)
#define XP_BY_FLOAT64(name)                                                                                            \
    XP_FN XP_T XP_KERNEL(complex_##name)(XP_T a)                                                                       \
    {                                                                                                                  \
        kernel_complex z = kernel_z_##name(XP_WIDE(a));                                                                \
        return XP_Z((XP_R)z.re, (XP_R)z.im);                                                                           \
    }
XP_BY_FLOAT64(sign)
XP_BY_FLOAT64(sqrt)
XP_BY_FLOAT64(exp)
XP_BY_FLOAT64(expm1)
XP_BY_FLOAT64(log)
XP_BY_FLOAT64(log1p)
XP_BY_FLOAT64(log2)
XP_BY_FLOAT64(log10)
XP_BY_FLOAT64(sin)
XP_BY_FLOAT64(cos)
XP_BY_FLOAT64(tan)
XP_BY_FLOAT64(asin)
XP_BY_FLOAT64(acos)
XP_BY_FLOAT64(atan)
XP_BY_FLOAT64(sinh)
XP_BY_FLOAT64(cosh)
XP_BY_FLOAT64(tanh)
XP_BY_FLOAT64(asinh)
XP_BY_FLOAT64(acosh)
XP_BY_FLOAT64(atanh)

#if XP_BITS == 32

/* Squares of float32 neither overflow nor vanish in float64. An infinite part wins over a NaN. */
XP_FN XP_R XP_KERNEL(complex_abs)(XP_T a)
{
    double re = (double)a.re, im = (double)a.im;
    double length = sqrt(re * re + im * im);
    length = XP_INFINITE(a.im) ? fabs(im) : length;
    return (XP_R)(XP_INFINITE(a.re) ? fabs(re) : length);
}

#else

XP_FN XP_R XP_KERNEL(complex_abs)(XP_T a) { return kernel_z_abs(XP_WIDE(a)); }

#endif

XP_FN XP_T XP_KERNEL(complex_divide)(XP_T a, XP_T b)
{
    kernel_complex z = kernel_z_divide(XP_WIDE(a), XP_WIDE(b));
    return XP_Z((XP_R)z.re, (XP_R)z.im);
}

XP_FN XP_T XP_KERNEL(complex_reciprocal)(XP_T a)
{
    kernel_complex z = kernel_z_divide(kernel_z(1.0, 0.0), XP_WIDE(a));
    return XP_Z((XP_R)z.re, (XP_R)z.im);
}

XP_FN XP_T XP_KERNEL(complex_pow)(XP_T a, XP_T b)
{
    kernel_complex z = kernel_z_pow(XP_WIDE(a), XP_WIDE(b));
    return XP_Z((XP_R)z.re, (XP_R)z.im);
}

#undef XP_LARGEST
#undef XP_RINT
#undef XP_FINITE
#undef XP_INFINITE
#undef XP_Z
#undef XP_WIDE
#undef XP_BY_FLOAT64
