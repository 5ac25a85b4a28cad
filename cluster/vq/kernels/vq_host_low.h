/* Nearest centroids of points of few features of dtype T, which stay in registers: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

#define AHEAD_BYTES 4096       /* that are asked for before they are read */
#define PAST_CACHES (16 << 20) /* bytes that come and go in a call: more than second level caches have */

/* Rows of four features and more, `pitch` bytes apart. */
INLINED void F(many_features)(const char *row, int64_t pitch, const int d, VECTOR *to)
{
#pragma GCC unroll 4
    for (int j = 0; j < d; j += 4) {
        const int first = j + 4 <= d ? j : d - 4;
        VECTOR four[4];
        F(four_features)(row + first * SIZE, pitch, four);
#pragma GCC unroll 4
        for (int i = j - first; i < 4; i++)
            to[first + i] = four[i];
    }
}

/* Rows of d features, one behind the other. */
INLINED void F(load_rows)(const char *from, const int d, const int vectors, VECTOR x[LOW][VECTORS])
{
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        const char *row = from + v * LANES * d * SIZE;
        VECTOR to[LOW];
        if (d == 2)
            F(two_features)(row, to);
        else if (d == 3)
            F(three_features)(row, to);
#if SELECTS
        else if (d % 2 != 0 && d < 8)
            F(odd_features)(row, d, to);
#endif
        else
            F(many_features)(row, d * SIZE, d, to);
#pragma GCC unroll 16
        for (int j = 0; j < d; j++)
            x[j][v] = to[j];
    }
}

/* Points that are neither adjacent rows nor columns, or fewer than there are lanes: those that are left are 0. */
static __attribute__((noinline)) void F(load_others)(const nearest_job *job, int64_t point, int64_t count, int d,
                                                     int vectors, VECTOR x[LOW][VECTORS])
{
    const char *from = F(point)(job, point, 0);
    for (int v = 0; v < vectors; v++, from += LANES * job->row)
        if (job->column == SIZE && d >= 4 && count >= (v + 1) * LANES) {
            VECTOR to[LOW];
            F(many_features)(from, job->row, d, to);
            for (int j = 0; j < d; j++)
                x[j][v] = to[j];
        } else {
            for (int j = 0; j < d; j++)
                for (int64_t i = 0; i < LANES; i++)
                    x[j][v][i] = v * LANES + i < count ? *(const T *)(from + i * job->row + j * job->column) : 0;
        }
}

/* Points of d features, in `vectors` vectors for each of them. */
INLINED void F(load_points)(const nearest_job *job, int64_t point, int64_t count, const int d, const int vectors,
                            VECTOR x[LOW][VECTORS])
{
    const char *from = F(point)(job, point, 0);
    if (count == vectors * LANES && job->row == SIZE) {
        for (int j = 0; j < d; j++)
            for (int v = 0; v < vectors; v++)
                x[j][v] = F(load)(from + j * job->column + v * VECTOR_BYTES);
    } else if (count == vectors * LANES && job->column == SIZE && job->row == d * SIZE) {
        F(load_rows)(from, d, vectors, x);
    } else {
        VECTOR others[LOW][VECTORS]; /* not x, which would have to be in memory then */
        F(load_others)(job, point, count, d, vectors, others);
        for (int j = 0; j < d; j++)
            for (int v = 0; v < vectors; v++)
                x[j][v] = others[j][v];
    }
}

/* Lines that are asked for while a block is scanned, one by one: many at once would hold up what is read. */
typedef struct F(low_ahead) {
    uintptr_t from, step;
    int lines;
} F(low_ahead);

/* Those of the points that come AHEAD_BYTES behind a block of `count`, or as many points where rows are not adjacent:
 * loads of rows of few features, which overlap, are not always told to be a stream. */
INLINED F(low_ahead) F(ahead_of)(const nearest_job *job, int64_t point, const int d, const int count)
{
    const uintptr_t row = (uintptr_t)job->row;
    const uintptr_t from = (uintptr_t)job->obs + (uintptr_t)(point + AHEAD_BYTES / (d * SIZE)) * row;
    const bool adjacent = job->row == d * SIZE;
    const int lines = adjacent ? count * d * (int)SIZE / 64 : count;
    return (F(low_ahead)){from, adjacent ? 64 : row, job->column == SIZE ? lines : 0};
}

INLINED void F(ask)(F(low_ahead) *ahead)
{
    __builtin_prefetch((const void *)ahead->from);
    ahead->from += ahead->step;
    ahead->lines--;
}

/* The same points as rows of d. */
INLINED void F(make_rows)(VECTOR x[LOW][VECTORS], const int vectors, const int d, T *rows)
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
#pragma GCC unroll 16
        for (int j = 0; j < d; j++)
            rows[i * d + j] = lanes[j * MOST + i];
}

