/* Elements taken at positions along an axis.
 *
 * Axes are those of the result; the innermost one stands apart. Along the axis of the positions x has the stride 0 and
 * the positions have one, along all others it is the other way round. PART, PARTS, XP_NUMBER, XP_LINES and XP_LINE are
 * defined before this.
 * SPDX-License-Identifier: BSD-3-Clause */
XP_FN void take_element(XP_GLOBAL PART *out, xp_index to, XP_GLOBAL const PART *x, xp_index from)
{
    out[to] = x[from];
#if PARTS == 2
    out[to + 1] = x[from + 1];
#endif
}

#if XP_ITEMS == 1
/* A stretch of the innermost axis. */
XP_FN void take_row(XP_GLOBAL const PART *x, xp_index x_by, XP_GLOBAL const xp_int64 *indices, xp_index index_by,
                    XP_GLOBAL PART *out, xp_index out_by, xp_index step, xp_index length)
{
    if (index_by == 0) {
        x += indices[0] * step;
        if (x_by == PARTS && out_by == PARTS)
            XP_PARALLEL
            for (xp_index i = 0; i < PARTS * length; i++)
                out[i] = x[i];
        else
            for (xp_index i = 0; i < length; i++)
                take_element(out, i * out_by, x, i * x_by);
    } else {
        for (xp_index i = 0; i < length; i++)
            take_element(out, i * out_by, x, indices[i * index_by] * step);
    }
}
#endif

/* `step`: from one position to the next in x. An item takes `stretch` of `count` elements. */
XP_ENTRY gather_elements(XP_GLOBAL const PART *x, xp_index x_start, XP_GLOBAL const xp_int64 *indices,
                         xp_index index_start, XP_GLOBAL PART *out, xp_index out_start, xp_index step, xp_index count,
                         xp_index stretch, xp_index inner, xp_index out_by, xp_index x_by, xp_index index_by XP_LINES)
{
#if XP_ITEMS == 1
    xp_index from = XP_GROUP * stretch, end = from + stretch < count ? from + stretch : count;
    while (from < end) {
        xp_index line = from / inner, start = from - line * inner;
        xp_index length = inner - start < end - from ? inner - start : end - from;
        xp_index at = x_start + start * x_by, index_at = index_start + start * index_by;
        xp_index to = out_start + start * out_by;
        XP_LINE(line, to, at, index_at)
        take_row(x + at, x_by, indices + index_at, index_by, out + to, out_by, step, length);
        from += length;
    }
#else
    xp_index first = XP_GROUP * XP_ITEMS * stretch + XP_ITEM;
    for (int k = 0; k < stretch; k++) {
        xp_index element = first + k * XP_ITEMS;
        if (element >= count)
            break;
        XP_NUMBER line = (XP_NUMBER)element / (XP_NUMBER)inner, i = (XP_NUMBER)element - line * (XP_NUMBER)inner;
        xp_index at = x_start + (xp_index)i * x_by, index_at = index_start + (xp_index)i * index_by;
        xp_index to = out_start + (xp_index)i * out_by;
        XP_LINE(line, to, at, index_at)
        take_element(out, to, x, at + indices[index_at] * step);
    }
#endif
}
