/* Memory and streams of the caller's, and copies between devices of a kind.
 *
 * A stream is made to wait for our queues, or they for it, through a queue that is opened on it for the moment.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "providers/device/device.h"

/* The stream that is meant, or NULL: there is none to wait for. */
static void *meant(const device_state *state, void *stream)
{
    return stream ? stream : state->runtime->default_stream;
}

/* Makes this thread's queue wait for what is on the stream, or the stream for what is on the queue. */
static runtime_status wait_between(device_state *state, int queue, void *stream, bool stream_waits)
{
    const runtime *table = state->runtime;
    void *own = state->queues[queue].handle, *other;
    stream = meant(state, stream);
    if (!stream)
        return stream_waits ? table->finish(own) : RUNTIME_OK;
    runtime_status status = table->queue_open(state->number, stream, &other);
    if (status != RUNTIME_OK)
        return status;
    status = stream_waits ? table->follow(other, own) : table->follow(own, other);
    table->queue_close(other);
    return status;
}

xp_status device_adopt(const struct xp_device *device, void *pointer, size_t bytes, void *stream, xp_memory *memory)
{
    device_state *state = device_state_of(device);
    int queue = device_queue_here(device);
    device_block *block = xp_alloc_zeroed(1, sizeof *block);
    if (queue < 0 || !block) {
        xp_dealloc(block);
        return queue < 0 ? XP_ERROR_DEVICE : xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    }
    runtime_status status = wait_between(state, queue, stream, false);
    if (status != RUNTIME_OK) {
        xp_dealloc(block);
        return device_status(device, status, "a stream of the caller's");
    }
    device_enqueued(state, queue);
    *block = (device_block){.memory = pointer, .bytes = bytes, .writers = (uint32_t)1 << queue};
    *memory = (xp_memory){.handle = pointer, .order = block};
    return XP_OK;
}

xp_status device_disown(const struct xp_device *device, xp_memory memory, void *stream)
{
    device_state *state = device_state_of(device);
    int queue = device_queue_here(device);
    runtime_status status = queue >= 0 ? device_order(state, queue, memory.order, true) : RUNTIME_FAILED;
    if (status == RUNTIME_OK)
        status = wait_between(state, queue, stream, true);
    xp_dealloc(memory.order);
    return queue >= 0 ? device_status(device, status, "a stream of the caller's") : XP_ERROR_DEVICE;
}

xp_status device_share(const struct xp_device *device, xp_buffer *buffer, void *stream, void **pointer)
{
    device_state *state = device_state_of(device);
    xp_memory memory = xp_buffer_memory(buffer);
    int queue = device_queue_here(device);
    if (queue < 0)
        return XP_ERROR_DEVICE;
    runtime_status status = memory.order ? device_order(state, queue, memory.order, false) : RUNTIME_OK;
    if (status == RUNTIME_OK)
        status = wait_between(state, queue, stream, true);
    *pointer = memory.handle;
    return device_status(device, status, "a stream of the caller's");
}

xp_status device_get_stream(const struct xp_device *device, void **stream)
{
    device_state *state = device_state_of(device);
    int queue = device_queue_here(device);
    if (queue < 0)
        return XP_ERROR_DEVICE;
    *stream = state->runtime->queue_stream(state->queues[queue].handle);
    return XP_OK;
}

xp_status device_copy_from(const struct xp_device *device, xp_buffer *to, int64_t to_offset,
                           const struct xp_device *from_device, xp_buffer *from, int64_t from_offset, size_t bytes)
{
    device_state *state = device_state_of(device), *other = device_state_of(from_device);
    xp_memory target = xp_buffer_memory(to), source = xp_buffer_memory(from);
    int queue = device_queue_here(device), before = device_queue_here(from_device);
    if (queue < 0 || before < 0)
        return XP_ERROR_DEVICE;
    runtime_status status = source.order ? device_order(other, before, source.order, false) : RUNTIME_OK;
    if (status == RUNTIME_OK)
        status = state->runtime->follow(state->queues[queue].handle, other->queues[before].handle);
    if (status == RUNTIME_OK && target.order)
        status = device_order(state, queue, target.order, true);
    if (status == RUNTIME_OK)
        status = state->runtime->copy(state->queues[queue].handle, target.handle, (size_t)to_offset, other->number,
                                      source.handle, (size_t)from_offset, bytes);
    device_enqueued(state, queue);
    if (status == RUNTIME_OK) /* the source's queue goes on behind the copy, as the source may be written again */
        status = state->runtime->follow(other->queues[before].handle, state->queues[queue].handle);
    device_enqueued(other, before);
    return device_status(device, status, "a copy between devices");
}
