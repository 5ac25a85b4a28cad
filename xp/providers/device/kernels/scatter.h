/* Values that go to places along an axis, in the order of their numbers: replacing or added to what is there.
 *
 * Whoever has a place goes through all values in order, so there is nothing that two could write at once. Places are
 * shared out by lines, and in each line by ranges ("walk"). Where lines are few and values many, these are sorted into
 * buckets of places first, so that not everybody has to look at every value ("buckets").
 * PART, PARTS and ADDS (0 or 1) are defined before this, and XP_NUMBER, XP_LINES and XP_LINE: the outer axes, for each
 * of `inner` neighbours.
 * SPDX-License-Identifier: BSD-3-Clause */
#if ADDS
#define PUT(to, value) ((to) = (PART)((to) + (value)))
#else
#define PUT(to, value) ((to) = (value))
#endif

/* Values with places in [low, high), of `width` neighbours. */
XP_FN void put_values(XP_GLOBAL const PART *values, xp_index value_by, xp_index value_next,
                      XP_GLOBAL const xp_int64 *indices, xp_index index_by, XP_GLOBAL PART *out, xp_index out_by,
                      xp_index out_next, xp_index n, xp_index width, xp_index low, xp_index high)
{
    for (xp_index j = 0; j < n; j++) {
        xp_index at = indices[j * index_by];
        if (at < low || at >= high)
            continue;
        XP_GLOBAL PART *to = out + at * out_by;
        XP_GLOBAL const PART *from = values + j * value_by;
        XP_PARALLEL
        for (xp_index i = 0; i < width; i++) {
            PUT(to[i * out_next], from[i * value_next]);
#if PARTS == 2
            PUT(to[i * out_next + 1], from[i * value_next + 1]);
#endif
        }
    }
}

#define SCATTER_ARGUMENTS                                                                                              \
    XP_GLOBAL const PART *values, xp_index value_start, XP_GLOBAL const xp_int64 *indices, xp_index index_start,       \
        XP_GLOBAL PART *out, xp_index out_start, xp_index n, xp_index value_by, xp_index index_by, xp_index out_by,    \
        xp_index extent, xp_index inner, xp_index value_next, xp_index out_next, xp_index outer

/* An item has the places of a line that lie in one of `ranges` ranges; on processors with all neighbours. */
XP_ENTRY scatter_walk(SCATTER_ARGUMENTS, xp_index ranges XP_LINES)
{
#if XP_ITEMS == 1
    xp_index number = XP_GROUP, i = 0, width = inner;
#else
    xp_index number = (XP_GROUP * XP_ITEMS + XP_ITEM) / inner, width = 1;
    xp_index i = XP_GROUP * XP_ITEMS + XP_ITEM - number * inner;
#endif
    xp_index line = number % outer, range = number / outer, each = (extent + ranges - 1) / ranges;
    xp_index to = out_start + i * out_next, high = range * each + each < extent ? range * each + each : extent;
    value_start += i * value_next;
    if (range >= ranges)
        return;
    XP_LINE(line, value_start, to)
    if (value_next == PARTS && out_next == PARTS) /* a copy for which the compiler knows that */
        put_values(values + value_start, value_by, PARTS, indices + index_start, index_by, out + to, out_by, PARTS, n,
                   width, range * each, high);
    else
        put_values(values + value_start, value_by, value_next, indices + index_start, index_by, out + to, out_by,
                   out_next, n, width, range * each, high);
}

#if XP_ITEMS > 1
#define MOST_BUCKETS 2048

/* How many values of each stretch go into each bucket of `each` places: counts[bucket][stretch]. */
XP_ENTRY scatter_counts(XP_GLOBAL const xp_int64 *indices, xp_index index_start, xp_index index_by, xp_index n,
                        xp_index stretch, xp_index stretches, xp_index each, xp_index buckets,
                        XP_GLOBAL xp_int64 *counts)
{
    XP_LOCAL int own[MOST_BUCKETS];
    xp_index from = XP_GROUP * stretch, end = from + stretch < n ? from + stretch : n;
    for (int i = XP_ITEM; i < buckets; i += XP_ITEMS)
        own[i] = 0;
    XP_BARRIER;
    for (xp_index j = from + XP_ITEM; j < end; j += XP_ITEMS)
        XP_COUNT_UP(&own[indices[index_start + j * index_by] / each]);
    XP_BARRIER;
    for (int i = XP_ITEM; i < buckets; i += XP_ITEMS)
        counts[i * stretches + XP_GROUP] = own[i];
}

