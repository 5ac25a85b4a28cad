/* Sums that are kept from the round before, for dtype T: points with another label than then are moved from one sum to
 * the other. Included by vq_host_nearest.h.
 * SPDX-License-Identifier: BSD-3-Clause */

/* Bit i: a[i] is not b[i], for up to 64 of them. */
static inline uint64_t F(different)(const int32_t *a, const int32_t *b, int count)
{
    uint64_t bits = 0;
    int i = 0;
    for (; i + 16 <= count; i += 16)
        bits |= (uint64_t)different_of_16(a + i, b + i) << i;
    for (; i < count; i++)
        bits |= (uint64_t)(a[i] != b[i]) << i;
    return bits;
}

/* Features from `from` to `to` - 1 of a point. */
static inline void F(add_point)(const nearest_job *job, int64_t point, int64_t from, int64_t to, double *sum)
{
    const char *x = F(point)(job, point, 0);
    if (job->column == SIZE)
        for (int64_t j = from; j < to; j++)
            sum[j] += (double)((const T *)x)[j];
    else
        for (int64_t j = from; j < to; j++)
            sum[j] += (double)*(const T *)(x + j * job->column);
}

/* The same from one sum to another; `way`: the sums that its turn leads to. */
static inline void F(move_point)(const nearest_job *job, int64_t point, int64_t from, int64_t to, int32_t old,
                                 int32_t new, double *way)
{
    const char *x = F(point)(job, point, 0);
    double *less = way + old * job->d, *more = way + new * job->d;
    if (job->column == SIZE)
        for (int64_t j = from; j < to; j++) {
            double value = (double)((const T *)x)[j];
            less[j] -= value;
            more[j] += value;
        }
    else
        for (int64_t j = from; j < to; j++) {
            double value = (double)*(const T *)(x + j * job->column);
            less[j] -= value;
            more[j] += value;
        }
}

/* `start`: the first point of the slot. */
static __attribute__((noinline)) void F(move_points)(const nearest_job *job, int64_t point, int64_t count,
                                                     const int32_t *label, int64_t start, int64_t slot)
{
    const int32_t *previous = job->previous + point;
    double *sums = job->sums + slot * job->ways * job->k * job->d;
    int64_t *counts = job->counts + slot * job->k;
    uint64_t bits = F(different)(previous, label, (int)count);
    job->changed[slot] += __builtin_popcountll(bits);
    for (; bits != 0; bits &= bits - 1) {
        int64_t i = __builtin_ctzll(bits), way = (point + i - start) % job->ways;
        counts[previous[i]]--;
        counts[label[i]]++;
        F(move_point)(job, point + i, 0, job->d, previous[i], label[i], sums + way * job->k * job->d);
    }
}
