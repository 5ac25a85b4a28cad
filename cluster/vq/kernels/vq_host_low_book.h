/* The centroids of few features as all threads read them, for dtype T: included by vq_host_nearest.h.
 *
 * The nearest one is found by products in float32, with proof, as in vq_host_products.h, but that the number of a
 * centroid stands in the last bits of its bracket: the smallest bracket then has its label with it. With a, m, u as
 * there, R^2 is at most 2 (a^2 + m^2), and b bits move a bracket by 2^(b - 23) of itself, so that the second best has
 * to be 2 (2 (d + 1) + 4) u (a^2 + m^2) away, and 2^(b - 23) times the magnitudes of the two, each of which is at most
 * a^2 + m^2: often a tenth of that, so that with many bits their sizes are worth being asked for.
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

#define MOST_COARSE_TAGS 31     /* bits, all of them set */
#define LEAST_FOR_CANDIDATES 40 /* centroids: open labels go through fewer for several points at a time */
#define ROW_OF(d) (((d) + 3) / 4 * 4)
#define COLUMN (4 * LANES)

typedef struct F(low_book) {
    T centre[LOW];        /* the mean of the centroids */
    const double *wide;   /* (k, d): in float64 */
    float *brackets;      /* (k, d + 2): |c|^2 / 2, -c, the centroid's number as bits */
    float *across;        /* of LEAST_FOR_CANDIDATES: (d + 1, span), -c and |c|^2 / 2 once more, side by side */
    T *table;             /* as they are, to be looked up: (d, COLUMN) if there is room, (k, ROW_OF(d)) else */
    int64_t span;         /* k, or behind it infinite brackets, in whole vectors */
    int32_t tags;         /* the bits that numbers take */
    float share, reach_2; /* what rounding moves two brackets by: share * (a^2 + reach_2); 0: no products */
    float share_of_tags;  /* what tags move each of them by, of itself */
    size_t bytes;
} F(low_book);

/* Whether the table has columns. */
static bool F(in_columns)(const nearest_job *job) { return TABLES && job->k <= COLUMN; }

static F(low_book) F(low_book_in)(const nearest_job *job, void *shared)
{
    const int64_t k = job->k, d = job->d, values = k * d, span = (k + FLOATS - 1) / FLOATS * FLOATS;
    double *wide = (double *)((F(low_book) *)shared + 1);
    F(low_book) book = {.span = span, .wide = DOUBTS ? wide : job->centroids};
    book.table = (T *)(wide + (DOUBTS ? values : 0));
    book.brackets = (float *)(book.table + (F(in_columns)(job) ? d * COLUMN : k * ROW_OF(d)));
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

/* The brackets once more, by columns. */
static void F(pack_across)(const nearest_job *job, F(low_book) *book)
{
    const int64_t d = job->d;
    for (int64_t i = 0; i < book->span; i++) {
        const float *c = book->brackets + i * (d + 2);
        book->across[d * book->span + i] = i < job->k ? c[0] : (float)INFINITY;
        for (int64_t j = 0; j < d; j++)
            book->across[j * book->span + i] = i < job->k ? c[j + 1] : 0;
    }
}

/* The centroids as they are. */
static void F(pack_table)(const nearest_job *job, F(low_book) *book)
{
    const T *centroids = job->centroids;
    const int64_t k = job->k, d = job->d, row = ROW_OF(d);
    if (F(in_columns)(job)) {
        for (int64_t j = 0; j < d; j++)
            for (int64_t i = 0; i < COLUMN; i++)
                book->table[j * COLUMN + i] = i < k ? centroids[i * d + j] : 0;
    } else {
        for (int64_t i = 0; i < k; i++)
            for (int64_t j = 0; j < row; j++)
                book->table[i * row + j] = j < d ? centroids[i * d + j] : 0;
    }
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
    F(pack_table)(job, book);
    book->tags = tags_of(job->k);
    F(find_centre)(job, book->centre);
    book->reach_2 = F(pack_brackets)(job, book);
    if (job->k >= LEAST_FOR_CANDIDATES)
        F(pack_across)(job, book);
    book->share = (float)(1.02 * 2 * (2 * (double)(job->d + 1) + 4) * HALF_ULP);
    book->share_of_tags = (float)(1.02 * ((double)book->tags + 1) * 2 * HALF_ULP);
}
