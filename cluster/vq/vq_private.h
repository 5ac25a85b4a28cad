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

/* Whether centroids fit the observations `of`: as many dimensions, as many features, at least one, labels in int32. */
bool vq_check_centroids(const char *function, const char *argument, xp_array *centroids, const char *of, xp_array *obs);

/* (n,) as (n, 1); (n, d) stays. */
xp_array *vq_as_rows(const xp_namespace *xp, xp_array *x);

/* Both in the dtype that they promote to, as rows, and computed: they are read again and again. */
void vq_prepare(const xp_namespace *xp, xp_array **obs, xp_array **centroids);

/* ---- nearest.c, centroids.c: one round -------------------------------------------------------------------------- */

/* (n,) int32: the nearest row of code_book for each row of obs, the first one of equals. Forces. */
xp_array *vq_nearest(const xp_namespace *xp, xp_array *obs, xp_array *code_book);

/* (n,): the distance of each row of obs to the row of code_book that its label names. */
xp_array *vq_distances(const xp_namespace *xp, xp_array *obs, xp_array *code_book, xp_array *label);

typedef enum vq_empty { VQ_KEEP_EMPTY, VQ_DROP_EMPTY } vq_empty;

/* (k, d): the means of the clusters. A cluster without members keeps its row of code_book, or is dropped; *n_empty
 * counts them. Forces. */
xp_array *vq_centroids(const xp_namespace *xp, xp_array *obs, xp_array *label, xp_array *code_book, vq_empty empty,
                       int64_t *n_empty);

/* ---- kmeans_init.c: where to start; each gives (k, d) in obs's dtype -------------------------------------------- */

typedef xp_array *vq_seeding(const xp_namespace *xp, xp_array *obs, int64_t k, xp_rng *rng);
vq_seeding vq_seed_random, vq_seed_points, vq_seed_plusplus;

#endif
