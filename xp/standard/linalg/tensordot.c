/* Contractions of several axes, as products of matrices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"

/* The axes of one operand: those that are summed over, in their order, and those that are left. */
typedef struct axis_split {
    int n_summed, n_left;
    int summed[XP_MAX_NDIM], left[XP_MAX_NDIM];
} axis_split;

static bool split_axes(const xp_array *x, const char *argument, const int *axes, int first, int count,
                       axis_split *split, const char *function)
{
    uint32_t seen = 0;
    *split = (axis_split){.n_summed = count};
    for (int i = 0; i < count; i++) {
        int axis = xp_check_axis(function, argument, axes ? axes[i] : first + i, x->ndim);
        if (axis < 0)
            return false;
        if (seen >> axis & 1) {
            xp_fail(XP_ERROR_VALUE, function, argument, "%s: axis %d is named twice", function, axes[i]);
            return false;
        }
        seen |= UINT32_C(1) << axis;
        split->summed[i] = axis;
    }
    for (int axis = 0; axis < x->ndim; axis++)
        if (!(seen >> axis & 1))
            split->left[split->n_left++] = axis;
    return true;
}

static bool check_extents(const xp_array *x1, const axis_split *s1, const xp_array *x2, const axis_split *s2,
                          const char *function)
{
    for (int i = 0; i < s1->n_summed; i++) {
        int64_t extent1 = x1->shape[s1->summed[i]], extent2 = x2->shape[s2->summed[i]];
        if (extent1 == extent2)
            continue;
        xp_fail(XP_ERROR_VALUE, function, NULL, "%s: axes %d and %d have extents %lld and %lld", function,
                s1->summed[i], s2->summed[i], (long long)extent1, (long long)extent2);
        return false;
    }
    return true;
}

static bool extents_product(const xp_array *x, const int *axes, int count, int64_t *product, const char *function)
{
    *product = 1;
    for (int i = 0; i < count; i++)
        if (!xp_multiply_fits(*product, x->shape[axes[i]], product)) {
            xp_fail(XP_ERROR_OVERFLOW, function, NULL, "%s: the arrays are too large", function);
            return false;
        }
    return true;
}

/* x as a matrix: rows run over the axes `rows`, columns over the others. */
static xp_array *as_matrix(xp_array *x, const int *rows, int n_rows, const int *columns, int n_columns,
                           const char *function)
{
    xp_axis_map map = {.ndim = x->ndim};
    int64_t shape[2];
    if (!extents_product(x, rows, n_rows, &shape[0], function) ||
        !extents_product(x, columns, n_columns, &shape[1], function))
        return xp_failed();
    for (int i = 0; i < x->ndim; i++) {
        map.source[i] = i < n_rows ? rows[i] : columns[i - n_rows];
        map.shape[i] = x->shape[map.source[i]];
        map.step[i] = 1;
    }
    x = xp_record_view(x, &map, function);
    return xp_is_failed(x) ? x : xp_record_reshape(x, 2, shape, function);
}

xp_array *standard_tensordot(xp_array *x1, xp_array *x2, const int *axes1, const int *axes2, int count)
{
    static const char *const function = "tensordot";
    xp_array *const both[] = {x1, x2};
    axis_split s1, s2;
    if (!standard_check_kinds(function, "x1", x1, XP_KIND_NUMERIC, XP_KIND_NONE) ||
        !standard_check_kinds(function, "x2", x2, XP_KIND_NUMERIC, XP_KIND_NONE) ||
        !xp_check_same_device(function, 2, both))
        return xp_failed();
    const int most = x1->ndim < x2->ndim ? x1->ndim : x2->ndim;
    if (count < 0 || count > most)
        return xp_fail(XP_ERROR_VALUE, function, "count", "tensordot: count is %d, expected 0 to %d", count, most);
    if (!axes1 != !axes2)
        return xp_fail(XP_ERROR_VALUE, function, "axes", "tensordot: axes are given for one operand alone");
    if (!split_axes(x1, "axes1", axes1, x1->ndim - count, count, &s1, function) ||
        !split_axes(x2, "axes2", axes2, 0, count, &s2, function) || !check_extents(x1, &s1, x2, &s2, function))
        return xp_failed();
    if (s1.n_left + s2.n_left > XP_MAX_NDIM)
        return xp_fail(XP_ERROR_VALUE, function, NULL,
                       "tensordot: the result has %d dimensions, at most %d are possible", s1.n_left + s2.n_left,
                       XP_MAX_NDIM);
    int64_t shape[XP_MAX_NDIM];
    for (int i = 0; i < s1.n_left + s2.n_left; i++)
        shape[i] = i < s1.n_left ? x1->shape[s1.left[i]] : x2->shape[s2.left[i - s1.n_left]];
    xp_scope scope = xp_scope_open();
    xp_array *left = as_matrix(x1, s1.left, s1.n_left, s1.summed, count, function);
    xp_array *right = as_matrix(x2, s2.summed, count, s2.left, s2.n_left, function);
    if (xp_is_failed(left) || xp_is_failed(right))
        return xp_scope_return(scope, xp_failed());
    xp_array *product = standard_matmul(left, right);
    return xp_scope_return(scope, xp_is_failed(product) ? product
                                                        : xp_record_reshape(product, s1.n_left + s2.n_left, shape,
                                                                            function));
}
