/* Views: of memory by strides, of pending work by pushing them to its leaves or by waiting for it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "graph/graph_private.h"
#include "scixp/xp/namespace.h"

/* Work of more steps than this is not copied for a view: the view waits for it. Bounds the recursion, too. */
#define MAX_PUSHED_STEPS 32

/* Strides and offset of the mapped view of something with these strides. */
static int64_t map_strides(const xp_array *x, const xp_axis_map *map, int64_t *strides)
{
    int64_t offset = 0;
    for (int axis = 0; axis < x->ndim; axis++)
        offset += map->start[axis] * x->strides[axis];
    for (int j = 0; j < map->ndim; j++)
        strides[j] = map->source[j] < 0 ? 0 : x->strides[map->source[j]] * map->step[j];
    return offset;
}

/* A view that finds its data when x has been computed. A view of such a view goes to the same base. */
static xp_array *view_later(xp_array *x, int ndim, const int64_t *shape, const int64_t *strides, int64_t offset,
                            const char *function)
{
    xp_array *result = xp_array_new(x->xp, (xp_dtype)x->dtype, ndim, shape, function);
    if (xp_is_failed(result))
        return result;
    for (int i = 0; i < ndim; i++)
        result->strides[i] = strides[i];
    xp_graph_lock();
    xp_array *base = x;
    if (xp_state(x) == XP_STATE_PENDING && x->node->kind == XP_NODE_VIEW) {
        base = x->node->inputs[0];
        offset += x->node->view_offset;
    }
    xp_array_ref(base);
    xp_graph_unlock();
    xp_node *node = xp_node_new(result, XP_NODE_VIEW, 1, &base, function);
    xp_array_unref(base);
    if (!node)
        return xp_abandon(result);
    node->view_offset = offset;
    return xp_node_attach(result, node);
}

/* The map as an operand sees it that is broadcast to `shape`: along axes where it repeats it has an extent of 1. */
static void map_for_operand(const xp_array *operand, const xp_array *result, const xp_axis_map *map,
                            xp_axis_map *mapped)
{
    int missing = result->ndim - operand->ndim;
    mapped->ndim = map->ndim;
    for (int j = 0; j < map->ndim; j++) {
        int source = map->source[j] - missing;
        bool repeats = map->source[j] < missing ||
                       (operand->shape[source] == 1 && result->shape[map->source[j]] != 1);
        mapped->shape[j] = repeats ? 1 : map->shape[j];
        mapped->source[j] = repeats ? -1 : source;
        mapped->step[j] = repeats ? 0 : map->step[j];
    }
    for (int axis = 0; axis < operand->ndim; axis++)
        mapped->start[axis] = operand->shape[axis] == 1 ? 0 : map->start[axis + missing];
}

/* The node of x once more, over mapped operands. `node` is a copy with references of its own, so no lock is needed. */
static xp_array *push_node(xp_array *x, const xp_node *node, const xp_axis_map *map, const char *function)
{
    xp_array *operands[3];
    xp_axis_map mapped;
    bool success = true;
    for (int i = 0; i < node->n_inputs; i++) {
        xp_array *operand = node->inputs[i];
        operands[i] = operand;
        for (int before = 0; before < i && operands[i] == operand; before++)
            if (node->inputs[before] == operand)
                operands[i] = operands[before];
        if (!operand->xp || operands[i] != operand)
            continue;
        map_for_operand(operand, x, map, &mapped);
        operands[i] = xp_record_view(operand, &mapped, function);
        success &= !xp_is_failed(operands[i]);
    }
    if (!success)
        return xp_failed();
    if (node->operation == &xp_operation_cast)
        return xp_record_cast(operands[0], (xp_dtype)x->dtype, node->function);
    return xp_record_elementwise(node->operation, node->function, node->n_inputs, operands);
}

/* Takes a copy of x's node that stays valid without the lock: with references on its inputs. False if x is not (any
 * more) elementwise work that only this view wants. */
static bool copy_node(xp_array *x, xp_node *copy)
{
    xp_graph_lock();
    bool push = xp_is_elementwise(x) && !x->node->inlined && x->node->consumers == 0 && !x->node->claimed_by &&
                x->node->steps <= MAX_PUSHED_STEPS;
    if (push) {
        x->node->inlined = true;
        *copy = *x->node;
        for (int i = 0; i < copy->n_inputs; i++)
            xp_array_ref(copy->inputs[i]);
    }
    xp_graph_unlock();
    return push;
}

