/* Sorting long lines by one digit of their keys after the other, from the lowest: each pass keeps the order of equals.
 *
 * Lines are cut into `pieces` of `length` elements, a group's each. A pass counts the digits of each piece, sums up for
 * each digit what the pieces before have of it, and moves the elements. counts are by line, digit and piece; totals by
 * line and digit. sort_keys.h comes before this.
 * Source: N. Satish, M. Harris, M. Garland, Designing efficient sorting algorithms for manycore GPUs, 2009.
 * SPDX-License-Identifier: BSD-3-Clause */
#define OF_ITEM 16                  /* elements of a piece, where an item has not all of it */
#define PIECE (OF_ITEM * XP_ITEMS)

XP_ENTRY radix_count(XP_GLOBAL const U *x, xp_index x_start, XP_GLOBAL const U *pivots, xp_index pivots_start, U flip,
                     XP_GLOBAL P *counts, xp_index n, xp_index pieces, xp_index length, int shift)
{
    xp_index line = XP_GROUP / pieces, piece = XP_GROUP - line * pieces, first = piece * length;
    int count = (int)(length < n - first ? length : n - first);
    sort_rule rule = rule_of(flip, pivots + pivots_start, line);
    x += x_start + (line * n + first) * PARTS;
    counts += line * DIGITS * pieces + piece;
#if XP_ITEMS == 1
    int of_digit[DIGITS];
#else
    XP_LOCAL int of_digit[DIGITS];
#endif
    for (int d = XP_ITEM; d < DIGITS; d += XP_ITEMS)
        of_digit[d] = 0;
    XP_BARRIER;
#if XP_ITEMS == 1
    for (int i = 0; i < count; i++)
        of_digit[digit_of(key_of(load(x, i), rule), shift)]++;
#else
    for (int i = XP_ITEM; i < count; i += XP_ITEMS)
        XP_COUNT_UP(&of_digit[digit_of(key_of(load(x, i), rule), shift)]);
#endif
    XP_BARRIER;
    for (int d = XP_ITEM; d < DIGITS; d += XP_ITEMS)
        counts[d * pieces] = (P)of_digit[d];
}

/* Counts become sums of those before them in their row, one for each line and digit. An item takes `per` rows. */
XP_ENTRY radix_sum_short(XP_GLOBAL P *counts, XP_GLOBAL P *totals, xp_index pieces, xp_index rows, xp_index per)
{
    xp_index first = (XP_GROUP * XP_ITEMS + XP_ITEM) * per;
    for (xp_index row = first; row < first + per && row < rows; row++)
        totals[row] = sum_up(counts + row * pieces, pieces);
}

#if XP_ITEMS > 1
/* The same, a group for each row. */
XP_ENTRY radix_sum_long(XP_GLOBAL P *counts, XP_GLOBAL P *totals, xp_index pieces)
{
    XP_LOCAL P sums[XP_ITEMS];
    P sum = sum_up_together(counts + XP_GROUP * pieces, pieces, sums);
    if (XP_ITEM == 0)
        totals[XP_GROUP] = sum;
}

/* Places in arrays that items go through in runs of 16: without these gaps they would meet in the same banks. */
#define PACKED_AT(i) ((i) + ((i) >> 4))
#define COUNTER_AT(i) ((i) + ((i) >> 4) * 2)

/* Sorts the words of a piece by the four bits above `shift`. */
XP_FN void sort_words(XP_SHARED xp_uint32 *words, XP_SHARED xp_uint16 *counters, XP_SHARED P *sums, int shift)
{
    xp_uint32 mine[OF_ITEM];
    P sum = 0, all;
    for (int d = 0; d < 16; d++)
        counters[COUNTER_AT(d * XP_ITEMS + XP_ITEM)] = 0;
    for (int k = 0; k < OF_ITEM; k++) {
        mine[k] = words[PACKED_AT(XP_ITEM * OF_ITEM + k)];
        int digit = (int)(mine[k] >> shift & 15);
        counters[COUNTER_AT(digit * XP_ITEMS + XP_ITEM)]++;
    }
    XP_BARRIER;
    for (int k = 0; k < 16; k++)
        sum += counters[COUNTER_AT(XP_ITEM * 16 + k)];
    P before = sum_before(sums, sum, &all);
    for (int k = 0; k < 16; k++) {
        xp_uint16 count = counters[COUNTER_AT(XP_ITEM * 16 + k)];
        counters[COUNTER_AT(XP_ITEM * 16 + k)] = (xp_uint16)before;
        before += count;
    }
    XP_BARRIER;
    for (int k = 0; k < OF_ITEM; k++) {
        int digit = (int)(mine[k] >> shift & 15), counter = COUNTER_AT(digit * XP_ITEMS + XP_ITEM);
        int to = counters[counter]++;
        words[PACKED_AT(to)] = mine[k];
    }
    XP_BARRIER;
}

