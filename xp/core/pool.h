/* What the pool and the threads' caches of it tell each other.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_POOL_H
#define XP_CORE_POOL_H

#include "core/thread.h"

/* Sanitizers see every block come and go: nothing is kept for reuse under them. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define XP_POOLED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define XP_POOLED 0
#endif
#endif
#ifndef XP_POOLED
#define XP_POOLED 1
#endif

/* Gives the small blocks that a thread keeps back to the system; only that thread may ask. */
void xp_pool_forget(xp_thread *thread);

/* Sums over the process: of a counter at this offset in xp_thread, and of the small blocks that threads keep. */
int64_t xp_thread_total(size_t counter_offset);
size_t xp_thread_small_bytes(void);

/* Memory from the system, in alloc.c; NULL on exhaustion. */
void *xp_system_alloc(size_t alignment, size_t bytes);
void xp_system_free(void *memory);
size_t xp_system_memory(void); /* bytes of main memory */

#endif
