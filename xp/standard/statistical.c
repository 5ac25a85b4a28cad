/* Sums, moments, extrema, and sums and products so far.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/reduce.h"

xp_dtype standard_sum_dtype(xp_dtype dtype)
{
    switch (xp_dtypes[dtype].kind) {
    case XP_KIND_BOOL:
    case XP_KIND_SIGNED:
        return XP_INT64;
    case XP_KIND_UNSIGNED:
        return XP_UINT64;
    default:
        return dtype;
    }
}

/* ---- reductions -------------------------------------------------------------------------------------------------- */

static bool check_keywords(const standard_reduction *what, xp_over over)
{
    if (over.dtype != XP_DEFAULT_DTYPE && !what->takes_dtype) {
        xp_fail(XP_ERROR_VALUE, what->function, "dtype", "%s: the result's dtype cannot be chosen", what->function);
        return false;
    }
    if (over.correction != 0.0 && !what->takes_correction) {
        xp_fail(XP_ERROR_VALUE, what->function, "correction", "%s: there is nothing to correct", what->function);
        return false;
    }
    return true;
}

/* Extrema need elements wherever the result has some. */
static bool check_not_empty(const standard_reduction *what, const xp_array *x, uint32_t axes)
{
    bool is_empty = false;
    for (int i = 0; i < x->ndim; i++) {
        is_empty |= x->shape[i] == 0 && (axes >> i & 1);
        if (x->shape[i] == 0 && !(axes >> i & 1))
            return true;
    }
    char text[XP_SHAPE_TEXT];
    if (is_empty)
        xp_fail(XP_ERROR_VALUE, what->function, "x", "%s: nothing to choose from in shape %s", what->function,
                xp_shape_text(x->ndim, x->shape, text));
    return !is_empty;
}

static bool check_one_axis(const standard_reduction *what, xp_over over, uint32_t axes)
{
    if (over.all || (axes != 0 && (axes & (axes - 1)) == 0))
        return true;
    xp_fail(XP_ERROR_VALUE, what->function, "axis", "%s: takes one axis or XP_ALL", what->function);
    return false;
}

/* The dtype that x is computed in; XP_N_DTYPES with an error recorded. */
static xp_dtype operand_dtype(const standard_reduction *what, const xp_array *x, xp_over over)
{
    xp_dtype dtype = (xp_dtype)x->dtype;
    switch (what->kind) {
    case XP_REDUCE_SUM:
    case XP_REDUCE_PROD:
        return standard_dtype(what->function, (xp_dtype)over.dtype,
                              xp_device_dtype(x->xp->device, standard_sum_dtype(dtype)));
    case XP_REDUCE_MEAN:
    case XP_REDUCE_VAR:
    case XP_REDUCE_STD:
        return xp_dtype_is(dtype, XP_KIND_FLOATING) ? dtype : x->xp->device->dtypes.real_floating;
    default:
        return dtype;
    }
}

static bool gives_positions(xp_reduction_kind kind)
{
    return kind == XP_REDUCE_ARGMIN || kind == XP_REDUCE_ARGMAX || kind == XP_REDUCE_COUNT_NONZERO;
}