/* What a block's points come to. */
typedef struct F(low_found) {
    int32_t *label; /* as many as the block has lanes */
    T *distance;
    uint64_t open; /* a bit for each point whose label is open */
} F(low_found);

/* Where labels, distances and sums of a range of points go, and when. */
typedef struct F(low_place) {
    int64_t start, slot; /* the first point */
    F(few_sums) few;
    bool streams;    /* labels and distances go past the caches */
    bool beside;     /* sums of a block go beside the scan of the next one */
    float *brackets; /* room for those of a point, and a vector more */
    void *scan;      /* room for scan_range(), if there are panels */
} F(low_place);

/* Of a point and a centroid, either way round: what is taken off may come from memory at no cost. That is the one that
 * can be broadcast on the way, or points, which do not all stay in registers. */
#if VECTOR_BYTES == 64
#define DIFFERENCE(x, c) ((x) - (c))
#else
#define DIFFERENCE(x, c) ((c) - (x))
#endif

/* By differences; `vectors` of T. */
INLINED void F(low_differences)(const nearest_job *job, const int d, const int vectors, VECTOR x[LOW][VECTORS],
                                F(low_found) *to)
{
    VECTOR best[4], second[4];
    INDEX label[4], at = F(all_index)(0), one = F(all_index)(1);
    const T *c[4];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
        best[v] = second[v] = F(all)((T)INFINITY);
        label[v] = at;
        c[v] = F(hidden)(job->centroids);
    }
#pragma GCC unroll 1
    for (int64_t i = 0; i < job->k; i++, at += one)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++, c[v - 1] += d) {
            VECTOR t = DIFFERENCE(x[0][v], F(all)(c[v][0])), s = t * t;
#pragma GCC unroll 16
            for (int j = 1; j < d; j++) {
                t = DIFFERENCE(x[j][v], F(all)(c[v][j]));
                s = F(add_square)(s, t);
            }
            if (DOUBTS)
                second[v] = F(runner_up)(second[v], best[v], s);
            F(nearer)(&best[v], &label[v], s, at);
        }
#if DOUBTS
    VECTOR keep = F(all)(vq_share(d));
#else
    VECTOR keep = {0};
#endif
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
        to->open |= (uint64_t)F(unsettled)(best[v], second[v], keep) << v * LANES;
        F(store_labels)(to->label + v * LANES, label[v]);
        F(store)(to->distance + v * LANES, F(root)(best[v]));
    }
}

/* Points from the centre in float32, as FLOATS are in a vector. */
INLINED vector_f32 F(floats_from)(const VECTOR *x, T centre)
{
#if DOUBTS
    return x[0] - F(all)(centre);
#else
    return joined(__builtin_convertvector(x[0] - F(all)(centre), loose_half_f32),
                  __builtin_convertvector(x[1] - F(all)(centre), loose_half_f32));
#endif
}

/* What a block leaves to be done beside the next one's scan, which needs other units: roots take long, and sums store
 * more than they compute. */
typedef struct F(low_rest) {
    VECTOR square[VECTORS];
    T *distance;        /* where the roots go, or NULL */
    const char *points; /* that are to be added to the sums of their labels, or NULL */
    uint32_t row[MOST] __attribute__((aligned(64))); /* of their sums, in bytes */
} F(low_rest);

/* Vector v of them. */
INLINED void F(take_root)(const F(low_rest) *rest, int v, bool streams)
{
    const VECTOR root = F(root)(rest->square[v]);
    if (__builtin_expect(streams, 0))
        F(stream)(rest->distance + v * LANES, root);
    else
        F(store)(rest->distance + v * LANES, root);
}

INLINED void F(take_roots)(F(low_rest) *rest, const int vectors)
{
    for (int v = 0; v < vectors && rest->distance; v++)
        F(take_root)(rest, v, false);
    rest->distance = NULL;
}

/* Puts the open points of a block of `vectors` aside, and takes its distances that are `out` of range. Where sums need
 * labels, points are settled at once, elsewhere together as soon as they fill lanes. The block's roots come first:
 * nothing may write those distances afterwards. */
static __attribute__((noinline)) void F(settle_block)(const nearest_job *job, const F(low_book) *book, int64_t point,
                                                      uint64_t open, bool out, int vectors, F(low_rest) *rest,
                                                      F(low_pending) *pending, float *brackets)
{
    const bool now = job->sums != NULL;
    for (; open != 0; open &= open - 1)
        pending->point[pending->count++] = point + __builtin_ctzll(open);
    if (!now && !out && pending->count < WIDE_LANES)
        return;
    F(take_roots)(rest, vectors);
    if (out)
        F(take_far_distances)(job, point, vectors * LANES);
    F(settle_pending)(job, book, pending, now, brackets);
}

