/* Transfers: to and from the host, and between memories of devices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/plugin.h"

runtime_status cuda_upload(void *handle, void *memory, size_t offset, const void *from, size_t bytes)
{
    cuda_queue *queue = handle;
    if (!bytes)
        return RUNTIME_OK;
    runtime_status status = cuda_enter_device(queue->device);
    if (status)
        return status;
    status = cuda_stage_upload(queue, (char *)memory + offset, from, bytes);
    cuda_leave();
    return status;
}

runtime_status cuda_download(void *handle, void *to, void *memory, size_t offset, size_t bytes)
{
    cuda_queue *queue = handle;
    if (!bytes)
        return cuda_finish(queue);
    runtime_status status = cuda_enter_device(queue->device);
    if (status)
        return status;
    status = cuda_stage_download(queue, to, (const char *)memory + offset, bytes);
    cuda_leave();
    return status;
}

/* Lets the target's device reach memory of the source's pool, where the hardware can, before the first copy: without
 * that copies go through the host. That it cannot be had is no error. */
static void give_access(cuda_device *from, int to)
{
    uint64_t bit = UINT64_C(1) << (to & 63);
    if (!from->has_pools || __atomic_fetch_or(&from->peers_asked, bit, __ATOMIC_RELAXED) & bit)
        return;
    int can_reach = 0;
    struct cudaMemAccessDesc access = {{cudaMemLocationTypeDevice, to}, cudaMemAccessFlagsProtReadWrite};
    if (cuda_check(cudart.cudaDeviceCanAccessPeer(&can_reach, to, from->number), "cudaDeviceCanAccessPeer") ||
        !can_reach || cuda_enter_device(from))
        return;
    cuda_check(cudart.cudaMemPoolSetAccess(from->pool, &access, 1), "cudaMemPoolSetAccess");
    cuda_leave();
}

runtime_status cuda_copy(void *handle, void *to, size_t to_offset, int from_device, void *from, size_t from_offset,
                         size_t bytes)
{
    cuda_queue *queue = handle;
    cuda_device *source = cuda_device_at(from_device);
    if (!source)
        return cuda_fail(RUNTIME_FAILED, "there is no device %d", from_device);
    if (!bytes)
        return RUNTIME_OK;
    if (source != queue->device)
        give_access(source, queue->device->number);
    runtime_status status = cuda_enter_device(queue->device);
    if (status)
        return status;
    char *target = (char *)to + to_offset;
    const char *start = (const char *)from + from_offset;
    if (source == queue->device)
        status = cuda_check(cudart.cudaMemcpyAsync(target, start, bytes, cudaMemcpyDeviceToDevice, queue->stream),
                            "cudaMemcpyAsync");
    else
        status = cuda_check(cudart.cudaMemcpyPeerAsync(target, queue->device->number, start, from_device, bytes,
                                                       queue->stream),
                            "cudaMemcpyPeerAsync");
    cuda_leave();
    return status;
}
