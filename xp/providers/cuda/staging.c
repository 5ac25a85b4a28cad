/* Pinned memory that transfers go through: a few parts for each queue, reused once the copies from them are done.
 *
 * An upload copies into the current part and enqueues; many small ones share a part, and none of them waits. When a
 * part is full an event is recorded, and whoever comes round to that part again waits for it: so the pinned memory of a
 * queue is bounded, and only a queue that is that much behind makes its host wait. Downloads have two parts of their
 * own by turns: one is read while the other one is filled.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "providers/cuda/plugin.h"

#define PART_BYTES ((size_t)1 << 20)
#define ALIGNMENT ((size_t)16) /* of pieces in a part */

enum { UPLOADS = 4, DOWNLOADS = 2, PARTS = UPLOADS + DOWNLOADS };

struct cuda_staging {
    char *memory;                /* PARTS of them, pinned */
    cudaEvent_t done[PARTS];     /* of what was enqueued for a part */
    bool is_recorded[UPLOADS];   /* there is something to wait for */
    int current;                 /* the part that uploads are put into, */
    size_t used;                 /* and how much of it they have */
    cuda_staging *next;          /* on the device's list of spare ones */
};

/* ---- getting one ------------------------------------------------------------------------------------------------- */

static void destroy(cuda_staging *staging)
{
    for (int i = 0; i < PARTS; i++)
        if (staging->done[i])
            cudart.cudaEventDestroy(staging->done[i]);
    if (staging->memory)
        cudart.cudaFreeHost(staging->memory);
    free(staging);
}

static cuda_staging *make(void)
{
    cuda_staging *staging = calloc(1, sizeof *staging);
    if (!staging) {
        cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
        return NULL;
    }
    void *memory = NULL;
    runtime_status status =
        cuda_check(cudart.cudaHostAlloc(&memory, PARTS * PART_BYTES, cudaHostAllocPortable), "cudaHostAlloc");
    staging->memory = status ? NULL : memory;
    for (int i = 0; i < PARTS && !status; i++)
        status = cuda_check(cudart.cudaEventCreateWithFlags(&staging->done[i], cudaEventDisableTiming),
                            "cudaEventCreateWithFlags");
    if (!status)
        return staging;
    destroy(staging);
    return NULL;
}

static cuda_staging *take_spare(cuda_device *device)
{
    pthread_mutex_lock(&device->lock);
    cuda_staging *staging = device->spare_staging;
    if (staging)
        device->spare_staging = staging->next;
    pthread_mutex_unlock(&device->lock);
    return staging;
}

/* The queue's own; NULL if pinned memory cannot be had. */
static cuda_staging *staging_of(cuda_queue *queue)
{
    pthread_mutex_lock(&queue->staging_lock);
    if (!queue->staging)
        queue->staging = take_spare(queue->device);
    if (!queue->staging)
        queue->staging = make();
    cuda_staging *staging = queue->staging;
    pthread_mutex_unlock(&queue->staging_lock);
    return staging;
}

/* ---- uploads ----------------------------------------------------------------------------------------------------- */

/* Marks the current part as full, and waits for the copies from the next one. */
static runtime_status turn(cuda_queue *queue, cuda_staging *staging)
{
    runtime_status status =
        cuda_check(cudart.cudaEventRecord(staging->done[staging->current], queue->stream), "cudaEventRecord");
    if (status)
        return status;
    staging->is_recorded[staging->current] = true;
    int next = (staging->current + 1) % UPLOADS;
    if (staging->is_recorded[next])
        status = cuda_check(cudart.cudaEventSynchronize(staging->done[next]), "cudaEventSynchronize");
    if (status)
        return status;
    staging->is_recorded[next] = false;
    staging->current = next;
    staging->used = 0;
    return RUNTIME_OK;
}

