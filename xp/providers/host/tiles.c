/* Programs with operands that lie across each other, as in a + transpose(b): walked in tiles, for which such operands
 * are turned into scratch memory through registers. Rows of a tile are blocks like any others then; where nothing is
 * computed they go right to the output.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/host/engine.h"
#include "providers/host/host.h"

#define HEIGHT 64                  /* of a tile: lines of turned operands are read whole */
#define WIDTH 512                  /* long enough to be a block */
#define COPY_WIDTH 64              /* where nothing is computed: a tile stays in the nearest cache */
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
    int64_t width;           /* of a tile */
    int64_t down, across;    /* how many tiles */
    bool copies;             /* nothing is computed: the turned operand is the output */
    size_t register_bytes;
    int n_turned;
    uint8_t turned[XP_PROGRAM_INPUTS];
} tiling;

typedef struct tile {
    int64_t plane, row, column; /* where it starts; a plane is an index of the axes before the last two */
    int64_t height, width;
} tile;

static int64_t at_most(int64_t n, int64_t most) { return n < most ? n : most; }

/* The next tile lies below: turned operands are read on where they ended, while their pages are still known. */
static tile find_tile(const tiling *t, int64_t number)
{
    int64_t in_plane = number % (t->down * t->across);
    tile at = {.plane = number / (t->down * t->across), .row = in_plane % t->down * HEIGHT,
               .column = in_plane / t->down * t->width};
    at.height = at_most(t->rows - at.row, HEIGHT);
    at.width = at_most(t->columns - at.column, t->width);
    return at;
}

/* The worker is at the tile's first row. Scratch memory has a dense tile for each turned operand. */
static void turn_operands(const tiling *t, const host_worker *worker, tile at, char *scratch)
{
    for (int i = 0; i < t->n_turned; i++) {
        int k = t->turned[i];
        size_t bytes = input_bytes(t->plan, k);
        int64_t pitch = t->plan->axes[t->plan->n_axes - 1].strides[k];
        const char *from = (const char *)(intptr_t)(worker->address[k] + at.column * pitch);
        t->job.moves->turn[host_size_class(bytes)](scratch, from, at.height, at.width, pitch,
                                                   t->copies ? at.height * (int64_t)bytes : 0);
        scratch += HEIGHT * t->width * bytes;
    }
}

/* Turned operands are read from row `row` of the scratch memory's tile; blocks count from the whole row's start. */
static void place_turned(const tiling *t, host_worker *worker, tile at, int64_t row, char *scratch)
{
    for (int i = 0; i < t->n_turned; i++) {
        int k = t->turned[i];
        int64_t bytes = (int64_t)input_bytes(t->plan, k);
        worker->address[k] = (int64_t)(intptr_t)scratch + (row * at.width - at.column) * bytes;
        scratch += HEIGHT * t->width * bytes;
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

/* The worker is at the tile's first row. */
static void copy_rows(const tiling *t, const host_worker *worker, tile at, const char *scratch)
{
    const host_binding *store = &t->job.code.stores[0];
    const host_axis *axes = &t->plan->axes[t->plan->n_axes - 2];
    int64_t bytes = at.width * store->bytes;
    char *to = (char *)(intptr_t)worker->address[HOST_OUTPUT(0)] + at.column * store->bytes;
    for (int64_t row = 0; row < at.height; row++, to += axes[0].strides[HOST_OUTPUT(0)], scratch += bytes) {
        if (store->streams)
            t->job.moves->stream(to, scratch, (size_t)bytes);
        else
            memcpy(to, scratch, (size_t)bytes);
    }
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
        if (t->copies) {
            copy_rows(t, &worker, at, scratch);
            continue;
        }
        for (int64_t row = 0; row < at.height; row++) {
            seek_row(t, &worker, across, at, row);
            place_turned(t, &worker, at, row, scratch);
            compute_row(&t->job, &worker, at);
        }
    }
    t->job.moves->fence();
}

/* Whether the only output is the turned operand as it is. */
static bool only_turns(const host_plan *plan, const host_job *job)
{
    const xp_program *program = plan->program;
    return program->n_outputs == 1 && program->outputs[0].value < program->n_inputs &&
           (plan->turned >> program->outputs[0].value & 1) && job->code.n_stores == 1 &&
           job->accesses[HOST_OUTPUT(0)].kind == HOST_DIRECT;
}

static void make_tiling(tiling *t, const host_settings *settings, host_plan *plan)
{
    int last = plan->n_axes - 1;
    t->plan = plan;
    t->rows = plan->axes[last - 1].extent;
    t->columns = plan->axes[last].extent;
    t->n_turned = 0;
    for (int i = 0; i < plan->n_used && plan->used[i] < XP_PROGRAM_INPUTS; i++) {
        int k = plan->used[i];
        if (plan->program->inputs[k].kind != XP_INPUT_ARRAY || !lies_along(plan, k, last - 1))
            continue;
        t->turned[t->n_turned++] = (uint8_t)k;
        plan->turned |= UINT64_C(1) << k;
    }
    host_job_make(&t->job, settings, plan, last, 0);
    t->copies = only_turns(plan, &t->job);
    t->width = t->copies ? COPY_WIDTH : WIDTH;
    t->down = (t->rows + HEIGHT - 1) / HEIGHT;
    t->across = (t->columns + t->width - 1) / t->width;
    t->register_bytes = (host_worker_bytes(&t->job) + 63) & ~(size_t)63;
}

/* What one thread needs. */
static size_t state_bytes(const tiling *t)
{
    size_t bytes = t->register_bytes;
    for (int i = 0; i < t->n_turned; i++)
        bytes += HEIGHT * (size_t)t->width * input_bytes(t->plan, t->turned[i]);
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
    if (threads == 1) {
        run_tiles(&t, memory, 0, total);
    } else {
#pragma omp parallel num_threads(threads)
        {
            int part = omp_get_thread_num(), parts = omp_get_num_threads();
            run_tiles(&t, memory + each * (size_t)part, total * part / parts, total * (part + 1) / parts);
        }
    }
    xp_pool_free(memory, each * (size_t)threads);
    return XP_OK;
}
