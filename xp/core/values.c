/* The small values of calls: axes of reductions and items of indices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "scixp/xp/values.h"

/* How many axes from the front, and from the back, xp_over can name. */
#define OVER_AXES 32

xp_over xp_over_axes(const int *axes, int count)
{
    xp_over over = {.correction = 0.0};
    for (int i = 0; i < count; i++) {
        int axis = axes[i];
        if (axis < -OVER_AXES || axis >= OVER_AXES) {
            over.invalid = 1;
            continue;
        }
        uint32_t *mask = axis >= 0 ? &over.front : &over.back;
        uint32_t bit = UINT32_C(1) << (axis >= 0 ? axis : -axis - 1);
        over.invalid |= (*mask & bit) != 0;
        *mask |= bit;
    }
    return over;
}

xp_over xp_over_all(void)
{
    return (xp_over){.all = 1};
}

xp_over xp_keepdims(xp_over over)
{
    over.keepdims = 1;
    return over;
}

xp_over xp_correction(xp_over over, double correction)
{
    over.correction = correction;
    return over;
}

xp_over xp_result_dtype(xp_over over, xp_dtype dtype)
{
    over.dtype = (uint8_t)dtype;
    return over;
}

xp_index_item xp_at(int64_t position)
{
    return (xp_index_item){.kind = XP_INDEX_AT, .start = position};
}

xp_index_item xp_slice(int64_t start, int64_t stop, int64_t step)
{
    return (xp_index_item){.kind = XP_INDEX_SLICE, .start = start, .stop = stop, .step = step};
}

xp_index_item xp_newaxis(void)
{
    return (xp_index_item){.kind = XP_INDEX_NEWAXIS};
}

xp_index_item xp_ellipsis(void)
{
    return (xp_index_item){.kind = XP_INDEX_ELLIPSIS};
}

xp_index_item xp_mask(xp_array *mask)
{
    return (xp_index_item){.kind = XP_INDEX_MASK, .array = mask};
}

xp_index_item xp_positions(xp_array *positions)
{
    return (xp_index_item){.kind = XP_INDEX_POSITIONS, .array = positions};
}
