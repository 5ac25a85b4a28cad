/* Functions that each see only the elements that a condition gives them, or all of them where a device cannot pick them
 * out.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

static const char *const function = "apply_where";

/* What all functions of one call are given: the arguments, brought to one shape. */
typedef struct call {
    const xp_namespace *xp;
    xp_array **args;  /* `count` of them, of the mask's shape */
    xp_array **parts; /* room for as many */
    int count;
    bool picks; /* elements by the mask; else functions get all of them */
    void *context;
} call;

/* What f makes of arrays of one shape: one of the same. */
static xp_array *called(const call *c, xp_array *const *arrays, xp_apply_callback *f, const char *name)
{
    char given[XP_SHAPE_TEXT], expected[XP_SHAPE_TEXT];
    xp_array *values = f(c->context, arrays, c->count);
    const xp_array *first = arrays[0];
    if (!standard_check_array(function, name, values))
        return xp_failed();
    if (values->xp != c->xp)
        return xp_fail(XP_ERROR_DEVICE, function, name, "apply_where: %s gave an array on device %s, not on %s", name,
                       values->xp->device->name, c->xp->device->name);
    if (values->ndim != first->ndim ||
        memcmp(values->shape, first->shape, (size_t)first->ndim * sizeof *first->shape) != 0)
        return xp_fail(XP_ERROR_VALUE, function, name, "apply_where: %s gave shape %s, expected %s", name,
                       xp_shape_text(values->ndim, values->shape, given),
                       xp_shape_text(first->ndim, first->shape, expected));
    return values;
}

/* Whether a device has x[mask]: not all of them do, and strict ones can be told not to. */
static bool picks_by_masks(const xp_namespace *xp)
{
    const xp_driver *driver = xp->device->driver;
    return driver->count_mask && driver->mask_positions && xp->info->capabilities().boolean_indexing;
}

/* f of the elements where the mask is true, put back into their places; what lies between them is not specified. */
static xp_array *apply(const call *c, xp_array *mask, xp_apply_callback *f, const char *name)
{
    if (!c->picks)
        return called(c, c->args, f, name);
    for (int i = 0; i < c->count; i++) {
        c->parts[i] = xp_get(c->args[i], XP_INDEX(xp_mask(mask)));
        if (xp_is_failed(c->parts[i]))
            return xp_failed();
    }
    xp_array *values = called(c, c->parts, f, name);
    if (xp_is_failed(values))
        return values;
    xp_array *whole = c->xp->zeros((xp_shape){mask->ndim, mask->shape}, (xp_dtype)values->dtype);
    return xp_set(whole, XP_INDEX(xp_mask(mask)), values);
}

static bool check(xp_array *cond, xp_array *const *args, int count, xp_apply_callback *f1, xp_apply_callback *f2,
                  xp_array *fill_value)
{
    if (!standard_check_array(function, "cond", cond) || !xp_check_kind(function, "cond", cond, XP_KIND_BOOL) ||
        !standard_check_arrays(function, count, args) ||
        !xp_check_same_device(function, 3, (xp_array *const[]){cond, args[0], fill_value}))
        return false;
    if (!f1)
        xp_fail(XP_ERROR_VALUE, function, "f1", "apply_where: f1 is not given");
    else if (!f2 == !fill_value)
        xp_fail(XP_ERROR_VALUE, function, "f2", "apply_where: needs either f2 or fill_value");
    else
        return true;
    return false;
}

/* `all`, which is the arguments and behind them cond and fill_value, in one shape. */
static bool broadcast(call *c, xp_array **all, int total)
{
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    if (!xp_broadcast_shape(function, total, all, &ndim, shape))
        return false;
    for (int i = 0; i < total; i++) {
        all[i] = all[i]->xp ? xp_record_broadcast(all[i], ndim, shape, function) : all[i];
        if (xp_is_failed(all[i]))
            return false;
    }
    c->args = all;
    return true;
}

xp_array *standard_extra_apply_where(xp_array *cond, xp_array *const *args, int count, xp_apply_callback *f1,
                                     xp_apply_callback *f2, xp_array *fill_value, void *context)
{
    if (!check(cond, args, count, f1, f2, fill_value))
        return xp_failed();
    int total = count + 1 + (fill_value != NULL);
    xp_array **room = xp_alloc((size_t)total + (size_t)count, sizeof *room);
    if (!room)
        return xp_fail(XP_ERROR_MEMORY, function, NULL, "apply_where: out of memory");
    for (int i = 0; i < count; i++)
        room[i] = args[i];
    room[count] = cond;
    if (fill_value)
        room[count + 1] = fill_value;
    call c = {.xp = cond->xp, .parts = room + total, .count = count, .context = context,
              .picks = picks_by_masks(cond->xp)};
    xp_scope scope = xp_scope_open();
    xp_array *result = xp_failed();
    if (broadcast(&c, room, total)) {
        xp_array *mask = room[count];
        xp_array *holds = apply(&c, mask, f1, "f1");
        xp_array *other = xp_is_failed(holds) ? holds
                          : f2                ? apply(&c, c.xp->logical_not(mask), f2, "f2")
                                              : room[count + 1];
        result = c.xp->where(mask, holds, other);
    }
    xp_dealloc(room);
    return xp_scope_return(scope, result);
}
