/* Factorizations: Cholesky, singular values, QR, eigenvalues.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"

/* ---- what all of them need --------------------------------------------------------------------------------------- */

bool linalg_check_matrices(const char *function, const char *argument, const xp_array *x)
{
    return standard_check_kinds(function, argument, x, XP_KIND_FLOATING, XP_KIND_DISCRETE) &&
           xp_check_ndim(function, argument, x, 2, XP_MAX_NDIM);
}

bool linalg_check_square(const char *function, const char *argument, const xp_array *x)
{
    if (!linalg_check_matrices(function, argument, x))
        return false;
    if (linalg_rows(x) == linalg_columns(x))
        return true;
    xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s is %lld by %lld, expected square matrices", function, argument,
            (long long)linalg_rows(x), (long long)linalg_columns(x));
    return false;
}

xp_array *linalg_floating(xp_array *x, const char *function)
{
    const xp_dtype dtype = xp_dtype_is(x->dtype, XP_KIND_FLOATING) ? xp_loop_dtype(x->dtype) : XP_FLOAT64;
    return standard_cast(x, dtype, function);
}

xp_array *linalg_result(const xp_array *x, xp_dtype dtype, int core, int64_t first, int64_t second,
                        const char *function)
{
    int64_t shape[XP_MAX_NDIM];
    if (xp_is_failed(x))
        return xp_fail_again();
    memcpy(shape, x->shape, (size_t)(x->ndim - 2) * sizeof *shape);
    shape[x->ndim - 2] = first;
    shape[x->ndim - 1] = second;
    return xp_array_new_filled(x->xp, dtype, x->ndim - 2 + core, shape, function);
}

bool linalg_factor(xp_factor_kind kind, xp_array *x, xp_array *const *results, int count, const char *function)
{
    xp_view views[3];
    const xp_driver *slots = xp_is_failed(x) ? NULL : STANDARD_SLOTS(x->xp, factor, (int)kind, x->dtype, function);
    if (!slots)
        return false;
    for (int i = 0; i < count; i++) {
        if (xp_is_failed(results[i]))
            return false;
        views[i] = standard_view(results[i]);
    }
    x = xp_ready(x, function);
    if (!x)
        return false;
    const xp_view view = standard_view(x);
    xp_status status = slots->factor(x->xp->device, kind, &view, views, count);
    if (status != XP_OK)
        xp_driver_failed(status, function);
    return status == XP_OK;
}

/* ---- Cholesky ---------------------------------------------------------------------------------------------------- */

xp_array *standard_linalg_cholesky(xp_array *x, bool upper)
{
    static const char *const function = "cholesky";
    if (!linalg_check_square(function, "x", x))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    int64_t n = linalg_rows(x);
    x = linalg_floating(x, function);
    xp_array *l = linalg_result(x, (xp_dtype)x->dtype, 2, n, n, function);
    if (!linalg_factor(XP_FACTOR_CHOLESKY, x, &l, 1, function))
        return xp_scope_return(scope, xp_failed());
    if (!upper)
        return xp_scope_return(scope, l);
    l = standard_matrix_transpose(l);
    if (xp_dtype_is(l->dtype, XP_KIND_COMPLEX))
        l = xp_record_elementwise(&xp_operation_conj, function, 1, &l);
    return xp_scope_return(scope, l);
}

/* ---- singular values --------------------------------------------------------------------------------------------- */

xp_svd_result standard_linalg_svd(xp_array *x, bool full_matrices)
{
    static const char *const function = "svd";
    if (!linalg_check_matrices(function, "x", x))
        return (xp_svd_result){xp_failed(), xp_failed(), xp_failed()};
    xp_scope scope = xp_scope_open();
    const int64_t m = linalg_rows(x), n = linalg_columns(x), least = m < n ? m : n;
    x = linalg_floating(x, function);
    const xp_dtype dtype = (xp_dtype)x->dtype;
    xp_svd_result r;
    r.u = linalg_result(x, dtype, 2, m, full_matrices ? m : least, function);
    r.s = linalg_result(x, xp_real_dtype(dtype), 1, least, 0, function);
    r.vh = linalg_result(x, dtype, 2, full_matrices ? n : least, n, function);
    linalg_factor(XP_FACTOR_SVD, x, (xp_array *const[]){r.u, r.s, r.vh}, 3, function);
    xp_scope_pass(scope, &r.u, &r.s, &r.vh, NULL);
    return r;
}

