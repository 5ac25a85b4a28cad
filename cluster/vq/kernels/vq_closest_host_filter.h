/* Float64 points that a row may be closest to, found in float32: included by vq_closest_host_tmpl.c.
 *
 * After the first rounds few points change, so points are packed as floats, half of what is to be read, from a centre.
 * With u half a unit in the last place of float32 and M the largest distance from the centre, rounding moves a point
 * and the row by u M at most, and a squared distance, d squares of rounded differences, by (d + 2) u of itself: where
 * it comes out above (sqrt(closest) + 2 u M)^2 (1 + (d + 2) u) in float32, the row is no closer. All other points have
 * their squares taken from the rows as they are, as in vq_closest.kern.h.
 * SPDX-License-Identifier: BSD-3-Clause */

#define HALF_ULP 5.9604644775390625e-8
#define FLOATS ((int64_t)(VECTOR_BYTES / sizeof(float)))
#define CENTRE_ROWS 64 /* whose mean is the centre */
#define AHEAD 16       /* rows of points that are fetched early */

/* What the memory of packed points, twice as large as floats are, holds here for d > 1. */
typedef struct filter {
    float *points; /* (blocks, d, VQ_BLOCK): from the centre */
    float *limit;  /* (blocks * VQ_BLOCK): above it a square is that of no closer row */
    double *centre; /* (d) */
    float *reach;  /* M */
} filter;

static filter filter_of(const vq_closest_args *a)
{
    const int64_t points = (a->obs_extent_0 + VQ_BLOCK - 1) / VQ_BLOCK * VQ_BLOCK, d = a->obs_extent_1;
    filter f = {.points = (float *)(void *)a->packed};
    f.limit = f.points + points * d;
    f.centre = (double *)(void *)(f.limit + points);
    f.reach = (float *)(void *)(f.centre + d);
    return f;
}

/* The mean of the first rows: any place near the points would do. */
static void begin_filter(const vq_closest_args *a)
{
    const filter f = filter_of(a);
    const int64_t rows = a->obs_extent_0 < CENTRE_ROWS ? a->obs_extent_0 : CENTRE_ROWS;
    for (int64_t j = 0; j < a->obs_extent_1; j++) {
        double sum = 0;
        for (int64_t i = 0; i < rows; i++)
            sum += a->obs[i * a->obs_step_0 + j * a->obs_step_1];
        f.centre[j] = sum / (double)rows;
    }
    *f.reach = 0;
}

/* Raises *reach to what other threads raise it to as well: positive floats are in the order of their bits. */
static void raise(float *reach, float value)
{
    uint32_t bits, seen;
    memcpy(&bits, &value, sizeof bits);
    memcpy(&seen, reach, sizeof seen);
    while (seen < bits && !__atomic_compare_exchange_n((uint32_t *)(void *)reach, &seen, bits, false, __ATOMIC_RELAXED,
                                                       __ATOMIC_RELAXED))
        continue;
}

static void pack_floats(const vq_closest_args *a, int64_t first, int64_t last)
{
    const filter f = filter_of(a);
    const int64_t d = a->obs_extent_1;
    double largest = 0;
    for (int64_t i = first; i < last; i++) {
        const double *x = a->obs + i * a->obs_step_0;
        float *to = f.points + i / VQ_BLOCK * d * VQ_BLOCK + i % VQ_BLOCK;
        double norm = 0;
        for (int64_t j = 0; j < d; j++) {
            const double t = x[j * a->obs_step_1] - f.centre[j];
            to[j * VQ_BLOCK] = (float)t;
            norm += t * t;
        }
        largest = norm > largest ? norm : largest;
    }
    raise(f.reach, (float)(1.000001 * sqrt(largest)));
}

/* The squared distances of a vector of rows from c, summed in the order of the features. */
static vector_f64 squares_of(const vq_closest_args *a, const int32_t *at, const double *c)
{
    const int64_t d = a->obs_extent_1, step = a->obs_step_1, fours = step == 1 ? d - d % 4 : 0;
    const char *x[WIDE_LANES];
    vector_f64 sum = {0};
    for (int64_t i = 0; i < WIDE_LANES; i++)
        x[i] = (const char *)(a->obs + at[i] * a->obs_step_0);
    for (int64_t j = 0; j < fours; j += 4) {
        vector_f64 part[4], four[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++)
            part[i] = part_f64(x, j * (int64_t)sizeof(double), i);
        turn_f64(part, four);
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++)
            sum = add_square_f64(sum, four[i] - all_f64(c[j + i]));
    }
    for (int64_t j = fours; j < d; j++) {
        vector_f64 t;
        for (int64_t i = 0; i < WIDE_LANES; i++)
            t[i] = ((const double *)(const void *)x[i])[j * step];
        sum = add_square_f64(sum, t - all_f64(c[j * step]));
    }
    return sum;
}

