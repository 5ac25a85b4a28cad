/* Where k-means starts: rows drawn at random, a Gaussian like the data, or k-means++.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "vq_private.h"

xp_array *vq_seed_points(const xp_namespace *xp, xp_array *obs, int64_t k, xp_rng *rng)
{
    xp_scope scope = xp_scope_open();
    xp_array *rows = xp->random->choice(rng, xp_extent(obs, 0), k);
    return xp_scope_return(scope, xp->take(obs, rows, 0));
}

/* (r, d): a factor F of the covariance, F^T F, from a singular value decomposition, which has no trouble with features
 * that do not vary or that vary together. With more features than observations it is the data that is decomposed: the
 * covariance would be the larger matrix. */
static xp_array *covariance_factor(const xp_namespace *xp, xp_array *obs, xp_array *mean)
{
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1);
    if (d > n) {
        xp_svd_result data = xp->linalg->svd(xp->subtract(obs, mean), false);
        xp_array *scale = xp->divide(data.s, xp_scalar(sqrt((double)(n - 1))));
        return xp->multiply(xp->expand_dims(scale, 1), data.vh);
    }
    xp_array *covariance = xp->reshape(xp->extra->cov(xp->matrix_transpose(obs)), XP_SHAPE(d, d));
    xp_svd_result svd = xp->linalg->svd(covariance, false);
    return xp->multiply(xp->expand_dims(xp->sqrt(svd.s), 1), svd.vh);
}

xp_array *vq_seed_random(const xp_namespace *xp, xp_array *obs, int64_t k, xp_rng *rng)
{
    xp_scope scope = xp_scope_open();
    xp_array *mean = xp->mean(obs, XP_OVER(0));
    xp_array *factor = covariance_factor(xp, obs, mean);
    xp_array *normal = xp->random->normal(rng, XP_SHAPE(k, xp_extent(factor, 0)), xp_dtype_of(obs));
    return xp_scope_return(scope, xp->add(xp->matmul(normal, factor), mean));
}

/* (1,) int64: a position drawn with probabilities in proportion to `weights` (n,); 0 if all of them are 0. */
static xp_array *draw_by_weight(const xp_namespace *xp, xp_array *weights, xp_rng *rng)
{
    xp_array *cumulative = xp->cumulative_sum(weights, 0, XP_FLOAT64, false);
    xp_array *total = xp_get(cumulative, XP_INDEX(xp_slice(-1, XP_END, 1)));
    xp_array *drawn = xp->multiply(xp->random->uniform(rng, XP_SHAPE(1), XP_FLOAT64), total);
    return xp->searchsorted(cumulative, drawn, false, NULL);
}

/* Source: Arthur, Vassilvitskii: k-means++: the advantages of careful seeding (SODA 2007). `closest` is the running
 * minimum of the squared distances to the rows taken so far. */
xp_array *vq_seed_plusplus(const xp_namespace *xp, xp_array *obs, int64_t k, xp_rng *rng)
{
    xp_scope scope = xp_scope_open();
    int64_t n = xp_extent(obs, 0);
    xp_array *chosen = xp->zeros(XP_SHAPE(k), XP_INT64);
    xp_array *closest = xp->full(XP_SHAPE(n), xp_scalar((double)INFINITY), xp_dtype_of(obs));
    for (int64_t i = 0; i < k; i++) {
        xp_indices here = XP_INDEX(xp_slice(i, i + 1, 1));
        xp_scope choice = xp_scope_open();
        xp_array *row =
            i == 0 ? xp->random->integers(rng, 0, n, XP_SHAPE(1), XP_INT64) : draw_by_weight(xp, closest, rng);
        if (!xp_scope_carry(choice, &chosen, xp_set(xp_give(chosen), here, row)))
            break;
        xp_scope update = xp_scope_open();
        xp_array *differences = xp->subtract(obs, xp->take(obs, xp_get(chosen, here), 0)); /* (n, d) */
        xp_array *squares = xp->sum(xp->square(differences), XP_OVER(1));
        if (!xp_scope_carry(update, &closest, xp->minimum(closest, squares)))
            break;
        if (!xp_progress("kmeans2", i + 1, k, (double)NAN))
            break;
    }
    return xp_scope_return(scope, xp->take(obs, chosen, 0));
}
