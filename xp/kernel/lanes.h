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
 * In float64 there are vectors of floats as well, of twice as many lanes: XP_NARROW_LANES, xp_narrow_lanes,
 * xp_narrow_numbers, XP_NARROW_LOAD, XP_NARROW_STORE and XP_NARROW_STORE_INTS, XP_NARROW_MULTIPLY_ADD, and
 * XP_NARROW_FOUR_STORE, which narrows its four doubles.
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
#define XP_NARROW_LANES (2 * XP_LANES)
#if XP_LANES == 8
#define XP_OF_NARROW(word) word##16
#elif XP_LANES == 4
#define XP_OF_NARROW(word) word##8
#else
#define XP_OF_NARROW(word) word##4
#endif
typedef XP_OF_NARROW(float) xp_narrow_lanes;
typedef XP_OF_NARROW(int) xp_narrow_numbers;
#define XP_NARROW_LOAD(from) XP_OF_NARROW(vload)(0, from)
#define XP_NARROW_STORE(x, to) XP_OF_NARROW(vstore)(x, 0, to)
#define XP_NARROW_STORE_INTS(numbers, to) XP_OF_NARROW(vstore)(numbers, 0, to)
#define XP_NARROW_MULTIPLY_ADD(a, b, c) fma(a, b, c)
#define XP_NARROW_FOUR_STORE(values, to) vstore4(convert_float4(vload4(0, values)), 0, to)
#endif
#define XP_LANES_LOAD(from) XP_OF_LANES(vload)(0, from)
#define XP_LANES_STORE(x, to) XP_OF_LANES(vstore)(x, 0, to)
#define XP_LANES_STORE_INTS(numbers, to) XP_OF_LANES(vstore)(XP_OF_LANES(convert_int)(numbers), 0, to)
#define XP_FOUR_STORE(values, to) vstore4(vload4(0, values), 0, to)
#define XP_LANES_CHOOSE(test, yes, no) ((test) ? (yes) : (no))
#define XP_LANES_ALL(test) all(test)
#else
#define XP_LANES 1
#define XP_VECTOR_REGISTERS 32
typedef REAL xp_lanes;
typedef xp_index xp_lane_numbers;
#define XP_LANES_LOAD(from) (*(from))
#define XP_LANES_STORE(x, to) (*(to) = (x))
#define XP_LANES_STORE_INTS(numbers, to) (*(to) = (int)(numbers))
#define XP_FOUR_STORE(values, to)                                                                                      \
    ((to)[0] = (values)[0], (to)[1] = (values)[1], (to)[2] = (values)[2], (to)[3] = (values)[3])
#define XP_LANES_CHOOSE(test, yes, no) ((test) ? (yes) : (no))
#define XP_LANES_ALL(test) (test)
#define XP_NARROW_LANES 1
typedef float xp_narrow_lanes;
typedef int xp_narrow_numbers;
#define XP_NARROW_LOAD(from) (*(from))
#define XP_NARROW_STORE(x, to) (*(to) = (x))
#define XP_NARROW_STORE_INTS(numbers, to) (*(to) = (numbers))
#define XP_NARROW_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define XP_NARROW_FOUR_STORE(values, to)                                                                               \
    ((to)[0] = (float)(values)[0], (to)[1] = (float)(values)[1], (to)[2] = (float)(values)[2],                         \
     (to)[3] = (float)(values)[3])
#endif
