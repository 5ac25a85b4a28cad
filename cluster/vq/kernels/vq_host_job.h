/* Nearest centroid of each point, with sums by label: one job, split into ranges of points by the caller.
 *
 * nearest_pack lays the centroids out once for all threads, nearest_range does a range of points (vq_host_nearest.h).
 * Bytes are asked for first; `shared` and `scratch` are aligned to 64 bytes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef VQ_HOST_JOB_H
#define VQ_HOST_JOB_H

#include <stdint.h>

typedef struct nearest_job {
    const void *obs;           /* n points of d features, T */
    int64_t n, d, row, column; /* strides of obs in bytes, multiples of sizeof(T), any sign or 0 */
    const void *centroids;     /* (k, d), C-contiguous, T */
    int64_t k;                 /* 1 .. INT32_MAX */
    int32_t *label;            /* (n) */
    void *distance;            /* (n) T, Euclidean, or NULL */
    double *sums;              /* (slots * ways, k, d), zeroed by the caller, or NULL */
    int64_t ways;              /* into which the points of a slot go by turns: 1, or WAYS of few features and labels */
    int64_t *counts;           /* (slots, k), zeroed by the caller, or NULL with sums */
    int *strange;              /* set where a distance, if it were asked for, might not be a finite number */
} nearest_job;

#endif
