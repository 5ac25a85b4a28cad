/* The vector functions and loops of one floating dtype: included once for each, by vector_tmpl.c.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The includer defines what kernel/elementwise.h asks for, SIGN_BIT (of the integer of that size), CALL (the library's
 * functions of the dtype) and the bounds
 *   TINY          below it an odd function with derivative 1 at 0 is its argument
 *   LARGE         below it numbers can be doubled; above it 1 adds nothing to them
 *   LARGE_SQUARE  numbers whose squares are still finite, and to which 1 adds nothing
 *   EDGE          a bit less than the logarithm of the largest number */
#include "kernel/elementwise.h"

#define V JOIN2(vector_, XP_SUFFIX)
#define M JOIN2(mask_, XP_SUFFIX)
#define NAMED(name) JOIN3(name, _, XP_SUFFIX)
#define WIDTH ((int64_t)(sizeof(V) / sizeof(XP_T)))

static inline V NAMED(load)(const void *from)
{
    V x;
    memcpy(&x, from, sizeof x);
    return x;
}

static inline void NAMED(store)(void *to, V x) { memcpy(to, &x, sizeof x); }

static inline V NAMED(all_of)(XP_T value) { return ALL_OF(value, V); }

/* a where the mask holds, else b. */
static inline V NAMED(choose)(M mask, V a, V b)
{
#if HOST_VECTOR_BYTES > 0
    M from_a, from_b;
    memcpy(&from_a, &a, sizeof a);
    memcpy(&from_b, &b, sizeof b);
    from_a = (from_a & mask) | (from_b & ~mask);
    memcpy(&a, &from_a, sizeof a);
    return a;
#else
    return mask ? a : b;
#endif
}

#define CHOOSE NAMED(choose)
#define ALL NAMED(all_of)

static inline V NAMED(magnitude)(V x)
{
#if HOST_VECTOR_BYTES > 0
    M bits;
    memcpy(&bits, &x, sizeof x);
    bits &= ~((M){} + SIGN_BIT);
    memcpy(&x, &bits, sizeof x);
    return x;
#else
    return CALL(fabs, )(x);
#endif
}

#define MAGNITUDE NAMED(magnitude)

/* What the library gets wrong, by comparison with MPFR, is repaired below; tests/loops measures the outcome. Most
 * vectors need no repair, so all of it stands behind one test. */

#define OUTSIDE(x, low, high) ((M)((MAGNITUDE(x) < ALL(low)) | (MAGNITUDE(x) > ALL(high))))
#define TINY_ITSELF(x, low, result) CHOOSE((M)(MAGNITUDE(x) < ALL(low)), x, result)

