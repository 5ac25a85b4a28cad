/* Quantiles and medians, by selection: nothing is sorted as a whole.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/device_dtypes.h"
#include "core/shape.h"
#include "core/thread.h"
#include "graph/transfer.h"
#include "standard/support.h"

/* Quantile number i of a line is element low[i] in order and, by a part of `gamma`, the next one, element high[i];
 * both are places among the ranks that are selected. */
typedef struct plan {
    const xp_driver *slots; /* whose slot selects */
    int64_t count, n_ranks;
    int64_t *ranks, *low, *high;
    double *gamma;
} plan;

/* ---- which elements ---------------------------------------------------------------------------------------------- */

/* Where the quantile q of n elements is, as a real rank. Source: Hyndman and Fan, Sample quantiles in statistical
 * packages, The American Statistician 50 (1996), whose nine definitions the methods are. */
static double real_rank(double q, double n, xp_quantile_method method)
{
    static const double alpha_beta[][2] = {
        [XP_QUANTILE_LINEAR] = {1, 1},
        [XP_QUANTILE_INTERPOLATED_INVERTED_CDF] = {0, 1},
        [XP_QUANTILE_HAZEN] = {0.5, 0.5},
        [XP_QUANTILE_WEIBULL] = {0, 0},
        [XP_QUANTILE_MEDIAN_UNBIASED] = {1.0 / 3.0, 1.0 / 3.0},
        [XP_QUANTILE_NORMAL_UNBIASED] = {3.0 / 8.0, 3.0 / 8.0},
    };
    if (method == XP_QUANTILE_INVERTED_CDF || method == XP_QUANTILE_AVERAGED_INVERTED_CDF)
        return n * q - 1.0;
    if (method == XP_QUANTILE_CLOSEST_OBSERVATION)
        return n * q - 1.5;
    if (method == XP_QUANTILE_LINEAR)
        return (n - 1.0) * q;
    double alpha = alpha_beta[method][0], beta = alpha_beta[method][1];
    return n * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
}

/* The lower rank of a quantile, and the part of the next one in it. */
static int64_t place(double q, int64_t n, xp_quantile_method method, double *gamma)
{
    double rank = real_rank(q, (double)n, method), low = floor(rank);
    *gamma = rank - low;
    if (method == XP_QUANTILE_INVERTED_CDF)
        *gamma = *gamma > 0.0;
    else if (method == XP_QUANTILE_AVERAGED_INVERTED_CDF)
        *gamma = *gamma > 0.0 ? 1.0 : 0.5;
    else if (method == XP_QUANTILE_CLOSEST_OBSERVATION) /* of two as close, the one with an even number from 1 on */
        *gamma = *gamma > 0.0 || fmod(fabs(low), 2.0) == 0.0;
    if (low < 0.0 || low >= (double)(n - 1)) {
        *gamma = 0.0;
        return low < 0.0 ? 0 : n - 1;
    }
    return (int64_t)low;
}

/* Puts a rank into the ascending list if it is not there. */
static void add_rank(plan *p, int64_t rank)
{
    int64_t at = p->n_ranks;
    for (; at > 0 && p->ranks[at - 1] >= rank; at--)
        if (p->ranks[at - 1] == rank)
            return;
    memmove(p->ranks + at + 1, p->ranks + at, (size_t)(p->n_ranks - at) * sizeof *p->ranks);
    p->ranks[at] = rank;
    p->n_ranks++;
}

static int64_t find_rank(const plan *p, int64_t rank)
{
    int64_t at = 0;
    while (p->ranks[at] != rank)
        at++;
    return at;
}

static bool make_plan(plan *p, const double *q, int64_t n, xp_quantile_method method)
{
    for (int64_t i = 0; i < p->count; i++) {
        if (!(q[i] >= 0.0 && q[i] <= 1.0)) {
            xp_fail(XP_ERROR_VALUE, "quantile", "q", "quantile: q has the element %g, expected 0 to 1", q[i]);
            return false;
        }
        p->low[i] = place(q[i], n, method, &p->gamma[i]);
        p->high[i] = p->gamma[i] > 0.0 ? p->low[i] + 1 : p->low[i];
        add_rank(p, p->low[i]);
        add_rank(p, p->high[i]);
    }
    for (int64_t i = 0; i < p->count; i++) {
        p->low[i] = find_rank(p, p->low[i]);
        p->high[i] = find_rank(p, p->high[i]);
    }
    return true;
}

/* ---- from the elements to the quantiles -------------------------------------------------------------------------- */

