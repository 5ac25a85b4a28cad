/* What kmeans and kmeans2 promise beyond SciPy's values: counts, empty clusters, warnings, progress, dtypes, seeds.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <math.h>

#include "observations.h"

/* Five clouds far apart, and how many there are. */
static const clouds FIVE = {.n = 400, .d = 3, .centres = 5, .offset = 0, .seed = 21};

static sx_kmeans2_options plusplus(xp_rng *rng)
{
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.minit = SX_MINIT_PLUSPLUS;
    options.rng = rng;
    return options;
}

/* ---- counts ---------------------------------------------------------------------------------------------------------
 */

CHECKED_TEST(vq_kmeans, any_array_of_one_value_is_a_count)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *obs = make_clouds(&FIVE, XP_FLOAT64, device);
        xp_array *counts[] = {xp_scalar(5), xp_scalar(5.0), xp_full(XP_SHAPE_0D, xp_scalar(5), XP_UINT8, device),
                              xp_full(XP_SHAPE(1), xp_scalar(5), XP_FLOAT32, device),
                              xp_full(XP_SHAPE(1, 1, 1), xp_scalar(5), XP_INT64, device)};
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            xp_rng rng = xp_rng_seed(1), same = rng;
            sx_kmeans_options options = sx_cluster_kmeans_defaults();
            options.rng = &rng;
            options.iter = 8;
            sx_kmeans_result found = sx_cluster_kmeans(obs, counts[i], &options);
            cr_assert(found.distortion > 0 && found.distortion < 3, "%g", found.distortion);
            cr_assert_eq(xp_ndim(found.code_book), 2);
            cr_assert_eq(xp_extent(found.code_book, 1), 3);
            sx_kmeans2_options again = plusplus(&same);
            sx_kmeans2_result labelled = sx_cluster_kmeans2(obs, counts[i], &again);
            cr_assert_eq(xp_extent(labelled.centroid, 0), 5);
        }
        cr_assert_eq(support_warnings(), 0, "%s", support_last_warning());
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_kmeans, broken_count_is_truncated_by_kmeans2)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(1);
        sx_kmeans2_options options = plusplus(&rng);
        support_forget_warnings();
        sx_kmeans2_result found = sx_cluster_kmeans2(make_clouds(&FIVE, XP_FLOAT64, device), xp_scalar(2.7), &options);
        cr_assert_eq(xp_extent(found.centroid, 0), 2);
        cr_assert_eq(support_warnings(), 1);
        cr_assert_str_eq(support_last_warning(), "kmeans2: k is not a whole number, it was truncated");
        xp_assert_closes(scope);
    }
}

/* ---- what the results mean ------------------------------------------------------------------------------------------
 */

CHECKED_TEST(vq_kmeans, distortion_is_that_of_the_code_book)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            xp_rng rng = xp_rng_seed(3);
            sx_kmeans_options options = sx_cluster_kmeans_defaults();
            options.rng = &rng;
            xp_array *obs = make_clouds(&FIVE, dtype, device);
            sx_kmeans_result found = sx_cluster_kmeans(obs, xp_scalar(5), &options);
            double mean = xp_to_double(xp_mean(sx_cluster_vq(obs, found.code_book, NULL).dist, XP_ALL));
            cr_assert_float_eq(found.distortion, mean, 1e-6 * mean);
            cr_assert_eq(xp_dtype_of(found.code_book), dtype);
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(vq_kmeans, more_runs_are_not_worse)
{
    XP_TEST_PROVIDERS(device)
    {
        double last = INFINITY;
        for (int64_t runs = 1; runs < 12; runs += 5) {
            xp_scope scope = xp_scope_open();
            xp_rng rng = xp_rng_seed(5); /* the first runs are the same ones */
            sx_kmeans_options options = sx_cluster_kmeans_defaults();
            options.rng = &rng;
            options.iter = runs;
            sx_kmeans_result found = sx_cluster_kmeans(make_clouds(&FIVE, XP_FLOAT64, device), xp_scalar(5), &options);
            cr_assert_leq(found.distortion, last);
            last = found.distortion;
            xp_assert_closes(scope);
        }
    }
}

