/* Covariance matrices, with weights.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

static const char *const function = "cov";

/* One weight for each of `count` observations, none negative, in `dtype`. */
static xp_array *checked_weights(const char *argument, xp_array *m, xp_array *w, int kinds, int64_t count,
                                 xp_dtype dtype)
{
    if (!standard_check_array(function, argument, w) || !xp_check_kind(function, argument, w, kinds) ||
        !xp_check_ndim(function, argument, w, 1, 1) || !xp_check_same_device(function, 2, (xp_array *const[]){m, w}))
        return xp_failed();
    if (w->shape[0] != count)
        return xp_fail(XP_ERROR_VALUE, function, argument, "cov: %s has %lld elements for %lld observations", argument,
                       (long long)w->shape[0], (long long)count);
    if (xp_truth(m->xp->any(m->xp->less(w, xp_scalar_int(0)), XP_ALL)))
        return xp_fail(XP_ERROR_VALUE, function, argument, "cov: %s has negative elements", argument);
    return standard_cast(w, dtype, function);
}

/* What sums of products are divided by, nothing below 0: N - correction, where N is the sum of all weights, and with
 * weights that are no frequencies the correction is their mean in the weighted sum. */
static xp_array *divisor(const xp_namespace *xp, xp_array *total, xp_array *weights, xp_array *aweights,
                         double correction)
{
    xp_array *lost = xp_scalar_float(correction);
    if (aweights)
        lost = xp->multiply(xp->divide(xp->sum(xp->multiply(weights, aweights), XP_ALL), total), lost);
    return xp->maximum(xp->subtract(total, lost), xp_scalar_float(0.0));
}

/* Sums of the products of m's rows, whose observations stand along the last axis. */
static xp_array *products(const xp_namespace *xp, xp_array *m, xp_array *weighted)
{
    if (m->ndim == 1)
        return xp->vecdot(m, weighted, -1);
    return xp->matmul(weighted, xp->conj(xp->matrix_transpose(m)));
}

static xp_array *weighted_cov(xp_array *m, double correction, xp_array *fweights, xp_array *aweights)
{
    const xp_namespace *xp = m->xp;
    xp_array *weights = fweights && aweights ? xp->multiply(fweights, aweights) : fweights ? fweights : aweights;
    xp_array *total = xp->sum(weights, XP_ALL);
    xp_array *mean = xp->divide(xp->sum(xp->multiply(m, weights), xp_keepdims(XP_OVER(-1))), total);
    m = xp->subtract(m, mean);
    if (xp_is_failed(m))
        return xp_fail_again();
    return xp->divide(products(xp, m, xp->multiply(m, weights)), divisor(xp, total, weights, aweights, correction));
}

xp_array *standard_extra_cov(xp_array *m, int axis, double correction, xp_array *fweights, xp_array *aweights)
{
    if (!standard_check_kinds(function, "m", m, XP_KIND_FLOATING, XP_KIND_INTEGRAL) ||
        !xp_check_ndim(function, "m", m, 1, XP_MAX_NDIM) || (axis = xp_check_axis(function, "axis", axis, m->ndim)) < 0)
        return xp_failed();
    const xp_namespace *xp = m->xp;
    const int64_t count = m->shape[axis];
    xp_scope scope = xp_scope_open();
    if (!xp_dtype_is(m->dtype, XP_KIND_FLOATING))
        m = xp->astype(m, xp->device->dtypes.real_floating, false);
    m = xp->moveaxis(m, axis, -1);
    if (xp_is_failed(m))
        return xp_scope_return(scope, m);
    const xp_dtype real = xp_real_dtype((xp_dtype)m->dtype);
    if (fweights)
        fweights = checked_weights("fweights", m, fweights, XP_KIND_INTEGRAL, count, real);
    if (aweights && (!fweights || !xp_is_failed(fweights)))
        aweights = checked_weights("aweights", m, aweights, XP_KIND_REAL, count, real);
    if ((fweights && xp_is_failed(fweights)) || (aweights && xp_is_failed(aweights)))
        return xp_scope_return(scope, xp_failed());
    if (fweights || aweights)
        return xp_scope_return(scope, weighted_cov(m, correction, fweights, aweights));
    const double degrees = (double)count - correction;
    m = xp->subtract(m, xp->mean(m, xp_keepdims(XP_OVER(-1))));
    if (xp_is_failed(m))
        return xp_scope_return(scope, m);
    return xp_scope_return(scope, xp->divide(products(xp, m, m), xp_scalar_float(degrees > 0.0 ? degrees : 0.0)));
}
