/* Points of few features by products, for dtype T: included by vq_host_nearest.h, once for each way.
 *
 * Brackets are of floats (vq_host_low_book.h), or INTEGERS, of pairs of whole numbers (vq_host_low_integers.h), whose
 * bits vectors of floats hold then. K gives names of the way.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Elements of a centroid, and vectors abreast: as many as leave room for the rest in registers, or more where points
 * come from memory at no cost and centroids have to be broadcast by instructions of their own. */
#if INTEGERS
#define TARGET PAIRS_TARGET
#define ELEMENTS(d) ((int)pairs_of(d))
#if VECTOR_BYTES == 64
#define ABREAST(d) ((d) < 3 ? 4 : (d) < 5 ? 3 + DOUBTS : (d) < 7 ? 2 + DOUBTS : 2)
#else
#define ABREAST(d) ((d) < 9 ? 3 : (d) < 13 ? 2 : 1)
#endif
#define RESTING_POINTS PRODUCT_POINTS
typedef int32_t K(low_element);
#else
#define TARGET
#define ELEMENTS(d) (d)
#if VECTOR_BYTES == 64
#define ABREAST(d) ((d) < 3 ? 4 : (d) < (DOUBTS ? 7 : 5) ? 3 : (d) < 13 ? 2 : 1)
#else
#define ABREAST(d) ((d) < 9 ? 4 : 2)
#endif
#define RESTING_POINTS DIRECT_POINTS
typedef float K(low_element);
#endif

/* How many of a block's roots low_points() takes; low_scan() goes on from there. */
#define ROOTS_BEFORE(n) (RATIO == 2 ? (n) : 0)

/* The points of a block of `n` vectors of floats, and half of the roots of float64 that are left to be taken: these
 * take longer than a few centroids. */
INLINED void K(low_points)(const F(low_book) *book, const int d, const int n, VECTOR x[LOW][VECTORS],
                           vector_f32 y[LOW][4], const F(low_rest) *rest, const F(low_place) *place)
{
#pragma GCC unroll 4
    for (int v = 0; v < n; v++) {
        if (v < ROOTS_BEFORE(n) && rest->distance)
            F(take_root)(rest, v, place->streams);
#if INTEGERS
#pragma GCC unroll 16
        for (int j = 0; j < d; j += 2) {
            const bool two = j + 1 < d;
            y[j / 2][v] = F(whole_numbers)(book, j, two, &x[j][v * RATIO], &x[two ? j + 1 : j][v * RATIO]);
        }
#else
#pragma GCC unroll 16
        for (int j = 0; j < d; j++)
            y[j][v] = F(floats_from)(&x[j][v * RATIO], book->centre[j]);
#endif
    }
}

/* Vector v of the brackets of a centroid, with its tag. */
TARGET INLINED vector_f32 K(low_bracket)(vector_f32 y[LOW][4], const int d, int v, const K(low_element) *c,
                                         index_f32 keep)
{
    const int elements = ELEMENTS(d);
    int32_t number;
    memcpy(&number, c + elements + 1, sizeof number);
#if INTEGERS
    index_f32 s = all_index_f32(c[0]);
#pragma GCC unroll 8
    for (int j = 0; j < elements; j++)
        s = add_pairs(s, (index_f32)y[j][v], all_index_f32(c[j + 1]));
#else
    vector_f32 s = all_f32(c[0]);
#pragma GCC unroll 16
    for (int j = 0; j < elements; j++)
        s = add_product_f32(s, y[j][v], all_f32(c[j + 1]));
#endif
    return tagged((vector_f32)s, keep, all_index_f32(number));
}

#if INTEGERS
INLINED vector_f32 K(smaller)(vector_f32 a, vector_f32 b) { return smaller_bits(a, b); }
INLINED vector_f32 K(larger)(vector_f32 a, vector_f32 b) { return larger_bits(a, b); }
#else
INLINED vector_f32 K(smaller)(vector_f32 a, vector_f32 b) { return smaller_f32(a, b); }
INLINED vector_f32 K(larger)(vector_f32 a, vector_f32 b) { return larger_f32(a, b); }
#endif

