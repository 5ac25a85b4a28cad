/* Arrays on memory of devices that somebody else owns, and where arrays lie for others.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "scixp/xp/device_memory.h"

#include <string.h>

#include "core/alloc.h"
#include "core/buffer.h"
#include "core/device_dtypes.h"
#include "core/dtype.h"
#include "core/shape.h"
#include "core/thread.h"
#include "driver.h"
#include "graph/device_memory.h"
#include "graph/foreign.h"
#include "graph/node.h"
#include "graph/transfer.h"
#include "scixp/xp/namespace.h"

xp_pointer_options xp_pointer_defaults(void)
{
    return (xp_pointer_options){.size = sizeof(xp_pointer_options)};
}

/* ---- in ---------------------------------------------------------------------------------------------------------- */

/* What is known about adopted memory when nobody uses it any more. */
typedef struct adopted {
    const struct xp_device *device;
    xp_memory memory;
    xp_pointer_options options;
} adopted;

static void give_back(void *context)
{
    adopted *from = context;
    xp_pointer_options options = from->options;
    /* An error here has nobody who could hear it: the device is lost, and with it the memory. */
    (void)from->device->driver->disown(from->device, from->memory, options.stream);
    xp_dealloc(from);
    if (options.release)
        options.release(options.context);
}

static bool read_options(const char *function, const xp_pointer_options *given, xp_pointer_options *options)
{
    *options = xp_pointer_defaults();
    if (!given)
        return true;
    if (given->size == 0) {
        xp_fail(XP_ERROR_VALUE, function, "options", "%s: options has size 0: start from xp_pointer_defaults()",
                function);
        return false;
    }
    memcpy(options, given, given->size < sizeof *options ? given->size : sizeof *options);
    return true;
}

/* The bytes from the pointer to the end of the highest element; false with an error recorded where that is no size, or
 * an element lies below the pointer. */
static bool measure(const char *function, const xp_array *x, const xp_pointer_options *options, size_t *bytes)
{
    int64_t lowest, highest, end;
    if (options->offset > INT64_MAX / 2 || !xp_strides_reach(x->ndim, x->shape, x->strides, &lowest, &highest) ||
        __builtin_add_overflow(highest, (int64_t)options->offset, &end) ||
        __builtin_add_overflow(end, (int64_t)xp_dtype_bytes(x->dtype), &end)) {
        xp_fail(XP_ERROR_OVERFLOW, function, "strides", "%s: strides reach beyond all memory", function);
        return false;
    }
    *bytes = (size_t)end;
    if (lowest + (int64_t)options->offset >= 0)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "strides", "%s: strides lead below the pointer", function);
    return false;
}

static bool check_arguments(const char *function, const struct xp_device *device, const void *pointer, xp_dtype dtype,
                            xp_shape shape)
{
    if (!xp_check_layout(function, dtype, shape) || !xp_check_device_has(device, dtype, function))
        return false;
    if (!device->driver->adopt) {
        xp_fail(XP_ERROR_UNSUPPORTED, function, "device", "%s: %s has no pointers of its own", function, device->name);
        return false;
    }
    if (pointer)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "pointer", "%s: pointer is not given", function);
    return false;
}

/* Adopts the memory for x's layout and puts it under a handle. */
static xp_array *adopt(const char *function, const struct xp_device *device, void *pointer, const xp_array *layout,
                       const xp_pointer_options *options, size_t bytes)
{
    adopted *from = xp_alloc(1, sizeof *from);
    if (!from)
        return xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
    *from = (adopted){.device = device, .options = *options};
    xp_status status = device->driver->adopt(device, pointer, bytes, options->stream, &from->memory);
    if (status != XP_OK) {
        xp_dealloc(from);
        return xp_driver_failed(status, function);
    }
    const xp_view view = {NULL, (int64_t)options->offset, layout->dtype, layout->ndim, layout->shape, layout->strides};
    xp_array *x = xp_wrap(device, from->memory, bytes, &view, options->flags, give_back, from);
    if (xp_is_failed(x)) {
        from->options.release = NULL; /* the memory is still the caller's */
        give_back(from);
    }
    return x;
}

xp_array *xp_adopt_pointer(const struct xp_device *device, void *pointer, xp_dtype dtype, xp_shape shape,
                           const xp_pointer_options *given, const char *function)
{
    xp_pointer_options options;
    size_t bytes = 0;
    const xp_namespace *xp = xp_device_namespace(device);
    if (!read_options(function, given, &options) || !check_arguments(function, xp->device, pointer, dtype, shape))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *layout = xp_array_new(xp, dtype, shape.ndim, shape.extents, function), *x = xp_failed();
    if (!xp_is_failed(layout)) {
        for (int i = 0; options.strides && i < shape.ndim; i++)
            layout->strides[i] = options.strides[i];
        if (measure(function, layout, &options, &bytes))
            x = adopt(function, xp->device, pointer, layout, &options, bytes);
    }
    return xp_scope_return(scope, x);
}

xp_array *xp_wrap_device_pointer(const struct xp_device *device, void *pointer, xp_dtype dtype, xp_shape shape,
                                 const xp_pointer_options *options)
{
    return xp_adopt_pointer(device, pointer, dtype, shape, options, "wrap_device_pointer");
}

/* ---- out --------------------------------------------------------------------------------------------------------- */

bool xp_share_pointer(const xp_array *x, void *stream, void **pointer, const char *function)
{
    const struct xp_device *device = x->xp->device;
    if (!device->driver->share) {
        xp_fail(XP_ERROR_UNSUPPORTED, function, "x", "%s: %s has no pointers of its own", function, device->name);
        return false;
    }
    xp_status status = device->driver->share(device, x->buffer, stream, pointer);
    if (status != XP_OK)
        xp_driver_failed(status, function);
    return status == XP_OK;
}

void *xp_device_pointer(xp_array *x, void *stream, size_t *offset)
{
    static const char function[] = "device_pointer";
    void *pointer = NULL;
    if (!xp_check_array_given(x, function) || !xp_check_export(x, function) || !xp_force(&x, 1) || x->size == 0)
        return NULL;
    const xp_array *whole = xp_whole_copy(x, function);
    if (!whole || !xp_share_pointer(whole, stream, &pointer, function))
        return NULL;
    if (offset) {
        *offset = (size_t)whole->offset;
        return pointer;
    }
    if (whole->offset == 0 || whole->xp->device->driver->dlpack_type)
        return (char *)pointer + whole->offset;
    xp_fail(XP_ERROR_VALUE, function, "offset",
            "device_pointer: x begins inside of its memory: offset has to be given");
    return NULL;
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

static const struct xp_device *with_streams(const struct xp_device *device, const char *function)
{
    device = xp_device_namespace(device)->device;
    if (device->driver->set_stream)
        return device;
    xp_fail(XP_ERROR_UNSUPPORTED, function, "device", "%s: %s has no streams", function, device->name);
    return NULL;
}

xp_status xp_set_stream(const struct xp_device *device, void *stream)
{
    device = with_streams(device, "set_stream");
    if (!device)
        return XP_ERROR_UNSUPPORTED;
    xp_status status = device->driver->set_stream(device, stream);
    if (status != XP_OK)
        xp_driver_failed(status, "set_stream");
    return status;
}

void *xp_stream(const struct xp_device *device)
{
    void *stream = NULL;
    device = with_streams(device, "stream");
    if (!device)
        return NULL;
    xp_status status = device->driver->get_stream(device, &stream);
    if (status != XP_OK)
        xp_driver_failed(status, "stream");
    return status == XP_OK ? stream : NULL;
}
