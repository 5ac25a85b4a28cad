/* What the calls cost: passes over memory, transfers, memory, forcing; and the same bits for any number of threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <sys/resource.h>

#include "observations.h"

static const struct xp_device *trace(void)
{
    const struct xp_device *device = xp_device("trace(host)");
    cr_assert(device, "%s", xp_error_message());
    return device;
}

/* One pass for the deviations, which tell whether all is finite, and one for the division. */
CHECKED_TEST(vq_trace, whiten_takes_two_passes)
{
    xp_scope scope = xp_scope_open();
    xp_array *obs = make_clouds(&(clouds){5000, 4, 3, 0, 1}, XP_FLOAT64, trace());
    cr_assert_eq(xp_trace_reset(trace()), XP_OK);
    xp_eval(sx_cluster_whiten(obs, NULL));
    xp_counts counts = xp_test_counts(trace());
    cr_assert_eq(counts.passes, 2, "%llu passes", (unsigned long long)counts.passes);
    cr_assert_lt(counts.bytes_written, 5000 * 4 * 8 + 1000);
    xp_assert_no_transfers(trace());
    xp_assert_closes(scope);
}

CHECKED_TEST(vq_trace, whiten_unchecked_forces_nothing)
{
    xp_scope scope = xp_scope_open();
    xp_array *obs = make_clouds(&(clouds){5000, 4, 3, 0, 1}, XP_FLOAT64, trace());
    cr_assert_eq(xp_trace_reset(trace()), XP_OK);
    sx_whiten_options options = sx_cluster_whiten_defaults();
    options.check_finite = false;
    xp_array *white = sx_cluster_whiten(obs, &options);
    cr_assert(xp_is_pending(white));
    cr_assert_eq(xp_test_counts(trace()).passes, 0);
    xp_assert_ok(white);
    xp_assert_closes(scope);
}

/* Neither data nor labels nor distances: what goes up is single values that fill an array, and for the random rows of
 * SX_MINIT_POINTS, which are shuffled on the host, k positions. */
CHECKED_TEST(vq_trace, no_observation_is_transferred)
{
    xp_rng rng = xp_rng_seed(1);
    for (sx_minit minit = SX_MINIT_RANDOM; minit <= SX_MINIT_PLUSPLUS; minit++) {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&(clouds){3000, 5, 6, 0, 1}, XP_FLOAT32, trace());
        cr_assert_eq(xp_trace_reset(trace()), XP_OK);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.minit = minit;
        options.rng = &rng;
        xp_assert_ok(sx_cluster_kmeans2(sx_cluster_whiten(data, NULL), xp_scalar(6), &options).label);
        xp_counts counts = xp_test_counts(trace());
        uint64_t drawn = minit == SX_MINIT_POINTS ? 6 * 8 : 0;
        uint64_t reached = minit == SX_MINIT_PLUSPLUS ? 6 * 8 : 0; /* the first rows are chosen one by one */
        cr_assert_eq(counts.bytes_downloaded, drawn + reached + 24 * 10, "a round reads three values");
        cr_assert_leq(counts.bytes_uploaded, 8 * counts.uploads + drawn);
        cr_assert_lt(counts.bytes_uploaded, 1000); /* the data has 60,000 */
        xp_assert_closes(scope);
    }
}

/* The address sanitizer keeps this much of what was freed, to catch uses of it. */
#if defined(__SANITIZE_ADDRESS__)
#define QUARANTINE_KB (256 * 1024)
#else
#define QUARANTINE_KB 0
#endif

/* The table of all distances, 640 MB here, never exists, nor does any part of it that counts. */
CHECKED_TEST(vq_trace, memory_stays_small)
{
    xp_scope scope = xp_scope_open();
    xp_array *obs = make_clouds(&(clouds){200000, 3, 9, 0, 1}, XP_FLOAT64, xp_device("host"));
    xp_array *code_book = xp_get(obs, XP_INDEX(xp_slice(0, 400, 1), xp_ellipsis()));
    xp_eval(obs);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    xp_assert_ok(sx_cluster_vq(obs, code_book, NULL).code);
    getrusage(RUSAGE_SELF, &after);
    long more = after.ru_maxrss - before.ru_maxrss;
    cr_assert_lt(more, 64 * 1024 + QUARANTINE_KB, "%ld KB more", more);
    xp_assert_closes(scope);
}

/* A round reads the data for the labels and again for the means, but writes nothing of n times k. */
CHECKED_TEST(vq_trace, clusters_cost_the_same_memory_however_many_rounds)
{
    size_t live[2];
    for (int i = 0; i < 2; i++) {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&(clouds){4000, 5, 6, 0, 1}, XP_FLOAT64, xp_device("host"));
        xp_rng rng = xp_rng_seed(1);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.minit = SX_MINIT_PLUSPLUS;
        options.rng = &rng;
        options.iter = i ? 40 : 2;
        xp_eval(sx_cluster_kmeans2(data, xp_scalar(6), &options).label);
        live[i] = xp_memory_live();
        xp_assert_closes(scope);
    }
    cr_assert_eq(live[0], live[1], "%zu bytes, then %zu", live[0], live[1]);
}

