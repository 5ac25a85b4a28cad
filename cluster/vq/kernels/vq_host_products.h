/* The nearest centroid by products, with proof, for dtype T: included by vq_host_nearest.h.
 *
 * |x - c|^2 / 2 = |x|^2 / 2 + (|c|^2 / 2 - x.c), and the bracket alone decides: one fused operation a feature, where a
 * difference and its square are two. But it cancels. So points and centroids are taken from the mean of the centroids,
 * and a label counts only if the second best bracket is further from the best than rounding can have moved them. With
 * a = |x|, m the largest |c|, R = a + m and u half a unit in the last place:
 *   - a bracket, d products added to |c|^2 / 2, is off by at most (d + 1) u (m^2 + a m) = (d + 1) u m R;
 *   - taking off the mean rounds each element by u of itself, which moves |x - c|^2 / 2 by at most u R^2;
 *   - in double, the squares of the scan by differences, whose least one is meant, are off by (d + 2) u of themselves.
 * Points that this leaves open are settled by differences; where they are many, a block is scanned by differences.
 * Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.1, has the bounds.
 * SPDX-License-Identifier: BSD-3-Clause */

#define LEAST_FOR_PRODUCTS 24     /* centroids: with fewer the rest takes longer than is saved */
#define MOST_FOR_PRODUCTS 65536   /* features: the bounds have a slack of 2 % for terms of (d u)^2 */
#if DOUBTS
#define HALF_ULP 5.9604644775390625e-8
#define NEAR_REACH 1e-15f         /* a reach within these two neither overflows nor underflows */
#define FAR_REACH 1e15f
#else
#define HALF_ULP 1.1102230246251565e-16
#define NEAR_REACH 1e-140
#define FAR_REACH 1e140
#endif

/* ---- centroids --------------------------------------------------------------------------------------------------- */

/* The centroids as all threads read them. */
typedef struct F(book) {
    T *reach;    /* the largest |c| from the centre; 0: no products */
    T *centre;   /* (d) */
    T *halves;   /* (panels * width): |c|^2 / 2, infinite behind the last centroid */
    T *products; /* (panels, d, width): -c */
    T *panels;   /* (panels, d, width): as they are, infinite behind the last one; a vector is free behind them */
    size_t bytes;
} F(book);

static bool F(wants_products)(const nearest_job *job)
{
    return job->k >= LEAST_FOR_PRODUCTS && job->d <= MOST_FOR_PRODUCTS;
}

