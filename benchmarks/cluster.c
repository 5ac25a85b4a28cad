/* Rows of cluster.vq.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "bench.h"

static bool setup_rows(bench_data *data)
{
    data->a = bench_read(data, "rows16");
    return data->a;
}

/* Row JOB_SHAPE_kK works on points_SHAPE and book_SHAPE_kK. */
static bool setup_points(bench_data *data)
{
    const char *shape = strchr(data->row, '_') + 1;
    char points[64], book[64];
    snprintf(points, sizeof points, "points_%.*s", (int)(strstr(shape, "_k") - shape), shape);
    snprintf(book, sizeof book, "book_%s", shape);
    data->a = bench_read(data, points);
    data->b = bench_read(data, book);
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

static void rounds(bench_data *data, int64_t count)
{
    xp_scope scope = xp_scope_open();
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.iter = count;
    options.minit = SX_MINIT_MATRIX;
    bench_finish(data, scope, sx_cluster_kmeans2(data->a, data->b, &options).centroid);
}
static void two_rounds(bench_data *data) { rounds(data, 2); }
static void ten_rounds(bench_data *data) { rounds(data, 10); }

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
    {"seeding_1e5x16_k100", setup_rows, seeding},
    {"vq_1e5x2_k16", setup_points, vq},
    {"vq_1e5x3_k8", setup_points, vq},
    {"vq_1e6x5_k8", setup_points, vq},
    {"vq_1e5x16_k100", setup_points, vq},
    {"vq_1e5x128_k256", setup_points, vq},
    {"vq_2e4x784_k256", setup_points, vq},
    {"vq_4096x4096_k1000", setup_points, vq},
    {"vq_1e6x128_k1000", setup_points, vq},
    {"vq_offset_k100", setup_points, vq},
    {"vq_clouds_k100", setup_points, vq},
    {"kmeans2_1e5x2_k16", setup_points, ten_rounds},
    {"kmeans2_1e5x3_k8", setup_points, ten_rounds},
    {"kmeans2_1e6x5_k8", setup_points, ten_rounds},
    {"kmeans2_1e5x16_k100", setup_points, ten_rounds},
    {"kmeans2_1e5x128_k256", setup_points, ten_rounds},
    {"kmeans2_2e4x784_k256", setup_points, ten_rounds},
    {"kmeans2_4096x4096_k1000", setup_points, two_rounds},
    {"kmeans2_1e6x128_k1000", setup_points, two_rounds},
    {NULL, NULL, NULL},
};
