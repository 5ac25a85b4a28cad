/* Ranges of points of more than LOW features: labels, distances, sums, for dtype T: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

/* What stays the same for a range of points, and a thread's scratch memory. */
typedef struct F(scan) {
    const nearest_job *job;
    F(book) book;
    scan_by_products by_products;
    scan_by_differences by_differences;
    F(found) *found;
    double *x; /* a point */
    int64_t last, slot;
    size_t bytes;
} F(scan);

static void F(scan_in)(const nearest_job *job, void *shared, void *scratch, F(scan) *scan)
{
    *scan = (F(scan)){.job = job, .book = F(book_in)(job, shared), .found = scratch};
    char *rooms = (char *)(scan->found + 1), *end;
    scan->by_differences = (scan_by_differences){.job = job, .book = &scan->book, .plan = plan_of_by_differences(job)};
    scan->by_products = (scan_by_products){.job = job, .book = &scan->book, .plan = plan_of_by_products(job)};
    scan->by_differences.rooms = rooms_in_by_differences(&scan->by_differences.plan, rooms);
    scan->by_products.rooms = rooms_in_by_products(&scan->by_products.plan, rooms); /* one way at a time */
    end = scan->by_differences.rooms.end;
    if (F(wants_products)(job) && scan->by_products.rooms.end > end)
        end = scan->by_products.rooms.end;
    scan->x = (double *)(void *)end;
    scan->bytes = (size_t)((char *)(scan->x + job->d) - (char *)scratch);
}

static size_t F(scan_bytes)(const nearest_job *job)
{
    static char anywhere[VECTOR_BYTES] __attribute__((aligned(64)));
    F(scan) scan;
    F(scan_in)(job, anywhere, anywhere, &scan);
    return scan.bytes;
}

/* Settles the open points of a group. What cannot win lies above a limit: by products the margin from the best, by
 * differences in float32 the best by the share. */
static void F(settle_group)(const F(scan) *scan, int64_t point, int64_t count)
{
    F(found) *found = scan->found;
    for (int64_t word = 0; 32 * word < count; word++)
        for (uint32_t open = found->open[word]; open != 0; open &= open - 1) {
            const int64_t i = 32 * word + __builtin_ctz(open);
            const float *kept = found->kept;
            if (kept)
                kept += i / FLOAT_BLOCK * found->kept_block + i % FLOAT_BLOCK;
            F(settle)(scan->job, scan->book.panels_by_differences, point + i, kept, FLOAT_BLOCK, found->limit[i],
                      scan->x, found->label + i);
        }
}

/* Distances of a vector of points: the roots of what the scan found, or squares taken anew; single ones where float
 * leaves its range or where a label was settled. */
static void F(write_distances)(const F(scan) *scan, int64_t point, int64_t i, int64_t count, bool by_products)
{
    const nearest_job *job = scan->job;
    const F(found) *found = scan->found;
    T distance[LANES] __attribute__((aligned(VECTOR_BYTES)));
    VECTOR square = by_products ? F(squares_of)(job, point + i, count, found->label + i) : F(load)(found->square + i);
    uint32_t again = by_products ? 0 : found->open[i / 32] >> i % 32;
#if DOUBTS
    again |= F(out_of_range)(square);
#endif
    F(store)(distance, F(root)(square));
    again &= ((uint32_t)1 << (count < LANES ? count : LANES)) - 1;
    for (; again != 0; again &= again - 1) {
        int at = __builtin_ctz(again);
        distance[at] = F(distance_of)(job, point + i + at, found->label[i + at]);
    }
    memcpy((T *)job->distance + point + i, distance, (size_t)(count < LANES ? count : LANES) * sizeof(T));
}

/* Labels, sums and distances of a group go to their places. */
static void F(finish)(const F(scan) *scan, int64_t point, int64_t count, bool by_products)
{
    const nearest_job *job = scan->job;
    const F(found) *found = scan->found;
    const bool is_whole = scan->by_differences.plan.slice == job->d && !by_products; /* blocks are there as they are */
    memcpy(job->label + point, found->label, (size_t)count * sizeof(int32_t));
    for (int64_t i = 0; job->sums && i < count; i += BLOCK) {
        const T *block = is_whole ? scan->by_differences.rooms.points + i * job->d : NULL;
        F(add_points)(job, point + i, count - i < BLOCK ? count - i : BLOCK, block, found->label + i, scan->slot);
    }
    for (int64_t i = 0; job->distance && i < count; i += LANES)
        F(write_distances)(scan, point, i, count - i, by_products);
}

static void F(scan_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                          void *scratch)
{
    F(scan) scan;
    F(scan_in)(job, (void *)shared, scratch, &scan);
    scan.last = scan.by_products.last = scan.by_differences.last = last;
    scan.slot = slot;
    const bool products = *scan.book.reach > 0;
    const int64_t group = scan.by_products.plan.blocks * FLOAT_BLOCK;
    const int64_t few = scan.by_differences.plan.blocks * BLOCK;
    int64_t direct = products ? 0 : INT64_MAX; /* points that are next scanned by differences */
    for (int64_t point = first, count; point < last; point += count) {
        if (direct <= 0) {
            count = last - point < group ? last - point : group;
            if (scan_group_by_products(&scan.by_products, point, count, scan.found) <= count / 4) {
                F(settle_group)(&scan, point, count);
                F(finish)(&scan, point, count, true);
                continue;
            }
            direct = DIRECT_POINTS;
        }
        count = last - point < few ? last - point : few;
        if (scan_group_by_differences(&scan.by_differences, point, count, scan.found) > 0)
            F(settle_group)(&scan, point, count);
        F(finish)(&scan, point, count, false);
        direct -= count;
    }
}
