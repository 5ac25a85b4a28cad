/* Arrays for drivers and native functions: where the elements lie, new ones to fill, and memory of somebody else's.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/buffer.h"
#include "core/dtype.h"
#include "core/shape.h"
#include "core/thread.h"
#include "driver.h"
#include "graph/foreign.h"
#include "graph/node.h"
#include "scixp/xp/namespace.h"

static xp_view view_of_ready(const xp_array *x)
{
    return (xp_view){x->buffer, x->offset, x->dtype, x->ndim, x->shape, x->strides};
}

bool xp_view_of(xp_array *x, const char *function, xp_view *view)
{
    if (!x)
        xp_fail(XP_ERROR_VALUE, function, NULL, "%s: an array is not given", function);
    else if (xp_is_failed(x))
        xp_fail_again();
    x = xp_ok(x) ? xp_ready(x, function) : NULL;
    if (x)
        *view = view_of_ready(x);
    return x != NULL;
}

xp_array *xp_new_array(const xp_namespace *xp, xp_shape shape, xp_dtype dtype, const char *function, xp_view *view)
{
    if (xp->device->slot == 0) /* the inert one, of arrays that have failed */
        return xp_failed();
    xp_array *x = xp_array_new_filled(xp, dtype, shape.ndim, shape.extents, function);
    if (view && !xp_is_failed(x))
        *view = view_of_ready(x);
    return x;
}

/* ---- memory of somebody else's ----------------------------------------------------------------------------------- */

/* Whether every element lies within the memory, and where elements of its dtype may lie. */
static bool lies_within(const xp_array *x, size_t bytes)
{
    int64_t lowest, highest, end;
    uint64_t places = (uint64_t)x->offset;
    for (int i = 0; i < x->ndim; i++)
        places |= x->shape[i] > 1 ? (uint64_t)x->strides[i] : 0;
    if (!xp_strides_reach(x->ndim, x->shape, x->strides, &lowest, &highest) ||
        __builtin_add_overflow(lowest, x->offset, &lowest) || __builtin_add_overflow(highest, x->offset, &highest) ||
        __builtin_add_overflow(highest, (int64_t)xp_dtype_bytes(x->dtype), &end))
        return false;
    return lowest >= 0 && (uint64_t)end <= bytes && places % xp_dtypes[x->dtype].align == 0;
}

/* Puts the memory under a fresh handle; false with an error recorded if it cannot be. */
static bool put_under(xp_array *x, xp_memory memory, size_t bytes, const xp_view *layout, xp_borrow_flags flags,
                      xp_release_callback *release, void *context)
{
    for (int i = 0; layout->strides && i < x->ndim; i++)
        x->strides[i] = layout->strides[i];
    x->offset = layout->offset;
    if (x->size > 0 && !lies_within(x, bytes)) {
        xp_fail(XP_ERROR_VALUE, "wrap", "layout", "wrap: layout does not fit into the %zu bytes of the memory", bytes);
        return false;
    }
    x->buffer = xp_buffer_wrap(x->xp->device, memory, bytes, flags, release, context, "wrap");
    return x->buffer != NULL;
}

xp_array *xp_wrap(const struct xp_device *device, xp_memory memory, size_t bytes, const xp_view *layout,
                  xp_borrow_flags flags, xp_release_callback *release, void *context)
{
    if (!layout)
        return xp_fail(XP_ERROR_VALUE, "wrap", "layout", "wrap: layout is not given");
    if (!xp_check_layout("wrap", (xp_dtype)layout->dtype, (xp_shape){layout->ndim, layout->shape}))
        return xp_failed();
    const xp_namespace *xp = xp_device_namespace(device);
    xp_array *x = xp_array_new(xp, (xp_dtype)layout->dtype, layout->ndim, layout->shape, "wrap");
    if (xp_is_failed(x) || put_under(x, memory, bytes, layout, flags, release, context))
        return x;
    xp_scope_leave(x);
    xp_array_unref(x);
    return xp_failed();
}
