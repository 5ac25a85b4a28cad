/* A round of k-means++ on the host: distances, running minima and totals of a chunk while it is in the caches.
 *
 * Neighbouring points lie in neighbouring lanes. The bits are those of the passes in vq_closest.kern.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "vq_closest.args.h"
#include "vq_closest.kern.h"

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
#define LANES ((int64_t)(VECTOR_BYTES / sizeof(REAL)))
#define VECTORS 2 /* of points whose sums are in registers */
#define STEP (VECTORS * LANES)

typedef REAL vector __attribute__((vector_size(VECTOR_BYTES)));
typedef REAL loose __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));
#if XP_REAL_BITS == 32
typedef int32_t mask __attribute__((vector_size(VECTOR_BYTES)));
#else
typedef int64_t mask __attribute__((vector_size(VECTOR_BYTES)));
#endif

typedef struct round_of {
    vq_closest_args args;
    int64_t chunks_per_part;
} round_of;

/* STEP neighbours: x, their features `pitch` apart, as are those of the centroid c. */
static inline void update_step(const REAL *x, const REAL *c, xp_index d, xp_index pitch, bool first, REAL *closest)
{
    vector sums[VECTORS] = {{0}};
    for (xp_index j = 0; j < d; j++, x += pitch, c += pitch)
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            vector t = *(const loose *)(x + v * LANES) - c[0];
            vector square = t * t;
            sums[v] = sums[v] + square;
        }
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) {
        loose *old = (loose *)(closest + v * LANES);
        mask less = sums[v] < *old;
        *old = first ? sums[v] : (vector)(((mask)sums[v] & less) | ((mask)*old & ~less));
    }
}

static void update(const vq_closest_args *a, xp_index first, xp_index last)
{
    xp_index d = a->obs_extent_0, n = a->obs_extent_1, i = first;
    const REAL *c = a->obs + a->chosen[a->round];
    for (; i + STEP <= last; i += STEP)
        update_step(a->obs + i, c, d, n, a->round == 0, a->closest + i);
    for (; i < last; i++)
        vq_closest_update(i, a->obs, d, n, a->chosen, a->round, a->closest);
}

static void run_part(void *context, int64_t part, int thread)
{
    const round_of *round = context;
    const vq_closest_args *a = &round->args;
    (void)thread;
    int64_t first = part * round->chunks_per_part, last = first + round->chunks_per_part;
    for (int64_t chunk = first; chunk < (last < a->totals_extent_0 ? last : a->totals_extent_0); chunk++) {
        int64_t end = (chunk + 1) * VQ_CHUNK < a->obs_extent_1 ? (chunk + 1) * VQ_CHUNK : a->obs_extent_1;
        update(a, chunk * VQ_CHUNK, end);
        vq_closest_total(chunk, a->obs_extent_1, a->closest, a->totals);
    }
}

bool vq_closest_tuned(void *const *arrays, const xp_number *numbers, const int64_t *extents, const xp_kernel_team *team)
{
    round_of round = {vq_closest_args_of(arrays, numbers), 1};
    const vq_closest_args *a = &round.args;
    if (extents[0] > 0) {
        double bytes = (double)a->obs_extent_0 * (double)a->obs_extent_1 * (double)sizeof(REAL);
        int threads = team->threads_for(bytes / 60);
        int64_t parts = threads > 1 ? 4 * threads : 1;
        round.chunks_per_part = (a->totals_extent_0 + parts - 1) / parts;
        team->each(parts, threads, run_part, &round);
    }
    if (extents[2] > 0)
        vq_closest_draw(0, a->obs_extent_1, a->drawn, a->chosen, a->round, a->closest, a->totals, a->totals_extent_0);
    return true;
}
