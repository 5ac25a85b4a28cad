/* Labels and distances against a plain double loop, where the data is far from the origin, tied, tiny or huge, too.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "observations.h"

/* Squared distances below this gap are one to the reference: 8 ulp. */
#define GAP (16 * 2.220446049250313e-16)

/* The double loop: the squared distance of row i of x to row j of c, d features each. */
static double squared_distance(const double *x, const double *c, int64_t d)
{
    double sum = 0;
    for (int64_t j = 0; j < d; j++)
        sum += (x[j] - c[j]) * (x[j] - c[j]);
    return sum;
}

/* Compares what sx_cluster_vq finds with the loop. `exact`: ties have to go to the lowest index, without any gap. */
static void check_against_loop(xp_array *obs, xp_array *code_book, bool exact)
{
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1), k = xp_extent(code_book, 0);
    sx_vq_result found = sx_cluster_vq(obs, code_book, NULL);
    int32_t *labels = read_labels(found.code);
    double *distances = read_doubles(found.dist), *x = read_doubles(obs), *c = read_doubles(code_book);
    double rtol = xp_dtype_of(found.dist) == XP_FLOAT32 ? 2e-6 : 1e-14;
    for (int64_t i = 0; i < n; i++) {
        int64_t nearest = 0;
        double best = squared_distance(x + i * d, c, d);
        for (int64_t j = 1; j < k; j++) {
            double candidate = squared_distance(x + i * d, c + j * d, d);
            if (candidate < best) {
                best = candidate;
                nearest = j;
            }
        }
        cr_assert(labels[i] >= 0 && labels[i] < k, "row %lld has label %d", (long long)i, labels[i]);
        double its = squared_distance(x + i * d, c + labels[i] * d, d);
        cr_assert(labels[i] == nearest || (!exact && its - best <= GAP * best),
                  "n %lld, d %lld, k %lld: row %lld has label %d at %.17g, but %lld is at %.17g", (long long)n,
                  (long long)d, (long long)k, (long long)i, labels[i], sqrt(its), (long long)nearest, sqrt(best));
        cr_assert(fabs(distances[i] - sqrt(its)) <= rtol * sqrt(its), "row %lld: distance %.17g, not %.17g",
                  (long long)i, distances[i], sqrt(its));
    }
    free(labels);
    free(distances);
    free(x);
    free(c);
}

typedef struct trial {
    int64_t n, d, k;
} trial;

static const trial trials[] = {
    {1, 1, 1},     {200, 1, 3},   {300, 2, 7}, {257, 3, 10}, {1000, 5, 8}, {3000, 16, 100},
    {100, 40, 13}, {50, 130, 60}, {3, 784, 5}, {40, 8, 1},   {1, 4, 300},  {3, 3, 300000},
};

/* Data around an offset, centroids drawn from the same clouds. */
static void run_trials(double offset, xp_dtype dtype, const struct xp_device *device)
{
    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        xp_scope scope = xp_scope_open();
        const trial *t = &trials[i];
        xp_array *all = make_clouds(&(clouds){t->n + t->k, t->d, 6, offset, 17 + i}, dtype, device);
        xp_array *obs = xp_get(all, XP_INDEX(xp_slice(0, t->n, 1), xp_ellipsis()));
        check_against_loop(obs, xp_get(all, XP_INDEX(xp_slice(t->n, XP_END, 1), xp_ellipsis())), false);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_labels, double_loop)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    run_trials(0, dtype, device);
}

CHECKED_TEST(vq_labels, far_from_the_origin)
{
    XP_TEST_PROVIDERS(device)
    {
        run_trials(1e4, XP_FLOAT32, device);
        run_trials(1.6e7, XP_FLOAT32, device); /* differences are whole numbers */
        run_trials(1e8, XP_FLOAT64, device);
        run_trials(1e14, XP_FLOAT64, device); /* differences are 64ths */
    }
}

