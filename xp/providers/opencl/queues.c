/* Queues of OpenCL devices: in order, one after another, and what became of the commands on them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "providers/opencl/opencl.h"

#define FIRST_CAPACITY 64

/* ---- commands that nobody has seen the end of -------------------------------------------------------------------- */

/* clFinish tells nothing of commands that failed, their events do. So the event of each command is kept until it has
 * ended, which is asked at every further command; with it goes the copy that an upload made. Even where nobody would
 * ask it is kept: PoCL 3.1 aborts the process when a command fails whose event was never taken. */

/* Forgets the oldest command, whose status is `state`. The lock is held. */
static void take_oldest(opencl_queue *queue, cl_int state)
{
    opencl_command *oldest = &queue->ring[queue->first];
    if (state < 0 && queue->failure == CL_SUCCESS) {
        queue->failure = state;
        queue->failed_command = oldest->what;
    }
    clReleaseEvent(oldest->event);
    free(oldest->copy);
    queue->first = (queue->first + 1) & (queue->capacity - 1);
    queue->count--;
}

static void take_ended(opencl_queue *queue)
{
    while (queue->count > 0) {
        cl_int state = CL_COMPLETE;
        cl_int code = clGetEventInfo(queue->ring[queue->first].event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state,
                                     &state, NULL);
        if (code != CL_SUCCESS)
            state = code;
        if (state > CL_COMPLETE) /* running, or not yet */
            return;
        take_oldest(queue, state);
    }
}

static bool grow(opencl_queue *queue)
{
    size_t capacity = queue->capacity > 0 ? 2 * queue->capacity : FIRST_CAPACITY;
    opencl_command *ring = malloc(capacity * sizeof *ring);
    if (!ring)
        return false;
    for (size_t i = 0; i < queue->count; i++)
        ring[i] = queue->ring[(queue->first + i) & (queue->capacity - 1)];
    free(queue->ring);
    queue->ring = ring;
    queue->first = 0;
    queue->capacity = capacity;
    return true;
}

void opencl_watch(opencl_queue *queue, cl_event event, void *copy, const char *what)
{
    pthread_mutex_lock(&queue->lock);
    take_ended(queue);
    if (queue->count == queue->capacity && !grow(queue)) { /* no memory for more of them: this one has to end now */
        clWaitForEvents(1, &event);
        take_ended(queue);
    }
    queue->ring[(queue->first + queue->count) & (queue->capacity - 1)] = (opencl_command){event, copy, what};
    queue->count++;
    pthread_mutex_unlock(&queue->lock);
}

runtime_status opencl_queue_failure(opencl_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    take_ended(queue);
    cl_int failure = queue->failure;
    const char *what = queue->failed_command;
    queue->failure = CL_SUCCESS;
    pthread_mutex_unlock(&queue->lock);
    return failure == CL_SUCCESS ? RUNTIME_OK : opencl_failed(what, failure);
}

/* ---- the table's functions --------------------------------------------------------------------------------------- */

/* Why a caller's queue cannot be used; NULL if it can. */
static const char *stream_fault(cl_command_queue stream, const opencl_device *device)
{
    cl_context context = NULL;
    cl_device_id id = NULL;
    cl_command_queue_properties properties = 0;
    if (clGetCommandQueueInfo(stream, CL_QUEUE_CONTEXT, sizeof context, &context, NULL) != CL_SUCCESS ||
        clGetCommandQueueInfo(stream, CL_QUEUE_DEVICE, sizeof id, &id, NULL) != CL_SUCCESS ||
        clGetCommandQueueInfo(stream, CL_QUEUE_PROPERTIES, sizeof properties, &properties, NULL) != CL_SUCCESS)
        return "it is no cl_command_queue";
    if (id != device->id)
        return "it belongs to another device";
    if (context != device->context)
        return "it belongs to another context than the device's queues (which tell theirs by clGetCommandQueueInfo)";
    return properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE ? "it is not in order" : NULL;
}

runtime_status opencl_queue_open(int number, void *stream, void **result)
{
    runtime_status status;
    cl_int code = CL_SUCCESS;
    *result = NULL;
    opencl_device *device = opencl_open_device(number, &status);
    if (!device)
        return status;
    const char *fault = stream ? stream_fault(stream, device) : NULL;
    if (fault)
        return opencl_fail(RUNTIME_FAILED, "the caller's queue cannot be used: %s", fault);
    opencl_queue *queue = calloc(1, sizeof *queue);
    if (!queue || !grow(queue)) {
        free(queue);
        return opencl_fail(RUNTIME_NO_MEMORY, "no memory for a queue");
    }
    queue->device = number;
    queue->commands = stream ? stream : clCreateCommandQueue(device->context, device->id, 0, &code);
    if (stream)
        code = clRetainCommandQueue(stream);
    if (code != CL_SUCCESS) {
        free(queue->ring);
        free(queue);
        return opencl_failed(stream ? "clRetainCommandQueue" : "clCreateCommandQueue", code);
    }
    pthread_mutex_init(&queue->lock, NULL);
    pthread_mutex_init(&queue->staging.lock, NULL);
    *result = queue;
    return RUNTIME_OK;
}

/* Waits, because uploads may still read copies and pinned memory that go with the queue. */
void opencl_queue_close(void *closed)
{
    opencl_queue *queue = closed;
    if (!queue)
        return;
    clFinish(queue->commands);
    opencl_staging_close(queue);
    while (queue->count > 0)
        take_oldest(queue, CL_COMPLETE);
    clReleaseCommandQueue(queue->commands);
    pthread_mutex_destroy(&queue->lock);
    pthread_mutex_destroy(&queue->staging.lock);
    free(queue->ring);
    free(queue);
}

void *opencl_queue_stream(void *queue) { return ((opencl_queue *)queue)->commands; }

/* Events mean nothing in another context, so between devices the other queue is waited for here; what failed on it
 * stays to be told there. */
runtime_status opencl_follow(void *following, void *followed)
{
    opencl_queue *queue = following, *other = followed;
    cl_int code;
    if (queue->commands == other->commands)
        return RUNTIME_OK;
    if (queue->device != other->device) {
        code = clFinish(other->commands);
        return code == CL_SUCCESS ? RUNTIME_OK : opencl_failed("clFinish", code);
    }
    cl_event reached, waited;
    code = clEnqueueMarkerWithWaitList(other->commands, 0, NULL, &reached);
    if (code != CL_SUCCESS)
        return opencl_failed("clEnqueueMarkerWithWaitList", code);
    code = clFlush(other->commands); /* or the wait might never end */
    if (code == CL_SUCCESS)
        code = clEnqueueBarrierWithWaitList(queue->commands, 1, &reached, &waited);
    opencl_watch(other, reached, NULL, "what another queue waits for");
    if (code != CL_SUCCESS)
        return opencl_failed("clEnqueueBarrierWithWaitList", code);
    opencl_watch(queue, waited, NULL, "what was waited for on another queue");
    return RUNTIME_OK;
}

runtime_status opencl_finish(void *finished)
{
    opencl_queue *queue = finished;
    cl_int code = clFinish(queue->commands);
    runtime_status status = opencl_queue_failure(queue);
    if (status != RUNTIME_OK)
        return status;
    return code == CL_SUCCESS ? RUNTIME_OK : opencl_failed("clFinish", code);
}
