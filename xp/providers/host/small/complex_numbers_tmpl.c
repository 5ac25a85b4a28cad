/* Complex numbers in lanes, under the names that the elimination calls. Included for each complex dtype, with T (of
 * the parts), KIND and REAL_KIND.
 *
 * Quotients are Smith's: neither part is squared, so that they stay in range where the quotient does. LAPACK compares
 * pivots by the sum of the parts' absolute values, and so does this.
 * SPDX-License-Identifier: BSD-3-Clause */

#define NUMBER NAME(number)
#define DIVISOR NAME(divisor_parts)
#define PARTS 2

typedef struct NUMBER {
    REALS re, im;
} NUMBER;

/* A divisor by its larger part: `ratio` is smaller by larger part, `whole` is larger + smaller * ratio. */
typedef struct DIVISOR {
    REALS ratio, whole;
    MASK is_imaginary;
} DIVISOR;

static ALWAYS_INLINE NUMBER NAME(constant)(int value)
{
    return (NUMBER){(REALS){0} + (T)value, (REALS){0}};
}

static ALWAYS_INLINE NUMBER NAME(times)(NUMBER a, NUMBER b)
{
    return (NUMBER){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static ALWAYS_INLINE NUMBER NAME(minus_product)(NUMBER x, NUMBER a, NUMBER b)
{
    NUMBER product = NAME(times)(a, b);
    return (NUMBER){x.re - product.re, x.im - product.im};
}

static ALWAYS_INLINE DIVISOR NAME(divisor)(NUMBER a)
{
    MASK is_imaginary = OF_REAL(greater)(OF_REAL(magnitude)(a.im), OF_REAL(magnitude)(a.re));
    REALS larger = OF_REAL(select)(is_imaginary, a.im, a.re), smaller = OF_REAL(select)(is_imaginary, a.re, a.im);
    REALS ratio = smaller / larger;
    return (DIVISOR){ratio, larger + smaller * ratio, is_imaginary};
}

static ALWAYS_INLINE NUMBER NAME(divided)(NUMBER a, DIVISOR by)
{
    REALS first = OF_REAL(select)(by.is_imaginary, a.im, a.re), second = OF_REAL(select)(by.is_imaginary, a.re, a.im);
    REALS im = (second - first * by.ratio) / by.whole;
    return (NUMBER){(first + second * by.ratio) / by.whole, OF_REAL(select)(by.is_imaginary, -im, im)};
}

static ALWAYS_INLINE NUMBER NAME(inverse_of)(NUMBER a)
{
    return NAME(divided)(NAME(constant)(1), NAME(divisor)(a));
}

static ALWAYS_INLINE NUMBER NAME(chosen)(MASK mask, NUMBER a, NUMBER b)
{
    return (NUMBER){OF_REAL(select)(mask, a.re, b.re), OF_REAL(select)(mask, a.im, b.im)};
}

static ALWAYS_INLINE NUMBER NAME(negated_where)(MASK mask, NUMBER a)
{
    return (NUMBER){OF_REAL(select)(mask, -a.re, a.re), OF_REAL(select)(mask, -a.im, a.im)};
}

/* What pivots are compared by. */
static ALWAYS_INLINE REALS NAME(size)(NUMBER a)
{
    return OF_REAL(magnitude)(a.re) + OF_REAL(magnitude)(a.im);
}
