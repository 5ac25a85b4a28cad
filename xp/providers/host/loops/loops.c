/* Finds the loops of an operation for an instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/operation.h"
#include "providers/host/cpu.h"

#define JOIN4_(a, b, c, d) a##b##c##d
#define TABLE(operation, isa) JOIN4_(host_table_, operation, _, isa)

#if XP_ISA_DISPATCH
#define FIND(operation)                                                                                                \
    extern xp_loop *const TABLE(operation, baseline)[], *const TABLE(operation, avx2)[],                               \
        *const TABLE(operation, avx512)[];                                                                             \
    xp_loop *const *host_loops_##operation(int isa);                                                                   \
    xp_loop *const *host_loops_##operation(int isa)                                                                    \
    {                                                                                                                  \
        static xp_loop *const *const tables[XP_N_ISAS] = {                                                             \
            [XP_ISA_BASELINE] = TABLE(operation, baseline),                                                            \
            [XP_ISA_AVX2] = TABLE(operation, avx2),                                                                    \
            [XP_ISA_AVX512] = TABLE(operation, avx512),                                                                \
        };                                                                                                             \
        return tables[isa];                                                                                            \
    }
#else
#define FIND(operation)                                                                                                \
    extern xp_loop *const TABLE(operation, baseline)[];                                                                \
    xp_loop *const *host_loops_##operation(int isa);                                                                   \
    xp_loop *const *host_loops_##operation(int isa)                                                                    \
    {                                                                                                                  \
        (void)isa;                                                                                                     \
        return TABLE(operation, baseline);                                                                             \
    }
#endif

#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression) FIND(name)
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE
FIND(cast)
FIND(copy)
