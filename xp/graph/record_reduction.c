/* Recording a reduction.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"
#include "driver.h"
#include "graph/fallback.h"
#include "graph/graph_private.h"
#include "scixp/xp/namespace.h"

/* How many reductions of one operand may wait for each other. */
#define MAX_SIBLINGS (XP_PROGRAM_OUTPUTS / 2)

static int reduced_shape(const xp_array *x, uint32_t axes, bool keepdims, int64_t *shape)
{
    int ndim = 0;
    for (int axis = 0; axis < x->ndim; axis++)
        if (!(axes >> axis & 1))
            shape[ndim++] = x->shape[axis];
        else if (keepdims)
            shape[ndim++] = 1;
    return ndim;
}

static bool is_small(const xp_array *x)
{
    const xp_driver *driver = x->xp->device->driver;
    return driver->run_small && xp_state(x) != XP_STATE_PENDING &&
           x->size <= driver->small_bytes / (int64_t)xp_dtype_bytes(x->dtype);
}

/* Too many wait for this operand already: they and the new one are computed now. */
static bool is_crowded(const xp_array *x)
{
    int siblings = 0;
    xp_graph_lock();
    for (const xp_array *r = x->reductions; r && siblings <= MAX_SIBLINGS; r = r->node->sibling)
        siblings++;
    xp_graph_unlock();
    return siblings >= MAX_SIBLINGS;
}

/* Of a dtype for storage: in the dtype that its numbers are computed in. */
static xp_array *reduce_stored(xp_reduction_kind kind, xp_array *x, uint32_t axes, bool keepdims, double correction,
                               const char *function)
{
    xp_array *wide = xp_record_cast(x, xp_loop_dtype(x->dtype), function);
    xp_array *result = xp_record_reduction(kind, wide, axes, keepdims, correction, function);
    if (!xp_is_failed(wide) && !wide->scope)
        xp_release(wide);
    if (xp_is_failed(result) || result->dtype != xp_loop_dtype(x->dtype))
        return result;
    return xp_round_to_storage(result, (xp_dtype)x->dtype, function);
}

xp_array *xp_record_reduction(xp_reduction_kind kind, xp_array *x, uint32_t axes, bool keepdims, double correction,
                              const char *function)
{
    if (xp_is_failed(x))
        return xp_fail_again();
    if (xp_is_storage(x->dtype))
        return reduce_stored(kind, x, axes, keepdims, correction, function);
    const struct xp_device *device = x->xp->device;
    const xp_dtype dtype = xp_reduction_result(kind, (xp_dtype)x->dtype);
    const xp_request request = {.kind = XP_REQUEST_REDUCTION,
                                .reduction = &xp_reductions[kind],
                                .dtype = x->dtype,
                                .result_dtype = (uint8_t)dtype};
    const xp_driver *driver = xp_driver_for(device, &request, function);
    if (!driver)
        return xp_failed();
    bool apart = driver != device->driver;
    if (apart && !xp_force(&x, 1))
        return xp_failed();
    int64_t shape[XP_MAX_NDIM];
    int ndim = reduced_shape(x, axes, keepdims, shape);
    xp_array *result = xp_array_new(x->xp, dtype, ndim, shape, function);
    if (xp_is_failed(result))
        return result;
    xp_node *node = xp_node_new(result, XP_NODE_REDUCTION, 1, &x, function);
    if (!node)
        return xp_abandon(result);
    node->reduction = &xp_reductions[kind];
    node->axes = axes;
    node->apart = apart;
    node->correction = correction;
    bool now = apart || is_small(x) || is_crowded(x);
    result = xp_node_attach(result, node);
    if (!now || xp_is_failed(result))
        return result;
    return xp_force(&result, 1) ? result : xp_abandon(result);
}
