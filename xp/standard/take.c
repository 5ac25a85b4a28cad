/* Positions along an axis or in the flattened array: taking what lies there, putting and adding something there.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/indexing.h"

/* Checks x and indices; returns indices as an array, NULL with an error recorded. Opens no scope. */
static xp_array *check_indices(xp_array *x, xp_array *indices, const char *function)
{
    xp_array *const both[] = {x, indices};
    if (!standard_check_array(function, "x", x) || !xp_check_kind(function, "indices", indices, XP_KIND_INTEGRAL) ||
        !xp_check_same_device(function, 2, both))
        return NULL;
    if (!indices->xp)
        indices = standard_fill_with(x->xp, indices, XP_SHAPE_0D, XP_INT64, function, "indices");
    return xp_is_failed(indices) ? NULL : indices;
}

/* What indices of any shape pick along one axis. */
static bool pick_along(const xp_array *x, xp_array *indices, int axis, index_pick *pick, const char *function)
{
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    xp_array *positions = index_positions(indices, x->shape[axis], -1, function);
    if (xp_is_failed(positions))
        return false;
    pick->count = 1;
    pick->axes[0] = pick->place = axis;
    pick->positions[0] = positions;
    return index_pick_shape(x->ndim, x->shape, pick, &ndim, shape, function);
}

/* ---- take -------------------------------------------------------------------------------------------------------- */

/* The standard knows lists of positions, and the flattened x only where that is x. */
static bool check_strict_take(const xp_array *x, const xp_array *indices, int axis)
{
    if (!x->xp->device->driver->standard_only)
        return true;
    if (indices->ndim != 1)
        xp_fail(XP_ERROR_VALUE, "take", "indices", "take: the standard takes 1-d indices, these have %d dimensions",
                indices->ndim);
    else if (axis == XP_FLAT && x->ndim != 1)
        xp_fail(XP_ERROR_VALUE, "take", "axis", "take: the standard asks for an axis where x is not 1-d");
    else
        return true;
    return false;
}

xp_array *standard_take(xp_array *x, xp_array *indices, int axis)
{
    static const char *const function = "take";
    index_pick pick;
    xp_scope scope = xp_scope_open();
    indices = check_indices(x, indices, function);
    int at = !indices ? -1 : axis == XP_FLAT ? 0 : xp_check_axis(function, "axis", axis, x->ndim);
    if (at < 0 || !check_strict_take(x, indices, axis))
        return xp_scope_return(scope, xp_failed());
    if (axis == XP_FLAT)
        x = standard_flat(x, function);
    bool fits = !xp_is_failed(x) && pick_along(x, indices, at, &pick, function);
    return xp_scope_return(scope, fits ? index_take(x, &pick, function) : xp_failed());
}

/* The coordinates along one axis, as an array of this shape. */
static xp_array *coordinates_along(const xp_namespace *xp, int axis, int ndim, const int64_t *shape,
                                   const char *function)
{
    int64_t steps[XP_MAX_NDIM] = {0};
    steps[axis] = 1;
    return standard_coordinates(xp, 0, ndim, shape, steps, function);
}

/* Along the other axes every element stays where it is. */
static xp_array *take_along(xp_array *x, xp_array *indices, int axis, const char *function)
{
    int ndim;
    int64_t shape[XP_MAX_NDIM], picked[XP_MAX_NDIM];
    index_pick pick = {.count = x->ndim};
    xp_array *positions = index_positions(indices, x->shape[axis], -1, function);
    if (xp_is_failed(positions))
        return positions;
    for (int i = 0; i < x->ndim; i++) {
        pick.axes[i] = i;
        shape[i] = i == axis ? 1 : x->shape[i];
    }
    for (int i = 0; i < x->ndim; i++) {
        pick.positions[i] = i == axis ? positions : coordinates_along(x->xp, i, x->ndim, shape, function);
        if (xp_is_failed(pick.positions[i]))
            return pick.positions[i];
    }
    bool fits = index_pick_shape(x->ndim, x->shape, &pick, &ndim, picked, function);
    return fits ? index_take(x, &pick, function) : xp_failed();
}

xp_array *standard_take_along_axis(xp_array *x, xp_array *indices, int axis)
{
    static const char *const function = "take_along_axis";
    xp_scope scope = xp_scope_open();
    indices = check_indices(x, indices, function);
    axis = indices ? xp_check_axis(function, "axis", axis, x->ndim) : -1;
    if (axis < 0 || !xp_check_ndim(function, "indices", indices, x->ndim, x->ndim))
        return xp_scope_return(scope, xp_failed());
    return xp_scope_return(scope, take_along(x, indices, axis, function));
}

/* ---- put --------------------------------------------------------------------------------------------------------- */

