/* What the standard's functions share: handles, copies, coordinates, gathering.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/thread.h"
#include "standard/support.h"

void standard_same_axes(const xp_array *x, xp_axis_map *map)
{
    map->ndim = x->ndim;
    for (int i = 0; i < x->ndim; i++) {
        map->shape[i] = x->shape[i];
        map->source[i] = i;
        map->step[i] = 1;
        map->start[i] = 0;
    }
}

/* A view of what is computed; of what is not, a step of its own that fuses, because a second handle on a pending array
 * could not learn when the first becomes ready. */
xp_array *standard_same(xp_array *x, const char *function)
{
    if (xp_state(x) == XP_STATE_PENDING)
        return xp_record_cast(x, (xp_dtype)x->dtype, function);
    return xp_array_view(x, x->ndim, x->shape, x->strides, x->offset, function);
}

xp_array *standard_cast(xp_array *x, xp_dtype dtype, const char *function)
{
    return x->dtype == dtype ? x : xp_record_cast(x, dtype, function);
}

xp_array *standard_ready(xp_array *x, const char *function)
{
    return xp_is_storage(x->dtype) ? xp_ready(standard_cast(x, xp_loop_dtype(x->dtype), function), function)
                                   : xp_ready(x, function);
}

xp_array *standard_flat(xp_array *x, const char *function)
{
    return x->ndim == 1 ? x : xp_record_reshape(x, 1, &x->size, function);
}

xp_array *standard_copy(xp_array *x, const char *function)
{
    xp_scope scope = xp_scope_open();
    xp_array *copy = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, x->shape, function);
    if (!xp_is_failed(copy) && !xp_write_into(x, copy, function))
        copy = xp_failed();
    return xp_scope_return(scope, copy);
}

xp_array *standard_coordinates(const xp_namespace *xp, int64_t start, int ndim, const int64_t *shape,
                               const int64_t *steps, const char *function)
{
    xp_array *x = xp_array_new(xp, XP_INT64, ndim, shape, function);
    if (xp_is_failed(x))
        return x;
    x->offset = start;
    for (int i = 0; i < ndim; i++)
        x->strides[i] = steps[i];
    atomic_store_explicit(&x->state, XP_STATE_COORDINATE, memory_order_relaxed);
    return x;
}

bool standard_results(xp_array **results, int count, bool success)
{
    for (int i = 0; i < count && !success; i++) {
        if (results[i] && !xp_is_failed(results[i]) && !results[i]->scope)
            xp_release(results[i]);
        results[i] = xp_failed();
    }
    return success;
}

xp_array *standard_positions(xp_array *x, const char *function)
{
    return xp_is_failed(x) ? x : standard_cast(x, x->xp->device->dtypes.indexing, function);
}

xp_dtype standard_promote(const struct xp_device *device, xp_dtype a, xp_dtype b, const char *function)
{
    if (!device->driver->standard_only || xp_standard_promotes(a, b))
        return (xp_dtype)xp_promotion[a][b];
    xp_fail(XP_ERROR_TYPE, function, NULL, "%s: the standard does not promote %s with %s", function, xp_dtype_name(a),
            xp_dtype_name(b));
    return XP_N_DTYPES;
}

xp_array *standard_gather(xp_array *x, xp_array *positions, int axis, const char *function)
{
    const xp_driver *slots = STANDARD_SLOTS(x->xp, gather, 0, x->dtype, function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    positions = standard_cast(positions, XP_INT64, function); /* callers of devices without it have int32 */
    xp_array *from = xp_is_failed(positions) ? NULL : xp_ready(x, function);
    xp_array *at = from ? xp_ready(positions, function) : NULL;
    if (!at)
        return xp_scope_return(scope, xp_failed());
    int64_t shape[XP_MAX_NDIM];
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    shape[axis] = at->size;
    xp_array *out = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, shape, function);
    if (xp_is_failed(out))
        return xp_scope_return(scope, out);
    const xp_view views[] = {standard_view(from), standard_view(at), standard_view(out)};
    xp_status status = slots->gather(x->xp->device, &views[0], &views[1], axis, &views[2]);
    return xp_scope_return(scope, status == XP_OK ? out : xp_driver_failed(status, function));
}
