/* Shapes: what writes elements to new places, joined, shifted or repeated.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* Writes x into the slab of `out` that begins at `at` along the axis and has x's extent there. */
static bool write_slab(xp_array *x, xp_array *out, int axis, int64_t at, const char *function)
{
    xp_array *part = xp_array_view(out, x->ndim, x->shape, out->strides, out->offset + at * out->strides[axis],
                                   function);
    return !xp_is_failed(part) && xp_write_into(x, part, function);
}

/* ---- concat and stack -------------------------------------------------------------------------------------------- */

/* XP_N_DTYPES with an error recorded where the device does not promote them. */
static xp_dtype promote_all(int count, xp_array *const *arrays, const char *function)
{
    xp_dtype dtype = (xp_dtype)arrays[0]->dtype;
    for (int i = 1; i < count && dtype != XP_N_DTYPES; i++)
        dtype = standard_promote(arrays[0]->xp->device, dtype, (xp_dtype)arrays[i]->dtype, function);
    return dtype;
}

/* Whether x's shape is that of the first, but for one axis (-1: none). */
static bool same_but_for(const xp_array *first, const xp_array *x, int axis, const char *function)
{
    char mine[XP_SHAPE_TEXT], others[XP_SHAPE_TEXT];
    bool same = x->ndim == first->ndim;
    for (int i = 0; same && i < x->ndim; i++)
        same = i == axis || x->shape[i] == first->shape[i];
    if (!same)
        xp_fail(XP_ERROR_VALUE, function, "arrays", "%s: shapes %s and %s do not fit together", function,
                xp_shape_text(first->ndim, first->shape, others), xp_shape_text(x->ndim, x->shape, mine));
    return same;
}

xp_array *standard_join(xp_array *const *arrays, int count, int axis, const char *function)
{
    int64_t shape[XP_MAX_NDIM], at = 0;
    const xp_array *first = arrays[0];
    memcpy(shape, first->shape, (size_t)first->ndim * sizeof *shape);
    shape[axis] = 0;
    for (int i = 0; i < count; i++) {
        if (!same_but_for(first, arrays[i], axis, function))
            return xp_failed();
        if (__builtin_add_overflow(shape[axis], arrays[i]->shape[axis], &shape[axis]))
            return xp_fail(XP_ERROR_OVERFLOW, function, NULL, "%s: the joined array is too large", function);
    }
    xp_dtype dtype = promote_all(count, arrays, function);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    xp_array *out = xp_array_new_filled(first->xp, dtype, first->ndim, shape, function);
    for (int i = 0; i < count && !xp_is_failed(out); i++) {
        if (!write_slab(arrays[i], out, axis, at, function))
            return xp_failed();
        at += arrays[i]->shape[axis];
    }
    return out;
}

xp_array *standard_concat(xp_array *const *arrays, int count, int axis)
{
    static const char *const function = "concat";
    if (!standard_check_arrays(function, count, arrays))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    if (axis != XP_FLAT) {
        bool fits = xp_check_ndim(function, "arrays", arrays[0], 1, XP_MAX_NDIM);
        axis = fits ? xp_check_axis(function, "axis", axis, arrays[0]->ndim) : -1;
        return xp_scope_return(scope, axis < 0 ? xp_failed() : standard_join(arrays, count, axis, function));
    }
    xp_array **flat = xp_alloc((size_t)count, sizeof *flat);
    if (!flat)
        return xp_scope_return(scope, xp_fail(XP_ERROR_MEMORY, function, NULL, "concat: out of memory"));
    bool success = true;
    for (int i = 0; i < count; i++) {
        flat[i] = standard_flat(arrays[i], function);
        success = success && !xp_is_failed(flat[i]);
    }
    xp_array *out = success ? standard_join(flat, count, 0, function) : xp_failed();
    xp_dealloc(flat);
    return xp_scope_return(scope, out);
}

/* Each array goes to its place along the new axis as it is: nothing is expanded before it is joined. */
xp_array *standard_stack(xp_array *const *arrays, int count, int axis)
{
    static const char *const function = "stack";
    if (!standard_check_arrays(function, count, arrays) ||
        !xp_check_ndim(function, "arrays", arrays[0], 0, XP_MAX_NDIM - 1))
        return xp_failed();
    const xp_array *first = arrays[0];
    axis = xp_check_axis(function, "axis", axis, first->ndim + 1);
    for (int i = 1; i < count && axis >= 0; i++)
        if (!same_but_for(first, arrays[i], -1, function))
            return xp_failed();
    if (axis < 0)
        return xp_failed();
    int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    for (int i = 0; i <= first->ndim; i++)
        shape[i] = i == axis ? count : first->shape[i < axis ? i : i - 1];
    xp_dtype dtype = promote_all(count, arrays, function);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *out = xp_array_new_filled(first->xp, dtype, first->ndim + 1, shape, function);
    for (int i = 0; i < count && !xp_is_failed(out); i++) {
        for (int j = 0; j < first->ndim; j++)
            strides[j] = out->strides[j < axis ? j : j + 1];
        xp_array *part = xp_array_view(out, first->ndim, first->shape, strides,
                                       out->offset + i * out->strides[axis], function);
        if (xp_is_failed(part) || !xp_write_into(arrays[i], part, function))
            out = xp_failed();
    }
    return xp_scope_return(scope, out);
}

/* ---- roll -------------------------------------------------------------------------------------------------------- */

/* x from `from` to `to` along an axis. */
static xp_array *cut(xp_array *x, int axis, int64_t from, int64_t to, const char *function)
{
    xp_axis_map map;
    standard_same_axes(x, &map);
    map.start[axis] = from;
    map.shape[axis] = to - from;
    return xp_record_view(x, &map, function);
}

