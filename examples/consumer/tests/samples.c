/* Arrays for the tests.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "samples.h"

xp_array *samples(const double *values, xp_shape shape, xp_dtype dtype, const struct xp_device *device)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_from_host(values, XP_FLOAT64, shape, device);
    return xp_scope_return(scope, xp_array_namespace(x)->astype(x, dtype, false));
}

double tolerance(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 ? 2e-4 : 1e-11;
}
