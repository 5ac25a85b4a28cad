/* Nearest centroids of points of few features of dtype T, which stay in registers: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

#define MOST (4 * FLOATS)             /* points of a block: four vectors abreast hide that operations take long */
#define RATIO ((int)(FLOATS / LANES)) /* vectors of T for one of floats */
#define VECTORS (4 * RATIO)
#define AHEAD_BYTES 4096       /* that are asked for before they are read */
#define PAST_CACHES (16 << 20) /* bytes that come and go in a call: more than second level caches have, ... */
#define PAST_ALL (32 << 20)    /* ... and than third level ones */

/* Rows of d features, `pitch` bytes apart: of less than four, one behind the other. */
INLINED void F(load_rows)(const char *from, int64_t pitch, const int d, const int vectors, VECTOR x[LOW][VECTORS])
{
#pragma GCC unroll 8
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
        if (d == 5 && pitch == d * SIZE && VECTOR_BYTES == 64) { /* one instruction shuffles any two vectors there */
            x[4][v] = F(fifth_feature)(row);
        } else if (d > 4) {
            F(four_features)(row + (d - 4) * SIZE, pitch, to);
#pragma GCC unroll 4
            for (int j = 4; j < d; j++)
                x[j][v] = to[j - d + 4];
        }
    }
}

