/* Clustering: vector quantization and k-means, as in scipy.cluster.vq.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_CLUSTER_H
#define SCIXP_CLUSTER_H

#include "xp/array.h"
#include "xp/random.h"
#include "xp/scope.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What holds for every function here:
 *  - Observations are one per row: shape (n, d), n observations of d features. A one-dimensional array of n elements is
 *    n observations of one feature; centroids are then one-dimensional, too.
 *  - float32 is computed in float32 and float64 in float64; all integer dtypes become float64; float32 together with
 *    float64 becomes float64; float16 and bfloat16 become float32. Boolean and complex arrays are XP_ERROR_TYPE. Any
 *    layout is taken.
 *  - All arrays of a call live on one device, and so do the results.
 *  - `options` may be NULL: SciPy's defaults. Else it starts from the function's _defaults(); a size of 0 is
 *    XP_ERROR_VALUE.
 *  - With check_finite (the default) an infinity or a NaN in an argument is XP_ERROR_VALUE. Without it nothing is
 *    checked, an observation with a NaN gets a label in range that means nothing, and so may others.
 *  - Distances are Euclidean, and there is never a table of n times k of them. Beyond arguments and results, vq needs
 *    the centroids once more and a few MB for each thread; k-means also labels, distances and, for up to 16 parts of the
 *    observations, float64 sums of k times d; k-means++ a copy of the observations. */

/* ---- whiten ------------------------------------------------------------------------------------------------------ */

typedef struct sx_whiten_options {
    size_t size;       /* of this struct */
    bool check_finite; /* true: refuse infinities and NaNs, warn about features that do not vary */
} sx_whiten_options;

XP_API sx_whiten_options sx_cluster_whiten_defaults(void);

/* Divides each feature by its standard deviation over all observations, so that all weigh the same.
 *
 * obs: (n, ...), one dimension or more, the first one counts observations; floating or integer.
 * Result: obs's shape, floating. A feature that does not vary is left as it is, with a warning (XP_WARNING_USER).
 * Forces: obs and the deviations, for the check, but not the division. Nothing without check_finite.
 * Errors: XP_ERROR_TYPE, XP_ERROR_VALUE (no dimensions, not finite).
 * SciPy: scipy.cluster.vq.whiten. The deviation of a feature that does not vary is exactly 0 here. */
XP_API xp_array *sx_cluster_whiten(xp_array *obs, const sx_whiten_options *options);

/* ---- vq ---------------------------------------------------------------------------------------------------------- */

typedef struct sx_vq_options {
    size_t size;       /* of this struct */
    bool check_finite; /* true: refuse infinities and NaNs */
} sx_vq_options;

XP_API sx_vq_options sx_cluster_vq_defaults(void);

typedef struct sx_vq_result {
    xp_array *code; /* (n,) int32: for each observation the nearest row of the code book */
    xp_array *dist; /* (n,) floating: the distance to it */
} sx_vq_result;

/* Finds for each observation the nearest centroid; of several equally near ones the first.
 *
 * obs: (n, d) or (n,); n may be 0. code_book: (k, d) or (k,), k >= 1.
 * Result: code and dist, see above; dist has the dtype that obs and code_book promote to.
 * Forces: yes, everything. obs is taken as it lies, whatever its strides, and copied only to change its dtype.
 * Errors: XP_ERROR_TYPE, XP_ERROR_VALUE (dimensions, features that do not match, an empty code book, not finite),
 * XP_ERROR_OVERFLOW (more than 2^31 - 1 centroids), XP_ERROR_DEVICE, XP_ERROR_UNSUPPORTED (a device without kernels
 * where transfers are forbidden).
 * SciPy: scipy.cluster.vq.vq. Distances come from differences, and float32 labels are those of float64 differences,
 * also far from the origin, where SciPy's expanded squares cancel. A NaN is nearest to nothing: such a row has label 0.
 * Integers give int32 labels. */
XP_API sx_vq_result sx_cluster_vq(xp_array *obs, xp_array *code_book, const sx_vq_options *options);

/* ---- kmeans ------------------------------------------------------------------------------------------------------ */

typedef struct sx_kmeans_options {
    size_t size;       /* of this struct */
    int64_t iter;      /* 20: how many times to start anew from random rows; the best is taken. At least 1, also with a
                          guess, which is used once */
    double thresh;     /* 1e-5: a run ends when the mean distance changes by at most this; 0 or more */
    bool check_finite; /* true: refuse infinities and NaNs */
    xp_rng *rng;       /* NULL: seeded by the system; else advanced by what is drawn */
} sx_kmeans_options;

XP_API sx_kmeans_options sx_cluster_kmeans_defaults(void);

typedef struct sx_kmeans_result {
    xp_array *code_book; /* (k, d) or (k,), floating: the centroids; fewer than asked for where clusters ran empty */
    double distortion;   /* the mean distance of the observations to their centroids (not squared); NaN on failure */
} sx_kmeans_result;

