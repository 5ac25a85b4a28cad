/* Vectors of sort keys in one instruction set. Included once for each key type, with K (the type), FLOATING (1 or 0)
 * and WIDE (1: 64 bits, 0: 32 bits) defined; offers LANES, VECTOR, MASK and the functions below under NAME.
 *
 * Without AVX2 a vector is one key, so that the same text is the scalar baseline.
 * SPDX-License-Identifier: BSD-3-Clause */

#if defined(__AVX512F__)
#define LANES (WIDE ? 8 : 16)
#elif defined(__AVX2__)
#define LANES (WIDE ? 4 : 8)
#else
#define LANES 1
#endif

#if defined(__AVX512F__) && FLOATING && WIDE
#define VECTOR __m512d
#define AVX512(operation) _mm512_##operation##_pd
#define AVX512_COMPARE(operation, a, b) _mm512_cmp_pd_mask(a, b, _CMP_##operation##_OQ)
#elif defined(__AVX512F__) && FLOATING
#define VECTOR __m512
#define AVX512(operation) _mm512_##operation##_ps
#define AVX512_COMPARE(operation, a, b) _mm512_cmp_ps_mask(a, b, _CMP_##operation##_OQ)
#elif defined(__AVX512F__) && WIDE
#define VECTOR __m512i
#define AVX512(operation) _mm512_##operation##_epi64
#define AVX512_COMPARE(operation, a, b) _mm512_cmp_epi64_mask(a, b, _MM_CMPINT_##operation)
#elif defined(__AVX512F__)
#define VECTOR __m512i
#define AVX512(operation) _mm512_##operation##_epi32
#define AVX512_COMPARE(operation, a, b) _mm512_cmp_epi32_mask(a, b, _MM_CMPINT_##operation)
#elif defined(__AVX2__) && FLOATING && WIDE
#define VECTOR __m256d
#elif defined(__AVX2__) && FLOATING
#define VECTOR __m256
#elif defined(__AVX2__)
#define VECTOR __m256i
#else
#define VECTOR K
#endif

/* The same for the compiler's own operators: keys, and integers as wide. */
typedef K NAME(keys) __attribute__((vector_size(LANES * sizeof(K))));
#if WIDE
typedef int64_t NAME(integers) __attribute__((vector_size(LANES * sizeof(K))));
#else
typedef int32_t NAME(integers) __attribute__((vector_size(LANES * sizeof(K))));
#endif
#define MASK NAME(mask)
#if FLOATING
#define IS_NAN(key) ((key) != (key))
#else
#define IS_NAN(key) 0
#endif

static inline VECTOR NAME(load)(const K *from)
{
    VECTOR v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void NAME(store)(K *to, VECTOR v)
{
    memcpy(to, &v, sizeof v);
}

#if defined(__AVX512F__)
#if WIDE
typedef __mmask8 MASK;
#else
typedef __mmask16 MASK;
#endif
#define LANE_INDICES NAME(lane_indices)
#if WIDE
typedef int64_t LANE_INDICES __attribute__((vector_size(64)));
#else
typedef int32_t LANE_INDICES __attribute__((vector_size(64)));
#endif

static inline VECTOR NAME(all)(K key)
{
#if FLOATING || !WIDE
    return AVX512(set1)(key);
#else
    return _mm512_set1_epi64((long long)key);
#endif
}
static inline VECTOR NAME(least)(VECTOR a, VECTOR b) { return AVX512(min)(a, b); }
static inline VECTOR NAME(most)(VECTOR a, VECTOR b) { return AVX512(max)(a, b); }
static inline uint32_t NAME(less)(VECTOR a, VECTOR b) { return AVX512_COMPARE(LT, a, b); }
static inline uint32_t NAME(less_equal)(VECTOR a, VECTOR b) { return AVX512_COMPARE(LE, a, b); }
/* The lanes of `high` whose bits are set, those of `low` elsewhere. */
static inline VECTOR NAME(choose)(uint32_t bits, VECTOR low, VECTOR high)
{
    return AVX512(mask_blend)((MASK)bits, low, high);
}

/* The first `count` lanes: none if it is negative, all if it is more than there are. */
static inline MASK NAME(first)(int64_t count)
{
    int64_t lanes = count < 0 ? 0 : count < LANES ? count : LANES;
    return (MASK)_bzhi_u32(0xffffffffu, (uint32_t)lanes);
}
static inline VECTOR NAME(load_some)(const K *from, int64_t count)
{
    return AVX512(mask_loadu)(NAME(all)(LARGEST), NAME(first)(count), from);
}
static inline void NAME(store_some)(K *to, VECTOR v, int64_t count)
{
    AVX512(mask_storeu)(to, NAME(first)(count), v);
}

/* The lanes whose bits are set, then the others; up to eight lanes both in order, else the former. */
static inline VECTOR NAME(pack)(VECTOR v, uint32_t bits)
{
#if WIDE
    __m512i order = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(const void *)&host_pack_orders[bits]));
    return AVX512(permutexvar)(order, v);
