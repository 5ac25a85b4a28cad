/* What the device core can do by itself: whatever has a slot, but for kinds and dtypes that its kernels leave out.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stddef.h>

#include "core/dtype.h"
#include "providers/device/slots/slots.h"

static bool is_stored_only(int dtype)
{
    return dtype == XP_FLOAT16 || dtype == XP_BFLOAT16;
}

bool device_supports(const struct xp_device *device, const xp_request *request)
{
    (void)device;
    if (request->kind != XP_REQUEST_SLOT)
        return true;
    if (request->slot == offsetof(xp_driver, matmul))
        return !is_stored_only(request->dtype);
    if (request->slot == offsetof(xp_driver, factor))
        return device_factor_has(request->which);
    return true;
}
