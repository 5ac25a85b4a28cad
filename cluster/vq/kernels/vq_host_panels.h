/* Points against panels of centroids, for more than LOW features of dtype T: included by vq_host_nearest.h.
 *
 * A block is two vectors of points, a panel a few centroids; what decides between them stays in registers while
 * features are gone through. That is the squared distance, from differences, or half of it less half of |x|^2, by
 * products (vq_host_products.h). Features are cut into slices of which a block fits into the first level cache,
 * panels into chunks that fit into the second one, and where all centroids do not, several blocks go through a chunk
 * after each other; unfinished sums are kept in between.
 * SPDX-License-Identifier: BSD-3-Clause */

typedef struct F(plan) {
    int64_t width, panels; /* centroids of a panel; panels */
    int64_t slice, chunk;  /* features and panels at a time */
    int64_t blocks;        /* at a time */
    bool keeps;            /* all sums of a block at a time */
} F(plan);

#define SLICE 256              /* features, about */
#define IN_CACHE (900 << 10)   /* centroids, in bytes, that stay in the second level cache */
#define CHUNK_BYTES (512 << 10)
#define MOST_BLOCKS 8
#define ROOM_BYTES (4 << 20)   /* sums of several blocks */
#define KEPT_BYTES (256 << 10) /* sums of a block that settling finds at hand */

static F(plan) F(plan_of)(const nearest_job *job)
{
    F(plan) plan = {.width = F(width_of)(job->k)};
    plan.panels = (job->k + plan.width - 1) / plan.width;
    const int64_t sums = plan.panels * plan.width * BLOCK * SIZE;
    const int64_t slices = job->d > SLICE + SLICE / 4 ? (job->d + SLICE - 1) / SLICE : 1;
    plan.slice = (job->d + slices - 1) / slices;
    plan.chunk = CHUNK_BYTES / (plan.width * plan.slice * SIZE);
    /* The more the centroids take, the more points share what comes of them from further away. */
    plan.blocks = 1 + plan.panels * plan.width * job->d * SIZE / IN_CACHE;
    plan.blocks = plan.blocks < MOST_BLOCKS ? plan.blocks : MOST_BLOCKS;
    plan.blocks = plan.blocks * sums < ROOM_BYTES ? plan.blocks : 1 + ROOM_BYTES / (sums + 1);
    plan.keeps = plan.slice < job->d || (DOUBTS && sums <= KEPT_BYTES);
    return plan;
}

/* The best and second best sums of a block so far, labels of the best, and by products |x|^2. */
typedef struct F(state) {
    VECTOR best[2], second[2], norm[2];
    INDEX label[2], at;
    uint32_t unsettled; /* a bit for each point whose label is open */
} F(state);

enum { F(RESUME) = 1, F(KEEP) = 2, F(SELECT) = 4 };

/* `halves`: what sums by products begin with, one for each centroid. */
INLINED void F(run_panel)(const T *x, const T *panel, const T *halves, int64_t d, const int width,
                          const bool by_products, T *kept, int flags, F(state) *state)
{
    VECTOR s[12][2];
#pragma GCC unroll 12
    for (int r = 0; r < width; r++)
        if (flags & F(RESUME)) {
            s[r][0] = F(load)(kept + r * BLOCK);
            s[r][1] = F(load)(kept + r * BLOCK + LANES);
        } else
            s[r][0] = s[r][1] = by_products ? F(all)(halves[r]) : (VECTOR){0};
    const T *again = F(hidden)(panel);
#pragma GCC unroll 1
    for (int64_t j = 0; j < d; j++, x += BLOCK, panel += width, again += width) {
        VECTOR x0 = F(load)(x), x1 = F(load)(x + LANES);
#pragma GCC unroll 12
        for (int r = 0; r < width; r++)
            if (by_products) {
                VECTOR c = F(all)(panel[r]);
                s[r][0] = F(add_product)(s[r][0], x0, c);
                s[r][1] = F(add_product)(s[r][1], x1, c);
            } else {
                s[r][0] = F(add_square)(s[r][0], x0 - F(all)(panel[r]));
                s[r][1] = F(add_square)(s[r][1], x1 - F(all)(again[r]));
            }
    }
    if (flags & F(KEEP))
#pragma GCC unroll 12
        for (int r = 0; r < width; r++) {
            F(store)(kept + r * BLOCK, s[r][0]);
            F(store)(kept + r * BLOCK + LANES, s[r][1]);
        }
    if (flags & F(SELECT)) {
        F(state) now = *state;
        INDEX one = F(all_index)(1);
#pragma GCC unroll 12
        for (int r = 0; r < width; r++) {
#pragma GCC unroll 2
            for (int v = 0; v < 2; v++)
                if (by_products) {
                    now.second[v] = F(next_less)(now.second[v], now.best[v], s[r][v]);
                    F(less)(&now.best[v], &now.label[v], s[r][v], now.at);
                } else {
                    if (DOUBTS)
                        now.second[v] = F(runner_up)(now.second[v], now.best[v], s[r][v]);
                    F(nearer)(&now.best[v], &now.label[v], s[r][v], now.at);
                }
            now.at += one;
        }
        *state = now;
    }
}

#define CASE(w)                                                                                                        \
    static __attribute__((noinline)) void F(differences_of_##w)(const T *x, const T *panel, const T *halves,           \
                                                                int64_t d, T *kept, int flags, F(state) *state)        \
    {                                                                                                                  \
        F(run_panel)(x, panel, halves, d, w, false, kept, flags, state);                                               \
    }                                                                                                                  \
    static __attribute__((noinline)) void F(products_of_##w)(const T *x, const T *panel, const T *halves, int64_t d,   \
                                                             T *kept, int flags, F(state) *state)                      \
    {                                                                                                                  \
        F(run_panel)(x, panel, halves, d, w, true, kept, flags, state);                                                \
    }
PANEL_CASES(CASE)
#undef CASE
typedef void (*F(panel_kernel))(const T *, const T *, const T *, int64_t, T *, int, F(state) *);

static F(panel_kernel) F(kernel_of)(int64_t width, bool by_products)
{
#define CASE(w)                                                                                                        \
    if (width == w)                                                                                                    \
        return by_products ? F(products_of_##w) : F(differences_of_##w);
    PANEL_CASES(CASE)
#undef CASE
    return NULL;
}
