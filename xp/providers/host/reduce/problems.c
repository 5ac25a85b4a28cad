/* The problems of a reduction, one after the other or shared out among threads, and their results.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/host/host.h"
#include "providers/host/reduce/reduce.h"

#define CHUNKS_PER_THREAD 4
#define NANOSECONDS_PER_BYTE 0.03
#define NANOSECONDS_PER_TALLY 0.15 /* and element */

/* ---- results ----------------------------------------------------------------------------------------------------- */

static host_finish *finisher_of(const host_finishers *finishers, const xp_output *output)
{
    switch ((xp_reduction_kind)output->reduction->kind) {
    case XP_REDUCE_MEAN:
        return finishers->mean[output->dtype];
    case XP_REDUCE_VAR:
        return finishers->var[output->dtype];
    case XP_REDUCE_STD:
        return finishers->std[output->dtype];
    case XP_REDUCE_ANY:
        return finishers->any;
    case XP_REDUCE_ALL:
        return finishers->all;
    case XP_REDUCE_ARGMIN:
    case XP_REDUCE_ARGMAX:
        return finishers->position;
    case XP_REDUCE_COUNT_NONZERO:
        return finishers->count;
    default:
        return finishers->copy[output->dtype];
    }
}

static void store_results(host_reducing *r, const host_cells *cells, int64_t first, int64_t width)
{
    const host_reduction *reduction = r->reduction;
    const host_plan *plan = reduction->plan;
    if (reduction->shape == HOST_LONG_ROWS) /* its panel is not in the run: results count from its start */
        host_worker_seek(&r->worker, reduction->panel_first, reduction->panel_last, 0);
    for (int i = 0; i < plan->program->n_outputs; i++) {
        const xp_output *output = &plan->program->outputs[i];
        if (!(plan->outputs >> i & 1) || !output->reduction)
            continue;
        finisher_of(reduction->finishers, output)(cells[reduction->tally_of[i]], width, reduction->n,
                                                  output->correction, host_results_at(r, i, first));
        host_results_made(r, i, first, width);
    }
}

/* Tile rows become rows: each half is merged with the other. Returns of how many values the cells are then. */
static double fold_tile(const host_reducer *reducer, host_cells cells, int64_t kept, int64_t fold, double count)
{
    for (; fold > 1; fold /= 2, count *= 2) {
        int64_t half = fold / 2 * kept * reducer->parts;
        reducer->merge(cells, host_cells_from(cells, half), half, count, count);
    }
    return count;
}

/* What the counters hold after strip s, folded, and merged with the strip before it. */
static void collect(host_reducing *r, int s, host_cells *cells, double *counts)
{
    const host_reduction *reduction = r->reduction;
    const host_strip *strip = &reduction->strips[s];
    for (int t = 0; t < reduction->n_tallies; t++) {
        const host_reducer *reducer = reduction->tallies[t].reducer;
        double count;
        host_cells now = host_counter_finish(&r->counters[t], &count);
        int64_t width = reduction->kept * reducer->parts;
        if (reduction->shape == HOST_TILED)
            count = fold_tile(reducer, now, reduction->kept, strip->width / reduction->kept, count);
        if (s > 0) {
            reducer->merge(cells[t], now, width, counts[t], count);
            continue;
        }
        counts[t] = count;
        cells[t] = now;
        if (reduction->n_strips == 1)
            continue;
        cells[t] = host_cells_at(reducer, width, r->folded[t]);
        for (int plane = 0; plane < reducer->planes; plane++)
            memcpy(cells[t].planes[plane], now.planes[plane], (size_t)width * 8);
    }
}

