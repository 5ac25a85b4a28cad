/* Which dtypes a device has, and which it gives by default.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/device_dtypes.h"

#include "core/dtype.h"
#include "driver.h"

bool xp_device_has(const struct xp_device *device, int dtype)
{
    return !(device->dtypes.missing >> dtype & 1);
}

xp_dtype xp_device_dtype(const struct xp_device *device, xp_dtype dtype)
{
    static const uint8_t half[XP_N_DTYPES] = {[XP_FLOAT64] = XP_FLOAT32, [XP_COMPLEX128] = XP_COMPLEX64,
                                              [XP_INT64] = XP_INT32,     [XP_UINT64] = XP_UINT32};
    return xp_device_has(device, dtype) || !half[dtype] ? dtype : (xp_dtype)half[dtype];
}

xp_dtype xp_device_default(const struct xp_device *device, xp_dtype weak)
{
    switch (xp_dtypes[weak].kind) {
    case XP_KIND_BOOL: return XP_BOOL;
    case XP_KIND_FLOAT: return device->dtypes.real_floating;
    case XP_KIND_COMPLEX: return device->dtypes.complex_floating;
    default: return device->dtypes.integral;
    }
}

bool xp_check_device_has(const struct xp_device *device, xp_dtype dtype, const char *function)
{
    if (xp_device_has(device, dtype))
        return true;
    xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: the device %s has no %s", function, device->name,
            xp_dtype_name(dtype));
    return false;
}
