/* kmeans2: a fixed number of rounds of k-means, with a choice of where to start.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "vq_private.h"
#include "standard/check.h"

sx_kmeans2_options sx_cluster_kmeans2_defaults(void)
{
    return (sx_kmeans2_options){.size = sizeof(sx_kmeans2_options),
                                .iter = 10,
                                .thresh = 1e-5,
                                .minit = SX_MINIT_RANDOM,
                                .missing = SX_MISSING_WARN,
                                .check_finite = true};
}

static vq_seeding *const seedings[] = {
    [SX_MINIT_RANDOM] = vq_seed_random,
    [SX_MINIT_POINTS] = vq_seed_points,
    [SX_MINIT_PLUSPLUS] = vq_seed_plusplus,
    [SX_MINIT_MATRIX] = NULL, /* k holds the centroids */
};

static bool check_keywords(const sx_kmeans2_options *options)
{
    if (options->iter < 1)
        xp_fail(XP_ERROR_VALUE, "kmeans2", "iter", "kmeans2: iter is %lld, expected 1 or more",
                (long long)options->iter);
    else if ((unsigned)options->minit > SX_MINIT_MATRIX)
        xp_fail(XP_ERROR_VALUE, "kmeans2", "minit", "kmeans2: minit is %d, no such method", (int)options->minit);
    else if ((unsigned)options->missing > SX_MISSING_RAISE)
        xp_fail(XP_ERROR_VALUE, "kmeans2", "missing", "kmeans2: missing is %d, no such method", (int)options->missing);
    else
        return true;
    return false;
}

/* The number of clusters, given as one value; 0 after an error. */
static int64_t read_count(xp_array *k, int64_t n, sx_minit minit)
{
    double count = vq_read_value(k);
    if (!xp_ok(k))
        return 0;
    if (!(count >= 1))
        xp_fail(XP_ERROR_VALUE, "kmeans2", "k", "kmeans2: k is %g, expected 1 cluster or more", count);
    else if (count >= (double)INT32_MAX)
        xp_fail(XP_ERROR_OVERFLOW, "kmeans2", "k", "kmeans2: k is %g, labels are int32", count);
    else if (minit == SX_MINIT_POINTS && floor(count) > (double)n)
        xp_fail(XP_ERROR_VALUE, "kmeans2", "k", "kmeans2: k asks for %g different rows of %lld", floor(count),
                (long long)n);
    else if (minit == SX_MINIT_RANDOM && n < 2)
        xp_fail_message(XP_ERROR_VALUE, "kmeans2", "data",
                        "kmeans2: data holds 1 observation, minit random needs 2 or more");
    else {
        if (count != floor(count))
            xp_warn("kmeans2: k is not a whole number, it was truncated");
        return (int64_t)count;
    }
    return 0;
}

/* Whether k holds the first centroids. */
static bool holds_centroids(xp_array *k, const sx_kmeans2_options *options)
{
    return options->minit == SX_MINIT_MATRIX || xp_size(k) > 1;
}

/* Turns *data into rows and gives the first centroids, or the failed array. */
static xp_array *start(const xp_namespace *xp, xp_array **data, xp_array *k, const sx_kmeans2_options *options)
{
    if (holds_centroids(k, options)) {
        xp_array *code_book = k;
        if (!xp_check_ndim("kmeans2", "k", k, xp_ndim(*data), xp_ndim(*data)))
            return xp_failed();
        code_book = vq_check_observations(xp, "kmeans2", "k", code_book, 2, options->check_finite);
        if (!xp_ok(code_book) || !vq_check_centroids("kmeans2", "k", code_book, "data", *data))
            return xp_failed();
        vq_prepare(xp, data, &code_book);
        return code_book;
    }
    int64_t count = read_count(k, xp_extent(*data, 0), options->minit);
    if (count == 0)
        return xp_failed();
    *data = vq_as_rows(xp, *data);
    xp_eval(*data);
    xp_rng entropy;
    xp_rng *rng = options->rng;
    if (!rng) {
        entropy = xp_rng_entropy();
        rng = &entropy;
    }
    return seedings[options->minit](xp, *data, count, rng);
}

static bool report_empty(sx_missing missing)
{
    if (missing == SX_MISSING_RAISE) {
        xp_fail_message(XP_ERROR_CLUSTER, "kmeans2", NULL, "kmeans2: a cluster is empty: start from other centroids");
        return false;
    }
    xp_warn("kmeans2: a cluster is empty: start from other centroids");
    return true;
}

/* The rounds: new labels, then new means. What only a report needs is computed where somebody hears it. With
 * `check_data`, data is looked through only if a mean of the first round is not finite: there all rows are in one. */
static sx_kmeans2_result iterate(const xp_namespace *xp, xp_array *data, xp_array *code_book, bool check_data,
                                 const sx_kmeans2_options *options)
{
    const sx_kmeans2_result failed = {xp_failed(), xp_failed()};
    if (!xp_ok(code_book))
        return failed;
    bool heard = xp_progress_is_heard();
    vq_rounds rounds = vq_rounds_start(xp, "kmeans2", data, code_book, heard);
    for (int64_t i = 0; i < options->iter; i++) {
        vq_summary summary;
        if (!vq_rounds_next(&rounds, &summary))
            return failed;
        if (i == 0 && check_data && !vq_all_finite(xp, rounds.code_book) &&
            !vq_check_finite(xp, "kmeans2", "data", data))
            return failed;
        if (summary.n_empty > 0 && !report_empty(options->missing))
            return failed;
        if (heard && !xp_progress("kmeans2", i + 1, options->iter, summary.distortion, summary.changed))
            return failed;
    }
    return (sx_kmeans2_result){.centroid = rounds.code_book, .label = rounds.label};
}

sx_kmeans2_result sx_cluster_kmeans2(xp_array *data, xp_array *k, const sx_kmeans2_options *given)
{
    sx_kmeans2_result result = {xp_failed(), xp_failed()};
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    if (!vq_read_options("kmeans2", &options, sizeof(options), given) || !check_keywords(&options))
        return result;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = vq_namespace("kmeans2", data, k);

    const bool checked_late = options.check_finite && holds_centroids(k, &options);
    data = vq_check_observations(xp, "kmeans2", "data", data, 2, options.check_finite && !checked_late);
    if (xp_ok(data) && xp_check_given("kmeans2", "k", k) && xp_check_kind("kmeans2", "k", k, XP_KIND_REAL)) {
        if (xp_size(data) == 0)
            xp_fail_message(XP_ERROR_VALUE, "kmeans2", "data", "kmeans2: data is empty");
        else if (xp_size(k) == 0)
            xp_fail_message(XP_ERROR_VALUE, "kmeans2", "k", "kmeans2: k is empty");
        else {
            int ndim = xp_ndim(data);
            xp_array *code_book = start(xp, &data, k, &options);
            result = iterate(xp, data, code_book, checked_late, &options);
            if (ndim == 1)
                result.centroid = xp->squeeze(result.centroid, XP_OVER(1));
        }
    }
    xp_scope_pass(scope, &result.centroid, &result.label, NULL);
    return result;
}
