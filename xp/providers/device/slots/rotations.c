/* Eigenvalues of Hermitian matrices and singular values, by Jacobi's rotations.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/factor.h"

/* Waits, and says what is wrong with the first matrix that has no result. */
static xp_status check(device_factor *f, const char *values)
{
    int failed;
    xp_status status = device_factor_status(f, &failed);
    if (status != XP_OK || failed == 0)
        return status;
    return failed == DEVICE_FACTOR_NOT_FINITE ? xp_driver_error(XP_ERROR_LINALG, "the matrix holds NaN or infinity")
                                              : xp_driver_error(XP_ERROR_LINALG, "the %s did not converge", values);
}

/* ---- Hermitian matrices ------------------------------------------------------------------------------------------ */

static xp_status rotate_hermitian(device_factor *f, device_block *v, device_block *found, const xp_view *results)
{
    device_call call;
    device_call_begin(&call, f->device);
    device_call_block(&call, f->a, true);
    device_call_block(&call, v, true);
    device_call_block(&call, found, true);
    device_call_block(&call, f->status, true);
    device_call_view(&call, &results[0], true);
    device_call_view(&call, &results[v ? 1 : 0], true);
    device_call_index(&call, f->n);
    device_call_index(&call, f->count);
    return device_factor_launch(f, &call, "rotate_hermitian");
}

xp_status device_eigh(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results)
{
    device_factor f;
    device_block *v = NULL, *found = NULL;
    device_factor_open(&f, device, a, "rotations", device_rotations_text);
    if (f.n == 0)
        return XP_OK;
    xp_status status = device_factor_read(&f, a, false);
    if (status == XP_OK)
        status = device_factor_elements(&f, f.count * (4 * f.n + 2), &found);
    if (status == XP_OK && kind == XP_FACTOR_EIGH)
        status = device_factor_elements(&f, f.count * f.n * f.n, &v);
    if (status == XP_OK)
        status = rotate_hermitian(&f, v, found, results);
    if (status == XP_OK)
        status = check(&f, "eigenvalues");
    device_factor_close(&f);
    return status;
}

/* ---- singular values --------------------------------------------------------------------------------------------- */

/* A singular value decomposition: the longer vectors are rows that are rotated, the shorter ones what was done. */
typedef struct svd {
    bool is_tall;
    int64_t least, length, all; /* extents; how many long vectors there are to be */
    device_block *v, *rows, *norms, *ranks;
} svd;

static xp_status open_svd(device_factor *f, svd *d, bool with_vectors, const xp_view *a, const xp_view *results)
{
    *d = (svd){.is_tall = f->m >= f->n};
    d->least = d->is_tall ? f->n : f->m;
    d->length = d->is_tall ? f->m : f->n;
    if (with_vectors)
        d->all = d->is_tall ? results[0].shape[a->ndim - 1] : results[2].shape[a->ndim - 2];
    xp_status status = device_factor_read(f, a, d->is_tall);
    if (status == XP_OK)
        status = device_factor_elements(f, f->count * d->length, &d->norms);
    if (status == XP_OK)
        status = device_factor_integers(f, f->count * d->least, &d->ranks);
    if (status == XP_OK && with_vectors)
        status = device_factor_elements(f, f->count * d->least * d->least, &d->v);
    if (status == XP_OK && with_vectors)
        status = device_factor_elements(f, f->count * d->all * d->length, &d->rows);
    return status;
}

static xp_status rotate_rows(device_factor *f, const svd *d, const xp_view *s)
{
    device_call call;
    device_block *const blocks[] = {f->a, d->v, d->rows, d->norms, d->ranks, f->status};
    device_call_begin(&call, f->device);
    for (int i = 0; i < 6; i++)
        device_call_block(&call, blocks[i], true);
    device_call_view(&call, s, true);
    device_call_index(&call, d->least);
    device_call_index(&call, d->length);
    device_call_index(&call, d->all);
    device_call_int(&call, !d->is_tall);
    device_call_index(&call, f->count);
    return device_factor_launch(f, &call, "rotate_rows");
}

static xp_status write_vectors(device_factor *f, const svd *d, const xp_view *u, const xp_view *vh)
{
    device_call call;
    device_call_begin(&call, f->device);
    device_call_block(&call, d->rows, false);
    device_call_block(&call, d->v, false);
    device_call_block(&call, d->ranks, false);
    device_call_view(&call, u, true);
    device_call_view(&call, vh, true);
    device_call_index(&call, d->least);
    device_call_index(&call, d->length);
    device_call_index(&call, d->all);
    device_call_int(&call, d->is_tall);
    device_call_index(&call, f->count);
    return device_factor_launch(f, &call, "singular_vectors");
}

xp_status device_svd(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results)
{
    const bool with_vectors = kind == XP_FACTOR_SVD;
    device_factor f;
    svd d;
    device_factor_open(&f, device, a, "rotations", device_rotations_text);
    xp_status status = open_svd(&f, &d, with_vectors, a, results);
    if (status == XP_OK)
        status = rotate_rows(&f, &d, &results[with_vectors ? 1 : 0]);
    if (status == XP_OK && with_vectors)
        status = write_vectors(&f, &d, &results[0], &results[2]);
    if (status == XP_OK)
        status = check(&f, "singular values");
    device_factor_close(&f);
    return status;
}
