/* The state of a random number generator: Philox4x32-10 by counter.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_RANDOM_H
#define SCIXP_XP_RANDOM_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A plain value: copying it forks the stream. The functions of xp->random take a pointer and advance the counter by
 * the draws they make, so the same seed gives the same numbers on every device, however the work is split. Source:
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011). */
typedef struct xp_rng {
    uint64_t key;
    uint64_t stream;
    uint64_t counter; /* blocks of four 32-bit words used so far */
} xp_rng;

/* A generator that starts from a number of the caller's: the same one gives the same stream. */
XP_API xp_rng xp_rng_seed(uint64_t seed);

/* Seeded from the system's entropy; records an error (and gives seed 0) if there is none. */
XP_API xp_rng xp_rng_entropy(void);

#ifdef __cplusplus
}
#endif
#endif
