/* What the functions of cluster.vq share. Inside, observations are always (n, d) and centroids (k, d).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLUSTER_VQ_PRIVATE_H
#define CLUSTER_VQ_PRIVATE_H

#include "scixp/cluster.h"
#include "scixp/xp.h"

/* ---- observations.c: what comes in ------------------------------------------------------------------------------ */

/* Overlays *options (its function's defaults, `size` bytes) with what the caller gave, which may come from an older or
 * a newer build. Fails if the caller's size is 0. */
bool vq_read_options(const char *function, void *options, size_t size, const void *given);

/* The namespace of both (b may be NULL). If they live on two devices, the error names the function. */
const xp_namespace *vq_namespace(const char *function, xp_array *a, xp_array *b);

/* x as a floating array, or the failed array: real, of 1 to `most` dimensions, finite if that is to be checked. */
xp_array *vq_check_observations(const xp_namespace *xp, const char *function, const char *argument, xp_array *x,
                                int most, bool check_finite);

/* Whether x is finite. Forces. */
bool vq_all_finite(const xp_namespace *xp, xp_array *x);

/* The same; if not, it records the error. */
bool vq_check_finite(const xp_namespace *xp, const char *function, const char *argument, xp_array *x);

/* Whether centroids fit the observations `of`: as many dimensions, as many features, at least one, labels in int32. */
bool vq_check_centroids(const char *function, const char *argument, xp_array *centroids, const char *of, xp_array *obs);

/* A few values of any device, read to the host as they are. False with an error recorded. */
bool vq_read_values(xp_array *values, void *to, size_t bytes);

/* The only element of x, whatever its number of dimensions; NaN with an error recorded. */
double vq_read_value(xp_array *x);

/* (n,) as (n, 1); (n, d) stays. */
xp_array *vq_as_rows(const xp_namespace *xp, xp_array *x);

/* Both in the dtype that they promote to, as rows, and computed: they are read again and again. */
void vq_prepare(const xp_namespace *xp, xp_array **obs, xp_array **centroids);

/* ---- nearest.c: labels, and rounds of k-means -------------------------------------------------------------------- */

/* *label (n,) int32: the nearest row of code_book for each row of obs, the first one of equals; *distance (n,): how far
 * it is. *strange, if it is wanted: whether distances (VQ_NEAREST_STRANGE_POINTS) or centroids (.._CENTROIDS) have
 * infinities or NaNs, for which the device is waited for. */
bool vq_nearest(const xp_namespace *xp, const char *function, xp_array *obs, xp_array *code_book, xp_array **label,
                xp_array **distance, int *strange);

/* Rounds write again and again into what the start has allocated; what they hold belongs to the scope of the start. */
typedef struct vq_rounds {
    const xp_namespace *xp;
    const char *function;
    xp_array *obs, *code_book;  /* the centroids after the last round */
    xp_array *label;            /* of the last round: nearest before it moved the centroids */
    xp_array *means[2], *labels[2], *distance; /* the rounds' own, as are the next */
    xp_array *sums, *counts, *totals, *changed, *summary;
    int64_t done;
} vq_rounds;

typedef struct vq_summary {
    int64_t n_empty;    /* clusters without points: they keep their centroid */
    double distortion;  /* the mean distance to the centroids before the round; NaN without a report */
    int64_t changed;    /* labels other than in the round before, all of them in the first; -1 without a report */
} vq_summary;

/* `with_report`: distortions and changed labels are wanted. */
vq_rounds vq_rounds_start(const xp_namespace *xp, const char *function, xp_array *obs, xp_array *code_book,
                          bool with_report);

/* Labels, then the means of the clusters as the next centroids. Forces. False with an error recorded. */
bool vq_rounds_next(vq_rounds *rounds, vq_summary *summary);

/* (k,) int64: how many points each cluster had in the last round. */
xp_array *vq_rounds_members(const vq_rounds *rounds);

/* ---- kmeans_init.c: where to start; each gives (k, d) in obs's dtype -------------------------------------------- */

typedef xp_array *vq_seeding(const xp_namespace *xp, xp_array *obs, int64_t k, xp_rng *rng);
vq_seeding vq_seed_random, vq_seed_points, vq_seed_plusplus;

#endif
