/* Vectors of floats and doubles for the nearest-centroid kernels, and the few operations that need intrinsics.
 *
 * A `vector` has VECTOR_BYTES, an `index` integers of the same width in as many lanes, a `four` four elements in
 * memory. Comparisons with a NaN are false everywhere.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef VQ_HOST_LANES_H
#define VQ_HOST_LANES_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "kernel/vector_bytes.h"

/* Centroids of a panel: two vectors of points by this many stay in registers. */
#if VECTOR_BYTES == 64
#define PANEL_CASES(CASE) CASE(4) CASE(8) CASE(10) CASE(12)
#elif VECTOR_BYTES == 32
#define PANEL_CASES(CASE) CASE(4) CASE(5) CASE(6)
#elif defined(__aarch64__)
#define PANEL_CASES(CASE) CASE(4) CASE(8) CASE(10)
#else
#define PANEL_CASES(CASE) CASE(4)
#endif

#if defined(__FMA__) || defined(__aarch64__)
#define FUSES 1
#else
#define FUSES 0
#endif

#define INLINED static inline __attribute__((always_inline))

/* Afterwards the compiler does not know the address any more. Where subtractions broadcast an operand from memory for
 * nothing, each of them is to do so; a broadcast of its own takes a third of the time of the loop. And addresses are
 * not to be counted up one by one where a few are enough for all. */
#if VECTOR_BYTES == 64
#define HIDE(x) __asm__ volatile("" : "+r"(x)) /* volatile: twice is not once */
#else
#define HIDE(x) (void)(x)
#endif

#define LANES_OF(T, Int, suffix)                                                                                       \
    typedef T vector_##suffix __attribute__((vector_size(VECTOR_BYTES)));                                              \
    typedef Int index_##suffix __attribute__((vector_size(VECTOR_BYTES)));                                             \
    typedef T loose_vector_##suffix __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T)), may_alias));         \
    typedef T four_##suffix __attribute__((vector_size(4 * sizeof(T))));                                               \
    typedef T loose_four_##suffix __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T)), may_alias));          \
    INLINED vector_##suffix load_##suffix(const void *x) { return *(const loose_vector_##suffix *)x; }                 \
    INLINED void store_##suffix(void *x, vector_##suffix value) { *(loose_vector_##suffix *)x = value; }               \
    INLINED four_##suffix load_four_##suffix(const void *x) { return *(const loose_four_##suffix *)x; }                \
    INLINED vector_##suffix all_##suffix(T value) { return value - (vector_##suffix){0}; }                             \
    INLINED index_##suffix all_index_##suffix(Int value) { return value - (index_##suffix){0}; }                       \
    typedef int32_t labels_##suffix __attribute__((vector_size(VECTOR_BYTES / sizeof(T) * sizeof(int32_t))));          \
    INLINED void store_labels_##suffix(int32_t *to, index_##suffix label)                                              \
    {                                                                                                                  \
        labels_##suffix narrow = __builtin_convertvector(label, labels_##suffix);                                      \
        memcpy(to, &narrow, sizeof narrow);                                                                            \
    }                                                                                                                  \
    INLINED const T *hidden_##suffix(const T *x)                                                                       \
    {                                                                                                                  \
        HIDE(x);                                                                                                       \
        return x;                                                                                                      \
    }
LANES_OF(float, int32_t, f32)
LANES_OF(double, int64_t, f64)

/* Stores past the caches of whole aligned vectors, and what orders them before what other threads do. */
#if defined(__AVX512F__)
INLINED void stream_f32(void *x, vector_f32 value) { _mm512_stream_ps(x, value); }
INLINED void stream_f64(void *x, vector_f64 value) { _mm512_stream_pd(x, value); }
#elif defined(__AVX2__)
INLINED void stream_f32(void *x, vector_f32 value) { _mm256_stream_ps(x, value); }
INLINED void stream_f64(void *x, vector_f64 value) { _mm256_stream_pd(x, value); }
#elif defined(__SSE2__)
INLINED void stream_f32(void *x, vector_f32 value) { _mm_stream_ps(x, value); }
INLINED void stream_f64(void *x, vector_f64 value) { _mm_stream_pd(x, value); }
#else
INLINED void stream_f32(void *x, vector_f32 value) { store_f32(x, value); }
INLINED void stream_f64(void *x, vector_f64 value) { store_f64(x, value); }
#endif
#if defined(__SSE2__)
INLINED void fence(void) { _mm_sfence(); }
#else
INLINED void fence(void) {}
#endif

