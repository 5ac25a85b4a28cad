/* Points whose nearest centroid a scan leaves open, for dtype T: included by vq_host_nearest.h.
 *
 * float: where rounding may have decided (see vq_share), all squares are meant to be taken in float64. Only centroids
 * whose square in the scan comes near the best one can win, so that those alone are computed if all are at hand; a
 * point that overflowed or underflowed goes through all of them. double: the same where the scan was by products; of a
 * scan by differences nothing is left open, but that a point to which no centroid is near has label 0.
 * SPDX-License-Identifier: BSD-3-Clause */

/* The distance of a point from the centroid of its label. */
static T F(distance_of)(const nearest_job *job, int64_t point, int32_t label)
{
    return vq_length(job->d, (const T *)(const void *)F(point)(job, point, 0), job->column / SIZE,
                     (const T *)job->centroids + label * job->d);
}

/* Notes what the square of a point's distance is found to be. */
static inline void F(note)(const nearest_job *job, double square)
{
    const T length = (T)sqrt(square);
    if (length - length != 0)
        __atomic_store_n(job->strange, 1, __ATOMIC_RELAXED);
}

/* Squared distances in float64 from x to four centroids. */
INLINED void F(four_distances)(const double *x, const T *const c[4], int64_t d, double s[4])
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    const T *c0 = c[0], *c1 = c[1], *c2 = c[2], *c3 = c[3];
    for (int64_t j = 0; j < d; j++) {
        s0 = add_one_square(s0, x[j] - (double)c0[j]);
        s1 = add_one_square(s1, x[j] - (double)c1[j]);
        s2 = add_one_square(s2, x[j] - (double)c2[j]);
        s3 = add_one_square(s3, x[j] - (double)c3[j]);
    }
    s[0] = s0, s[1] = s1, s[2] = s2, s[3] = s3;
}

#if DOUBTS
/* A bit for each lane whose square may have left float32's range. */
INLINED uint32_t F(out_of_range)(VECTOR square)
{
    return F(not_below)(F(all)(VQ_LEAST), square) | F(not_below)(square, F(all)(VQ_GREATEST));
}
#endif

/* A bit for each lane that a scan by differences leaves open. */
INLINED uint32_t F(unsettled)(VECTOR best, VECTOR second, VECTOR keep)
{
#if DOUBTS
    return F(not_below)(best, second * keep) | F(out_of_range)(best);
#else
    (void)second, (void)keep;
    return F(not_below)(best, F(all)((T)INFINITY));
#endif
}

/* Offers the centroids at[0 .. count) to the best one so far. */
static void F(offer)(const nearest_job *job, const double *x, const int32_t *at, int count, double *best,
                     int32_t *label)
{
    const T *c[4];
    double s[4];
    for (int i = 0; i < 4; i++)
        c[i] = (const T *)job->centroids + (int64_t)at[i < count ? i : 0] * job->d;
    F(four_distances)(x, c, job->d, s);
    for (int i = 0; i < count; i++)
        if (s[i] < *best) {
            *best = s[i];
            *label = at[i];
        }
}

/* The best squared distance in each lane and its label. Lanes see centroids in ascending order. */
typedef struct F(contest) {
    vector_f64 best;
    index_f64 label;
} F(contest);

/* The best of all lanes: the first of equals. */
INLINED void F(decide)(F(contest) contest, double *best, int32_t *label)
{
    double smallest = contest.best[0];
#pragma GCC unroll 8
    for (int i = 1; i < WIDE_LANES; i++)
        smallest = contest.best[i] < smallest ? contest.best[i] : smallest;
    if (!(smallest < (double)INFINITY))
        return;
    int64_t first = INT64_MAX;
    for (int i = 0; i < WIDE_LANES; i++)
        if (contest.best[i] == smallest && contest.label[i] < first)
            first = contest.label[i];
    *best = smallest;
    *label = (int32_t)first;
}

INLINED index_f64 F(lane_numbers)(void)
{
    index_f64 numbers;
#pragma GCC unroll 8
    for (int i = 0; i < WIDE_LANES; i++)
        numbers[i] = i;
    return numbers;
}

