/* The loops of complex64 and complex128.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "providers/host/loops/loops.h"

#undef HOST_VECTORISE /* bodies are long: four copies of each would not be faster */
#define HOST_VECTORISE _Pragma("GCC ivdep")

#define XP_SUFFIX complex64
#define XP_T xp_complex64
#define XP_R float
#define XP_BITS 32
#define XP_OF_COMPLEX 1
#define XP_LETTER C
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX complex128
#define XP_T xp_complex128
#define XP_R double
#define XP_BITS 64
#define XP_OF_COMPLEX 1
#define XP_LETTER C
#include "providers/host/loops/dtype_loops.h"
