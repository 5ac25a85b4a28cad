/* Checks of arguments: what they find is an error that names function and argument.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "arguments.h"

#include <string.h>

bool minilearn_read_options(const char *function, void *options, size_t size, const void *given)
{
    if (!given)
        return true;
    size_t given_size = *(const size_t *)given; /* the first field of every options struct */
    if (given_size == 0) {
        xp_fail(XP_ERROR_VALUE, function, "options", "%s: options has size 0: start from the defaults", function);
        return false;
    }
    memcpy(options, given, given_size < size ? given_size : size);
    return true;
}

xp_array *minilearn_check(const xp_namespace *xp, const char *function, const char *argument, xp_array *x, int least,
                          int most)
{
    if (!x)
        return xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s is not given", function, argument);
    if (!xp_ok(x))
        return x;
    if (xp_ndim(x) < least || xp_ndim(x) > most)
        return xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s has %d dimensions, expected %d%s", function,
                       argument, xp_ndim(x), least, least < most ? " or more" : "");
    if (!xp->is_dtype(xp_dtype_of(x), XP_KIND_REAL))
        return xp_fail(XP_ERROR_TYPE, function, argument, "%s: %s has no real numbers", function, argument);
    return xp->is_dtype(xp_dtype_of(x), XP_KIND_FLOAT) ? x : xp->astype(x, XP_FLOAT64, false);
}

bool minilearn_check_least(const char *function, xp_array *x, int64_t samples, int64_t features)
{
    if (!xp_ok(x))
        return false;
    if (xp_extent(x, 0) >= samples && xp_extent(x, 1) >= features)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "x", "%s: x has %lld samples of %lld features, expected %lld and %lld or more",
            function, (long long)xp_extent(x, 0), (long long)xp_extent(x, 1), (long long)samples, (long long)features);
    return false;
}

bool minilearn_check_features(const char *function, xp_array *x, int64_t features)
{
    if (!xp_ok(x))
        return false;
    if (xp_extent(x, -1) == features)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "x", "%s: x has %lld features, the model was fitted to %lld", function,
            (long long)xp_extent(x, -1), (long long)features);
    return false;
}