/* At the end of Lloyd's algorithm each centroid is the mean of its members. */
CHECKED_TEST(vq_kmeans, centroids_are_means)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(7);
        sx_kmeans2_options options = plusplus(&rng);
        xp_array *data = make_clouds(&FIVE, XP_FLOAT64, device);
        sx_kmeans2_result found = sx_cluster_kmeans2(data, xp_scalar(5), &options);
        for (int64_t j = 0; j < 5; j++) {
            xp_array *members = xp_get(data, XP_INDEX(xp_mask(xp_equal(found.label, xp_scalar(j)))));
            xp_array *centroid = xp_get(found.centroid, XP_INDEX(xp_at(j), xp_ellipsis()));
            xp_assert_close(centroid, xp_mean(members, XP_OVER(0)), 1e-13, 1e-13);
        }
        xp_assert_equal(found.label, sx_cluster_vq(data, found.centroid, NULL).code);
        xp_assert_closes(scope);
    }
}

/* The labels are those that made the last centroids, not those that these would make. */
CHECKED_TEST(vq_kmeans, labels_precede_the_last_update)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        const double values[] = {0, 1, 2, 3, 10}, first[] = {0, 3};
        xp_array *data = support_array(values, XP_FLOAT64, XP_SHAPE(5), device);
        xp_array *k = support_array(first, XP_FLOAT64, XP_SHAPE(2), device);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.iter = 1;
        sx_kmeans2_result found = sx_cluster_kmeans2(data, k, &options); /* an array of two is a matrix by itself */
        const double means[] = {0.5, 5}, labels[] = {0, 0, 1, 1, 1};
        xp_assert_close_to(found.centroid, means, XP_FLOAT64, XP_SHAPE(2), 1e-15, 0);
        xp_assert_equal(found.label, support_array(labels, XP_INT32, XP_SHAPE(5), device));
        const double next[] = {0, 0, 0, 1, 1};
        xp_assert_equal(sx_cluster_vq(data, found.centroid, NULL).code,
                        support_array(next, XP_INT32, XP_SHAPE(5), device));
        xp_assert_closes(scope);
    }
}

/* ---- empty clusters -------------------------------------------------------------------------------------------------
 */

static xp_array *with_far_centroids(xp_array *data)
{
    xp_array *rows = xp_get(data, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis()));
    xp_array *far = xp_add(rows, xp_scalar(1000.0));
    return xp_concat((xp_array *[]){far, rows}, 2, 0);
}

CHECKED_TEST(vq_kmeans, empty_cluster_keeps_its_centroid_and_warns_each_round)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&FIVE, XP_FLOAT64, device);
        xp_array *k = with_far_centroids(data);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.iter = 4;
        support_forget_warnings();
        sx_kmeans2_result found = sx_cluster_kmeans2(data, k, &options);
        xp_array *far = xp_get(found.centroid, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis()));
        xp_assert_identical(far, xp_get(k, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis())));
        cr_assert_eq(support_warnings(), 4);
        cr_assert_str_eq(support_last_warning(), "kmeans2: a cluster is empty: start from other centroids");
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_kmeans, empty_cluster_fails_where_asked_to)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&FIVE, XP_FLOAT64, device);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.missing = SX_MISSING_RAISE;
        xp_assert_fails(sx_cluster_kmeans2(data, with_far_centroids(data), &options), XP_ERROR_CLUSTER,
                        "kmeans2: a cluster is empty: start from other centroids");
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(vq_kmeans, empty_clusters_are_dropped_by_kmeans)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&FIVE, XP_FLOAT64, device);
        sx_kmeans_result found = sx_cluster_kmeans(data, with_far_centroids(data), NULL);
        sx_kmeans_result near = sx_cluster_kmeans(data, xp_get(data, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis())), NULL);
        xp_assert_identical(found.code_book, near.code_book);
        cr_assert_eq(found.distortion, near.distortion);
        cr_assert_eq(support_warnings(), 0);
        xp_assert_closes(scope);
    }
}

