/* Where k-means starts: rows of the data, a Gaussian like it, k-means++; the same numbers on every provider.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "../../cluster/vq/vq_private.h"
#include "observations.h"

static xp_array *seed(vq_seeding *seeding, xp_array *obs, int64_t k, uint64_t number)
{
    xp_rng rng = xp_rng_seed(number);
    return seeding(xp_array_namespace(obs), obs, k, &rng);
}

/* Which row of obs (n, d) each of the rows is; fails the test if it is none. free() it. */
static int32_t *which_rows(xp_array *rows, xp_array *obs)
{
    sx_vq_result found = sx_cluster_vq(rows, obs, NULL);
    xp_assert_equal(found.dist, xp_zeros_like(found.dist, XP_DEFAULT_DTYPE));
    return read_labels(found.code);
}

CHECKED_TEST(vq_seeding, points_are_different_rows)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            xp_array *obs = make_clouds(&(clouds){60, 3, 4, 0, 2}, dtype, device);
            for (int64_t k = 1; k <= 60; k += 59) {
                int32_t *rows = which_rows(seed(vq_seed_points, obs, k, 5), obs);
                bool seen[60] = {false};
                for (int64_t i = 0; i < k; i++) {
                    cr_assert_not(seen[rows[i]], "row %d twice", rows[i]);
                    seen[rows[i]] = true;
                }
                free(rows);
            }
            xp_assert_closes(scope);
        }
    }
}

/* Clouds so far apart that a second centroid in any of them is out of the question. */
CHECKED_TEST(vq_seeding, plusplus_takes_one_row_of_each_cloud)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            double values[80];
            for (int i = 0; i < 80; i++)
                values[i] = (i % 8) * 1e9 + (i / 8);
            xp_array *obs = support_array(values, dtype, XP_SHAPE(80, 1), device);
            for (uint64_t number = 0; number < 5; number++) {
                int32_t *rows = which_rows(seed(vq_seed_plusplus, obs, 8, number), obs);
                int clouds_seen = 0;
                for (int i = 0; i < 8; i++)
                    clouds_seen |= 1 << rows[i] % 8;
                cr_assert_eq(clouds_seen, 0xff, "seed %d: %x", (int)number, clouds_seen);
                free(rows);
            }
            xp_assert_closes(scope);
        }
    }
}

/* k-means++ draws in proportion to the squared distance: from rows 0, 1 and 3 at those places, having row 0, the next
 * one is row 1 in one case of ten and row 2 in nine. */
CHECKED_TEST(vq_seeding, plusplus_draws_by_squared_distance)
{
    xp_scope scope = xp_scope_open();
    const double values[] = {0, 1, 3};
    xp_array *obs = support_array(values, XP_FLOAT64, XP_SHAPE(3, 1), xp_device("host"));
    int first_is_0 = 0, then_row_2 = 0;
    for (uint64_t number = 0; number < 3000; number++) {
        int32_t *rows = which_rows(seed(vq_seed_plusplus, obs, 2, number), obs);
        first_is_0 += rows[0] == 0;
        then_row_2 += rows[0] == 0 && rows[1] == 2;
        free(rows);
    }
    cr_assert(abs(first_is_0 - 1000) < 130, "%d", first_is_0); /* 5 standard deviations */
    cr_assert(fabs(then_row_2 - 0.9 * first_is_0) < 5 * sqrt(0.09 * first_is_0), "%d of %d", then_row_2, first_is_0);
    xp_assert_closes(scope);
}

/* Once every row is a centroid, all distances are zero, and row 0 is taken. */
CHECKED_TEST(vq_seeding, plusplus_takes_row_0_when_nothing_is_left)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        const double values[] = {7, 8, 9, 7, 8, 9};
        xp_array *obs = support_array(values, XP_FLOAT64, XP_SHAPE(6, 1), device);
        xp_array *rows = seed(vq_seed_plusplus, obs, 6, 3);
        xp_array *rest = xp_get(rows, XP_INDEX(xp_slice(3, XP_END, 1), xp_ellipsis()));
        xp_assert_equal(rest, xp_full(XP_SHAPE(3, 1), xp_scalar(7), XP_FLOAT64, device));
        xp_assert_closes(scope);
    }
}