/* Asks for a point that is looked at soon: they lie anywhere, which no processor foresees. */
static inline void fetch_row(const vq_closest_args *a, int32_t point)
{
    const char *row = (const char *)(a->obs + point * a->obs_step_0);
    const int64_t bytes = a->obs_step_1 == 1 ? a->obs_extent_1 * (int64_t)sizeof(double) : 1;
    for (int64_t byte = 0; byte < bytes; byte += 64)
        __builtin_prefetch(row + byte);
    __builtin_prefetch(a->closest + point);
}

/* Points at[0 .. count) by the rows themselves; room for a vector more is behind them. */
static void update_rows(const vq_closest_args *a, int64_t row, int32_t *at, int64_t count)
{
    const filter f = filter_of(a);
    const double *c = a->obs + a->chosen[row] * a->obs_step_0;
    const double off = 2.1 * HALF_ULP * (double)*f.reach, grow = 1 + 1.1 * HALF_ULP * (double)(a->obs_extent_1 + 4);
    for (int64_t i = count; i % WIDE_LANES != 0; i++)
        at[i] = at[count - 1];
    for (int64_t i = 0; i < count; i += WIDE_LANES) {
        for (int64_t next = i + AHEAD; next < count && next < i + AHEAD + WIDE_LANES; next++)
            fetch_row(a, at[next]);
        const vector_f64 square = squares_of(a, at + i, c);
        vector_f64 closest = square;
        for (int64_t lane = 0; lane < WIDE_LANES && row > 0; lane++) {
            const double old = a->closest[at[i + lane]];
            closest[lane] = square[lane] < old ? square[lane] : old;
        }
        vector_f64 reach = root_f64(closest) + all_f64(off);
        vector_f64 limit = reach * reach * all_f64(grow) + all_f64(1e-37); /* floats may underflow */
        for (int64_t lane = 0; lane < WIDE_LANES; lane++) {
            a->closest[at[i + lane]] = closest[lane];
            f.limit[at[i + lane]] = (float)limit[lane];
        }
    }
}

/* A bit for each point of a block whose square is not above its limit. */
static uint64_t open_of_block(const filter *f, int64_t block, const double *c, int64_t d, int64_t step)
{
    enum { VECTORS_OF_BLOCK = VQ_BLOCK * sizeof(float) / VECTOR_BYTES };
    const float *x = f->points + block * d * VQ_BLOCK;
    vector_f32 sums[VECTORS_OF_BLOCK] = {{0}};
    uint64_t open = 0;
    for (int64_t j = 0; j < d; j++, x += VQ_BLOCK) {
        const vector_f32 to = all_f32((float)(c[j * step] - f->centre[j]));
#pragma GCC unroll 16
        for (int v = 0; v < VECTORS_OF_BLOCK; v++)
            sums[v] = add_square_f32(sums[v], load_f32(x + v * FLOATS) - to);
    }
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS_OF_BLOCK; v++)
        open |= (uint64_t)not_below_f32(load_f32(f->limit + block * VQ_BLOCK + v * FLOATS), sums[v]) << v * FLOATS;
    return open;
}

/* Points first to last - 1 of a chunk, from the beginning of a block on, by one row. Returns whether any may have
 * changed. */
static bool update_filtered(const vq_closest_args *a, int64_t row, int64_t first, int64_t last)
{
    const filter f = filter_of(a);
    const double *c = a->obs + a->chosen[row] * a->obs_step_0;
    int32_t at[VQ_CHUNK + WIDE_LANES];
    int64_t count = 0;
    for (int64_t i = first; i < last; i += VQ_BLOCK) {
        uint64_t open = row == 0 ? UINT64_MAX : open_of_block(&f, i / VQ_BLOCK, c, a->obs_extent_1, a->obs_step_1);
        if (last - i < VQ_BLOCK)
            open &= ((uint64_t)1 << (last - i)) - 1;
        for (; open != 0; open &= open - 1)
            at[count++] = (int32_t)(i + __builtin_ctzll(open));
    }
    update_rows(a, row, at, count);
    return count > 0;
}
