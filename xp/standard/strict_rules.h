/* What strict devices refuse beyond dtypes: rules of the standard that ask for values, and rules of indexing.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_STANDARD_STRICT_RULES_H
#define XP_STANDARD_STRICT_RULES_H

#include "scixp/xp/array.h"

/* For the rows of standard.def that name them. They compute what they have to see. True: refused, with an error
 * recorded. */
bool standard_refuse_negative_shifts(const char *function, xp_array *const *arrays);
bool standard_refuse_crossed_limits(const char *function, xp_array *const *arrays);

/* Whether x may be indexed so on a strict device: x[items], and with a value x[items] = value. `items` are right
 * otherwise. On every device the call is logged. */
bool standard_check_get(const char *function, const xp_array *x, xp_indices items);
bool standard_check_set(const char *function, const xp_array *x, xp_indices items, const xp_array *value);

#endif
