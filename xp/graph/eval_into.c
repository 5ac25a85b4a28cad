/* Evaluating straight into memory that the caller owns.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "core/buffer.h"
#include "core/dtype.h"
#include "core/shape.h"
#include "core/thread.h"
#include "graph/graph_private.h"
#include "scixp/xp/namespace.h"

static const char *const function = "eval_into";

/* Where the elements lie: bytes before and behind the one at index 0. False if two of them share bytes: axes in the
 * order of their strides must each step over all that the ones before them span. */
static bool find_span(int ndim, const int64_t *shape, const int64_t *strides, int64_t itemsize, int64_t *before,
                      int64_t *bytes)
{
    int64_t span = itemsize;
    uint32_t done = 0;
    *before = 0;
    for (int round = 0; round < ndim; round++) {
        int nearest = -1;
        for (int axis = 0; axis < ndim; axis++)
            if (!(done >> axis & 1) && (nearest < 0 || llabs(strides[axis]) < llabs(strides[nearest])))
                nearest = axis;
        done |= UINT32_C(1) << nearest;
        if (shape[nearest] < 2)
            continue;
        if (llabs(strides[nearest]) < span)
            return false;
        span += llabs(strides[nearest]) * (shape[nearest] - 1);
        if (strides[nearest] < 0)
            *before -= strides[nearest] * (shape[nearest] - 1);
    }
    *bytes = span;
    return true;
}

static bool check_target(const void *memory, xp_dtype dtype, xp_shape shape, const xp_array *x)
{
    char expected[XP_SHAPE_TEXT], got[XP_SHAPE_TEXT];
    if (xp_state(x) == XP_STATE_WEAK) {
        xp_fail(XP_ERROR_TYPE, function, "x", "eval_into: x is a scalar, expected an array");
        return false;
    }
    bool same = shape.ndim == x->ndim;
    for (int i = 0; same && i < x->ndim; i++)
        same = shape.extents[i] == x->shape[i];
    if (!same) {
        xp_fail(XP_ERROR_VALUE, function, "shape", "eval_into: shape is %s, x has %s",
                xp_shape_text(shape.ndim, shape.extents, got), xp_shape_text(x->ndim, x->shape, expected));
        return false;
    }
    if (dtype <= XP_DEFAULT_DTYPE || dtype >= XP_N_DTYPES || !xp_can_cast_same_kind((xp_dtype)x->dtype, dtype)) {
        xp_fail(XP_ERROR_TYPE, function, "dtype", "eval_into: cannot cast %s to %s", xp_dtype_name(x->dtype),
                dtype > 0 && dtype < XP_N_DTYPES ? xp_dtype_name(dtype) : "an unknown dtype");
        return false;
    }
    if (memory || x->size == 0)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "memory", "eval_into: memory is not given");
    return false;
}

/* The caller's memory as an array of the device that x lives on. */
static xp_array *wrap_target(void *memory, xp_dtype dtype, const int64_t *strides, const xp_array *x)
{
    xp_array *out = xp_array_new(x->xp, dtype, x->ndim, x->shape, function);
    if (xp_is_failed(out))
        return out;
    for (int i = 0; strides && i < x->ndim; i++)
        out->strides[i] = strides[i];
    int64_t before, bytes;
    if (!find_span(x->ndim, x->shape, out->strides, (int64_t)xp_dtype_bytes(dtype), &before, &bytes))
        return xp_fail(XP_ERROR_VALUE, function, "strides", "eval_into: strides make elements overlap");
    const xp_memory wrapped = {.handle = (char *)memory - before};
    out->buffer = xp_buffer_wrap(x->xp->device, wrapped, (size_t)bytes, XP_MUTABLE, NULL, NULL, function);
    out->offset = before;
    return out->buffer ? out : xp_failed();
}

xp_status xp_eval_into(void *memory, xp_dtype dtype, xp_shape shape, const int64_t *strides, xp_array *x)
{
    if (!x)
        xp_fail(XP_ERROR_VALUE, function, "x", "eval_into: x is not given");
    else if (xp_is_failed(x))
        xp_fail_again();
    if (!xp_ok(x))
        return xp_error_code();
    xp_scope scope = xp_scope_open();
    if (check_target(memory, dtype, shape, x) && x->size > 0) {
        /* memory that x reads may be the very memory it goes to; and only the host can write there */
        if (xp_node_is_foreign(x))
            xp_force(&x, 1);
        if (!x->xp->device->driver->host_pointer)
            x = xp_to_device(x, xp_device("host"));
        xp_array *out = xp_is_failed(x) ? xp_failed() : wrap_target(memory, dtype, strides, x);
        if (!xp_is_failed(out))
            xp_write_into(x, out, function);
    }
    return xp_scope_close(scope);
}
