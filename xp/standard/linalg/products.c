/* Products of vectors: dot, outer and cross products; and Kronecker's.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"

/* Two numeric arrays of one device. */
static bool check_pair(const char *function, const char *const names[2], xp_array *x1, xp_array *x2)
{
    xp_array *const both[] = {x1, x2};
    return standard_check_kinds(function, names[0], x1, XP_KIND_NUMERIC, XP_KIND_NONE) &&
           standard_check_kinds(function, names[1], x2, XP_KIND_NUMERIC, XP_KIND_NONE) &&
           xp_check_same_device(function, 2, both);
}

static const char *const x1_x2[] = {"x1", "x2"}, *const a_b[] = {"a", "b"};

/* An axis counted from the end, which both have. */
static bool check_back_axis(const char *function, int axis, const xp_array *x1, const xp_array *x2)
{
    int least = x1->ndim < x2->ndim ? x1->ndim : x2->ndim;
    if (axis < 0 && axis >= -least)
        return true;
    xp_fail(XP_ERROR_INDEX, function, "axis", "%s: axis %d is not in -%d .. -1", function, axis, least);
    return false;
}

static xp_array *multiply(xp_array *a, xp_array *b, const char *function)
{
    return xp_record_elementwise(&xp_operation_multiply, function, 2, (xp_array *const[]){a, b});
}

/* ---- vecdot ------------------------------------------------------------------------------------------------------ */

xp_array *standard_vecdot(xp_array *x1, xp_array *x2, int axis)
{
    static const char *const function = "vecdot";
    if (!check_pair(function, x1_x2, x1, x2) || !check_back_axis(function, axis, x1, x2))
        return xp_failed();
    int64_t extent1 = x1->shape[x1->ndim + axis], extent2 = x2->shape[x2->ndim + axis];
    if (extent1 != extent2)
        return xp_fail(XP_ERROR_VALUE, function, NULL, "vecdot: extents %lld and %lld of axis %d differ",
                       (long long)extent1, (long long)extent2, axis);
    const xp_dtype dtype = (xp_dtype)xp_promotion[x1->dtype][x2->dtype];
    xp_scope scope = xp_scope_open();
    if (xp_is_storage(dtype)) { /* as in matmul, the sum alone is rounded */
        x1 = standard_cast(x1, xp_loop_dtype(dtype), function);
        x2 = standard_cast(x2, xp_loop_dtype(dtype), function);
    }
    if (xp_dtype_is(x1->dtype, XP_KIND_COMPLEX))
        x1 = xp_record_elementwise(&xp_operation_conj, function, 1, &x1);
    xp_array *products = multiply(x1, x2, function);
    if (xp_is_failed(products))
        return xp_scope_return(scope, products);
    uint32_t axes = UINT32_C(1) << (products->ndim + axis);
    xp_array *sum = xp_record_reduction(XP_REDUCE_SUM, products, axes, false, 0.0, function);
    return xp_scope_return(scope, xp_is_storage(dtype) ? standard_cast(sum, dtype, function) : sum);
}

/* ---- outer ------------------------------------------------------------------------------------------------------- */

xp_array *standard_linalg_outer(xp_array *x1, xp_array *x2)
{
    static const char *const function = "outer";
    if (!check_pair(function, x1_x2, x1, x2) || !xp_check_ndim(function, "x1", x1, 1, 1) ||
        !xp_check_ndim(function, "x2", x2, 1, 1))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    const int64_t column[] = {x1->shape[0], 1};
    return xp_scope_return(scope, multiply(xp_record_reshape(x1, 2, column, function), x2, function));
}

/* ---- cross ------------------------------------------------------------------------------------------------------- */

/* Component i of the vectors along an axis, which is kept. */
static xp_array *component(xp_array *x, int axis, int64_t i, const char *function)
{
    xp_axis_map map;
    standard_same_axes(x, &map);
    map.shape[x->ndim + axis] = 1;
    map.start[x->ndim + axis] = i;
    return xp_record_view(x, &map, function);
}

/* Component i of the product: a[j] b[k] - a[k] b[j] with i, j, k in turn. */
static xp_array *cross_component(xp_array *a, xp_array *b, int axis, int i, const char *function)
{
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    xp_array *first = multiply(component(a, axis, j, function), component(b, axis, k, function), function);
    xp_array *second = multiply(component(a, axis, k, function), component(b, axis, j, function), function);
    return xp_record_elementwise(&xp_operation_subtract, function, 2, (xp_array *const[]){first, second});
}

xp_array *standard_linalg_cross(xp_array *x1, xp_array *x2, int axis)
{
    static const char *const function = "cross";
    if (!check_pair(function, x1_x2, x1, x2) || !check_back_axis(function, axis, x1, x2))
        return xp_failed();
    int64_t extent1 = x1->shape[x1->ndim + axis], extent2 = x2->shape[x2->ndim + axis];
    if (extent1 != 3 || extent2 != 3)
        return xp_fail(XP_ERROR_VALUE, function, NULL, "cross: extents %lld and %lld of axis %d, expected 3",
                       (long long)extent1, (long long)extent2, axis);
    xp_scope scope = xp_scope_open();
    xp_array *components[3];
    for (int i = 0; i < 3; i++) {
        components[i] = cross_component(x1, x2, axis, i, function);
        if (xp_is_failed(components[i]))
            return xp_scope_return(scope, components[i]);
    }
    return xp_scope_return(scope, standard_concat(components, 3, axis));
}

/* ---- kron -------------------------------------------------------------------------------------------------------- */

/* x with as many leading axes as it lacks, and before (or behind) each axis a new one. */
static xp_array *between_axes(xp_array *x, int ndim, bool is_before, const char *function)
{
    int64_t shape[XP_MAX_NDIM];
    for (int i = 0; i < ndim; i++) {
        int own = i - (ndim - x->ndim);
        shape[2 * i + is_before] = own < 0 ? 1 : x->shape[own];
        shape[2 * i + !is_before] = 1;
    }
    return xp_record_reshape(x, 2 * ndim, shape, function);
}

xp_array *standard_extra_kron(xp_array *a, xp_array *b)
{
    static const char *const function = "kron";
    if (!check_pair(function, a_b, a, b) || !xp_check_ndim(function, "a", a, 0, XP_MAX_NDIM / 2) ||
        !xp_check_ndim(function, "b", b, 0, XP_MAX_NDIM / 2))
        return xp_failed();
    const int ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    xp_scope scope = xp_scope_open();
    a = between_axes(a, ndim, false, function);
    b = between_axes(b, ndim, true, function);
    xp_array *product = multiply(a, b, function);
    if (xp_is_failed(product))
        return xp_scope_return(scope, product);
    int64_t shape[XP_MAX_NDIM];
    for (int i = 0; i < ndim; i++)
        shape[i] = product->shape[2 * i] * product->shape[2 * i + 1];
    return xp_scope_return(scope, xp_record_reshape(product, ndim, shape, function));
}
