/* Lines of an array, however they lie, to and from memory where they are dense, one behind the other.
 *
 * The lines' innermost other axis stands apart: `m` lines, `next` apart, with n elements, `by` apart. Tiles of `high`
 * elements of `wide` lines go through a group's memory, so that both sides are read and written along neighbours, which
 * are those of a line where `view_along`. PART, PARTS, XP_NUMBER, XP_LINES and XP_LINE are defined before this.
 * SPDX-License-Identifier: BSD-3-Clause */
#define ROOM 1152 /* of a tile: wide * high is 1024, high 128 at most, and a gap for each row keeps banks apart */

XP_FN void copy_element(XP_GLOBAL PART *to, xp_index at, XP_GLOBAL const PART *from, xp_index place)
{
    to[at] = from[place];
#if PARTS == 2
    to[at + 1] = from[place + 1];
#endif
}

/* Which element of which line the t-th of a tile is, if its neighbours are of the same line, or of the next lines. */
XP_FN void find_in_tile(int t, int along, int high, int wide, int *i, int *line)
{
    *i = along ? t & (high - 1) : t / wide;
    *line = along ? t / high : t & (wide - 1);
}

XP_ENTRY move_lines(XP_GLOBAL PART *view, xp_index view_start, XP_GLOBAL PART *dense, xp_index dense_start,
                    int into_view, int view_along, xp_index n, xp_index by, xp_index m, xp_index next, int high,
                    int wide XP_LINES)
{
    xp_index across = (n + high - 1) / high, down = (m + wide - 1) / wide;
    xp_index outer = XP_GROUP / (across * down), tile = XP_GROUP - outer * across * down;
    xp_index first_line = tile / across * wide, first = (tile - tile / across * across) * high;
    int elements = (int)(n - first < high ? n - first : high);
    int lines = (int)(m - first_line < wide ? m - first_line : wide);
    xp_index at = view_start + first_line * next + first * by;
    XP_LINE(outer, at)
    view += at;
    dense += dense_start + ((outer * m + first_line) * n + first) * PARTS;
#if XP_ITEMS == 1
    for (int line = 0; line < lines; line++)
        for (int i = 0; i < elements; i++) {
            xp_index here = line * next + i * by, there = (line * n + i) * PARTS;
            if (into_view)
                copy_element(view, here, dense, there);
            else
                copy_element(dense, there, view, here);
        }
#else
    XP_LOCAL PART parts[ROOM * PARTS];
    int i, line;
    for (int t = XP_ITEM; t < wide * high; t += XP_ITEMS) {
        find_in_tile(t, into_view ? 1 : view_along, high, wide, &i, &line);
        if (i < elements && line < lines)
            for (int p = 0; p < PARTS; p++)
                parts[(i * (wide + 1) + line) * PARTS + p] =
                    into_view ? dense[(line * n + i) * PARTS + p] : view[line * next + i * by + p];
    }
    XP_BARRIER;
    for (int t = XP_ITEM; t < wide * high; t += XP_ITEMS) {
        find_in_tile(t, into_view ? view_along : 1, high, wide, &i, &line);
        if (i < elements && line < lines)
            for (int p = 0; p < PARTS; p++) {
                PART part = parts[(i * (wide + 1) + line) * PARTS + p];
                if (into_view)
                    view[line * next + i * by + p] = part;
                else
                    dense[(line * n + i) * PARTS + p] = part;
            }
    }
#endif
}
