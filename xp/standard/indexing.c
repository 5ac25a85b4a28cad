/* x[items] and its replacement: positions, slices and new axes are views, masks and lists of positions are gathered.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/buffer.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* ---- reading indices --------------------------------------------------------------------------------------------- */

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

static bool check_items(const xp_array *x, xp_indices items, const char *function)
{
    int used = 0, ellipses = 0, added = 0, positions = 0;
    if (items.count < 0 || (items.count > 0 && !items.items)) {
        xp_fail(XP_ERROR_VALUE, function, "items", "%s: items are not given", function);
        return false;
    }
    for (int i = 0; i < items.count; i++) {
        xp_index_kind kind = items.items[i].kind;
        used += kind == XP_INDEX_AT || kind == XP_INDEX_SLICE;
        positions += kind == XP_INDEX_AT;
        added += kind == XP_INDEX_NEWAXIS;
        ellipses += kind == XP_INDEX_ELLIPSIS;
        if (kind == XP_INDEX_MASK) {
            xp_fail(XP_ERROR_VALUE, function, "items", "%s: a mask must be the only index", function);
            return false;
        }
    }
    if (ellipses > 1)
        xp_fail(XP_ERROR_VALUE, function, "items", "%s: more than one ellipsis", function);
    else if (used > x->ndim)
        xp_fail(XP_ERROR_INDEX, function, "items", "%s: %d indices for an array of %d dimensions", function, used,
                x->ndim);
    else if (x->ndim - positions + added > XP_MAX_NDIM)
        xp_fail(XP_ERROR_VALUE, function, "items", "%s: the result has more than %d dimensions", function,
                XP_MAX_NDIM);
    else
        return true;
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

static bool map_items(const xp_array *x, xp_indices items, xp_axis_map *map, const char *function)
{
    if (!check_items(x, items, function))
        return false;
    int used = 0, axis = 0;
    for (int i = 0; i < items.count; i++)
        used += items.items[i].kind == XP_INDEX_AT || items.items[i].kind == XP_INDEX_SLICE;
    memset(map, 0, sizeof *map);
    for (int i = 0; i < items.count; i++) {
        const xp_index_item *item = &items.items[i];
        switch (item->kind) {
        case XP_INDEX_AT:
            if (!map_position(item, axis, x->shape[axis], &map->start[axis], function))
                return false;
            axis++;
            break;
        case XP_INDEX_SLICE:
            map->source[map->ndim] = axis;
            if (!map_slice(item, x->shape[axis], &map->start[axis], &map->shape[map->ndim], &map->step[map->ndim],
                           function))
                return false;
            map->ndim++;
            axis++;
            break;
        case XP_INDEX_NEWAXIS:
            map->source[map->ndim] = -1;
            map->shape[map->ndim++] = 1;
            break;
        default: /* an ellipsis */
            map_whole_axes(x, &axis, x->ndim - used, map);
            break;
        }
    }
    map_whole_axes(x, &axis, x->ndim - axis, map);
    return true;
}

static bool is_mask(xp_indices items)
{
    return items.count == 1 && items.items && items.items[0].kind == XP_INDEX_MASK;
}

static bool check_mask(const xp_array *x, const xp_array *mask, const char *function)
{
    char mine[XP_SHAPE_TEXT], others[XP_SHAPE_TEXT];
    xp_array *const both[] = {(xp_array *)x, (xp_array *)mask};
    if (!standard_check_array(function, "mask", mask) || !xp_check_kind(function, "mask", mask, XP_KIND_BOOL) ||
        !xp_check_same_device(function, 2, both))
        return false;
    bool fits = mask->ndim <= x->ndim;
    for (int i = 0; fits && i < mask->ndim; i++)
        fits = mask->shape[i] == x->shape[i];
    if (!fits)
        xp_fail(XP_ERROR_INDEX, function, "mask", "%s: a mask of shape %s does not fit an array of shape %s", function,
                xp_shape_text(mask->ndim, mask->shape, others), xp_shape_text(x->ndim, x->shape, mine));
    return fits;
}

/* ---- get --------------------------------------------------------------------------------------------------------- */

/* The positions of the true elements of a flat mask, int64; the failed array on failure. */
static xp_array *true_positions(xp_array *mask, const char *function)
{
    const struct xp_device *device = mask->xp->device;
    int64_t count = 0;
    if (!STANDARD_HAS_SLOT(mask->xp, count_mask, XP_BOOL, function) ||
        !STANDARD_HAS_SLOT(mask->xp, mask_positions, XP_BOOL, function))
        return xp_failed();
    mask = xp_ready(mask, function);
    if (!mask)
        return xp_failed();
    const xp_view view = standard_view(mask);
    xp_status status = device->driver->count_mask(device, &view, &count);
    if (status != XP_OK)
        return xp_driver_failed(status, function);
    xp_array *positions = xp_array_new_filled(mask->xp, XP_INT64, 1, &count, function);
    if (xp_is_failed(positions))
        return positions;
    const xp_view out = standard_view(positions);
    status = device->driver->mask_positions(device, &view, &out);
    return status == XP_OK ? positions : xp_driver_failed(status, function);
}

/* The axes that the mask covers are seen as one. */
static xp_array *get_masked(xp_array *x, xp_array *mask, const char *function)
{
    int64_t shape[XP_MAX_NDIM + 1] = {mask->size};
    int ndim = x->ndim - mask->ndim + 1;
    if (!xp_check_ndim(function, "x", x, 0, XP_MAX_NDIM - (mask->ndim == 0)))
        return xp_failed();
    memcpy(shape + 1, x->shape + mask->ndim, (size_t)(ndim - 1) * sizeof *shape);
    xp_scope scope = xp_scope_open();
    xp_array *positions = xp_record_reshape(mask, 1, &mask->size, function);
    positions = xp_is_failed(positions) ? positions : true_positions(positions, function);
    xp_array *rows = xp_is_failed(positions) ? positions : xp_record_reshape(x, ndim, shape, function);
    return xp_scope_return(scope, xp_is_failed(rows) ? rows : standard_gather(rows, positions, 0, function));
}

xp_array *xp_get(xp_array *x, xp_indices items)
{
    static const char *const function = "get";
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    if (is_mask(items))
        return check_mask(x, items.items[0].mask, function) ? get_masked(x, items.items[0].mask, function)
                                                            : xp_failed();
    xp_axis_map map;
    return map_items(x, items, &map, function) ? xp_record_view(x, &map, function) : xp_failed();
}

/* ---- set --------------------------------------------------------------------------------------------------------- */

/* Whether x was given away and nobody else uses its elements: its buffer may be written. */
static bool may_take_over(const xp_array *x)
{
    return (x->flags & XP_ARRAY_GIVEN) && xp_state(x) == XP_STATE_READY && x->buffer && !x->buffer->foreign &&
           !x->buffer->read_only && xp_array_is_contiguous(x) && atomic_load(&x->references) == 1 &&
           atomic_load(&x->buffer->references) == 1;
}

/* An array with x's elements that nobody else sees: a copy, or x's own buffer, which x then loses. */
static xp_array *writable(xp_array *x, const char *function)
{
    if (!xp_force(&x, 1))
        return xp_failed();
    if (!may_take_over(x)) {
        x->flags &= (uint8_t)~XP_ARRAY_GIVEN;
        return standard_copy(x, function);
    }
    xp_array *out = xp_array_view(x, x->ndim, x->shape, x->strides, x->offset, function);
    if (xp_is_failed(out))
        return out;
    xp_buffer_unref(x->buffer);
    x->buffer = NULL;
    atomic_store_explicit(&x->state, XP_STATE_FAILED, memory_order_release);
    return out;
}

/* `value` in x's dtype, as an array; axes of extent 1 that are too many in front are dropped. */
static xp_array *fitting_value(const xp_array *x, xp_array *value, int ndim, const int64_t *shape, const char *function)
{
    xp_dtype dtype = (xp_dtype)x->dtype;
    if (!value->xp)
        return standard_fill(x->xp, value, XP_SHAPE_0D, dtype, function);
    if (xp_dtype_is(value->dtype, XP_KIND_COMPLEX) && !xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return xp_fail(XP_ERROR_TYPE, function, "value", "%s: cannot put %s into %s", function,
                       xp_dtype_name(value->dtype), xp_dtype_name(dtype));
    int surplus = 0;
    while (surplus < value->ndim - ndim && value->shape[surplus] == 1)
        surplus++;
    if (surplus > 0)
        value = xp_record_reshape(value, value->ndim - surplus, value->shape + surplus, function);
    if (xp_is_failed(value) || !standard_check_broadcast(function, value, ndim, shape))
        return xp_failed();
    return standard_cast(value, dtype, function);
}

static xp_array *set_view(xp_array *x, const xp_axis_map *map, xp_array *value, const char *function)
{
    value = fitting_value(x, value, map->ndim, map->shape, function);
    if (xp_is_failed(value))
        return value;
    xp_array *out = writable(x, function);
    if (xp_is_failed(out))
        return out;
    xp_array *part = xp_record_view(out, map, function);
    return !xp_is_failed(part) && xp_write_into(value, part, function) ? out : xp_failed();
}

/* Row i of the values goes to the i-th true position: each element of x learns how many of them stand before it. */
static xp_array *spread_values(xp_array *x, xp_array *mask, xp_array *value, const char *function)
{
    int64_t shape[XP_MAX_NDIM], count = value->shape[0];
    int ndim = value->ndim;
    xp_array *number = standard_cumulative_sum(xp_record_cast(standard_flat(mask, function), XP_INT64, function), 0,
                                               XP_INT64, false);
    number = xp_record_elementwise(&xp_operation_subtract, function, 2,
                                   (xp_array *const[]){number, xp_scalar_int(1)});
    number = standard_clip(number, xp_scalar_int(0), xp_scalar_int(count > 0 ? count - 1 : 0));
    if (xp_is_failed(number) || count == 0)
        return xp_is_failed(number) ? number : x; /* no element is set */
    value = standard_gather(value, number, 0, function);
    if (xp_is_failed(value))
        return value;
    memcpy(shape, mask->shape, (size_t)mask->ndim * sizeof *shape);
    memcpy(shape + mask->ndim, value->shape + 1, (size_t)(ndim - 1) * sizeof *shape);
    return xp_record_reshape(value, mask->ndim + ndim - 1, shape, function);
}

static xp_array *set_masked(xp_array *x, xp_array *mask, xp_array *value, const char *function)
{
    int64_t shape[XP_MAX_NDIM + 1], count;
    int rest = x->ndim - mask->ndim;
    for (int i = 0; i < x->ndim; i++)
        shape[i] = i < mask->ndim ? mask->shape[i] : 1;
    xp_array *spread = xp_record_reshape(mask, x->ndim, shape, function);
    memcpy(shape + 1, x->shape + mask->ndim, (size_t)rest * sizeof *shape);
    shape[0] = 1;
    if (value->xp && value->ndim > rest && value->shape[value->ndim - rest - 1] != 1) {
        xp_array *number = standard_count_nonzero(mask, XP_ALL);
        count = xp_to_int(number);
        shape[0] = count;
        if (xp_is_failed(number))
            return number;
    }
    value = fitting_value(x, value, rest + 1, shape, function);
    if (xp_is_failed(value) || xp_is_failed(spread))
        return xp_failed();
    if (value->ndim == rest + 1 && shape[0] != 1)
        value = spread_values(x, mask, value, function);
    else if (value->ndim == rest + 1)
        value = xp_record_reshape(value, rest, value->shape + 1, function);
    return xp_record_elementwise(&xp_operation_where, function, 3, (xp_array *const[]){spread, value, x});
}

static xp_array *set(xp_array *x, xp_indices items, xp_array *value, const char *function)
{
    xp_array *const both[] = {x, value};
    xp_axis_map map;
    if (!standard_check_array(function, "x", x) || !xp_check_given(function, "value", value) ||
        !xp_check_same_device(function, 2, both))
        return xp_failed();
    bool masked = is_mask(items);
    bool fits = masked ? check_mask(x, items.items[0].mask, function) : map_items(x, items, &map, function);
    if (!fits)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, masked ? set_masked(x, items.items[0].mask, value, function)
                                         : set_view(x, &map, value, function));
}

xp_array *xp_set(xp_array *x, xp_indices items, xp_array *value)
{
    return set(x, items, value, "set");
}

xp_array *standard_extra_at_set(xp_array *x, xp_indices items, xp_array *value)
{
    return set(x, items, value, "at_set");
}

/* ---- take -------------------------------------------------------------------------------------------------------- */

/* The indices as int64 positions in 0 .. extent - 1, flat. Their least and largest are looked at first. */
static xp_array *positions_of(xp_array *indices, int64_t extent, const char *function)
{
    if (indices->dtype == XP_UINT64) /* what int64 does not hold must not turn into a negative position */
        indices = xp_record_elementwise(&xp_operation_minimum, function, 2,
                                        (xp_array *const[]){indices, xp_scalar_int(INT64_MAX)});
    xp_array *flat = xp_is_failed(indices) ? indices : standard_cast(indices, XP_INT64, function);
    flat = xp_is_failed(flat) ? flat : standard_flat(flat, function);
    if (xp_is_failed(flat) || flat->size == 0)
        return flat;
    xp_array *ends[] = {xp_record_reduction(XP_REDUCE_MIN, flat, 1, false, 0.0, function),
                        xp_record_reduction(XP_REDUCE_MAX, flat, 1, false, 0.0, function)};
    if (!xp_force(ends, 2))
        return xp_failed();
    int64_t least = xp_to_int(ends[0]), most = xp_to_int(ends[1]);
    if (xp_is_failed(ends[0]) || xp_is_failed(ends[1]))
        return xp_failed();
    if (least < -extent || most >= extent)
        return xp_fail(XP_ERROR_INDEX, function, "indices", "%s: index %lld is out of bounds for extent %lld",
                       function, (long long)(least < -extent ? least : most), (long long)extent);
    if (least >= 0)
        return flat;
    xp_array *is_negative = xp_record_elementwise(&xp_operation_less, function, 2,
                                                  (xp_array *const[]){flat, xp_scalar_int(0)});
    xp_array *moved = xp_record_elementwise(&xp_operation_add, function, 2,
                                            (xp_array *const[]){flat, xp_scalar_int(extent)});
    return xp_record_elementwise(&xp_operation_where, function, 3, (xp_array *const[]){is_negative, moved, flat});
}

static xp_array *take(xp_array *x, xp_array *indices, int axis, const char *function)
{
    int64_t shape[2 * XP_MAX_NDIM];
    int ndim = x->ndim - 1 + indices->ndim;
    if (ndim > XP_MAX_NDIM)
        return xp_fail(XP_ERROR_VALUE, function, NULL, "%s: the result has more than %d dimensions", function,
                       XP_MAX_NDIM);
    xp_array *positions = positions_of(indices, x->shape[axis], function);
    xp_array *out = xp_is_failed(positions) ? positions : standard_gather(x, positions, axis, function);
    if (xp_is_failed(out) || indices->ndim == 1)
        return out;
    memcpy(shape, x->shape, (size_t)axis * sizeof *shape);
    memcpy(shape + axis, indices->shape, (size_t)indices->ndim * sizeof *shape);
    memcpy(shape + axis + indices->ndim, x->shape + axis + 1, (size_t)(x->ndim - axis - 1) * sizeof *shape);
    return xp_record_reshape(out, ndim, shape, function);
}

xp_array *standard_take(xp_array *x, xp_array *indices, int axis)
{
    static const char *const function = "take";
    xp_array *const both[] = {x, indices};
    if (!standard_check_array(function, "x", x) || !xp_check_kind(function, "indices", indices, XP_KIND_INTEGRAL) ||
        !xp_check_same_device(function, 2, both))
        return xp_failed();
    int at = axis == XP_FLAT ? 0 : xp_check_axis(function, "axis", axis, x->ndim);
    if (at < 0)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    if (!indices->xp)
        indices = standard_fill(x->xp, indices, XP_SHAPE_0D, XP_INT64, function);
    if (axis == XP_FLAT)
        x = standard_flat(x, function);
    bool failed = xp_is_failed(indices) || xp_is_failed(x);
    return xp_scope_return(scope, failed ? xp_failed() : take(x, indices, at, function));
}
