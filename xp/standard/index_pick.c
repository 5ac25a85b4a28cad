/* Elements picked by arrays of positions along some axes: these axes become one, along which the slots gather and
 * scatter. An element's position along it is its distance in memory, a sum over the axes of position times stride.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "core/buffer.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/indexing.h"

#define MANY (INT64_C(1) << 30) /* positions, 8 GB */

static xp_array *record(const xp_operation *operation, xp_array *a, xp_array *b, const char *function)
{
    return xp_record_elementwise(operation, function, 2, (xp_array *const[]){a, b});
}

/* ---- positions --------------------------------------------------------------------------------------------------- */

static xp_array *out_of_bounds(int64_t index, int64_t extent, int axis, const char *function)
{
    if (axis < 0)
        xp_fail(XP_ERROR_INDEX, function, "indices", "%s: index %lld is out of bounds for extent %lld", function,
                (long long)index, (long long)extent);
    else
        xp_fail(XP_ERROR_INDEX, function, "items", "%s: index %lld is out of bounds for axis %d of extent %lld",
                function, (long long)index, axis, (long long)extent);
    return xp_failed();
}

/* The least and the largest one. */
static bool find_ends(xp_array *indices, int64_t *least, int64_t *most, const char *function)
{
    indices = indices->ndim == 0 ? standard_flat(indices, function) : indices;
    uint32_t axes = (uint32_t)((UINT64_C(1) << indices->ndim) - 1);
    xp_array *ends[] = {xp_record_reduction(XP_REDUCE_MIN, indices, axes, false, 0.0, function),
                        xp_record_reduction(XP_REDUCE_MAX, indices, axes, false, 0.0, function)};
    if (!xp_force(ends, 2))
        return false;
    *least = xp_to_int(ends[0]);
    *most = xp_to_int(ends[1]);
    return !xp_is_failed(ends[0]) && !xp_is_failed(ends[1]);
}

/* Many positions that are still to be computed would be looked at one and all before anybody asks for the memory that
 * they are going to need: so that is asked for first. */
static bool has_room(const xp_array *positions, const char *function)
{
    if (positions->size < MANY || xp_state(positions) == XP_STATE_READY)
        return true;
    xp_buffer *room = xp_buffer_new(positions->xp->device, (size_t)positions->size * sizeof(int64_t), function);
    if (room)
        xp_buffer_unref(room);
    return room != NULL;
}

xp_array *index_positions(xp_array *indices, int64_t extent, int axis, const char *function)
{
    int64_t least, most;
    if (indices->dtype == XP_UINT64) /* what int64 does not hold must not turn into a negative position */
        indices = record(&xp_operation_minimum, indices, xp_scalar_int(INT64_MAX), function);
    if (!xp_is_failed(indices))
        indices = standard_cast(indices, XP_INT64, function);
    if (xp_is_failed(indices) || indices->size == 0)
        return indices;
    if (!has_room(indices, function) || !find_ends(indices, &least, &most, function))
        return xp_failed();
    if (least < -extent || most >= extent)
        return out_of_bounds(least < -extent ? least : most, extent, axis, function);
    if (least >= 0)
        return indices;
    xp_array *is_negative = record(&xp_operation_less, indices, xp_scalar_int(0), function);
    xp_array *moved = record(&xp_operation_add, indices, xp_scalar_int(extent), function);
    return xp_record_elementwise(&xp_operation_where, function, 3, (xp_array *const[]){is_negative, moved, indices});
}

/* ---- shapes ------------------------------------------------------------------------------------------------------ */

static bool is_picked(const index_pick *pick, int axis)
{
    for (int k = 0; k < pick->count; k++)
        if (pick->axes[k] == axis)
            return true;
    return false;
}

/* The axes that are not picked from, and `middle` axes of this shape at the pick's place. Returns how many there are,
 * which may be too many: no more than XP_MAX_NDIM are written. */
static int join_shapes(int ndim, const int64_t *shape, const index_pick *pick, int middle, const int64_t *middle_shape,
                       int64_t joined[XP_MAX_NDIM])
{
    int count = 0, kept = 0;
    for (int axis = 0; axis <= ndim; axis++) {
        bool is_kept = axis < ndim && !is_picked(pick, axis);
        if (kept == pick->place && (is_kept || axis == ndim))
            for (int i = 0; i < middle; i++, count++)
                if (count < XP_MAX_NDIM)
                    joined[count] = middle_shape[i];
        if (!is_kept)
            continue;
        if (count < XP_MAX_NDIM)
            joined[count] = shape[axis];
        count++;
        kept++;
    }
    return count;
}

bool index_pick_shape(int ndim, const int64_t *shape, index_pick *pick, int *picked_ndim,
                      int64_t picked_shape[XP_MAX_NDIM], const char *function)
{
    if (!xp_broadcast_shape(function, pick->count, pick->positions, &pick->ndim, pick->shape))
        return false;
    *picked_ndim = join_shapes(ndim, shape, pick, pick->ndim, pick->shape, picked_shape);
    if (*picked_ndim <= XP_MAX_NDIM)
        return true;
    xp_fail(XP_ERROR_VALUE, function, NULL, "%s: the result has more than %d dimensions", function, XP_MAX_NDIM);
    return false;
}

/* ---- one axis instead of several --------------------------------------------------------------------------------- */

