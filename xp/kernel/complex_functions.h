/* Complex functions in float64, as real and imaginary parts: division, roots, exponentials, logarithms, powers.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Special values are those of C11 Annex G; each is reached by the formula where that gives it and by a branch where
 * it does not. Signs of zeros are kept, so branch cuts are continuous from the side that the zero's sign says. */
#ifndef XP_KERNEL_COMPLEX_FUNCTIONS_H
#define XP_KERNEL_COMPLEX_FUNCTIONS_H

#include "kernel/names.h"

typedef struct kernel_complex {
    double re, im;
} kernel_complex;

#define KERNEL_LARGEST 1.7976931348623157e+308
#define KERNEL_INFINITY (KERNEL_LARGEST * 10.0)
#define KERNEL_NAN (KERNEL_INFINITY - KERNEL_INFINITY)
#define KERNEL_PI 3.14159265358979323846
#define KERNEL_LN2 0.69314718055994530942

XP_FN kernel_complex kernel_z(double re, double im)
{
    kernel_complex z;
    z.re = re;
    z.im = im;
    return z;
}

XP_FN int kernel_r_infinite(double a) { return fabs(a) > KERNEL_LARGEST; }
XP_FN int kernel_r_finite(double a) { return fabs(a) <= KERNEL_LARGEST; }
XP_FN int kernel_z_finite(kernel_complex z) { return kernel_r_finite(z.re) & kernel_r_finite(z.im); }
XP_FN double kernel_r_larger(double a, double b) { return a > b ? a : b; }
XP_FN double kernel_r_smaller(double a, double b) { return a > b ? b : a; }

/* z times i, and times -i. */
XP_FN kernel_complex kernel_z_turned(kernel_complex z) { return kernel_z(-z.im, z.re); }
XP_FN kernel_complex kernel_z_turned_back(kernel_complex z) { return kernel_z(z.im, -z.re); }

/* ---- absolute value, division, powers ------------------------------------------------------------------------- */

/* Scaled by a power of two where squares would overflow or vanish. An infinite part wins over a NaN. */
XP_FN double kernel_z_abs(kernel_complex z)
{
    double x = fabs(z.re), y = fabs(z.im);
    double larger = kernel_r_larger(x, y);
    double scale = larger > 1e150 ? 0x1p-600 : larger < 1e-140 ? 0x1p600 : 1.0;
    double back = larger > 1e150 ? 0x1p600 : larger < 1e-140 ? 0x1p-600 : 1.0;
    double u = x * scale, v = y * scale;
    double length = sqrt(u * u + v * v) * back;
    length = x > KERNEL_LARGEST ? x : length;
    return y > KERNEL_LARGEST ? y : length;
}

XP_FN double kernel_r_unit_of_infinite(double a) { return copysign(kernel_r_infinite(a) ? 1.0 : 0.0, a); }

/* Where the plain quotient is NaN in both parts: infinities and zero divisors. C11 Annex G.5.1. */
XP_FN kernel_complex kernel_z_divide_special(kernel_complex a, kernel_complex b, kernel_complex plain)
{
    if ((b.re == 0.0) & (b.im == 0.0) & ((a.re == a.re) | (a.im == a.im))) {
        double infinity = copysign(KERNEL_INFINITY, b.re);
        return kernel_z(infinity * a.re, infinity * a.im);
    }
    if ((kernel_r_infinite(a.re) | kernel_r_infinite(a.im)) & kernel_z_finite(b)) {
        double re = kernel_r_unit_of_infinite(a.re), im = kernel_r_unit_of_infinite(a.im);
        return kernel_z(KERNEL_INFINITY * (re * b.re + im * b.im), KERNEL_INFINITY * (im * b.re - re * b.im));
    }
    if ((kernel_r_infinite(b.re) | kernel_r_infinite(b.im)) & kernel_z_finite(a)) {
        double re = kernel_r_unit_of_infinite(b.re), im = kernel_r_unit_of_infinite(b.im);
        return kernel_z(0.0 * (a.re * re + a.im * im), 0.0 * (a.im * re - a.re * im));
    }
    return plain;
}

/* The scale by a power of two that brings a positive number near to 1; 1 where it need not be scaled. */
XP_FN double kernel_r_scale(double size)
{
    return size > 1e150 ? (size > KERNEL_LARGEST ? 1.0 : 0x1p-700) : size < 1e-150 ? (size > 0.0 ? 0x1p700 : 1.0) : 1.0;
}

XP_FN kernel_complex kernel_z_divide(kernel_complex a, kernel_complex b)
{
    double of_a = kernel_r_scale(kernel_r_larger(fabs(a.re), fabs(a.im)));
    double of_b = kernel_r_scale(kernel_r_larger(fabs(b.re), fabs(b.im)));
    double p = a.re * of_a, q = a.im * of_a, c = b.re * of_b, d = b.im * of_b;
    double square = c * c + d * d;
    /* of_b / of_a could itself overflow, so the two are taken one after the other. */
    double re = XP_ROUNDED(p * c) + XP_ROUNDED(q * d), im = XP_ROUNDED(q * c) - XP_ROUNDED(p * d);
    kernel_complex plain = kernel_z(re / square * of_b / of_a, im / square * of_b / of_a);
    if ((plain.re != plain.re) & (plain.im != plain.im))
        return kernel_z_divide_special(a, b, plain);
    return plain;
}

