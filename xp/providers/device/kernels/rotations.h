/* Jacobi's rotations: eigenvalues of Hermitian matrices, and singular values.
 *
 * In each round of a sweep every row has one partner, so that all pairs can be rotated at the same time; a sweep has
 * each pair once (R. Brent, F. Luk, The solution of singular-value and symmetric eigenvalue problems on multiprocessor
 * arrays, SIAM J. Sci. Stat. Comput. 6, 1985). Singular values are those of J. Demmel, K. Veselic, Jacobi's method is
 * more accurate than QR, SIAM J. Matrix Anal. Appl. 13 (1992): rows are rotated until they are orthogonal.
 * kernels/lanes.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */
#define SWEEPS 60
#define EPSILON (sizeof(R) == 4 ? (R)1.1920929e-7f : (R)2.220446049250313e-16)
#define TINY (sizeof(R) == 4 ? (R)1e-31f : (R)1e-292) /* squares below it have lost digits */

/* Pair number t of a round, of n (even) rows. The larger number may be one too many where n was made even. */
#define TAKE_PAIR(t, round, n)                                                                                         \
    xp_index p = (t) == 0 ? (n) - 1 : ((round) + (t)) % ((n) - 1);                                                     \
    xp_index q = (t) == 0 ? (round) : ((round) + (n) - 1 - (t)) % ((n) - 1);                                           \
    if (p > q) {                                                                                                       \
        xp_index greater = p;                                                                                          \
        p = q;                                                                                                         \
        q = greater;                                                                                                   \
    }

/* What makes the Hermitian matrix [[a, b], [conj(b), c]] diagonal: rows become p - versine p - sine q and
 * q - versine q + conj(sine) p, versine = 1 - cosine. So written, a rotation by a small angle rounds but little (H.
 * Rutishauser, The Jacobi method for real symmetric matrices, Numer. Math. 9, 1966), and most of the many are small.
 * The diagonal becomes a - gain and c + gain. */
typedef struct rotation {
    T sine;
    R versine, gain;
} rotation;

/* `apart` = c - a. */
XP_FN rotation rotation_for(R apart, T b)
{
    rotation x;
    R size = size_of(b), t = apart / ((R)2 * size);
    t = (t < (R)0 ? (R)-1 : (R)1) / (fabs(t) + hypot((R)1, t));
    R cosine = (R)1 / sqrt((R)1 + t * t), sine = t * cosine;
    x.versine = sine * sine / ((R)1 + cosine);
    x.sine = scaled(over(b, element_of(size)), sine);
    x.gain = t * size;
    return x;
}

/* Elements number i of two lines, `step` apart. */
XP_FN void rotate(XP_GLOBAL R *p, XP_GLOBAL R *q, xp_index step, xp_index first, xp_index by, xp_index count, R versine,
                  T sine)
{
    XP_PARALLEL
    for (xp_index i = first; i < count; i += by) {
        T x = LOAD(p, i * step), y = LOAD(q, i * step);
        T less = times_plus(sine, y, scaled(x, versine)), more = times_plus(conjugate(sine), x, scaled(y, -versine));
        x = minus(x, less);
        y = plus(y, more);
        STORE(p, i * step, x);
        STORE(q, i * step, y);
    }
}

XP_FN void set_identity(XP_GLOBAL R *v, xp_index n)
{
    for (xp_index i = LY; i < n; i += YS)
        for (xp_index j = LX; j < n; j += XS)
            STORE(v, PARTS * (i * n + j), element_of((R)(i == j)));
}

/* ---- Hermitian matrices ------------------------------------------------------------------------------------------ */
/* Fills the upper part from the lower one; the largest part of an element, or NaN if one is not finite. */
XP_FN R complete(XP_GLOBAL R *a, xp_index n)
{
    R largest = (R)0;
    for (xp_index i = LY; i < n; i += YS)
        for (xp_index j = LX; j <= i; j += XS) {
            T z = i == j ? element_of(a[PARTS * (i * n + i)]) : LOAD(a, PARTS * (i * n + j));
            R size = part_of(z);
            largest = is_finite(LOAD(a, PARTS * (i * n + j))) ? LARGER(size, largest) : (R)INFINITY;
            STORE(a, PARTS * (j * n + i), conjugate(z));
            STORE(a, PARTS * (i * n + j), z);
        }
    return largest;
}

