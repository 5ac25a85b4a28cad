/* Data in and out: from and to host memory, single values, between devices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/device_dtypes.h"
#include "core/shape.h"
#include "core/thread.h"
#include "driver.h"
#include "graph/foreign.h"
#include "graph/node.h"
#include "graph/transfer.h"
#include "scixp/xp/namespace.h"

/* How much at once goes through host memory between two devices. */
#define STAGING_BYTES ((size_t)4 << 20)

/* ---- in ---------------------------------------------------------------------------------------------------------- */

/* Gives up an array that the caller never gets to see. */
static xp_array *drop(xp_array *x)
{
    xp_scope_leave(x);
    xp_array_unref(x);
    return xp_failed();
}

xp_array *xp_array_from_host(const xp_namespace *xp, const void *data, xp_dtype dtype, xp_shape shape,
                             const char *function)
{
    xp_array *x = xp_array_new_filled(xp, dtype, shape.ndim, shape.extents, function);
    if (xp_is_failed(x) || x->size == 0)
        return x;
    if (!data) {
        drop(x);
        return xp_fail(XP_ERROR_VALUE, function, "data", "%s: data is not given", function);
    }
    xp_status status = xp->device->driver->upload(xp->device, x->buffer, 0, data, x->buffer->bytes);
    if (status == XP_OK)
        return x;
    drop(x);
    return xp_driver_failed(status, function);
}

xp_array *xp_from_host(const void *data, xp_dtype dtype, xp_shape shape, const struct xp_device *device)
{
    const xp_namespace *xp = xp_device_namespace(device);
    if (!xp_check_layout("from_host", dtype, shape) ||
        !xp_check_device_has(xp->device, dtype, "from_host"))
        return xp_failed();
    return xp_array_from_host(xp, data, dtype, shape, "from_host");
}

/* ---- out --------------------------------------------------------------------------------------------------------- */

static bool check_array(const char *function, const xp_array *x)
{
    if (!x)
        xp_fail(XP_ERROR_VALUE, function, "x", "%s: x is not given", function);
    else if (xp_is_failed(x))
        xp_fail_again();
    return xp_ok(x);
}

bool xp_check_array_given(const xp_array *x, const char *function)
{
    if (!check_array(function, x))
        return false;
    if (xp_is_weak(x))
        xp_fail(XP_ERROR_TYPE, function, "x", "%s: x is a scalar, expected an array", function);
    return !xp_is_weak(x);
}

bool xp_check_export(const xp_array *x, const char *function)
{
    if (!x->xp || !x->xp->device->driver->keeps_data)
        return true;
    xp_fail(XP_ERROR_DEVICE, function, "x", "%s: data leaves the device %s by to_device alone", function,
            x->xp->device->name);
    return false;
}

char *xp_host_pointer(const xp_array *x)
{
    const struct xp_device *device = x->xp->device;
    if (!device->driver->host_pointer || !x->buffer)
        return NULL;
    if (device->driver->wait && device->driver->wait(device) != XP_OK)
        return NULL;
    char *start = device->driver->host_pointer(device, x->buffer);
    return start ? start + x->offset : NULL;
}

xp_array *xp_contiguous_for(xp_array *x, const char *function)
{
    xp_array *ready = xp_ready_contiguous(x, function);
    if (!ready)
        return NULL;
    if (ready == x)
        xp_array_ref(x);
    else
        xp_scope_leave(ready);
    return ready;
}

bool xp_download(const xp_array *x, int64_t offset, void *memory, size_t bytes, const char *function)
{
    const struct xp_device *device = x->xp->device;
    if (bytes == 0)
        return true;
    xp_status status = device->driver->download(device, memory, x->buffer, x->offset + offset, bytes);
    if (status != XP_OK)
        xp_driver_failed(status, function);
    return status == XP_OK;
}

/* The copy stays with x, so that the pointer is good for as long as x and a second call finds it. */
static xp_array *kept_copy(xp_array *x, const char *function)
{
    xp_array *kept = atomic_load_explicit(&x->contiguous, memory_order_acquire);
    if (kept)
        return kept;
    xp_array *copy = xp_contiguous_for(x, function);
    if (copy && !atomic_compare_exchange_strong(&x->contiguous, &kept, copy)) {
        xp_array_unref(copy);
        return kept;
    }
    return copy;
}

