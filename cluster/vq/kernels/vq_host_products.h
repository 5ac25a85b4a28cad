/* The nearest centroid by products in float32, with proof, for points of dtype T: included by vq_host_nearest.h.
 *
 * |x - c|^2 / 2 = |x|^2 / 2 + (|c|^2 / 2 - x.c), and the bracket alone decides: one fused operation a feature, where a
 * difference and its square are two; and float32 is enough to tell which centroids can be nearest, also of float64
 * points, of which twice as many are in a vector then. But the bracket cancels. So points and centroids are taken from
 * the mean of the centroids, and a label counts only if the second best bracket is further from the best than rounding
 * can have moved them. With a = |x|, m the largest |c|, R = a + m and u half a unit in the last place of float32:
 *   - a bracket, d products added to |c|^2 / 2, is off by at most (d + 1) u (m^2 + a m) = (d + 1) u m R;
 *   - taking off the mean and rounding to float32 moves an element by u of itself, and |x - c|^2 / 2 by u R^2;
 *   - the squares that define a label, in float64, are off by (d + 2) 2^-53 of themselves, which is less than u.
 * Points that this leaves open are settled by differences; where they are many, a group is scanned by differences.
 * Higham, Accuracy and Stability of Numerical Algorithms (2002), section 3.1, has the bounds.
 * SPDX-License-Identifier: BSD-3-Clause */

#define LEAST_FOR_PRODUCTS 24     /* centroids: with fewer the rest takes longer than is saved */
#define MOST_FOR_PRODUCTS 65536   /* features: the bounds have a slack of 2 % for terms of (d u)^2 */
#define HALF_ULP 5.9604644775390625e-8
#define NEAR_REACH 1e-15          /* a reach within these two neither overflows nor underflows */
#define FAR_REACH 1e15
#define STRIP 64                  /* features of a block's rows that are turned at a time */
#define FLOATS ((int64_t)(VECTOR_BYTES / sizeof(float)))
#define FLOAT_BLOCK (2 * FLOATS)

/* ---- centroids --------------------------------------------------------------------------------------------------- */

/* The centroids as all threads read them. */
typedef struct F(book) {
    float *reach;    /* the largest |c| from the centre; 0: no products */
    T *panels_by_differences; /* (panels, d, width): as they are, infinite behind the last one; then a free vector */
    T *centre;       /* (d) */
    float *halves;   /* (panels * width): |c|^2 / 2, infinite behind the last centroid */
    float *panels_by_products; /* (panels, d, width): -c */
    size_t bytes;
} F(book);

static bool F(wants_products)(const nearest_job *job)
{
    return job->k >= LEAST_FOR_PRODUCTS && job->d <= MOST_FOR_PRODUCTS;
}

static int64_t F(rows_of)(const nearest_job *job)
{
    const int64_t width = width_of(job->k);
    return (job->k + width - 1) / width * width;
}

static F(book) F(book_in)(const nearest_job *job, void *shared)
{
    const bool both = F(wants_products)(job);
    const int64_t rows = F(rows_of)(job);
    F(book) book = {.reach = shared};
    book.panels_by_differences = (T *)((char *)shared + VECTOR_BYTES);
    book.centre = book.panels_by_differences + rows * job->d + LANES;
    book.halves = (float *)(book.centre + (both ? job->d : 0));
    book.panels_by_products = book.halves + (both ? rows : 0);
    book.bytes = (size_t)((char *)(book.panels_by_products + (both ? rows * job->d : 0)) - (char *)shared);
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
static float F(pack_products)(const nearest_job *job, int64_t width, const F(book) *book)
{
    const int64_t d = job->d, rows = F(rows_of)(job);
    double largest = 0;
    F(find_centre)(job, book->centre);
    for (int64_t i = 0; i < rows; i++) {
        const T *c = (const T *)job->centroids + i * d;
        float *to = book->panels_by_products + i / width * width * d + i % width;
        double norm = 0;
        for (int64_t j = 0; j < d; j++, to += width) {
            float t = i < job->k ? (float)(c[j] - book->centre[j]) : 0;
            norm += (double)t * (double)t;
            *to = -t;
        }
        if (!(norm < FAR_REACH * FAR_REACH))
            return 0;
        book->halves[i] = i < job->k ? (float)(norm / 2) : INFINITY;
        largest = norm > largest ? norm : largest;
    }
    return largest > NEAR_REACH * NEAR_REACH ? (float)sqrt(largest) : 0;
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
    *book.reach = F(wants_products)(job) ? F(pack_products)(job, width, &book) : 0;
}

/* ---- points ------------------------------------------------------------------------------------------------------ */

/* A vector of differences as floats: WIDE_LANES of float64, or FLOATS. */
#if DOUBTS
#define STEP FLOATS
INLINED void F(store_floats)(float *to, VECTOR x) { store_f32(to, x); }
#else
#define STEP WIDE_LANES
INLINED void F(store_floats)(float *to, VECTOR x)
{
    loose_half_f32 narrow = __builtin_convertvector(x, loose_half_f32);
    memcpy(to, &narrow, sizeof narrow);
}
#endif

/* A row of d features from the centre. */
INLINED void F(centred_row)(const T *x, const T *centre, int64_t d, float *to)
{
    int64_t j = 0;
    for (; j + STEP <= d; j += STEP)
        F(store_floats)(to + j, F(load)(x + j) - F(load)(centre + j));
    if (j < d && d >= STEP)
        F(store_floats)(to + d - STEP, F(load)(x + d - STEP) - F(load)(centre + d - STEP));
    else
        for (; j < d; j++)
            to[j] = (float)(x[j] - centre[j]);
}

/* Rows of d floats, `pitch` bytes apart, from the centre (NULL: they are) as (d, FLOAT_BLOCK); their squares are added
 * to the norm. Of less than four features, four have to be readable. */
INLINED void F(turn_rows)(const char *rows, int64_t pitch, int64_t d, const float *centre, float *to,
                          vector_f32 norm[2])
{
    for (int v = 0; v < 2; v++, rows += FLOATS * pitch) {
        vector_f32 sum = norm[v];
        for (int64_t j = 0; j < d; j += 4) {
            const int64_t from = j + 4 > d && d >= 4 ? d - 4 : j;
            vector_f32 four[4];
            four_features_f32(rows + from * (int64_t)sizeof(float), pitch, four);
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++)
                if (from + i >= j && from + i < d) {
                    vector_f32 x = centre ? four[i] - all_f32(centre[from + i]) : four[i];
                    sum = add_square_f32(sum, x);
                    store_f32(to + (from + i) * FLOAT_BLOCK + v * FLOATS, x);
                }
        }
        norm[v] = sum;
    }
}

