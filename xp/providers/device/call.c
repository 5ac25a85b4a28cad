/* Putting a piece of work together, and enqueueing it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/call.h"

#include <string.h>


void device_call_begin(device_call *call, const struct xp_device *device)
{
    call->device = device;
    call->state = device_state_of(device);
    call->status = XP_OK;
    call->n_arguments = 0;
    call->queue = device_queue_here(device);
    if (call->queue < 0)
        call->status = XP_ERROR_DEVICE; /* its message is recorded already */
}

/* The next argument, or NULL. */
static runtime_argument *next(device_call *call)
{
    if (call->status != XP_OK)
        return NULL;
    if (call->n_arguments == DEVICE_ARGUMENTS) {
        call->status = xp_driver_error(XP_ERROR_UNSUPPORTED, "%s: more than %d arguments of a kernel",
                                       call->device->name, DEVICE_ARGUMENTS);
        return NULL;
    }
    runtime_argument *argument = &call->arguments[call->n_arguments++];
    memset(argument, 0, sizeof *argument);
    return argument;
}

static void add_memory(device_call *call, void *memory, device_block *block, bool writes)
{
    runtime_argument *argument = next(call);
    if (!argument)
        return;
    argument->is_memory = true;
    argument->memory = memory;
    if (block)
        call->status = device_status(call->device, device_order(call->state, call->queue, block, writes),
                                     "the order of work");
}

void device_call_buffer(device_call *call, xp_buffer *buffer, bool writes)
{
    xp_memory memory = buffer ? xp_buffer_memory(buffer) : (xp_memory){NULL, NULL};
    add_memory(call, memory.handle, memory.order, writes);
}

void device_call_block(device_call *call, device_block *block, bool writes)
{
    add_memory(call, block ? block->memory : NULL, block, writes);
}

static void add_number(device_call *call, const void *number, size_t bytes)
{
    runtime_argument *argument = next(call);
    if (!argument)
        return;
    argument->bytes = (uint8_t)bytes;
    memcpy(argument->number.raw, number, bytes);
}

int64_t device_stride(const xp_view *view, int axis)
{
    return view->strides[axis] / device_part_bytes(view->dtype);
}

int64_t device_start_of(const xp_view *view)
{
    return view->offset / device_part_bytes(view->dtype);
}

void device_call_view(device_call *call, const xp_view *view, bool writes)
{
    device_call_buffer(call, view->buffer, writes);
    device_call_index(call, view->buffer ? device_start_of(view) : 0);
}

void device_call_index(device_call *call, int64_t number)
{
    add_number(call, &number, sizeof number);
}

void device_call_int(device_call *call, int32_t number)
{
    add_number(call, &number, sizeof number);
}

void device_call_double(device_call *call, double number)
{
    add_number(call, &number, sizeof number);
}

void device_call_value(device_call *call, const xp_value *value, int dtype)
{
    size_t bytes = (size_t)device_part_bytes(dtype);
    for (int part = 0; part < device_parts_of(dtype); part++)
        add_number(call, (const char *)value + (size_t)part * bytes, bytes);
}

xp_status device_call_launch(device_call *call, const device_source *source, const char *entry, int64_t groups)
{
    if (call->status != XP_OK || groups == 0)
        return call->status;
    device_kernel kernel;
    xp_status status = device_kernel_find(call->device, source, entry, &kernel);
    if (status != XP_OK)
        return status;
    device_state *state = call->state;
    runtime_status launched =
        state->runtime->launch(state->queues[call->queue].handle, kernel.handle, (uint64_t)groups,
                               (uint32_t)state->group_items, call->arguments, call->n_arguments);
    device_enqueued(state, call->queue);
    device_kernel_done(call->device, &kernel);
    return device_status(call->device, launched, entry);
}

xp_status device_scratch(const struct xp_device *device, int64_t bytes, device_block **block)
{
    xp_memory memory;
    xp_status status = device_allocate(device, bytes > 0 ? (size_t)bytes : 1, &memory);
    *block = status == XP_OK ? memory.order : NULL;
    return status;
}

void device_scratch_free(const struct xp_device *device, device_block *block)
{
    if (block)
        device_block_free(device_state_of(device), block);
}

xp_status device_scratch_read(const struct xp_device *device, device_block *block, int64_t offset, void *to,
                              size_t bytes, const char *what)
{
    device_state *state = device_state_of(device);
    int queue = device_queue_here(device);
    if (queue < 0)
        return XP_ERROR_DEVICE;
    runtime_status status = device_order(state, queue, block, false);
    if (status == RUNTIME_OK)
        status = state->runtime->download(state->queues[queue].handle, to, block->memory, (size_t)offset, bytes);
    return device_status(device, status, what);
}
