/* The nearest centroids on the host: labels, distances and sums of a block of points while it is in the caches.
 *
 * Threads take runs of points. Sums belong to slots, whose number does not depend on threads; where slots are too few
 * for all threads, labels come first and then the sums, by slots and ranges of features.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_nearest.args.h"
#include "vq_nearest.kern.h"

#include "vq_host_job.h"
#include "vq_host_lanes.h"
#include "../vq_sizes.h"

#define WAYS VQ_WAYS
#define T REAL
#if XP_REAL_BITS == 32
#define F(name) name##_f32
#define DOUBTS 1
#else
#define F(name) name##_f64
#define DOUBTS 0
#endif
#include "vq_host_nearest.h"

_Static_assert(WAYS == VQ_NEAREST_WAYS && VQ_NEAREST_FEW_FEATURES <= FEW, "sums go several ways of few features only");
_Static_assert(VQ_STRANGE_POINTS == VQ_NEAREST_STRANGE_POINTS && VQ_STRANGE_CENTROIDS == VQ_NEAREST_STRANGE_CENTROIDS,
               "who reads the bits knows them");

#define MOST_PARTS 8          /* for each thread */
#define LEAST_OF_PART 256     /* points: less is not worth a call */
#define LEAST_FEATURES 64     /* of a range of them */

typedef struct work {
    const vq_nearest_args *args;
    nearest_job job;
    void *shared, *scratch;
    size_t shared_bytes, scratch_bytes; /* scratch: of each thread */
    int64_t parts, slots, ranges;       /* ranges of features */
} work;

static double nanoseconds(const nearest_job *job)
{
    return (double)job->n * (double)job->k * (double)(job->d + 2) * (double)sizeof(REAL) / 200.0;
}

static void *scratch_of(const work *w, int thread) { return (char *)w->scratch + (size_t)thread * w->scratch_bytes; }

/* Parts begin at whole cache lines of labels and distances. */
static int64_t part_start(const work *w, int64_t part)
{
    const int64_t start = vq_slot_start(part, w->parts, w->job.n);
    return part < w->parts ? start - start % 16 : start;
}

static void label_part(void *context, int64_t part, int thread)
{
    const work *w = context;
    F(nearest_range)(&w->job, w->shared, part_start(w, part), part_start(w, part + 1), 0, scratch_of(w, thread));
}

static void begin_slot(const work *w, int64_t slot)
{
    int64_t k = w->job.k, values = w->job.ways * k * w->job.d;
    memset(w->args->sums + slot * values, 0, (size_t)values * sizeof(double));
    memset(w->args->counts + slot * k, 0, (size_t)k * sizeof(int64_t));
}

/* What a slot's labels and distances come to. */
static void end_slot(const work *w, int64_t slot)
{
    const vq_nearest_args *a = w->args;
    int64_t first = vq_slot_start(slot, w->slots, w->job.n), last = vq_slot_start(slot + 1, w->slots, w->job.n);
    a->changed[slot] = vq_changed(a->label, a->previous, first, last);
    a->totals[slot] = a->distance ? xp_wide_sum(a->distance, first, last) : 0;
}

/* A slot at once. */
static void run_slot(void *context, int64_t slot, int thread)
{
    const work *w = context;
    begin_slot(w, slot);
    F(nearest_range)(&w->job, w->shared, vq_slot_start(slot, w->slots, w->job.n),
                     vq_slot_start(slot + 1, w->slots, w->job.n), slot, scratch_of(w, thread));
    end_slot(w, slot);
}

/* Some features of a slot whose points have their labels; the first range counts them, too. */
static void sum_range(void *context, int64_t i, int thread)
{
    const work *w = context;
    const vq_nearest_args *a = w->args;
    (void)thread;
    int64_t d = w->job.d, k = w->job.k, ways = w->job.ways, slot = i / w->ranges, range = i % w->ranges;
    int64_t from = range * d / w->ranges, to = (range + 1) * d / w->ranges;
    int64_t first = vq_slot_start(slot, w->slots, w->job.n), last = vq_slot_start(slot + 1, w->slots, w->job.n);
    double *sums = a->sums + slot * ways * k * d;
    int64_t *counts = a->counts + slot * k;
    for (int64_t c = 0; c < ways * k; c++)
        memset(sums + c * d + from, 0, (size_t)(to - from) * sizeof(double));
    if (range == 0)
        memset(counts, 0, (size_t)k * sizeof(int64_t));
    for (int64_t p = first; p < last; p++) {
        const REAL *x = a->obs + p * a->obs_step_0;
        double *sum = sums + ((p - first) % ways * k + a->label[p]) * d;
        if (range == 0)
            counts[a->label[p]]++;
        if (a->obs_step_1 == 1)
            for (int64_t j = from; j < to; j++)
                sum[j] += (double)x[j];
        else
            for (int64_t j = from; j < to; j++)
                sum[j] += (double)x[j * a->obs_step_1];
    }
    if (range == 0)
        end_slot(w, slot);
}

