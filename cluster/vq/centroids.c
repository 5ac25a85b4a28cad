/* The means of the clusters that a labelling makes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_private.h"

/* The members of each cluster are picked out and averaged. A product with a table of ones and zeros would need no
 * picking, but lets one infinity or NaN into every mean (0 * inf), and its rounding is up to the device's matmul. */
xp_array *vq_centroids(const xp_namespace *xp, xp_array *obs, xp_array *label, xp_array *code_book, vq_empty empty,
                       int64_t *n_empty)
{
    xp_scope scope = xp_scope_open();
    int64_t k = xp_extent(code_book, 0), kept = 0;
    xp_array *means = xp->asarray(code_book, XP_DEFAULT_DTYPE, true);
    *n_empty = 0;
    for (int64_t cluster = 0; cluster < k && xp_ok(means); cluster++) {
        xp_scope round = xp_scope_open();
        xp_array *members = xp_get(obs, XP_INDEX(xp_mask(xp->equal(label, xp_scalar(cluster)))));
        if (xp_ok(members) && xp_extent(members, 0) == 0) {
            *n_empty += 1;
            if (xp_scope_close(round) != XP_OK)
                break;
            continue;
        }
        int64_t row = empty == VQ_DROP_EMPTY ? kept++ : cluster;
        xp_scope_carry(round, &means, xp_set(xp_give(means), XP_INDEX(xp_at(row)), xp->mean(members, XP_OVER(0))));
    }
    if (empty == VQ_DROP_EMPTY && kept < k)
        means = xp->asarray(xp_get(means, XP_INDEX(xp_slice(0, kept, 1))), XP_DEFAULT_DTYPE, true);
    return xp_scope_return(scope, means);
}
