/* Reductions of a program's values: how the index space is cut into problems and leaves.
 *
 * The plan's axes are, from the inside: the cell (a group of reduced axes, the line, and the kept group next to it, the
 * panel's axis; either may be the inner one) and outer axes, kept or reduced. A problem is a panel: up to `panel`
 * results side by side along the panel's axis at one index of the outer kept axes. Its leaves are counted through the
 * outer reduced axes and, within, along the line.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_REDUCE_H
#define HOST_REDUCE_H

#include "providers/host/engine.h"
#include "providers/host/reduce/counter.h"

typedef enum host_shape {
    HOST_ROWS,       /* the line is inside, and one leaf: blocks of whole rows */
    HOST_LONG_ROWS,  /* the line is inside, and several leaves */
    HOST_TILED,      /* the panel is inside and narrow: `fold` rows are one tile row, folded in the end */
    HOST_COLUMNS     /* the panel is inside and wide */
} host_shape;

/* Cells of one family for one value: shared by the outputs that ask for them. */
typedef struct host_tally {
    const host_reducer *reducer;
    uint8_t family;
    uint8_t bytes;       /* of an element of the value */
    uint8_t value_number; /* in the reduction's list */
    uint16_t value;
} host_tally;

/* A stretch of the line whose leaves have the same width: everything, or the rows that fill whole tile rows and the
 * rest. */
typedef struct host_strip {
    int64_t start;       /* index along the run or the line */
    int64_t rows;        /* of `width` elements each (of HOST_LONG_ROWS: elements of the line) */
    int64_t width;       /* results, or elements of a tile row */
    int64_t leaves;      /* for one index of the outer reduced axes */
} host_strip;

typedef struct host_reduction {
    const host_settings *settings;
    const host_plan *plan;
    const host_finishers *finishers;
    host_job job;
    int n_tallies;
    host_tally tallies[XP_PROGRAM_OUTPUTS];
    uint8_t tally_of[XP_PROGRAM_OUTPUTS];   /* by output */
    int n_values;
    uint16_t values[XP_PROGRAM_OUTPUTS];    /* the different ones of the tallies */
    uint8_t value_bytes[XP_PROGRAM_OUTPUTS];
    bool plain;                             /* every value is used where it lies, at any length */
    int64_t pitch[XP_PROGRAM_OUTPUTS];      /* by tally: bytes between rows, if plain */

    host_shape shape;
    int outer;                              /* axes before this one are outer */
    int panel_first, panel_last;            /* axes of the panel's group */
    int line_first, line_last;              /* axes of the line */
    int64_t kept, length;                   /* indices along the panel's axis and the line */
    int64_t outer_kept, outer_reduced;
    int64_t fold;                           /* rows in a tile row */
    int64_t panel;                          /* results of a problem, at most */
    int64_t problems;
    int n_strips;
    host_strip strips[2];
    double n;                               /* values for each result */
    host_access results[XP_PROGRAM_OUTPUTS]; /* outputs along the panel's axis */
    bool straight;                          /* results of whole rows go to the outputs without cells in between */
    host_ending endings[XP_PROGRAM_OUTPUTS]; /* by output, if so */
} host_reduction;

/* ---- geometry.c -------------------------------------------------------------------------------------------------- */

void host_reduction_make(host_reduction *reduction, const host_settings *settings, const host_plan *plan);

/* ---- leaves.c ---------------------------------------------------------------------------------------------------- */

/* What one thread works with. */
typedef struct host_reducing {
    const host_reduction *reduction;
    host_worker worker;
    const char *values[XP_PROGRAM_OUTPUTS]; /* by number of the value: where those at hand lie */
    char *scratch[XP_PROGRAM_OUTPUTS];      /* the same: room to put values together */
    bool is_open;                           /* the block at hand is still to be committed */
    int64_t open_start, open_n;
    char *state[XP_PROGRAM_OUTPUTS];        /* by tally: leaves of columns; batches of leaves of a long row */
    char *folded[XP_PROGRAM_OUTPUTS];       /* by tally: cells of the whole tile rows, while the rest is reduced */
    char *counter_memory[XP_PROGRAM_OUTPUTS];
    host_counter counters[XP_PROGRAM_OUTPUTS];
    char *result;                           /* elements of an output */
} host_reducing;

#define HOST_BATCH_LEVEL 6 /* leaves of a very long row are made 2^6 at a time */

/* Bytes that one thread needs (a multiple of 64), and its start. */
size_t host_reducing_bytes(const host_reduction *reduction);
void host_reducing_start(host_reducing *reducing, const host_reduction *reduction, char *memory);

/* Goes to a problem; results [*first, *first + *width) of the panel's axis. */
void host_reducing_seek(host_reducing *reducing, int64_t problem, int64_t *first, int64_t *width);

/* Empties the counters, for leaves of this strip. */
void host_reducing_clear(host_reducing *reducing, const host_strip *strip, int64_t width);

/* Pushes leaves [begin, end) of a strip (counted through the outer reduced axes) onto the counters. `first` and `width`
 * are the panel's. */
void host_reduce_leaves(host_reducing *reducing, const host_strip *strip, int64_t first, int64_t width, int64_t begin,
                        int64_t end);

/* Where results of output i from number `first` on are made: in place if they lie side by side there, else in scratch
 * memory, from which host_results_made stores them. */
char *host_results_at(const host_reducing *reducing, int i, int64_t first);
void host_results_made(const host_reducing *reducing, int i, int64_t first, int64_t count);

/* The results of a panel, where they go straight to the outputs. */
void host_reduce_straight(host_reducing *reducing, int64_t first, int64_t width);

/* Cells of a plane of tally t, for a panel of `width` results. */
int64_t host_strip_cells(const host_reduction *reduction, const host_strip *strip, int t, int64_t width);

/* How many leaves a strip has, through the outer reduced axes. */
static inline int64_t host_strip_leaves(const host_reduction *reduction, const host_strip *strip)
{
    return reduction->outer_reduced * strip->leaves;
}

/* ---- problems.c -------------------------------------------------------------------------------------------------- */

xp_status host_reduction_run(const host_reduction *reduction);

#endif
