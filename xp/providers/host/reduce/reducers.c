/* The reducers and finishers for an instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/reduce/reducers.h"

extern host_reducer_table host_reducers_baseline;
extern const host_finishers host_finishers_baseline;
#if XP_ISA_DISPATCH
extern host_reducer_table host_reducers_avx2, host_reducers_avx512;
extern const host_finishers host_finishers_avx2, host_finishers_avx512;
#endif

static const host_reducer (*const by_isa[XP_N_ISAS])[XP_N_DTYPES] = {
    [XP_ISA_BASELINE] = host_reducers_baseline,
#if XP_ISA_DISPATCH
    [XP_ISA_AVX2] = host_reducers_avx2,
    [XP_ISA_AVX512] = host_reducers_avx512,
#endif
};

const host_reducer *host_reducer_for(xp_isa isa, host_family family, int dtype)
{
    return &by_isa[isa][family][dtype];
}

static const host_finishers *const finishers[XP_N_ISAS] = {
    [XP_ISA_BASELINE] = &host_finishers_baseline,
#if XP_ISA_DISPATCH
    [XP_ISA_AVX2] = &host_finishers_avx2,
    [XP_ISA_AVX512] = &host_finishers_avx512,
#endif
};

const host_finishers *host_finishers_for(xp_isa isa) { return finishers[isa]; }
