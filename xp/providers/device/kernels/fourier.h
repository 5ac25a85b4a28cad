/* Fourier transforms: the passes of mixed-radix ones, chirps for other lengths, and what goes in and out.
 *
 * Elements are complex and lie as (outer, n, inner), the axis in the middle. A pass is one of Stockham's, which leaves
 * the result in order (P. Swarztrauber, FFT algorithms for vector computers, Parallel Computing 1, 1984): of transforms
 * of length `m` RADIX, `stride` of them side by side, it leaves ones of length m, stride RADIX side by side. Lengths
 * with large primes are convolutions with a chirp (L. Bluestein, A linear filtering approach to the computation of the
 * discrete Fourier transform, 1968). `sign` is 1 for forward transforms, -1 for inverse ones; `roots` of n has
 * exp(-2 pi i j / n) for all j. kernels/algebra.h and kernels/fourier_tables.h come before this.
 * SPDX-License-Identifier: BSD-3-Clause */
XP_FN T root_of(XP_GLOBAL const R *roots, xp_index at, R sign)
{
    return element_from(roots[2 * at], sign * roots[2 * at + 1]);
}

/* x y for a root y: with one rounding less in each part than times() has. */
XP_FN T turned(T x, T y)
{
    return element_from(fma(x.re, y.re, -(x.im * y.im)), fma(x.re, y.im, x.im * y.re));
}

/* ---- transforms of a few elements, in place ---------------------------------------------------------------------- */

XP_FN void dft_2(T *a, const T *turns, R sign)
{
    T b = a[1];
    a[1] = minus(a[0], b);
    a[0] = plus(a[0], b);
}

XP_FN void dft_4(T *a, const T *turns, R sign)
{
    T b = plus(a[0], a[2]), c = minus(a[0], a[2]), d = plus(a[1], a[3]), e = minus(a[1], a[3]);
    T f = element_from(sign * e.im, -sign * e.re);
    a[0] = plus(b, d);
    a[1] = plus(c, f);
    a[2] = minus(b, d);
    a[3] = minus(c, f);
}

/* Odd lengths: pairs of elements, and of results. turns[j] = exp(-+2 pi i j / n). */
#define DFT_ODD(n)                                                                                                     \
    XP_FN void dft_##n(T *a, const T *turns, R sign)                                                                   \
    {                                                                                                                  \
        T even[n / 2 + 1], odd[n / 2 + 1], first = a[0];                                                               \
        for (int j = 1; j <= n / 2; j++) {                                                                             \
            even[j] = plus(a[j], a[n - j]);                                                                            \
            odd[j] = minus(a[j], a[n - j]);                                                                            \
            a[0] = plus(a[0], even[j]);                                                                                \
        }                                                                                                              \
        for (int k = 1; k <= n / 2; k++) {                                                                             \
            T b = first, c = element_of((R)0);                                                                         \
            for (int j = 1; j <= n / 2; j++) {                                                                         \
                T turn = turns[j * k % n];                                                                             \
                b = element_from(fma(turn.re, even[j].re, b.re), fma(turn.re, even[j].im, b.im));                      \
                c = element_from(fma(-turn.im, odd[j].im, c.re), fma(turn.im, odd[j].re, c.im));                       \
            }                                                                                                          \
            a[k] = plus(b, c);                                                                                         \
            a[n - k] = minus(b, c);                                                                                    \
        }                                                                                                              \
    }
DFT_ODD(3)
DFT_ODD(5)
DFT_ODD(7)

/* ---- a pass ------------------------------------------------------------------------------------------------------ */

