/* The nearest centroid of each point, and the sums of the points that each centroid is nearest to.
 *
 * Distances are taken from differences, so nothing cancels: |x|^2 - 2 x.c + |c|^2 has no correct digit left where
 * points lie far from the origin. Squares are added in the order of the features, products and sums fused where the
 * processor does that. The first of equal centroids wins, a NaN never does; where nothing wins the label is 0.
 *
 * A float32 label is the one that float64 gives: where the second best square is within rounding of the best, or
 * squares may have left float32's range, the point's squares are taken again in float64.
 * SPDX-License-Identifier: BSD-3-Clause */
#define VQ_WAYS 4 /* sums of a slot where features and centroids are few */

/* Where the run of points of a slot begins. */
XP_FN xp_index vq_slot_start(xp_index slot, xp_index slots, xp_index n)
{
    return n / slots * slot + n % slots * slot / slots;
}

/* How many labels are not the previous ones; all of them where there are none. */
XP_FN xp_index vq_changed(XP_GLOBAL const int *label, XP_GLOBAL const int *previous, xp_index first, xp_index last)
{
    xp_index changed = 0, i;
    if (!previous)
        return last - first;
    for (i = first; i < last; i++)
        changed += label[i] != previous[i];
    return changed;
}

/* The squared distance of a point and a centroid, in a type. */
#define VQ_SQUARE(TYPE, name, MULTIPLY_ADD)                                                                            \
    XP_FN TYPE name(xp_index d, XP_GLOBAL const REAL *x, xp_index step, XP_GLOBAL const REAL *c)                       \
    {                                                                                                                  \
        TYPE sum = (TYPE)0;                                                                                            \
        xp_index j;                                                                                                    \
        for (j = 0; j < d; j++) {                                                                                      \
            TYPE t = (TYPE)x[j * step] - (TYPE)c[j];                                                                   \
            sum = MULTIPLY_ADD(t, t, sum);                                                                             \
        }                                                                                                              \
        return sum;                                                                                                    \
    }
VQ_SQUARE(REAL, vq_square, XP_MULTIPLY_ADD)

#if XP_REAL_BITS == 32
VQ_SQUARE(double, vq_wide_square, XP_MULTIPLY_ADD_DOUBLE)

#define VQ_LEAST 1e-30f
#define VQ_GREATEST 1e30f

/* What the best square must stay below, as a share of the second one: each is off by d + 2 half units in the last place
 * at most, and the product with this by one. */
XP_FN float vq_share(xp_index d) { return (float)(1.0 - (2.125 * (double)(d + 2) + 1.0) * 5.9604644775390625e-8); }

XP_FN int vq_is_open(xp_index d, float best, float second)
{
    return !(best < second * vq_share(d)) || !(best > VQ_LEAST) || !(best < VQ_GREATEST);
}

XP_FN int vq_settle(xp_index d, XP_GLOBAL const REAL *x, xp_index step, XP_GLOBAL const REAL *code_book, xp_index k)
{
    double best = (double)INFINITY;
    int nearest = 0;
    xp_index c;
    for (c = 0; c < k; c++) {
        double square = vq_wide_square(d, x, step, code_book + c * d);
        if (square < best) {
            best = square;
            nearest = (int)c;
        }
    }
    return nearest;
}
#endif

/* The root of the square of a point and a centroid; by float64 where the square leaves float32's range. */
XP_FN REAL vq_root(REAL square, xp_index d, XP_GLOBAL const REAL *x, xp_index step, XP_GLOBAL const REAL *c)
{
#if XP_REAL_BITS == 32
    if (!(square > VQ_LEAST && square < VQ_GREATEST))
        return (float)sqrt(vq_wide_square(d, x, step, c));
#else
    (void)d, (void)x, (void)step, (void)c;
#endif
    return XP_MATH(sqrt)(square);
}

/* The distance of a point from a centroid. */
XP_FN REAL vq_length(xp_index d, XP_GLOBAL const REAL *x, xp_index step, XP_GLOBAL const REAL *c)
{
    return vq_root(vq_square(d, x, step, c), d, x, step, c);
}

