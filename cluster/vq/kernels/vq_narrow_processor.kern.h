/* Labels of float64 points on processors by way of float32, of which twice as many are in a vector.
 *
 * Points and centroids are taken from the first centroid, rounded to float32, and scanned by differences. Rounding moves
 * each of them by a share u = 2^-24 of its length, and a sum of d squares is off by a share of (d + 2) u at most. So with
 * r the root of such a sum and C the largest centroid's length, the distance lies within
 * r (d + 2) u / 2 + u (|x| + C) of r. Where these brackets of the best and the second best centroid do not touch, the
 * label is proved; the margins below have room for the roundings on the way and for those of float64. Other points are
 * left to float64, and so is a block with many of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#if XP_REAL_BITS == 64
#define VQ_NARROW_ROWS 4
#define VQ_NARROW_VECTORS (XP_VECTOR_REGISTERS / 2 / VQ_NARROW_ROWS)
#define VQ_NARROW_POINTS (VQ_NARROW_VECTORS * XP_NARROW_LANES)
#define VQ_NARROW_LEAST 12  /* features that are worth it */
#define VQ_NARROW_MOST 1024 /* and that a block has room for */
#define VQ_NARROW_BOOK 16   /* centroids that are worth it */
#define VQ_NARROW_OPEN 4    /* points of a block that are settled one by one */

typedef struct vq_narrow_block {
    float points[VQ_NARROW_MOST * VQ_NARROW_POINTS] XP_ALIGNED; /* (d, VQ_NARROW_POINTS) */
    float rows[VQ_NARROW_ROWS * VQ_NARROW_MOST] XP_ALIGNED;     /* of centroids */
    int labels[VQ_NARROW_POINTS] XP_ALIGNED, sure[VQ_NARROW_POINTS] XP_ALIGNED;
} vq_narrow_block;

typedef struct vq_narrow_minima {
    xp_narrow_lanes best, second, norm;
    xp_narrow_numbers nearest;
} vq_narrow_minima;

/* Four squared distances, each as vq_square has it: they do not wait for each other. */
XP_FN void vq_four_squares(REAL squares[4], xp_index d, XP_GLOBAL const REAL *x[4], xp_index step,
                           XP_GLOBAL const REAL *c[4])
{
    xp_index j;
    int i;
    XP_UNROLL
    for (i = 0; i < 4; i++)
        squares[i] = (REAL)0;
    for (j = 0; j < d; j++)
        XP_UNROLL
        for (i = 0; i < 4; i++) {
            const REAL t = x[i][j * step] - c[i][j];
            squares[i] = XP_MULTIPLY_ADD(t, t, squares[i]);
        }
}

/* Those of a point from the centroids c to c + 3, of which the last one stands for what is behind it. */
XP_FN void vq_squares_from(REAL squares[4], xp_index d, XP_GLOBAL const REAL *x, xp_index step,
                           XP_GLOBAL const REAL *code_book, xp_index c, xp_index k)
{
    XP_GLOBAL const REAL *points[4], *rows[4];
    int i;
    for (i = 0; i < 4; i++) {
        points[i] = x;
        rows[i] = code_book + (c + i < k ? c + i : k - 1) * d;
    }
    vq_four_squares(squares, d, points, step, rows);
}

/* The largest length of a centroid taken from the first one. */
XP_FN float vq_narrow_reach(XP_GLOBAL const REAL *code_book, xp_index k, xp_index d)
{
    REAL most = (REAL)0, squares[4];
    xp_index c;
    int i;
    for (c = 0; c < k; c += 4) {
        vq_squares_from(squares, d, code_book, 1, code_book, c, k);
        for (i = 0; i < 4; i++)
            most = squares[i] > most ? squares[i] : most;
    }
    return (float)sqrt(most);
}

/* Lanes that are left have the last point. */
XP_FN void vq_narrow_turn(vq_narrow_block *block, XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1,
                          XP_GLOBAL const REAL *origin, xp_index d, int count)
{
    float *to = block->points;
    xp_index j;
    int p, l;
    if (count < VQ_NARROW_POINTS) {
        for (p = 0; p < VQ_NARROW_POINTS; p++)
            for (j = 0; j < d; j++)
                to[j * VQ_NARROW_POINTS + p] =
                    (float)(x[(p < count ? p : count - 1) * step_0 + j * step_1] - origin[j]);
        return;
    }
    for (p = 0; p < VQ_NARROW_POINTS; p += 4, x += 4 * step_0)
        for (j = 0; j < d; j++) {
            REAL four[4] XP_ALIGNED;
            XP_UNROLL
            for (l = 0; l < 4; l++)
                four[l] = x[l * step_0 + j * step_1] - origin[j];
            XP_NARROW_FOUR_STORE(four, to + j * VQ_NARROW_POINTS + p);
        }
}

/* Adds the squares of all features to the sums of four centroids. */
XP_FN void vq_narrow_squares(xp_narrow_lanes sums[VQ_NARROW_ROWS][VQ_NARROW_VECTORS], const vq_narrow_block *block,
                             xp_index d)
{
    const float *x = block->points;
    xp_index j;
    int r, v;
    for (j = 0; j < d; j++, x += VQ_NARROW_POINTS)
        XP_UNROLL
        for (v = 0; v < VQ_NARROW_VECTORS; v++) {
            const xp_narrow_lanes of_points = XP_NARROW_LOAD(x + v * XP_NARROW_LANES);
            XP_UNROLL
            for (r = 0; r < VQ_NARROW_ROWS; r++) {
                const xp_narrow_lanes t = of_points - (xp_narrow_lanes)(block->rows[r * VQ_NARROW_MOST + j]);
                sums[r][v] = XP_NARROW_MULTIPLY_ADD(t, t, sums[r][v]);
            }
        }
}