xp_array *xp_whole_copy(xp_array *x, const char *function)
{
    return xp_array_is_contiguous(x) ? x : kept_copy(x, function);
}

const void *xp_data(xp_array *x)
{
    static const char nothing[16] __attribute__((aligned(64)));
    if (!check_array("data", x) || !xp_check_export(x, "data"))
        return NULL;
    if (xp_state(x) == XP_STATE_READY && xp_array_is_contiguous(x) && x->size > 0) {
        const void *data = xp_host_pointer(x);
        if (data)
            return data;
    }
    if (xp_state(x) == XP_STATE_WEAK)
        return &x->value;
    if (!xp_force(&x, 1))
        return NULL;
    if (x->size == 0)
        return nothing;
    xp_array *whole = xp_whole_copy(x, "data");
    if (!whole)
        return NULL;
    const void *data = xp_host_pointer(whole);
    if (!data)
        xp_fail(XP_ERROR_DEVICE, "data", "x", "data: x is on %s, not in host memory: copy it with to_host",
                x->xp->device->name);
    return data;
}

bool xp_copy_to_host(xp_array *x, void *memory, size_t bytes, const char *function)
{
    xp_array *ready = xp_contiguous_for(x, function);
    bool success = ready && xp_download(ready, 0, memory, bytes, function);
    xp_array_unref(ready);
    return success;
}

xp_status xp_to_host(xp_array *x, void *memory, size_t bytes)
{
    if (!check_array("to_host", x) || !xp_check_export(x, "to_host"))
        return xp_error_code();
    size_t whole = (size_t)x->size * xp_dtype_bytes(x->dtype);
    if (bytes != whole || (!memory && bytes > 0)) {
        xp_fail(XP_ERROR_VALUE, "to_host", "memory", "to_host: memory has %zu bytes, expected %zu",
                memory ? bytes : (size_t)0, whole);
        return XP_ERROR_VALUE;
    }
    if (xp_state(x) == XP_STATE_WEAK) {
        memcpy(memory, &x->value, bytes);
        return XP_OK;
    }
    return xp_copy_to_host(x, memory, bytes, "to_host") ? XP_OK : xp_error_code();
}

/* ---- single values ----------------------------------------------------------------------------------------------- */

static bool read_ready(const xp_array *x, xp_value *value, const char *function)
{
    size_t bytes = xp_dtype_bytes(x->dtype);
    const char *data = xp_host_pointer(x);
    if (!data)
        return xp_download(x, 0, value, bytes, function);
    memcpy(value, data, bytes);
    return true;
}

/* The only element of x, of one of `kinds`. */
static bool one_value(xp_array *x, xp_value *value, int kinds, const char *function)
{
    if (!check_array(function, x))
        return false;
    if (x->xp && x->ndim > 0 && x->xp->device->driver->standard_only) {
        xp_fail(XP_ERROR_TYPE, function, "x", "%s: the standard takes values of 0-d arrays, x has %d dimension%s",
                function, x->ndim, x->ndim == 1 ? "" : "s");
        return false;
    }
    if (x->size != 1) {
        xp_fail(XP_ERROR_VALUE, function, "x", "%s: x has %lld elements, expected 1", function, (long long)x->size);
        return false;
    }
    if (!xp_dtype_is(x->dtype, kinds)) {
        xp_fail(XP_ERROR_TYPE, function, "x", "%s: x is %s, which is no real number", function,
                xp_dtype_name(x->dtype));
        return false;
    }
    if (!xp_force(&x, 1))
        return false;
    switch (xp_state(x)) {
    case XP_STATE_READY: return read_ready(x, value, function);
    case XP_STATE_WEAK: *value = x->value; return true;
    case XP_STATE_COORDINATE: value->as_int64 = x->offset; return true;
    default: xp_fail_again(); return false;
    }
}

#define REAL_KINDS (XP_KIND_BOOL | XP_KIND_REAL)

double xp_to_double(xp_array *x)
{
    xp_value value;
    return one_value(x, &value, REAL_KINDS, "to_double") ? xp_value_real(&value, (xp_dtype)x->dtype) : (double)NAN;
}

