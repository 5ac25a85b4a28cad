/* The links of chains; compiled for each instruction set, whose name is in HOST_SUFFIX.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "kernel/vector_bytes.h"
#include "providers/host/chain/chain.h"

#define JOINED(a, b) a##_##b
#define JOIN(a, b) JOINED(a, b)

/* Past the caches if the place allows it. */
#if VECTOR_BYTES == 64
#define STREAM(m, i, x) _mm512_stream_si512((__m512i *)((m) + (i) * 64), (__m512i)(x))
#define ROOT_float(x) _mm512_sqrt_ps(x)
#define ROOT_double(x) _mm512_sqrt_pd(x)
#elif VECTOR_BYTES == 32
#define STREAM(m, i, x) _mm256_stream_si256((__m256i *)((m) + (i) * 32), (__m256i)(x))
#define ROOT_float(x) _mm256_sqrt_ps(x)
#define ROOT_double(x) _mm256_sqrt_pd(x)
#elif defined(__SSE2__)
#define STREAM(m, i, x) _mm_stream_si128((__m128i *)((m) + (i) * 16), (__m128i)(x))
#define ROOT_float(x) _mm_sqrt_ps(x)
#define ROOT_double(x) _mm_sqrt_pd(x)
#else
typedef float four_floats __attribute__((vector_size(16)));
typedef double two_doubles __attribute__((vector_size(16)));
static inline four_floats root_float(four_floats x)
{
    return (four_floats){sqrtf(x[0]), sqrtf(x[1]), sqrtf(x[2]), sqrtf(x[3])};
}
static inline two_doubles root_double(two_doubles x) { return (two_doubles){sqrt(x[0]), sqrt(x[1])}; }
#define STREAM(m, i, x) memcpy((m) + (i) * 16, &(x), 16)
#define ROOT_float(x) root_float(x)
#define ROOT_double(x) root_double(x)
#endif

typedef int64_t signs_double __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t signs_float __attribute__((vector_size(VECTOR_BYTES)));

#define T double
#define L(name) JOIN(name, f64)
#define WORDS signs_double
#define ROOT ROOT_double
#include "providers/host/chain/links.h"
#undef T
#undef L
#undef WORDS
#undef ROOT
#define T float
#define L(name) JOIN(name, f32)
#define WORDS signs_float
#define ROOT ROOT_float
#include "providers/host/chain/links.h"
#undef T
#undef L
#undef WORDS
#undef ROOT

/* The first strip is whatever: a chain begins with a load. */
static void start(const host_link *first, int64_t bytes, char *const *pointers)
{
    const strip_f64 any = {0};
    ((link_f64 *)first->run)(first, 0, bytes, pointers, any, any, any, any, any, any, any, any);
}

typedef void anything(void);
#define LINKS(F)                                                                                                       \
    {                                                                                                                  \
        [HOST_LINK_LOAD] = (anything *)F(load), [HOST_LINK_LOAD_SCALAR] = (anything *)F(load_scalar),                  \
        [HOST_LINK_ADD] = (anything *)F(add), [HOST_LINK_ADD_SCALAR] = (anything *)F(add_scalar),                      \
        [HOST_LINK_SUBTRACT] = (anything *)F(subtract),                                                                \
        [HOST_LINK_SUBTRACT_SCALAR] = (anything *)F(subtract_scalar),                                                  \
        [HOST_LINK_SUBTRACT_FROM] = (anything *)F(subtract_from),                                                      \
        [HOST_LINK_SUBTRACT_FROM_SCALAR] = (anything *)F(subtract_from_scalar),                                        \
        [HOST_LINK_MULTIPLY] = (anything *)F(multiply),                                                                \
        [HOST_LINK_MULTIPLY_SCALAR] = (anything *)F(multiply_scalar), [HOST_LINK_DIVIDE] = (anything *)F(divide),      \
        [HOST_LINK_DIVIDE_SCALAR] = (anything *)F(divide_scalar),                                                      \
        [HOST_LINK_DIVIDE_INTO] = (anything *)F(divide_into),                                                          \
        [HOST_LINK_DIVIDE_INTO_SCALAR] = (anything *)F(divide_into_scalar),                                            \
        [HOST_LINK_ADD_PRODUCT] = (anything *)F(add_product),                                                          \
        [HOST_LINK_ADD_PRODUCT_SCALAR] = (anything *)F(add_product_scalar),                                            \
        [HOST_LINK_SUBTRACT_PRODUCT] = (anything *)F(subtract_product),                                                \
        [HOST_LINK_SUBTRACT_PRODUCT_SCALAR] = (anything *)F(subtract_product_scalar),                                  \
        [HOST_LINK_SUBTRACT_FROM_PRODUCT] = (anything *)F(subtract_from_product),                                      \
        [HOST_LINK_SUBTRACT_FROM_PRODUCT_SCALAR] = (anything *)F(subtract_from_product_scalar),                        \
        [HOST_LINK_NEGATIVE] = (anything *)F(negative), [HOST_LINK_ABS] = (anything *)F(abs),                          \
        [HOST_LINK_SQUARE] = (anything *)F(square), [HOST_LINK_SQRT] = (anything *)F(sqrt),                            \
        [HOST_LINK_STORE] = (anything *)F(store), [HOST_LINK_STREAM] = (anything *)F(stream),                          \
        [HOST_LINK_REPEAT] = (anything *)F(repeat),                                                                    \
    }
#define DOUBLES(name) JOIN(name, f64)
#define FLOATS(name) JOIN(name, f32)

extern const host_links JOIN(host_links, HOST_SUFFIX);
const host_links JOIN(host_links, HOST_SUFFIX) = {LINKS(DOUBLES), LINKS(FLOATS), start};
