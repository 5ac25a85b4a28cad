/* What the slots of linear algebra and transforms share: programs for a dtype, and contiguous copies of operands.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/algebra.h"

#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"

/* ---- programs ---------------------------------------------------------------------------------------------------- */

static void write_algebra(xp_builder *builder, const struct xp_device *device, const void *context)
{
    const device_algebra *algebra = context;
    device_write_words(builder, device);
    xp_builder_add(builder, algebra->definitions);
    xp_builder_add(builder, device_algebra_text);
    if (algebra->before)
        xp_builder_add(builder, algebra->before);
    xp_builder_add(builder, algebra->text);
}

device_source device_algebra_source(device_algebra *algebra, const char *name, const char *text, int dtype,
                                    const char *lines)
{
    const bool is_floating = xp_dtype_is(dtype, XP_KIND_FLOATING);
    const int parts = device_parts_of(dtype);
    algebra->before = NULL;
    algebra->text = text;
    snprintf(algebra->definitions, sizeof algebra->definitions,
             "#define R xp_%s%d\n#define PARTS %d\n#define INTEGERS %d\n%s", is_floating ? "float" : "uint",
             (int)xp_dtype_bytes(dtype) * 8 / parts, parts, !is_floating, lines);
    return (device_source){.name = name,
                           .key = algebra->definitions,
                           .key_bytes = strlen(algebra->definitions),
                           .write = write_algebra,
                           .context = algebra};
}

device_source device_lanes_source(device_algebra *algebra, const char *name, const char *text, int dtype, bool alone)
{
    device_source source =
        device_algebra_source(algebra, name, text, dtype, alone ? "#define ALONE 1\n" : "#define ALONE 0\n");
    algebra->before = device_lanes_text;
    return source;
}

/* ---- copies ------------------------------------------------------------------------------------------------------ */

int64_t device_count_of(const xp_view *view)
{
    return device_view_size(view) * device_parts_of(view->dtype);
}

/* The program that stores what it reads, each element in its place. */
xp_status device_collect_into(const struct xp_device *device, const xp_view *view, const xp_view *to)
{
    if (device_view_size(view) == 0)
        return XP_OK;
    xp_program *program = xp_alloc_zeroed(1, sizeof *program);
    xp_operands *operands = xp_alloc_zeroed(1, sizeof *operands);
    xp_status status = XP_ERROR_MEMORY;
    if (program && operands) {
        program->n_inputs = program->n_outputs = 1;
        program->inputs[0] = (xp_input){XP_INPUT_ARRAY, view->dtype};
        program->outputs[0] = (xp_output){.value = 0, .dtype = to->dtype};
        operands->ndim = view->ndim;
        operands->inputs[0] = (xp_operand){.buffer = view->buffer, .offset = view->offset};
        operands->outputs[0] = (xp_operand){.buffer = to->buffer, .offset = to->offset};
        for (int axis = 0; axis < view->ndim; axis++) {
            operands->shape[axis] = view->shape[axis];
            operands->inputs[0].strides[axis] = view->strides[axis];
            operands->outputs[0].strides[axis] = to->strides[axis];
        }
        status = device_run(device, program, operands);
    } else {
        xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    }
    xp_dealloc(program);
    xp_dealloc(operands);
    return status;
}

void device_room_make(device_room *room, const struct xp_device *device, const xp_view *like, int dtype,
                      device_block *block)
{
    int64_t stride = (int64_t)xp_dtype_bytes(dtype);
    room->buffer = (xp_buffer){.references = 1, .device = device, .memory = {.handle = block->memory, .order = block}};
    for (int axis = like->ndim - 1; axis >= 0; axis--) {
        room->strides[axis] = stride;
        stride *= like->shape[axis];
    }
    room->view = (xp_view){&room->buffer, 0, (uint8_t)dtype, like->ndim, like->shape, room->strides};
}

xp_status device_collect(const struct xp_device *device, const xp_view *view, device_block *to)
{
    device_room room;
    device_room_make(&room, device, view, view->dtype, to);
    return device_collect_into(device, view, &room.view);
}

xp_status device_collected(const struct xp_device *device, const xp_view *view, device_block **to)
{
    xp_status status =
        device_scratch(device, device_view_size(view) * (int64_t)xp_dtype_bytes(view->dtype), to);
    return status == XP_OK ? device_collect(device, view, *to) : status;
}