/* Butterfly number `line` of `m`, for `length` neighbours from `q` on. */
#define PASS(n)                                                                                                        \
    XP_FN void pass_##n(XP_GLOBAL const R *x, XP_GLOBAL R *y, XP_GLOBAL const R *roots, xp_index p, xp_index q,        \
                        xp_index length, xp_index m, xp_index stride, xp_index step, R sign, R factor)                 \
    {                                                                                                                  \
        T by[n], turns[n];                                                                                             \
        xp_index gap = stride * m;                                                                                     \
        for (int t = 1; t < n; t++) {                                                                                  \
            by[t] = scaled(root_of(roots, p * t * step, sign), factor);                                                \
            turns[t] = n % 2 == 0 ? by[t] : root_of(roots, m * step * t, sign);                                        \
        }                                                                                                              \
        x += 2 * (q + stride * p);                                                                                     \
        y += 2 * (q + stride * n * p);                                                                                 \
        XP_PARALLEL                                                                                                    \
        for (xp_index i = 0; i < length; i++) {                                                                        \
            T a[n];                                                                                                    \
            for (int t = 0; t < n; t++)                                                                                \
                a[t] = LOAD(x, 2 * (i + gap * t));                                                                     \
            dft_##n(a, turns, sign);                                                                                   \
            T z = scaled(a[0], factor);                                                                                \
            STORE(y, 2 * i, z);                                                                                        \
            for (int t = 1; t < n; t++) {                                                                              \
                z = turned(a[t], by[t]);                                                                               \
                STORE(y, 2 * (i + stride * t), z);                                                                     \
            }                                                                                                          \
        }                                                                                                              \
    }
PASS(2)
PASS(3)
PASS(4)
PASS(5)
PASS(7)

/* `count` butterflies in all; `step` is the whole length over that of the transforms so far. */
XP_ENTRY fourier_pass(XP_GLOBAL const R *x, xp_index x_start, XP_GLOBAL R *y, xp_index y_start,
                      XP_GLOBAL const R *roots, xp_index count, xp_index m, xp_index stride, xp_index step, int radix,
                      int direction, R factor, xp_index share)
{
    R sign = (R)direction;
    STRETCH(count, share);
    x += x_start;
    y += y_start;
    while (first < last) {
        xp_index line = first / stride, q = first - line * stride, outer = line / m, p = line - outer * m;
        xp_index length = stride - q < last - first ? stride - q : last - first, at = 2 * outer * m * stride * radix;
        switch (radix) {
        case 2: pass_2(x + at, y + at, roots, p, q, length, m, stride, step, sign, factor); break;
        case 3: pass_3(x + at, y + at, roots, p, q, length, m, stride, step, sign, factor); break;
        case 4: pass_4(x + at, y + at, roots, p, q, length, m, stride, step, sign, factor); break;
        case 5: pass_5(x + at, y + at, roots, p, q, length, m, stride, step, sign, factor); break;
        default: pass_7(x + at, y + at, roots, p, q, length, m, stride, step, sign, factor); break;
        }
        first += length;
    }
}

/* ---- a pass of a larger prime ------------------------------------------------------------------------------------ */

/* Butterflies are counted through all transforms, BLOCK of them are a block. An item of a GPU has one butterfly and one
 * pair of its results, a processor up to LANES of them: so there is no array as long as the prime. */
#define BLOCK 16
#define LANES (XP_ITEMS == 1 ? BLOCK : 1)

/* Results `pair` and radix - pair of `width` butterflies of one transform, from number `line` on. What stands
 * symmetrically has the same cosine, and sines of two signs. */
XP_FN void pass_prime(XP_GLOBAL const R *x, XP_GLOBAL R *y, XP_GLOBAL const R *roots, int pair, xp_index line,
                      int width, xp_index m, xp_index stride, xp_index step, int radix, R sign, R factor)
{
    R even[2 * LANES], odd[2 * LANES];
    xp_index gap = 2 * stride * m;
    x += 2 * line;
    for (int i = 0; i < 2 * width; i++) {
        even[i] = x[i];
        odd[i] = (R)0;
    }
    for (int j = 1, at = pair; 2 * j < radix; j++) {
        T turn = root_of(roots, m * step * at, sign);
        XP_GLOBAL const R *a = x + gap * j, *b = x + gap * (radix - j);
        XP_PARALLEL
        for (int i = 0; i < 2 * width; i++) {
            even[i] = fma(turn.re, a[i] + b[i], even[i]);
            odd[i] = fma(turn.im, a[i] - b[i], odd[i]);
        }
        at += pair;
        at -= at >= radix ? radix : 0;
    }
    for (int i = 0; i < width; i++) {
        xp_index p = (line + i) / stride, to = line + i - p * stride + stride * radix * p;
        T b = element_from(even[2 * i], even[2 * i + 1]), c = element_from(-odd[2 * i + 1], odd[2 * i]);
        T z = turned(plus(b, c), scaled(root_of(roots, p * pair * step, sign), factor));
        STORE(y, 2 * (to + stride * pair), z);
        if (pair > 0) {
            z = turned(minus(b, c), scaled(root_of(roots, p * (radix - pair) * step, sign), factor));
            STORE(y, 2 * (to + stride * (radix - pair)), z);
        }
    }
}

