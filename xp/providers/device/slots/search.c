/* Where values belong in a sorted array.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"

#define OF_ITEM 2 /* values, where an item has not a stretch of them: it looks for them side by side */

xp_status device_search(const struct xp_device *device, const xp_view *sorted, const xp_view *values, bool right,
                        const xp_view *out)
{
    if (!xp_dtype_is(sorted->dtype, XP_KIND_BOOL | XP_KIND_REAL) || xp_dtype_bytes(sorted->dtype) > 8)
        return xp_driver_error(XP_ERROR_TYPE, "cannot search in %s", xp_dtype_name(sorted->dtype));
    device_lines lines;
    device_lines_make(&lines, 2, (const xp_view *const[]){values, out}, -1);
    int64_t count = lines.count;
    if (count == 0)
        return XP_OK;
    const device_axis inner = device_lines_take(&lines);
    int64_t stretch = device_stretch(device, count, OF_ITEM);
    xp_builder words = {0};
    xp_builder_addf(&words, "#define T xp_%s\n#define IS_NAN(value) %s\n", xp_dtype_name(sorted->dtype),
                    xp_dtype_is(sorted->dtype, XP_KIND_FLOAT) ? "((value) != (value))" : "0");
    device_lines_define(&words, &lines, count);
    device_call call;
    device_call_begin(&call, device);
    device_call_view(&call, sorted, false);
    device_call_index(&call, device_stride(sorted, 0));
    device_call_index(&call, sorted->shape[0]);
    device_call_view(&call, values, false);
    device_call_view(&call, out, true);
    device_call_int(&call, right);
    device_call_index(&call, count);
    device_call_index(&call, stretch);
    device_call_index(&call, inner.extent);
    for (int i = 0; i < 2; i++)
        device_call_index(&call, inner.strides[i]);
    device_lines_arguments(&call, &lines);
    return device_launch_text(&call, "search", device_search_text, &words, "search_values",
                              device_groups_for(device, (count + stretch - 1) / stretch));
}
