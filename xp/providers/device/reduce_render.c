/* What the kernels of a reduction share: parameters, results, taking values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/reduce_render.h"

#include <stdio.h>

#include "core/dtype.h"
#include "providers/device/kernels/texts.h"

void reduce_each_tally(xp_builder *text, const reduce_plan *plan, const char *format)
{
    for (int t = 0; t < plan->n_tallies; t++) {
        char name[32], number[16];
        reduce_tally_name(&plan->tallies[t], name);
        snprintf(number, sizeof number, "%d", t);
        for (const char *c = format; *c; c++) {
            char one[2] = {*c, 0};
            xp_builder_add(text, *c == '#' ? number : *c == '@' ? name : one);
        }
    }
}

static void add_parameters(xp_builder *text, const reduce_plan *plan)
{
    const xp_program *program = &plan->program;
    render_number_parameters(text, &plan->render);
    if (plan->render.form != REDUCE_MERGING)
        render_input_parameters(text, &plan->render);
    xp_builder_add(text, ",\n    XP_GLOBAL xp_uint64 *scratch");
    for (int i = 0; i < program->n_outputs; i++)
        if (reduce_divides(&program->outputs[i]))
            xp_builder_addf(text, ",\n    xp_float64 d%d", i);
    render_output_parameters(text, &plan->render);
    xp_builder_add(text, ")\n{\n");
}

/* Names for the leading numbers, and where cells of each tally lie in scratch memory: by piece, then by result. */
static void add_names(xp_builder *text, const reduce_plan *plan)
{
    render_numbers_of_memory(text, &plan->render);
    xp_builder_addf(text, "    const xp_index kept = n%d, reduced = n%d, pieces = n%d;\n", REDUCE_KEPT, REDUCE_REDUCED,
                    REDUCE_PIECES);
    int words = 0;
    for (int t = 0; t < plan->n_tallies; t++) {
        char name[32];
        reduce_tally_name(&plan->tallies[t], name);
        xp_builder_addf(text,
                        "    XP_GLOBAL %s_cell *const z%d = (XP_GLOBAL %s_cell *)(scratch + %d * pieces * kept);\n",
                        name, t, name, words);
        words += reduce_cell_words(&plan->tallies[t]);
    }
}

void reduce_begin(xp_builder *text, const reduce_plan *plan, const char *entry)
{
    render_place_type(text, &plan->render);
    if (plan->render.form != REDUCE_MERGING)
        render_functions(text, &plan->program);
    reduce_render_cells(text, plan);
    if (!plan->render.is_cpu) {
        xp_builder_add(text, "typedef union any_cell {\n");
        reduce_each_tally(text, plan, "    @_cell of#;\n");
        xp_builder_add(text, "} any_cell;\n");
    }
    xp_builder_addf(text, "XP_ENTRY %s(", entry);
    add_parameters(text, plan);
    add_names(text, plan);
}

void reduce_begin_piece(xp_builder *text, const reduce_plan *plan)
{
    render_scalars(text, &plan->render);
    xp_builder_addf(text,
                    "    const xp_index tiles = n%d, piece = XP_GROUP / tiles, tile = XP_GROUP - piece * tiles;\n"
                    "    const xp_index begin = piece * n%d, end = reduced - begin < n%d ? reduced : begin + n%d;\n",
                    REDUCE_TILES, REDUCE_LENGTH, REDUCE_LENGTH, REDUCE_LENGTH);
}

/* The axes of the results. */
static void kept_axes(const reduce_plan *plan, int *first, int *last)
{
    bool are_inside = plan->render.form == REDUCE_COLUMNS;
    *first = are_inside ? plan->geometry.outer : 0;
    *last = are_inside ? plan->geometry.ndim : plan->geometry.outer;
}

void reduce_results(xp_builder *text, const reduce_plan *plan)
{
    const xp_program *program = &plan->program;
    int first, last;
    kept_axes(plan, &first, &last);
    render_coordinates(text, &plan->render, first, last, "k");
    for (int i = 0; i < program->n_outputs; i++) {
        const xp_output *output = &program->outputs[i];
        if (!output->reduction)
            continue;
        char cell[24];
        snprintf(cell, sizeof cell, "total%d", plan->tally_of[i]);
        render_place_of_result(text, &plan->render, i, first, last);
        xp_builder_addf(text, "        const xp_%s w%d = ", xp_dtype_name(output->dtype), i);
        reduce_render_result(text, plan, i, cell);
        if (xp_dtype_is(output->dtype, XP_KIND_COMPLEX))
            xp_builder_addf(text, ";\n        y%d[0] = w%d.re;\n        y%d[1] = w%d.im;\n", i, i, i, i);
        else
            xp_builder_addf(text, ";\n        y%d[0] = w%d;\n", i, i);
    }
}

void reduce_ending(xp_builder *text, const reduce_plan *plan)
{
    xp_builder_add(text, "        if (pieces == 1) {\n");
    reduce_results(text, plan);
    xp_builder_add(text, "        } else {\n");
    reduce_each_tally(text, plan, "            z#[piece * kept + k] = total#;\n");
    xp_builder_add(text, "        }\n");
}

void reduce_stores(xp_builder *text, const reduce_plan *plan)
{
    for (int i = 0; i < plan->program.n_outputs; i++)
        if (!plan->program.outputs[i].reduction)
            render_store(text, &plan->render, i);
}

void reduce_takes(xp_builder *text, const reduce_plan *plan, const char *lane, const char *turn)
{
    for (int t = 0; t < plan->n_tallies; t++) {
        const reduce_tally *tally = &plan->tallies[t];
        char name[32];
        reduce_tally_name(tally, name);
        xp_builder_addf(text, "            %s_take(&s%d, %s, v%d, %s", name, t, lane, tally->value, turn);
        if (tally->family == REDUCE_ARGMIN || tally->family == REDUCE_ARGMAX)
            xp_builder_addf(text, ", v%d", plan->position);
        xp_builder_add(text, ");\n");
    }
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

void reduce_render(xp_builder *text, const reduce_plan *plan)
{
    bool merges = plan->render.form == REDUCE_MERGING;
    if (plan->render.is_cpu)
        (merges ? reduce_render_merging_processors : reduce_render_processors)(text, plan);
    else
        (merges ? reduce_render_merging_groups : reduce_render_groups)(text, plan);
}
