/* The summary of a round by all items of a group: centroids are many, and each one's counts are read.
 * SPDX-License-Identifier: BSD-3-Clause */

typedef struct vq_empties {
    xp_index of_items[XP_ITEMS];
} vq_empties;

XP_GROUP_PASS(1) void vq_means_summary_group(xp_index begin, xp_index end, XP_SHARED vq_empties *empties,
                                             xp_index sums_extent_1, XP_GLOBAL const xp_index *counts,
                                             xp_index counts_extent_0, XP_GLOBAL const double *totals,
                                             XP_GLOBAL const xp_index *changed, xp_index n, XP_GLOBAL double *summary)
{
    xp_index empty = vq_empty(begin + XP_ITEM, XP_ITEMS, sums_extent_1, counts, counts_extent_0);
    int item;
    (void)end; /* there is one index */
    empties->of_items[XP_ITEM] = empty;
    XP_BARRIER;
    if (XP_ITEM == 0) {
        for (item = 1; item < XP_ITEMS; item++)
            empty += empties->of_items[item];
        vq_put_summary(summary, empty, totals, changed, counts_extent_0, n);
    }
}
