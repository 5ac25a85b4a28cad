/* The centroids of few features as all threads read them, for dtype T: included by vq_host_nearest.h.
 *
 * By products, the nearest one is found in float32, with proof, as in vq_host_products.h, but that the number of a
 * centroid stands in the last bits of its bracket: the smallest bracket then has its label with it. With a, m, u as
 * there, R^2 is at most 2 (a^2 + m^2), and b bits move a bracket by 2^(b - 23) of itself, so that the second best has
 * to be 2 (2 (d + 1) + 4) u (a^2 + m^2) away, and 2^(b - 23) times the magnitudes of the two, each of which is at most
 * a^2 + m^2: often a tenth of that, so that with many bits their sizes are worth being asked for.
 * SPDX-License-Identifier: BSD-3-Clause */

#define MOST (4 * FLOATS)             /* points of a block: up to four vectors abreast hide that operations take long */
#define RATIO ((int)(FLOATS / LANES)) /* vectors of T for one of floats */
#define VECTORS (4 * RATIO)

/* Centroids: with fewer, differences take less than what comes around products. Not so in rounds of k-means, which have
 * sums several ways: sums of rows go beside the scan, and distances are seldom wanted. */
#if VECTOR_BYTES == 64
#define LEAST_FOR_TAGS 4
#else
#define LEAST_FOR_TAGS (DOUBTS ? 24 : 8)
#endif
#define LEAST_WITH_SUMS 2 /* which the scan begins with */

/* Whole numbers pay from so many features, centroids, and values of all centroids on: with fewer, settling what stays
 * open may take longer than is saved. Rounds of k-means, with sums several ways, settle open points at once and not
 * together, and want no distances, which whole numbers need for their proof and floats do not. And from so many points
 * on, which pay for packing; of more than FEW features, where panels are packed as well, so many for each centroid. */
#if VECTOR_BYTES == 64
#define LEAST_WHOLE_FEATURES 1
#define LEAST_WHOLE_CENTROIDS 4
#define LEAST_WHOLE_VALUES 64
#define LEAST_WHOLE_VALUES_WITH_SUMS (DOUBTS ? 200 : 400)
#else
#define LEAST_WHOLE_FEATURES (DOUBTS ? 4 : 5)
#define LEAST_WHOLE_CENTROIDS (DOUBTS ? 12 : 4)
#define LEAST_WHOLE_VALUES (DOUBTS ? 128 : 64)
#define LEAST_WHOLE_VALUES_WITH_SUMS 400
#endif
#define LEAST_WHOLE_POINTS 512
#define LEAST_WHOLE_POINTS_EACH 4

#define MOST_FOR_TAGS 16384     /* centroids: more bits in a bracket leave too many points open */
#define MOST_COARSE_TAGS 31     /* bits, all of them set */
#define LEAST_FOR_CANDIDATES 40 /* centroids: open labels go through fewer for several points at a time */
#define ROW_OF(d) (((d) + 3) / 4 * 4)
#define COLUMN (4 * LANES)

static bool F(wants_whole_numbers)(const nearest_job *job)
{
    const int64_t points = job->d > FEW ? LEAST_WHOLE_POINTS_EACH * job->k : LEAST_WHOLE_POINTS;
    const int64_t values = job->ways > 1 ? LEAST_WHOLE_VALUES_WITH_SUMS : LEAST_WHOLE_VALUES;
    return LOW_BY_INTEGERS && multiplies_pairs() && job->n >= points && job->d >= LEAST_WHOLE_FEATURES &&
           job->k >= LEAST_WHOLE_CENTROIDS && job->k * job->d >= values;
}

static bool F(wants_tags)(const nearest_job *job)
{
    const int64_t least = job->ways > 1 ? LEAST_WITH_SUMS : LEAST_FOR_TAGS;
    return (job->k >= least || F(wants_whole_numbers)(job)) && job->k <= MOST_FOR_TAGS;
}

/* Whether ranges also go by panels. */
static bool F(has_panels)(const nearest_job *job) { return job->d > FEW && F(wants_whole_numbers)(job); }

/* The bits that the numbers of k centroids take. */
static inline int32_t tags_of(int64_t k)
{
    int32_t tags = 0;
    while (tags < k - 1)
        tags = 2 * tags + 1;
    return tags;
}

typedef struct F(low_book) {
    T centre[LOW];      /* the mean of the centroids */
    const double *wide; /* (k, d): in float64 */
    float *across;      /* of LEAST_FOR_CANDIDATES: (d + 1, span), -c and |c|^2 / 2, side by side */
    T *table;           /* as they are, to be looked up: (d, COLUMN) if there is room, (k, ROW_OF(d)) else */
    int64_t span;       /* k, or behind it infinite brackets, in whole vectors */
    int32_t tags;       /* the bits that numbers take */
    /* By products: */
    float *brackets_by_products; /* (k, d + 2): |c|^2 / 2, -c, the centroid's number as bits */
    float share, reach_2;        /* what rounding moves two brackets by: share * (a^2 + reach_2); 0: no products */
    float share_of_tags;         /* what tags move each of them by, of itself */
    /* By integers (vq_host_low_integers.h): */
    int32_t *brackets_by_integers; /* (k, pairs + 2): the same as whole numbers */
    T scale[2], add[LOW];          /* of features with even and odd numbers; what is added to a feature then */
    float apart, apart_by_length;  /* how far two brackets have to be apart, and by a unit of distance */
    float far_2;                   /* the square of a distance from where on labels stay open; 0: no integers */
    void *panels; /* the book of scan_range(), for where integers do not serve; NULL: other ways do */
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
    book.brackets_by_products = (float *)(book.table + (F(in_columns)(job) ? d * COLUMN : k * ROW_OF(d)));
    book.across = book.brackets_by_products + values + 2 * k;
    book.brackets_by_integers = (int32_t *)(void *)(book.across + (d + 1) * span);
    const char *end = (char *)(book.brackets_by_integers + k * (pairs_of(d) + 2));
    book.bytes = ((size_t)(end - (char *)shared) + 63) / 64 * 64;
    if (F(has_panels)(job)) {
        book.panels = (char *)shared + book.bytes;
        book.bytes += F(book_bytes)(job);
    }
    return book;
}

static size_t F(low_shared)(const nearest_job *job)
{
    static F(low_book) anywhere;
    return F(low_book_in)(job, &anywhere).bytes;
}
