/* Cells of moments: how many values, their mean, the sum of squared differences from it. As kernels/reduce_sums.h.
 *
 * A lane adds up differences from its first value, which keeps them small where the values are close together. If that
 * one is far from all others, by D, n D^2 have to be taken off again; so a lane goes over to its mean now and then: from
 * that n values are D / n away, and n^2 more of them add up to D^2 at most. A cell has its mean as such a value and what
 * the mean lies above it: rounded to one number, means far from 0 would differ by more than they do. Cells are merged as
 * Chan, Golub and LeVeque do: Updating formulae and a pairwise algorithm for computing sample variances (1979).
 * SPDX-License-Identifier: BSD-3-Clause */
typedef struct CELL(lanes) {
    WIDE count[WIDTH], shift[WIDTH], sum[WIDTH], squares[WIDTH]; /* of cells, the sum is what lies above */
} CELL(lanes);
typedef struct CELL(cell) {
    WIDE count, shift, above, squares;
} CELL(cell);

XP_FN CELL(cell) CELL(of)(WIDE count, WIDE shift, WIDE above, WIDE squares)
{
    CELL(cell) c;
    c.count = count;
    c.shift = shift;
    c.above = above;
    c.squares = squares;
    return c;
}

XP_FN CELL(cell) CELL(none)(void) { return CELL(of)((WIDE)0, (WIDE)0, (WIDE)0, (WIDE)0); }

XP_FN CELL(cell) CELL(get)(const CELL(lanes) *s, int i)
{
    return CELL(of)(s->count[i], s->shift[i], s->sum[i], s->squares[i]);
}
XP_FN void CELL(set)(CELL(lanes) *s, int i, CELL(cell) c)
{
    s->count[i] = c.count;
    s->shift[i] = c.shift;
    s->sum[i] = c.above;
    s->squares[i] = c.squares;
}
XP_FN void CELL(start)(CELL(lanes) *s, int i) { CELL(set)(s, i, CELL(none)()); }

/* From now on differences are from the mean of the lane's n values. */
XP_FN void CELL(centre)(CELL(lanes) *s, int i, int n)
{
    const WIDE centre = s->shift[i] + s->sum[i] / (WIDE)n, moved = centre - s->shift[i];
    const WIDE squares = s->squares[i] - moved * (s->sum[i] + (s->sum[i] - (WIDE)n * moved));
    s->shift[i] = centre;
    s->sum[i] -= (WIDE)n * moved;
    s->squares[i] = squares < (WIDE)0 ? (WIDE)0 : squares;
}

XP_FN void CELL(take)(CELL(lanes) *s, int i, ELEMENT v, int turn)
{
    if (turn == 2 || turn == 6 || turn == 42 || turn == 1806)
        CELL(centre)(s, i, turn);
    const WIDE shift = turn == 0 ? (WIDE)v : s->shift[i], apart = (WIDE)v - shift;
    s->shift[i] = shift;
    s->sum[i] += apart;
    s->squares[i] += apart * apart;
}

XP_FN CELL(cell) CELL(end)(const CELL(lanes) *s, int i, int taken)
{
    const WIDE count = (WIDE)taken, above = s->sum[i] / (taken > 0 ? count : (WIDE)1);
    const WIDE squares = s->squares[i] - s->sum[i] * above;
    return CELL(of)(count, s->shift[i], above, squares < (WIDE)0 ? (WIDE)0 : squares);
}

XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b)
{
    WIDE count = a.count + b.count, apart = (b.shift - a.shift) + (b.above - a.above), share = b.count / count;
    WIDE squares = a.squares + b.squares + apart * apart * (a.count * share);
    CELL(cell) both = CELL(of)(count, a.shift, a.above + apart * share, squares);
    return b.count == (WIDE)0 ? a : a.count == (WIDE)0 ? b : both;
}
