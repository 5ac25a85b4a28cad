/* The pool of host memory: blocks by size class, small ones kept by each thread, the others under a mutex.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <stdlib.h>

#include "core/alloc.h"
#include "core/pages.h"
#include "core/pool.h"

/* Size classes. Up to 1 KB they are multiples of 64 bytes. Above, eight to an octave, so that at most an eighth is
 * lost. Blocks from SHIFTED on start at a multiple of 832 bytes inside their first page, because streams that start at
 * the same page offset get into each other's way; from PAGED on they are mapped from the system, on huge pages. */
#define SMALL_BYTES ((size_t)XP_SMALL_CLASSES * XP_SMALL_STEP)
#define SHIFTED ((size_t)64 << 10)
#define PAGED ((size_t)2 << 20)
#define PAGE ((size_t)4096)
#define SHIFT ((size_t)832)
#define N_SHIFTS 5
#define N_CLASSES (8 * 54)

/* How much of one small class a thread keeps, and the least bound of the pool for it to keep any. */
#define SMALL_KEPT ((size_t)16 << 10)
#define SMALL_LEAST_BOUND ((size_t)1 << 20)

typedef struct block {
    struct block *next;
} block;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static block *kept[N_CLASSES];      /* this and the next two under the mutex */
static size_t kept_bytes;
static unsigned next_shift;
static _Atomic size_t bound;
static _Atomic uint16_t small_limit[XP_SMALL_CLASSES]; /* how many blocks of each class a thread keeps */

static size_t bound_from_environment(void)
{
    const char *text = getenv("SCIXP_POOL_BYTES");
    char *end = NULL;
    if (text && *text) {
        unsigned long long bytes = strtoull(text, &end, 10);
        if (end && *end == '\0')
            return (size_t)bytes;
    }
    return xp_system_memory() / 4;
}

static void set_bound(size_t bytes)
{
    bool keeps = XP_POOLED && bytes >= SMALL_LEAST_BOUND;
    atomic_store(&bound, bytes);
    for (size_t i = 0; i < XP_SMALL_CLASSES; i++)
        atomic_store(&small_limit[i], keeps ? (uint16_t)(SMALL_KEPT / ((i + 1) * XP_SMALL_STEP)) : 0);
}

static void start(void)
{
    set_bound(bound_from_environment());
}

size_t xp_pool_bound(void)
{
    pthread_once(&once, start);
    return atomic_load_explicit(&bound, memory_order_relaxed);
}

/* The class of a block above SMALL_BYTES, and the bytes that all its blocks have. */
static int class_of(size_t bytes, size_t *rounded)
{
    int top = 63 - __builtin_clzll((unsigned long long)(bytes - 1));
    size_t eighths = (bytes - 1) >> (top - 3); /* 8 to 15 */
    *rounded = (eighths + 1) << (top - 3);
    return (top - 10) * 8 + (int)eighths - 8;
}

static size_t class_bytes(int class)
{
    return ((size_t)(class % 8) + 9) << (class / 8 + 7);
}

/* ---- blocks from the system and back ----------------------------------------------------------------------------- */

static void *system_block(size_t rounded)
{
    if (rounded < SHIFTED)
        return xp_system_alloc(64, rounded);
    char *page = rounded < PAGED ? xp_system_alloc(PAGE, rounded + PAGE) : xp_system_pages(rounded + PAGE);
    if (!page)
        return NULL;
    pthread_mutex_lock(&mutex);
    size_t shift = next_shift++ % N_SHIFTS * SHIFT;
    pthread_mutex_unlock(&mutex);
    return page + shift;
}

static void free_system_block(void *memory, size_t rounded)
{
    void *page = (void *)((uintptr_t)memory & ~(uintptr_t)(PAGE - 1));
    if (rounded < SHIFTED)
        xp_system_free(memory);
    else if (rounded < PAGED)
        xp_system_free(page);
    else
        xp_system_free_pages(page, rounded + PAGE);
}

/* Gives blocks back, the largest first, until at most `most` bytes are kept; those of class `spared` stay. The mutex is
 * held. */
static void shrink(size_t most, int spared)
{
    for (int class = N_CLASSES - 1; class >= 0 && kept_bytes > most; class--) {
        while (class != spared && kept[class] && kept_bytes > most) {
            block *taken = kept[class];
            kept[class] = taken->next;
            kept_bytes -= class_bytes(class);
            free_system_block(taken, class_bytes(class));
        }
    }
}

void xp_memory_trim(void)
{
    pthread_mutex_lock(&mutex);
    shrink(0, -1);
    pthread_mutex_unlock(&mutex);
    xp_pool_forget(xp_thread_here());
}

/* The system's memory, asked once more after everything kept was given back. */
static void *system_block_or_trim(size_t rounded)
{
    void *memory = system_block(rounded);
    if (memory)
        return memory;
    xp_memory_trim();
    return system_block(rounded);
}

/* ---- allocation -------------------------------------------------------------------------------------------------- */

static void *alloc_small(xp_thread *thread, size_t class)
{
    size_t rounded = (class + 1) * XP_SMALL_STEP;
    void *memory = system_block_or_trim(rounded);
    if (memory)
        xp_count(&thread->pool_live, (int64_t)rounded);
    return memory;
}

