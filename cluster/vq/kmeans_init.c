/* Where k-means starts: rows drawn at random, a Gaussian like the data, or k-means++.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "vq_private.h"
#include "vq_kernels.h"

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
    xp_array *covariance = xp->extra->cov(obs, 0, 1.0, NULL, NULL);
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

/* ---- k-means++ --------------------------------------------------------------------------------------------------- */

/* The more rows there are, the less a few more take away from what draws go by. */
#define MOST_OF_BATCH 16
#define TRIES 5 /* of a row, the first of which is for one without others since the last pass */

static int64_t batch_after(int64_t done)
{
    return done < 8 ? 1 : done / 4 < MOST_OF_BATCH ? done / 4 : MOST_OF_BATCH;
}

/* Source: Arthur, Vassilvitskii: k-means++: the advantages of careful seeding (SODA 2007). A batch of the kernel goes
 * over the running minimum of the squared distances to the rows chosen so far, and chooses the next ones. */
xp_array *vq_seed_plusplus(const xp_namespace *xp, xp_array *obs, int64_t k, xp_rng *rng)
{
    xp_scope scope = xp_scope_open();
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1);
    int64_t chunks = (n + VQ_CLOSEST_CHUNK - 1) / VQ_CLOSEST_CHUNK;
    int64_t blocks = (n + VQ_CLOSEST_BLOCK - 1) / VQ_CLOSEST_BLOCK;
    xp_dtype dtype = xp_dtype_of(obs);
    xp_array *packed = xp_launch_output(xp, XP_SHAPE(blocks, d, VQ_CLOSEST_BLOCK), dtype, "kmeans2");
    xp_array *chosen = xp_launch_output(xp, XP_SHAPE(k), XP_INT64, "kmeans2");
    xp_array *closest = xp_launch_output(xp, XP_SHAPE(n), dtype, "kmeans2");
    xp_array *totals = xp_launch_output(xp, XP_SHAPE(chunks), XP_FLOAT64, "kmeans2");
    xp_array *reached = xp_launch_output(xp, XP_SHAPE(1), XP_INT64, "kmeans2");
    xp_array *drawn = xp->random->uniform(rng, XP_SHAPE(k, TRIES, dtype == XP_FLOAT32 ? 3 : 2), dtype);
    xp_array *const arrays[] = {obs, packed, chosen, closest, totals, drawn, reached};
    for (int64_t since = 0, done = 0; done < k;) {
        const int64_t most = k - done < batch_after(done) ? k : done + batch_after(done);
        const int64_t start[] = {n, 0, 0, 1}, later[] = {0, n, chunks, 1};
        if (!xp_launch(&vq_closest_kernel, "kmeans2", dtype, done == 0 ? start : later, arrays,
                       (const xp_number[]){{.index = since}, {.index = done}, {.index = most}},
                       VQ_NANOSECONDS_PER_FEATURE * (double)n * (double)(d + 2) * (double)(done - since + 1)))
            return xp_scope_return(scope, xp_failed());
        since = done;
        if (!vq_read_values(reached, &done, sizeof done) || !xp_progress("kmeans2", done, k, (double)NAN, -1))
            return xp_scope_return(scope, xp_failed());
    }
    return xp_scope_return(scope, xp->take(obs, chosen, 0));
}
