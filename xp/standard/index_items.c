/* Reading x[items]: which axis each item takes, what of it is a view, and which axes arrays pick from.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/thread.h"
#include "standard/indexing.h"

/* ---- single items ------------------------------------------------------------------------------------------------ */

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* Python's slices: ends count from behind if negative, and are clipped. */
static bool map_slice(const xp_index_item *item, int64_t extent, int64_t *start, int64_t *length, int64_t *step,
                      const char *function)
{
    *step = item->step;
    if (*step == 0) {
        xp_fail(XP_ERROR_VALUE, function, "items", "%s: the step of a slice is 0", function);
        return false;
    }
    bool up = *step > 0;
    int64_t least = up ? 0 : -1, most = up ? extent : extent - 1;
    int64_t from = item->start == XP_END ? (up ? least : most)
                                         : clamp(item->start < 0 ? item->start + extent : item->start, least, most);
    int64_t to = item->stop == XP_END ? (up ? most : least)
                                      : clamp(item->stop < 0 ? item->stop + extent : item->stop, least, most);
    int64_t distance = up ? to - from : from - to;
    uint64_t stride = up ? (uint64_t)*step : 0 - (uint64_t)*step;
    *length = distance > 0 ? (int64_t)(((uint64_t)distance - 1) / stride) + 1 : 0;
    *start = *length > 0 ? from : 0;
    if (*length < 2)
        *step = 1; /* a huge step is never taken, and must not overflow when it becomes a stride */
    return true;
}

static bool map_position(const xp_index_item *item, int axis, int64_t extent, int64_t *start, const char *function)
{
    if (item->start >= -extent && item->start < extent) {
        *start = item->start < 0 ? item->start + extent : item->start;
        return true;
    }
    xp_fail(XP_ERROR_INDEX, function, "items", "%s: index %lld is out of bounds for axis %d of extent %lld", function,
            (long long)item->start, axis, (long long)extent);
    return false;
}

static void map_whole_axes(const xp_array *x, int *axis, int count, xp_axis_map *map)
{
    for (; count > 0; count--, (*axis)++) {
        map->source[map->ndim] = *axis;
        map->shape[map->ndim] = x->shape[*axis];
        map->step[map->ndim++] = 1;
    }
}

/* ---- all of them together ---------------------------------------------------------------------------------------- */

static bool is_array(const xp_index_item *item)
{
    return item->kind == XP_INDEX_MASK || item->kind == XP_INDEX_POSITIONS;
}

bool index_is_only_mask(xp_indices items)
{
    return items.count == 1 && items.items && items.items[0].kind == XP_INDEX_MASK;
}

bool index_has_arrays(xp_indices items)
{
    for (int i = 0; i < items.count && items.items; i++)
        if (is_array(&items.items[i]))
            return true;
    return false;
}

/* How many of x's axes an item takes. */
static int axes_of(const xp_index_item *item)
{
    if (item->kind == XP_INDEX_MASK)
        return item->array->ndim;
    return item->kind == XP_INDEX_AT || item->kind == XP_INDEX_SLICE || item->kind == XP_INDEX_POSITIONS;
}

static bool check_array_item(const xp_array *x, const xp_index_item *item, const char *function)
{
    xp_array *const both[] = {(xp_array *)x, item->array};
    if (item->kind == XP_INDEX_POSITIONS)
        return standard_check_array(function, "positions", item->array) &&
               xp_check_kind(function, "positions", item->array, XP_KIND_INTEGRAL) &&
               xp_check_same_device(function, 2, both);
    if (!index_is_mask(x, item->array, function))
        return false;
    if (item->array->ndim > 0)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "items", "%s: a mask of no dimensions must be the only index", function);
    return false;
}

/* The standard has masks alone, and arrays of positions beside integers. */
static bool check_standard(const xp_array *x, xp_indices items, int arrays, const char *function)
{
    if (arrays == 0 || !x->xp->device->driver->standard_only)
        return true;
    for (int i = 0; i < items.count; i++) {
        xp_index_kind kind = items.items[i].kind;
        if (kind == XP_INDEX_AT || kind == XP_INDEX_POSITIONS)
            continue;
        xp_fail(XP_ERROR_INDEX, function, "items", "%s: the standard has %s", function,
                kind == XP_INDEX_MASK ? "no masks beside other indices"
                                      : "no arrays of positions beside anything but integers");
        return false;
    }
    return true;
}