XP_FN void vq_narrow_take(vq_narrow_minima *minima, xp_narrow_lanes square, int c)
{
    const xp_narrow_lanes best = minima->best, second = square < minima->second ? square : minima->second;
    minima->second = square < best ? best : second;
    minima->nearest = square < best ? (xp_narrow_numbers)(c) : minima->nearest;
    minima->best = square < best ? square : best;
}

XP_FN void vq_narrow_scan(vq_narrow_minima minima[VQ_NARROW_VECTORS], vq_narrow_block *block,
                          XP_GLOBAL const REAL *code_book, xp_index k, xp_index d)
{
    xp_index c, j;
    int r, v;
    for (v = 0; v < VQ_NARROW_VECTORS; v++) {
        minima[v].best = minima[v].second = (xp_narrow_lanes)(INFINITY);
        minima[v].norm = (xp_narrow_lanes)(0.0f);
        minima[v].nearest = (xp_narrow_numbers)(0);
        for (j = 0; j < d; j++) {
            const xp_narrow_lanes x = XP_NARROW_LOAD(block->points + j * VQ_NARROW_POINTS + v * XP_NARROW_LANES);
            minima[v].norm = XP_NARROW_MULTIPLY_ADD(x, x, minima[v].norm);
        }
    }
    for (c = 0; c < k; c += VQ_NARROW_ROWS) {
        xp_narrow_lanes sums[VQ_NARROW_ROWS][VQ_NARROW_VECTORS];
        for (r = 0; r < VQ_NARROW_ROWS; r++) {
            XP_GLOBAL const REAL *row = code_book + (c + r < k ? c + r : k - 1) * d;
            XP_PARALLEL
            for (j = 0; j < d; j++)
                block->rows[r * VQ_NARROW_MOST + j] = (float)(row[j] - code_book[j]);
        }
        XP_UNROLL
        for (r = 0; r < VQ_NARROW_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_NARROW_VECTORS; v++)
                sums[r][v] = (xp_narrow_lanes)(0.0f);
        vq_narrow_squares(sums, block, d);
        XP_UNROLL
        for (r = 0; r < VQ_NARROW_ROWS; r++)
            XP_UNROLL
            for (v = 0; v < VQ_NARROW_VECTORS; v++)
                if (c + r < k)
                    vq_narrow_take(&minima[v], sums[r][v], (int)(c + r));
    }
}

/* Labels of a block, and which of them are proved. Returns how many are not. */
XP_FN int vq_narrow_labels(vq_narrow_block *block, XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1, xp_index d,
                           int count, XP_GLOBAL const REAL *code_book, xp_index k, float reach)
{
    const float share = 4.5e-8f * (float)(d + 8); /* more than (d + 2) u / 2 */
    vq_narrow_minima minima[VQ_NARROW_VECTORS];
    int v, p, open = 0;
    vq_narrow_turn(block, x, step_0, step_1, code_book, d, count);
    vq_narrow_scan(minima, block, code_book, k, d);
    for (v = 0; v < VQ_NARROW_VECTORS; v++) {
        const vq_narrow_minima *m = &minima[v];
        const xp_narrow_lanes best = sqrt(m->best), second = sqrt(m->second);
        const xp_narrow_lanes moved = (sqrt(m->norm) + (xp_narrow_lanes)(reach)) * (xp_narrow_lanes)(6.5e-8f);
        const xp_narrow_lanes room = (best + second) * (xp_narrow_lanes)(share) + moved + moved;
        const xp_narrow_numbers is_proved = (second - best > room) & (m->best > (xp_narrow_lanes)(1e-30f)) &
                                            (m->best < (xp_narrow_lanes)(1e30f));
        XP_NARROW_STORE_INTS(m->nearest, block->labels + v * XP_NARROW_LANES);
        XP_NARROW_STORE_INTS(is_proved, block->sure + v * XP_NARROW_LANES);
    }
    for (p = 0; p < count; p++)
        open += block->sure[p] == 0;
    return open;
}

/* The label by float64, as the pass finds it. */
XP_FN int vq_narrow_settle(xp_index d, XP_GLOBAL const REAL *x, xp_index step, XP_GLOBAL const REAL *code_book,
                           xp_index k)
{
    REAL best = REAL_INFINITY, squares[4];
    int nearest = 0, i;
    xp_index c;
    for (c = 0; c < k; c += 4) {
        vq_squares_from(squares, d, x, step, code_book, c, k);
        for (i = 0; i < 4 && c + i < k; i++)
            if (squares[i] < best) {
                best = squares[i];
                nearest = (int)(c + i);
            }
    }
    return nearest;
}

/* Distances of a block's points from their centroids. */
XP_FN void vq_narrow_lengths(const vq_narrow_block *block, XP_GLOBAL const REAL *x, xp_index step_0, xp_index step_1,
                             xp_index d, int count, XP_GLOBAL const REAL *code_book, XP_GLOBAL REAL *distance)
{
    REAL squares[4];
    int p, i;
    for (p = 0; p < count; p += 4) {
        XP_GLOBAL const REAL *points[4], *rows[4];
        for (i = 0; i < 4; i++) {
            const int at = p + i < count ? p + i : count - 1;
            points[i] = x + at * step_0;
            rows[i] = code_book + (xp_index)block->labels[at] * d;
        }
        vq_four_squares(squares, d, points, step_1, rows);
        for (i = 0; i < 4 && p + i < count; i++)
            distance[p + i] = sqrt(squares[i]);
    }
}
#endif
