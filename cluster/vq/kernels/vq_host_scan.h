/* Ranges of points by panels: labels, distances, sums, for dtype T: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

/* What stays the same for a range of points, and a thread's scratch memory. */
typedef struct F(scan) {
    const nearest_job *job;
    F(book) book;
#if PAIRS
    scan_by_integers by_integers;
#endif
    scan_by_products by_products;
    scan_by_differences by_differences;
    F(found) *found;
    double *x; /* a point */
    double share_settled; /* of points that integers leave open: at most this pays */
    int64_t last, slot;
    size_t bytes;
} F(scan);

static void F(scan_in)(const nearest_job *job, void *shared, void *scratch, F(scan) *scan)
{
    *scan = (F(scan)){.job = job, .book = F(book_in)(job, shared), .found = scratch};
    /* A product takes half the time by integers, and settling a point some steps for each feature and centroid. */
    scan->share_settled = (double)job->d * (double)job->k / (512.0 * (double)(job->d + job->k));
    scan->share_settled = scan->share_settled < 0.5 ? scan->share_settled : 0.5;
    char *rooms = (char *)(scan->found + 1), *end; /* one way at a time has them */
    scan->by_differences = (scan_by_differences){.job = job, .book = &scan->book, .plan = plan_of_by_differences(job)};
    scan->by_products = (scan_by_products){.job = job, .book = &scan->book, .plan = plan_of_by_products(job)};
    scan->by_differences.rooms = rooms_in_by_differences(&scan->by_differences.plan, rooms);
    scan->by_products.rooms = rooms_in_by_products(&scan->by_products.plan, rooms);
    end = scan->by_differences.rooms.end;
    if (F(wants_products)(job) && scan->by_products.rooms.end > end)
        end = scan->by_products.rooms.end;
#if PAIRS
    scan->by_integers = (scan_by_integers){.job = job, .book = &scan->book, .plan = plan_of_by_integers(job)};
    scan->by_integers.rooms = rooms_in_by_integers(&scan->by_integers.plan, rooms);
    if (F(wants_integers)(job) && scan->by_integers.rooms.end > end)
        end = scan->by_integers.rooms.end;
#endif
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
            F(settle)(scan->job, scan->book.panels_by_differences, point + i, kept, found->limit[i], scan->x,
                      found->label + i);
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

/* Which way goes on: one that has left too many points open rests for a while. */
typedef struct F(ways) {
    int64_t integers_rest, products_rest; /* points until a way is tried again */
    double doubt;                         /* points that integers left open, less the share that pays */
} F(ways);

/* Whether a group is done with: few enough of its points are left open to be settled. */
static bool F(settles)(const F(scan) *scan, int64_t point, int64_t count, int64_t open, double share)
{
    if ((double)open > share * (double)count)
        return false;
    F(settle_group)(scan, point, count);
    F(finish)(scan, point, count, true);
    return true;
}

/* The next group by the first way that serves. Returns how many points that are. */
static int64_t F(scan_next)(F(scan) *scan, int64_t point, F(ways) *ways)
{
    const int64_t left = scan->last - point;
    int64_t group, count;
#if PAIRS
    if (ways->integers_rest <= 0) {
        group = scan->by_integers.plan.blocks * FLOAT_BLOCK;
        count = left < group ? left : group;
        const int64_t open = scan_group_by_integers(&scan->by_integers, point, count, scan->found);
        ways->doubt = fmax(ways->doubt + (double)open - scan->share_settled * (double)count, 0);
        if (ways->doubt > MOST_DOUBT) {
            ways->integers_rest = PRODUCT_POINTS;
            ways->doubt = 0;
        }
        if (F(settles)(scan, point, count, open, 0.5))
            return count;
    }
#endif
    if (ways->products_rest <= 0) {
        group = scan->by_products.plan.blocks * FLOAT_BLOCK;
        count = left < group ? left : group;
        const int64_t open = scan_group_by_products(&scan->by_products, point, count, scan->found);
        if (F(settles)(scan, point, count, open, 0.25))
            return count;
        ways->products_rest = DIRECT_POINTS;
    }
    group = scan->by_differences.plan.blocks * BLOCK;
    count = left < group ? left : group;
    if (scan_group_by_differences(&scan->by_differences, point, count, scan->found) > 0)
        F(settle_group)(scan, point, count);
    F(finish)(scan, point, count, false);
    return count;
}

static void F(scan_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                          void *scratch)
{
    F(scan) scan;
    F(scan_in)(job, (void *)shared, scratch, &scan);
    scan.last = scan.by_products.last = scan.by_differences.last = last;
#if PAIRS
    scan.by_integers.last = last;
#endif
    scan.slot = slot;
    const book_bounds *bounds = scan.book.bounds;
    F(ways) ways = {bounds->scale > 0 ? 0 : INT64_MAX, bounds->reach > 0 ? 0 : INT64_MAX, 0};
    for (int64_t point = first, count; point < last; point += count) {
        count = F(scan_next)(&scan, point, &ways);
        ways.integers_rest -= count;
        ways.products_rest -= count;
    }
}
