/* The centroids as all threads read them, for more than LOW features of dtype T: included by vq_host_nearest.h.
 *
 * Laid out for each way of finding the nearest one: by differences, by products (vq_host_products.h), and by products
 * of whole numbers (vq_host_integers.h).
 * SPDX-License-Identifier: BSD-3-Clause */

#define LEAST_FOR_PRODUCTS 24     /* centroids: with fewer the rest takes longer than is saved */
#define MOST_FOR_PRODUCTS 65536   /* features: the bounds have a slack of 2 % for terms of (d u)^2 */
#define HALF_ULP 5.9604644775390625e-8
#define NEAR_REACH 1e-15          /* a reach within these two neither overflows nor underflows */
#define FAR_REACH 1e15
#define LEAST_FOR_INTEGERS 12     /* features */
#define NEAR_REACH_OF_INTEGERS 1e-9f
#define LONGEST_POINT 32000       /* |x| as whole numbers: with rounding an int16 holds each of its elements, ... */
#define LONGEST_CENTROID 60000    /* ... and an int32 the product of both */
#define ROUNDINGS_OF_INTEGERS 4   /* and one, of a bracket */
#define FLOATS ((int64_t)(VECTOR_BYTES / sizeof(float)))
#define FLOAT_BLOCK (2 * FLOATS)

static inline int64_t pairs_of(int64_t d) { return (d + 1) / 2; }

/* What is known of all centroids, from their mean. */
typedef struct book_bounds {
    float reach; /* the largest |c|; 0: no products */
    float element; /* the largest |element| */
    float scale; /* of centroids as whole numbers; 0: none of these */
    float error; /* of the difference of two brackets by whole numbers, in units of their products */
} book_bounds;

/* The centroids as all threads read them. */
typedef struct F(book) {
    book_bounds *bounds;
    T *panels_by_differences; /* (panels, d, width): as they are, infinite behind the last one; then a free vector */
    int32_t *numbers; /* (panels * width): 0, 1, 2, ... */
    T *centre;       /* (d) */
    float *halves;   /* (panels * width): |c|^2 / 2, infinite behind the last centroid */
    float *panels_by_products; /* (panels, d, width): -c */
    float *panels_by_integers; /* (panels, pairs, width): -c as pairs of int16 */
    size_t bytes;
} F(book);

static bool F(wants_products)(const nearest_job *job)
{
    return job->k >= LEAST_FOR_PRODUCTS && job->d <= MOST_FOR_PRODUCTS;
}

static bool F(wants_integers)(const nearest_job *job)
{
    return F(wants_products)(job) && job->d >= LEAST_FOR_INTEGERS && multiplies_pairs();
}

static int64_t F(rows_of)(const nearest_job *job)
{
    const int64_t width = width_of(job->k);
    return (job->k + width - 1) / width * width;
}

static F(book) F(book_in)(const nearest_job *job, void *shared)
{
    const bool both = F(wants_products)(job), three = F(wants_integers)(job);
    const int64_t rows = F(rows_of)(job);
    F(book) book = {.bounds = shared};
    book.panels_by_differences = (T *)((char *)shared + VECTOR_BYTES);
    book.centre = book.panels_by_differences + rows * job->d + LANES;
    book.halves = (float *)(book.centre + (both ? job->d : 0));
    book.panels_by_products = book.halves + (both ? rows : 0);
    book.panels_by_integers = book.panels_by_products + (both ? rows * job->d : 0);
    book.numbers = (int32_t *)(void *)(book.panels_by_integers + (three ? rows * pairs_of(job->d) : 0));
    book.bytes = (size_t)((char *)(book.numbers + rows) - (char *)shared);
    return book;
}

static size_t F(book_bytes)(const nearest_job *job)
{
    static char anywhere[VECTOR_BYTES] __attribute__((aligned(64)));
    return F(book_in)(job, anywhere).bytes;
}

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

/* Leaves the reach at 0 if products do not serve. */
static void F(pack_products)(const nearest_job *job, int64_t width, const F(book) *book)
{
    const int64_t d = job->d, rows = F(rows_of)(job);
    double largest = 0;
    float element = 0;
    F(find_centre)(job, book->centre);
    for (int64_t i = 0; i < rows; i++) {
        const T *c = (const T *)job->centroids + i * d;
        float *to = book->panels_by_products + i / width * width * d + i % width;
        double norm = 0;
        for (int64_t j = 0; j < d; j++, to += width) {
            float t = i < job->k ? (float)(c[j] - book->centre[j]) : 0;
            element = fabsf(t) > element ? fabsf(t) : element;
            norm += (double)t * (double)t;
            *to = -t;
        }
        if (!(norm < FAR_REACH * FAR_REACH))
            return;
        book->halves[i] = i < job->k ? (float)(norm / 2) : INFINITY;
        largest = norm > largest ? norm : largest;
    }
    book->bounds->element = element;
    book->bounds->reach = largest > NEAR_REACH * NEAR_REACH ? (float)sqrt(largest) : 0;
}

/* As whole numbers with one scale for all, and what rounding them can do to a product. */
static void F(pack_integers)(const nearest_job *job, int64_t width, const F(book) *book)
{
    const int64_t d = job->d, pairs = pairs_of(d), rows = F(rows_of)(job);
    const T *c = job->centroids;
    const float by_element = LONGEST_POINT / book->bounds->element, by_length = LONGEST_CENTROID / book->bounds->reach;
    const float scale = by_element < by_length ? by_element : by_length;
    double rounding = 0, length = 0;
    memset(book->panels_by_integers, 0, (size_t)(rows * pairs) * sizeof(float));
    for (int64_t i = 0; i < job->k; i++) {
        int16_t *to = (int16_t *)(void *)(book->panels_by_integers + i / width * width * pairs + i % width);
        double off = 0, norm = 0;
        for (int64_t j = 0; j < d; j++, c++) {
            const double t = (double)((float)(c[0] - book->centre[j]) * scale), whole = nearbyint(t);
            off += (t - whole) * (t - whole);
            norm += whole * whole;
            to[j / 2 * width * 2 + j % 2] = (int16_t)-whole;
        }
        rounding = off > rounding ? off : rounding;
        length = norm > length ? norm : length;
    }
    book->bounds->scale = scale;
    book->bounds->error = (float)(2 * 1.02 * (LONGEST_POINT * sqrt(rounding) + sqrt((double)d) / 2 * sqrt(length)));
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

