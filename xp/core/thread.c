/* Threads: registering them, giving back what they keep when they end, sums over all of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"

#include <pthread.h>

#include "core/alloc.h"
#include "core/pool.h"

_Thread_local xp_thread xp_this_thread XP_TLS_MODEL;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* its destructor runs when a thread ends */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static xp_thread *threads; /* under the mutex */
static xp_thread ended;    /* its counters: the sums of all threads that ended; under the mutex */

static void leave_list(xp_thread *thread)
{
    pthread_mutex_lock(&mutex);
    xp_thread **link = &threads;
    while (*link && *link != thread)
        link = &(*link)->next_thread;
    if (*link)
        *link = thread->next_thread;
    ended.arrays += thread->arrays;
    ended.buffers += thread->buffers;
    ended.nodes += thread->nodes;
    ended.pool_live += thread->pool_live;
    thread->arrays = thread->buffers = thread->nodes = thread->pool_live = 0;
    thread->registered = false;
    pthread_mutex_unlock(&mutex);
}

static void free_kept(xp_thread *thread)
{
    while (thread->free_arrays) {
        xp_array *x = thread->free_arrays;
        thread->free_arrays = x->scope_older;
        xp_dealloc(x);
    }
    thread->n_free_arrays = 0;
    while (thread->free_buffers) {
        void *buffer = thread->free_buffers;
        thread->free_buffers = *(void **)buffer;
        xp_dealloc(buffer);
    }
    thread->n_free_buffers = 0;
    xp_scope_frame *frame = thread->outermost_storage.inner;
    thread->outermost_storage.inner = NULL;
    while (frame) {
        xp_scope_frame *inner = frame->inner;
        xp_dealloc(frame);
        frame = inner;
    }
    xp_pool_forget(thread);
}

/* Scopes that the thread left open are closed: nobody else could. */
static void end(void *context)
{
    xp_thread *thread = context;
    if (thread->scope) {
        xp_scope outermost = {1, thread->outermost_storage.serial};
        (void)!xp_scope_close(outermost);
    }
    free_kept(thread);
    leave_list(thread);
}

static void start(void)
{
    pthread_key_create(&key, end);
}

__attribute__((noinline)) void xp_thread_register(void)
{
    xp_thread *thread = &xp_this_thread;
    pthread_once(&once, start);
    pthread_setspecific(key, thread);
    pthread_mutex_lock(&mutex);
    thread->next_thread = threads;
    threads = thread;
    thread->registered = true;
    pthread_mutex_unlock(&mutex);
}

static int64_t counter_at(xp_thread *thread, size_t offset)
{
    return __atomic_load_n((int64_t *)(void *)((char *)thread + offset), __ATOMIC_RELAXED);
}

int64_t xp_thread_total(size_t counter_offset)
{
    pthread_mutex_lock(&mutex);
    int64_t total = counter_at(&ended, counter_offset);
    for (xp_thread *thread = threads; thread; thread = thread->next_thread)
        total += counter_at(thread, counter_offset);
    pthread_mutex_unlock(&mutex);
    return total;
}

size_t xp_thread_small_bytes(void)
{
    size_t bytes = 0;
    pthread_mutex_lock(&mutex);
    for (xp_thread *thread = threads; thread; thread = thread->next_thread) {
        for (size_t i = 0; i < XP_SMALL_CLASSES; i++)
            bytes += (i + 1) * XP_SMALL_STEP * __atomic_load_n(&thread->n_small_blocks[i], __ATOMIC_RELAXED);
    }
    pthread_mutex_unlock(&mutex);
    return bytes;
}

int64_t xp_live_arrays(void)
{
    return xp_thread_total(offsetof(xp_thread, arrays));
}

int64_t xp_live_buffers(void)
{
    return xp_thread_total(offsetof(xp_thread, buffers));
}

int64_t xp_live_nodes(void)
{
    return xp_thread_total(offsetof(xp_thread, nodes));
}
