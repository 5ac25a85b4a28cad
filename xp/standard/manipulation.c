/* Shapes: what only looks at the same elements in another way.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* ---- reshaping --------------------------------------------------------------------------------------------------- */

/* `shape` with its -1, if there is one, replaced by what is left of x's elements. */
static bool complete_shape(const xp_array *x, xp_shape shape, int64_t *complete)
{
    char from[XP_SHAPE_TEXT], to[XP_SHAPE_TEXT];
    int64_t known = 1;
    int unknown = -1;
    bool fits = true;
    for (int i = 0; i < shape.ndim; i++) {
        complete[i] = shape.extents[i];
        if (complete[i] == -1 && unknown < 0)
            unknown = i;
        else
            fits = fits && complete[i] >= 0 && xp_multiply_fits(known, complete[i], &known);
    }
    if (fits && unknown >= 0) {
        fits = known > 0 && x->size % known == 0;
        complete[unknown] = fits ? x->size / known : 0;
        known *= complete[unknown];
    }
    if (fits && known == x->size)
        return true;
    xp_fail(XP_ERROR_VALUE, "reshape", "shape", "reshape: shape %s does not fit the elements of %s",
            xp_shape_text(shape.ndim, shape.extents, to), xp_shape_text(x->ndim, x->shape, from));
    return false;
}

xp_array *standard_reshape(xp_array *x, xp_shape shape)
{
    int64_t complete[XP_MAX_NDIM];
    if (!standard_check_array("reshape", "x", x) || !standard_check_shape("reshape", shape) ||
        !complete_shape(x, shape, complete))
        return xp_failed();
    return xp_record_reshape(x, shape.ndim, complete, "reshape");
}

