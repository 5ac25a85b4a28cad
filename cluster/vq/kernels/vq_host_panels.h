/* Nearest centroids among panels, for more than LOW features of dtype T: included by vq_host_nearest.h.
 *
 * A block is two vectors of points, a panel a few centroids; their distances stay in registers while features are gone
 * through. Where the centroids leave the second level cache, features are cut into slices and several blocks go
 * through a slice of each panel in turn; unfinished distances are kept in between.
 * SPDX-License-Identifier: BSD-3-Clause */

typedef struct F(plan) {
    int64_t width, panels; /* centroids of a panel; panels */
    int64_t slice, blocks; /* features at a time; blocks at a time */
    bool keeps;            /* all distances of a block at a time */
} F(plan);

#define IN_CACHE (900 << 10)   /* centroids, in bytes, that go through unsliced */
#define LONGEST 1024           /* features of a block that does */
#define KEPT_BYTES (256 << 10) /* distances of a block that settling finds at hand */

static F(plan) F(plan_of)(const nearest_job *job)
{
    F(plan) plan = {0, 0, job->d, 1, false};
    plan.width = F(width_of)(job->k);
    plan.panels = (job->k + plan.width - 1) / plan.width;
    int64_t distances = plan.panels * plan.width * BLOCK * SIZE;
    if (job->d > LONGEST || plan.panels * plan.width * job->d * SIZE > IN_CACHE) {
        int64_t slices = (job->d * SIZE + 1535) / 1536;
        plan.slice = (job->d + slices - 1) / slices;
        plan.blocks = (4 << 20) / distances;
        plan.blocks = plan.blocks < 1 ? 1 : plan.blocks > 16 ? 16 : plan.blocks;
    }
    plan.keeps = plan.slice < job->d || (DOUBTS && distances <= KEPT_BYTES);
    return plan;
}

/* The best and second best squared distances of a block so far, and labels of the best. */
typedef struct F(state) {
    VECTOR best[2], second[2];
    INDEX label[2], at;
} F(state);

enum { F(RESUME) = 1, F(KEEP) = 2, F(SELECT) = 4 };