/* The two least brackets of points y in `n` vectors. */
TARGET INLINED void K(low_scan)(const nearest_job *job, const F(low_book) *book, const int d, const int n,
                                vector_f32 y[LOW][4], const bool beside, F(low_rest) *rest, const F(low_place) *place,
                                F(low_ahead) *ahead, vector_f32 best[4], vector_f32 second[4])
{
    const index_f32 keep = ~all_index_f32(book->tags);
    const char *points = rest->points;
    const uint32_t *row = rest->row, *end = beside && points ? row + n * FLOATS : row; /* of points to be added */
    const int size = ELEMENTS(d) + 2;
    const K(low_element) *c = book->K(brackets), *last = c + job->k * size;
    const int roots = rest->distance ? n * RATIO : 0;
    const int64_t pitch = job->row;
    const bool twice = n * FLOATS > (job->k - 2) * WAYS && n * FLOATS % (2 * WAYS) == 0; /* or some would be left */
    const F(few_sums) few = place->few;
    int root = ROOTS_BEFORE(n);
    bool even = false; /* every other centroid has a root beside it */
#pragma GCC unroll 4
    for (int v = 0; v < n; v++) {
        const vector_f32 one = K(low_bracket)(y, d, v, c, keep), other = K(low_bracket)(y, d, v, c + size, keep);
        second[v] = K(larger)(one, other);
        best[v] = K(smaller)(one, other);
    }
    c += 2 * size;
#pragma GCC unroll 1
    for (; c < last; c += size) {
        if (root < roots && even)
            F(take_root)(rest, root++, place->streams);
        even = !even;
        if (ahead->lines > 0)
            F(ask)(ahead);
#pragma GCC unroll 4
        for (int v = 0; v < n; v++) {
            const vector_f32 s = K(low_bracket)(y, d, v, c, keep);
            const vector_f32 larger = K(larger)(best[v], s);
            best[v] = K(smaller)(s, best[v]);
            second[v] = K(smaller)(larger, second[v]);
        }
        if (row < end) {
            F(add_some)(points, pitch, d, row, few);
            row += WAYS;
            points += WAYS * pitch;
            if (twice) {
                F(add_some)(points, pitch, d, row, few);
                row += WAYS;
                points += WAYS * pitch;
            }
        }
    }
    for (; row < end; row += WAYS, points += WAYS * pitch)
        F(add_some)(points, pitch, d, row, few);
    while (ahead->lines > 0)
        F(ask)(ahead);
    for (; root < roots; root++)
        F(take_root)(rest, root, place->streams);
    rest->distance = NULL;
    rest->points = NULL;
}

#if !INTEGERS
/* A bit for each label that is open: the second best is not further away than rounding and tags can reach. Few bits
 * move brackets as little if they all are taken for the largest there can be. */
INLINED uint32_t F(open_by_products)(const F(low_book) *book, const int d, vector_f32 best, vector_f32 second,
                                     vector_f32 y[LOW][4], int v)
{
    vector_f32 norm = all_f32(book->reach_2); /* a^2 + reach_2 */
#pragma GCC unroll 16
    for (int j = 0; j < d; j++)
        norm = add_square_f32(norm, y[j][v]);
    const float share = book->share + 2 * book->share_of_tags;
    if (book->tags <= MOST_COARSE_TAGS)
        return not_below_f32(add_product_f32(best, norm, all_f32(share)), second);
    const vector_f32 low = add_product_f32(best, magnitude_f32(best), all_f32(book->share_of_tags));
    const vector_f32 high = add_product_f32(second, magnitude_f32(second), all_f32(-book->share_of_tags));
    return not_below_f32(add_product_f32(low, norm, all_f32(book->share)), high);
}
#endif

/* A block of `n` vectors of floats; returns false if so many labels are open that it is to be done otherwise, whatever
 * has been written of it. `doubt` counts those that are more than one of four; it goes back, to 0 at least, with blocks
 * that have less. Open points become `pending`. */
