/* The plain loops of bool and the integer dtypes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/loops/loops.h"

#undef bool /* the dtype's name, not the type */
#define XP_SUFFIX bool
#define XP_T uint8_t
#define XP_W uint32_t
#define XP_BITS 8
#define XP_OF_BOOL 1
#define XP_LETTER B
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX int8
#define XP_T int8_t
#define XP_W uint32_t
#define XP_BITS 8
#define XP_OF_SIGNED 1
#define XP_LETTER I
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX int16
#define XP_T int16_t
#define XP_W uint32_t
#define XP_BITS 16
#define XP_OF_SIGNED 1
#define XP_LETTER I
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX int32
#define XP_T int32_t
#define XP_W uint32_t
#define XP_BITS 32
#define XP_OF_SIGNED 1
#define XP_LETTER I
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX int64
#define XP_T int64_t
#define XP_W uint64_t
#define XP_BITS 64
#define XP_OF_SIGNED 1
#define XP_LETTER I
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX uint8
#define XP_T uint8_t
#define XP_W uint32_t
#define XP_BITS 8
#define XP_OF_UNSIGNED 1
#define XP_LETTER U
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX uint16
#define XP_T uint16_t
#define XP_W uint32_t
#define XP_BITS 16
#define XP_OF_UNSIGNED 1
#define XP_LETTER U
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX uint32
#define XP_T uint32_t
#define XP_W uint32_t
#define XP_BITS 32
#define XP_OF_UNSIGNED 1
#define XP_LETTER U
#include "providers/host/loops/dtype_loops.h"

#define XP_SUFFIX uint64
#define XP_T uint64_t
#define XP_W uint64_t
#define XP_BITS 64
#define XP_OF_UNSIGNED 1
#define XP_LETTER U
#include "providers/host/loops/dtype_loops.h"
