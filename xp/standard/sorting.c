/* Sorting: values and positions in order, and partitions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

typedef struct order {
    const char *function;
    bool positions, descending, stable;
} order;

static xp_array *sort_ready(const order *how, xp_array *x, int axis)
{
    xp_dtype dtype = how->positions ? XP_INT64 : (xp_dtype)x->dtype;
    xp_array *out = xp_array_new_filled(x->xp, dtype, x->ndim, x->shape, how->function);
    if (xp_is_failed(out))
        return out;
    const xp_view from = standard_view(x), to = standard_view(out);
    const struct xp_device *device = x->xp->device;
    xp_status status = device->driver->sort(device, &from, axis, how->descending, how->stable,
                                            how->positions ? NULL : &to, how->positions ? &to : NULL);
    return status == XP_OK ? out : xp_driver_failed(status, how->function);
}

static xp_array *sort(const order *how, const char *argument, xp_array *x, int axis)
{
    if (!standard_check_kinds(how->function, argument, x, XP_KIND_REAL, XP_KIND_BOOL))
        return xp_failed();
    axis = xp_check_axis(how->function, "axis", axis, x->ndim);
    if (axis < 0 || !STANDARD_HAS_SLOT(x->xp, sort, x->dtype, how->function))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x = xp_ready(x, how->function);
    xp_array *out = x ? sort_ready(how, x, axis) : xp_failed();
    return xp_scope_return(scope, how->positions ? standard_positions(out, how->function) : out);
}

xp_array *standard_sort(xp_array *x, int axis, bool descending, bool stable)
{
    return sort(&(const order){"sort", false, descending, stable}, "x", x, axis);
}

xp_array *standard_argsort(xp_array *x, int axis, bool descending, bool stable)
{
    return sort(&(const order){"argsort", true, descending, stable}, "x", x, axis);
}

/* What is sorted is partitioned, whichever element is asked for. */
static xp_array *partition(const order *how, xp_array *a, int64_t kth, int axis)
{
    if (!standard_check_kinds(how->function, "a", a, XP_KIND_REAL, XP_KIND_BOOL))
        return xp_failed();
    int at = xp_check_axis(how->function, "axis", axis, a->ndim);
    if (at < 0)
        return xp_failed();
    int64_t extent = a->shape[at];
    if (kth < -extent || kth >= extent)
        return xp_fail(XP_ERROR_INDEX, how->function, "kth", "%s: kth is %lld, out of bounds for extent %lld",
                       how->function, (long long)kth, (long long)extent);
    return sort(how, "a", a, at);
}

xp_array *standard_extra_partition(xp_array *a, int64_t kth, int axis)
{
    return partition(&(const order){"partition", false, false, true}, a, kth, axis);
}

xp_array *standard_extra_argpartition(xp_array *a, int64_t kth, int axis)
{
    return partition(&(const order){"argpartition", true, false, true}, a, kth, axis);
}