/* ---- progress -------------------------------------------------------------------------------------------------------
 */

typedef struct watcher {
    int calls, stop_after;
    xp_progress_report last;
} watcher;

static bool watch(void *context, const xp_progress_report *report)
{
    watcher *it = context;
    it->calls++;
    it->last = *report;
    return it->calls != it->stop_after;
}

CHECKED_TEST(vq_kmeans, progress_is_reported_and_can_cancel)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&FIVE, XP_FLOAT64, device);
        watcher all = {0};
        xp_set_progress_callback(watch, &all);
        xp_rng rng = xp_rng_seed(1);
        sx_kmeans2_options options = plusplus(&rng);
        options.iter = 6;
        sx_cluster_kmeans2(data, xp_scalar(5), &options);
        cr_assert_eq(all.calls, 5 + 6); /* candidates, rounds */
        cr_assert_eq(all.last.step, 6);
        cr_assert_eq(all.last.steps, 6);
        cr_assert_gt(all.last.value, 0);
        cr_assert_eq(all.last.changed, 0, "five clouds far apart have settled long ago");

        for (int stop = 1; stop <= 11; stop++) {
            watcher some = {.stop_after = stop};
            xp_set_progress_callback(watch, &some);
            xp_assert_fails(sx_cluster_kmeans2(data, xp_scalar(5), &options), XP_ERROR_CANCELLED, NULL);
            cr_assert_eq(some.calls, stop);
        }
        watcher some = {.stop_after = 3};
        xp_set_progress_callback(watch, &some);
        sx_kmeans_options once = sx_cluster_kmeans_defaults();
        once.rng = &rng;
        xp_assert_fails(sx_cluster_kmeans(data, xp_scalar(5), &once), XP_ERROR_CANCELLED, NULL);
        cr_assert_eq(some.calls, 3);
        xp_set_progress_callback(NULL, NULL);
        xp_assert_closes(scope);
    }
}

/* With given centroids, data is known to be finite when a round is over: an error comes before its report. */
CHECKED_TEST(vq_kmeans, what_is_not_finite_is_not_reported_on)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&FIVE, XP_FLOAT64, device);
        xp_array *k = xp_get(data, XP_INDEX(xp_slice(0, 5, 1), xp_ellipsis()));
        data = xp_set(data, XP_INDEX(xp_at(300), xp_at(2)), xp_scalar((double)NAN));
        watcher all = {0};
        xp_set_progress_callback(watch, &all);
        xp_assert_fails(sx_cluster_kmeans2(data, k, NULL), XP_ERROR_VALUE,
                        "kmeans2: data holds infinities or NaNs");
        cr_assert_eq(all.calls, 0);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.check_finite = false;
        sx_kmeans2_result found = sx_cluster_kmeans2(data, k, &options);
        cr_assert(xp_ok(found.centroid));
        cr_assert_eq(all.calls, 10);
        xp_set_progress_callback(NULL, NULL);
        xp_assert_closes(scope);
    }
}

/* Who listens changes nothing but what is told: every change of a label, of odd and even numbers of rounds. */
typedef struct changes {
    int64_t of[9];
    int rounds;
} changes;

static bool note_changes(void *context, const xp_progress_report *report)
{
    changes *all = context;
    if (report->changed >= 0)
        all->of[all->rounds++] = report->changed;
    return true;
}

