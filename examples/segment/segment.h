/* Segmentation of a picture in array expressions.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEGMENT_SEGMENT_H
#define SEGMENT_SEGMENT_H

#include <scixp.h>

/* The pixels of a picture, grouped. Clusters are numbered from the largest to the smallest. */
typedef struct segments {
    xp_array *label;      /* (height, width) int64: each pixel's cluster */
    xp_array *colour;     /* (k, channels) float32: mean colour of each cluster, 0 to 1 */
    xp_array *share;      /* (k,) float32: part of the pixels that it has, 0 to 1 */
    xp_array *distortion; /* (k,) float32: mean distance of its pixels to its centroid; 0 of an empty one */
} segments;

/* Each of these is a scope of its own: the result belongs to the caller's scope, and is the failed array if anything
 * went wrong. */

/* samples: (height, width, channels) uint8. One row for each pixel, (height * width, channels + 2) float32: brightness
 * and, of colour pictures, the excess of red and blue over it; then row and column, 0 to 1. */
xp_array *segment_observations(xp_array *samples);

/* obs as segment_observations makes it: whitened, and the last two columns multiplied by the weight. */
xp_array *segment_features(xp_array *obs, double position_weight);

/* Means and labels of the features: k-means with k-means++ seeding. */
sx_kmeans2_result segment_cluster(xp_array *features, int64_t k, int64_t iterations, uint64_t seed);

/* What was found, in terms of the picture, whose pixels are (height, width). */
segments segment_describe(xp_array *obs, xp_array *features, sx_kmeans2_result clusters, int64_t height,
                          int64_t width);

/* Original, segmentation and palette side by side: (height, wider, 3) uint8. */
xp_array *segment_picture(xp_array *samples, segments found);

#endif
