/* Arrays from and to NumPy's .npy files.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "files/npy.h"

#include <string.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "driver.h"
#include "files/new_file.h"
#include "graph/node.h"
#include "graph/transfer.h"
#include "scixp/xp/namespace.h"

/* How much at once goes between a file and a device without host memory. */
#define PIECE_BYTES ((size_t)1 << 20)

/* A header this long has no honest reason. */
#define HEADER_MOST ((size_t)1 << 20)

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static bool read_bytes(byte_source *source, void *memory, size_t bytes)
{
    if (bytes > source->left)
        return file_fail(&source->name, XP_ERROR_IO, "is cut off");
    return source->read(source, memory, bytes);
}

/* Magic, version, length of the dictionary. */
static bool read_preamble(byte_source *source, size_t *length)
{
    unsigned char start[NPY_MAGIC_BYTES + 2], count[4] = {0};
    if (source->left < sizeof start)
        return file_fail(&source->name, XP_ERROR_IO, "is no .npy file");
    if (!read_bytes(source, start, sizeof start))
        return false;
    if (memcmp(start, NPY_MAGIC, NPY_MAGIC_BYTES) != 0)
        return file_fail(&source->name, XP_ERROR_IO, "is no .npy file");
    int major = start[NPY_MAGIC_BYTES], minor = start[NPY_MAGIC_BYTES + 1];
    if (major < 1 || major > 3 || minor != 0)
        return file_fail(&source->name, XP_ERROR_IO, "is of a version other than 1.0, 2.0 and 3.0");
    if (!read_bytes(source, count, major == 1 ? 2 : 4))
        return false;
    *length = (size_t)count[0] | (size_t)count[1] << 8 | (size_t)count[2] << 16 | (size_t)count[3] << 24;
    if (*length > source->left)
        return file_fail(&source->name, XP_ERROR_IO, "is cut off");
    return *length <= HEADER_MOST || file_fail(&source->name, XP_ERROR_IO, "has a header of over 1 MB");
}

/* The dictionary; then the size that it tells is held against what the file has. */
static bool read_header(byte_source *source, npy_header *header)
{
    size_t length = 0;
    int64_t size = 0;
    bool is_dtype = false;
    if (!read_preamble(source, &length))
        return false;
    char *text = xp_alloc(length, 1);
    if (!text)
        return file_fail(&source->name, XP_ERROR_MEMORY, "out of memory");
    bool success = read_bytes(source, text, length);
    const char *problem = success ? npy_parse_header(text, length, header, &is_dtype) : NULL;
    xp_dealloc(text);
    if (!success)
        return false;
    if (problem)
        return file_fail(&source->name, is_dtype ? XP_ERROR_TYPE : XP_ERROR_IO, problem);
    size_t itemsize = xp_dtype_bytes(header->dtype);
    if (!xp_shape_size(header->ndim, header->shape, itemsize, &size))
        return file_fail(&source->name, XP_ERROR_IO, "its shape is too large");
    return (uint64_t)size * itemsize <= source->left || file_fail(&source->name, XP_ERROR_IO, "is cut off");
}

static void swap_each(char *data, size_t bytes, size_t width)
{
    for (size_t at = 0; at < bytes; at += width) {
        for (size_t i = 0; i < width / 2; i++) {
            char kept = data[at + i];
            data[at + i] = data[at + width - 1 - i];
            data[at + width - 1 - i] = kept;
        }
    }
}

/* Elements as a file has them to elements as they are in memory. */
static void normalise(const npy_header *header, char *data, size_t bytes)
{
    bool is_complex = xp_dtype_is(header->dtype, XP_KIND_COMPLEX);
    if (header->swapped)
        swap_each(data, bytes, xp_dtype_bytes(header->dtype) / (is_complex ? 2 : 1));
    for (size_t i = 0; header->dtype == XP_BOOL && i < bytes; i++)
        data[i] = data[i] != 0;
}

/* All elements in the order of the file into x, which is contiguous: straight, or piece by piece where x is on a device
 * without addresses. */
static bool read_elements(byte_source *source, const npy_header *header, xp_array *x)
{
    const struct xp_device *device = x->xp->device;
    size_t bytes = x->buffer->bytes, piece = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;
    char *data = bytes > 0 ? xp_host_pointer(x) : NULL;
    if (data || bytes == 0) {
        if (!read_bytes(source, data, bytes))
            return false;
        normalise(header, data, bytes);
        return true;
    }
    char *staging = xp_pool_alloc(piece);
    if (!staging)
        return file_fail(&source->name, XP_ERROR_MEMORY, "out of memory");
    xp_status status = XP_OK;
    bool success = true;
    for (size_t at = 0; success && status == XP_OK && at < bytes; at += piece) {
        size_t part = bytes - at < piece ? bytes - at : piece;
        success = read_bytes(source, staging, part);
        if (!success)
            break;
        normalise(header, staging, part);
        status = device->driver->upload(device, x->buffer, (int64_t)at, staging, part);
    }
    xp_pool_free(staging, piece);
    if (status != XP_OK)
        xp_driver_failed(status, source->name.function);
    return success && status == XP_OK;
}

static xp_array *drop(xp_array *x)
{
    xp_scope_leave(x);
    xp_array_unref(x);
    return xp_failed();
}

