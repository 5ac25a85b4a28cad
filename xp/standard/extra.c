/* Helpers beyond the standard, written as array expressions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"
#include "standard/support.h"

xp_array *standard_extra_cov(xp_array *m)
{
    static const char *const function = "cov";
    if (!standard_check_kinds(function, "m", m, XP_KIND_FLOATING, XP_KIND_INTEGRAL) ||
        !xp_check_ndim(function, "m", m, 1, 2))
        return xp_failed();
    const xp_namespace *xp = m->xp;
    xp_scope scope = xp_scope_open();
    double degrees = (double)m->shape[m->ndim - 1] - 1.0;
    if (!xp_dtype_is(m->dtype, XP_KIND_FLOATING))
        m = xp->astype(m, xp->device->dtypes.real_floating, false);
    xp_array *centred = xp->subtract(m, xp->mean(m, xp_keepdims(XP_OVER(-1))));
    xp_array *products = xp_ndim(m) == 1 ? xp->vecdot(centred, centred, -1)
                                         : xp->matmul(centred, xp->conj(xp->matrix_transpose(centred)));
    return xp_scope_return(scope, xp->divide(products, xp_scalar(degrees > 0.0 ? degrees : 0.0)));
}
