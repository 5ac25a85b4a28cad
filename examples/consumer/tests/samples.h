/* What the tests share: the header of the test tools behind Criterion's, and arrays for every device and dtype.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <criterion/criterion.h>
#include <scixp/testing.h>

#include "minilearn.h"

/* Values as an array of a dtype: they are cast on the device, which any can do. */
xp_array *samples(const double *values, xp_shape shape, xp_dtype dtype, const struct xp_device *device);

/* The tolerance for results of a few hundred operations in a dtype. */
double tolerance(xp_dtype dtype);

#endif
