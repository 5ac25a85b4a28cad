/* Casts from and to float16 and bfloat16, which are stored and not computed in.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Some pairs of dtypes have loops of their own, which round once. The other casts go through one of them, a strip at a
 * time: what is exact comes first, or (from integers to float16) what rounds no value that is not infinite after it. */
#include "kernel/half.h"
#include "providers/host/loops/loops.h"
#include "providers/host/loops/vector.h"
#undef bool /* a dtype's name below, not the type */

#define CAST(from, to) JOIN6(host_cast_, from, _, to, _, HOST_ISA)

/* ---- loops of their own ------------------------------------------------------------------------------------------ */

#define OWN(from, to, expression)                                                                                      \
    xp_loop CAST(from, to);                                                                                            \
    void CAST(from, to)(int64_t n, const void *const *inputs, void *output)                                            \
    {                                                                                                                  \
        const element_##from *first = inputs[0];                                                                       \
        element_##to *result = output;                                                                                 \
        HOST_VECTORISE                                                                                                 \
        for (int64_t i = 0; i < n; i++)                                                                                \
            result[i] = expression(first[i]);                                                                          \
    }
#define BFLOAT_OF_LONG(a) kernel_bfloat_of_float(kernel_odd_float_of_long(a))
#define BFLOAT_OF_ULONG(a) kernel_bfloat_of_float(kernel_odd_float_of_ulong(a))

OWN(bfloat16, float32, kernel_float_of_bfloat)
OWN(float32, bfloat16, kernel_bfloat_of_float)
OWN(int64, bfloat16, BFLOAT_OF_LONG)
OWN(uint64, bfloat16, BFLOAT_OF_ULONG)

