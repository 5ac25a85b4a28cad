/* Programs with operands that lie across each other, as in a + transpose(b): walked in tiles, for which such operands
 * are turned into scratch memory through registers. Rows of a tile are blocks like any others then.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>

#include "core/alloc.h"
#include "providers/host/engine.h"
#include "providers/host/host.h"

#define HEIGHT 64                  /* of a tile: lines of turned operands are read whole */
#define WIDTH 256                  /* long enough to be a block */
#define SHORT_SIDE 8               /* axes shorter than this are not worth it */
#define NANOSECONDS_PER_BYTE 0.05  /* of memory read or written by one thread */

static size_t input_bytes(const host_plan *plan, int k) { return xp_dtype_bytes(plan->program->inputs[k].dtype); }

/* Whether input k is contiguous along `axis` and not along the last one. */
static bool lies_along(const host_plan *plan, int k, int axis)
{
    int64_t bytes = (int64_t)input_bytes(plan, k), last = plan->axes[plan->n_axes - 1].strides[k];
    return plan->axes[axis].strides[k] == bytes && last != bytes && last != 0;
}

bool host_tiles_suit(host_plan *plan)
{
    int last = plan->n_axes - 1;
    if (last < 1 || plan->axes[last].extent < SHORT_SIDE)
        return false;
    for (int i = 0; i < plan->n_used && plan->used[i] < XP_PROGRAM_INPUTS; i++) {
        int k = plan->used[i];
        if (plan->program->inputs[k].kind != XP_INPUT_ARRAY)
            continue;
        for (int axis = 0; axis < last; axis++) {
            if (plan->axes[axis].extent < SHORT_SIDE || !lies_along(plan, k, axis))
                continue;
            host_axis across = plan->axes[axis];
            for (int a = axis; a + 1 < last; a++)
                plan->axes[a] = plan->axes[a + 1];
            plan->axes[last - 1] = across;
            return true;
        }
    }
    return false;
}

typedef struct tiling {
    const host_plan *plan;
    host_job job;            /* over the last axis */
    int64_t rows, columns;   /* of the last two axes */
    int64_t down, across;    /* how many tiles */
    size_t register_bytes;
    int n_turned;
    uint8_t turned[XP_PROGRAM_INPUTS];
} tiling;

typedef struct tile {
    int64_t plane, row, column; /* where it starts; a plane is an index of the axes before the last two */
    int64_t height, width;
} tile;

static int64_t at_most(int64_t n, int64_t most) { return n < most ? n : most; }

static tile find_tile(const tiling *t, int64_t number)
{
    int64_t in_plane = number % (t->down * t->across);
    tile at = {.plane = number / (t->down * t->across), .row = in_plane / t->across * HEIGHT,
               .column = in_plane % t->across * WIDTH};
    at.height = at_most(t->rows - at.row, HEIGHT);
    at.width = at_most(t->columns - at.column, WIDTH);
    return at;
}

/* The worker is at the tile's first row. Scratch memory has a dense tile for each turned operand. */
static void turn_operands(const tiling *t, const host_worker *worker, tile at, char *scratch)
{
    for (int i = 0; i < t->n_turned; i++) {
        int k = t->turned[i];
        size_t bytes = input_bytes(t->plan, k);
        int64_t pitch = t->plan->axes[t->plan->n_axes - 1].strides[k];
        t->job.moves->turn[host_size_class(bytes)](
            scratch, (const char *)(intptr_t)(worker->address[k] + at.column * pitch), at.height, at.width, pitch);
        scratch += HEIGHT * WIDTH * bytes;
    }
}

/* Turned operands are read from row `row` of the scratch memory's tile; blocks count from the start of the whole row. */
static void place_turned(const tiling *t, host_worker *worker, tile at, int64_t row, char *scratch)
{
    for (int i = 0; i < t->n_turned; i++) {
        int k = t->turned[i];
        int64_t bytes = (int64_t)input_bytes(t->plan, k);
        worker->address[k] = (int64_t)(intptr_t)scratch + (row * at.width - at.column) * bytes;
        scratch += HEIGHT * WIDTH * bytes;
    }
}

