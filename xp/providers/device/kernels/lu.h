/* Equations, inverses and determinants: elimination with partial pivoting, all right sides at the same time.
 *
 * Stacks are contiguous. kernels/lanes.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */
XP_FN void exchange_rows(XP_GLOBAL R *x, XP_GLOBAL R *y, xp_index count)
{
    for (xp_index i = LANE; i < count; i += LANES) {
        R z = x[i];
        x[i] = y[i];
        y[i] = z;
    }
}

/* to -= by * row, where `by` of each of the rows behind the first is in a column. */
XP_FN void subtract_rows(XP_GLOBAL R *to, XP_GLOBAL const R *row, xp_index width, XP_GLOBAL const R *by,
                         xp_index by_step, xp_index height)
{
    for (xp_index i = LY; i < height; i += YS) {
        T f = LOAD(by, i * by_step);
        XP_GLOBAL R *line = to + PARTS * i * width;
        XP_PARALLEL
        for (xp_index j = LX; j < width; j += XS) {
            T z = minus_times(LOAD(line, PARTS * j), f, LOAD(row, PARTS * j));
            STORE(line, PARTS * j, z);
        }
    }
}

/* The same inside a matrix: rows below `c`, columns behind it. */
XP_FN void eliminate_below(XP_GLOBAL R *a, xp_index c, xp_index n)
{
    XP_GLOBAL const R *row = a + PARTS * c * n;
    for (xp_index i = c + 1 + LY; i < n; i += YS) {
        XP_GLOBAL R *line = a + PARTS * i * n;
        T f = LOAD(line, PARTS * c);
        XP_PARALLEL
        for (xp_index j = c + 1 + LX; j < n; j += XS) {
            T z = minus_times(LOAD(line, PARTS * j), f, LOAD(row, PARTS * j));
            STORE(line, PARTS * j, z);
        }
    }
}

XP_FN void substitute(XP_GLOBAL const R *a, XP_GLOBAL R *b, xp_index n, xp_index k)
{
    for (xp_index c = n - 1; c >= 0; c--) {
        T pivot = LOAD(a, PARTS * (c * n + c));
        for (xp_index j = LANE; j < k; j += LANES) {
            T z = over(LOAD(b, PARTS * (c * k + j)), pivot);
            STORE(b, PARTS * (c * k + j), z);
        }
        SYNC;
        subtract_rows(b, b + PARTS * c * k, k, a + PARTS * c, PARTS * n, c);
        SYNC;
    }
}

/* Where the largest element of a column is, from row c on. Those that are NaN are not looked at. */
XP_FN placed largest_below(XP_GLOBAL const R *a, xp_index c, xp_index n)
{
    placed best;
    best.size = (R)-1;
    best.at = c;
    for (xp_index i = c + LANE; i < n; i += LANES) {
        R size = size_of(LOAD(a, PARTS * (i * n + c)));
        if (size > best.size) {
            best.size = size;
            best.at = i;
        }
    }
    return best;
}

/* a (count, n, n) becomes upper triangles, b (count, n, k) what a times it is b; `invert`: b is the identity.
 * signs: of the exchanges of rows, 1 or -1. status: 1 where a pivot is 0 and no element NaN; with NaN, b becomes NaN,
 * and the diagonal, too. */
