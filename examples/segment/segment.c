/* The algorithm: pixels to features to clusters to a picture, on whatever device the pixels live.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "segment.h"

/* Colour as whitening and k-means like it: brightness, and how far red and blue exceed it. Channels of colour vary
 * together, mostly with the light; these hardly do. (..., 3) to (..., 3); grey, (..., 1), is brightness alone. */
static xp_array *colour_to_components(xp_array *colour)
{
    const xp_namespace *xp = xp_array_namespace(colour);
    xp_scope scope = xp_scope_open();
    int64_t red_and_blue_end = xp_extent(colour, -1) == 3 ? 3 : 0;

    xp_array *brightness = xp->mean(colour, xp_keepdims(XP_OVER(-1)));                         /* (..., 1) */
    xp_array *red_and_blue = xp_get(colour, XP_INDEX(xp_ellipsis(), xp_slice(0, red_and_blue_end, 2)));
    xp_array *parts[] = {brightness, xp->subtract(red_and_blue, brightness)};

    return xp_scope_return(scope, xp->concat(parts, 2, -1));
}

static xp_array *components_to_colour(xp_array *components)
{
    const xp_namespace *xp = xp_array_namespace(components);
    if (xp_extent(components, -1) == 1)
        return components;
    xp_scope scope = xp_scope_open();

    xp_array *brightness = xp_get(components, XP_INDEX(xp_ellipsis(), xp_at(0)));
    xp_array *red_excess = xp_get(components, XP_INDEX(xp_ellipsis(), xp_at(1)));
    xp_array *blue_excess = xp_get(components, XP_INDEX(xp_ellipsis(), xp_at(2)));
    xp_array *channels[] = {
        xp->add(brightness, red_excess),
        xp->subtract(xp->subtract(brightness, red_excess), blue_excess), /* the three excesses add up to 0 */
        xp->add(brightness, blue_excess),
    };

    return xp_scope_return(scope, xp->stack(channels, 3, -1));
}

xp_array *segment_observations(xp_array *samples)
{
    const xp_namespace *xp = xp_array_namespace(samples);
    xp_scope scope = xp_scope_open();
    int64_t height = xp_extent(samples, 0), width = xp_extent(samples, 1), channels = xp_extent(samples, 2);

    xp_array *colour = xp->divide(xp->astype(samples, XP_FLOAT32, true), xp_scalar(255.0));
    xp_array *row = xp->linspace(0.0, 1.0, height, true, XP_FLOAT32);    /* (height,) */
    xp_array *column = xp->linspace(0.0, 1.0, width, true, XP_FLOAT32);  /* (width,) */
    xp_array *parts[] = {
        colour_to_components(colour),
        xp->broadcast_to(xp->reshape(row, XP_SHAPE(height, 1, 1)), XP_SHAPE(height, width, 1)),
        xp->broadcast_to(xp->reshape(column, XP_SHAPE(1, width, 1)), XP_SHAPE(height, width, 1)),
    };
    xp_array *obs = xp->concat(parts, 3, 2);                             /* (height, width, channels + 2) */

    return xp_scope_return(scope, xp->reshape(obs, XP_SHAPE(height * width, channels + 2)));
}

xp_array *segment_features(xp_array *obs, double position_weight)
{
    const xp_namespace *xp = xp_array_namespace(obs);
    xp_scope scope = xp_scope_open();

    /* The weight comes after whitening, which would take it out again. */
    xp_array *parts[] = {
        xp->ones(XP_SHAPE(xp_extent(obs, 1) - 2), XP_FLOAT32),
        xp->full(XP_SHAPE(2), xp_scalar(position_weight), XP_FLOAT32),
    };
    xp_array *weight = xp->concat(parts, 2, 0);                          /* (channels + 2,) */

    return xp_scope_return(scope, xp->multiply(sx_cluster_whiten(obs, NULL), weight));
}

sx_kmeans2_result segment_cluster(xp_array *features, int64_t k, int64_t iterations, uint64_t seed)
{
    xp_rng rng = xp_rng_seed(seed);
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.minit = SX_MINIT_PLUSPLUS;
    options.iter = iterations;
    options.rng = &rng;
    xp_scope scope = xp_scope_open();

    sx_kmeans2_result clusters = sx_cluster_kmeans2(features, xp_scalar(k), &options);

    xp_scope_pass(scope, &clusters.centroid, &clusters.label, NULL);
    return clusters;
}

/* Where each element of a short vector goes when it is put into descending order: (n,) int64. */
static xp_array *descending_ranks(xp_array *x)
{
    const xp_namespace *xp = xp_array_namespace(x);
    xp_scope scope = xp_scope_open();

    /* An element goes behind those that are larger, and behind equal ones that stand further left. */
    xp_array *position = xp->arange(0, (double)xp_extent(x, 0), 1, XP_INT64);
    xp_array *other = xp->expand_dims(x, 0), *own = xp->expand_dims(x, 1);                     /* (1, n), (n, 1) */
    xp_array *further_left = xp->less(xp->expand_dims(position, 0), xp->expand_dims(position, 1));
    xp_array *before = xp->logical_or(xp->greater(other, own), xp->logical_and(xp->equal(other, own), further_left));

    return xp_scope_return(scope, xp->count_nonzero(before, XP_OVER(1)));
}

