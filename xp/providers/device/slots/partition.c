/* The slot `partition`: elements sorted by what they are beside a pivot, less, equal, greater or NaN.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"
#include "providers/device/slots/sorting.h"

xp_status device_partition(const struct xp_device *device, const xp_view *x, int axis, const xp_view *pivots,
                           bool positions, const xp_view *out)
{
    int64_t size = device_view_size(x);
    if (size == 0)
        return XP_OK;
    if (xp_dtype_is(x->dtype, XP_KIND_COMPLEX))
        return xp_driver_error(XP_ERROR_TYPE, "cannot partition %s", xp_dtype_name(x->dtype));
    device_sorting sorting = {.dtype = x->dtype, .n = x->shape[axis], .lines = size / x->shape[axis]};
    device_dense *to = positions ? &sorting.positions : &sorting.values;
    xp_status status = device_dense_read(device, x, axis, &sorting.x);
    if (status == XP_OK)
        status = device_dense_read(device, pivots, axis, &sorting.pivots);
    if (status == XP_OK)
        status = device_dense_room(device, out, axis, to);
    if (status == XP_OK)
        status = device_sort_lines(device, &sorting);
    if (status == XP_OK)
        status = device_dense_put(device, out, axis, to);
    device_scratch_free(device, sorting.x.block);
    device_scratch_free(device, sorting.pivots.block);
    device_scratch_free(device, to->block);
    return status;
}
