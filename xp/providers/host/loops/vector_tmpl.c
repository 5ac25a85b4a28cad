/* The loops of the mathematical functions of float32 and float64, a vector at a time.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/loops/loops.h"
#include "providers/host/loops/vector.h"

#define XP_SUFFIX float32
#define SCALAR float
#define CALL VECTOR_CALL_float32
#include "providers/host/loops/vector_loops.h"

#define XP_SUFFIX float64
#define SCALAR double
#define CALL VECTOR_CALL_float64
#include "providers/host/loops/vector_loops.h"
