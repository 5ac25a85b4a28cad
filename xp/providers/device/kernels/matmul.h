/* Products of stacks of matrices.
 *
 * Three ways: tiles of the result, whose blocks of a and b go through local memory (of an item on processors, where the
 * parts of complex numbers lie apart, so that all loops are over one array); a dot product for each of a few columns;
 * and a plain loop for each element of small matrices. Sums over many elements are made in `pieces`, which a last step
 * adds up. Strides and places count R. kernels/algebra.h comes before this, and BLOCK, an item's rows and columns.
 * SPDX-License-Identifier: BSD-3-Clause */
#define STEP 512 /* elements that are added up before their sum goes to the result: as in BLAS, errors stay small */

#define OPERANDS                                                                                                       \
    XP_GLOBAL const R *a, xp_index a_start, xp_index a_batch, xp_index a_row, xp_index a_column,                       \
        XP_GLOBAL const R *b, xp_index b_start, xp_index b_batch, xp_index b_row, xp_index b_column,                   \
        XP_GLOBAL R *out, xp_index out_start, xp_index out_batch, xp_index out_row, xp_index out_column,               \
        xp_index out_piece, xp_index batches, xp_index m, xp_index n, xp_index k, xp_index pieces, xp_index share

/* Where a piece of the sums begins and ends, and the operands' places for a batch. */
#define TAKE_PIECE(batch, piece)                                                                                       \
    xp_index first = (piece) * share, last = first + share < k ? first + share : k;                                    \
    a += a_start + (batch) * a_batch;                                                                                  \
    b += b_start + (batch) * b_batch;                                                                                  \
    out += out_start + (batch) * out_batch + (piece) * out_piece

/* ---- tiles ------------------------------------------------------------------------------------------------------- */
#if XP_ITEMS > 1
#define WIDE 16 /* items along a row of the tile */
#define TALL (XP_ITEMS / WIDE)
#define ROWS (TALL * BLOCK)
#define COLUMNS (WIDE * BLOCK)
#define DEPTH 8
XP_ENTRY matmul_tiles(OPERANDS)
{
    XP_LOCAL T of_a[DEPTH][ROWS + 1], of_b[DEPTH][COLUMNS + 1];
    T sum[BLOCK][BLOCK];
    xp_index across = (n + COLUMNS - 1) / COLUMNS, down = (m + ROWS - 1) / ROWS;
    xp_index number = XP_GROUP / across, left = (XP_GROUP - number * across) * COLUMNS;
    xp_index rest = number / down, top = (number - rest * down) * ROWS;
    int x = XP_ITEM % WIDE, y = XP_ITEM / WIDE;
    int a_lines = a_column <= a_row && a_column >= -a_row, b_lines = b_row < b_column && b_row > -b_column;
    TAKE_PIECE(rest % batches, rest / batches);
    for (xp_index step = first; step == first || step < last; step += STEP) {
        xp_index end = step + STEP < last ? step + STEP : last;
        for (int i = 0; i < BLOCK; i++)
            for (int j = 0; j < BLOCK; j++)
                sum[i][j] = element_of((R)0);
        for (xp_index at = step; at < end; at += DEPTH) {
            for (int e = XP_ITEM; e < ROWS * DEPTH; e += XP_ITEMS) {
                int l = a_lines ? e % DEPTH : e / ROWS, i = a_lines ? e / DEPTH : e % ROWS;
                of_a[l][i] = at + l < end && top + i < m ? LOAD(a, (top + i) * a_row + (at + l) * a_column)
                                                         : element_of((R)0);
            }
            for (int e = XP_ITEM; e < COLUMNS * DEPTH; e += XP_ITEMS) {
                int l = b_lines ? e % DEPTH : e / COLUMNS, j = b_lines ? e / DEPTH : e % COLUMNS;
                of_b[l][j] = at + l < end && left + j < n ? LOAD(b, (at + l) * b_row + (left + j) * b_column)
                                                          : element_of((R)0);
            }
            XP_BARRIER;
            for (int l = 0; l < DEPTH; l++) {
                T one[BLOCK], two[BLOCK];
                for (int i = 0; i < BLOCK; i++) {
                    one[i] = of_a[l][y + i * TALL];
                    two[i] = of_b[l][x + i * WIDE];
                }
                for (int i = 0; i < BLOCK; i++)
                    for (int j = 0; j < BLOCK; j++)
                        sum[i][j] = times_plus(one[i], two[j], sum[i][j]);
            }
            XP_BARRIER;
        }
        for (int i = 0; i < BLOCK; i++)
            for (int j = 0; j < BLOCK; j++) {
                xp_index row = top + y + i * TALL, column = left + x + j * WIDE;
                xp_index to = row * out_row + column * out_column;
                if (row < m && column < n)
                    STORE(out, to, step == first ? sum[i][j] : plus(LOAD(out, to), sum[i][j]));
            }
    }
}
#else
#define SIDE 64 /* of a tile, and of the blocks */

