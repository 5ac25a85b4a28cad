/* Tables of Fourier transforms: roots of unity, and what a chirp becomes by its transform, in twice the precision.
 *
 * An error of a table is one of each result. So numbers have two parts here, whose sum has about twice the digits, and
 * are rounded when they are put into the table. Sums and products of such numbers follow T. Ogita, S. Rump, S. Oishi,
 * Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005. kernels/algebra.h comes before this,
 * kernels/fourier.h after it.
 * SPDX-License-Identifier: BSD-3-Clause */
#if XP_HAS_FLOAT64
typedef xp_float64 angle;
#define QUARTER_PI 0.78539816339744830962
#define QUARTER_PI_LOW 3.061616997868383e-17
#else
typedef xp_float32 angle;
#define QUARTER_PI 0.785398185f
#define QUARTER_PI_LOW -2.1855694e-8f
#endif

/* Elements from `first` to `last` of `count` for this item. */
#if XP_ITEMS == 1
#define STRETCH(count, share)                                                                                          \
    xp_index first = XP_GROUP * (share), last = first + (share) < (count) ? first + (share) : (count)
#else
#define STRETCH(count, share)                                                                                          \
    xp_index first = XP_GROUP * XP_ITEMS + XP_ITEM, last = first < (count) ? first + 1 : first
#endif

/* ---- numbers in two parts ---------------------------------------------------------------------------------------- */

typedef struct fine_angle {
    angle high, low;
} fine_angle;

typedef struct fine {
    R high, low;
} fine;

typedef struct fine_element {
    fine re, im;
} fine_element;

/* The parts of high + low, where low is the smaller one. */
XP_FN fine_angle fine_angle_of(angle high, angle low)
{
    fine_angle x;
    x.high = high + low;
    x.low = low - (x.high - high);
    return x;
}

XP_FN fine fine_of(fine_angle x)
{
    fine y;
    y.high = (R)x.high;
    y.low = (R)(x.high - (angle)y.high + x.low);
    return y;
}

/* sum += x y; what is rounded off the high part is collected in the low one. */
XP_FN void add_product(fine *sum, fine x, fine y)
{
    R product = x.high * y.high, high = sum->high + product, added = high - sum->high;
    R lost = sum->high - (high - added) + (product - added);
    sum->low += lost + (fma(x.high, y.high, -product) + (x.high * y.low + x.low * y.high));
    sum->high = high;
}

XP_FN fine negative(fine x)
{
    x.high = -x.high;
    x.low = -x.low;
    return x;
}

/* The high part takes what it can of the low one. */
XP_FN fine settled(fine x)
{
    fine y;
    y.high = x.high + x.low;
    y.low = x.low - (y.high - x.high);
    return y;
}

/* ---- roots of unity ---------------------------------------------------------------------------------------------- */

/* j / n of an eighth of the circle. A whole number may have more digits than an angle's first part. */
XP_FN fine_angle part_of_eighth(xp_index j, xp_index n)
{
    angle top = (angle)j, bottom = (angle)n, ratio = top / bottom;
    angle rest = fma(-ratio, bottom, top) + (angle)(j - (xp_index)top) - ratio * (angle)(n - (xp_index)bottom);
    angle turn = ratio * QUARTER_PI;
    return fine_angle_of(turn, fma(ratio, QUARTER_PI, -turn) + ratio * QUARTER_PI_LOW + rest / bottom * QUARTER_PI);
}

/* Taylor's series: 1 - x^2 / 2 in two parts, and x^4 / 24 - x^6 / 720 + ..., which is so small that one will do. What
 * the square has `lost` by rounding comes in by the derivative. */
XP_FN fine_angle cosine_of(fine_angle x)
{
    angle square = x.high * x.high, lost = fma(x.high, x.high, -square) + 2 * x.high * x.low;
    angle high = 1 - square / 2, low = 1 - high - square / 2, sum = 0;
    for (int k = 18; k >= 4; k -= 2)
        sum = (1 - sum) * square * (1 / (angle)(k * (k - 1)));
    return fine_angle_of(high, low + (sum * square / 2 + lost * (square / 12 - (angle)0.5)));
}

/* x - x^3 / 6 in two parts, and x^5 / 120 - x^7 / 5040 + ... */
XP_FN fine_angle sine_of(fine_angle x)
{
    angle square = x.high * x.high, square_lost = fma(x.high, x.high, -square) + 2 * x.high * x.low;
    angle cube = x.high * square, lost = fma(x.high, square, -cube) + x.high * square_lost + x.low * square;
    angle sixth = cube / 6, high = x.high - sixth, low = x.high - high - sixth, sum = 0;
    for (int k = 17; k >= 5; k -= 2)
        sum = (1 - sum) * square * (1 / (angle)(k * (k - 1)));
    return fine_angle_of(high, low + (x.low - (fma(-sixth, (angle)6, cube) + lost) / 6 + sum * sixth));
}

