/* Bytes between the host and OpenCL devices, and between these.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "providers/opencl/opencl.h"

#define COPIED_BYTES ((size_t)64 << 10) /* up to here an upload reads a copy, and nobody waits */
#define PIECE_BYTES ((size_t)4 << 20)   /* half of a queue's pinned memory */
#define MAPPED_BYTES ((size_t)32 << 20) /* of a source on another device, at a time */

/* ---- pinned memory ----------------------------------------------------------------------------------------------- */

/* Makes the queue's pinned memory if it has none. It is mapped through the service queue: mapping waits for what is
 * on its queue. */
static bool open_staging(opencl_queue *queue)
{
    opencl_staging *staging = &queue->staging;
    runtime_status status;
    cl_int code;
    if (staging->address)
        return true;
    const opencl_device *device = opencl_open_device(queue->device, &status);
    if (!device)
        return false;
    staging->pinned = clCreateBuffer(device->context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, 2 * PIECE_BYTES, NULL,
                                     &code);
    if (!staging->pinned)
        return false;
    staging->address = clEnqueueMapBuffer(device->service, staging->pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
                                          2 * PIECE_BYTES, 0, NULL, NULL, &code);
    if (staging->address)
        return true;
    clReleaseMemObject(staging->pinned);
    staging->pinned = NULL;
    return false;
}

void opencl_staging_close(opencl_queue *queue)
{
    opencl_staging *staging = &queue->staging;
    runtime_status status;
    const opencl_device *device = opencl_open_device(queue->device, &status);
    for (int half = 0; half < 2; half++)
        if (staging->busy[half])
            clReleaseEvent(staging->busy[half]);
    if (!staging->address || !device)
        return;
    clEnqueueUnmapMemObject(device->service, staging->pinned, staging->address, 0, NULL, NULL);
    clReleaseMemObject(staging->pinned);
}

/* Pinned memory is worth its copy only where a bus is between. The lock is held. */
static bool takes_staging(opencl_queue *queue, size_t bytes)
{
    const opencl_device *device = opencl_device_at(queue->device);
    return bytes > COPIED_BYTES && !device->is_cpu && open_staging(queue);
}

static size_t piece_at(size_t done, size_t bytes) { return bytes - done < PIECE_BYTES ? bytes - done : PIECE_BYTES; }

/* ---- upload ------------------------------------------------------------------------------------------------------ */

static runtime_status upload_copy(opencl_queue *queue, cl_mem memory, size_t offset, const void *from, size_t bytes)
{
    cl_event written;
    void *copy = malloc(bytes);
    if (!copy)
        return opencl_fail(RUNTIME_NO_MEMORY, "%zu bytes of the host's memory for an upload", bytes);
    memcpy(copy, from, bytes);
    cl_int code = clEnqueueWriteBuffer(queue->commands, memory, CL_FALSE, offset, bytes, copy, 0, NULL, &written);
    if (code != CL_SUCCESS) {
        free(copy);
        return opencl_failed("clEnqueueWriteBuffer", code);
    }
    opencl_watch(queue, written, copy, "an upload");
    return RUNTIME_OK;
}

/* Piece by piece through the two halves: one is filled while the other one is on its way. */
static runtime_status upload_staged(opencl_queue *queue, cl_mem memory, size_t offset, const char *from, size_t bytes)
{
    opencl_staging *staging = &queue->staging;
    int half = 0;
    for (size_t done = 0, piece; done < bytes; done += piece, half ^= 1) {
        char *pinned = staging->address + (size_t)half * PIECE_BYTES;
        cl_event written;
        piece = piece_at(done, bytes);
        if (staging->busy[half]) {
            clWaitForEvents(1, &staging->busy[half]); /* how it ended, the queue's list of commands tells */
            clReleaseEvent(staging->busy[half]);
            staging->busy[half] = NULL;
        }
        memcpy(pinned, from + done, piece);
        cl_int code = clEnqueueWriteBuffer(queue->commands, memory, CL_FALSE, offset + done, piece, pinned, 0, NULL,
                                           &written);
        if (code != CL_SUCCESS)
            return opencl_failed("clEnqueueWriteBuffer", code);
        clRetainEvent(written);
        staging->busy[half] = written;
        opencl_watch(queue, written, NULL, "an upload");
        clFlush(queue->commands);
    }
    return RUNTIME_OK;
}

runtime_status opencl_upload(void *used, void *memory, size_t offset, const void *from, size_t bytes)
{
    opencl_queue *queue = used;
    if (bytes == 0)
        return RUNTIME_OK;
    if (bytes <= COPIED_BYTES)
        return upload_copy(queue, memory, offset, from, bytes);
    pthread_mutex_lock(&queue->staging.lock);
    bool staged = takes_staging(queue, bytes);
    runtime_status status = staged ? upload_staged(queue, memory, offset, from, bytes) : RUNTIME_OK;
    pthread_mutex_unlock(&queue->staging.lock);
    if (staged)
        return status;
    cl_event written = NULL;
    cl_int code = clEnqueueWriteBuffer(queue->commands, memory, CL_TRUE, offset, bytes, from, 0, NULL, &written);
    if (written)
        opencl_watch(queue, written, NULL, "an upload");
    return code == CL_SUCCESS ? RUNTIME_OK : opencl_failed("clEnqueueWriteBuffer", code);
}