/* `count` values for a flat x, in its dtype; fewer ones repeat. */
static xp_array *values_to_put(const xp_array *x, xp_array *values, int64_t count, const char *function)
{
    if (!values->xp)
        return standard_fill_with(x->xp, values, XP_SHAPE_0D, (xp_dtype)x->dtype, function, "values");
    if (!index_check_dtype(x, (xp_dtype)values->dtype, false, function))
        return xp_failed();
    if (values->size == 0 && count > 0)
        return xp_fail(XP_ERROR_VALUE, function, "values", "%s: no values for %lld indices", function,
                       (long long)count);
    values = standard_flat(standard_cast(values, (xp_dtype)x->dtype, function), function);
    if (xp_is_failed(values) || values->size == 1 || values->size == count)
        return values;
    int64_t repetitions = (count + values->size - 1) / (values->size > 0 ? values->size : 1);
    values = standard_tile(values, XP_SHAPE(repetitions));
    if (xp_is_failed(values))
        return values;
    xp_axis_map map;
    standard_same_axes(values, &map);
    map.shape[0] = count;
    return xp_record_view(values, &map, function);
}

xp_array *standard_extra_put(xp_array *x, xp_array *indices, xp_array *values)
{
    static const char *const function = "put";
    index_pick pick;
    xp_array *const all[] = {x, indices, values};
    xp_scope scope = xp_scope_open();
    indices = check_indices(x, indices, function);
    if (!indices || !xp_check_given(function, "values", values) || !xp_check_same_device(function, 3, all))
        return xp_scope_return(scope, xp_failed());
    const xp_array flat = {.ndim = 1, .shape = &x->size};
    indices = standard_flat(indices, function);
    if (xp_is_failed(indices) || !pick_along(&flat, indices, 0, &pick, function))
        return xp_scope_return(scope, xp_failed());
    xp_array *elements = values_to_put(x, values, indices->size, function);
    if (xp_is_failed(elements) || !xp_force(&elements, 1))
        return xp_scope_return(scope, xp_failed());
    xp_array *out = index_writable(x, values, function);
    xp_array *line = xp_is_failed(out) ? out : standard_flat(out, function);
    bool success = !xp_is_failed(line) && index_scatter(XP_SCATTER_SET, line, &pick, elements, function);
    return xp_scope_return(scope, success ? out : xp_failed());
}

/* ---- scatter_add ------------------------------------------------------------------------------------------------- */

/* The values in x's dtype; that they broadcast is checked. */
static xp_array *values_to_add(const xp_array *x, xp_array *values, const index_pick *pick, const xp_array *line,
                               const char *function)
{
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    index_pick same = *pick;
    if (!values->xp && xp_promote_weak((xp_dtype)x->dtype, (xp_dtype)values->dtype) == x->dtype)
        return standard_fill_with(x->xp, values, XP_SHAPE_0D, (xp_dtype)x->dtype, function, "values");
    if (!index_check_dtype(x, (xp_dtype)values->dtype, true, function))
        return xp_failed();
    if (!index_pick_shape(line->ndim, line->shape, &same, &ndim, shape, function) ||
        !standard_check_broadcast(function, values, ndim, shape))
        return xp_failed();
    return standard_cast(values, (xp_dtype)x->dtype, function);
}

xp_array *standard_extra_scatter_add(xp_array *x, xp_array *indices, xp_array *values, int axis)
{
    static const char *const function = "scatter_add";
    index_pick pick;
    xp_array *const all[] = {x, indices, values};
    xp_scope scope = xp_scope_open();
    indices = check_indices(x, indices, function);
    bool fits = indices && standard_check_kinds(function, "x", x, XP_KIND_NUMERIC, XP_KIND_NONE) &&
                xp_check_given(function, "values", values) && xp_check_same_device(function, 3, all);
    int at = !fits ? -1 : axis == XP_FLAT ? 0 : xp_check_axis(function, "axis", axis, x->ndim);
    if (at < 0)
        return xp_scope_return(scope, xp_failed());
    const xp_array flat = {.ndim = 1, .shape = &x->size}, *seen = axis == XP_FLAT ? &flat : x;
    xp_array *elements = pick_along(seen, indices, at, &pick, function)
                             ? values_to_add(x, values, &pick, seen, function) : xp_failed();
    const xp_dtype dtype = (xp_dtype)x->dtype, loop = xp_loop_dtype(dtype);
    elements = standard_cast(elements, loop, function);
    if (xp_is_failed(elements) || !xp_force(&elements, 1))
        return xp_scope_return(scope, xp_failed());
    xp_array *wide = loop == dtype ? x : xp_give(standard_cast(x, loop, function));
    xp_array *out = index_writable(wide, values, function);
    xp_array *line = axis != XP_FLAT || xp_is_failed(out) ? out : standard_flat(out, function);
    bool success = !xp_is_failed(line) && index_scatter(XP_SCATTER_ADD, line, &pick, elements, function);
    return xp_scope_return(scope, success ? standard_cast(out, dtype, function) : xp_failed());
}
