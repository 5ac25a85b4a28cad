/* The nearest centroid of each row, and rounds of it with new centroids, by one kernel that never holds n times k.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "vq_private.h"
#include "vq_kernels.h"

/* Of a run of points, and of one of the centroids' features, it is said together whether they are finite. */
#define RUN 4096
#define MOST_RUNS 1024

static double work(int64_t n, int64_t d, int64_t k)
{
    return VQ_NANOSECONDS_PER_FEATURE * (double)n * (double)(d + 1) * (double)k;
}

/* Labels and, if there are rounds, their sums; distance and strange may be NULL. */
static bool launch_nearest(const char *function, xp_array *obs, xp_array *code_book, xp_array *label,
                           xp_array *distance, xp_array *strange, const vq_rounds *into)
{
    xp_array *previous = into && into->done > 0 && into->labels[1] ? into->labels[(into->done + 1) % 2] : NULL;
    xp_array *sums = into ? into->sums : NULL, *counts = into ? into->counts : NULL;
    if (!xp_ok(obs) || !xp_ok(code_book) || (into && (!xp_ok(sums) || !xp_ok(counts))))
        return false;
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1);
    int64_t runs = sums ? xp_extent(counts, 0) * (d > 0 ? d : 1) : 0;
    int64_t ways = sums ? xp_extent(sums, 0) / xp_extent(counts, 0) : 1;
    xp_array *const arrays[] = {obs,  code_book, label, distance, previous, sums, counts, into ? into->totals : NULL,
                                into ? into->changed : NULL, strange};
    const int64_t extents[] = {n, runs, strange ? xp_extent(strange, 0) : 0};
    return xp_launch(&vq_nearest_kernel, function, xp_dtype_of(obs), extents, arrays,
                     (const xp_number[]){{.index = ways}}, work(n, d, xp_extent(code_book, 0)));
}

static int64_t runs_for(xp_array *obs, xp_array *code_book)
{
    const int64_t n = xp_extent(obs, 0), values = xp_size(code_book), most = n > values ? n : values;
    return most / RUN < 1 ? 1 : most / RUN > MOST_RUNS ? MOST_RUNS : most / RUN;
}

bool vq_nearest(const xp_namespace *xp, const char *function, xp_array *obs, xp_array *code_book, xp_array **label,
                xp_array **distance, int *strange)
{
    const int64_t n = xp_extent(obs, 0), runs = runs_for(obs, code_book);
    int32_t found[MOST_RUNS];
    xp_array *of_runs = strange ? xp_launch_output(xp, XP_SHAPE(runs), XP_INT32, function) : NULL;
    *label = xp_launch_output(xp, XP_SHAPE(n), XP_INT32, function);
    *distance = xp_launch_output(xp, XP_SHAPE(n), xp_dtype_of(obs), function);
    if (!launch_nearest(function, obs, code_book, *label, *distance, of_runs, NULL))
        return false;
    if (!strange)
        return true;
    *strange = 0;
    if (!vq_read_values(of_runs, found, (size_t)runs * sizeof *found))
        return false;
    for (int64_t run = 0; run < runs; run++)
        *strange |= found[run];
    return true;
}

/* ---- rounds ------------------------------------------------------------------------------------------------------ */

/* Slots add up their points by themselves, so that threads can share the work: their number follows from n and k, not
 * from threads, and with it the bits. */
#define MOST_SLOTS 16
#define LEAST_POINTS 2048

static int64_t slots_for(int64_t n, int64_t k)
{
    int64_t points = 4 * k > LEAST_POINTS ? 4 * k : LEAST_POINTS;
    return n / points < 1 ? 1 : n / points > MOST_SLOTS ? MOST_SLOTS : n / points;
}

vq_rounds vq_rounds_start(const xp_namespace *xp, const char *function, xp_array *obs, xp_array *code_book,
                          bool with_report)
{
    int64_t n = xp_extent(obs, 0), d = xp_extent(obs, 1), k = xp_extent(code_book, 0), slots = slots_for(n, k);
    int64_t ways = d <= VQ_NEAREST_FEW_FEATURES && k <= VQ_NEAREST_FEW_CENTROIDS ? VQ_NEAREST_WAYS : 1;
    xp_dtype dtype = xp_dtype_of(obs);
    vq_rounds rounds = {.xp = xp, .function = function, .obs = obs, .code_book = code_book};
    for (int i = 0; i < 2; i++) {
        rounds.means[i] = xp_launch_output(xp, XP_SHAPE(k, d), dtype, function);
        rounds.labels[i] = i == 0 || with_report ? xp_launch_output(xp, XP_SHAPE(n), XP_INT32, function) : NULL;
    }
    rounds.distance = with_report ? xp_launch_output(xp, XP_SHAPE(n), dtype, function) : NULL;
    rounds.sums = xp_launch_output(xp, XP_SHAPE(slots * ways, k, d), XP_FLOAT64, function);
    rounds.counts = xp_launch_output(xp, XP_SHAPE(slots, k), XP_INT64, function);
    rounds.totals = xp_launch_output(xp, XP_SHAPE(slots), XP_FLOAT64, function);
    rounds.changed = xp_launch_output(xp, XP_SHAPE(slots), XP_INT64, function);
    rounds.summary = xp_launch_output(xp, XP_SHAPE(3), XP_FLOAT64, function);
    return rounds;
}

bool vq_rounds_next(vq_rounds *rounds, vq_summary *summary)
{
    int64_t n = xp_extent(rounds->obs, 0), at = rounds->done % 2;
    int64_t values = xp_extent(rounds->code_book, 0) * xp_extent(rounds->obs, 1);
    rounds->label = rounds->labels[rounds->labels[1] ? at : 0];
    if (!launch_nearest(rounds->function, rounds->obs, rounds->code_book, rounds->label, rounds->distance, NULL,
                        rounds))
        return false;
    xp_array *means = rounds->means[at];
    xp_array *const arrays[] = {rounds->sums,   rounds->counts,  rounds->code_book, means,
                                rounds->totals, rounds->changed, rounds->summary};
    double found[3];
    if (!xp_launch(&vq_means_kernel, rounds->function, xp_dtype_of(rounds->obs), (const int64_t[]){values, 1}, arrays,
                   (const xp_number[]){{.index = n}},
                   (double)values * (double)xp_extent(rounds->sums, 0)) ||
        !vq_read_values(rounds->summary, found, sizeof found))
        return false;
    *summary = (vq_summary){.n_empty = (int64_t)found[0],
                            .distortion = rounds->distance ? found[1] : (double)NAN,
                            .changed = rounds->labels[1] ? (int64_t)found[2] : -1};
    rounds->code_book = means;
    rounds->done++;
    return true;
}

xp_array *vq_rounds_members(const vq_rounds *rounds)
{
    return rounds->xp->sum(rounds->counts, XP_OVER(0));
}