static F(book) F(book_in)(const nearest_job *job, void *shared)
{
    F(plan) plan = F(plan_of)(job);
    const bool both = F(wants_products)(job);
    const int64_t rows = plan.panels * plan.width;
    F(book) book = {.reach = shared};
    book.panels = book.reach + LANES;
    book.products = book.panels + rows * job->d + LANES;
    book.halves = book.products + (both ? rows * job->d : 0);
    book.centre = book.halves + (both ? rows : 0);
    book.bytes = (size_t)((char *)(book.centre + (both ? job->d : 0)) - (char *)shared);
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

/* Returns the reach, 0 if products do not serve. */
static T F(pack_products)(const nearest_job *job, int64_t width, const F(book) *book)
{
    const int64_t d = job->d, rows = (job->k + width - 1) / width * width;
    T largest = 0;
    F(find_centre)(job, book->centre);
    for (int64_t i = 0; i < rows; i++) {
        const T *c = (const T *)job->centroids + i * d;
        T *to = book->products + i / width * width * d + i % width, norm = 0;
        for (int64_t j = 0; j < d; j++, to += width) {
            T t = i < job->k ? c[j] - book->centre[j] : 0;
            norm += t * t;
            *to = -t;
        }
        book->halves[i] = i < job->k ? norm / 2 : (T)INFINITY;
        if (!(norm < FAR_REACH * FAR_REACH))
            return 0;
        largest = norm > largest ? norm : largest;
    }
    return largest > NEAR_REACH * NEAR_REACH ? XP_MATH(sqrt)(largest) : 0;
}

static void F(pack_book)(const nearest_job *job, void *shared)
{
    F(plan) plan = F(plan_of)(job);
    F(book) book = F(book_in)(job, shared);
    const T *centroids = job->centroids;
    T *to = book.panels;
    for (int64_t first = 0; first < job->k; first += plan.width)
        for (int64_t j = 0; j < job->d; j++)
            for (int64_t r = 0; r < plan.width; r++)
                *to++ = first + r < job->k ? centroids[(first + r) * job->d + j] : (T)INFINITY;
    memset(to, 0, VECTOR_BYTES);
    *book.reach = F(wants_products)(job) ? F(pack_products)(job, plan.width, &book) : 0;
}

/* ---- points ------------------------------------------------------------------------------------------------------ */

/* Moves d features of a block (d, BLOCK) to the centre; their squares are added to the norm. */
static void F(centre_block)(T *x, const T *centre, int64_t d, VECTOR norm[2])
{
    VECTOR norm0 = norm[0], norm1 = norm[1];
    for (int64_t j = 0; j < d; j++, x += BLOCK) {
        VECTOR c = F(all)(centre[j]), t0 = F(load)(x) - c, t1 = F(load)(x + LANES) - c;
        norm0 = F(add_square)(norm0, t0);
        norm1 = F(add_square)(norm1, t1);
        F(store)(x, t0);
        F(store)(x + LANES, t1);
    }
    norm[0] = norm0;
    norm[1] = norm1;
}

/* How far the second best bracket has to be from the best one. */
INLINED VECTOR F(margin)(int64_t d, VECTOR norm, T reach)
{
    const double slack = 1.02 * HALF_ULP, squares = DOUBTS ? 0 : (double)(d + 2);
    VECTOR far = F(root)(norm) + F(all)(reach);
    T bracket = (T)(slack * 2 * (double)(d + 1)) * reach;
    return far * (F(all)(bracket) + F(all)((T)(slack * (squares + 4))) * far);
}

/* ---- squared distances ------------------------------------------------------------------------------------------- */

/* Adds the squares of four differences to the sums of a vector of points: of features at `at`. */
INLINED VECTOR F(add_four)(VECTOR sum, const char *const *x, const char *const *c, int64_t at)
{
    VECTOR part[4], four[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        part[i] = F(part)(x, at, i) - F(part)(c, at, i);
    F(turn)(part, four);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        sum = F(add_square)(sum, four[i]);
    return sum;
}

/* The squared distance of each point of a block from the centroid of its label, as a scan by differences has it. Lanes
 * without a point repeat the last one. */
static void F(squares_of)(const nearest_job *job, int64_t point, int64_t count, const int32_t *label, VECTOR square[2])
{
    const bool by_rows = job->column == SIZE;
    const int64_t d = job->d, fours = by_rows ? d - d % 4 : 0;
    const char *x[BLOCK], *c[BLOCK];
    for (int64_t i = 0; i < BLOCK; i++) {
        x[i] = F(point)(job, point + (i < count ? i : count - 1), 0);
        c[i] = (const char *)((const T *)job->centroids + label[i] * d);
    }
    for (int v = 0; v < 2; v++) {
        const char *const *const row = x + v * LANES, *const *const centroid = c + v * LANES;
        VECTOR sum = {0};
        for (int64_t j = 0; j < fours; j += 4)
            sum = F(add_four)(sum, row, centroid, j * SIZE);
        for (int64_t j = fours; j < d; j++) {
            VECTOR t;
            for (int64_t i = 0; i < LANES; i++)
                t[i] = *(const T *)(row[i] + j * job->column) - ((const T *)centroid[i])[j];
            sum = F(add_square)(sum, t);
        }
        square[v] = sum;
    }
}
