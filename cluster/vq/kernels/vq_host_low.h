/* Nearest centroids of points of few features of dtype T, which stay in registers: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

#define MOST (4 * LANES)

/* Points of d features, in `vectors` vectors for each of them. */
INLINED void F(load_points)(const nearest_job *job, int64_t point, int64_t count, const int d, const int vectors,
                            VECTOR x[LOW][4])
{
    const char *from = F(point)(job, point, 0);
    int64_t pitch = job->row;
    if (count == vectors * LANES && pitch == SIZE) {
        for (int j = 0; j < d; j++)
            for (int v = 0; v < vectors; v++)
                x[j][v] = F(load)(from + j * job->column + v * VECTOR_BYTES);
    } else if (count == vectors * LANES && job->column == SIZE && (d >= 4 || (d > 1 && pitch == d * SIZE))) {
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            VECTOR to[4];
            const char *row = from + v * LANES * pitch;
            if (d == 2)
                F(two_features)(row, to);
            else if (d == 3)
                F(three_features)(row, to);
            else
                F(four_features)(row, pitch, to);
#pragma GCC unroll 4
            for (int j = 0; j < (d < 4 ? d : 4); j++)
                x[j][v] = to[j];
            if (d > 4) {
                F(four_features)(row + (d - 4) * SIZE, pitch, to);
#pragma GCC unroll 4
                for (int j = 4; j < d; j++)
                    x[j][v] = to[j - d + 4];
            }
        }
    } else {
        T lanes[LOW * MOST] __attribute__((aligned(64)));
        for (int j = 0; j < d; j++)
            for (int64_t i = 0; i < vectors * LANES; i++)
                lanes[j * MOST + i] = i < count ? *(const T *)(from + i * pitch + j * job->column) : 0;
        for (int j = 0; j < d; j++)
            for (int v = 0; v < vectors; v++)
                x[j][v] = F(load)(lanes + j * MOST + v * LANES);
    }
}

/* The same points as rows of d. */
INLINED void F(make_rows)(VECTOR x[LOW][4], const int vectors, const int d, T *rows)
{
    if (d == 2) {
        for (int v = 0; v < vectors; v++)
            F(pair_features)(x[0][v], x[1][v], (char *)(rows + 2 * v * LANES));
        return;
    }
    T lanes[LOW * MOST];
    for (int j = 0; j < d; j++)
        for (int v = 0; v < vectors; v++)
            F(store)(lanes + j * MOST + v * LANES, x[j][v]);
#pragma GCC unroll 1
    for (int i = 0; i < vectors * LANES; i++)
#pragma GCC unroll 8
        for (int j = 0; j < d; j++)
            rows[i * d + j] = lanes[j * MOST + i];
}

INLINED void F(low_block)(const nearest_job *job, const void *shared, int64_t point, int64_t count, const int d,
                          const int vectors, int64_t start, int64_t slot, F(few_sums) few)
{
    VECTOR x[LOW][4], best[4], second[4];
    INDEX label[4], at = F(all_index)(0), one = F(all_index)(1);
    const bool seconds = DOUBTS;
    F(load_points)(job, point, count, d, vectors, x);
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
        best[v] = second[v] = F(all)((T)INFINITY);
        label[v] = at;
    }
    const T *c[4];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
        c[v] = F(hidden)(job->centroids);
#pragma GCC unroll 1
    for (int64_t i = 0; i < job->k; i++, at += one)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++, c[v - 1] += d) {
            VECTOR t = x[0][v] - F(all)(c[v][0]), s = t * t;
#pragma GCC unroll 8
            for (int j = 1; j < d; j++) {
                t = x[j][v] - F(all)(c[v][j]);
                s = F(add_square)(s, t);
            }
            if (seconds)
                second[v] = F(runner_up)(second[v], best[v], s);
            F(nearer)(&best[v], &label[v], s, at);
        }
    /* Results go to their places at once, or through memory here where there are fewer. */
    bool whole = count == vectors * LANES;
    T distances[MOST];
    int32_t labels[MOST], *label_at = whole ? job->label + point : labels;
    T *distance_at = whole && job->distance ? (T *)job->distance + point : distances;
    uint64_t unsettled = 0;
#if DOUBTS
    VECTOR keep = F(all)(seconds ? vq_share(d) : 1);
#else
    VECTOR keep = {0};
#endif
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
        unsettled |= (uint64_t)F(unsettled)(best[v], second[v], keep) << v * LANES;
        F(store_labels)(label_at + v * LANES, label[v]);
        F(store)(distance_at + v * LANES, F(root)(best[v]));
    }
    if (count < 64)
        unsettled &= ((uint64_t)1 << count) - 1;
    if (__builtin_expect(unsettled != 0, 0))
        F(settle_low)(job, DOUBTS ? (const double *)shared : (const double *)job->centroids, point, unsettled, label_at,
                      distance_at);
    if (!whole) {
        memcpy(job->label + point, labels, (size_t)count * sizeof(int32_t));
        if (job->distance)
            memcpy((T *)job->distance + point, distances, (size_t)count * sizeof(T));
    }
    if (!job->sums)
        return;
    if (job->ways == 1)
        F(add_points)(job, point, count, NULL, label_at, slot);
    else if (job->column == SIZE)
        F(add_few)(F(point)(job, point, 0), job->row, point - start, count, d, label_at, job->k, few);
    else {
        T rows[MOST * LOW];
        F(make_rows)(x, vectors, d, rows);
        F(add_few)((const char *)rows, d * SIZE, point - start, count, d, label_at, job->k, few);
    }
}

INLINED void F(low_points)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                           F(few_sums) few, const int d, const int vectors)
{
    int64_t point = first;
    for (; point + vectors * LANES <= last; point += vectors * LANES)
        F(low_block)(job, shared, point, vectors * LANES, d, vectors, first, slot, few);
    for (; point < last; point += LANES)
        F(low_block)(job, shared, point, last - point < LANES ? last - point : LANES, d, 1, first, slot,
                     few);
}

/* For float, the centroids in float64. */
static size_t F(low_shared)(const nearest_job *job)
{
    return DOUBTS ? (size_t)(job->k * job->d) * sizeof(double) : sizeof(double);
}

static void F(pack_low)(const nearest_job *job, double *to)
{
    for (int64_t i = 0; DOUBTS && i < job->k * job->d; i++)
        to[i] = (double)((const T *)job->centroids)[i];
}

static size_t F(low_scratch)(const nearest_job *job) { return job->ways > 1 ? F(few_bytes)(job) : 1; }

/* With sums, `first` is the first point of the slot. */
static void F(low_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                         void *scratch)
{
    const bool with_few = job->sums && job->ways > 1;
    F(few_sums) few = F(few_sums_in)(job, scratch);
    if (with_few)
        memset(scratch, 0, F(few_bytes)(job));
    switch (job->d) {
#define CASE(d, vectors)                                                                                               \
    case d:                                                                                                            \
        F(low_points)(job, shared, first, last, slot, few, d, vectors);                                                \
        break;
        CASE(1, 4)
        CASE(2, 4)
        CASE(3, 4)
        CASE(4, 4)
        CASE(5, 2)
        CASE(6, 2)
        CASE(7, 2)
        CASE(8, 2)
#undef CASE
    }
    if (with_few)
        F(collect)(job, slot, few);
}
