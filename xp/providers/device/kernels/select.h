/* Elements of lines by their rank: picked from lines in order, or found digit by digit.
 *
 * Found so, an element is never moved: a round counts for each rank the next lower digit of those keys that begin with
 * the digits found so far, and takes the one that the rank falls on. The key that is whole at the end tells all of the
 * element that shows. sort_keys.h comes before this.
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

/* ---- digit by digit ---------------------------------------------------------------------------------------------- */
#define RANKS 5  /* at most */
#define COPIES 4 /* of the first digit's counts, which are often about few digits: neighbours count in others */
#define BLOCK 32

#if XP_ITEMS == 1
/* The keys of a block, up to BLOCK of them. Returns how many. */
XP_FN int take_keys(U *keys, XP_GLOBAL const U *x, int left, sort_rule rule)
{
    int width = left < BLOCK ? left : BLOCK;
    XP_PARALLEL
    for (int j = 0; j < width; j++)
        keys[j] = key_of(x[j], rule);
    return width;
}

XP_FN void count_first(int *of_digit, XP_GLOBAL const U *x, int count, sort_rule rule, int shift)
{
    U keys[BLOCK];
    for (int i = 0; i < count; i += BLOCK) {
        int width = take_keys(keys, x + i, count - i, rule);
        for (int j = 0; j < width; j++)
            of_digit[j % COPIES * DIGITS + digit_of(keys[j], shift)]++;
    }
}

/* Most blocks have no key that begins with a head. */
XP_FN void count_next(int *of_digit, XP_GLOBAL const U *x, int count, sort_rule rule, const U *heads, int n_heads,
                      int shift)
{
    U keys[BLOCK];
    for (int i = 0; i < count; i += BLOCK) {
        int width = take_keys(keys, x + i, count - i, rule);
        for (int head = 0; head < n_heads; head++) {
            const U begins = heads[head];
            U found = 0;
            for (int j = 0; j < width; j++)
                found |= (U)((U)(keys[j] >> shift >> 8) == begins);
            for (int j = 0; j < width && found; j++)
                if ((U)(keys[j] >> shift >> 8) == begins)
                    of_digit[head * DIGITS + digit_of(keys[j], shift)]++;
        }
    }
}
#else
XP_FN void count_first(XP_SHARED int *of_digit, XP_GLOBAL const U *x, int count, sort_rule rule, int shift)
{
    for (int i = XP_ITEM; i < count; i += XP_ITEMS)
        XP_COUNT_UP(&of_digit[XP_ITEM % COPIES * DIGITS + digit_of(key_of(x[i], rule), shift)]);
}

XP_FN void count_next(XP_SHARED int *of_digit, XP_GLOBAL const U *x, int count, sort_rule rule, const U *heads,
                      int n_heads, int shift)
{
    for (int i = XP_ITEM; i < count; i += XP_ITEMS) {
        U key = key_of(x[i], rule), begins = (U)(key >> shift >> 8);
        for (int head = 0; head < n_heads; head++)
            if (begins == heads[head])
                XP_COUNT_UP(&of_digit[head * DIGITS + digit_of(key, shift)]);
    }
}
#endif

/* The counts of a piece of a line, by head and digit. Ranks whose keys begin alike have one head; as ranks ascend, they
 * are neighbours. found: what the keys begin with, by line and rank; nothing where `shift` is of the first digit. */
