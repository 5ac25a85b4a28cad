/* Rows of cluster.vq.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

static bool setup_rows(bench_data *data)
{
    data->a = bench_read(data, "rows16");
    data->b = bench_read(data, "book100");
    return data->a && data->b;
}

static void whiten(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    bench_finish(data, scope, sx_cluster_whiten(data->a, NULL));
}

static void vq(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    sx_vq_result found = sx_cluster_vq(data->a, data->b, NULL);
    if (xp_eval(found.dist) != XP_OK)
        data->result = NULL;
    bench_finish(data, scope, found.code);
}

/* k-means++ seeding of 100 centroids and one round: what kmeans2(data, 100, iter=1, minit='++') does in SciPy */
static void seeding(bench_data *data)
{
    xp_scope scope = xp_scope_open();
    xp_rng rng = xp_rng_seed(1);
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.iter = 1;
    options.minit = SX_MINIT_PLUSPLUS;
    options.rng = &rng;
    bench_finish(data, scope, sx_cluster_kmeans2(data->a, xp_scalar(100), &options).centroid);
}

const bench_row bench_cluster_rows[] = {
    {"whiten_1e5x16", setup_rows, whiten},
    {"vq_1e5x16_k100", setup_rows, vq},
    {"seeding_1e5x16_k100", setup_rows, seeding},
    {NULL, NULL, NULL},
};
