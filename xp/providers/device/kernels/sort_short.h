/* Lines short enough for a group's own memory, or an item's on processors: sorted there, in one launch.
 *
 * x, values and positions are dense lines of n elements; either of the last two may be missing. What is sorted are keys
 * with their places in the line, which decide where keys are equal: so the order is stable. Elements are then fetched
 * from x once more. sort_keys.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */
XP_FN void put_element(XP_GLOBAL const U *x, xp_index line, xp_index to, xp_index from, XP_GLOBAL U *values,
                       XP_GLOBAL xp_int64 *positions)
{
    if (values)
        store(values, line + to, load(x, line + from));
    if (positions)
        positions[line + to] = from;
}

#if XP_ITEMS == 1 && !defined(COMPLEX) && !defined(CLASSES)
#define SIDE_BY_SIDE 1
#else
#define SIDE_BY_SIDE 0
#endif

#if SIDE_BY_SIDE
/* ---- a processor: LANES lines side by side, through a network whose loops over lanes are vectorised -------------- */

#define MOST 2048
#define LANES 8
#define NEAR 256 /* elements of LANES lines that lie in the first level cache */

/* A key and its place in one number where that has room for both; else WORD is the key, and places lie beside. */
#if BITS > 16
#define WORD xp_uint64
#else
#define WORD xp_uint32
#endif
#define HAS_PLACES (BITS == 64)
#define PLACE_BITS 11 /* MOST is 2^11 */

typedef struct sort_lanes {
    WORD words[LANES];
#if HAS_PLACES
    xp_uint64 places[LANES];
#endif
} sort_lanes;

XP_FN void exchange(sort_lanes *a, sort_lanes *b)
{
    XP_PARALLEL_BY(LANES)
    for (int lane = 0; lane < LANES; lane++) {
        const WORD low = a->words[lane], high = b->words[lane];
#if HAS_PLACES
        const xp_uint64 first = a->places[lane], second = b->places[lane];
        const int swap = (high < low) | ((high == low) & (second < first));
        a->places[lane] = swap ? second : first;
        b->places[lane] = swap ? first : second;
#else
        const int swap = high < low;
#endif
        a->words[lane] = swap ? high : low;
        b->words[lane] = swap ? low : high;
    }
}

/* Merges runs of `run` in order, then of twice as many, up to `last`: Batcher's odd-even merges, in which nothing that
 * is greater ever goes down, so that what is missing of a power of two needs no room.
 * Source: K. Batcher, Sorting networks and their applications, 1968. */
XP_FN void merge_lanes(sort_lanes *lanes, int n, int run, int last)
{
    for (; run <= last; run *= 2)
        for (int by = run; by > 0; by /= 2)
            for (int pair = 0; pair < n; pair += 2 * run)
                for (int start = by % run; start + by < 2 * run; start += 2 * by) {
                    const int from = pair + start, end = from + by < n - by ? from + by : n - by;
                    for (int i = from; i < end; i++)
                        exchange(lanes + i, lanes + i + by);
                }
}

XP_FN void sort_side_by_side(sort_lanes *lanes, int n, int width)
{
    for (int at = 0; at < n; at += NEAR)
        merge_lanes(lanes + at, n - at < NEAR ? n - at : NEAR, 1, NEAR / 2);
    merge_lanes(lanes, n, NEAR, width / 2);
}
#elif XP_ITEMS == 1
/* ---- a processor, where comparing is costly or lines have few classes: one line after the other ------------------ */

#define MOST 2048
#define RUN 8 /* sorted by insertion, before runs are merged */

XP_FN void merge_runs(const K *a, const xp_uint16 *a_places, int n_a, int n_b, K *to, xp_uint16 *places)
{
    const K *b = a + n_a;
    const xp_uint16 *b_places = a_places + n_a;
    int i = 0, j = 0, k = 0;
    while (i < n_a && j < n_b) {
        int second = is_less(b[j], a[i]);
        to[k] = second ? b[j] : a[i];
        places[k++] = second ? b_places[j] : a_places[i];
        i += !second;
        j += second;
    }
    for (; i < n_a; i++, k++) {
        to[k] = a[i];
        places[k] = a_places[i];
    }
    for (; j < n_b; j++, k++) {
        to[k] = b[j];
        places[k] = b_places[j];
    }
}