CHECKED_TEST(vq_kmeans, progress_changes_nothing_and_counts_changes)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&(clouds){5000, 3, 40, 0, 1}, XP_FLOAT32, device), *before = NULL;
        xp_array *guess = xp_get(data, XP_INDEX(xp_slice(0, 30, 1), xp_ellipsis()));
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.minit = SX_MINIT_MATRIX;
        changes all = {.rounds = 0};
        for (options.iter = 1; options.iter <= 9; options.iter++) {
            sx_kmeans2_result alone = sx_cluster_kmeans2(data, guess, &options);
            all.rounds = 0;
            xp_set_progress_callback(note_changes, &all);
            sx_kmeans2_result heard = sx_cluster_kmeans2(data, guess, &options);
            xp_set_progress_callback(NULL, NULL);
            xp_assert_identical(heard.centroid, alone.centroid);
            xp_assert_identical(heard.label, alone.label);
            cr_assert_eq(all.rounds, options.iter);
            int64_t changed = 5000;
            if (before)
                changed = xp_to_int(xp_count_nonzero(xp_not_equal(before, heard.label), XP_ALL));
            cr_assert_eq(all.of[options.iter - 1], changed, "round %d: %d, expected %d", (int)options.iter,
                         (int)all.of[options.iter - 1], (int)changed);
            before = heard.label;
        }
        cr_assert(all.of[1] > 0 && all.of[1] < 5000);
        xp_assert_closes(scope);
    }
}

static bool note_memory(void *context, const xp_progress_report *report)
{
    size_t *most = context;
    (void)report;
    *most = xp_memory_live() > *most ? xp_memory_live() : *most;
    return true;
}

/* Rounds that start anew without the empty clusters give back what the ones before had: labels and distances are 16
 * bytes for each observation. */
CHECKED_TEST(vq_kmeans, dropped_clusters_leave_nothing_behind)
{
    xp_scope scope = xp_scope_open();
    xp_array *data = make_clouds(&(clouds){20000, 2, 3, 0, 1}, XP_FLOAT64, xp_device("host"));
    double far[120];
    for (int i = 0; i < 60; i++) {
        far[2 * i] = 100.0 * (i + 1) * (i + 1);
        far[2 * i + 1] = 0;
    }
    xp_array *guess = support_array(far, XP_FLOAT64, XP_SHAPE(60, 2), xp_device("host"));
    xp_eval(data, guess);
    size_t before = xp_memory_live(), most = before;
    xp_set_progress_callback(note_memory, &most);
    sx_kmeans_result found = sx_cluster_kmeans(data, guess, NULL);
    xp_set_progress_callback(NULL, NULL);
    xp_assert_ok(found.code_book);
    cr_assert_lt(xp_extent(found.code_book, 0), 60);
    cr_assert_lt(most - before, 20000 * 16 * 3 / 2, "%zu bytes", most - before);
    xp_assert_closes(scope);
}

/* ---- dtypes ---------------------------------------------------------------------------------------------------------
 */

CHECKED_TEST(vq_kmeans, result_dtypes)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL)
        {
            xp_scope scope = xp_scope_open();
            const double values[] = {1, 2, 1, 3, 40, 41, 44, 42, 80, 81, 83, 80};
            xp_array *data = support_array(values, dtype, XP_SHAPE(6, 2), device);
            xp_dtype floating = dtype == XP_FLOAT32 ? XP_FLOAT32 : XP_FLOAT64;
            xp_rng rng = xp_rng_seed(2);
            for (sx_minit minit = SX_MINIT_RANDOM; minit < SX_MINIT_MATRIX; minit++) {
                sx_kmeans2_options options = plusplus(&rng);
                options.minit = minit;
                sx_kmeans2_result found = sx_cluster_kmeans2(data, xp_scalar(2), &options);
                cr_assert_eq(xp_dtype_of(found.centroid), floating);
                cr_assert_eq(xp_dtype_of(found.label), XP_INT32);
            }
            sx_vq_result found = sx_cluster_vq(data, data, NULL);
            cr_assert_eq(xp_dtype_of(found.dist), floating);
            cr_assert_eq(xp_dtype_of(found.code), XP_INT32);
            xp_assert_equal(found.dist, xp_zeros(XP_SHAPE(6), floating, device));
            cr_assert_eq(xp_dtype_of(sx_cluster_whiten(data, NULL)), floating);
            xp_assert_closes(scope);
        }
    }
}

