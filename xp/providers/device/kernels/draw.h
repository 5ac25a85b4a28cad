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

typedef struct philox {
    xp_uint32 a, b, c, d;
} philox;

XP_FN philox draw_words(xp_uint64 key, xp_uint64 stream, xp_uint64 counter)
{
    xp_uint32 a = (xp_uint32)counter, b = (xp_uint32)(counter >> 32);
    xp_uint32 c = (xp_uint32)stream, d = (xp_uint32)(stream >> 32);
    xp_uint32 even = (xp_uint32)key, odd = (xp_uint32)(key >> 32);
    for (int round = 0; round < 10; round++) {
        xp_uint64 p = (xp_uint64)0xD2511F53u * a, q = (xp_uint64)0xCD9E8D57u * c;
        a = (xp_uint32)(q >> 32) ^ b ^ even;
        c = (xp_uint32)(p >> 32) ^ d ^ odd;
        b = (xp_uint32)q;
        d = (xp_uint32)p;
        even += RAISED_EVEN;
        odd += RAISED_ODD;
    }
    philox words;
    words.a = a;
    words.b = b;
    words.c = c;
    words.d = d;
    return words;
}

#define PAIR(low, high) ((xp_uint64)(high) << 32 | (low))

#if defined(DRAW_INTEGERS)
/* Element i in [0, span) from its first number; refused ones are drawn again with the first pair of block counter + i
 * under another key. A span of 0 is 2^64. */
XP_FN xp_uint64 draw_below(xp_uint64 number, xp_uint64 span, xp_uint64 key, xp_uint64 stream, xp_uint64 counter,
                           xp_index i)
{
    if (span == 0)
        return number;
    xp_uint64 low = number * span;
    if (low < span) {
        const xp_uint64 least = (0 - span) % span;
        for (xp_uint64 attempt = 1; low < least; attempt++) {
            philox again = draw_words(key + attempt * 0x9E3779B97F4A7C15u, stream, counter + (xp_uint64)i);
            number = PAIR(again.a, again.b);
            low = number * span;
        }
    }
    return XP_MULTIPLY_HIGH(number, span);
}
#endif

#if defined(DRAW_NORMAL)
#if WIDE
#define PI 3.141592653589793 /* and what this is short of it */
#define PI_REST 1.2246467991473532e-16
#define SINES                                                                                                          \
    z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800 + z * (1.0 / 6227020800.0 +          \
    z * (-1.0 / 1307674368000.0 + z * (1.0 / 355687428096000.0)))))))
#define COSINES                                                                                                        \
    z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * (1.0 / 479001600 + z * (-1.0 / 87178291200.0 +     \
    z * (1.0 / 20922789888000.0))))))
#else
#define PI 3.1415927f
#define PI_REST -8.742278e-8f
#define SINES z * (1.0f / 120 + z * (-1.0f / 5040 + z * (1.0f / 362880)))
#define COSINES z * (-1.0f / 720 + z * (1.0f / 40320 + z * (-1.0f / 3628800)))
#endif

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
    element radius = XP_MATH(sqrt)(XP_MATH(log)(u) * -2);
    element x = quarter & 1 ? -sine : cosine, y = quarter & 1 ? cosine : sine;
    to[0] = radius * (quarter & 2 ? -x : x);
    to[1] = radius * (quarter & 2 ? -y : y);
}
#endif

/* The elements of block `number`. */
XP_FN void draw_block(element *to, xp_uint64 key, xp_uint64 stream, xp_uint64 counter, xp_index number, xp_int64 low,
                      xp_uint64 span)
{
    philox words = draw_words(key, stream, counter + (xp_uint64)number);
#if defined(DRAW_INTEGERS)
    to[0] = draw_below(PAIR(words.a, words.b), span, key, stream, counter, 2 * number) + (xp_uint64)low;
    to[1] = draw_below(PAIR(words.c, words.d), span, key, stream, counter, 2 * number + 1) + (xp_uint64)low;
#elif defined(DRAW_UNIFORM) && WIDE
    to[0] = (xp_float64)(PAIR(words.a, words.b) >> 11) * (1.0 / 9007199254740992.0);
    to[1] = (xp_float64)(PAIR(words.c, words.d) >> 11) * (1.0 / 9007199254740992.0);
#elif defined(DRAW_UNIFORM)
    to[0] = (xp_float32)(words.a >> 8) * (1.0f / 16777216.0f);
    to[1] = (xp_float32)(words.b >> 8) * (1.0f / 16777216.0f);
    to[2] = (xp_float32)(words.c >> 8) * (1.0f / 16777216.0f);
    to[3] = (xp_float32)(words.d >> 8) * (1.0f / 16777216.0f);
#elif defined(DRAW_NORMAL) && WIDE
    draw_normals((xp_float64)((PAIR(words.a, words.b) >> 11) + 1) * (1.0 / 9007199254740992.0),
                 (xp_float64)(PAIR(words.c, words.d) >> 11) * (1.0 / 4503599627370496.0), to);
#elif defined(DRAW_NORMAL) /* the radius takes all 32 bits: normals reach 6.66 */
    draw_normals((xp_float32)words.a * (1.0f / 4294967296.0f) + 1.0f / 8589934592.0f,
                 (xp_float32)(words.b >> 8) * (1.0f / 8388608.0f), to);
    draw_normals((xp_float32)words.c * (1.0f / 4294967296.0f) + 1.0f / 8589934592.0f,
                 (xp_float32)(words.d >> 8) * (1.0f / 8388608.0f), to + 2);
#elif WIDE
    to[0] = PAIR(words.a, words.b);
    to[1] = PAIR(words.c, words.d);
#else
    to[0] = words.a;
    to[1] = words.b;
    to[2] = words.c;
    to[3] = words.d;
#endif
}

/* n elements; an item makes a block, or `stretch` of them. */
XP_ENTRY draw_blocks(XP_GLOBAL element *out, xp_index start, xp_index n, xp_index stretch, xp_uint64 key,
                     xp_uint64 stream, xp_uint64 counter, xp_int64 low, xp_uint64 span)
{
    xp_index first = (XP_GROUP * XP_ITEMS + XP_ITEM) * stretch, whole = n / PER_BLOCK;
    xp_index end = first + stretch < whole ? first + stretch : whole;
    out += start;
    XP_PARALLEL
    for (xp_index number = first; number < end; number++) {
        element made[PER_BLOCK];
        draw_block(made, key, stream, counter, number, low, span);
        for (int i = 0; i < PER_BLOCK; i++)
            out[PER_BLOCK * number + i] = made[i];
    }
    if (first <= whole && whole < first + stretch && PER_BLOCK * whole < n) { /* a block that is not used up */
        element made[PER_BLOCK];
        draw_block(made, key, stream, counter, whole, low, span);
        for (int i = 0; i < n - PER_BLOCK * whole; i++)
            out[PER_BLOCK * whole + i] = made[i];
    }
}
