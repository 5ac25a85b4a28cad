/* kmeans: Lloyd's algorithm until the mean distance settles, the best of several starts.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "vq_private.h"
#include "standard/check.h"

sx_kmeans_options sx_cluster_kmeans_defaults(void)
{
    return (sx_kmeans_options){.size = sizeof(sx_kmeans_options), .iter = 20, .thresh = 1e-5, .check_finite = true};
}

static bool check_keywords(const sx_kmeans_options *options)
{
    if (options->iter < 1)
        xp_fail(XP_ERROR_VALUE, "kmeans", "iter", "kmeans: iter is %lld, expected 1 or more", (long long)options->iter);
    else if (!(options->thresh >= 0))
        xp_fail(XP_ERROR_VALUE, "kmeans", "thresh", "kmeans: thresh is %g, expected 0 or more", options->thresh);
    else
        return true;
    return false;
}

/* The centroids that have points. */
static xp_array *drop_empty(const vq_rounds *rounds)
{
    const xp_namespace *xp = rounds->xp;
    return xp_get(rounds->code_book, XP_INDEX(xp_mask(xp->greater(vq_rounds_members(rounds), xp_scalar(0)))));
}

/* How far a run has come. */
typedef struct settling {
    double mean, change; /* the mean distance, and by how much it differs from the one before */
} settling;

/* Rounds until the run ends or a cluster runs empty: the centroids then, without the empty ones. */
static xp_array *rounds_with_all(const xp_namespace *xp, xp_array *obs, xp_array *code_book,
                                 const sx_kmeans_options *options, int64_t run, int64_t runs, settling *so_far)
{
    xp_scope scope = xp_scope_open();
    vq_rounds rounds = vq_rounds_start(xp, "kmeans", obs, code_book, true);
    while (so_far->change > options->thresh) {
        vq_summary summary;
        if (!vq_rounds_next(&rounds, &summary) ||
            !xp_progress("kmeans", run, runs, summary.distortion, summary.changed))
            return xp_scope_return(scope, xp_failed());
        so_far->change = fabs(so_far->mean - summary.distortion);
        so_far->mean = summary.distortion;
        if (summary.n_empty > 0)
            return xp_scope_return(scope, drop_empty(&rounds));
    }
    return xp_scope_return(scope, rounds.code_book);
}

/* One run: k-means from `code_book` (k, d) until the mean distance changes by at most `thresh`. Clusters that run empty
 * are dropped. *distortion is the mean distance to the centroids returned. */
static xp_array *refine(const xp_namespace *xp, xp_array *obs, xp_array *code_book, const sx_kmeans_options *options,
                        int64_t run, int64_t runs, double *distortion)
{
    xp_scope scope = xp_scope_open();
    settling so_far = {(double)INFINITY, (double)INFINITY};
    while (so_far.change > options->thresh) {
        xp_scope part = xp_scope_open();
        xp_array *next = rounds_with_all(xp, obs, code_book, options, run, runs, &so_far);
        if (!xp_scope_carry(part, &code_book, next))
            return xp_scope_return(scope, xp_failed());
    }
    xp_array *label, *distance;
    vq_nearest(xp, "kmeans", obs, code_book, &label, &distance, NULL);
    *distortion = xp_to_double(xp->mean(distance, XP_ALL));
    return xp_scope_return(scope, code_book);
}

/* The best of `iter` runs from k rows drawn at random. */
static xp_array *best_of_runs(const xp_namespace *xp, xp_array *obs, int64_t k, const sx_kmeans_options *options,
                              double *distortion)
{
    xp_scope scope = xp_scope_open();
    xp_rng entropy;
    xp_rng *rng = options->rng;
    if (!rng) {
        entropy = xp_rng_entropy();
        rng = &entropy;
    }
    xp_array *best = xp_failed();
    for (int64_t run = 0; run < options->iter; run++) {
        xp_scope attempt = xp_scope_open();
        double reached = (double)NAN;
        xp_array *code_book = vq_seed_points(xp, obs, k, rng);
        code_book = refine(xp, obs, code_book, options, run, options->iter, &reached);
        bool better = run == 0 || reached < *distortion;
        if (better)
            *distortion = reached;
        if (!(better ? xp_scope_carry(attempt, &best, code_book) : xp_scope_close(attempt) == XP_OK))
            break;
    }
    return xp_scope_return(scope, best);
}

/* A count that was given as an array of size 1; 0 after an error. */
static int64_t read_count(xp_array *k_or_guess, int64_t n)
{
    double count = vq_read_value(k_or_guess);
    if (!xp_ok(k_or_guess))
        return 0;
    if (count != floor(count) || !isfinite(count))
        xp_fail(XP_ERROR_VALUE, "kmeans", "k_or_guess", "kmeans: k_or_guess is %g, a count must be a whole number",
                count);
    else if (count < 1)
        xp_fail(XP_ERROR_VALUE, "kmeans", "k_or_guess", "kmeans: k_or_guess is %g, expected 1 cluster or more", count);
    else if (count > (double)n)
        xp_fail(XP_ERROR_VALUE, "kmeans", "k_or_guess", "kmeans: k_or_guess asks for %g clusters of %lld observations",
                count, (long long)n);
    else if (count > (double)INT32_MAX)
        xp_fail(XP_ERROR_OVERFLOW, "kmeans", "k_or_guess", "kmeans: k_or_guess is %g, labels are int32", count);
    else
        return (int64_t)count;
    return 0;
}

static xp_array *cluster(const xp_namespace *xp, xp_array *obs, xp_array *k_or_guess, const sx_kmeans_options *options,
                         double *distortion)
{
    obs = vq_check_observations(xp, "kmeans", "obs", obs, 2, options->check_finite);
    if (!xp_ok(obs) || !xp_check_given("kmeans", "k_or_guess", k_or_guess) ||
        !xp_check_kind("kmeans", "k_or_guess", k_or_guess, XP_KIND_REAL))
        return xp_failed();
    if (xp_size(obs) == 0)
        return xp_fail_message(XP_ERROR_VALUE, "kmeans", "obs", "kmeans: obs is empty");
    int ndim = xp_ndim(obs);
    xp_array *code_book;
    if (xp_size(k_or_guess) == 1) {
        int64_t k = read_count(k_or_guess, xp_extent(obs, 0));
        if (k == 0)
            return xp_failed();
        obs = vq_as_rows(xp, obs);
        xp_eval(obs);
        code_book = best_of_runs(xp, obs, k, options, distortion);
    } else {
        xp_array *guess = vq_check_observations(xp, "kmeans", "k_or_guess", k_or_guess, 2, options->check_finite);
        if (!xp_ok(guess) || !vq_check_centroids("kmeans", "k_or_guess", guess, "obs", obs))
            return xp_failed();
        vq_prepare(xp, &obs, &guess);
        code_book = refine(xp, obs, guess, options, 0, 1, distortion);
    }
    return ndim == 1 ? xp->squeeze(code_book, XP_OVER(1)) : code_book;
}

sx_kmeans_result sx_cluster_kmeans(xp_array *obs, xp_array *k_or_guess, const sx_kmeans_options *given)
{
    sx_kmeans_result result = {xp_failed(), (double)NAN};
    sx_kmeans_options options = sx_cluster_kmeans_defaults();
    if (!vq_read_options("kmeans", &options, sizeof(options), given) || !check_keywords(&options))
        return result;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = vq_namespace("kmeans", obs, k_or_guess);
    result.code_book = xp_scope_return(scope, cluster(xp, obs, k_or_guess, &options, &result.distortion));
    if (!xp_ok(result.code_book))
        result.distortion = (double)NAN;
    return result;
}