#else
    const __m512i places = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28);
    const __m512i halves = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    const uint64_t order = host_pack_outer[bits & 255] |
                           (uint64_t)host_pack_inner[bits >> 8] << 4 * __builtin_popcount(bits & 255);
    __m512i half = _mm512_permutexvar_epi32(halves, _mm512_castsi128_si512(_mm_cvtsi64_si128((int64_t)order)));
    return AVX512(permutexvar)(_mm512_srlv_epi32(half, places), v);
#endif
}

#elif defined(__AVX2__)
#if WIDE
typedef int64_t MASK __attribute__((vector_size(32)));
#else
typedef int32_t MASK __attribute__((vector_size(32)));
#endif
#define LANE_INDICES MASK

static inline VECTOR NAME(all)(K key)
{
#if FLOATING && WIDE
    return _mm256_set1_pd(key);
#elif FLOATING
    return _mm256_set1_ps(key);
#elif WIDE
    return _mm256_set1_epi64x((long long)key);
#else
    return _mm256_set1_epi32(key);
#endif
}

static inline MASK NAME(less_lanes)(VECTOR a, VECTOR b)
{
#if FLOATING && WIDE
    return (MASK)_mm256_cmp_pd(a, b, _CMP_LT_OQ);
#elif FLOATING
    return (MASK)_mm256_cmp_ps(a, b, _CMP_LT_OQ);
#elif WIDE
    return (MASK)_mm256_cmpgt_epi64(b, a);
#else
    return (MASK)_mm256_cmpgt_epi32(b, a);
#endif
}

static inline VECTOR NAME(least)(VECTOR a, VECTOR b)
{
#if FLOATING && WIDE
    return _mm256_min_pd(a, b);
#elif FLOATING
    return _mm256_min_ps(a, b);
#elif WIDE
    return _mm256_blendv_epi8(b, a, (__m256i)NAME(less_lanes)(a, b));
#else
    return _mm256_min_epi32(a, b);
#endif
}

static inline VECTOR NAME(most)(VECTOR a, VECTOR b)
{
#if FLOATING && WIDE
    return _mm256_max_pd(a, b);
#elif FLOATING
    return _mm256_max_ps(a, b);
#elif WIDE
    return _mm256_blendv_epi8(a, b, (__m256i)NAME(less_lanes)(a, b));
#else
    return _mm256_max_epi32(a, b);
#endif
}

static inline uint32_t NAME(bits_of)(MASK lanes)
{
#if WIDE
    return (uint32_t)_mm256_movemask_pd((__m256d)lanes);
#else
    return (uint32_t)_mm256_movemask_ps((__m256)lanes);
#endif
}

static inline uint32_t NAME(less)(VECTOR a, VECTOR b) { return NAME(bits_of)(NAME(less_lanes)(a, b)); }

