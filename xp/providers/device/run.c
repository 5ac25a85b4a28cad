/* Running a fused program: its geometry, its kernel, its arguments.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/device/call.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/reduce.h"
#include "providers/device/render.h"

#define LEAST_CHUNK 4096     /* indices of an item on a processor: below, launching takes longer than working */
#define CHUNKS_PER_UNIT 4    /* so that a core which was held up does not hold up all */

static void write_program(xp_builder *text, const struct xp_device *device, const void *context)
{
    xp_builder_addf(text, "#define XP_ITEMS %d\n", device_state_of(device)->group_items);
    xp_builder_add(text, device_words);
    render_elementwise(text, context);
}

/* Whether all arguments fit into what a kernel of the device can take. */
static bool fits_arguments(const device_state *state, const xp_program *program, int n_numbers)
{
    uint64_t others = (uint64_t)(program->n_inputs + program->n_outputs) * 16;
    return others + (uint64_t)n_numbers * 8 <= state->about.argument_bytes &&
           n_numbers + 2 * program->n_inputs + program->n_outputs <= DEVICE_ARGUMENTS;
}

static int64_t chunk_for(const device_state *state, int64_t count)
{
    int64_t chunks = (int64_t)state->about.compute_units * CHUNKS_PER_UNIT;
    int64_t chunk = (count + chunks - 1) / chunks;
    return chunk < LEAST_CHUNK ? LEAST_CHUNK : chunk;
}

/* The numbers as arguments, or in memory of their own, which is to be freed after the launch. */
static void add_numbers(device_call *call, const render_plan *plan, const int64_t *numbers, int count,
                        device_block **memory)
{
    for (int i = 0; !plan->numbers_in_memory && i < count; i++)
        device_call_index(call, numbers[i]);
    if (!plan->numbers_in_memory || call->status != XP_OK)
        return;
    call->status = device_scratch(call->device, count * 8, memory);
    if (call->status != XP_OK)
        return;
    device_state *state = call->state;
    device_call_block(call, *memory, true);
    if (call->status == XP_OK)
        call->status = device_status(call->device,
                                     state->runtime->upload(state->queues[call->queue].handle, (*memory)->memory, 0,
                                                            numbers, (size_t)count * 8),
                                     "a transfer to the device");
}

static xp_status launch(const struct xp_device *device, render_plan *plan, const xp_operands *operands)
{
    device_state *state = device_state_of(device);
    const xp_program *program = plan->program;
    int64_t chunk = plan->is_cpu ? chunk_for(state, plan->geometry->count)
                                 : (int64_t)RENDER_PER_ITEM * state->group_items;
    int64_t numbers[RENDER_NUMBERS];
    int n_numbers = render_numbers(plan, chunk, numbers);
    plan->numbers_in_memory = !fits_arguments(state, program, n_numbers);
    char key[RENDER_KEY_BYTES];
    const device_source source = {"program", key, render_key(plan, key), write_program, plan};
    device_block *memory = NULL;
    device_call call;
    device_call_begin(&call, device);
    add_numbers(&call, plan, numbers, n_numbers, &memory);
    for (int i = 0; i < program->n_inputs; i++) {
        if (program->inputs[i].kind == XP_INPUT_ARRAY)
            device_call_buffer(&call, operands->inputs[i].buffer, false);
        else if (program->inputs[i].kind == XP_INPUT_SCALAR)
            device_call_value(&call, &operands->inputs[i].scalar, program->inputs[i].dtype);
    }
    for (int i = 0; i < program->n_outputs; i++)
        device_call_buffer(&call, operands->outputs[i].buffer, true);
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
    render_plan plan = {.program = program, .geometry = geometry, .is_cpu = device_state_of(device)->about.is_cpu};
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