/* A block of a matrix, parts apart, with zeros where it has no more elements. */
XP_FN void take_block(R *to, XP_GLOBAL const R *from, xp_index row, xp_index column, int height, int width)
{
    for (int i = 0; i < SIDE; i++)
        for (int part = 0; part < PARTS; part++) {
            R *line = to + part * SIDE * SIDE + i * SIDE;
            XP_GLOBAL const R *source = from + i * row + part;
            int count = i < height ? width : 0;
            if (column == 1)
                XP_PARALLEL
                for (int j = 0; j < count; j++)
                    line[j] = source[j];
            else
                for (int j = 0; j < count; j++)
                    line[j] = source[j * column];
            for (int j = count; j < SIDE; j++)
                line[j] = (R)0;
        }
}

#if PARTS == 1
/* Two rows at a time, and four rounds of their sums. */
XP_FN void multiply_blocks(R *sums, const R *one, const R *two, int height, int depth)
{
    for (int i = 0; i < height; i += 2)
        for (int l = 0; l < depth; l += 4) {
            R *s = sums + i * SIDE, *t = s + SIDE;
            const R *x = one + i * SIDE + l, *y = x + SIDE, *p = two + l * SIDE;
            const R x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], y0 = y[0], y1 = y[1], y2 = y[2], y3 = y[3];
            XP_PARALLEL
            for (int j = 0; j < SIDE; j++) {
                R p0 = p[j], p1 = p[j + SIDE], p2 = p[j + 2 * SIDE], p3 = p[j + 3 * SIDE];
                s[j] = FMA(x3, p3, FMA(x2, p2, FMA(x1, p1, FMA(x0, p0, s[j]))));
                t[j] = FMA(y3, p3, FMA(y2, p2, FMA(y1, p1, FMA(y0, p0, t[j]))));
            }
        }
}
#else
XP_FN void multiply_blocks(R *sums, const R *one, const R *two, int height, int depth)
{
    for (int i = 0; i < height; i++)
        for (int l = 0; l < depth; l++) {
            R *re = sums + i * SIDE, *im = re + SIDE * SIDE;
            const R x = one[i * SIDE + l], y = one[SIDE * SIDE + i * SIDE + l];
            const R *p = two + l * SIDE, *q = p + SIDE * SIDE;
            XP_PARALLEL
            for (int j = 0; j < SIDE; j++) {
                re[j] = fma(-y, q[j], fma(x, p[j], re[j]));
                im[j] = fma(y, p[j], fma(x, q[j], im[j]));
            }
        }
}
#endif

XP_FN int shorter(xp_index left) { return left < SIDE ? (int)left : SIDE; }

