/* Recording elementwise work: checks, promotion, broadcasting, then a node, or the result at once where it is small.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "core/device_dtypes.h"
#include "core/shape.h"
#include "core/thread.h"
#include "driver.h"
#include "graph/fallback.h"
#include "graph/graph_private.h"
#include "graph/node.h"
#include "scixp/xp/namespace.h"

/* An elementwise call on its way to becoming a node. */
typedef struct call {
    const xp_operation *operation;
    const char *function;
    int count;
    xp_array *operands[3];
    const xp_namespace *xp;
    xp_dtype loop, result;
    xp_dtype stored;                /* where operands are of a dtype for storage: it; 0 otherwise */
    int ndim;
    const int64_t *shape;
    int64_t broadcast[XP_MAX_NDIM]; /* what `shape` points to when no operand has it */
} call;

static const char *argument_name(const xp_operation *operation, int which)
{
    static const char *const unary[] = {"x"}, *const binary[] = {"x1", "x2"},
                      *const select[] = {"condition", "x1", "x2"};
    return operation->arity == 1 ? unary[which] : operation->arity == 2 ? binary[which] : select[which];
}

static bool refuse_scalars(const call *c, int which)
{
    xp_fail(XP_ERROR_TYPE, c->function, argument_name(c->operation, which), "%s: needs an array, got scalars only",
            c->function);
    return false;
}

/* All given, none failed, all on one device. */
static bool check_operands(call *c)
{
    for (int i = 0; i < c->count; i++) {
        xp_array *x = c->operands[i];
        if (!x) {
            xp_fail(XP_ERROR_VALUE, c->function, argument_name(c->operation, i), "%s: %s is not given", c->function,
                    argument_name(c->operation, i));
            return false;
        }
        if (xp_is_failed(x)) {
            xp_fail_again();
            return false;
        }
        if (!x->xp || x->xp == c->xp)
            continue;
        if (c->xp) {
            xp_fail(XP_ERROR_DEVICE, c->function, argument_name(c->operation, i), "%s: operands on devices %s and %s",
                    c->function, c->xp->device->name, x->xp->device->name);
            return false;
        }
        c->xp = x->xp;
    }
    return c->xp || refuse_scalars(c, 0);
}

static bool refuse_promotion(const call *c, xp_dtype a, xp_dtype b)
{
    xp_fail(XP_ERROR_TYPE, c->function, NULL, "%s: the standard does not promote %s with %s", c->function,
            xp_dtype_name(a), xp_dtype_name(b));
    return false;
}

static bool has_array(const call *c, int first)
{
    for (int i = first; i < c->count; i++)
        if (c->operands[i]->xp)
            return true;
    return false;
}

/* Where a dtype is lifted to another kind, it is to one that the device has. (What stays as it is may be the library's
 * own: positions.) */
static xp_dtype lifted(const call *c, xp_dtype dtype, xp_dtype to)
{
    return to == dtype ? dtype : xp_device_dtype(c->xp->device, to);
}

/* The promoted dtype of the operands from `first` on: arrays by the table, then weak scalars. */
static bool promote_operands(const call *c, int first, xp_dtype *promoted)
{
    bool strict = c->xp->device->driver->standard_only;
    xp_dtype dtype = XP_DEFAULT_DTYPE;
    if (strict && !has_array(c, first))
        return refuse_scalars(c, first);
    for (int i = first; i < c->count; i++) {
        const xp_array *x = c->operands[i];
        if (!x->xp)
            continue;
        if (strict && dtype && !xp_standard_promotes(dtype, (xp_dtype)x->dtype))
            return refuse_promotion(c, dtype, (xp_dtype)x->dtype);
        dtype = dtype ? (xp_dtype)xp_promotion[dtype][x->dtype] : (xp_dtype)x->dtype;
    }
    for (int i = first; i < c->count; i++) {
        const xp_array *x = c->operands[i];
        if (x->xp)
            continue;
        if (strict && dtype && !xp_standard_promotes_weak(dtype, (xp_dtype)x->dtype))
            return refuse_promotion(c, dtype, (xp_dtype)x->dtype);
        /* where(condition, 1.0, 2.0): no array says which, so the device's default dtypes hold */
        dtype = dtype ? lifted(c, dtype, xp_promote_weak(dtype, (xp_dtype)x->dtype))
                      : xp_device_default(c->xp->device, (xp_dtype)x->dtype);
    }
    *promoted = dtype;
    return true;
}