/* ---- a * b + sum, rounded once where the processor can -------------------------------------------------------- */

#if defined(__AVX512F__)
INLINED vector_f32 add_product_f32(vector_f32 sum, vector_f32 a, vector_f32 b) { return _mm512_fmadd_ps(a, b, sum); }
INLINED vector_f64 add_product_f64(vector_f64 sum, vector_f64 a, vector_f64 b) { return _mm512_fmadd_pd(a, b, sum); }
#elif defined(__AVX2__) && defined(__FMA__)
INLINED vector_f32 add_product_f32(vector_f32 sum, vector_f32 a, vector_f32 b) { return _mm256_fmadd_ps(a, b, sum); }
INLINED vector_f64 add_product_f64(vector_f64 sum, vector_f64 a, vector_f64 b) { return _mm256_fmadd_pd(a, b, sum); }
#elif defined(__aarch64__)
INLINED vector_f32 add_product_f32(vector_f32 sum, vector_f32 a, vector_f32 b)
{
    return (vector_f32)vfmaq_f32((float32x4_t)sum, (float32x4_t)a, (float32x4_t)b);
}
INLINED vector_f64 add_product_f64(vector_f64 sum, vector_f64 a, vector_f64 b)
{
    return (vector_f64)vfmaq_f64((float64x2_t)sum, (float64x2_t)a, (float64x2_t)b);
}
#else
INLINED vector_f32 add_product_f32(vector_f32 sum, vector_f32 a, vector_f32 b) { return sum + a * b; }
INLINED vector_f64 add_product_f64(vector_f64 sum, vector_f64 a, vector_f64 b) { return sum + a * b; }
#endif
INLINED vector_f32 add_square_f32(vector_f32 sum, vector_f32 t) { return add_product_f32(sum, t, t); }
INLINED vector_f64 add_square_f64(vector_f64 sum, vector_f64 t) { return add_product_f64(sum, t, t); }
INLINED vector_f32 magnitude_f32(vector_f32 x) { return (vector_f32)((index_f32)x & all_index_f32(INT32_MAX)); }

/* ---- pairs of 16-bit whole numbers -------------------------------------------------------------------------------
 * `add_pairs` adds the products of both halves of each lane to a sum in 32 bits, two in place of one product a lane:
 * PAIRS says that the instruction set can, multiplies_pairs() that it pays to. `paired` rounds numbers below 2^15 to
 * whole ones: `low` and `high` halves of lanes, which `halves` takes from those of two others. */

#if defined(__AVX512F__)
#define PAIRS 1
#define PAIRS_TARGET __attribute__((target("avx512vnni")))
static inline bool multiplies_pairs(void) { return __builtin_cpu_supports("avx512vnni"); }
PAIRS_TARGET INLINED index_f32 add_pairs(index_f32 sum, index_f32 a, index_f32 b)
{
    return (index_f32)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}
INLINED index_f32 halves(index_f32 low, index_f32 high)
{
    return (index_f32)_mm512_mask_mov_epi16((__m512i)high, 0x55555555, (__m512i)low);
}
INLINED index_f32 paired(vector_f32 low, vector_f32 high)
{
    return halves((index_f32)_mm512_cvtps_epi32(low), (index_f32)_mm512_cvtps_epi32(high) << 16);
}
#elif defined(__AVX2__)
#define PAIRS 1
#define PAIRS_TARGET
static inline bool multiplies_pairs(void) { return true; }
INLINED index_f32 add_pairs(index_f32 sum, index_f32 a, index_f32 b)
{
#if defined(__AVXVNNI__)
    return (index_f32)_mm256_dpwssd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
#else
    return sum + (index_f32)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#endif
}
INLINED index_f32 halves(index_f32 low, index_f32 high)
{
    return (index_f32)_mm256_blend_epi16((__m256i)high, (__m256i)low, 0x55);
}
INLINED index_f32 paired(vector_f32 low, vector_f32 high)
{
    return halves((index_f32)_mm256_cvtps_epi32(low), (index_f32)_mm256_cvtps_epi32(high) << 16);
}
#elif defined(__SSE2__)
#define PAIRS 1
#define PAIRS_TARGET
static inline bool multiplies_pairs(void) { return true; }
INLINED index_f32 add_pairs(index_f32 sum, index_f32 a, index_f32 b)
{
    return sum + (index_f32)_mm_madd_epi16((__m128i)a, (__m128i)b);
}
INLINED index_f32 paired(vector_f32 low, vector_f32 high)
{
    __m128i above = _mm_slli_epi32(_mm_cvtps_epi32(high), 16);
    return (index_f32)_mm_or_si128(above, _mm_and_si128(_mm_cvtps_epi32(low), _mm_set1_epi32(0xffff)));
}
#else
#define PAIRS 0
static inline bool multiplies_pairs(void) { return false; }
#endif
typedef int32_t loose_int32 __attribute__((may_alias));

