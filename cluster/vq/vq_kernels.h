/* The kernels of cluster.vq: their texts are in kernels/.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLUSTER_VQ_KERNELS_H
#define CLUSTER_VQ_KERNELS_H

#include "kernel/launch.h"

extern const xp_kernel vq_nearest_kernel, vq_means_kernel, vq_closest_kernel;

#define VQ_CLOSEST_CHUNK 1024 /* points that have a total of their own: VQ_CHUNK of kernels/vq_closest.kern.h */

#endif