/* Points of d features, in `vectors` vectors for each of them. */
INLINED void F(load_points)(const nearest_job *job, int64_t point, int64_t count, const int d, const int vectors,
                            VECTOR x[LOW][VECTORS])
{
    const char *from = F(point)(job, point, 0);
    int64_t pitch = job->row;
    if (count == vectors * LANES && pitch == SIZE) {
        for (int j = 0; j < d; j++)
            for (int v = 0; v < vectors; v++)
                x[j][v] = F(load)(from + j * job->column + v * VECTOR_BYTES);
    } else if (count == vectors * LANES && job->column == SIZE && d > 1 && pitch == d * SIZE) {
        F(load_rows)(from, d * SIZE, d, vectors, x);
    } else if (count == vectors * LANES && job->column == SIZE && d >= 4) {
        F(load_rows)(from, pitch, d, vectors, x);
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

/* Asks for the points that come AHEAD_BYTES behind those of a block: loads of rows of few features, which overlap, are
 * not always told to be a stream. */
INLINED void F(ask_ahead)(const nearest_job *job, int64_t point, const int d)
{
    const int64_t row = job->row < 0 ? -job->row : job->row, step = row > 64 ? row : 64;
    const uintptr_t from = (uintptr_t)F(point)(job, point + AHEAD_BYTES / (d * SIZE), 0);
    if (job->column != SIZE)
        return;
#pragma GCC unroll 1
    for (int64_t at = 0; at < MOST * row; at += step)
        __builtin_prefetch((const void *)(job->row < 0 ? from - (uintptr_t)at : from + (uintptr_t)at));
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
#pragma GCC unroll 8
        for (int j = 0; j < d; j++)
            rows[i * d + j] = lanes[j * MOST + i];
}

/* What a block's points come to. */
typedef struct F(low_found) {
    int32_t *label; /* as many as the block has lanes */
    T *distance;
    uint64_t open;  /* a bit for each point whose label is open */
} F(low_found);

/* Where sums of a range of points go. */
typedef struct F(low_place) {
    int64_t start, slot; /* the first point */
    F(few_sums) few;
    int64_t at_once; /* points that are added beside each centroid but the first two */
    bool streams;    /* labels and distances go past the caches */
    bool beside;     /* sums of a block go beside the scan of the next one */
} F(low_place);

/* By differences; `n` vectors. */
INLINED void F(low_differences)(const nearest_job *job, const int d, const int n, VECTOR x[LOW][VECTORS],
                                F(low_found) *to)
{
    VECTOR best[4], second[4];
    INDEX label[4], at = F(all_index)(0), one = F(all_index)(1);
    const T *c[4];
#pragma GCC unroll 4
    for (int v = 0; v < n; v++) {
        best[v] = second[v] = F(all)((T)INFINITY);
        label[v] = at;
        c[v] = F(hidden)(job->centroids);
    }
#pragma GCC unroll 1
    for (int64_t i = 0; i < job->k; i++, at += one)
#pragma GCC unroll 4
        for (int v = 0; v < n; v++, c[v - 1] += d) {
            VECTOR t = x[0][v] - F(all)(c[v][0]), s = t * t;
#pragma GCC unroll 8
            for (int j = 1; j < d; j++) {
                t = x[j][v] - F(all)(c[v][j]);
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
    for (int v = 0; v < n; v++) {
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
    typedef float half __attribute__((vector_size(VECTOR_BYTES / 2)));
    half low = __builtin_convertvector(x[0] - F(all)(centre), half);
    half high = __builtin_convertvector(x[1] - F(all)(centre), half);
    return __builtin_shufflevector(low, high, EACH_LANE_F32(+));
#endif
}

/* What a block leaves to be done beside the next one's scan, which needs other units: roots take long, and sums store
 * more than they compute. Where points come from memory, sums do not wait: a round would take up to twice as long. */
typedef struct F(low_rest) {
    T square[MOST] __attribute__((aligned(64)));
    int32_t label[MOST] __attribute__((aligned(64))); /* then the row of its sums, in bytes */
    T *distance;      /* where the roots go, or NULL */
    const char *rows; /* of the points that are to be added to the sums of their labels, or NULL */
} F(low_rest);

/* Roots are taken one by one while the next block is worked on: next to each other they would fill the queue of their
 * unit, and everything behind them would wait. Four go beside the scan; of the others, one half goes before it and one
 * behind. */
#define EARLY_ROOTS (VECTORS / 2 - 2)

/* Vector v of them. */
INLINED void F(take_root)(const F(low_rest) *rest, int64_t v, bool streams)
{
    if (!rest->distance)
        return;
    const VECTOR root = F(root)(F(load)(rest->square + v * LANES));
    if (streams)
        F(stream)(rest->distance + v * LANES, root);
    else
        F(store)(rest->distance + v * LANES, root);
}

INLINED void F(take_roots)(F(low_rest) *rest)
{
    for (int64_t v = 0; v < VECTORS; v++)
        F(take_root)(rest, v, false);
    rest->distance = NULL;
}

/* Adds WAYS points, which begin at x, to the sums in the rows of their labels. */
INLINED void F(add_some)(const char *x, int64_t pitch, const int d, const int32_t *row, F(few_sums) to)
{
#pragma GCC unroll 4
    for (int way = 0; way < WAYS; way++)
        F(add_one_of_few)((const T *)(const void *)(x + way * pitch), d, way, row[way], to);
}

/* All that is left, where no scan follows. */
static __attribute__((noinline)) void F(finish_low)(const nearest_job *job, int d, F(low_rest) *rest, F(few_sums) to)
{
    F(take_roots)(rest);
    for (int64_t i = 0; i < MOST && rest->rows; i += WAYS)
        F(add_some)(rest->rows + i * job->row, job->row, d, rest->label + i, to);
    rest->rows = NULL;
}

/* The points of a block in float32, from the centre: four vectors for each feature. */
typedef struct F(low_floats) {
    vector_f32 y[LOW][4], norm[4]; /* norm: a^2 + reach_2 */
} F(low_floats);

INLINED void F(low_prepare)(const F(low_book) *book, const int d, VECTOR x[LOW][VECTORS], const F(low_rest) *rest,
                            bool streams, F(low_floats) *to)
{
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
        if (v % 2 == 0 && v / 2 < EARLY_ROOTS)
            F(take_root)(rest, v / 2, streams);
        to->norm[v] = all_f32(book->reach_2);
#pragma GCC unroll 8
        for (int j = 0; j < d; j++) {
            to->y[j][v] = F(floats_from)(&x[j][v * RATIO], book->centre[j]);
            to->norm[v] = add_square_f32(to->norm[v], to->y[j][v]);
        }
    }
}

/* Vector v of the brackets of a centroid, with its tag (vq_host_low_book.h). */
INLINED vector_f32 F(bracket)(const F(low_floats) *of, const int d, int v, const float *c, index_f32 keep)
{
    int32_t number;
    memcpy(&number, c + d + 1, sizeof number);
    vector_f32 s = all_f32(c[0]);
#pragma GCC unroll 8
    for (int j = 0; j < d; j++)
        s = add_product_f32(s, of->y[j][v], all_f32(c[j + 1]));
    return tagged(s, keep, all_index_f32(number));
}

/* By products. Returns a bit for each label that is open. The rest of the block before goes first, and this one's
 * labels replace it. */
INLINED uint64_t F(low_products)(const nearest_job *job, const F(low_book) *book, const int d,
                                 const F(low_floats) *of, F(low_rest) *rest, const F(low_place) *place)
{
    vector_f32 best[4], second[4];
    const index_f32 tags = all_index_f32(book->tags), keep = ~tags;
    const int64_t pitch = job->row;
    const char *rows = rest->rows;
    const int32_t *row = rest->label, *end = rows ? row + MOST : row; /* of points that are left to be added */
    const int parts = rest->distance ? 4 : 1;
    const float *c = book->brackets;
    uint64_t open = 0;
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
        const vector_f32 one = F(bracket)(of, d, v, c, keep), other = F(bracket)(of, d, v, c + d + 2, keep);
        second[v] = larger_f32(one, other);
        best[v] = smaller_f32(one, other);
    }
    c += 2 * (d + 2);
#pragma GCC unroll 1
    for (int part = 0; part < parts; part++) {
        const float *part_end = book->brackets + (part + 1) * job->k / parts * (d + 2);
        F(take_root)(rest, EARLY_ROOTS + part, place->streams);
#pragma GCC unroll 1
        for (; c < part_end; c += d + 2) {
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++) {
                const vector_f32 s = F(bracket)(of, d, v, c, keep);
                second[v] = next_less_f32(second[v], best[v], s);
                best[v] = smaller_f32(s, best[v]);
            }
            const int32_t *some = end - row < place->at_once ? end : row + place->at_once;
#pragma GCC unroll 1
            for (; row < some; row += WAYS, rows += WAYS * pitch)
                F(add_some)(rows, pitch, d, row, place->few);
        }
    }
    rest->rows = NULL;
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
        const vector_f32 limit = add_product_f32(best[v], of->norm[v], all_f32(book->share));
        open |= (uint64_t)not_below_f32(limit, second[v]) << v * FLOATS;
        store_labels_f32(rest->label + v * FLOATS, (index_f32)best[v] & tags);
    }
    return open;
}

/* The squared distances of labels; returns a bit for each that is out of range. */
INLINED uint64_t F(low_squares)(const nearest_job *job, const F(low_book) *book, const int d, VECTOR x[LOW][VECTORS],
                                F(low_rest) *rest, bool streams)
{
    uint64_t out = 0;
#if DOUBTS
    VECTOR least = F(all)((T)INFINITY), largest = {0};
#endif
#pragma GCC unroll 8
    for (int v = 0; v < VECTORS; v++) {
        if (v % 4 == 0 && v / 4 < EARLY_ROOTS)
            F(take_root)(rest, VECTORS - EARLY_ROOTS + v / 4, streams);
        F(labels) narrow;
        memcpy(&narrow, rest->label + v * LANES, sizeof narrow);
        INDEX label = __builtin_convertvector(narrow, INDEX);
        VECTOR square = {0};
#pragma GCC unroll 8
        for (int j = 0; j < d; j++)
            square = F(add_square)(square, x[j][v] - F(looked_up)(book->columns + j * book->pitch, job->k, label));
#if DOUBTS
        least = smaller_f32(square, least);
        largest = larger_f32(square, largest);
#endif
        F(store)(rest->square + v * LANES, square);
    }
#if DOUBTS /* points with a NaN are open in any case */
    if ((F(not_below)(F(all)(VQ_LEAST), least) | F(not_below)(largest, F(all)(VQ_GREATEST))) != 0)
#pragma GCC unroll 1
        for (int v = 0; v < VECTORS; v++)
            out |= (uint64_t)F(out_of_range)(F(load)(rest->square + v * LANES)) << v * LANES;
#endif
    return out;
}

/* Adds the points of a block to the sums of their labels. */
INLINED void F(low_sums)(const nearest_job *job, int64_t point, int64_t count, const int d, const int n,
                         VECTOR x[LOW][VECTORS], const int32_t *label, const F(low_place) *place)
{
    if (job->ways == 1)
        F(add_points)(job, point, count, NULL, label, place->slot);
    else if (job->column == SIZE)
        F(add_few)(F(point)(job, point, 0), job->row, point - place->start, count, d, label, place->few);
    else {
        T rows[MOST * LOW];
        F(make_rows)(x, n, d, rows);
        F(add_few)((const char *)rows, d * SIZE, point - place->start, count, d, label, place->few);
    }
}

/* Settles what a block by products leaves open, and takes distances that are out of range; there is no rest then. */
static __attribute__((noinline)) void F(settle_block)(const nearest_job *job, const F(low_book) *book, int64_t point,
                                                      uint64_t open, uint64_t out, F(low_rest) *rest)
{
    T *distance = rest->distance, unused[MOST];
    F(take_roots)(rest);
    for (; distance && out != 0; out &= out - 1) {
        const int i = __builtin_ctzll(out);
        distance[i] = F(distance_of)(job, point + i, rest->label[i]);
    }
    F(settle_low)(job, book->wide, point, open, rest->label, distance ? distance : unused);
}

/* A block by products; returns how many labels were left open. */
INLINED int F(products_block)(const nearest_job *job, const F(low_book) *book, int64_t point, const int d,
                              const F(low_place) *place, F(low_rest) *rest)
{
    VECTOR x[LOW][VECTORS];
    F(low_floats) floats;
    uint64_t out = 0;
    F(ask_ahead)(job, point, d);
    F(load_points)(job, point, MOST, d, VECTORS, x);
    F(low_prepare)(book, d, x, rest, place->streams, &floats);
    const uint64_t open = F(low_products)(job, book, d, &floats, rest, place);
    if (job->distance) {
        out = F(low_squares)(job, book, d, x, rest, place->streams);
        rest->distance = (T *)job->distance + point;
    }
    if (__builtin_expect((open | out) != 0, 0))
        F(settle_block)(job, book, point, open, out, rest);
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
        vector_f32 label = load_f32(rest->label + v * FLOATS);
        if (place->streams)
            stream_f32(job->label + point + v * FLOATS, label);
        else
            store_f32(job->label + point + v * FLOATS, label);
    }
    if (place->beside) {
        rest->rows = F(point)(job, point, 0);
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) {
            index_f32 label = (index_f32)load_f32(rest->label + v * FLOATS);
            store_f32(rest->label + v * FLOATS, (vector_f32)(label * all_index_f32(WAYS * FEW_BYTES(d))));
        }
    } else if (job->sums) {
        F(low_sums)(job, point, MOST, d, VECTORS, x, rest->label, place);
    }
    return __builtin_popcountll(open);
}

