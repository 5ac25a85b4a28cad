/* Boolean masks: whether they fit, where they are true, and the elements that they choose.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/indexing.h"

bool index_is_mask(const xp_array *x, const xp_array *mask, const char *function)
{
    xp_array *const both[] = {(xp_array *)x, (xp_array *)mask};
    return standard_check_array(function, "mask", mask) && xp_check_kind(function, "mask", mask, XP_KIND_BOOL) &&
           xp_check_same_device(function, 2, both);
}

bool index_check_mask(const xp_array *x, int axis, const xp_array *mask, const char *function)
{
    char mine[XP_SHAPE_TEXT], others[XP_SHAPE_TEXT], from[32] = "";
    bool fits = axis + mask->ndim <= x->ndim;
    for (int i = 0; fits && i < mask->ndim; i++)
        fits = mask->shape[i] == x->shape[axis + i];
    if (fits)
        return true;
    if (axis > 0)
        snprintf(from, sizeof from, " from axis %d on", axis);
    xp_fail(XP_ERROR_INDEX, function, "mask", "%s: a mask of shape %s does not fit an array of shape %s%s", function,
            xp_shape_text(mask->ndim, mask->shape, others), xp_shape_text(x->ndim, x->shape, mine), from);
    return false;
}

/* How many elements of a flat mask in memory are true; -1 with an error recorded. */
static int64_t count_true(const xp_array *mask, const char *function)
{
    int64_t count = 0;
    const xp_driver *slots = STANDARD_SLOTS(mask->xp, count_mask, 0, XP_BOOL, function);
    if (!slots)
        return -1;
    const xp_view view = standard_view(mask);
    xp_status status = slots->count_mask(mask->xp->device, &view, &count);
    if (status == XP_OK)
        return count;
    xp_driver_failed(status, function);
    return -1;
}

xp_array *index_first_positions(xp_array *mask, int64_t count, const char *function)
{
    const xp_driver *slots = STANDARD_SLOTS(mask->xp, mask_positions, 0, XP_BOOL, function);
    if (!slots)
        return xp_failed();
    xp_array *positions = xp_array_new_filled(mask->xp, XP_INT64, 1, &count, function);
    if (xp_is_failed(positions))
        return positions;
    const xp_view view = standard_view(mask), out = standard_view(positions);
    xp_status status = slots->mask_positions(mask->xp->device, &view, &out);
    return status == XP_OK ? positions : xp_driver_failed(status, function);
}

xp_array *index_true_positions(xp_array *mask, const char *function)
{
    mask = xp_ready(mask, function);
    int64_t count = mask ? count_true(mask, function) : -1;
    return count < 0 ? xp_failed() : index_first_positions(mask, count, function);
}

bool index_unravel(xp_array *flat, int ndim, const int64_t *shape, xp_array **positions, const char *function)
{
    int64_t step = 1; /* elements from one position to the next */
    for (int axis = ndim - 1; axis >= 0; axis--) {
        xp_scope scope = xp_scope_open();
        xp_array *at = flat;
        if (step > 1)
            at = xp_record_elementwise(&xp_operation_floor_divide, function, 2,
                                       (xp_array *const[]){at, xp_scalar_int(step)});
        if (axis > 0)
            at = xp_record_elementwise(&xp_operation_remainder, function, 2,
                                       (xp_array *const[]){at, xp_scalar_int(shape[axis] > 0 ? shape[axis] : 1)});
        at = standard_positions(at, function);
        positions[axis] = xp_scope_return(scope, at == flat ? standard_same(flat, function) : at);
        if (xp_is_failed(positions[axis]))
            return false;
        step *= shape[axis];
    }
    return true;
}

/* The elements of a flat array in memory where a flat mask is true. */
static xp_array *compress(xp_array *x, xp_array *mask, const char *function)
{
    const xp_driver *slots = STANDARD_SLOTS(x->xp, compress, 0, x->dtype, function);
    mask = slots ? xp_ready(mask, function) : NULL;
    if (!mask)
        return xp_failed();
    int64_t count = count_true(mask, function);
    x = count < 0 ? NULL : xp_ready(x, function);
    xp_array *out = x ? xp_array_new_filled(x->xp, (xp_dtype)x->dtype, 1, &count, function) : xp_failed();
    if (xp_is_failed(out))
        return out;
    const xp_view from = standard_view(x), at = standard_view(mask), to = standard_view(out);
    xp_status status = slots->compress(x->xp->device, &from, &at, &to);
    return status == XP_OK ? out : xp_driver_failed(status, function);
}

/* The axes that the mask covers are seen as one. */
xp_array *index_get_masked(xp_array *x, xp_array *mask, const char *function)
{
    int64_t shape[XP_MAX_NDIM + 1] = {mask->size};
    int ndim = x->ndim - mask->ndim + 1;
    if (!xp_check_ndim(function, "x", x, 0, XP_MAX_NDIM - (mask->ndim == 0)))
        return xp_failed();
    memcpy(shape + 1, x->shape + mask->ndim, (size_t)(ndim - 1) * sizeof *shape);
    xp_scope scope = xp_scope_open();
    mask = standard_flat(mask, function);
    x = xp_is_failed(mask) ? mask : xp_record_reshape(x, ndim, shape, function);
    if (xp_is_failed(x))
        return xp_scope_return(scope, x);
    if (ndim == 1)
        return xp_scope_return(scope, compress(x, mask, function));
    xp_array *positions = index_true_positions(mask, function);
    return xp_scope_return(scope, xp_is_failed(positions) ? positions : standard_gather(x, positions, 0, function));
}
