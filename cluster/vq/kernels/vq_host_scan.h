/* Ranges of points through all panels: labels, distances, sums, for dtype T: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

#define DIRECT_GROUPS 32 /* that are scanned by differences after one that products left open */

/* Scratch memory of a thread. */
typedef struct F(rooms) {
    F(state) *states;
    T *points;        /* (blocks, slice, BLOCK) */
    T *kept;          /* (blocks, panels, width, BLOCK) */
    double *x;        /* a point */
    size_t bytes;
} F(rooms);

static F(rooms) F(rooms_in)(const nearest_job *job, F(plan) plan, void *scratch)
{
    F(rooms) rooms = {.states = scratch};
    rooms.points = (T *)(rooms.states + plan.blocks);
    rooms.kept = rooms.points + plan.blocks * plan.slice * BLOCK;
    rooms.x = (double *)(rooms.kept + (plan.keeps ? plan.blocks * plan.panels * plan.width * BLOCK : 0));
    rooms.bytes = (size_t)((char *)(rooms.x + job->d) - (char *)scratch);
    return rooms;
}

static size_t F(scan_bytes)(const nearest_job *job)
{
    static char anywhere[VECTOR_BYTES] __attribute__((aligned(64)));
    return F(rooms_in)(job, F(plan_of)(job), anywhere).bytes;
}

/* What stays the same for a range of points. */
typedef struct F(scan) {
    const nearest_job *job;
    F(plan) plan;
    F(book) book;
    F(rooms) rooms;
    int64_t last, slot;
} F(scan);

static inline int64_t F(count_at)(const F(scan) *scan, int64_t point)
{
    return scan->last - point < BLOCK ? scan->last - point : BLOCK;
}

/* Features of the points of a group of blocks. */
typedef struct F(piece) {
    int64_t point, blocks, feature, d;
} F(piece);

/* Fetches a part of the piece that comes after this one. (A call would be left out: GCC sees no effect in it.) */
INLINED void F(prefetch)(const F(scan) *scan, const F(piece) *piece, int64_t part, int64_t parts)
{
    const nearest_job *job = scan->job;
    if (job->column != SIZE)
        return;
    const int64_t rows = piece->blocks * BLOCK;
    const bool is_last = piece->feature + piece->d >= job->d;
    const int64_t point = is_last ? piece->point + rows : piece->point;
    const int64_t feature = is_last ? 0 : piece->feature + piece->d;
    const int64_t bytes = (job->d - feature < scan->plan.slice ? job->d - feature : scan->plan.slice) * SIZE;
    for (int64_t i = rows * part / parts; i < rows * (part + 1) / parts; i++)
        if (point + i < scan->last) {
            const char *row = F(point)(job, point + i, feature);
            for (int64_t byte = 0; byte < bytes; byte += 64)
                __builtin_prefetch(row + byte);
        }
}

/* A piece through all panels. */
static void F(scan_piece)(const F(scan) *scan, const F(piece) *piece, bool by_products)
{
    const nearest_job *job = scan->job;
    const F(plan) *plan = &scan->plan;
    const F(rooms) *rooms = &scan->rooms;
    const F(panel_kernel) kernel = F(kernel_of)(plan->width, by_products);
    const int64_t j = piece->feature, d = piece->d, blocks = piece->blocks;
    const int64_t per_panel = plan->width * BLOCK, per_block = plan->panels * per_panel, room = plan->slice * BLOCK;
    const int flags = (j > 0 ? F(RESUME) : 0) | (plan->keeps ? F(KEEP) : 0) | (j + d == job->d ? F(SELECT) : 0);
    const T *panels = by_products ? scan->book.products : scan->book.panels;
    for (int64_t b = 0; b < blocks; b++) {
        int64_t at = piece->point + b * BLOCK;
        T *points = rooms->points + b * room;
        F(gather)(job, at, F(count_at)(scan, at), j, d, points);
        if (by_products)
            F(centre_block)(points, scan->book.centre + j, d, rooms->states[b].norm);
    }
    for (int64_t first = 0; first < plan->panels; first += plan->chunk) {
        const int64_t last = plan->panels - first < plan->chunk ? plan->panels : first + plan->chunk;
        for (int64_t b = 0; b < blocks; b++)
            for (int64_t p = first; p < last; p++) {
                F(prefetch)(scan, piece, p * blocks + b, plan->panels * blocks);
                kernel(rooms->points + b * room, panels + (p * job->d + j) * plan->width,
                       scan->book.halves + p * plan->width, d,
                       rooms->kept + (plan->keeps ? b * per_block + p * per_panel : 0), flags, rooms->states + b);
            }
    }
}

/* A bit for each point of a block whose label the scan leaves open. */
static uint32_t F(open_points)(const F(scan) *scan, int64_t count, const F(state) *state, bool by_products)
{
    const int64_t d = scan->job->d;
    uint32_t open = 0;
    for (int v = 0; v < 2; v++) {
        VECTOR best = state->best[v], second = state->second[v];
        uint32_t bits;
        if (by_products)
            bits = F(not_below)(best + F(margin)(d, state->norm[v], *scan->book.reach), second);
        else
#if DOUBTS
            bits = F(unsettled)(best, second, F(all)(vq_share(d)));
#else
            bits = F(unsettled)(best, second, best);
#endif
        open |= bits << v * LANES;
    }
    return count < BLOCK ? open & (((uint32_t)1 << count) - 1) : open;
}

