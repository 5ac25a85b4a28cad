/* Which compiled kernels of the vendor slots this processor runs.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/slots/kernels.h"
#include "providers/host/cpu.h"

const host_kernels *host_kernels_here(void)
{
#if XP_ISA_DISPATCH
    static const host_kernels *const by_isa[XP_N_ISAS] = {
        [XP_ISA_BASELINE] = &host_kernels_baseline,
        [XP_ISA_AVX2] = &host_kernels_avx2,
        [XP_ISA_AVX512] = &host_kernels_avx512,
    };
    return by_isa[host_isa()];
#else
    return &host_kernels_baseline;
#endif
}
