/* Whole pages from the system, for the pool and for plug-ins, which compile this file, too.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/pages.h"

#include <stdint.h>

#define HUGE_PAGE ((size_t)2 << 20)

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>

/* The kernel aligns mappings to small pages only: ask for a huge page more and give the ends back. */
void *xp_system_pages(size_t bytes)
{
    size_t whole = bytes + HUGE_PAGE;
    char *mapped = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    size_t head = (HUGE_PAGE - (uintptr_t)mapped % HUGE_PAGE) % HUGE_PAGE;
    if (head)
        munmap(mapped, head);
    munmap(mapped + head + bytes, whole - head - bytes);
#ifdef MADV_HUGEPAGE
    madvise(mapped + head, bytes, MADV_HUGEPAGE);
#endif
    return mapped + head;
}

void xp_system_free_pages(void *memory, size_t bytes)
{
    munmap(memory, bytes);
}

#else
#include "core/pool.h"

void *xp_system_pages(size_t bytes)
{
    return xp_system_alloc(HUGE_PAGE, bytes);
}

void xp_system_free_pages(void *memory, size_t bytes)
{
    (void)bytes;
    xp_system_free(memory);
}

#endif