/* bases: where the first element of a digit would go if the piece in order began with it. */
XP_FN void find_bases(XP_SHARED const xp_uint32 *words, int count, XP_GLOBAL const P *counts, xp_index pieces,
                      XP_GLOBAL const P *totals, XP_SHARED P *sums, XP_SHARED P *bases)
{
    const int per = (DIGITS + XP_ITEMS - 1) / XP_ITEMS, first = XP_ITEM * per;
    P sum = 0, all;
    for (int d = first; d < first + per && d < DIGITS; d++)
        sum += totals[d];
    P before = sum_before(sums, sum, &all);
    for (int d = first; d < first + per && d < DIGITS; d++) {
        bases[d] = before + counts[d * pieces];
        before += totals[d];
    }
    XP_BARRIER;
    for (int i = XP_ITEM; i < count; i += XP_ITEMS) {
        xp_uint32 digit = words[PACKED_AT(i)] >> 16;
        if (i == 0 || words[PACKED_AT(i - 1)] >> 16 != digit)
            bases[digit] -= (P)i;
    }
    XP_BARRIER;
}
#endif

/* Element i of a piece goes to `to`, and its position in the line to `to_places` or, in the last pass, to `positions`.
 * What is not wanted is missing; without `places` elements are where they were at first. */
XP_FN void move_element(E element, int i, xp_index at, xp_index first, XP_GLOBAL const P *places, XP_GLOBAL U *to,
                        XP_GLOBAL P *to_places, XP_GLOBAL xp_int64 *positions)
{
    if (to)
        store(to, at, element);
    if (to_places)
        to_places[at] = places ? places[i] : (P)(first + i);
    if (positions)
        positions[at] = places ? (xp_int64)places[i] : first + i;
}

XP_ENTRY_OF(4)
radix_move(XP_GLOBAL const U *x, xp_index x_start, XP_GLOBAL const U *pivots, xp_index pivots_start, U flip,
           XP_GLOBAL const P *places, XP_GLOBAL U *to, xp_index to_start, XP_GLOBAL P *to_places,
           XP_GLOBAL xp_int64 *positions, xp_index positions_start, XP_GLOBAL const P *counts,
           XP_GLOBAL const P *totals, xp_index n, xp_index pieces, xp_index length, int shift)
{
    xp_index line = XP_GROUP / pieces, piece = XP_GROUP - line * pieces, first = piece * length, start = line * n;
    int count = (int)(length < n - first ? length : n - first);
    sort_rule rule = rule_of(flip, pivots + pivots_start, line);
    x += x_start + (start + first) * PARTS;
    places += places ? start + first : 0;
    to += to ? to_start + start * PARTS : 0;
    to_places += to_places ? start : 0;
    positions += positions ? positions_start + start : 0;
    counts += line * DIGITS * pieces + piece;
    totals += line * DIGITS;
#if XP_ITEMS == 1
    P next[DIGITS], sum = 0;
    for (int d = 0; d < DIGITS; d++) {
        next[d] = sum + counts[d * pieces];
        sum += totals[d];
    }
    for (int i = 0; i < count; i++) {
        E element = load(x, i);
        xp_index at = (xp_index)next[digit_of(key_of(element, rule), shift)]++;
        move_element(element, i, at, first, places, to, to_places, positions);
    }
#else
    /* words: a digit, and which element of the piece has it */
    XP_LOCAL xp_uint32 words[PACKED_AT(PIECE)];
    XP_LOCAL xp_uint16 counters[COUNTER_AT(16 * XP_ITEMS)];
    XP_LOCAL P sums[XP_ITEMS];
    XP_LOCAL P bases[DIGITS];
    for (int i = XP_ITEM; i < PIECE; i += XP_ITEMS) {
        int digit = i < count ? digit_of(key_of(load(x, i), rule), shift) : DIGITS - 1;
        words[PACKED_AT(i)] = (xp_uint32)digit << 16 | (xp_uint32)i;
    }
    XP_BARRIER;
    /* a loop, as PoCL 3.1 mixes up two calls of a function with barriers */
    for (int bits = 16; DIGITS >> (bits - 16) > 1; bits += 4)
        sort_words(words, counters, sums, bits);
    find_bases(words, count, counts, pieces, totals, sums, bases);
    for (int i = XP_ITEM; i < count; i += XP_ITEMS) {
        xp_uint32 word = words[PACKED_AT(i)];
        int from = (int)(word & 0xffff);
        xp_index at = (xp_index)(P)(bases[word >> 16] + (P)i);
        move_element(load(x, from), from, at, first, places, to, to_places, positions);
    }
#endif
}