/* The numbers of the values, bucket by bucket, in their order: `places` says where those of each stretch go. */
XP_ENTRY scatter_order(XP_GLOBAL const xp_int64 *indices, xp_index index_start, xp_index index_by, xp_index n,
                       xp_index stretch, xp_index stretches, xp_index each, xp_index buckets,
                       XP_GLOBAL const xp_int64 *places, XP_GLOBAL xp_int64 *order)
{
    XP_LOCAL xp_index next[MOST_BUCKETS];
    XP_LOCAL int of[XP_ITEMS];
    xp_index from = XP_GROUP * stretch, end = from + stretch < n ? from + stretch : n;
    for (int i = XP_ITEM; i < buckets; i += XP_ITEMS)
        next[i] = places[i * stretches + XP_GROUP];
    for (xp_index tile = from; tile < end; tile += XP_ITEMS) {
        int length = end - tile < XP_ITEMS ? (int)(end - tile) : XP_ITEMS, bucket = -1, before = 0, is_last = 1;
        if (XP_ITEM < length)
            bucket = (int)(indices[index_start + (tile + XP_ITEM) * index_by] / each);
        of[XP_ITEM] = bucket;
        XP_BARRIER;
        for (int i = 0; i < length; i++) {
            int is_same = of[i] == bucket;
            before += is_same && i < XP_ITEM;
            is_last &= !is_same || i <= XP_ITEM;
        }
        if (bucket >= 0)
            order[next[bucket] + before] = tile + XP_ITEM;
        XP_BARRIER;
        if (bucket >= 0 && is_last)
            next[bucket] += before + 1;
        XP_BARRIER;
    }
}

/* A group puts the values of a bucket for `lanes` neighbours of a line. Items have a neighbour and every (items /
 * lanes)-th place each; they keep the element that they are at, for the next value is often for the same. */
XP_ENTRY scatter_buckets(SCATTER_ARGUMENTS, xp_index each, xp_index buckets, xp_index stretches,
                         XP_GLOBAL const xp_int64 *places, XP_GLOBAL const xp_int64 *order, int lanes XP_LINES)
{
    XP_LOCAL xp_index numbers[XP_ITEMS], targets[XP_ITEMS];
    XP_LOCAL PART loaded[PARTS * XP_ITEMS]; /* the values themselves, where there is one lane */
    xp_index panels = (inner + lanes - 1) / lanes, rest = XP_GROUP / buckets, bucket = XP_GROUP - rest * buckets;
    xp_index line = rest / panels, i = (rest - line * panels) * lanes + XP_ITEM % lanes, held = -1;
    xp_index end = places[(bucket + 1) * stretches], to = out_start + i * out_next;
    int own = XP_ITEM / lanes, owners = XP_ITEMS / lanes;
    PART kept[PARTS];
    value_start += i * value_next;
    XP_LINE(line, value_start, to)
    for (xp_index tile = places[bucket * stretches]; tile < end; tile += XP_ITEMS) {
        int length = end - tile < XP_ITEMS ? (int)(end - tile) : XP_ITEMS;
        if (XP_ITEM < length) {
            numbers[XP_ITEM] = order[tile + XP_ITEM];
            targets[XP_ITEM] = indices[index_start + numbers[XP_ITEM] * index_by];
            if (lanes == 1)
                for (int part = 0; part < PARTS; part++)
                    loaded[PARTS * XP_ITEM + part] = values[value_start + numbers[XP_ITEM] * value_by + part];
        }
        XP_BARRIER;
        for (int k = 0; k < length; k++) {
            xp_index target = targets[k];
            if (i >= inner || (int)(target % each) % owners != own)
                continue;
            if (target != held) {
                for (int part = 0; part < PARTS; part++) {
                    if (held >= 0)
                        out[to + held * out_by + part] = kept[part];
                    kept[part] = out[to + target * out_by + part];
                }
                held = target;
            }
            for (int part = 0; part < PARTS; part++) {
                PART value = lanes == 1 ? loaded[PARTS * k + part]
                                        : values[value_start + numbers[k] * value_by + part];
                PUT(kept[part], value);
            }
        }
        XP_BARRIER;
    }
    for (int part = 0; part < PARTS && held >= 0; part++)
        out[to + held * out_by + part] = kept[part];
}
#endif
