/* One round of k-means++: squared distances to the rows chosen so far, and a row drawn in proportion to them.
 *
 * Points are read once for each row that is chosen, so they are laid out for that first: in blocks, feature by feature,
 * so that neighbours in the index space are neighbours in memory, and all is read from the first byte to the last. A
 * chunk of points has a total of its own; the draw looks for a chunk and then for a point of it. All sums have a fixed
 * order, which makes the same choice everywhere.
 * Source: D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding (SODA 2007).
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

/* closest[i] becomes the square of the distance to chosen[round], if that is less or it is the first one. */
XP_PASS void vq_closest_update(xp_index i, XP_GLOBAL const REAL *obs, xp_index obs_extent_1, xp_index obs_step_0,
                               xp_index obs_step_1, XP_GLOBAL REAL *packed, XP_GLOBAL xp_index *chosen, xp_index round,
                               XP_GLOBAL REAL *closest)
{
    XP_GLOBAL REAL *x = packed + i / VQ_BLOCK * obs_extent_1 * VQ_BLOCK + i % VQ_BLOCK;
    XP_GLOBAL const REAL *c = obs + chosen[round] * obs_step_0;
    REAL sum = XP_REAL(0.0);
    xp_index j;
    for (j = 0; j < obs_extent_1; j++) {
        REAL t = x[j * VQ_BLOCK] - c[j * obs_step_1];
        sum = XP_MULTIPLY_ADD(t, t, sum);
    }
    if (round == 0 || sum < closest[i])
        closest[i] = sum;
}

XP_PASS void vq_closest_total(xp_index chunk, xp_index obs_extent_0, XP_GLOBAL REAL *closest, XP_GLOBAL double *totals)
{
    xp_index first = chunk * VQ_CHUNK, last = first + VQ_CHUNK;
    totals[chunk] = xp_wide_sum(closest, first, last < obs_extent_0 ? last : obs_extent_0);
}

/* A number in [0, 1) from row `at` of drawn. float32 numbers have 24 bits: too few to tell many points apart, so there
 * may be a second one for the next 24. */
XP_FN double vq_closest_drawn(XP_GLOBAL const REAL *drawn, xp_index at, xp_index drawn_extent_1)
{
    double value = (double)drawn[at * drawn_extent_1];
    return drawn_extent_1 > 1 ? value + (double)drawn[at * drawn_extent_1 + 1] / 16777216.0 : value;
}

/* chosen[round + 1]: the first point up to which the squares add up to more than what was drawn for it, in [0, 1), of
 * their sum; row 0 if all of them are 0. Before the first round all rows count the same. */
XP_PASS void vq_closest_draw(xp_index nothing, xp_index obs_extent_0, XP_GLOBAL const REAL *drawn,
                             xp_index drawn_extent_1, XP_GLOBAL xp_index *chosen, xp_index round,
                             XP_GLOBAL REAL *closest, XP_GLOBAL double *totals, xp_index totals_extent_0)
{
    double all = 0.0, before = 0.0, wanted;
    xp_index chunk = nothing, i, last, found = 0;
    if (round < 0) {
        found = (xp_index)(vq_closest_drawn(drawn, 0, drawn_extent_1) * (double)obs_extent_0);
        chosen[0] = found < obs_extent_0 ? found : obs_extent_0 - 1;
        return;
    }
    for (; chunk < totals_extent_0; chunk++)
        all += totals[chunk];
    wanted = vq_closest_drawn(drawn, round + 1, drawn_extent_1) * all;
    for (chunk = 0; chunk + 1 < totals_extent_0 && !(before + totals[chunk] > wanted); chunk++)
        before += totals[chunk];
    last = (chunk + 1) * VQ_CHUNK < obs_extent_0 ? (chunk + 1) * VQ_CHUNK : obs_extent_0;
    for (i = chunk * VQ_CHUNK; i < last && !(before > wanted); i++) {
        before += (double)closest[i];
        found = closest[i] > XP_REAL(0.0) ? i : found; /* should rounding leave nothing above what is wanted */
    }
    chosen[round + 1] = found;
}
