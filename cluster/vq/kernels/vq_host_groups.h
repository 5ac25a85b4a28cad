/* A group of blocks through all panels: included by vq_host_nearest.h behind vq_host_panels.h, once for each way.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Scratch memory of a thread for this way. */
typedef struct K(rooms) {
    K(state) *states;
    S *points; /* (blocks, slice, BLOCK) */
    S *kept;   /* (blocks, panels, width, BLOCK) */
    char *end;
} K(rooms);

static K(rooms) K(rooms_in)(const panel_plan *plan, void *scratch)
{
    K(rooms) rooms = {.states = scratch};
    rooms.points = (S *)(rooms.states + plan->blocks);
    rooms.kept = rooms.points + plan->blocks * plan->slice * K(BLOCK);
    rooms.end = (char *)(rooms.kept + (plan->keeps ? plan->blocks * plan->panels * plan->width * K(BLOCK) : 0));
    return rooms;
}

/* What stays the same for a range of points. */
typedef struct K(scan) {
    const nearest_job *job;
    const F(book) *book;
    panel_plan plan;
    K(rooms) rooms;
    int64_t last;
} K(scan);

static inline int64_t K(count_at)(const K(scan) *scan, int64_t point)
{
    return scan->last - point < K(BLOCK) ? scan->last - point : K(BLOCK);
}

/* Features of the points of a group of blocks, in rows of panels. */
typedef struct K(piece) {
    int64_t point, blocks, first, rows;
} K(piece);

/* The rows of the piece that comes after one, which are fetched while that one is scanned. */
typedef struct K(ahead) {
    int64_t point, last; /* those that are left */
    int64_t feature, bytes, rows; /* rows: at a time */
} K(ahead);

static K(ahead) K(ahead_of)(const K(scan) *scan, const K(piece) *piece)
{
    const nearest_job *job = scan->job;
    const int64_t rows = piece->blocks * K(BLOCK), parts = scan->plan.panels * piece->blocks;
    const bool is_last = piece->first + piece->rows >= scan->plan.rows;
    const int64_t feature = is_last ? 0 : (piece->first + piece->rows) * K(PER_ROW);
    const int64_t slice = scan->plan.slice * K(PER_ROW);
    const int64_t point = is_last ? piece->point + rows : piece->point;
    const int64_t d = job->d - feature < slice ? job->d - feature : slice;
    const int64_t last = job->column != SIZE ? point : point + rows < scan->last ? point + rows : scan->last;
    return (K(ahead)){point, last, feature, d * SIZE, (rows + parts - 1) / parts};
}

/* Fetches the next few of them. (A call would be left out: GCC sees no effect in it.) */
INLINED void K(prefetch)(const K(scan) *scan, K(ahead) *ahead)
{
    for (int64_t i = 0; i < ahead->rows && ahead->point < ahead->last; i++, ahead->point++) {
        const char *row = F(point)(scan->job, ahead->point, ahead->feature);
        for (int64_t byte = 0; byte < ahead->bytes; byte += 64)
            __builtin_prefetch(row + byte);
    }
}

/* Lays a block of a piece out for the panels. */
static void K(lay_out)(const K(scan) *scan, const K(piece) *piece, int64_t block)
{
    const nearest_job *job = scan->job;
    const int64_t point = piece->point + block * K(BLOCK), count = K(count_at)(scan, point);
    const int64_t first = piece->first * K(PER_ROW);
    const int64_t d = job->d - first < piece->rows * K(PER_ROW) ? job->d - first : piece->rows * K(PER_ROW);
    S *to = scan->rooms.points + block * scan->plan.slice * K(BLOCK);
    K(state) *state = scan->rooms.states + block;
#if INTEGERS
    const T *centre = scan->book->centre;
    if (job->d <= STRIP)
        F(pair_whole_block)(job, point, count, centre, state->norm, state->scale, to);
    else {
        if (first == 0)
            F(scale_points)(job, point, count, centre, state->norm, state->scale);
        F(pair_block)(job, point, count, first, d, centre + first, state->scale, to);
    }
    for (int v = 0; v < 2; v++)
        state->unit[v] = all_f32(1) / (state->scale[v] * all_f32(scan->book->bounds->scale));
#elif PRODUCTS
    F(centred)(job, point, count, first, d, scan->book->centre + first, to, state->norm);
#else
    (void)state;
    F(gather)(job, point, count, first, d, to);
#endif
}