/* exp(-2 pi i j / n) for j from 0 to n - 1. The angle is taken from the nearest eighth of the circle on. */
XP_FN fine_element fine_root(xp_index j, xp_index n)
{
    xp_index eighth = 8 * j / n, rest = 8 * j - eighth * n;
    fine_angle x = part_of_eighth(eighth & 1 ? n - rest : rest, n);
    fine cosine = fine_of(cosine_of(x)), sine = fine_of(sine_of(x));
    fine_element root;
    int is_steep = ((eighth + 1) & 3) >= 2;
    root.re = is_steep ? sine : cosine;
    root.im = is_steep ? cosine : sine;
    if (eighth >= 2 && eighth < 6)
        root.re = negative(root.re);
    if (eighth < 4)
        root.im = negative(root.im);
    return root;
}

XP_ENTRY fourier_roots(XP_GLOBAL R *roots, xp_index n, xp_index share)
{
    STRETCH(n, share);
    for (; first < last; first++) {
        fine_element root = fine_root(first, n);
        roots[2 * first] = root.re.high;
        roots[2 * first + 1] = root.im.high;
    }
}

/* ---- the transform of a chirp, all of it in two parts: an element has four numbers ------------------------------- */

XP_FN void put_fine(XP_GLOBAL R *y, xp_index at, fine_element x)
{
    y[4 * at] = x.re.high;
    y[4 * at + 1] = x.re.low;
    y[4 * at + 2] = x.im.high;
    y[4 * at + 3] = x.im.low;
}

XP_FN fine_element fine_at(XP_GLOBAL const R *x, xp_index at)
{
    fine_element y;
    y.re.high = x[4 * at];
    y.re.low = x[4 * at + 1];
    y.im.high = x[4 * at + 2];
    y.im.low = x[4 * at + 3];
    return y;
}

XP_ENTRY fourier_fine_roots(XP_GLOBAL R *roots, xp_index n, xp_index share)
{
    STRETCH(n, share);
    for (; first < last; first++)
        put_fine(roots, first, fine_root(first, n));
}

/* y (m,) = what lengths n are convolved with for the forward transform: exp(pi i j^2 / n) for j from 1 - n to n - 1,
 * those below 0 at the end, and zeros between. */
XP_ENTRY fourier_chirp(XP_GLOBAL R *y, xp_index n, xp_index m, xp_index share)
{
    STRETCH(m, share);
    for (; first < last; first++) {
        xp_index j = first < n ? first : m - first;
        fine_element z = fine_root(j < n ? j * j % (2 * n) : 0, 2 * n);
        z.im = negative(z.im);
        if (j >= n)
            z.re.high = z.re.low = z.im.high = z.im.low = (R)0;
        put_fine(y, first, z);
    }
}

/* A pass as in kernels/fourier.h, forward and of one line, each result a sum of `radix` products. */
XP_ENTRY fourier_fine_pass(XP_GLOBAL const R *x, XP_GLOBAL R *y, XP_GLOBAL const R *roots, xp_index n, xp_index stride,
                           int radix, xp_index share)
{
    xp_index m = n / stride / radix;
    STRETCH(n, share);
    for (; first < last; first++) {
        xp_index line = first / stride, q = first - line * stride, p = line / radix, k = line - p * radix;
        xp_index turn = k * p * stride, step = k * m * stride; /* each below n, as k < radix */
        fine_element sum;
        sum.re.high = sum.re.low = sum.im.high = sum.im.low = (R)0;
        for (int t = 0; t < radix; t++) {
            fine_element root = fine_at(roots, turn), z = fine_at(x, q + stride * (p + m * t));
            add_product(&sum.re, z.re, root.re);
            add_product(&sum.re, z.im, negative(root.im));
            add_product(&sum.im, z.re, root.im);
            add_product(&sum.im, z.im, root.re);
            turn += step;
            turn -= turn >= n ? n : 0;
        }
        sum.re = settled(sum.re);
        sum.im = settled(sum.im);
        put_fine(y, first, sum);
    }
}

/* The table: y (n,) = x, rounded. */
XP_ENTRY fourier_rounded(XP_GLOBAL const R *x, XP_GLOBAL R *y, xp_index n, xp_index share)
{
    STRETCH(n, share);
    for (; first < last; first++) {
        y[2 * first] = x[4 * first];
        y[2 * first + 1] = x[4 * first + 2];
    }
}
