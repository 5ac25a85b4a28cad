/* DLPack: options, devices and dtypes.
 * Source: https://dmlc.github.io/dlpack/latest/ (version 1.0), and the Array API standard on __dlpack__.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/dlpack.h"

#include <stdio.h>
#include <string.h>

#include "core/dtype.h"
#include "driver.h"
#include "scixp/xp/namespace.h"

xp_dlpack_options xp_dlpack_defaults(void)
{
    return (xp_dlpack_options){.size = sizeof(xp_dlpack_options)};
}

bool dlpack_read_options(const char *function, const xp_dlpack_options *given, xp_dlpack_options *options)
{
    *options = xp_dlpack_defaults();
    if (!given)
        return true;
    if (given->size == 0) {
        xp_fail(XP_ERROR_VALUE, function, "options", "%s: options has size 0: start from xp_dlpack_defaults()",
                function);
        return false;
    }
    memcpy(options, given, given->size < sizeof *options ? given->size : sizeof *options);
    if (options->copy >= XP_COPY_IF_NEEDED && options->copy <= XP_COPY_NEVER)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "copy", "%s: copy is %d, expected 0 to 2", function, (int)options->copy);
    return false;
}

bool dlpack_is_host(int32_t device_type)
{
    return device_type == kDLCPU || device_type == kDLCUDAHost || device_type == kDLROCMHost;
}

bool dlpack_check_stream(const char *function, int32_t device_type, int64_t stream)
{
    if (!dlpack_is_host(device_type) || stream == 0 || stream == -1)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "stream", "%s: stream is %lld, but host memory knows no streams", function,
            (long long)stream);
    return false;
}

const struct xp_device *dlpack_find_device(int32_t device_type, int32_t device_id)
{
    static const struct {
        int32_t type;
        const char *kind;
    } kinds[] = {{kDLCUDA, "cuda"}, {kDLCUDAManaged, "cuda"}, {kDLOpenCL, "opencl"}};
    char name[32];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].type == device_type) {
            snprintf(name, sizeof name, "%s:%d", kinds[i].kind, (int)device_id);
            return xp_device(name);
        }
    return NULL;
}

/* The standard's numbers for CUDA: 1 is the default stream, 2 each thread's, others are streams themselves. These are
 * also what CUDA takes 1 and 2 for. */
void *dlpack_stream(int64_t stream)
{
    return stream > 0 ? (void *)(intptr_t)stream : NULL;
}

/* DLDataTypeCode by kind; complex elements count both parts in their bits. */
DLDataType dlpack_element(xp_dtype dtype)
{
    const struct {
        int kind;
        uint8_t code;
    } codes[] = {{XP_KIND_BOOL, kDLBool}, {XP_KIND_SIGNED, kDLInt}, {XP_KIND_UNSIGNED, kDLUInt},
                 {XP_KIND_FLOAT, kDLFloat}, {XP_KIND_COMPLEX, kDLComplex}};
    DLDataType element = {.bits = (uint8_t)(8 * xp_dtype_bytes(dtype)), .lanes = 1};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (xp_dtype_is(dtype, codes[i].kind))
            element.code = codes[i].code;
    if (dtype == XP_BFLOAT16)
        element.code = kDLBfloat;
    return element;
}

xp_dtype dlpack_dtype(DLDataType element)
{
    for (xp_dtype dtype = XP_BOOL; dtype < XP_N_DTYPES; dtype++) {
        DLDataType own = dlpack_element(dtype);
        if (own.code == element.code && own.bits == element.bits && own.lanes == element.lanes)
            return dtype;
    }
    return XP_DEFAULT_DTYPE;
}

bool xp_dlpack_device(const xp_array *x, int32_t *device_type, int32_t *device_id)
{
    const struct xp_device *device = xp_device_of(x);
    if (!device || !device->driver->dlpack_type)
        return false;
    *device_type = device->driver->dlpack_type;
    *device_id = device->driver->dlpack_id;
    return true;
}
