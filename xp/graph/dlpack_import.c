/* DLPack: tensors of other libraries as arrays.
 *
 * Whatever can fail comes first. Only then does the tensor change hands, so that on failure it is still the caller's.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/buffer.h"
#include "core/dtype.h"
#include "core/thread.h"
#include "driver.h"
#include "graph/device_memory.h"
#include "graph/dlpack.h"
#include "graph/foreign.h"
#include "graph/node.h"
#include "scixp/xp/namespace.h"

/* A tensor of either kind. */
typedef struct imported {
    const DLTensor *tensor;
    uint64_t flags;
    xp_release_callback *release; /* calls the deleter */
    void *context;
    const char *function;
} imported;

static void release_legacy(void *context)
{
    DLManagedTensor *tensor = context;
    if (tensor->deleter)
        tensor->deleter(tensor);
}

static void release_versioned(void *context)
{
    DLManagedTensorVersioned *tensor = context;
    if (tensor->deleter)
        tensor->deleter(tensor);
}

static bool check_tensor(const imported *in, int64_t stream)
{
    const DLTensor *tensor = in->tensor;
    const DLDataType element = tensor->dtype;
    if (tensor->ndim < 0 || tensor->ndim > XP_MAX_NDIM || (tensor->ndim > 0 && !tensor->shape)) {
        xp_fail(XP_ERROR_VALUE, in->function, "tensor", "%s: tensor has %d dimensions%s, expected 0 to %d",
                in->function, tensor->ndim, tensor->shape ? "" : " and no shape", XP_MAX_NDIM);
        return false;
    }
    if (dlpack_dtype(element) == XP_DEFAULT_DTYPE) {
        xp_fail(XP_ERROR_TYPE, in->function, "tensor",
                "%s: tensor's dtype (code %d, %d bits, %d lanes) is none of the 15", in->function, element.code,
                element.bits, element.lanes);
        return false;
    }
    return dlpack_check_stream(in->function, (int32_t)tensor->device.device_type, stream);
}

/* Where the tensor's elements are; false with an error recorded if that is no place. `strides` has room for them. */
static bool locate(const imported *in, xp_foreign *memory, int64_t strides[XP_MAX_NDIM])
{
    const DLTensor *tensor = in->tensor;
    uintptr_t data;
    *memory = (xp_foreign){.dtype = dlpack_dtype(tensor->dtype), .shape = {tensor->ndim, tensor->shape}};
    bool fits = !__builtin_add_overflow((uintptr_t)tensor->data, tensor->byte_offset, &data);
    for (int i = 0; tensor->strides && i < tensor->ndim; i++)
        fits &= !__builtin_mul_overflow(tensor->strides[i], (int64_t)xp_dtype_bytes(memory->dtype), &strides[i]);
    if (!fits) {
        xp_fail(XP_ERROR_OVERFLOW, in->function, "tensor", "%s: tensor reaches beyond all memory", in->function);
        return false;
    }
    memory->data = tensor->data ? (const void *)data : NULL;
    memory->strides = tensor->strides ? strides : NULL;
    return true;
}

/* The memory itself under a handle. What is nobody else's may wait, and be written unless that is forbidden. */
static xp_array *share(const imported *in, const xp_foreign *located, const xp_namespace *xp)
{
    bool is_ours = in->flags & DLPACK_FLAG_BITMASK_IS_COPIED;
    xp_foreign memory = *located;
    memory.flags = is_ours ? XP_FROZEN : XP_MUTABLE;
    memory.release = in->release;
    memory.context = in->context;
    xp_array *x = xp_wrap_foreign(xp, &memory, in->function);
    if (!xp_is_failed(x))
        x->buffer->read_only = !is_ours || in->flags & DLPACK_FLAG_BITMASK_READ_ONLY;
    return x;
}

/* The bytes of each element as an axis of their own, so that it does not matter where elements lie. Axes of extent 1
 * go, which makes room for it: 32 others have more elements than there is memory for. */
static xp_array *share_bytes(const imported *in, const xp_foreign *located)
{
    int64_t shape[XP_MAX_NDIM + 1], strides[XP_MAX_NDIM + 1], stride = (int64_t)xp_dtype_bytes(located->dtype);
    int ndim = XP_MAX_NDIM + 1;
    shape[--ndim] = stride;
    strides[ndim] = 1;
    for (int i = located->shape.ndim; i-- > 0;) {
        int64_t extent = located->shape.extents[i];
        if (extent == 1)
            continue;
        shape[--ndim] = extent;
        strides[ndim] = located->strides ? located->strides[i] : stride;
        if (!located->strides && __builtin_mul_overflow(stride, extent, &stride))
            stride = INT64_MAX; /* found out when it is put under a handle */
    }
    const xp_foreign bytes = {.data = located->data, .dtype = XP_UINT8, .strides = strides + ndim,
                              .shape = {XP_MAX_NDIM + 1 - ndim, shape + ndim}};
    return xp_wrap_foreign(xp_device_namespace(NULL), &bytes, in->function);
}

