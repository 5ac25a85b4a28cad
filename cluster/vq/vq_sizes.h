/* Sizes that the kernels of cluster.vq, their tuned bodies and those who launch them agree on. Texts of kernels have
 * them as macros of their own, without the VQ_NEAREST_ or VQ_CLOSEST_; the tuned bodies check that they are the same.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLUSTER_VQ_SIZES_H
#define CLUSTER_VQ_SIZES_H

/* The sums of a slot go in this many ways by turns where features and centroids are few, in one elsewhere. */
#define VQ_NEAREST_WAYS 4
#define VQ_NEAREST_FEW_FEATURES 8
#define VQ_NEAREST_FEW_CENTROIDS 256

/* Bits that say where infinities and NaNs are. */
#define VQ_NEAREST_STRANGE_POINTS 1
#define VQ_NEAREST_STRANGE_CENTROIDS 2

#define VQ_CLOSEST_CHUNK 1024 /* points that have a total of their own */
#define VQ_CLOSEST_BLOCK 64   /* points that are packed together */

#endif
