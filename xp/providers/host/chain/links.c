/* The links for an instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/chain/chain.h"

extern const host_links host_links_baseline;
#if XP_ISA_DISPATCH
extern const host_links host_links_avx2, host_links_avx512;
#endif

static const host_links *const by_isa[XP_N_ISAS] = {
    [XP_ISA_BASELINE] = &host_links_baseline,
#if XP_ISA_DISPATCH
    [XP_ISA_AVX2] = &host_links_avx2,
    [XP_ISA_AVX512] = &host_links_avx512,
#endif
};

const host_links *host_links_for(xp_isa isa) { return by_isa[isa]; }