/* A group of blocks through everything; returns how many points are open. */
static int64_t F(scan_group)(const F(scan) *scan, int64_t point, int64_t blocks, bool by_products)
{
    const int64_t features = scan->job->d, slice = scan->plan.slice;
    int64_t open = 0;
    for (int64_t b = 0; b < blocks; b++) {
        F(state) *state = scan->rooms.states + b;
        state->best[0] = state->best[1] = state->second[0] = state->second[1] = F(all)((T)INFINITY);
        state->norm[0] = state->norm[1] = (VECTOR){0};
        state->label[0] = state->label[1] = state->at = F(all_index)(0);
    }
    for (int64_t j = 0; j < features; j += slice)
        F(scan_piece)(scan, &(F(piece)){point, blocks, j, features - j < slice ? features - j : slice}, by_products);
    for (int64_t b = 0; b < blocks; b++) {
        F(state) *state = scan->rooms.states + b;
        state->unsettled = F(open_points)(scan, F(count_at)(scan, point + b * BLOCK), state, by_products);
        open += __builtin_popcount(state->unsettled);
    }
    return open;
}

/* Settles the open points of block b. What cannot win lies above a limit: by products the margin from the best, by
 * differences the best by the share. */
static void F(settle_block)(const F(scan) *scan, int64_t point, int64_t b, bool by_products, int32_t label[BLOCK])
{
    const nearest_job *job = scan->job;
    const F(state) *state = scan->rooms.states + b;
    const T *kept = scan->plan.keeps ? scan->rooms.kept + b * scan->plan.panels * scan->plan.width * BLOCK : NULL;
    T limit[BLOCK] __attribute__((aligned(64)));
    for (int v = 0; v < 2; v++) {
        VECTOR best = state->best[v], most = F(all)((T)INFINITY);
        if (by_products)
            most = best + F(margin)(job->d, state->norm[v], *scan->book.reach);
#if DOUBTS
        else
            most = best * F(all)(1.000001f / vq_share(job->d));
#endif
        F(store)(limit + v * LANES, most);
    }
    for (uint32_t open = state->unsettled; open != 0; open &= open - 1) {
        int i = __builtin_ctz(open);
#if DOUBTS
        if (!by_products && !(limit[i] > VQ_LEAST && limit[i] < VQ_GREATEST))
            limit[i] = INFINITY;
#endif
        F(settle)(job, scan->book.panels, point + i, kept ? kept + i : NULL, BLOCK, limit[i], scan->rooms.x, label + i);
    }
}

/* Distances of a block: the roots of what the scan found, or squares taken anew; single ones where float leaves its
 * range or where a label was settled. */
static void F(write_distances)(const F(scan) *scan, int64_t point, int64_t count, int64_t b, bool by_products,
                               const int32_t label[BLOCK])
{
    const nearest_job *job = scan->job;
    const F(state) *state = scan->rooms.states + b;
    T distance[BLOCK] __attribute__((aligned(64)));
    VECTOR square[2] = {state->best[0], state->best[1]};
    uint32_t again = by_products ? 0 : state->unsettled;
    if (by_products)
        F(squares_of)(job, point, count, label, square);
    for (int v = 0; v < 2; v++) {
#if DOUBTS
        again |= (F(not_below)(F(all)(VQ_LEAST), square[v]) | F(not_below)(square[v], F(all)(VQ_GREATEST)))
                 << v * LANES;
#endif
        F(store)(distance + v * LANES, F(root)(square[v]));
    }
    if (count < BLOCK)
        again &= ((uint32_t)1 << count) - 1;
    for (; again != 0; again &= again - 1) {
        int i = __builtin_ctz(again);
        distance[i] = F(distance_of)(job, point + i, label[i]);
    }
    memcpy((T *)job->distance + point, distance, (size_t)count * sizeof(T));
}

static void F(finish)(const F(scan) *scan, int64_t point, int64_t b, bool by_products)
{
    const nearest_job *job = scan->job;
    const F(state) *state = scan->rooms.states + b;
    const int64_t count = F(count_at)(scan, point);
    int32_t label[BLOCK];
    for (int v = 0; v < 2; v++)
        F(store_labels)(label + v * LANES, state->label[v]);
    if (state->unsettled != 0)
        F(settle_block)(scan, point, b, by_products, label);
    memcpy(job->label + point, label, (size_t)count * sizeof(int32_t));
    bool is_whole = scan->plan.slice == job->d && !by_products; /* the block is there as it is */
    if (job->sums)
        F(add_points)(job, point, count, is_whole ? scan->rooms.points + b * job->d * BLOCK : NULL, label, scan->slot);
    if (job->distance)
        F(write_distances)(scan, point, count, b, by_products, label);
}

static void F(scan_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                          void *scratch)
{
    F(scan) scan = {.job = job, .plan = F(plan_of)(job), .book = F(book_in)(job, (void *)shared), .last = last,
                    .slot = slot};
    scan.rooms = F(rooms_in)(job, scan.plan, scratch);
    int64_t direct = 0, step = scan.plan.blocks * BLOCK;
    for (int64_t point = first; point < last; point += step) {
        int64_t count = last - point < step ? last - point : step, blocks = (count + BLOCK - 1) / BLOCK;
        bool by_products = *scan.book.reach > 0 && direct == 0;
        direct -= direct > 0;
        if (F(scan_group)(&scan, point, blocks, by_products) > count / 4 && by_products) {
            by_products = false;
            direct = DIRECT_GROUPS;
            F(scan_group)(&scan, point, blocks, false);
        }
        for (int64_t b = 0; b < blocks; b++)
            F(finish)(&scan, point + b * BLOCK, b, by_products);
    }
}
