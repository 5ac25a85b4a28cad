/* The kernel of a program without reductions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/render.h"

#include <stdio.h>

#define NUMBER_COUNT 0 /* of indices */
#define NUMBER_CHUNK 1 /* of them, for an item of a processor */

/* From the index `at` to its place along each axis, and `column` along the inner one. */
static void add_coordinates(xp_builder *text, const render_plan *plan)
{
    render_coordinates(text, plan, 0, plan->geometry->ndim, "at");
    xp_builder_addf(text, "        const xp_place column = c%d;\n", plan->geometry->ndim - 1);
}

static void add_body(xp_builder *text, const render_plan *plan)
{
    render_loads(text, plan, false);
    render_steps(text, plan->program);
    for (int i = 0; i < plan->program->n_outputs; i++)
        render_store(text, plan, i);
}

/* ---- the two forms ----------------------------------------------------------------------------------------------- */

/* A stretch of indices, row by row. */
static void add_processor_form(xp_builder *text, const render_plan *plan)
{
    int inner = render_extent(plan, plan->geometry->ndim - 1);
    xp_builder_addf(text,
                    "    xp_index at = XP_GROUP * n%d;\n"
                    "    const xp_index last = n%d - at < n%d ? n%d : at + n%d;\n"
                    "    while (at < last) {\n",
                    NUMBER_CHUNK, NUMBER_COUNT, NUMBER_CHUNK, NUMBER_COUNT, NUMBER_CHUNK);
    add_coordinates(text, plan);
    render_places(text, plan);
    render_loads(text, plan, true);
    xp_builder_addf(text,
                    "        const xp_place end = n%d - column < last - at ? (xp_place)n%d\n"
                    "                                                    : column + (xp_place)(last - at);\n"
                    "        xp_place j;\n"
                    "        at += end - column;\n"
                    "        XP_PARALLEL\n"
                    "        for (j = column; j < end; j++) {\n",
                    inner, inner);
    add_body(text, plan);
    xp_builder_add(text, "        }\n    }\n");
}

/* A few indices, a group apart from each other so that neighbours of a group lie side by side. */
static void add_group_form(xp_builder *text, const render_plan *plan)
{
    xp_builder_addf(text,
                    "    int turn;\n"
                    "    for (turn = 0; turn < %d; turn++) {\n"
                    "        const xp_index at = (XP_GROUP * %d + turn) * XP_ITEMS + XP_ITEM;\n"
                    "        if (at >= n%d)\n"
                    "            return;\n",
                    RENDER_PER_ITEM, RENDER_PER_ITEM, NUMBER_COUNT);
    add_coordinates(text, plan);
    render_places(text, plan);
    xp_builder_add(text, "        const xp_place j = column;\n");
    render_loads(text, plan, true);
    add_body(text, plan);
    xp_builder_add(text, "    }\n");
}

void render_elementwise(xp_builder *text, const render_plan *plan)
{
    render_place_type(text, plan);
    render_functions(text, plan->program);
    xp_builder_add(text, "XP_ENTRY run_program(");
    render_number_parameters(text, plan);
    render_input_parameters(text, plan);
    render_output_parameters(text, plan);
    xp_builder_add(text, ")\n{\n");
    render_numbers_of_memory(text, plan);
    render_scalars(text, plan);
    if (plan->is_cpu)
        add_processor_form(text, plan);
    else
        add_group_form(text, plan);
    xp_builder_add(text, "}\n");
}
