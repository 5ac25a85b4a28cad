/* Cells of extrema, and of extrema with their positions (OF_POSITION 1). As kernels/reduce_sums.h; further definitions:
 * BETTER(a, b), IS_NAN(a), and NOTHING, than which nothing is worse. A NaN is better than any number, and of equals
 * the one with the smallest position: so the order in which values are taken does not matter.
 * SPDX-License-Identifier: BSD-3-Clause */
XP_FN ELEMENT CELL(better)(ELEMENT a, ELEMENT b) { return (BETTER(b, a) | IS_NAN(b)) ? b : a; }

#if OF_POSITION

typedef struct CELL(cell) {
    ELEMENT value;
    xp_index position;
} CELL(cell);
typedef struct CELL(lanes) {
    ELEMENT value[WIDTH];
    xp_index position[WIDTH];
} CELL(lanes);

XP_FN CELL(cell) CELL(of)(ELEMENT value, xp_index position)
{
    CELL(cell) c;
    c.value = value;
    c.position = position;
    return c;
}

XP_FN CELL(cell) CELL(none)(void) { return CELL(of)(NOTHING, LAST_POSITION); }

XP_FN int CELL(equal)(ELEMENT a, ELEMENT b) { return (a == b) | (IS_NAN(a) & IS_NAN(b)); }

XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b)
{
    int better = BETTER(b.value, a.value) | (IS_NAN(b.value) & !IS_NAN(a.value));
    int wins = better | (CELL(equal)(a.value, b.value) & (b.position < a.position));
    return CELL(of)(wins ? b.value : a.value, wins ? b.position : a.position);
}

XP_FN CELL(cell) CELL(get)(const CELL(lanes) *s, int i) { return CELL(of)(s->value[i], s->position[i]); }
XP_FN void CELL(set)(CELL(lanes) *s, int i, CELL(cell) c)
{
    s->value[i] = c.value;
    s->position[i] = c.position;
}
XP_FN void CELL(take)(CELL(lanes) *s, int i, ELEMENT v, int turn, xp_index position)
{
    CELL(set)(s, i, CELL(merge)(CELL(get)(s, i), CELL(of)(v, position)));
}

#else

typedef ELEMENT CELL(cell);
typedef struct CELL(lanes) {
    ELEMENT value[WIDTH];
} CELL(lanes);
XP_FN CELL(cell) CELL(none)(void) { return NOTHING; }
XP_FN CELL(cell) CELL(merge)(CELL(cell) a, CELL(cell) b) { return CELL(better)(a, b); }
XP_FN CELL(cell) CELL(get)(const CELL(lanes) *s, int i) { return s->value[i]; }
XP_FN void CELL(set)(CELL(lanes) *s, int i, CELL(cell) c) { s->value[i] = c; }
XP_FN void CELL(take)(CELL(lanes) *s, int i, ELEMENT v, int turn) { s->value[i] = CELL(better)(s->value[i], v); }

#endif

XP_FN CELL(cell) CELL(end)(const CELL(lanes) *s, int i, int taken) { return CELL(get)(s, i); }
XP_FN void CELL(start)(CELL(lanes) *s, int i) { CELL(set)(s, i, CELL(none)()); }
