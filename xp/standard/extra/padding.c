/* A border of one value around an array.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

static const char *const function = "pad";

/* The padded shape, and where x lies in it. */
static bool padded_shape(const xp_array *x, const int64_t *before, const int64_t *after, int64_t *shape, int64_t *start)
{
    for (int i = 0; i < x->ndim; i++) {
        int64_t end = after ? after[i] : 0;
        start[i] = before ? before[i] : 0;
        if (start[i] < 0 || end < 0) {
            xp_fail(XP_ERROR_VALUE, function, start[i] < 0 ? "before" : "after",
                    "pad: a width of %lld on axis %d, expected 0 or more", (long long)(start[i] < 0 ? start[i] : end),
                    i);
            return false;
        }
        if (__builtin_add_overflow(x->shape[i], start[i], &shape[i]) ||
            __builtin_add_overflow(shape[i], end, &shape[i])) {
            xp_fail(XP_ERROR_OVERFLOW, function, NULL, "pad: the result is too large");
            return false;
        }
    }
    return true;
}

/* Writes a value into the box of `out` that begins at `start` and has this shape. */
static bool write_box(xp_array *value, xp_array *out, const int64_t *start, const int64_t *shape)
{
    int64_t offset = out->offset;
    for (int i = 0; i < out->ndim; i++)
        offset += start[i] * out->strides[i];
    xp_array *box = xp_array_view(out, out->ndim, shape, out->strides, offset, function);
    return !xp_is_failed(box) && (box->size == 0 || xp_write_into(value, box, function));
}

/* The border as boxes, two for each axis: across whole axes behind it, and x's part of those before it. */
static bool write_border(xp_array *value, const xp_array *x, xp_array *out, const int64_t *start)
{
    int64_t from[XP_MAX_NDIM] = {0}, extent[XP_MAX_NDIM];
    memcpy(extent, out->shape, (size_t)out->ndim * sizeof *extent);
    for (int i = 0; i < x->ndim; i++) {
        int64_t end = start[i] + x->shape[i];
        extent[i] = start[i];
        if (!write_box(value, out, from, extent))
            return false;
        from[i] = end;
        extent[i] = out->shape[i] - end;
        if (!write_box(value, out, from, extent))
            return false;
        from[i] = start[i];
        extent[i] = x->shape[i];
    }
    return true;
}

xp_array *standard_extra_pad(xp_array *x, const int64_t *before, const int64_t *after, xp_array *constant_value)
{
    int64_t shape[XP_MAX_NDIM], start[XP_MAX_NDIM];
    if (!standard_check_array(function, "x", x) ||
        (constant_value && !xp_check_given(function, "constant_value", constant_value)) ||
        !padded_shape(x, before, after, shape, start))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *value = constant_value ? constant_value : xp_scalar_bool(false);
    value = standard_fill_with(x->xp, value, XP_SHAPE_0D, (xp_dtype)x->dtype, function, "constant_value");
    xp_array *out = xp_is_failed(value) ? value
                                        : xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, shape, function);
    bool success = !xp_is_failed(out) && write_border(value, x, out, start) && write_box(x, out, start, x->shape);
    return xp_scope_return(scope, success ? out : xp_failed());
}
