/* A batch of rows for k-means++: squared distances to the rows chosen so far, and rows drawn in proportion to them.
 *
 * Each row that is chosen changes the distances, and to go over all points for each of them would take most of the
 * time. So a batch of rows is chosen between two passes over the points. A point is drawn by its distance at the last
 * pass, which is not too small, and taken with the probability that is left of its square since: rejection sampling,
 * which has the distribution of drawing by the distances as they are. A batch ends early where too many draws are not
 * taken.
 *
 * Points are laid out for the passes first: in blocks, feature by feature, so that neighbours in the index space are
 * neighbours in memory, and all is read from the first byte to the last. A chunk of points has a total of its own; a
 * draw looks for a chunk and then for a point of it. All sums have a fixed order, which makes the same choice
 * everywhere.
 * Source: D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding (SODA 2007); J. von Neumann,
 * Various techniques used in connection with random digits (1951).
 * SPDX-License-Identifier: BSD-3-Clause */
#define VQ_CHUNK 1024
#define VQ_BLOCK 64

/* packed (blocks, d, VQ_BLOCK): feature j of point i is at [i / VQ_BLOCK, j, i % VQ_BLOCK]. */
XP_PASS void vq_closest_pack(xp_index i, XP_GLOBAL const REAL *obs, xp_index obs_extent_1, xp_index obs_step_0,
                             xp_index obs_step_1, XP_GLOBAL REAL *packed)
{
    XP_GLOBAL REAL *to = packed + i / VQ_BLOCK * obs_extent_1 * VQ_BLOCK + i % VQ_BLOCK;
    xp_index j;
    for (j = 0; j < obs_extent_1; j++)
        to[j * VQ_BLOCK] = obs[i * obs_step_0 + j * obs_step_1];
}

/* The squared distance of two points, whose features are so many elements apart. */
XP_FN REAL vq_closest_square(XP_GLOBAL const REAL *x, xp_index x_step, XP_GLOBAL const REAL *c, xp_index c_step,
                             xp_index d)
{
    REAL sum = XP_REAL(0.0);
    xp_index j;
    for (j = 0; j < d; j++) {
        REAL t = x[j * x_step] - c[j * c_step];
        sum = XP_MULTIPLY_ADD(t, t, sum);
    }
    return sum;
}

/* closest[i] becomes the square of the distance to one of chosen[since] .. chosen[done - 1], if one is less. Before the
 * first row it holds nothing. */
XP_PASS void vq_closest_update(xp_index i, XP_GLOBAL const REAL *obs, xp_index obs_extent_1, xp_index obs_step_0,
                               xp_index obs_step_1, XP_GLOBAL REAL *packed, XP_GLOBAL xp_index *chosen, xp_index since,
                               xp_index done, XP_GLOBAL REAL *closest)
{
    XP_GLOBAL REAL *x = packed + i / VQ_BLOCK * obs_extent_1 * VQ_BLOCK + i % VQ_BLOCK;
    REAL least = since == 0 ? XP_REAL(0.0) : closest[i];
    xp_index row;
    for (row = since; row < done; row++) {
        REAL square = vq_closest_square(x, VQ_BLOCK, obs + chosen[row] * obs_step_0, obs_step_1, obs_extent_1);
        if (row == 0 || square < least)
            least = square;
    }
    closest[i] = least;
}

XP_PASS void vq_closest_total(xp_index chunk, xp_index obs_extent_0, XP_GLOBAL REAL *closest, XP_GLOBAL double *totals)
{
    xp_index first = chunk * VQ_CHUNK, last = first + VQ_CHUNK;
    totals[chunk] = xp_wide_sum(closest, first, last < obs_extent_0 ? last : obs_extent_0);
}

