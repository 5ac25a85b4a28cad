/* Kernels of reductions for processors, whose items have lanes of their own: loops over them are vectorised.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "graph/operation.h"
#include "providers/device/reduce_render.h"

#define WHOLE_STEPS 4   /* of programs whose whole turns have a loop of their own */
#define WHOLE_TALLIES 2

/* Begins the loop over [at, stop) of the inner axes in stretches of `count` along the last one. */
static void add_stretches(xp_builder *text, const reduce_plan *plan, const char *stop)
{
    int inner = plan->geometry.ndim - 1;
    xp_builder_addf(text, "        while (at < %s) {\n", stop);
    render_coordinates(text, &plan->render, plan->geometry.outer, inner + 1, "at");
    render_places(text, &plan->render);
    render_loads(text, &plan->render, true);
    xp_builder_addf(text,
                    "        const xp_place room = n%d - c%d, count = room < %s - at ? room : (xp_place)(%s - at);\n",
                    render_extent(&plan->render, inner), inner, stop, stop);
}

/* Indices `from` + [0, `width`) of a stretch go to lanes `lane` + [0, `width`), as number `turn` of each. */
static void add_elements(xp_builder *text, const reduce_plan *plan, const char *from, const char *width,
                         const char *lane, const char *turn)
{
    xp_builder_addf(text,
                    "        for (i = 0; i < %s; i++) {\n"
                    "        const xp_place j = c%d + %s + i;\n",
                    width, plan->geometry.ndim - 1, from);
    render_loads(text, &plan->render, false);
    render_steps(text, &plan->program);
    reduce_stores(text, plan);
    reduce_takes(text, plan, lane, turn);
    xp_builder_add(text, "        }\n");
}