static bool check_dtype(const call *c, xp_dtype promoted)
{
    const xp_operation *operation = c->operation;
    int kinds = operation->accepts | (c->xp->device->driver->standard_only ? 0 : operation->extends);
    /* the neighbour among float32 would be rounded back to the number itself */
    bool has_neighbours = !xp_is_storage(promoted) || operation != &xp_operation_nextafter;
    if (xp_dtype_is(promoted, kinds) && has_neighbours)
        return true;
    xp_fail(XP_ERROR_TYPE, c->function, argument_name(operation, 0), "%s: does not take dtype %s", c->function,
            xp_dtype_name(promoted));
    return false;
}

static bool resolve_dtypes(call *c)
{
    const xp_operation *operation = c->operation;
    xp_dtype promoted;
    if (!promote_operands(c, operation->rule == XP_RULE_SELECT, &promoted))
        return false;
    c->stored = xp_is_storage(promoted) ? promoted : XP_DEFAULT_DTYPE;
    if (operation->rule == XP_RULE_SELECT) {
        if (c->operands[0]->dtype != XP_BOOL) {
            xp_fail(XP_ERROR_TYPE, c->function, "condition", "%s: condition has dtype %s, expected bool", c->function,
                    xp_dtype_name(c->operands[0]->dtype));
            return false;
        }
        c->loop = c->result = xp_loop_dtype(promoted);
        return true;
    }
    if (!check_dtype(c, promoted))
        return false;
    c->loop = operation->rule == XP_RULE_FLOAT ? lifted(c, promoted, xp_floating_dtype(promoted)) : promoted;
    c->loop = xp_loop_dtype(c->loop);
    c->result = operation->rule == XP_RULE_BOOL   ? XP_BOOL
                : operation->rule == XP_RULE_REAL ? xp_real_dtype(c->loop)
                                                  : c->loop;
    return true;
}

/* A weak integer must fit the loop's dtype; a comparison with one that does not is made in int64. */
static bool check_weak_values(call *c)
{
    for (int i = 0; i < c->count; i++) {
        const xp_array *x = c->operands[i];
        xp_value value;
        if (x->xp || xp_value_cast(&x->value, (xp_dtype)x->dtype, &value, c->loop))
            continue;
        if (c->operation->rule == XP_RULE_BOOL) {
            c->loop = XP_INT64;
            continue;
        }
        xp_fail(XP_ERROR_OVERFLOW, c->function, argument_name(c->operation, i), "%s: %lld does not fit into %s",
                c->function, (long long)x->value.as_int64, xp_dtype_name(c->loop));
        return false;
    }
    return true;
}

static bool same_shape(const xp_array *a, const xp_array *b)
{
    if (a->ndim != b->ndim)
        return false;
    for (int i = 0; i < a->ndim; i++)
        if (a->shape[i] != b->shape[i])
            return false;
    return true;
}

static bool resolve_shape(call *c)
{
    const xp_array *first = NULL;
    bool all_same = true;
    for (int i = 0; i < c->count && all_same; i++) {
        const xp_array *x = c->operands[i];
        if (!x->xp)
            continue;
        if (!first)
            first = x;
        else
            all_same = same_shape(first, x);
    }
    c->ndim = first->ndim;
    c->shape = first->shape;
    if (all_same)
        return true;
    c->shape = c->broadcast;
    return xp_broadcast_shape(c->function, c->count, c->operands, &c->ndim, c->broadcast);
}

/* ---- small operands: computed at the call ------------------------------------------------------------------------ */

/* Operand i for run_small: contiguous like the result, or a single element. */
static bool small_operand(const call *c, int i, xp_dtype dtype, int64_t size, xp_operand *operand, uint32_t *scalars)
{
    const xp_array *x = c->operands[i];
    if (!x->xp) {
        operand->buffer = NULL;
        *scalars |= 1u << i;
        return xp_value_cast(&x->value, (xp_dtype)x->dtype, &operand->scalar, dtype);
    }
    if (x->dtype != dtype || xp_state(x) != XP_STATE_READY || !x->buffer)
        return false;
    operand->buffer = x->buffer;
    operand->offset = x->offset;
    if (x->size == 1 && size != 1) {
        *scalars |= 1u << i;
        return true;
    }
    return x->size == size && xp_array_is_contiguous(x);
}

