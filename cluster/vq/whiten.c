/* whiten: each feature in units of its standard deviation.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_private.h"

sx_whiten_options sx_cluster_whiten_defaults(void)
{
    return (sx_whiten_options){.size = sizeof(sx_whiten_options), .check_finite = true};
}

xp_array *sx_cluster_whiten(xp_array *obs, const sx_whiten_options *given)
{
    sx_whiten_options options = sx_cluster_whiten_defaults();
    if (!vq_read_options("whiten", &options, sizeof(options), given))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = xp_array_namespace(obs);

    obs = vq_check_observations(xp, "whiten", "obs", obs, XP_MAX_NDIM, false);
    xp_array *std_dev = xp->std(obs, XP_OVER(0)); /* obs's shape without the first axis */
    /* A deviation is finite only where its whole feature is, so that mostly one look at the deviations is enough. */
    if (options.check_finite && !xp_truth(xp->all(xp->is_finite(std_dev), XP_ALL)))
        obs = vq_check_observations(xp, "whiten", "obs", obs, XP_MAX_NDIM, true);
    xp_array *is_flat = xp->equal(std_dev, xp_scalar(0.0));
    if (options.check_finite && xp_truth(xp->any(is_flat, XP_ALL)))
        xp_warn("whiten: some features do not vary: they are left as they are");
    std_dev = xp->where(is_flat, xp_scalar(1.0), std_dev);

    return xp_scope_return(scope, xp->divide(obs, std_dev));
}
