/* What tests of linear algebra share: random arrays, adjoints, identities, distances.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_LINALG_ARRAYS_H
#define TESTS_LINALG_ARRAYS_H

#include "support.h"

double epsilon(xp_dtype dtype); /* of the parts, if complex */
bool is_complex(xp_dtype dtype);

/* Numbers from -1 to 1; complex ones in both parts. */
xp_array *random_array(xp_rng *rng, xp_shape shape, xp_dtype dtype, const struct xp_device *device);

xp_array *adjoint(xp_array *x);
xp_array *identity(int64_t n, xp_array *like);

/* How far x is from y, elementwise at most; NaN if anywhere. */
double distance(xp_array *x, xp_array *y);

#endif