XP_PASS void vq_nearest_label(xp_index i, XP_GLOBAL const REAL *obs, xp_index obs_extent_1, xp_index obs_step_0,
                              xp_index obs_step_1, XP_GLOBAL const REAL *code_book, xp_index code_book_extent_0,
                              XP_GLOBAL int *label, XP_GLOBAL REAL *distance)
{
    XP_GLOBAL const REAL *x = obs + i * obs_step_0;
    xp_index d = obs_extent_1, k = code_book_extent_0, c;
    REAL best = REAL_INFINITY, second = REAL_INFINITY;
    int nearest = 0;
    for (c = 0; c < k; c++) {
        REAL square = vq_square(d, x, obs_step_1, code_book + c * d);
        if (square < best) {
            second = best;
            best = square;
            nearest = (int)c;
        } else if (square < second) {
            second = square;
        }
    }
#if XP_REAL_BITS == 32
    if (vq_is_open(d, best, second))
        nearest = vq_settle(d, x, obs_step_1, code_book, k);
#endif
    label[i] = nearest;
    if (distance)
        distance[i] = vq_length(d, x, obs_step_1, code_book + (xp_index)nearest * d);
}

/* What a slot has beside its sums: how many points each centroid has, how many labels are not the previous ones (if
 * they are given), and the sum of distances. */
XP_FN void vq_slot_counts(xp_index slot, xp_index first, xp_index last, xp_index k, XP_GLOBAL int *label,
                          XP_GLOBAL const int *previous, XP_GLOBAL REAL *distance, XP_GLOBAL xp_index *counts,
                          XP_GLOBAL double *totals, XP_GLOBAL xp_index *changed)
{
    xp_index i, c;
    counts += slot * k;
    for (c = 0; c < k; c++)
        counts[c] = 0;
    for (i = first; i < last; i++)
        counts[label[i]] += 1;
    changed[slot] = vq_changed(label, previous, first, last);
    totals[slot] = distance ? xp_wide_sum(distance, first, last) : 0.0;
}

/* One feature of the points of one slot: index is slot * d + feature. Points go to slots in runs, and within a slot by
 * turns to `ways` sums, each of which adds them in their order: sums is (slots * ways, k, d). */
XP_PASS void vq_nearest_sum(xp_index index, XP_GLOBAL const REAL *obs, xp_index obs_extent_0, xp_index obs_extent_1,
                            xp_index obs_step_0, xp_index obs_step_1, XP_GLOBAL int *label,
                            XP_GLOBAL const int *previous, XP_GLOBAL REAL *distance, XP_GLOBAL double *sums,
                            xp_index sums_extent_1, xp_index ways, XP_GLOBAL xp_index *counts,
                            xp_index counts_extent_0, XP_GLOBAL double *totals, XP_GLOBAL xp_index *changed)
{
    xp_index d = obs_extent_1, k = sums_extent_1, per_slot = d > 0 ? d : 1, i, c;
    xp_index slot = index / per_slot, j = index % per_slot;
    xp_index first = vq_slot_start(slot, counts_extent_0, obs_extent_0);
    xp_index last = vq_slot_start(slot + 1, counts_extent_0, obs_extent_0);
    XP_GLOBAL double *sum = sums + slot * ways * k * d + j;
    for (c = 0; d > 0 && c < ways * k; c++)
        sum[c * d] = 0.0;
    for (i = first; d > 0 && i < last; i++)
        sum[((i - first) % ways * k + label[i]) * d] += (double)obs[i * obs_step_0 + j * obs_step_1];
    if (j == 0)
        vq_slot_counts(slot, first, last, k, label, previous, distance, counts, totals, changed);
}

#define VQ_STRANGE_POINTS 1
#define VQ_STRANGE_CENTROIDS 2

/* Whether values are infinities or NaNs in one of `runs` runs of them. */
XP_FN int vq_run_is_strange(XP_GLOBAL const REAL *values, xp_index count, xp_index run, xp_index runs)
{
    xp_index i = vq_slot_start(run, runs, count), last = vq_slot_start(run + 1, runs, count);
    int found = 0;
    for (; i < last; i++)
        found |= values[i] - values[i] != (REAL)0;
    return found;
}

/* Which of a run of distances and a run of the centroids' features has infinities or NaNs. */
XP_PASS void vq_nearest_strange(xp_index run, xp_index obs_extent_0, xp_index obs_extent_1,
                                XP_GLOBAL const REAL *code_book, xp_index code_book_extent_0, XP_GLOBAL REAL *distance,
                                XP_GLOBAL int *strange, xp_index strange_extent_0)
{
    xp_index runs = strange_extent_0, values = code_book_extent_0 * obs_extent_1;
    strange[run] = (vq_run_is_strange(distance, obs_extent_0, run, runs) ? VQ_STRANGE_POINTS : 0) |
                   (vq_run_is_strange(code_book, values, run, runs) ? VQ_STRANGE_CENTROIDS : 0);
}
