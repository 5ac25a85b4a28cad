/* Sums of slots by groups of items, and whether runs of points have infinities or NaNs.
 *
 * Each sum has its points in their order: an item owns some labels and a feature, walks past all points of the slot and
 * adds up those that are its own. So the bits are those of the passes, whatever the size of the group.
 * SPDX-License-Identifier: BSD-3-Clause */

/* ---- sums -------------------------------------------------------------------------------------------------------- */

#define VQ_COLUMNS 16                     /* indices at a time */
#define VQ_OWNERS (XP_ITEMS / VQ_COLUMNS) /* items that share the labels of an index */

typedef struct vq_counts {
    double lanes[XP_SUM_LANES];
    xp_index changed[XP_ITEMS];
} vq_counts;

/* The sums of the labels that an item owns, of one feature in one slot; with feature 0 it counts them, too. */
XP_FN void vq_own_sums(int owner, xp_index first, xp_index last, XP_GLOBAL const REAL *x, xp_index step,
                       XP_GLOBAL const int *label, XP_GLOBAL double *sum, xp_index k, xp_index d, xp_index ways,
                       XP_GLOBAL xp_index *count)
{
    xp_index i, c, way;
    for (c = owner; c < k; c += VQ_OWNERS) {
        for (way = 0; sum && way < ways; way++)
            sum[(way * k + c) * d] = 0.0;
        if (count)
            count[c] = 0;
    }
    for (i = first, way = 0; i < last; i++) {
        const int l = label[i];
        if (l % VQ_OWNERS == owner) {
            if (sum)
                sum[(way * k + l) * d] += (double)x[i * step];
            if (count)
                count[l] += 1;
        }
        way = way + 1 < ways ? way + 1 : 0;
    }
}

/* What a slot has beside sums and counts: vq_slot_counts by all items. */
XP_FN void vq_slot_totals(XP_SHARED vq_counts *shared, xp_index slot, xp_index first, xp_index last,
                          XP_GLOBAL int *label, XP_GLOBAL const int *previous, XP_GLOBAL REAL *distance,
                          XP_GLOBAL double *totals, XP_GLOBAL xp_index *changed)
{
    xp_index i, moved = 0;
    int lane, width;
    for (i = first + XP_ITEM; i < last; i += XP_ITEMS)
        moved += vq_changed(label, previous, i, i + 1);
    shared->changed[XP_ITEM] = moved;
    for (lane = XP_ITEM; lane < XP_SUM_LANES; lane += XP_ITEMS) { /* as xp_wide_sum has it */
        double sum = 0.0;
        for (i = first + lane; distance && i < last; i += XP_SUM_LANES)
            sum += (double)distance[i];
        shared->lanes[lane] = sum;
    }
    XP_BARRIER;
    if (XP_ITEM == 0) {
        for (i = 1; i < XP_ITEMS; i++)
            moved += shared->changed[i];
        for (width = XP_SUM_LANES / 2; width > 0; width /= 2)
            for (lane = 0; lane < width; lane++)
                shared->lanes[lane] += shared->lanes[lane + width];
        changed[slot] = moved;
        totals[slot] = shared->lanes[0];
    }
    XP_BARRIER;
}

XP_GROUP_PASS(16) void vq_nearest_sum_group(xp_index begin, xp_index end, XP_SHARED vq_counts *shared,
                                            XP_GLOBAL const REAL *obs, xp_index obs_extent_0, xp_index obs_extent_1,
                                            xp_index obs_step_0, xp_index obs_step_1, XP_GLOBAL int *label,
                                            XP_GLOBAL const int *previous, XP_GLOBAL REAL *distance,
                                            XP_GLOBAL double *sums, xp_index sums_extent_1, xp_index ways,
                                            XP_GLOBAL xp_index *counts, xp_index counts_extent_0,
                                            XP_GLOBAL double *totals, XP_GLOBAL xp_index *changed)
{
    const xp_index d = obs_extent_1, k = sums_extent_1, per_slot = d > 0 ? d : 1, slots = counts_extent_0;
    xp_index index, slot;
    for (index = begin + XP_ITEM % VQ_COLUMNS; index < end; index += VQ_COLUMNS) {
        const xp_index of = index / per_slot, j = index - of * per_slot;
        vq_own_sums(XP_ITEM / VQ_COLUMNS, vq_slot_start(of, slots, obs_extent_0),
                    vq_slot_start(of + 1, slots, obs_extent_0), obs + j * obs_step_1, obs_step_0, label,
                    d > 0 ? sums + of * ways * k * d + j : 0, k, d, ways, j == 0 ? counts + of * k : 0);
    }
    for (slot = (begin + per_slot - 1) / per_slot; slot * per_slot < end; slot++)
        vq_slot_totals(shared, slot, vq_slot_start(slot, slots, obs_extent_0),
                       vq_slot_start(slot + 1, slots, obs_extent_0), label, previous, distance, totals, changed);
}

/* ---- infinities and NaNs ----------------------------------------------------------------------------------------- */

typedef struct vq_found {
    int points, centroids;
} vq_found;

/* An item's share of a run. */
XP_FN int vq_share_is_strange(XP_GLOBAL const REAL *values, xp_index count, xp_index run, xp_index runs)
{
    xp_index i = vq_slot_start(run, runs, count) + XP_ITEM;
    const xp_index last = vq_slot_start(run + 1, runs, count);
    int found = 0;
    for (; i < last; i += XP_ITEMS)
        found |= values[i] - values[i] != (REAL)0;
    return found;
}

XP_GROUP_PASS(1) void vq_nearest_strange_group(xp_index begin, xp_index end, XP_SHARED vq_found *found,
                                               xp_index obs_extent_0, xp_index obs_extent_1,
                                               XP_GLOBAL const REAL *code_book, xp_index code_book_extent_0,
                                               XP_GLOBAL REAL *distance, XP_GLOBAL int *strange,
                                               xp_index strange_extent_0)
{
    const xp_index runs = strange_extent_0, values = code_book_extent_0 * obs_extent_1;
    for (; begin < end; begin++) {
        if (XP_ITEM == 0)
            found->points = found->centroids = 0;
        XP_BARRIER;
        if (vq_share_is_strange(distance, obs_extent_0, begin, runs))
            found->points = VQ_STRANGE_POINTS; /* whoever else writes it writes the same */
        if (vq_share_is_strange(code_book, values, begin, runs))
            found->centroids = VQ_STRANGE_CENTROIDS;
        XP_BARRIER;
        if (XP_ITEM == 0)
            strange[begin] = found->points | found->centroids;
        XP_BARRIER;
    }
}
