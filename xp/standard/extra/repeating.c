/* Elements that are repeated or moved, by numbers of their own.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* ---- repeat ------------------------------------------------------------------------------------------------------ */

static bool check_repeats(const xp_array *repeats, int64_t extent)
{
    static const char *const function = "repeat";
    char text[XP_SHAPE_TEXT];
    if (!xp_check_kind(function, "repeats", repeats, XP_KIND_INTEGRAL))
        return false;
    if (repeats->ndim == 0 || (repeats->ndim == 1 && (repeats->size == 1 || repeats->size == extent)))
        return true;
    xp_fail(XP_ERROR_VALUE, function, "repeats", "repeat: repeats of shape %s do not fit an extent of %lld",
            xp_shape_text(repeats->ndim, repeats->shape, text), (long long)extent);
    return false;
}

/* For each element of the result, which one of x it is: the first whose copies end behind it. */
static xp_array *repeated_positions(xp_array *repeats, int64_t extent)
{
    static const char *const function = "repeat";
    const xp_namespace *xp = repeats->xp;
    if (extent == 0)
        return standard_coordinates(xp, 0, 1, &extent, &(int64_t){1}, function);
    repeats = xp->broadcast_to(standard_cast(repeats, XP_INT64, function), XP_SHAPE(extent));
    xp_array *ends = xp->cumulative_sum(repeats, 0, XP_DEFAULT_DTYPE, false);
    xp_array *facts[] = {xp->min(repeats, XP_ALL), xp->max(ends, XP_ALL)};
    if (xp_eval_all(facts, 2) != XP_OK)
        return xp_failed();
    int64_t least = xp_to_int(facts[0]), length = xp_to_int(facts[1]);
    if (least < 0)
        return xp_fail(XP_ERROR_VALUE, function, "repeats", "repeat: %lld repeats, expected 0 or more",
                       (long long)least);
    xp_array *place = standard_coordinates(xp, 0, 1, &length, &(int64_t){1}, function);
    return xp->searchsorted(ends, place, true, NULL);
}

xp_array *standard_extra_repeat(xp_array *x, xp_array *repeats, int axis)
{
    static const char *const function = "repeat";
    if (!standard_check_array(function, "x", x) || !xp_check_given(function, "repeats", repeats) ||
        !xp_check_same_device(function, 2, (xp_array *const[]){x, repeats}))
        return xp_failed();
    int at = axis == XP_FLAT ? 0 : xp_check_axis(function, "axis", axis, x->ndim);
    if (at < 0 || !check_repeats(repeats, axis == XP_FLAT ? x->size : x->shape[at]))
        return xp_failed();
    if (!repeats->xp)
        return standard_repeat(x, repeats->value.as_int64, axis);
    xp_scope scope = xp_scope_open();
    x = axis == XP_FLAT ? standard_flat(x, function) : x;
    xp_array *positions = xp_is_failed(x) ? x : repeated_positions(repeats, x->shape[at]);
    return xp_scope_return(scope, xp_is_failed(positions) ? positions : standard_gather(x, positions, at, function));
}

/* ---- roll -------------------------------------------------------------------------------------------------------- */

/* What all shifts of each axis make together, from 0 to the extent without it. */
static bool add_shifts(const xp_array *x, const int64_t *shifts, const int *axes, int count, int64_t *together)
{
    for (int i = 0; i < x->ndim; i++)
        together[i] = 0;
    for (int i = 0; i < count; i++) {
        int axis = xp_check_axis("roll", "axes", axes[i], x->ndim);
        if (axis < 0)
            return false;
        int64_t extent = x->shape[axis] > 0 ? x->shape[axis] : 1;
        int64_t shift = shifts[i] % extent + together[axis];
        together[axis] = shift < 0 ? shift + extent : shift < extent ? shift : shift - extent;
    }
    return true;
}

xp_array *standard_extra_roll(xp_array *x, const int64_t *shifts, const int *axes, int count)
{
    static const char *const function = "roll";
    int64_t together[XP_MAX_NDIM];
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (count < 0 || (count > 0 && (!shifts || !axes)))
        return xp_fail(XP_ERROR_VALUE, function, "shifts", "roll: shifts and axes are not given");
    if (!add_shifts(x, shifts, axes, count, together))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *rolled = x;
    for (int axis = 0; axis < x->ndim && !xp_is_failed(rolled); axis++)
        if (together[axis] != 0)
            rolled = standard_roll(rolled, together[axis], axis);
    return xp_scope_return(scope, rolled == x ? standard_same(x, function) : rolled);
}
