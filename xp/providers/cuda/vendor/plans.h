/* Plans of cuFFT, kept for each queue: made once, used for every transform of the same shape.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CUDA_VENDOR_PLANS_H
#define CUDA_VENDOR_PLANS_H

#include "providers/cuda/vendor/job.h"

/* A stack of transforms: extents as the real side (or both) has them, and how both sides lie, in elements. */
typedef struct cuda_plan_key {
    cufftType type;
    int rank; /* up to 3 */
    long long n[3];
    long long step;                /* between neighbours along the innermost axis, of both sides */
    long long in_apart, out_apart; /* between transforms */
    long long batch;
} cuda_plan_key;

void cuda_transform(cuda_job *job, const cuda_plan_key *key, bool forward, void *in, void *out);

#endif
