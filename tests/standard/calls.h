/* The standard's functions by name, as the golden values call them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_STANDARD_CALLS_H
#define TESTS_STANDARD_CALLS_H

#include "scixp/xp.h"

typedef struct arguments {
    const struct xp_device *device;
    xp_array *x[3];       /* x1, x2, x3 of the case, or NULL */
    double number[4];     /* a, b, c, d, or 0 */
} arguments;

typedef xp_array *standard_call(const arguments *with);

/* NULL if there is none of this name. */
standard_call *find_call(const char *name);

#endif
