/* Kernels of reductions for groups of many items.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/reduce_render.h"

#define UNROLLED 4         /* values of a lane that are loaded before the first is used */
#define UNROLLED_STEPS 24  /* of programs with more steps one at a time is enough */

/* Which lane and which result an item has. */
static void add_lanes(xp_builder *text)
{
    xp_builder_addf(text,
                    "    const int lanes = (int)n%d, step = (int)n%d, columns = XP_ITEMS / lanes;\n"
                    "    const int lane = (XP_ITEM / step) & (lanes - 1);\n"
                    "    const int column = (XP_ITEM / (int)n%d) & (columns - 1);\n",
                    REDUCE_LANES, REDUCE_LANE_STEP, REDUCE_COLUMN_STEP);
}

/* Folds the lanes of a result, one tally after the other in the same local memory. */
static void add_fold(xp_builder *text, const reduce_plan *plan)
{
    reduce_each_tally(text, plan,
                      "    XP_BARRIER;\n"
                      "    shared[XP_ITEM].of# = total#;\n"
                      "    XP_BARRIER;\n"
                      "    for (span = lanes / 2; span > 0; span /= 2) {\n"
                      "        if (lane < span) {\n"
                      "            total# = @_merge(total#, shared[XP_ITEM + span * step].of#);\n"
                      "            shared[XP_ITEM].of# = total#;\n"
                      "        }\n"
                      "        XP_BARRIER;\n"
                      "    }\n");
}

/* Values of a lane, a few at a time: what lies beyond the end is the last one once more, and is not taken. */
static void add_lane(xp_builder *text, const reduce_plan *plan)
{
    int outer = plan->geometry.outer, unrolled = plan->program.n_steps > UNROLLED_STEPS ? 1 : UNROLLED;
    xp_builder_add(text, "    while (at < last) {\n        int taken = 0, turn, u;\n");
    reduce_each_tally(text, plan, "        @_lanes s#;\n        @_start(&s#, 0);\n");
    xp_builder_addf(text,
                    "        for (turn = 0; turn < %d && at < last; turn += %d) {\n"
                    "        #pragma unroll\n"
                    "        for (u = 0; u < %d; u++, at += lanes) {\n"
                    "        const xp_index r = at < last ? at : last - 1;\n",
                    REDUCE_LEAF, unrolled, unrolled);
    render_coordinates(text, &plan->render, outer, plan->geometry.ndim, "r");
    render_places(text, &plan->render);
    xp_builder_addf(text, "        const xp_place j = c%d;\n", plan->geometry.ndim - 1);
    render_loads(text, &plan->render, true);
    render_loads(text, &plan->render, false);
    render_steps(text, &plan->program);
    xp_builder_add(text, "        if (at < last) {\n");
    reduce_stores(text, plan);
    reduce_takes(text, plan, "0", "taken");
    xp_builder_add(text, "            taken++;\n        }\n        }\n        }\n");
    reduce_each_tally(text, plan, "        total# = @_merge(total#, @_end(&s#, 0, taken));\n");
    xp_builder_add(text, "    }\n");
}

void reduce_render_groups(xp_builder *text, const reduce_plan *plan)
{
    reduce_begin(text, plan, "reduce_pieces");
    reduce_begin_piece(text, plan);
    xp_builder_add(text, "    XP_LOCAL any_cell shared[XP_ITEMS];\n    int span;\n");
    add_lanes(text);
    xp_builder_add(text,
                   "    const xp_index here = tile * columns + column, k = here < kept ? here : kept - 1;\n"
                   "    const xp_index last = here < kept ? end : begin;\n"
                   "    xp_index at = begin + lane;\n");
    reduce_each_tally(text, plan, "    @_cell total# = @_none();\n");
    xp_builder_add(text, "    {\n");
    render_coordinates(text, &plan->render, 0, plan->geometry.outer, "k");
    add_lane(text, plan);
    xp_builder_add(text, "    }\n");
    add_fold(text, plan);
    xp_builder_add(text, "    if (lane == 0 && here < kept) {\n");
    reduce_ending(text, plan);
    xp_builder_add(text, "    }\n}\n");
}

void reduce_render_merging_groups(xp_builder *text, const reduce_plan *plan)
{
    reduce_begin(text, plan, "merge_pieces");
    xp_builder_add(text, "    XP_LOCAL any_cell shared[XP_ITEMS];\n    int span;\n    xp_index piece;\n");
    add_lanes(text);
    xp_builder_add(text, "    const xp_index k = XP_GROUP * columns + column;\n");
    reduce_each_tally(text, plan, "    @_cell total# = @_none();\n");
    xp_builder_add(text, "    for (piece = lane; piece < pieces && k < kept; piece += lanes) {\n");
    reduce_each_tally(text, plan, "        total# = @_merge(total#, z#[piece * kept + k]);\n");
    xp_builder_add(text, "    }\n");
    add_fold(text, plan);
    xp_builder_add(text, "    if (lane == 0 && k < kept) {\n");
    reduce_results(text, plan);
    xp_builder_add(text, "    }\n}\n");
}