/* Features feature .. feature + d of `count` points from the centre (where those features begin) as (d, FLOAT_BLOCK);
 * their squares are added to the norm. Lanes that are left have the last point. */
static void F(centred)(const nearest_job *job, int64_t point, int64_t count, int64_t feature, int64_t d,
                       const T *centre, float *to, vector_f32 norm[2])
{
#if DOUBTS
    if (job->column == SIZE && count == FLOAT_BLOCK && d >= 4) {
        F(turn_rows)(F(point)(job, point, feature), job->row, d, centre, to, norm);
        return;
    }
#endif
    if (job->column == SIZE) {
        float rows[FLOAT_BLOCK * STRIP] __attribute__((aligned(64)));
        for (int64_t j = 0; j < d; j += STRIP) {
            const int64_t width = d - j < STRIP ? d - j : STRIP, pitch = (width + STEP - 1) / STEP * STEP;
            for (int64_t i = 0; i < FLOAT_BLOCK; i++) {
                const char *x = F(point)(job, point + (i < count ? i : count - 1), feature + j);
                F(centred_row)((const T *)(const void *)x, centre + j, width, rows + i * pitch);
            }
            F(turn_rows)((const char *)rows, pitch * (int64_t)sizeof(float), width, NULL, to + j * FLOAT_BLOCK, norm);
        }
        return;
    }
    const char *from = F(point)(job, point, feature);
    for (int64_t j = 0; j < d; j++, from += job->column, to += FLOAT_BLOCK) {
        if (count == FLOAT_BLOCK && job->row == SIZE)
            for (int64_t i = 0; i < FLOAT_BLOCK; i += STEP)
                F(store_floats)(to + i, F(load)(from + i * SIZE) - F(all)(centre[j]));
        else
            for (int64_t i = 0; i < FLOAT_BLOCK; i++)
                to[i] = (float)(*(const T *)(from + (i < count ? i : count - 1) * job->row) - centre[j]);
        norm[0] = add_square_f32(norm[0], load_f32(to));
        norm[1] = add_square_f32(norm[1], load_f32(to + FLOATS));
    }
}

/* How far the second best bracket has to be from the best one. */
INLINED vector_f32 margin(int64_t d, vector_f32 norm, float reach)
{
    const double slack = 1.02 * HALF_ULP;
    vector_f32 far = root_f32(norm) + all_f32(reach);
    return far * (all_f32((float)(slack * 2 * (double)(d + 1)) * reach) + all_f32((float)(slack * 4)) * far);
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

/* The squared distance of each point of a vector from the centroid of its label, as a scan by differences has it. Lanes
 * without a point repeat the last one. */
static VECTOR F(squares_of)(const nearest_job *job, int64_t point, int64_t count, const int32_t *label)
{
    const bool by_rows = job->column == SIZE;
    const int64_t d = job->d, fours = by_rows ? d - d % 4 : 0;
    const char *x[LANES], *c[LANES];
    VECTOR sum = {0};
    for (int64_t i = 0; i < LANES; i++) {
        const int64_t at = i < count ? i : count - 1;
        x[i] = F(point)(job, point + at, 0);
        c[i] = (const char *)((const T *)job->centroids + label[at] * d);
    }
    for (int64_t j = 0; j < fours; j += 4)
        sum = F(add_four)(sum, x, c, j * SIZE);
    for (int64_t j = fours; j < d; j++) {
        VECTOR t;
        for (int64_t i = 0; i < LANES; i++)
            t[i] = *(const T *)(x[i] + j * job->column) - ((const T *)c[i])[j];
        sum = F(add_square)(sum, t);
    }
    return sum;
}