/* A block of `n` vectors by differences, of which `count` lanes have points. */
INLINED void F(differences_block)(const nearest_job *job, const F(low_book) *book, int64_t point, int64_t count,
                                  const int d, const int n, const F(low_place) *place)
{
    VECTOR x[LOW][VECTORS];
    F(load_points)(job, point, count, d, n, x);
    /* Results go to their places at once, or through memory here where there are fewer. */
    bool whole = count == n * LANES;
    T distances[MOST];
    int32_t labels[MOST];
    F(low_found) to = {whole ? job->label + point : labels,
                       whole && job->distance ? (T *)job->distance + point : distances, 0};
    F(low_differences)(job, d, n, x, &to);
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
        F(low_sums)(job, point, count, d, n, x, to.label, place);
}

INLINED void F(low_points)(const nearest_job *job, const F(low_book) *book, int64_t last, const F(low_place) *place,
                           const int d, const int n)
{
    int64_t point = place->start, direct = book->reach_2 > 0 ? 0 : INT64_MAX; /* points to take by differences */
    F(low_rest) rest;
    rest.distance = NULL;
    rest.rows = NULL;
    while (point + MOST <= last) {
        if (direct <= 0) {
            if (F(products_block)(job, book, point, d, place, &rest) > FLOATS) {
                F(finish_low)(job, d, &rest, place->few);
                direct = DIRECT_POINTS;
            }
            point += MOST;
        } else {
            F(differences_block)(job, book, point, n * LANES, d, n, place);
            point += n * LANES;
            direct -= n * LANES;
        }
    }
    F(finish_low)(job, d, &rest, place->few);
    for (; point < last; point += LANES)
        F(differences_block)(job, book, point, last - point < LANES ? last - point : LANES, d, 1, place);
}

