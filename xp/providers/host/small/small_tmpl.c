/* The engine for small matrices for one instruction set: HOST_SMALL names the table that is made.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdbool.h>
#include <string.h>

#include "providers/host/small/lanes.h"
#include "providers/host/small/small.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(x) JOIN(x, KIND)
#define OF_REAL(x) JOIN(x, REAL_KIND)
#define REALS OF_REAL(reals)
#define MASK OF_REAL(mask)
#define LANES OF_REAL(LANES)
#define ALL_LANES ((uint32_t)((UINT64_C(1) << LANES) - 1))
#define FORM(x) JOIN(NAME(x), HOW)
#define UNROLLED(x) JOIN(NAME(x), unrolled)
#define LOOPED(x) JOIN(NAME(x), looped)

/* ---- float64 and complex128 -------------------------------------------------------------------------------------- */

#define T double
#define BYTES 8
#define REAL_KIND float64
#define SAFE_LEAST 0x1p-900
#define SAFE_LARGEST 0x1p900
#define ROUNDING 0x1p-48 /* 16 times the rounding of a number near 1 */

#define KIND float64
#include "providers/host/small/turn_tmpl.c"
#include "providers/host/small/real_numbers_tmpl.c"
#include "providers/host/small/batch_tmpl.c"
#undef KIND
#undef NUMBER
#undef DIVISOR
#undef PARTS

#define KIND complex128
#include "providers/host/small/complex_numbers_tmpl.c"
#include "providers/host/small/batch_tmpl.c"
#undef KIND
#undef NUMBER
#undef DIVISOR
#undef PARTS

#undef T
#undef BYTES
#undef REAL_KIND
#undef SAFE_LEAST
#undef SAFE_LARGEST
#undef ROUNDING

/* ---- float32 and complex64 --------------------------------------------------------------------------------------- */

#define T float
#define BYTES 4
#define REAL_KIND float32
#define SAFE_LEAST 0x1p-100f
#define SAFE_LARGEST 0x1p100f
#define ROUNDING 0x1p-19f

#define KIND float32
#include "providers/host/small/turn_tmpl.c"
#include "providers/host/small/real_numbers_tmpl.c"
#include "providers/host/small/batch_tmpl.c"
#undef KIND
#undef NUMBER
#undef DIVISOR
#undef PARTS

#define KIND complex64
#include "providers/host/small/complex_numbers_tmpl.c"
#include "providers/host/small/batch_tmpl.c"
#undef KIND

/* ---- the table --------------------------------------------------------------------------------------------------- */

#define KERNELS(kind)                                                                                                  \
    {                                                                                                                  \
        .solve = solve_##kind, .inverse = inverse_##kind, .determinant = determinant_##kind, .pivots = pivots_##kind   \
    }

const host_small_table HOST_SMALL = {{
    [XP_FLOAT32] = KERNELS(float32),
    [XP_FLOAT64] = KERNELS(float64),
    [XP_COMPLEX64] = KERNELS(complex64),
    [XP_COMPLEX128] = KERNELS(complex128),
}};
