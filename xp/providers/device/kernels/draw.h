/* Random numbers by counter, Philox4x32-10: bits, integers in a range, uniform and normal numbers.
 *
 * A block of 16 bytes is made of the four words of one number of the counter. WIDE: elements of 8 bytes, two a block,
 * else of 4 bytes, four a block. DRAW_INTEGERS, DRAW_UNIFORM or DRAW_NORMAL is defined before this; none of them: bits.
 * Sources: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011); Lemire: Fast random
 * integer generation in an interval (TOMACS 2019).
 * SPDX-License-Identifier: BSD-3-Clause */
#define RAISED_EVEN 0x9E3779B9u
#define RAISED_ODD 0xBB67AE85u

#if WIDE
#define PER_BLOCK 2
#if defined(DRAW_UNIFORM) || defined(DRAW_NORMAL)
typedef xp_float64 element;
#else
typedef xp_uint64 element;
#endif
#else
#define PER_BLOCK 4
#if defined(DRAW_UNIFORM) || defined(DRAW_NORMAL)
typedef xp_float32 element;
#else
typedef xp_uint32 element;
#endif
#endif

/* Blocks of an item at a time, side by side: on processors, loops over them are vectorised. */
#if XP_ITEMS == 1
#define LANES 16
#else
#define LANES 1
#endif

/* Words of blocks. */
typedef struct philox {
    xp_uint32 a[LANES], b[LANES], c[LANES], d[LANES];
} philox;

#define LOW(word) ((word) & 0xFFFFFFFFu)

XP_FN void draw_words(philox *words, xp_uint64 key, xp_uint64 stream, xp_uint64 counter)
{
    XP_PARALLEL
    for (int lane = 0; lane < LANES; lane++) {
        xp_uint64 a = counter + (xp_uint64)lane, b = a >> 32, c = stream, d = stream >> 32;
        xp_uint32 even = (xp_uint32)key, odd = (xp_uint32)(key >> 32);
        #pragma unroll
        for (int round = 0; round < 10; round++) {
            xp_uint64 p = LOW(a) * 0xD2511F53u, q = LOW(c) * 0xCD9E8D57u;
            a = q >> 32 ^ b ^ even;
            c = p >> 32 ^ d ^ odd;
            b = q;
            d = p;
            even += RAISED_EVEN;
            odd += RAISED_ODD;
        }
        words->a[lane] = (xp_uint32)a;
        words->b[lane] = (xp_uint32)b;
        words->c[lane] = (xp_uint32)c;
        words->d[lane] = (xp_uint32)d;
    }
}

#define PAIR(low, high) ((xp_uint64)(high) << 32 | (low))

#if defined(DRAW_INTEGERS)
/* Numbers become integers in [0, span) as the high halves of their products with it; those whose low half is below
 * what 2^64 leaves over a multiple of it would come too often, and are drawn again. A span of 0 is 2^64. */
XP_FN xp_uint64 draw_share(xp_uint64 number, xp_uint64 span)
{
    return span == 0 ? number : XP_MULTIPLY_HIGH(number, span);
}

/* Element i, whose first number this is: attempts draw the first pair of block counter + i under other keys. */
XP_FN xp_uint64 draw_again(xp_uint64 number, xp_uint64 span, xp_uint64 key, xp_uint64 stream, xp_uint64 counter,
                           xp_index i)
{
    const xp_uint64 least = span == 0 ? 0 : (0 - span) % span;
    for (xp_uint64 attempt = 1; number * span < least; attempt++) {
        philox again;
        draw_words(&again, key + attempt * 0x9E3779B97F4A7C15u, stream, counter + (xp_uint64)i);
        number = PAIR(again.a[0], again.b[0]);
    }
    return draw_share(number, span);
}
#endif

#if defined(DRAW_NORMAL)
#if WIDE
typedef xp_int64 pattern;
#define FRACTION_BITS 52
#define ROOT_OF_HALF 0x3FE6A09E667F3BCD
#define LN2 0.6931471803691238 /* with few bits, so that its products with exponents are exact; and what is left */
#define LN2_REST 1.9082149292705877e-10
#define LOGARITHMS                                                                                                     \
    z * (2.0 / 3 + z * (2.0 / 5 + z * (2.0 / 7 + z * (2.0 / 9 + z * (2.0 / 11 + z * (2.0 / 13 + z * (2.0 / 15 +        \
    z * (2.0 / 17 + z * (2.0 / 19 + z * (2.0 / 21))))))))))
