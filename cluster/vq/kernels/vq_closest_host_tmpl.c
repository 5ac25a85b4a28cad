/* A round of k-means++ on the host: distances, running minima and totals of a chunk while it is in the caches.
 *
 * Neighbouring points lie in neighbouring lanes. The bits are those of the passes in vq_closest.kern.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#if defined(__SSE2__)
#include <immintrin.h>
#endif

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

#if defined(__AVX512F__) && XP_REAL_BITS == 32
static inline vector add_square(vector sum, vector t) { return _mm512_fmadd_ps(t, t, sum); }
#elif defined(__AVX512F__)
static inline vector add_square(vector sum, vector t) { return _mm512_fmadd_pd(t, t, sum); }
#elif defined(__FMA__) && XP_REAL_BITS == 32
static inline vector add_square(vector sum, vector t) { return _mm256_fmadd_ps(t, t, sum); }
#elif defined(__FMA__)
static inline vector add_square(vector sum, vector t) { return _mm256_fmadd_pd(t, t, sum); }
#else
static inline vector add_square(vector sum, vector t)
{
    for (int i = 0; i < LANES; i++)
        sum[i] = XP_MULTIPLY_ADD(t[i], t[i], sum[i]);
    return sum;
}
#endif

typedef struct round_of {
    vq_closest_args args;
    int64_t chunks_per_part;
    bool packs, updates;
} round_of;

/* STEP neighbours of a block: their features are VQ_BLOCK apart, those of the centroid c `step`. */
static inline void update_step(const REAL *x, const REAL *c, xp_index d, xp_index step, bool first, REAL *closest)
{
    vector sums[VECTORS] = {{0}};
    for (xp_index j = 0; j < d; j++, x += VQ_BLOCK, c += step)
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) {
            vector t = *(const loose *)(x + v * LANES) - c[0];
            sums[v] = add_square(sums[v], t);
        }
#pragma GCC unroll 4
    for (int v = 0; v < VECTORS; v++) {
        loose *old = (loose *)(closest + v * LANES);
        mask less = sums[v] < *old;
        *old = first ? sums[v] : (vector)(((mask)sums[v] & less) | ((mask)*old & ~less));
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
    round_of round = {vq_closest_args_of(arrays, numbers), 1, extents[0] > 0, extents[1] > 0};
    const vq_closest_args *a = &round.args;
    if (round.packs || round.updates) {
        double bytes = (double)a->obs_extent_0 * (double)a->obs_extent_1 * (double)sizeof(REAL);
        int threads = team->threads_for(bytes / 60);
        int64_t parts = threads > 1 ? 4 * threads : 1;
        round.chunks_per_part = (a->totals_extent_0 + parts - 1) / parts;
        team->each(parts, threads, run_part, &round);
    }
    if (extents[3] > 0)
        vq_closest_draw(0, a->obs_extent_0, a->drawn, a->chosen, a->round, a->closest, a->totals, a->totals_extent_0);
    return true;
}