static runtime_status upload_parts(cuda_queue *queue, cuda_staging *staging, char *to, const char *from, size_t bytes)
{
    while (bytes) {
        if (staging->used == PART_BYTES || (bytes <= PART_BYTES && bytes > PART_BYTES - staging->used)) {
            runtime_status status = turn(queue, staging);
            if (status)
                return status;
        }
        size_t room = PART_BYTES - staging->used, piece = bytes < room ? bytes : room;
        char *part = staging->memory + (size_t)staging->current * PART_BYTES + staging->used;
        memcpy(part, from, piece);
        runtime_status status = cuda_check(
            cudart.cudaMemcpyAsync(to, part, piece, cudaMemcpyHostToDevice, queue->stream), "cudaMemcpyAsync");
        if (status)
            return status;
        staging->used += (piece + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        to += piece;
        from += piece;
        bytes -= piece;
    }
    return RUNTIME_OK;
}

/* Without pinned memory: the driver copies, and where it reads the caller's memory itself, it has to be awaited. */
static runtime_status copy_plain(cuda_queue *queue, void *to, const void *from, size_t bytes,
                                 enum cudaMemcpyKind kind)
{
    runtime_status status =
        cuda_check(cudart.cudaMemcpyAsync(to, from, bytes, kind, queue->stream), "cudaMemcpyAsync");
    return status ? status : cuda_check(cudart.cudaStreamSynchronize(queue->stream), "cudaStreamSynchronize");
}

runtime_status cuda_stage_upload(cuda_queue *queue, char *to, const char *from, size_t bytes)
{
    cuda_staging *staging = staging_of(queue);
    if (!staging)
        return copy_plain(queue, to, from, bytes, cudaMemcpyHostToDevice);
    pthread_mutex_lock(&queue->upload_lock);
    runtime_status status = upload_parts(queue, staging, to, from, bytes);
    pthread_mutex_unlock(&queue->upload_lock);
    return status;
}

/* ---- downloads --------------------------------------------------------------------------------------------------- */

static size_t piece_of(size_t bytes, size_t start)
{
    return bytes - start < PART_BYTES ? bytes - start : PART_BYTES;
}

static runtime_status download_piece(cuda_queue *queue, cuda_staging *staging, int part, const char *from, size_t bytes)
{
    runtime_status status = cuda_check(cudart.cudaMemcpyAsync(staging->memory + (size_t)part * PART_BYTES, from, bytes,
                                                              cudaMemcpyDeviceToHost, queue->stream),
                                       "cudaMemcpyAsync");
    return status ? status : cuda_check(cudart.cudaEventRecord(staging->done[part], queue->stream), "cudaEventRecord");
}

static runtime_status download_parts(cuda_queue *queue, cuda_staging *staging, char *to, const char *from, size_t bytes)
{
    size_t pieces = (bytes + PART_BYTES - 1) / PART_BYTES;
    for (size_t i = 0; i <= pieces; i++) {
        if (i < pieces) {
            runtime_status status = download_piece(queue, staging, UPLOADS + (int)(i % DOWNLOADS),
                                                   from + i * PART_BYTES, piece_of(bytes, i * PART_BYTES));
            if (status)
                return status;
        }
        if (i == 0)
            continue;
        int part = UPLOADS + (int)((i - 1) % DOWNLOADS);
        size_t start = (i - 1) * PART_BYTES;
        runtime_status status = cuda_check(cudart.cudaEventSynchronize(staging->done[part]), "cudaEventSynchronize");
        if (status)
            return status;
        memcpy(to + start, staging->memory + (size_t)part * PART_BYTES, piece_of(bytes, start));
    }
    return RUNTIME_OK;
}

runtime_status cuda_stage_download(cuda_queue *queue, char *to, const char *from, size_t bytes)
{
    cuda_staging *staging = staging_of(queue);
    if (!staging)
        return copy_plain(queue, to, from, bytes, cudaMemcpyDeviceToHost);
    pthread_mutex_lock(&queue->download_lock);
    runtime_status status = download_parts(queue, staging, to, from, bytes);
    pthread_mutex_unlock(&queue->download_lock);
    return status;
}

/* ---- giving it back ---------------------------------------------------------------------------------------------- */

/* To the next queue of the device, which has to wait for what this one still reads, part by part. */
void cuda_staging_return(cuda_queue *queue)
{
    cuda_staging *staging = queue->staging;
    if (!staging || cuda_enter_device(queue->device))
        return;
    bool is_usable = turn(queue, staging) == RUNTIME_OK;
    if (is_usable) {
        pthread_mutex_lock(&queue->device->lock);
        staging->next = queue->device->spare_staging;
        queue->device->spare_staging = staging;
        pthread_mutex_unlock(&queue->device->lock);
    } else {
        destroy(staging);
    }
    cuda_leave();
    queue->staging = NULL;
}