/* ---- download ---------------------------------------------------------------------------------------------------- */

/* A piece is on its way while the one before is copied. The halves may still be read by uploads: these are on the same
 * queue, and before. */
static cl_int download_staged(opencl_queue *queue, char *to, cl_mem memory, size_t offset, size_t bytes)
{
    const char *const address = queue->staging.address;
    cl_event read[2] = {NULL, NULL};
    cl_int code = CL_SUCCESS;
    size_t n_pieces = (bytes + PIECE_BYTES - 1) / PIECE_BYTES;
    for (size_t i = 0; i <= n_pieces && code == CL_SUCCESS; i++) {
        if (i < n_pieces) {
            size_t done = i * PIECE_BYTES;
            code = clEnqueueReadBuffer(queue->commands, memory, CL_FALSE, offset + done, piece_at(done, bytes),
                                       (char *)address + (i & 1) * PIECE_BYTES, 0, NULL, &read[i & 1]);
            if (code == CL_SUCCESS)
                clFlush(queue->commands);
        }
        if (i > 0 && code == CL_SUCCESS) {
            size_t done = (i - 1) * PIECE_BYTES;
            code = clWaitForEvents(1, &read[(i - 1) & 1]);
            if (code == CL_SUCCESS)
                memcpy(to + done, address + ((i - 1) & 1) * PIECE_BYTES, piece_at(done, bytes));
            clReleaseEvent(read[(i - 1) & 1]);
            read[(i - 1) & 1] = NULL;
        }
    }
    if (code != CL_SUCCESS)
        clFinish(queue->commands); /* nobody may write to the halves any more when others get them */
    for (int half = 0; half < 2; half++)
        if (read[half])
            clReleaseEvent(read[half]);
    return code;
}

/* What failed before it on the queue has spoilt what is read, so that is told first. */
runtime_status opencl_download(void *used, void *to, void *memory, size_t offset, size_t bytes)
{
    opencl_queue *queue = used;
    if (bytes == 0)
        return RUNTIME_OK;
    cl_int code = CL_SUCCESS;
    bool staged = false;
    if (bytes > COPIED_BYTES) {
        pthread_mutex_lock(&queue->staging.lock);
        staged = takes_staging(queue, bytes);
        if (staged)
            code = download_staged(queue, to, memory, offset, bytes);
        pthread_mutex_unlock(&queue->staging.lock);
    }
    if (!staged) {
        cl_event read = NULL;
        code = clEnqueueReadBuffer(queue->commands, memory, CL_TRUE, offset, bytes, to, 0, NULL, &read);
        if (read)
            opencl_watch(queue, read, NULL, "a download");
    }
    runtime_status status = opencl_queue_failure(queue);
    if (status != RUNTIME_OK)
        return status;
    return code == CL_SUCCESS ? RUNTIME_OK : opencl_failed("clEnqueueReadBuffer", code);
}

/* ---- copies ------------------------------------------------------------------------------------------------------ */

/* From another device, thus another context: through the host, which sees a piece of the source at a time. */
static runtime_status copy_between(opencl_queue *queue, cl_mem to, size_t to_offset, int from_device, cl_mem from,
                                   size_t from_offset, size_t bytes)
{
    runtime_status status;
    const opencl_device *source = opencl_open_device(from_device, &status);
    for (size_t done = 0, piece; source && done < bytes && status == RUNTIME_OK; done += piece) {
        cl_int code;
        piece = bytes - done < MAPPED_BYTES ? bytes - done : MAPPED_BYTES;
        void *mapped = clEnqueueMapBuffer(source->service, from, CL_TRUE, CL_MAP_READ, from_offset + done, piece, 0,
                                          NULL, NULL, &code);
        if (!mapped)
            return opencl_failed("clEnqueueMapBuffer", code);
        status = opencl_upload(queue, to, to_offset + done, mapped, piece);
        code = clEnqueueUnmapMemObject(source->service, from, mapped, 0, NULL, NULL);
        if (code == CL_SUCCESS)
            code = clFinish(source->service); /* a kernel that writes there comes on another queue, perhaps at once */
        if (code != CL_SUCCESS && status == RUNTIME_OK)
            status = opencl_failed("clEnqueueUnmapMemObject", code);
    }
    return status;
}

runtime_status opencl_copy(void *used, void *to, size_t to_offset, int from_device, void *from, size_t from_offset,
                           size_t bytes)
{
    opencl_queue *queue = used;
    cl_event copied;
    if (bytes == 0)
        return RUNTIME_OK;
    if (from_device != queue->device)
        return copy_between(queue, to, to_offset, from_device, from, from_offset, bytes);
    cl_int code = clEnqueueCopyBuffer(queue->commands, from, to, from_offset, to_offset, bytes, 0, NULL, &copied);
    if (code != CL_SUCCESS)
        return opencl_failed("clEnqueueCopyBuffer", code);
    opencl_watch(queue, copied, NULL, "a copy");
    clFlush(queue->commands);
    return RUNTIME_OK;
}
