/* The slot `unique`: distinct elements, from the line in order.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"
#include "providers/device/slots/sorting.h"

#define OF_ITEM 16 /* as the text has it */

typedef struct distinct {
    const struct xp_device *device;
    const xp_unique_views *out;
    int dtype;
    device_keyed keyed;
    int64_t n, length, pieces;
    device_dense x;                    /* the line as it was */
    device_block *line, *places;       /* in order; where its elements were, or NULL */
    device_block *heads, *starts;      /* of pieces; in the order, or NULL */
} distinct;

static void add_view(device_call *call, const xp_view *view)
{
    if (view) {
        device_call_view(call, view, true);
    } else {
        device_call_block(call, NULL, false);
        device_call_index(call, 0);
    }
}

/* The line in order, and room for what follows. */
static xp_status prepare(distinct *d, const xp_view *x)
{
    const struct xp_device *device = d->device;
    const xp_unique_views *out = d->out;
    int64_t of_place = device_place_bytes(d->n);
    xp_status status = device_scratch(device, (d->pieces + 1) * of_place, &d->heads);
    if (status == XP_OK && out->counts)
        status = device_scratch(device, ((out->capacity < d->n ? out->capacity : d->n) + 1) * of_place, &d->starts);
    if (status != XP_OK || d->n == 0)
        return status;
    status = device_scratch(device, d->n * (int64_t)xp_dtype_bytes(d->dtype), &d->line);
    if (status == XP_OK && (out->indices || out->inverse))
        status = device_scratch(device, d->n * 8, &d->places);
    if (status == XP_OK)
        status = device_dense_read(device, x, 0, &d->x);
    const device_sorting sorting = {.dtype = d->dtype,
                                    .n = d->n,
                                    .lines = 1,
                                    .x = d->x,
                                    .values = {.block = d->line},
                                    .positions = {.block = d->places}};
    return status == XP_OK ? device_sort_lines(device, &sorting) : status;
}

static xp_status count_heads(distinct *d)
{
    device_call call;
    device_call_begin(&call, d->device);
    device_call_block(&call, d->line, false);
    device_call_flip(&call, d->dtype, false);
    device_call_index(&call, d->n);
    device_call_index(&call, d->length);
    device_call_block(&call, d->heads, true);
    xp_status status = device_call_launch(&call, &d->keyed.source, "unique_count", d->pieces);
    if (status != XP_OK)
        return status;
    device_call_begin(&call, d->device);
    device_call_block(&call, d->heads, true);
    device_call_index(&call, d->pieces);
    device_call_view(&call, d->out->count, true);
    return device_call_launch(&call, &d->keyed.source, "unique_sum", 1);
}

static xp_status put_elements(distinct *d)
{
    device_call call;
    device_call_begin(&call, d->device);
    device_call_block(&call, d->line, false);
    device_call_flip(&call, d->dtype, false);
    device_call_index(&call, d->n);
    device_call_index(&call, d->length);
    device_call_block(&call, d->heads, false);
    device_call_block(&call, d->places, false);
    device_call_index(&call, d->out->capacity);
    add_view(&call, d->out->values);
    add_view(&call, d->out->indices);
    add_view(&call, d->out->inverse);
    device_call_block(&call, d->starts, true);
    return device_call_launch(&call, &d->keyed.source, "unique_put", d->pieces);
}

static xp_status put_counts(distinct *d)
{
    int64_t most = d->out->capacity < d->n ? d->out->capacity : d->n;
    int64_t stretch = device_stretch(d->device, most, 1);
    device_call call;
    device_call_begin(&call, d->device);
    device_call_block(&call, d->starts, false);
    device_call_block(&call, d->heads, false);
    device_call_index(&call, d->pieces);
    device_call_index(&call, d->n);
    device_call_index(&call, d->out->capacity);
    device_call_index(&call, stretch);
    device_call_view(&call, d->out->counts, true);
    return device_call_launch(&call, &d->keyed.source, "unique_times",
                              device_groups_for(d->device, (most + stretch - 1) / stretch));
}

xp_status device_unique(const struct xp_device *device, const xp_view *x, const xp_unique_views *out)
{
    const device_state *state = device_state_of(device);
    distinct d = {.device = device, .out = out, .dtype = x->dtype, .n = x->shape[0]};
    device_keyed_make(&d.keyed, "unique", device_unique_text, d.dtype, d.n, false);
    d.length = state->about.is_cpu ? device_stretch(device, d.n, 1) : (int64_t)OF_ITEM * state->group_items;
    d.pieces = (d.n + d.length - 1) / d.length;
    xp_status status = prepare(&d, x);
    if (status == XP_OK)
        status = count_heads(&d);
    if (status == XP_OK && (out->values || out->indices || out->inverse || out->counts))
        status = put_elements(&d);
    if (status == XP_OK && out->counts)
        status = put_counts(&d);
    device_scratch_free(device, d.x.block);
    device_scratch_free(device, d.line);
    device_scratch_free(device, d.places);
    device_scratch_free(device, d.heads);
    device_scratch_free(device, d.starts);
    return status;
}