/* To a number of two parts, the lower one what the upper one could not take (W. Kahan, Further remarks on reducing
 * truncation errors, CACM 8, 1965; D. Knuth's exact sum). */
XP_FN void gain_on(XP_GLOBAL R *x, R gain)
{
    R more = gain + x[1], sum = x[0] + more, taken = sum - x[0];
    x[1] = (x[0] - (sum - taken)) + (more - taken);
    x[0] = sum;
}

/* The pairs of a round: their rotations, 4 numbers each; first 0: none. Whether there are any. The diagonal (n, 2) is
 * kept apart, in two parts: it is rotated here, and what the matrix has in its place counts for nothing. */
XP_FN int find_rotations(XP_GLOBAL const R *a, XP_GLOBAL R *diagonal, XP_GLOBAL R *found, xp_index n, xp_index even,
                         xp_index round, R least)
{
    int any = 0;
    for (xp_index t = LANE; t < even / 2; t += LANES) {
        TAKE_PAIR(t, round, even)
        found[4 * t] = (R)0;
        if (q >= n)
            continue;
        T b = LOAD(a, PARTS * (p * n + q));
        if (!(size_of(b) > least))
            continue;
        XP_GLOBAL R *at = diagonal + 2 * p, *to = diagonal + 2 * q;
        rotation x = rotation_for((to[0] - at[0]) + (to[1] - at[1]), b);
        found[4 * t] = (R)1;
        found[4 * t + 1] = x.versine;
        STORE(found, 4 * t + 2, x.sine);
        gain_on(at, -x.gain);
        gain_on(to, x.gain);
        any = 1;
    }
    return any;
}

/* Columns (`rows` 0) of a, or its rows and those of v. */
XP_FN void apply_rotations(XP_GLOBAL R *a, XP_GLOBAL R *v, XP_GLOBAL const R *found, xp_index n, xp_index even,
                           xp_index round, int rows)
{
    for (xp_index t = LY; t < even / 2; t += YS) {
        R versine = found[4 * t + 1];
        if (found[4 * t] == (R)0)
            continue;
        T sine = LOAD(found, 4 * t + 2);
        TAKE_PAIR(t, round, even)
        if (rows) {
            rotate(a + PARTS * p * n, a + PARTS * q * n, PARTS, LX, XS, n, versine, sine);
            if (v)
                rotate(v + PARTS * p * n, v + PARTS * q * n, PARTS, LX, XS, n, versine, conjugate(sine));
        } else {
            rotate(a + PARTS * p, a + PARTS * q, PARTS * n, LX, XS, n, versine, conjugate(sine));
        }
    }
}

/* What the rotations of a round were made for is zero. */
XP_FN void settle_pairs(XP_GLOBAL R *a, XP_GLOBAL const R *found, xp_index n, xp_index even, xp_index round)
{
    for (xp_index t = LANE; t < even / 2; t += LANES) {
        TAKE_PAIR(t, round, even)
        if (found[4 * t] == (R)0)
            continue;
        STORE(a, PARTS * (p * n + q), element_of((R)0));
        STORE(a, PARTS * (q * n + p), element_of((R)0));
    }
}

/* a (count, n, n) is used up; values (count, n) ascend, vectors (count, n, n) are columns, v (count, n, n) and found
 * (count, 4 n + 2) scratch. Without vectors, v is NULL. status: -1 for what is not finite, 1 if it takes too long. */
