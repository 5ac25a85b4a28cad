/* How a reduction is cut: which axes are the line and the panel, what the leaves are. All that decides about bits
 * follows from the extents of the plan's axes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/reduce/reduce.h"

#define TILE 80             /* elements of a tile row, at most: they stay in registers */
#define NARROW (TILE / 2)   /* panels up to this many columns are tiled */
#define COLUMN_PANEL 1024   /* columns of a problem: the wider, the more is read in a row; their cells are in the
                               * second level cache */
#define ROW_PANEL 1024      /* short rows of a problem */
#define ROW_PANEL_ELEMENTS 32768
#define LONG_ROW_PANEL 32   /* long rows of a problem */
#define LONG_ROW_BYTES 262144

static int64_t extent_of(const host_plan *plan, int first, int last)
{
    int64_t product = 1;
    for (int axis = first; axis < last; axis++)
        product *= plan->axes[axis].extent;
    return product;
}

/* The first axis of the group of equal ones that ends before `last`. */
static int group_start(const host_plan *plan, int last, bool reduced)
{
    while (last > 0 && plan->axes[last - 1].reduced == reduced)
        last--;
    return last;
}

/* ---- tallies ----------------------------------------------------------------------------------------------------- */

/* Of values whose leaves are `whole` results. */
static host_family family_of(xp_reduction_kind kind, bool whole)
{
    static const uint8_t families[XP_N_REDUCTIONS] = {
        [XP_REDUCE_SUM] = HOST_SUM,       [XP_REDUCE_PROD] = HOST_PRODUCT,  [XP_REDUCE_MEAN] = HOST_SUM,
        [XP_REDUCE_VAR] = HOST_MOMENTS,   [XP_REDUCE_STD] = HOST_MOMENTS,   [XP_REDUCE_MIN] = HOST_MIN,
        [XP_REDUCE_MAX] = HOST_MAX,       [XP_REDUCE_ANY] = HOST_COUNT,     [XP_REDUCE_ALL] = HOST_COUNT,
        [XP_REDUCE_ARGMIN] = HOST_ARGMIN, [XP_REDUCE_ARGMAX] = HOST_ARGMAX, [XP_REDUCE_COUNT_NONZERO] = HOST_COUNT,
    };
    host_family family = (host_family)families[kind];
    return family == HOST_MOMENTS && whole ? HOST_SPREAD : family;
}

static uint8_t value_dtype(const xp_program *program, int value)
{
    return value < program->n_inputs ? program->inputs[value].dtype
                                     : program->steps[value - program->n_inputs].result_dtype;
}

static int find_tally(host_reduction *reduction, uint16_t value, host_family family)
{
    for (int t = 0; t < reduction->n_tallies; t++)
        if (reduction->tallies[t].value == value && reduction->tallies[t].family == family)
            return t;
    host_tally *tally = &reduction->tallies[reduction->n_tallies];
    tally->value = value;
    tally->family = (uint8_t)family;
    return reduction->n_tallies++;
}

static void add_value(host_reduction *reduction, host_tally *tally)
{
    int number = 0;
    while (number < reduction->n_values && reduction->values[number] != tally->value)
        number++;
    if (number == reduction->n_values) {
        reduction->values[number] = tally->value;
        reduction->value_bytes[number] = tally->bytes;
        reduction->n_values++;
    }
    tally->value_number = (uint8_t)number;
}

static void make_tallies(host_reduction *reduction)
{
    const host_plan *plan = reduction->plan;
    bool whole = reduction->shape == HOST_ROWS && reduction->outer_reduced == 1;
    reduction->n_tallies = 0;
    for (int i = 0; i < plan->program->n_outputs; i++) {
        const xp_output *output = &plan->program->outputs[i];
        if ((plan->outputs >> i & 1) && output->reduction)
            reduction->tally_of[i] = (uint8_t)find_tally(reduction, output->value,
                                                         family_of((xp_reduction_kind)output->reduction->kind, whole));
    }
    reduction->n_values = 0;
    for (int t = 0; t < reduction->n_tallies; t++) {
        host_tally *tally = &reduction->tallies[t];
        int dtype = value_dtype(plan->program, tally->value);
        tally->bytes = (uint8_t)xp_dtype_bytes(dtype);
        tally->reducer = host_reducer_for(reduction->settings->isa, (host_family)tally->family, dtype);
        add_value(reduction, tally);
    }
}

/* ---- the cut ----------------------------------------------------------------------------------------------------- */

