/* What the device core can do by itself: whatever has a slot, but for kinds and dtypes that its kernels leave out.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stddef.h>

#include "core/dtype.h"
#include "providers/device/reduce.h"
#include "providers/device/slots/slots.h"

/* What is computed in float64 although no array is: complex functions, floating sums and moments, kernels. */
static bool is_wide(const xp_request *request)
{
    switch (request->kind) {
    case XP_REQUEST_ELEMENTWISE:
        return request->operation->rule != XP_RULE_CAST && xp_dtype_is(request->dtype, XP_KIND_COMPLEX);
    case XP_REQUEST_REDUCTION:
        return device_reduce_is_wide((xp_reduction_kind)request->reduction->kind, request->dtype);
    default:
        return request->kernel != NULL;
    }
}

bool device_supports(const struct xp_device *device, const xp_request *request)
{
    if (!device_state_of(device)->about.has_float64 && is_wide(request))
        return false;
    if (request->kind != XP_REQUEST_SLOT)
        return true;
    if (request->slot == offsetof(xp_driver, matmul)) /* what our kernels cast is better cast by whoever calls */
        return !xp_is_storage(request->dtype) || device_delegates(device, request);
    if (request->slot == offsetof(xp_driver, factor))
        return device_factor_has(request->which);
    return true;
}
