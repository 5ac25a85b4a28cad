/* Buffers: storage of a device, counted by the arrays that are views of it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/buffer.h"

#include "core/alloc.h"
#include "core/pool.h"
#include "driver.h"

/* Descriptions that a thread keeps for reuse; none under sanitizers, which then see each use after a release. */
#define MAX_FREE_BUFFERS (XP_POOLED ? 256 : 0)

/* A thread that keeps descriptions is registered. */
static __attribute__((noinline)) xp_buffer *describe_slowly(const char *function)
{
    xp_thread_here();
    xp_buffer *buffer = xp_alloc(1, sizeof *buffer);
    if (!buffer)
        xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
    return buffer;
}

static inline xp_buffer *describe(const struct xp_device *device, xp_memory memory, size_t bytes, const char *function)
{
    xp_thread *thread = &xp_this_thread;
    xp_buffer *buffer = thread->free_buffers;
    if (__builtin_expect(!buffer || xp_faults_are_armed(), 0)) {
        buffer = describe_slowly(function);
        if (!buffer)
            return NULL;
    } else {
        thread->free_buffers = *(void **)buffer;
        thread->n_free_buffers--;
    }
    *buffer = (xp_buffer){.references = 1, .device = device, .memory = memory, .bytes = bytes};
    xp_count(&thread->buffers, 1);
    return buffer;
}

static inline void forget(xp_buffer *buffer)
{
    xp_thread *thread = xp_thread_here();
    xp_count(&thread->buffers, -1);
    if (__builtin_expect(thread->n_free_buffers >= MAX_FREE_BUFFERS, 0)) {
        xp_dealloc(buffer);
        return;
    }
    *(void **)buffer = thread->free_buffers;
    thread->free_buffers = buffer;
    thread->n_free_buffers++;
}

xp_buffer *xp_buffer_new(const struct xp_device *device, size_t bytes, const char *function)
{
    xp_buffer *buffer = describe(device, (xp_memory){.handle = NULL}, bytes, function);
    if (!buffer || bytes == 0)
        return buffer;
    xp_status status = device->driver->allocate(device, bytes, &buffer->memory);
    if (__builtin_expect(status == XP_OK, 1))
        return buffer;
    forget(buffer);
    xp_driver_failed(status, function);
    return NULL;
}

xp_buffer *xp_buffer_wrap(const struct xp_device *device, xp_memory memory, size_t bytes, xp_borrow_flags flags,
                          xp_release_callback *release, void *context, const char *function)
{
    xp_buffer *buffer = describe(device, memory, bytes, function);
    if (!buffer)
        return NULL;
    buffer->foreign = flags != XP_FROZEN;
    buffer->read_only = true;
    buffer->wrapped = true;
    buffer->release = release;
    buffer->context = context;
    return buffer;
}

void xp_buffer_ref(xp_buffer *buffer)
{
    atomic_fetch_add_explicit(&buffer->references, 1, memory_order_relaxed);
}

void xp_buffer_unref(xp_buffer *buffer)
{
    if (atomic_load_explicit(&buffer->references, memory_order_acquire) != 1 &&
        atomic_fetch_sub_explicit(&buffer->references, 1, memory_order_acq_rel) != 1)
        return;
    if (!buffer->wrapped && buffer->bytes > 0)
        buffer->device->driver->release(buffer->device, buffer->memory, buffer->bytes);
    if (buffer->release)
        buffer->release(buffer->context);
    forget(buffer);
}

xp_memory xp_buffer_memory(const xp_buffer *buffer)
{
    return buffer->memory;
}
