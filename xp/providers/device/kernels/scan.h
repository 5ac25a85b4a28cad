/* Running sums and products along an axis.
 *
 * Lines are cut into pieces; a piece is worked through by an item, one element after the other (walk), or by a group
 * in tiles (tiles). Where a line has several pieces their totals come first, then the running totals (which are lines
 * of their own), then the pieces again with what lies before them. Sums of a walk are made in blocks, so that errors
 * grow with the number of blocks.
 * T, PART, PARTS, LOAD, STORE, plus, times, PRODUCT (0 or 1), XP_NUMBER, XP_LINES and XP_LINE are defined before this;
 * lines are those of the outer axes for each of `inner` neighbours.
 * SPDX-License-Identifier: BSD-3-Clause */
#define BLOCK 512
#define EACH 8 /* elements of an item in a tile */
#define TILE (EACH * XP_ITEMS)

#if PRODUCT
#define join(a, b) times(a, b)
#else
#define join(a, b) plus(a, b)
#endif

/* The arguments of every entry; an item or a group does `stretch` of `count` pieces. */
#define SCAN_ARGUMENTS                                                                                                 \
    XP_GLOBAL const PART *x, xp_index x_start, XP_GLOBAL PART *out, xp_index out_start, xp_index count,                \
        xp_index stretch, xp_index n, xp_index x_by, xp_index out_by, xp_index inner, xp_index x_next,                 \
        xp_index out_next, xp_index outer, xp_index piece, xp_index pieces, XP_GLOBAL PART *totals

/* ---- walks: an item goes along a line, or on processors along a panel of neighbouring ones ----------------------- */

#define PANEL 64

/* A piece of `width` lines, side by side: `carry` says whether something lies before it, and `before` what,
 * which becomes what lies before the next piece. */
XP_FN void walk(XP_GLOBAL const PART *x, xp_index x_by, XP_GLOBAL PART *out, xp_index out_by, xp_index n, int width,
                int carry, T *before, T *sums, int stores)
{
    for (xp_index i = 0; i < n; i++, x += x_by, out += out_by) {
#if PRODUCT
        int starts = i == 0 && !carry, has_before = 0;
        if (i == 0 && carry)
            for (int c = 0; c < width; c++)
                sums[c] = before[c];
#else
        int starts = i % BLOCK == 0, has_before = i >= BLOCK || carry;
        if (starts && i > 0)
            for (int c = 0; c < width; c++)
                before[c] = i > BLOCK || carry ? plus(before[c], sums[c]) : sums[c];
#endif
        XP_PARALLEL
        for (int c = 0; c < width; c++) {
            sums[c] = starts ? LOAD(x, c * PARTS) : join(sums[c], LOAD(x, c * PARTS));
            if (stores)
                STORE(out, c * PARTS, has_before ? plus(before[c], sums[c]) : sums[c]);
        }
    }
    for (int c = 0; c < width; c++)
        before[c] = !PRODUCT && (n > BLOCK || carry) ? plus(before[c], sums[c]) : sums[c];
}

#if XP_ITEMS == 1 && !PRODUCT
#define CHAINS 4 /* blocks side by side: the additions of one wait for each other */

/* Adds what lies before a block, if anything does, and gives what lies before the next one. */
XP_FN T end_block(XP_GLOBAL PART *out, xp_index out_by, int n, int carry, T before, T sum, int stores)
{
    if (!carry)
        return sum;
    if (stores)
        XP_PARALLEL
        for (int i = 0; i < n; i++)
            STORE(out, i * out_by, plus(before, LOAD(out, i * out_by)));
    return plus(before, sum);
}

/* What changes nothing; and a block's next element, which joins its sum. */
#if PARTS == 2
#define NOTHING JOIN(-(PART)0, -(PART)0)
#else
#define NOTHING (T)(-(PART)0)
#endif
#define TAKE(sum, block)                                                                                               \
    do {                                                                                                               \
        sum = plus(sum, LOAD(from, (block) * BLOCK * x_by));                                                           \
        if (stores)                                                                                                    \
            STORE(to, (block) * BLOCK * out_by, sum);                                                                  \
    } while (0)

