/* Elements taken at positions along one axis.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"

#define OF_ITEM 4 /* elements, where an item has not a stretch of them: their loads overlap */

/* The axes of the result: how it lies along them, x, and the positions. */
static void make_lines(device_lines *lines, const xp_view *x, const xp_view *indices, int axis, const xp_view *out)
{
    device_lines_begin(lines, 3);
    for (int i = 0; i < out->ndim; i++) {
        const int64_t strides[] = {device_stride(out, i), i == axis ? 0 : device_stride(x, i),
                                   i == axis ? device_stride(indices, 0) : 0};
        device_lines_add(lines, out->shape[i], strides);
    }
}

xp_status device_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                        const xp_view *out)
{
    device_lines lines;
    make_lines(&lines, x, indices, axis, out);
    int64_t count = lines.count;
    if (count == 0)
        return XP_OK;
    const device_axis inner = device_lines_take(&lines);
    int64_t stretch = device_stretch(device, count, OF_ITEM);
    xp_builder words = {0};
    device_define_moved(&words, x->dtype);
    device_lines_define(&words, &lines, count);
    device_call call;
    device_call_begin(&call, device);
    device_call_view(&call, x, false);
    device_call_view(&call, indices, false);
    device_call_view(&call, out, true);
    device_call_index(&call, device_stride(x, axis));
    device_call_index(&call, count);
    device_call_index(&call, stretch);
    device_call_index(&call, inner.extent);
    for (int i = 0; i < 3; i++)
        device_call_index(&call, inner.strides[i]);
    device_lines_arguments(&call, &lines);
    return device_launch_text(&call, "gather", device_gather_text, &words, "gather_elements",
                              device_groups_for(device, (count + stretch - 1) / stretch));
}
