/* Arrays from and to NumPy's .npy files.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "core/shape.h"
#include "core/thread.h"
#include "driver.h"
#include "graph/node.h"
#include "graph/npy_header.h"
#include "graph/transfer.h"
#include "scixp/xp/namespace.h"

/* How much at once goes between a file and a device without host memory. */
#define PIECE_BYTES ((size_t)1 << 20)

/* A header this long has no honest reason. */
#define HEADER_MOST ((size_t)1 << 20)

static bool fail_file(xp_status code, const char *function, const char *path, const char *problem)
{
    xp_fail(code, function, "path", "%s: %s: %s", function, path, problem);
    return false;
}

static bool fail_system(const char *function, const char *path, const char *what)
{
    const char *reason = errno ? strerror(errno) : "unknown reason";
    xp_fail(XP_ERROR_IO, function, "path", "%s: %s: %s: %s", function, path, what, reason);
    return false;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

typedef struct reader {
    FILE *file;
    const char *path;
    uint64_t left;      /* bytes of the file that have not been read */
    npy_header header;
} reader;

static bool read_bytes(reader *r, void *memory, size_t bytes)
{
    if (bytes > r->left)
        return fail_file(XP_ERROR_IO, "read_npy", r->path, "is cut off");
    errno = 0;
    if (bytes > 0 && fread(memory, 1, bytes, r->file) != bytes)
        return fail_system("read_npy", r->path, "cannot be read");
    r->left -= bytes;
    return true;
}

/* Magic, version, length of the dictionary. */
static bool read_preamble(reader *r, size_t *length)
{
    unsigned char start[NPY_MAGIC_BYTES + 2], count[4] = {0};
    if (r->left < sizeof start)
        return fail_file(XP_ERROR_IO, "read_npy", r->path, "is no .npy file");
    if (!read_bytes(r, start, sizeof start))
        return false;
    if (memcmp(start, NPY_MAGIC, NPY_MAGIC_BYTES) != 0)
        return fail_file(XP_ERROR_IO, "read_npy", r->path, "is no .npy file");
    int major = start[NPY_MAGIC_BYTES], minor = start[NPY_MAGIC_BYTES + 1];
    if (major < 1 || major > 3 || minor != 0)
        return fail_file(XP_ERROR_IO, "read_npy", r->path, "is of a version other than 1.0, 2.0 and 3.0");
    if (!read_bytes(r, count, major == 1 ? 2 : 4))
        return false;
    *length = (size_t)count[0] | (size_t)count[1] << 8 | (size_t)count[2] << 16 | (size_t)count[3] << 24;
    if (*length > r->left)
        return fail_file(XP_ERROR_IO, "read_npy", r->path, "is cut off");
    return *length <= HEADER_MOST || fail_file(XP_ERROR_IO, "read_npy", r->path, "has a header of over 1 MB");
}

/* The dictionary; then the size that it tells is held against what the file has. */
static bool read_header(reader *r)
{
    size_t length;
    int64_t size = 0;
    bool is_dtype = false;
    if (!read_preamble(r, &length))
        return false;
    char *text = xp_alloc(length, 1);
    if (!text)
        return fail_file(XP_ERROR_MEMORY, "read_npy", r->path, "out of memory");
    bool success = read_bytes(r, text, length);
    const char *problem = success ? npy_parse_header(text, length, &r->header, &is_dtype) : NULL;
    xp_dealloc(text);
    if (!success)
        return false;
    if (problem)
        return fail_file(is_dtype ? XP_ERROR_TYPE : XP_ERROR_IO, "read_npy", r->path, problem);
    size_t itemsize = xp_dtype_bytes(r->header.dtype);
    if (!xp_shape_size(r->header.ndim, r->header.shape, itemsize, &size))
        return fail_file(XP_ERROR_IO, "read_npy", r->path, "its shape is too large");
    return (uint64_t)size * itemsize <= r->left || fail_file(XP_ERROR_IO, "read_npy", r->path, "is cut off");
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
static bool read_elements(reader *r, xp_array *x)
{
    const struct xp_device *device = x->xp->device;
    size_t bytes = x->buffer->bytes, piece = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;
    char *data = bytes > 0 ? xp_host_pointer(x) : NULL;
    if (data || bytes == 0) {
        if (!read_bytes(r, data, bytes))
            return false;
        normalise(&r->header, data, bytes);
        return true;
    }
    char *staging = xp_pool_alloc(piece);
    if (!staging)
        return fail_file(XP_ERROR_MEMORY, "read_npy", r->path, "out of memory");
    xp_status status = XP_OK;
    bool success = true;
    for (size_t at = 0; success && status == XP_OK && at < bytes; at += piece) {
        size_t part = bytes - at < piece ? bytes - at : piece;
        success = read_bytes(r, staging, part);
        if (!success)
            break;
        normalise(&r->header, staging, part);
        status = device->driver->upload(device, x->buffer, (int64_t)at, staging, part);
    }
    xp_pool_free(staging, piece);
    if (status != XP_OK)
        xp_driver_failed(status, "read_npy");
    return success && status == XP_OK;
}

static xp_array *drop(xp_array *x)
{
    xp_scope_leave(x);
    xp_array_unref(x);
    return xp_failed();
}

/* Fortran order is C order of the axes the other way round. */
static xp_array *read_array(reader *r, const struct xp_device *device)
{
    int ndim = r->header.ndim;
    int64_t reversed[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    for (int i = 0; i < ndim; i++)
        reversed[i] = r->header.shape[r->header.fortran ? ndim - 1 - i : i];
    xp_array *x = xp_array_new_filled(xp_device_namespace(device), r->header.dtype, ndim, reversed, "read_npy");
    if (xp_is_failed(x))
        return x;
    if (!read_elements(r, x))
        return drop(x);
    if (!r->header.fortran)
        return x;
    for (int i = 0; i < ndim; i++)
        strides[i] = x->strides[ndim - 1 - i];
    xp_array *view = xp_array_view(x, ndim, r->header.shape, strides, 0, "read_npy");
    drop(x);
    return view;
}

static bool check_path(const char *function, const char *path)
{
    if (path)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "path", "%s: path is not given", function);
    return false;
}

xp_array *xp_read_npy(const char *path, const struct xp_device *device)
{
    struct stat facts;
    if (!check_path("read_npy", path))
        return xp_failed();
    reader r = {.file = fopen(path, "rb"), .path = path};
    if (!r.file) {
        fail_system("read_npy", path, "cannot be opened");
        return xp_failed();
    }
    xp_array *x = xp_failed();
    if (fstat(fileno(r.file), &facts) != 0 || !S_ISREG(facts.st_mode)) {
        fail_file(XP_ERROR_IO, "read_npy", path, "is no regular file");
    } else {
        r.left = (uint64_t)facts.st_size;
        if (read_header(&r))
            x = read_array(&r, device);
    }
    fclose(r.file);
    return x;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static bool write_bytes(FILE *file, const char *path, const void *memory, size_t bytes)
{
    errno = 0;
    return bytes == 0 || fwrite(memory, 1, bytes, file) == bytes || fail_system("write_npy", path, "cannot be written");
}

static bool write_elements(FILE *file, const char *path, const xp_array *x)
{
    size_t bytes = (size_t)x->size * xp_dtype_bytes(x->dtype), piece = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;
    const char *data = bytes > 0 ? xp_host_pointer(x) : NULL;
    if (data || bytes == 0)
        return write_bytes(file, path, data, bytes);
    char *staging = xp_pool_alloc(piece);
    if (!staging)
        return fail_file(XP_ERROR_MEMORY, "write_npy", path, "out of memory");
    bool success = true;
    for (size_t at = 0; success && at < bytes; at += piece) {
        size_t part = bytes - at < piece ? bytes - at : piece;
        success = xp_download(x, (int64_t)at, staging, part, "write_npy") && write_bytes(file, path, staging, part);
    }
    xp_pool_free(staging, piece);
    return success;
}

/* Elements of a contiguous array behind their header. */
static bool write_file(const char *path, const npy_header *header, const xp_array *x)
{
    char text[NPY_HEADER_MOST];
    size_t length = npy_format_header(header, text);
    errno = 0;
    FILE *file = fopen(path, "wb");
    if (!file)
        return fail_system("write_npy", path, "cannot be opened for writing");
    bool success = write_bytes(file, path, text, length) && write_elements(file, path, x);
    errno = 0;
    if (fclose(file) != 0 && success)
        success = fail_system("write_npy", path, "cannot be written");
    return success;
}

/* x with its axes the other way round if that makes it contiguous and it is not so already; else x. */
static xp_array *in_file_order(xp_array *x, npy_header *header)
{
    int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    if (xp_array_is_contiguous(x))
        return x;
    for (int i = 0; i < x->ndim; i++) {
        shape[i] = x->shape[x->ndim - 1 - i];
        strides[i] = x->strides[x->ndim - 1 - i];
    }
    xp_array *reversed = xp_array_view(x, x->ndim, shape, strides, x->offset, "write_npy");
    if (xp_is_failed(reversed))
        return NULL;
    header->fortran = xp_array_is_contiguous(reversed);
    if (header->fortran)
        return reversed;
    drop(reversed);
    return x;
}

xp_status xp_write_npy(const char *path, xp_array *x)
{
    if (!check_path("write_npy", path))
        return xp_error_code();
    if (!x || xp_is_failed(x)) {
        if (x)
            xp_fail_again();
        else
            xp_fail(XP_ERROR_VALUE, "write_npy", "x", "write_npy: x is not given");
        return xp_error_code();
    }
    xp_array *ready = xp_ready(x, "write_npy");
    if (!ready)
        return xp_error_code();
    npy_header header = {.dtype = (xp_dtype)ready->dtype, .ndim = ready->ndim};
    memcpy(header.shape, ready->shape, (size_t)ready->ndim * sizeof header.shape[0]);
    xp_array *ordered = in_file_order(ready, &header);
    xp_array *whole = ordered ? xp_contiguous_for(ordered, "write_npy") : NULL;
    bool success = whole && write_file(path, &header, whole);
    xp_array_unref(whole);
    if (ordered && ordered != ready)
        drop(ordered);
    if (ready != x)
        drop(ready);
    return success ? XP_OK : xp_error_code();
}
