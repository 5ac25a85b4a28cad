/* Elements of a view, one after the other.
 *
 * Four axes at most; U is an unsigned integer of an element's size, or of the half of a complex one, whose halves are
 * an axis of their own.
 * SPDX-License-Identifier: BSD-3-Clause */
XP_ENTRY collect(XP_GLOBAL const U *x, xp_index start, XP_GLOBAL U *out, xp_index out_start, xp_index n0, xp_index n1,
                 xp_index n2, xp_index n3, xp_index s0, xp_index s1, xp_index s2, xp_index s3)
{
#if XP_ITEMS == 1
    /* a line of the last axis, or a stretch of it, for a group */
    xp_index line = XP_GROUP;
    xp_index i1 = line / n2, i2 = line - i1 * n2, i0 = i1 / n1;
    i1 -= i0 * n1;
    XP_GLOBAL const U *from = x + start + i0 * s0 + i1 * s1 + i2 * s2;
    XP_GLOBAL U *to = out + out_start + line * n3;
    if (s3 == 1)
        XP_PARALLEL
        for (xp_index i = 0; i < n3; i++)
            to[i] = from[i];
    else
        for (xp_index i = 0; i < n3; i++)
            to[i] = from[i * s3];
#else
    xp_index element = XP_GROUP * XP_ITEMS + XP_ITEM;
    if (element >= n0 * n1 * n2 * n3)
        return;
    xp_index i2 = element / n3, i3 = element - i2 * n3, i1 = i2 / n2, i0 = i1 / n1;
    i2 -= i1 * n2;
    i1 -= i0 * n1;
    out[out_start + element] = x[start + i0 * s0 + i1 * s1 + i2 * s2 + i3 * s3];
#endif
}
