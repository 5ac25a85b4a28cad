/* Where values belong in a sorted array: binary searches, several side by side so that their reads overlap.
 * T, IS_NAN(value), XP_NUMBER, XP_LINES and XP_LINE are defined before this; the innermost axis stands apart.
 * SPDX-License-Identifier: BSD-3-Clause */
#if XP_ITEMS == 1
#define CHAINS 8
#else
#define CHAINS 2
#endif

/* Elements and values with a NaN: it comes behind all numbers. */
#define IS_BEFORE(element, value)                                                                                      \
    (IS_NAN(value) ? right || !IS_NAN(element) : right ? (element) <= (value) : (element) < (value))

XP_ENTRY search_values(XP_GLOBAL const T *sorted, xp_index sorted_start, xp_index sorted_by, xp_index length,
                       XP_GLOBAL const T *x, xp_index x_start, XP_GLOBAL xp_int64 *out, xp_index out_start, int right,
                       xp_index count, xp_index stretch, xp_index inner, xp_index x_by, xp_index out_by XP_LINES)
{
#if XP_ITEMS == 1
    xp_index from = XP_GROUP * stretch, end = from + stretch < count ? from + stretch : count, by = 1;
#else
    xp_index from = XP_GROUP * XP_ITEMS * stretch + XP_ITEM, by = XP_ITEMS;
    xp_index end = from + stretch * by < count ? from + stretch * by : count;
#endif
    sorted += sorted_start;
    for (; from < end; from += CHAINS * by) {
        T values[CHAINS];
        xp_index places[CHAINS], at[CHAINS];
        for (int lane = 0; lane < CHAINS; lane++) {
            xp_index element = from + lane * by < end ? from + lane * by : from;
            XP_NUMBER line = (XP_NUMBER)element / (XP_NUMBER)inner, i = (XP_NUMBER)element - line * (XP_NUMBER)inner;
            xp_index x_at = x_start + (xp_index)i * x_by, out_at = out_start + (xp_index)i * out_by;
            XP_LINE(line, x_at, out_at)
            values[lane] = x[x_at];
            places[lane] = out_at;
            at[lane] = 0;
        }
        for (xp_index rest = length; rest > 0; rest /= 2) {
            xp_index part = rest - rest / 2;
            for (int lane = 0; lane < CHAINS; lane++) {
                T element = sorted[(at[lane] + part - 1) * sorted_by];
                at[lane] += IS_BEFORE(element, values[lane]) ? part : 0;
            }
        }
        for (int lane = 0; lane < CHAINS; lane++)
            if (from + lane * by < end)
                out[places[lane]] = at[lane];
    }
}
