/* Pieces of the kernels of a reduction.
 *
 * In a kernel, total<t> is the cell of tally t that results are made of, s<t> are the lanes that take values, and z<t>
 * its cells in scratch memory; kept, reduced, pieces, tiles, piece, tile are numbers of the plan, [begin, end) is the
 * piece.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_REDUCE_RENDER_H
#define DEVICE_REDUCE_RENDER_H

#include "providers/device/reduce_plan.h"

/* Appends `format` for each tally: # stands for its number, @ for its functions' name. */
void reduce_each_tally(xp_builder *text, const reduce_plan *plan, const char *format);

/* Types, functions and the kernel's head up to the names of numbers; then, but for merging, what the piece is. */
void reduce_begin(xp_builder *text, const reduce_plan *plan, const char *entry);
void reduce_begin_piece(xp_builder *text, const reduce_plan *plan);

/* What stores does so, and what reduces is taken by lane `lane` as number `turn`. */
void reduce_stores(xp_builder *text, const reduce_plan *plan);
void reduce_takes(xp_builder *text, const reduce_plan *plan, const char *lane, const char *turn);

/* Result k of each output from the totals; the same where there is one piece, else cells. */
void reduce_results(xp_builder *text, const reduce_plan *plan);
void reduce_ending(xp_builder *text, const reduce_plan *plan);

/* ---- whole kernels ----------------------------------------------------------------------------------------------- */

/* The whole text of a plan but for the definition of XP_ITEMS. */
void reduce_render(xp_builder *text, const reduce_plan *plan);

/* reduce_groups.c: the form REDUCE_GROUPS, and merging on such devices. */
void reduce_render_groups(xp_builder *text, const reduce_plan *plan);
void reduce_render_merging_groups(xp_builder *text, const reduce_plan *plan);

/* reduce_processors.c: the forms REDUCE_ROWS and REDUCE_COLUMNS, and merging on processors. */
void reduce_render_processors(xp_builder *text, const reduce_plan *plan);
void reduce_render_merging_processors(xp_builder *text, const reduce_plan *plan);

#endif
