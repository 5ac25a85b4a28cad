/* Elements of lines in order by their rank. sort_keys.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */
#if defined(FLOAT)
#define QUIET_NAN ((U)(INFINITE | (BITS == 32 ? TOP >> 9 : TOP >> 12)))

/* Which of equal elements it was does not show: zeros come without a sign, and there is one NaN. */
XP_FN U plain(U u)
{
    U size = u & (U)~TOP;
    return size == 0 ? (U)0 : size > INFINITE ? QUIET_NAN : u;
}
#else
XP_FN U plain(U u)
{
    return u;
}
#endif

/* x: dense lines of n elements; out: dense lines of `count`. NaN comes last, so the last element tells of it. An item
 * does `stretch` of `elements`, a group's width apart or one after the other. */
XP_ENTRY select_ranks(XP_GLOBAL const U *x, U flip, XP_GLOBAL const xp_int64 *ranks, xp_index count, xp_index n,
                      int nan_spreads, xp_index elements, xp_index stretch, XP_GLOBAL U *out, xp_index out_start)
{
    sort_rule rule = rule_of(flip, x, 0);
    xp_index first = XP_GROUP * XP_ITEMS * stretch + XP_ITEM;
    for (xp_index k = 0; k < stretch; k++) {
        xp_index i = first + k * XP_ITEMS, line = i / count;
        if (i >= elements)
            break;
        int is_spread = nan_spreads && is_nan(key_of(load(x, line * n + n - 1), rule));
        out[out_start + i] = plain(load(x, line * n + (is_spread ? n - 1 : ranks[i - line * count])));
    }
}