xp_array *standard_reduce(const standard_reduction *what, xp_array *x, xp_over over)
{
    uint32_t axes;
    if (!standard_check_kinds(what->function, "x", x, what->accepts, what->extends) ||
        !check_keywords(what, over) || !xp_check_over(what->function, over, x->ndim, &axes))
        return xp_failed();
    if ((what->one_axis && !check_one_axis(what, over, axes)) ||
        (!xp_reductions[what->kind].has_identity && !check_not_empty(what, x, axes)))
        return xp_failed();
    xp_dtype dtype = operand_dtype(what, x, over);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    bool is_position = gives_positions(what->kind) && x->xp->device->dtypes.indexing != XP_INT64;
    if (dtype == x->dtype && !is_position)
        return xp_record_reduction(what->kind, x, axes, over.keepdims, over.correction, what->function);
    if (xp_dtype_is(x->dtype, XP_KIND_COMPLEX) && !xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return xp_fail(XP_ERROR_TYPE, what->function, "dtype", "%s: cannot give %s as %s", what->function,
                       xp_dtype_name(x->dtype), xp_dtype_name(dtype));
    xp_scope scope = xp_scope_open();
    x = standard_cast(x, dtype, what->function);
    x = xp_record_reduction(what->kind, x, axes, over.keepdims, over.correction, what->function);
    return xp_scope_return(scope, is_position ? standard_positions(x, what->function) : x);
}

#define REDUCTION(name, reduction, ...)                                                                                \
    xp_array *standard_##name(xp_array *x, xp_over over)                                                               \
    {                                                                                                                  \
        static const standard_reduction what = {.function = #name, .kind = (reduction), __VA_ARGS__};                  \
        return standard_reduce(&what, x, over);                                                                        \
    }
REDUCTION(sum, XP_REDUCE_SUM, .accepts = XP_KIND_NUMERIC, .extends = XP_KIND_BOOL, .takes_dtype = true)
REDUCTION(prod, XP_REDUCE_PROD, .accepts = XP_KIND_NUMERIC, .extends = XP_KIND_BOOL, .takes_dtype = true)
REDUCTION(mean, XP_REDUCE_MEAN, .accepts = XP_KIND_FLOATING, .extends = XP_KIND_DISCRETE)
REDUCTION(var, XP_REDUCE_VAR, .accepts = XP_KIND_FLOAT, .extends = XP_KIND_DISCRETE, .takes_correction = true)
REDUCTION(std, XP_REDUCE_STD, .accepts = XP_KIND_FLOAT, .extends = XP_KIND_DISCRETE, .takes_correction = true)
REDUCTION(min, XP_REDUCE_MIN, .accepts = XP_KIND_REAL)
REDUCTION(max, XP_REDUCE_MAX, .accepts = XP_KIND_REAL)
REDUCTION(any, XP_REDUCE_ANY, .accepts = XP_KIND_ANY)
REDUCTION(all, XP_REDUCE_ALL, .accepts = XP_KIND_ANY)
REDUCTION(argmin, XP_REDUCE_ARGMIN, .accepts = XP_KIND_REAL, .one_axis = true)
REDUCTION(argmax, XP_REDUCE_ARGMAX, .accepts = XP_KIND_REAL, .one_axis = true)
REDUCTION(count_nonzero, XP_REDUCE_COUNT_NONZERO, .accepts = XP_KIND_ANY)

/* ---- sums and products so far ------------------------------------------------------------------------------------ */

/* The part of `out` along an axis that begins at `from` and has x's extent, or one of 1. */
static xp_array *slab(xp_array *out, int axis, int64_t from, int64_t extent, const char *function)
{
    int64_t shape[XP_MAX_NDIM];
    memcpy(shape, out->shape, (size_t)out->ndim * sizeof *shape);
    shape[axis] = extent;
    return xp_array_view(out, out->ndim, shape, out->strides, out->offset + from * out->strides[axis], function);
}

static xp_array *write_scan(const xp_driver *slots, xp_reduction_kind kind, xp_array *x, int axis, bool include_initial,
                            const char *function)
{
    int64_t shape[XP_MAX_NDIM], extent = x->shape[axis];
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    shape[axis] += include_initial;
    xp_array *out = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, shape, function);
    if (xp_is_failed(out))
        return out;
    if (include_initial) {
        xp_array *first = slab(out, axis, 0, 1, function), *value = xp_scalar_int(kind == XP_REDUCE_PROD);
        value = standard_full_like(first, value, XP_DEFAULT_DTYPE);
        if (!xp_write_into(value, first, function))
            return xp_failed();
    }
    xp_array *rest = slab(out, axis, include_initial, extent, function);
    if (xp_is_failed(rest))
        return rest;
    const xp_view from = standard_view(x), to = standard_view(rest);
    xp_status status = slots->scan(x->xp->device, kind, &from, axis, &to);
    return status == XP_OK ? out : xp_driver_failed(status, function);
}

static xp_array *scan(xp_reduction_kind kind, xp_array *x, int axis, xp_dtype dtype, bool include_initial,
                      const char *function)
{
    if (!standard_check_kinds(function, "x", x, XP_KIND_NUMERIC, XP_KIND_NONE) ||
        !xp_check_ndim(function, "x", x, 1, axis == XP_FLAT ? 1 : XP_MAX_NDIM))
        return xp_failed();
    axis = axis == XP_FLAT ? 0 : xp_check_axis(function, "axis", axis, x->ndim);
    dtype = standard_dtype(function, dtype, xp_device_dtype(x->xp->device, standard_sum_dtype((xp_dtype)x->dtype)));
    if (axis < 0 || dtype == XP_N_DTYPES)
        return xp_failed();
    bool to_real = xp_dtype_is(x->dtype, XP_KIND_COMPLEX) && !xp_dtype_is(dtype, XP_KIND_COMPLEX);
    if (to_real || dtype == XP_BOOL)
        return xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: cannot give %s as %s", function,
                       xp_dtype_name(x->dtype), xp_dtype_name(dtype));
    const xp_driver *slots = STANDARD_SLOTS(x->xp, scan, (int)kind, xp_loop_dtype(dtype), function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x = standard_ready(standard_cast(x, dtype, function), function);
    xp_array *out = x ? write_scan(slots, kind, x, axis, include_initial, function) : xp_failed();
    return xp_scope_return(scope, standard_cast(out, dtype, function));
}

xp_array *standard_cumulative_sum(xp_array *x, int axis, xp_dtype dtype, bool include_initial)
{
    return scan(XP_REDUCE_SUM, x, axis, dtype, include_initial, "cumulative_sum");
}

xp_array *standard_cumulative_prod(xp_array *x, int axis, xp_dtype dtype, bool include_initial)
{
    return scan(XP_REDUCE_PROD, x, axis, dtype, include_initial, "cumulative_prod");
}