static inline uint32_t NAME(less_equal)(VECTOR a, VECTOR b)
{
#if FLOATING && WIDE
    return NAME(bits_of)((MASK)_mm256_cmp_pd(a, b, _CMP_LE_OQ));
#elif FLOATING
    return NAME(bits_of)((MASK)_mm256_cmp_ps(a, b, _CMP_LE_OQ));
#else
    return NAME(bits_of)(~NAME(less_lanes)(b, a));
#endif
}

/* The lanes of `high` whose bits are set, those of `low` elsewhere. The bits are known to the compiler. */
static inline VECTOR NAME(choose)(uint32_t bits, VECTOR low, VECTOR high)
{
    MASK lanes;
    for (int lane = 0; lane < LANES; lane++)
        lanes[lane] = -(int)(bits >> lane & 1);
    return (VECTOR)_mm256_blendv_epi8((__m256i)low, (__m256i)high, (__m256i)lanes);
}

/* The lanes whose bits are set, then the others, both in order. Wide lanes move as pairs of narrow ones. */
static inline VECTOR NAME(pack)(VECTOR v, uint32_t bits)
{
#if WIDE
    bits = (uint32_t)_pdep_u32(bits, 0x55) * 3;
#endif
    __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)&host_pack_orders[bits]));
    return (VECTOR)_mm256_permutevar8x32_epi32((__m256i)v, order);
}

#else

static inline VECTOR NAME(all)(K key) { return key; }
static inline VECTOR NAME(least)(VECTOR a, VECTOR b) { return a < b ? a : b; }
static inline VECTOR NAME(most)(VECTOR a, VECTOR b) { return a < b ? b : a; }
static inline uint32_t NAME(less)(VECTOR a, VECTOR b) { return a < b; }
static inline uint32_t NAME(less_equal)(VECTOR a, VECTOR b) { return a <= b; }
static inline VECTOR NAME(pack)(VECTOR v, uint32_t bits)
{
    (void)bits;
    return v;
}
#endif

#if !defined(__AVX512F__)
/* The first `count` keys at an address, none if it is negative, LARGEST in the other lanes; and back. */
static inline VECTOR NAME(load_some)(const K *from, int64_t count)
{
    if (count >= LANES)
        return NAME(load)(from);
    VECTOR v = NAME(all)(LARGEST);
    K keys[LANES];
    NAME(store)(keys, v);
    for (int64_t i = 0; i < count; i++)
        keys[i] = from[i];
    return count > 0 ? NAME(load)(keys) : v;
}
static inline void NAME(store_some)(K *to, VECTOR v, int64_t count)
{
    if (count >= LANES) {
        NAME(store)(to, v);
        return;
    }
    K keys[LANES];
    NAME(store)(keys, v);
    for (int64_t i = 0; i < count; i++)
        to[i] = keys[i];
}
#endif

/* The lanes with NaN, and those with -0. */
#if !FLOATING
static inline uint32_t NAME(nan_lanes)(VECTOR v) { return (void)v, 0; }
static inline uint32_t NAME(minus_zeros)(VECTOR v) { return (void)v, 0; }
#else
static inline uint32_t NAME(nan_lanes)(VECTOR v)
{
    return ~NAME(less_equal)(v, v) & (uint32_t)(((uint64_t)1 << LANES) - 1);
}
#if defined(__AVX512F__) && WIDE
static inline uint32_t NAME(minus_zeros)(VECTOR v)
{
    return _mm512_cmpeq_epi64_mask((__m512i)v, (__m512i)_mm512_set1_pd(-0.0));
}
#elif defined(__AVX512F__)
static inline uint32_t NAME(minus_zeros)(VECTOR v)
{
    return _mm512_cmpeq_epi32_mask((__m512i)v, (__m512i)_mm512_set1_ps(-0.0f));
}
#elif defined(__AVX2__)
static inline uint32_t NAME(minus_zeros)(VECTOR v) { return NAME(bits_of)((MASK)v == (MASK)NAME(all)((K)-0.0)); }
#else
static inline uint32_t NAME(minus_zeros)(VECTOR v) { return v == 0 && 1 / v < 0; }
#endif
#endif
