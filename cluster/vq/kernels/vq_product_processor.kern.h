/* Labels of points of many features on processors by products in float32, with proof.
 *
 * |x - c|^2 / 2 = |x|^2 / 2 + (|c|^2 / 2 - x.c), and the bracket alone decides: one fused operation a feature, where a
 * difference and its square are two, and in float32 twice as many lanes as in float64. Points and centroids are taken
 * from the mean of the centroids. With a = |x|, m the largest |c|, R = a + m and u = 2^-24:
 *   - a bracket in which no product or square goes through more than n roundings is off by n u (m^2 / 2 + a m) at most,
 *     so by less than n u m R; products are summed by slices of features to keep n small;
 *   - taking off the mean and rounding to float32 moves an element by u of itself, and |x - c|^2 / 2 by u R^2;
 *   - the squares that define a label, in float64, are off by far less than u R^2.
 * A label is proved where the second best bracket is further from the best than twice all that. Other points of a block
 * are settled in float64, and a block with many of them is scanned by differences.
 * Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.1, has the bounds.
 * SPDX-License-Identifier: BSD-3-Clause */
#define VQ_PRODUCT_ROWS 4 /* centroids at a time */
#define VQ_PRODUCT_VECTORS (XP_VECTOR_REGISTERS / 2 / VQ_PRODUCT_ROWS)
#define VQ_PRODUCT_POINTS (VQ_PRODUCT_VECTORS * XP_NARROW_LANES)
#define VQ_PRODUCT_SLICE 64   /* features that are summed before they are added to those before */
#define VQ_PRODUCT_LEAST 12   /* features that are worth it */
#define VQ_PRODUCT_MOST 1024  /* and that a block has room for */
#define VQ_PRODUCT_BOOK 16    /* centroids that are worth it */
#define VQ_PRODUCT_ROOM 32768 /* elements of centroids at a time, ... */
#define VQ_PRODUCT_CHUNK 1024 /* ... and how many of these */
#define VQ_PRODUCT_OPEN 4     /* points of a block that are settled one by one */
#define VQ_PRODUCT_FAILURES 2 /* blocks in a row after which no more are tried */
#define VQ_PRODUCT_NEAR 1e-9f
#define VQ_PRODUCT_FAR 1e15f /* a reach between these two neither overflows nor underflows */

typedef struct vq_product_block {
    REAL centre[VQ_PRODUCT_MOST];
    float reach;                                                  /* the largest |c| */
    float points[VQ_PRODUCT_MOST * VQ_PRODUCT_POINTS] XP_ALIGNED; /* (d, VQ_PRODUCT_POINTS) */
    float rows[VQ_PRODUCT_ROOM] XP_ALIGNED;                       /* of a chunk of centroids */
    float halves[VQ_PRODUCT_CHUNK];                               /* |c|^2 / 2 of these */
    xp_index first;                                               /* of these */
    int labels[VQ_PRODUCT_POINTS] XP_ALIGNED, sure[VQ_PRODUCT_POINTS] XP_ALIGNED;
} vq_product_block;

typedef struct vq_product_minima {
    xp_narrow_lanes best, second, norm;
    xp_narrow_numbers nearest;
} vq_product_minima;

/* ---- centroids --------------------------------------------------------------------------------------------------- */

/* Elements from row to row of centroids: zeros fill whole vectors. */
XP_FN xp_index vq_product_pitch(xp_index d)
{
    return (d + XP_NARROW_LANES - 1) / XP_NARROW_LANES * XP_NARROW_LANES;
}

/* How many centroids are in a chunk. */
XP_FN xp_index vq_product_chunk(xp_index d)
{
    const xp_index chunk = VQ_PRODUCT_ROOM / vq_product_pitch(d);
    return (chunk < VQ_PRODUCT_CHUNK ? chunk : VQ_PRODUCT_CHUNK) / VQ_PRODUCT_ROWS * VQ_PRODUCT_ROWS;
}

/* A centroid from the centre. Returns the square of its length. */
XP_FN float vq_product_row(float *to, XP_GLOBAL const REAL *c, const REAL *centre, xp_index d)
{
    xp_narrow_lanes squares = (xp_narrow_lanes)(0.0f);
    xp_index j;
    XP_PARALLEL
    for (j = 0; j < d; j++)
        to[j] = (float)(c[j] - centre[j]);
    for (j = d; j < vq_product_pitch(d); j++)
        to[j] = 0.0f;
    for (j = 0; j < d; j += XP_NARROW_LANES) {
        const xp_narrow_lanes x = XP_NARROW_LOAD(to + j);
        squares = XP_NARROW_MULTIPLY_ADD(x, x, squares);
    }
    return xp_narrow_sum(squares);
}

