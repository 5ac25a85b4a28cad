/* Points as pairs of whole numbers, for dtype T: included by vq_host_nearest.h.
 *
 * Products may be coarser still than in float32 (vq_host_products.h), where twice as many are had at a time. So the
 * length of each point becomes LONGEST_POINT and that of the largest centroid LONGEST_CENTROID, elements are rounded to
 * whole numbers, and sums of their products are exact. With q and r for s x and t c, rounded, and e and f for what was
 * added to them, q.r - s t x.c = s x.f + e.r, which is at most LONGEST_POINT |f| + sqrt(d) / 2 |r|. A bracket has that
 * times 1 / (s t), and 5 roundings: of 1 / (s t) two, of q.r one, of |c|^2 / 2 one, and of the sum.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Squares of a row's differences from the centre, d of them, as a vector of sums. */
static void F(square_row)(const T *x, const T *centre, int64_t d, float *to)
{
    VECTOR sum = {0};
    int64_t j = 0;
    for (; j + LANES <= d; j += LANES)
        sum = F(add_square)(sum, F(load)(x + j) - F(load)(centre + j));
    T rest = 0;
    for (; j < d; j++)
        rest += (x[j] - centre[j]) * (x[j] - centre[j]);
    sum[0] += rest;
#if DOUBTS
    store_f32(to, sum);
#else
    F(store_floats)(to, sum);
    memset(to + WIDE_LANES, 0, WIDE_LANES * sizeof(float));
#endif
}

/* |x|^2 of a block of points from the centre, for bounds: in no certain order. */
static void F(add_norms)(const nearest_job *job, int64_t point, int64_t count, const T *centre, vector_f32 norm[2])
{
    float room[FLOAT_BLOCK * STRIP] __attribute__((aligned(64)));
    if (job->column != SIZE) {
        for (int64_t j = 0; j < job->d; j += STRIP)
            F(centred)(job, point, count, j, job->d - j < STRIP ? job->d - j : STRIP, centre + j, room, norm);
        return;
    }
    /* A vector of sums for each row; then those of a vector of rows are turned and added. */
    for (int64_t i = 0; i < FLOAT_BLOCK; i++)
        F(square_row)((const T *)(const void *)F(point)(job, point + (i < count ? i : count - 1), 0), centre, job->d,
                      room + i * FLOATS);
    for (int v = 0; v < 2; v++)
        for (int64_t j = 0; j < FLOATS; j += 4) {
            vector_f32 four[4];
            four_features_f32((const char *)(room + v * FLOATS * FLOATS + j), FLOATS * (int64_t)sizeof(float), four);
            norm[v] += (four[0] + four[1]) + (four[2] + four[3]);
        }
}

/* What the elements of points are multiplied by; 0 for those that are out of range, which stay open. Squares of tiny
 * ones may have underflowed: these become less than LONGEST_POINT. */
INLINED vector_f32 scale_of(vector_f32 norm)
{
    return all_f32(LONGEST_POINT) / (root_f32(norm) + all_f32(1e-18f));
}

/* |x|^2 of a block of points from the centre, and their scale, before their features are taken in strips. */
static void F(scale_points)(const nearest_job *job, int64_t point, int64_t count, const T *centre, vector_f32 norm[2],
                            vector_f32 scale[2])
{
    F(add_norms)(job, point, count, centre, norm);
    for (int v = 0; v < 2; v++)
        scale[v] = scale_of(norm[v]);
}

/* d features of a block in `room` (d and one, FLOAT_BLOCK) as whole numbers, (pairs, FLOAT_BLOCK). */
static void F(pair_strip)(float *room, int64_t d, const vector_f32 scale[2], float *to)
{
    if (d % 2 != 0)
        memset(room + d * FLOAT_BLOCK, 0, FLOAT_BLOCK * sizeof(float));
    for (int64_t j = 0; j < d; j += 2, to += FLOAT_BLOCK)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            const float *x = room + j * FLOAT_BLOCK + v * FLOATS, *next = x + FLOAT_BLOCK;
            store_f32(to + v * FLOATS, (vector_f32)paired(load_f32(x) * scale[v], load_f32(next) * scale[v]));
        }
}

/* Features feature .. feature + d of `count` points from the centre (where those features begin) as whole numbers. */
static void F(pair_block)(const nearest_job *job, int64_t point, int64_t count, int64_t feature, int64_t d,
                          const T *centre, const vector_f32 scale[2], float *to)
{
    float room[FLOAT_BLOCK * STRIP] __attribute__((aligned(64)));
    vector_f32 unused[2] = {{0}, {0}};
    for (int64_t first = 0; first < d; first += STRIP, to += STRIP / 2 * FLOAT_BLOCK) {
        const int64_t width = d - first < STRIP ? d - first : STRIP;
        F(centred)(job, point, count, feature + first, width, centre + first, room, unused);
        F(pair_strip)(room, width, scale, to);
    }
}

/* All features of `count` points, few enough to be centred once for |x|^2, the scale, and the numbers. */
static void F(pair_whole_block)(const nearest_job *job, int64_t point, int64_t count, const T *centre,
                                vector_f32 norm[2], vector_f32 scale[2], float *to)
{
    float room[FLOAT_BLOCK * STRIP] __attribute__((aligned(64)));
    F(centred)(job, point, count, 0, job->d, centre, room, norm);
    for (int v = 0; v < 2; v++)
        scale[v] = scale_of(norm[v]);
    F(pair_strip)(room, job->d, scale, to);
}
