/* Copies between strided memory and blocks; compiled for each instruction set, whose name is in HOST_SUFFIX.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdbool.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "providers/host/moves/moves.h"

#define JOINED(a, b) a##_##b
#define JOIN(a, b) JOINED(a, b)

/* Elements are only as aligned as their parts, and of any dtype. */
#define ANY_DTYPE __attribute__((aligned(1), may_alias))
typedef uint8_t any_1 ANY_DTYPE;
typedef uint16_t any_2 ANY_DTYPE;
typedef uint32_t any_4 ANY_DTYPE;
typedef uint64_t any_8 ANY_DTYPE;
typedef struct any_16 {
    uint64_t low, high;
} ANY_DTYPE any_16;

#define T any_1
#define NAME(name) JOIN(name, 1)
#include "providers/host/moves/size_moves.h"
#undef T
#undef NAME
#define T any_2
#define NAME(name) JOIN(name, 2)
#include "providers/host/moves/size_moves.h"
#undef T
#undef NAME
#define T any_4
#define NAME(name) JOIN(name, 4)
#include "providers/host/moves/size_moves.h"
#undef T
#undef NAME
#define T any_8
#define NAME(name) JOIN(name, 8)
#include "providers/host/moves/size_moves.h"
#undef T
#undef NAME
#define T any_16
#define NAME(name) JOIN(name, 16)
#include "providers/host/moves/size_moves.h"
#undef T
#undef NAME

/* ---- turning squares in registers -------------------------------------------------------------------------------- */

#if defined(__AVX512F__)
#define SQUARE_8 8 /* a line of the cache wide */
static inline void turn_square_8(any_8 *to, const char *from, int64_t pitch, int64_t from_pitch)
{
    __m512d pairs[8], fours[8];
    for (int i = 0; i < 8; i += 2) { /* elements of two lines in turn */
        __m512d a = _mm512_loadu_pd(from + i * from_pitch), b = _mm512_loadu_pd(from + (i + 1) * from_pitch);
        pairs[i] = _mm512_unpacklo_pd(a, b);
        pairs[i + 1] = _mm512_unpackhi_pd(a, b);
    }
    for (int i = 0; i < 8; i += 4) /* then of four: 16 bytes of each pair in turn */
        for (int j = 0; j < 2; j++) {
            fours[i + j] = _mm512_shuffle_f64x2(pairs[i + j], pairs[i + j + 2], 0x88);
            fours[i + j + 2] = _mm512_shuffle_f64x2(pairs[i + j], pairs[i + j + 2], 0xdd);
        }
    for (int j = 0; j < 4; j++) { /* and of all eight */
        _mm512_storeu_pd(to + j * pitch, _mm512_shuffle_f64x2(fours[j], fours[j + 4], 0x88));
        _mm512_storeu_pd(to + (j + 4) * pitch, _mm512_shuffle_f64x2(fours[j], fours[j + 4], 0xdd));
    }
}
#elif defined(__AVX2__)
#define SQUARE_8 4
static inline void turn_square_8(any_8 *to, const char *from, int64_t pitch, int64_t from_pitch)
{
    __m256d a = _mm256_loadu_pd((const double *)from);
    __m256d b = _mm256_loadu_pd((const double *)(from + from_pitch));
    __m256d c = _mm256_loadu_pd((const double *)(from + 2 * from_pitch));
    __m256d d = _mm256_loadu_pd((const double *)(from + 3 * from_pitch));
    __m256d ab_even = _mm256_unpacklo_pd(a, b), ab_odd = _mm256_unpackhi_pd(a, b);
    __m256d cd_even = _mm256_unpacklo_pd(c, d), cd_odd = _mm256_unpackhi_pd(c, d);
    _mm256_storeu_pd((double *)to, _mm256_permute2f128_pd(ab_even, cd_even, 0x20));
    _mm256_storeu_pd((double *)(to + pitch), _mm256_permute2f128_pd(ab_odd, cd_odd, 0x20));
    _mm256_storeu_pd((double *)(to + 2 * pitch), _mm256_permute2f128_pd(ab_even, cd_even, 0x31));
    _mm256_storeu_pd((double *)(to + 3 * pitch), _mm256_permute2f128_pd(ab_odd, cd_odd, 0x31));
}
#elif defined(__SSE2__)
#define SQUARE_8 2
static inline void turn_square_8(any_8 *to, const char *from, int64_t pitch, int64_t from_pitch)
{
    __m128d a = _mm_loadu_pd((const double *)from), b = _mm_loadu_pd((const double *)(from + from_pitch));
    _mm_storeu_pd((double *)to, _mm_unpacklo_pd(a, b));
    _mm_storeu_pd((double *)(to + pitch), _mm_unpackhi_pd(a, b));
}
#endif

