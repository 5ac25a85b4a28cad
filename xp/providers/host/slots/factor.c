/* Factorizations of stacks of matrices, by LAPACK.
 *
 * LAPACK reads memory by columns, so it sees the transpose of a C-ordered matrix; both factorizations are asked for in
 * the form whose transpose is the wanted one, and nothing is transposed in memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/lapack.h"
#include "providers/host/slots/slots.h"

/* Whether n numbers, the parts of complex ones apart, are neither NaN nor infinite. */
static bool is_finite(const char *row, int64_t n, bool is_single)
{
    bool finite = true;
    if (is_single)
        for (int64_t i = 0; i < n; i++)
            finite &= isfinite(((const float *)(const void *)row)[i]) != 0;
    else
        for (int64_t i = 0; i < n; i++)
            finite &= isfinite(((const double *)(const void *)row)[i]) != 0;
    return finite;
}

/* Copies one matrix, or its lower triangle and zeros, to C order at `to`. False if what was copied holds NaN or
 * infinity: LAPACK might loop on them for ever. */
static bool copy_finite(const xp_view *a, const char *from, bool is_lower, char *to)
{
    const int64_t m = a->shape[a->ndim - 2], n = a->shape[a->ndim - 1], bytes = (int64_t)xp_dtype_bytes(a->dtype);
    const int64_t row_step = a->strides[a->ndim - 2], column_step = a->strides[a->ndim - 1];
    const bool is_single = xp_real_dtype((xp_dtype)a->dtype) == XP_FLOAT32;
    const int64_t numbers = bytes / (int64_t)(is_single ? sizeof(float) : sizeof(double));
    bool finite = true;
    for (int64_t i = 0; i < m; i++, from += row_step, to += n * bytes) {
        int64_t width = is_lower ? i + 1 : n;
        for (int64_t j = 0; j < width; j++)
            memcpy(to + j * bytes, from + j * column_step, (size_t)bytes);
        memset(to + width * bytes, 0, (size_t)((n - width) * bytes));
        finite &= is_finite(to, width * numbers, is_single);
    }
    return finite;
}

static char *result_at(const xp_view *result, int64_t batch, int core_dims)
{
    int64_t size = (int64_t)xp_dtype_bytes(result->dtype);
    for (int i = result->ndim - core_dims; i < result->ndim; i++)
        size *= result->shape[i];
    return host_view_start(result) + batch * size;
}

/* ---- Cholesky ---------------------------------------------------------------------------------------------------- */

/* The lower triangle of C order is the upper one of LAPACK, and its factor U the transpose of our L; of a complex
 * matrix LAPACK sees the conjugate, whose U is the conjugate of L's conjugate transpose. The other triangle stays
 * zero. */
static xp_status cholesky_one(const xp_view *a, const char *from, char *copy, char *l)
{
    const int64_t n = a->shape[a->ndim - 1];
    if (!copy_finite(a, from, true, copy))
        return xp_driver_error(XP_ERROR_LINALG, "the matrix holds NaN or infinity");
    int order = host_lapack_cholesky(a->dtype, (lapack_int)n, copy);
    memcpy(l, copy, (size_t)(n * n) * xp_dtype_bytes(a->dtype));
    if (order > 0)
        return xp_driver_error(XP_ERROR_LINALG, "the leading minor of order %d is not positive definite", order);
    return XP_OK;
}

/* ---- singular values --------------------------------------------------------------------------------------------- */

static void fill_identity(const xp_view *view, char *to)
{
    const int64_t n = view->shape[view->ndim - 1], bytes = (int64_t)xp_dtype_bytes(view->dtype);
    const double one = 1.0;
    const float single_one = 1.0f;
    const bool is_single = xp_real_dtype((xp_dtype)view->dtype) == XP_FLOAT32;
    const int64_t rows = view->shape[view->ndim - 2];
    if (rows > 0 && n > 0)
        memset(to, 0, (size_t)(rows * n * bytes));
    for (int64_t i = 0; i < n && i < rows; i++)
        memcpy(to + (i * n + i) * bytes, is_single ? (const void *)&single_one : (const void *)&one,
               is_single ? sizeof single_one : sizeof one);
}

