/* What masks choose: how many elements of each stretch are true, where each stretch's go, and putting them there.
 *
 * A group takes a stretch of the mask. With one item for an element it goes through tiles of four rows of a group's
 * width, whose counts are added up together, 16 bits of a word for each row.
 * PART and PARTS are defined before this; with POSITIONS the elements are their own numbers.
 * SPDX-License-Identifier: BSD-3-Clause */
#define ROWS 4
#define AT_ONCE 128 /* elements of an item, where it has many */

/* How many bytes from mask[start] on, `by` apart, are not 0: one count for each stretch. */
XP_ENTRY mask_counts(XP_GLOBAL const xp_bool *mask, xp_index start, xp_index by, xp_index n, xp_index stretch,
                     XP_GLOBAL xp_int64 *counts)
{
    xp_index from = XP_GROUP * stretch, end = from + stretch < n ? from + stretch : n;
    xp_int64 count = 0;
#if XP_ITEMS == 1
    mask += start + from * by;
    if (by == 1)
        for (xp_index i = 0; i < end - from; i++)
            count += mask[i] != 0;
    else
        for (xp_index i = 0; i < end - from; i++)
            count += mask[i * by] != 0;
    counts[XP_GROUP] = count;
#else
    XP_LOCAL xp_int64 sums[XP_ITEMS];
    for (xp_index i = from + XP_ITEM; i < end; i += XP_ITEMS)
        count += mask[start + i * by] != 0;
    sums[XP_ITEM] = count;
    XP_BARRIER;
    for (int half_width = XP_ITEMS / 2; half_width > 0; half_width /= 2) {
        if (XP_ITEM < half_width)
            sums[XP_ITEM] += sums[XP_ITEM + half_width];
        XP_BARRIER;
    }
    if (XP_ITEM == 0)
        counts[XP_GROUP] = sums[0];
#endif
}

/* Counts become the sums of those before them; the sum of all goes behind the last one. One group. */
XP_ENTRY mask_places(XP_GLOBAL xp_int64 *counts, xp_index n)
{
#if XP_ITEMS == 1
    xp_int64 sum = 0;
    for (xp_index i = 0; i < n; i++) {
        xp_int64 count = counts[i];
        counts[i] = sum;
        sum += count;
    }
    counts[n] = sum;
#else
    XP_LOCAL xp_int64 sums[XP_ITEMS];
    xp_index each = (n + XP_ITEMS - 1) / XP_ITEMS, from = XP_ITEM * each;
    xp_index end = from + each < n ? from + each : n;
    xp_int64 sum = 0;
    for (xp_index i = from; i < end; i++)
        sum += counts[i];
    sums[XP_ITEM] = sum;
    XP_BARRIER;
    for (int by = 1; by < XP_ITEMS; by *= 2) {
        xp_int64 before = XP_ITEM >= by ? sums[XP_ITEM - by] : 0;
        XP_BARRIER;
        sums[XP_ITEM] += before;
        XP_BARRIER;
    }
    if (XP_ITEM == XP_ITEMS - 1)
        counts[n] = sums[XP_ITEM];
    sum = sums[XP_ITEM] - sum;
    for (xp_index i = from; i < end; i++) {
        xp_int64 count = counts[i];
        counts[i] = sum;
        sum += count;
    }
#endif
}

#ifdef PART
#ifdef POSITIONS
#define CHOSEN(i, part) ((PART)(i))
#else
#define CHOSEN(i, part) x[(i) * x_by + (part)]
#endif

/* The true elements of each stretch go to out[places[group]] and behind, but none beyond `room`. */
XP_ENTRY mask_choose(XP_GLOBAL const xp_bool *mask, xp_index mask_start, xp_index mask_by, XP_GLOBAL const PART *x,
                     xp_index x_start, xp_index x_by, XP_GLOBAL PART *out, xp_index out_start, xp_index room,
                     xp_index n, xp_index stretch, XP_GLOBAL const xp_int64 *places)
{
    xp_index from = XP_GROUP * stretch, end = from + stretch < n ? from + stretch : n, to = places[XP_GROUP];
    mask += mask_start;
#ifndef POSITIONS
    x += x_start;
#endif
    out += out_start;
#if XP_ITEMS == 1
    PART found[PARTS * AT_ONCE]; /* every element is written, and the end moves on behind those that are true */
    for (; from < end && to < room; from += AT_ONCE) {
        int count = 0, length = end - from < AT_ONCE ? (int)(end - from) : AT_ONCE;
        for (int k = 0; k < length; k++) {
            for (int part = 0; part < PARTS; part++)
                found[PARTS * count + part] = CHOSEN(from + k, part);
            count += mask[(from + k) * mask_by] != 0;
        }
        count = room - to < count ? (int)(room - to) : count;
        for (int k = 0; k < PARTS * count; k++)
            out[PARTS * to + k] = found[k];
        to += count;
    }
#else
    XP_LOCAL xp_uint64 sums[XP_ITEMS];
    for (xp_index tile = from; tile < end; tile += ROWS * XP_ITEMS) {
        xp_uint64 own = 0;
        for (int row = 0; row < ROWS; row++) {
            xp_index i = tile + row * XP_ITEMS + XP_ITEM;
            if (i < end && mask[i * mask_by] != 0)
                own |= (xp_uint64)1 << 16 * row;
        }
        sums[XP_ITEM] = own;
        XP_BARRIER;
        for (int by = 1; by < XP_ITEMS; by *= 2) {
            xp_uint64 before = XP_ITEM >= by ? sums[XP_ITEM - by] : 0;
            XP_BARRIER;
            sums[XP_ITEM] += before;
            XP_BARRIER;
        }
        xp_uint64 upto = sums[XP_ITEM], all = sums[XP_ITEMS - 1];
        for (int row = 0; row < ROWS; row++) {
            xp_index at = to + (xp_index)(upto >> 16 * row & 0xffff) - 1;
            if ((own >> 16 * row & 1) && at < room)
                for (int part = 0; part < PARTS; part++)
                    out[PARTS * at + part] = CHOSEN(tile + row * XP_ITEMS + XP_ITEM, part);
            to += (xp_index)(all >> 16 * row & 0xffff);
        }
        XP_BARRIER;
    }
#endif
}
#endif
