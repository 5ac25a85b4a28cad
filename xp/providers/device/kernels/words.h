/* What the core's own kernels are written in: the words that differ between OpenCL C 1.2 and CUDA C.
 *
 * The core puts this text before each program, and defines XP_ITEMS before it: the items of a group, 1 on processors,
 * where an item does a piece of many elements instead.
 *   xp_bool, xp_int8, ..., xp_complex128   the element types; complex ones are structs of re and im, and float16 and
 *                            bfloat16 are their bits (kernel/half.h)
 *   xp_index                 a signed integer of 64 bits
 *   XP_ENTRY name(...)       a kernel; XP_FN before other functions
 *   XP_ENTRY_OF(n) name(...) a kernel whose registers let n groups be on a unit of the device at once
 *   XP_GLOBAL                before what a pointer to an array points to
 *   XP_MATH(sqrt)            the mathematical function for float and double
 *   XP_MULTIPLY_HIGH(a, b)   the high half of a product of xp_uint64
 * and the words for groups (kernel/groups.h).
 * SPDX-License-Identifier: BSD-3-Clause */
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#pragma OPENCL FP_CONTRACT OFF
#define XP_FN static inline
#define XP_ENTRY __kernel void
#define XP_ENTRY_OF(groups) __kernel void
#define XP_GLOBAL __global
typedef long xp_index;
typedef uchar xp_bool;
typedef char xp_int8;
typedef short xp_int16;
typedef int xp_int32;
typedef long xp_int64;
typedef uchar xp_uint8;
typedef ushort xp_uint16;
typedef uint xp_uint32;
typedef ulong xp_uint64;
#define XP_MULTIPLY_HIGH(a, b) mul_hi(a, b)
#if defined(cl_khr_fp64)
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define XP_HAS_FLOAT64 1
#endif
#else
#define XP_FN static __device__ __forceinline__
#define XP_ENTRY extern "C" __global__ void
#define XP_ENTRY_OF(groups) extern "C" __global__ void __launch_bounds__(XP_ITEMS, groups)
#define XP_GLOBAL
typedef long long xp_index;
typedef unsigned char xp_bool;
typedef signed char xp_int8;
typedef short xp_int16;
typedef int xp_int32;
typedef long long xp_int64;
typedef unsigned char xp_uint8;
typedef unsigned short xp_uint16;
typedef unsigned int xp_uint32;
typedef unsigned long long xp_uint64;
#define XP_MULTIPLY_HIGH(a, b) __umul64hi(a, b)
#define XP_HAS_FLOAT64 1
#define INFINITY __int_as_float(0x7f800000)
#define NAN __int_as_float(0x7fc00000)
#endif
#define XP_MATH(function) function

#include "kernel/groups.h"

typedef xp_uint16 xp_float16;
typedef xp_uint16 xp_bfloat16;
typedef float xp_float32;
typedef struct xp_complex64 {
    xp_float32 re, im;
} xp_complex64;
XP_FN xp_complex64 xp_complex64_of(xp_float32 re, xp_float32 im)
{
    xp_complex64 z;
    z.re = re;
    z.im = im;
    return z;
}
#if XP_HAS_FLOAT64
typedef double xp_float64;
typedef struct xp_complex128 {
    xp_float64 re, im;
} xp_complex128;
XP_FN xp_complex128 xp_complex128_of(xp_float64 re, xp_float64 im)
{
    xp_complex128 z;
    z.re = re;
    z.im = im;
    return z;
}
#endif
