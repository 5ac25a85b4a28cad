/* Evaluating straight into memory that the caller owns.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "core/buffer.h"
#include "core/dtype.h"
#include "core/shape.h"
#include "core/thread.h"
#include "graph/foreign.h"
#include "graph/graph_private.h"
#include "graph/transfer.h"
#include "scixp/xp/namespace.h"

static const char *const function = "eval_into";

/* Whether no two elements share bytes: axes in the order of their strides must each step over all that the ones before
 * them span. The strides are known to stay within memory. */
static bool are_apart(const xp_array *out)
{
    int64_t span = (int64_t)xp_dtype_bytes(out->dtype);
    uint32_t done = 0;
    for (int i = 0; i < out->ndim; i++)
        done |= out->shape[i] < 2 ? UINT32_C(1) << i : 0;
    for (;;) {
        int nearest = -1;
        for (int axis = 0; axis < out->ndim; axis++)
            if (!(done >> axis & 1) && (nearest < 0 || llabs(out->strides[axis]) < llabs(out->strides[nearest])))
                nearest = axis;
        if (nearest < 0)
            return true;
        done |= UINT32_C(1) << nearest;
        if (llabs(out->strides[nearest]) < span)
            return false;
        span += llabs(out->strides[nearest]) * (out->shape[nearest] - 1);
    }
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
    const xp_foreign target = {.data = memory, .dtype = dtype, .shape = {x->ndim, x->shape}, .strides = strides};
    xp_array *out = xp_wrap_foreign(x->xp, &target, function);
    if (xp_is_failed(out) || are_apart(out))
        return out;
    return xp_fail(XP_ERROR_VALUE, function, "strides", "eval_into: strides make elements overlap");
}

/* Whether x is borrowed memory that out writes to: what is written first would be read later. */
static bool is_read_from(const xp_array *out, const xp_array *x)
{
    if (xp_state(x) != XP_STATE_READY || !x->buffer || !x->buffer->wrapped)
        return false;
    const char *start = x->buffer->memory.handle, *target = out->buffer->memory.handle;
    return start < target + out->buffer->bytes && target < start + x->buffer->bytes;
}

/* x's elements into the memory, which it may read itself. */
static void write_to(void *memory, xp_dtype dtype, const int64_t *strides, xp_array *x)
{
    xp_array *out = wrap_target(memory, dtype, strides, x);
    if (xp_is_failed(out))
        return;
    if (is_read_from(out, x))
        x = xp_copy_out(x, function);
    if (x)
        xp_write_into(x, out, function);
}

xp_status xp_eval_into(void *memory, xp_dtype dtype, xp_shape shape, const int64_t *strides, xp_array *x)
{
    if (!x)
        xp_fail(XP_ERROR_VALUE, function, "x", "eval_into: x is not given");
    else if (xp_is_failed(x))
        xp_fail_again();
    if (!xp_ok(x) || !xp_check_export(x, function))
        return xp_error_code();
    xp_scope scope = xp_scope_open();
    if (check_target(memory, dtype, shape, x) && x->size > 0) {
        /* memory that x reads may be the very memory it goes to; and only the host can write there */
        if (xp_node_is_foreign(x))
            xp_force(&x, 1);
        if (!x->xp->device->driver->host_pointer)
            x = xp_to_device(x, xp_device("host"));
        if (!xp_is_failed(x))
            write_to(memory, dtype, strides, x);
    }
    return xp_scope_close(scope);
}
