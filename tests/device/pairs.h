/* The same arrays on the host and on a device, for slots whose results agree but for rounding.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_DEVICE_PAIRS_H
#define TESTS_DEVICE_PAIRS_H

#include "support.h"

/* The device under test, or NULL: none was built, and the test is to be skipped. */
const struct xp_device *pair_device(void);

typedef struct pair {
    xp_array *host, *device;
} pair;

/* Numbers from -1 to 1, complex ones in both parts; whole numbers from -100 to 99 (0 to 199 without a sign). */
pair pair_random(support_random *random, xp_dtype dtype, xp_shape shape);

/* The last two axes lie in one of four ways: as they are, in columns, backwards, or with gaps. */
pair pair_laid_out(support_random *random, xp_dtype dtype, xp_shape shape, int layout);

/* A device's array on the host. */
xp_array *pair_back(xp_array *x);

double pair_epsilon(xp_dtype dtype); /* of the parts, if complex; 0 of integers */

/* The largest size of a difference; of an element. */
double pair_distance(xp_array *x, xp_array *y);
double pair_size(xp_array *x);

/* The arrays are of the host, and `actual` is `expected` but for `tolerance`. */
void pair_agree(xp_array *actual, xp_array *expected, double tolerance, const char *what);

#endif
