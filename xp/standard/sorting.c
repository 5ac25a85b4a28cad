/* Sorting: values and positions in order, and partitions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

typedef struct order {
    const char *function;
    bool positions, descending, stable;
} order;

static xp_array *sort_ready(const order *how, const xp_driver *slots, xp_array *x, int axis)
{
    xp_dtype dtype = how->positions ? XP_INT64 : (xp_dtype)x->dtype;
    xp_array *out = xp_array_new_filled(x->xp, dtype, x->ndim, x->shape, how->function);
    if (xp_is_failed(out))
        return out;
    const xp_view from = standard_view(x), to = standard_view(out);
    xp_status status = slots->sort(x->xp->device, &from, axis, how->descending, how->stable,
                                   how->positions ? NULL : &to, how->positions ? &to : NULL);
    return status == XP_OK ? out : xp_driver_failed(status, how->function);
}

/* What is in order, as the caller gets it. */
static xp_array *ordered(const order *how, const xp_array *x, xp_array *out)
{
    return how->positions ? standard_positions(out, how->function)
                          : standard_cast(out, (xp_dtype)x->dtype, how->function);
}

static xp_array *sort(const order *how, const char *argument, xp_array *x, int axis)
{
    if (!standard_check_kinds(how->function, argument, x, XP_KIND_REAL, XP_KIND_BOOL))
        return xp_failed();
    axis = xp_check_axis(how->function, "axis", axis, x->ndim);
    const xp_driver *slots = axis < 0 ? NULL : STANDARD_SLOTS(x->xp, sort, 0, xp_loop_dtype(x->dtype), how->function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *from = standard_ready(x, how->function);
    xp_array *out = from ? sort_ready(how, slots, from, axis) : xp_failed();
    return xp_scope_return(scope, ordered(how, x, out));
}

xp_array *standard_sort(xp_array *x, int axis, bool descending, bool stable)
{
    return sort(&(const order){"sort", false, descending, stable}, "x", x, axis);
}

xp_array *standard_argsort(xp_array *x, int axis, bool descending, bool stable)
{
    return sort(&(const order){"argsort", true, descending, stable}, "x", x, axis);
}

/* The tables whose slots a partition calls. */
typedef struct partition_slots {
    const xp_driver *select, *partition;
} partition_slots;

/* The element of rank kth of each line is the pivot for its line. */
static xp_array *partition_ready(const order *how, const partition_slots *slots, xp_array *a, int64_t kth, int axis)
{
    int64_t shape[XP_MAX_NDIM];
    const struct xp_device *device = a->xp->device;
    memcpy(shape, a->shape, (size_t)a->ndim * sizeof *shape);
    shape[axis] = 1;
    xp_dtype dtype = how->positions ? XP_INT64 : (xp_dtype)a->dtype;
    xp_array *pivots = xp_array_new_filled(a->xp, (xp_dtype)a->dtype, a->ndim, shape, how->function);
    xp_array *out = xp_array_new_filled(a->xp, dtype, a->ndim, a->shape, how->function);
    if (xp_is_failed(pivots) || xp_is_failed(out))
        return xp_failed();
    const xp_view from = standard_view(a), by = standard_view(pivots), to = standard_view(out);
    xp_status status = slots->select->select(device, &from, axis, &kth, 1, false, &by);
    if (status == XP_OK)
        status = slots->partition->partition(device, &from, axis, &by, how->positions, &to);
    return status == XP_OK ? out : xp_driver_failed(status, how->function);
}

static xp_array *partition(const order *how, xp_array *a, int64_t kth, int axis)
{
    if (!standard_check_kinds(how->function, "a", a, XP_KIND_REAL, XP_KIND_BOOL))
        return xp_failed();
    axis = xp_check_axis(how->function, "axis", axis, a->ndim);
    if (axis < 0)
        return xp_failed();
    int64_t extent = a->shape[axis];
    if (kth < -extent || kth >= extent)
        return xp_fail(XP_ERROR_INDEX, how->function, "kth", "%s: kth is %lld, out of bounds for extent %lld",
                       how->function, (long long)kth, (long long)extent);
    const xp_dtype loop = xp_loop_dtype(a->dtype);
    if (STANDARD_OFFERS(a->xp, sort, 0, loop) &&
        !(STANDARD_OFFERS(a->xp, partition, 0, loop) && STANDARD_OFFERS(a->xp, select, 0, loop)))
        return sort(how, "a", a, axis); /* what is sorted is partitioned */
    partition_slots slots = {.select = STANDARD_SLOTS(a->xp, select, 0, loop, how->function)};
    if (slots.select)
        slots.partition = STANDARD_SLOTS(a->xp, partition, 0, loop, how->function);
    if (!slots.partition)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *from = standard_ready(a, how->function);
    xp_array *out = from ? partition_ready(how, &slots, from, kth < 0 ? kth + extent : kth, axis) : xp_failed();
    return xp_scope_return(scope, ordered(how, a, out));
}

xp_array *standard_extra_partition(xp_array *a, int64_t kth, int axis)
{
    return partition(&(const order){"partition", false, false, true}, a, kth, axis);
}

xp_array *standard_extra_argpartition(xp_array *a, int64_t kth, int axis)
{
    return partition(&(const order){"argpartition", true, false, true}, a, kth, axis);
}