XP_ENTRY matmul_tiles(OPERANDS)
{
    R of_a[PARTS * SIDE * SIDE], of_b[PARTS * SIDE * SIDE], sums[PARTS * SIDE * SIDE];
    xp_index across = (n + SIDE - 1) / SIDE, down = (m + SIDE - 1) / SIDE;
    xp_index number = XP_GROUP / across, left = (XP_GROUP - number * across) * SIDE;
    xp_index rest = number / down, top = (number - rest * down) * SIDE;
    int height = shorter(m - top), width = shorter(n - left);
    TAKE_PIECE(rest % batches, rest / batches);
    for (xp_index step = first; step == first || step < last; step += STEP) {
        for (int i = 0; i < PARTS * SIDE * SIDE; i++)
            sums[i] = (R)0;
        for (xp_index at = step; at < last && at < step + STEP; at += SIDE) {
            int depth = shorter(last - at);
            take_block(of_a, a + top * a_row + at * a_column, a_row, a_column, height, depth);
            take_block(of_b, b + at * b_row + left * b_column, b_row, b_column, depth, width);
            multiply_blocks(sums, of_a, of_b, height, depth);
        }
        for (int i = 0; i < height; i++)
            for (int part = 0; part < PARTS; part++)
                for (int j = 0; j < width; j++) {
                    xp_index to = (top + i) * out_row + (left + j) * out_column + part;
                    R sum = sums[part * SIDE * SIDE + i * SIDE + j];
                    out[to] = step == first ? sum : (R)(out[to] + sum);
                }
    }
}
#endif

/* ---- dot products ------------------------------------------------------------------------------------------------ */
/* Of a's rows, which are contiguous, with each of b's few columns. */
#if XP_ITEMS > 1
#define LANES (XP_ITEMS < 32 ? XP_ITEMS : 32) /* items that share a row */
XP_ENTRY matmul_rows(OPERANDS)
{
    XP_LOCAL T sums[XP_ITEMS];
    int lane = XP_ITEM % LANES;
    xp_index of_row = (m + XP_ITEMS / LANES - 1) / (XP_ITEMS / LANES), rest = XP_GROUP / of_row;
    xp_index row = (XP_GROUP - rest * of_row) * (XP_ITEMS / LANES) + XP_ITEM / LANES;
    TAKE_PIECE(rest % batches, rest / batches);
    for (xp_index column = 0; column < n; column++) {
        T sum = element_of((R)0);
        if (row < m)
            for (xp_index l = first + lane; l < last; l += LANES)
                sum = times_plus(LOAD(a, row * a_row + l * a_column), LOAD(b, l * b_row + column * b_column), sum);
        sums[XP_ITEM] = sum;
        for (int width = LANES / 2; width > 0; width /= 2) {
            XP_BARRIER;
            if (lane < width)
                sums[XP_ITEM] = plus(sums[XP_ITEM], sums[XP_ITEM + width]);
        }
        if (lane == 0 && row < m)
            STORE(out, row * out_row + column * out_column, sums[XP_ITEM]);
        XP_BARRIER;
    }
}
#else
#define LANES 16 /* sums at a time */
XP_FN T dot(XP_GLOBAL const R *a, XP_GLOBAL const R *b, xp_index b_row, xp_index count)
{
    T sum = element_of((R)0);
    xp_index l = 0;
#if PARTS == 1
    R sums[LANES];
    for (int i = 0; i < LANES; i++)
        sums[i] = (R)0;
    if (b_row == 1)
        for (; l + LANES <= count; l += LANES)
            XP_PARALLEL
            for (int i = 0; i < LANES; i++)
                sums[i] = FMA(a[l + i], b[l + i], sums[i]);
    else
        for (; l + LANES <= count; l += LANES)
            for (int i = 0; i < LANES; i++)
                sums[i] = FMA(a[l + i], b[(l + i) * b_row], sums[i]);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            sums[i] = (R)(sums[i] + sums[i + width]);
    sum = sums[0];
#else
    T other = sum;
    for (; l + 2 <= count; l += 2) {
        sum = times_plus(LOAD(a, PARTS * l), LOAD(b, l * b_row), sum);
        other = times_plus(LOAD(a, PARTS * (l + 1)), LOAD(b, (l + 1) * b_row), other);
    }
    sum = plus(sum, other);
#endif
    for (; l < count; l++)
        sum = times_plus(LOAD(a, PARTS * l), LOAD(b, l * b_row), sum);
    return sum;
}

