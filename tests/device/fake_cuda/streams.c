/* Streams and events of the double: work is kept in lists, and done when somebody waits for it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "fake.h"

static lane *streams;                 /* all there ever were: pointers to them stay valid */
static lane defaults[FAKE_DEVICES];

lane *fake_stream(lane *handle)
{
    if (handle && handle != cudaStreamLegacy && handle != cudaStreamPerThread)
        return handle;
    int device = fake_current_device() < 0 ? 0 : fake_current_device();
    lane *found = &defaults[device];
    if (!found->end) {
        found->end = &found->first;
        found->device = device;
        found->is_alive = true;
    }
    return found;
}

void fake_enqueue(lane *stream, work what)
{
    if (!stream->is_alive)
        fake_misuse("work on a stream that was destroyed");
    work *kept = malloc(sizeof *kept);
    *kept = what;
    kept->next = NULL;
    *stream->end = kept;
    stream->end = &kept->next;
    stream->enqueued++;
}

static bool touches(const work *what, const char *start, size_t bytes)
{
    bool reads = !what->snapshot && what->from + what->bytes > start && what->from < start + bytes;
    bool writes = what->to + what->bytes > start && what->to < start + bytes;
    return (what->kind == WORK_COPY && (reads || writes)) || (what->kind == WORK_SET && writes);
}

bool fake_is_awaited(const char *start, size_t bytes)
{
    for (const lane *stream = streams; stream; stream = stream->next)
        for (const work *what = stream->first; what; what = what->next)
            if (touches(what, start, bytes) && !fake_device_error(stream->device))
                return true;
    return false;
}

static void check_memory(lane *stream, const void *memory, size_t bytes)
{
    if (fake_is_device_memory(memory, bytes) || fake_is_pinned(memory))
        return;
    fake_misuse("work on memory that is not allocated");
    fake_set_device_error(stream->device, cudaErrorIllegalAddress);
}

static void do_work(lane *stream, work *what)
{
    switch (what->kind) {
    case WORK_COPY:
        if (!what->snapshot)
            check_memory(stream, what->from, what->bytes);
        check_memory(stream, what->to, what->bytes);
        memmove(what->to, what->from, what->bytes);
        break;
    case WORK_SET:
        check_memory(stream, what->to, what->bytes);
        memset(what->to, what->value, what->bytes);
        break;
    case WORK_WAIT:
        fake_run_until(what->other, what->ticket);
        break;
    case WORK_FREE:
        fake_free_now(what->to);
        break;
    case WORK_RUN:
        if (what->run)
            what->run(what->bound, what->groups, what->items);
        break;
    }
    if (what->fault)
        fake_set_device_error(stream->device, (cudaError_t)what->fault);
}

cudaError_t fake_run_until(lane *stream, uint64_t ticket)
{
    while (stream->done < ticket) {
        work *what = stream->first;
        stream->first = what->next;
        if (!stream->first)
            stream->end = &stream->first;
        stream->done++;
        if (!fake_device_error(stream->device) || what->kind == WORK_WAIT)
            do_work(stream, what);
        free(what->snapshot);
        free(what);
    }
    cudaError_t error = fake_device_error(stream->device);
    if (error && error < cudaErrorIllegalAddress)
        fake_set_device_error(stream->device, cudaSuccess);
    return error;
}

/* ---- the runtime's functions ------------------------------------------------------------------------------------- */

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *result, unsigned flags)
{
    BEGIN;
    if (fake_current_device() < 0)
        fake_misuse("a stream is made on no device");
    if (flags != cudaStreamNonBlocking)
        fake_misuse("a stream that waits for the legacy one");
    lane *made = calloc(1, sizeof *made);
    made->device = fake_current_device();
    made->is_alive = true;
    made->end = &made->first;
    made->next = streams;
    streams = made;
    *result = made;
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t handle)
{
    BEGIN;
    if (!handle->is_alive)
        return fake_error(cudaErrorInvalidResourceHandle);
    handle->is_alive = false; /* what it has is still done when somebody waits for it */
    return cudaSuccess;
}

cudaError_t cudaStreamGetDevice(cudaStream_t handle, int *device)
{
    BEGIN;
    *device = handle->device;
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle)
{
    BEGIN;
    lane *stream = fake_stream(handle);
    return fake_error(fake_run_until(stream, stream->enqueued));
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned flags)
{
    BEGIN;
    (void)flags;
    if (event->recorded)
        fake_enqueue(fake_stream(handle), (work){.kind = WORK_WAIT, .other = event->recorded, .ticket = event->ticket});
    return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *result, unsigned flags)
{
    BEGIN;
    if (flags != cudaEventDisableTiming)
        fake_misuse("an event that takes times");
    *result = calloc(1, sizeof **result);
    (*result)->device = fake_current_device();
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    BEGIN;
    free(event);
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle)
{
    BEGIN;
    lane *stream = fake_stream(handle);
    if (stream->device != event->device) {
        fake_misuse("an event is recorded on another device's stream");
        return fake_error(cudaErrorInvalidResourceHandle);
    }
    event->recorded = stream;
    event->ticket = stream->enqueued;
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    BEGIN;
    return event->recorded ? fake_error(fake_run_until(event->recorded, event->ticket)) : cudaSuccess;
}