#define PI 3.141592653589793 /* and what this is short of it */
#define PI_REST 1.2246467991473532e-16
#define SINES                                                                                                          \
    z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800 + z * (1.0 / 6227020800.0 +          \
    z * (-1.0 / 1307674368000.0 + z * (1.0 / 355687428096000.0)))))))
#define COSINES                                                                                                        \
    z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * (1.0 / 479001600 + z * (-1.0 / 87178291200.0 +     \
    z * (1.0 / 20922789888000.0))))))
#else
typedef xp_int32 pattern;
#define FRACTION_BITS 23
#define ROOT_OF_HALF 0x3F3504F3
#define LN2 0.693359375f
#define LN2_REST -2.1219444e-4f
#define LOGARITHMS z * (2.0f / 3 + z * (2.0f / 5 + z * (2.0f / 7 + z * (2.0f / 9 + z * (2.0f / 11)))))
#define PI 3.1415927f
#define PI_REST -8.742278e-8f
#define SINES z * (1.0f / 120 + z * (-1.0f / 5040 + z * (1.0f / 362880)))
#define COSINES z * (-1.0f / 720 + z * (1.0f / 40320 + z * (-1.0f / 3628800)))
#endif

typedef union bits {
    element value;
    pattern of;
} bits;

/* log u of a normal number: u = 2^k (1 + f) with 1 + f between the roots of 1/2 and 2, and s = f / (2 + f) in
 * log(1 + f) = 2 (s + s^3 / 3 + s^5 / 5 + ...), whose first term is f - f^2 / 2 + s f^2 / 2. What rounding leaves of
 * the large terms is kept. Libraries of devices have no logarithm that is the same everywhere, nor one that could be
 * relied upon to be vectorised. */
XP_FN element draw_log(element u)
{
    bits b;
    b.value = u;
    const pattern exponent = (b.of - ROOT_OF_HALF) >> FRACTION_BITS;
    b.of -= exponent << FRACTION_BITS;
    const element k = (element)(int)exponent, f = b.value - 1, s = f / (2 + f), z = s * s, square = f * f / 2;
    const element first = f - square, of_first = f - first - square - XP_MATH(fma)(f, f / 2, -square);
    const element sum = k * LN2 + first, of_sum = k * LN2 - sum + first;
    return sum + (of_sum + (of_first + (s * (square + LOGARITHMS) + k * LN2_REST)));
}

/* Two normal numbers from u in (0, 1] and v in [0, 2), by Box and Muller: r = sqrt(-2 log u), angle pi v. The angle is
 * brought to [-pi/4, pi/4] and kept with what rounding leaves of it, so that Taylor's series are exact to the last
 * place: libraries of devices are not. */
XP_FN void draw_normals(element u, element v, element *to)
{
    int quarter = (int)(2 * v + (element)0.5);
    element rest = v - (element)0.5 * quarter, t = rest * PI, e = XP_MATH(fma)(rest, PI, -t) + rest * PI_REST;
    element z = t * t, half_z = z / 2, w = 1 - half_z;
    element sine = t + (t * z * (SINES - (element)1 / 6) + e);
    element cosine = w + ((1 - w - half_z) + (z * z * ((element)1 / 24 + COSINES) - t * e));
    element radius = XP_MATH(sqrt)(draw_log(u) * -2);
    element x = quarter & 1 ? -sine : cosine, y = quarter & 1 ? cosine : sine;
    to[0] = radius * (quarter & 2 ? -x : x);
    to[1] = radius * (quarter & 2 ? -y : y);
}
#endif

