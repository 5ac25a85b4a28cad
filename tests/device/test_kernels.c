/* The bodies that kernels have for processors and groups against their passes on the same device, bit by bit.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "tested.h"
#include "trials.h"

/* Labels, distances and sums of one trial; and of other centroids where it has left its own. */
static void check_trial(const trial *t, support_random *random, const struct xp_device *device)
{
    xp_scope scope = xp_scope_open();
    xp_array *obs = lay_out_on(trial_points(random, t, t->n), t->how, device);
    xp_array *code_book = xp_to_device(trial_points(random, t, t->k), device);
    found body = trial_nearest(t, obs, code_book, true, false, NULL);
    found plain = trial_nearest(t, obs, code_book, true, true, NULL);
    trial_check_found(t, body, plain);
    code_book = xp_to_device(trial_points(random, t, t->k), device);
    trial_check_found(t, trial_nearest(t, obs, code_book, true, false, &body),
                      trial_nearest(t, obs, code_book, true, true, &plain));
    xp_assert_closes(scope);
}

CHECKED_TEST(device_kernels, nearest_has_the_bits_of_its_passes)
{
    const struct xp_device *device = tested_device();
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        support_random random = {30};
        for (int i = 0; i < 150; i++) {
            trial t = trial_draw(&random);
            t.dtype = dtype;
            check_trial(&t, &random, device);
        }
    }
}

/* Many features and centroids: several slices, chunks and tiles, and ends of them that are not full. */
CHECKED_TEST(device_kernels, nearest_of_large_centroids)
{
    static const struct {
        int64_t n, d, k;
    } sizes[] = {{131, 1001, 70}, {200, 9, 700}, {70, 769, 261}, {260, 1, 300}, {1, 500, 129}};
    const struct xp_device *device = tested_device();
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        support_random random = {31};
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            trial t = {.n = sizes[i].n, .d = sizes[i].d, .k = sizes[i].k, .slots = 3, .dtype = dtype, .scale = 1};
            check_trial(&t, &random, device);
            t.is_whole = true; /* many ties: most labels are settled */
            check_trial(&t, &random, device);
        }
    }
}

/* As many features as points keep in registers, and one more: blocks of points that are full, and what is left. */
CHECKED_TEST(device_kernels, nearest_of_few_features)
{
    static const int64_t counts[] = {2, 64, 1000, 5003}, centroids[] = {1, 8, 33};
    const struct xp_device *device = tested_device();
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        support_random random = {35};
        for (int64_t d = 1; d <= 9; d++)
            for (int i = 0; i < 12; i++) {
                trial t = {.n = counts[i % 4], .d = d, .k = centroids[i / 4], .slots = 3, .dtype = dtype, .scale = 1,
                           .offset = i == 2 ? 1e4 : 0, .is_whole = i % 5 == 1, .has_odd = i % 5 == 2};
                check_trial(&t, &random, device);
            }
    }
}

/* Each centroid has another one close by, down to where products prove nothing and differences little, and points have
 * one long feature; or one centroid has one. Half of the trials have a first centroid far from all else. */