/* Centring cannot help where the data lies in two places far apart. */
CHECKED_TEST(vq_labels, two_places_far_apart)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            double far = dtype == XP_FLOAT32 ? 1e5 : 1e9;
            xp_array *places[] = {make_clouds(&(clouds){150, 9, 4, far, 3}, dtype, device),
                                  make_clouds(&(clouds){150, 9, 4, -far, 4}, dtype, device)};
            xp_array *obs = xp_concat(places, 2, 0);
            check_against_loop(obs, xp_get(obs, XP_INDEX(xp_slice(3, XP_END, 11), xp_ellipsis())), false);
            xp_assert_closes(scope);
        }
    }
}

/* Whole numbers: every distance is exact, and many are equal. */
CHECKED_TEST(vq_labels, ties_go_to_the_first)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            for (int64_t d = 1; d < 7; d++) {
                xp_scope scope = xp_scope_open();
                support_random random = {(uint64_t)d};
                double values[240 * 6];
                for (int i = 0; i < 240 * 6; i++)
                    values[i] = (double)support_integer(&random, 0, 4);
                xp_array *all = support_array(values, dtype, XP_SHAPE(240, d), device);
                check_against_loop(all, xp_get(all, XP_INDEX(xp_slice(0, 30, 1), xp_ellipsis())), true);
                xp_array *first = xp_get(all, XP_INDEX(xp_slice(0, 1, 1), xp_ellipsis()));
                xp_array *same = xp_broadcast_to(first, XP_SHAPE(5, d));
                check_against_loop(all, same, true);
                xp_assert_closes(scope);
            }
        }
    }
}

/* Squares that leave the dtype, at either end, and some that do not. */
CHECKED_TEST(vq_labels, tiny_and_huge)
{
    XP_TEST_PROVIDERS(device)
    {
        const struct {
            xp_dtype dtype;
            double scale;
        } cases[] = {{XP_FLOAT32, 1e-21},  {XP_FLOAT32, 1e-19},  {XP_FLOAT32, 1e15},
                     {XP_FLOAT64, 1e-150}, {XP_FLOAT64, 1e-140}, {XP_FLOAT64, 1e150}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            xp_scope scope = xp_scope_open();
            xp_array *rows = make_clouds(&(clouds){200, 6, 5, 0, 9}, XP_FLOAT64, device);
            rows = xp_astype(xp_multiply(rows, xp_scalar(cases[i].scale)), cases[i].dtype, false);
            sx_vq_result found = sx_cluster_vq(rows, xp_get(rows, XP_INDEX(xp_slice(0, 20, 1), xp_ellipsis())), NULL);
            xp_array *exact = xp_divide(xp_astype(rows, XP_FLOAT64, false), xp_scalar(cases[i].scale));
            xp_array *exact_book = xp_get(exact, XP_INDEX(xp_slice(0, 20, 1), xp_ellipsis()));
            sx_vq_result expected = sx_cluster_vq(exact, exact_book, NULL);
            xp_assert_equal(found.code, expected.code);
            xp_assert_closes(scope);
        }
    }
}

/* Squares of 16777217 and 16777216 are the same float32, those of float64 are not. */
CHECKED_TEST(vq_labels, float32_labels_are_those_of_float64)
{
    const double centroids[] = {4096, 1, 4096, 0}, origin[] = {0, 0}, expected[] = {1}, distance[] = {4096};
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        sx_vq_result found = sx_cluster_vq(support_array(origin, XP_FLOAT32, XP_SHAPE(1, 2), device),
                                           support_array(centroids, XP_FLOAT32, XP_SHAPE(2, 2), device), NULL);
        xp_assert_equal(found.code, support_array(expected, XP_INT32, XP_SHAPE(1), device));
        xp_assert_equal(found.dist, support_array(distance, XP_FLOAT32, XP_SHAPE(1), device));
        xp_assert_closes(scope);
    }
}