XP_FN kernel_complex kernel_z_multiply(kernel_complex a, kernel_complex b)
{
    return kernel_z(XP_ROUNDED(a.re * b.re) - XP_ROUNDED(a.im * b.im),
                    XP_ROUNDED(a.re * b.im) + XP_ROUNDED(a.im * b.re));
}

/* The number over its absolute value; of an infinite part alone its direction. */
XP_FN kernel_complex kernel_z_sign(kernel_complex z)
{
    double length = kernel_z_abs(z), scale;
    if ((z.re != z.re) | (z.im != z.im))
        return kernel_z(KERNEL_NAN, KERNEL_NAN);
    if ((z.re == 0.0) & (z.im == 0.0))
        return kernel_z(0.0, 0.0);
    if (kernel_r_infinite(z.re) & kernel_r_infinite(z.im))
        return kernel_z(KERNEL_NAN, KERNEL_NAN);
    if (kernel_r_infinite(z.re) | kernel_r_infinite(z.im))
        return kernel_z(kernel_r_infinite(z.re) ? copysign(1.0, z.re) : 0.0,
                        kernel_r_infinite(z.im) ? copysign(1.0, z.im) : 0.0);
    scale = kernel_r_scale(kernel_r_larger(fabs(z.re), fabs(z.im)));
    if (scale != 1.0) {
        z = kernel_z(z.re * scale, z.im * scale);
        length = kernel_z_abs(z);
    }
    return kernel_z(z.re / length, z.im / length);
}

/* ---- square root, exponentials -------------------------------------------------------------------------------- */

/* The root of (|re| + |z|) / 2 is one part, the other follows by division, so that nothing cancels. */
XP_FN kernel_complex kernel_z_sqrt(kernel_complex z)
{
    double x = fabs(z.re), y = fabs(z.im), scale = 1.0, back = 1.0, root;
    if (y > KERNEL_LARGEST)
        return kernel_z(KERNEL_INFINITY, z.im);
    if (x > KERNEL_LARGEST)
        return z.re > 0.0 ? kernel_z(z.re, z.im == z.im ? copysign(0.0, z.im) : z.im)
                          : kernel_z(z.im == z.im ? 0.0 : z.im, copysign(KERNEL_INFINITY, z.im));
    if ((x == 0.0) & (y == 0.0))
        return kernel_z(0.0, z.im);
    if (kernel_r_larger(x, y) > 1e300) {
        scale = 0.25;
        back = 2.0;
    } else if (kernel_r_larger(x, y) < 1e-290) {
        scale = 0x1p108;
        back = 0x1p-54;
    }
    x *= scale;
    y *= scale;
    root = sqrt(0.5 * (x + kernel_z_abs(kernel_z(x, y))));
    y = y / (2.0 * root) * back;
    root *= back;
    return z.re >= 0.0 ? kernel_z(root, copysign(y, z.im)) : kernel_z(y, copysign(root, z.im));
}

/* e^x times (cos y, sin y) for finite x and y, where e^x alone may overflow. */
XP_FN kernel_complex kernel_z_polar_exp(double x, double y)
{
    double size;
    if (x < 700.0) {
        size = exp(x);
        return kernel_z(size * cos(y), size * sin(y));
    }
    size = exp(kernel_r_smaller(0.5 * x, 700.0));
    return kernel_z(size * cos(y) * size, size * sin(y) * size);
}

XP_FN kernel_complex kernel_z_exp(kernel_complex z)
{
    if (z.im == 0.0)
        return kernel_z(exp(z.re), z.im);
    if (kernel_z_finite(z))
        return kernel_z_polar_exp(z.re, z.im);
    if (kernel_r_infinite(z.re)) {
        double size = z.re > 0.0 ? KERNEL_INFINITY : 0.0;
        if (kernel_r_finite(z.im))
            return kernel_z(size * cos(z.im), size * sin(z.im));
        return z.re > 0.0 ? kernel_z(size, KERNEL_NAN) : kernel_z(0.0, 0.0);
    }
    return kernel_z(KERNEL_NAN, KERNEL_NAN);
}

/* Re(e^z) - 1 = (e^x - 1) cos y - 2 sin^2(y / 2). */
XP_FN kernel_complex kernel_z_expm1(kernel_complex z)
{
    kernel_complex whole;
    if (z.im == 0.0)
        return kernel_z(expm1(z.re), z.im);
    if (kernel_z_finite(z) & (z.re < 40.0)) {
        double sine = sin(0.5 * z.im); /* of half the angle */
        return kernel_z(expm1(z.re) * cos(z.im) - 2.0 * sine * sine, exp(z.re) * sin(z.im));
    }
    whole = kernel_z_exp(z);
    return kernel_z(whole.re - 1.0, whole.im);
}

