/* Which instruction set the host's loops and kernels use.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_HOST_CPU_H
#define XP_HOST_CPU_H

typedef enum xp_isa { /* each has the ones before it */
    XP_ISA_BASELINE,  /* what the compiler takes by default */
    XP_ISA_AVX2,      /* x86-64-v3: AVX2 and FMA */
    XP_ISA_AVX512,    /* x86-64-v4: AVX-512 F, BW, CD, DQ, VL */
    XP_N_ISAS
} xp_isa;

/* AVX2 with AVX-VNNI, which multiplies and adds pairs of whole numbers in one go: for kernels alone, since loops have
 * nothing to gain from it. */
enum { XP_ISA_AVXVNNI = XP_N_ISAS };

/* The best one that this machine has and this build contains. The environment's SCIXP_CPU (baseline, avx2, avxvnni,
 * avx512) masks down, never up; it is read once. */
xp_isa host_isa(void);

/* The same without the environment: what tests may ask loops for. */
xp_isa host_isa_present(void);

/* Which of a kernel's bodies serve: those of host_isa(), or of XP_ISA_AVXVNNI. */
int host_kernel_isa(void);

const char *host_isa_name(int isa); /* "avx2" */

#endif
