/* Differences of neighbours.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

static const char *const function = "diff";

/* x along an axis from `from` on, as many as the result has. */
static xp_array *neighbours(xp_array *x, int axis, int64_t from)
{
    xp_axis_map map;
    standard_same_axes(x, &map);
    map.start[axis] = x->shape[axis] > 0 ? from : 0;
    map.shape[axis] = x->shape[axis] > 0 ? x->shape[axis] - 1 : 0;
    return xp_record_view(x, &map, function);
}

static xp_array *differences(xp_array *x, int axis)
{
    const xp_operation *operation = x->dtype == XP_BOOL ? &xp_operation_not_equal : &xp_operation_subtract;
    xp_array *later = neighbours(x, axis, 1), *earlier = neighbours(x, axis, 0);
    return xp_record_elementwise(operation, function, 2, (xp_array *const[]){later, earlier});
}

/* x between what stands before and behind it. */
static xp_array *joined(xp_array *x, int axis, xp_array *prepend, xp_array *append)
{
    xp_array *parts[3];
    int count = 0;
    if (prepend)
        parts[count++] = prepend;
    parts[count++] = x;
    if (append)
        parts[count++] = append;
    if (count == 1)
        return x;
    return standard_check_arrays(function, count, parts) ? standard_join(parts, count, axis, function) : xp_failed();
}

xp_array *standard_diff(xp_array *x, int axis, int n, xp_array *prepend, xp_array *append)
{
    if (!standard_check_kinds(function, "x", x, XP_KIND_NUMERIC, XP_KIND_BOOL) ||
        !xp_check_ndim(function, "x", x, 1, XP_MAX_NDIM))
        return xp_failed();
    if (n < 0)
        return xp_fail(XP_ERROR_VALUE, function, "n", "diff: n is %d, expected 0 or more", n);
    axis = xp_check_axis(function, "axis", axis, x->ndim);
    if (axis < 0)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *result = joined(x, axis, prepend, append);
    for (int i = 0; i < n && !xp_is_failed(result) && result->shape[axis] > 0; i++) {
        if (i > 0 && !xp_force(&result, 1)) /* the next ones read each of them twice */
            return xp_scope_return(scope, xp_failed());
        result = differences(result, axis);
    }
    return xp_scope_return(scope, result == x ? standard_same(x, function) : result);
}
