/* Elements whose mask is true, put side by side: vectors that are compressed in registers and stored whole, so that
 * each overwrites what the one before it wrote too much. (Stores that compress on their way are slow on some machines.)
 * SPDX-License-Identifier: BSD-3-Clause */

/* Every element is written, and the end moves on only behind those that are true: no branch to mispredict. */
#define COMPRESS_REST(bytes)                                                                                           \
    for (; i < n; i++) {                                                                                               \
        memcpy(out + found * (bytes), x + i * (bytes), (bytes));                                                       \
        found += mask[i] != 0;                                                                                         \
    }
#define COMPRESS_PLAINLY(bytes)                                                                                        \
    static int64_t compress_##bytes(int64_t n, const char *x, const char *mask, char *out)                             \
    {                                                                                                                  \
        int64_t found = 0, i = 0;                                                                                      \
        COMPRESS_REST(bytes)                                                                                           \
        return found;                                                                                                  \
    }

COMPRESS_PLAINLY(1)
COMPRESS_PLAINLY(2)

#if VECTOR_BYTES == 64

/* Eight elements of 8 bytes or four of 16 at a time: `keep` has a bit for every 8 bytes. */
static inline int64_t compress_vector(const char *x, uint64_t keep, char *out)
{
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi64((__mmask8)keep, _mm512_loadu_si512(x)));
    return __builtin_popcountll(keep);
}

#define MASK_BITS 64 /* that are looked at in one go */
static inline uint64_t mask_bits(const char *mask)
{
    __m512i bytes = _mm512_loadu_si512(mask);
    return _mm512_test_epi8_mask(bytes, bytes);
}

static int64_t compress_4(int64_t n, const char *x, const char *mask, char *out)
{
    int64_t found = 0, i = 0;
    for (; i + MASK_BITS <= n; i += MASK_BITS) {
        uint64_t bits = mask_bits(mask + i);
        for (int k = 0; k < MASK_BITS; k += 16, bits >>= 16) {
            __m512i elements = _mm512_loadu_si512(x + 4 * (i + k));
            _mm512_storeu_si512(out + 4 * found, _mm512_maskz_compress_epi32((__mmask16)bits, elements));
            found += __builtin_popcountll(bits & 0xffff);
        }
    }
    COMPRESS_REST(4)
    return found;
}

static int64_t compress_8(int64_t n, const char *x, const char *mask, char *out)
{
    int64_t found = 0, i = 0;
    for (; i + MASK_BITS <= n; i += MASK_BITS) {
        uint64_t bits = mask_bits(mask + i);
        for (int k = 0; k < MASK_BITS; k += 8, bits >>= 8)
            found += compress_vector(x + 8 * (i + k), bits & 0xff, out + 8 * found);
    }
    COMPRESS_REST(8)
    return found;
}

static int64_t compress_16(int64_t n, const char *x, const char *mask, char *out)
{
    int64_t found = 0, i = 0;
    for (; i + MASK_BITS <= n; i += MASK_BITS) {
        uint64_t bits = mask_bits(mask + i);
        for (int k = 0; k < MASK_BITS; k += 4, bits >>= 4)
            found += compress_vector(x + 16 * (i + k), 3 * _pdep_u64(bits & 15, 0x55), out + 16 * found) / 2;
    }
    COMPRESS_REST(16)
    return found;
}

#elif VECTOR_BYTES == 32

#define MASK_BITS 32
static inline uint64_t mask_bits(const char *mask)
{
    __m256i is_zero = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)mask), _mm256_setzero_si256());
    return ~(uint32_t)_mm256_movemask_epi8(is_zero);
}

/* Stores those of eight 4-byte words first whose byte in `keep` is 0xff. */
static inline void compress_words(const char *x, uint64_t keep, char *out)
{
    uint64_t numbers = _pext_u64(0x0706050403020100u, keep);
    __m256i order = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)numbers));
    __m256i elements = _mm256_loadu_si256((const __m256i *)x);
    _mm256_storeu_si256((__m256i *)out, _mm256_permutevar8x32_epi32(elements, order));
}

static int64_t compress_4(int64_t n, const char *x, const char *mask, char *out)
{
    int64_t found = 0, i = 0;
    for (; i + MASK_BITS <= n; i += MASK_BITS) {
        uint64_t bits = mask_bits(mask + i);
        for (int k = 0; k < MASK_BITS; k += 8, bits >>= 8) {
            compress_words(x + 4 * (i + k), _pdep_u64(bits & 0xff, 0x0101010101010101u) * 0xff, out + 4 * found);
            found += __builtin_popcountll(bits & 0xff);
        }
    }
    COMPRESS_REST(4)
    return found;
}

static int64_t compress_8(int64_t n, const char *x, const char *mask, char *out)
{
    int64_t found = 0, i = 0;
    for (; i + MASK_BITS <= n; i += MASK_BITS) {
        uint64_t bits = mask_bits(mask + i);
        for (int k = 0; k < MASK_BITS; k += 4, bits >>= 4) {
            compress_words(x + 8 * (i + k), _pdep_u64(bits & 15, 0x0001000100010001u) * 0xffff, out + 8 * found);
            found += __builtin_popcountll(bits & 15);
        }
    }
    COMPRESS_REST(8)
    return found;
}

COMPRESS_PLAINLY(16)

#else
COMPRESS_PLAINLY(4)
COMPRESS_PLAINLY(8)
COMPRESS_PLAINLY(16)
#endif
