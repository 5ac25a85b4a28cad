/* The same values laid out in other ways.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_LAYOUTS_H
#define TESTS_LAYOUTS_H

#include "support.h"

/* As it is, columns first, every other element, backwards, the middle of something larger, not computed yet. */
enum { N_LAYOUTS = 6 };
xp_array *layout_of(xp_array *x, int how);

/* Several of these at once, along some axes, as they are drawn. */
xp_array *layout_drawn(xp_array *x, support_random *random);

#endif
