/* Operands of a rendered program as the arguments of a call.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/render_call.h"

bool render_fits_arguments(const device_state *state, const xp_program *program, int n_numbers, int others)
{
    uint64_t operands = (uint64_t)(program->n_inputs + program->n_outputs + others) * 16;
    return operands + (uint64_t)n_numbers * 8 <= state->about.argument_bytes &&
           n_numbers + 2 * program->n_inputs + program->n_outputs + others <= DEVICE_ARGUMENTS;
}

void render_call_numbers(device_call *call, const render_plan *plan, const int64_t *numbers, int count,
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

void render_call_inputs(device_call *call, const xp_program *program, const xp_operands *operands)
{
    for (int i = 0; i < program->n_inputs; i++) {
        if (program->inputs[i].kind == XP_INPUT_ARRAY)
            device_call_buffer(call, operands->inputs[i].buffer, false);
        else if (program->inputs[i].kind == XP_INPUT_SCALAR)
            device_call_value(call, &operands->inputs[i].scalar, program->inputs[i].dtype);
    }
}

void render_call_outputs(device_call *call, const xp_program *program, const xp_operands *operands)
{
    for (int i = 0; i < program->n_outputs; i++)
        device_call_buffer(call, operands->outputs[i].buffer, true);
}
