/* The centroids as all threads read them, for points of T in panels: included by vq_host_nearest.h.
 *
 * Laid out for each way of finding the nearest one: by differences, by products (vq_host_products.h), and by products
 * of whole numbers (vq_host_integers.h). vq_host_pack.h fills it.
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

#define BOUNDS_BYTES 64 /* what comes after them is aligned */

/* What is known of all centroids, from their mean. */
typedef struct book_bounds {
    float reach; /* the largest |c|; 0: no products */
    float element; /* the largest |element| */
    float scale; /* of centroids as whole numbers; 0: none of these */
    float error; /* of the difference of two brackets by whole numbers, in units of their products */
} book_bounds;
_Static_assert(sizeof(book_bounds) <= BOUNDS_BYTES, "bounds have room");

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
    const bool both = F(wants_products)(job);
    const int64_t rows = F(rows_of)(job), pairs = pairs_of(job->d);
    const int64_t whole = F(wants_integers)(job) ? rows * pairs : 0;
    F(book) book = {.bounds = shared};
    book.panels_by_differences = (T *)((char *)shared + BOUNDS_BYTES);
    book.centre = book.panels_by_differences + rows * job->d + LANES;
    book.halves = (float *)(book.centre + (both ? job->d : 0));
    book.panels_by_products = book.halves + (both ? rows : 0);
    book.panels_by_integers = book.panels_by_products + (both ? rows * job->d : 0);
    book.numbers = (int32_t *)(void *)(book.panels_by_integers + whole);
    book.bytes = (size_t)((char *)(book.numbers + rows) - (char *)shared);
    return book;
}

static size_t F(book_bytes)(const nearest_job *job)
{
    static char anywhere[VECTOR_BYTES] __attribute__((aligned(64)));
    return F(book_in)(job, anywhere).bytes;
}
