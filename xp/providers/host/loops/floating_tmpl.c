/* The plain loops of float32 and float64; those of the mathematical functions are in vector_tmpl.c.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "providers/host/loops/loops.h"

#define XP_SUFFIX float32
#define XP_T float
#define XP_BITS 32
#define XP_OF_FLOAT 1
#define XP_LETTER F
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX float64
#define XP_T double
#define XP_BITS 64
#define XP_OF_FLOAT 1
#define XP_LETTER F
#include "providers/host/loops/dtype_loops.h"