/* The check for infinities is a sum, which may itself overflow. */
CHECKED_TEST(vq_labels, finite_with_a_sum_that_is_not)
{
    const double values[] = {3e38, 3e38, 3e38, -3e38, 3e38}, expected[] = {0, 0, 0, 1, 0};
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *obs = support_array(values, XP_FLOAT32, XP_SHAPE(5, 1), device);
        xp_array *code_book = xp_get(obs, XP_INDEX(xp_slice(2, 4, 1), xp_ellipsis()));
        sx_vq_result found = sx_cluster_vq(obs, code_book, NULL);
        xp_assert_equal(found.code, support_array(expected, XP_INT32, XP_SHAPE(5), device));
        xp_assert_equal(found.dist, xp_zeros(XP_SHAPE(5), XP_FLOAT32, device));
        xp_assert_closes(scope);
    }
}

/* kmeans2 looks at the means of its first round, and at the data only where one of them is not finite. */
CHECKED_TEST(vq_labels, finite_with_a_mean_that_is_not)
{
    const double values[] = {1.7e308, 1.7e308, 1.7e308, -1.7e308, 1.7e308}, expected[] = {0, 0, 0, 1, 0};
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = support_array(values, XP_FLOAT64, XP_SHAPE(5, 1), device);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.iter = 1; /* a second one would have infinite centroids */
        sx_kmeans2_result found =
            sx_cluster_kmeans2(data, xp_get(data, XP_INDEX(xp_slice(2, 4, 1), xp_ellipsis())), &options);
        xp_assert_equal(found.label, support_array(expected, XP_INT32, XP_SHAPE(5), device));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_labels, layouts_change_nothing)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            xp_array *obs = make_clouds(&(clouds){8000, 4, 6, 30, 5}, dtype, device);
            xp_array *code_book = xp_get(obs, XP_INDEX(xp_slice(0, 40, 1), xp_ellipsis()));
            sx_vq_result plain = sx_cluster_vq(obs, code_book, NULL);
            for (layout how = LAYOUT_FORTRAN; how < N_LAYOUTS; how++) {
                sx_vq_result other = sx_cluster_vq(lay_out(obs, how), lay_out(code_book, how), NULL);
                xp_assert_identical(other.code, plain.code);
                xp_assert_close(other.dist, plain.dist, 1e-6, 0);
            }
            xp_assert_closes(scope);
        }
    }
}

/* A broadcast row, no rows, no features, and an expression that nobody has computed yet. */
CHECKED_TEST(vq_labels, unusual_observations)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *code_book = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(4, 3), device);
        xp_array *row = xp_get(code_book, XP_INDEX(xp_slice(2, 3, 1), xp_ellipsis()));
        sx_vq_result many = sx_cluster_vq(xp_broadcast_to(row, XP_SHAPE(50, 3)), code_book, NULL);
        xp_assert_equal(many.code, xp_full(XP_SHAPE(50), xp_scalar(2), XP_INT32, device));
        xp_assert_equal(many.dist, xp_zeros(XP_SHAPE(50), XP_FLOAT64, device));

        sx_vq_result none = sx_cluster_vq(xp_zeros(XP_SHAPE(0, 3), XP_FLOAT64, device), code_book, NULL);
        xp_assert_equal(none.code, xp_zeros(XP_SHAPE(0), XP_INT32, device));
        xp_assert_equal(none.dist, xp_zeros(XP_SHAPE(0), XP_FLOAT64, device));

        xp_array *nothing = xp_zeros(XP_SHAPE(5, 0), XP_FLOAT64, device);
        sx_vq_result zero = sx_cluster_vq(nothing, xp_get(nothing, XP_INDEX(xp_slice(0, 2, 1), xp_ellipsis())), NULL);
        xp_assert_equal(zero.code, xp_zeros(XP_SHAPE(5), XP_INT32, device));
        xp_assert_equal(zero.dist, xp_zeros(XP_SHAPE(5), XP_FLOAT64, device));

        xp_array *obs = make_clouds(&(clouds){12000, 3, 5, 0, 8}, XP_FLOAT64, device);
        xp_array *pending = xp_add(xp_multiply(obs, xp_scalar(2.0)), xp_scalar(1.0));
        check_against_loop(pending, xp_get(pending, XP_INDEX(xp_slice(0, 25, 1), xp_ellipsis())), false);
        xp_assert_closes(scope);
    }
}

