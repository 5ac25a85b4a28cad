/* The centroids of few features as all threads read them, for dtype T: included by vq_host_nearest.h.
 *
 * The nearest one is found by products in float32, with proof, as in vq_host_products.h, but that the number of a
 * centroid stands in the last bits of its bracket: the smallest bracket then has its label with it. With a, m, u as
 * there, brackets are at most a^2 + m^2, R^2 is at most twice that, and b bits move a bracket by 2^(b - 23) of itself,
 * so that the second best has to be (2 (2 (d + 1) + 4) u + 2^(b - 22)) (a^2 + m^2) away.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Centroids: with fewer, differences take less than what comes around products. */
#if VECTOR_BYTES == 64
#define LEAST_FOR_TAGS 4
#else
#define LEAST_FOR_TAGS (DOUBTS ? 24 : 8)
#endif

typedef struct F(low_book) {
    T centre[LOW];        /* the mean of the centroids */
    const double *wide;   /* (k, d): in float64 */
    float *brackets;      /* (k, d + 2): |c|^2 / 2, -c, the centroid's number as bits */
    T *columns;           /* (d, pitch) */
    int64_t pitch;        /* k, or four vectors */
    int32_t tags;         /* the bits that numbers take */
    float share, reach_2; /* how far the second best is to be off: share * (a^2 + reach_2); 0: no products */
    size_t bytes;
} F(low_book);

static F(low_book) F(low_book_in)(const nearest_job *job, void *shared)
{
    const int64_t pitch = job->k > 4 * LANES ? job->k : 4 * LANES, values = job->k * job->d;
    double *wide = (double *)((F(low_book) *)shared + 1);
    F(low_book) book = {.pitch = pitch, .wide = DOUBTS ? wide : job->centroids};
    book.columns = (T *)(wide + (DOUBTS ? values : 0));
    book.brackets = (float *)(book.columns + job->d * pitch);
    book.bytes = (size_t)((char *)(book.brackets + values + 2 * job->k) - (char *)shared);
    return book;
}

static size_t F(low_shared)(const nearest_job *job)
{
    static F(low_book) anywhere;
    return F(low_book_in)(job, &anywhere).bytes;
}

/* Returns the square of the largest |c| from the centre, 0 if products do not serve. */
static float F(pack_brackets)(const nearest_job *job, F(low_book) *book)
{
    const T *c = job->centroids;
    float *to = book->brackets;
    double largest = 0;
    for (int64_t i = 0; i < job->k; i++) {
        float *half = to++;
        double norm = 0;
        for (int64_t j = 0; j < job->d; j++) {
            const float t = (float)(*c++ - book->centre[j]);
            norm += (double)t * (double)t;
            *to++ = -t;
        }
        const int32_t number = (int32_t)i;
        memcpy(to++, &number, sizeof number);
        if (!(norm < FAR_REACH * FAR_REACH))
            return 0;
        *half = (float)(norm / 2);
        largest = norm > largest ? norm : largest;
    }
    return largest > NEAR_REACH * NEAR_REACH ? (float)largest : 0;
}

static void F(pack_low)(const nearest_job *job, void *shared)
{
    F(low_book) *book = shared, empty = F(low_book_in)(job, shared);
    const T *centroids = job->centroids;
    memcpy(book, &empty, sizeof empty);
    for (int64_t i = 0; DOUBTS && i < job->k * job->d; i++)
        ((double *)(book + 1))[i] = (double)centroids[i];
    if (job->k < LEAST_FOR_TAGS || job->k > MOST_FOR_TAGS)
        return;
    for (int64_t j = 0; j < job->d; j++)
        for (int64_t i = 0; i < book->pitch; i++)
            book->columns[j * book->pitch + i] = i < job->k ? centroids[i * job->d + j] : 0;
    book->tags = tags_of(job->k);
    F(find_centre)(job, book->centre);
    book->reach_2 = F(pack_brackets)(job, book);
    book->share = (float)(1.02 * (2 * (2 * (double)(job->d + 1) + 4) * HALF_ULP +
                                  ((double)book->tags + 1) * 4 * HALF_ULP));
}