/* The results that an item has, [first, last). */
static void add_share(xp_builder *text)
{
    xp_builder_addf(text,
                    "    const xp_index first = tile * n%d, last = kept - first < n%d ? kept : first + n%d;\n"
                    "    xp_index k;\n",
                    REDUCE_LANES, REDUCE_LANES, REDUCE_LANES);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static bool is_arithmetic(const xp_operation *operation)
{
    return operation == &xp_operation_add || operation == &xp_operation_subtract ||
           operation == &xp_operation_multiply || operation == &xp_operation_square;
}

/* Whether a program is little more than its tallies: with others, a loop's text twice takes too long to compile, and
 * vectors of all lanes do not fit into registers. */
static bool is_light(const reduce_plan *plan)
{
    const xp_program *program = &plan->program;
    bool light = program->n_steps <= WHOLE_STEPS && plan->n_tallies <= WHOLE_TALLIES;
    for (int i = 0; i < program->n_steps && light; i++)
        light = is_arithmetic(program->steps[i].operation);
    return light;
}

/* Turn t of all lanes, which are those of one vector. */
static void add_turn(xp_builder *text, const reduce_plan *plan, const char *turn)
{
    char width[16], from[40];
    snprintf(width, sizeof width, "%d", REDUCE_ROW_LANES);
    snprintf(from, sizeof from, "from + t * %d", REDUCE_ROW_LANES);
    xp_builder_addf(text, "        XP_PARALLEL_BY(%d)\n", REDUCE_ROW_LANES);
    add_elements(text, plan, from, width, "i", turn);
}

/* Whole turns of all lanes. Their number is known to the compiler, which so keeps what lanes have in registers from
 * turn to turn. The first one, which alone is of importance as such, is not looked for in the loop. */
static void add_whole_turns(xp_builder *text, const reduce_plan *plan)
{
    xp_builder_addf(text,
                    "        if (lane == 0 && count - from >= %d) {\n"
                    "        const int turns = (int)((count - from) / %d);\n"
                    "        int t = 0;\n"
                    "        if (turn == 0) {\n",
                    REDUCE_ROW_LANES, REDUCE_ROW_LANES);
    add_turn(text, plan, "0");
    xp_builder_add(text,
                   "        t++;\n"
                   "        }\n"
                   "        for (; t < turns; t++) {\n");
    add_turn(text, plan, "1");
    xp_builder_addf(text,
                    "        }\n"
                    "        from += turns * %d;\n"
                    "        filled += turns * %d;\n"
                    "        continue;\n"
                    "        }\n",
                    REDUCE_ROW_LANES, REDUCE_ROW_LANES);
}

/* A leaf: a stretch of the row that fills all lanes. */
static void add_row_values(xp_builder *text, const reduce_plan *plan)
{
    add_stretches(text, plan, "stop");
    xp_builder_addf(text,
                    "        xp_place from = 0;\n"
                    "        while (from < count) {\n"
                    "        const int lane = filled %% %d, turn = filled / %d, free = %d - lane;\n"
                    "        const int width = count - from < free ? (int)(count - from) : free;\n",
                    REDUCE_ROW_LANES, REDUCE_ROW_LANES, REDUCE_ROW_LANES);
    if (is_light(plan))
        add_whole_turns(text, plan);
    xp_builder_add(text, "        XP_PARALLEL\n");
    add_elements(text, plan, "from", "width", "lane + i", "turn");
    xp_builder_add(text,
                   "        from += width;\n"
                   "        filled += width;\n"
                   "        }\n"
                   "        at += count;\n"
                   "        }\n");
}

/* Lanes become cells, which are merged in pairs until one is left. */
static void add_row_fold(xp_builder *text, const reduce_plan *plan)
{
    char ending[120];
    snprintf(ending, sizeof ending,
             "            @_set(&s#, i, @_end(&s#, i, filled / %d + (i < filled %% %d)));\n", REDUCE_ROW_LANES,
             REDUCE_ROW_LANES);
    xp_builder_add(text, "        XP_PARALLEL\n        for (i = 0; i < used; i++) {\n");
    reduce_each_tally(text, plan, ending);
    xp_builder_add(text,
                   "        }\n"
                   "        for (; used > 1; used = (used + 1) / 2) {\n"
                   "            const int apart = (used + 1) / 2;\n"
                   "            XP_PARALLEL\n"
                   "            for (i = 0; i < used / 2; i++) {\n");
    reduce_each_tally(text, plan, "                @_set(&s#, i, @_merge(@_get(&s#, i), @_get(&s#, i + apart)));\n");
    xp_builder_add(text, "            }\n        }\n");
    reduce_each_tally(text, plan, "        branch# = @_merge(branch#, @_get(&s#, 0));\n");
}

/* What is left of branches goes into the totals every REDUCE_BRANCH leaves, and at the end. */
static const char *const grow = "        total# = @_merge(total#, branch#);\n        branch# = @_none();\n";

static void add_rows(xp_builder *text, const reduce_plan *plan)
{
    reduce_each_tally(text, plan, "    @_lanes s# XP_ALIGNED;\n");
    xp_builder_add(text,
                   "    for (k = first; k < last; k++) {\n"
                   "        xp_index at = begin;\n"
                   "        int leaves = 0;\n");
    reduce_each_tally(text, plan, "        @_cell total# = @_none(), branch# = @_none();\n");
    xp_builder_add(text, "        {\n");
    render_coordinates(text, &plan->render, 0, plan->geometry.outer, "k");
    xp_builder_addf(text,
                    "        while (at < end) {\n"
                    "        const xp_index stop = end - at < %d ? end : at + %d;\n"
                    "        int filled = 0, i, used = stop - at < %d ? (int)(stop - at) : %d;\n"
                    "        for (i = 0; i < used; i++) {\n",
                    REDUCE_ROW_LEAF * REDUCE_ROW_LANES, REDUCE_ROW_LEAF * REDUCE_ROW_LANES, REDUCE_ROW_LANES,
                    REDUCE_ROW_LANES);
    reduce_each_tally(text, plan, "            @_start(&s#, i);\n");
    xp_builder_add(text, "        }\n");
    add_row_values(text, plan);
    add_row_fold(text, plan);
    xp_builder_addf(text, "        if (++leaves == %d) {\n        leaves = 0;\n", REDUCE_BRANCH);
    reduce_each_tally(text, plan, grow);
    xp_builder_add(text, "        }\n        }\n        }\n");
    reduce_each_tally(text, plan, grow);
    reduce_ending(text, plan);
    xp_builder_add(text, "    }\n");
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

/* A leaf: some rows, each of which gives every lane a value. */
static void add_columns_leaf(xp_builder *text, const reduce_plan *plan)
{
    xp_builder_addf(text,
                    "        int turn = 0;\n"
                    "        next = end - r < %d ? end : r + %d;\n"
                    "        for (x = 0; x < results; x++) {\n",
                    REDUCE_LEAF_ROWS, REDUCE_LEAF_ROWS);
    reduce_each_tally(text, plan, "            @_start(&s#, x);\n");
    xp_builder_add(text,
                   "        }\n"
                   "        for (; r < next; r++, turn++) {\n"
                   "        xp_index at = first;\n");
    render_coordinates(text, &plan->render, 0, plan->geometry.outer, "r");
    add_stretches(text, plan, "last");
    xp_builder_add(text, "        const int lane = (int)(at - first), width = (int)count, from = 0;\n"
                         "        int i;\n"
                         "        XP_PARALLEL\n");
    add_elements(text, plan, "from", "width", "lane + i", "turn");
    xp_builder_add(text,
                   "        at += count;\n"
                   "        }\n"
                   "        }\n"
                   "        for (x = 0; x < results; x++) {\n");
    reduce_each_tally(text, plan, "            branches#[x] = @_merge(branches#[x], @_end(&s#, x, turn));\n");
    xp_builder_add(text, "        }\n");
}

static void add_columns(xp_builder *text, const reduce_plan *plan)
{
    char arrays[120];
    snprintf(arrays, sizeof arrays, "    @_cell totals#[%d], branches#[%d];\n    @_lanes s# XP_ALIGNED;\n",
             REDUCE_PANEL, REDUCE_PANEL);
    reduce_each_tally(text, plan, arrays);
    xp_builder_add(text,
                   "    const int results = (int)(last - first);\n"
                   "    xp_index r = begin, next;\n"
                   "    int leaves = 0, x;\n"
                   "    for (x = 0; x < results; x++) {\n");
    reduce_each_tally(text, plan, "        totals#[x] = @_none();\n        branches#[x] = @_none();\n");
    xp_builder_add(text, "    }\n    for (; r < end; r = next) {\n");
    add_columns_leaf(text, plan);
    xp_builder_addf(text,
                    "        if (++leaves < %d && next < end)\n"
                    "            continue;\n"
                    "        leaves = 0;\n"
                    "        for (x = 0; x < results; x++) {\n",
                    REDUCE_BRANCH);
    reduce_each_tally(text, plan,
                      "            totals#[x] = @_merge(totals#[x], branches#[x]);\n"
                      "            branches#[x] = @_none();\n");
    xp_builder_add(text, "        }\n    }\n    for (k = first, x = 0; k < last; k++, x++) {\n");
    reduce_each_tally(text, plan, "        const @_cell total# = totals#[x];\n");
    reduce_ending(text, plan);
    xp_builder_add(text, "    }\n");
}

/* ---- whole kernels ----------------------------------------------------------------------------------------------- */

void reduce_render_processors(xp_builder *text, const reduce_plan *plan)
{
    reduce_begin(text, plan, "reduce_pieces");
    reduce_begin_piece(text, plan);
    add_share(text);
    if (plan->render.form == REDUCE_ROWS)
        add_rows(text, plan);
    else
        add_columns(text, plan);
    xp_builder_add(text, "}\n");
}

void reduce_render_merging_processors(xp_builder *text, const reduce_plan *plan)
{
    reduce_begin(text, plan, "merge_pieces");
    xp_builder_addf(text,
                    "    const xp_index first = XP_GROUP * n%d, last = kept - first < n%d ? kept : first + n%d;\n"
                    "    xp_index k, piece;\n"
                    "    for (k = first; k < last; k++) {\n",
                    REDUCE_LANES, REDUCE_LANES, REDUCE_LANES);
    reduce_each_tally(text, plan, "        @_cell total# = z#[k];\n");
    xp_builder_add(text, "        for (piece = 1; piece < pieces; piece++) {\n");
    reduce_each_tally(text, plan, "            total# = @_merge(total#, z#[piece * kept + k]);\n");
    xp_builder_add(text, "        }\n");
    reduce_results(text, plan);
    xp_builder_add(text, "    }\n}\n");
}