/* Adds WAYS points, which begin at x, to the sums in the rows of their labels. */
INLINED void F(add_some)(const char *x, int64_t pitch, const int d, const uint32_t *row, F(few_sums) to)
{
#pragma GCC unroll 4
    for (int way = 0; way < WAYS; way++)
        F(add_one_of_few)((const T *)(const void *)(x + way * pitch), d, row[way], to);
}

/* All that is left, where no scan follows: of a block of `n` vectors of floats. */
INLINED void F(finish_low)(const nearest_job *job, const int d, const int n, F(low_rest) *rest, F(few_sums) to)
{
    F(take_roots)(rest, n * RATIO);
    for (int64_t i = 0; i < n * FLOATS && rest->points; i += WAYS)
        F(add_some)(rest->points + i * job->row, job->row, d, rest->row + i, to);
    rest->points = NULL;
}

#if TABLES
/* The squared distances of points from the centroids of their labels, coordinates of which lie in `tables` vectors. */
INLINED void F(squares_by_tables)(const F(low_book) *book, const int d, const int n, VECTOR x[LOW][VECTORS],
                                  const index_f32 label[4], const int tables, VECTOR square[VECTORS])
{
#pragma GCC unroll 8
    for (int v = 0; v < n * RATIO; v++) {
        const INDEX at = F(part_of)(label[v / RATIO], v % RATIO);
        square[v] = (VECTOR){0};
#pragma GCC unroll 16
        for (int j = 0; j < d; j++)
            square[v] = F(add_square)(square[v], x[j][v] - F(looked_up)(book->table + j * COLUMN, tables, at));
    }
}

#endif

/* The squared distances, four features at a time from the rows of centroids. */
INLINED void F(squares_by_rows)(const F(low_book) *book, const int d, const int n, VECTOR x[LOW][VECTORS],
                                const index_f32 label[4], VECTOR square[VECTORS])
{
    int32_t labels[MOST] __attribute__((aligned(64)));
#pragma GCC unroll 4
    for (int v = 0; v < n; v++)
        store_f32(labels + v * FLOATS, (vector_f32)label[v]);
#pragma GCC unroll 8
    for (int v = 0; v < n * RATIO; v++) {
        const char *row[LANES];
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            row[i] = (const char *)(book->table + labels[v * LANES + i] * ROW_OF(d));
        square[v] = (VECTOR){0};
#pragma GCC unroll 4
        for (int j = 0; j < d; j += 4) {
            VECTOR part[4], c[4];
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++)
                part[i] = F(part)(row, j * SIZE, i);
            F(turn)(part, c);
#pragma GCC unroll 4
            for (int i = 0; i < (d - j < 4 ? d - j : 4); i++)
                square[v] = F(add_square)(square[v], c[i] - x[j + i][v]);
        }
    }
}

INLINED void F(low_squares)(const nearest_job *job, const F(low_book) *book, const int d, const int n,
                            VECTOR x[LOW][VECTORS], const index_f32 label[4], VECTOR square[VECTORS])
{
#if TABLES
    if (job->k <= LANES)
        F(squares_by_tables)(book, d, n, x, label, 1, square);
    else if (job->k <= 2 * LANES)
        F(squares_by_tables)(book, d, n, x, label, 2, square);
    else if (job->k <= COLUMN)
        F(squares_by_tables)(book, d, n, x, label, 4, square);
    else
#else
    (void)job;
#endif
        F(squares_by_rows)(book, d, n, x, label, square);
}

/* Whether a square is out of range. Points with a NaN are open in any case. */
INLINED bool F(any_out_of_range)(const VECTOR *square, const int vectors)
{
#if DOUBTS
    VECTOR least = square[0], largest = square[0];
#pragma GCC unroll 8
    for (int v = 1; v < vectors; v++) {
        least = smaller_f32(square[v], least);
        largest = larger_f32(square[v], largest);
    }
    return (F(not_below)(F(all)(VQ_LEAST), least) | F(not_below)(largest, F(all)(VQ_GREATEST))) != 0;
#else
    (void)square, (void)vectors;
    return false;
#endif
}

/* Adds the points of a block to the sums of their labels. */
INLINED void F(low_sums)(const nearest_job *job, int64_t point, int64_t count, const int d, const int vectors,
                         VECTOR x[LOW][VECTORS], const int32_t *label, const F(low_place) *place)
{
    const char *from = F(point)(job, point, 0);
    int64_t pitch = job->row;
    T rows[MOST * LOW];
    if (job->column != SIZE) {
        F(make_rows)(x, vectors, d, rows);
        from = (const char *)rows;
        pitch = d * SIZE;
    }
    if (d > FEW || job->ways == 1)
        F(add_rows)(from, pitch, count, d, label, job->sums + place->slot * job->k * d,
                    job->counts + place->slot * job->k);
    else
        F(add_few)(from, pitch, point - place->start, count, d, label, place->few);
}