/* A piece through all panels. */
static void K(scan_piece)(const K(scan) *scan, const K(piece) *piece)
{
    const panel_plan *plan = &scan->plan;
    const K(rooms) *rooms = &scan->rooms;
    const K(panel_kernel) kernel = K(kernel_of)(plan->width);
    const int64_t j = piece->first, rows = piece->rows, blocks = piece->blocks;
    const int64_t per_panel = plan->width * K(BLOCK), per_block = plan->panels * per_panel;
    const int64_t room = plan->slice * K(BLOCK);
    const int flags = (j > 0 ? RESUME : 0) | (plan->keeps ? KEEP : 0) | (j + rows == plan->rows ? SELECT : 0);
    for (int64_t b = 0; b < blocks; b++)
        K(lay_out)(scan, piece, b);
    K(ahead) ahead = K(ahead_of)(scan, piece);
    for (int64_t first = 0; first < plan->panels; first += plan->chunk) {
        const int64_t last = plan->panels - first < plan->chunk ? plan->panels : first + plan->chunk;
        for (int64_t b = 0; b < blocks; b++)
            for (int64_t p = first; p < last; p++) {
                K(prefetch)(scan, &ahead);
                kernel(rooms->points + b * room, scan->book->K(panels) + (p * plan->rows + j) * plan->width,
                       PRODUCTS ? (const S *)scan->book->halves + p * plan->width : NULL,
                       scan->book->numbers + p * plan->width, rows,
                       rooms->kept + (plan->keeps ? b * per_block + p * per_panel : 0), flags, rooms->states + b);
            }
    }
}

/* What a block comes to: labels, which of them are open, squares or limits. */
static void K(conclude)(const K(scan) *scan, int64_t at, int64_t count, const K(state) *state, F(found) *found)
{
    for (int v = 0; v < 2; v++, at += K(LANES), count -= K(LANES)) {
        V(vector) best = state->best[v];
        uint32_t open;
        V(store_labels)(found->label + at, state->label[v]);
#if PRODUCTS
        const book_bounds *bounds = scan->book->bounds;
        V(vector) limit = best + margin(INTEGERS ? ROUNDINGS_OF_INTEGERS : scan->job->d, state->norm[v], bounds->reach);
        if (INTEGERS)
            limit += state->unit[v] * V(all)(bounds->error);
        open = V(not_below)(limit, state->second[v]);
        V(store)(found->limit + at, limit);
#elif DOUBTS
        const float share = vq_share(scan->job->d);
        open = F(unsettled)(best, state->second[v], F(all)(share));
        V(store)(found->limit + at, best * F(all)(1.000001f / share));
        for (uint32_t out = F(out_of_range)(best); out != 0; out &= out - 1)
            found->limit[at + __builtin_ctz(out)] = INFINITY;
#else
        (void)scan;
        open = F(unsettled)(best, state->second[v], best);
#endif
        if (!PRODUCTS)
            V(store)(found->square + at, best);
        if (count < K(LANES))
            open &= count > 0 ? ((uint32_t)1 << count) - 1 : 0;
        found->open[at / 32] |= open << at % 32;
    }
}

/* A group of `count` points through everything; returns how many points are open. */
static int64_t K(scan_group)(const K(scan) *scan, int64_t point, int64_t count, F(found) *found)
{
    const int64_t rows = scan->plan.rows, slice = scan->plan.slice, blocks = (count + K(BLOCK) - 1) / K(BLOCK);
    int64_t open = 0;
    for (int64_t b = 0; b < blocks; b++) {
        K(state) *state = scan->rooms.states + b;
        state->best[0] = state->best[1] = state->second[0] = state->second[1] = V(all)((S)INFINITY);
        state->norm[0] = state->norm[1] = (V(vector)){0};
        state->label[0] = state->label[1] = V(all_index)(0);
    }
    for (int64_t j = 0; j < rows; j += slice)
        K(scan_piece)(scan, &(K(piece)){point, blocks, j, rows - j < slice ? rows - j : slice});
    memset(found->open, 0, sizeof found->open);
    for (int64_t b = 0; b < blocks; b++)
        K(conclude)(scan, b * K(BLOCK), K(count_at)(scan, point + b * K(BLOCK)), scan->rooms.states + b, found);
    for (int64_t i = 0; i < MOST_POINTS / 32; i++)
        open += __builtin_popcount(found->open[i]);
    found->kept = scan->plan.keeps && sizeof(S) == sizeof(float) ? (const float *)scan->rooms.kept : NULL;
    found->kept_block = scan->plan.panels * scan->plan.width * K(BLOCK);
    return open;
}