/* ---- float64 of either dtype: as many as a vector has, or four ------------------------------------------------- */

typedef float loose_half_f32 __attribute__((vector_size(VECTOR_BYTES / 2), aligned(4), may_alias));
INLINED vector_f64 widened(const float *x) { return __builtin_convertvector(*(const loose_half_f32 *)x, vector_f64); }
INLINED vector_f64 doubles_f32(const float *x) { return widened(x); }
INLINED vector_f64 doubles_f64(const double *x) { return load_f64(x); }
INLINED void store_four(double *x, four_f64 value) { *(loose_four_f64 *)x = value; }
#if defined(__AVX2__) /* GCC makes three instructions of the conversion */
INLINED four_f64 four_doubles_f32(four_f32 x) { return (four_f64)_mm256_cvtps_pd((__m128)x); }
#else
INLINED four_f64 four_doubles_f32(four_f32 x) { return __builtin_convertvector(x, four_f64); }
#endif
INLINED four_f64 four_doubles_f64(four_f64 x) { return x; }
/* The first 1 to 3 elements as doubles, and ones. */
#if defined(__AVX512VL__)
INLINED four_f64 some_doubles_f32(const float *x, int n)
{
    four_f64 some = {1, 1, 1, 1}; /* GCC would load under the mask and convert then: four operations for one */
    __asm__("vcvtps2pd %1, %0%{%2%}" : "+v"(some) : "m"(*(const loose_four_f32 *)x), "Yk"((__mmask8)((1 << n) - 1)));
    return some;
}
INLINED four_f64 some_doubles_f64(const double *x, int n)
{
    return (four_f64)_mm256_mask_loadu_pd(_mm256_set1_pd(1), (__mmask8)((1 << n) - 1), x);
}
#else
INLINED four_f64 some_doubles_f32(const float *x, int n)
{
    return four_doubles_f32((four_f32){x[0], n > 1 ? x[1] : 1, n > 2 ? x[2] : 1, 1});
}
INLINED four_f64 some_doubles_f64(const double *x, int n)
{
    return (four_f64){x[0], n > 1 ? x[1] : 1, n > 2 ? x[2] : 1, 1};
}
#endif

INLINED double add_one_square(double sum, double t) { return FUSES ? __builtin_fma(t, t, sum) : sum + t * t; }

/* ---- selection ---------------------------------------------------------------------------------------------------
 * `nearer` keeps the smaller one of best and s, and the label that belongs to it; the old one if they are equal or s
 * is NaN. `runner_up` keeps the smaller one of second and the larger one of best and s; NaNs are passed over. These
 * two are for squares, which are not negative, so that their bits are in order, too, and NaNs come last: minima of
 * integers go to units that have less to do. `less` and `next_less` do the same for numbers of any sign. `not_below`
 * has a bit for each lane where a < b does not hold. */

