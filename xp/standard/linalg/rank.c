/* What singular values tell: ranks and Moore-Penrose inverses.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <float.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"

/* A weak scalar, or a real floating array that broadcasts to x's leading axes. */
static bool check_rtol(const char *function, const xp_array *x, const xp_array *rtol)
{
    if (!rtol)
        return true;
    if (!xp_check_kind(function, "rtol", rtol, XP_KIND_REAL))
        return false;
    if (!rtol->xp)
        return true;
    xp_array *const both[] = {(xp_array *)x, (xp_array *)rtol};
    return standard_check_kinds(function, "rtol", rtol, XP_KIND_FLOAT, XP_KIND_INTEGRAL) &&
           xp_check_same_device(function, 2, both) && standard_check_broadcast(function, rtol, x->ndim - 2, x->shape);
}

static double default_rtol(const xp_array *x)
{
    const int64_t m = linalg_rows(x), n = linalg_columns(x);
    bool is_single = xp_real_dtype((xp_dtype)x->dtype) == XP_FLOAT32;
    return (double)(m > n ? m : n) * (is_single ? (double)FLT_EPSILON : DBL_EPSILON);
}

/* Which singular values (..., k) of x count. */
static xp_array *counting(const xp_array *x, xp_array *s, xp_array *rtol)
{
    const xp_namespace *xp = x->xp;
    rtol = !rtol ? xp_scalar(default_rtol(x)) : rtol->xp && rtol->ndim > 0 ? xp->expand_dims(rtol, -1) : rtol;
    const int64_t first = xp_extent(s, -1) > 0; /* strict devices clip no slices */
    xp_array *largest = xp_get(s, XP_INDEX(xp_ellipsis(), xp_slice(0, first, 1))); /* (..., 1), or no element */
    return xp->greater(s, xp->multiply(largest, rtol));
}

xp_array *standard_linalg_matrix_rank(xp_array *x, xp_array *rtol)
{
    static const char *const function = "matrix_rank";
    if (!linalg_check_matrices(function, "x", x) || !check_rtol(function, x, rtol))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x = linalg_floating(x, function);
    xp_array *s = linalg_svdvals(x, function);
    if (xp_is_failed(s))
        return xp_scope_return(scope, s);
    return xp_scope_return(scope, x->xp->count_nonzero(counting(x, s, rtol), XP_OVER(-1)));
}

xp_array *standard_linalg_pinv(xp_array *x, xp_array *rtol)
{
    static const char *const function = "pinv";
    if (!linalg_check_matrices(function, "x", x) || !check_rtol(function, x, rtol))
        return xp_failed();
    const xp_namespace *xp = x->xp;
    xp_scope scope = xp_scope_open();
    x = linalg_floating(x, function);
    if (xp_is_failed(x))
        return xp_scope_return(scope, x);
    xp_svd_result d = standard_linalg_svd(x, false);
    if (xp_is_failed(d.s))
        return xp_scope_return(scope, d.s);
    xp_array *inverse = xp->where(counting(x, d.s, rtol), xp->reciprocal(d.s), xp_scalar(0.0)); /* (..., k) */
    xp_array *u = xp->conj(xp->matrix_transpose(d.u)), *v = xp->conj(xp->matrix_transpose(d.vh));
    return xp_scope_return(scope, xp->matmul(v, xp->multiply(xp->expand_dims(inverse, -1), u)));
}
