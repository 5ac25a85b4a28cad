/* Cells of moments: how many values, their mean, the sum of squared differences from it. As kernels/reduce_sums.h.
 *
 * A lane adds up differences from its first value, which keeps them small where the values are close together.
 * Cells are merged as Chan, Golub and LeVeque do: Updating formulae and a pairwise algorithm for computing sample
 * variances (1979).
 * SPDX-License-Identifier: BSD-3-Clause */
typedef struct CELL(lanes) {
    WIDE shift[WIDTH], sum[WIDTH], squares[WIDTH];
} CELL(lanes);
typedef struct CELL(cell) {
    WIDE count, mean, squares;
} CELL(cell);

XP_FN CELL(cell) CELL(of)(WIDE count, WIDE mean, WIDE squares)
{
    CELL(cell) c;
    c.count = count;
    c.mean = mean;
    c.squares = squares;
    return c;
}

XP_FN CELL(cell) CELL(none)(void) { return CELL(of)((WIDE)0, (WIDE)0, (WIDE)0); }

XP_FN void CELL(start)(CELL(lanes) *s, int i)
{
    s->shift[i] = (WIDE)0;
    s->sum[i] = (WIDE)0;
    s->squares[i] = (WIDE)0;
}

XP_FN void CELL(take)(CELL(lanes) *s, int i, ELEMENT v, int turn)
{
    const WIDE shift = turn == 0 ? (WIDE)v : s->shift[i], apart = (WIDE)v - shift;
    s->shift[i] = shift;
    s->sum[i] += apart;
    s->squares[i] += apart * apart;
}

XP_FN CELL(cell) CELL(end)(const CELL(lanes) *s, int i, int taken)
{
    const WIDE count = (WIDE)taken, share = s->sum[i] / (taken > 0 ? count : (WIDE)1);
    const WIDE squares = s->squares[i] - s->sum[i] * share;
    return CELL(of)(count, s->shift[i] + share, squares < (WIDE)0 ? (WIDE)0 : squares);
}

/* The arrays of lanes as those of cells. */
XP_FN CELL(cell) CELL(get)(const CELL(lanes) *s, int i) { return CELL(of)(s->shift[i], s->sum[i], s->squares[i]); }
XP_FN void CELL(set)(CELL(lanes) *s, int i, CELL(cell) c)
{
    s->shift[i] = c.count;
    s->sum[i] = c.mean;
    s->squares[i] = c.squares;
}

XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b)
{
    WIDE count = a.count + b.count, apart = b.mean - a.mean, share = b.count / count;
    WIDE squares = a.squares + b.squares + apart * apart * (a.count * share);
    CELL(cell) both = CELL(of)(count, a.mean + apart * share, squares);
    return b.count == (WIDE)0 ? a : a.count == (WIDE)0 ? b : both;
}
