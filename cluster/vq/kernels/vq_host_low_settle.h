/* Open labels of points of few features, and distances that are out of range, for dtype T: included by
 * vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

/* As many points as there are lanes, and all centroids (k, d), in float64: squared distances and labels. Where no
 * centroid is near, the square is infinite and the label 0. */
INLINED void F(nearest_of_all)(const nearest_job *job, const double *centroids, const int64_t point[WIDE_LANES],
                               vector_f64 *best, index_f64 *label)
{
    const int64_t d = job->d;
    vector_f64 x[LOW];
    index_f64 at = {0}, one = all_index_f64(1);
    for (int i = 0; i < WIDE_LANES; i++) {
        const char *row = F(point)(job, point[i], 0);
        for (int64_t j = 0; j < d; j++, row += job->column)
            ((double *)(x + j))[i] = (double)*(const T *)row;
    }
    *best = all_f64((double)INFINITY);
    *label = (index_f64){0};
    for (int64_t i = 0; i < job->k; i++, centroids += d, at += one) {
        vector_f64 t = x[0] - all_f64(centroids[0]), s = t * t;
        for (int64_t j = 1; j < d; j++) {
            t = x[j] - all_f64(centroids[j]);
            s = add_square_f64(s, t);
        }
        nearer_f64(best, label, s, at);
    }
}

/* `count` points, as many as there are lanes or less; the others are written over. `label` and `distance` (or NULL) are
 * those of point `first`. */
static void F(settle_together)(const nearest_job *job, const double *centroids, int64_t point[WIDE_LANES], int count,
                               int64_t first, int32_t *label, T *distance)
{
    vector_f64 best;
    index_f64 nearest;
    for (int i = count; i < WIDE_LANES; i++)
        point[i] = point[0];
    F(nearest_of_all)(job, centroids, point, &best, &nearest);
    for (int i = 0; i < count; i++) {
        label[point[i] - first] = (int32_t)nearest[i];
        F(note)(job, best[i]);
        if (distance)
            distance[point[i] - first] = F(distance_of)(job, point[i], (int32_t)nearest[i]);
    }
}

/* Those of the points from `first` on that have a bit. */
static __attribute__((noinline)) void F(settle_low)(const nearest_job *job, const double *centroids, int64_t first,
                                                    uint64_t bits, int32_t *label, T *distance)
{
    while (bits != 0) {
        int64_t point[WIDE_LANES];
        int count = 0;
        for (; bits != 0 && count < WIDE_LANES; bits &= bits - 1)
            point[count++] = first + __builtin_ctzll(bits);
        F(settle_together)(job, centroids, point, count, first, label, distance);
    }
}

/* A point among the centroids whose brackets come near the least one; `brackets` is room for all of them, which are
 * taken side by side again. Returns false where it is not known which. */
static bool F(settle_among)(const nearest_job *job, const F(low_book) *book, int64_t point, float *brackets,
                            int32_t *label, T *distance)
{
    const int64_t d = job->d, span = book->span;
    const char *row = F(point)(job, point, 0);
    float y[LOW], norm = book->reach_2, least = INFINITY;
    double x[LOW], best = (double)INFINITY;
    vector_f32 smallest = all_f32(INFINITY);
    for (int64_t j = 0; j < d; j++, row += job->column) {
        x[j] = (double)*(const T *)row;
        y[j] = (float)(*(const T *)row - book->centre[j]);
        norm += y[j] * y[j];
    }
    for (int64_t i = 0; i < job->k; i += FLOATS) {
        vector_f32 s = load_f32(book->across + d * span + i);
        for (int64_t j = 0; j < d; j++)
            s = add_product_f32(s, load_f32(book->across + j * span + i), all_f32(y[j]));
        smallest = smaller_f32(s, smallest);
        store_f32(brackets + i, s);
    }
    for (int64_t i = 0; i < FLOATS; i++)
        least = smallest[i] < least ? smallest[i] : least;
    const float limit = least + book->share * norm;
    if (!(limit < INFINITY))
        return false;
    F(offer_near)(job, NULL, brackets, 1, limit, x, &best, label);
    F(note)(job, best);
    if (distance)
        *distance = F(distance_of)(job, point, *label);
    return true;
}

/* Takes the distances of `count` points anew that are out of range. */
static void F(take_far_distances)(const nearest_job *job, int64_t point, int64_t count)
{
#if DOUBTS
    T *distance = (T *)job->distance + point;
    for (int64_t i = 0; i < count; i++) {
        const T square = distance[i] * distance[i]; /* rounded: a few more are taken, with the same bits */
        if (!(square > 2 * VQ_LEAST && square < VQ_GREATEST / 2))
            distance[i] = F(distance_of)(job, point + i, job->label[point + i]);
    }
#else
    (void)job, (void)point, (void)count;
#endif
}

/* Open points, of several blocks where nothing waits for their labels. */
typedef struct F(low_pending) {
    int count, tried; /* the first ones had no candidates */
    int64_t point[2 * WIDE_LANES + MOST];
} F(low_pending);

/* Settles those that have candidates, and of the others as many as fill lanes, or all. Roots of their blocks have been
 * taken. */
static void F(settle_pending)(const nearest_job *job, const F(low_book) *book, F(low_pending) *pending, bool all,
                              float *brackets)
{
    int32_t *label = job->label;
    T *distance = job->distance;
    int left = pending->tried, from = 0;
    for (int i = left; i < pending->count; i++) {
        const int64_t point = pending->point[i];
        if (job->k < LEAST_FOR_CANDIDATES || !F(settle_among)(job, book, point, brackets, label + point,
                                                              distance ? distance + point : NULL))
            pending->point[left++] = point;
    }
    for (; left - from >= (all ? 1 : WIDE_LANES); from += WIDE_LANES) {
        const int count = left - from < WIDE_LANES ? left - from : (int)WIDE_LANES;
        F(settle_together)(job, book->wide, pending->point + from, count, 0, label, distance);
    }
    pending->count = pending->tried = left > from ? left - from : 0;
    for (int i = 0; i < pending->count; i++)
        pending->point[i] = pending->point[from + i];
}