CHECKED_TEST(device_kernels, nearest_of_close_centroids)
{
    const struct xp_device *device = tested_device(), *host = xp_device("host");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        support_random random = {34};
        for (int i = 0; i < 100; i++) {
            const bool are_many = i % 20 == 0; /* points: an item of a processor has several blocks of them */
            trial t = {.n = support_integer(&random, are_many ? 5000 : 1, are_many ? 6000 : 400),
                       .d = support_integer(&random, 1, 150), .k = support_integer(&random, 24, 120), .slots = 1,
                       .dtype = dtype, .scale = 1};
            xp_scope scope = xp_scope_open();
            xp_array *obs = trial_points(&random, &t, t.n), *code_book = trial_points(&random, &t, t.k / 2);
            xp_array *apart = trial_points(&random, &t, t.k / 2);
            const bool is_one = i % 4 > 1; /* it is where products and float32 begin to fail */
            const double digits = is_one ? support_uniform(&random, 3, 6) : support_uniform(&random, 0, 9);
            apart = xp_multiply(apart, xp_scalar(pow(10, -digits)));
            xp_array *close = xp_add(code_book, apart);
            if (is_one)
                close = xp_get(close, XP_INDEX(xp_slice(1, 2, 1), xp_ellipsis()));
            code_book = xp_concat((xp_array *[]){code_book, close}, 2, 0);
            t.k = xp_extent(code_book, 0);
            xp_array *row = xp_remainder(xp_arange(0, (double)t.n, 1, dtype, host), xp_scalar(7.0));
            xp_array *is_long = xp_equal(xp_expand_dims(row, 1), xp_arange(0, (double)t.d, 1, dtype, host));
            if (!is_one)
                obs = xp_where(is_long, xp_multiply(obs, xp_scalar(1000.0)), obs);
            if (i % 2) { /* all but the first centroid far from it */
                xp_array *is_first = xp_equal(xp_arange(0, (double)t.k, 1, dtype, host), xp_scalar(0.0));
                code_book = xp_where(xp_expand_dims(is_first, 1), code_book, xp_add(code_book, xp_scalar(1000.0)));
                obs = xp_add(obs, xp_scalar(1000.0));
            }
            obs = xp_to_device(obs, device);
            code_book = xp_to_device(code_book, device);
            trial_check_found(&t, trial_nearest(&t, obs, code_book, false, false, NULL),
                              trial_nearest(&t, obs, code_book, false, true, NULL));
            xp_assert_closes(scope);
        }
    }
}

/* Two clouds far from the origin: expanded squares have no digit left, and labels are those of the next wider type. */
CHECKED_TEST(device_kernels, labels_of_far_clouds)
{
    const struct xp_device *device = tested_device(), *host = xp_device("host");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        const double far = dtype == XP_FLOAT32 ? 1e4 : 1e8;
        for (int both = 0; both < 2; both++) {
            xp_scope scope = xp_scope_open();
            support_random random = {32};
            trial t = {.n = 1000, .d = 16, .k = 100, .slots = 1, .dtype = dtype, .scale = 1};
            xp_array *obs = trial_points(&random, &t, t.n), *code_book = trial_points(&random, &t, t.k);
            for (xp_array **x = &obs;; x = &code_book) { /* every other row to the other side */
                xp_array *side = xp_remainder(xp_arange(0, (double)xp_extent(*x, 0), 1, dtype, host), xp_scalar(2.0));
                side = xp_subtract(xp_scalar(far), xp_multiply(side, xp_scalar(both ? 2 * far : 0.0)));
                *x = xp_add(*x, xp_expand_dims(side, 1));
                if (x == &code_book)
                    break;
            }
            found here = trial_nearest(&t, obs, code_book, false, false, NULL);
            found there = trial_nearest(&t, xp_to_device(obs, device), xp_to_device(code_book, device), false, false,
                                        NULL);
            xp_assert_identical(xp_to_device(there.label, host), here.label);
            xp_assert_close(xp_to_device(there.distance, host), here.distance, 1e-6, 0);
            xp_assert_closes(scope);
        }
    }
}

/* Rounds of k-means: labels, sums and means are the host's. */
CHECKED_TEST(device_kernels, rounds_are_the_hosts)
{
    const struct xp_device *device = tested_device(), *host = xp_device("host");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        for (int few = 0; few < 2; few++) {
            xp_scope scope = xp_scope_open();
            const clouds what = {.n = 5000, .d = few ? 3 : 20, .centres = 30, .offset = 100, .seed = 33};
            xp_array *obs = make_clouds(&what, dtype, host);
            xp_array *code_book = xp_get(obs, XP_INDEX(xp_slice(0, 5000, 100), xp_ellipsis()));
            sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
            options.iter = 6;
            sx_kmeans2_result here = sx_cluster_kmeans2(obs, code_book, &options);
            sx_kmeans2_result there =
                sx_cluster_kmeans2(xp_to_device(obs, device), xp_to_device(code_book, device), &options);
            xp_assert_identical(xp_to_device(there.label, host), here.label);
            xp_assert_identical(xp_to_device(there.centroid, host), here.centroid);
            xp_assert_closes(scope);
        }
    }
}