TARGET INLINED bool K(low_block)(const nearest_job *job, const F(low_book) *book, int64_t point, const int d,
                                const int n, const bool beside, const F(low_place) *place, F(low_rest) *rest,
                                int *doubt, F(low_pending) *pending)
{
    VECTOR x[LOW][VECTORS];
    vector_f32 y[LOW][4], best[4], second[4];
    index_f32 label[4];
    uint64_t open = 0;
    bool out = false;
    F(low_ahead) ahead = F(ahead_of)(job, point, d, n * FLOATS);
    F(load_points)(job, point, n * FLOATS, d, n * RATIO, x);
    K(low_points)(book, d, n, x, y, rest, place);
    K(low_scan)(job, book, d, n, y, beside, rest, place, &ahead, best, second);
#pragma GCC unroll 4
    for (int v = 0; v < n; v++)
        label[v] = (index_f32)best[v] & all_index_f32(book->tags);
    F(put_labels)(label, n, job->label + point, place->streams);
    if (INTEGERS || job->distance)
        F(low_squares)(job, book, d, n, x, label, rest->square);
#pragma GCC unroll 4
    for (int v = 0; v < n; v++)
#if INTEGERS
        open |= (uint64_t)F(open_by_integers)(book, best[v], second[v], rest->square + v * RATIO) << v * FLOATS;
#else
        open |= (uint64_t)F(open_by_products)(book, d, best[v], second[v], y, v) << v * FLOATS;
#endif
    *doubt += __builtin_popcountll(open) - n * (int)FLOATS / 4;
    *doubt = *doubt > 0 ? *doubt : 0;
    if (*doubt > MOST_LOW_DOUBT)
        return false;
    if (job->distance) {
        out = F(any_out_of_range)(rest->square, n * RATIO);
        rest->distance = (T *)job->distance + point;
    }
    if (__builtin_expect(open != 0 || out, 0)) {
        F(settle_block)(job, book, point, open, out, n * RATIO, rest, pending, place->brackets);
#pragma GCC unroll 4
        for (int v = 0; v < n; v++)
            label[v] = (index_f32)load_f32(job->label + point + v * FLOATS);
    }
    if (beside) {
        rest->points = F(point)(job, point, 0);
        F(put_rows)(label, d, n, rest->row);
    } else if (job->sums) {
        F(low_sums)(job, point, n * FLOATS, d, n * RATIO, x, job->label + point, place);
    }
    return true;
}

/* A range; `otherwise` takes what is left over, and some points from a block on that is to be done so. */
TARGET INLINED void K(low_range)(const nearest_job *job, const F(low_book) *book, int64_t point, int64_t last,
                                 const F(low_place) *place, const int d, const bool beside, F(low_way) *otherwise)
{
    const int n = ABREAST(d);
    F(low_rest) rest = {0};
    int doubt = 0;
    F(low_pending) pending;
    pending.count = pending.tried = 0;
    while (point + n * FLOATS <= last) {
        if (K(low_block)(job, book, point, d, n, beside, place, &rest, &doubt, &pending)) {
            point += n * FLOATS;
        } else {
            const int64_t to = last - point < RESTING_POINTS ? last : point + RESTING_POINTS;
            otherwise(job, book, point, to, place);
            point = to;
            doubt = 0;
        }
    }
    F(finish_low)(job, d, n, &rest, place->few);
    F(settle_pending)(job, book, &pending, true, place->brackets);
    otherwise(job, book, point, last, place);
}

#define NAME(d) PASTED(K(low_range_of), d)
#define PASTED(name, d) PASTED_ON(name, d)
#define PASTED_ON(name, d) name##_##d
#if INTEGERS
#define OTHERWISE(d) ((d) > FEW ? F(low_range_by_panels) : low_way_of_by_products(d))
#define EACH EACH_BY_INTEGERS
#else
#define OTHERWISE(d) F(low_differences_##d)
#define EACH EACH_BY_FLOATS
#endif
#define OF(d)                                                                                                          \
    static TARGET __attribute__((noinline)) void NAME(d)(const nearest_job *job, const F(low_book) *book,              \
                                                         int64_t point, int64_t last, const F(low_place) *place)       \
    {                                                                                                                  \
        if (d <= FEW && place->beside)                                                                                 \
            K(low_range)(job, book, point, last, place, d, true, OTHERWISE(d));                                        \
        else                                                                                                           \
            K(low_range)(job, book, point, last, place, d, false, OTHERWISE(d));                                       \
    }
EACH(OF)
#undef OF

static F(low_way) *K(low_way_of)(int64_t d)
{
    switch (d) {
#define CASE(d)                                                                                                        \
    case d:                                                                                                            \
        return NAME(d);
        EACH(CASE)
#undef CASE
    }
    return NULL;
}
#undef NAME
#undef PASTED
#undef PASTED_ON
#undef OTHERWISE
#undef EACH
#undef ABREAST
#undef ELEMENTS
#undef RESTING_POINTS
#undef ROOTS_BEFORE
#undef TARGET