/* Temporaries are the scope's if one is open; the outermost one that is opened here serves callers without any. */
static xp_array *push_view(xp_array *x, const xp_axis_map *map, const char *function)
{
    xp_node copy;
    if (!copy_node(x, &copy))
        return NULL;
    xp_scope scope = xp_scope_open();
    xp_array *result = push_node(x, &copy, map, function);
    for (int i = 0; i < copy.n_inputs; i++)
        xp_array_unref(copy.inputs[i]);
    return xp_scope_return(scope, result);
}

/* Whether every extent of the map is reached without repeating: a broadcast of pending work is not pushed. */
static bool repeats_nothing(const xp_axis_map *map)
{
    for (int j = 0; j < map->ndim; j++)
        if ((map->source[j] < 0 || map->step[j] == 0) && map->shape[j] != 1)
            return false;
    return true;
}

xp_array *xp_record_view(xp_array *x, const xp_axis_map *map, const char *function)
{
    if (xp_is_failed(x))
        return xp_fail_again();
    if (xp_state(x) == XP_STATE_WEAK)
        return xp_fail(XP_ERROR_TYPE, function, NULL, "%s: needs an array, got a scalar", function);
    int64_t strides[XP_MAX_NDIM];
    int64_t offset = map_strides(x, map, strides);
    if (xp_state(x) == XP_STATE_PENDING) {
        xp_array *pushed = repeats_nothing(map) ? push_view(x, map, function) : NULL;
        return pushed ? pushed : view_later(x, map->ndim, map->shape, strides, offset, function);
    }
    return xp_array_view(x, map->ndim, map->shape, strides, x->offset + offset, function);
}

/* ---- reshaping and broadcasting, in terms of maps ---------------------------------------------------------------- */

/* The map that only adds or drops extents of 1; false if the reshape does more than that. */
static bool unit_axes_map(const xp_array *x, int ndim, const int64_t *shape, xp_axis_map *map)
{
    int axis = 0;
    map->ndim = ndim;
    for (int j = 0; j < ndim; j++) {
        while (axis < x->ndim && x->shape[axis] == 1 && shape[j] != 1)
            axis++;
        bool same = axis < x->ndim && x->shape[axis] == shape[j];
        if (!same && shape[j] != 1)
            return false;
        map->shape[j] = shape[j];
        map->source[j] = same ? axis++ : -1;
        map->step[j] = same;
    }
    for (; axis < x->ndim; axis++)
        if (x->shape[axis] != 1)
            return false;
    memset(map->start, 0, sizeof map->start);
    return true;
}

xp_array *xp_record_reshape(xp_array *x, int ndim, const int64_t *shape, const char *function)
{
    if (xp_is_failed(x))
        return xp_fail_again();
    xp_axis_map map;
    if (unit_axes_map(x, ndim, shape, &map))
        return xp_record_view(x, &map, function);
    int64_t strides[XP_MAX_NDIM];
    /* pending work is written in C order, whatever its shape; a view of it may lie otherwise */
    size_t unit = xp_state(x) == XP_STATE_COORDINATE ? 1 : xp_dtype_bytes(x->dtype);
    bool fits = xp_reshape_strides(x->ndim, x->shape, x->strides, ndim, shape, unit, strides);
    if (fits && xp_state(x) == XP_STATE_PENDING)
        return view_later(x, ndim, shape, strides, 0, function);
    if (fits)
        return xp_array_view(x, ndim, shape, strides, x->offset, function);

    xp_scope scope = xp_scope_open();
    xp_array *copy = xp_ready_contiguous(x, function);
    if (!copy)
        return xp_scope_return(scope, xp_failed());
    xp_contiguous_strides(ndim, shape, xp_dtype_bytes(copy->dtype), strides);
    return xp_scope_return(scope, xp_array_view(copy, ndim, shape, strides, copy->offset, function));
}

xp_array *xp_record_broadcast(xp_array *x, int ndim, const int64_t *shape, const char *function)
{
    if (xp_is_failed(x))
        return xp_fail_again();
    xp_axis_map map = {.ndim = ndim};
    int missing = ndim - x->ndim;
    for (int j = 0; j < ndim; j++) {
        int axis = j - missing;
        bool repeats = axis < 0 || (x->shape[axis] == 1 && shape[j] != 1);
        map.shape[j] = shape[j];
        map.source[j] = axis < 0 ? -1 : axis;
        map.step[j] = !repeats;
    }
    return xp_record_view(x, &map, function);
}
