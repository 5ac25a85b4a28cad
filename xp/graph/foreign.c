/* Arrays on memory that somebody else owns: checking that it can be memory, and putting it under a handle.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/foreign.h"

#include <string.h>

#include "core/buffer.h"
#include "core/dtype.h"
#include "core/shape.h"
#include "core/thread.h"
#include "scixp/xp/namespace.h"

bool xp_check_layout(const char *function, xp_dtype dtype, xp_shape shape)
{
    if (dtype <= XP_DEFAULT_DTYPE || dtype >= XP_N_DTYPES) {
        xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: dtype %d is none of the 15", function, (int)dtype);
        return false;
    }
    if (shape.ndim >= 0 && shape.ndim <= XP_MAX_NDIM && (shape.extents || shape.ndim == 0))
        return true;
    xp_fail(XP_ERROR_VALUE, function, "shape", "%s: shape has %d dimensions, expected 0 to %d", function, shape.ndim,
            XP_MAX_NDIM);
    return false;
}

bool xp_is_aligned(const xp_foreign *memory)
{
    uint64_t places = (uint64_t)(uintptr_t)memory->data;
    for (int i = 0; i < memory->shape.ndim; i++) {
        int64_t extent = memory->shape.extents[i];
        if (extent == 0)
            return true;
        places |= memory->strides && extent > 1 ? (uint64_t)memory->strides[i] : 0;
    }
    return places % xp_dtypes[memory->dtype].align == 0;
}

/* The bytes from x's lowest element to the end of its highest, and where element [0, ...] is in them; false if no
 * memory at `data` has them. */
static bool extent_in_memory(const xp_array *x, const void *data, int64_t *offset, int64_t *bytes)
{
    int64_t lowest, highest;
    if (!xp_strides_reach(x->ndim, x->shape, x->strides, &lowest, &highest))
        return false;
    uintptr_t start, end;
    if (__builtin_sub_overflow(0, lowest, offset) || __builtin_sub_overflow(highest, lowest, bytes) ||
        __builtin_add_overflow(*bytes, (int64_t)xp_dtype_bytes(x->dtype), bytes))
        return false;
    return !__builtin_sub_overflow((uintptr_t)data, (uintptr_t)*offset, &start) &&
           !__builtin_add_overflow(start, (uintptr_t)*bytes, &end);
}

/* Puts the memory under a fresh handle; false with an error recorded if it cannot be. */
static bool wrap(xp_array *x, const xp_foreign *memory, const char *function)
{
    int64_t offset = 0, bytes = 0;
    if (memory->strides && x->ndim > 0)
        memcpy(x->strides, memory->strides, (size_t)x->ndim * sizeof *memory->strides);
    if (x->size > 0 && !memory->data) {
        xp_fail(XP_ERROR_VALUE, function, "data", "%s: data is not given", function);
        return false;
    }
    if (x->size > 0 && !extent_in_memory(x, memory->data, &offset, &bytes)) {
        xp_fail(XP_ERROR_OVERFLOW, function, "strides", "%s: strides reach beyond all memory", function);
        return false;
    }
    if (!xp_is_aligned(memory)) {
        xp_fail(XP_ERROR_VALUE, function, memory->strides ? "strides" : "data",
                "%s: elements of %s are not aligned to %d bytes", function, xp_dtype_name(x->dtype),
                xp_dtypes[x->dtype].align);
        return false;
    }
    const xp_memory wrapped = {.handle = bytes > 0 ? (char *)(uintptr_t)memory->data - offset : NULL};
    x->offset = offset;
    x->buffer = xp_buffer_wrap(x->xp->device, wrapped, (size_t)bytes, memory->flags, memory->release, memory->context,
                               function);
    return x->buffer != NULL;
}

xp_array *xp_wrap_foreign(const xp_namespace *xp, const xp_foreign *memory, const char *function)
{
    xp_array *x = xp_array_new(xp, memory->dtype, memory->shape.ndim, memory->shape.extents, function);
    if (xp_is_failed(x) || wrap(x, memory, function))
        return x;
    xp_scope_leave(x);
    xp_array_unref(x);
    return xp_failed();
}

xp_array *xp_borrow(const void *data, xp_dtype dtype, xp_shape shape, const int64_t *strides, xp_borrow_flags flags,
                    xp_release_callback *release, void *context)
{
    if (!xp_check_layout("borrow", dtype, shape))
        return xp_failed();
    const xp_foreign memory = {data, dtype, shape, strides, flags, release, context};
    return xp_wrap_foreign(xp_device_namespace(NULL), &memory, "borrow");
}
