/* Distinct elements of a line in order: the first of those that are equal stands for them, a head.
 *
 * The line is cut into pieces of `length` elements, a group's each: their heads are counted, the counts summed up, and
 * what is wanted is written. Each NaN is a head. x is the line in order, and `places` where its elements were before
 * that. sort_keys.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */
#define OF_ITEM 16                  /* elements of a piece, where an item has not all of it */
#define PIECE (OF_ITEM * XP_ITEMS)
#define RANK_AT(i) ((i) + ((i) >> 4) * 2) /* gaps, so that items that go through runs of 16 meet in other banks */

XP_FN int is_head(XP_GLOBAL const U *x, xp_index i, sort_rule rule)
{
    if (i == 0)
        return 1;
    K key = key_of(load(x, i), rule);
    return is_nan(key) || !is_same(key, key_of(load(x, i - 1), rule));
}

/* heads: of each piece. */
XP_ENTRY unique_count(XP_GLOBAL const U *x, U flip, xp_index n, xp_index length, XP_GLOBAL P *heads)
{
    xp_index first = XP_GROUP * length, end = length < n - first ? first + length : n;
    sort_rule rule = rule_of(flip, x, 0);
    P count = 0;
    for (xp_index i = first + XP_ITEM; i < end; i += XP_ITEMS)
        count += is_head(x, i, rule);
#if XP_ITEMS == 1
    heads[XP_GROUP] = count;
#else
    XP_LOCAL P sums[XP_ITEMS];
    P all;
    sum_before(sums, count, &all);
    if (XP_ITEM == 0)
        heads[XP_GROUP] = all;
#endif
}

/* Heads of pieces become heads before them, all of them behind the last. One group. */
XP_ENTRY unique_sum(XP_GLOBAL P *heads, xp_index pieces, XP_GLOBAL xp_int64 *count, xp_index count_start)
{
#if XP_ITEMS == 1
    P all = sum_up(heads, pieces);
#else
    XP_LOCAL P sums[XP_ITEMS];
    P all = sum_up_together(heads, pieces, sums);
#endif
    if (XP_ITEM == 0) {
        heads[pieces] = all;
        count[count_start] = (xp_int64)all;
    }
}

/* Element i is equal to head `number`, and may be it. starts: where heads are in the order, one more than capacity. */
XP_FN void put_element(XP_GLOBAL const U *x, XP_GLOBAL const xp_int64 *places, xp_index i, P number, int head,
                       xp_index capacity, XP_GLOBAL U *values, XP_GLOBAL xp_int64 *indices,
                       XP_GLOBAL xp_int64 *inverse, XP_GLOBAL P *starts)
{
    xp_index to = (xp_index)number;
    if (head && to < capacity) {
        if (values)
            store(values, to, load(x, i));
        if (indices)
            indices[to] = places[i];
    }
    if (head && starts && to <= capacity)
        starts[to] = (P)i;
    if (inverse)
        inverse[places[i]] = to;
}

XP_ENTRY unique_put(XP_GLOBAL const U *x, U flip, xp_index n, xp_index length, XP_GLOBAL const P *heads,
                    XP_GLOBAL const xp_int64 *places, xp_index capacity, XP_GLOBAL U *values, xp_index values_start,
                    XP_GLOBAL xp_int64 *indices, xp_index indices_start, XP_GLOBAL xp_int64 *inverse,
                    xp_index inverse_start, XP_GLOBAL P *starts)
{
    xp_index first = XP_GROUP * length, end = length < n - first ? first + length : n;
    sort_rule rule = rule_of(flip, x, 0);
    P before = heads[XP_GROUP] - 1; /* the number of the last head there */
    values += values ? values_start : 0;
    indices += indices ? indices_start : 0;
    inverse += inverse ? inverse_start : 0;
#if XP_ITEMS == 1
    for (xp_index i = first; i < end; i++) {
        int head = is_head(x, i, rule);
        before += head;
        put_element(x, places, i, before, head, capacity, values, indices, inverse, starts);
    }
#else
    /* ranks: whether an element is a head, then how many heads there are up to it */
    XP_LOCAL xp_uint16 ranks[RANK_AT(PIECE)];
    XP_LOCAL P sums[XP_ITEMS];
    int count = (int)(end - first);
    P sum = 0, all;
    for (int i = XP_ITEM; i < PIECE; i += XP_ITEMS)
        ranks[RANK_AT(i)] = i < count && is_head(x, first + i, rule);
    XP_BARRIER;
    for (int k = 0; k < OF_ITEM; k++)
        sum += ranks[RANK_AT(XP_ITEM * OF_ITEM + k)];
    P rank = sum_before(sums, sum, &all);
    for (int k = 0; k < OF_ITEM; k++) {
        rank += ranks[RANK_AT(XP_ITEM * OF_ITEM + k)];
        ranks[RANK_AT(XP_ITEM * OF_ITEM + k)] = (xp_uint16)rank;
    }
    XP_BARRIER;
    for (int i = XP_ITEM; i < count; i += XP_ITEMS) {
        int up_to = ranks[RANK_AT(i)], head = i == 0 ? up_to : up_to - ranks[RANK_AT(i - 1)];
        put_element(x, places, first + i, before + (P)up_to, head, capacity, values, indices, inverse, starts);
    }
#endif
}

/* How often each value occurs. An item does `stretch` of them, a group's width apart. */
XP_ENTRY unique_times(XP_GLOBAL const P *starts, XP_GLOBAL const P *heads, xp_index pieces, xp_index n,
                      xp_index capacity, xp_index stretch, XP_GLOBAL xp_int64 *counts, xp_index counts_start)
{
    xp_index all = (xp_index)heads[pieces], first = XP_GROUP * XP_ITEMS * stretch + XP_ITEM;
    xp_index end = all < capacity ? all : capacity;
    for (xp_index k = 0; k < stretch; k++) {
        xp_index i = first + k * XP_ITEMS;
        if (i < end)
            counts[counts_start + i] = (i + 1 < all ? (xp_index)starts[i + 1] : n) - (xp_index)starts[i];
    }
}