static bool check_items(const xp_array *x, xp_indices items, int *used, const char *function)
{
    int ellipses = 0, added = 0, positions = 0, arrays = 0;
    *used = 0;
    if (items.count < 0 || (items.count > 0 && !items.items)) {
        xp_fail(XP_ERROR_VALUE, function, "items", "%s: items are not given", function);
        return false;
    }
    for (int i = 0; i < items.count; i++) {
        const xp_index_item *item = &items.items[i];
        if (item->kind < XP_INDEX_AT || item->kind > XP_INDEX_POSITIONS) {
            xp_fail(XP_ERROR_VALUE, function, "items", "%s: an index of unknown kind %d", function, (int)item->kind);
            return false;
        }
        if (is_array(item) && !check_array_item(x, item, function))
            return false;
        *used += axes_of(item);
        positions += item->kind == XP_INDEX_AT;
        added += item->kind == XP_INDEX_NEWAXIS;
        ellipses += item->kind == XP_INDEX_ELLIPSIS;
        arrays += is_array(item);
    }
    if (ellipses > 1)
        xp_fail(XP_ERROR_VALUE, function, "items", "%s: more than one ellipsis", function);
    else if (*used > x->ndim)
        xp_fail(XP_ERROR_INDEX, function, "items", "%s: %d indices for an array of %d dimensions", function, *used,
                x->ndim);
    else if (x->ndim - positions + added > XP_MAX_NDIM)
        xp_fail(XP_ERROR_VALUE, function, "items", "%s: the result has more than %d dimensions", function,
                XP_MAX_NDIM);
    else
        return check_standard(x, items, arrays, function);
    return false;
}

/* An axis of x, which the view keeps, is picked from. */
static bool pick_from(const xp_array *x, int *axis, xp_array *positions, index_plan *plan)
{
    if (xp_is_failed(positions))
        return false;
    index_pick *pick = &plan->pick;
    pick->axes[pick->count] = plan->map.ndim;
    pick->positions[pick->count++] = positions;
    map_whole_axes(x, axis, 1, &plan->map);
    return true;
}

static bool pick_by_mask(const xp_array *x, int *axis, xp_array *mask, index_plan *plan, const char *function)
{
    xp_array *positions[XP_MAX_NDIM];
    if (!index_check_mask(x, *axis, mask, function))
        return false;
    xp_array *flat = standard_flat(mask, function);
    flat = xp_is_failed(flat) ? flat : index_true_positions(flat, function);
    if (!index_unravel(flat, mask->ndim, mask->shape, positions, function))
        return false;
    for (int i = 0; i < mask->ndim; i++)
        if (!pick_from(x, axis, positions[i], plan))
            return false;
    return true;
}

static bool map_item(const xp_array *x, const xp_index_item *item, int *axis, int missing, index_plan *plan,
                     const char *function)
{
    xp_axis_map *map = &plan->map;
    switch (item->kind) {
    case XP_INDEX_AT:
        if (!map_position(item, *axis, x->shape[*axis], &map->start[*axis], function))
            return false;
        (*axis)++;
        return true;
    case XP_INDEX_SLICE:
        map->source[map->ndim] = *axis;
        if (!map_slice(item, x->shape[*axis], &map->start[*axis], &map->shape[map->ndim], &map->step[map->ndim],
                       function))
            return false;
        map->ndim++;
        (*axis)++;
        return true;
    case XP_INDEX_NEWAXIS:
        map->source[map->ndim] = -1;
        map->shape[map->ndim++] = 1;
        return true;
    case XP_INDEX_ELLIPSIS:
        map_whole_axes(x, axis, missing, map);
        return true;
    case XP_INDEX_POSITIONS:
        return pick_from(x, axis, index_positions(item->array, x->shape[*axis], *axis, function), plan);
    default: /* a mask */
        return pick_by_mask(x, axis, item->array, plan, function);
    }
}

/* Where arrays are, integers count as such. `places` has for each item how many axes of the view stand before it that
 * nothing is picked from. What is picked stands there, or in front if something lies between two of the arrays. */
static int find_place(xp_indices items, const int *places)
{
    int first = -1, last = -1;
    for (int i = 0; i < items.count; i++)
        if (items.items[i].kind == XP_INDEX_AT || is_array(&items.items[i])) {
            if (first < 0)
                first = i;
            else if (last != i - 1)
                return 0;
            last = i;
        }
    return places[first];
}

bool index_read(const xp_array *x, xp_indices items, index_plan *plan, const char *function)
{
    int used, axis = 0, places[3 * XP_MAX_NDIM + 1]; /* for as many axes, as many new ones again, and an ellipsis */
    plan->map.ndim = plan->pick.count = 0;
    memset(plan->map.start, 0, sizeof plan->map.start);
    if (!check_items(x, items, &used, function))
        return false;
    for (int i = 0; i < items.count; i++) {
        places[i] = plan->map.ndim - plan->pick.count;
        if (!map_item(x, &items.items[i], &axis, x->ndim - used, plan, function))
            return false;
    }
    map_whole_axes(x, &axis, x->ndim - axis, &plan->map);
    if (plan->pick.count > 0) {
        plan->pick.place = find_place(items, places);
        return index_pick_shape(plan->map.ndim, plan->map.shape, &plan->pick, &plan->ndim, plan->shape, function);
    }
    plan->ndim = plan->map.ndim;
    memcpy(plan->shape, plan->map.shape, (size_t)plan->ndim * sizeof *plan->shape);
    return true;
}
