/* Planning a reduction: tallies, the order of axes, pieces.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/reduce_plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"
#include "providers/device/reduce.h"

#define SHORT_ROW 32            /* below, an item has a row for itself */
#define FEW_RESULTS 16          /* fewer side by side are not worth going along them */
#define LANE_VALUES 8           /* of a row that fills no group, at least */
#define COLUMN_LANES 8          /* of a group in columns */
#define COLUMN_VALUES 16        /* of a lane, at least */
#define WANTED_GROUPS 2048      /* keep a large device busy */
#define PIECE_VALUES 16         /* of a lane, at least */
#define WANTED_CHUNKS 128       /* keep a large processor busy */
#define CHUNK_VALUES 16384      /* of a processor's piece, at least */
#define ROW_VALUES 16384        /* of the rows that an item has */
#define LEAST_PANEL 256         /* results that a processor's item has in columns, */
#define WANTED_PANELS 32        /* where wider panels are fewer than this */

/* ---- tallies ----------------------------------------------------------------------------------------------------- */

static const uint8_t families[XP_N_REDUCTIONS] = {
    [XP_REDUCE_SUM] = REDUCE_SUM,       [XP_REDUCE_PROD] = REDUCE_PRODUCT,  [XP_REDUCE_MEAN] = REDUCE_SUM,
    [XP_REDUCE_VAR] = REDUCE_MOMENTS,   [XP_REDUCE_STD] = REDUCE_MOMENTS,   [XP_REDUCE_MIN] = REDUCE_MIN,
    [XP_REDUCE_MAX] = REDUCE_MAX,       [XP_REDUCE_ANY] = REDUCE_COUNT,     [XP_REDUCE_ALL] = REDUCE_COUNT,
    [XP_REDUCE_ARGMIN] = REDUCE_ARGMIN, [XP_REDUCE_ARGMAX] = REDUCE_ARGMAX, [XP_REDUCE_COUNT_NONZERO] = REDUCE_COUNT,
};

static bool gives_position(const xp_output *output)
{
    return output->reduction &&
           (output->reduction->kind == XP_REDUCE_ARGMIN || output->reduction->kind == XP_REDUCE_ARGMAX);
}

bool device_reduce_is_wide(xp_reduction_kind kind, int dtype)
{
    return families[kind] <= REDUCE_MOMENTS && xp_dtype_is(dtype, XP_KIND_FLOATING);
}

static void find_tallies(reduce_plan *plan)
{
    const xp_program *program = &plan->program;
    plan->n_tallies = 0;
    for (int i = 0; i < program->n_outputs; i++) {
        const xp_output *output = &program->outputs[i];
        if (!output->reduction)
            continue;
        reduce_tally tally = {families[output->reduction->kind], (uint8_t)render_dtype_of(program, output->value),
                              output->value};
        int t = 0;
        while (t < plan->n_tallies &&
               (plan->tallies[t].family != tally.family || plan->tallies[t].value != tally.value))
            t++;
        plan->tallies[t] = tally;
        plan->n_tallies += t == plan->n_tallies;
        plan->tally_of[i] = (uint8_t)t;
    }
}

static void make_room(uint16_t *value, int position)
{
    *value = (uint16_t)(*value + (*value >= position));
}

/* The position in C order among the reduced indices becomes one more input, a coordinate: whatever the order in which
 * kernels go through them, each value knows its own. Inputs come first, so steps get other numbers. */
static void add_position(reduce_plan *plan)
{
    xp_program *program = &plan->program;
    bool wanted = false;
    plan->position = -1;
    for (int i = 0; i < program->n_outputs; i++)
        wanted |= gives_position(&program->outputs[i]);
    if (!wanted || program->n_inputs == XP_PROGRAM_INPUTS)
        return;
    int position = plan->position = program->n_inputs++;
    xp_operand *operand = &plan->operands.inputs[position];
    program->inputs[position] = (xp_input){XP_INPUT_COORDINATE, XP_INT64};
    memset(operand, 0, sizeof *operand);
    int64_t stride = 1;
    for (int axis = plan->operands.ndim - 1; axis >= 0; axis--)
        if (plan->operands.reduced >> axis & 1) {
            operand->strides[axis] = stride;
            stride *= plan->operands.shape[axis];
        }
    for (int i = 0; i < program->n_steps; i++)
        for (int k = 0; k < program->steps[i].operation->arity; k++)
            make_room(&program->steps[i].inputs[k], position);
    for (int i = 0; i < program->n_outputs; i++)
        make_room(&program->outputs[i].value, position);
}

/* ---- axes -------------------------------------------------------------------------------------------------------- */

/* Whether axis `a` is to be outside `b`: as the first array says that has other strides along them. */
static bool is_outer(const reduce_plan *plan, int a, int b)
{
    for (int i = 0; i < plan->program.n_inputs; i++) {
        const int64_t *strides = plan->operands.inputs[i].strides;
        if (plan->program.inputs[i].kind != XP_INPUT_ARRAY || strides[a] == 0 || strides[b] == 0)
            continue;
        if (llabs(strides[a]) != llabs(strides[b]))
            return llabs(strides[a]) > llabs(strides[b]);
    }
    return a < b;
}

