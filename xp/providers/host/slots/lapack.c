/* LAPACK by dtype: Cholesky, and singular values by divide and conquer or by QR.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/lapack.h"
#include "core/alloc.h"

int host_lapack_cholesky(int dtype, lapack_int n, void *a)
{
    switch (dtype) {
    case XP_FLOAT32:
        return (int)LAPACKE_spotrf_work(LAPACK_COL_MAJOR, 'U', n, a, n);
    case XP_FLOAT64:
        return (int)LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', n, a, n);
    case XP_COMPLEX64:
        return (int)LAPACKE_cpotrf_work(LAPACK_COL_MAJOR, 'U', n, a, n);
    default:
        return (int)LAPACKE_zpotrf_work(LAPACK_COL_MAJOR, 'U', n, a, n);
    }
}

static lapack_int least(const host_svd_work *w)
{
    return w->rows < w->columns ? w->rows : w->columns;
}

static lapack_int call_gesdd(const host_svd_work *w, void *a, void *u, void *s, void *vh, void *work, lapack_int length)
{
    const lapack_int m = w->rows, n = w->columns, vh_lead = w->job == 'A' ? n : least(w);
    switch (w->dtype) {
    case XP_FLOAT32:
        return LAPACKE_sgesdd_work(LAPACK_COL_MAJOR, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length,
                                   w->integers);
    case XP_FLOAT64:
        return LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length,
                                   w->integers);
    case XP_COMPLEX64:
        return LAPACKE_cgesdd_work(LAPACK_COL_MAJOR, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length,
                                   w->real_work, w->integers);
    default:
        return LAPACKE_zgesdd_work(LAPACK_COL_MAJOR, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length,
                                   w->real_work, w->integers);
    }
}

static lapack_int call_gesvd(const host_svd_work *w, void *a, void *u, void *s, void *vh, void *work, lapack_int length)
{
    const lapack_int m = w->rows, n = w->columns, vh_lead = w->job == 'A' ? n : least(w);
    switch (w->dtype) {
    case XP_FLOAT32:
        return LAPACKE_sgesvd_work(LAPACK_COL_MAJOR, w->job, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length);
    case XP_FLOAT64:
        return LAPACKE_dgesvd_work(LAPACK_COL_MAJOR, w->job, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length);
    case XP_COMPLEX64:
        return LAPACKE_cgesvd_work(LAPACK_COL_MAJOR, w->job, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length,
                                   w->real_work);
    default:
        return LAPACKE_zgesvd_work(LAPACK_COL_MAJOR, w->job, w->job, m, n, a, m, s, u, m, vh, vh_lead, work, length,
                                   w->real_work);
    }
}

/* The workspace that a call wants, in elements; LAPACK answers in the dtype's real part. 0 if it is past 32 bits. */
static lapack_int asked_length(const host_svd_work *w, bool slow)
{
    xp_value answer = {0};
    char nothing[sizeof(xp_value)];
    lapack_int info = (slow ? call_gesvd : call_gesdd)(w, nothing, nothing, nothing, nothing, &answer, -1);
    double length = xp_real_dtype((xp_dtype)w->dtype) == XP_FLOAT32 ? (double)answer.as_float32 * (1.0 + 0x1p-22)
                                                                     : answer.as_float64;
    return info != 0 || length >= INT32_MAX ? 0 : (lapack_int)length + 1;
}

/* Elements of the real workspace of complex dtypes, as LAPACK's documentation of gesdd gives it for jobz A and S. */
static size_t real_length(const host_svd_work *w)
{
    size_t mn = (size_t)least(w), mx = (size_t)(w->rows < w->columns ? w->columns : w->rows);
    size_t square = 5 * mn * mn + 5 * mn, mixed = 2 * mx * mn + 2 * mn * mn + mn;
    return square > mixed ? square : mixed;
}

static size_t u_size(const host_svd_work *w)
{
    return (size_t)w->rows * (size_t)(w->job == 'A' ? w->rows : least(w));
}

static size_t vh_size(const host_svd_work *w)
{
    return (size_t)w->columns * (size_t)(w->job == 'A' ? w->columns : least(w));
}

static bool allocate_work(host_svd_work *w)
{
    const size_t bytes = xp_dtype_bytes(w->dtype);
    w->work = xp_alloc((size_t)w->length + HOST_LAPACK_SLACK, bytes);
    w->integers = xp_alloc(8 * (size_t)least(w), sizeof(lapack_int));
    if (!xp_dtype_is(w->dtype, XP_KIND_COMPLEX))
        return w->work && w->integers;
    w->real_work = xp_alloc(real_length(w), bytes / 2);
    w->u = xp_alloc(u_size(w) + HOST_LAPACK_SLACK, bytes);
    w->vh = xp_alloc(vh_size(w) + HOST_LAPACK_SLACK, bytes);
    return w->work && w->integers && w->real_work && w->u && w->vh;
}

xp_status host_svd_work_make(host_svd_work *work, int dtype, int64_t rows, int64_t columns, bool is_full)
{
    *work = (host_svd_work){.dtype = dtype, .job = is_full ? 'A' : 'S', .rows = (lapack_int)rows,
                            .columns = (lapack_int)columns};
    if (rows == 0 || columns == 0)
        return XP_OK;
    lapack_int fast = asked_length(work, false), slow = asked_length(work, true);
    if (fast == 0 || slow == 0)
        return xp_driver_error(XP_ERROR_OVERFLOW, "a matrix of %lld by %lld is too large for LAPACK",
                               (long long)columns, (long long)rows);
    work->length = fast > slow ? fast : slow;
    if (allocate_work(work))
        return XP_OK;
    host_svd_work_free(work);
    return xp_driver_error(XP_ERROR_MEMORY, "out of memory for the workspace of LAPACK");
}

void host_svd_work_free(host_svd_work *work)
{
    xp_dealloc(work->work);
    xp_dealloc(work->real_work);
    xp_dealloc(work->integers);
    xp_dealloc(work->u);
    xp_dealloc(work->vh);
}

xp_status host_lapack_svd(const host_svd_work *work, bool slow, void *a, void *u, void *s, void *vh)
{
    void *own_u = work->u ? work->u : u, *own_vh = work->vh ? work->vh : vh;
    lapack_int info = (slow ? call_gesvd : call_gesdd)(work, a, own_u, s, own_vh, work->work, work->length);
    if (info != 0)
        return XP_ERROR_LINALG;
    if (work->u) {
        memcpy(u, work->u, u_size(work) * xp_dtype_bytes(work->dtype));
        memcpy(vh, work->vh, vh_size(work) * xp_dtype_bytes(work->dtype));
    }
    return XP_OK;
}