/* ---- logarithms ----------------------------------------------------------------------------------------------- */

/* x^2 + y^2 + shift, summed with the rounding errors of the squares and of the larger sums. */
XP_FN double kernel_r_squares_and(double x, double y, double shift)
{
    double a = x * x, b = y * y, small = fma(x, x, -a) + fma(y, y, -b);
    double first = shift + a, second = first + b, part;
    part = first - shift;
    small += (shift - (first - part)) + (a - part);
    part = second - first;
    small += (first - (second - part)) + (b - part);
    return second + small;
}

/* log |z| = log1p(|z|^2 - 1) / 2 near the unit circle. `far` picks the logarithm of any base elsewhere: 0 natural, 1 of
 * base 2, 2 of base 10; `unit` is the natural logarithm of that base. */
XP_FN double kernel_r_log_of(double a, int base) { return base == 0 ? log(a) : base == 1 ? log2(a) : log10(a); }

XP_FN double kernel_z_log_abs(kernel_complex z, int base)
{
    double x = fabs(z.re), y = fabs(z.im);
    double larger = kernel_r_larger(x, y), smaller = kernel_r_smaller(x, y);
    double of_2 = base == 0 ? KERNEL_LN2 : base == 1 ? 1.0 : 0.30102999566398119521;
    double per_natural = base == 0 ? 1.0 : base == 1 ? 1.4426950408889634074 : 0.43429448190325182765;
    if (smaller == 0.0)
        return kernel_r_log_of(larger, base);
    if ((larger > 0.5) & (larger < 1.5) & (smaller < 1.5))
        return 0.5 * per_natural * log1p(kernel_r_squares_and(larger, smaller, -1.0));
    if ((larger > 1e300) & (larger <= KERNEL_LARGEST))
        return kernel_r_log_of(kernel_z_abs(kernel_z(0.25 * x, 0.25 * y)), base) + 2.0 * of_2;
    if (larger < 1e-290)
        return kernel_r_log_of(kernel_z_abs(kernel_z(x * 0x1p108, y * 0x1p108)), base) - 108.0 * of_2;
    return kernel_r_log_of(kernel_z_abs(z), base);
}

XP_FN kernel_complex kernel_z_log(kernel_complex z) { return kernel_z(kernel_z_log_abs(z, 0), atan2(z.im, z.re)); }

XP_FN kernel_complex kernel_z_log2(kernel_complex z)
{
    return kernel_z(kernel_z_log_abs(z, 1), atan2(z.im, z.re) * 1.4426950408889634074);
}

XP_FN kernel_complex kernel_z_log10(kernel_complex z)
{
    return kernel_z(kernel_z_log_abs(z, 2), atan2(z.im, z.re) * 0.43429448190325182765);
}

/* |1 + z|^2 - 1 = 2 x + x^2 + y^2 near zero. */
XP_FN kernel_complex kernel_z_log1p(kernel_complex z)
{
    double x = z.re, y = z.im;
    if ((y == 0.0) & (x == x))
        return x >= -1.0 ? kernel_z(log1p(x), y) : kernel_z(log(-1.0 - x), copysign(KERNEL_PI, y));
    if ((fabs(x) < 2.0) & (fabs(y) < 1.5)) {
        double grown = kernel_r_squares_and(x, y, 2.0 * x);
        if (grown > -0.5)
            return kernel_z(0.5 * log1p(grown), atan2(y, 1.0 + x));
    }
    return kernel_z_log(kernel_z(1.0 + x, y));
}

/* exp(b log a); a small whole real exponent multiplies out, from which 0^0 = 1 and exact powers of whole numbers. */
XP_FN kernel_complex kernel_z_pow(kernel_complex a, kernel_complex b)
{
    kernel_complex logarithm;
    if ((b.im == 0.0) & (fabs(b.re) <= 64.0) & (b.re == rint(b.re))) {
        kernel_complex product = kernel_z(1.0, 0.0), base = a;
        int left = (int)fabs(b.re);
        for (; left != 0; left >>= 1) {
            if ((left & 1) != 0)
                product = ((product.re == 1.0) & (product.im == 0.0)) ? base : kernel_z_multiply(product, base);
            if (left > 1)
                base = kernel_z_multiply(base, base);
        }
        return b.re < 0.0 ? kernel_z_divide(kernel_z(1.0, 0.0), product) : product;
    }
    if ((a.re == 0.0) & (a.im == 0.0))
        return b.re > 0.0 ? kernel_z(0.0, 0.0) : kernel_z(KERNEL_NAN, KERNEL_NAN);
    logarithm = kernel_z_log(a);
    return kernel_z_exp(kernel_z_multiply(b, logarithm));
}

#include "kernel/complex_trigonometry.h"

#undef KERNEL_LARGEST
#undef KERNEL_INFINITY
#undef KERNEL_NAN
#undef KERNEL_PI
#undef KERNEL_LN2
#endif