/* Axes of more than one index in the order of memory. Returns how many. */
static int order_axes(const reduce_plan *plan, int order[XP_MAX_NDIM])
{
    int n = 0;
    for (int axis = 0; axis < plan->operands.ndim; axis++) {
        if (plan->operands.shape[axis] == 1)
            continue;
        int at = n++;
        for (; at > 0 && !is_outer(plan, order[at - 1], axis); at--)
            order[at] = order[at - 1];
        order[at] = axis;
    }
    return n;
}

/* Those of one group, in this order. Returns how many; `extent` gets their product. */
static int pick_axes(const reduce_plan *plan, const int *order, int n, bool reduced, int *picked, int64_t *extent)
{
    int count = 0;
    *extent = 1;
    for (int i = 0; i < n; i++)
        if ((plan->operands.reduced >> order[i] & 1) == reduced) {
            picked[count++] = order[i];
            *extent *= plan->operands.shape[order[i]];
        }
    return count;
}

/* ---- pieces ------------------------------------------------------------------------------------------------------ */

static int64_t divided(int64_t a, int64_t b) { return a / b + (a % b != 0); }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/* The largest power of two up to x, and up to `limit`. */
static int64_t power_below(int64_t x, int64_t limit)
{
    int64_t power = 1;
    while (2 * power <= x && 2 * power <= limit)
        power *= 2;
    return power;
}

/* Cuts the reduced indices into `pieces` of a multiple of `unit`. */
static void cut(int64_t numbers[REDUCE_NUMBERS], int64_t pieces, int64_t unit)
{
    int64_t length = divided(divided(numbers[REDUCE_REDUCED], most(pieces, 1)), unit) * unit;
    numbers[REDUCE_LENGTH] = most(length, unit);
    numbers[REDUCE_PIECES] = most(divided(numbers[REDUCE_REDUCED], numbers[REDUCE_LENGTH]), 1);
}

/* Items of a group as lanes and results. */
static void share_items(int64_t numbers[REDUCE_NUMBERS], int64_t items, int64_t lanes, bool lanes_are_neighbours)
{
    int64_t columns = items / lanes;
    numbers[REDUCE_LANES] = lanes;
    numbers[REDUCE_LANE_STEP] = lanes_are_neighbours ? 1 : columns;
    numbers[REDUCE_COLUMN_STEP] = lanes_are_neighbours ? lanes : 1;
    numbers[REDUCE_TILES] = divided(numbers[REDUCE_KEPT], columns);
}

/* Lanes of a group whose results are neighbours: what is left of it by few results, else a few if there is enough. */
static int64_t column_lanes(int64_t items, int64_t kept, int64_t values)
{
    int64_t columns = power_below(kept, items);
    columns *= columns < kept && columns < items ? 2 : 1;
    if (values >= COLUMN_LANES * COLUMN_VALUES)
        columns = least(columns, most(items / COLUMN_LANES, 1));
    return items / columns;
}

static void cut_for_groups(reduce_plan *plan, int64_t items, bool reduced_inside)
{
    int64_t *numbers = plan->numbers, kept = numbers[REDUCE_KEPT], reduced = numbers[REDUCE_REDUCED];
    int64_t lanes = !reduced_inside      ? column_lanes(items, kept, reduced)
                    : reduced < SHORT_ROW ? 1
                                          : power_below(reduced / LANE_VALUES, items);
    share_items(numbers, items, lanes, reduced_inside);
    int64_t pieces = least(WANTED_GROUPS / most(numbers[REDUCE_TILES], 1), reduced / (lanes * PIECE_VALUES));
    cut(numbers, pieces, lanes);
}

static void share_results(int64_t numbers[REDUCE_NUMBERS], int64_t results)
{
    numbers[REDUCE_LANES] = results;
    numbers[REDUCE_TILES] = divided(numbers[REDUCE_KEPT], results);
}

static void cut_for_processors(reduce_plan *plan, bool in_rows)
{
    int64_t *numbers = plan->numbers, kept = most(numbers[REDUCE_KEPT], 1), reduced = most(numbers[REDUCE_REDUCED], 1);
    if (in_rows) {
        int64_t pieces = least(divided(WANTED_CHUNKS, kept), reduced / CHUNK_VALUES);
        cut(numbers, pieces, REDUCE_ROW_LEAF * REDUCE_ROW_LANES);
        share_results(numbers, most(least(ROW_VALUES / reduced, divided(kept, WANTED_CHUNKS)), 1));
    } else {
        int64_t panel = REDUCE_PANEL;
        while (panel > LEAST_PANEL && divided(kept, panel) * (reduced / REDUCE_LEAF_ROWS) < WANTED_PANELS)
            panel /= 2;
        share_results(numbers, least(kept, panel));
        int64_t rows = most(CHUNK_VALUES / numbers[REDUCE_LANES], REDUCE_LEAF_ROWS);
        cut(numbers, least(divided(WANTED_CHUNKS, most(numbers[REDUCE_TILES], 1)), reduced / rows), REDUCE_LEAF_ROWS);
    }
}