static void compute_row(const host_job *job, host_worker *worker, tile at)
{
    for (int64_t done = 0; done < at.width; done += job->limit) {
        int64_t n = at_most(at.width - done, job->limit);
        host_worker_block(worker, at.column + done, n);
        host_worker_commit(worker, at.column + done, n);
    }
}

/* Goes to a row of the plane. The addresses of turned operands are put back first: a worker moves by differences. */
static void seek_row(const tiling *t, host_worker *worker, int64_t *across, tile at, int64_t row)
{
    for (int i = 0; i < t->n_turned; i++)
        worker->address[t->turned[i]] = across[i];
    host_worker_seek(worker, 0, t->job.first, at.plane * t->rows + at.row + row);
    for (int i = 0; i < t->n_turned; i++)
        across[i] = worker->address[t->turned[i]];
}

static void run_tiles(const tiling *t, char *memory, int64_t begin, int64_t end)
{
    host_worker worker;
    int64_t across[XP_PROGRAM_INPUTS]; /* where the turned operands really are */
    char *scratch = memory + t->register_bytes;
    host_worker_start(&worker, &t->job, memory);
    for (int i = 0; i < t->n_turned; i++)
        across[i] = worker.address[t->turned[i]];
    for (int64_t number = begin; number < end; number++) {
        tile at = find_tile(t, number);
        seek_row(t, &worker, across, at, 0);
        turn_operands(t, &worker, at, scratch);
        for (int64_t row = 0; row < at.height; row++) {
            seek_row(t, &worker, across, at, row);
            place_turned(t, &worker, at, row, scratch);
            compute_row(&t->job, &worker, at);
        }
    }
    t->job.moves->fence();
}

static void make_tiling(tiling *t, const host_settings *settings, host_plan *plan)
{
    int last = plan->n_axes - 1;
    t->plan = plan;
    t->rows = plan->axes[last - 1].extent;
    t->columns = plan->axes[last].extent;
    t->down = (t->rows + HEIGHT - 1) / HEIGHT;
    t->across = (t->columns + WIDTH - 1) / WIDTH;
    t->n_turned = 0;
    for (int i = 0; i < plan->n_used && plan->used[i] < XP_PROGRAM_INPUTS; i++) {
        int k = plan->used[i];
        if (plan->program->inputs[k].kind != XP_INPUT_ARRAY || !lies_along(plan, k, last - 1))
            continue;
        t->turned[t->n_turned++] = (uint8_t)k;
        plan->turned |= UINT64_C(1) << k;
    }
    host_job_make(&t->job, settings, plan, last, 0);
    t->register_bytes = (host_worker_bytes(&t->job) + 63) & ~(size_t)63;
}

/* What one thread needs. */
static size_t state_bytes(const tiling *t)
{
    size_t bytes = t->register_bytes;
    for (int i = 0; i < t->n_turned; i++)
        bytes += HEIGHT * WIDTH * input_bytes(t->plan, t->turned[i]);
    return (bytes + 63) & ~(size_t)63;
}

xp_status host_tiles(const host_settings *settings, host_plan *plan)
{
    tiling t;
    make_tiling(&t, settings, plan);
    int64_t total = plan->size / (t.rows * t.columns) * t.down * t.across;
    int threads = settings->threads;
    if (threads == 0)
        threads = host_threads_for(host_plan_cost(plan) * (double)plan->size +
                                   NANOSECONDS_PER_BYTE * host_plan_bytes(plan));
    size_t each = state_bytes(&t);
    char *memory = xp_pool_alloc(each * (size_t)threads);
    if (!memory)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        int part = omp_get_thread_num(), parts = omp_get_num_threads();
        run_tiles(&t, memory + each * (size_t)part, total * part / parts, total * (part + 1) / parts);
    }
    xp_pool_free(memory, each * (size_t)threads);
    return XP_OK;
}