/* The chunk that begins at a centroid, unless it is there; the last one of all stands for what is behind it. */
XP_FN void vq_product_fetch(vq_product_block *block, XP_GLOBAL const REAL *code_book, xp_index first, xp_index k,
                            xp_index d)
{
    const xp_index left = (k - first + VQ_PRODUCT_ROWS - 1) / VQ_PRODUCT_ROWS * VQ_PRODUCT_ROWS;
    const xp_index chunk = vq_product_chunk(d), rows = left < chunk ? left : chunk;
    xp_index r;
    if (block->first == first)
        return;
    block->first = first;
    for (r = 0; r < rows; r++) {
        XP_GLOBAL const REAL *c = code_book + (first + r < k ? first + r : k - 1) * d;
        block->halves[r] = vq_product_row(block->rows + r * vq_product_pitch(d), c, block->centre, d) / 2;
    }
}

/* The mean of the centroids. */
XP_FN void vq_product_find_centre(REAL *centre, XP_GLOBAL const REAL *code_book, xp_index k, xp_index d)
{
    xp_index c, j;
    for (j = 0; j < d; j++)
        centre[j] = (REAL)0;
    for (c = 0; c < k; c++)
        XP_PARALLEL
        for (j = 0; j < d; j++)
            centre[j] += code_book[c * d + j];
    for (j = 0; j < d; j++)
        centre[j] /= (REAL)k;
}

/* Finds the centre and the reach. Returns whether products serve. */
XP_FN int vq_product_start(vq_product_block *block, XP_GLOBAL const REAL *code_book, xp_index k, xp_index d)
{
    const xp_index chunk = vq_product_chunk(d);
    float most = 0.0f;
    int are_near = 1;
    xp_index first, r;
    vq_product_find_centre(block->centre, code_book, k, d);
    block->first = -1;
    for (first = 0; first < k; first += chunk) {
        vq_product_fetch(block, code_book, first, k, d);
        for (r = 0; r < chunk && r < k - first; r++) {
            const float half_square = block->halves[r];
            are_near &= half_square < VQ_PRODUCT_FAR * VQ_PRODUCT_FAR / 2; /* nor is it a NaN */
            most = half_square > most ? half_square : most;
        }
    }
    block->reach = (float)sqrt(2 * most);
    return are_near && block->reach > VQ_PRODUCT_NEAR;
}

/* ---- points ------------------------------------------------------------------------------------------------------ */

/* Points from the centre. Lanes that are left have the last one. */
XP_FN void vq_product_turn(vq_product_block *block, XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1,
                           xp_index d, int count)
{
    xp_index j;
    int p, l;
    if (count < VQ_PRODUCT_POINTS || step_1 != 1) {
        for (j = 0; j < d; j++)
            for (p = 0; p < VQ_PRODUCT_POINTS; p++)
                block->points[j * VQ_PRODUCT_POINTS + p] =
                    (float)(x[(p < count ? p : count - 1) * step_0 + j * step_1] - block->centre[j]);
        return;
    }
    for (p = 0; p < VQ_PRODUCT_POINTS; p += XP_LANES, x += XP_LANES * step_0)
        for (j = 0; j < d; j += 4) {
            const xp_index at = j + 4 < d ? j : d - 4;
            xp_lanes four[4];
            xp_lanes_of_fours(x + at, step_0, four);
            XP_UNROLL
            for (l = 0; l < 4; l++)
                XP_LANES_STORE_FLOATS(four[l] - (xp_lanes)(block->centre[at + l]),
                                      block->points + (at + l) * VQ_PRODUCT_POINTS + p);
        }
}

/* Takes the products of all features from the brackets of four centroids. */
XP_FN void vq_product_subtract(xp_narrow_lanes brackets[VQ_PRODUCT_ROWS][VQ_PRODUCT_VECTORS], const float *x,
                               const float *rows, xp_index d)
{
    const xp_index pitch = vq_product_pitch(d);
    xp_index from, j;
    int r, v;
    for (from = 0; from < d; from += VQ_PRODUCT_SLICE) {
        const xp_index to = d - from < VQ_PRODUCT_SLICE ? d : from + VQ_PRODUCT_SLICE;
        xp_narrow_lanes sums[VQ_PRODUCT_ROWS][VQ_PRODUCT_VECTORS];
        XP_UNROLL
        for (r = 0; r < VQ_PRODUCT_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_PRODUCT_VECTORS; v++)
                sums[r][v] = (xp_narrow_lanes)(0.0f);
        for (j = from; j < to; j++, x += VQ_PRODUCT_POINTS)
            XP_UNROLL
            for (v = 0; v < VQ_PRODUCT_VECTORS; v++) {
                const xp_narrow_lanes of_points = XP_NARROW_LOAD(x + v * XP_NARROW_LANES);
                XP_UNROLL
                for (r = 0; r < VQ_PRODUCT_ROWS; r++)
                    sums[r][v] = XP_NARROW_MULTIPLY_ADD(of_points, (xp_narrow_lanes)(rows[r * pitch + j]), sums[r][v]);
            }
        XP_UNROLL
        for (r = 0; r < VQ_PRODUCT_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_PRODUCT_VECTORS; v++)
                brackets[r][v] -= sums[r][v];
    }
}

