/* Checks that the estimators share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef MINILEARN_ARGUMENTS_H
#define MINILEARN_ARGUMENTS_H

#include "minilearn.h"

/* Overlays *options (the defaults, `size` bytes) with what the caller gave, which an older or a newer build may have
 * made. False with an error recorded if the caller's size is 0. */
bool minilearn_read_options(const char *function, void *options, size_t size, const void *given);

/* x as a floating array, if it is real and has `least` to `most` dimensions; or the failed array with an error
 * recorded. */
xp_array *minilearn_check(const xp_namespace *xp, const char *function, const char *argument, xp_array *x, int least,
                          int most);

/* Whether x, (n, d), has at least so many samples and features. */
bool minilearn_check_least(const char *function, xp_array *x, int64_t samples, int64_t features);

/* Whether the last axis of x has as many features as a model was fitted to. */
bool minilearn_check_features(const char *function, xp_array *x, int64_t features);

#endif
