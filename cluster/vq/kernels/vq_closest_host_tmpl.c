/* A round of k-means++ on the host: distances, running minima and totals of a chunk while it is in the caches.
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
#define VECTORS 2 /* of points whose sums are in registers */
#define STEP (VECTORS * LANES)

#if XP_REAL_BITS == 64
#define WIDE_LANES LANES
#include "vq_closest_host_filter.h"
#endif

typedef struct round_of {
    vq_closest_args args;
    int64_t chunks_per_part;
    bool packs, updates, filters;
} round_of;

/* STEP neighbours of a block: their features are VQ_BLOCK apart, those of the centroid c `step`. */
static inline void update_step(const REAL *x, const REAL *c, xp_index d, xp_index step, bool first, REAL *closest)
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

/* Points first to last - 1, from the beginning of a block on. */
static void update(const vq_closest_args *a, xp_index first, xp_index last)
{
    xp_index d = a->obs_extent_1, i = first;
    const REAL *c = a->obs + a->chosen[a->round] * a->obs_step_0;
    for (; i + VQ_BLOCK <= last; i += VQ_BLOCK)
        for (xp_index k = 0; k < VQ_BLOCK; k += STEP)
            update_step(a->packed + i * d + k, c, d, a->obs_step_1, a->round == 0, a->closest + i + k);
    for (; i < last; i++)
        vq_closest_update(i, a->obs, d, a->obs_step_0, a->obs_step_1, a->packed, a->chosen, a->round, a->closest);
}

static void pack(const vq_closest_args *a, xp_index first, xp_index last)
{
    for (xp_index i = first; i < last; i++)
        vq_closest_pack(i, a->obs, a->obs_extent_1, a->obs_step_0, a->obs_step_1, a->packed);
}

static void run_part(void *context, int64_t part, int thread)
{
    const round_of *round = context;
    const vq_closest_args *a = &round->args;
    (void)thread;
    int64_t first = part * round->chunks_per_part, last = first + round->chunks_per_part;
    for (int64_t chunk = first; chunk < (last < a->totals_extent_0 ? last : a->totals_extent_0); chunk++) {
        int64_t start = chunk * VQ_CHUNK, end = start + VQ_CHUNK < a->obs_extent_0 ? start + VQ_CHUNK : a->obs_extent_0;
#if XP_REAL_BITS == 64
        if (round->filters) {
            if (round->packs)
                pack_floats(a, start, end);
            if (round->updates && update_filtered(a, start, end))
                vq_closest_total(chunk, a->obs_extent_0, a->closest, a->totals);
            continue;
        }
#endif
        if (round->packs)
            pack(a, start, end);
        if (round->updates) {
            update(a, start, end);
            vq_closest_total(chunk, a->obs_extent_0, a->closest, a->totals);
        }
    }
}

bool vq_closest_tuned(void *const *arrays, const xp_number *numbers, const int64_t *extents, const xp_kernel_team *team)
{
    round_of round = {vq_closest_args_of(arrays, numbers), 1, extents[0] > 0, extents[1] > 0, false};
    const vq_closest_args *a = &round.args;
#if XP_REAL_BITS == 64
    round.filters = a->obs_extent_1 > 1 && a->obs_extent_0 <= INT32_MAX;
    if (round.filters && round.packs)
        begin_filter(a);
#endif
    if (round.packs || round.updates) {
        double bytes = (double)a->obs_extent_0 * (double)a->obs_extent_1 * (double)sizeof(REAL);
        int threads = team->threads_for(bytes / 60);
        int64_t parts = threads > 1 ? 4 * threads : 1;
        round.chunks_per_part = (a->totals_extent_0 + parts - 1) / parts;
        team->each(parts, threads, run_part, &round);
    }
    if (extents[3] > 0)
        vq_closest_draw(0, a->obs_extent_0, a->drawn, a->drawn_extent_1, a->chosen, a->round, a->closest, a->totals,
                        a->totals_extent_0);
    return true;
}
