/* Fills the book (vq_host_book.h), for dtype T: included by vq_host_nearest.h.
 *
 * Centroids are rows, and a panel has a feature of `width` of them after each other. So a strip of a panel's features
 * is worked on by rows, in scratch memory, and turned when it is written.
 * SPDX-License-Identifier: BSD-3-Clause */

#define STRIP_ROOM (12 * STRIP) /* of a panel's rows */

static void F(find_centre)(const nearest_job *job, T *centre)
{
    const T *c = job->centroids;
    memset(centre, 0, (size_t)job->d * sizeof(T));
    for (int64_t i = 0; i < job->k; i++, c += job->d)
        for (int64_t j = 0; j < job->d; j++)
            centre[j] += c[j];
    for (int64_t j = 0; j < job->d; j++)
        centre[j] /= (T)job->k;
}

/* Features feature .. feature + d of a panel's centroids from the centre, (width, STRIP); zeros behind the last one. */
static void F(centred_panel)(const nearest_job *job, const F(book) *book, int64_t first, int64_t width, int64_t feature,
                             int64_t d, float *room)
{
    const T *c = (const T *)job->centroids + first * job->d + feature;
    for (int64_t r = 0; r < width; r++, c += job->d, room += STRIP) {
        memset(room, 0, STRIP * sizeof(float));
        if (first + r < job->k)
            F(centred_row)(c, book->centre + feature, d, room);
    }
}

/* Adds the squares of a strip of a row, and finds the largest size: as bits, which have the order of the sizes. */
static void F(look_at)(const float *row, double *norm, int32_t *largest)
{
    vector_f64 squares = {0};
    int32_t most = *largest;
    for (int64_t j = 0; j < STRIP; j += WIDE_LANES) {
        const vector_f64 x = widened(row + j);
        squares += x * x;
    }
    for (int64_t i = 0; i < WIDE_LANES; i++)
        *norm += squares[i];
    for (int64_t j = 0; j < STRIP; j++) {
        const int32_t size = ((const loose_int32 *)row)[j] & INT32_MAX;
        most = size > most ? size : most;
    }
    *largest = most;
}

/* Leaves the reach at 0 if products do not serve. */
static void F(pack_products)(const nearest_job *job, int64_t width, const F(book) *book)
{
    float room[STRIP_ROOM] __attribute__((aligned(64)));
    float *to = book->panels_by_products;
    double largest = 0;
    int32_t element = 0;
    F(find_centre)(job, book->centre);
    for (int64_t first = 0; first < job->k; first += width) {
        double norm[12] = {0};
        for (int64_t j = 0; j < job->d; j += STRIP) {
            const int64_t d = job->d - j < STRIP ? job->d - j : STRIP;
            F(centred_panel)(job, book, first, width, j, d, room);
            for (int64_t r = 0; r < width; r++)
                F(look_at)(room + r * STRIP, norm + r, &element);
            for (int64_t i = 0; i < d; i++, to += width)
                for (int64_t r = 0; r < width; r++)
                    to[r] = -room[r * STRIP + i];
        }
        for (int64_t r = 0; r < width; r++) {
            if (!(norm[r] < FAR_REACH * FAR_REACH))
                return;
            book->halves[first + r] = first + r < job->k ? (float)(norm[r] / 2) : INFINITY;
            largest = norm[r] > largest ? norm[r] : largest;
        }
    }
    memcpy(&book->bounds->element, &element, sizeof element);
    book->bounds->reach = largest > NEAR_REACH * NEAR_REACH ? (float)sqrt(largest) : 0;
}

/* A strip of a row as whole numbers; the squares of what that adds, and of the numbers, are added. */
static void F(round_strip)(float *row, float scale, float *off, float *norm)
{
    const vector_f32 large = all_f32(12582912); /* 1.5 * 2^23: what is added to it has no fraction left */
    vector_f32 added = {0}, squares = {0};
    for (int64_t j = 0; j < STRIP; j += FLOATS) {
        const vector_f32 x = load_f32(row + j) * all_f32(scale), whole = (x + large) - large;
        added = add_square_f32(added, x - whole);
        squares = add_square_f32(squares, whole);
        store_f32(row + j, whole);
    }
    for (int64_t i = 0; i < FLOATS; i++) {
        *off += added[i];
        *norm += squares[i];
    }
}

static uint32_t whole_pair(int32_t low, int32_t high) { return ((uint32_t)low & 0xffff) | (uint32_t)high << 16; }

/* What rounding can do to the product of a point and a centroid (vq_host_integers.h), whose squares were summed. */
static double rounding_error(int64_t d, float rounding, float length)
{
    return LONGEST_POINT * sqrt((double)rounding) + sqrt((double)d) / 2 * sqrt((double)length);
}

/* As whole numbers with one scale for all, and what rounding them can do to a product. */
static void F(pack_integers)(const nearest_job *job, int64_t width, const F(book) *book)
{
    const float by_element = LONGEST_POINT / book->bounds->element, by_length = LONGEST_CENTROID / book->bounds->reach;
    const float scale = by_element < by_length ? by_element : by_length;
    float room[STRIP_ROOM] __attribute__((aligned(64)));
    uint32_t *to = (uint32_t *)(void *)book->panels_by_integers;
    float rounding = 0, length = 0;
    for (int64_t first = 0; first < job->k; first += width) {
        float off[12] = {0}, norm[12] = {0};
        for (int64_t j = 0; j < job->d; j += STRIP) {
            const int64_t d = job->d - j < STRIP ? job->d - j : STRIP;
            F(centred_panel)(job, book, first, width, j, d, room);
            for (int64_t r = 0; r < width; r++)
                F(round_strip)(room + r * STRIP, scale, off + r, norm + r);
            for (int64_t i = 0; i < d; i += 2, to += width)
                for (int64_t r = 0; r < width; r++) {
                    const float *x = room + r * STRIP + i;
                    to[r] = whole_pair((int32_t)-x[0], (int32_t)-x[1]);
                }
        }
        for (int64_t r = 0; r < width; r++) {
            rounding = off[r] > rounding ? off[r] : rounding;
            length = norm[r] > length ? norm[r] : length;
        }
    }
    book->bounds->scale = scale;
    book->bounds->error = (float)(2 * 1.02 * rounding_error(job->d, rounding, length));
}

static void F(pack_book)(const nearest_job *job, void *shared)
{
    F(book) book = F(book_in)(job, shared);
    const int64_t width = width_of(job->k);
    const T *centroids = job->centroids;
    T *to = book.panels_by_differences;
    for (int64_t first = 0; first < job->k; first += width)
        for (int64_t j = 0; j < job->d; j++)
            for (int64_t r = 0; r < width; r++)
                *to++ = first + r < job->k ? centroids[(first + r) * job->d + j] : (T)INFINITY;
    memset(to, 0, VECTOR_BYTES);
    for (int64_t i = 0; i < F(rows_of)(job); i++)
        book.numbers[i] = (int32_t)i;
    *book.bounds = (book_bounds){0};
    if (F(wants_products)(job))
        F(pack_products)(job, width, &book);
    if (F(wants_integers)(job) && book.bounds->reach > NEAR_REACH_OF_INTEGERS)
        F(pack_integers)(job, width, &book);
}
