/* Complex functions in float64: trigonometric and hyperbolic ones and their inverses.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * A part of kernel/complex_functions.h, which includes it. Functions of trigonometry are rotations of hyperbolic ones:
 * sin z = -i sinh(i z) and so on. */
#ifndef XP_KERNEL_COMPLEX_TRIGONOMETRY_H
#define XP_KERNEL_COMPLEX_TRIGONOMETRY_H

/* ---- hyperbolic and trigonometric ----------------------------------------------------------------------------- */

/* sinh z = sinh x cos y + i cosh x sin y. */
XP_FN kernel_complex kernel_z_sinh(kernel_complex z)
{
    double x = z.re, y = z.im;
    if (y == 0.0)
        return kernel_z(sinh(x), y);
    if (kernel_z_finite(z)) {
        double size;
        if (fabs(x) < 40.0)
            return kernel_z(sinh(x) * cos(y), cosh(x) * sin(y));
        size = exp(kernel_r_smaller(0.5 * fabs(x), 700.0));
        return kernel_z(copysign(0.5, x) * size * cos(y) * size, 0.5 * size * sin(y) * size);
    }
    if (x == 0.0)
        return kernel_z(x, KERNEL_NAN);
    if (kernel_r_infinite(x))
        return kernel_r_finite(y) ? kernel_z(x * cos(y), KERNEL_INFINITY * sin(y)) : kernel_z(x, KERNEL_NAN);
    return kernel_z(KERNEL_NAN, KERNEL_NAN);
}

/* cosh z = cosh x cos y + i sinh x sin y. */
XP_FN kernel_complex kernel_z_cosh(kernel_complex z)
{
    double x = z.re, y = z.im;
    if (y == 0.0)
        return kernel_z(cosh(x), x == x ? copysign(1.0, x) * y : y);
    if (kernel_z_finite(z)) {
        double size;
        if (fabs(x) < 40.0)
            return kernel_z(cosh(x) * cos(y), sinh(x) * sin(y));
        size = exp(kernel_r_smaller(0.5 * fabs(x), 700.0));
        return kernel_z(0.5 * size * cos(y) * size, copysign(0.5, x) * size * sin(y) * size);
    }
    if (x == 0.0)
        return kernel_z(KERNEL_NAN, x * copysign(1.0, y));
    if (kernel_r_infinite(x))
        return kernel_r_finite(y) ? kernel_z(KERNEL_INFINITY * cos(y), x * sin(y))
                                  : kernel_z(KERNEL_INFINITY, KERNEL_NAN);
    return kernel_z(KERNEL_NAN, KERNEL_NAN);
}

/* By t = tan y and s = sinh x: (1 + t^2) s sqrt(1 + s^2) and t, over 1 + (1 + t^2) s^2. W. Kahan, Branch cuts for
 * complex elementary functions (1987). */
XP_FN kernel_complex kernel_z_tanh(kernel_complex z)
{
    double x = z.re, y = z.im, t, s, square, divisor;
    if (y == 0.0)
        return kernel_z(tanh(x), y);
    if (kernel_r_infinite(x)) /* the zero has the sign of y, as the standard says; C's has that of sin 2y */
        return kernel_z(copysign(1.0, x), copysign(0.0, y));
    if (!kernel_r_finite(y))
        return kernel_z(x == 0.0 ? x : KERNEL_NAN, KERNEL_NAN);
    if (x != x)
        return kernel_z(x, x);
    if (fabs(x) > 22.0)
        return kernel_z(copysign(1.0, x), 4.0 * sin(y) * cos(y) * exp(-2.0 * fabs(x)));
    t = tan(y);
    s = sinh(x);
    square = 1.0 + t * t;
    divisor = 1.0 + square * s * s;
    return kernel_z(square * sqrt(1.0 + s * s) * s / divisor, t / divisor);
}

