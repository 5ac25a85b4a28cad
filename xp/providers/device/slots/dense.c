/* Lines along an axis as dense memory: copies to it, and from it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/dense.h"

#include <stdlib.h>

#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"

#define TILE 1024   /* elements that a group moves */
#define HIGHEST 128 /* of one line */

static bool is_dense(const xp_view *view, int axis)
{
    device_lines lines;
    device_lines_make(&lines, 1, &view, axis);
    int64_t n = view->shape[axis], parts = device_parts_of(view->dtype);
    bool joins = lines.ndim == 0 || (lines.ndim == 1 && lines.strides[0][0] == n * parts);
    return joins && (n == 1 || device_stride(view, axis) == parts);
}

void device_call_dense(device_call *call, const device_dense *dense, bool writes)
{
    if (dense->view) {
        device_call_view(call, dense->view, writes);
    } else {
        device_call_block(call, dense->block, writes);
        device_call_index(call, 0);
    }
}

static xp_status move(const struct xp_device *device, const xp_view *view, int axis, device_block *block,
                      bool into_view)
{
    device_lines lines;
    device_lines_make(&lines, 1, &view, axis);
    const device_axis inner = device_lines_take(&lines);
    int64_t n = view->shape[axis], m = inner.extent, by = device_stride(view, axis), next = inner.strides[0];
    int64_t high = 1;
    while (high < n && high < HIGHEST && (high < 32 || TILE / high > m))
        high *= 2;
    int64_t wide = TILE / high;
    xp_builder words = {0};
    device_define_moved(&words, view->dtype);
    device_lines_define(&words, &lines, lines.count);
    device_call call;
    device_call_begin(&call, device);
    device_call_view(&call, view, into_view);
    device_call_block(&call, block, !into_view);
    device_call_index(&call, 0);
    device_call_int(&call, into_view);
    device_call_int(&call, m == 1 || llabs(by) < llabs(next));
    device_call_index(&call, n);
    device_call_index(&call, by);
    device_call_index(&call, m);
    device_call_index(&call, next);
    device_call_int(&call, (int32_t)high);
    device_call_int(&call, (int32_t)wide);
    device_lines_arguments(&call, &lines);
    return device_launch_text(&call, "lines", device_lines_text, &words, "move_lines",
                              lines.count * ((n + high - 1) / high) * ((m + wide - 1) / wide));
}

xp_status device_dense_room(const struct xp_device *device, const xp_view *view, int axis, device_dense *dense)
{
    *dense = (device_dense){NULL, NULL};
    if (!view)
        return XP_OK;
    if (is_dense(view, axis)) {
        dense->view = view;
        return XP_OK;
    }
    return device_scratch(device, device_view_size(view) * (int64_t)xp_dtype_bytes(view->dtype), &dense->block);
}

xp_status device_dense_read(const struct xp_device *device, const xp_view *view, int axis, device_dense *dense)
{
    xp_status status = device_dense_room(device, view, axis, dense);
    return status == XP_OK && dense->block ? move(device, view, axis, dense->block, false) : status;
}

xp_status device_dense_put(const struct xp_device *device, const xp_view *view, int axis, const device_dense *dense)
{
    return dense->block ? move(device, view, axis, dense->block, true) : XP_OK;
}
