/* The shapes and dtypes that clauses are checked for.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SITUATIONS_H
#define TESTS_SITUATIONS_H

#include "clauses.h"

/* Without a dimension, empty in each place, up to six dimensions, long ones. */
extern const int n_situation_shapes;
xp_shape situation_shape(int i);
bool situation_is_about(clause_shapes which, int i); /* whether a clause about these asks for shape i */
int64_t situation_size(xp_shape shape);              /* the number of elements */

/* Some small axes, one of which may be empty; a long one among them; or two of some length. */
xp_shape situation_draw_shape(support_random *random, int64_t *extents);
xp_dtype situation_draw_dtype(support_random *random, unsigned set); /* of XP_TEST_..., not empty */

#endif