XP_FN kernel_complex kernel_z_sin(kernel_complex z) { return kernel_z_turned_back(kernel_z_sinh(kernel_z_turned(z))); }
XP_FN kernel_complex kernel_z_cos(kernel_complex z) { return kernel_z_cosh(kernel_z_turned(z)); }
XP_FN kernel_complex kernel_z_tan(kernel_complex z) { return kernel_z_turned_back(kernel_z_tanh(kernel_z_turned(z))); }

/* ---- their inverses ------------------------------------------------------------------------------------------- */

/* asin and acos of x + i y, x >= 0 and y >= 0 finite: the real part of each, and the imaginary part they share.
 * T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, Implementing the complex arcsine and arccosine functions using exception
 * handling (ACM TOMS 23, 1997). */
typedef struct kernel_arc {
    double sine, cosine, imaginary;
} kernel_arc;

/* Where squares of x, y or x - 1 overflow or vanish. */
XP_FN kernel_arc kernel_arc_extreme(double x, double y)
{
    kernel_arc arc;
    const double epsilon = 0x1p-53;
    if ((x == 1.0) & (y < 1e-150)) {
        arc.sine = 0.5 * KERNEL_PI;
        arc.cosine = sqrt(y);
        arc.imaginary = sqrt(y);
    } else if (y <= epsilon * fabs(x - 1.0)) {
        arc.sine = x < 1.0 ? asin(x) : 0.5 * KERNEL_PI;
        if (x < 1.0) {
            arc.cosine = acos(x);
            arc.imaginary = y / sqrt((1.0 + x) * (1.0 - x));
        } else if (x < 1e150) {
            arc.cosine = y / sqrt((x + 1.0) * (x - 1.0));
            arc.imaginary = log1p((x - 1.0) + sqrt((x + 1.0) * (x - 1.0)));
        } else {
            arc.cosine = y / x;
            arc.imaginary = KERNEL_LN2 + log(x);
        }
    } else if (epsilon * y - 1.0 >= x) {
        arc.sine = x / y;
        arc.cosine = 0.5 * KERNEL_PI;
        arc.imaginary = KERNEL_LN2 + log(y);
    } else if (x > 1.0) {
        double ratio = x / y;
        arc.sine = atan(ratio);
        arc.cosine = atan(y / x);
        arc.imaginary = KERNEL_LN2 + log(y) + 0.5 * log1p(ratio * ratio);
    } else {
        double length = sqrt(1.0 + y * y);
        arc.sine = x / length;
        arc.cosine = 0.5 * KERNEL_PI;
        arc.imaginary = 0.5 * log1p(2.0 * y * (y + length));
    }
    return arc;
}

XP_FN kernel_arc kernel_arc_of(double x, double y)
{
    kernel_arc arc;
    double r, s, a, b, above;
    if ((x > 1e150) | (y > 1e150) | (x < 1e-150) | (y < 1e-150))
        return kernel_arc_extreme(x, y);
    r = kernel_z_abs(kernel_z(x + 1.0, y));
    s = kernel_z_abs(kernel_z(x - 1.0, y));
    a = 0.5 * (r + s);
    b = x / a;
    if (b <= 0.6417) {
        arc.sine = asin(b);
        arc.cosine = acos(b);
    } else if (x <= 1.0) {
        double root = sqrt(0.5 * (a + x) * (y * y / (r + x + 1.0) + (s + (1.0 - x))));
        arc.sine = atan(x / root);
        arc.cosine = atan(root / x);
    } else {
        double root = y * sqrt(0.5 * ((a + x) / (r + x + 1.0) + (a + x) / (s + (x - 1.0))));
        arc.sine = atan(x / root);
        arc.cosine = atan(root / x);
    }
    if (a > 1.5) {
        arc.imaginary = log(a + sqrt(a * a - 1.0));
        return arc;
    }
    above = x < 1.0 ? y * y / (s + (1.0 - x)) : s + (x - 1.0);
    above = 0.5 * (y * y / (r + (x + 1.0)) + above);
    arc.imaginary = log1p(above + sqrt(above * (a + 1.0)));
    return arc;
}