static void find_groups(host_reduction *reduction)
{
    const host_plan *plan = reduction->plan;
    int end = plan->n_axes;
    int reduced_start = group_start(plan, end, true);
    bool line_inside = reduced_start < end || group_start(plan, end, false) == 0;
    if (line_inside) { /* also where no axis is reduced: rows of one element */
        reduction->line_first = reduced_start;
        reduction->line_last = end;
        reduction->panel_last = reduced_start;
        reduction->panel_first = group_start(plan, reduced_start, false);
        reduction->outer = reduction->panel_first;
    } else {
        reduction->panel_last = end;
        reduction->panel_first = group_start(plan, end, false);
        reduction->line_last = reduction->panel_first;
        reduction->line_first = group_start(plan, reduction->line_last, true);
        reduction->outer = reduction->line_first;
    }
    reduction->kept = extent_of(plan, reduction->panel_first, reduction->panel_last);
    reduction->length = extent_of(plan, reduction->line_first, reduction->line_last);
    reduction->outer_kept = reduction->outer_reduced = 1;
    for (int axis = 0; axis < reduction->outer; axis++)
        *(plan->axes[axis].reduced ? &reduction->outer_reduced : &reduction->outer_kept) *= plan->axes[axis].extent;
    reduction->n = (double)reduction->length * (double)reduction->outer_reduced;
    if (line_inside)
        reduction->shape = reduction->length <= HOST_WHOLE_ROW ? HOST_ROWS : HOST_LONG_ROWS;
    else
        reduction->shape = reduction->kept <= NARROW ? HOST_TILED : HOST_COLUMNS;
}

static int64_t leaves_of(int64_t rows, int64_t leaf) { return (rows + leaf - 1) / leaf; }

static void make_strips(host_reduction *reduction)
{
    int64_t length = reduction->length, kept = reduction->kept;
    reduction->fold = 1;
    reduction->n_strips = 0;
    if (reduction->shape == HOST_ROWS) {
        reduction->strips[reduction->n_strips++] = (host_strip){0, 1, length, 1};
    } else if (reduction->shape == HOST_LONG_ROWS) {
        reduction->strips[reduction->n_strips++] = (host_strip){0, length, 1, leaves_of(length, HOST_LEAF)};
    } else if (reduction->shape == HOST_COLUMNS) {
        reduction->strips[reduction->n_strips++] = (host_strip){0, length, 1, leaves_of(length, HOST_LEAF_ROWS)};
    } else {
        while (reduction->fold * 2 * kept <= TILE)
            reduction->fold *= 2;
        int64_t whole = length / reduction->fold, rest = length % reduction->fold;
        if (whole > 0)
            reduction->strips[reduction->n_strips++] =
                (host_strip){0, whole, reduction->fold * kept, leaves_of(whole, HOST_LEAF_TILES)};
        if (rest > 0)
            reduction->strips[reduction->n_strips++] =
                (host_strip){whole * reduction->fold * kept, rest, kept, leaves_of(rest, HOST_LEAF_TILES)};
    }
}

/* The first axis of the run, and what all blocks' starts are multiples of. */
static int run_start(const host_reduction *reduction, int64_t *align)
{
    *align = 1;
    switch (reduction->shape) {
    case HOST_ROWS:
        *align = reduction->length;
        return reduction->panel_first;
    case HOST_LONG_ROWS:
        *align = HOST_LEAF;
        return reduction->line_first;
    case HOST_TILED:
        *align = reduction->kept;
        return reduction->line_first;
    default:
        return reduction->panel_first;
    }
}

/* ---- values that are used where they lie ------------------------------------------------------------------------- */

/* Whether rows of a value lie `pitch` bytes apart, each contiguous. */
static bool find_pitch(const host_reduction *reduction, int t, int64_t *pitch)
{
    const host_plan *plan = reduction->plan;
    int value = reduction->tallies[t].value, bytes = reduction->tallies[t].bytes;
    if (value >= plan->program->n_inputs || plan->program->inputs[value].kind != XP_INPUT_ARRAY)
        return false;
    const host_access *access = &reduction->job.accesses[value];
    switch (reduction->shape) {
    case HOST_ROWS:
        *pitch = reduction->length * bytes;
        if (access->kind == HOST_DIRECT)
            return true;
        *pitch = access->strides[access->n_axes - 1];
        return (access->n_axes == 1 && reduction->length == 1) ||
               (access->n_axes == 2 && access->strides[0] == bytes && access->extents[0] == reduction->length);
    case HOST_LONG_ROWS:
        *pitch = reduction->panel_last - reduction->panel_first == 1
                     ? plan->axes[reduction->panel_first].strides[value]
                     : 0;
        return access->kind == HOST_DIRECT;
    case HOST_TILED:
        *pitch = 0; /* tile rows follow each other */
        return access->kind == HOST_DIRECT;
    default:
        *pitch = reduction->line_last - reduction->line_first == 1 ? plan->axes[reduction->line_first].strides[value]
                                                                   : 0;
        return access->kind == HOST_DIRECT && reduction->line_last - reduction->line_first == 1;
    }
}

