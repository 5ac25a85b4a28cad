/* Philox4x32-10 on vectors of counters, and what its words become: bits, uniform and normal numbers.
 *
 * A vector holds one 32-bit word of LANES neighbouring blocks, each in the low half of a 64-bit lane. The high halves
 * hold whatever the products left there: nothing looks at them before the last step.
 * Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/kernels.h"
#include "providers/host/slots/vectors.h"

#define ROUNDS 10
#define LOW_HALF 0xffffffffu
#define HIGH_HALF 0xffffffff00000000u

typedef struct keys {
    uint64_t even[ROUNDS], odd[ROUNDS]; /* the key of each round: its two words, raised by Weyl's constants */
} keys;

static keys make_keys(uint64_t key)
{
    keys k;
    uint32_t even = (uint32_t)key, odd = (uint32_t)(key >> 32);
    for (int round = 0; round < ROUNDS; round++, even += 0x9E3779B9u, odd += 0xBB67AE85u) {
        k.even[round] = even;
        k.odd[round] = odd;
    }
    return k;
}

static inline words spread(uint64_t value)
{
    return (words){0} + value;
}

/* Of VECTORS times LANES blocks: words 0 and 1 of each as one 64-bit number, and words 2 and 3. A round waits for the
 * one before it, so several vectors go side by side. */
static inline void blocks(const keys *k, uint64_t stream, uint64_t counter, words first[VECTORS],
                          words second[VECTORS])
{
    const words m0 = spread(0xD2511F53u), m1 = spread(0xCD9E8D57u);
    words w0[VECTORS], w1[VECTORS], w2[VECTORS], w3[VECTORS];
    for (int i = 0; i < VECTORS; i++) {
        w0[i] = spread(counter + (uint64_t)(i * LANES)) + (words)LANE_NUMBERS;
        w1[i] = w0[i] >> 32;
        w2[i] = spread(stream);
        w3[i] = spread(stream >> 32);
    }
#pragma GCC unroll 10
    for (int round = 0; round < ROUNDS; round++) {
        const words even = spread(k->even[round]), odd = spread(k->odd[round]);
#pragma GCC unroll 4
        for (int i = 0; i < VECTORS; i++) {
            words p0 = low_product(m0, w0[i]), p1 = low_product(m1, w2[i]);
            w0[i] = xor3(p1 >> 32, w1[i], even);
            w2[i] = xor3(p0 >> 32, w3[i], odd);
            w1[i] = p1;
            w3[i] = p0;
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < VECTORS; i++) {
        first[i] = (w0[i] & LOW_HALF) | (w1[i] << 32);
        second[i] = (w2[i] & LOW_HALF) | (w3[i] << 32);
    }
}

/* ---- what a vector of blocks becomes: each writes LANES blocks --------------------------------------------------- */

static inline void finish_bits(words first, words second, char *out)
{
    words low = interleave_low(first, second), high = interleave_high(first, second);
    memcpy(out, &low, sizeof low);
    memcpy(out + sizeof low, &high, sizeof high);
}

static inline void finish_uniform_float64(words first, words second, char *out)
{
    doubles a = to_doubles(first >> 11) * 0x1p-53, b = to_doubles(second >> 11) * 0x1p-53;
    finish_bits((words)a, (words)b, out);
}

static inline floats unit_floats(words pair)
{
    return __builtin_convertvector((integers)((halves)pair >> 8), floats) * 0x1p-24f;
}

static inline void finish_uniform_float32(words first, words second, char *out)
{
    finish_bits((words)unit_floats(first), (words)unit_floats(second), out);
}

/* Box and Muller: r = sqrt(-2 log u), angle 2 pi v, with u in (0, 1]. */
static inline void finish_normal_float64(words first, words second, char *out)
{
    doubles u = to_doubles((first >> 11) + 1) * 0x1p-53, v = to_doubles(second >> 11) * 0x1p-52;
    doubles radius = sqrt_doubles(log_doubles(u) * -2.0), sine, cosine;
    sincospi_doubles(v, &sine, &cosine);
    finish_bits((words)(radius * cosine), (words)(radius * sine), out);
}

/* The same in float32 on the pairs of words 0, 1 and 2, 3. The radius takes all 32 bits: normals reach 6.66. */
static inline void finish_normal_float32(words first, words second, char *out)
{
    /* even words of all pairs in one vector: first's in the low halves of the lanes, second's in the high ones */
    halves even = (halves)((first & LOW_HALF) | (second << 32));
    halves odd = (halves)((first >> 32) | (second & HIGH_HALF));
    floats u = to_floats(even) * 0x1p-32f + 0x1p-33f;
    floats v = __builtin_convertvector((integers)(odd >> 8), floats) * 0x1p-23f;
    floats radius = sqrt_floats(log_floats(u) * -2.0f), sine, cosine;
    sincospi_floats(v, &sine, &cosine);
    words x = (words)(radius * cosine), y = (words)(radius * sine);
    finish_bits((x & LOW_HALF) | (y << 32), (x >> 32) | (y & HIGH_HALF), out);
}

#define BLOCK_BYTES 16
#define AT_ONCE (VECTORS * LANES) /* blocks */

/* Runs `finish` over `count` blocks. What is less than AT_ONCE is computed as if it were that many, so a value never
 * depends on its place. */
#define DRAW_BLOCKS(name, finish)                                                                                      \
    static void name(const host_philox *from, int64_t count, void *out)                                                \
    {                                                                                                                  \
        const keys k = make_keys(from->key);                                                                           \
        words first[VECTORS], second[VECTORS];                                                                         \
        char *to = out, rest[AT_ONCE * BLOCK_BYTES];                                                                   \
        for (int64_t done = 0; done < count; done += AT_ONCE, to += AT_ONCE * BLOCK_BYTES) {                           \
            bool fits = count - done >= AT_ONCE;                                                                       \
            blocks(&k, from->stream, from->counter + (uint64_t)done, first, second);                                   \
            for (int i = 0; i < VECTORS; i++)                                                                          \
                finish(first[i], second[i], (fits ? to : rest) + i * LANES * BLOCK_BYTES);                             \
            if (!fits)                                                                                                 \
                memcpy(to, rest, (size_t)(count - done) * BLOCK_BYTES);                                                \
        }                                                                                                              \
    }
DRAW_BLOCKS(draw_bits, finish_bits)
DRAW_BLOCKS(draw_uniform_float64, finish_uniform_float64)
DRAW_BLOCKS(draw_uniform_float32, finish_uniform_float32)
DRAW_BLOCKS(draw_normal_float64, finish_normal_float64)
DRAW_BLOCKS(draw_normal_float32, finish_normal_float32)
