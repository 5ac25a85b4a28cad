/* Facts about dtypes: sizes, kinds, promotion. Conversion of single values is in scixp/driver/memory.h.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_DTYPE_H
#define XP_CORE_DTYPE_H

#include "core/array_private.h"

typedef struct xp_complex64 {
    float re, im;
} xp_complex64;
typedef struct xp_complex128 {
    double re, im;
} xp_complex128;

typedef struct xp_dtype_info {
    const char *name;  /* "float64" */
    const char *npy;   /* "<f8" */
    const char *text;  /* on devices */
    uint8_t bytes, align, kind; /* kind: one xp_kind bit */
} xp_dtype_info;
extern const xp_dtype_info xp_dtypes[XP_N_DTYPES]; /* by xp_dtype; entry 0 is "default" of 0 bytes */

static inline size_t xp_dtype_bytes(int dtype) { return xp_dtypes[dtype].bytes; }
static inline const char *xp_dtype_name(int dtype) { return xp_dtypes[dtype].name; }
static inline bool xp_dtype_is(int dtype, int kinds) { return (xp_dtypes[dtype].kind & kinds) != 0; }

/* Whether a dtype is for storage alone, and the one that its numbers are computed in: float32, which holds them all;
 * all others compute in themselves. */
static inline bool xp_is_storage(int dtype) { return dtype >= XP_N_STANDARD_DTYPES; }
static inline xp_dtype xp_loop_dtype(int dtype) { return xp_is_storage(dtype) ? XP_FLOAT32 : (xp_dtype)dtype; }

/* The standard's promotion table, and beyond it NumPy 2's (int64 with float32: float64; uint64 with int64: float64).
 * By [dtype][dtype]. */
extern const uint8_t xp_promotion[XP_N_DTYPES][XP_N_DTYPES];

/* The dtype of an array of `dtype` with a weak scalar of `weak` (BOOL, INT64, FLOAT64, COMPLEX128): NumPy 2's rule.
 * int32 with 2.0 gives float64, float32 with 2.0 gives float32, bool with 2 gives int64. */
xp_dtype xp_promote_weak(xp_dtype dtype, xp_dtype weak);

/* Whether the standard promises a common dtype of two arrays: the same kind, or signed with unsigned integers but for
 * uint64, or floating with complex; and whether it allows a weak scalar beside an array: of its kind or one below. */
bool xp_standard_promotes(xp_dtype a, xp_dtype b);
bool xp_standard_promotes_weak(xp_dtype dtype, xp_dtype weak);

/* The floating dtype that integers turn into in divide, sqrt, mean: 8 and 16 bits to float32, others to float64
 * (NumPy, whose float16 for 8 bits SciXP does not compute in). Floating dtypes stay. */
xp_dtype xp_floating_dtype(xp_dtype dtype);
xp_dtype xp_real_dtype(xp_dtype dtype);    /* complex64 -> float32; real ones stay */
xp_dtype xp_complex_dtype(xp_dtype dtype); /* float32 -> complex64 */

/* Whether a cast from one to the other stays within its kind or goes up (bool < int < float < complex). */
bool xp_can_cast_same_kind(xp_dtype from, xp_dtype to);

#endif