/* The first point up to which the squares add up to more than what is wanted of their sum; row 0 if all are 0. */
XP_FN xp_index vq_closest_find(double wanted, xp_index obs_extent_0, XP_GLOBAL REAL *closest, XP_GLOBAL double *totals,
                               xp_index totals_extent_0)
{
    double before = 0.0;
    xp_index chunk, i, last, found = 0;
    for (chunk = 0; chunk + 1 < totals_extent_0 && !(before + totals[chunk] > wanted); chunk++)
        before += totals[chunk];
    last = (chunk + 1) * VQ_CHUNK < obs_extent_0 ? (chunk + 1) * VQ_CHUNK : obs_extent_0;
    for (i = chunk * VQ_CHUNK; i < last && !(before > wanted); i++) {
        before += (double)closest[i];
        found = closest[i] > XP_REAL(0.0) ? i : found; /* should rounding leave nothing above what is wanted */
    }
    return found;
}

/* The square of a point's distance to the nearest of chosen[first] .. chosen[last - 1], if it is below `least`. */
XP_FN REAL vq_closest_left(REAL least, XP_GLOBAL const REAL *x, XP_GLOBAL const REAL *obs, xp_index obs_extent_1,
                           xp_index obs_step_0, xp_index obs_step_1, XP_GLOBAL xp_index *chosen, xp_index first,
                           xp_index last)
{
    for (; first < last; first++) {
        REAL square = vq_closest_square(x, obs_step_1, obs + chosen[first] * obs_step_0, obs_step_1, obs_extent_1);
        least = square < least ? square : least;
    }
    return least;
}

/* A number in [0, 1). float32 numbers have 24 bits: too few to tell many points apart, so there is a second one for the
 * next 24. A try's last number is for whether it is taken. */
XP_FN double vq_closest_drawn(XP_GLOBAL const REAL *of, xp_index numbers)
{
    return numbers > 2 ? (double)of[0] + (double)of[1] / 16777216.0 : (double)of[0];
}

/* chosen[done], chosen[done + 1], ... up to chosen[most - 1], as far as one try of each is taken, and `reached`: where
 * that ended, at least done + 1. drawn (k, tries, numbers) has what each try of a row is drawn by. The first try is for
 * a row without others since the last pass, which is always taken. Before the first row all rows count the same. */
XP_PASS void vq_closest_draw(xp_index nothing, XP_GLOBAL const REAL *obs, xp_index obs_extent_0, xp_index obs_extent_1,
                             xp_index obs_step_0, xp_index obs_step_1, XP_GLOBAL const REAL *drawn,
                             xp_index drawn_extent_1, xp_index drawn_extent_2, XP_GLOBAL xp_index *chosen,
                             xp_index done, xp_index most, XP_GLOBAL REAL *closest, XP_GLOBAL double *totals,
                             xp_index totals_extent_0, XP_GLOBAL xp_index *reached)
{
    double all = 0.0;
    xp_index row = done, turn = 0, at = nothing, chunk;
    if (done == 0) {
        at = (xp_index)(vq_closest_drawn(drawn, drawn_extent_2) * (double)obs_extent_0);
        chosen[0] = at < obs_extent_0 ? at : obs_extent_0 - 1;
        reached[0] = 1;
        return;
    }
    for (chunk = 0; chunk < totals_extent_0; chunk++)
        all += totals[chunk];
    while (row < most && turn < drawn_extent_1) {
        XP_GLOBAL const REAL *of = drawn + (row * drawn_extent_1 + turn) * drawn_extent_2;
        REAL left;
        at = vq_closest_find(vq_closest_drawn(of, drawn_extent_2) * all, obs_extent_0, closest, totals,
                             totals_extent_0);
        left = vq_closest_left(closest[at], obs + at * obs_step_0, obs, obs_extent_1, obs_step_0, obs_step_1, chosen,
                               done, row);
        if (row == done || all == 0.0 || of[drawn_extent_2 - 1] * closest[at] < left) {
            chosen[row] = at;
            row++;
            turn = 1;
        } else {
            turn++;
        }
    }
    reached[0] = row;
}
