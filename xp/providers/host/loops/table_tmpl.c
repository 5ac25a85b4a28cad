/* The tables of the loops of one instruction set: for each operation, by dtype.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/loops/loops.h"
#undef bool /* a dtype's name below, not the type */

/* The operations by dtypes: declared, then listed. The letters say which kind each dtype is of. */
#define DTYPES(ROW, name, rule, accepts, extends)                                                                      \
    ROW(B, bool, XP_BOOL, name, rule, accepts, extends)                                                                \
    ROW(I, int8, XP_INT8, name, rule, accepts, extends)                                                                \
    ROW(I, int16, XP_INT16, name, rule, accepts, extends)                                                              \
    ROW(I, int32, XP_INT32, name, rule, accepts, extends)                                                              \
    ROW(I, int64, XP_INT64, name, rule, accepts, extends)                                                              \
    ROW(U, uint8, XP_UINT8, name, rule, accepts, extends)                                                              \
    ROW(U, uint16, XP_UINT16, name, rule, accepts, extends)                                                            \
    ROW(U, uint32, XP_UINT32, name, rule, accepts, extends)                                                            \
    ROW(U, uint64, XP_UINT64, name, rule, accepts, extends)                                                            \
    ROW(F, float32, XP_FLOAT32, name, rule, accepts, extends)                                                          \
    ROW(F, float64, XP_FLOAT64, name, rule, accepts, extends)                                                          \
    ROW(C, complex64, XP_COMPLEX64, name, rule, accepts, extends)                                                      \
    ROW(C, complex128, XP_COMPLEX128, name, rule, accepts, extends)                                                    \
    ROW(H, float16, XP_FLOAT16, name, rule, accepts, extends)                                                          \
    ROW(H, bfloat16, XP_BFLOAT16, name, rule, accepts, extends)

#define DECLARED(letter, dtype, number, name, rule, accepts, extends)                                                  \
    IF(TAKES(letter, rule, accepts, extends))(xp_loop HOST_LOOP(name, dtype);)
#define LISTED(letter, dtype, number, name, rule, accepts, extends)                                                    \
    IF(TAKES(letter, rule, accepts, extends))([number] = HOST_LOOP(name, dtype), )

#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    DTYPES(DECLARED, name, rule, accepts, extends)                                                                     \
    extern xp_loop *const HOST_TABLE(name)[XP_N_DTYPES];                                                               \
    xp_loop *const HOST_TABLE(name)[XP_N_DTYPES] = {DTYPES(LISTED, name, rule, accepts, extends)};
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE

#define XP_DTYPE(name, number, type, bytes, kind, text, npy) xp_loop HOST_LOOP(copy, name);
#include "core/dtypes.def"
#undef XP_DTYPE
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) [number] = HOST_LOOP(copy, name),
extern xp_loop *const HOST_TABLE(copy)[XP_N_DTYPES];
xp_loop *const HOST_TABLE(copy)[XP_N_DTYPES] = {
#include "core/dtypes.def"
};
#undef XP_DTYPE

/* Casts by from * XP_N_DTYPES + to; to the same dtype they copy. */
#define CAST(from, to) JOIN6(host_cast_, from, _, to, _, HOST_ISA)
#define CAST_DECLARED(letter, to, to_number, from, from_number, unused, unused_too) xp_loop CAST(from, to);
#define CAST_LISTED(letter, to, to_number, from, from_number, unused, unused_too)                                      \
    [from_number * XP_N_DTYPES + to_number] = from_number == to_number ? HOST_LOOP(copy, from) : CAST(from, to),
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) DTYPES(CAST_DECLARED, name, number, , )
#include "core/dtypes.def"
#undef XP_DTYPE
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) DTYPES(CAST_LISTED, name, number, , )
extern xp_loop *const HOST_TABLE(cast)[XP_N_DTYPES * XP_N_DTYPES];
xp_loop *const HOST_TABLE(cast)[XP_N_DTYPES * XP_N_DTYPES] = {
#include "core/dtypes.def"
};
#undef XP_DTYPE
