/* DLPack: arrays as tensors for other libraries.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "core/buffer.h"
#include "core/dtype.h"
#include "core/thread.h"
#include "driver.h"
#include "graph/device_memory.h"
#include "graph/dlpack.h"
#include "graph/node.h"
#include "graph/transfer.h"
#include "scixp/xp/namespace.h"

/* A tensor and what it keeps: the buffer, and room for shape and strides. */
typedef struct exported {
    union {
        DLManagedTensor legacy;
        DLManagedTensorVersioned versioned;
    };
    xp_buffer *buffer;
    int64_t extents[]; /* ndim of the shape, then of the strides, in elements */
} exported;

static void let_go(exported *tensor)
{
    xp_buffer_unref(tensor->buffer);
    xp_dealloc(tensor);
}

static void delete_legacy(DLManagedTensor *tensor)
{
    if (tensor)
        let_go(tensor->manager_ctx);
}

static void delete_versioned(DLManagedTensorVersioned *tensor)
{
    if (tensor)
        let_go(tensor->manager_ctx);
}

/* An array that is ready to be shared. */
typedef struct shared {
    xp_array *x;
    bool is_copy;    /* made for the tensor */
    bool is_private; /* nobody else will use the memory */
} shared;

static bool check_device(const char *function, const struct xp_device *device, int64_t stream)
{
    if (device->driver->dlpack_type)
        return dlpack_check_stream(function, device->driver->dlpack_type, stream);
    xp_fail(XP_ERROR_DEVICE, function, "x", "%s: device %s shares no memory: export to the host", function,
            device->name);
    return false;
}

/* Why x cannot be shared as it is; NULL if it can be. */
static const char *obstacle(const xp_array *x, const struct xp_device *device, bool is_legacy)
{
    int64_t itemsize = (int64_t)xp_dtype_bytes(x->dtype);
    if (x->xp->device != device)
        return "it is on another device";
    if (is_legacy && x->buffer->read_only)
        return "a tensor without flags cannot say that it is read-only";
    for (int i = 0; i < x->ndim; i++)
        if (x->strides[i] % itemsize != 0)
            return "its strides are no multiples of its elements' size";
    return NULL;
}

/* x, computed, where and how it is wanted. False with an error recorded. */
static bool prepare(shared *source, const xp_dlpack_options *options, bool is_legacy, const char *function)
{
    xp_array *x = source->x;
    const struct xp_device *device = options->device ? options->device : x->xp->device;
    if (!check_device(function, device, options->stream) || !xp_check_export(x, function))
        return false;
    xp_array *ready = xp_ready(x, function);
    if (!ready)
        return false;
    const char *why = obstacle(ready, device, is_legacy);
    if (why && options->copy == XP_COPY_NEVER) {
        xp_fail(XP_ERROR_VALUE, function, "copy", "%s: x has to be copied: %s", function, why);
        return false;
    }
    source->is_copy = why || options->copy == XP_COPY_ALWAYS;
    if (source->is_copy)
        ready = ready->xp->device == device ? xp_copy_out(ready, function) : xp_to_device(ready, device);
    source->is_private = source->is_copy || ready != x || xp_array_may_take_over(x);
    source->x = ready;
    return ready && !xp_is_failed(ready);
}

/* Where the elements are: an address of host memory, or a device's pointer and an offset to it. */
static bool locate(const xp_array *x, int64_t stream, DLTensor *tensor, const char *function)
{
    if (x->size == 0)
        return true;
    if (dlpack_is_host(x->xp->device->driver->dlpack_type)) {
        tensor->data = xp_host_pointer(x);
        return true;
    }
    tensor->byte_offset = (uint64_t)x->offset;
    return xp_share_pointer(x, dlpack_stream(stream), &tensor->data, function);
}

static DLTensor describe(exported *tensor, const xp_array *x)
{
    int64_t *shape = tensor->extents, *strides = shape + x->ndim, itemsize = (int64_t)xp_dtype_bytes(x->dtype);
    for (int i = 0; i < x->ndim; i++) {
        shape[i] = x->shape[i];
        strides[i] = x->strides[i] / itemsize;
    }
    return (DLTensor){
        .device = {.device_type = (DLDeviceType)x->xp->device->driver->dlpack_type,
                   .device_id = x->xp->device->driver->dlpack_id},
        .ndim = x->ndim,
        .dtype = dlpack_element((xp_dtype)x->dtype),
        .shape = shape,
        .strides = strides,
    };
}

/* A tensor on the memory of a ready array; NULL with an error recorded. */
static exported *make_tensor(const shared *source, int64_t stream, bool is_legacy, const char *function)
{
    const xp_array *x = source->x;
    exported *tensor = xp_alloc(1, sizeof *tensor + 2 * (size_t)x->ndim * sizeof(int64_t));
    if (!tensor) {
        xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
        return NULL;
    }
    tensor->buffer = x->buffer;
    xp_buffer_ref(x->buffer);
    uint64_t flags = (source->is_private ? 0 : DLPACK_FLAG_BITMASK_READ_ONLY) |
                     (source->is_copy ? DLPACK_FLAG_BITMASK_IS_COPIED : 0);
    DLTensor described = describe(tensor, x);
    if (!locate(x, stream, &described, function)) {
        let_go(tensor);
        return NULL;
    }
    if (is_legacy)
        tensor->legacy = (DLManagedTensor){described, tensor, delete_legacy};
    else
        tensor->versioned = (DLManagedTensorVersioned){{1, 0}, tensor, delete_versioned, flags, described};
    return tensor;
}

static exported *export(xp_array *x, const xp_dlpack_options *given, bool is_legacy, const char *function)
{
    xp_dlpack_options options;
    if (!dlpack_read_options(function, given, &options) || !xp_check_array_given(x, function))
        return NULL;
    xp_scope scope = xp_scope_open();
    shared source = {.x = x};
    exported *tensor = NULL;
    if (prepare(&source, &options, is_legacy, function))
        tensor = make_tensor(&source, options.stream, is_legacy, function);
    if (tensor && source.x == x && source.is_private)
        xp_array_lose_buffer(x);
    x->flags &= (uint8_t)~XP_ARRAY_GIVEN;
    if (xp_scope_close(scope) == XP_OK)
        return tensor;
    if (tensor)
        let_go(tensor);
    return NULL;
}

struct DLManagedTensorVersioned *xp_export_dlpack(xp_array *x, const xp_dlpack_options *options)
{
    exported *tensor = export(x, options, false, "export_dlpack");
    return tensor ? &tensor->versioned : NULL;
}

struct DLManagedTensor *xp_export_dlpack_legacy(xp_array *x, const xp_dlpack_options *options)
{
    exported *tensor = export(x, options, true, "export_dlpack_legacy");
    return tensor ? &tensor->legacy : NULL;
}
