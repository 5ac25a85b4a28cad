/* The casts from one dtype to every other but those for storage: included once for each, by cast_tmpl.c.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * The includer defines FROM (the dtype's name) and FROM_KIND (its letter). */
#define CAST_LOOP(to, to_type, to_kind)                                                                                \
    xp_loop JOIN6(host_cast_, FROM, _, to, _, HOST_ISA);                                                               \
    void JOIN6(host_cast_, FROM, _, to, _, HOST_ISA)(int64_t n, const void *const *inputs, void *output)               \
    {                                                                                                                  \
        const JOIN2(element_, FROM) *first = inputs[0];                                                                \
        element_##to *result = output;                                                                                 \
        HOST_VECTORISE                                                                                                 \
        for (int64_t i = 0; i < n; i++)                                                                                \
            JOIN2(STORE_, to_kind)(result[i], to, to_type, first[i]);                                                  \
    }
#define CAST_LOOP_B(to, to_type) CAST_LOOP(to, to_type, B)
#define CAST_LOOP_I(to, to_type) CAST_LOOP(to, to_type, I)
#define CAST_LOOP_U(to, to_type) CAST_LOOP(to, to_type, U)
#define CAST_LOOP_F(to, to_type) CAST_LOOP(to, to_type, F)
#define CAST_LOOP_C(to, to_type) CAST_LOOP(to, to_type, C)
#define CAST_LOOP_H(to, to_type)
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) CAST_LOOP_##kind(name, type)
#include "core/dtypes.def"
#undef XP_DTYPE
#undef CAST_LOOP
#undef CAST_LOOP_B
#undef CAST_LOOP_I
#undef CAST_LOOP_U
#undef CAST_LOOP_F
#undef CAST_LOOP_C
#undef CAST_LOOP_H
#undef FROM
#undef FROM_KIND