xp_array *standard_extra_reshape(xp_array *x, xp_shape shape, xp_copy_policy copy)
{
    static const char *const function = "reshape";
    int64_t complete[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    char from[XP_SHAPE_TEXT], to[XP_SHAPE_TEXT];
    if (!standard_check_array(function, "x", x) || !standard_check_shape(function, shape) ||
        !complete_shape(x, shape, complete))
        return xp_failed();
    size_t unit = xp_state(x) == XP_STATE_COORDINATE ? 1 : xp_dtype_bytes(x->dtype);
    if (copy == XP_COPY_NEVER &&
        !xp_reshape_strides(x->ndim, x->shape, x->strides, shape.ndim, complete, unit, strides))
        return xp_fail(XP_ERROR_VALUE, function, "copy", "reshape: shape %s cannot be had of %s without a copy",
                       xp_shape_text(shape.ndim, complete, to), xp_shape_text(x->ndim, x->shape, from));
    if (copy != XP_COPY_ALWAYS)
        return xp_record_reshape(x, shape.ndim, complete, function);
    xp_scope scope = xp_scope_open();
    x = standard_copy(x, function);
    return xp_scope_return(scope, xp_is_failed(x) ? x : xp_record_reshape(x, shape.ndim, complete, function));
}

/* ---- axes put in and taken out ----------------------------------------------------------------------------------- */

xp_array *standard_expand_dims(xp_array *x, int axis)
{
    static const char *const function = "expand_dims";
    if (!standard_check_array(function, "x", x) || !xp_check_ndim(function, "x", x, 0, XP_MAX_NDIM - 1))
        return xp_failed();
    axis = xp_check_axis(function, "axis", axis, x->ndim + 1);
    if (axis < 0)
        return xp_failed();
    xp_axis_map map = {.ndim = x->ndim + 1};
    for (int i = 0; i < map.ndim; i++) {
        map.source[i] = i < axis ? i : i == axis ? -1 : i - 1;
        map.shape[i] = i == axis ? 1 : x->shape[map.source[i]];
        map.step[i] = i != axis;
    }
    return xp_record_view(x, &map, function);
}

xp_array *standard_squeeze(xp_array *x, xp_over over)
{
    static const char *const function = "squeeze";
    uint32_t axes;
    if (!standard_check_array(function, "x", x) || !xp_check_over(function, over, x->ndim, &axes))
        return xp_failed();
    xp_axis_map map = {.ndim = 0};
    for (int i = 0; i < x->ndim; i++) {
        bool named = axes >> i & 1;
        if (named && x->shape[i] == 1)
            continue;
        if (named && !over.all)
            return xp_fail(XP_ERROR_VALUE, function, "axis", "squeeze: axis %d has extent %lld, expected 1", i,
                           (long long)x->shape[i]);
        map.source[map.ndim] = i;
        map.shape[map.ndim] = x->shape[i];
        map.step[map.ndim++] = 1;
    }
    return xp_record_view(x, &map, function);
}

/* ---- order ------------------------------------------------------------------------------------------------------- */

/* Result axis i is x's axis order[i]. */
static xp_array *reorder(xp_array *x, const int *order, const char *function)
{
    xp_axis_map map = {.ndim = x->ndim};
    for (int i = 0; i < x->ndim; i++) {
        map.source[i] = order[i];
        map.shape[i] = x->shape[order[i]];
        map.step[i] = 1;
    }
    return xp_record_view(x, &map, function);
}

xp_array *standard_permute_dims(xp_array *x, const int *axes, int count)
{
    static const char *const function = "permute_dims";
    int order[XP_MAX_NDIM];
    uint32_t seen = 0;
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (count != x->ndim || (count > 0 && !axes))
        return xp_fail(XP_ERROR_VALUE, function, "axes", "permute_dims: %d axes for an array of %d dimensions", count,
                       x->ndim);
    for (int i = 0; i < count; i++) {
        order[i] = xp_check_axis(function, "axes", axes[i], x->ndim);
        if (order[i] < 0)
            return xp_failed();
        if (seen >> order[i] & 1)
            return xp_fail(XP_ERROR_VALUE, function, "axes", "permute_dims: axis %d is named twice", axes[i]);
        seen |= UINT32_C(1) << order[i];
    }
    return reorder(x, order, function);
}

xp_array *standard_matrix_transpose(xp_array *x)
{
    static const char *const function = "matrix_transpose";
    if (!standard_check_array(function, "x", x) || !xp_check_ndim(function, "x", x, 2, XP_MAX_NDIM))
        return xp_failed();
    int order[XP_MAX_NDIM];
    for (int i = 0; i < x->ndim; i++)
        order[i] = i;
    order[x->ndim - 2] = x->ndim - 1;
    order[x->ndim - 1] = x->ndim - 2;
    return reorder(x, order, function);
}

xp_array *standard_moveaxis(xp_array *x, int source, int destination)
{
    static const char *const function = "moveaxis";
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    source = xp_check_axis(function, "source", source, x->ndim);
    destination = source < 0 ? -1 : xp_check_axis(function, "destination", destination, x->ndim);
    if (destination < 0)
        return xp_failed();
    int order[XP_MAX_NDIM];
    for (int i = 0, next = 0; i < x->ndim; i++) {
        next += next == source;
        order[i] = i == destination ? source : next++;
    }
    return reorder(x, order, function);
}

xp_array *standard_flip(xp_array *x, xp_over over)
{
    uint32_t axes;
    if (!standard_check_array("flip", "x", x) || !xp_check_over("flip", over, x->ndim, &axes))
        return xp_failed();
    xp_axis_map map;
    standard_same_axes(x, &map);
    for (int i = 0; i < x->ndim; i++)
        if ((axes >> i & 1) && x->shape[i] > 1) {
            map.start[i] = x->shape[i] - 1;
            map.step[i] = -1;
        }
    return xp_record_view(x, &map, "flip");
}

/* ---- broadcasting ------------------------------------------------------------------------------------------------ */

static bool check_extents(const char *function, xp_shape shape)
{
    char text[XP_SHAPE_TEXT];
    for (int i = 0; i < shape.ndim; i++)
        if (shape.extents[i] < 0) {
            xp_fail(XP_ERROR_VALUE, function, "shape", "%s: shape %s has a negative extent", function,
                    xp_shape_text(shape.ndim, shape.extents, text));
            return false;
        }
    return true;
}

xp_array *standard_broadcast_to(xp_array *x, xp_shape shape)
{
    static const char *const function = "broadcast_to";
    if (!standard_check_array(function, "x", x) || !standard_check_shape(function, shape) ||
        !standard_check_broadcast(function, x, shape.ndim, shape.extents))
        return xp_failed();
    return xp_record_broadcast(x, shape.ndim, shape.extents, function);
}

bool standard_broadcast_arrays(xp_array *const *arrays, int count, xp_array **results)
{
    static const char *const function = "broadcast_arrays";
    int ndim = 0;
    int64_t shape[XP_MAX_NDIM];
    bool success = standard_check_arrays(function, count, arrays) &&
                   xp_broadcast_shape(function, count, arrays, &ndim, shape);
    for (int i = 0; i < count; i++) {
        results[i] = success ? xp_record_broadcast(arrays[i], ndim, shape, function) : xp_failed();
        success = success && !xp_is_failed(results[i]);
    }
    return standard_results(results, count, success);
}

int standard_broadcast_shapes(const xp_shape *shapes, int count, int64_t *extents)
{
    static const char *const function = "broadcast_shapes";
    int ndim = 0;
    if (count > 0 && !shapes) {
        xp_fail(XP_ERROR_VALUE, function, "shapes", "broadcast_shapes: shapes are not given");
        return -1;
    }
    for (int i = 0; i < count; i++)
        if (!standard_check_shape(function, shapes[i]) || !check_extents(function, shapes[i]) ||
            !xp_widen_shape(function, &ndim, extents, shapes[i]))
            return -1;
    return ndim;
}