/* The library rounds results wrong that equal their argument. */
#define ODD(name)                                                                                                      \
    static inline V NAMED(own_##name)(V x)                                                                             \
    {                                                                                                                  \
        V result = CALL(name, u10)(x);                                                                                 \
        M tiny = (M)(MAGNITUDE(x) < ALL(TINY));                                                                        \
        return ANY_BIT(tiny) ? CHOOSE(tiny, x, result) : result;                                                       \
    }
ODD(tan)
ODD(tanh)
ODD(atanh)
#undef ODD

/* The library computes 1 + x with a term that overflows. */
static __attribute__((noinline)) V NAMED(repaired_log1p)(V x, V result)
{
    result = TINY_ITSELF(x, TINY * TINY, result);
    return CHOOSE((M)(x > ALL(LARGE)), CALL(log, u10)(x), result);
}

static inline V NAMED(library_log1p)(V x)
{
    V result = CALL(log1p, u10)(x);
    return ANY_BIT(OUTSIDE(x, TINY * TINY, LARGE)) ? NAMED(repaired_log1p)(x, result) : result;
}

#if HOST_HAS_FMA && XP_BITS == 64
static __attribute__((noinline)) V NAMED(outer_log1p)(V x, M inside, V result)
{
    return CHOOSE(inside, result, NAMED(library_log1p)(x));
}

static inline V NAMED(own_log1p)(V x)
{
    M inside = (M)((x > ALL(-1.0)) & (x < ALL(LARGE)));
    V result = (V)((M)log1p_inside(x) | ((M)x & SIGN_BIT));
    return ANY_BIT(~inside) ? NAMED(outer_log1p)(x, inside, result) : result;
}
#else
static inline V NAMED(own_log1p)(V x) { return NAMED(library_log1p)(x); }
#endif

/* The library's e^|x| overflows before its half does: in that small range the scalar function of a wider type. */
#define GROWING(name, tiny)                                                                                            \
    static __attribute__((noinline)) V NAMED(repaired_##name)(V x, V result)                                           \
    {                                                                                                                  \
        XP_T from[sizeof(V) / sizeof(XP_T)], to[sizeof(V) / sizeof(XP_T)];                                       \
        NAMED(store)(from, x);                                                                                         \
        NAMED(store)(to, TINY_ITSELF(x, tiny, result));                                                                \
        for (int64_t i = 0; i < WIDTH; i++)                                                                            \
            if (fabs((double)from[i]) > (double)EDGE && fabs((double)from[i]) < (double)(EDGE + 2))                    \
                to[i] = (XP_T)name##l((long double)from[i]);                                                         \
        return NAMED(load)(to);                                                                                        \
    }                                                                                                                  \
    static inline V NAMED(own_##name)(V x)                                                                             \
    {                                                                                                                  \
        V result = CALL(name, u10)(x);                                                                                 \
        return ANY_BIT(OUTSIDE(x, tiny, EDGE)) ? NAMED(repaired_##name)(x, result) : result;                           \
    }
GROWING(sinh, TINY)
GROWING(cosh, 0)
#undef GROWING

/* Squares of the library's overflow: log(2 |x|), where doubling itself would overflow by way of the half. */
static V NAMED(log_of_twice)(V x)
{
    M largest = (M)(x > ALL(LARGE));
    V scaled = CHOOSE(largest, x * ALL((XP_T)0.5), x * ALL((XP_T)2));
    V result = CALL(log, u10)(scaled);
    return CHOOSE(largest, result + ALL((XP_T)1.3862943611198906188), result);
}

static __attribute__((noinline)) V NAMED(repaired_asinh)(V x, V result)
{
    M large = (M)((MAGNITUDE(x) > ALL(LARGE_SQUARE)) & (MAGNITUDE(x) < ALL((XP_T)INFINITY)));
    V grown = NAMED(log_of_twice)(MAGNITUDE(x));
    grown = CHOOSE((M)(x < ALL((XP_T)0)), -grown, grown);
    return CHOOSE(large, grown, TINY_ITSELF(x, TINY, result));
}

static inline V NAMED(own_asinh)(V x)
{
    V result = CALL(asinh, u10)(x);
    return ANY_BIT(OUTSIDE(x, TINY, LARGE_SQUARE)) ? NAMED(repaired_asinh)(x, result) : result;
}

static __attribute__((noinline)) V NAMED(repaired_acosh)(V x, V result)
{
    M large = (M)((x > ALL(LARGE_SQUARE)) & (x < ALL((XP_T)INFINITY)));
    return CHOOSE(large, NAMED(log_of_twice)(x), result);
}

static inline V NAMED(own_acosh)(V x)
{
    V result = CALL(acosh, u10)(x);
    return ANY_BIT((M)(x > ALL(LARGE_SQUARE))) ? NAMED(repaired_acosh)(x, result) : result;
}

/* The library gives infinity already for powers a little below the largest number. */
static __attribute__((noinline)) V NAMED(repaired_pow)(V x, V y, V result)
{
    XP_T base[sizeof(V) / sizeof(XP_T)], exponent[sizeof(V) / sizeof(XP_T)], to[sizeof(V) / sizeof(XP_T)];
    NAMED(store)(base, x);
    NAMED(store)(exponent, y);
    NAMED(store)(to, result);
    for (int64_t i = 0; i < WIDTH; i++)
        if (isinf(to[i]))
            to[i] = (XP_T)pow((double)base[i], (double)exponent[i]);
    return NAMED(load)(to);
}

static inline V NAMED(own_pow)(V x, V y)
{
    V result = CALL(pow, u10)(x, y);
    return ANY_BIT((M)(MAGNITUDE(result) == ALL((XP_T)INFINITY))) ? NAMED(repaired_pow)(x, y, result) : result;
}

/* kernel_remainder lane by lane: without a branch where all quotients are small. */
static inline V NAMED(own_remainder)(V x, V y)
{
    XP_T a[sizeof(V) / sizeof(XP_T)], b[sizeof(V) / sizeof(XP_T)], rest[sizeof(V) / sizeof(XP_T)];
    int far = 0;
    NAMED(store)(a, x);
    NAMED(store)(b, y);
    for (int64_t i = 0; i < WIDTH; i++) {
        far |= XP_KERNEL(remainder_is_far)(a[i], b[i]);
        rest[i] = XP_KERNEL(remainder_near)(a[i], b[i]);
    }
    for (int64_t i = 0; far && i < WIDTH; i++)
        if (XP_KERNEL(remainder_is_far)(a[i], b[i]))
            rest[i] = XP_KERNEL(remainder_far)(a[i], b[i]);
    return NAMED(load)(rest);
}

/* log(exp a + exp b) from the larger of the two. Equal infinities have no difference. */
static inline V NAMED(own_logaddexp)(V a, V b)
{
    V larger = CHOOSE((M)(a > b), a, b);
    V smaller = CHOOSE((M)(a > b), b, a);
    V grown = larger + CALL(log1p, u10)(CALL(exp, u10)(smaller - larger));
    return CHOOSE((M)(a == b), a + ALL((XP_T)0.69314718055994530942), grown);
}

#define FUNCTION_u05(name) CALL(name, u05)
#define FUNCTION_u10(name) CALL(name, u10)
#define FUNCTION_own(name) NAMED(own_##name)
#define FUNCTION_(name, accuracy) FUNCTION_##accuracy(name)
#define FUNCTION(name, accuracy) FUNCTION_(name, accuracy)

#define LOOP_1(name, accuracy)                                                                                         \
    xp_loop HOST_LOOP(name, XP_SUFFIX);                                                                                \
    void HOST_LOOP(name, XP_SUFFIX)(int64_t n, const void *const *inputs, void *output)                                \
    {                                                                                                                  \
        const XP_T *first = inputs[0];                                                                               \
        XP_T *result = output;                                                                                       \
        for (; n >= WIDTH; n -= WIDTH, first += WIDTH, result += WIDTH)                                                \
            NAMED(store)(result, FUNCTION(name, accuracy)(NAMED(load)(first)));                                        \
        if (n > 0)                                                                                                     \
            NAMED(store_part)(result, FUNCTION(name, accuracy)(NAMED(load_part)(first, n)), n);                        \
    }

#define LOOP_2(name, accuracy)                                                                                         \
    xp_loop HOST_LOOP(name, XP_SUFFIX);                                                                                \
    void HOST_LOOP(name, XP_SUFFIX)(int64_t n, const void *const *inputs, void *output)                                \
    {                                                                                                                  \
        const XP_T *first = inputs[0], *second = inputs[1];                                                          \
        XP_T *result = output;                                                                                       \
        for (; n >= WIDTH; n -= WIDTH, first += WIDTH, second += WIDTH, result += WIDTH)                               \
            NAMED(store)(result, FUNCTION(name, accuracy)(NAMED(load)(first), NAMED(load)(second)));                   \
        if (n > 0) {                                                                                                   \
            V tail = FUNCTION(name, accuracy)(NAMED(load_part)(first, n), NAMED(load_part)(second, n));                \
            NAMED(store_part)(result, tail, n);                                                                        \
        }                                                                                                              \
    }

#define LOOP_3(name, accuracy)

#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    IF(HAS_VECTOR_MATH(name))(LOOP_##arity(name, VECTOR_MATH_##name))
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE

#undef V
#undef M
#undef NAMED
#undef WIDTH
#undef CHOOSE
#undef MAGNITUDE
#undef TINY_ITSELF
#undef OUTSIDE
#undef ALL
#undef FUNCTION_u05
#undef FUNCTION_u10
#undef FUNCTION_own
#undef FUNCTION_
#undef FUNCTION
#undef LOOP_1
#undef LOOP_2
#undef LOOP_3
#undef SIGN_BIT
#undef TINY
#undef LARGE
#undef LARGE_SQUARE
#undef EDGE
#undef CALL
#include "kernel/elementwise_end.h"