static bool is_plain(host_reduction *reduction)
{
    const host_plan *plan = reduction->plan;
    for (int i = 0; i < plan->program->n_outputs; i++)
        if ((plan->outputs >> i & 1) && !plan->program->outputs[i].reduction)
            return false;
    for (int t = 0; t < reduction->n_tallies; t++)
        if (!find_pitch(reduction, t, &reduction->pitch[t]))
            return false;
    return true;
}

static int64_t choose_panel(const host_reduction *reduction)
{
    int64_t most = reduction->kept;
    switch (reduction->shape) {
    case HOST_ROWS:
        most = ROW_PANEL_ELEMENTS / reduction->length;
        most = most > ROW_PANEL ? ROW_PANEL : most;
        break;
    case HOST_LONG_ROWS:
        most = LONG_ROW_BYTES / (reduction->length * 8);
        most = most > LONG_ROW_PANEL ? LONG_ROW_PANEL : most < 1 ? 1 : most;
        break;
    case HOST_COLUMNS:
        most = COLUMN_PANEL;
        break;
    default:
        break;
    }
    return most < reduction->kept ? most : reduction->kept;
}

static void make_results(host_reduction *reduction)
{
    const host_plan *plan = reduction->plan;
    int n = reduction->panel_last - reduction->panel_first;
    int64_t extents[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    for (int i = 0; i < plan->program->n_outputs; i++) {
        if (!(plan->outputs >> i & 1) || !plan->program->outputs[i].reduction)
            continue;
        for (int axis = 0; axis < n; axis++) {
            extents[axis] = plan->axes[reduction->panel_first + axis].extent;
            strides[axis] = plan->axes[reduction->panel_first + axis].strides[HOST_OUTPUT(i)];
        }
        host_access_make(&reduction->results[i], n, extents, strides, xp_dtype_bytes(plan->program->outputs[i].dtype),
                         false);
    }
}

/* ---- results without cells --------------------------------------------------------------------------------------- */

/* What makes a row's sum the result of an output; false if that takes a finisher. */
static bool find_ending(const host_reduction *reduction, int i, host_ending *ending)
{
    const xp_program *program = reduction->plan->program;
    const xp_output *output = &program->outputs[i];
    const host_tally *tally = &reduction->tallies[reduction->tally_of[i]];
    double n = reduction->n, divisor = host_divisor(n, output->correction);
    if (!tally->reducer->results || output->dtype != value_dtype(program, tally->value))
        return false;
    *ending = (host_ending){0, 1};
    switch ((xp_reduction_kind)output->reduction->kind) {
    case XP_REDUCE_MEAN:
        *ending = (host_ending){HOST_DIVIDED, n};
        break;
    case XP_REDUCE_VAR:
        *ending = (host_ending){HOST_DIVIDED, divisor};
        break;
    case XP_REDUCE_STD:
        *ending = (host_ending){HOST_DIVIDED | HOST_ROOTED, divisor};
        break;
    default:
        break;
    }
    return output->dtype != XP_FLOAT32 || (double)(float)ending->divisor == ending->divisor;
}

static bool is_straight(host_reduction *reduction)
{
    const host_plan *plan = reduction->plan;
    if (reduction->shape != HOST_ROWS || reduction->outer_reduced != 1 || reduction->length > HOST_SHORT_ROW)
        return false;
    for (int i = 0; i < plan->program->n_outputs; i++)
        if ((plan->outputs >> i & 1) && plan->program->outputs[i].reduction &&
            !find_ending(reduction, i, &reduction->endings[i]))
            return false;
    return true;
}

void host_reduction_make(host_reduction *reduction, const host_settings *settings, const host_plan *plan)
{
    int64_t align;
    reduction->settings = settings;
    reduction->plan = plan;
    reduction->finishers = host_finishers_for(settings->isa);
    find_groups(reduction);
    make_tallies(reduction);
    reduction->straight = is_straight(reduction);
    make_strips(reduction);
    int first = run_start(reduction, &align);
    host_job_make(&reduction->job, settings, plan, first, align);
    reduction->plain = is_plain(reduction);
    reduction->panel = choose_panel(reduction);
    reduction->problems = reduction->outer_kept * ((reduction->kept + reduction->panel - 1) / reduction->panel);
    make_results(reduction);
}
