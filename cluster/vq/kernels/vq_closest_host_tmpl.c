/* A batch of k-means++ on the host: distances, running minima and totals of a chunk while it is in the caches.
 *
 * Neighbouring points lie in neighbouring lanes. The bits are those of the passes in vq_closest.kern.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_closest.args.h"
#include "vq_closest.kern.h"

#include "vq_host_lanes.h"
#include "../vq_sizes.h"

_Static_assert(VQ_CHUNK == VQ_CLOSEST_CHUNK && VQ_BLOCK == VQ_CLOSEST_BLOCK, "sizes of the text and of vq_sizes.h");

#if XP_REAL_BITS == 32
#define F(name) name##_f32
#else
#define F(name) name##_f64
#endif
#define LANES ((int64_t)(VECTOR_BYTES / sizeof(REAL)))
#define VECTORS 4 /* of points whose sums are in registers */
#define STEP (VECTORS * LANES)

#if XP_REAL_BITS == 64
#define WIDE_LANES LANES
#include "vq_closest_host_filter.h"
#endif

typedef struct batch {
    vq_closest_args args;
    int64_t chunks_per_part, points; /* at a time */
    bool packs, updates, filters;
    void (*pack)(const vq_closest_args *a, int64_t first, int64_t last);
} batch;

/* STEP neighbours of a block: their features are VQ_BLOCK apart, those of the centroid c `step`. (Inlined, it would
 * have too few registers for the loop's counter.) */
static __attribute__((noinline)) void update_step(const REAL *x, const REAL *c, xp_index d, xp_index step, bool first,
                                                  REAL *closest)
{
    F(vector) sums[VECTORS] = {{0}};
    for (xp_index j = 0; j < d; j++, x += VQ_BLOCK, c += step)
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            F(vector) t = F(load)(x + v * LANES) - F(all)(c[0]);
            sums[v] = F(add_square)(sums[v], t);
        }
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) {
        F(vector) old = F(load)(closest + v * LANES);
        F(index) less = first ? F(all_index)(-1) : (F(index))(sums[v] < old);
        F(store)(closest + v * LANES, (F(vector))(((F(index))sums[v] & less) | ((F(index))old & ~less)));
    }
}

/* Points first to last - 1, from the beginning of a block on, by one row. */
static void update(const vq_closest_args *a, xp_index row, xp_index first, xp_index last)
{
    xp_index d = a->obs_extent_1, i = first;
    const REAL *c = a->obs + a->chosen[row] * a->obs_step_0;
    for (; i + VQ_BLOCK <= last; i += VQ_BLOCK)
        for (xp_index k = 0; k < VQ_BLOCK; k += STEP)
            update_step(a->packed + i * d + k, c, d, a->obs_step_1, row == 0, a->closest + i + k);
    for (; i < last; i++)
        vq_closest_update(i, a->obs, d, a->obs_step_0, a->obs_step_1, a->packed, a->chosen, row, row + 1, a->closest);
}

static void pack(const vq_closest_args *a, int64_t first, int64_t last)
{
    for (xp_index i = first; i < last; i++)
        vq_closest_pack(i, a->obs, a->obs_extent_1, a->obs_step_0, a->obs_step_1, a->packed);
}

/* Points first to last - 1, which stay in the first level cache, through all rows of the batch. Returns whether any may
 * have changed. */
static bool run_points(const batch *b, int64_t first, int64_t last)
{
    const vq_closest_args *a = &b->args;
#if XP_REAL_BITS == 64
    if (b->filters) {
        bool changes = false;
        for (int64_t row = a->since; row < a->done; row++)
            changes |= update_filtered(a, row, first, last);
        return changes;
    }
#endif
    for (int64_t row = a->since; row < a->done; row++)
        update(a, row, first, last);
    return true;
}

static void run_chunk(const batch *b, int64_t chunk)
{
    const vq_closest_args *a = &b->args;
    const int64_t first = chunk * VQ_CHUNK, left = a->obs_extent_0 - first;
    const int64_t last = left < VQ_CHUNK ? a->obs_extent_0 : first + VQ_CHUNK;
    bool changes = false;
    if (b->packs)
        b->pack(a, first, last);
    for (int64_t i = first, next; b->updates && i < last; i = next) {
        next = last - i < b->points ? last : i + b->points;
        changes |= run_points(b, i, next);
    }
    if (changes)
        vq_closest_total(chunk, a->obs_extent_0, a->closest, a->totals);
}

static void run_part(void *context, int64_t part, int thread)
{
    const batch *b = context;
    const int64_t first = part * b->chunks_per_part, last = first + b->chunks_per_part;
    (void)thread;
    for (int64_t chunk = first; chunk < (last < b->args.totals_extent_0 ? last : b->args.totals_extent_0); chunk++)
        run_chunk(b, chunk);
}

/* Whole blocks that fit into half of a first level cache. */
static int64_t points_of(const vq_closest_args *a)
{
    const int64_t blocks = (24 << 10) / (VQ_BLOCK * (int64_t)sizeof(float) * (a->obs_extent_1 + 1));
    return blocks < 1 ? VQ_BLOCK : blocks * VQ_BLOCK;
}

bool vq_closest_tuned(void *const *arrays, const xp_number *numbers, const int64_t *extents, const xp_kernel_team *team)
{
    batch b = {.args = vq_closest_args_of(arrays, numbers), .packs = extents[0] > 0, .updates = extents[1] > 0};
    const vq_closest_args *a = &b.args;
    b.points = points_of(a);
    b.pack = pack;
#if XP_REAL_BITS == 64
    b.filters = a->obs_extent_1 > 1 && a->obs_extent_0 <= INT32_MAX;
    if (b.filters) {
        b.pack = pack_floats;
        if (b.packs)
            begin_filter(a);
    }
#endif
    if (b.packs || b.updates) {
        const double bytes = (double)a->obs_extent_0 * (double)a->obs_extent_1 * (double)sizeof(REAL);
        int threads = team->threads_for(bytes / 60 * (b.updates ? (double)(a->done - a->since) : 1));
        int64_t parts = threads > 1 ? 4 * threads : 1;
        b.chunks_per_part = (a->totals_extent_0 + parts - 1) / parts;
        team->each(parts, threads, run_part, &b);
    }
    if (extents[3] > 0)
        vq_closest_draw(0, a->obs, a->obs_extent_0, a->obs_extent_1, a->obs_step_0, a->obs_step_1, a->drawn,
                        a->drawn_extent_1, a->drawn_extent_2, a->chosen, a->done, a->most, a->closest, a->totals,
                        a->totals_extent_0, a->reached);
    return true;
}
