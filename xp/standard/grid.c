/* Coordinates of grids, and arrays taken apart: views.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* ---- meshgrid ---------------------------------------------------------------------------------------------------- */

static bool check_coordinates(xp_array *const *arrays, int count)
{
    static const char *const function = "meshgrid";
    if (count == 0)
        return true;
    if (!standard_check_arrays(function, count, arrays))
        return false;
    if (count > XP_MAX_NDIM) {
        xp_fail(XP_ERROR_VALUE, function, "arrays", "meshgrid: %d dimensions, at most %d are possible", count,
                XP_MAX_NDIM);
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!xp_check_ndim(function, "arrays", arrays[i], 0, 1))
            return false;
        if (arrays[i]->dtype != arrays[0]->dtype && arrays[0]->xp->device->driver->standard_only) {
            xp_fail(XP_ERROR_TYPE, function, "arrays", "meshgrid: the standard does not take arrays of %s and %s",
                    xp_dtype_name(arrays[0]->dtype), xp_dtype_name(arrays[i]->dtype));
            return false;
        }
    }
    return true;
}

bool standard_meshgrid(xp_array *const *arrays, int count, xp_meshgrid_indexing indexing, xp_array **results)
{
    bool success = check_coordinates(arrays, count), swapped = indexing == XP_INDEXING_XY && count > 1;
    xp_axis_map grid = {.ndim = count};
    for (int i = 0; i < count && success; i++) {
        int axis = swapped && i < 2 ? 1 - i : i;
        grid.source[axis] = -1;
        grid.shape[axis] = arrays[i]->size;
    }
    for (int i = 0; i < count; i++) {
        int axis = swapped && i < 2 ? 1 - i : i;
        xp_axis_map map = grid;
        if (success && arrays[i]->ndim == 1) {
            map.source[axis] = 0;
            map.step[axis] = 1;
        }
        results[i] = success ? xp_record_view(arrays[i], &map, "meshgrid") : xp_failed();
        success = success && !xp_is_failed(results[i]);
    }
    return standard_results(results, count, success);
}

/* ---- unstack ----------------------------------------------------------------------------------------------------- */

/* The position along the axis is all that the results' maps differ in. */
static int map_without(const xp_array *x, int axis, xp_axis_map *map)
{
    axis = xp_check_axis("unstack", "axis", axis, x->ndim);
    if (axis < 0)
        return -1;
    standard_same_axes(x, map);
    map->ndim--;
    for (int i = axis; i < map->ndim; i++) {
        map->source[i] = i + 1;
        map->shape[i] = x->shape[i + 1];
    }
    return axis;
}

bool standard_unstack(xp_array *x, int axis, xp_array **results, int count)
{
    static const char *const function = "unstack";
    xp_axis_map map;
    bool success = standard_check_array(function, "x", x) && xp_check_ndim(function, "x", x, 1, XP_MAX_NDIM);
    int at = success ? map_without(x, axis, &map) : -1;
    success = at >= 0;
    if (success && x->shape[at] != count) {
        xp_fail(XP_ERROR_VALUE, function, "count", "unstack: room for %d results, there are %lld", count,
                (long long)x->shape[at]);
        success = false;
    }
    for (int i = 0; i < count; i++) {
        if (success)
            map.start[at] = i;
        results[i] = success ? xp_record_view(x, &map, function) : xp_failed();
        success = success && !xp_is_failed(results[i]);
    }
    return standard_results(results, count, success);
}
