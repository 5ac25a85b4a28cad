/* The casts from one dtype to every other: included once for each, by cast_tmpl.c.
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
#define XP_DTYPE(name, number, type, bytes, kind, text, npy) CAST_LOOP(name, type, kind)
#include "core/dtypes.def"
#undef XP_DTYPE
#undef CAST_LOOP
#undef FROM
#undef FROM_KIND
