/* Random recipes: sequences of calls that mean the same on every device, in whatever order they are evaluated.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_RECIPES_H
#define TESTS_RECIPES_H

#include "scixp/xp.h"

/* Integers only: they wrap, so that every order of evaluation gives the same value, and results can be compared. */
#define RECIPE_CALLS 60

typedef struct recipe {
    uint64_t seed;
    double evaluate; /* how likely it is that some array is evaluated after a call: 0 never, 1 each one at once */
    double forget;   /* how likely it is that an older array is released after a call */
} recipe;

/* Makes the calls on the device and writes up to RECIPE_CALLS numbers that depend on every element of the arrays that
 * were kept (0 for those that were released), so that two runs of the same seed and `forget` can be compared. False,
 * with the thread's error set, if a call failed. */
bool recipe_run(const recipe *what, const struct xp_device *device, int64_t *digests);

/* The same on arrays that are there already, which other threads may use at the same time. */
bool recipe_run_on(const recipe *what, xp_array *const *given, int count, int64_t *digests);

/* The arrays that recipes start from, the caller's. */
enum { RECIPE_GIVEN = 3 };
void recipe_given(const struct xp_device *device, xp_array *given[RECIPE_GIVEN]);

#endif
