/* The vector functions and loops of one floating dtype: included once for each, by vector_tmpl.c.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The includer defines XP_SUFFIX (the dtype), SCALAR (its C type) and CALL (the library's functions of it). */
#define V JOIN2(vector_, XP_SUFFIX)
#define M JOIN2(mask_, XP_SUFFIX)
#define NAMED(name) JOIN3(name, _, XP_SUFFIX)
#define WIDTH ((int64_t)(sizeof(V) / sizeof(SCALAR)))

static inline V NAMED(load)(const void *from)
{
    V x;
    memcpy(&x, from, sizeof x);
    return x;
}

static inline void NAMED(store)(void *to, V x) { memcpy(to, &x, sizeof x); }

/* The first count elements, ones behind them: a tail goes through the same function as the rest, so that a value never
 * depends on its index. */
static inline V NAMED(load_part)(const void *from, int64_t count)
{
    SCALAR values[sizeof(V) / sizeof(SCALAR)];
    for (int64_t i = 0; i < WIDTH; i++)
        values[i] = (SCALAR)1;
    memcpy(values, from, (size_t)count * sizeof(SCALAR));
    return NAMED(load)(values);
}

static inline void NAMED(store_part)(void *to, V x, int64_t count)
{
    memcpy(to, &x, (size_t)count * sizeof(SCALAR));
}

static inline V NAMED(all_of)(SCALAR value) { return ALL_OF(value, V); }

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

/* log(exp a + exp b) from the larger of the two. Equal infinities have no difference. */
static inline V NAMED(own_logaddexp)(V a, V b)
{
    V larger = CHOOSE((M)(a > b), a, b);
    V smaller = CHOOSE((M)(a > b), b, a);
    V grown = larger + CALL(log1p, u10)(CALL(exp, u10)(smaller - larger));
    return CHOOSE((M)(a == b), a + ALL((SCALAR)0.69314718055994530942), grown);
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
        const SCALAR *first = inputs[0];                                                                               \
        SCALAR *result = output;                                                                                       \
        for (; n >= WIDTH; n -= WIDTH, first += WIDTH, result += WIDTH)                                                \
            NAMED(store)(result, FUNCTION(name, accuracy)(NAMED(load)(first)));                                        \
        if (n > 0)                                                                                                     \
            NAMED(store_part)(result, FUNCTION(name, accuracy)(NAMED(load_part)(first, n)), n);                        \
    }

#define LOOP_2(name, accuracy)                                                                                         \
    xp_loop HOST_LOOP(name, XP_SUFFIX);                                                                                \
    void HOST_LOOP(name, XP_SUFFIX)(int64_t n, const void *const *inputs, void *output)                                \
    {                                                                                                                  \
        const SCALAR *first = inputs[0], *second = inputs[1];                                                          \
        SCALAR *result = output;                                                                                       \
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
#undef ALL
#undef FUNCTION_u05
#undef FUNCTION_u10
#undef FUNCTION_own
#undef FUNCTION_
#undef FUNCTION
#undef LOOP_1
#undef LOOP_2
#undef LOOP_3
#undef XP_SUFFIX
#undef SCALAR
#undef CALL
