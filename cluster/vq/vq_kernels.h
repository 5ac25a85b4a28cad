/* The kernels of cluster.vq: their texts are in kernels/.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLUSTER_VQ_KERNELS_H
#define CLUSTER_VQ_KERNELS_H

#include "kernel/launch.h"
#include "vq_sizes.h"

/* What one difference, squared and added, takes the passes, roughly: for the choice of threads alone. */
#define VQ_NANOSECONDS_PER_FEATURE 0.3

extern const xp_kernel vq_nearest_kernel, vq_means_kernel, vq_closest_kernel;

#endif