XP_ENTRY lu_solve(XP_GLOBAL R *a, XP_GLOBAL R *b, xp_index b_start, XP_GLOBAL int *status, XP_GLOBAL int *signs,
                  xp_index n, xp_index k, int invert, xp_index count)
{
    SHARED placed bests[LANES];
    SHARED int flags[LANES];
    xp_index matrix = MATRIX;
    int sign = 1, is_singular = 0, has_nan = 0;
    if (matrix >= count)
        return;
    a += PARTS * matrix * n * n;
    b += b_start + PARTS * matrix * n * k;
    for (xp_index i = LANE; i < n * n; i += LANES)
        has_nan |= is_nan(LOAD(a, PARTS * i));
    REDUCE(flags, has_nan, EITHER);
    if (invert)
        for (xp_index i = LANE; i < n * n; i += LANES)
            STORE(b, PARTS * i, element_of((R)(i % (n + 1) == 0)));
    SYNC;
    for (xp_index c = 0; c < n; c++) {
        placed best = largest_below(a, c, n);
        REDUCE(bests, best, FIRST_LARGER);
        if (best.at != c) {
            sign = -sign;
            exchange_rows(a + PARTS * (c * n + c), a + PARTS * (best.at * n + c), PARTS * (n - c));
            exchange_rows(b + PARTS * c * k, b + PARTS * best.at * k, PARTS * k);
            SYNC;
        }
        T pivot = LOAD(a, PARTS * (c * n + c));
        if (size_of(pivot) == (R)0) {
            is_singular = 1;
            continue;
        }
        for (xp_index i = c + 1 + LANE; i < n; i += LANES) {
            T f = over(LOAD(a, PARTS * (i * n + c)), pivot);
            STORE(a, PARTS * (i * n + c), f);
        }
        SYNC;
        eliminate_below(a, c, n);
        subtract_rows(b + PARTS * (c + 1) * k, b + PARTS * c * k, k, a + PARTS * ((c + 1) * n + c), PARTS * n,
                      n - c - 1);
        SYNC;
    }
    if (is_singular && has_nan) {
        for (xp_index i = LANE; i < PARTS * n * k; i += LANES)
            b[i] = NAN;
        for (xp_index i = LANE; i < n; i += LANES)
            a[PARTS * (i * n + i)] = NAN;
    } else if (!is_singular && k > 0) {
        substitute(a, b, n, k);
    }
    if (LANE == 0) {
        status[matrix] = is_singular && !has_nan;
        signs[matrix] = sign;
    }
}

/* ---- determinants: products that neither overflow nor underflow on the way --------------------------------------- */
#if XP_HAS_FLOAT64
typedef xp_float64 wide;
#else
typedef xp_float32 wide;
#endif

/* (re + im i) 2^exponent; if finite, the larger part is from 1/2 to 1. */
typedef struct product {
    wide re, im;
    xp_index exponent;
} product;

XP_FN void rescale(product *x)
{
    int exponent;
    wide larger = fmax(fabs(x->re), fabs(x->im));
    if (!(larger - larger == 0) || larger == 0)
        return;
    frexp(larger, &exponent);
    x->re = ldexp(x->re, -exponent);
    x->im = ldexp(x->im, -exponent);
    x->exponent += exponent;
}

XP_FN product pivots_of(XP_GLOBAL const R *a, xp_index n, int sign)
{
    product all;
    all.re = (wide)sign;
    all.im = 0;
    all.exponent = 0;
    for (xp_index i = 0; i < n; i++) {
        product x;
        x.re = (wide)a[PARTS * (i * n + i)];
        x.im = PARTS == 2 ? (wide)a[PARTS * (i * n + i) + PARTS - 1] : 0;
        x.exponent = all.exponent;
        rescale(&x);
        if (x.re == 0 && x.im == 0) {
            x.exponent = 0;
            return x;
        }
        wide re = PARTS == 2 ? all.re * x.re - all.im * x.im : all.re * x.re;
        all.im = PARTS == 2 ? all.re * x.im + all.im * x.re : 0;
        all.re = re;
        all.exponent = x.exponent;
        rescale(&all);
    }
    return all;
}

/* Of the triangles that lu_solve leaves: determinants, or their signs and the logarithms of their sizes. */
XP_ENTRY lu_determinants(XP_GLOBAL const R *a, XP_GLOBAL const int *signs, xp_index n, xp_index count, int take_log,
                         XP_GLOBAL R *out, xp_index out_start, XP_GLOBAL R *logs, xp_index logs_start)
{
    xp_index matrix = XP_GROUP * XP_ITEMS + XP_ITEM;
    if (matrix >= count)
        return;
    product x = pivots_of(a + PARTS * matrix * n * n, n, signs[matrix]);
    out += out_start + PARTS * matrix;
    if (!take_log) {
        int exponent = (int)(x.exponent < -9999 ? -9999 : x.exponent > 9999 ? 9999 : x.exponent);
        out[0] = (R)ldexp(x.re, exponent);
#if PARTS == 2
        out[1] = (R)ldexp(x.im, exponent);
#endif
        return;
    }
    wide size = x.im == 0 ? fabs(x.re) : hypot(x.re, x.im), by = size == 0 ? 1 : size;
    out[0] = (R)(x.re / by);
#if PARTS == 2
    out[1] = (R)(x.im / by);
#endif
    if (size < (wide)0.70710678118654752440 && x.exponent != 0) {
        size *= 2;
        x.exponent--;
    }
    logs[logs_start + matrix] = (R)(log(size) + (wide)x.exponent * (wide)0.69314718055994530942);
}