xp_array *linalg_svdvals(xp_array *x, const char *function)
{
    if (xp_is_failed(x))
        return xp_fail_again();
    const int64_t m = linalg_rows(x), n = linalg_columns(x);
    xp_array *s = linalg_result(x, xp_real_dtype((xp_dtype)x->dtype), 1, m < n ? m : n, 0, function);
    return linalg_factor(XP_FACTOR_SVDVALS, x, &s, 1, function) ? s : xp_failed();
}

xp_array *standard_linalg_svdvals(xp_array *x)
{
    static const char *const function = "svdvals";
    if (!linalg_check_matrices(function, "x", x))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, linalg_svdvals(linalg_floating(x, function), function));
}

/* ---- QR ---------------------------------------------------------------------------------------------------------- */

xp_qr_result standard_linalg_qr(xp_array *x, bool complete)
{
    static const char *const function = "qr";
    if (!linalg_check_matrices(function, "x", x))
        return (xp_qr_result){xp_failed(), xp_failed()};
    xp_scope scope = xp_scope_open();
    const int64_t m = linalg_rows(x), n = linalg_columns(x), k = complete || m < n ? m : n;
    x = linalg_floating(x, function);
    xp_qr_result r;
    r.q = linalg_result(x, (xp_dtype)x->dtype, 2, m, k, function);
    r.r = linalg_result(x, (xp_dtype)x->dtype, 2, k, n, function);
    linalg_factor(XP_FACTOR_QR, x, (xp_array *const[]){r.q, r.r}, 2, function);
    xp_scope_pass(scope, &r.q, &r.r, NULL);
    return r;
}

/* ---- eigenvalues ------------------------------------------------------------------------------------------------- */

/* The dtypes of eigenvalues and eigenvectors. */
typedef xp_dtype dtype_of(xp_dtype dtype);

static xp_dtype same_dtype(xp_dtype dtype)
{
    return dtype;
}

static xp_array *eigenvalues(xp_factor_kind kind, dtype_of *value_dtype, xp_array *x, const char *function)
{
    if (!linalg_check_square(function, "x", x))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    const int64_t n = linalg_rows(x);
    x = linalg_floating(x, function);
    xp_array *values = linalg_result(x, value_dtype((xp_dtype)x->dtype), 1, n, 0, function);
    return xp_scope_return(scope, linalg_factor(kind, x, &values, 1, function) ? values : xp_failed());
}

static xp_eig_result eigenvectors(xp_factor_kind kind, dtype_of *value_dtype, dtype_of *vector_dtype, xp_array *x,
                                  const char *function)
{
    if (!linalg_check_square(function, "x", x))
        return (xp_eig_result){xp_failed(), xp_failed()};
    xp_scope scope = xp_scope_open();
    const int64_t n = linalg_rows(x);
    x = linalg_floating(x, function);
    xp_eig_result r;
    r.eigenvalues = linalg_result(x, value_dtype((xp_dtype)x->dtype), 1, n, 0, function);
    r.eigenvectors = linalg_result(x, vector_dtype((xp_dtype)x->dtype), 2, n, n, function);
    linalg_factor(kind, x, (xp_array *const[]){r.eigenvalues, r.eigenvectors}, 2, function);
    xp_scope_pass(scope, &r.eigenvalues, &r.eigenvectors, NULL);
    return r;
}

xp_eig_result standard_linalg_eigh(xp_array *x)
{
    return eigenvectors(XP_FACTOR_EIGH, xp_real_dtype, same_dtype, x, "eigh");
}

xp_array *standard_linalg_eigvalsh(xp_array *x)
{
    return eigenvalues(XP_FACTOR_EIGVALSH, xp_real_dtype, x, "eigvalsh");
}

xp_eig_result standard_linalg_eig(xp_array *x)
{
    return eigenvectors(XP_FACTOR_EIG, xp_complex_dtype, xp_complex_dtype, x, "eig");
}

xp_array *standard_linalg_eigvals(xp_array *x)
{
    return eigenvalues(XP_FACTOR_EIGVALS, xp_complex_dtype, x, "eigvals");
}
