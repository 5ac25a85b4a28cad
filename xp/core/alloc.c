/* Memory from the system with checked sizes, and the place where tests make it fail.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"

#include <stdlib.h>

#include "core/pool.h"

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif
#if defined(__linux__)
#include <sys/sysinfo.h>
#endif

_Atomic int64_t xp_faults_armed;

bool xp_fault_fires(void)
{
    int64_t left = atomic_load(&xp_faults_armed);
    while (left > 0) {
        if (atomic_compare_exchange_weak(&xp_faults_armed, &left, left == 1 ? -1 : left - 1))
            return left == 1;
    }
    return false;
}

void xp_fault_arm(int64_t n)
{
    atomic_store(&xp_faults_armed, n > 0 ? n : 0);
}

bool xp_fault_fired(void)
{
    return atomic_load(&xp_faults_armed) == -1;
}

/* The bytes to ask for, at least one, or 0 if count * size is no size of memory. */
static size_t checked_bytes(size_t count, size_t size)
{
    if (size != 0 && count > PTRDIFF_MAX / size)
        return 0;
    size_t bytes = count * size;
    return bytes ? bytes : 1;
}

void *xp_alloc(size_t count, size_t size)
{
    size_t bytes = checked_bytes(count, size);
    return bytes && !xp_fault() ? malloc(bytes) : NULL;
}

void *xp_alloc_zeroed(size_t count, size_t size)
{
    size_t bytes = checked_bytes(count, size);
    return bytes && !xp_fault() ? calloc(1, bytes) : NULL;
}

void *xp_realloc(void *memory, size_t count, size_t size)
{
    size_t bytes = checked_bytes(count, size);
    return bytes && !xp_fault() ? realloc(memory, bytes) : NULL;
}

void xp_dealloc(void *memory)
{
    free(memory);
}

void *xp_system_alloc(size_t alignment, size_t bytes)
{
    void *memory = NULL;
    return posix_memalign(&memory, alignment, bytes) == 0 ? memory : NULL;
}

void xp_system_free(void *memory)
{
    free(memory);
}

#if defined(__linux__)
bool xp_exceeds_memory(size_t bytes)
{
    struct sysinfo info;
    if (bytes < (size_t)1 << 30 || sysinfo(&info) != 0)
        return false;
    return bytes / info.mem_unit > (uint64_t)info.totalram + info.totalswap;
}
#else
bool xp_exceeds_memory(size_t bytes)
{
    (void)bytes;
    return false;
}
#endif

#if defined(__unix__) || defined(__APPLE__)
size_t xp_system_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (size_t)pages * (size_t)page : (size_t)1 << 30;
}
#else
size_t xp_system_memory(void)
{
    return (size_t)1 << 30;
}
#endif