/* Lloyd's algorithm from random rows or from a guess, until the mean distance settles.
 *
 * obs: (n, d) or (n,), not empty. k_or_guess: one value, the number of clusters (xp_scalar(8), or any array of size 1);
 * or a (k, d) or (k,) array of centroids to start from. Clusters that are left without members are dropped each round.
 * Result: code_book and distortion, see above.
 * Forces: yes, everything. Reports progress each round as run, runs, mean distance and changed labels; can be cancelled
 * there. Rounds after the first allocate nothing.
 * Errors: XP_ERROR_TYPE, XP_ERROR_VALUE (dimensions, features that do not match, nothing to cluster, a count that is no
 * whole number, below 1 or above n, iter below 1, thresh below 0, not finite), XP_ERROR_OVERFLOW (more than 2^31 - 1
 * clusters), XP_ERROR_CANCELLED, XP_ERROR_DEVICE, XP_ERROR_UNSUPPORTED (a device without kernels where transfers are
 * forbidden).
 * Source: S. Lloyd, Least squares quantization in PCM, IEEE Transactions on Information Theory 28 (1982).
 * SciPy: scipy.cluster.vq.kmeans. Means are of float64 sums, so they differ from SciPy's in the last digits;
 * the random rows are other ones; a negative thresh, with which SciPy never ends, is an error. */
XP_API sx_kmeans_result sx_cluster_kmeans(xp_array *obs, xp_array *k_or_guess, const sx_kmeans_options *options);

/* ---- kmeans2 ----------------------------------------------------------------------------------------------------- */

/* Where the first centroids come from. The numbers are part of the interface and do not change. */
typedef enum sx_minit {
    SX_MINIT_RANDOM = 0,   /* a Gaussian of the data's mean and covariance; n >= 2 */
    SX_MINIT_POINTS = 1,   /* k different rows, k <= n */
    SX_MINIT_PLUSPLUS = 2, /* k-means++: rows far from those already taken are likelier */
    SX_MINIT_MATRIX = 3    /* k itself holds them */
} sx_minit;

/* What happens when a cluster has no members. */
typedef enum sx_missing {
    SX_MISSING_WARN = 0, /* it keeps its centroid; a warning (XP_WARNING_USER) each round */
    SX_MISSING_RAISE = 1 /* XP_ERROR_CLUSTER */
} sx_missing;

typedef struct sx_kmeans2_options {
    size_t size;        /* of this struct */
    int64_t iter;       /* 10: rounds; at least 1 */
    double thresh;      /* 1e-5; not used, as in SciPy */
    sx_minit minit;     /* SX_MINIT_RANDOM */
    sx_missing missing; /* SX_MISSING_WARN */
    bool check_finite;  /* true: refuse infinities and NaNs */
    xp_rng *rng;        /* NULL: seeded by the system; else advanced by what is drawn */
} sx_kmeans2_options;

XP_API sx_kmeans2_options sx_cluster_kmeans2_defaults(void);

typedef struct sx_kmeans2_result {
    xp_array *centroid; /* (k, d) or (k,), floating: the means after the last round */
    xp_array *label;    /* (n,) int32: each observation's cluster, before the last update of the centroids */
} sx_kmeans2_result;

/* A fixed number of rounds of Lloyd's algorithm, with a choice of where to start.
 *
 * data: (n, d) or (n,), not empty. k: one value, the number of clusters (a broken number is truncated, with a warning);
 * or, with SX_MINIT_MATRIX or whenever its size is above 1, the (k, d) or (k,) centroids to start from.
 * Result: centroid and label, see above; centroid has the dtype that data and a k array promote to.
 * Forces: yes, everything. Reports progress for the rows that k-means++ has chosen, one or a few at a time (as so many
 * of k), then for each round (as one of iter) with the mean distance before the round and the number of changed labels;
 * can be cancelled there. Rounds after the first allocate nothing. Sums are float64.
 * Errors: XP_ERROR_TYPE, XP_ERROR_VALUE (dimensions, a k array whose rank or features do not match, nothing to cluster,
 * k below 1, k above n with SX_MINIT_POINTS, one observation with SX_MINIT_RANDOM, iter below 1, unknown minit or
 * missing, not finite), XP_ERROR_OVERFLOW (more than 2^31 - 1 clusters), XP_ERROR_CLUSTER, XP_ERROR_CANCELLED,
 * XP_ERROR_DEVICE, XP_ERROR_UNSUPPORTED (a device without kernels where transfers are forbidden).
 * Source: D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007. The seeding keeps the
 * running minimum of the squared distances, so it costs O(n k d); a few rows at a time are drawn by rejection, which
 * leaves the distribution as it is. Once all distances are 0 it takes row 0. Squares are of the data's dtype: where
 * they overflow or vanish (float32: differences above 1e19, below 1e-23) the draw means little.
 * SciPy: scipy.cluster.vq.kmeans2. The random draws are other ones. A covariance without full rank (features that do
 * not vary, or vary together) is an error of SX_MINIT_RANDOM there and none here. Integers are taken. */
XP_API sx_kmeans2_result sx_cluster_kmeans2(xp_array *data, xp_array *k, const sx_kmeans2_options *options);

#ifdef __cplusplus
}
#endif
#endif