/* All centroids, which lie in panels. Four panels go together, since each sum has to wait for the last one. */
INLINED void F(offer_panels)(const nearest_job *job, const T *panels, const int width, const double *x, double *best,
                             int32_t *label)
{
    const int vectors = (width + WIDE_LANES - 1) / WIDE_LANES;
    int64_t size = width * job->d;
    F(contest) contest = {all_f64((double)INFINITY), {0}};
    const index_f64 numbers = F(lane_numbers)();
    for (int64_t c = 0; c < job->k; c += 4 * width) {
        const T *at[4];
        vector_f64 s[4][6];
#pragma GCC unroll 4
        for (int p = 0; p < 4; p++) {
            at[p] = panels + (c + p * width < job->k ? c / width + p : c / width) * size;
#pragma GCC unroll 6
            for (int v = 0; v < vectors; v++)
                s[p][v] = (vector_f64){0};
        }
#pragma GCC unroll 1
        for (int64_t j = 0; j < job->d; j++) {
            vector_f64 to = all_f64(x[j]);
#pragma GCC unroll 4
            for (int p = 0; p < 4; p++)
#pragma GCC unroll 6
                for (int v = 0; v < vectors; v++)
                    s[p][v] = add_square_f64(s[p][v], to - F(doubles)(at[p] + j * width + v * WIDE_LANES));
        }
#pragma GCC unroll 4
        for (int p = 0; p < 4; p++)
#pragma GCC unroll 6
            for (int v = 0; v < vectors; v++) {
                /* Lanes past the panel's width hold something else: a NaN never wins. */
                index_f64 outside = ~(numbers < all_index_f64(width - v * WIDE_LANES));
                nearer_f64(&contest.best, &contest.label, (vector_f64)((index_f64)s[p][v] | outside),
                           numbers + all_index_f64(c + p * width + v * WIDE_LANES));
            }
    }
    F(decide)(contest, best, label);
}

static void F(offer_all)(const nearest_job *job, const T *panels, const double *x, double *best, int32_t *label)
{
    switch (width_of(job->k)) {
#define CASE(w)                                                                                                        \
    case w:                                                                                                            \
        F(offer_panels)(job, panels, w, x, best, label);                                                               \
        break;
        PANEL_CASES(CASE)
#undef CASE
    }
}

/* The centroids that can win, or all of them where it is not known which. Side by side `s` has a vector more. */
static void F(offer_near)(const nearest_job *job, const T *panels, const float *s, int64_t step, float limit,
                          const double *x, double *best, int32_t *label)
{
    if (!s || !(limit < INFINITY)) {
        F(offer_all)(job, panels, x, best, label);
        return;
    }
    int32_t at[4];
    int count = 0;
    const int64_t width = step == 1 ? (int64_t)(VECTOR_BYTES / sizeof(float)) : 1;
    for (int64_t i = 0; i < job->k; i += width) {
        uint32_t near = step == 1 ? not_below_f32(all_f32(limit), load_f32(s + i)) : !(s[i * step] > limit);
        if (job->k - i < width)
            near &= ((uint32_t)1 << (job->k - i)) - 1;
        for (; near != 0; near &= near - 1) {
            at[count++] = (int32_t)i + __builtin_ctz(near);
            if (count == 4) {
                F(offer)(job, x, at, 4, best, label);
                count = 0;
            }
        }
    }
    if (count > 0)
        F(offer)(job, x, at, count, best, label);
}

/* Sets the label of a point in doubt. `s`: what the scan found for each centroid, FLOAT_BLOCK apart, or NULL; those
 * above `limit` cannot win. A point that is its centroid keeps it. `x`: room for a point. */
static __attribute__((noinline)) void F(settle)(const nearest_job *job, const T *panels, int64_t point, const float *s,
                                                float limit, double *x, int32_t *label)
{
    const char *row = F(point)(job, point, 0);
    const T *c = (const T *)job->centroids + (int64_t)*label * job->d;
    double best = (double)INFINITY;
    bool same = DOUBTS, finite = true;
    for (int64_t j = 0; j < job->d; j++, row += job->column) {
        x[j] = (double)*(const T *)row;
        finite &= x[j] - x[j] == 0;
        same &= x[j] == (double)c[j];
    }
    if (same)
        return;
    *label = 0;
    if (finite)
        F(offer_near)(job, panels, s, FLOAT_BLOCK, limit, x, &best, label);
    F(note)(job, best);
}