/* Rounds write into what the first one has allocated. */
CHECKED_TEST(vq_trace, rounds_allocate_nothing)
{
    uint64_t allocations[2], runs[2];
    for (int i = 0; i < 2; i++) {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&(clouds){3000, 5, 6, 0, 1}, XP_FLOAT32, trace());
        xp_array *guess = xp_get(data, XP_INDEX(xp_slice(0, 6, 1), xp_ellipsis()));
        xp_eval(data, guess);
        cr_assert_eq(xp_trace_reset(trace()), XP_OK);
        sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
        options.minit = SX_MINIT_MATRIX;
        options.iter = i ? 40 : 1;
        xp_assert_ok(sx_cluster_kmeans2(data, guess, &options).label);
        allocations[i] = xp_test_counts(trace()).allocations;
        cr_assert_eq(xp_trace_reset(trace()), XP_OK);
        sx_kmeans_options until = sx_cluster_kmeans_defaults();
        until.thresh = i ? 0 : 1e10;
        xp_assert_ok(sx_cluster_kmeans(data, guess, &until).code_book);
        runs[i] = xp_test_counts(trace()).allocations;
        xp_assert_closes(scope);
    }
    cr_assert_eq(allocations[0], allocations[1], "kmeans2: %llu, then %llu", (unsigned long long)allocations[0],
                 (unsigned long long)allocations[1]);
    cr_assert_eq(runs[0], runs[1], "kmeans: %llu, then %llu", (unsigned long long)runs[0],
                 (unsigned long long)runs[1]);
}

/* Rows far apart, columns, negative strides: the kernel walks them as they lie. */
CHECKED_TEST(vq_trace, no_layout_is_copied)
{
    const int64_t n = 20000, d = 24;
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        xp_array *plain = make_clouds(&(clouds){n, d, 6, 0, 1}, dtype, trace());
        xp_array *code_book = xp_get(plain, XP_INDEX(xp_slice(0, 10, 1), xp_ellipsis()));
        xp_eval(plain);
        sx_vq_result expected = sx_cluster_vq(plain, code_book, NULL);
        for (layout how = LAYOUT_FORTRAN; how < N_LAYOUTS; how++) {
            xp_array *obs = lay_out(plain, how);
            xp_eval(obs);
            cr_assert_eq(xp_trace_reset(trace()), XP_OK);
            sx_vq_result found = sx_cluster_vq(obs, code_book, NULL);
            xp_eval(found.code);
            uint64_t allocated = xp_test_counts(trace()).bytes_allocated;
            cr_assert_lt(allocated, (uint64_t)(n * 12 + 10000), "layout %d: %llu bytes", (int)how,
                         (unsigned long long)allocated);
            xp_assert_identical(found.code, expected.code);
            xp_assert_identical(found.dist, expected.dist);
        }
        xp_assert_closes(scope);
    }
}

/* 4 GB of distances would not fit. */
#if !defined(__SANITIZE_ADDRESS__)
static void cluster_a_million(double *results)
{
    const struct rlimit limit = {(rlim_t)1 << 30, (rlim_t)1 << 30};
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
    xp_scope scope = xp_scope_open();
    xp_array *obs = make_clouds(&(clouds){1000000, 16, 9, 0, 1}, XP_FLOAT32, xp_device("host"));
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.minit = SX_MINIT_MATRIX;
    options.iter = 2;
    xp_array *guess = xp_get(obs, XP_INDEX(xp_slice(0, 1000, 1), xp_ellipsis()));
    sx_kmeans2_result found = sx_cluster_kmeans2(obs, guess, &options);
    sx_vq_result again = sx_cluster_vq(obs, found.centroid, NULL);
    results[0] = xp_to_double(xp_max(found.label, XP_ALL));
    results[1] = xp_to_double(xp_max(again.dist, XP_ALL));
    results[2] = (double)xp_scope_close(scope);
}

Test(vq_trace, a_million_points_and_a_thousand_centroids_in_a_gigabyte)
{
    double results[3];
    support_elsewhere("OMP_NUM_THREADS", "2", cluster_a_million, results, 3);
    cr_assert_eq(results[2], XP_OK, "status %g", results[2]);
    cr_assert_gt(results[0], 900);
    cr_assert(results[1] > 0 && results[1] < 100);
}
#endif

CHECKED_TEST(vq_trace, same_bits_for_any_number_of_threads)
{
    const int threads[] = {1, 2, 3, 8};
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        xp_array *data = make_clouds(&(clouds){30000, 7, 20, 100, 1}, dtype, xp_device("host"));
        sx_kmeans2_result first = {0};
        double distortion = 0;
        for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
            xp_set_num_threads(threads[i]);
            xp_rng rng = xp_rng_seed(1);
            sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
            options.minit = SX_MINIT_PLUSPLUS;
            options.iter = 3;
            options.rng = &rng;
            sx_kmeans2_result found = sx_cluster_kmeans2(sx_cluster_whiten(data, NULL), xp_scalar(40), &options);
            sx_kmeans_options until = sx_cluster_kmeans_defaults();
            until.thresh = 1e-2;
            double reached = sx_cluster_kmeans(data, found.centroid, &until).distortion;
            if (i == 0) {
                first = found;
                distortion = reached;
            }
            cr_assert_null(support_differ(found.centroid, first.centroid), "%d threads", threads[i]);
            cr_assert_null(support_differ(found.label, first.label), "%d threads", threads[i]);
            cr_assert_eq(reached, distortion, "%d threads", threads[i]);
        }
        xp_set_num_threads(0);
        xp_assert_closes(scope);
    }
}
