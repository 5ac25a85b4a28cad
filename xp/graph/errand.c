/* An errand: operands of a device's slot brought to the host for the time of one call, and what was written sent back.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/errand.h"

#include "core/dtype.h"
#include "graph/fallback.h"
#include "scixp/xp/namespace.h"

void errand_begin(errand *e, const struct xp_device *device)
{
    e->device = device;
    e->host = xp_device_namespace(NULL)->device;
    e->status = XP_OK;
    e->count = 0;
}

/* The stretch of bytes from the view's first element in memory to its last one. `is_dense`: the elements fill it. */
static void find_stretch(const xp_view *view, int64_t *start, int64_t *bytes, bool *is_dense)
{
    const int64_t item = (int64_t)xp_dtype_bytes(view->dtype);
    int64_t first = view->offset, last = view->offset, elements = 1;
    for (int i = 0; i < view->ndim; i++) {
        const int64_t reach = view->strides[i] * (view->shape[i] - 1);
        *(reach < 0 ? &first : &last) += reach;
        elements *= view->strides[i] != 0 || view->shape[i] == 0 ? view->shape[i] : 1;
    }
    *start = elements > 0 ? first : view->offset;
    *bytes = elements > 0 ? last - first + item : 0;
    *is_dense = elements * item == *bytes;
}

static xp_status download(errand *e, const errand_operand *operand)
{
    const size_t bytes = operand->here.bytes;
    xp_fallback_moved(e->device, bytes, 0);
    return e->device->driver->download(e->device, operand->here.memory.handle, operand->there, operand->start, bytes);
}

static xp_status upload(errand *e, const errand_operand *operand)
{
    const size_t bytes = operand->here.bytes;
    xp_fallback_moved(e->device, 0, bytes);
    return e->device->driver->upload(e->device, operand->there, operand->start, operand->here.memory.handle, bytes);
}

const xp_view *errand_bring(errand *e, const xp_view *view, errand_use use)
{
    if (!view || e->status != XP_OK)
        return NULL;
    errand_operand *operand = &e->operands[e->count++];
    int64_t bytes;
    bool is_dense;
    *operand = (errand_operand){.view = *view,
                                .there = view->buffer,
                                .here = {.references = 1, .device = e->host},
                                .is_written = use != ERRAND_READ};
    find_stretch(view, &operand->start, &bytes, &is_dense);
    operand->view.buffer = &operand->here;
    operand->view.offset = view->offset - operand->start;
    if (bytes == 0)
        return &operand->view;
    e->status = e->host->driver->allocate(e->host, (size_t)bytes, &operand->here.memory);
    if (e->status != XP_OK)
        return NULL;
    operand->here.bytes = (size_t)bytes;
    if (use != ERRAND_WRITE || !is_dense)
        e->status = download(e, operand);
    return e->status == XP_OK ? &operand->view : NULL;
}

xp_status errand_end(errand *e)
{
    for (int i = 0; i < e->count; i++) {
        errand_operand *operand = &e->operands[i];
        if (operand->here.bytes == 0)
            continue;
        if (operand->is_written && e->status == XP_OK)
            e->status = upload(e, operand);
        e->host->driver->release(e->host, operand->here.memory, operand->here.bytes);
    }
    return e->status;
}