/* The elements of the planned ranks along an axis of x. */
static xp_array *select_ranks(const plan *p, xp_array *x, int axis, const char *function)
{
    int64_t shape[XP_MAX_NDIM];
    x = xp_ready(x, function);
    if (!x)
        return xp_failed();
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    shape[axis] = p->n_ranks;
    xp_array *out = xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, shape, function);
    if (xp_is_failed(out))
        return out;
    const xp_view from = standard_view(x), to = standard_view(out);
    xp_status status = p->slots->select(x->xp->device, &from, axis, p->ranks, (int)p->n_ranks, true, &to);
    return status == XP_OK ? out : xp_driver_failed(status, function);
}

/* Between low and high by a part of gamma, as numpy does it: from the nearer end, so that it never goes beyond. */
static xp_array *interpolate(const xp_namespace *xp, xp_array *low, xp_array *high, xp_array *gamma)
{
    xp_array *distance = xp->subtract(high, low);
    xp_array *from_low = xp->add(low, xp->multiply(distance, gamma));
    xp_array *from_high = xp->subtract(high, xp->multiply(distance, xp->subtract(xp_scalar(1.0), gamma)));
    xp_array *between = xp->where(xp->less(gamma, xp_scalar(0.5)), from_low, from_high);
    return xp->where(xp->equal(low, high), low, between); /* infinities have no distance */
}

/* x (..., n) with the axes that are reduced as one, which is the last, or the only one where it is. */
static xp_array *join_axes(xp_array *x, uint32_t axes, int *axis)
{
    int order[XP_MAX_NDIM], kept = 0, n_axes = 0;
    int64_t shape[XP_MAX_NDIM], extent = 1;
    for (int i = 0; i < x->ndim; i++)
        if (!(axes >> i & 1)) {
            shape[kept] = x->shape[i];
            order[kept++] = i;
        }
    for (int i = 0; i < x->ndim; i++)
        if (axes >> i & 1) {
            extent *= x->shape[i];
            order[kept + n_axes++] = i;
            *axis = i;
        }
    if (n_axes == 1)
        return x;
    *axis = kept;
    shape[kept] = extent;
    return x->xp->reshape(x->xp->permute_dims(x, order, x->ndim), (xp_shape){kept + 1, shape});
}

/* The quantiles along `axis` become the result's first axes, in q's shape; then come x's without the reduced ones. */
static xp_array *arrange(xp_array *quantiles, int axis, const xp_array *q, const xp_array *x, uint32_t axes,
                         bool keepdims, const char *function)
{
    const xp_namespace *xp = x->xp;
    int64_t shape[2 * XP_MAX_NDIM];
    int ndim = q->ndim;
    memcpy(shape, q->shape, (size_t)q->ndim * sizeof *shape);
    for (int i = 0; i < x->ndim; i++)
        if (!(axes >> i & 1) || keepdims)
            shape[ndim++] = axes >> i & 1 ? 1 : x->shape[i];
    if (ndim > XP_MAX_NDIM)
        return xp_fail(XP_ERROR_VALUE, function, NULL, "%s: the result has more than %d dimensions", function,
                       XP_MAX_NDIM);
    return xp->reshape(xp->moveaxis(quantiles, axis, 0), (xp_shape){ndim, shape});
}

/* Doubles as elements of a floating dtype, in the same memory. */
static void narrow(double *numbers, int64_t count, xp_dtype dtype)
{
    for (int64_t i = 0; dtype == XP_FLOAT32 && i < count; i++) {
        const float number = (float)numbers[i];
        memcpy((char *)numbers + i * (int64_t)sizeof number, &number, sizeof number);
    }
}

/* The other way round, from the end. */
static void widen(double *numbers, int64_t count, xp_dtype dtype)
{
    for (int64_t i = count - 1; dtype == XP_FLOAT32 && i >= 0; i--) {
        float number;
        memcpy(&number, (const char *)numbers + i * (int64_t)sizeof number, sizeof number);
        numbers[i] = (double)number;
    }
}

static bool read_levels(xp_array *q, double *levels, const char *function)
{
    if (!xp_copy_to_host(q, levels, (size_t)q->size * xp_dtype_bytes(q->dtype), function))
        return false;
    widen(levels, q->size, (xp_dtype)q->dtype);
    return true;
}