XP_FN void vq_product_take(vq_product_minima *minima, xp_narrow_lanes bracket, int c)
{
    const xp_narrow_lanes best = minima->best, second = bracket < minima->second ? bracket : minima->second;
    minima->second = bracket < best ? best : second;
    minima->nearest = bracket < best ? (xp_narrow_numbers)(c) : minima->nearest;
    minima->best = bracket < best ? bracket : best;
}

/* Goes on with the minima of a block by the first centroids of a chunk, `count` of them. */
XP_FN void vq_product_scan_chunk(vq_product_minima minima[VQ_PRODUCT_VECTORS], const vq_product_block *block,
                                 xp_index count, xp_index d)
{
    const xp_index pitch = vq_product_pitch(d);
    const float *rows = block->rows;
    xp_index c;
    int r, v;
    for (c = 0; c < count; c += VQ_PRODUCT_ROWS, rows += VQ_PRODUCT_ROWS * pitch) {
        xp_narrow_lanes brackets[VQ_PRODUCT_ROWS][VQ_PRODUCT_VECTORS];
        XP_UNROLL
        for (r = 0; r < VQ_PRODUCT_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_PRODUCT_VECTORS; v++)
                brackets[r][v] = (xp_narrow_lanes)(block->halves[c + r]);
        vq_product_subtract(brackets, block->points, rows, d);
        XP_UNROLL
        for (r = 0; r < VQ_PRODUCT_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_PRODUCT_VECTORS; v++)
                if (c + r < count)
                    vq_product_take(&minima[v], brackets[r][v], (int)(block->first + c + r));
    }
}

XP_FN void vq_product_scan(vq_product_minima minima[VQ_PRODUCT_VECTORS], vq_product_block *block,
                           XP_GLOBAL const REAL *code_book, xp_index k, xp_index d)
{
    const xp_index chunk = vq_product_chunk(d);
    xp_index first, j;
    int v;
    for (v = 0; v < VQ_PRODUCT_VECTORS; v++) {
        minima[v].best = minima[v].second = (xp_narrow_lanes)(INFINITY);
        minima[v].norm = (xp_narrow_lanes)(0.0f);
        minima[v].nearest = (xp_narrow_numbers)(0);
        for (j = 0; j < d; j++) {
            const xp_narrow_lanes x = XP_NARROW_LOAD(block->points + j * VQ_PRODUCT_POINTS + v * XP_NARROW_LANES);
            minima[v].norm = XP_NARROW_MULTIPLY_ADD(x, x, minima[v].norm);
        }
    }
    for (first = 0; first < k; first += chunk) {
        vq_product_fetch(block, code_book, first, k, d);
        vq_product_scan_chunk(minima, block, k - first < chunk ? k - first : chunk, d);
    }
}

/* Of a bracket of d features: those within a slice or within |c|^2, those between slices, and of what comes after. */
XP_FN float vq_product_roundings(xp_index d)
{
    const xp_index in_slice = d < VQ_PRODUCT_SLICE ? d : VQ_PRODUCT_SLICE, in_square = d / XP_NARROW_LANES + 6;
    return (float)((in_slice > in_square ? in_slice : in_square) + d / VQ_PRODUCT_SLICE + 4);
}