/* x86 converts float16 in vectors, to the very bits that kernel/half.h makes. */
#if defined(__AVX512F__)
#define HALF_LANES 16
#define LOAD_HALVES(from) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)(from)))
#define STORE_FLOATS(to, x) _mm512_storeu_ps((to), (x))
#define LOAD_FLOATS(from) _mm512_loadu_ps(from)
#define STORE_HALVES(to, x)                                                                                            \
    _mm256_storeu_si256((__m256i *)(void *)(to), _mm512_cvtps_ph((x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC))
#elif defined(__AVX2__) && defined(__F16C__)
#define HALF_LANES 8
#define LOAD_HALVES(from) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(from)))
#define STORE_FLOATS(to, x) _mm256_storeu_ps((to), (x))
#define LOAD_FLOATS(from) _mm256_loadu_ps(from)
#define STORE_HALVES(to, x)                                                                                            \
    _mm_storeu_si128((__m128i *)(void *)(to), _mm256_cvtps_ph((x), _MM_FROUND_TO_NEAREST_INT))
#endif

#ifdef HALF_LANES
xp_loop CAST(float16, float32);
void CAST(float16, float32)(int64_t n, const void *const *inputs, void *output)
{
    const element_float16 *first = inputs[0];
    element_float32 *result = output;
    int64_t i = 0;
    for (; i + 2 * HALF_LANES <= n; i += 2 * HALF_LANES) {
        const vector_float32 low = LOAD_HALVES(first + i), high = LOAD_HALVES(first + i + HALF_LANES);
        STORE_FLOATS((float *)(void *)(result + i), low);
        STORE_FLOATS((float *)(void *)(result + i + HALF_LANES), high);
    }
    for (; i < n; i++)
        result[i] = kernel_float_of_half(first[i]);
}

xp_loop CAST(float32, float16);
void CAST(float32, float16)(int64_t n, const void *const *inputs, void *output)
{
    const element_float32 *first = inputs[0];
    element_float16 *result = output;
    int64_t i = 0;
    for (; i + 2 * HALF_LANES <= n; i += 2 * HALF_LANES) {
        const vector_float32 low = LOAD_FLOATS((const float *)(const void *)(first + i));
        const vector_float32 high = LOAD_FLOATS((const float *)(const void *)(first + i + HALF_LANES));
        STORE_HALVES(result + i, low);
        STORE_HALVES(result + i + HALF_LANES, high);
    }
    for (; i < n; i++)
        result[i] = kernel_half_of_float(first[i]);
}
#else
OWN(float16, float32, kernel_float_of_half)
OWN(float32, float16, kernel_half_of_float)
#endif

/* ---- through another dtype --------------------------------------------------------------------------------------- */

#define STRIP 512 /* elements; one of float64 takes 4 KB of the stack */

/* `step`: bytes of an element before, `out_step`: after. Strips may be written where they were read. */
static inline void cast_twice(xp_loop *first, xp_loop *second, int64_t n, const char *from, size_t step, char *to,
                              size_t out_step)
{
    double strip[STRIP];
    for (int64_t i = 0; i < n; i += STRIP) {
        const int64_t count = n - i < STRIP ? n - i : STRIP;
        const void *source = from + (size_t)i * step, *middle = strip;
        first(count, &source, strip);
        second(count, &middle, to + (size_t)i * out_step);
    }
}

/* float64 rounded to odd, as kernel_odd_bits_of_double() does it, in a form that vectorises: of the two float32 next to
 * the number, the nearest or else the other one. */
static void odd_floats(int64_t n, const void *const *inputs, void *output)
{
    const element_float64 *first = inputs[0];
    uint32_t *result = output;
    HOST_VECTORISE
    for (int64_t i = 0; i < n; i++) {
        const double a = first[i], magnitude = fabs(a);
        const float nearest = (float)a;
        const double back = fabs((double)nearest);
        const uint32_t bits = KERNEL_BITS_OF_FLOAT(nearest);
        const uint32_t above = back < magnitude ? 1 : 0, below = back > magnitude ? 1 : 0;
        result[i] = bits + (bits & 1 ? 0 : above - below);
    }
}

#define THROUGH_ODD(to)                                                                                                \
    xp_loop CAST(float32, to), CAST(float64, to);                                                                      \
    void CAST(float64, to)(int64_t n, const void *const *inputs, void *output)                                         \
    {                                                                                                                  \
        cast_twice(odd_floats, CAST(float32, to), n, inputs[0], sizeof(double), output, sizeof(element_##to));         \
    }
THROUGH_ODD(float16)
THROUGH_ODD(bfloat16)

#define THROUGH(from, middle, to)                                                                                      \
    xp_loop CAST(from, middle), CAST(middle, to), CAST(from, to);                                                      \
    void CAST(from, to)(int64_t n, const void *const *inputs, void *output)                                            \
    {                                                                                                                  \
        cast_twice(CAST(from, middle), CAST(middle, to), n, inputs[0], sizeof(element_##from), output,                 \
                   sizeof(element_##to));                                                                              \
    }

#define FROM_STORAGE(from)                                                                                             \
    THROUGH(from, float32, bool)                                                                                       \
    THROUGH(from, float32, int8)                                                                                       \
    THROUGH(from, float32, int16)                                                                                      \
    THROUGH(from, float32, int32)                                                                                      \
    THROUGH(from, float32, int64)                                                                                      \
    THROUGH(from, float32, uint8)                                                                                      \
    THROUGH(from, float32, uint16)                                                                                     \
    THROUGH(from, float32, uint32)                                                                                     \
    THROUGH(from, float32, uint64)                                                                                     \
    THROUGH(from, float32, float64)                                                                                    \
    THROUGH(from, float32, complex64)                                                                                  \
    THROUGH(from, float32, complex128)
FROM_STORAGE(float16)
FROM_STORAGE(bfloat16)
THROUGH(float16, float32, bfloat16)
THROUGH(bfloat16, float32, float16)

#define TO_STORAGE(to)                                                                                                 \
    THROUGH(bool, float32, to)                                                                                         \
    THROUGH(int8, float32, to)                                                                                         \
    THROUGH(int16, float32, to)                                                                                        \
    THROUGH(uint8, float32, to)                                                                                        \
    THROUGH(uint16, float32, to)                                                                                       \
    THROUGH(complex64, float32, to)                                                                                    \
    THROUGH(complex128, float64, to)
TO_STORAGE(float16)
TO_STORAGE(bfloat16)
/* What float32 has to round is from 2^24 on, where float16 is infinite. */
THROUGH(int32, float32, float16)
THROUGH(uint32, float32, float16)
THROUGH(int64, float32, float16)
THROUGH(uint64, float32, float16)
THROUGH(int32, float64, bfloat16)
THROUGH(uint32, float64, bfloat16)