XP_ENTRY rotate_hermitian(XP_GLOBAL R *a, XP_GLOBAL R *v, XP_GLOBAL R *found, XP_GLOBAL int *status,
                          XP_GLOBAL R *values, xp_index values_start, XP_GLOBAL R *vectors, xp_index vectors_start,
                          xp_index n, xp_index count)
{
    SHARED R numbers[LANES];
    SHARED int flags[LANES];
    xp_index matrix = MATRIX, even = n + n % 2;
    if (matrix >= count)
        return;
    a += PARTS * matrix * n * n;
    found += matrix * (4 * n + 2);
    XP_GLOBAL R *diagonal = found + 2 * (n + 1);
    values += values_start + matrix * n;
    if (v) {
        v += PARTS * matrix * n * n;
        vectors += vectors_start + PARTS * matrix * n * n;
        set_identity(v, n);
    }
    R scale = complete(a, n), norm = (R)0;
    REDUCE(numbers, scale, LARGER);
    int failed = scale == (R)INFINITY ? -1 : 0, moved = 1;
    R by = scale > (R)0 ? scale : (R)1;
    for (xp_index i = LANE; i < PARTS * n * n; i += LANES) {
        a[i] = a[i] / by;
        norm += a[i] * a[i];
    }
    REDUCE(numbers, norm, SUM_OF);
    R least = EPSILON * sqrt(norm) / (R)(4 * n);
    SYNC;
    for (xp_index i = LANE; i < n; i += LANES) {
        diagonal[2 * i] = a[PARTS * (i * n + i)];
        diagonal[2 * i + 1] = (R)0;
    }
    SYNC;
    for (int sweep = 0; moved && failed == 0; sweep++) {
        moved = 0;
        if (sweep == SWEEPS)
            failed = 1;
        for (xp_index round = 0; round < even - 1 && failed == 0; round++) {
            int any = find_rotations(a, diagonal, found, n, even, round, least);
            REDUCE(flags, any, EITHER);
            SYNC;
            if (!any)
                continue;
            moved = 1;
            apply_rotations(a, v, found, n, even, round, 1);
            SYNC;
            apply_rotations(a, v, found, n, even, round, 0);
            SYNC;
            settle_pairs(a, found, n, even, round);
            SYNC;
        }
    }
    for (xp_index i = LY; i < n; i += YS) {
        R x = diagonal[2 * i];
        xp_index place = 0;
        for (xp_index j = 0; j < n; j++) {
            R y = diagonal[2 * j];
            place += y < x || (y == x && j < i);
        }
        if (LX == 0)
            values[place] = x * by;
        if (v)
            for (xp_index j = LX; j < n; j += XS)
                STORE(vectors, PARTS * (j * n + place), LOAD(v, PARTS * (i * n + j)));
    }
    if (LANE == 0)
        status[matrix] = failed;
}
/* ---- singular values --------------------------------------------------------------------------------------------- */

/* x^H y of lines. */
typedef struct products {
    R xx, yy;
    T xy;
} products;
XP_FN products sum_of_products(products a, products b)
{
    a.xx += b.xx;
    a.yy += b.yy;
    a.xy = plus(a.xy, b.xy);
    return a;
}

XP_FN products products_of(XP_GLOBAL const R *x, XP_GLOBAL const R *y, xp_index length)
{
    products s;
    s.xx = s.yy = (R)0;
    s.xy = element_of((R)0);
    for (xp_index i = LX; i < length; i += XS) {
        T a = LOAD(x, PARTS * i), b = LOAD(y, PARTS * i);
        s.xx += square_of(a);
        s.yy += square_of(b);
        s.xy = times_plus(conjugate(a), b, s.xy);
    }
    return s;
}

XP_FN R square_of_row(XP_GLOBAL const R *x, xp_index length)
{
    R sum = (R)0;
    for (xp_index i = 0; i < length; i++)
        sum += square_of(LOAD(x, PARTS * i));
    return sum;
}

/* Rows from `have` on become orthogonal to those before them, and to each other: each is the unit vector that they
 * leave most of, without their share. */
