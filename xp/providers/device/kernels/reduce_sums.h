/* Cells of sums, products and counts of elements that are not zero: what reducing kernels keep, in the core's words.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Included once for each kind and dtype. The renderer defines
 *   CELL(name)   the name for this kind and dtype: sum_float64_take
 *   ELEMENT      the type of values, WIDE the type in which they are added up (of complex ones, that of the parts)
 *   WIDTH        lanes side by side that an item has
 *   NOTHING      what changes nothing: -0, 0 or 1
 *   OF_COMPLEX, OF_PRODUCT, OF_COUNT   0 or 1
 * and forgets them with kernels/reduce_end.h. A lane starts, takes values one after the other (`turn` counts them) and
 * ends as a cell; cells are merged. Lanes lie in arrays of plain numbers, which lets loops over them be vectorised;
 * what has ended may lie there, too (set, get). */

#if OF_COMPLEX && !OF_COUNT /* ---- pairs ------------------------------------------------------------------------ */

typedef struct CELL(cell) {
    WIDE re, im;
} CELL(cell);
typedef struct CELL(lanes) {
    WIDE re[WIDTH], im[WIDTH];
} CELL(lanes);

XP_FN CELL(cell) CELL(of)(WIDE re, WIDE im)
{
    CELL(cell) c;
    c.re = re;
    c.im = im;
    return c;
}

#if OF_PRODUCT
/* Nothing is 1 - 0 i. By the formula it would make NaN of infinities. */
XP_FN CELL(cell) CELL(none)(void) { return CELL(of)((WIDE)1, -(WIDE)0); }
XP_FN int CELL(is_none)(CELL(cell) a) { return a.re == (WIDE)1 && a.im == (WIDE)0 && (WIDE)1 / a.im < (WIDE)0; }
XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b)
{
    CELL(cell) both = CELL(of)(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
    return CELL(is_none)(a) ? b : CELL(is_none)(b) ? a : both;
}
#else
XP_FN CELL(cell) CELL(none)(void) { return CELL(of)(NOTHING, NOTHING); }
XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b) { return CELL(of)(a.re + b.re, a.im + b.im); }
#endif
XP_FN CELL(cell) CELL(get)(const CELL(lanes) *s, int i) { return CELL(of)(s->re[i], s->im[i]); }
XP_FN void CELL(set)(CELL(lanes) *s, int i, CELL(cell) c)
{
    s->re[i] = c.re;
    s->im[i] = c.im;
}
XP_FN void CELL(take)(CELL(lanes) *s, int i, ELEMENT v, int turn)
{
    CELL(set)(s, i, CELL(merge)(CELL(get)(s, i), CELL(of)((WIDE)v.re, (WIDE)v.im)));
}

#else /* ---- single numbers --------------------------------------------------------------------------------------- */

typedef WIDE CELL(cell);
typedef struct CELL(lanes) {
    WIDE of[WIDTH];
} CELL(lanes);
XP_FN CELL(cell) CELL(none)(void) { return NOTHING; }
#if OF_PRODUCT
XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b) { return a * b; }
#else
XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b) { return a + b; }
#endif
#if OF_COUNT && OF_COMPLEX
#define ADDED(v) ((v.re != 0) | (v.im != 0))
#elif OF_COUNT
#define ADDED(v) (v != 0)
#else
#define ADDED(v) (WIDE) v
#endif
XP_FN CELL(cell) CELL(get)(const CELL(lanes) *s, int i) { return s->of[i]; }
XP_FN void CELL(set)(CELL(lanes) *s, int i, CELL(cell) c) { s->of[i] = c; }
XP_FN void CELL(take)(CELL(lanes) *s, int i, ELEMENT v, int turn) { s->of[i] = CELL(merge)(s->of[i], ADDED(v)); }
#undef ADDED

#endif

XP_FN CELL(cell) CELL(end)(const CELL(lanes) *s, int i, int taken) { return CELL(get)(s, i); }
XP_FN void CELL(start)(CELL(lanes) *s, int i) { CELL(set)(s, i, CELL(none)()); }
