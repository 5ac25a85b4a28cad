/* Checks that standard functions and modules share; each names function and argument when it fails.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_STANDARD_CHECK_H
#define XP_STANDARD_CHECK_H

#include "core/dtype.h"

/* x if it is given and not failed; else records the error ("matmul: x1 is not given") and returns false. */
bool xp_check_given(const char *function, const char *argument, const xp_array *x);

/* Whether x's dtype is of one of these kinds. */
bool xp_check_kind(const char *function, const char *argument, const xp_array *x, int kinds);

bool xp_check_ndim(const char *function, const char *argument, const xp_array *x, int least, int most);

/* All of the same device (NULLs and weak scalars passed over). */
bool xp_check_same_device(const char *function, int count, xp_array *const *arrays);

#endif
