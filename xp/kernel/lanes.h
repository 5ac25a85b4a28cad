/* Words for vectors of REALs, for texts that an item of a processor runs. C and CUDA have vectors of one lane.
 *
 *   XP_LANES                 REALs in a vector
 *   XP_VECTOR_REGISTERS      how many vectors a processor keeps at hand
 *   xp_lanes, xp_lane_numbers   vectors of REALs, and of integers as wide; (xp_lanes)(x) has x in all lanes
 *   XP_LANES_LOAD(from), XP_LANES_STORE(x, to)     neighbours in memory
 *   XP_LANES_STORE_INTS(numbers, to)               to ints
 *   XP_FOUR_STORE(values, to)                      four REALs of an array, which then were in a vector of four
 *   XP_LANES_CHOOSE(test, yes, no)                 test: x < y and the like, joined by &
 *   XP_LANES_ALL(test)                             whether it holds in all lanes
 *   xp_lanes_of_pairs(from, to), _triples          rows of two or three, one behind the other: to[j] gets their j-th
 *   xp_lanes_of_fours(from, pitch, to)             the same of four neighbours in rows that are `pitch` apart
 * There are vectors of floats in float64 as well, of twice as many lanes; in float32 they are the same vectors:
 * XP_NARROW_LANES, xp_narrow_lanes, xp_narrow_numbers, XP_NARROW_LOAD, XP_NARROW_STORE and XP_NARROW_STORE_INTS,
 * XP_NARROW_MULTIPLY_ADD, and xp_narrow_sum of all lanes. XP_LANES_STORE_FLOATS(x, to) narrows xp_lanes.
 * SPDX-License-Identifier: BSD-3-Clause */
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#if defined(__AVX512F__)
#define XP_VECTOR_BITS 512
#define XP_VECTOR_REGISTERS 32
#elif defined(__AVX__)
#define XP_VECTOR_BITS 256
#define XP_VECTOR_REGISTERS 16
#elif defined(__aarch64__)
#define XP_VECTOR_BITS 128
#define XP_VECTOR_REGISTERS 32
#else
#define XP_VECTOR_BITS 128
#define XP_VECTOR_REGISTERS 16
#endif
#if XP_VECTOR_BITS == 16 * XP_REAL_BITS
#define XP_LANES 16
#elif XP_VECTOR_BITS == 8 * XP_REAL_BITS
#define XP_LANES 8
#elif XP_VECTOR_BITS == 4 * XP_REAL_BITS
#define XP_LANES 4
#else
#define XP_LANES 2
#endif
#define XP_OF_LANES_(word, lanes) word##lanes
#define XP_OF_LANES_JOIN(word, lanes) XP_OF_LANES_(word, lanes)
#define XP_OF_LANES(word) XP_OF_LANES_JOIN(word, XP_LANES)
#if XP_REAL_BITS == 32
typedef XP_OF_LANES(float) xp_lanes;
typedef XP_OF_LANES(int) xp_lane_numbers;
#else
typedef XP_OF_LANES(double) xp_lanes;
typedef XP_OF_LANES(long) xp_lane_numbers;
#endif
#if XP_VECTOR_BITS == 512
#define XP_NARROW_LANES 16
#define XP_OF_NARROW(word) word##16
#elif XP_VECTOR_BITS == 256
#define XP_NARROW_LANES 8
#define XP_OF_NARROW(word) word##8
#else
#define XP_NARROW_LANES 4
#define XP_OF_NARROW(word) word##4
#endif
typedef XP_OF_NARROW(float) xp_narrow_lanes;
typedef XP_OF_NARROW(int) xp_narrow_numbers;
#define XP_NARROW_LOAD(from) XP_OF_NARROW(vload)(0, from)
#define XP_NARROW_STORE(x, to) XP_OF_NARROW(vstore)(x, 0, to)
#define XP_NARROW_STORE_INTS(numbers, to) XP_OF_NARROW(vstore)(numbers, 0, to)
#define XP_NARROW_MULTIPLY_ADD(a, b, c) fma(a, b, c)
#define XP_LANES_LOAD(from) XP_OF_LANES(vload)(0, from)
#define XP_LANES_STORE(x, to) XP_OF_LANES(vstore)(x, 0, to)
#define XP_LANES_STORE_INTS(numbers, to) XP_OF_LANES(vstore)(XP_OF_LANES(convert_int)(numbers), 0, to)
#define XP_LANES_STORE_FLOATS(x, to) XP_OF_LANES(vstore)(XP_OF_LANES(convert_float)(x), 0, to)
#define XP_FOUR_STORE(values, to) vstore4(vload4(0, values), 0, to)
#define XP_LANES_CHOOSE(test, yes, no) ((test) ? (yes) : (no))
#define XP_LANES_ALL(test) all(test)