/* Bytes that come and go in a call. */
static int64_t F(traffic)(const nearest_job *job)
{
    return job->n * (job->d * SIZE + (int64_t)sizeof(int32_t) + (job->distance ? SIZE : 0));
}

/* Whether so much comes and goes that what is written would leave the caches before it is read, and lies so that whole
 * vectors can go past them. */
static bool F(streams)(const nearest_job *job, int64_t first)
{
    const uintptr_t label = (uintptr_t)(job->label + first);
    const uintptr_t distance = job->distance ? (uintptr_t)((T *)job->distance + first) : 0;
    return F(traffic)(job) >= PAST_CACHES && label % VECTOR_BYTES == 0 && distance % VECTOR_BYTES == 0;
}

static size_t F(low_scratch)(const nearest_job *job) { return job->ways > 1 ? F(few_bytes)(job) : 1; }

/* With sums, `first` is the first point of the slot. */
static void F(low_range)(const nearest_job *job, const void *shared, int64_t first, int64_t last, int64_t slot,
                         void *scratch)
{
    const bool with_few = job->sums && job->ways > 1;
    const F(low_place) place = {first, slot, F(few_sums_in)(job, scratch),
                                job->k > 2 ? (MOST / WAYS + job->k - 3) / (job->k - 2) * WAYS : 0,
                                F(streams)(job, first),
                                with_few && job->column == SIZE && F(traffic)(job) < PAST_ALL};
    if (with_few)
        memset(scratch, 0, F(few_bytes)(job));
    switch (job->d) {
#define CASE(d, vectors)                                                                                               \
    case d:                                                                                                            \
        F(low_points)(job, shared, last, &place, d, vectors);                                                          \
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
    if (place.streams)
        fence();
    if (with_few)
        F(collect)(job, slot, place.few);
}