/* As fourier_pass, but for `count`: a block has BLOCK places for each pair, one pair after the other, so that what items
 * read is near to each other. The last block may have more places than butterflies. */
XP_ENTRY fourier_pass_prime(XP_GLOBAL const R *x, xp_index x_start, XP_GLOBAL R *y, xp_index y_start,
                            XP_GLOBAL const R *roots, xp_index count, xp_index m, xp_index stride, xp_index step,
                            int radix, int direction, R factor, xp_index butterflies, xp_index share)
{
    xp_index width = 1, pairs = radix / 2 + 1, lines = m * stride;
    STRETCH(count, share);
    x += x_start;
    y += y_start;
    for (; first < last; first += width) {
        xp_index unit = first / BLOCK, place = first - unit * BLOCK, block = unit / pairs, pair = unit - block * pairs;
        xp_index at = block * BLOCK + place, outer = at / lines, line = at - outer * lines;
        xp_index start = 2 * outer * lines * radix;
#if XP_ITEMS == 1
        width = BLOCK - place < last - first ? BLOCK - place : last - first;
        width = lines - line < width ? lines - line : width;
#endif
        if (at < butterflies)
            pass_prime(x + start, y + start, roots, (int)pair, line, (int)width, m, stride, step, radix, (R)direction,
                       factor);
    }
}

/* ---- chirps: `roots` of 2 n here --------------------------------------------------------------------------------- */

XP_FN T chirp_of(XP_GLOBAL const R *roots, xp_index j, xp_index n, R sign)
{
    return root_of(roots, j * j % (2 * n), sign);
}

/* What the entries below take: not each of them all of it. `count` are the elements of y; those whose y is real count
 * real ones. */
#define OPERANDS                                                                                                       \
    XP_GLOBAL const R *x, xp_index x_start, XP_GLOBAL R *y, xp_index y_start, XP_GLOBAL const R *roots, xp_index n,    \
        xp_index m, xp_index inner, int direction, R factor, xp_index count, xp_index share
#define BEGIN                                                                                                          \
    STRETCH(count, share);                                                                                             \
    x += x_start;                                                                                                      \
    y += y_start

/* y (outer, m, inner) = x (outer, n, inner) times the chirp, then zeros. */
XP_ENTRY fourier_chirp_in(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, outer = line / m, j = line - outer * m;
        T z = element_of((R)0);
        if (j < n)
            z = turned(LOAD(x, 2 * (first - outer * (m - n) * inner)), chirp_of(roots, j, n, (R)direction));
        STORE(y, 2 * first, z);
    }
}

/* y = x (outer, m, inner) times the transformed chirp, which `roots` is here. */
XP_ENTRY fourier_convolve(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        T z = turned(LOAD(x, 2 * first), root_of(roots, first / inner % m, (R)direction));
        STORE(y, 2 * first, z);
    }
}

/* y (outer, n, inner) = the first n of x (outer, m, inner) times the chirp and a factor. */
XP_ENTRY fourier_chirp_out(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, outer = line / n, j = line - outer * n;
        T z = turned(LOAD(x, 2 * (first + outer * (m - n) * inner)), chirp_of(roots, j, n, (R)direction));
        z = scaled(z, factor);
        STORE(y, 2 * first, z);
    }
}

