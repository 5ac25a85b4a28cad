/* Standard scaler: features of mean 0 and variance 1.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "arguments.h"

minilearn_scaler_options minilearn_scaler_defaults(void)
{
    return (minilearn_scaler_options){.size = sizeof(minilearn_scaler_options), .with_mean = true, .with_std = true};
}

minilearn_scaler minilearn_scaler_fit(xp_array *x, const minilearn_scaler_options *given)
{
    minilearn_scaler scaler = {xp_failed(), xp_failed()};
    minilearn_scaler_options options = minilearn_scaler_defaults();
    if (!minilearn_read_options("scaler_fit", &options, sizeof options, given))
        return scaler;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x);

    x = minilearn_check(xp, "scaler_fit", "x", x, 2, 2);
    if (minilearn_check_least("scaler_fit", x, 1, 0)) {
        xp_array *deviation = xp->std(x, XP_OVER(0)); /* (d,) */
        xp_array *is_flat = xp->equal(deviation, xp_scalar(0.0));
        scaler.mean = options.with_mean ? xp->mean(x, XP_OVER(0)) : NULL;
        scaler.scale = options.with_std ? xp->where(is_flat, xp_scalar(1.0), deviation) : NULL;
    }
    xp_scope_pass(scope, &scaler.mean, &scaler.scale, NULL);
    return scaler;
}

/* Whether x, checked, has the features of the model; one without mean and scale takes any. */
static bool fits(const char *function, const minilearn_scaler *scaler, xp_array *x)
{
    xp_array *of_features = scaler->mean ? scaler->mean : scaler->scale;
    return !of_features || minilearn_check_features(function, x, xp_extent(of_features, 0));
}

xp_array *minilearn_scaler_transform(const minilearn_scaler *scaler, xp_array *x)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x, scaler->mean, scaler->scale);

    x = minilearn_check(xp, "scaler_transform", "x", x, 2, 2);
    if (!fits("scaler_transform", scaler, x))
        return xp_scope_return(scope, xp_failed());
    if (scaler->mean)
        x = xp->subtract(x, scaler->mean);
    if (scaler->scale)
        x = xp->divide(x, scaler->scale);

    return xp_scope_return(scope, x);
}

xp_array *minilearn_scaler_inverse_transform(const minilearn_scaler *scaler, xp_array *x)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(x, scaler->mean, scaler->scale);

    x = minilearn_check(xp, "scaler_inverse_transform", "x", x, 2, 2);
    if (!fits("scaler_inverse_transform", scaler, x))
        return xp_scope_return(scope, xp_failed());
    if (scaler->scale)
        x = xp->multiply(x, scaler->scale);
    if (scaler->mean)
        x = xp->add(x, scaler->mean);

    return xp_scope_return(scope, x);
}