static xp_array *quantiles_by_plan(const plan *p, xp_array *x, int axis, bool is_median, const char *function)
{
    const xp_namespace *xp = x->xp;
    int64_t shape[XP_MAX_NDIM];
    xp_array *selected = select_ranks(p, x, axis, function);
    if (xp_is_failed(selected))
        return selected;
    if (!xp_dtype_is(x->dtype, XP_KIND_FLOATING))
        selected = xp->astype(selected, xp_device_dtype(xp->device, XP_FLOAT64), false);
    const xp_shape count = XP_SHAPE(p->count);
    xp_array *low = xp->take(selected, xp_array_from_host(xp, p->low, XP_INT64, count, function), axis);
    xp_array *high = xp->take(selected, xp_array_from_host(xp, p->high, XP_INT64, count, function), axis);
    if (is_median)
        return xp->multiply(xp->add(low, high), xp_scalar(0.5));
    for (int i = 0; i < x->ndim; i++)
        shape[i] = i == axis ? p->count : 1;
    const xp_dtype dtype = xp_dtype_of(selected);
    narrow(p->gamma, p->count, dtype);
    xp_array *gamma = xp_array_from_host(xp, p->gamma, dtype, (xp_shape){x->ndim, shape}, function);
    return interpolate(xp, low, high, gamma);
}

/* ---- the functions ----------------------------------------------------------------------------------------------- */

static bool check(const char *function, xp_array *x, xp_over over, uint32_t *axes)
{
    if (!standard_check_kinds(function, "x", x, XP_KIND_FLOAT, XP_KIND_INTEGRAL) ||
        !xp_check_over(function, over, x->ndim, axes))
        return false;
    for (int i = 0; i < x->ndim; i++)
        if (*axes >> i & 1 && x->shape[i] == 0) {
            xp_fail(XP_ERROR_VALUE, function, "x", "%s: nothing to choose from along axis %d", function, i);
            return false;
        }
    return true;
}

static xp_array *quantile(const xp_driver *slots, xp_array *x, xp_array *q, uint32_t axes, bool keepdims,
                          xp_quantile_method method, bool is_median, const char *function)
{
    int axis = 0;
    xp_array *wide = standard_cast(x, xp_loop_dtype(x->dtype), function);
    xp_array *joined = xp_is_failed(wide) ? wide : join_axes(wide, axes, &axis);
    if (xp_is_failed(joined))
        return joined;
    plan p = {.slots = slots, .count = q->size};
    int64_t *integers = xp_alloc((size_t)p.count, 4 * sizeof *integers);
    double *numbers = xp_alloc((size_t)p.count, 2 * sizeof *numbers);
    xp_array *result = xp_failed();
    if (integers && numbers) {
        p.ranks = integers;
        p.low = integers + 2 * p.count;
        p.high = p.low + p.count;
        p.gamma = numbers;
        if (read_levels(q, numbers + p.count, function) && make_plan(&p, numbers + p.count, joined->shape[axis], method)) {
            result = quantiles_by_plan(&p, joined, axis, is_median, function);
            result = arrange(result, axis, q, x, axes, keepdims, function);
        }
    } else {
        xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
    }
    xp_dealloc(integers);
    xp_dealloc(numbers);
    return xp_is_storage(x->dtype) ? standard_cast(result, (xp_dtype)x->dtype, function) : result;
}

xp_array *standard_extra_quantile(xp_array *x, xp_array *q, xp_over over, xp_quantile_method method)
{
    static const char *const function = "quantile";
    uint32_t axes;
    xp_array *const both[] = {x, q};
    if (!check(function, x, over, &axes) || !xp_check_given(function, "q", q) ||
        !xp_check_same_device(function, 2, both))
        return xp_failed();
    if ((int)method < 0 || method > XP_QUANTILE_NORMAL_UNBIASED)
        return xp_fail(XP_ERROR_VALUE, function, "method", "quantile: unknown method %d", (int)method);
    if (q->xp && !standard_check_kinds(function, "q", q, XP_KIND_FLOAT, XP_KIND_NONE))
        return xp_failed();
    const xp_driver *slots = STANDARD_SLOTS(x->xp, select, 0, xp_loop_dtype(x->dtype), function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_dtype dtype = xp_device_dtype(x->xp->device, XP_FLOAT64);
    q = q->xp ? standard_cast(q, dtype, function) : standard_fill(x->xp, q, XP_SHAPE_0D, dtype, function);
    if (xp_is_failed(q))
        return xp_scope_return(scope, q);
    return xp_scope_return(scope, quantile(slots, x, q, axes, over.keepdims, method, false, function));
}

xp_array *standard_extra_median(xp_array *x, xp_over over)
{
    static const char *const function = "median";
    uint32_t axes;
    const xp_driver *slots =
        check(function, x, over, &axes) ? STANDARD_SLOTS(x->xp, select, 0, xp_loop_dtype(x->dtype), function) : NULL;
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_dtype dtype = xp_device_dtype(x->xp->device, XP_FLOAT64);
    xp_array *q = standard_fill(x->xp, xp_scalar(0.5), XP_SHAPE_0D, dtype, function);
    if (xp_is_failed(q))
        return xp_scope_return(scope, q);
    return xp_scope_return(scope, quantile(slots, x, q, axes, over.keepdims, XP_QUANTILE_LINEAR, true, function));
}