/* A piece of one line as walk does it: blocks by themselves, then with what lies before them, which is returned. */
XP_FN T walk_line(XP_GLOBAL const PART *x, xp_index x_by, XP_GLOBAL PART *out, xp_index out_by, xp_index n, int carry,
                  T before, int stores)
{
    for (; n >= CHAINS * BLOCK; n -= CHAINS * BLOCK, x += CHAINS * BLOCK * x_by, out += CHAINS * BLOCK * out_by) {
        T a = NOTHING, b = NOTHING, c = NOTHING, d = NOTHING;
        XP_GLOBAL const PART *from = x;
        XP_GLOBAL PART *to = out;
        for (int i = 0; i < BLOCK; i++, from += x_by, to += out_by) {
            TAKE(a, 0);
            TAKE(b, 1);
            TAKE(c, 2);
            TAKE(d, 3);
        }
        before = end_block(out, out_by, BLOCK, carry, before, a, stores);
        before = end_block(out + BLOCK * out_by, out_by, BLOCK, 1, before, b, stores);
        before = end_block(out + 2 * BLOCK * out_by, out_by, BLOCK, 1, before, c, stores);
        before = end_block(out + 3 * BLOCK * out_by, out_by, BLOCK, 1, before, d, stores);
        carry = 1;
    }
    for (; n > 0; n -= BLOCK, x += BLOCK * x_by, out += BLOCK * out_by, carry = 1) {
        const int length = n < BLOCK ? (int)n : BLOCK;
        T sum = NOTHING;
        XP_GLOBAL const PART *from = x;
        XP_GLOBAL PART *to = out;
        for (int i = 0; i < length; i++, from += x_by, to += out_by)
            TAKE(sum, 0);
        before = end_block(out, out_by, length, carry, before, sum, stores);
    }
    return before;
}
#endif

/* Piece `number` of a line, or of `most` neighbouring ones, whose numbers are side by side. */
XP_FN void walk_piece(SCAN_ARGUMENTS, xp_index number, int scans, int most, T *before, T *sums XP_LINES)
{
    XP_NUMBER panels = (XP_NUMBER)((inner + most - 1) / most), line = (XP_NUMBER)number / panels;
    xp_index first = (xp_index)((XP_NUMBER)number - line * panels) * most;
    xp_index at = (xp_index)(line / (XP_NUMBER)outer), from = at * piece;
    line -= (XP_NUMBER)at * (XP_NUMBER)outer;
    xp_index to = out_start + first * out_next + from * out_by;
    xp_index total = ((xp_index)line * inner + first) * pieces + at; /* the place of its total */
    const int width = most == 1 ? 1 : inner - first < most ? (int)(inner - first) : most;
    int carry = scans && at > 0;
    x_start += first * x_next + from * x_by;
    XP_LINE(line, x_start, to)
    if (carry)
        for (int c = 0; c < width; c++)
            before[c] = LOAD(totals, (total - 1 + c * pieces) * PARTS);
    const xp_index length = n - from < piece ? n - from : piece;
#if XP_ITEMS == 1 && !PRODUCT
    if (most == 1)
        *before = scans ? walk_line(x + x_start, x_by, out + to, out_by, length, carry, *before, 1)
                        : walk_line(x + x_start, x_by, out + to, out_by, length, carry, *before, 0);
    else
#endif
        walk(x + x_start, x_by, out + to, out_by, length, width, carry, before, sums, scans);
    if (!scans)
        for (int c = 0; c < width; c++)
            STORE(totals, (total + c * pieces) * PARTS, before[c]);
}