static void run_problem(host_reducing *r, int64_t problem)
{
    const host_reduction *reduction = r->reduction;
    int64_t first, width;
    host_cells cells[XP_PROGRAM_OUTPUTS];
    double counts[XP_PROGRAM_OUTPUTS];
    host_reducing_seek(r, problem, &first, &width);
    if (reduction->straight) {
        host_reduce_straight(r, first, width);
        return;
    }
    for (int s = 0; s < reduction->n_strips; s++) {
        const host_strip *strip = &reduction->strips[s];
        host_reducing_clear(r, strip, width);
        host_reduce_leaves(r, strip, first, width, 0, host_strip_leaves(reduction, strip));
        collect(r, s, cells, counts);
    }
    store_results(r, cells, first, width);
}

static void run_problems(const host_reduction *reduction, char *memory, int64_t begin, int64_t end)
{
    host_reducing reducing;
    host_reducing_start(&reducing, reduction, memory);
    for (int64_t problem = begin; problem < end; problem++)
        run_problem(&reducing, problem);
    reduction->job.moves->fence();
}

/* ---- few problems, many leaves: threads share each one ----------------------------------------------------------- */

typedef struct sharing {
    const host_reduction *reduction;
    int threads;
    size_t each;           /* bytes of a thread's memory */
    char *memory;
    int level;             /* chunks are of 2^level leaves */
    int64_t chunks;        /* at most */
    char *branches[XP_PROGRAM_OUTPUTS]; /* by tally: a branch for each chunk */
    double *counts;
} sharing;

static int64_t chunks_of(int64_t leaves, int level) { return (leaves + (INT64_C(1) << level) - 1) >> level; }

static void run_chunk(const sharing *all, host_reducing *r, const host_strip *strip, int64_t first, int64_t width,
                      int64_t chunk)
{
    const host_reduction *reduction = all->reduction;
    int64_t leaves = host_strip_leaves(reduction, strip), begin = chunk << all->level;
    int64_t end = begin + (INT64_C(1) << all->level);
    host_reducing_clear(r, strip, width);
    host_reduce_leaves(r, strip, first, width, begin, end < leaves ? end : leaves);
    for (int t = 0; t < reduction->n_tallies; t++) {
        const host_reducer *reducer = reduction->tallies[t].reducer;
        int64_t cells = host_strip_cells(reduction, strip, t, width);
        host_cells branch = host_counter_finish(&r->counters[t], &all->counts[chunk]);
        host_cells to = host_cells_at(reducer, cells,
                                      all->branches[t] + (size_t)chunk * host_cells_bytes(reducer, cells));
        for (int plane = 0; plane < reducer->planes; plane++)
            memcpy(to.planes[plane], branch.planes[plane], (size_t)cells * 8);
    }
}

static void push_chunks(const sharing *all, host_reducing *r, const host_strip *strip, int64_t width)
{
    const host_reduction *reduction = all->reduction;
    int64_t chunks = chunks_of(host_strip_leaves(reduction, strip), all->level);
    host_reducing_clear(r, strip, width);
    for (int t = 0; t < reduction->n_tallies; t++) {
        const host_reducer *reducer = reduction->tallies[t].reducer;
        int64_t cells = host_strip_cells(reduction, strip, t, width);
        for (int64_t chunk = 0; chunk < chunks; chunk++) {
            host_cells from = host_cells_at(reducer, cells,
                                            all->branches[t] + (size_t)chunk * host_cells_bytes(reducer, cells));
            for (int plane = 0; plane < reducer->planes; plane++)
                memcpy(r->counters[t].next->planes[plane], from.planes[plane], (size_t)cells * 8);
            host_counter_push(&r->counters[t], all->level, all->counts[chunk]);
        }
    }
}

