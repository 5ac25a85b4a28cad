/* Operands of a rendered program as the arguments of a call.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_RENDER_CALL_H
#define DEVICE_RENDER_CALL_H

#include "providers/device/call.h"
#include "providers/device/render.h"

/* Whether a kernel of the device can take all arguments of the program, so many numbers and `others` more. */
bool render_fits_arguments(const device_state *state, const xp_program *program, int n_numbers, int others);

/* The numbers as arguments, or in memory of their own, which is to be freed after the launch. */
void render_call_numbers(device_call *call, const render_plan *plan, const int64_t *numbers, int count,
                         device_block **memory);
void render_call_inputs(device_call *call, const xp_program *program, const xp_operands *operands);
void render_call_outputs(device_call *call, const xp_program *program, const xp_operands *operands);

#endif