XP_ENTRY select_count(XP_GLOBAL const U *x, xp_index x_start, U flip, XP_GLOBAL const U *found, XP_GLOBAL int *counts,
                      xp_index n, xp_index pieces, xp_index length, int ranks, int shift)
{
#if XP_ITEMS == 1
    int of_digit[RANKS * DIGITS];
#else
    XP_LOCAL int of_digit[RANKS * DIGITS];
#endif
    xp_index line = XP_GROUP / pieces, piece = XP_GROUP - line * pieces, first = piece * length;
    int count = (int)(length < n - first ? length : n - first), is_first = shift + 8 == BITS, n_heads = 1;
    sort_rule rule = rule_of(flip, x, 0);
    U heads[RANKS];
    x += x_start + line * n + first;
    found += line * ranks;
    counts += XP_GROUP * ranks * DIGITS;
    heads[0] = is_first ? (U)0 : found[0];
    for (int rank = 1; rank < ranks && !is_first; rank++)
        if (found[rank] != heads[n_heads - 1])
            heads[n_heads++] = found[rank];
    for (int d = XP_ITEM; d < RANKS * DIGITS; d += XP_ITEMS)
        of_digit[d] = 0;
    XP_BARRIER;
    if (is_first)
        count_first(of_digit, x, count, rule, shift);
    else
        count_next(of_digit, x, count, rule, heads, n_heads, shift);
    XP_BARRIER;
    for (int d = XP_ITEM; d < n_heads * DIGITS; d += XP_ITEMS) {
        int sum = of_digit[d];
        for (int copy = 1; copy < COPIES && is_first; copy++)
            sum += of_digit[copy * DIGITS + d];
        counts[d] = sum;
    }
}

/* The next digit of each rank's key; a group has a line. left: the rank among the keys that begin alike. */
XP_ENTRY select_digit(XP_GLOBAL const int *counts, XP_GLOBAL const xp_int64 *wanted, XP_GLOBAL U *found,
                      XP_GLOBAL P *left, xp_index pieces, int ranks, int shift)
{
#if XP_ITEMS == 1
    P totals[DIGITS];
#else
    XP_LOCAL P totals[DIGITS];
#endif
    const int is_first = shift + 8 == BITS;
    U last = 0;
    int head = -1;
    counts += XP_GROUP * pieces * ranks * DIGITS;
    found += XP_GROUP * ranks;
    left += XP_GROUP * ranks;
    for (int rank = 0; rank < ranks; rank++) {
        U begins = is_first ? (U)0 : found[rank];
        XP_BARRIER;
        if (rank == 0 || begins != last) {
            head++;
            for (int d = XP_ITEM; d < DIGITS; d += XP_ITEMS) {
                P total = 0;
                for (xp_index piece = 0; piece < pieces; piece++)
                    total += (P)counts[(piece * ranks + head) * DIGITS + d];
                totals[d] = total;
            }
        }
        last = begins;
        XP_BARRIER;
        if (XP_ITEM == 0) {
            P before = 0, place = is_first ? (P)wanted[rank] : left[rank];
            int digit = 0;
            while (place - before >= totals[digit])
                before += totals[digit++];
            left[rank] = place - before;
            found[rank] = (U)((is_first ? (U)0 : (U)(begins << 7 << 1)) | (U)digit);
        }
    }
}

/* The element of a key, as `plain` has it. */
XP_FN U element_of(U key, U flip)
{
#if defined(FLOAT)
    return key == LAST ? QUIET_NAN : key == TOP ? (U)0 : key & TOP ? (U)(key & (U)~TOP) : (U)~key;
#else
    return (U)(key ^ flip);
#endif
}

/* out: `count` elements of a line from its keys; with `nan_spreads` there is one more, the last one's. */
XP_ENTRY select_found(XP_GLOBAL const U *found, U flip, xp_index count, int nan_spreads, xp_index elements,
                      xp_index stretch, XP_GLOBAL U *out, xp_index out_start)
{
    xp_index first = XP_GROUP * XP_ITEMS * stretch + XP_ITEM;
    for (xp_index k = 0; k < stretch; k++) {
        xp_index i = first + k * XP_ITEMS, line = i / count, start = line * (count + nan_spreads);
        if (i >= elements)
            break;
        int is_spread = nan_spreads && is_nan(found[start + count]);
        out[out_start + i] = element_of(found[start + (is_spread ? count : i - line * count)], flip);
    }
}
