/* Elements as integers whose order is theirs: what the texts that sort have in common.
 *
 * Defined before this: U, an unsigned integer of BITS bits, and what the bits of an element are: FLOAT a floating
 * number, COMPLEX two of them, else an integer. With CLASSES elements are told apart by the pivot of their line alone:
 * less, equal, greater, NaN. P is an unsigned integer for positions in a line.
 * SPDX-License-Identifier: BSD-3-Clause */
#define TOP ((U)((U)1 << (BITS - 1)))
#define LAST ((U) ~(U)0)
#if BITS == 32
#define INFINITE ((U)0x7f800000)
#else
#define INFINITE ((U)0x7ff0000000000000)
#endif

/* What keys of a line are made with. `flip`: the bits in which keys differ from elements, so that signed integers have
 * the order of unsigned ones, and all orders can be turned round. */
typedef struct sort_rule {
    U flip, pivot;
} sort_rule;

#if defined(FLOAT) || defined(COMPLEX)
/* -0 is 0, and NaN comes behind all numbers, or before them where all bits are flipped. */
XP_FN U ordered(U u, U flip)
{
    U size = u & (U)~TOP;
    U key = size == 0 ? TOP : u & TOP ? (U)~u : (U)(u | TOP);
    return (size > INFINITE ? LAST : key) ^ flip;
}
#else
XP_FN U ordered(U u, U flip)
{
    return (U)(u ^ flip);
}
#endif

XP_FN sort_rule rule_of(U flip, XP_GLOBAL const U *pivots, xp_index line)
{
    sort_rule rule;
    rule.flip = flip;
#if defined(CLASSES)
    rule.pivot = ordered(pivots[line], flip);
#else
    rule.pivot = 0;
#endif
    return rule;
}

#if defined(COMPLEX)
#define PARTS 2
#define DIGITS 256
typedef struct sort_pair {
    U re, im;
} sort_pair;
typedef sort_pair E;
typedef sort_pair K;
XP_FN E load(XP_GLOBAL const U *x, xp_index i)
{
    E element;
    element.re = x[2 * i];
    element.im = x[2 * i + 1];
    return element;
}
XP_FN void store(XP_GLOBAL U *x, xp_index i, E element)
{
    x[2 * i] = element.re;
    x[2 * i + 1] = element.im;
}
XP_FN K key_of(E element, sort_rule rule)
{
    K key;
    key.re = ordered(element.re, rule.flip);
    key.im = ordered(element.im, rule.flip);
    return key;
}
XP_FN K last_key(void)
{
    K key;
    key.re = key.im = LAST;
    return key;
}
XP_FN int is_nan(K key)
{
    return (key.re == LAST) | (key.im == LAST);
}
XP_FN int is_less(K a, K b)
{
    if (is_nan(a) != is_nan(b))
        return is_nan(b);
    return a.re < b.re || (a.re == b.re && a.im < b.im);
}
XP_FN int is_same(K a, K b)
{
    return a.re == b.re && a.im == b.im;
}
/* The imaginary part's digits are the lowest; above the real one's is whether there is a NaN. */
XP_FN int digit_of(K key, int shift)
{
    if (shift == 2 * BITS)
        return is_nan(key);
    return (int)((shift < BITS ? key.im >> shift : key.re >> (shift - BITS)) & 255);
}
#else
#define PARTS 1
typedef U E;
XP_FN E load(XP_GLOBAL const U *x, xp_index i)
{
    return x[i];
}
XP_FN void store(XP_GLOBAL U *x, xp_index i, E element)
{
    x[i] = element;
}
#if defined(CLASSES)
#define DIGITS 16
typedef xp_uint8 K;
XP_FN K key_of(E element, sort_rule rule)
{
    U key = ordered(element, rule.flip);
    int greater = key > rule.pivot;
#if defined(FLOAT)
    return (K)((key >= rule.pivot) + greater + (greater & (key == LAST)));
#else
    return (K)((key >= rule.pivot) + greater);
#endif
}
XP_FN int digit_of(K key, int shift)
{
    return key;
}
#else
#define DIGITS 256
typedef U K;
XP_FN K key_of(E element, sort_rule rule)
{
    return ordered(element, rule.flip);
}
XP_FN int digit_of(K key, int shift)
{
    return (int)(key >> shift & 255);
}
#endif
XP_FN K last_key(void)
{
    return (K) ~(K)0;
}
XP_FN int is_nan(K key)
{
#if defined(FLOAT) && !defined(CLASSES)
    return key == LAST;
#else
    return 0;
#endif
}
XP_FN int is_less(K a, K b)
{
    return a < b;
}
XP_FN int is_same(K a, K b)
{
    return a == b;
}
#endif

/* Counts become the sums of those before them; gives the sum of all. */
XP_FN P sum_up(XP_GLOBAL P *counts, xp_index n)
{
    P sum = 0;
    for (xp_index i = 0; i < n; i++) {
        P count = counts[i];
        counts[i] = sum;
        sum += count;
    }
    return sum;
}

#if XP_ITEMS > 1
/* The sum of what the items before this one have, and of what all have. `sums` has a place for each. */
XP_FN P sum_before(XP_SHARED P *sums, P value, P *all)
{
    P sum = value;
    sums[XP_ITEM] = value;
    XP_BARRIER;
    for (int by = 1; by < XP_ITEMS; by *= 2) {
        P other = XP_ITEM >= by ? sums[XP_ITEM - by] : 0;
        XP_BARRIER;
        sum += other;
        sums[XP_ITEM] = sum;
        XP_BARRIER;
    }
    *all = sums[XP_ITEMS - 1];
    XP_BARRIER;
    return sum - value;
}

#define SUMMED 8 /* counts of an item at a time */

/* The same as sum_up, by a group. */
XP_FN P sum_up_together(XP_GLOBAL P *counts, xp_index n, XP_SHARED P *sums)
{
    P before = 0, all, mine[SUMMED];
    for (xp_index start = 0; start < n; start += SUMMED * XP_ITEMS) {
        xp_index first = start + XP_ITEM * SUMMED;
        P sum = 0;
        for (int k = 0; k < SUMMED; k++) {
            mine[k] = first + k < n ? counts[first + k] : 0;
            sum += mine[k];
        }
        P place = before + sum_before(sums, sum, &all);
        before += all;
        for (int k = 0; k < SUMMED; k++) {
            if (first + k < n)
                counts[first + k] = place;
            place += mine[k];
        }
    }
    return before;
}
#endif
