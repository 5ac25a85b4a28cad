/* The copies for an instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/moves/moves.h"

extern const host_moves host_moves_baseline;
#if XP_ISA_DISPATCH
extern const host_moves host_moves_avx2, host_moves_avx512;
#endif

static const host_moves *const by_isa[XP_N_ISAS] = {
    [XP_ISA_BASELINE] = &host_moves_baseline,
#if XP_ISA_DISPATCH
    [XP_ISA_AVX2] = &host_moves_avx2,
    [XP_ISA_AVX512] = &host_moves_avx512,
#endif
};

const host_moves *host_moves_for(xp_isa isa) { return by_isa[isa]; }