#define COMPLETE_ROWS(rows, have, all, length, shares, bests)                                                          \
    for (xp_index row = have; row < all; row++) {                                                                      \
        placed best;                                                                                                   \
        best.size = (R)-INFINITY;                                                                                      \
        best.at = 0;                                                                                                   \
        for (xp_index i = LANE; i < length; i += LANES) {                                                              \
            R left = (R)1;                                                                                             \
            for (xp_index j = 0; j < row; j++)                                                                         \
                left -= square_of(LOAD(rows, PARTS * (j * length + i)));                                               \
            if (left > best.size) {                                                                                    \
                best.size = left;                                                                                      \
                best.at = i;                                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        REDUCE(bests, best, FIRST_LARGER);                                                                             \
        XP_GLOBAL R *made = rows + PARTS * row * length;                                                               \
        for (xp_index i = LANE; i < length; i += LANES)                                                                \
            STORE(made, PARTS * i, element_of((R)(i == best.at)));                                                     \
        SYNC;                                                                                                          \
        for (int again = 0; again < 3; again++) {                                                                      \
            R norm = (R)0;                                                                                             \
            for (xp_index j = LANE; j < row; j += LANES) {                                                             \
                T share = element_of((R)0);                                                                            \
                for (xp_index i = 0; i < length; i++)                                                                  \
                    share = times_plus(conjugate(LOAD(rows, PARTS * (j * length + i))), LOAD(made, PARTS * i), share); \
                STORE(shares, PARTS * j, share);                                                                       \
            }                                                                                                          \
            SYNC;                                                                                                      \
            for (xp_index i = LANE; i < length; i += LANES) {                                                          \
                T z = LOAD(made, PARTS * i);                                                                           \
                for (xp_index j = 0; j < row; j++)                                                                     \
                    z = minus_times(z, LOAD(rows, PARTS * (j * length + i)), LOAD(shares, PARTS * j));                 \
                STORE(made, PARTS * i, z);                                                                             \
                norm += square_of(z);                                                                                  \
            }                                                                                                          \
            REDUCE(numbers, norm, SUM_OF);                                                                             \
            for (xp_index i = LANE; i < length; i += LANES) {                                                          \
                T z = scaled(LOAD(made, PARTS * i), (R)1 / sqrt(norm));                                                \
                STORE(made, PARTS * i, z);                                                                             \
            }                                                                                                          \
            SYNC;                                                                                                      \
        }                                                                                                              \
    }

/* g (count, k, length): rows that are rotated, used up; v (count, k, k): what was done to them; s (count, k):
 * descending norms. rows (count, all, length) gets the orthogonal rows in their order, `all` of them, and `ranks`
 * (count, k) which place each of g's has. norms (count, length) is scratch. Without vectors v is NULL. `conjugated`:
 * the rows are to be taken so. status: as above. */
XP_ENTRY rotate_rows(XP_GLOBAL R *g, XP_GLOBAL R *v, XP_GLOBAL R *rows, XP_GLOBAL R *norms, XP_GLOBAL int *ranks,
                     XP_GLOBAL int *status, XP_GLOBAL R *s, xp_index s_start, xp_index k, xp_index length, xp_index all,
                     int conjugated, xp_index count)
{
    SHARED R numbers[LANES];
    SHARED int flags[LANES];
    SHARED placed bests[LANES];
    SHARED products pairs[LANES];
    xp_index matrix = MATRIX, even = k + k % 2;
    if (matrix >= count)
        return;
    g += PARTS * matrix * k * length;
    norms += PARTS * matrix * length;
    ranks += matrix * k;
    s += s_start + matrix * k;
    if (v) {
        v += PARTS * matrix * k * k;
        rows += PARTS * matrix * all * length;
        set_identity(v, k);
    }
    R scale = (R)0;
    for (xp_index i = LANE; i < k * length; i += LANES) {
        T z = LOAD(g, PARTS * i);
        scale = is_finite(z) ? LARGER(part_of(z), scale) : (R)INFINITY;
    }
    REDUCE(numbers, scale, LARGER);
    int failed = scale == (R)INFINITY ? -1 : 0, moved = 1;
    R by = scale > (R)0 ? scale : (R)1, least = EPSILON * ((R)2 + sqrt((R)length));
    for (xp_index i = LANE; i < k * length; i += LANES) {
        T z = LOAD(g, PARTS * i);
#if PARTS == 2
        z = element_from(z.re / by, (conjugated ? -z.im : z.im) / by);
#else
        z = z / by;
#endif
        STORE(g, PARTS * i, z);
    }
    SYNC;
    for (int sweep = 0; moved && failed == 0; sweep++) {
        moved = 0;
        if (sweep == SWEEPS)
            failed = 1;
        for (xp_index round = 0; round < even - 1 && failed == 0; round++) {
            for (xp_index first = 0; first < even / 2; first += YS) {
                xp_index t = first + LY;
                TAKE_PAIR(t, round, even)
                int is_pair = t < even / 2 && q < k;
                p = is_pair ? p : 0;
                q = is_pair ? q : 0;
                XP_GLOBAL R *x = g + PARTS * p * length, *y = g + PARTS * q * length;
                products sums = products_of(x, y, is_pair ? length : 0);
#if !ONE_LANE
                pairs[LANE] = sums;
                for (int below = XS / 2; below > 0; below /= 2) {
                    SYNC;
                    if (LX < below)
                        pairs[LANE] = sum_of_products(pairs[LANE], pairs[LANE + below]);
                }
                SYNC;
                sums = pairs[LANE - LX];
                SYNC;
#endif
                if (is_pair && sums.xx > TINY && sums.yy > TINY &&
                    size_of(sums.xy) > least * sqrt(sums.xx) * sqrt(sums.yy)) {
                    rotation to = rotation_for(sums.yy - sums.xx, sums.xy);
                    moved = 1;
                    rotate(x, y, PARTS, LX, XS, length, to.versine, conjugate(to.sine));
                    if (v)
                        rotate(v + PARTS * p * k, v + PARTS * q * k, PARTS, LX, XS, k, to.versine, conjugate(to.sine));
                }
            }
            SYNC;
        }
        REDUCE(flags, moved, EITHER);
    }
    for (xp_index i = LANE; i < k; i += LANES)
        norms[i] = square_of_row(g + PARTS * i * length, length);
    SYNC;
    xp_index have = 0;
    for (xp_index i = 0; i < k; i++)
        have += norms[i] > TINY;
    for (xp_index i = LY; i < k; i += YS) {
        R x = norms[i];
        xp_index place = 0;
        for (xp_index j = 0; j < k; j++)
            place += norms[j] > x || (norms[j] == x && j < i);
        if (LX == 0) {
            s[place] = sqrt(x) * by;
            ranks[i] = (int)place;
        }
        if (v)
            for (xp_index j = LX; j < length; j += XS) {
                T z = scaled(LOAD(g, PARTS * (i * length + j)), x > TINY ? (R)1 / sqrt(x) : (R)0);
                STORE(rows, PARTS * (place * length + j), z);
            }
    }
    SYNC;
    if (v && failed == 0)
        COMPLETE_ROWS(rows, have, all, length, norms, bests)
    if (LANE == 0)
        status[matrix] = failed;
}

/* The factors: of rows (count, all, length) the columns of u or, conjugated, the rows of vh, and the same of v. */
XP_ENTRY singular_vectors(XP_GLOBAL const R *rows, XP_GLOBAL const R *v, XP_GLOBAL const int *ranks, XP_GLOBAL R *u,
                          xp_index u_start, XP_GLOBAL R *vh, xp_index vh_start, xp_index k, xp_index length,
                          xp_index all, int is_tall, xp_index count)
{
    xp_index matrix = MATRIX;
    if (matrix >= count)
        return;
    rows += PARTS * matrix * all * length;
    v += PARTS * matrix * k * k;
    ranks += matrix * k;
    u += u_start + PARTS * matrix * (is_tall ? length * all : k * k);
    vh += vh_start + PARTS * matrix * (is_tall ? k * k : length * all);
    for (xp_index i = LY; i < all; i += YS)
        for (xp_index j = LX; j < length; j += XS) {
            T z = LOAD(rows, PARTS * (i * length + j));
            if (is_tall) {
                STORE(u, PARTS * (j * all + i), z);
            } else {
                z = conjugate(z);
                STORE(vh, PARTS * (i * length + j), z);
            }
        }
    for (xp_index i = LY; i < k; i += YS)
        for (xp_index j = LX; j < k; j += XS) {
            T z = LOAD(v, PARTS * (i * k + j));
            if (is_tall) {
                z = conjugate(z);
                STORE(vh, PARTS * (ranks[i] * k + j), z);
            } else {
                STORE(u, PARTS * (j * k + ranks[i]), z);
            }
        }
}