/* An array with the axes that are picked from as one, which may step over elements of the others. */
typedef struct merged {
    xp_view view;
    int64_t extents[XP_MAX_NDIM], strides[XP_MAX_NDIM]; /* the view's */
    xp_array *places;           /* along that axis: (n,), int64, in memory */
    int64_t shape[XP_MAX_NDIM]; /* of what is picked: n along that axis */
} merged;

static int64_t greatest_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* That axis: bytes from one place to the next and of the first one, and how many places there are. Axes that go
 * backwards count from their end, so that no place is negative. */
typedef struct line {
    int64_t step, first, extent;
} line;

static line merged_line(const xp_array *x, const index_pick *pick)
{
    if (x->size == 0)
        return (line){0, 0, 0};
    if (pick->count == 1)
        return (line){x->strides[pick->axes[0]], 0, x->shape[pick->axes[0]]};
    line l = {0, 0, 1};
    for (int k = 0; k < pick->count; k++)
        l.step = greatest_divisor(l.step, x->strides[pick->axes[k]]);
    for (int k = 0; k < pick->count && l.step > 0; k++) {
        int64_t bytes = (x->shape[pick->axes[k]] - 1) * x->strides[pick->axes[k]];
        l.first += bytes < 0 ? bytes : 0;
        l.extent += llabs(bytes) / l.step;
    }
    return l;
}

/* The sum over the axes of position times stride, in units of the line's step. */
static xp_array *sum_places(const xp_array *x, const index_pick *pick, line l, const char *function)
{
    static const int64_t nowhere[XP_MAX_NDIM];
    int64_t step = l.step > 0 ? l.step : 1;
    xp_array *sum = standard_coordinates(x->xp, -l.first / step, pick->ndim, pick->shape, nowhere, function);
    for (int k = 0; k < pick->count && !xp_is_failed(sum); k++) {
        xp_array *factor = xp_scalar_int(x->strides[pick->axes[k]] / step);
        sum = record(&xp_operation_add, sum, record(&xp_operation_multiply, pick->positions[k], factor, function),
                     function);
    }
    return sum;
}

/* x is READY. */
static bool merge_axes(const xp_array *x, const index_pick *pick, merged *m, const char *function)
{
    line l = merged_line(x, pick);
    xp_array *places = pick->positions[0];
    if (pick->count > 1 && x->size > 0)
        places = sum_places(x, pick, l, function);
    else
        places = xp_record_broadcast(places, pick->ndim, pick->shape, function);
    places = xp_is_failed(places) ? places : standard_flat(places, function);
    m->places = xp_is_failed(places) ? NULL : xp_ready(places, function);
    if (!m->places)
        return false;
    int ndim = join_shapes(x->ndim, x->shape, pick, 1, &m->places->size, m->shape);
    join_shapes(x->ndim, x->shape, pick, 1, &l.extent, m->extents);
    for (int axis = 0, to = 0; axis < x->ndim; axis++)
        if (!is_picked(pick, axis)) {
            to += to == pick->place;
            m->strides[to++] = x->strides[axis];
        }
    m->strides[pick->place] = l.step;
    m->view = (xp_view){x->buffer, x->offset + l.first, x->dtype, ndim, m->extents, m->strides};
    return true;
}

/* ---- taking and scattering --------------------------------------------------------------------------------------- */

xp_array *index_take(xp_array *x, const index_pick *pick, const char *function)
{
    merged m;
    int64_t shape[XP_MAX_NDIM];
    const xp_driver *slots = STANDARD_SLOTS(x->xp, gather, 0, x->dtype, function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x = xp_ready(x, function);
    if (!x || !merge_axes(x, pick, &m, function))
        return xp_scope_return(scope, xp_failed());
    xp_array *out = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, m.view.ndim, m.shape, function);
    if (xp_is_failed(out))
        return xp_scope_return(scope, out);
    const xp_view indices = standard_view(m.places), to = standard_view(out);
    xp_status status = slots->gather(x->xp->device, &m.view, &indices, pick->place, &to);
    if (status != XP_OK)
        return xp_scope_return(scope, xp_driver_failed(status, function));
    int ndim = join_shapes(x->ndim, x->shape, pick, pick->ndim, pick->shape, shape);
    return xp_scope_return(scope, pick->ndim == 1 ? out : xp_record_reshape(out, ndim, shape, function));
}

bool index_scatter(xp_scatter_kind kind, xp_array *out, const index_pick *pick, xp_array *values,
                   const char *function)
{
    merged m;
    int64_t shape[XP_MAX_NDIM];
    const xp_driver *slots = STANDARD_SLOTS(out->xp, scatter, (int)kind, out->dtype, function);
    if (!slots || !merge_axes(out, pick, &m, function))
        return false;
    int ndim = join_shapes(out->ndim, out->shape, pick, pick->ndim, pick->shape, shape);
    values = xp_record_broadcast(values, ndim, shape, function);
    values = xp_record_reshape(values, m.view.ndim, m.shape, function);
    values = xp_is_failed(values) ? NULL : xp_ready(values, function);
    if (!values)
        return false;
    const xp_view from = standard_view(values), indices = standard_view(m.places);
    xp_status status = slots->scatter(out->xp->device, kind, &from, &indices, pick->place, &m.view);
    if (status != XP_OK)
        xp_driver_failed(status, function);
    return status == XP_OK;
}
