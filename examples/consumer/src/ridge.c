/* Ridge regression: least squares with small coefficients.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "arguments.h"

minilearn_ridge_options minilearn_ridge_defaults(void)
{
    return (minilearn_ridge_options){.size = sizeof(minilearn_ridge_options), .alpha = 1.0, .fit_intercept = true};
}

static bool check_fit(xp_array *x, xp_array *y, const minilearn_ridge_options *options)
{
    if (!minilearn_check_least("ridge_fit", x, 1, 1) || !xp_ok(y))
        return false;
    if (xp_extent(y, 0) != xp_extent(x, 0))
        xp_fail(XP_ERROR_VALUE, "ridge_fit", "y", "ridge_fit: y has %lld samples, x has %lld",
                (long long)xp_extent(y, 0), (long long)xp_extent(x, 0));
    else if (!(options->alpha >= 0) || !isfinite(options->alpha))
        xp_fail(XP_ERROR_VALUE, "ridge_fit", "alpha", "ridge_fit: alpha is %g, expected 0 or more", options->alpha);
    else
        return true;
    return false;
}

/* (d, t): V s / (s^2 + alpha) U^T y, where x is U s V^T. Values of s that are rounding alone count as 0. */
static xp_array *solve(const xp_namespace *xp, xp_array *x, xp_array *y, double alpha)
{
    int64_t n = xp_extent(x, 0), d = xp_extent(x, 1);
    double rounding = (double)(n > d ? n : d) * xp->finfo(xp_dtype_of(x)).eps;
    xp_svd_result svd = xp->linalg->svd(x, false);
    xp_array *counts = xp->greater(svd.s, xp->multiply(xp->max(svd.s, XP_ALL), xp_scalar(rounding)));
    xp_array *divisor = xp->where(counts, xp->add(xp->square(svd.s), xp_scalar(alpha)), xp_scalar(1.0));
    xp_array *weight = xp->where(counts, xp->divide(svd.s, divisor), xp_scalar(0.0)); /* (min(n, d),) */
    xp_array *projected = xp->matmul(xp->matrix_transpose(svd.u), y);                 /* (min(n, d), t) */
    return xp->matmul(xp->matrix_transpose(svd.vh), xp->multiply(xp->expand_dims(weight, 1), projected));
}

/* x is (n, d), y (n, t): both of one dtype. */
static minilearn_ridge fit(const xp_namespace *xp, xp_array *x, xp_array *y, const minilearn_ridge_options *options)
{
    minilearn_ridge ridge;
    if (!options->fit_intercept) {
        ridge.coef = xp->matrix_transpose(solve(xp, x, y, options->alpha));
        ridge.intercept = xp->zeros(XP_SHAPE(xp_extent(y, 1)), xp_dtype_of(y));
        return ridge;
    }
    xp_array *x_mean = xp->mean(x, XP_OVER(0)), *y_mean = xp->mean(y, XP_OVER(0)); /* (d,), (t,) */
    xp_array *coef = solve(xp, xp->subtract(x, x_mean), xp->subtract(y, y_mean), options->alpha);
    ridge.coef = xp->matrix_transpose(coef);
    ridge.intercept = xp->subtract(y_mean, xp->matmul(x_mean, coef));
    return ridge;
}

minilearn_ridge minilearn_ridge_fit(xp_array *x, xp_array *y, const minilearn_ridge_options *given)
{
    minilearn_ridge ridge = {xp_failed(), xp_failed()};
    minilearn_ridge_options options = minilearn_ridge_defaults();
    if (!minilearn_read_options("ridge_fit", &options, sizeof options, given))
        return ridge;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x, y);

    x = minilearn_check(xp, "ridge_fit", "x", x, 2, 2);
    y = minilearn_check(xp, "ridge_fit", "y", y, 1, 2);
    if (check_fit(x, y, &options)) {
        bool one_target = xp_ndim(y) == 1;
        xp_dtype dtype = xp->result_type((xp_array *const[]){x, y}, 2);
        xp_array *targets = xp->astype(one_target ? xp->expand_dims(y, 1) : y, dtype, false);
        ridge = fit(xp, xp->astype(x, dtype, false), targets, &options);
        if (one_target) {
            ridge.coef = xp->squeeze(ridge.coef, XP_OVER(0));
            ridge.intercept = xp->squeeze(ridge.intercept, XP_OVER(0));
        }
    }
    xp_scope_pass(scope, &ridge.coef, &ridge.intercept, NULL);
    return ridge;
}

xp_array *minilearn_ridge_predict(const minilearn_ridge *ridge, xp_array *x)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x, ridge->coef);

    x = minilearn_check(xp, "ridge_predict", "x", x, 2, 2);
    if (!minilearn_check_features("ridge_predict", x, xp_extent(ridge->coef, -1)))
        return xp_scope_return(scope, xp_failed());
    bool one_target = xp_ndim(ridge->coef) == 1;
    xp_array *coef = one_target ? ridge->coef : xp->matrix_transpose(ridge->coef);

    return xp_scope_return(scope, xp->add(xp->matmul(x, coef), ridge->intercept));
}
