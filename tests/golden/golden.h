/* Reading golden values: what tools/make_golden.py wrote.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "support.h"

/* A file of cases, one of which is the current one. */
typedef struct golden {
    char *text;       /* the whole file */
    const char *here; /* the current case, from its name on */
    const char *next; /* where the next one begins, or the end */
    char name[64];    /* of the current case */
} golden;

/* Opens tests/golden/<path>; the first golden_next() then finds the first case. Fails the test if there is none. */
golden golden_open(const char *path);
bool golden_next(golden *table); /* false at the end, which also closes the file */

/* What the current case calls `name`; a missing one fails the test. */
xp_array *golden_array(const golden *table, const char *name, const struct xp_device *device);
double golden_number(const golden *table, const char *name);

#endif
