/* Random numbers by counter, with the host's bits.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"

#define BLOCK_BYTES 16

static bool takes(const xp_draw *what, int dtype)
{
    switch (what->kind) {
    case XP_DRAW_BITS:
        return dtype == XP_UINT32 || dtype == XP_UINT64;
    case XP_DRAW_INTEGERS:
        return dtype == XP_INT64;
    default:
        return dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
    }
}

xp_status device_draw(const struct xp_device *device, const xp_draw *what, const xp_view *out)
{
    static const char *const kinds[] = {[XP_DRAW_BITS] = "",
                                        [XP_DRAW_INTEGERS] = "#define DRAW_INTEGERS\n",
                                        [XP_DRAW_UNIFORM] = "#define DRAW_UNIFORM\n",
                                        [XP_DRAW_NORMAL] = "#define DRAW_NORMAL\n"};
    int64_t bytes = (int64_t)xp_dtype_bytes(out->dtype), n = device_view_size(out), per_block = BLOCK_BYTES / bytes;
    if (!takes(what, out->dtype))
        return xp_driver_error(XP_ERROR_TYPE, "cannot draw %s", xp_dtype_name(out->dtype));
    if (n == 0)
        return XP_OK;
    int64_t blocks = (n + per_block - 1) / per_block, stretch = device_stretch(device, blocks, 1);
    xp_builder words = {0};
    xp_builder_addf(&words, "#define WIDE %d\n%s", bytes == 8, kinds[what->kind]);
    device_call call;
    device_call_begin(&call, device);
    device_call_view(&call, out, true);
    device_call_index(&call, n);
    device_call_index(&call, stretch);
    device_call_index(&call, (int64_t)what->key);
    device_call_index(&call, (int64_t)what->stream);
    device_call_index(&call, (int64_t)what->counter);
    device_call_index(&call, what->low);
    device_call_index(&call, (int64_t)what->span);
    return device_launch_text(&call, "draw", device_draw_text, &words, "draw_blocks",
                              device_groups_for(device, (blocks + stretch - 1) / stretch));
}
