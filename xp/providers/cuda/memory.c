/* Memory: allocations from a pool of the driver's, releases behind all that is enqueued.
 *
 * The core keeps a pool of its own on top, so what comes here is seldom and large; it names no queue. Hence two streams
 * for each device. An allocation is enqueued on one that has nothing else to do, and waited for at once, which takes
 * no longer than the driver's bookkeeping: from then on every queue may use it. A release is enqueued on the other one,
 * which first waits, on the device, for all that the open queues of all devices have got (a peer copy on another
 * device's queue may read it). Plain cudaFree would make the host wait for all of that, or, for pooled memory, would
 * not wait at all. The pool hands memory on only once its release has been reached, never by a dependency on it (that
 * is switched off), or an allocation could wait for a long kernel. Only when memory is short it does wait: then the
 * releases are awaited, and it is tried once more.
 *
 * Devices without pools (some virtual GPUs) use cudaMalloc and cudaFree, and wait for releases.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/plugin.h"

static runtime_status allocate_pooled(cuda_device *device, size_t bytes, void **memory)
{
    runtime_status status =
        cuda_check(cudart.cudaMallocFromPoolAsync(memory, bytes, device->pool, device->allocations),
                   "cudaMallocFromPoolAsync");
    if (status)
        return status;
    status = cuda_check(cudart.cudaStreamSynchronize(device->allocations), "cudaStreamSynchronize");
    if (status)
        cudart.cudaFreeAsync(*memory, device->allocations);
    return status;
}

static runtime_status allocate_here(cuda_device *device, size_t bytes, void **memory)
{
    if (!device->has_pools)
        return cuda_check(cudart.cudaMalloc(memory, bytes), "cudaMalloc");
    runtime_status status = allocate_pooled(device, bytes, memory);
    if (status != RUNTIME_NO_MEMORY)
        return status;
    if (cuda_check(cudart.cudaStreamSynchronize(device->releases), "cudaStreamSynchronize") == RUNTIME_OK)
        cuda_check(cudart.cudaMemPoolTrimTo(device->pool, 0), "cudaMemPoolTrimTo");
    return allocate_pooled(device, bytes, memory);
}

runtime_status cuda_allocate(int number, size_t bytes, void **memory)
{
    cuda_device *device;
    *memory = NULL;
    runtime_status status = cuda_enter(number, &device);
    if (status)
        return status;
    status = allocate_here(device, bytes, memory);
    if (status)
        *memory = NULL;
    cuda_leave();
    return status;
}

void cuda_release(int number, void *memory)
{
    cuda_device *device;
    if (!memory || cuda_enter(number, &device))
        return;
    cuda_follow_all(device->releases);
    if (device->has_pools) {
        cuda_check(cudart.cudaFreeAsync(memory, device->releases), "cudaFreeAsync");
    } else {
        cuda_check(cudart.cudaStreamSynchronize(device->releases), "cudaStreamSynchronize");
        cuda_check(cudart.cudaFree(memory), "cudaFree");
    }
    cuda_leave();
}

runtime_status cuda_scratch(cuda_queue *queue, size_t bytes, void **memory)
{
    *memory = NULL;
    if (!bytes)
        bytes = 1;
    if (!queue->device->has_pools)
        return cuda_check(cudart.cudaMalloc(memory, bytes), "cudaMalloc");
    return cuda_check(cudart.cudaMallocFromPoolAsync(memory, bytes, queue->device->pool, queue->stream),
                      "cudaMallocFromPoolAsync");
}

void cuda_scratch_free(cuda_queue *queue, void *memory)
{
    if (!memory)
        return;
    if (queue->device->has_pools) {
        cuda_check(cudart.cudaFreeAsync(memory, queue->stream), "cudaFreeAsync");
    } else {
        cuda_check(cudart.cudaStreamSynchronize(queue->stream), "cudaStreamSynchronize");
        cuda_check(cudart.cudaFree(memory), "cudaFree");
    }
}
