/* Products of matrices: stacks that broadcast, walked over around the slot.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"

/* The stacks' axes as the driver walks over them: the last one is the slot's own, the others are walked over here. */
typedef struct stacks {
    const xp_driver *slots;
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    int64_t strides[3][XP_MAX_NDIM]; /* of x1, x2 and the result */
} stacks;

static void join_axis(stacks *s, int64_t extent, const int64_t steps[3])
{
    int last = s->ndim - 1;
    bool joins = last >= 0;
    for (int i = 0; i < 3 && joins; i++)
        joins = s->strides[i][last] == steps[i] * extent;
    if (joins)
        s->shape[last] *= extent;
    else
        s->shape[s->ndim++] = extent;
    for (int i = 0; i < 3; i++)
        s->strides[i][s->ndim - 1] = steps[i];
}

static void make_stacks(stacks *s, const xp_driver *slots, const xp_array *const operands[3])
{
    int leading = operands[2]->ndim - 2;
    int64_t strides[3][XP_MAX_NDIM];
    for (int i = 0; i < 3; i++)
        xp_broadcast_strides(operands[i]->ndim - 2, operands[i]->shape, operands[i]->strides, leading,
                             operands[2]->shape, strides[i]);
    s->slots = slots;
    s->ndim = 0;
    for (int axis = 0; axis < leading; axis++)
        if (operands[2]->shape[axis] != 1)
            join_axis(s, operands[2]->shape[axis], (const int64_t[]){strides[0][axis], strides[1][axis],
                                                                     strides[2][axis]});
    if (s->ndim == 0)
        join_axis(s, 1, (const int64_t[]){0, 0, 0});
}

static xp_status multiply_stack(const stacks *s, const xp_array *const operands[3], const int64_t offsets[3])
{
    const struct xp_device *device = operands[2]->xp->device;
    int64_t shapes[3][3], strides[3][3];
    xp_view views[3];
    for (int i = 0; i < 3; i++) {
        const xp_array *x = operands[i];
        shapes[i][0] = s->shape[s->ndim - 1];
        strides[i][0] = s->strides[i][s->ndim - 1];
        for (int j = 1; j < 3; j++) {
            shapes[i][j] = x->shape[x->ndim - 3 + j];
            strides[i][j] = x->strides[x->ndim - 3 + j];
        }
        views[i] = (xp_view){x->buffer, x->offset + offsets[i], x->dtype, 3, shapes[i], strides[i]};
    }
    return s->slots->matmul(device, &views[0], &views[1], &views[2]);
}

static xp_status multiply_stacks(const xp_driver *slots, const xp_array *const operands[3])
{
    stacks s;
    make_stacks(&s, slots, operands);
    int64_t index[XP_MAX_NDIM] = {0}, offsets[3] = {0};
    for (;;) {
        xp_status status = multiply_stack(&s, operands, offsets);
        if (status != XP_OK)
            return status;
        int axis = s.ndim - 2;
        for (; axis >= 0; axis--) {
            bool more = ++index[axis] < s.shape[axis];
            for (int i = 0; i < 3; i++)
                offsets[i] += s.strides[i][axis] * (more ? 1 : 1 - s.shape[axis]);
            if (more)
                break;
            index[axis] = 0;
        }
        if (axis < 0)
            return XP_OK;
    }
}

/* x as a ready matrix, or a stack of them, of the dtype. A vector becomes one row or one column. */
static xp_array *as_matrices(xp_array *x, xp_dtype dtype, bool is_left, const char *function)
{
    x = standard_cast(x, dtype, function);
    x = xp_is_failed(x) ? NULL : xp_ready(x, function);
    if (!x || x->ndim > 1)
        return x ? x : xp_failed();
    const int64_t n = x->shape[0], row[] = {1, n}, column[] = {n, 1};
    return xp_record_reshape(x, 2, is_left ? row : column, function);
}

