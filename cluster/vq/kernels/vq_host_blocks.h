/* Blocks of points in lanes, and what is done with their labels, for dtype T: included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

static inline const char *F(point)(const nearest_job *job, int64_t point, int64_t feature)
{
    return (const char *)job->obs + point * job->row + feature * job->column;
}

static void F(gather_rows)(const nearest_job *job, int64_t point, int64_t feature, int64_t d, T *to)
{
    for (int64_t lane = 0; lane < BLOCK; lane += LANES) {
        const char *row = F(point)(job, point + lane, feature);
        for (int64_t j = 0; j < d; j += 4) {
            VECTOR four[4];
            int64_t from = j + 4 <= d ? j : d - 4;
            F(four_features)(row + from * SIZE, job->row, four);
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++)
                F(store)(to + (from + i) * BLOCK + lane, four[i]);
        }
    }
}

/* Features feature .. feature + d of `count` points, (d, BLOCK); zeros fill the lanes that are left. */
static void F(gather)(const nearest_job *job, int64_t point, int64_t count, int64_t feature, int64_t d, T *to)
{
    if (count == BLOCK && job->column == SIZE && d >= 4) {
        F(gather_rows)(job, point, feature, d, to);
        return;
    }
    const char *from = F(point)(job, point, feature);
    for (int64_t j = 0; j < d; j++, from += job->column, to += BLOCK)
        if (count == BLOCK && job->row == SIZE)
            memcpy(to, from, BLOCK * sizeof(T));
        else
            for (int64_t i = 0; i < BLOCK; i++)
                to[i] = i < count ? *(const T *)(from + i * job->row) : 0;
}

/* ---- sums -------------------------------------------------------------------------------------------------------- */

#define MOST_IN_FOURS 32 /* features: whole vectors of sums would be waited for longer, and often cross cache lines */

/* Rows of d features, `pitch` apart, are added to the sums of their labels, one after the other. */
INLINED void F(add_rows)(const char *row, int64_t pitch, int64_t count, int64_t d, const int32_t *label, double *sums,
                         int64_t *counts)
{
    const int64_t wide = d > MOST_IN_FOURS ? d - d % WIDE_LANES : 0, fours = d - d % 4;
#pragma GCC unroll 1
    for (int64_t i = 0; i < count; i++, row += pitch) {
        const T *x = (const T *)row;
        double *sum = sums + label[i] * d;
        counts[label[i]]++;
        int64_t j = 0;
#pragma GCC unroll 1
        for (; j < wide; j += WIDE_LANES)
            store_f64(sum + j, load_f64(sum + j) + F(doubles)(x + j));
#pragma GCC unroll 4
        for (; j < fours; j += 4)
            store_four(sum + j, load_four_f64(sum + j) + F(four_doubles)(F(load_four)(x + j)));
#pragma GCC unroll 4
        for (; j < d; j++)
            sum[j] += (double)x[j];
    }
}

/* Features feature .. d of points that are elsewhere. */
static __attribute__((noinline)) void F(add_strided)(const char *from, int64_t row, int64_t column, int64_t count,
                                                     int64_t feature, int64_t d, const int32_t *label, double *sums)
{
    for (int64_t j = feature; j < d; j++)
        for (int64_t i = 0; i < count; i++)
            sums[label[i] * d + j] += (double)*(const T *)(from + i * row + j * column);
}

/* A block (d, BLOCK) is turned into rows again, four points by a vector of features at a time. */
static __attribute__((noinline)) void F(add_block)(const T *block, int64_t count, int64_t d, const int32_t *label,
                                                   double *sums, int64_t *counts)
{
    int64_t whole = d - d % LANES;
    for (int64_t i = 0; i < count; i++)
        counts[label[i]]++;
    for (int64_t first = 0; first < count; first += 4)
        for (int64_t j = 0; j < whole; j += LANES) {
            VECTOR rows[4];
            F(four_features)((const char *)(block + j * BLOCK + first), BLOCK * SIZE, rows);
            for (int64_t i = 0; i < 4 && first + i < count; i++) {
                T row[LANES];
                double *sum = sums + label[first + i] * d + j;
                F(store)(row, rows[i]);
                for (int64_t v = 0; v < LANES; v += WIDE_LANES)
                    store_f64(sum + v, load_f64(sum + v) + F(doubles)(row + v));
            }
        }
    F(add_strided)((const char *)block, SIZE, BLOCK * SIZE, count, whole, d, label, sums);
}

