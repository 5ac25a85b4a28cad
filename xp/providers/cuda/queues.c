/* Queues: streams of our own or of the caller's, and the order between them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "providers/cuda/plugin.h"

static cuda_queue *open_queues;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list */

/* ---- order ------------------------------------------------------------------------------------------------------- */

/* What comes on `stream` waits for what is on the queue now. */
static runtime_status follow_queue(cudaStream_t stream, cuda_queue *queue)
{
    cudaEvent_t event;
    runtime_status status = cuda_enter_device(queue->device);
    if (status)
        return status;
    status = cuda_event_take(queue->device, &event);
    if (!status) {
        status = cuda_check(cudart.cudaEventRecord(event, queue->stream), "cudaEventRecord");
        if (!status)
            status = cuda_check(cudart.cudaStreamWaitEvent(stream, event, 0), "cudaStreamWaitEvent");
        cuda_event_give(queue->device, event);
    }
    cuda_leave();
    return status;
}

void cuda_follow_all(cudaStream_t stream)
{
    pthread_mutex_lock(&lock);
    for (cuda_queue *queue = open_queues; queue; queue = queue->next)
        if (follow_queue(stream, queue)) /* the host waits instead; on a device that is lost nothing is left to do */
            cuda_check(cudart.cudaStreamSynchronize(queue->stream), "cudaStreamSynchronize");
    pthread_mutex_unlock(&lock);
}

runtime_status cuda_follow(void *queue, void *other)
{
    cuda_queue *later = queue, *earlier = other;
    return later->stream == earlier->stream && later->device == earlier->device
               ? RUNTIME_OK
               : follow_queue(later->stream, earlier);
}

runtime_status cuda_finish(void *handle)
{
    cuda_queue *queue = handle;
    runtime_status status = cuda_enter_device(queue->device);
    if (status)
        return status;
    status = cuda_check(cudart.cudaStreamSynchronize(queue->stream), "cudaStreamSynchronize");
    cuda_leave();
    return status;
}

/* ---- opening and closing ----------------------------------------------------------------------------------------- */

/* The default streams have the same handles on every device; any other one belongs to one device. */
static runtime_status take_stream(cuda_queue *queue, cudaStream_t stream)
{
    int number = queue->device->number;
    queue->stream = stream;
    if (stream == cudaStreamLegacy || stream == cudaStreamPerThread)
        return RUNTIME_OK;
    runtime_status status = cuda_check(cudart.cudaStreamGetDevice(stream, &number), "cudaStreamGetDevice");
    if (status)
        return status;
    return number == queue->device->number
               ? RUNTIME_OK
               : cuda_fail(RUNTIME_FAILED, "the stream belongs to device %d, not to device %d", number,
                           queue->device->number);
}

static void init_locks(cuda_queue *queue)
{
    pthread_mutex_init(&queue->upload_lock, NULL);
    pthread_mutex_init(&queue->download_lock, NULL);
    pthread_mutex_init(&queue->vendor_lock, NULL);
    pthread_mutex_init(&queue->staging_lock, NULL);
}

static void destroy_locks(cuda_queue *queue)
{
    pthread_mutex_destroy(&queue->upload_lock);
    pthread_mutex_destroy(&queue->download_lock);
    pthread_mutex_destroy(&queue->vendor_lock);
    pthread_mutex_destroy(&queue->staging_lock);
}

static void enlist(cuda_queue *queue)
{
    pthread_mutex_lock(&lock);
    queue->next = open_queues;
    queue->link = &open_queues;
    if (open_queues)
        open_queues->link = &queue->next;
    open_queues = queue;
    pthread_mutex_unlock(&lock);
}

static void delist(cuda_queue *queue)
{
    pthread_mutex_lock(&lock);
    *queue->link = queue->next;
    if (queue->next)
        queue->next->link = queue->link;
    pthread_mutex_unlock(&lock);
}

runtime_status cuda_queue_open(int number, void *stream, void **result)
{
    *result = NULL;
    cuda_queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
    runtime_status status = cuda_enter(number, &queue->device);
    if (status) {
        free(queue);
        return status;
    }
    queue->is_own = !stream;
    status = stream ? take_stream(queue, stream)
                    : cuda_check(cudart.cudaStreamCreateWithFlags(&queue->stream, cudaStreamNonBlocking),
                                 "cudaStreamCreateWithFlags");
    cuda_leave();
    if (status) {
        free(queue);
        return status;
    }
    init_locks(queue);
    enlist(queue);
    *result = queue;
    return RUNTIME_OK;
}

/* What is enqueued goes on without the queue. Releases of any device come behind it all the same: their streams follow
 * it now, as it will not be in the list any more. */
static void outlive(cuda_queue *queue)
{
    cuda_device *device;
    for (int i = 0; (device = cuda_device_at(i)) != NULL; i++)
        if (__atomic_load_n(&device->is_open, __ATOMIC_ACQUIRE) && follow_queue(device->releases, queue))
            cuda_check(cudart.cudaStreamSynchronize(queue->stream), "cudaStreamSynchronize");
}

void cuda_queue_close(void *handle)
{
    cuda_queue *queue = handle;
    if (!queue)
        return;
    outlive(queue);
    delist(queue);
    cuda_staging_return(queue);
    if (cuda_enter_device(queue->device) == RUNTIME_OK) {
        cuda_vendor_close(queue);
        if (queue->is_own)
            cuda_check(cudart.cudaStreamDestroy(queue->stream), "cudaStreamDestroy");
        cuda_leave();
    }
    destroy_locks(queue);
    free(queue);
}

void *cuda_queue_stream(void *queue)
{
    return ((cuda_queue *)queue)->stream;
}