/* Many draws have the data's mean and covariance. */
static void check_moments(xp_array *obs, double tolerance)
{
    xp_array *drawn = seed(vq_seed_random, obs, 40000, 11);
    const xp_namespace *xp = xp_array_namespace(obs);
    xp_assert_close(xp->mean(drawn, XP_OVER(0)), xp->mean(obs, XP_OVER(0)), 0, tolerance);
    xp_array *expected = xp->extra->cov(obs, 0, 1.0, NULL, NULL);
    xp_assert_close(xp->extra->cov(drawn, 0, 1.0, NULL, NULL), expected, 0, tolerance);
    cr_assert_eq(xp_dtype_of(drawn), xp_dtype_of(obs));
}

CHECKED_TEST(vq_seeding, random_is_a_gaussian_like_the_data)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            const struct {
                int64_t n, d;
            } cases[] = {{50, 3}, {30, 1}, {4, 4}, {3, 5}, {2, 6}};
            for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                xp_array *obs = make_clouds(&(clouds){cases[i].n, cases[i].d, 3, 0, i}, dtype, device);
                check_moments(xp_multiply(obs, xp_scalar(0.2)), 0.15); /* variances of about 2 to 4 */
            }
            xp_assert_closes(scope);
        }
    }
}

/* A feature that does not vary, and one that repeats another: no Cholesky factor, and no trouble. */
CHECKED_TEST(vq_seeding, random_without_full_rank)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *obs = make_clouds(&(clouds){50, 3, 3, 0, 1}, XP_FLOAT64, device);
        obs = xp_multiply(obs, xp_scalar(0.2));
        xp_array *first = xp_get(obs, XP_INDEX(xp_ellipsis(), xp_slice(0, 1, 1)));
        obs = xp_concat((xp_array *[]){obs, first, xp_full_like(first, xp_scalar(3.0), XP_DEFAULT_DTYPE)}, 3, 1);
        check_moments(obs, 0.15);
        xp_array *drawn = seed(vq_seed_random, obs, 100, 1);
        xp_assert_close(xp_get(drawn, XP_INDEX(xp_ellipsis(), xp_at(4))),
                        xp_full(XP_SHAPE(100), xp_scalar(3.0), XP_FLOAT64, device), 1e-6, 0);
        xp_assert_closes(scope);
    }
}

/* The same seed, the same clusters: exactly, but for random, whose factor LAPACK rounds. And the generator moves on. */
CHECKED_TEST(vq_seeding, same_on_every_provider)
{
    XP_TEST_PROVIDERS(device)
    {
        for (sx_minit minit = SX_MINIT_POINTS; minit <= SX_MINIT_PLUSPLUS; minit++) {
            xp_scope scope = xp_scope_open();
            clouds what = {500, 4, 6, 0, 77};
            xp_rng rng = xp_rng_seed(9), host_rng = rng;
            sx_kmeans2_options options = sx_cluster_kmeans2_defaults(), host_options = options;
            options.minit = host_options.minit = minit;
            options.rng = &rng;
            host_options.rng = &host_rng;
            xp_array *host_data = make_clouds(&what, XP_FLOAT64, xp_device("host"));
            sx_kmeans2_result found =
                sx_cluster_kmeans2(make_clouds(&what, XP_FLOAT64, device), xp_scalar(6), &options);
            sx_kmeans2_result expected = sx_cluster_kmeans2(host_data, xp_scalar(6), &host_options);
            cr_assert_null(support_differ(found.label, expected.label));
            cr_assert_null(support_differ(found.centroid, expected.centroid));
            cr_assert_eq(rng.counter, host_rng.counter);
            cr_assert_gt(rng.counter, 0);
            xp_assert_closes(scope);
        }
    }
}

/* No generator given: seeded by the system, differently each time. */
CHECKED_TEST(vq_seeding, entropy)
{
    xp_scope scope = xp_scope_open();
    xp_array *data = make_clouds(&(clouds){5000, 2, 6, 0, 1}, XP_FLOAT64, xp_device("host"));
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.iter = 1;
    sx_kmeans2_result one = sx_cluster_kmeans2(data, xp_scalar(3), &options);
    sx_kmeans2_result other = sx_cluster_kmeans2(data, xp_scalar(3), &options);
    cr_assert_not_null(support_differ(one.centroid, other.centroid));
    xp_assert_closes(scope);
}
