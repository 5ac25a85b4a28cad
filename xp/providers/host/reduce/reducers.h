/* Reductions of blocks of values, compiled once for each instruction set.
 *
 * A result is the root of a tree. Its leaves are whole rows, HOST_LEAF values of a longer row, or HOST_LEAF_ROWS rows
 * of columns (HOST_LEAF_TILES of tiles); how a leaf is computed is fixed by its length alone, in lanes that do not
 * depend on the width of vectors. Leaves are merged in pairs. What a leaf or a branch is worth lies in cells of 8
 * bytes, in up to three planes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_REDUCERS_H
#define HOST_REDUCERS_H

#include <math.h>

#include "core/dtype.h"
#include "providers/host/cpu.h"

typedef enum host_family { /* what cells hold */
    HOST_SUM,      /* the sum: double (a pair for complex), or uint64 that wraps */
    HOST_PRODUCT,  /* the same */
    HOST_MOMENTS,  /* a shift s, the sum of x - s, the sum of squared differences from the mean: double */
    HOST_SPREAD,   /* the same sum of squares only, of whole rows: nothing to merge */
    HOST_MIN,      /* the extremum: double, int64 or uint64 */
    HOST_MAX,
    HOST_ARGMIN,   /* the extremum, and its position: int64 */
    HOST_ARGMAX,
    HOST_COUNT,    /* how many are not zero: int64 */
    HOST_N_FAMILIES
} host_family;

#define HOST_LEAF 1024
#define HOST_WHOLE_ROW 2048 /* rows up to this length are one leaf each */
#define HOST_LEAF_ROWS 192  /* of columns */
#define HOST_LEAF_TILES 192 /* of tiles. Neither may be more: positions and counts of bytes are bytes */
#define HOST_FIRST_ROWS 4  /* rows whose mean is the shift of a leaf of columns */
#define HOST_STATE_PAD 16  /* numbers that a plane of a leaf's state is rounded up to */
#define HOST_SHORT_ROW 64  /* rows up to this length are reduced several at a time */

typedef struct host_cells {
    char *planes[3];
} host_cells;

/* What becomes of the sums of whole rows: double cells, or elements of the values' dtype. */
typedef struct host_ending {
    enum { HOST_AS_CELLS = 1, HOST_DIVIDED = 2, HOST_ROOTED = 4 } what;
    double divisor; /* a number of the values' dtype */
} host_ending;

/* Where positions of a leaf of columns are counted from: cell c, row r has position start + r * step + c / columns. */
typedef struct host_positions {
    int64_t start, step, columns;
} host_positions;

typedef struct host_reducer {
    uint8_t planes;
    uint8_t parts;       /* cells of an element in each plane: 2 for complex */
    /* Leaves: `count` rows of `length` (1 to HOST_WHOLE_ROW) elements, `pitch` bytes apart. Positions count from
     * `position` in the first row, from `step` more in each next one. */
    void (*rows)(const char *values, int64_t count, int64_t length, int64_t pitch, int64_t position, int64_t step,
                 host_cells to);
    /* Adds rows to a leaf of `width` cells each; `done` says how many of its rows are in already. The first call brings
     * HOST_FIRST_ROWS, if there are as many. `state` has room for three planes of 8 bytes for
     * each cell, and HOST_STATE_PAD more. */
    void (*columns)(const char *values, int64_t rows, int64_t width, int64_t pitch, int64_t done, char *state);
    void (*columns_end)(const char *state, int64_t rows, int64_t width, const host_positions *positions,
                        host_cells to);
    /* into = into and then other, of so many values each. */
    void (*merge)(host_cells into, host_cells other, int64_t width, double n_into, double n_other);
    /* Rows each of which is all of a result, as `rows` has them: NULL if there is nothing better than cells. */
    void (*results)(const char *values, int64_t count, int64_t length, int64_t pitch, host_ending ending, char *out);
} host_reducer;

/* What cells mean as `width` elements of an output's dtype: of n values each, with a correction for var and std. */
typedef void host_finish(host_cells cells, int64_t width, double n, double correction, char *out);

/* What the square sum of n values is divided by: NaN, and so is the quotient, where nothing is left of n. */
static inline double host_divisor(double n, double correction) { return n > correction ? n - correction : (double)NAN; }

typedef struct host_finishers {
    host_finish *copy[XP_N_DTYPES];  /* the number itself: from double, int64, uint64 as the dtype needs */
    host_finish *mean[XP_N_DTYPES], *var[XP_N_DTYPES], *std[XP_N_DTYPES]; /* floating dtypes; mean complex, too */
    host_finish *position, *count, *any, *all;
} host_finishers;
const host_finishers *host_finishers_for(xp_isa isa);

/* NULL functions where the family does not take the dtype. */
typedef const host_reducer host_reducer_table[HOST_N_FAMILIES][XP_N_DTYPES];
const host_reducer *host_reducer_for(xp_isa isa, host_family family, int dtype);

#endif
