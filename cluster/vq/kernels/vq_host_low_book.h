/* The centroids of few features as all threads read them, for dtype T: included by vq_host_nearest.h.
 *
 * The nearest one is found by products in float32, with proof, as in vq_host_products.h, but that the number of a
 * centroid stands in the last bits of its bracket: the smallest bracket then has its label with it. With a, m, u as
 * there, brackets are at most a^2 + m^2, R^2 is at most twice that, and b bits move a bracket by 2^(b - 23) of itself,
 * so that the second best has to be (2 (2 (d + 1) + 4) u + 2^(b - 22)) (a^2 + m^2) away. Most brackets are far smaller:
 * with many bits, the second term is 2^(b - 23) times the magnitudes of the two, and a tenth as many labels are open.
 * SPDX-License-Identifier: BSD-3-Clause */

#define MOST (4 * FLOATS)             /* points of a block: up to four vectors abreast hide that operations take long */
#define RATIO ((int)(FLOATS / LANES)) /* vectors of T for one of floats */
#define VECTORS (4 * RATIO)

/* Centroids: with fewer, differences take less than what comes around products. */
#if VECTOR_BYTES == 64
#define LEAST_FOR_TAGS 4
#else
#define LEAST_FOR_TAGS (DOUBTS ? 24 : 8)
#endif

#define MOST_COARSE_TAGS 31 /* bits, all of them set */
#define ROW_OF(d) (((d) + 3) / 4 * 4)
#define COLUMN (4 * LANES)

typedef struct F(low_book) {
    T centre[LOW];        /* the mean of the centroids */
    const double *wide;   /* (k, d): in float64 */
    float *brackets;      /* (k, d + 2): |c|^2 / 2, -c, the centroid's number as bits */
    float *across;        /* (d + 1, span): -c and |c|^2 / 2 once more, side by side; infinite behind the last one */
    T *columns;           /* (d, 4 vectors), if they have room for all: as they are */
    T *rows;              /* (k, ROW_OF(d)), else */
    int64_t span;
    int32_t tags;         /* the bits that numbers take */
    float share, reach_2; /* how far the second best is to be off: share * (a^2 + reach_2); 0: no products */
    float share_across;   /* the same of brackets without tags, ... */
    float share_of_tags;  /* ... which move each bracket by that share of itself */
    size_t bytes;
} F(low_book);

/* Whether columns serve to look centroids up. */
static bool F(in_tables)(const nearest_job *job) { return TABLES && job->k <= COLUMN; }

static F(low_book) F(low_book_in)(const nearest_job *job, void *shared)
{
    const int64_t k = job->k, d = job->d, values = k * d, span = (k + FLOATS - 1) / FLOATS * FLOATS;
    double *wide = (double *)((F(low_book) *)shared + 1);
    F(low_book) book = {.span = span, .wide = DOUBTS ? wide : job->centroids};
    book.columns = (T *)(wide + (DOUBTS ? values : 0));
    book.rows = book.columns;
    book.brackets = (float *)(book.columns + (F(in_tables)(job) ? d * COLUMN : k * ROW_OF(d)));
    book.across = book.brackets + values + 2 * k;
    book.bytes = (size_t)((char *)(book.across + (d + 1) * span) - (char *)shared);
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
    const int64_t span = book->span;
    float *to = book->brackets, *across = book->across;
    double largest = 0;
    for (int64_t i = job->k; i < span; i++)
        for (int64_t j = 0; j <= job->d; j++)
            across[j * span + i] = j < job->d ? 0 : (float)INFINITY;
    for (int64_t i = 0; i < job->k; i++) {
        float *half = to++;
        double norm = 0;
        for (int64_t j = 0; j < job->d; j++) {
            const float t = (float)(*c++ - book->centre[j]);
            norm += (double)t * (double)t;
            *to++ = -t;
            across[j * span + i] = -t;
        }
        const int32_t number = (int32_t)i;
        memcpy(to++, &number, sizeof number);
        if (!(norm < FAR_REACH * FAR_REACH))
            return 0;
        *half = (float)(norm / 2);
        across[job->d * span + i] = *half;
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
    const bool in_tables = F(in_tables)(job);
    for (int64_t j = 0; j < job->d; j++)
        for (int64_t i = 0; in_tables && i < COLUMN; i++)
            book->columns[j * COLUMN + i] = i < job->k ? centroids[i * job->d + j] : 0;
    for (int64_t i = 0; !in_tables && i < job->k; i++)
        for (int64_t j = 0; j < ROW_OF(job->d); j++)
            book->rows[i * ROW_OF(job->d) + j] = j < job->d ? centroids[i * job->d + j] : 0;
    book->tags = tags_of(job->k);
    F(find_centre)(job, book->centre);
    book->reach_2 = F(pack_brackets)(job, book);
    const double share = 2 * (2 * (double)(job->d + 1) + 4) * HALF_ULP;
    book->share = (float)(1.02 * (share + ((double)book->tags + 1) * 4 * HALF_ULP));
    book->share_across = (float)(1.02 * share);
    book->share_of_tags = (float)(1.02 * ((double)book->tags + 1) * 2 * HALF_ULP);
}
