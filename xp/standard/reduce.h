/* Reductions as the standard's functions ask for them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_STANDARD_REDUCE_H
#define XP_STANDARD_REDUCE_H

#include "standard/support.h"

/* What a function wants to be reduced, and how. */
typedef struct standard_reduction {
    const char *function;
    xp_reduction_kind kind;
    uint8_t accepts, extends; /* kinds of dtypes by the standard, and beyond it */
    bool takes_dtype;         /* of the result: sum, prod */
    bool takes_correction;    /* var, std */
    bool one_axis;            /* argmin, argmax: one axis or all */
} standard_reduction;

/* Checks x and over, casts x to the dtype that the standard says, and records. */
xp_array *standard_reduce(const standard_reduction *what, xp_array *x, xp_over over);

/* What sum, prod and the cumulative ones compute x in, unless they are told: small integers grow to 64 bits. */
xp_dtype standard_sum_dtype(xp_dtype dtype);

#endif
