/* Programs that reduce: a launch that reduces pieces, and where there are several for a result, one that merges them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/reduce.h"

#include <math.h>

#include "core/alloc.h"
#include "providers/device/reduce_render.h"
#include "providers/device/render_call.h"

static void write_reduction(xp_builder *text, const struct xp_device *device, const void *context)
{
    device_write_words(text, device);
    reduce_render(text, context);
}

/* What the sum of squares is divided by: NaN, and so is the quotient, where there are no values, or nothing is left of
 * their number. */
static double divisor_of(const reduce_plan *plan, const xp_output *output)
{
    double n = (double)plan->numbers[REDUCE_REDUCED];
    return n > 0 && n > output->correction ? n - output->correction : (double)NAN;
}

static int count_divisors(const xp_program *program)
{
    int count = 0;
    for (int i = 0; i < program->n_outputs; i++)
        count += reduce_divides(&program->outputs[i]);
    return count;
}

static xp_status launch(const struct xp_device *device, reduce_plan *plan, device_block *scratch)
{
    const xp_program *program = &plan->program;
    bool merges = plan->render.form == REDUCE_MERGING;
    int64_t numbers[RENDER_NUMBERS];
    int count = render_numbers(&plan->render, plan->numbers, numbers);
    plan->render.numbers_in_memory =
        !render_fits_arguments(device_state_of(device), program, count, count_divisors(program) + 1);
    char key[RENDER_KEY_BYTES];
    const device_source source = {merges ? "merging" : "reduction", key, render_key(&plan->render, key),
                                  write_reduction, plan};
    device_block *memory = NULL;
    device_call call;
    device_call_begin(&call, device);
    render_call_numbers(&call, &plan->render, numbers, count, &memory);
    if (!merges)
        render_call_inputs(&call, program, &plan->operands);
    device_call_block(&call, scratch, true);
    for (int i = 0; i < program->n_outputs; i++)
        if (reduce_divides(&program->outputs[i]))
            device_call_double(&call, divisor_of(plan, &program->outputs[i]));
    render_call_outputs(&call, program, &plan->operands);
    int64_t groups = plan->numbers[REDUCE_TILES] * (merges ? 1 : plan->numbers[REDUCE_PIECES]);
    xp_status status = device_call_launch(&call, &source, merges ? "merge_pieces" : "reduce_pieces", groups);
    device_scratch_free(device, memory);
    return status;
}

static xp_status reduce_in_pieces(const struct xp_device *device, reduce_plan *plan)
{
    int64_t words = 0;
    for (int t = 0; t < plan->n_tallies; t++)
        words += reduce_cell_words(&plan->tallies[t]);
    device_block *scratch;
    xp_status status =
        device_scratch(device, words * 8 * plan->numbers[REDUCE_PIECES] * plan->numbers[REDUCE_KEPT], &scratch);
    if (status == XP_OK)
        status = launch(device, plan, scratch);
    reduce_plan *merging = status == XP_OK ? xp_alloc(1, sizeof *merging) : NULL;
    if (status == XP_OK && !merging)
        status = xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    if (status == XP_OK) {
        reduce_plan_merging(merging, device_state_of(device), plan);
        status = launch(device, merging, scratch);
    }
    xp_dealloc(merging);
    device_scratch_free(device, scratch);
    return status;
}

xp_status device_reduce(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    if (program->n_inputs == XP_PROGRAM_INPUTS)
        return xp_driver_error(XP_ERROR_UNSUPPORTED, "%s: too many inputs of a reduction", device->name);
    reduce_plan *plan = xp_alloc(1, sizeof *plan);
    if (!plan)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    reduce_plan_make(plan, device_state_of(device), program, operands);
    xp_status status = XP_OK;
    if (plan->numbers[REDUCE_KEPT] > 0)
        status = plan->numbers[REDUCE_PIECES] == 1 ? launch(device, plan, NULL) : reduce_in_pieces(device, plan);
    xp_dealloc(plan);
    return status;
}
