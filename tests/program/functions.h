/* A call of each function of the namespace that is no elementwise operation.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_FUNCTIONS_H
#define TESTS_FUNCTIONS_H

#include "scixp/xp.h"

typedef struct functions_operands {
    xp_array *x;      /* (4, 4), positive definite */
    xp_array *v;      /* (6,), with a repeated one */
    xp_array *mask;   /* (6,) */
    xp_array *places; /* (3,), int64 */
    xp_array *whole;  /* (6,), int64 */
    xp_array *z;      /* (4, 4), complex */
} functions_operands;

functions_operands functions_operands_on(const struct xp_device *device);

/* Calls are lines, from the first number to the last: functions_call makes the calls of one and returns the name of
 * their function, NULL where a line has none. */
extern const int functions_first, functions_last;
const char *functions_call(int line, const functions_operands *o);

#endif
