/* Whole pages from the system.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_PAGES_H
#define XP_CORE_PAGES_H

#include <stddef.h>

/* 2 MB-aligned, and on huge pages where the system has such; NULL on exhaustion. `bytes`, whole pages of 4 KB, are the
 * same for both. */
void *xp_system_pages(size_t bytes);
void xp_system_free_pages(void *memory, size_t bytes);

#endif
