/* A wide set of calls of one array, for tests of odd memory and odd shapes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_XP_ROBUST_CALLS_H
#define TESTS_XP_ROBUST_CALLS_H

#include "scixp/xp.h"

/* How a function is called on x: f(x), f(x, x), f(x, axes). */
typedef struct robust_call {
    const char *name;
    xp_array *(*of_one)(xp_array *x);
    xp_array *(*of_two)(xp_array *x1, xp_array *x2);
    xp_array *(*over)(xp_array *x, xp_over over);
    int way; /* of `over`: all axes, the last, the first with keepdims */
} robust_call;

extern const robust_call robust_calls[];
extern const int robust_n_calls;

/* The call's result. With `give`, x is given away to it. */
xp_array *robust_apply(const robust_call *call, xp_array *x, bool give);

#endif
