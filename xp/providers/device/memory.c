/* The driver's slots for memory: blocks of the pool, transfers, waiting.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/call.h"

xp_status device_status(const struct xp_device *device, runtime_status status, const char *what)
{
    const char *message = device_state_of(device)->runtime->message();
    switch (status) {
    case RUNTIME_OK:
        return XP_OK;
    case RUNTIME_NO_MEMORY:
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s: %s", device->name, what);
    case RUNTIME_SINGULAR:
        return xp_driver_error(XP_ERROR_LINALG, "%s", message);
    case RUNTIME_LOST:
        return xp_driver_error(XP_ERROR_DEVICE, "%s is lost: %s: %s", device->name, what, message);
    default:
        return xp_driver_error(XP_ERROR_DEVICE, "%s: %s: %s", device->name, what, message);
    }
}

xp_status device_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory)
{
    device_block *block;
    runtime_status status = device_block_new(device_state_of(device), bytes, &block);
    if (status == RUNTIME_NO_MEMORY)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s: %zu bytes", device->name, bytes);
    if (status != RUNTIME_OK)
        return device_status(device, status, "an allocation");
    *memory = (xp_memory){.handle = block->memory, .order = block};
    return XP_OK;
}

void device_release(const struct xp_device *device, xp_memory memory, size_t bytes)
{
    (void)bytes;
    if (memory.order)
        device_block_free(device_state_of(device), memory.order);
}

xp_status device_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from, size_t bytes)
{
    device_state *state = device_state_of(device);
    xp_memory memory = xp_buffer_memory(to);
    int queue = device_queue_here(device);
    if (queue < 0)
        return XP_ERROR_DEVICE;
    runtime_status status = memory.order ? device_order(state, queue, memory.order, true) : RUNTIME_OK;
    if (status == RUNTIME_OK)
        status = state->runtime->upload(state->queues[queue].handle, memory.handle, (size_t)offset, from, bytes);
    device_enqueued(state, queue);
    return device_status(device, status, "a transfer to the device");
}

xp_status device_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset, size_t bytes)
{
    device_state *state = device_state_of(device);
    xp_memory memory = xp_buffer_memory(from);
    int queue = device_queue_here(device);
    if (queue < 0)
        return XP_ERROR_DEVICE;
    runtime_status status = memory.order ? device_order(state, queue, memory.order, false) : RUNTIME_OK;
    if (status == RUNTIME_OK)
        status = state->runtime->download(state->queues[queue].handle, to, memory.handle, (size_t)offset, bytes);
    return device_status(device, status, "a transfer from the device");
}

/* All queues, since whoever asks has not said whose work it is. */
xp_status device_wait(const struct xp_device *device)
{
    device_state *state = device_state_of(device);
    runtime_status worst = RUNTIME_OK;
    pthread_mutex_lock(&state->lock);
    int count = state->n_queues;
    pthread_mutex_unlock(&state->lock);
    for (int i = 0; i < count; i++) {
        runtime_status status = state->runtime->finish(state->queues[i].handle);
        worst = status > worst ? status : worst;
    }
    return device_status(device, worst, "waiting for the device");
}