static xp_array *roll_axis(xp_array *x, int64_t shift, int axis)
{
    static const char *const function = "roll";
    int64_t extent = x->shape[axis];
    shift = extent > 0 ? shift % extent : 0;
    if (shift < 0)
        shift += extent;
    x = xp_ready(x, function); /* both halves read it */
    xp_array *out = x ? xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, x->shape, function) : xp_failed();
    if (xp_is_failed(out) || x->size == 0)
        return out;
    bool success = write_slab(cut(x, axis, 0, extent - shift, function), out, axis, shift, function);
    if (success && shift > 0)
        success = write_slab(cut(x, axis, extent - shift, extent, function), out, axis, 0, function);
    return success ? out : xp_failed();
}

xp_array *standard_roll(xp_array *x, int64_t shift, int axis)
{
    if (!standard_check_array("roll", "x", x))
        return xp_failed();
    int at = axis == XP_FLAT ? 0 : xp_check_axis("roll", "axis", axis, x->ndim);
    if (at < 0)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    if (axis != XP_FLAT)
        return xp_scope_return(scope, roll_axis(x, shift, at));
    xp_array *flat = standard_flat(x, "roll");
    flat = xp_is_failed(flat) ? flat : roll_axis(flat, shift, 0);
    return xp_scope_return(scope, xp_record_reshape(flat, x->ndim, x->shape, "roll"));
}

/* ---- tile and repeat --------------------------------------------------------------------------------------------- */

/* x with every axis repeated as a whole `outer` times, each of its positions `inner` times. The new array is seen with
 * an axis each for outer, extent and inner, leaving out those of 1, and x is broadcast to that. */
static xp_array *spread(xp_array *x, const int64_t *outer, const int64_t *inner, const char *function)
{
    int64_t shape[XP_MAX_NDIM], parts[3 * XP_MAX_NDIM], steps[3 * XP_MAX_NDIM];
    int sources[3 * XP_MAX_NDIM], count = 0;
    for (int i = 0; i < x->ndim; i++)
        if (!xp_multiply_fits(outer[i], x->shape[i], &shape[i]) || !xp_multiply_fits(shape[i], inner[i], &shape[i]))
            return xp_fail(XP_ERROR_OVERFLOW, function, NULL, "%s: the result is too large", function);
    xp_array *out = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, shape, function);
    if (xp_is_failed(out) || out->size == 0)
        return out;
    for (int i = 0; i < x->ndim; i++) {
        const int64_t extents[] = {outer[i], x->shape[i], inner[i]};
        int64_t step = out->strides[i] * x->shape[i] * inner[i];
        for (int j = 0; j < 3; j++) {
            if (j > 0)
                step /= extents[j];
            if (extents[j] == 1)
                continue;
            parts[count] = extents[j];
            steps[count] = step;
            sources[count++] = j == 1 ? i : -1;
        }
    }
    if (count > XP_MAX_NDIM)
        return xp_fail(XP_ERROR_VALUE, function, NULL, "%s: too many axes are repeated", function);
    xp_axis_map map = {.ndim = 0};
    for (int i = 0; i < count; i++)
        if (sources[i] >= 0 || map.ndim > 0) { /* leading axes that repeat are left to broadcasting */
            map.source[map.ndim] = sources[i];
            map.shape[map.ndim] = sources[i] >= 0 ? parts[i] : 1;
            map.step[map.ndim++] = sources[i] >= 0;
        }
    xp_array *from = xp_record_view(x, &map, function);
    xp_array *to = xp_array_view(out, count, parts, steps, out->offset, function);
    bool success = !xp_is_failed(from) && !xp_is_failed(to) && xp_write_into(from, to, function);
    return success ? out : xp_failed();
}

xp_array *standard_tile(xp_array *x, xp_shape repetitions)
{
    static const char *const function = "tile";
    if (!standard_check_array(function, "x", x) || !standard_check_shape(function, repetitions))
        return xp_failed();
    int ndim = x->ndim > repetitions.ndim ? x->ndim : repetitions.ndim;
    int64_t outer[XP_MAX_NDIM], inner[XP_MAX_NDIM], shape[XP_MAX_NDIM];
    for (int i = 0; i < ndim; i++) {
        int own = i - (ndim - x->ndim), given = i - (ndim - repetitions.ndim);
        shape[i] = own < 0 ? 1 : x->shape[own];
        outer[i] = given < 0 ? 1 : repetitions.extents[given];
        inner[i] = 1;
        if (outer[i] < 0)
            return xp_fail(XP_ERROR_VALUE, function, "repetitions", "tile: %lld repetitions, expected 0 or more",
                           (long long)outer[i]);
    }
    xp_scope scope = xp_scope_open();
    x = xp_record_reshape(x, ndim, shape, function);
    return xp_scope_return(scope, xp_is_failed(x) ? x : spread(x, outer, inner, function));
}

xp_array *standard_repeat(xp_array *x, int64_t repeats, int axis)
{
    static const char *const function = "repeat";
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (repeats < 0)
        return xp_fail(XP_ERROR_VALUE, function, "repeats", "repeat: %lld repeats, expected 0 or more",
                       (long long)repeats);
    int at = axis == XP_FLAT ? 0 : xp_check_axis(function, "axis", axis, x->ndim);
    if (at < 0)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    if (axis == XP_FLAT)
        x = standard_flat(x, function);
    if (xp_is_failed(x))
        return xp_scope_return(scope, x);
    int64_t outer[XP_MAX_NDIM], inner[XP_MAX_NDIM];
    for (int i = 0; i < x->ndim; i++) {
        outer[i] = 1;
        inner[i] = i == at ? repeats : 1;
    }
    return xp_scope_return(scope, spread(x, outer, inner, function));
}
