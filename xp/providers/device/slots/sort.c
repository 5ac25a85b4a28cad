/* The slot `sort`: lines along an axis, as values, as positions, or both.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/sorting.h"
#include "providers/device/slots/slots.h"

xp_status device_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                      const xp_view *values, const xp_view *positions)
{
    (void)stable; /* it always is */
    int64_t size = device_view_size(x);
    if (size == 0)
        return XP_OK;
    device_sorting order = {.dtype = x->dtype, .descending = descending, .n = x->shape[axis]};
    order.lines = size / order.n;
    xp_status status = device_dense_read(device, x, axis, &order.x);
    if (status == XP_OK)
        status = device_dense_room(device, values, axis, &order.values);
    if (status == XP_OK)
        status = device_dense_room(device, positions, axis, &order.positions);
    if (status == XP_OK)
        status = device_sort_lines(device, &order);
    if (status == XP_OK)
        status = device_dense_put(device, values, axis, &order.values);
    if (status == XP_OK)
        status = device_dense_put(device, positions, axis, &order.positions);
    device_scratch_free(device, order.x.block);
    device_scratch_free(device, order.values.block);
    device_scratch_free(device, order.positions.block);
    return status;
}
