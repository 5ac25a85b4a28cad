/* Who works on a matrix: all items of a group on one, or each item on one of its own.
 *
 *   MATRIX                   the number of the item's matrix
 *   ONE_LANE                 1: one item works on it, as on processors, or where ALONE is defined as 1
 *   LANE, LANES              the number of the item among those that do, a power of two of them
 *   LX, LY, XS, YS           the same in two dimensions: XS neighbours side by side, YS of such rows
 *   SYNC, SHARED             what they wait with, and what comes before arrays that they share
 *   REDUCE(array, x, f)      x becomes f of all lanes' x, in a fixed order; the array is SHARED and has LANES elements
 * kernels/algebra.h comes before this.
 * SPDX-License-Identifier: BSD-3-Clause */
#if ALONE || XP_ITEMS == 1
#define ONE_LANE 1
#define MATRIX (XP_GROUP * XP_ITEMS + XP_ITEM)
#define LANE 0
#define LANES 1
#define XS 1
#define SYNC
#define SHARED
#define REDUCE(array, x, f)
#else
#define ONE_LANE 0
#define MATRIX XP_GROUP
#define LANE XP_ITEM
#define LANES XP_ITEMS
#if XP_ITEMS % 32 == 0
#define XS 32
#else
#define XS 1
#endif
#define SYNC XP_BARRIER
#define SHARED XP_LOCAL
#define REDUCE(array, x, f)                                                                                            \
    do {                                                                                                               \
        array[LANE] = x;                                                                                               \
        for (int below = LANES / 2; below > 0; below /= 2) {                                                           \
            SYNC;                                                                                                      \
            if (LANE < below)                                                                                          \
                array[LANE] = f(array[LANE], array[LANE + below]);                                                     \
        }                                                                                                              \
        SYNC;                                                                                                          \
        x = array[0];                                                                                                  \
        SYNC;                                                                                                          \
    } while (0)
#endif
#define YS (LANES / XS)
#define LX (LANE % XS)
#define LY (LANE / XS)

#define LARGER(x, y) ((x) > (y) ? (x) : (y))
#define EITHER(x, y) ((x) | (y))
#define SUM_OF(x, y) ((x) + (y))
/* Of a number and its place: the larger number, at the lower place if they are equal. */
#define FIRST_LARGER(x, y) ((x).size > (y).size || ((x).size == (y).size && (x).at < (y).at) ? (x) : (y))
typedef struct placed {
    R size;
    xp_index at;
} placed;

/* The larger part, without a sign. */
XP_FN R part_of(T x)
{
#if PARTS == 2
    R re = fabs(x.re), im = fabs(x.im);
    return re > im ? re : im;
#else
    return fabs(x);
#endif
}
