/* The loops of the mathematical functions of float32 and float64, a vector at a time.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/loops/loops.h"
#include "providers/host/loops/vector.h"
#if HOST_HAS_FMA
#include "providers/host/loops/log1p.h"
#endif

#define XP_SUFFIX float32
#define XP_T float
#define XP_BITS 32
#define XP_OF_FLOAT 1
#define SIGN_BIT INT32_MIN
#define CALL VECTOR_CALL_float32
#define TINY 0x1p-13f
#define LARGE 0x1p120f
#define LARGE_SQUARE 0x1p60f
#define EDGE 88.0f
#include "providers/host/loops/vector_loops.h"

#define XP_SUFFIX float64
#define XP_T double
#define XP_BITS 64
#define XP_OF_FLOAT 1
#define SIGN_BIT INT64_MIN
#define CALL VECTOR_CALL_float64
#define TINY 0x1p-27
#define LARGE 0x1p1000
#define LARGE_SQUARE 0x1p500
#define EDGE 709.0
#include "providers/host/loops/vector_loops.h"
