/* Positions: of flat ones along each axis, and as ones in rows of zeros.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* How far apart neighbours along each axis are in the flattened array. */
static bool flat_steps(xp_shape shape, int64_t *steps)
{
    static const char *const function = "unravel_index";
    char text[XP_SHAPE_TEXT];
    int64_t size;
    if (!standard_check_shape(function, shape))
        return false;
    for (int i = 0; i < shape.ndim; i++)
        if (shape.extents[i] < 1) {
            xp_fail(XP_ERROR_VALUE, function, "shape", "unravel_index: shape %s has no elements",
                    xp_shape_text(shape.ndim, shape.extents, text));
            return false;
        }
    if (!xp_shape_size(shape.ndim, shape.extents, 1, &size)) {
        xp_fail(XP_ERROR_OVERFLOW, function, "shape", "unravel_index: shape %s is too large",
                xp_shape_text(shape.ndim, shape.extents, text));
        return false;
    }
    xp_contiguous_strides(shape.ndim, shape.extents, 1, steps);
    return true;
}

static bool check_unravel(xp_array *indices, xp_shape shape, int count, int64_t *steps)
{
    static const char *const function = "unravel_index";
    if (!standard_check_kinds(function, "indices", indices, XP_KIND_INTEGRAL, XP_KIND_NONE) ||
        !flat_steps(shape, steps))
        return false;
    if (count == shape.ndim)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "count", "unravel_index: room for %d results, there are %d", count, shape.ndim);
    return false;
}

bool standard_extra_unravel_index(xp_array *indices, xp_shape shape, xp_array **results, int count)
{
    int64_t steps[XP_MAX_NDIM];
    xp_array **handles[XP_MAX_NDIM];
    if (!check_unravel(indices, shape, count, steps)) {
        for (int i = 0; i < count; i++)
            results[i] = xp_failed();
        return false;
    }
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = indices->xp;
    xp_array *flat = standard_cast(indices, XP_INT64, "unravel_index");
    for (int i = 0; i < count; i++) {
        xp_array *above = xp->floor_divide(flat, xp_scalar_int(steps[i]));
        results[i] = i == 0 ? above : xp->remainder(above, xp_scalar_int(shape.extents[i]));
        handles[i] = &results[i];
    }
    return xp_scope_return_all(scope, handles, count);
}

xp_array *standard_extra_one_hot(xp_array *x, int64_t num_classes, xp_dtype dtype, int axis)
{
    static const char *const function = "one_hot";
    if (!standard_check_kinds(function, "x", x, XP_KIND_INTEGRAL, XP_KIND_NONE) ||
        !xp_check_ndim(function, "x", x, 0, XP_MAX_NDIM - 1))
        return xp_failed();
    const xp_namespace *xp = x->xp;
    dtype = standard_dtype(function, dtype, xp_default_dtype(xp->device, XP_KIND_FLOAT));
    axis = xp_check_axis(function, "axis", axis, x->ndim + 1);
    if (axis < 0 || dtype == XP_N_DTYPES)
        return xp_failed();
    if (num_classes < 0)
        return xp_fail(XP_ERROR_VALUE, function, "num_classes", "one_hot: num_classes is %lld, expected 0 or more",
                       (long long)num_classes);
    /* the classes, along the new axis; compared as int64, which holds them all */
    int64_t extents[XP_MAX_NDIM] = {num_classes}, steps[XP_MAX_NDIM] = {1};
    for (int i = 1; i <= x->ndim - axis; i++)
        extents[i] = 1;
    xp_scope scope = xp_scope_open();
    xp_array *classes = standard_coordinates(xp, 0, x->ndim + 1 - axis, extents, steps, function);
    xp_array *own = xp->expand_dims(standard_cast(x, XP_INT64, function), axis);
    return xp_scope_return(scope, xp->astype(xp->equal(own, classes), dtype, false));
}
