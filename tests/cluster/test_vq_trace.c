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
        cr_assert_eq(counts.bytes_downloaded, drawn + 24 * 10, "a round reads three values");
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
    xp_array *code_book = xp_get(obs, XP_INDEX(xp_slice(0, 400, 1)));
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