/* ---- the plan ---------------------------------------------------------------------------------------------------- */

int reduce_cell_words(const reduce_tally *tally)
{
    switch ((reduce_family)tally->family) {
    case REDUCE_MOMENTS:
        return 4;
    case REDUCE_ARGMIN:
    case REDUCE_ARGMAX:
        return 2;
    case REDUCE_SUM:
    case REDUCE_PRODUCT:
        return device_parts_of(tally->dtype);
    default:
        return 1;
    }
}

/* Groups have one text for all layouts: every operand has its stride as a number. */
static void forget_lies(device_geometry *geometry)
{
    for (int i = 0; i < geometry->n_operands; i++)
        geometry->lies[i] = DEVICE_STRIDED;
}

static void set_render(reduce_plan *plan, const device_state *state, reduce_form form)
{
    plan->render = (render_plan){.program = &plan->program,
                                 .geometry = &plan->geometry,
                                 .n_leading = REDUCE_NUMBERS,
                                 .form = (int)form,
                                 .is_cpu = state->about.is_cpu};
}

/* The axes along which items go come last: axes[0 .. n_reduced) are the reduced ones. */
static void set_geometry(reduce_plan *plan, int *axes, int n_reduced, bool kept_inside)
{
    size_t n_kept = (size_t)plan->n_kept;
    if (kept_inside) {
        memcpy(axes + n_reduced, plan->kept_axes, n_kept * sizeof *axes);
    } else {
        memmove(axes + n_kept, axes, (size_t)n_reduced * sizeof *axes);
        memcpy(axes, plan->kept_axes, n_kept * sizeof *axes);
    }
    device_geometry_grouped(&plan->geometry, &plan->program, &plan->operands, axes,
                            kept_inside ? n_reduced : plan->n_kept, n_reduced + plan->n_kept);
}

void reduce_plan_make(reduce_plan *plan, const device_state *state, const xp_program *program,
                      const xp_operands *operands)
{
    plan->program = *program;
    plan->operands = *operands;
    int order[XP_MAX_NDIM], axes[2 * XP_MAX_NDIM];
    int64_t kept, reduced;
    int n = order_axes(plan, order);
    int n_reduced = pick_axes(plan, order, n, true, axes, &reduced);
    plan->n_kept = pick_axes(plan, order, n, false, plan->kept_axes, &kept);
    bool reduced_inside = n > 0 && (plan->operands.reduced >> order[n - 1] & 1), is_cpu = state->about.is_cpu;
    bool in_rows = reduced >= SHORT_ROW && (reduced_inside || kept < FEW_RESULTS);
    add_position(plan);
    find_tallies(plan);
    memset(plan->numbers, 0, sizeof plan->numbers);
    plan->numbers[REDUCE_KEPT] = kept;
    plan->numbers[REDUCE_REDUCED] = reduced;
    set_geometry(plan, axes, n_reduced, is_cpu && !in_rows);
    set_render(plan, state, !is_cpu ? REDUCE_GROUPS : in_rows ? REDUCE_ROWS : REDUCE_COLUMNS);
    if (is_cpu) {
        cut_for_processors(plan, in_rows);
    } else {
        cut_for_groups(plan, state->group_items, reduced_inside);
        forget_lies(&plan->geometry);
    }
}

void reduce_plan_merging(reduce_plan *merging, const device_state *state, const reduce_plan *plan)
{
    xp_program *program = &merging->program;
    program->n_inputs = merging->n_tallies = plan->n_tallies;
    program->n_steps = program->n_outputs = 0;
    for (int t = 0; t < plan->n_tallies; t++) {
        program->inputs[t] = (xp_input){XP_INPUT_SCALAR, plan->tallies[t].dtype};
        merging->tallies[t] = plan->tallies[t];
        merging->tallies[t].value = (uint16_t)t;
    }
    merging->operands.ndim = plan->operands.ndim;
    memcpy(merging->operands.shape, plan->operands.shape, sizeof plan->operands.shape);
    for (int i = 0; i < plan->program.n_outputs; i++) {
        if (!plan->program.outputs[i].reduction)
            continue;
        int output = program->n_outputs++;
        program->outputs[output] = plan->program.outputs[i];
        program->outputs[output].value = plan->tally_of[i];
        merging->tally_of[output] = plan->tally_of[i];
        merging->operands.outputs[output] = plan->operands.outputs[i];
    }
    for (int t = 0; t < plan->n_tallies; t++)
        memset(&merging->operands.inputs[t], 0, sizeof merging->operands.inputs[t]);
    device_geometry_grouped(&merging->geometry, program, &merging->operands, plan->kept_axes, plan->n_kept,
                            plan->n_kept);
    forget_lies(&merging->geometry);
    set_render(merging, state, REDUCE_MERGING);
    memcpy(merging->numbers, plan->numbers, sizeof plan->numbers);
    int64_t items = state->group_items, pieces = plan->numbers[REDUCE_PIECES];
    if (state->about.is_cpu)
        share_results(merging->numbers, most(ROW_VALUES / pieces, 1));
    else
        share_items(merging->numbers, items, column_lanes(items, plan->numbers[REDUCE_KEPT], pieces), false);
}
