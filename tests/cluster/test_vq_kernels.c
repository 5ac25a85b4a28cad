/* The tuned bodies of the kernels of cluster.vq against their passes, bit by bit.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "kernel/launch.h"
#include "trials.h"
#include "vq_sizes.h"

extern const xp_kernel vq_closest_kernel;

/* Labels alone, with sums, and with sums where another round has left its own. */
CHECKED_TEST(vq_kernels, nearest_has_the_bits_of_its_passes)
{
    support_random random = {20};
    for (int i = 0; i < 10000; i++) {
        trial t = trial_draw(&random);
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(trial_points(&random, &t, t.n), t.how);
        xp_array *code_book = trial_points(&random, &t, t.k);
        found tuned = trial_nearest(&t, obs, code_book, i % 2, false, NULL);
        found plain = trial_nearest(&t, obs, code_book, i % 2, true, NULL);
        trial_check_found(&t, tuned, plain);
        if (i % 4 == 1) {
            code_book = trial_points(&random, &t, t.k);
            trial_check_found(&t, trial_nearest(&t, obs, code_book, true, false, &tuned),
                              trial_nearest(&t, obs, code_book, true, true, &plain));
        }
        xp_assert_closes(scope);
    }
}

/* Centroids that do not fit into the cache: slices of features, and several blocks of points at a time. */
CHECKED_TEST(vq_kernels, nearest_of_large_centroids)
{
    for (int f = 0; f < 4; f++) {
        support_random random = {21};
        trial t = {.n = 300, .d = 1500, .k = 210, .slots = 1, .dtype = f % 2 ? XP_FLOAT64 : XP_FLOAT32, .scale = 1};
        if (f >= 2) {
            t.n = 700;
            t.d = 60;
            t.k = 5000;
            t.is_whole = true; /* many ties */
        }
        for (int threads = 1; threads <= 3; threads += 2) {
            xp_scope scope = xp_scope_open();
            xp_set_num_threads(threads);
            xp_array *obs = trial_points(&random, &t, t.n), *code_book = trial_points(&random, &t, t.k);
            found tuned = trial_nearest(&t, obs, code_book, true, false, NULL);
            found plain = trial_nearest(&t, obs, code_book, true, true, NULL);
            trial_check_found(&t, tuned, plain);
            code_book = trial_points(&random, &t, t.k);
            trial_check_found(&t, trial_nearest(&t, obs, code_book, true, false, &tuned),
                              trial_nearest(&t, obs, code_book, true, true, &plain));
            xp_assert_closes(scope);
        }
        xp_set_num_threads(0);
    }
}

/* So many points that what is written goes past the caches. */
CHECKED_TEST(vq_kernels, nearest_of_many_points)
{
    for (int i = 0; i < 4; i++) {
        support_random random = {24};
        trial t = {.n = 1100003, .d = 2 + i / 2, .k = 5, .slots = 3, .dtype = i % 2 ? XP_FLOAT64 : XP_FLOAT32,
                   .scale = 1};
        xp_scope scope = xp_scope_open();
        xp_set_num_threads(1 + i % 3);
        xp_array *obs = trial_points(&random, &t, t.n), *code_book = trial_points(&random, &t, t.k);
        trial_check_found(&t, trial_nearest(&t, obs, code_book, i == 3, false, NULL),
                          trial_nearest(&t, obs, code_book, i == 3, true, NULL));
        xp_set_num_threads(0);
        xp_assert_closes(scope);
    }
}

/* Every second centroid is close to the one before, down to where no way of scanning can tell them apart; some points
 * have one long feature, some are next to nothing. */
CHECKED_TEST(vq_kernels, nearest_of_close_centroids)
{
    support_random random = {23};
    for (int i = 0; i < 400; i++) {
        trial t = {.n = support_integer(&random, 1, 400), .d = support_integer(&random, 9, i % 8 ? 60 : 400),
                   .k = support_integer(&random, 24, 120), .slots = 1, .dtype = i % 2 ? XP_FLOAT64 : XP_FLOAT32,
                   .scale = i % 7 == 0 ? 1e-8 : 1};
        double apart = t.scale * pow(10, -support_uniform(&random, 0, 9));
        double *x = malloc((size_t)(t.n * t.d) * sizeof *x), *c = malloc((size_t)(t.k * t.d) * sizeof *c);
        for (int64_t j = 0; j < t.k * t.d; j++)
            c[j] = j / t.d % 2 ? c[j - t.d] + apart * support_uniform(&random, -1, 1)
                               : t.scale * support_uniform(&random, -2, 2);
        for (int64_t j = 0; j < t.n * t.d; j++)
            x[j] = (j / t.d % 9 ? t.scale : 1e-30) * support_uniform(&random, -3, 3);
        for (int64_t p = 0; p < t.n; p += 5)
            x[p * t.d + support_integer(&random, 0, t.d)] *= 1000;
        xp_scope scope = xp_scope_open();
        xp_array *obs = support_array(x, t.dtype, XP_SHAPE(t.n, t.d), xp_device("host"));
        xp_array *code_book = support_array(c, t.dtype, XP_SHAPE(t.k, t.d), xp_device("host"));
        obs = lay_out(obs, (layout)(i % N_LAYOUTS));
        trial_check_found(&t, trial_nearest(&t, obs, code_book, true, false, NULL),
                          trial_nearest(&t, obs, code_book, true, true, NULL));
        xp_assert_closes(scope);
        free(x);
        free(c);
    }
}