#if defined(__SSE2__)
#define SQUARE_4 4
static inline void turn_square_4(any_4 *to, const char *from, int64_t pitch, int64_t from_pitch)
{
    __m128 a = _mm_loadu_ps((const float *)from);
    __m128 b = _mm_loadu_ps((const float *)(from + from_pitch));
    __m128 c = _mm_loadu_ps((const float *)(from + 2 * from_pitch));
    __m128 d = _mm_loadu_ps((const float *)(from + 3 * from_pitch));
    _MM_TRANSPOSE4_PS(a, b, c, d);
    _mm_storeu_ps((float *)to, a);
    _mm_storeu_ps((float *)(to + pitch), b);
    _mm_storeu_ps((float *)(to + 2 * pitch), c);
    _mm_storeu_ps((float *)(to + 3 * pitch), d);
}
#endif

#define LINE 64 /* bytes of a cache line */

/* Asks for a cache line of each of these lines, for the second cache. Nothing is there perhaps: that does no harm. */
static inline void fetch_ahead(const char *from, int lines, int64_t pitch)
{
    for (int i = 0; i < lines; i++)
        __builtin_prefetch((const void *)((uintptr_t)from + (uintptr_t)i * (uintptr_t)pitch), 0, 2);
}

/* Squares along `rows` first: lines of `from` are read whole. What does not fill a square goes element by element. */
#define TURN_IN_SQUARES(size, T, side)                                                                                 \
    static void turn_##size(char *target, const char *from, int64_t rows, int64_t columns, int64_t from_pitch,         \
                            int64_t ahead)                                                                             \
    {                                                                                                                  \
        T *to = (T *)target;                                                                                           \
        int64_t whole_rows = rows - rows % (side), whole_columns = columns - columns % (side);                         \
        for (int64_t c = 0; c < whole_columns; c += (side))                                                            \
            for (int64_t r = 0; r < whole_rows; r += (side)) {                                                         \
                const char *square = from + c * from_pitch + r * (int64_t)sizeof(T);                                   \
                if (ahead != 0 && r * (int64_t)sizeof(T) % LINE == 0)                                                  \
                    fetch_ahead(square + ahead, side, from_pitch);                                                     \
                turn_square_##size(to + r * columns + c, square, columns, from_pitch);                                 \
            }                                                                                                          \
        turn_plain_##size(to + whole_columns, from + whole_columns * from_pitch, whole_rows,                           \
                          columns - whole_columns, columns, from_pitch);                                               \
        turn_plain_##size(to + whole_rows * columns, from + whole_rows * (int64_t)sizeof(T), rows - whole_rows,        \
                          columns, columns, from_pitch);                                                               \
    }
#define TURN_PLAINLY(size, T)                                                                                          \
    static void turn_##size(char *target, const char *from, int64_t rows, int64_t columns, int64_t from_pitch,         \
                            int64_t ahead)                                                                             \
    {                                                                                                                  \
        (void)ahead;                                                                                                   \
        turn_plain_##size((T *)target, from, rows, columns, columns, from_pitch);                                      \
    }

TURN_PLAINLY(1, any_1)
TURN_PLAINLY(2, any_2)
#if defined(__SSE2__)
TURN_IN_SQUARES(4, any_4, SQUARE_4)
TURN_IN_SQUARES(8, any_8, SQUARE_8)
#else
TURN_PLAINLY(4, any_4)
TURN_PLAINLY(8, any_8)
#endif
TURN_PLAINLY(16, any_16)

/* ---- coordinates, and stores past the caches --------------------------------------------------------------------- */

static void count_up(char *target, int64_t value, int64_t rows, int64_t n, int64_t row_step, int64_t step)
{
    uint64_t *to = (uint64_t *)target; /* unsigned: it may wrap */
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < n; i++)
            to[r * n + i] = (uint64_t)value + (uint64_t)r * (uint64_t)row_step + (uint64_t)i * (uint64_t)step;
}

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
static inline void stream_vector(char *to, const char *from)
{
    _mm512_stream_si512((__m512i *)to, _mm512_loadu_si512(from));
}
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
static inline void stream_vector(char *to, const char *from)
{
    _mm256_stream_si256((__m256i *)to, _mm256_loadu_si256((const __m256i *)from));
}
#elif defined(__SSE2__)
#define VECTOR_BYTES 16
static inline void stream_vector(char *to, const char *from)
{
    _mm_stream_si128((__m128i *)to, _mm_loadu_si128((const __m128i *)from));
}
#endif

#if defined(__SSE2__)
static void stream(char *to, const char *from, size_t bytes)
{
    size_t head = (VECTOR_BYTES - (uintptr_t)to % VECTOR_BYTES) % VECTOR_BYTES;
    if (head > bytes)
        head = bytes;
    memcpy(to, from, head);
    size_t i = head;
    for (; i + VECTOR_BYTES <= bytes; i += VECTOR_BYTES)
        stream_vector(to + i, from + i);
    memcpy(to + i, from + i, bytes - i);
}
static void fence(void) { _mm_sfence(); }
#else
static void stream(char *to, const char *from, size_t bytes) { memcpy(to, from, bytes); }
static void fence(void) {}
#endif

const host_moves JOIN(host_moves, HOST_SUFFIX) = {
    .load = {load_1, load_2, load_4, load_8, load_16},
    .store = {store_1, store_2, store_4, store_8, store_16},
    .turn = {turn_1, turn_2, turn_4, turn_8, turn_16},
    .count_up = count_up,
    .stream = stream,
    .fence = fence,
};
