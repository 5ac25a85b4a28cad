/* How the host's loops are named and made from the rows of graph/elementwise.def.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The _tmpl.c files are compiled once for each instruction set, with HOST_ISA naming it. A loop is called
 * host_<operation>_<dtype>_<instruction set>; host_table_<operation>_<instruction set> lists them by dtype. */
#ifndef XP_HOST_LOOPS_H
#define XP_HOST_LOOPS_H

#include <stdint.h>
#include <string.h>

#include "graph/operation.h"

#define JOIN2_(a, b) a##b
#define JOIN2(a, b) JOIN2_(a, b)
#define JOIN6_(a, b, c, d, e, f) a##b##c##d##e##f
#define JOIN6(a, b, c, d, e, f) JOIN6_(a, b, c, d, e, f)
#define HOST_LOOP(operation, dtype) JOIN6(host_, operation, _, dtype, _, HOST_ISA)
#define HOST_TABLE(operation) JOIN6(host_table_, operation, _, HOST_ISA, , )

/* Elements as they lie in memory, at any address. The loops are compiled without assumptions about aliasing. */
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) typedef type element_##name __attribute__((aligned(1)));
#include "core/dtypes.def"
#undef XP_DTYPE

/* What an instruction set's vectors need: iterations do not depend on each other (an output is an input element for
 * element, or does not overlap it), and four vectors at a time hide the latency of loads. */
#define HOST_VECTORISE _Pragma("GCC ivdep") _Pragma("GCC unroll 4")

/* ---- which dtypes an operation is made for: 0 or 1 for bool, signed, unsigned, floating, complex ---------------- */

#define KINDS_XP_KIND_NONE 0, 0, 0, 0, 0
#define KINDS_XP_KIND_BOOL 1, 0, 0, 0, 0
#define KINDS_XP_KIND_INTEGRAL 0, 1, 1, 0, 0
#define KINDS_XP_KIND_DISCRETE 1, 1, 1, 0, 0
#define KINDS_XP_KIND_FLOAT 0, 0, 0, 1, 0
#define KINDS_XP_KIND_COMPLEX 0, 0, 0, 0, 1
#define KINDS_XP_KIND_REAL 0, 1, 1, 1, 0
#define KINDS_XP_KIND_FLOATING 0, 0, 0, 1, 1
#define KINDS_XP_KIND_NUMERIC 0, 1, 1, 1, 1
#define KINDS_XP_KIND_ANY 1, 1, 1, 1, 1

/* The dtypes in which operations of a rule compute. */
#define COMPUTES_XP_RULE_SAME 1, 1, 1, 1, 1
#define COMPUTES_XP_RULE_FLOAT 0, 0, 0, 1, 1
#define COMPUTES_XP_RULE_BOOL 1, 1, 1, 1, 1
#define COMPUTES_XP_RULE_REAL 1, 1, 1, 1, 1
#define COMPUTES_XP_RULE_SELECT 1, 1, 1, 1, 1

#define PICK_B_(b, i, u, f, c) b
#define PICK_I_(b, i, u, f, c) i
#define PICK_U_(b, i, u, f, c) u
#define PICK_F_(b, i, u, f, c) f
#define PICK_C_(b, i, u, f, c) c
#define PICK_H_(b, i, u, f, c) 0
#define PICK(letter, ...) PICK_AGAIN(JOIN2(PICK_, JOIN2(letter, _)), __VA_ARGS__)
#define PICK_AGAIN(pick, ...) pick(__VA_ARGS__)

#define EITHER_00 0
#define EITHER_01 1
#define EITHER_10 1
#define EITHER_11 1
#define BOTH_00 0
#define BOTH_01 0
#define BOTH_10 0
#define BOTH_11 1
#define JOIN3_(a, b, c) a##b##c
#define JOIN3(a, b, c) JOIN3_(a, b, c)
#define EITHER(x, y) JOIN3(EITHER_, x, y)
#define BOTH(x, y) JOIN3(BOTH_, x, y)

/* 1 if the operation of such a row has a loop for dtypes of this letter: B, I, U, F or C; for H, the dtypes that are
 * stored only, none has. */
#define TAKES(letter, rule, accepts, extends)                                                                          \
    BOTH(EITHER(PICK(letter, KINDS_##accepts), PICK(letter, KINDS_##extends)), PICK(letter, COMPUTES_##rule))

#define IF_0(...)
#define IF_1(...) __VA_ARGS__
#define IF(condition) JOIN2(IF_, condition)
#define OTHERWISE_0(...) __VA_ARGS__
#define OTHERWISE_1(...)
#define OTHERWISE(condition) JOIN2(OTHERWISE_, condition)

/* ---- operations whose floating loops call the vector mathematics: how accurate the call is, or `own` ------------ */

#define VECTOR_MATH_remainder own
#define VECTOR_MATH_pow own
#define VECTOR_MATH_hypot u05
#define VECTOR_MATH_exp u10
#define VECTOR_MATH_expm1 u10
#define VECTOR_MATH_log u10
#define VECTOR_MATH_log1p own
#define VECTOR_MATH_log2 u10
#define VECTOR_MATH_log10 u10
#define VECTOR_MATH_logaddexp own
#define VECTOR_MATH_sin u10
#define VECTOR_MATH_cos u10
#define VECTOR_MATH_tan own
#define VECTOR_MATH_asin u10
#define VECTOR_MATH_acos u10
#define VECTOR_MATH_atan u10
#define VECTOR_MATH_atan2 u10
#define VECTOR_MATH_sinh own
#define VECTOR_MATH_cosh own
#define VECTOR_MATH_tanh own
#define VECTOR_MATH_asinh own
#define VECTOR_MATH_acosh own
#define VECTOR_MATH_atanh own

#define IS_u05 ~, 1
#define IS_u10 ~, 1
#define IS_own ~, 1
#define SECOND_(first, second, ...) second
#define SECOND(...) SECOND_(__VA_ARGS__)
#define IS_VECTOR_(accuracy) SECOND(IS_##accuracy, 0, 0)
#define IS_VECTOR(accuracy) IS_VECTOR_(accuracy)
#define HAS_VECTOR_MATH(operation) IS_VECTOR(VECTOR_MATH_##operation)

#endif