/* Labels of a block, and which of them are proved. Returns how many are not. */
XP_FN int vq_product_prove(vq_product_block *block, xp_index d, int count,
                           const vq_product_minima minima[VQ_PRODUCT_VECTORS])
{
    const float twice_u = 1.25e-7f; /* and 4 %: the bounds are of first order, and lengths are rounded, too */
    const float by_reach = twice_u * vq_product_roundings(d) * block->reach;
    int v, p, open = 0;
    for (v = 0; v < VQ_PRODUCT_VECTORS; v++) {
        const vq_product_minima *m = &minima[v];
        const xp_narrow_lanes far = sqrt(m->norm) + (xp_narrow_lanes)(block->reach);
        const xp_narrow_lanes room = far * ((xp_narrow_lanes)(by_reach) + far * (xp_narrow_lanes)(2 * twice_u));
        const xp_narrow_numbers is_proved = (m->second - m->best > room) & (far < (xp_narrow_lanes)(VQ_PRODUCT_FAR));
        XP_NARROW_STORE_INTS(m->nearest, block->labels + v * XP_NARROW_LANES);
        XP_NARROW_STORE_INTS(is_proved, block->sure + v * XP_NARROW_LANES);
    }
    for (p = 0; p < count; p++)
        open += block->sure[p] == 0;
    return open;
}

/* ---- squared distances ------------------------------------------------------------------------------------------- */

/* Four squared distances, each as VQ_SQUARE has it: they do not wait for each other. */
#define VQ_FOUR_SQUARES(TYPE, name, MULTIPLY_ADD)                                                                      \
    XP_FN void name(TYPE squares[4], xp_index d, XP_GLOBAL const REAL *x[4], xp_index step,                            \
                    XP_GLOBAL const REAL *c[4])                                                                        \
    {                                                                                                                  \
        xp_index j;                                                                                                    \
        int i;                                                                                                         \
        XP_UNROLL                                                                                                      \
        for (i = 0; i < 4; i++)                                                                                        \
            squares[i] = (TYPE)0;                                                                                      \
        for (j = 0; j < d; j++)                                                                                        \
            XP_UNROLL                                                                                                  \
            for (i = 0; i < 4; i++) {                                                                                  \
                const TYPE t = (TYPE)x[i][j * step] - (TYPE)c[i][j];                                                   \
                squares[i] = MULTIPLY_ADD(t, t, squares[i]);                                                           \
            }                                                                                                          \
    }
VQ_FOUR_SQUARES(REAL, vq_four_squares, XP_MULTIPLY_ADD)
VQ_FOUR_SQUARES(double, vq_four_wide_squares, XP_MULTIPLY_ADD_DOUBLE)

/* The label by float64, as the pass finds it. */
XP_FN int vq_product_settle(xp_index d, XP_GLOBAL const REAL *x, xp_index step, XP_GLOBAL const REAL *code_book,
                            xp_index k)
{
    XP_GLOBAL const REAL *points[4], *rows[4];
    double best = (double)INFINITY, squares[4];
    int nearest = 0, i;
    xp_index c;
    for (c = 0; c < k; c += 4) {
        for (i = 0; i < 4; i++) {
            points[i] = x;
            rows[i] = code_book + (c + i < k ? c + i : k - 1) * d;
        }
        vq_four_wide_squares(squares, d, points, step, rows);
        for (i = 0; i < 4 && c + i < k; i++)
            if (squares[i] < best) {
                best = squares[i];
                nearest = (int)(c + i);
            }
    }
    return nearest;
}

/* Labels of up to VQ_PRODUCT_POINTS points. Returns 0 and finds none if too many are not proved. */
XP_FN int vq_product_labels(vq_product_block *block, XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1,
                            xp_index d, int count, XP_GLOBAL const REAL *code_book, xp_index k, XP_GLOBAL int *label)
{
    vq_product_minima minima[VQ_PRODUCT_VECTORS];
    int p;
    vq_product_turn(block, x, step_0, step_1, d, count);
    vq_product_scan(minima, block, code_book, k, d);
    if (vq_product_prove(block, d, count, minima) > VQ_PRODUCT_OPEN)
        return 0;
    for (p = 0; p < count; p++)
        label[p] = block->sure[p] ? block->labels[p] : vq_product_settle(d, x + p * step_0, step_1, code_book, k);
    return 1;
}

/* Distances of points from the centroids of their labels. */
XP_FN void vq_product_lengths(XP_GLOBAL const int *label, XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1,
                              xp_index d, int count, XP_GLOBAL const REAL *code_book, XP_GLOBAL REAL *distance)
{
    REAL squares[4];
    int p, i;
    for (p = 0; p < count; p += 4) {
        XP_GLOBAL const REAL *points[4], *rows[4];
        for (i = 0; i < 4; i++) {
            const int at = p + i < count ? p + i : count - 1;
            points[i] = x + at * step_0;
            rows[i] = code_book + (xp_index)label[at] * d;
        }
        vq_four_squares(squares, d, points, step_1, rows);
        for (i = 0; i < 4 && p + i < count; i++)
            distance[p + i] = vq_root(squares[i], d, points[i], step_1, rows[i]);
    }
}
