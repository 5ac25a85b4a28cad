/* What masks choose: how many elements, which positions, and the elements themselves.
 *
 * The mask is cut into stretches, whose true elements are counted first: then each stretch knows where its own go.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/mask.h"
#include "providers/device/slots/slots.h"

#define LEAST_STRETCH 4096 /* elements of a group */
#define MOST_STRETCHES 4096 /* one group adds their counts up */

static int64_t stretch_of(const struct xp_device *device, int64_t n)
{
    if (device_state_of(device)->about.is_cpu)
        return device_stretch(device, n, 0);
    int64_t stretch = ((n + MOST_STRETCHES - 1) / MOST_STRETCHES + 255) / 256 * 256;
    return stretch < LEAST_STRETCH ? LEAST_STRETCH : stretch;
}

xp_status device_counts_to_places(const struct xp_device *device, device_block *counts, int64_t n)
{
    const device_text text = {device_mask_text, ""};
    const device_source source = device_source_of("mask", &text);
    device_call call;
    device_call_begin(&call, device);
    device_call_block(&call, counts, true);
    device_call_index(&call, n);
    return device_call_launch(&call, &source, "mask_places", 1);
}

/* Where each stretch's elements go, and behind that how many there are in all: *places is scratch memory. */
static xp_status find_places(const struct xp_device *device, const xp_view *mask, int64_t stretch, int64_t *stretches,
                             device_block **places)
{
    int64_t n = mask->shape[0];
    *stretches = (n + stretch - 1) / stretch;
    xp_status status = device_scratch(device, (*stretches + 1) * (int64_t)sizeof(int64_t), places);
    if (status != XP_OK)
        return status;
    const device_text text = {device_mask_text, ""};
    const device_source source = device_source_of("mask", &text);
    device_call call;
    device_call_begin(&call, device);
    device_call_view(&call, mask, false);
    device_call_index(&call, device_stride(mask, 0));
    device_call_index(&call, n);
    device_call_index(&call, stretch);
    device_call_block(&call, *places, true);
    status = device_call_launch(&call, &source, "mask_counts", *stretches);
    return status == XP_OK ? device_counts_to_places(device, *places, *stretches) : status;
}

xp_status device_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count)
{
    *count = 0;
    if (mask->shape[0] == 0)
        return XP_OK;
    int64_t stretches;
    device_block *places = NULL;
    xp_status status = find_places(device, mask, stretch_of(device, mask->shape[0]), &stretches, &places);
    if (status == XP_OK)
        status = device_scratch_read(device, places, stretches * (int64_t)sizeof *count, count, sizeof *count,
                                     "the count of a mask");
    device_scratch_free(device, places);
    return status;
}

/* x: what is chosen from, or NULL: positions. */
static xp_status choose(const struct xp_device *device, const xp_view *x, const xp_view *mask, const xp_view *out)
{
    int64_t n = mask->shape[0], room = out->shape[0], stretch = stretch_of(device, n), stretches;
    if (n == 0 || room == 0)
        return XP_OK;
    device_block *places = NULL;
    xp_status status = find_places(device, mask, stretch, &stretches, &places);
    xp_builder words = {0};
    device_define_moved(&words, out->dtype);
    if (!x)
        xp_builder_add(&words, "#define POSITIONS\n");
    device_call call;
    device_call_begin(&call, device);
    device_call_view(&call, mask, false);
    device_call_index(&call, device_stride(mask, 0));
    device_call_view(&call, x ? x : &(const xp_view){.dtype = XP_INT64}, false);
    device_call_index(&call, x ? device_stride(x, 0) : 0);
    device_call_view(&call, out, true);
    device_call_index(&call, room);
    device_call_index(&call, n);
    device_call_index(&call, stretch);
    device_call_block(&call, places, false);
    if (status == XP_OK)
        status = device_launch_text(&call, "mask", device_mask_text, &words, "mask_choose", stretches);
    xp_builder_drop(&words);
    device_scratch_free(device, places);
    return status;
}

xp_status device_mask_positions(const struct xp_device *device, const xp_view *mask, const xp_view *positions)
{
    return choose(device, NULL, mask, positions);
}

xp_status device_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask, const xp_view *out)
{
    return choose(device, x, mask, out);
}
