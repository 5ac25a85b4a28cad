/* Arithmetic on elements that may be complex, for texts of linear algebra and transforms.
 *
 * Defined before it: R, the real type, and PARTS: 2 for complex elements, whose halves lie side by side in memory.
 *   T                        an element; memory is an array of R, where element number i is at place PARTS * i
 *   LOAD(p, at)              the element at a place; STORE(p, at, x) puts it there
 *   times_plus(x, y, z)      x y + z, rounded once in its parts; minus_times(z, x, y) = z - x y
 * SPDX-License-Identifier: BSD-3-Clause */
#if INTEGERS
#define FMA(x, y, z) ((R)(1u * (x) * (y) + (z)))
#else
#define FMA(x, y, z) fma(x, y, z)
#endif

#if PARTS == 1
#define T R
#define LOAD(p, at) ((p)[at])
#define STORE(p, at, x) ((p)[at] = (x))
XP_FN T element_of(R re) { return re; }
XP_FN T plus(T x, T y) { return (T)(x + y); }
XP_FN T times_plus(T x, T y, T z) { return FMA(x, y, z); }
#if !INTEGERS
XP_FN T minus(T x, T y) { return x - y; }
XP_FN T times(T x, T y) { return x * y; }
XP_FN T minus_times(T z, T x, T y) { return fma(-x, y, z); }
XP_FN T over(T x, T y) { return x / y; }
XP_FN T scaled(T x, R by) { return x * by; }
XP_FN T conjugate(T x) { return x; }
XP_FN R real_part(T x) { return x; }
XP_FN R size_of(T x) { return fabs(x); }
XP_FN R square_of(T x) { return x * x; }
XP_FN int is_nan(T x) { return x != x; }
XP_FN int is_finite(T x) { return x - x == (R)0; }
#endif
#else
typedef struct element {
    R re, im;
} T;
#define LOAD(p, at) element_from((p)[at], (p)[(at) + 1])
#define STORE(p, at, x) ((p)[at] = (x).re, (p)[(at) + 1] = (x).im)
XP_FN T element_from(R re, R im)
{
    T x;
    x.re = re;
    x.im = im;
    return x;
}
XP_FN T element_of(R re) { return element_from(re, (R)0); }
XP_FN T plus(T x, T y) { return element_from(x.re + y.re, x.im + y.im); }
XP_FN T minus(T x, T y) { return element_from(x.re - y.re, x.im - y.im); }
XP_FN T times_plus(T x, T y, T z)
{
    return element_from(fma(-x.im, y.im, fma(x.re, y.re, z.re)), fma(x.im, y.re, fma(x.re, y.im, z.im)));
}
XP_FN T minus_times(T z, T x, T y)
{
    return element_from(fma(x.im, y.im, fma(-x.re, y.re, z.re)), fma(-x.im, y.re, fma(-x.re, y.im, z.im)));
}
XP_FN T times(T x, T y) { return element_from(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re); }
XP_FN T scaled(T x, R by) { return element_from(x.re * by, x.im * by); }
XP_FN T conjugate(T x) { return element_from(x.re, -x.im); }
XP_FN R real_part(T x) { return x.re; }
XP_FN R size_of(T x) { return hypot(x.re, x.im); }
XP_FN R square_of(T x) { return x.re * x.re + x.im * x.im; }
XP_FN int is_nan(T x) { return x.re != x.re || x.im != x.im; }
XP_FN int is_finite(T x) { return x.re - x.re == (R)0 && x.im - x.im == (R)0; }
/* R. Smith, Algorithm 116: Complex division, CACM 5 (1962). */
XP_FN T over(T x, T y)
{
    R r, d;
    if (fabs(y.re) >= fabs(y.im)) {
        r = y.im / y.re;
        d = y.re + y.im * r;
        return element_from((x.re + x.im * r) / d, (x.im - x.re * r) / d);
    }
    r = y.re / y.im;
    d = y.im + y.re * r;
    return element_from((x.re * r + x.im) / d, (x.im * r - x.re) / d);
}
#endif