/* ---- halves of even lengths -------------------------------------------------------------------------------------- */
/* Real elements of length n = 2 m are transformed as complex ones of length m, whose parts are those of even and of odd
 * numbers: Z = E + i O. The half of their transform is E + w O, w = exp(-2 pi i k / n), and E and O come from Z and its
 * reversed conjugate. (H. Sorensen and others, Real-valued fast Fourier transform algorithms, IEEE Trans. ASSP 35,
 * 1987.) */

/* y (outer, m, inner) from real x (outer, n, inner). */
XP_ENTRY fourier_pair(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, at = first + line * inner;
        y[2 * first] = x[at];
        y[2 * first + 1] = x[at + inner];
    }
}

/* The half y (outer, m + 1, inner), times twice the factor, from transformed pairs x (outer, m, inner). */
XP_ENTRY fourier_split(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, outer = line / (m + 1), k = line - outer * (m + 1);
        xp_index start = outer * m * inner + first - line * inner;
        T z = LOAD(x, 2 * (start + (k == m ? 0 : k) * inner));
        T back = conjugate(LOAD(x, 2 * (start + (k == 0 ? 0 : m - k) * inner)));
        T odd = turned(minus(z, back), root_of(roots, k, (R)1));
        z = plus(z, back);
        z = scaled(element_from(z.re + odd.im, z.im - odd.re), factor);
        STORE(y, 2 * first, z);
    }
}

/* The way back: pairs y (outer, m, inner), still to be transformed, from a half x (outer, m + 1, inner). */
XP_ENTRY fourier_merge(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, outer = line / m, k = line - outer * m;
        xp_index start = outer * (m + 1) * inner + first - line * inner;
        T z = LOAD(x, 2 * (start + k * inner)), back = conjugate(LOAD(x, 2 * (start + (m - k) * inner)));
        if (k == 0)
            z.im = back.im = (R)0;
        T odd = turned(minus(z, back), root_of(roots, k, (R)-1));
        z = plus(z, back);
        z = element_from(z.re - odd.im, z.im + odd.re);
        STORE(y, 2 * first, z);
    }
}

/* Real y (outer, n, inner) from pairs x (outer, m, inner), times a factor. */
XP_ENTRY fourier_unpair(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, pair = (line >> 1) * inner + first - line * inner;
        y[first] = x[2 * pair + (line & 1)] * factor;
    }
}

/* ---- halves of odd lengths, through the whole -------------------------------------------------------------------- */

/* Real elements become complex ones. */
XP_ENTRY fourier_widen(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        y[2 * first] = x[first];
        y[2 * first + 1] = (R)0;
    }
}

/* y (outer, n, inner) from the half (outer, n / 2 + 1, inner) of it: the other one is its conjugate. */
XP_ENTRY fourier_mirror(OPERANDS)
{
    xp_index kept = n / 2 + 1;
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, outer = line / n, j = line - outer * n, from = j < kept ? j : n - j;
        T z = LOAD(x, 2 * ((outer * kept + from) * inner + first - line * inner));
        if (j >= kept)
            z = conjugate(z);
        if (j == 0)
            z.im = (R)0;
        STORE(y, 2 * first, z);
    }
}

/* The half y (outer, m, inner) of x (outer, n, inner), whose first one is real, times the factor. */
XP_ENTRY fourier_half(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        xp_index line = first / inner, outer = line / m;
        T z = scaled(LOAD(x, 2 * (first + outer * (n - m) * inner)), factor);
        if (line == outer * m)
            z.im = (R)0;
        STORE(y, 2 * first, z);
    }
}

/* The real parts of x, times the factor. */
XP_ENTRY fourier_real(OPERANDS)
{
    BEGIN;
    for (; first < last; first++)
        y[first] = x[2 * first] * factor;
}

/* ---- what no pass has left where it goes ------------------------------------------------------------------------- */

/* y = x, times the factor. */
XP_ENTRY fourier_finish(OPERANDS)
{
    BEGIN;
    for (; first < last; first++) {
        T z = scaled(LOAD(x, 2 * first), factor);
        STORE(y, 2 * first, z);
    }
}