static xp_array *seed(xp_array *obs, xp_array *drawn, bool plain)
{
    const xp_namespace *xp = xp_array_namespace(obs);
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1), k = xp_extent(drawn, 0);
    int64_t chunks = (n + VQ_CLOSEST_CHUNK - 1) / VQ_CLOSEST_CHUNK;
    int64_t blocks = (n + VQ_CLOSEST_BLOCK - 1) / VQ_CLOSEST_BLOCK;
    xp_array *packed = xp_launch_output(xp, XP_SHAPE(blocks, d, VQ_CLOSEST_BLOCK), xp_dtype_of(obs), "seed");
    xp_array *chosen = xp_launch_output(xp, XP_SHAPE(k), XP_INT64, "seed");
    xp_array *closest = xp_launch_output(xp, XP_SHAPE(n), xp_dtype_of(obs), "seed");
    xp_array *totals = xp_launch_output(xp, XP_SHAPE(chunks), XP_FLOAT64, "seed");
    xp_array *const arrays[] = {obs, packed, chosen, closest, totals, drawn};
    xp_launch_plain(plain);
    for (int64_t round = -1; round + 1 < k; round++) {
        const int64_t first[] = {n, 0, 0, 1}, later[] = {0, n, chunks, 1};
        cr_assert(xp_launch(&vq_closest_kernel, "seed", xp_dtype_of(obs), round < 0 ? first : later, arrays,
                            (const xp_number[]){{.index = round}}, 0));
    }
    xp_launch_plain(false);
    return chosen;
}

CHECKED_TEST(vq_kernels, closest_has_the_bits_of_its_passes)
{
    support_random random = {22};
    for (int i = 0; i < 300; i++) {
        trial t = trial_draw(&random);
        t.n = support_integer(&random, 1, 5000);
        t.d = t.d % 20 + 1;
        xp_scope scope = xp_scope_open();
        xp_array *obs = lay_out(trial_points(&random, &t, t.n), t.how);
        xp_rng rng = xp_rng_seed((uint64_t)i);
        xp_array *drawn = xp_random_uniform(&rng, XP_SHAPE(t.k, t.dtype == XP_FLOAT32 ? 2 : 1), t.dtype,
                                            xp_device("host"));
        trial_check_same(&t, seed(obs, drawn, false), seed(obs, drawn, true), "chosen rows");
        xp_assert_closes(scope);
    }
}

/* Rounds of k-means, some of whose clusters stay empty. */
CHECKED_TEST(vq_kernels, means_have_the_bits_of_their_passes)
{
    static const struct {
        int64_t n, d, k;
    } sizes[] = {{1, 2, 1}, {9000, 3, 8}, {5000, 5, 300}, {7000, 40, 31}, {90, 1100, 7}};
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        support_random random = {23};
        trial t = {.n = sizes[i].n, .d = sizes[i].d, .k = sizes[i].k, .dtype = dtype, .scale = 1};
        xp_scope scope = xp_scope_open();
        xp_array *obs = trial_points(&random, &t, t.n), *code_book = trial_points(&random, &t, t.k);
        xp_array *is_third = xp_equal(xp_remainder(xp_arange(0, (double)t.k, 1, dtype, xp_device("host")),
                                                   xp_scalar(3.0)), xp_scalar(2.0));
        code_book = xp_where(xp_expand_dims(is_third, 1), xp_add(code_book, xp_scalar(100.0)), code_book);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.iter = 3;
        options.minit = SX_MINIT_MATRIX;
        xp_launch_plain(true);
        sx_kmeans2_result plain = sx_cluster_kmeans2(obs, code_book, &options);
        xp_launch_plain(false);
        trial_check_same(&t, sx_cluster_kmeans2(obs, code_book, &options).centroid, plain.centroid, "means");
        xp_assert_closes(scope);
    }
}
