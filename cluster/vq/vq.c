/* vq: the nearest centroid of each observation, and how far it is.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_private.h"
#include "vq_sizes.h"
#include "standard/check.h"

sx_vq_options sx_cluster_vq_defaults(void)
{
    return (sx_vq_options){.size = sizeof(sx_vq_options), .check_finite = true};
}

sx_vq_result sx_cluster_vq(xp_array *obs, xp_array *code_book, const sx_vq_options *given)
{
    sx_vq_result result = {xp_failed(), xp_failed()};
    sx_vq_options options = sx_cluster_vq_defaults();
    if (!vq_read_options("vq", &options, sizeof(options), given))
        return result;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = vq_namespace("vq", obs, code_book);

    obs = vq_check_observations(xp, "vq", "obs", obs, 2, false); /* what is not finite is looked for below */
    code_book = vq_check_observations(xp, "vq", "code_book", code_book, 2, false);
    if (xp_ok(obs) && xp_ok(code_book) && vq_check_centroids("vq", "code_book", code_book, "obs", obs)) {
        vq_prepare(xp, &obs, &code_book);
        int strange = 0;
        /* What is not finite in a row is not finite in its distance from a finite centroid. */
        if (vq_nearest(xp, "vq", obs, code_book, &result.code, &result.dist, options.check_finite ? &strange : NULL)) {
            if (strange & VQ_NEAREST_STRANGE_CENTROIDS)
                vq_check_finite(xp, "vq", "code_book", code_book);
            else if (strange & VQ_NEAREST_STRANGE_POINTS)
                vq_check_finite(xp, "vq", "obs", obs);
        }
    }
    xp_scope_pass(scope, &result.code, &result.dist, NULL);
    return result;
}
