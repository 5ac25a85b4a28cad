/* The kernels of cluster.vq: their texts are in kernels/.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLUSTER_VQ_KERNELS_H
#define CLUSTER_VQ_KERNELS_H

#include "kernel/launch.h"

extern const xp_kernel vq_nearest_kernel, vq_means_kernel, vq_closest_kernel;

/* Sums of few features of few centroids go in VQ_WAYS ways: those of kernels/vq_nearest.kern.h. */
#define VQ_NEAREST_FEW_FEATURES 8
#define VQ_NEAREST_FEW_CENTROIDS 256
#define VQ_NEAREST_WAYS 4

#define VQ_CLOSEST_CHUNK 1024 /* points that have a total of their own: VQ_CHUNK of kernels/vq_closest.kern.h */
#define VQ_CLOSEST_BLOCK 64   /* points that are packed together: VQ_BLOCK there */

#endif
