/* What libraries ask of arrays before they compute: a common dtype, a common shape, copies, defaults, norms.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "scixp/xp/functions.h"
#include "scixp/xp/strict.h"
#include "standard/support.h"

xp_dtype xp_default_dtype(const struct xp_device *device, xp_kind kind)
{
    if (!device)
        device = xp_device(NULL);
    if (!device)
        return XP_DEFAULT_DTYPE;
    if (kind == XP_KIND_FLOAT)
        return device->dtypes.real_floating;
    if (kind == XP_KIND_COMPLEX)
        return device->dtypes.complex_floating;
    if (kind == XP_KIND_INTEGRAL)
        return device->dtypes.integral;
    xp_fail(XP_ERROR_VALUE, "default_dtype", "kind",
            "default_dtype: kind is %d, expected XP_KIND_FLOAT, XP_KIND_COMPLEX or XP_KIND_INTEGRAL", (int)kind);
    return XP_DEFAULT_DTYPE;
}

bool xp_is_host(const struct xp_device *device)
{
    return device && device->driver->host_pointer;
}

xp_array *xp_copy(xp_array *x)
{
    return standard_check_array("copy", "x", x) ? standard_copy(x, "copy") : xp_failed();
}

xp_array *xp_vector_norm(xp_array *x, xp_over over, double ord)
{
    if (!standard_check_array("vector_norm", "x", x))
        return xp_failed();
    const bool is_strict = x->xp->device->driver->standard_only;
    if (is_strict && !(xp_strict_flags_now().enabled_extensions & XP_EXTENSION_LINALG))
        return standard_linalg_vector_norm(x, over, ord);
    return x->xp->linalg->vector_norm(x, over, ord);
}

/* ---- several arrays to one dtype and shape ----------------------------------------------------------------------- */

/* The namespace of the arrays among them; NULL with an error recorded if there are none, or several. */
static const xp_namespace *common_namespace(xp_array *const *arrays, int count, const char *function)
{
    const xp_namespace *xp = NULL;
    if (!xp_check_same_device(function, count, arrays))
        return NULL;
    for (int i = 0; i < count && !xp; i++)
        xp = arrays[i] ? arrays[i]->xp : NULL;
    if (!xp)
        xp_fail(XP_ERROR_VALUE, function, "arrays", "%s: needs at least one array that is no scalar", function);
    return xp;
}

/* XP_DEFAULT_DTYPE with an error recorded if there is none. */
static xp_dtype common_dtype(const xp_namespace *xp, xp_array *const *arrays, int count, int rules)
{
    xp_dtype dtype = standard_result_type(arrays, count);
    bool floats = dtype == XP_DEFAULT_DTYPE || !(rules & XP_PROMOTE_FLOATING) || xp_dtype_is(dtype, XP_KIND_FLOATING);
    return floats ? dtype : xp_default_dtype(xp->device, XP_KIND_FLOAT);
}

/* x, or a scalar, as an array of this dtype and shape under a handle of its own. */
static xp_array *convert(const xp_namespace *xp, xp_array *x, xp_dtype dtype, int ndim, const int64_t *shape,
                         const char *function)
{
    if (!x->xp)
        return standard_fill(xp, x, (xp_shape){ndim, shape}, dtype, function);
    bool same_shape = x->ndim == ndim && memcmp(x->shape, shape, (size_t)ndim * sizeof *shape) == 0;
    if (x->dtype == dtype && same_shape)
        return standard_same(x, function);
    xp_scope scope = xp_scope_open();
    xp_array *cast = standard_cast(x, dtype, function);
    return xp_scope_return(scope, xp_record_broadcast(cast, ndim, shape, function));
}

bool standard_promote_arrays(xp_array *const *arrays, int count, int rules, xp_array **results, const char *function)
{
    const xp_namespace *xp = common_namespace(arrays, count, function);
    xp_dtype dtype = xp ? common_dtype(xp, arrays, count, rules) : XP_DEFAULT_DTYPE;
    bool broadcast = rules & XP_PROMOTE_BROADCAST;
    int ndim = 0;
    int64_t shape[XP_MAX_NDIM];
    bool success = dtype != XP_DEFAULT_DTYPE &&
                   (!broadcast || xp_broadcast_shape(function, count, arrays, &ndim, shape));
    for (int i = 0; i < count; i++) {
        results[i] = !success    ? xp_failed()
                     : arrays[i] ? convert(xp, arrays[i], dtype, broadcast ? ndim : arrays[i]->ndim,
                                           broadcast ? shape : arrays[i]->shape, function)
                                 : NULL;
        success = success && (!results[i] || !xp_is_failed(results[i]));
    }
    return standard_results(results, count, success);
}

bool xp_promote(xp_array *const *arrays, int count, int rules, xp_array **results)
{
    return standard_promote_arrays(arrays, count, rules, results, "promote");
}

xp_dtype xp_promoted_dtype(xp_array *const *arrays, int count, int rules)
{
    const xp_namespace *xp = common_namespace(arrays, count, "promoted_dtype");
    return xp ? common_dtype(xp, arrays, count, rules) : XP_DEFAULT_DTYPE;
}