/* Adds `count` points to the sums of their labels. `block`: those points as (d, BLOCK), or NULL. */
static void F(add_points)(const nearest_job *job, int64_t point, int64_t count, const T *block, const int32_t *label,
                          int64_t slot)
{
    double *sums = job->sums + slot * job->k * job->d;
    int64_t *counts = job->counts + slot * job->k;
    const char *row = F(point)(job, point, 0);
    if (job->column == SIZE)
        F(add_rows)(row, job->row, count, job->d, label, sums, counts);
    else if (block)
        F(add_block)(block, count, job->d, label, sums, counts);
    else {
        for (int64_t i = 0; i < count; i++)
            counts[label[i]]++;
        F(add_strided)(row, job->row, job->column, count, 0, job->d, label, sums);
    }
}

/* Few features of few labels are summed in rows of FEW_LANES, in scratch memory, where those of a point are added at
 * once; where a lane is left, the last one counts. WAYS points after each other go to rows of their own: a sum that was
 * just stored would have to be waited for. */
#define FEW_LANES(d) ((d) > 4 ? 8 : 4)
#define FEW_BYTES(d) (FEW_LANES(d) * (int32_t)sizeof(double))
#define COUNTS_IN_ROWS(d) ((d) % 4 != 0)

typedef struct F(few_sums) {
    double *rows;    /* (k, WAYS, FEW_LANES) */
    int64_t *counts; /* (k, WAYS), unless rows have them */
} F(few_sums);

static size_t F(few_bytes)(const nearest_job *job)
{
    return (size_t)(job->k * WAYS) * ((size_t)FEW_LANES(job->d) * sizeof(double) + sizeof(int64_t));
}

static F(few_sums) F(few_sums_in)(const nearest_job *job, void *scratch)
{
    double *rows = scratch;
    return (F(few_sums)){rows, (int64_t *)(rows + WAYS * job->k * FEW_LANES(job->d))};
}

/* `row`: of the label and the way, in bytes. */
INLINED void F(add_one_of_few)(const T *x, const int d, int64_t row, F(few_sums) to)
{
    four_f64 *sum = (four_f64 *)(void *)((char *)to.rows + row);
    sum[0] += d < 4 ? F(some_doubles)(x, d) : F(four_doubles)(F(load_four)(x));
    if (d > 4)
        sum[1] += d < 8 ? F(some_doubles)(x + 4, d - 4) : F(four_doubles)(F(load_four)(x + 4));
    if (!COUNTS_IN_ROWS(d))
        to.counts[row / FEW_BYTES(d)]++;
}

/* `turn`: how many points of the slot came before. */
INLINED void F(add_few)(const char *x, int64_t pitch, int64_t turn, int64_t count, const int d, const int32_t *label,
                        F(few_sums) to)
{
#pragma GCC unroll 4
    for (int64_t i = 0; i < count; i++, x += pitch)
        F(add_one_of_few)((const T *)x, d, (label[i] * WAYS + (turn + i) % WAYS) * FEW_BYTES(d), to);
}

/* Sums and counts of a slot come back from those rows, which start at zero. */
static void F(collect)(const nearest_job *job, int64_t slot, F(few_sums) from)
{
    const int64_t k = job->k, d = job->d, lanes = FEW_LANES(d);
    double *sums = job->sums + slot * WAYS * k * d;
    int64_t *counts = job->counts + slot * k;
    for (int64_t at = 0; at < k; at++) {
        for (int64_t way = 0; way < WAYS; way++) {
            const double *row = from.rows + (at * WAYS + way) * lanes;
            memcpy(sums + (way * k + at) * d, row, (size_t)d * sizeof(double));
            counts[at] += COUNTS_IN_ROWS(d) ? (int64_t)row[lanes - 1] : from.counts[at * WAYS + way];
        }
    }
}