bool linalg_product_shape(const xp_array *x1, const xp_array *x2, int *ndim, int64_t *shape, const char *function)
{
    int64_t inner = x1->shape[x1->ndim - 1];
    char left[XP_SHAPE_TEXT], right[XP_SHAPE_TEXT];
    bool fits = inner == x2->shape[x2->ndim - 2];
    *ndim = x1->ndim > x2->ndim ? x1->ndim : x2->ndim;
    for (int i = 0; i < *ndim - 2; i++) {
        int own1 = i - (*ndim - x1->ndim), own2 = i - (*ndim - x2->ndim);
        int64_t extent1 = own1 < 0 ? 1 : x1->shape[own1], extent2 = own2 < 0 ? 1 : x2->shape[own2];
        fits = fits && (extent1 == extent2 || extent1 == 1 || extent2 == 1);
        shape[i] = extent1 == 1 ? extent2 : extent1;
    }
    shape[*ndim - 2] = x1->shape[x1->ndim - 2];
    shape[*ndim - 1] = x2->shape[x2->ndim - 1];
    if (!fits)
        xp_fail(XP_ERROR_VALUE, function, NULL, "%s: matrices of shapes %s and %s do not fit together", function,
                xp_shape_text(x1->ndim, x1->shape, left), xp_shape_text(x2->ndim, x2->shape, right));
    return fits;
}

static xp_array *multiply_matrices(const xp_driver *slots, xp_array *x1, xp_array *x2, const char *function)
{
    int ndim;
    int64_t shape[XP_MAX_NDIM];
    if (!linalg_product_shape(x1, x2, &ndim, shape, function))
        return xp_failed();
    xp_array *out = xp_array_new_filled(x1->xp, (xp_dtype)x1->dtype, ndim, shape, function);
    if (xp_is_failed(out) || out->size == 0)
        return out;
    xp_status status = multiply_stacks(slots, (const xp_array *const[]){x1, x2, out});
    return status == XP_OK ? out : xp_driver_failed(status, function);
}

/* The axis that a vector got is taken out again. */
static xp_array *drop_axis(xp_array *x, int axis, const char *function)
{
    int64_t shape[XP_MAX_NDIM];
    int ndim = 0;
    for (int i = 0; i < x->ndim; i++)
        if (i != axis)
            shape[ndim++] = x->shape[i];
    return xp_record_reshape(x, ndim, shape, function);
}

xp_array *standard_matmul(xp_array *x1, xp_array *x2)
{
    static const char *const function = "matmul";
    xp_array *const both[] = {x1, x2};
    if (!standard_check_kinds(function, "x1", x1, XP_KIND_NUMERIC, XP_KIND_NONE) ||
        !standard_check_kinds(function, "x2", x2, XP_KIND_NUMERIC, XP_KIND_NONE) ||
        !xp_check_ndim(function, "x1", x1, 1, XP_MAX_NDIM) || !xp_check_ndim(function, "x2", x2, 1, XP_MAX_NDIM) ||
        !xp_check_same_device(function, 2, both))
        return xp_failed();
    xp_dtype dtype = standard_promote(x1->xp->device, (xp_dtype)x1->dtype, (xp_dtype)x2->dtype, function);
    /* a device may multiply float16 and bfloat16 itself, adding up in float32 */
    const bool is_own = dtype != XP_N_DTYPES && STANDARD_OFFERS(x1->xp, matmul, 0, dtype);
    const xp_dtype loop = is_own ? dtype : xp_loop_dtype(dtype);
    const xp_driver *slots = dtype == XP_N_DTYPES ? NULL : STANDARD_SLOTS(x1->xp, matmul, 0, loop, function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *left = as_matrices(x1, loop, true, function);
    xp_array *right = xp_is_failed(left) ? left : as_matrices(x2, loop, false, function);
    xp_array *out = xp_is_failed(right) ? right : multiply_matrices(slots, left, right, function);
    if (x2->ndim == 1 && !xp_is_failed(out))
        out = drop_axis(out, out->ndim - 1, function);
    if (x1->ndim == 1 && !xp_is_failed(out))
        out = drop_axis(out, out->ndim - 1 - (x2->ndim > 1), function);
    return xp_scope_return(scope, standard_cast(out, dtype, function));
}
