/* The slot factor, and what all factorizations share.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/factor.h"

#include <string.h>

#include "core/alloc.h"
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/slots.h"

#define ALONE_ELEMENTS 64   /* of matrices that items take by themselves */
#define ALONE_COUNT 2048    /* at least as many of them */

/* ---- stacks ------------------------------------------------------------------------------------------------------ */

void device_factor_open(device_factor *f, const struct xp_device *device, const xp_view *a, const char *name,
                        const char *text)
{
    memset(f, 0, sizeof *f);
    f->device = device;
    f->dtype = a->dtype;
    f->m = a->shape[a->ndim - 2];
    f->n = a->shape[a->ndim - 1];
    f->count = 1;
    for (int axis = 0; axis < a->ndim - 2; axis++)
        f->count *= a->shape[axis];
    f->alone = device_state_of(device)->group_items > 1 && f->m * f->n <= ALONE_ELEMENTS && f->count >= ALONE_COUNT;
    f->source = device_lanes_source(&f->algebra, name, text, f->dtype, f->alone);
}

static xp_status add_block(device_factor *f, int64_t bytes, device_block **block)
{
    xp_status status = device_scratch(f->device, bytes, block);
    if (status == XP_OK)
        f->blocks[f->n_blocks++] = *block;
    return status;
}

xp_status device_factor_elements(device_factor *f, int64_t elements, device_block **block)
{
    return add_block(f, elements * (int64_t)xp_dtype_bytes(f->dtype), block);
}

xp_status device_factor_integers(device_factor *f, int64_t count, device_block **block)
{
    return add_block(f, count * (int64_t)sizeof(int32_t), block);
}

xp_status device_factor_read(device_factor *f, const xp_view *a, bool turn)
{
    int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    const int last = a->ndim - 1;
    xp_view view = *a;
    memcpy(shape, a->shape, (size_t)a->ndim * sizeof *shape);
    memcpy(strides, a->strides, (size_t)a->ndim * sizeof *strides);
    if (turn) {
        shape[last] = a->shape[last - 1];
        shape[last - 1] = a->shape[last];
        strides[last] = a->strides[last - 1];
        strides[last - 1] = a->strides[last];
    }
    view.shape = shape;
    view.strides = strides;
    xp_status status = device_factor_elements(f, f->count * f->m * f->n, &f->a);
    if (status == XP_OK)
        status = device_factor_integers(f, f->count, &f->status);
    return status == XP_OK ? device_collect(f->device, &view, f->a) : status;
}

xp_status device_factor_launch(device_factor *f, device_call *call, const char *entry)
{
    return device_call_launch(call, &f->source, entry, f->alone ? device_groups_for(f->device, f->count) : f->count);
}

xp_status device_factor_status(device_factor *f, int *first)
{
    int32_t *all = xp_alloc((size_t)f->count, sizeof *all);
    *first = 0;
    if (!all)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    xp_status status = device_scratch_read(f->device, f->status, 0, all, (size_t)f->count * sizeof *all,
                                           "the status of matrices");
    for (int64_t i = 0; i < f->count && status == XP_OK && *first == 0; i++)
        *first = all[i];
    xp_dealloc(all);
    return status;
}

void device_factor_close(device_factor *f)
{
    for (int i = 0; i < f->n_blocks; i++)
        device_scratch_free(f->device, f->blocks[i]);
}

/* ---- the slot ---------------------------------------------------------------------------------------------------- */

typedef xp_status factor_kind(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                              const xp_view *results);

static factor_kind *const kinds[] = {
    [XP_FACTOR_CHOLESKY] = device_cholesky,
    [XP_FACTOR_SVD] = device_svd,
    [XP_FACTOR_SVDVALS] = device_svd,
    [XP_FACTOR_QR] = device_qr,
    [XP_FACTOR_DET] = device_lu,
    [XP_FACTOR_SLOGDET] = device_lu,
    [XP_FACTOR_INVERSE] = device_lu,
    [XP_FACTOR_EIGH] = device_eigh,
    [XP_FACTOR_EIGVALSH] = device_eigh,
    [XP_FACTOR_EIGVALS] = NULL, /* general matrices are the host's: their QR iteration is sequential */
};

bool device_factor_has(int kind)
{
    return kind >= 0 && kind <= (int)XP_FACTOR_EIGVALS && kinds[kind];
}

xp_status device_factor_slot(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                             const xp_view *results, int n_results)
{
    (void)n_results;
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot factor matrices of %s", xp_dtype_name(a->dtype));
    if (!device_factor_has((int)kind))
        return xp_driver_error(XP_ERROR_UNSUPPORTED, "the device %s has no such factorization", device->name);
    for (int axis = 0; axis < a->ndim - 2; axis++)
        if (a->shape[axis] == 0)
            return XP_OK;
    return kinds[kind](device, kind, a, results);
}
