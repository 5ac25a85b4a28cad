/* The nearest centroids of points of up to eight features on processors, and what these are kept in.
 *
 * Points lie across lanes and stay in registers, as many of them as there is room for, while all centroids go past. The
 * number of features is a constant in each of the loops, which only then leave points and minima in registers. Squares
 * are added in the order of the features, as in the passes: the bits are the same.
 * SPDX-License-Identifier: BSD-3-Clause */
#define VQ_ROWS 4                                      /* centroids at a time, where features are many */
#define VQ_VECTORS (XP_VECTOR_REGISTERS / 2 / VQ_ROWS) /* of points at a time: half of the registers have sums */
#define VQ_POINTS (VQ_VECTORS * XP_LANES)
#define VQ_FEW 8 /* features */

typedef struct vq_minima { /* of the centroids so far, for a vector of points */
    xp_lanes best, second;
    xp_lane_numbers nearest;
} vq_minima;

/* The second best is for labels that may be open. */
XP_FN void vq_take(vq_minima *minima, xp_lanes square, xp_index c)
{
    const xp_lane_numbers number = (xp_lane_numbers)(c);
    const xp_lanes best = minima->best;
#if XP_REAL_BITS == 32
    const xp_lanes worse = XP_LANES_CHOOSE(square < best, best, square);
    minima->second = XP_LANES_CHOOSE(worse < minima->second, worse, minima->second);
#endif
    minima->nearest = XP_LANES_CHOOSE(square < best, number, minima->nearest);
    minima->best = XP_LANES_CHOOSE(square < best, square, best);
}

XP_FN void vq_start_minimum(vq_minima *minima)
{
    minima->best = minima->second = (xp_lanes)(REAL_INFINITY);
    minima->nearest = (xp_lane_numbers)(0);
}

/* Whether rows of few features lie one behind the other, so that whole vectors can be loaded. */
XP_FN int vq_are_few(xp_index d, xp_index step_0, xp_index step_1)
{
    return d > 0 && d <= VQ_FEW && step_1 == 1 && step_0 == d;
}

/* A vector of points of d features. */
XP_INLINED void vq_few_load(xp_lanes x[VQ_FEW], XP_GLOBAL const REAL *from, const int d)
{
    xp_lanes last[4];
    int j;
    if (d == 1) {
        x[0] = XP_LANES_LOAD(from);
    } else if (d == 2) {
        xp_lanes_of_pairs(from, x);
    } else if (d == 3) {
        xp_lanes_of_triples(from, x);
    } else {
        xp_lanes_of_fours(from, d, x);
        xp_lanes_of_fours(from + d - 4, d, last);
        XP_UNROLL
        for (j = 4; j < d; j++)
            x[j] = last[j - d + 4];
    }
}

/* The minima of `vectors` vectors of points. */
XP_INLINED void vq_few_scan(vq_minima *minima, XP_GLOBAL const REAL *from, const int d, const int vectors,
                            XP_GLOBAL const REAL *code_book, xp_index k)
{
    xp_lanes x[VQ_VECTORS][VQ_FEW];
    vq_minima found[VQ_VECTORS];
    xp_index c;
    int j, v;
    XP_UNROLL
    for (v = 0; v < vectors; v++) {
        vq_few_load(x[v], from + v * XP_LANES * d, d);
        vq_start_minimum(&found[v]);
    }
    for (c = 0; c < k; c++, code_book += d)
        XP_UNROLL
        for (v = 0; v < vectors; v++) {
            xp_lanes t = x[v][0] - (xp_lanes)(code_book[0]), square = t * t;
            XP_UNROLL
            for (j = 1; j < d; j++) {
                t = x[v][j] - (xp_lanes)(code_book[j]);
                square = XP_MULTIPLY_ADD(t, t, square);
            }
            vq_take(&found[v], square, c);
        }
    XP_UNROLL
    for (v = 0; v < vectors; v++)
        minima[v] = found[v];
}

/* The minima of VQ_POINTS points over all centroids. */
XP_INLINED void vq_few_block(vq_minima minima[VQ_VECTORS], XP_GLOBAL const REAL *from, const int d,
                             XP_GLOBAL const REAL *code_book, xp_index k)
{
    const int vectors = d > 4 ? VQ_VECTORS / 2 : VQ_VECTORS; /* that there are registers for */
    int v;
    XP_UNROLL
    for (v = 0; v < VQ_VECTORS; v += vectors)
        vq_few_scan(minima + v, from + v * XP_LANES * d, d, vectors, code_book, k);
}

XP_FN void vq_scan_few(vq_minima minima[VQ_VECTORS], XP_GLOBAL const REAL *x, xp_index d,
                       XP_GLOBAL const REAL *code_book, xp_index k)
{
    switch (d) {
#define VQ_CASE(d)                                                                                                     \
    case d:                                                                                                            \
        vq_few_block(minima, x, d, code_book, k);                                                                      \
        break;
        VQ_CASE(1)
        VQ_CASE(2)
        VQ_CASE(3)
        VQ_CASE(4)
        VQ_CASE(5)
        VQ_CASE(6)
        VQ_CASE(7)
        VQ_CASE(8)
#undef VQ_CASE
    }
}