/* Fortran order is C order of the axes the other way round. */
static xp_array *read_array(byte_source *source, const npy_header *header, const struct xp_device *device)
{
    int ndim = header->ndim;
    int64_t reversed[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    for (int i = 0; i < ndim; i++)
        reversed[i] = header->shape[header->fortran ? ndim - 1 - i : i];
    xp_array *x = xp_array_new_filled(xp_device_namespace(device), header->dtype, ndim, reversed,
                                       source->name.function);
    if (xp_is_failed(x))
        return x;
    if (!read_elements(source, header, x))
        return drop(x);
    if (!header->fortran)
        return x;
    for (int i = 0; i < ndim; i++)
        strides[i] = x->strides[ndim - 1 - i];
    xp_array *view = xp_array_view(x, ndim, header->shape, strides, 0, source->name.function);
    drop(x);
    return view;
}

xp_array *npy_read(byte_source *source, const struct xp_device *device)
{
    npy_header header;
    return read_header(source, &header) ? read_array(source, &header, device) : xp_failed();
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* x with its axes the other way round if that makes it contiguous and it is not so already; else x. */
static xp_array *in_file_order(xp_array *x, npy_header *header, const char *function)
{
    int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    if (xp_array_is_contiguous(x))
        return x;
    for (int i = 0; i < x->ndim; i++) {
        shape[i] = x->shape[x->ndim - 1 - i];
        strides[i] = x->strides[x->ndim - 1 - i];
    }
    xp_array *reversed = xp_array_view(x, x->ndim, shape, strides, x->offset, function);
    header->fortran = !xp_is_failed(reversed) && xp_array_is_contiguous(reversed);
    return header->fortran || xp_is_failed(reversed) ? reversed : x;
}

bool npy_prepare(xp_array *x, const char *function, npy_content *content)
{
    xp_array *ready = xp_check_export(x, function) ? xp_ready(x, function) : NULL;
    if (!ready)
        return false;
    if (!xp_dtypes[ready->dtype].npy[0]) { /* NumPy writes it as two bytes without a meaning, "<V2" */
        xp_fail(XP_ERROR_TYPE, function, "x", "%s: .npy files know no %s: cast it to float32", function,
                xp_dtype_name(ready->dtype));
        return false;
    }
    npy_header header = {.dtype = (xp_dtype)ready->dtype, .ndim = ready->ndim};
    memcpy(header.shape, ready->shape, (size_t)ready->ndim * sizeof header.shape[0]);
    xp_array *ordered = in_file_order(ready, &header, function);
    content->elements = xp_is_failed(ordered) ? NULL : xp_ready_contiguous(ordered, function);
    content->header_bytes = npy_format_header(&header, content->header);
    content->bytes = content->header_bytes + (uint64_t)x->size * xp_dtype_bytes(x->dtype);
    return content->elements != NULL;
}

static bool write_elements(byte_sink *sink, const xp_array *x)
{
    size_t bytes = (size_t)x->size * xp_dtype_bytes(x->dtype), piece = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;
    const char *data = bytes > 0 ? xp_host_pointer(x) : NULL;
    if (data || bytes == 0)
        return sink->write(sink, data, bytes);
    char *staging = xp_pool_alloc(piece);
    if (!staging)
        return file_fail(&sink->name, XP_ERROR_MEMORY, "out of memory");
    bool success = true;
    for (size_t at = 0; success && at < bytes; at += piece) {
        size_t part = bytes - at < piece ? bytes - at : piece;
        success = xp_download(x, (int64_t)at, staging, part, sink->name.function) && sink->write(sink, staging, part);
    }
    xp_pool_free(staging, piece);
    return success;
}

bool npy_write(byte_sink *sink, const npy_content *content)
{
    return sink->write(sink, content->header, content->header_bytes) && write_elements(sink, content->elements);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

typedef struct file_source {
    byte_source source;
    FILE *file;
} file_source;

static bool read_file(byte_source *source, void *memory, size_t bytes)
{
    source->left -= bytes;
    return file_read(((file_source *)source)->file, &source->name, memory, bytes);
}

xp_array *xp_read_npy(const char *path, const struct xp_device *device)
{
    file_source from = {.source = {.read = read_file, .name = {"read_npy", path, NULL}}};
    from.file = file_open(&from.source.name, &from.source.left);
    if (!from.file)
        return xp_failed();
    xp_array *x = npy_read(&from.source, device);
    fclose(from.file);
    return x;
}

typedef struct file_sink {
    byte_sink sink;
    new_file file;
} file_sink;

static bool write_file(byte_sink *sink, const void *memory, size_t bytes)
{
    return file_write(((file_sink *)sink)->file.file, &sink->name, memory, bytes);
}

xp_status xp_write_npy(const char *path, xp_array *x)
{
    npy_content content;
    if (!x)
        xp_fail(XP_ERROR_VALUE, "write_npy", "x", "write_npy: x is not given");
    else if (xp_is_failed(x))
        xp_fail_again();
    if (!xp_ok(x))
        return xp_error_code();
    file_sink to = {.sink = {.write = write_file, .name = {"write_npy", path, NULL}}};
    xp_scope scope = xp_scope_open();
    if (npy_prepare(x, "write_npy", &content) && new_file_open(&to.file, &to.sink.name))
        new_file_close(&to.file, npy_write(&to.sink, &content));
    return xp_scope_close(scope);
}