/* The elements of LANES blocks from `number` on. */
XP_FN void draw_blocks_from(element *made, xp_uint64 key, xp_uint64 stream, xp_uint64 counter, xp_index number,
                            xp_int64 low, xp_uint64 span)
{
    philox words XP_ALIGNED;
    draw_words(&words, key, stream, counter + (xp_uint64)number);
#if defined(DRAW_INTEGERS)
    int suspects = 0; /* whether a low half is below the span: no other one can be too low */
#endif
    XP_PARALLEL
    for (int lane = 0; lane < LANES; lane++) {
        const xp_uint32 a = words.a[lane], b = words.b[lane], c = words.c[lane], d = words.d[lane];
        element *to = made + PER_BLOCK * lane;
#if defined(DRAW_INTEGERS)
        to[0] = draw_share(PAIR(a, b), span) + (xp_uint64)low;
        to[1] = draw_share(PAIR(c, d), span) + (xp_uint64)low;
        suspects |= (PAIR(a, b) * span < span) | (PAIR(c, d) * span < span);
#elif defined(DRAW_UNIFORM) && WIDE
        to[0] = (xp_float64)(PAIR(a, b) >> 11) * (1.0 / 9007199254740992.0);
        to[1] = (xp_float64)(PAIR(c, d) >> 11) * (1.0 / 9007199254740992.0);
#elif defined(DRAW_UNIFORM)
        to[0] = (xp_float32)(xp_int32)(a >> 8) * (1.0f / 16777216.0f);
        to[1] = (xp_float32)(xp_int32)(b >> 8) * (1.0f / 16777216.0f);
        to[2] = (xp_float32)(xp_int32)(c >> 8) * (1.0f / 16777216.0f);
        to[3] = (xp_float32)(xp_int32)(d >> 8) * (1.0f / 16777216.0f);
#elif defined(DRAW_NORMAL) && WIDE
        draw_normals((xp_float64)((PAIR(a, b) >> 11) + 1) * (1.0 / 9007199254740992.0),
                     (xp_float64)(PAIR(c, d) >> 11) * (1.0 / 4503599627370496.0), to);
#elif defined(DRAW_NORMAL) /* the radius takes all 32 bits: normals reach 6.66 */
        #pragma unroll
        for (int pair = 0; pair < 2; pair++)
            draw_normals((xp_float32)(pair ? c : a) * (1.0f / 4294967296.0f) + 1.0f / 8589934592.0f,
                         (xp_float32)(xp_int32)((pair ? d : b) >> 8) * (1.0f / 8388608.0f), to + 2 * pair);
#elif WIDE
        to[0] = PAIR(a, b);
        to[1] = PAIR(c, d);
#else
        to[0] = a;
        to[1] = b;
        to[2] = c;
        to[3] = d;
#endif
    }
#if defined(DRAW_INTEGERS)
    for (int lane = 0; suspects && lane < LANES; lane++) {
        const xp_index i = 2 * (number + lane);
        made[2 * lane] = (xp_uint64)low + draw_again(PAIR(words.a[lane], words.b[lane]), span, key, stream, counter, i);
        made[2 * lane + 1] =
            (xp_uint64)low + draw_again(PAIR(words.c[lane], words.d[lane]), span, key, stream, counter, i + 1);
    }
#endif
}

/* n elements; an item makes `stretch` blocks. */
XP_ENTRY draw_blocks(XP_GLOBAL element *out, xp_index start, xp_index n, xp_index stretch, xp_uint64 key,
                     xp_uint64 stream, xp_uint64 counter, xp_int64 low, xp_uint64 span)
{
    const xp_index first = (XP_GROUP * XP_ITEMS + XP_ITEM) * stretch, end = PER_BLOCK * (first + stretch);
    const xp_index last = end < n ? end : n;
    element made[PER_BLOCK * LANES] XP_ALIGNED;
    out += start;
    for (xp_index at = PER_BLOCK * first; at < last; at += PER_BLOCK * LANES) {
        draw_blocks_from(made, key, stream, counter, at / PER_BLOCK, low, span);
        if (last - at >= PER_BLOCK * LANES)
            for (int i = 0; i < PER_BLOCK * LANES; i++)
                out[at + i] = made[i];
        else
            for (int i = 0; i < PER_BLOCK * LANES; i++)
                if (i < last - at)
                    out[at + i] = made[i];
    }
}