/* The result, the failed array, or NULL: not small, record it. */
static xp_array *compute_small(const call *c, int64_t size)
{
    const struct xp_device *device = c->xp->device;
    const xp_driver *driver = device->driver;
    if (!driver->run_small || size > driver->small_bytes ||
        size * (int64_t)xp_dtype_bytes(c->result) > driver->small_bytes ||
        size * (int64_t)xp_dtype_bytes(c->loop) > driver->small_bytes)
        return NULL;
    xp_operand inputs[3], output;
    uint32_t scalars = 0;
    for (int i = 0; i < c->count; i++) {
        bool is_condition = i == 0 && c->operation->rule == XP_RULE_SELECT;
        if (!small_operand(c, i, is_condition ? XP_BOOL : c->loop, size, &inputs[i], &scalars))
            return NULL;
    }
    xp_array *result = xp_array_new_filled(c->xp, c->result, c->ndim, c->shape, c->function);
    if (xp_is_failed(result) || size == 0)
        return result;
    output.buffer = result->buffer;
    output.offset = result->offset;
    const xp_step step = {.operation = c->operation, .dtype = (uint8_t)c->loop, .result_dtype = (uint8_t)c->result};
    xp_status status = driver->run_small(device, &step, size, scalars, inputs, &output);
    if (status == XP_OK)
        return result;
    xp_driver_failed(status, c->function);
    return xp_abandon(result);
}

/* ---- nodes ------------------------------------------------------------------------------------------------------- */

static xp_array *record_node(const call *c, bool apart)
{
    xp_array *result = xp_array_new(c->xp, c->result, c->ndim, c->shape, c->function);
    if (xp_is_failed(result))
        return result;
    xp_node *node = xp_node_new(result, XP_NODE_ELEMENTWISE, c->count, c->operands, c->function);
    if (!node)
        return xp_abandon(result);
    node->operation = c->operation;
    node->dtype = (uint8_t)c->loop;
    node->apart = apart;
    return xp_node_attach(result, node);
}

/* The table that does it; NULL with an error recorded. What gives its operand back is no work. */
static const xp_driver *driver_for(const call *c)
{
    const struct xp_device *device = c->xp->device;
    const xp_request request = {.kind = XP_REQUEST_ELEMENTWISE,
                                .operation = c->operation,
                                .dtype = (uint8_t)c->loop,
                                .result_dtype = (uint8_t)c->result};
    if (!device->driver->supports || c->operation == &xp_operation_copy)
        return device->driver;
    return xp_driver_for(device, &request, c->function);
}

/* What the device does not do is computed at once, and its operands before it, so that it fuses with nothing. */
static xp_array *compute_apart(const call *c)
{
    xp_array *result = xp_force(c->operands, c->count) ? record_node(c, true) : xp_failed();
    if (xp_is_failed(result))
        return result;
    return xp_force(&result, 1) ? result : xp_abandon(result);
}

/* A weak scalar as it is beside an array of a dtype for storage: rounded to that. */
static xp_array *rounded_scalar(const xp_array *x, xp_dtype stored)
{
    xp_value value;
    xp_value_cast(&x->value, (xp_dtype)x->dtype, &value, stored);
    return xp_scalar_float(xp_value_real(&value, stored));
}

/* Brings operands to the loop's dtype by casts that fuse. */
static bool cast_operands(call *c)
{
    for (int i = c->operation->rule == XP_RULE_SELECT; i < c->count; i++) {
        xp_array *x = c->operands[i];
        if ((!x->xp && !c->stored) || x->dtype == c->loop)
            continue;
        c->operands[i] = x->xp ? xp_record_cast(x, c->loop, c->function) : rounded_scalar(x, c->stored);
        if (xp_is_failed(c->operands[i]))
            return false;
    }
    return true;
}

/* Temporaries made on the way belong to nobody but the node: outside a scope they are released here. */
static xp_array *record_call(call *c, xp_array *const *given)
{
    int64_t size;
    if (!xp_shape_size(c->ndim, c->shape, 1, &size))
        size = INT64_MAX / 32;
    const xp_driver *driver = driver_for(c);
    if (!driver)
        return xp_failed();
    xp_array *result = xp_failed();
    if (cast_operands(c))
        result = driver == c->xp->device->driver ? compute_small(c, size) : compute_apart(c);
    if (!result)
        result = record_node(c, false);
    for (int i = 0; i < c->count; i++)
        if (c->operands[i] != given[i] && !c->operands[i]->scope)
            xp_release(c->operands[i]);
    return result;
}

