/* Real numbers in lanes, under the names that the elimination calls. Included for each real dtype, with T and KIND.
 * SPDX-License-Identifier: BSD-3-Clause */

#define NUMBER NAME(reals)
#define DIVISOR NAME(reals)
#define PARTS 1 /* of a number */

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

static ALWAYS_INLINE NUMBER NAME(inverse_of)(NUMBER a)
{
    return 1 / a;
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