int64_t xp_to_int(xp_array *x)
{
    xp_value value, cast;
    if (!one_value(x, &value, REAL_KINDS, "to_int"))
        return 0;
    if (xp_value_cast(&value, (xp_dtype)x->dtype, &cast, XP_INT64))
        return cast.as_int64;
    xp_fail(XP_ERROR_OVERFLOW, "to_int", "x", "to_int: %llu does not fit into int64",
            (unsigned long long)value.as_uint64);
    return 0;
}

bool xp_truth(xp_array *x)
{
    xp_value value, cast;
    if (!one_value(x, &value, XP_KIND_ANY, "truth"))
        return false;
    xp_value_cast(&value, (xp_dtype)x->dtype, &cast, XP_BOOL);
    return cast.as_uint8 != 0;
}

void xp_to_complex(xp_array *x, double result[2])
{
    xp_value value;
    bool given = one_value(x, &value, XP_KIND_ANY, "to_complex");
    result[0] = given ? xp_value_real(&value, (xp_dtype)x->dtype) : (double)NAN;
    result[1] = given ? xp_value_imag(&value, (xp_dtype)x->dtype) : (double)NAN;
}

/* ---- between devices --------------------------------------------------------------------------------------------- */

static bool upload(const xp_array *x, int64_t offset, const void *memory, size_t bytes, const char *function)
{
    const struct xp_device *device = x->xp->device;
    xp_status status = device->driver->upload(device, x->buffer, x->offset + offset, memory, bytes);
    if (status != XP_OK)
        xp_driver_failed(status, function);
    return status == XP_OK;
}

/* Whether one driver has both, and copies between them. */
static bool are_of_a_kind(const xp_array *from, const xp_array *to)
{
    const xp_driver *source = from->xp->device->driver, *target = to->xp->device->driver;
    return target->copy_from && target->copy_from == source->copy_from && strcmp(source->name, target->name) == 0;
}

static bool copy_directly(const xp_array *from, const xp_array *to, size_t bytes)
{
    const struct xp_device *device = to->xp->device;
    xp_status status = device->driver->copy_from(device, to->buffer, to->offset, from->xp->device, from->buffer,
                                                 from->offset, bytes);
    if (status != XP_OK)
        xp_driver_failed(status, "to_device");
    return status == XP_OK;
}

/* Piece by piece through host memory, unless a driver knows a shorter way, or the one or the other lies there. Both
 * are contiguous. */
static bool copy_across(const xp_array *from, const xp_array *to, size_t bytes)
{
    const char *source = xp_host_pointer(from);
    char *target = xp_host_pointer(to);
    if (source && (!target || to->xp->device->inner)) /* a decorator is asked, so that it can count */
        return upload(to, 0, source, bytes, "to_device");
    if (target)
        return xp_download(from, 0, target, bytes, "to_device");
    if (are_of_a_kind(from, to))
        return copy_directly(from, to, bytes);
    size_t piece = bytes < STAGING_BYTES ? bytes : STAGING_BYTES;
    char *staging = xp_pool_alloc(piece);
    bool success = staging != NULL;
    if (!success)
        xp_fail_message(XP_ERROR_MEMORY, "to_device", NULL, "to_device: out of memory");
    for (size_t at = 0; success && at < bytes; at += piece) {
        size_t part = bytes - at < piece ? bytes - at : piece;
        success = xp_download(from, (int64_t)at, staging, part, "to_device") &&
                  upload(to, (int64_t)at, staging, part, "to_device");
    }
    xp_pool_free(staging, piece);
    return success;
}

xp_array *xp_to_device(xp_array *x, const struct xp_device *device)
{
    if (!check_array("to_device", x))
        return xp_failed();
    const xp_namespace *xp = xp_device_namespace(device);
    if (x->xp && x->xp->device == xp->device)
        return xp_alias(x);
    if (!xp_check_device_has(xp->device, (xp_dtype)x->dtype, "to_device"))
        return xp_failed();
    xp_array *from = xp_contiguous_for(x, "to_device");
    if (!from)
        return xp_failed();
    xp_array *to = xp_array_new_filled(xp, (xp_dtype)x->dtype, x->ndim, x->shape, "to_device");
    if (!xp_is_failed(to) && x->size > 0 && !copy_across(from, to, to->buffer->bytes))
        to = drop(to);
    xp_array_unref(from);
    return to;
}
