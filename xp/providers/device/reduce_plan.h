/* How a program that reduces is cut into pieces: axes, items, what each of them keeps.
 *
 * A result is the root of a tree that depends on the shape, the axes, their order in memory and the form (processor or
 * not) alone. A piece is a stretch of the reduced indices of one result, or of several results side by side. Its leaves
 * are values of one lane, a bounded number. If there are several pieces for a result, each leaves a cell in scratch
 * memory, and a second launch merges them.
 *
 *  - Groups of many items (REDUCE_GROUPS): lanes go through the piece, a lane apart from each other, and are folded in
 *    local memory; what is left of a group's items stands side by side along the kept axes. Whether lanes or results
 *    are neighbours is up to the order in memory.
 *  - Processors along the reduced axes (REDUCE_ROWS): an item has lanes of its own, to which the values of a row go in
 *    turn.
 *  - Processors along the kept axes (REDUCE_COLUMNS): an item has a lane for each of many results.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_REDUCE_PLAN_H
#define DEVICE_REDUCE_PLAN_H

#include "providers/device/device.h"
#include "providers/device/render.h"

#define REDUCE_LEAF 64        /* values of a lane of a group */
#define REDUCE_ROW_LANES 32   /* that a processor's item has of a row */
#define REDUCE_ROW_LEAF 128   /* values of such a lane */
#define REDUCE_LEAF_ROWS 192  /* of columns */
#define REDUCE_BRANCH 64      /* leaves that are merged before they meet the others */
#define REDUCE_PANEL 1024     /* results side by side that a processor's item has, at most */

typedef enum reduce_form { REDUCE_GROUPS = 1, REDUCE_ROWS, REDUCE_COLUMNS, REDUCE_MERGING } reduce_form;

typedef enum reduce_family { /* what cells are */
    REDUCE_SUM,
    REDUCE_PRODUCT,
    REDUCE_MOMENTS,
    REDUCE_MIN,
    REDUCE_MAX,
    REDUCE_ARGMIN,
    REDUCE_ARGMAX,
    REDUCE_COUNT
} reduce_family;

/* Cells of one family for one value: shared by the outputs that ask for them. */
typedef struct reduce_tally {
    uint8_t family;
    uint8_t dtype;              /* of the value */
    uint16_t value;
} reduce_tally;

/* The numbers that come first. */
typedef enum reduce_number {
    REDUCE_KEPT,                /* results */
    REDUCE_REDUCED,             /* values for each */
    REDUCE_PIECES,
    REDUCE_LENGTH,              /* of a piece */
    REDUCE_LANES,               /* of REDUCE_GROUPS; for processors: results of an item */
    REDUCE_LANE_STEP,           /* items from one lane to the next */
    REDUCE_COLUMN_STEP,         /* items from one result to the next */
    REDUCE_TILES,               /* stretches of results */
    REDUCE_NUMBERS
} reduce_number;

typedef struct reduce_plan {
    xp_program program;         /* with the position among its inputs, where somebody asks for it */
    xp_operands operands;
    device_geometry geometry;   /* the inner axes are those along which items go */
    render_plan render;
    int n_tallies;
    reduce_tally tallies[XP_PROGRAM_OUTPUTS];
    uint8_t tally_of[XP_PROGRAM_OUTPUTS]; /* by output */
    int position;               /* the value that is the position among the reduced indices, or -1 */
    int n_kept;
    int kept_axes[XP_MAX_NDIM]; /* of more than one index, in the order of memory */
    int64_t numbers[REDUCE_NUMBERS];
} reduce_plan;

void reduce_plan_make(reduce_plan *plan, const device_state *state, const xp_program *program,
                      const xp_operands *operands);

/* The second launch, which merges the cells that the first one left. Its program has nothing but results: an input for
 * each tally, which says of which dtype its values were, so that all programs with such results share a kernel. */
void reduce_plan_merging(reduce_plan *merging, const device_state *state, const reduce_plan *plan);

/* Words of 8 bytes that a cell takes in scratch memory. */
int reduce_cell_words(const reduce_tally *tally);

static inline bool reduce_divides(const xp_output *output)
{
    return output->reduction && (output->reduction->kind == XP_REDUCE_VAR || output->reduction->kind == XP_REDUCE_STD);
}

/* ---- texts (reduce_cells.c) -------------------------------------------------------------------------------------- */

/* Appends types and functions for the cells of all tallies: <name>_cell, <name>_take, ... */
void reduce_render_cells(xp_builder *text, const reduce_plan *plan);

/* The name of a tally's functions: "sum_float64". */
void reduce_tally_name(const reduce_tally *tally, char name[32]);

/* Appends the result of an output as an expression over its `cell`, with `reduced` and `d<output>` about. */
void reduce_render_result(xp_builder *text, const reduce_plan *plan, int output, const char *cell);

#endif
