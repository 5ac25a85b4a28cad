/* Real numbers in lanes, under the names that the elimination calls. Included for each real dtype, with T and KIND.
 * SPDX-License-Identifier: BSD-3-Clause */

#define NUMBER NAME(reals)
#define DIVISOR NAME(reals)

static ALWAYS_INLINE NUMBER NAME(minus_product)(NUMBER x, NUMBER a, NUMBER b)
{
    return x - a * b;
}

static ALWAYS_INLINE NUMBER NAME(times)(NUMBER a, NUMBER b)
{
    return a * b;
}

static ALWAYS_INLINE DIVISOR NAME(divisor)(NUMBER a)
{
    return a;
}

static ALWAYS_INLINE NUMBER NAME(divided)(NUMBER a, DIVISOR by)
{
    return a / by;
}

static ALWAYS_INLINE NUMBER NAME(chosen)(MASK mask, NUMBER a, NUMBER b)
{
    return NAME(select)(mask, a, b);
}

static ALWAYS_INLINE NUMBER NAME(negated_where)(MASK mask, NUMBER a)
{
    return NAME(select)(mask, -a, a);
}

/* What pivots are compared by. */
static ALWAYS_INLINE REALS NAME(size)(NUMBER a)
{
    return NAME(magnitude)(a);
}

static ALWAYS_INLINE NUMBER NAME(constant)(int value)
{
    return (NUMBER){0} + (T)value;
}

/* The same element of as many matrices as there are lanes. */
static ALWAYS_INLINE NUMBER NAME(load)(const char *const *from, int64_t offset)
{
    NUMBER a = {0};
#pragma GCC unroll 16
    for (int lane = 0; lane < LANES; lane++)
        a[lane] = *(const T *)(const void *)(from[lane] + offset);
    return a;
}

static ALWAYS_INLINE void NAME(store)(NUMBER a, char *to, int64_t step, int count)
{
    if (step == (int64_t)sizeof(T) && count == LANES) {
        memcpy(to, &a, sizeof a);
        return;
    }
    T values[LANES];
    memcpy(values, &a, sizeof a);
    for (int lane = 0; lane < count; lane++)
        memcpy(to + lane * step, &values[lane], sizeof(T));
}
