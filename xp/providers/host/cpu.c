/* Finds the instruction set that the host's loops and kernels use.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if XP_ISA_DISPATCH
#include <cpuid.h>
#endif

#include "providers/host/cpu.h"

static const char *const names[] = {
    [XP_ISA_BASELINE] = "baseline",
    [XP_ISA_AVX2] = "avx2",
    [XP_ISA_AVX512] = "avx512",
    [XP_ISA_AVXVNNI] = "avxvnni",
};

const char *host_isa_name(int isa) { return names[isa]; }

xp_isa host_isa_present(void)
{
#if XP_ISA_DISPATCH
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("bmi2");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
    return avx512 ? XP_ISA_AVX512 : avx2 ? XP_ISA_AVX2 : XP_ISA_BASELINE;
#else
    return XP_ISA_BASELINE;
#endif
}

/* Not every compiler knows this one by name. */
static bool avxvnni_is_present(void)
{
#if XP_ISA_DISPATCH
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax >> 4 & 1) != 0;
#else
    return false;
#endif
}

/* What host_kernel_isa() is: AVX-VNNI goes with AVX2, unless that is asked for by its name. */
static int masked_isa(void)
{
    int best = (int)host_isa_present();
    const char *asked = getenv("SCIXP_CPU");
    for (int isa = 0; asked && isa <= best; isa++)
        if (strcmp(asked, names[isa]) == 0)
            return isa;
    if (best > XP_ISA_AVX2 && asked && strcmp(asked, names[XP_ISA_AVXVNNI]) == 0)
        best = XP_ISA_AVX2;
    return best == XP_ISA_AVX2 && avxvnni_is_present() ? XP_ISA_AVXVNNI : best;
}

int host_kernel_isa(void)
{
    static atomic_int known = -1; /* threads that race here find the same */
    int isa = atomic_load_explicit(&known, memory_order_relaxed);
    if (isa < 0) {
        isa = masked_isa();
        atomic_store_explicit(&known, isa, memory_order_relaxed);
    }
    return isa;
}

xp_isa host_isa(void)
{
    const int isa = host_kernel_isa();
    return isa == XP_ISA_AVXVNNI ? XP_ISA_AVX2 : (xp_isa)isa;
}
