/* Storage: a reference-counted piece of a device's memory, and who may overwrite it.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_BUFFER_H
#define XP_CORE_BUFFER_H

#include <stdatomic.h>

#include "core/array_private.h"

struct xp_buffer {
    atomic_int references;       /* arrays that are views of it, and work in flight */
    bool foreign;                /* borrowed and not frozen: its owner may change it */
    bool read_only;              /* never written, never reused */
    bool wrapped;                /* somebody else's memory: the driver did not allocate it and does not free it */
    const struct xp_device *device;
    xp_memory memory;
    size_t bytes;                /* 0 is allowed: memory.handle is then NULL */
    xp_release_callback *release; /* foreign memory: called once with context, instead of the driver's free */
    void *context;
};

/* A fresh buffer of the device, uninitialised; NULL with an error recorded for `function`. */
xp_buffer *xp_buffer_new(const struct xp_device *device, size_t bytes, const char *function);

/* A buffer on foreign memory; NULL with an error recorded, and then `release` is not called. */
xp_buffer *xp_buffer_wrap(const struct xp_device *device, xp_memory memory, size_t bytes, xp_borrow_flags flags,
                          xp_release_callback *release, void *context, const char *function);

void xp_buffer_ref(xp_buffer *buffer);
void xp_buffer_unref(xp_buffer *buffer);

/* The address of element [0, ...] of an operand; for drivers whose handles are addresses. */
static inline char *xp_host_address(const xp_buffer *buffer, int64_t offset)
{
    return (char *)buffer->memory.handle + offset;
}

#endif
