/* Programs with operands that lie across each other, as in a + transpose(b): walked in square tiles, in which such
 * operands are turned through registers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>

#include "core/alloc.h"
#include "providers/host/engine.h"
#include "providers/host/host.h"

#define SIDE 64                    /* of a tile */
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
    const host_plan *plan;   /* with the whole extents */
    host_job job;            /* over one tile */
    int64_t rows, columns;   /* of the last two axes, whole */
    int64_t height, width;   /* of a tile */
    int64_t down, across;    /* how many tiles */
    size_t register_bytes;
    int n_turned;
    uint8_t turned[XP_PROGRAM_INPUTS];
} tiling;

/* What one thread needs besides its worker. */
typedef struct tile_state {
    host_worker worker;
    int64_t origin[HOST_OPERANDS];         /* addresses at the last two axes' start */
    int64_t height, width;                 /* that `accesses` are for */
    char *scratch;                         /* a tile for each turned operand */
    host_access accesses[HOST_OPERANDS];
} tile_state;

/* Edges have tiles of other extents: the ways to the operands are made anew, of the kinds that the job's have. */
static void shape_tile(const tiling *t, tile_state *state, int64_t height, int64_t width)
{
    if (height == state->height && width == state->width)
        return;
    const host_plan *plan = t->plan;
    for (int i = 0; i < plan->n_used; i++) {
        int k = plan->used[i];
        const host_access *interior = &t->job.accesses[k];
        host_access_make(&state->accesses[k], 2, (int64_t[]){height, width},
                         (int64_t[]){plan->axes[plan->n_axes - 2].strides[k], plan->axes[plan->n_axes - 1].strides[k]},
                         interior->bytes, interior->coordinate);
        if (interior->kind == HOST_PATTERN && state->accesses[k].period > 0)
            state->accesses[k].kind = HOST_PATTERN;
    }
    for (int i = 0; i < plan->program->n_inputs; i++) {
        state->worker.is_filled[i] = false;
        if (plan->program->inputs[i].kind == XP_INPUT_SCALAR)
            state->accesses[i] = t->job.accesses[i];
    }
    state->height = height;
    state->width = width;
    state->worker.run = height * width;
}

static void place_tile(const tiling *t, tile_state *state, int64_t row, int64_t column)
{
    const host_plan *plan = t->plan;
    for (int i = 0; i < plan->n_used; i++) {
        int k = plan->used[i];
        state->worker.address[k] = state->origin[k] + row * plan->axes[plan->n_axes - 2].strides[k] +
                                   column * plan->axes[plan->n_axes - 1].strides[k];
    }
    char *scratch = state->scratch;
    for (int i = 0; i < t->n_turned; i++) {
        int k = t->turned[i];
        size_t bytes = input_bytes(plan, k);
        t->job.moves->turn[host_size_class(bytes)](scratch, (const char *)(intptr_t)state->worker.address[k],
                                                   state->height, state->width,
                                                   plan->axes[plan->n_axes - 1].strides[k]);
        state->worker.address[k] = (int64_t)(intptr_t)scratch;
        scratch += (size_t)(t->height * t->width) * bytes;
    }
}

static void compute_tile(const tiling *t, tile_state *state)
{
    int64_t whole = t->job.limit - t->job.limit % state->width; /* blocks are of whole rows, for patterns */
    int64_t length = whole > 0 ? whole : t->job.limit;
    for (int64_t start = 0; start < state->worker.run; start += length) {
        int64_t left = state->worker.run - start, n = left < length ? left : length;
        host_worker_block(&state->worker, start, n);
        host_worker_commit(&state->worker, start, n);
    }
}

static void run_tiles(const tiling *t, tile_state *state, int64_t begin, int64_t end)
{
    const host_plan *plan = t->plan;
    host_worker *worker = &state->worker;
    host_worker_start(worker, &t->job, (char *)(state + 1));
    worker->accesses = state->accesses;
    state->scratch = (char *)(state + 1) + t->register_bytes;
    state->height = state->width = 0;
    for (int64_t i = begin; i < end; i++) {
        int64_t in_plane = i % (t->down * t->across);
        if (i == begin || in_plane == 0) {
            for (int k = 0; i > begin && k < plan->n_used; k++)
                worker->address[plan->used[k]] = state->origin[plan->used[k]];
            host_worker_seek(worker, 0, t->job.first, i / (t->down * t->across));
            for (int k = 0; k < plan->n_used; k++)
                state->origin[plan->used[k]] = worker->address[plan->used[k]];
        }
        int64_t row = in_plane / t->across * t->height, column = in_plane % t->across * t->width;
        int64_t below = t->rows - row, right = t->columns - column;
        shape_tile(t, state, below < t->height ? below : t->height, right < t->width ? right : t->width);
        place_tile(t, state, row, column);
        compute_tile(t, state);
    }
}

/* The job over one tile; `tile` is the plan with the tile's extents in place of the last two. */
static void make_tiling(tiling *t, const host_settings *settings, const host_plan *plan, host_plan *tile)
{
    int last = plan->n_axes - 1;
    t->plan = plan;
    t->rows = plan->axes[last - 1].extent;
    t->columns = plan->axes[last].extent;
    t->width = t->columns < SIDE ? t->columns : SIDE;
    t->height = t->rows < SIDE ? t->rows : SIDE;
    t->down = (t->rows + t->height - 1) / t->height;
    t->across = (t->columns + t->width - 1) / t->width;
    t->n_turned = 0;
    *tile = *plan;
    tile->axes[last - 1].extent = t->height;
    tile->axes[last].extent = t->width;
    for (int i = 0; i < plan->n_used && plan->used[i] < XP_PROGRAM_INPUTS; i++) {
        int k = plan->used[i];
        if (plan->program->inputs[k].kind != XP_INPUT_ARRAY || !lies_along(plan, k, last - 1))
            continue;
        t->turned[t->n_turned++] = (uint8_t)k;
        tile->turned |= UINT64_C(1) << k;
    }
    host_job_make(&t->job, settings, tile, last - 1, 0);
    t->register_bytes = (host_worker_bytes(&t->job) + 63) & ~(size_t)63;
}

static size_t state_bytes(const tiling *t)
{
    size_t bytes = sizeof(tile_state) + t->register_bytes;
    for (int i = 0; i < t->n_turned; i++)
        bytes += (size_t)(t->height * t->width) * input_bytes(t->plan, t->turned[i]);
    return (bytes + 127) & ~(size_t)63;
}

xp_status host_tiles(const host_settings *settings, const host_plan *plan)
{
    tiling t;
    host_plan tile;
    make_tiling(&t, settings, plan, &tile);
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
        run_tiles(&t, (tile_state *)(void *)(memory + each * (size_t)part), total * part / parts,
                  total * (part + 1) / parts);
    }
    xp_pool_free(memory, each * (size_t)threads);
    return XP_OK;
}