INLINED void F(run_panel)(const T *x, const T *panel, int64_t d, const int width, T *kept, int flags,
                          F(state) *state)
{
    VECTOR s[12][2];
    if (flags & F(RESUME))
#pragma GCC unroll 12
        for (int r = 0; r < width; r++) {
            s[r][0] = F(load)(kept + r * BLOCK);
            s[r][1] = F(load)(kept + r * BLOCK + LANES);
        }
    else
#pragma GCC unroll 12
        for (int r = 0; r < width; r++)
            s[r][0] = s[r][1] = (VECTOR){0};
    const T *again = F(hidden)(panel);
#pragma GCC unroll 1
    for (int64_t j = 0; j < d; j++, x += BLOCK, panel += width, again += width) {
        VECTOR x0 = F(load)(x), x1 = F(load)(x + LANES);
#pragma GCC unroll 12
        for (int r = 0; r < width; r++) {
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
            for (int v = 0; v < 2; v++) {
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
    static __attribute__((noinline)) void F(panel_of_##w)(const T *x, const T *panel, int64_t d, T *kept, int flags,   \
                                                          F(state) *state)                                             \
    {                                                                                                                  \
        F(run_panel)(x, panel, d, w, kept, flags, state);                                                              \
    }
PANEL_CASES(CASE)
#undef CASE
typedef void (*F(panel_kernel))(const T *, const T *, int64_t, T *, int, F(state) *);

static F(panel_kernel) F(kernel_of)(int64_t width)
{
#define CASE(w)                                                                                                        \
    if (width == w)                                                                                                    \
        return F(panel_of_##w);
    PANEL_CASES(CASE)
#undef CASE
    return NULL;
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Settling reads up to a vector past the end. */
static void F(pack_panels)(const nearest_job *job, T *to)
{
    F(plan) plan = F(plan_of)(job);
    const T *centroids = job->centroids;
    for (int64_t first = 0; first < job->k; first += plan.width)
        for (int64_t j = 0; j < job->d; j++)
            for (int64_t r = 0; r < plan.width; r++)
                *to++ = first + r < job->k ? centroids[(first + r) * job->d + j] : (T)INFINITY;
    memset(to, 0, VECTOR_BYTES);
}

static size_t F(panels_shared)(const nearest_job *job)
{
    F(plan) plan = F(plan_of)(job);
    return (size_t)(plan.panels * plan.width * job->d * SIZE) + VECTOR_BYTES;
}

typedef struct F(rooms) {
    T *points, *kept;
    F(state) *states;
    double *x; /* a point */
    size_t bytes;
} F(rooms);

static F(rooms) F(rooms_in)(const nearest_job *job, F(plan) plan, void *scratch)
{
    F(rooms) rooms;
    int64_t states = plan.blocks * (int64_t)sizeof(F(state));
    int64_t points = plan.blocks * plan.slice * BLOCK * SIZE;
    int64_t kept = plan.keeps ? plan.blocks * plan.panels * plan.width * BLOCK * SIZE : 0;
    char *at = scratch;
    rooms.states = (F(state) *)at;
    rooms.points = (T *)(at + states);
    rooms.kept = (T *)(at + states + points);
    rooms.x = (double *)(at + states + points + kept);
    rooms.bytes = (size_t)(states + points + kept + job->d * (int64_t)sizeof(double));
    return rooms;
}

static size_t F(panels_scratch)(const nearest_job *job) { return F(rooms_in)(job, F(plan_of)(job), NULL).bytes; }

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

static void F(finish)(const nearest_job *job, const T *panels, int64_t point, int64_t count, int64_t slot,
                      const F(state) *state, const T *kept, const T *block, double *x)
{
    T squared[BLOCK] __attribute__((aligned(64))), distance[BLOCK] __attribute__((aligned(64)));
    int32_t label[BLOCK];
    uint32_t unsettled = 0;
#if DOUBTS
    VECTOR keep = F(all)(vq_share(job->d));
#else
    VECTOR keep = {0};
#endif
    for (int v = 0; v < 2; v++) {
        unsettled |= F(unsettled)(state->best[v], state->second[v], keep) << v * LANES;
        F(store)(squared + v * LANES, state->best[v]);
        F(store)(distance + v * LANES, F(root)(state->best[v]));
        F(store_labels)(label + v * LANES, state->label[v]);
    }
    if (count < BLOCK)
        unsettled &= ((uint32_t)1 << count) - 1;
    for (; unsettled != 0; unsettled &= unsettled - 1) {
        int i = __builtin_ctz(unsettled);
        F(settle)(job, panels, point + i, kept ? kept + i : NULL, BLOCK, x, squared + i, distance + i, label + i);
    }
    memcpy(job->label + point, label, (size_t)count * sizeof(int32_t));
    if (job->distance)
        memcpy((T *)job->distance + point, distance, (size_t)count * sizeof(T));
    if (job->sums)
        F(add_points)(job, point, count, block, label, slot);
}

/* Fetches a part of the next block's rows. */
static inline void F(prefetch)(const nearest_job *job, int64_t point, int64_t last, int64_t part, int64_t parts)
{
    if (job->column != SIZE)
        return;
    for (int64_t i = BLOCK * part / parts; i < BLOCK * (part + 1) / parts; i++)
        if (point + i < last) {
            const char *row = F(point)(job, point + i, 0);
            for (int64_t byte = 0; byte < job->d * SIZE; byte += 64)
                __builtin_prefetch(row + byte);
        }
}

static void F(panels_range)(const nearest_job *job, const T *panels, int64_t first, int64_t last, int64_t slot,
                            void *scratch)
{
    F(plan) plan = F(plan_of)(job);
    F(rooms) rooms = F(rooms_in)(job, plan, scratch);
    F(panel_kernel) kernel = F(kernel_of)(plan.width);
    int64_t per_panel = plan.width * BLOCK, per_block = plan.panels * per_panel, room = plan.slice * BLOCK;
    for (int64_t point = first; point < last; point += plan.blocks * BLOCK) {
        int64_t blocks = (last - point + BLOCK - 1) / BLOCK;
        blocks = blocks < plan.blocks ? blocks : plan.blocks;
        for (int64_t b = 0; b < blocks; b++) {
            F(state) *state = rooms.states + b;
            state->best[0] = state->best[1] = state->second[0] = state->second[1] = F(all)((T)INFINITY);
            state->label[0] = state->label[1] = state->at = F(all_index)(0);
        }
        for (int64_t j = 0; j < job->d; j += plan.slice) {
            int64_t d = job->d - j < plan.slice ? job->d - j : plan.slice;
            int flags = (j > 0 ? F(RESUME) : 0) | (plan.keeps ? F(KEEP) : 0) | (j + d == job->d ? F(SELECT) : 0);
            for (int64_t b = 0; b < blocks; b++) {
                int64_t at = point + b * BLOCK;
                F(gather)(job, at, last - at < BLOCK ? last - at : BLOCK, j, d, rooms.points + b * room);
            }
            for (int64_t p = 0; p < plan.panels; p++) {
                if (plan.slice == job->d)
                    F(prefetch)(job, point + blocks * BLOCK, last, p, plan.panels);
                for (int64_t b = 0; b < blocks; b++)
                    kernel(rooms.points + b * room, panels + (p * job->d + j) * plan.width, d,
                           rooms.kept + (plan.keeps ? b * per_block + p * per_panel : 0), flags, rooms.states + b);
            }
        }
        for (int64_t b = 0; b < blocks; b++) {
            int64_t at = point + b * BLOCK;
            F(finish)(job, panels, at, last - at < BLOCK ? last - at : BLOCK, slot, rooms.states + b,
                      plan.keeps && DOUBTS ? rooms.kept + b * per_block : NULL,
                      plan.slice == job->d ? rooms.points + b * room : NULL, rooms.x);
        }
    }
}