XP_FN float xp_narrow_sum(xp_narrow_lanes x)
{
#if XP_NARROW_LANES == 16
    const float8 eight = x.lo + x.hi;
    const float4 four = eight.lo + eight.hi;
#elif XP_NARROW_LANES == 8
    const float4 four = x.lo + x.hi;
#else
    const float4 four = x;
#endif
    const float2 two = four.lo + four.hi;
    return two.x + two.y;
}

/* The elements of two vectors that constants name, XP_LANES of them. */
#if defined(__clang__)
#define XP_LANES_PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#elif XP_REAL_BITS == 32
#define XP_LANES_PICK(a, b, ...) shuffle2(a, b, (XP_OF_LANES(uint))(__VA_ARGS__))
#else
#define XP_LANES_PICK(a, b, ...) shuffle2(a, b, (XP_OF_LANES(ulong))(__VA_ARGS__))
#endif

XP_FN void xp_lanes_of_pairs(XP_GLOBAL const REAL *from, xp_lanes to[2])
{
    const xp_lanes a = XP_LANES_LOAD(from), b = XP_LANES_LOAD(from + XP_LANES);
    to[0] = (xp_lanes)(a.even, b.even);
    to[1] = (xp_lanes)(a.odd, b.odd);
}

XP_FN void xp_lanes_of_triples(XP_GLOBAL const REAL *from, xp_lanes to[3])
{
    const xp_lanes a = XP_LANES_LOAD(from), b = XP_LANES_LOAD(from + XP_LANES);
    const xp_lanes c = XP_LANES_LOAD(from + 2 * XP_LANES);
#if XP_LANES == 16
    const xp_lanes t = XP_LANES_PICK(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
    const xp_lanes u = XP_LANES_PICK(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
    const xp_lanes v = XP_LANES_PICK(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
    to[0] = XP_LANES_PICK(t, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
    to[1] = XP_LANES_PICK(u, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
    to[2] = XP_LANES_PICK(v, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
#elif XP_LANES == 8
    const xp_lanes t = XP_LANES_PICK(a, b, 0, 3, 6, 9, 12, 15, 0, 0), u = XP_LANES_PICK(a, b, 1, 4, 7, 10, 13, 0, 0, 0);
    const xp_lanes v = XP_LANES_PICK(a, b, 2, 5, 8, 11, 14, 0, 0, 0);
    to[0] = XP_LANES_PICK(t, c, 0, 1, 2, 3, 4, 5, 10, 13);
    to[1] = XP_LANES_PICK(u, c, 0, 1, 2, 3, 4, 8, 11, 14);
    to[2] = XP_LANES_PICK(v, c, 0, 1, 2, 3, 4, 9, 12, 15);
#elif XP_LANES == 4
    to[0] = XP_LANES_PICK(XP_LANES_PICK(a, b, 0, 3, 6, 0), c, 0, 1, 2, 5);
    to[1] = XP_LANES_PICK(XP_LANES_PICK(a, b, 1, 4, 7, 0), c, 0, 1, 2, 6);
    to[2] = XP_LANES_PICK(XP_LANES_PICK(a, b, 2, 5, 0, 0), c, 0, 1, 4, 7);
#else
    to[0] = XP_LANES_PICK(a, b, 0, 3);
    to[1] = XP_LANES_PICK(a, c, 1, 2);
    to[2] = XP_LANES_PICK(b, c, 0, 3);
#endif
}

/* Vectors 0 to 3 of these have the first four elements of XP_LANES rows, row by row. */
XP_FN xp_lanes xp_lanes_of_rows(XP_GLOBAL const REAL *from, xp_index pitch, int v)
{
#if XP_LANES == 16
    from += 4 * v * pitch;
    return (xp_lanes)(vload4(0, from), vload4(0, from + pitch), vload4(0, from + 2 * pitch),
                      vload4(0, from + 3 * pitch));
#elif XP_LANES == 8
    from += 2 * v * pitch;
    return (xp_lanes)(vload4(0, from), vload4(0, from + pitch));
#elif XP_LANES == 4
    return vload4(0, from + v * pitch);
#else
    return vload2(0, from + v / 2 * pitch + v % 2 * 2);
#endif
}

/* The even elements of the even ones are the first of each row, and so on. */
XP_FN void xp_lanes_of_fours(XP_GLOBAL const REAL *from, xp_index pitch, xp_lanes to[4])
{
    const xp_lanes a = xp_lanes_of_rows(from, pitch, 0), b = xp_lanes_of_rows(from, pitch, 1);
    const xp_lanes c = xp_lanes_of_rows(from, pitch, 2), d = xp_lanes_of_rows(from, pitch, 3);
    const xp_lanes even_ab = (xp_lanes)(a.even, b.even), even_cd = (xp_lanes)(c.even, d.even);
    const xp_lanes odd_ab = (xp_lanes)(a.odd, b.odd), odd_cd = (xp_lanes)(c.odd, d.odd);
    to[0] = (xp_lanes)(even_ab.even, even_cd.even);
    to[1] = (xp_lanes)(odd_ab.even, odd_cd.even);
    to[2] = (xp_lanes)(even_ab.odd, even_cd.odd);
    to[3] = (xp_lanes)(odd_ab.odd, odd_cd.odd);
}
#else
#define XP_LANES 1
#define XP_VECTOR_REGISTERS 32
typedef REAL xp_lanes;
typedef xp_index xp_lane_numbers;
#define XP_LANES_LOAD(from) (*(from))
#define XP_LANES_STORE(x, to) (*(to) = (x))
#define XP_LANES_STORE_INTS(numbers, to) (*(to) = (int)(numbers))
#define XP_LANES_STORE_FLOATS(x, to) (*(to) = (float)(x))
#define XP_FOUR_STORE(values, to)                                                                                      \
    ((to)[0] = (values)[0], (to)[1] = (values)[1], (to)[2] = (values)[2], (to)[3] = (values)[3])
#define XP_LANES_CHOOSE(test, yes, no) ((test) ? (yes) : (no))
#define XP_LANES_ALL(test) (test)
XP_FN void xp_lanes_of_pairs(XP_GLOBAL const REAL *from, xp_lanes to[2])
{
    to[0] = from[0];
    to[1] = from[1];
}
XP_FN void xp_lanes_of_triples(XP_GLOBAL const REAL *from, xp_lanes to[3])
{
    xp_lanes_of_pairs(from, to);
    to[2] = from[2];
}
XP_FN void xp_lanes_of_fours(XP_GLOBAL const REAL *from, xp_index pitch, xp_lanes to[4])
{
    (void)pitch;
    xp_lanes_of_pairs(from, to);
    xp_lanes_of_pairs(from + 2, to + 2);
}
#define XP_NARROW_LANES 1
typedef float xp_narrow_lanes;
typedef int xp_narrow_numbers;
#define XP_NARROW_LOAD(from) (*(from))
#define XP_NARROW_STORE(x, to) (*(to) = (x))
#define XP_NARROW_STORE_INTS(numbers, to) (*(to) = (numbers))
#define XP_NARROW_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
XP_FN float xp_narrow_sum(xp_narrow_lanes x) { return x; }
#endif
