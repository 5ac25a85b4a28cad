/* From the sums of each slot to new centroids.
 * SPDX-License-Identifier: BSD-3-Clause */

/* One feature of one centroid: index is c * d + j. A centroid that no point is nearest to stays what it was. */
XP_PASS void vq_means_update(xp_index index, XP_GLOBAL const double *sums, xp_index sums_extent_0,
                             xp_index sums_extent_1, xp_index sums_extent_2, XP_GLOBAL const xp_index *counts,
                             xp_index counts_extent_0, XP_GLOBAL const REAL *code_book, XP_GLOBAL REAL *means)
{
    xp_index k = sums_extent_1, d = sums_extent_2, row, members = 0;
    double sum = 0.0;
    for (row = 0; row < sums_extent_0; row++)
        sum += sums[row * k * d + index];
    for (row = 0; row < counts_extent_0; row++)
        members += counts[row * k + index / d];
    means[index] = members > 0 ? (REAL)(sum / (double)members) : code_book[index];
}

/* How many of the centroids first, first + step, ... have no points. */
XP_FN xp_index vq_empty(xp_index first, xp_index step, xp_index k, XP_GLOBAL const xp_index *counts, xp_index slots)
{
    xp_index c, slot, empty = 0;
    for (c = first; c < k; c += step) {
        xp_index members = 0;
        for (slot = 0; slot < slots; slot++)
            members += counts[slot * k + c];
        empty += members == 0;
    }
    return empty;
}

XP_FN void vq_put_summary(XP_GLOBAL double *summary, xp_index empty, XP_GLOBAL const double *totals,
                          XP_GLOBAL const xp_index *changed, xp_index slots, xp_index n)
{
    xp_index slot, moved = 0;
    double total = 0.0;
    for (slot = 0; slot < slots; slot++) {
        total += totals[slot];
        moved += changed[slot];
    }
    summary[0] = (double)empty;
    summary[1] = total / (double)n;
    summary[2] = (double)moved;
}

/* How many centroids have no points, the mean distance, and how many labels have changed: read all at once. */
XP_PASS void vq_means_summary(xp_index index, xp_index sums_extent_1, XP_GLOBAL const xp_index *counts,
                              xp_index counts_extent_0, XP_GLOBAL const double *totals,
                              XP_GLOBAL const xp_index *changed, xp_index n, XP_GLOBAL double *summary)
{
    vq_put_summary(summary, vq_empty(index, 1, sums_extent_1, counts, counts_extent_0), totals, changed,
                   counts_extent_0, n);
}