/* A group takes 16 rows. */
XP_ENTRY matmul_rows(OPERANDS)
{
    xp_index of_row = (m + 15) / 16, rest = XP_GROUP / of_row, row = (XP_GROUP - rest * of_row) * 16;
    TAKE_PIECE(rest % batches, rest / batches);
    for (xp_index end = row + 16 < m ? row + 16 : m; row < end; row++)
        for (xp_index column = 0; column < n; column++) {
            T sum = element_of((R)0);
            for (xp_index at = first; at < last; at += 16 * STEP) {
                xp_index count = at + 16 * STEP < last ? 16 * STEP : last - at;
                sum = plus(sum, dot(a + row * a_row + at * a_column, b + at * b_row + column * b_column, b_row, count));
            }
            STORE(out, row * out_row + column * out_column, sum);
        }
}
#endif

/* ---- elements by themselves -------------------------------------------------------------------------------------- */
#if XP_ITEMS > 1
XP_ENTRY matmul_each(OPERANDS)
{
    xp_index element = XP_GROUP * XP_ITEMS + XP_ITEM, size = m * n;
    if (element >= size * batches * pieces)
        return;
    xp_index rest = element / size, place = element - rest * size, row = place / n, column = place - row * n;
    T sum = element_of((R)0);
    TAKE_PIECE(rest % batches, rest / batches);
    for (xp_index l = first; l < last; l++)
        sum = times_plus(LOAD(a, row * a_row + l * a_column), LOAD(b, l * b_row + column * b_column), sum);
    STORE(out, row * out_row + column * out_column, sum);
}
#else
/* A group takes `share` rows of the stack; there are no pieces. */
XP_ENTRY matmul_each(OPERANDS)
{
    xp_index line = XP_GROUP * share, end = line + share < batches * m ? line + share : batches * m;
    T sums[16];
    for (; line < end; line++) {
        xp_index batch = line / m, row = line - batch * m;
        XP_GLOBAL const R *p = a + a_start + batch * a_batch + row * a_row;
        XP_GLOBAL const R *q = b + b_start + batch * b_batch;
        xp_index to = out_start + batch * out_batch + row * out_row;
        for (xp_index left = 0; left < n; left += 16) {
            int width = n - left < 16 ? (int)(n - left) : 16;
            for (int j = 0; j < width; j++)
                sums[j] = element_of((R)0);
            for (xp_index l = 0; l < k; l++) {
                T x = LOAD(p, l * a_column);
                for (int j = 0; j < width; j++)
                    sums[j] = times_plus(x, LOAD(q, l * b_row + (left + j) * b_column), sums[j]);
            }
            for (int j = 0; j < width; j++)
                STORE(out, to + (left + j) * out_column, sums[j]);
        }
    }
}
#endif

/* ---- pieces ------------------------------------------------------------------------------------------------------ */
/* out = the sum of what `pieces` of m n elements each hold, for each batch. An item takes `share` elements. */
XP_ENTRY matmul_sum(XP_GLOBAL const R *parts, XP_GLOBAL R *out, xp_index out_start, xp_index out_batch,
                    xp_index out_row, xp_index out_column, xp_index batches, xp_index m, xp_index n, xp_index pieces)
{
    xp_index element = XP_GROUP * XP_ITEMS + XP_ITEM, size = m * n;
    if (element >= size * batches)
        return;
    xp_index batch = element / size, place = element - batch * size, row = place / n, column = place - row * n;
    T sum = element_of((R)0);
    for (xp_index piece = 0; piece < pieces; piece++)
        sum = plus(sum, LOAD(parts, PARTS * (piece * size * batches + element)));
    STORE(out, out_start + batch * out_batch + row * out_row + column * out_column, sum);
}
