/* Casts between all pairs of dtypes, and copies by element size.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Integers to integers wrap; floating to integer truncates, saturates, and takes NaN to 0; complex to real takes the
 * real part; to bool means "is not zero", of which NaN is none; bool counts as 0 or 1. From and to float16 and
 * bfloat16: half_tmpl.c. */
#include <stdbool.h>

#include "providers/host/loops/loops.h"
#undef bool /* a dtype's name below, not the type */

/* Floating to integer without a conversion out of range, in a form that vectorises. 2^bits is exact in any floating
 * type; the largest integer often is not. */
#define SATURATE(from, to, to_type, is_signed, floating)                                                               \
    static inline to_type saturate_##from##_##to(floating a)                                                           \
    {                                                                                                                  \
        const floating above = (floating)(1ULL << (8 * sizeof(to_type) - 1)) * (floating)(is_signed ? 1 : 2);          \
        const floating below = is_signed ? -above : (floating)0;                                                       \
        const to_type largest = (to_type)(UINT64_MAX >> (64 - 8 * sizeof(to_type) + (is_signed)));                     \
        const to_type least = is_signed ? (to_type)(-largest - 1) : (to_type)0;                                        \
        floating inside = (a >= below) & (a < above) ? a : (floating)0;                                                \
        to_type result = (to_type)inside;                                                                              \
        result = a >= above ? largest : result;                                                                        \
        return a < below ? least : result;                                                                             \
    }
#define SATURATE_I(to, to_type)                                                                                        \
    SATURATE(float32, to, to_type, 1, float)                                                                           \
    SATURATE(float64, to, to_type, 1, double)
#define SATURATE_U(to, to_type)                                                                                        \
    SATURATE(float32, to, to_type, 0, float)                                                                           \
    SATURATE(float64, to, to_type, 0, double)
#define SATURATE_B(to, to_type)
#define SATURATE_F(to, to_type)
#define SATURATE_C(to, to_type)
#define SATURATE_H(to, to_type)
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) SATURATE_##kind(name, type)
#include "core/dtypes.def"
#undef XP_DTYPE

/* The real part of an element by the kind it has, the imaginary part, and whether it is not zero. */
#define REAL_B(a) ((a) != 0)
#define REAL_I(a) (a)
#define REAL_U(a) (a)
#define REAL_F(a) (a)
#define REAL_C(a) ((a).re)
#define IMAGINARY_B(a) 0
#define IMAGINARY_I(a) 0
#define IMAGINARY_U(a) 0
#define IMAGINARY_F(a) 0
#define IMAGINARY_C(a) ((a).im)
#define TRUTH_B(a) ((a) != 0)
#define TRUTH_I(a) ((a) != 0)
#define TRUTH_U(a) ((a) != 0)
#define TRUTH_F(a) ((a) != 0)
#define TRUTH_C(a) (((a).re != 0) | ((a).im != 0))

/* To an integer: plainly, or from a floating dtype saturating. */
#define FLOATING_float32 float32
#define FLOATING_float64 float64
#define FLOATING_complex64 float32
#define FLOATING_complex128 float64
#define INTEGER_B(to, to_type, a) (to_type)REAL_B(a)
#define INTEGER_I(to, to_type, a) (to_type)(a)
#define INTEGER_U(to, to_type, a) (to_type)(a)
#define INTEGER_F(to, to_type, a) JOIN4(saturate_, JOIN2(FLOATING_, FROM), _, to)(a)
#define INTEGER_C(to, to_type, a) JOIN4(saturate_, JOIN2(FLOATING_, FROM), _, to)((a).re)
#define JOIN4_(a, b, c, d) a##b##c##d
#define JOIN4(a, b, c, d) JOIN4_(a, b, c, d)

#define STORE_B(result, to, to_type, a) result = JOIN2(TRUTH_, FROM_KIND)(a)
#define STORE_I(result, to, to_type, a) result = JOIN2(INTEGER_, FROM_KIND)(to, to_type, a)
#define STORE_U(result, to, to_type, a) result = JOIN2(INTEGER_, FROM_KIND)(to, to_type, a)
#define STORE_F(result, to, to_type, a) result = (to_type)JOIN2(REAL_, FROM_KIND)(a)
#define STORE_C(result, to, to_type, a)                                                                                \
    result = complex_of_##to(JOIN2(REAL_, FROM_KIND)(a), JOIN2(IMAGINARY_, FROM_KIND)(a))

static inline xp_complex64 complex_of_complex64(float re, float im) { return (xp_complex64){re, im}; }
static inline xp_complex128 complex_of_complex128(double re, double im) { return (xp_complex128){re, im}; }

#define COPY_LOOP(name, type)                                                                                          \
    xp_loop HOST_LOOP(copy, name);                                                                                     \
    void HOST_LOOP(copy, name)(int64_t n, const void *const *inputs, void *output)                                     \
    {                                                                                                                  \
        if (n > 0 && output != inputs[0])                                                                              \
            memcpy(output, inputs[0], (size_t)n * sizeof(type));                                                       \
    }
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) COPY_LOOP(name, type)
#include "core/dtypes.def"
#undef XP_DTYPE

#define FROM bool
#define FROM_KIND B
#include "providers/host/loops/cast_loops.h"

#define FROM int8
#define FROM_KIND I
#include "providers/host/loops/cast_loops.h"

#define FROM int16
#define FROM_KIND I
#include "providers/host/loops/cast_loops.h"

#define FROM int32
#define FROM_KIND I
#include "providers/host/loops/cast_loops.h"

#define FROM int64
#define FROM_KIND I
#include "providers/host/loops/cast_loops.h"

#define FROM uint8
#define FROM_KIND U
#include "providers/host/loops/cast_loops.h"

#define FROM uint16
#define FROM_KIND U
#include "providers/host/loops/cast_loops.h"

#define FROM uint32
#define FROM_KIND U
#include "providers/host/loops/cast_loops.h"

#define FROM uint64
#define FROM_KIND U
#include "providers/host/loops/cast_loops.h"

#define FROM float32
#define FROM_KIND F
#include "providers/host/loops/cast_loops.h"

#define FROM float64
#define FROM_KIND F
#include "providers/host/loops/cast_loops.h"

#define FROM complex64
#define FROM_KIND C
#include "providers/host/loops/cast_loops.h"

#define FROM complex128
#define FROM_KIND C
#include "providers/host/loops/cast_loops.h"