static void *alloc_large(xp_thread *thread, size_t bytes)
{
    if (bytes > PTRDIFF_MAX - 2 * PAGED || bytes > (size_t)PTRDIFF_MAX / 8 * 7 || xp_exceeds_memory(bytes))
        return NULL;
    size_t rounded;
    int class = class_of(bytes, &rounded);
    pthread_mutex_lock(&mutex);
    block *memory = kept[class];
    if (memory) {
        kept[class] = memory->next;
        kept_bytes -= rounded;
    }
    pthread_mutex_unlock(&mutex);
    if (!memory)
        memory = system_block_or_trim(rounded);
    if (memory)
        xp_count(&thread->pool_live, (int64_t)rounded);
    return memory;
}

static __attribute__((noinline)) void *alloc_slowly(size_t bytes)
{
    if (xp_fault())
        return NULL;
    pthread_once(&once, start);
    size_t class = bytes ? (bytes - 1) / XP_SMALL_STEP : 0;
    xp_thread *thread = xp_thread_here();
    return class < XP_SMALL_CLASSES ? alloc_small(thread, class) : alloc_large(thread, bytes);
}

/* A block that this thread keeps, or none: of 0 bytes, too. */
void *xp_pool_alloc(size_t bytes)
{
    size_t class = (bytes - 1) / XP_SMALL_STEP;
    xp_thread *thread = &xp_this_thread;
    if (__builtin_expect(class >= XP_SMALL_CLASSES || xp_faults_are_armed(), 0))
        return alloc_slowly(bytes);
    block *memory = thread->small_blocks[class];
    if (__builtin_expect(!memory, 0))
        return alloc_slowly(bytes);
    thread->small_blocks[class] = memory->next;
    thread->n_small_blocks[class]--;
    xp_count(&thread->pool_live, (int64_t)(class + 1) * XP_SMALL_STEP);
    return memory;
}

/* ---- freeing ----------------------------------------------------------------------------------------------------- */

static void free_large(xp_thread *thread, block *memory, size_t bytes)
{
    size_t rounded, most = XP_POOLED ? atomic_load(&bound) : 0;
    int class = class_of(bytes, &rounded);
    xp_count(&thread->pool_live, -(int64_t)rounded);
    pthread_mutex_lock(&mutex);
    if (rounded <= most && kept_bytes > most - rounded)
        shrink(most - rounded, class);
    bool keeps = rounded <= most && kept_bytes <= most - rounded;
    if (keeps) {
        memory->next = kept[class];
        kept[class] = memory;
        kept_bytes += rounded;
    }
    pthread_mutex_unlock(&mutex);
    if (!keeps)
        free_system_block(memory, rounded);
}

static __attribute__((noinline)) void free_slowly(void *memory, size_t bytes)
{
    size_t class = bytes ? (bytes - 1) / XP_SMALL_STEP : 0;
    xp_thread *thread = xp_thread_here();
    if (class >= XP_SMALL_CLASSES) {
        free_large(thread, memory, bytes);
        return;
    }
    xp_count(&thread->pool_live, -(int64_t)(class + 1) * XP_SMALL_STEP);
    free_system_block(memory, (class + 1) * XP_SMALL_STEP);
}

void xp_pool_free(void *memory, size_t bytes)
{
    if (!memory)
        return;
    size_t class = (bytes - 1) / XP_SMALL_STEP;
    xp_thread *thread = &xp_this_thread;
    if (class >= XP_SMALL_CLASSES || !thread->registered ||
        thread->n_small_blocks[class] >= atomic_load_explicit(&small_limit[class], memory_order_relaxed)) {
        free_slowly(memory, bytes);
        return;
    }
    ((block *)memory)->next = thread->small_blocks[class];
    thread->small_blocks[class] = memory;
    thread->n_small_blocks[class]++;
    xp_count(&thread->pool_live, -(int64_t)(class + 1) * XP_SMALL_STEP);
}

void xp_pool_forget(xp_thread *thread)
{
    for (size_t class = 0; class < XP_SMALL_CLASSES; class++) {
        while (thread->small_blocks[class]) {
            block *taken = thread->small_blocks[class];
            thread->small_blocks[class] = taken->next;
            thread->n_small_blocks[class]--;
            xp_system_free(taken);
        }
    }
}

/* ---- questions --------------------------------------------------------------------------------------------------- */

size_t xp_memory_live(void)
{
    int64_t live = xp_thread_total(offsetof(xp_thread, pool_live));
    return live > 0 ? (size_t)live : 0;
}

size_t xp_memory_pooled(void)
{
    pthread_mutex_lock(&mutex);
    size_t bytes = kept_bytes;
    pthread_mutex_unlock(&mutex);
    return bytes + xp_thread_small_bytes();
}

void xp_set_memory_bound(size_t bytes)
{
    pthread_once(&once, start);
    set_bound(bytes);
    pthread_mutex_lock(&mutex);
    shrink(bytes, -1);
    pthread_mutex_unlock(&mutex);
    if (bytes < SMALL_LEAST_BOUND)
        xp_pool_forget(xp_thread_here());
}