INLINED void F(put_labels)(const index_f32 *label, const int n, int32_t *to, bool streams)
{
    if (__builtin_expect(streams, 0))
#pragma GCC unroll 4
        for (int v = 0; v < n; v++)
            stream_f32(to + v * FLOATS, (vector_f32)label[v]);
    else
#pragma GCC unroll 4
        for (int v = 0; v < n; v++)
            store_f32(to + v * FLOATS, (vector_f32)label[v]);
}

/* Where the sums of a block's labels are, in bytes: the scan of the next block adds its points to them. */
INLINED void F(put_rows)(const index_f32 *label, const int d, const int n, uint32_t *row)
{
#define WAY_OF(i) (i) % WAYS
    const index_f32 ways = {EACH_LANE_F32(WAY_OF)};
#undef WAY_OF
#pragma GCC unroll 4
    for (int v = 0; v < n; v++)
        store_f32(row + v * FLOATS, (vector_f32)((label[v] * WAYS + ways) * FEW_BYTES(d)));
}

/* A block of some `vectors` of T by differences, of which `count` lanes have points. */
INLINED void F(differences_block)(const nearest_job *job, const F(low_book) *book, int64_t point, int64_t count,
                                  const int d, const int vectors, const F(low_place) *place)
{
    VECTOR x[LOW][VECTORS];
    F(load_points)(job, point, count, d, vectors, x);
    /* Results go to their places at once, or through memory here where there are fewer. */
    bool whole = count == vectors * LANES;
    T distances[MOST];
    int32_t labels[MOST];
    F(low_found) to = {whole ? job->label + point : labels,
                       whole && job->distance ? (T *)job->distance + point : distances, 0};
    F(low_differences)(job, d, vectors, x, &to);
    if (count < 64)
        to.open &= ((uint64_t)1 << count) - 1;
    if (__builtin_expect(to.open != 0, 0))
        F(settle_low)(job, book->wide, point, to.open, to.label, to.distance);
    if (!whole) {
        memcpy(job->label + point, labels, (size_t)count * sizeof(int32_t));
        if (job->distance)
            memcpy((T *)job->distance + point, distances, (size_t)count * sizeof(T));
    }
    if (job->sums)
        F(low_sums)(job, point, count, d, vectors, x, to.label, place);
}

/* A range by differences: some `vectors` of T at a time. */
INLINED void F(low_range_by_differences)(const nearest_job *job, const F(low_book) *book, int64_t point, int64_t last,
                                         const F(low_place) *place, const int d, const int vectors)
{
    for (; point + vectors * LANES <= last; point += vectors * LANES)
        F(differences_block)(job, book, point, vectors * LANES, d, vectors, place);
    for (; point < last; point += LANES)
        F(differences_block)(job, book, point, last - point < LANES ? last - point : LANES, d, 1, place);
}

/* A range by panels. */
static void F(low_range_by_panels)(const nearest_job *job, const F(low_book) *book, int64_t point, int64_t last,
                                   const F(low_place) *place)
{
    F(scan_range)(job, book->panels, point, last, place->slot, place->scan);
}

typedef void F(low_way)(const nearest_job *job, const F(low_book) *book, int64_t point, int64_t last,
                        const F(low_place) *place);

#define EACH_TO_8(f) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8)
#define EACH_TO_12(f) EACH_TO_8(f) f(9) f(10) f(11) f(12)
#define EACH_TO_16(f) EACH_TO_12(f) f(13) f(14) f(15) f(16)
#define EACH_BY_INTEGERS EACH_TO_16
#if LOW_BY_FLOATS == 16
#define EACH_BY_FLOATS EACH_TO_16
#elif LOW_BY_FLOATS == 12
#define EACH_BY_FLOATS EACH_TO_12
#else
#define EACH_BY_FLOATS EACH_TO_8
#endif
#define OF(d)                                                                                                          \
    static __attribute__((noinline)) void F(low_differences_##d)(const nearest_job *job, const F(low_book) *book,      \
                                                                 int64_t point, int64_t last,                          \
                                                                 const F(low_place) *place)                            \
    {                                                                                                                  \
        F(low_range_by_differences)(job, book, point, last, place, d, d < 5 ? 4 : VECTOR_BYTES == 64 ? 2 : 3);         \
    }
EACH_BY_FLOATS(OF)
#undef OF
