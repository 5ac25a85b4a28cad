/* The slot `select`: elements of lines by their rank, from the lines in order.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"
#include "providers/device/slots/sorting.h"

/* Numbers of the caller's, in memory of their own: they are read during the call only. */
static xp_status upload(const struct xp_device *device, const int64_t *numbers, int count, device_block **block)
{
    device_state *state = device_state_of(device);
    int queue = device_queue_here(device);
    if (queue < 0)
        return XP_ERROR_DEVICE;
    xp_status status = device_scratch(device, (int64_t)count * 8, block);
    if (status != XP_OK)
        return status;
    runtime_status sent = device_order(state, queue, *block, true);
    if (sent == RUNTIME_OK)
        sent = state->runtime->upload(state->queues[queue].handle, (*block)->memory, 0, numbers, (size_t)count * 8);
    device_enqueued(state, queue);
    return device_status(device, sent, "a transfer to the device");
}

typedef struct selection {
    const struct xp_device *device;
    int64_t n, lines, count;
    device_dense x, out;
    device_block *line, *ranks; /* the lines in order */
} selection;

static xp_status pick(const selection *s, int dtype, bool nan_spreads)
{
    device_keyed keyed;
    int64_t elements = s->lines * s->count, stretch = device_stretch(s->device, elements, 1);
    device_keyed_make(&keyed, "select", device_select_text, dtype, s->n, false);
    device_call call;
    device_call_begin(&call, s->device);
    device_call_block(&call, s->line, false);
    device_call_flip(&call, dtype, false);
    device_call_block(&call, s->ranks, false);
    device_call_index(&call, s->count);
    device_call_index(&call, s->n);
    device_call_int(&call, nan_spreads);
    device_call_index(&call, elements);
    device_call_index(&call, stretch);
    device_call_dense(&call, &s->out, true);
    return device_call_launch(&call, &keyed.source, "select_ranks",
                              device_groups_for(s->device, (elements + stretch - 1) / stretch));
}

xp_status device_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks, int count,
                        bool nan_spreads, const xp_view *out)
{
    if (device_view_size(out) == 0)
        return XP_OK;
    if (xp_dtype_is(x->dtype, XP_KIND_COMPLEX))
        return xp_driver_error(XP_ERROR_TYPE, "cannot select from %s", xp_dtype_name(x->dtype));
    selection s = {.device = device, .n = x->shape[axis], .lines = device_view_size(out) / count, .count = count};
    xp_status status = upload(device, ranks, count, &s.ranks);
    if (status == XP_OK)
        status = device_dense_read(device, x, axis, &s.x);
    if (status == XP_OK)
        status = device_dense_room(device, out, axis, &s.out);
    if (status == XP_OK)
        status = device_scratch(device, s.n * s.lines * (int64_t)xp_dtype_bytes(x->dtype), &s.line);
    const device_sorting sorting = {.dtype = x->dtype, .n = s.n, .lines = s.lines, .x = s.x, .values.block = s.line};
    if (status == XP_OK)
        status = device_sort_lines(device, &sorting);
    if (status == XP_OK)
        status = pick(&s, x->dtype, nan_spreads);
    if (status == XP_OK)
        status = device_dense_put(device, out, axis, &s.out);
    device_scratch_free(device, s.ranks);
    device_scratch_free(device, s.x.block);
    device_scratch_free(device, s.out.block);
    device_scratch_free(device, s.line);
    return status;
}
