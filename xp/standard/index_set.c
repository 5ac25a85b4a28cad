/* Arrays that are x but for x[items], which becomes a value or what an operation makes of both.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/buffer.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/indexing.h"
#include "standard/strict_rules.h"

/* ---- buffers that may be written --------------------------------------------------------------------------------- */

xp_array *index_writable(xp_array *x, const xp_array *value, const char *function)
{
    if (!xp_force(&x, 1))
        return xp_failed();
    if (x == value || !xp_array_may_take_over(x)) {
        x->flags &= (uint8_t)~XP_ARRAY_GIVEN;
        return standard_copy(x, function);
    }
    xp_array *out = xp_array_view(x, x->ndim, x->shape, x->strides, x->offset, function);
    if (xp_is_failed(out))
        return out;
    xp_array_lose_buffer(x);
    return out;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

bool index_check_dtype(const xp_array *x, xp_dtype dtype, bool same_kind, const char *function)
{
    bool fits = !xp_dtype_is(dtype, XP_KIND_COMPLEX) || xp_dtype_is(x->dtype, XP_KIND_COMPLEX);
    if (x->xp->device->driver->standard_only)
        fits = xp_promotion[x->dtype][dtype] == x->dtype;
    else if (same_kind)
        fits = xp_can_cast_same_kind(dtype, (xp_dtype)x->dtype);
    if (!fits)
        xp_fail(XP_ERROR_TYPE, function, "value", "%s: cannot put %s into %s", function, xp_dtype_name(dtype),
                xp_dtype_name(x->dtype));
    return fits;
}

/* How x[items] changes: it becomes the value, or what an operation makes of both. */
typedef struct change {
    const char *function;
    const xp_operation *operation; /* NULL: the value alone */
    xp_array *value;
} change;

/* The value without axes of extent 1 that are too many in front, so that it broadcasts to the shape; false with an
 * error recorded. */
static bool trim_value(change *c, int ndim, const int64_t *shape)
{
    int surplus = 0;
    xp_array *value = c->value;
    if (!value->xp)
        return true;
    while (surplus < value->ndim - ndim && value->shape[surplus] == 1)
        surplus++;
    if (surplus > 0)
        value = c->value = xp_record_reshape(value, value->ndim - surplus, value->shape + surplus, c->function);
    return !xp_is_failed(value) && standard_check_broadcast(c->function, value, ndim, shape);
}

/* What goes to where `part` of x lies (part is not read without an operation), in x's dtype. */
static xp_array *new_elements(const change *c, const xp_array *x, xp_array *part)
{
    xp_array *value = c->value;
    xp_dtype dtype = (xp_dtype)x->dtype;
    if (c->operation)
        value = xp_record_elementwise(c->operation, c->function, 2, (xp_array *const[]){part, value});
    if (xp_is_failed(value))
        return value;
    bool takes_mine = !value->xp && xp_promote_weak(dtype, (xp_dtype)value->dtype) == dtype;
    if (!takes_mine && !index_check_dtype(x, (xp_dtype)value->dtype, c->operation != NULL, c->function))
        return xp_failed();
    return value->xp ? standard_cast(value, dtype, c->function)
                     : standard_fill_with(x->xp, value, XP_SHAPE_0D, dtype, c->function, "value");
}

/* ---- changing ---------------------------------------------------------------------------------------------------- */

static xp_array *change_view(const change *c, xp_array *x, const xp_axis_map *map)
{
    xp_array *elements = c->operation ? NULL : new_elements(c, x, NULL);
    if (elements && xp_is_failed(elements))
        return elements;
    xp_array *out = index_writable(x, c->value, c->function);
    xp_array *part = xp_is_failed(out) ? out : xp_record_view(out, map, c->function);
    if (!xp_is_failed(part) && !elements)
        elements = new_elements(c, out, part);
    bool success = !xp_is_failed(part) && !xp_is_failed(elements) && xp_write_into(elements, part, c->function);
    return success ? out : xp_failed();
}

/* What is picked, from a view of x, or from x as an array of another shape. */
typedef struct spots {
    const xp_axis_map *map; /* NULL: another shape */
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    const index_pick *pick;
} spots;

static xp_array *seen(const change *c, xp_array *x, const spots *s)
{
    return s->map ? xp_record_view(x, s->map, c->function) : xp_record_reshape(x, s->ndim, s->shape, c->function);
}

/* What the operation reads is taken in a scope of its own: no view of x's buffer may be left when that is written. */
static xp_array *picked_elements(const change *c, xp_array *x, const spots *s)
{
    xp_scope scope = xp_scope_open();
    xp_array *part = NULL;
    if (c->operation) {
        part = seen(c, x, s);
        part = xp_is_failed(part) ? part : index_take(part, s->pick, c->function);
    }
    xp_array *elements = part && xp_is_failed(part) ? part : new_elements(c, x, part);
    if (!xp_is_failed(elements))
        xp_force(&elements, 1);
    return xp_scope_return(scope, elements);
}

static xp_array *change_spots(const change *c, xp_array *x, const spots *s)
{
    xp_array *elements = picked_elements(c, x, s);
    xp_array *out = xp_is_failed(elements) ? elements : index_writable(x, c->value, c->function);
    xp_array *view = xp_is_failed(out) ? out : seen(c, out, s);
    bool success = !xp_is_failed(view) && index_scatter(XP_SCATTER_SET, view, s->pick, elements, c->function);
    return success ? out : xp_failed();
}

static xp_array *change_picked(const change *c, xp_array *x, const index_plan *plan)
{
    if (x->xp->device->driver->standard_only)
        return xp_fail(XP_ERROR_INDEX, c->function, "items", "%s: the standard changes nothing at arrays of positions",
                       c->function);
    return change_spots(c, x, &(spots){.map = &plan->map, .pick = &plan->pick});
}

/* The value is the same for every true position: one pass over x. `rest` are x's axes behind the mask's. */
static xp_array *change_alike(change *c, xp_array *x, xp_array *mask, int rest)
{
    int64_t shape[XP_MAX_NDIM];
    for (int i = 0; i < x->ndim; i++)
        shape[i] = i < mask->ndim ? mask->shape[i] : 1;
    xp_array *where = xp_record_reshape(mask, x->ndim, shape, c->function);
    if (c->value->xp && c->value->ndim > rest)
        c->value = xp_record_reshape(c->value, rest, c->value->shape + c->value->ndim - rest, c->function);
    uint8_t given = x->flags & XP_ARRAY_GIVEN;
    x->flags &= (uint8_t)~XP_ARRAY_GIVEN; /* only the last one that reads x may have its buffer */
    xp_array *elements = xp_is_failed(where) ? where : new_elements(c, x, x);
    x->flags |= given;
    return xp_record_elementwise(&xp_operation_where, c->function, 3, (xp_array *const[]){where, elements, x});
}

/* Row i of the value is for the i-th true position. The axes that the mask covers are seen as one. */
static xp_array *change_each(change *c, xp_array *x, xp_array *mask, int rest)
{
    spots s = {.ndim = rest + 1, .shape = {mask->size}};
    memcpy(s.shape + 1, x->shape + mask->ndim, (size_t)rest * sizeof *s.shape);
    xp_array *positions = standard_flat(mask, c->function);
    positions = xp_is_failed(positions) ? positions : index_true_positions(positions, c->function);
    if (xp_is_failed(positions))
        return positions;
    const index_pick pick = {.count = 1, .positions = {positions}, .ndim = 1, .shape = {positions->size}};
    int64_t shape[XP_MAX_NDIM] = {positions->size};
    memcpy(shape + 1, s.shape + 1, (size_t)rest * sizeof *shape);
    s.pick = &pick;
    return trim_value(c, rest + 1, shape) ? change_spots(c, x, &s) : xp_failed();
}

static xp_array *change_masked(change *c, xp_array *x, xp_indices items)
{
    xp_array *mask = items.items[0].array;
    if (!index_is_mask(x, mask, c->function) || !index_check_mask(x, 0, mask, c->function) ||
        !standard_check_set(c->function, x, items, c->value))
        return xp_failed();
    const xp_array *value = c->value;
    int rest = x->ndim - mask->ndim;
    if (rest < XP_MAX_NDIM && value->xp && value->ndim > rest && value->shape[value->ndim - rest - 1] != 1)
        return change_each(c, x, mask, rest);
    int64_t shape[XP_MAX_NDIM + 1] = {1};
    memcpy(shape + 1, x->shape + mask->ndim, (size_t)rest * sizeof *shape);
    return trim_value(c, rest + 1, shape) ? change_alike(c, x, mask, rest) : xp_failed();
}

static xp_array *change_items(xp_array *x, xp_indices items, xp_array *value, const xp_operation *operation,
                              const char *function)
{
    xp_array *const both[] = {x, value};
    change c = {function, operation, value};
    xp_array *result;
    index_plan plan;
    if (!standard_check_array(function, "x", x) || !xp_check_given(function, "value", value) ||
        !xp_check_same_device(function, 2, both))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    if (index_is_only_mask(items))
        result = change_masked(&c, x, items);
    else if (!index_read(x, items, &plan, function) || !standard_check_set(function, x, items, value) ||
             !trim_value(&c, plan.ndim, plan.shape))
        result = xp_failed();
    else
        result = plan.pick.count > 0 ? change_picked(&c, x, &plan) : change_view(&c, x, &plan.map);
    return xp_scope_return(scope, result);
}

xp_array *xp_set(xp_array *x, xp_indices items, xp_array *value)
{
    return change_items(x, items, value, NULL, "set");
}

xp_array *standard_extra_at_set(xp_array *x, xp_indices items, xp_array *value)
{
    return change_items(x, items, value, NULL, "at_set");
}

#define CHANGE_BY(name, operation)                                                                                     \
    xp_array *standard_extra_##name(xp_array *x, xp_indices items, xp_array *value)                                    \
    {                                                                                                                  \
        return change_items(x, items, value, &xp_operation_##operation, #name);                                        \
    }
CHANGE_BY(at_add, add)
CHANGE_BY(at_subtract, subtract)
CHANGE_BY(at_multiply, multiply)
CHANGE_BY(at_divide, divide)
CHANGE_BY(at_power, pow)
CHANGE_BY(at_min, minimum)
CHANGE_BY(at_max, maximum)
