/* Running a fused program: its geometry, its kernel, its arguments.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/device/reduce.h"
#include "providers/device/render_call.h"

#define LEAST_CHUNK 4096     /* indices of an item on a processor: below, launching takes longer than working */
#define CHUNKS_PER_UNIT 4    /* so that a core which was held up does not hold up all */

static void write_program(xp_builder *text, const struct xp_device *device, const void *context)
{
    device_write_words(text, device);
    render_elementwise(text, context);
}

static int64_t chunk_for(const device_state *state, int64_t count)
{
    int64_t chunks = (int64_t)state->about.compute_units * CHUNKS_PER_UNIT;
    int64_t chunk = (count + chunks - 1) / chunks;
    return chunk < LEAST_CHUNK ? LEAST_CHUNK : chunk;
}

static xp_status launch(const struct xp_device *device, render_plan *plan, const xp_operands *operands)
{
    device_state *state = device_state_of(device);
    const xp_program *program = plan->program;
    int64_t chunk = plan->is_cpu ? chunk_for(state, plan->geometry->count)
                                 : (int64_t)RENDER_PER_ITEM * state->group_items;
    int64_t numbers[RENDER_NUMBERS];
    int n_numbers = render_numbers(plan, (int64_t[]){plan->geometry->count, chunk}, numbers);
    plan->numbers_in_memory = !render_fits_arguments(state, program, n_numbers, 0);
    char key[RENDER_KEY_BYTES];
    const device_source source = {"program", key, render_key(plan, key), write_program, plan};
    device_block *memory = NULL;
    device_call call;
    device_call_begin(&call, device);
    render_call_numbers(&call, plan, numbers, n_numbers, &memory);
    render_call_inputs(&call, program, operands);
    render_call_outputs(&call, program, operands);
    int64_t count = plan->geometry->count;
    xp_status status = device_call_launch(&call, &source, "run_program", count / chunk + (count % chunk != 0));
    device_scratch_free(device, memory);
    return status;
}

static xp_status run_elementwise(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    device_geometry *geometry = xp_alloc(1, sizeof *geometry);
    if (!geometry)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    device_geometry_of(geometry, program, operands);
    render_plan plan = {.program = program,
                        .geometry = geometry,
                        .n_leading = 2,
                        .is_cpu = device_state_of(device)->about.is_cpu};
    xp_status status = geometry->count > 0 ? launch(device, &plan, operands) : XP_OK;
    xp_dealloc(geometry);
    return status;
}

xp_status device_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    for (int i = 0; i < program->n_outputs; i++)
        if (program->outputs[i].reduction)
            return device_reduce(device, program, operands);
    return run_elementwise(device, program, operands);
}