#if defined(__AVX512F__)
#define SELECTION(suffix, ps, epi, epu)                                                                                \
    INLINED void nearer_##suffix(vector_##suffix *best, index_##suffix *label, vector_##suffix s, index_##suffix at)   \
    {                                                                                                                  \
        *label = (index_##suffix)_mm512_mask_mov_##epi((__m512i)*label, _mm512_cmp_##ps##_mask(s, *best, _CMP_LT_OQ),  \
                                                       (__m512i)at);                                                   \
        *best = (vector_##suffix)_mm512_min_##epu((__m512i)s, (__m512i)*best);                                         \
    }                                                                                                                  \
    INLINED vector_##suffix runner_up_##suffix(vector_##suffix second, vector_##suffix best, vector_##suffix s)        \
    {                                                                                                                  \
        __m512i larger = _mm512_max_##epu((__m512i)best, (__m512i)s);                                                  \
        return (vector_##suffix)_mm512_min_##epu(larger, (__m512i)second);                                             \
    }                                                                                                                  \
    INLINED void less_##suffix(vector_##suffix *best, index_##suffix *label, vector_##suffix s, index_##suffix at)     \
    {                                                                                                                  \
        *label = (index_##suffix)_mm512_mask_mov_##epi((__m512i)*label, _mm512_cmp_##ps##_mask(s, *best, _CMP_LT_OQ),  \
                                                       (__m512i)at);                                                   \
        *best = _mm512_min_##ps(s, *best);                                                                             \
    }                                                                                                                  \
    INLINED vector_##suffix next_less_##suffix(vector_##suffix second, vector_##suffix best, vector_##suffix s)        \
    {                                                                                                                  \
        return _mm512_min_##ps(_mm512_max_##ps(best, s), second);                                                      \
    }                                                                                                                  \
    INLINED uint32_t not_below_##suffix(vector_##suffix a, vector_##suffix b)                                          \
    {                                                                                                                  \
        return _mm512_cmp_##ps##_mask(a, b, _CMP_NLT_UQ);                                                              \
    }                                                                                                                  \
    INLINED vector_##suffix root_##suffix(vector_##suffix x) { return _mm512_sqrt_##ps(x); }
SELECTION(f32, ps, epi32, epu32)
SELECTION(f64, pd, epi64, epu64)
#elif defined(__AVX2__)
#define SELECTION(suffix, ps)                                                                                          \
    INLINED void nearer_##suffix(vector_##suffix *best, index_##suffix *label, vector_##suffix s, index_##suffix at)   \
    {                                                                                                                  \
        vector_##suffix below = _mm256_cmp_##ps(s, *best, _CMP_LT_OQ);                                                 \
        *label = (index_##suffix)_mm256_blendv_##ps((vector_##suffix)*label, (vector_##suffix)at, below);              \
        *best = _mm256_min_##ps(s, *best);                                                                             \
    }                                                                                                                  \
    INLINED vector_##suffix runner_up_##suffix(vector_##suffix second, vector_##suffix best, vector_##suffix s)        \
    {                                                                                                                  \
        return _mm256_min_##ps(_mm256_max_##ps(best, s), second);                                                      \
    }                                                                                                                  \
    INLINED uint32_t not_below_##suffix(vector_##suffix a, vector_##suffix b)                                          \
    {                                                                                                                  \
        return (uint32_t)_mm256_movemask_##ps(_mm256_cmp_##ps(a, b, _CMP_NLT_UQ));                                     \
    }                                                                                                                  \
    INLINED vector_##suffix root_##suffix(vector_##suffix x) { return _mm256_sqrt_##ps(x); }
SELECTION(f32, ps)
SELECTION(f64, pd)
#else
#define SELECTION(suffix, root)                                                                                        \
    INLINED vector_##suffix either_##suffix(index_##suffix mask, vector_##suffix a, vector_##suffix b)                 \
    {                                                                                                                  \
        return (vector_##suffix)((mask & (index_##suffix)a) | (~mask & (index_##suffix)b));                            \
    }                                                                                                                  \
    INLINED void nearer_##suffix(vector_##suffix *best, index_##suffix *label, vector_##suffix s, index_##suffix at)   \
    {                                                                                                                  \
        index_##suffix below = s < *best;                                                                              \
        *label = (below & at) | (~below & *label);                                                                     \
        *best = either_##suffix(below, s, *best);                                                                      \
    }                                                                                                                  \
    INLINED vector_##suffix runner_up_##suffix(vector_##suffix second, vector_##suffix best, vector_##suffix s)        \
    {                                                                                                                  \
        vector_##suffix larger = either_##suffix(best > s, best, s);                                                   \
        return either_##suffix(larger < second, larger, second);                                                       \
    }                                                                                                                  \
    INLINED uint32_t not_below_##suffix(vector_##suffix a, vector_##suffix b)                                          \
    {                                                                                                                  \
        index_##suffix below = a < b;                                                                                  \
        uint32_t bits = 0;                                                                                             \
        for (size_t i = 0; i < VECTOR_BYTES / sizeof a[0]; i++)                                                        \
            bits |= (uint32_t)(below[i] == 0) << i;                                                                    \
        return bits;                                                                                                   \
    }                                                                                                                  \
    INLINED vector_##suffix root_##suffix(vector_##suffix x)                                                           \
    {                                                                                                                  \
        for (size_t i = 0; i < VECTOR_BYTES / sizeof x[0]; i++)                                                        \
            x[i] = root(x[i]);                                                                                         \
        return x;                                                                                                      \
    }
SELECTION(f32, sqrtf)
SELECTION(f64, sqrt)
#endif
#undef SELECTION
#if !defined(__AVX512F__)
#define less_f32 nearer_f32
#define less_f64 nearer_f64
#define next_less_f32 runner_up_f32
#define next_less_f64 runner_up_f64
#endif

/* ---- numbers with a tag, and tables ------------------------------------------------------------------------------
 * `smaller` and `larger` of a and b are b where a is a NaN; `_bits` compare whole numbers. `root_estimate` is right to
 * 2^-11 of itself. `tagged` puts a few bits of `tag` in place of those that `keep` lacks. `looked_up` has the element
 * table[label] in each lane; the table lies in `tables` vectors, one, two or four of them. TABLES says that there are
 * instructions for it. */

#if defined(__AVX512F__)
INLINED vector_f32 smaller_f32(vector_f32 a, vector_f32 b) { return _mm512_min_ps(a, b); }
INLINED vector_f32 larger_f32(vector_f32 a, vector_f32 b) { return _mm512_max_ps(a, b); }
INLINED vector_f32 smaller_bits(vector_f32 a, vector_f32 b)
{
    return (vector_f32)_mm512_min_epi32((__m512i)a, (__m512i)b);
}
INLINED vector_f32 larger_bits(vector_f32 a, vector_f32 b)
{
    return (vector_f32)_mm512_max_epi32((__m512i)a, (__m512i)b);
}
INLINED vector_f32 root_estimate(vector_f32 x) { return x * (vector_f32)_mm512_rsqrt14_ps((__m512)x); }
INLINED vector_f32 tagged(vector_f32 x, index_f32 keep, index_f32 tag)
{
    return (vector_f32)_mm512_ternarylogic_epi32((__m512i)x, (__m512i)keep, (__m512i)tag, 0xea);
}
#define TABLES 1
#define LOOKED_UP(T, suffix, ps, epi)                                                                                  \
    INLINED vector_##suffix looked_up_##suffix(const T *table, const int tables, index_##suffix label)                 \
    {                                                                                                                  \
        const int lanes = VECTOR_BYTES / (int)sizeof(T);                                                               \
        const __m512i at = (__m512i)label;                                                                             \
        if (tables == 1)                                                                                               \
            return _mm512_permutexvar_##ps(at, load_##suffix(table));                                                  \
        const vector_##suffix low =                                                                                    \
            _mm512_permutex2var_##ps(load_##suffix(table), at, load_##suffix(table + lanes));                          \
        if (tables == 2)                                                                                               \
            return low;                                                                                                \
        const vector_##suffix high = _mm512_permutex2var_##ps(load_##suffix(table + 2 * lanes), at,                    \
                                                              load_##suffix(table + 3 * lanes));                       \
        return _mm512_mask_mov_##ps(low, _mm512_cmpgt_##epi##_mask(at, _mm512_set1_##epi(2 * lanes - 1)), high);       \
    }
LOOKED_UP(float, f32, ps, epi32)
LOOKED_UP(double, f64, pd, epi64)
#undef LOOKED_UP
/* Labels of the lanes of vector `part` of those that one of floats makes. */
INLINED index_f32 part_of_f32(index_f32 label, int part)
{
    (void)part;
    return label;
}
INLINED index_f64 part_of_f64(index_f32 label, int part)
{
    return (index_f64)_mm512_cvtepi32_epi64(part ? _mm512_extracti64x4_epi64((__m512i)label, 1)
                                                 : _mm512_castsi512_si256((__m512i)label));
}
#else
INLINED vector_f32 tagged(vector_f32 x, index_f32 keep, index_f32 tag)
{
    return (vector_f32)(((index_f32)x & keep) | tag);
}
#if defined(__AVX2__)
INLINED vector_f32 smaller_f32(vector_f32 a, vector_f32 b) { return _mm256_min_ps(a, b); }
INLINED vector_f32 larger_f32(vector_f32 a, vector_f32 b) { return _mm256_max_ps(a, b); }
INLINED vector_f32 smaller_bits(vector_f32 a, vector_f32 b)
{
    return (vector_f32)_mm256_min_epi32((__m256i)a, (__m256i)b);
}
INLINED vector_f32 larger_bits(vector_f32 a, vector_f32 b)
{
    return (vector_f32)_mm256_max_epi32((__m256i)a, (__m256i)b);
}
INLINED vector_f32 root_estimate(vector_f32 x) { return x * (vector_f32)_mm256_rsqrt_ps((__m256)x); }
#else
INLINED vector_f32 smaller_f32(vector_f32 a, vector_f32 b) { return either_f32(a < b, a, b); }
INLINED vector_f32 larger_f32(vector_f32 a, vector_f32 b) { return either_f32(a > b, a, b); }
#endif
#define TABLES 0
#endif

/* ---- shuffles ---------------------------------------------------------------------------------------------------- */

#define EACH_OF_2(f) f(0), f(1)
#define EACH_OF_4(f) EACH_OF_2(f), f(2), f(3)
#define EACH_OF_8(f) EACH_OF_4(f), f(4), f(5), f(6), f(7)
#define EACH_OF_16(f) EACH_OF_8(f), f(8), f(9), f(10), f(11), f(12), f(13), f(14), f(15)
#if VECTOR_BYTES == 64
#define EACH_LANE_F32 EACH_OF_16
#define EACH_LANE_F64 EACH_OF_8
#elif VECTOR_BYTES == 32
#define EACH_LANE_F32 EACH_OF_8
#define EACH_LANE_F64 EACH_OF_4
#else
#define EACH_LANE_F32 EACH_OF_4
#define EACH_LANE_F64 EACH_OF_2
#endif

/* A vector of two halves. */
INLINED vector_f32 joined(loose_half_f32 low, loose_half_f32 high)
{
#if defined(__AVX512F__) /* GCC would clear the upper part of either half first */
    return _mm512_insertf32x8(_mm512_castps256_ps512((__m256)low), (__m256)high, 1);
#else
    return __builtin_shufflevector(low, high, EACH_LANE_F32(+));
#endif
}

/* Four features of all points of a vector come in four parts, `part_` i of them, which `turn_` sorts by feature. Row i
 * of the points begins at row[i]; `at` bytes behind that the features do. */
INLINED vector_f32 part_f32(const char *const *row, int64_t at, int i)
{
    row += i;
#if VECTOR_BYTES == 64 /* loads that keep other lanes: many processors have a single unit that shuffles */
    __m512 part = _mm512_castps128_ps512((__m128)load_four_f32(row[0] + at));
    part = _mm512_mask_broadcast_f32x4(part, 0x00f0, (__m128)load_four_f32(row[4] + at));
    part = _mm512_mask_broadcast_f32x4(part, 0x0f00, (__m128)load_four_f32(row[8] + at));
    return _mm512_mask_broadcast_f32x4(part, 0xf000, (__m128)load_four_f32(row[12] + at));
#elif VECTOR_BYTES == 32
    return __builtin_shufflevector(load_four_f32(row[0] + at), load_four_f32(row[4] + at), EACH_OF_8(+));
#else
    return load_four_f32(row[0] + at);
#endif
}

INLINED vector_f64 part_f64(const char *const *row, int64_t at, int i)
{
#if VECTOR_BYTES == 64
    return __builtin_shufflevector(load_four_f64(row[i] + at), load_four_f64(row[i + 4] + at), EACH_OF_8(+));
#elif VECTOR_BYTES == 32
    return load_four_f64(row[i] + at);
#else
    return load_f64(row[i % 2] + at + i / 2 * VECTOR_BYTES);
#endif
}

INLINED void turn_f32(const vector_f32 part[4], vector_f32 to[4])
{
#define LANES (VECTOR_BYTES / 4)
#define LOW(i) (i & ~3) + (i % 4 / 2) + (i & 1) * LANES
#define HIGH(i) LOW(i) + 2
#define LEFT(i) (i & ~3) + (i & 1) + i % 4 / 2 * LANES
#define RIGHT(i) LEFT(i) + 2
    vector_f32 low = __builtin_shufflevector(part[0], part[1], EACH_LANE_F32(LOW));
    vector_f32 next = __builtin_shufflevector(part[2], part[3], EACH_LANE_F32(LOW));
    vector_f32 high = __builtin_shufflevector(part[0], part[1], EACH_LANE_F32(HIGH));
    vector_f32 last = __builtin_shufflevector(part[2], part[3], EACH_LANE_F32(HIGH));
    to[0] = __builtin_shufflevector(low, next, EACH_LANE_F32(LEFT));
    to[1] = __builtin_shufflevector(low, next, EACH_LANE_F32(RIGHT));
    to[2] = __builtin_shufflevector(high, last, EACH_LANE_F32(LEFT));
    to[3] = __builtin_shufflevector(high, last, EACH_LANE_F32(RIGHT));
#undef LANES
#undef LOW
#undef HIGH
}

INLINED void turn_f64(const vector_f64 part[4], vector_f64 to[4])
{
#define LANES (VECTOR_BYTES / 8)
#if VECTOR_BYTES == 16
    to[0] = __builtin_shufflevector(part[0], part[1], 0, 2);
    to[1] = __builtin_shufflevector(part[0], part[1], 1, 3);
    to[2] = __builtin_shufflevector(part[2], part[3], 0, 2);
    to[3] = __builtin_shufflevector(part[2], part[3], 1, 3);
#else
#define EVEN(i) (i & ~1) + (i & 1) * LANES
#define ODD(i) EVEN(i) + 1
    vector_f64 even = __builtin_shufflevector(part[0], part[1], EACH_LANE_F64(EVEN));
    vector_f64 next = __builtin_shufflevector(part[2], part[3], EACH_LANE_F64(EVEN));
    vector_f64 odd = __builtin_shufflevector(part[0], part[1], EACH_LANE_F64(ODD));
    vector_f64 last = __builtin_shufflevector(part[2], part[3], EACH_LANE_F64(ODD));
    to[0] = __builtin_shufflevector(even, next, EACH_LANE_F64(LEFT));
    to[2] = __builtin_shufflevector(even, next, EACH_LANE_F64(RIGHT));
    to[1] = __builtin_shufflevector(odd, last, EACH_LANE_F64(LEFT));
    to[3] = __builtin_shufflevector(odd, last, EACH_LANE_F64(RIGHT));
#undef EVEN
#undef ODD
#endif
#undef LANES
#undef LEFT
#undef RIGHT
}

/* The same of rows that are `pitch` bytes apart. */
#define FOUR_FEATURES(suffix)                                                                                          \
    INLINED void four_features_##suffix(const char *row, int64_t pitch, vector_##suffix to[4])                         \
    {                                                                                                                  \
        const char *rows[VECTOR_BYTES / sizeof to[0][0]];                                                              \
        HIDE(row); /* or a loop has a pointer for each row */                                                          \
        vector_##suffix part[4];                                                                                       \
        /* Unrolled also without optimisation: GCC 12 gives rows in memory the place of vectors that still live. */    \
        _Pragma("GCC unroll 16") for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)                             \
            rows[i] = row + (int64_t)i * pitch;                                                                        \
        _Pragma("GCC unroll 4") for (int i = 0; i < 4; i++)                                                            \
            part[i] = part_##suffix(rows, 0, i);                                                                       \
        turn_##suffix(part, to);                                                                                       \
    }
FOUR_FEATURES(f32)
FOUR_FEATURES(f64)
#undef FOUR_FEATURES

/* Pairs and triples of features of adjacent points, apart; and pairs together again. */
#define APART(suffix, EACH_LANE)                                                                                       \
    INLINED void two_features_##suffix(const char *row, vector_##suffix to[2])                                         \
    {                                                                                                                  \
        vector_##suffix a = load_##suffix(row), b = load_##suffix(row + VECTOR_BYTES);                                 \
        to[0] = __builtin_shufflevector(a, b, EACH_LANE(EVEN));                                                        \
        to[1] = __builtin_shufflevector(a, b, EACH_LANE(ODD));                                                         \
    }                                                                                                                  \
    INLINED void pair_features_##suffix(vector_##suffix a, vector_##suffix b, char *to)                                \
    {                                                                                                                  \
        store_##suffix(to, __builtin_shufflevector(a, b, EACH_LANE(ZIPPED)));                                          \
        store_##suffix(to + VECTOR_BYTES, __builtin_shufflevector(a, b, EACH_LANE(ZIPPED_ON)));                        \
    }                                                                                                                  \
    INLINED void three_features_##suffix(const char *row, vector_##suffix to[3])                                       \
    {                                                                                                                  \
        vector_##suffix a = load_##suffix(row), b = load_##suffix(row + VECTOR_BYTES);                                 \
        vector_##suffix c = load_##suffix(row + 2 * VECTOR_BYTES);                                                     \
        to[0] = __builtin_shufflevector(a, b, EACH_LANE(FIRST_0));                                                     \
        to[1] = __builtin_shufflevector(a, b, EACH_LANE(FIRST_1));                                                     \
        to[2] = __builtin_shufflevector(a, b, EACH_LANE(FIRST_2));                                                     \
        to[0] = __builtin_shufflevector(to[0], c, EACH_LANE(LAST_0));                                                  \
        to[1] = __builtin_shufflevector(to[1], c, EACH_LANE(LAST_1));                                                  \
        to[2] = __builtin_shufflevector(to[2], c, EACH_LANE(LAST_2));                                                  \
    }
#define EVEN(i) 2 * i
#define ODD(i) 2 * i + 1
#define ZIPPED(i) i / 2 + (i & 1) * LANES
#define ZIPPED_ON(i) ZIPPED(i) + LANES / 2
#define FIRST(at) (at < 2 * LANES ? at : 0)
#define FIRST_0(i) FIRST((3 * i))
#define FIRST_1(i) FIRST((3 * i + 1))
#define FIRST_2(i) FIRST((3 * i + 2))
#define LAST(i, at) (at < 2 * LANES ? i : at - LANES)
#define LAST_0(i) LAST(i, (3 * i))
#define LAST_1(i) LAST(i, (3 * i + 1))
#define LAST_2(i) LAST(i, (3 * i + 2))
#define LANES (VECTOR_BYTES / 4)
APART(f32, EACH_LANE_F32)
#undef LANES
#define LANES (VECTOR_BYTES / 8)
APART(f64, EACH_LANE_F64)
#undef LANES
#undef APART

/* The features of adjacent points of d features, d being odd and more than 3: in the d vectors, values of one feature
 * then stand in different lanes, so that they come together by selection, and one shuffle sorts them. */
#if defined(__AVX512F__)
#define SELECTS 1
/* The lanes from `at` on that are a multiple of d away. */
INLINED uint32_t each_of(const int d, const int at, const int lanes)
{
    uint32_t bits = 0;
#pragma GCC unroll 16
    for (int i = 0; i < lanes; i++)
        bits |= (uint32_t)((i + at) % d == 0) << i;
    return bits;
}
#define ODD_FEATURES(suffix, ps, Mask)                                                                                 \
    INLINED void odd_features_##suffix(const char *row, const int d, vector_##suffix *to)                              \
    {                                                                                                                  \
        const int lanes = VECTOR_BYTES / (int)sizeof to[0][0];                                                         \
        vector_##suffix from[16];                                                                                      \
        _Pragma("GCC unroll 16") for (int v = 0; v < d; v++) from[v] = load_##suffix(row + v * VECTOR_BYTES);          \
        _Pragma("GCC unroll 16") for (int j = 0; j < d; j++)                                                           \
        {                                                                                                              \
            vector_##suffix x = from[0];                                                                               \
            index_##suffix order;                                                                                      \
            _Pragma("GCC unroll 16") for (int v = 1; v < d; v++)                                                       \
                x = _mm512_mask_mov_##ps(x, (Mask)each_of(d, v * lanes + d - j, lanes), from[v]);                      \
            _Pragma("GCC unroll 16") for (int i = 0; i < lanes; i++) order[i] = (d * i + j) % lanes;                   \
            to[j] = _mm512_permutexvar_##ps((__m512i)order, x);                                                        \
        }                                                                                                              \
    }
ODD_FEATURES(f32, ps, __mmask16)
ODD_FEATURES(f64, pd, __mmask8)
#undef ODD_FEATURES
#else
#define SELECTS 0
#endif

#endif
