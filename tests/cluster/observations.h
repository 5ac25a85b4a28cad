/* Observations for the tests of clustering: clouds of points, and layouts of the same values.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_OBSERVATIONS_H
#define TESTS_OBSERVATIONS_H

#include "scixp/cluster.h"
#include "support.h"

/* x with other strides: a view with the same values of memory that is laid out otherwise. */
typedef enum layout {
    LAYOUT_C,
    LAYOUT_FORTRAN,
    LAYOUT_EVERY_OTHER_ROW,
    LAYOUT_BACKWARDS,
    LAYOUT_SOME_COLUMNS, /* of a wider array; of 1-d, as LAYOUT_EVERY_OTHER_ROW */
    N_LAYOUTS
} layout;
xp_array *lay_out(xp_array *x, layout how);
xp_array *lay_out_on(xp_array *x, layout how, const struct xp_device *device); /* the same values there */

/* (n, d) values in a few clouds: spread 1 around `centres` points that are up to 10 away from `offset`. */
typedef struct clouds {
    int64_t n, d;
    int centres;
    double offset;
    uint64_t seed;
} clouds;
xp_array *make_clouds(const clouds *what, xp_dtype dtype, const struct xp_device *device);

/* All elements of x, as doubles; free() them. */
double *read_doubles(xp_array *x);
int32_t *read_labels(xp_array *x);

#endif
