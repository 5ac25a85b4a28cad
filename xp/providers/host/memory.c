/* The host's memory: pooled blocks, and copies that are plain memcpy.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "providers/host/host.h"

#define USUAL_CACHE_BYTES (INT64_C(32) << 20) /* where the system does not tell */

xp_status host_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory)
{
    (void)device;
    memory->handle = xp_pool_alloc(bytes);
    if (!memory->handle)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory: %zu bytes", bytes);
    return XP_OK;
}

void host_release(const struct xp_device *device, xp_memory memory, size_t bytes)
{
    (void)device;
    xp_pool_free(memory.handle, bytes);
}

xp_status host_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from, size_t bytes)
{
    (void)device;
    if (bytes > 0)
        memcpy(xp_host_address(to, offset), from, bytes);
    return XP_OK;
}

xp_status host_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset, size_t bytes)
{
    (void)device;
    if (bytes > 0)
        memcpy(to, xp_host_address(from, offset), bytes);
    return XP_OK;
}

void *host_pointer(const struct xp_device *device, xp_buffer *buffer)
{
    (void)device;
    return buffer->memory.handle;
}

int64_t host_cache_bytes(void)
{
    static _Atomic int64_t known; /* threads that race here find the same */
    int64_t bytes = atomic_load_explicit(&known, memory_order_relaxed);
    if (bytes == 0) {
#if defined(_SC_LEVEL3_CACHE_SIZE)
        bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
        if (bytes <= 0)
            bytes = USUAL_CACHE_BYTES;
        atomic_store_explicit(&known, bytes, memory_order_relaxed);
    }
    return bytes;
}
