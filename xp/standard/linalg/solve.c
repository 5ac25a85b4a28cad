/* What LU gives: inverses, solutions, determinants; and powers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"

xp_array *standard_linalg_inv(xp_array *x)
{
    static const char *const function = "inv";
    if (!linalg_check_square(function, "x", x))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    const int64_t n = linalg_rows(x);
    x = linalg_floating(x, function);
    xp_array *inverse = linalg_result(x, (xp_dtype)x->dtype, 2, n, n, function);
    return xp_scope_return(scope, linalg_factor(XP_FACTOR_INVERSE, x, &inverse, 1, function) ? inverse : xp_failed());
}

/* ---- determinants ------------------------------------------------------------------------------------------------ */

xp_array *standard_linalg_det(xp_array *x)
{
    static const char *const function = "det";
    if (!linalg_check_square(function, "x", x))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x = linalg_floating(x, function);
    xp_array *det = linalg_result(x, (xp_dtype)x->dtype, 0, 0, 0, function);
    return xp_scope_return(scope, linalg_factor(XP_FACTOR_DET, x, &det, 1, function) ? det : xp_failed());
}

xp_slogdet_result standard_linalg_slogdet(xp_array *x)
{
    static const char *const function = "slogdet";
    if (!linalg_check_square(function, "x", x))
        return (xp_slogdet_result){xp_failed(), xp_failed()};
    xp_scope scope = xp_scope_open();
    x = linalg_floating(x, function);
    xp_slogdet_result r;
    r.sign = linalg_result(x, (xp_dtype)x->dtype, 0, 0, 0, function);
    r.logabsdet = linalg_result(x, xp_real_dtype((xp_dtype)x->dtype), 0, 0, 0, function);
    linalg_factor(XP_FACTOR_SLOGDET, x, (xp_array *const[]){r.sign, r.logabsdet}, 2, function);
    xp_scope_pass(scope, &r.sign, &r.logabsdet, NULL);
    return r;
}

/* ---- solutions --------------------------------------------------------------------------------------------------- */

/* A ready array as an operand whose leading axes are broadcast to those of `out`. */
static xp_view broadcast_view(const xp_array *x, const xp_array *out, int64_t *shape, int64_t *strides)
{
    const int leading = out->ndim - 2;
    memcpy(shape, out->shape, (size_t)leading * sizeof *shape);
    xp_broadcast_strides(x->ndim - 2, x->shape, x->strides, leading, out->shape, strides);
    for (int i = 0; i < 2; i++) {
        shape[leading + i] = x->shape[x->ndim - 2 + i];
        strides[leading + i] = x->strides[x->ndim - 2 + i];
    }
    return (xp_view){x->buffer, x->offset, x->dtype, out->ndim, shape, strides};
}

static xp_array *solve(const xp_driver *slots, xp_array *x1, xp_array *x2, const char *function)
{
    int ndim;
    int64_t shape[XP_MAX_NDIM], shapes[2][XP_MAX_NDIM], strides[2][XP_MAX_NDIM];
    if (xp_is_failed(x1) || xp_is_failed(x2) || !linalg_product_shape(x1, x2, &ndim, shape, function))
        return xp_failed();
    x1 = xp_ready(x1, function);
    x2 = x1 ? xp_ready(x2, function) : NULL;
    xp_array *out = x2 ? xp_array_new_filled(x1->xp, (xp_dtype)x1->dtype, ndim, shape, function) : xp_failed();
    if (xp_is_failed(out))
        return out;
    const xp_view a = broadcast_view(x1, out, shapes[0], strides[0]);
    const xp_view b = broadcast_view(x2, out, shapes[1], strides[1]);
    const xp_view result = standard_view(out);
    xp_status status = slots->solve(out->xp->device, &a, &b, &result);
    return status == XP_OK ? out : xp_driver_failed(status, function);
}

/* x2 is a vector if it is exactly 1-d, and nothing else is. */
xp_array *standard_linalg_solve(xp_array *x1, xp_array *x2)
{
    static const char *const function = "solve";
    xp_array *const both[] = {x1, x2};
    if (!linalg_check_square(function, "x1", x1) ||
        !standard_check_kinds(function, "x2", x2, XP_KIND_FLOATING, XP_KIND_DISCRETE) ||
        !xp_check_ndim(function, "x2", x2, 1, XP_MAX_NDIM) || !xp_check_same_device(function, 2, both))
        return xp_failed();
    xp_dtype dtype = (xp_dtype)xp_promotion[x1->dtype][x2->dtype];
    dtype = xp_dtype_is(dtype, XP_KIND_FLOATING) ? xp_loop_dtype(dtype) : XP_FLOAT64;
    const xp_driver *slots = STANDARD_SLOTS(x1->xp, solve, 0, dtype, function);
    if (!slots)
        return xp_failed();
    const bool is_vector = x2->ndim == 1;
    const xp_namespace *xp = x1->xp;
    xp_scope scope = xp_scope_open();
    x1 = standard_cast(x1, dtype, function);
    x2 = standard_cast(x2, dtype, function);
    if (is_vector)
        x2 = xp->expand_dims(x2, -1);
    xp_array *x = solve(slots, x1, x2, function);
    return xp_scope_return(scope, is_vector ? xp->squeeze(x, XP_OVER(-1)) : x);
}

/* ---- powers ------------------------------------------------------------------------------------------------------ */

/* By squaring; n is not 0. */
static xp_array *power(xp_array *x, uint64_t n)
{
    const xp_namespace *xp = x->xp;
    xp_array *product = NULL;
    for (xp_array *square = x;; square = xp->matmul(square, square)) {
        if (n & 1)
            product = product ? xp->matmul(product, square) : square;
        n >>= 1;
        if (n == 0)
            return product;
    }
}

xp_array *standard_linalg_matrix_power(xp_array *x, int64_t n)
{
    static const char *const function = "matrix_power";
    if (!linalg_check_square(function, "x", x))
        return xp_failed();
    const xp_namespace *xp = x->xp;
    xp_scope scope = xp_scope_open();
    const xp_dtype own = (xp_dtype)x->dtype;
    const bool keeps_integers = n >= 0 && xp_dtype_is(x->dtype, XP_KIND_INTEGRAL);
    x = keeps_integers ? x : linalg_floating(x, function);
    if (xp_is_failed(x))
        return xp_scope_return(scope, x);
    if (n == 0) {
        xp_array *eye = xp->eye(linalg_rows(x), linalg_rows(x), 0, xp_is_storage(own) ? own : (xp_dtype)x->dtype);
        return xp_scope_return(scope, xp->broadcast_to(eye, (xp_shape){x->ndim, x->shape}));
    }
    if (n < 0)
        x = xp->linalg->inv(x);
    if (n == 1)
        x = standard_same(x, function);
    else
        x = xp_is_failed(x) ? x : power(x, n < 0 ? -(uint64_t)n : (uint64_t)n);
    return xp_scope_return(scope, xp_is_storage(own) ? standard_cast(x, own, function) : x);
}
