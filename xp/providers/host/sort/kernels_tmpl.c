/* The inner loops of sorting for one instruction set: HOST_SORTING names the table that is made.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "providers/host/sort/sort.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(x) JOIN(x, KIND)

#define K int32_t
#define KIND int32
#define WIDE 0
#define FLOATING 0
#define LARGEST INT32_MAX
#define SMALLEST INT32_MIN
#include "providers/host/sort/keys_tmpl.c"

#define K int64_t
#define KIND int64
#define WIDE 1
#define FLOATING 0
#define LARGEST INT64_MAX
#define SMALLEST INT64_MIN
#include "providers/host/sort/keys_tmpl.c"

#define K float
#define KIND float32
#define WIDE 0
#define FLOATING 1
#define LARGEST INFINITY
#define SMALLEST (-INFINITY)
#include "providers/host/sort/keys_tmpl.c"

#define K double
#define KIND float64
#define WIDE 1
#define FLOATING 1
#define LARGEST ((double)INFINITY)
#define SMALLEST (-(double)INFINITY)
#include "providers/host/sort/keys_tmpl.c"

/* ---- elements of each dtype as keys ------------------------------------------------------------------------------ */

#define TURN32(v) ((int32_t)((uint32_t)(v) ^ 0x80000000u))
#define TURN64(v) ((int64_t)((uint64_t)(v) ^ 0x8000000000000000u))
#define SAME(v) (v)
#define SIGNED_RANK(v) ((uint64_t)(int64_t)(v) ^ 0x8000000000000000u)
#define UNSIGNED_RANK(v) ((uint64_t)(v))

/* What order floats have as unsigned integers: -0 is 0, NaN the largest. */
static inline uint64_t float32_rank(float v)
{
    float canonical = v + 0.0f;
    uint32_t bits;
    memcpy(&bits, &canonical, sizeof bits);
    bits ^= bits >> 31 ? 0xffffffffu : 0x80000000u;
    return v == v ? bits : UINT64_MAX;
}
static inline uint64_t float64_rank(double v)
{
    double canonical = v + 0.0;
    uint64_t bits;
    memcpy(&bits, &canonical, sizeof bits);
    bits ^= bits >> 63 ? UINT64_MAX : 0x8000000000000000u;
    return v == v ? bits : UINT64_MAX;
}

#define T int8_t
#define KIND int8
#define K int32_t
#define TO_KEY SAME
#define FROM_KEY (int8_t)
#define RANK SIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define T int16_t
#define KIND int16
#define K int32_t
#define TO_KEY SAME
#define FROM_KEY (int16_t)
#define RANK SIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define T int32_t
#define KIND int32
#define K int32_t
#define TO_KEY SAME
#define FROM_KEY SAME
#define RANK SIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define T int64_t
#define KIND int64
#define K int64_t
#define TO_KEY SAME
#define FROM_KEY SAME
#define RANK SIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define T uint8_t
#define KIND uint8
#define K int32_t
#define TO_KEY SAME
#define FROM_KEY (uint8_t)
#define RANK UNSIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define T uint16_t
#define KIND uint16
#define K int32_t
#define TO_KEY SAME
#define FROM_KEY (uint16_t)
#define RANK UNSIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define T uint32_t
#define KIND uint32
#define K int32_t
#define TO_KEY TURN32
#define FROM_KEY (uint32_t)TURN32
#define RANK UNSIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define T uint64_t
#define KIND uint64
#define K int64_t
#define TO_KEY TURN64
#define FROM_KEY (uint64_t)TURN64
#define RANK UNSIGNED_RANK
#include "providers/host/sort/elements_tmpl.c"

#define FLOATING 1
#define T float
#define KIND float32
#define K float
#define TO_KEY SAME
#define FROM_KEY SAME
#define RANK float32_rank
#define BITS uint32_t
#define INFINITE_BITS 0x7f800000u
#include "providers/host/sort/elements_tmpl.c"

#define T double
#define KIND float64
#define K double
#define TO_KEY SAME
#define FROM_KEY SAME
#define RANK float64_rank
#define BITS uint64_t
#define INFINITE_BITS 0x7ff0000000000000u
#include "providers/host/sort/elements_tmpl.c"

#include "providers/host/sort/ranks_tmpl.c"

/* ---- the table --------------------------------------------------------------------------------------------------- */

#define SORT(kind, type)                                                                                               \
    {sizeof(type), small_##kind, sort_##kind, sort_from_##kind, reverse_##kind, choose_splitters_##kind,               \
     classify_##kind, scatter_##kind, bracket_##kind, keep_inside_##kind, count_parts_##kind}
#define ELEMENTS(kind) read_##kind, write_##kind, ranks_##kind, count_classes_##kind, part_##kind, part_positions_##kind
#define INTEGERS(kind, key, is_key) {key, is_key, ELEMENTS(kind), mark_##kind, marked_##kind, NULL, NULL}
#define FLOATS(kind, key) {key, true, ELEMENTS(kind), NULL, NULL, look_##kind, pick_##kind}

const host_sorting HOST_SORTING = {
    .keys = {[HOST_KEY_INT32] = SORT(int32, int32_t), [HOST_KEY_INT64] = SORT(int64, int64_t),
             [HOST_KEY_FLOAT32] = SORT(float32, float), [HOST_KEY_FLOAT64] = SORT(float64, double)},
    .ranks = {range_of_ranks, pack_ranks, unpack_positions},
    .elements = {[XP_BOOL] = INTEGERS(uint8, HOST_KEY_INT32, false),
                 [XP_INT8] = INTEGERS(int8, HOST_KEY_INT32, false),
                 [XP_INT16] = INTEGERS(int16, HOST_KEY_INT32, false),
                 [XP_INT32] = INTEGERS(int32, HOST_KEY_INT32, true),
                 [XP_INT64] = INTEGERS(int64, HOST_KEY_INT64, true),
                 [XP_UINT8] = INTEGERS(uint8, HOST_KEY_INT32, false),
                 [XP_UINT16] = INTEGERS(uint16, HOST_KEY_INT32, false),
                 [XP_UINT32] = INTEGERS(uint32, HOST_KEY_INT32, false),
                 [XP_UINT64] = INTEGERS(uint64, HOST_KEY_INT64, false),
                 [XP_FLOAT32] = FLOATS(float32, HOST_KEY_FLOAT32),
                 [XP_FLOAT64] = FLOATS(float64, HOST_KEY_FLOAT64)},
};