/* A fresh array of xp's device with the elements of the memory. */
static xp_array *copy(const imported *in, const xp_foreign *located, const xp_namespace *xp)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_array_new(xp, located->dtype, located->shape.ndim, located->shape.extents, in->function);
    xp_array *from = xp_is_failed(x) ? x : xp_is_aligned(located) ? xp_wrap_foreign(xp_device_namespace(NULL), located,
                                                                                    in->function)
                                                                  : share_bytes(in, located);
    xp_array *to = xp_is_failed(from)            ? NULL
                   : from->xp->device == xp->device ? xp_copy_out(from, in->function)
                                                    : xp_to_device(from, xp->device);
    if (!to || xp_is_failed(to))
        return xp_scope_return(scope, xp_failed());
    x->buffer = to->buffer;
    xp_buffer_ref(to->buffer);
    return xp_scope_return(scope, x);
}

/* The device that the tensor is on; NULL with an error recorded if it is none of ours. */
static const struct xp_device *device_of_tensor(const imported *in)
{
    const DLDevice on = in->tensor->device;
    xp_try attempt = xp_try_open();
    const struct xp_device *device = dlpack_find_device((int32_t)on.device_type, on.device_id);
    if (xp_try_close(attempt, NULL) == XP_OK && device && device->driver->adopt)
        return device;
    xp_fail(XP_ERROR_DEVICE, in->function, "tensor", "%s: tensor is on DLPack's device %d:%d, which is not here",
            in->function, (int)on.device_type, on.device_id);
    return NULL;
}

/* From a device: its memory under a handle, or what was copied from it. */
static xp_array *import_from_device(const imported *in, const xp_dlpack_options *options, const xp_foreign *located)
{
    const struct xp_device *from = device_of_tensor(in), *to = options->device ? options->device : from;
    xp_pointer_options pointer = xp_pointer_defaults();
    if (!from)
        return xp_failed();
    bool is_shared = to == from && options->copy != XP_COPY_ALWAYS;
    if (!is_shared && options->copy == XP_COPY_NEVER)
        return xp_fail(XP_ERROR_VALUE, in->function, "copy", "%s: tensor has to be copied: it is on another device",
                       in->function);
    pointer.strides = located->strides;
    pointer.offset = (size_t)in->tensor->byte_offset;
    pointer.stream = dlpack_stream(options->stream);
    pointer.flags = in->flags & DLPACK_FLAG_BITMASK_IS_COPIED ? XP_FROZEN : XP_MUTABLE;
    pointer.release = is_shared ? in->release : NULL;
    pointer.context = in->context;
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_adopt_pointer(from, in->tensor->data, located->dtype, located->shape, &pointer, in->function);
    if (!is_shared)
        x = to == from ? xp_copy(x) : xp_to_device(x, to);
    x = xp_scope_return(scope, x); /* the tensor's memory is used no more after it */
    if (!is_shared && !xp_is_failed(x))
        in->release(in->context);
    return x;
}

static xp_array *import(const imported *in, const xp_dlpack_options *given)
{
    int64_t strides[XP_MAX_NDIM];
    xp_dlpack_options options;
    xp_foreign memory;
    if (!dlpack_read_options(in->function, given, &options) || !check_tensor(in, options.stream) ||
        !locate(in, &memory, strides))
        return xp_failed();
    if (!dlpack_is_host((int32_t)in->tensor->device.device_type))
        return import_from_device(in, &options, &memory);
    const xp_namespace *xp = xp_device_namespace(options.device);
    bool is_near = dlpack_is_host(xp->device->driver->dlpack_type), is_aligned = xp_is_aligned(&memory);
    if (options.copy != XP_COPY_ALWAYS && is_near && is_aligned)
        return share(in, &memory, xp);
    if (options.copy == XP_COPY_NEVER)
        return xp_fail(XP_ERROR_VALUE, in->function, "copy", "%s: tensor has to be copied: %s", in->function,
                       is_near ? "its elements are not aligned" : "it is on another device");
    xp_array *x = copy(in, &memory, xp);
    if (!xp_is_failed(x))
        in->release(in->context);
    return x;
}

xp_array *dlpack_import(struct DLManagedTensorVersioned *tensor, const xp_dlpack_options *given, const char *function)
{
    if (!tensor)
        return xp_fail(XP_ERROR_VALUE, function, "tensor", "%s: tensor is not given", function);
    if (tensor->version.major != DLPACK_MAJOR_VERSION)
        return xp_fail(XP_ERROR_VALUE, function, "tensor", "%s: tensor is of DLPack %u.%u, expected 1.x", function,
                       tensor->version.major, tensor->version.minor);
    const imported in = {&tensor->dl_tensor, tensor->flags, release_versioned, tensor, function};
    return import(&in, given);
}

xp_array *xp_import_dlpack(struct DLManagedTensorVersioned *tensor, const xp_dlpack_options *options)
{
    return dlpack_import(tensor, options, "import_dlpack");
}

xp_array *xp_import_dlpack_legacy(struct DLManagedTensor *tensor, const xp_dlpack_options *options)
{
    static const char *const function = "import_dlpack_legacy";
    if (!tensor)
        return xp_fail(XP_ERROR_VALUE, function, "tensor", "%s: tensor is not given", function);
    const imported in = {&tensor->dl_tensor, 0, release_legacy, tensor, function};
    return import(&in, options);
}
