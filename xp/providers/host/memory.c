/* The host's memory: pooled blocks, and copies that are plain memcpy.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "core/alloc.h"
#include "providers/host/host.h"

#define USUAL_CACHE_BYTES (INT64_C(32) << 20) /* where the system does not tell */

/* No core gets more than this of a cache that many share, such as 480 MB for 120 cores of which a virtual machine sees
 * two: there, outputs of 64 MB took 1.3 times as long through the cache as past it, those of 128 MB 1.6 times, and up
 * to 32 MB it made no difference. */
#define MOST_CACHE_BYTES (INT64_C(32) << 20)

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

#if defined(__x86_64__)
/* What a leaf of CPUID that describes caches (4 at Intel, 0x8000001D at AMD, of the same form) says about the third
 * level; 0 if nothing. The C library multiplies it with wrong numbers of cores on virtual machines. */
static int64_t third_level(unsigned leaf)
{
    unsigned a, b, c, d;
    if (__get_cpuid_max(leaf & 0x80000000u, NULL) < leaf)
        return 0;
    for (unsigned number = 0; number < 16; number++) {
        __cpuid_count(leaf, number, a, b, c, d);
        if ((a & 31) == 0) /* no more caches */
            break;
        if ((a >> 5 & 7) == 3)
            return (int64_t)((b >> 22) + 1) * ((b >> 12 & 1023) + 1) * ((b & 4095) + 1) * ((int64_t)c + 1);
    }
    return 0;
}
#endif

static int64_t ask_for_cache(void)
{
    int64_t bytes = 0;
#if defined(__x86_64__)
    bytes = third_level(4);
    if (bytes == 0)
        bytes = third_level(0x8000001Du);
#endif
#if defined(_SC_LEVEL3_CACHE_SIZE)
    if (bytes == 0)
        bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
    if (bytes <= 0)
        return USUAL_CACHE_BYTES;
    return bytes < MOST_CACHE_BYTES ? bytes : MOST_CACHE_BYTES;
}

int64_t host_cache_bytes(void)
{
    static _Atomic int64_t known; /* threads that race here find the same */
    int64_t bytes = atomic_load_explicit(&known, memory_order_relaxed);
    if (bytes == 0) {
        bytes = ask_for_cache();
        atomic_store_explicit(&known, bytes, memory_order_relaxed);
    }
    return bytes;
}