/* Gives which of the two rooms the order is in. */
XP_FN int sort_line(K keys[2][MOST], xp_uint16 places[2][MOST], int n)
{
    for (int i = 1; i < n; i++) {
        K key = keys[0][i];
        int j = i;
        for (; j % RUN != 0 && is_less(key, keys[0][j - 1]); j--) {
            keys[0][j] = keys[0][j - 1];
            places[0][j] = places[0][j - 1];
        }
        keys[0][j] = key;
        places[0][j] = (xp_uint16)i;
    }
    int room = 0;
    for (int run = RUN; run < n; run *= 2) {
        for (int at = 0; at < n; at += 2 * run) {
            int n_a = run < n - at ? run : n - at, n_b = run < n - at - n_a ? run : n - at - n_a;
            merge_runs(keys[room] + at, places[room] + at, n_a, n_b, keys[1 - room] + at, places[1 - room] + at);
        }
        room = 1 - room;
    }
    return room;
}
#else
/* ---- groups ------------------------------------------------------------------------------------------------------ */

#if defined(COMPLEX)
#define MOST 1024
#else
#define MOST 2048
#endif

/* A bitonic network on each `width` of the first `total` keys, in which the greater of two always goes up.
 * Source: K. Batcher, Sorting networks and their applications, 1968. */
XP_FN void sort_tile(XP_SHARED K *keys, XP_SHARED xp_uint16 *places, int width, int total)
{
    for (int size = 2; size <= width; size *= 2)
        for (int by = size / 2; by > 0; by /= 2) {
            XP_BARRIER;
            for (int t = XP_ITEM; t < total / 2; t += XP_ITEMS) {
                int a = 2 * t - (t & (by - 1)), b = by == size / 2 ? a ^ (size - 1) : a + by;
                K key_a = keys[a], key_b = keys[b];
                xp_uint16 place_a = places[a], place_b = places[b];
                if (is_less(key_b, key_a) || (place_b < place_a && !is_less(key_a, key_b))) {
                    keys[a] = key_b;
                    keys[b] = key_a;
                    places[a] = place_b;
                    places[b] = place_a;
                }
            }
        }
    XP_BARRIER;
}
#endif

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* A group takes `per` lines. `width`: the power of two, 2 at least, that n needs. */
XP_ENTRY sort_short(XP_GLOBAL const U *x, xp_index x_start, XP_GLOBAL const U *pivots, xp_index pivots_start, U flip,
                    XP_GLOBAL U *values, xp_index values_start, XP_GLOBAL xp_int64 *positions,
                    xp_index positions_start, int n, int width, xp_index lines, xp_index per)
{
    xp_index first = XP_GROUP * per, left = lines - first;
    x += x_start;
    pivots += pivots_start;
    values += values ? values_start : 0;
    positions += positions ? positions_start : 0;
#if SIDE_BY_SIDE
    sort_lanes room[MOST] XP_ALIGNED;
    const sort_rule rule = rule_of(flip, pivots, 0);
    for (xp_index end = first + (per < left ? per : left); first < end; first += LANES) {
        const int used = end - first < LANES ? (int)(end - first) : LANES;
        for (int i = 0; i < n; i++)
            for (int lane = 0; lane < LANES; lane++) { /* those that are not used have the last line */
                const xp_index line = first + (lane < used ? lane : used - 1);
                const WORD key = key_of(load(x, line * n + i), rule);
#if HAS_PLACES
                room[i].words[lane] = key;
                room[i].places[lane] = (xp_uint64)i;
#else
                room[i].words[lane] = key << PLACE_BITS | (WORD)i;
#endif
            }
        sort_side_by_side(room, n, width);
        for (int lane = 0; lane < used; lane++)
            for (int i = 0; i < n; i++) {
#if HAS_PLACES
                const xp_index place = (xp_index)room[i].places[lane];
#else
                const xp_index place = (xp_index)(room[i].words[lane] & (MOST - 1));
#endif
                put_element(x, (first + lane) * n, i, place, values, positions);
            }
    }
#elif XP_ITEMS == 1
    K keys[2][MOST];
    xp_uint16 places[2][MOST];
    for (xp_index line = first; line < first + (per < left ? per : left); line++) {
        sort_rule rule = rule_of(flip, pivots, line);
        for (int i = 0; i < n; i++) {
            keys[0][i] = key_of(load(x, line * n + i), rule);
            places[0][i] = (xp_uint16)i;
        }
        int room = sort_line(keys, places, n);
        for (int i = 0; i < n; i++)
            put_element(x, line * n, i, places[room][i], values, positions);
    }
#else
    XP_LOCAL K keys[MOST];
    XP_LOCAL xp_uint16 places[MOST];
    int total = (int)(per < left ? per : left) * width;
    for (int t = XP_ITEM; t < total; t += XP_ITEMS) {
        xp_index line = first + t / width;
        int i = t & (width - 1);
        keys[t] = i < n ? key_of(load(x, line * n + i), rule_of(flip, pivots, line)) : last_key();
        places[t] = (xp_uint16)i;
    }
    sort_tile(keys, places, width, total);
    for (int t = XP_ITEM; t < total; t += XP_ITEMS) {
        int i = t & (width - 1);
        if (i < n)
            put_element(x, (first + t / width) * n, i, places[t], values, positions);
    }
#endif
}