/* Either of the two may be the wider one. */
CHECKED_TEST(vq_kmeans, float32_with_float64_gives_float64)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *wide = make_clouds(&FIVE, XP_FLOAT64, device), *narrow = xp_astype(wide, XP_FLOAT32, false);
        xp_array *some = xp_get(wide, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis()));
        xp_array *few = xp_get(narrow, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis()));
        cr_assert_eq(xp_dtype_of(sx_cluster_kmeans2(narrow, some, NULL).centroid), XP_FLOAT64);
        cr_assert_eq(xp_dtype_of(sx_cluster_kmeans2(wide, few, NULL).centroid), XP_FLOAT64);
        cr_assert_eq(xp_dtype_of(sx_cluster_kmeans(narrow, some, NULL).code_book), XP_FLOAT64);
        cr_assert_eq(xp_dtype_of(sx_cluster_kmeans(wide, few, NULL).code_book), XP_FLOAT64);
        cr_assert_eq(xp_dtype_of(sx_cluster_kmeans(narrow, few, NULL).code_book), XP_FLOAT32);
        xp_assert_closes(scope);
    }
}

/* ---- options --------------------------------------------------------------------------------------------------------
 */

/* A caller that was built when the struct had fewer fields gives fewer bytes: the others keep their defaults. */
CHECKED_TEST(vq_kmeans, shorter_options_of_an_older_build)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.size = offsetof(sx_kmeans2_options, minit);
        options.iter = 1;
        options.minit = (sx_minit)77; /* beyond the size: nobody reads it */
        const double values[] = {0, 1, 2, 3, 10}, first[] = {0, 3}, means[] = {0.5, 5};
        xp_array *data = support_array(values, XP_FLOAT64, XP_SHAPE(5), device);
        xp_array *k = support_array(first, XP_FLOAT64, XP_SHAPE(2), device);
        sx_kmeans2_result found = sx_cluster_kmeans2(data, k, &options);
        xp_assert_close_to(found.centroid, means, XP_FLOAT64, XP_SHAPE(2), 1e-15, 0);
        xp_assert_closes(scope);
    }
}

/* ---- whiten ---------------------------------------------------------------------------------------------------------
 */

CHECKED_TEST(vq_kmeans, whiten_gives_unit_variance_and_warns_of_flat_features)
{
    XP_TEST_PROVIDERS(device)
    {
        XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
        {
            xp_scope scope = xp_scope_open();
            xp_array *obs = make_clouds(&FIVE, dtype, device);
            support_forget_warnings();
            xp_assert_close(xp_var(sx_cluster_whiten(obs, NULL), XP_OVER(0)), xp_ones(XP_SHAPE(3), dtype, device),
                            dtype == XP_FLOAT32 ? 1e-5 : 1e-13, 0);
            cr_assert_eq(support_warnings(), 0);

            xp_indices second = XP_INDEX(xp_ellipsis(), xp_at(1));
            obs = xp_set(obs, second, xp_scalar(0.1));
            xp_array *white = sx_cluster_whiten(obs, NULL);
            xp_assert_identical(xp_get(white, second), xp_get(obs, second));
            cr_assert_eq(support_warnings(), 1);
            cr_assert_str_eq(support_last_warning(), "whiten: some features do not vary: they are left as they are");

            sx_whiten_options unchecked = sx_cluster_whiten_defaults();
            unchecked.check_finite = false;
            xp_assert_identical(sx_cluster_whiten(obs, &unchecked), white);
            cr_assert_eq(support_warnings(), 1);
            xp_assert_closes(scope);
        }
    }
}
