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

#define STRIP 64 /* features of a block's rows that are turned at a time */

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

/* How far the second best bracket has to be from the best one, each of which was rounded d + 1 times. */
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