XP_FN kernel_complex kernel_z_asin(kernel_complex z)
{
    kernel_arc arc;
    double x = z.re, y = z.im;
    if (kernel_z_finite(z)) {
        arc = kernel_arc_of(fabs(x), fabs(y));
        return kernel_z(copysign(arc.sine, x), copysign(arc.imaginary, y));
    }
    if (kernel_r_infinite(y))
        return kernel_z(x != x ? x : copysign(kernel_r_infinite(x) ? 0.25 * KERNEL_PI : 0.0, x), y);
    if (kernel_r_infinite(x))
        return y != y ? kernel_z(y, x) : kernel_z(copysign(0.5 * KERNEL_PI, x), copysign(KERNEL_INFINITY, y));
    return kernel_z(x == 0.0 ? x : KERNEL_NAN, KERNEL_NAN);
}

XP_FN kernel_complex kernel_z_acos(kernel_complex z)
{
    kernel_arc arc;
    double x = z.re, y = z.im;
    if (kernel_z_finite(z)) {
        arc = kernel_arc_of(fabs(x), fabs(y));
        return kernel_z(x < 0.0 ? KERNEL_PI - arc.cosine : arc.cosine, -copysign(arc.imaginary, y));
    }
    if (kernel_r_infinite(y))
        return kernel_z(x != x                  ? x
                        : kernel_r_infinite(x) ? (x > 0.0 ? 0.25 : 0.75) * KERNEL_PI
                                                : 0.5 * KERNEL_PI,
                        -y);
    if (kernel_r_infinite(x))
        return y != y ? kernel_z(y, x) : kernel_z(x > 0.0 ? 0.0 : KERNEL_PI, -copysign(KERNEL_INFINITY, y));
    return kernel_z(x == 0.0 ? 0.5 * KERNEL_PI : KERNEL_NAN, KERNEL_NAN);
}

XP_FN kernel_complex kernel_z_asinh(kernel_complex z)
{
    return kernel_z_turned(kernel_z_asin(kernel_z_turned_back(z)));
}

/* i acos z or -i acos z, whichever has the real part that is not negative. */
XP_FN kernel_complex kernel_z_acosh(kernel_complex z)
{
    kernel_complex w = kernel_z_acos(z);
    return kernel_z(fabs(w.im), copysign(w.re, z.im));
}

/* re = log1p(4 x / ((1 - x)^2 + y^2)) / 4, im = atan2(2 y, (1 - x)(1 + x) - y^2) / 2, for x >= 0. */
XP_FN kernel_complex kernel_z_atanh(kernel_complex z)
{
    double x = fabs(z.re), y = fabs(z.im), re, im;
    if (kernel_r_infinite(x) | kernel_r_infinite(y)) {
        re = 0.0;
        im = y == y ? 0.5 * KERNEL_PI : y;
    } else if ((x != x) | (y != y)) {
        re = x == 0.0 ? 0.0 : KERNEL_NAN;
        im = KERNEL_NAN;
    } else if (kernel_r_larger(x, y) > 1e17) {
        double length = kernel_z_abs(kernel_z(0.25 * x, 0.25 * y));
        re = 0.25 * (0.25 * x / length / length);
        im = 0.5 * KERNEL_PI;
    } else if ((x == 1.0) & (y < 1e-150)) {
        re = y == 0.0 ? KERNEL_INFINITY : 0.5 * (KERNEL_LN2 - log(y));
        im = y == 0.0 ? 0.0 : 0.25 * KERNEL_PI;
    } else {
        double from_1 = 1.0 - x;
        re = 0.25 * log1p(4.0 * x / (from_1 * from_1 + y * y));
        im = 0.5 * atan2(2.0 * y, from_1 * (1.0 + x) - y * y);
    }
    return kernel_z(copysign(re, z.re), copysign(im, z.im));
}

XP_FN kernel_complex kernel_z_atan(kernel_complex z)
{
    return kernel_z_turned_back(kernel_z_atanh(kernel_z_turned(z)));
}

#endif
