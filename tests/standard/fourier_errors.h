/* How large the errors of a device's Fourier transforms are, against sums in extended precision.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_STANDARD_FOURIER_ERRORS_H
#define TESTS_STANDARD_FOURIER_ERRORS_H

#include "scixp/xp.h"

/* Expects what a good transform reaches of one line of n random numbers, in each direction, complex and real, in the
 * precision of a real dtype: errors whose root mean square is below 0.65 sqrt(log2(n + 1)) epsilons of the results'.
 * With a prime above 61 in n, where a convolution does it, `convolved` takes the place of 0.65. Where there are more
 * than `points` results, so many are looked at. */
void fourier_errors_check(const struct xp_device *device, xp_dtype dtype, int64_t n, int64_t points, double convolved);

#endif