XP_ENTRY scan_walk(SCAN_ARGUMENTS, int scans XP_LINES)
{
    T before, sum;
    xp_index from = (XP_GROUP * XP_ITEMS + XP_ITEM) * stretch, end = from + stretch < count ? from + stretch : count;
    for (; from < end; from++)
        walk_piece(x, x_start, out, out_start, count, stretch, n, x_by, out_by, inner, x_next, out_next, outer, piece,
                   pieces, totals, from, scans, 1, &before, &sum XP_LINES_ON);
}

#if XP_ITEMS == 1
XP_ENTRY scan_panels(SCAN_ARGUMENTS, int scans XP_LINES)
{
    T before[PANEL], sums[PANEL];
    xp_index from = XP_GROUP * stretch, end = from + stretch < count ? from + stretch : count;
    for (; from < end; from++)
        walk_piece(x, x_start, out, out_start, count, stretch, n, x_by, out_by, inner, x_next, out_next, outer, piece,
                   pieces, totals, from, scans, PANEL, before, sums XP_LINES_ON);
}
#endif

/* ---- tiles: a group for each piece ------------------------------------------------------------------------------- */

#if XP_ITEMS > 1
/* Elements of a tile in local memory, with a gap behind those of each item, so that items use different banks. */
#define PLACE(i) ((i) + (i) / EACH)

XP_ENTRY scan_tiles(SCAN_ARGUMENTS, int scans XP_LINES)
{
    XP_LOCAL T tile[TILE + XP_ITEMS];
    XP_LOCAL T sums[XP_ITEMS];
    XP_NUMBER line = (XP_NUMBER)XP_GROUP / (XP_NUMBER)pieces;
    xp_index at = XP_GROUP - (xp_index)line * pieces, end = at * piece + piece < n ? at * piece + piece : n;
    XP_NUMBER out_of = line / (XP_NUMBER)inner, next = line - out_of * (XP_NUMBER)inner;
    xp_index to = out_start + (xp_index)next * out_next;
    int carry = scans && at > 0;
    T before;
    x_start += (xp_index)next * x_next;
    XP_LINE(out_of, x_start, to)
    if (carry)
        before = LOAD(totals, (XP_GROUP - 1) * PARTS);
    for (xp_index from = at * piece; from < end; from += TILE) {
        int length = end - from < TILE ? (int)(end - from) : TILE, own = length - EACH * XP_ITEM;
        own = own < EACH ? own : EACH;
        for (int i = XP_ITEM; i < length; i += XP_ITEMS)
            tile[PLACE(i)] = LOAD(x, x_start + (from + i) * x_by);
        XP_BARRIER;
        T sum = tile[PLACE(EACH * XP_ITEM)]; /* whatever it is where `own` is not positive: nobody uses it then */
        for (int i = 1; i < own; i++) {
            sum = join(sum, tile[PLACE(EACH * XP_ITEM + i)]);
            tile[PLACE(EACH * XP_ITEM + i)] = sum;
        }
        sums[XP_ITEM] = sum;
        XP_BARRIER;
        for (int by = 1; by < XP_ITEMS; by *= 2) {
            if (XP_ITEM >= by)
                sum = join(sums[XP_ITEM - by], sum);
            XP_BARRIER;
            sums[XP_ITEM] = sum;
            XP_BARRIER;
        }
        if (XP_ITEM > 0)
            sum = carry ? join(before, sums[XP_ITEM - 1]) : sums[XP_ITEM - 1];
        else if (carry)
            sum = before;
        for (int i = 0; i < own && (carry || XP_ITEM > 0); i++)
            tile[PLACE(EACH * XP_ITEM + i)] = join(sum, tile[PLACE(EACH * XP_ITEM + i)]);
        before = carry ? join(before, sums[XP_ITEMS - 1]) : sums[XP_ITEMS - 1];
        carry = 1;
        XP_BARRIER;
        for (int i = XP_ITEM; scans && i < length; i += XP_ITEMS)
            STORE(out, to + (from + i) * out_by, tile[PLACE(i)]);
        XP_BARRIER;
    }
    if (!scans && XP_ITEM == 0)
        STORE(totals, XP_GROUP * PARTS, before);
}
#endif
