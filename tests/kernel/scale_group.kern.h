/* scale_sum by groups: an item adds up some rows of a column, and one of them adds up what they have.
 * SPDX-License-Identifier: BSD-3-Clause */

typedef struct scale_parts {
    double of_items[XP_ITEMS];
} scale_parts;

XP_GROUP_PASS(2) void scale_sum_group(xp_index begin, xp_index end, XP_SHARED scale_parts *parts, xp_index x_extent_0,
                                      xp_index x_extent_1, XP_GLOBAL REAL *out, xp_index base, XP_GLOBAL double *sums)
{
    for (; begin < end; begin++) {
        xp_index i;
        double sum = 0.0;
        for (i = XP_ITEM; i < x_extent_0; i += XP_ITEMS)
            sum += (double)out[i * x_extent_1 + begin];
        parts->of_items[XP_ITEM] = sum;
        XP_BARRIER;
        if (XP_ITEM == 0) {
            for (i = 1; i < XP_ITEMS; i++)
                sum += parts->of_items[i];
            sums[begin] = (double)base + sum;
        }
        XP_BARRIER;
    }
}