/* The permutation that undoes another: (n,) int64. */
static xp_array *inverse_permutation(xp_array *permutation)
{
    const xp_namespace *xp = xp_array_namespace(permutation);
    xp_scope scope = xp_scope_open();

    xp_array *position = xp->arange(0, (double)xp_extent(permutation, 0), 1, XP_INT64);
    xp_array *here = xp->equal(xp->expand_dims(permutation, 0), xp->expand_dims(position, 1)); /* (n, n) */

    return xp_scope_return(scope, xp->argmax(xp->astype(here, XP_INT8, true), XP_OVER(1)));
}

segments segment_describe(xp_array *obs, xp_array *features, sx_kmeans2_result clusters, int64_t height,
                          int64_t width)
{
    const xp_namespace *xp = xp_array_namespace(obs, features, clusters.centroid);
    xp_scope scope = xp_scope_open();
    segments found = {NULL, NULL, NULL, NULL};
    int64_t k = xp_extent(clusters.centroid, 0), n = xp_extent(obs, 0), channels = xp_extent(obs, 1) - 2;

    /* Row j of `member`, never written as a whole, tells whose label is j. */
    xp_array *number = xp->expand_dims(xp->arange(0, (double)k, 1, XP_INT32), 1);              /* (k, 1) */
    xp_array *member = xp->equal(number, xp->expand_dims(clusters.label, 0));                  /* (k, n) */
    xp_array *count = xp->astype(xp->count_nonzero(member, XP_OVER(1)), XP_FLOAT32, true);     /* (k,) */
    xp_array *rank = descending_ranks(count);                                                  /* (k,) */
    xp_array *at_least_one = xp->maximum(count, xp_scalar(1.0));

    xp_array *difference = xp->subtract(features, xp->take(clusters.centroid, clusters.label, 0));
    xp_array *distance = xp->sqrt(xp->sum(xp->square(difference), XP_OVER(1)));                /* (n,) */
    xp_array *apart = xp->where(member, xp->expand_dims(distance, 0), xp_scalar(0.0));
    xp_array *distortion = xp->divide(xp->sum(apart, XP_OVER(1)), at_least_one);               /* (k,) */

    /* A centroid is the mean of its pixels' whitened values, so that undoing the whitening gives their mean colour. */
    xp_array *std_dev = xp->std(obs, XP_OVER(0));                                              /* (channels + 2,) */
    xp_array *scale = xp->where(xp->equal(std_dev, xp_scalar(0.0)), xp_scalar(1.0), std_dev);
    xp_index_item coloured = xp_slice(0, channels, 1);
    xp_array *colour = components_to_colour(xp->multiply(
        xp_get(clusters.centroid, XP_INDEX(xp_ellipsis(), coloured)), xp_get(scale, XP_INDEX(coloured))));

    /* From here on clusters are numbered by size. */
    xp_array *order = inverse_permutation(rank);
    found.label = xp->reshape(xp->take(rank, clusters.label, 0), XP_SHAPE(height, width));
    found.colour = xp->take(colour, order, 0);
    found.share = xp->divide(xp->take(count, order, 0), xp_scalar((double)n));
    found.distortion = xp->take(distortion, order, 0);
    xp_scope_pass(scope, &found.label, &found.colour, &found.share, &found.distortion, NULL);
    return found;
}

/* Colours of 0 to 1 as bytes of red, green, blue: (..., channels) to (..., 3). */
static xp_array *to_bytes(const xp_namespace *xp, xp_array *colour, int64_t height, int64_t width)
{
    xp_array *scaled = xp->round(xp->multiply(xp->clip(colour, xp_scalar(0.0), xp_scalar(1.0)), xp_scalar(255.0)));
    return xp->broadcast_to(xp->astype(scaled, XP_UINT8, true), XP_SHAPE(height, width, 3));
}

xp_array *segment_picture(xp_array *samples, segments found)
{
    const xp_namespace *xp = xp_array_namespace(samples, found.label);
    xp_scope scope = xp_scope_open();
    int64_t height = xp_extent(samples, 0), width = xp_extent(samples, 1);
    int64_t gap = 1 + width / 64, palette_width = 1 + width / 8;

    /* Each row of the palette belongs to the first cluster whose running share reaches it. */
    xp_array *running = xp->cumulative_sum(found.share, 0, XP_DEFAULT_DTYPE, false);           /* (k,) */
    xp_array *reach = xp->linspace(0.5 / (double)height, 1.0 - 0.5 / (double)height, height, true, XP_FLOAT32);
    xp_array *last = xp_scalar(xp_extent(found.share, 0) - 1);
    xp_array *cluster = xp->minimum(xp->searchsorted(running, reach, false, NULL), last);      /* (height,) */
    xp_array *palette = xp->expand_dims(xp->take(found.colour, cluster, 0), 1);

    xp_array *flat = xp->reshape(found.label, XP_SHAPE(height * width));
    xp_array *painted = xp->reshape(xp->take(found.colour, flat, 0), XP_SHAPE(height, width, -1));
    xp_array *white = xp->full(XP_SHAPE(height, gap, 3), xp_scalar(255), XP_UINT8);
    xp_array *panels[] = {
        xp->broadcast_to(samples, XP_SHAPE(height, width, 3)), white, to_bytes(xp, painted, height, width), white,
        to_bytes(xp, palette, height, palette_width),
    };
    return xp_scope_return(scope, xp->concat(panels, 5, 1));
}