static void share_problem(const sharing *all, host_reducing *main, int64_t problem)
{
    const host_reduction *reduction = all->reduction;
    int64_t first, width;
    host_cells cells[XP_PROGRAM_OUTPUTS];
    double counts[XP_PROGRAM_OUTPUTS];
    for (int s = 0; s < reduction->n_strips; s++) {
        const host_strip *strip = &reduction->strips[s];
        int64_t chunks = chunks_of(host_strip_leaves(reduction, strip), all->level);
#pragma omp parallel num_threads(all->threads) private(first, width)
        {
            host_reducing r;
            host_reducing_start(&r, reduction, all->memory + all->each * (size_t)(omp_get_thread_num() + 1));
            host_reducing_seek(&r, problem, &first, &width);
#pragma omp for schedule(dynamic)
            for (int64_t chunk = 0; chunk < chunks; chunk++)
                run_chunk(all, &r, strip, first, width, chunk);
            reduction->job.moves->fence();
        }
        host_reducing_seek(main, problem, &first, &width);
        push_chunks(all, main, strip, width);
        collect(main, s, cells, counts);
    }
    store_results(main, cells, first, width);
}

static void choose_chunks(sharing *all)
{
    int64_t most = 0;
    for (int s = 0; s < all->reduction->n_strips; s++) {
        int64_t leaves = host_strip_leaves(all->reduction, &all->reduction->strips[s]);
        most = leaves > most ? leaves : most;
    }
    all->level = HOST_BATCH_LEVEL;
    while (chunks_of(most, all->level) > CHUNKS_PER_THREAD * all->threads)
        all->level++;
    all->chunks = chunks_of(most, all->level);
}

static xp_status run_shared(const host_reduction *reduction, int threads, size_t each)
{
    sharing all = {.reduction = reduction, .threads = threads, .each = each};
    choose_chunks(&all);
    size_t bytes = each * (size_t)(threads + 1), offsets[XP_PROGRAM_OUTPUTS];
    for (int t = 0; t < reduction->n_tallies; t++) {
        int64_t widest = 0;
        for (int s = 0; s < reduction->n_strips; s++) {
            int64_t cells = host_strip_cells(reduction, &reduction->strips[s], t, reduction->panel);
            widest = cells > widest ? cells : widest;
        }
        offsets[t] = bytes;
        bytes += (size_t)all.chunks * host_cells_bytes(reduction->tallies[t].reducer, widest);
    }
    size_t counts_at = bytes;
    bytes += (size_t)all.chunks * sizeof(double);
    all.memory = xp_pool_alloc(bytes);
    if (!all.memory)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    for (int t = 0; t < reduction->n_tallies; t++)
        all.branches[t] = all.memory + offsets[t];
    all.counts = (double *)(void *)(all.memory + counts_at);
    host_reducing main;
    host_reducing_start(&main, reduction, all.memory);
    for (int64_t problem = 0; problem < reduction->problems; problem++)
        share_problem(&all, &main, problem);
    xp_pool_free(all.memory, bytes);
    return XP_OK;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static int choose_threads(const host_reduction *reduction)
{
    if (reduction->settings->threads > 0)
        return reduction->settings->threads;
    double each = host_plan_cost(reduction->plan) + NANOSECONDS_PER_TALLY * reduction->n_tallies;
    return host_threads_for(each * (double)reduction->plan->size +
                            NANOSECONDS_PER_BYTE * host_plan_bytes(reduction->plan));
}

xp_status host_reduction_run(const host_reduction *reduction)
{
    char local[HOST_LOCAL_BYTES] __attribute__((aligned(64)));
    size_t each = host_reducing_bytes(reduction);
    int threads = choose_threads(reduction);
    if (threads > 1 && reduction->problems < CHUNKS_PER_THREAD * threads &&
        host_strip_leaves(reduction, &reduction->strips[0]) > (1 << HOST_BATCH_LEVEL))
        return run_shared(reduction, threads, each);
    char *memory = host_workers_memory(each, threads, local);
    if (!memory)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    int64_t problems = reduction->problems;
    if (threads == 1) {
        run_problems(reduction, memory, 0, problems);
    } else {
#pragma omp parallel num_threads(threads)
        {
            int part = omp_get_thread_num(), parts = omp_get_num_threads();
            run_problems(reduction, memory + each * (size_t)part, problems * part / parts,
                         problems * (part + 1) / parts);
        }
    }
    host_workers_free(memory, each, threads, local);
    return XP_OK;
}