/* What LAPACK sees is the transpose of a = u s vh, so its left factor is the transpose of vh and its right one that of
 * u. gesdd is the fast way and fails on rare matrices; gesvd is slower and does not. */
static xp_status svd_one(const xp_view *a, const char *from, const xp_view *results, int64_t batch, char *copy,
                         host_svd_work *work)
{
    const int64_t m = a->shape[a->ndim - 2], n = a->shape[a->ndim - 1];
    char *u = result_at(&results[0], batch, 2), *s = result_at(&results[1], batch, 1);
    char *vh = result_at(&results[2], batch, 2);
    if (m == 0 || n == 0) {
        fill_identity(&results[0], u);
        fill_identity(&results[2], vh);
        return XP_OK;
    }
    for (int attempt = 0; attempt < 2; attempt++) {
        if (!copy_finite(a, from, false, copy))
            return xp_driver_error(XP_ERROR_LINALG, "the matrix holds NaN or infinity");
        xp_status status = host_lapack_svd(work, attempt == 1, copy, vh, s, u);
        if (status != XP_ERROR_LINALG)
            return status;
    }
    return xp_driver_error(XP_ERROR_LINALG, "the singular values did not converge");
}

static xp_status svd_stack(const xp_view *a, const host_lines *stack, const xp_view *results)
{
    const int64_t m = a->shape[a->ndim - 2], n = a->shape[a->ndim - 1];
    host_svd_work work;
    char *copy = xp_alloc((size_t)(m * n) + HOST_LAPACK_SLACK, xp_dtype_bytes(a->dtype));
    bool is_full = results[0].shape[a->ndim - 1] == m && results[2].shape[a->ndim - 2] == n;
    xp_status status = copy ? host_svd_work_make(&work, a->dtype, n, m, is_full)
                            : xp_driver_error(XP_ERROR_MEMORY, "out of memory for a copy of the matrix");
    if (status != XP_OK) {
        xp_dealloc(copy);
        return status;
    }
    host_line line;
    host_line_at(stack, 0, &line);
    for (int64_t i = 0; i < stack->count && status == XP_OK; i++, host_line_next(stack, &line))
        status = svd_one(a, host_view_start(a) + line.offsets[0], results, i, copy, &work);
    host_svd_work_free(&work);
    xp_dealloc(copy);
    return status;
}

/* ---- the slot ---------------------------------------------------------------------------------------------------- */

static xp_status cholesky_stack(const xp_view *a, const host_lines *stack, const xp_view *l)
{
    const int64_t n = a->shape[a->ndim - 1];
    char *copy = xp_alloc((size_t)(n * n) + HOST_LAPACK_SLACK, xp_dtype_bytes(a->dtype));
    xp_status status = copy ? XP_OK : xp_driver_error(XP_ERROR_MEMORY, "out of memory for a copy of the matrix");
    host_line line;
    host_line_at(stack, 0, &line);
    for (int64_t i = 0; i < stack->count && status == XP_OK; i++, host_line_next(stack, &line))
        status = cholesky_one(a, host_view_start(a) + line.offsets[0], copy, result_at(l, i, 2));
    xp_dealloc(copy);
    return status;
}

xp_status host_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results,
                      int n_results)
{
    (void)device;
    (void)n_results;
    const int64_t m = a->shape[a->ndim - 2], n = a->shape[a->ndim - 1];
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot factor matrices of %s", xp_dtype_name(a->dtype));
    if (m > INT32_MAX || n > INT32_MAX)
        return xp_driver_error(XP_ERROR_OVERFLOW, "a matrix of %lld by %lld is too large for LAPACK", (long long)m,
                               (long long)n);
    host_lines stack;
    host_lines_make(&stack, 1, &a, 0, a->ndim - 2, -1);
    if (stack.count == 0)
        return XP_OK;
    int before = omp_get_max_threads(), wanted = host_threads_for((double)m * (double)n * (double)(m < n ? m : n));
    if (wanted != before)
        omp_set_num_threads(wanted);
    xp_status status = kind == XP_FACTOR_CHOLESKY ? (n == 0 ? XP_OK : cholesky_stack(a, &stack, &results[0]))
                                                  : svd_stack(a, &stack, results);
    if (wanted != before)
        omp_set_num_threads(before);
    return status;
}