static void find_strange_runs(const vq_nearest_args *a, int64_t runs)
{
    for (int64_t i = 0; i < runs; i++)
        vq_nearest_strange(i, a->obs_extent_0, a->obs_extent_1, a->code_book, a->code_book_extent_0, a->distance,
                           a->strange, a->strange_extent_0);
}

/* Points whose distance is not finite are always open, and settling them has said so. */
static void find_strange(const work *w, int64_t runs)
{
    const vq_nearest_args *a = w->args;
    if (runs > 0 && *w->job.strange == 0 && !vq_run_is_strange(a->code_book, w->job.k * w->job.d, 0, 1))
        memset(a->strange, 0, (size_t)runs * sizeof *a->strange);
    else
        find_strange_runs(a, runs);
}

static void run(work *w, bool with_sums, int threads, const xp_kernel_team *team)
{
    bool by_slots = with_sums && (threads == 1 || w->slots >= 2 * threads);
    if (by_slots) {
        w->job.sums = w->args->sums;
        w->job.counts = w->args->counts;
        team->each(w->slots, threads, run_slot, w);
        return;
    }
    int64_t most = (w->job.n + LEAST_OF_PART - 1) / LEAST_OF_PART;
    w->parts = threads == 1 ? 1 : most < MOST_PARTS * threads ? most : MOST_PARTS * threads;
    team->each(w->parts, threads, label_part, w);
    if (with_sums) {
        w->ranges = w->job.d / LEAST_FEATURES < threads ? w->job.d / LEAST_FEATURES : threads;
        w->ranges = w->ranges < 1 ? 1 : w->ranges;
        team->each(w->slots * w->ranges, threads, sum_range, w);
    }
}

/* All centroids are the same point then, and the first one wins. */
static void run_without_features(const vq_nearest_args *a, const int64_t *extents)
{
    for (int64_t i = 0; i < extents[0]; i++)
        vq_nearest_label(i, a->obs, 0, a->obs_step_0, a->obs_step_1, a->code_book, 1, a->label, a->distance);
    for (int64_t i = 0; i < extents[1]; i++)
        vq_nearest_sum(i, a->obs, a->obs_extent_0, 0, a->obs_step_0, a->obs_step_1, a->label, a->previous, a->distance,
                       a->sums, a->sums_extent_1, a->ways, a->counts, a->counts_extent_0, a->totals,
                       a->changed);
    find_strange_runs(a, extents[2]);
}

bool vq_nearest_tuned(void *const *arrays, const xp_number *numbers, const int64_t *extents, const xp_kernel_team *team)
{
    const vq_nearest_args args = vq_nearest_args_of(arrays, numbers);
    if (args.obs_extent_1 == 0) {
        run_without_features(&args, extents);
        return true;
    }
    int strange = 0;
    work w = {.args = &args, .slots = args.counts_extent_0};
    w.job = (nearest_job){
        .obs = args.obs,
        .n = extents[0],
        .d = args.obs_extent_1,
        .row = args.obs_step_0 * (int64_t)sizeof(REAL),
        .column = args.obs_step_1 * (int64_t)sizeof(REAL),
        .centroids = args.code_book,
        .k = args.code_book_extent_0,
        .label = args.label,
        .distance = args.distance,
        .ways = args.ways,
        .strange = &strange,
    };
    int threads = team->threads_for(nanoseconds(&w.job));
    w.shared_bytes = F(nearest_shared_bytes)(&w.job);
    w.scratch_bytes = (F(nearest_scratch_bytes)(&w.job) + 63) / 64 * 64;
    w.shared = team->take(w.shared_bytes);
    w.scratch = team->take(w.scratch_bytes * (size_t)threads);
    bool done = w.shared && w.scratch;
    if (done) {
        F(nearest_pack)(&w.job, w.shared);
        run(&w, extents[1] > 0, threads, team);
        find_strange(&w, extents[2]);
    }
    if (w.scratch)
        team->give(w.scratch, w.scratch_bytes * (size_t)threads);
    if (w.shared)
        team->give(w.shared, w.shared_bytes);
    return done;
}