/* ---- the call that is made most: small, computed operands of one dtype and shape --------------------------------- */

static inline bool is_dense(const xp_array *x)
{
    return (x->flags & XP_ARRAY_DENSE) || (x->buffer && xp_array_is_contiguous(x));
}

/* The dtype of the result where that of the operands needs no thought; 0 where it does. */
static inline xp_dtype plain_result(const xp_operation *operation, int dtype)
{
    if (xp_is_storage(dtype))
        return XP_DEFAULT_DTYPE;
    if (operation->rule == XP_RULE_SAME || (operation->rule == XP_RULE_FLOAT && dtype >= XP_FLOAT32) ||
        (operation->rule == XP_RULE_REAL && dtype < XP_COMPLEX64))
        return (xp_dtype)dtype;
    return operation->rule == XP_RULE_BOOL ? XP_BOOL : XP_DEFAULT_DTYPE;
}

/* What the long way would give, or NULL to go there. It checks nothing that could fail but memory. */
static inline xp_array *compute_quickly(const xp_operation *operation, const char *function, int count,
                                        xp_array *const *operands)
{
    const xp_array *first = operands[0], *last = operands[count - 1];
    if (count > 2 || !first || !last || xp_state(first) != XP_STATE_READY || xp_state(last) != XP_STATE_READY ||
        first->xp != last->xp || first->dtype != last->dtype || !is_dense(first) || !is_dense(last) ||
        !same_shape(first, last) || !xp_dtype_is(first->dtype, operation->accepts))
        return NULL;
    const struct xp_device *device = first->xp->device;
    xp_dtype result_dtype = plain_result(operation, first->dtype);
    int64_t size = first->size;
    if (!device->driver->run_small || device->driver->supports || !result_dtype ||
        size > device->driver->small_bytes / (int64_t)xp_dtype_bytes(first->dtype))
        return NULL;
    xp_array *result = xp_array_new_filled(first->xp, result_dtype, first->ndim, first->shape, function);
    if (xp_is_failed(result) || size == 0)
        return result;
    xp_operand inputs[2], output;
    for (int i = 0; i < count; i++) {
        inputs[i].buffer = operands[i]->buffer;
        inputs[i].offset = operands[i]->offset;
    }
    output.buffer = result->buffer;
    output.offset = result->offset;
    const xp_step step = {
        .operation = operation, .dtype = first->dtype, .result_dtype = (uint8_t)result_dtype};
    xp_status status = device->driver->run_small(device, &step, size, 0, inputs, &output);
    if (status == XP_OK)
        return result;
    xp_driver_failed(status, function);
    return xp_abandon(result);
}

xp_array *xp_record_elementwise(const xp_operation *operation, const char *function, int count,
                                xp_array *const *operands)
{
    xp_array *quick = compute_quickly(operation, function, count, operands);
    if (quick)
        return quick;
    call c;
    c.operation = operation;
    c.function = function;
    c.count = count;
    c.xp = NULL;
    for (int i = 0; i < count; i++)
        c.operands[i] = operands[i];
    if (!check_operands(&c) || !resolve_dtypes(&c) || !check_weak_values(&c) || !resolve_shape(&c))
        return xp_failed();
    xp_array *result = record_call(&c, operands);
    return c.stored && result->dtype == XP_FLOAT32 ? xp_round_to_storage(result, c.stored, function) : result;
}

/* Outside a scope nobody else has the array. */
xp_array *xp_round_to_storage(xp_array *x, xp_dtype dtype, const char *function)
{
    xp_array *rounded = xp_record_cast(x, dtype, function);
    if (!xp_is_failed(x) && !x->scope)
        xp_release(x);
    return rounded;
}

xp_array *xp_record_cast(xp_array *x, xp_dtype dtype, const char *function)
{
    call c;
    c.operation = x->dtype == dtype ? &xp_operation_copy : &xp_operation_cast;
    c.function = function;
    c.count = 1;
    c.xp = NULL;
    c.stored = XP_DEFAULT_DTYPE;
    c.operands[0] = x;
    if (!check_operands(&c))
        return xp_failed();
    c.loop = (xp_dtype)x->dtype;
    c.result = dtype;
    c.ndim = x->ndim;
    c.shape = x->shape;
    return record_call(&c, &x);
}