/* More centroids than float32 can number one by one. */
CHECKED_TEST(vq_labels, millions_of_centroids)
{
    const struct xp_device *device = xp_device("host");
    xp_scope scope = xp_scope_open();
    xp_array *code_book = xp_arange(0, 4.3e6, 1, XP_FLOAT32, device);
    const double places[] = {0, 4299999, 123456.25, 4194304}, nearest[] = {0, 4299999, 123456, 4194304};
    sx_vq_result found = sx_cluster_vq(support_array(places, XP_FLOAT32, XP_SHAPE(4), device), code_book, NULL);
    xp_assert_equal(found.code, support_array(nearest, XP_INT32, XP_SHAPE(4), device));
    xp_assert_closes(scope);
}

/* Without the check NaNs and infinities pass, and the labels stay in range. */
CHECKED_TEST(vq_labels, unchecked_values)
{
    XP_TEST_PROVIDERS(device)
    {
        for (int64_t d = 1; d < 6; d++) {
            xp_scope scope = xp_scope_open();
            xp_array *obs = make_clouds(&(clouds){40, d, 3, 0, 8}, XP_FLOAT64, device);
            obs = xp_set(obs, XP_INDEX(xp_slice(3, 6, 1), xp_ellipsis()), xp_scalar((double)NAN));
            obs = xp_set(obs, XP_INDEX(xp_slice(9, 12, 1), xp_ellipsis()), xp_scalar((double)INFINITY));
            xp_array *code_book = xp_get(obs, XP_INDEX(xp_slice(0, 5, 1), xp_ellipsis()));
            sx_vq_options options = sx_cluster_vq_defaults();
            options.check_finite = false;
            sx_vq_result found = sx_cluster_vq(obs, code_book, &options);
            xp_assert_less(found.code, xp_full(XP_SHAPE(40), xp_scalar(5), XP_INT32, device));
            xp_assert_less(xp_full(XP_SHAPE(40), xp_scalar(-1), XP_INT32, device), found.code);
            xp_assert_closes(scope);
        }
    }
}

/* float16 and bfloat16 become float32, exactly: the results are those of float32. */
CHECKED_TEST(vq_labels, of_float16_and_bfloat16)
{
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    {
        xp_scope scope = xp_scope_open();
        xp_array *all = xp_astype(make_clouds(&(clouds){400, 5, 6, 0, 3}, XP_FLOAT64, NULL), dtype, true);
        xp_array *obs = xp_get(all, XP_INDEX(xp_slice(0, 390, 1), xp_ellipsis()));
        xp_array *code_book = xp_get(all, XP_INDEX(xp_slice(390, XP_END, 1), xp_ellipsis()));
        xp_array *wide = xp_astype(obs, XP_FLOAT32, true), *wide_book = xp_astype(code_book, XP_FLOAT32, true);
        sx_vq_result found = sx_cluster_vq(obs, code_book, NULL), expected = sx_cluster_vq(wide, wide_book, NULL);
        xp_assert_equal(found.code, expected.code);
        xp_assert_equal(found.dist, expected.dist);
        xp_assert_equal(sx_cluster_whiten(obs, NULL), sx_cluster_whiten(wide, NULL));
        xp_assert_equal(sx_cluster_vq(obs, wide_book, NULL).dist, expected.dist);
        xp_assert_closes(scope);
    }
}
