/* Programs that store every value: the index space in blocks, shared out among threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>

#include "providers/host/engine.h"
#include "providers/host/host.h"

#define SHORT_RUN 128               /* rows shorter than this are walked together */
#define NANOSECONDS_PER_BYTE 0.03   /* of memory read or written by one thread */

/* The run: the last axis, and as many before it as it takes for blocks to be long. */
static int choose_first(const host_plan *plan)
{
    int first = plan->n_axes;
    for (int64_t run = 1; first > 0 && run < SHORT_RUN; first--)
        run *= plan->axes[first - 1].extent;
    return first;
}

static void run_blocks(const host_job *job, char *memory, int64_t begin, int64_t end)
{
    host_worker worker;
    host_worker_start(&worker, job, memory);
    int64_t blocks = (job->run + job->limit - 1) / job->limit; /* in a run */
    for (int64_t i = begin; i < end; i++) {
        int64_t run = i / blocks, start = (i - run * blocks) * job->limit;
        int64_t n = job->run - start < job->limit ? job->run - start : job->limit;
        if (i == begin || start == 0)
            host_worker_seek(&worker, 0, job->first, run);
        host_worker_block(&worker, start, n);
        host_worker_commit(&worker, start, n);
    }
    job->moves->fence();
}

xp_status host_elementwise(const host_settings *settings, host_plan *plan)
{
    if (host_tiles_suit(plan))
        return host_tiles(settings, plan);
    host_job job;
    char local[HOST_LOCAL_BYTES] __attribute__((aligned(64)));
    host_job_make(&job, settings, plan, choose_first(plan), 0);

    int64_t total = plan->size / job.run * ((job.run + job.limit - 1) / job.limit);
    int threads = settings->threads;
    if (threads == 0)
        threads = host_threads_for(host_plan_cost(plan) * (double)plan->size +
                                   NANOSECONDS_PER_BYTE * host_plan_bytes(plan));
    size_t each = host_worker_bytes(&job);
    char *memory = host_workers_memory(each, threads, local);
    if (!memory)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    if (threads == 1) {
        run_blocks(&job, memory, 0, total);
    } else {
#pragma omp parallel num_threads(threads)
        {
            int part = omp_get_thread_num(), parts = omp_get_num_threads();
            run_blocks(&job, memory + each * (size_t)part, total * part / parts, total * (part + 1) / parts);
        }
    }
    host_workers_free(memory, each, threads, local);
    return XP_OK;
}
