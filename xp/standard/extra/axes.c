/* Axes put in, moved and exchanged, several at once, and windows: views all of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* The axes from 0 to ndim - 1 as a mask, each at most once; places[i] is what axes[i] counts as. */
static bool read_axes(const char *function, const char *argument, const int *axes, int count, int ndim, int *places,
                      uint32_t *mask)
{
    *mask = 0;
    if (count < 0 || count > ndim || (count > 0 && !axes)) {
        xp_fail(XP_ERROR_VALUE, function, argument, "%s: %d %s for an array of %d dimensions", function, count,
                argument, ndim);
        return false;
    }
    for (int i = 0; i < count; i++) {
        places[i] = xp_check_axis(function, argument, axes[i], ndim);
        if (places[i] < 0)
            return false;
        if (*mask >> places[i] & 1) {
            xp_fail(XP_ERROR_VALUE, function, argument, "%s: axis %d is named twice", function, axes[i]);
            return false;
        }
        *mask |= UINT32_C(1) << places[i];
    }
    return true;
}

/* ---- new axes ---------------------------------------------------------------------------------------------------- */

/* x with new axes of extent 1 at the result's axes in the mask. */
static xp_array *insert_axes(xp_array *x, int ndim, uint32_t mask, const char *function)
{
    xp_axis_map map = {.ndim = ndim};
    for (int i = 0, own = 0; i < ndim; i++) {
        bool is_new = mask >> i & 1;
        map.source[i] = is_new ? -1 : own;
        map.step[i] = !is_new;
        map.shape[i] = is_new ? 1 : x->shape[own++];
    }
    return xp_record_view(x, &map, function);
}

xp_array *standard_extra_expand_dims(xp_array *x, const int *axes, int count)
{
    static const char *const function = "expand_dims";
    int places[XP_MAX_NDIM];
    uint32_t mask;
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (count > XP_MAX_NDIM - x->ndim)
        return xp_fail(XP_ERROR_VALUE, function, "axes", "expand_dims: the result has more than %d dimensions",
                       XP_MAX_NDIM);
    if (!read_axes(function, "axes", axes, count, x->ndim + count, places, &mask))
        return xp_failed();
    return insert_axes(x, x->ndim + count, mask, function);
}

xp_array *standard_extra_atleast_nd(xp_array *x, int ndim)
{
    static const char *const function = "atleast_nd";
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (ndim > XP_MAX_NDIM)
        return xp_fail(XP_ERROR_VALUE, function, "ndim", "atleast_nd: %d dimensions, at most %d are possible", ndim,
                       XP_MAX_NDIM);
    int missing = ndim > x->ndim ? ndim - x->ndim : 0;
    return insert_axes(x, x->ndim + missing, (uint32_t)((UINT64_C(1) << missing) - 1), function);
}

/* ---- axes in other places ---------------------------------------------------------------------------------------- */

xp_array *standard_extra_moveaxis(xp_array *x, const int *sources, const int *destinations, int count)
{
    static const char *const function = "moveaxis";
    int from[XP_MAX_NDIM], to[XP_MAX_NDIM], order[XP_MAX_NDIM];
    uint32_t moved, taken;
    if (!standard_check_array(function, "x", x) ||
        !read_axes(function, "sources", sources, count, x->ndim, from, &moved) ||
        !read_axes(function, "destinations", destinations, count, x->ndim, to, &taken))
        return xp_failed();
    for (int i = 0; i < count; i++)
        order[to[i]] = from[i];
    for (int place = 0, axis = 0; place < x->ndim; place++) {
        if (taken >> place & 1)
            continue;
        while (moved >> axis & 1)
            axis++;
        order[place] = axis++;
    }
    return standard_permute_dims(x, order, x->ndim);
}

xp_array *standard_extra_swapaxes(xp_array *x, int axis1, int axis2)
{
    static const char *const function = "swapaxes";
    int order[XP_MAX_NDIM];
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    axis1 = xp_check_axis(function, "axis1", axis1, x->ndim);
    axis2 = axis1 < 0 ? -1 : xp_check_axis(function, "axis2", axis2, x->ndim);
    if (axis2 < 0)
        return xp_failed();
    for (int i = 0; i < x->ndim; i++)
        order[i] = i == axis1 ? axis2 : i == axis2 ? axis1 : i;
    return standard_permute_dims(x, order, x->ndim);
}

/* ---- windows ----------------------------------------------------------------------------------------------------- */

/* The map whose last axes run through a window, from each place that the first ones name. */
static bool map_windows(const xp_array *x, const int64_t *window, const int *axes, int count, xp_axis_map *map)
{
    standard_same_axes(x, map);
    map->ndim = x->ndim + count;
    for (int i = 0; i < count; i++) {
        int64_t extent = x->shape[axes[i]];
        if (window[i] < 1 || window[i] > extent) {
            xp_fail(XP_ERROR_VALUE, "sliding_window", "window",
                    "sliding_window: a window of %lld does not fit axis %d of extent %lld", (long long)window[i],
                    axes[i], (long long)extent);
            return false;
        }
        map->shape[axes[i]] = extent - window[i] + 1;
        map->source[x->ndim + i] = axes[i];
        map->shape[x->ndim + i] = window[i];
        map->step[x->ndim + i] = 1;
    }
    return true;
}

/* x is computed first: seen through windows it would be computed once for each of them. */
xp_array *standard_extra_sliding_window(xp_array *x, const int64_t *window, const int *axes, int count)
{
    static const char *const function = "sliding_window";
    int last[XP_MAX_NDIM], places[XP_MAX_NDIM];
    uint32_t mask;
    xp_axis_map map;
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (count > 0 && !window)
        return xp_fail(XP_ERROR_VALUE, function, "window", "sliding_window: window is not given");
    for (int i = 0; i < count && i < XP_MAX_NDIM; i++)
        last[i] = i - count;
    if (!read_axes(function, "axes", axes ? axes : last, count, x->ndim, places, &mask))
        return xp_failed();
    if (x->ndim + count > XP_MAX_NDIM)
        return xp_fail(XP_ERROR_VALUE, function, "x", "sliding_window: the result has more than %d dimensions",
                       XP_MAX_NDIM);
    if (!map_windows(x, window, places, count, &map) || !xp_force(&x, 1))
        return xp_failed();
    return xp_record_view(x, &map, function);
}
