/* Arithmetic on shapes, strides and axes.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/shape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "core/dtype.h"

/* Extents of 0 count as 1 for overflow: strides must mean something for any shape. */
bool xp_shape_size(int ndim, const int64_t *shape, size_t itemsize, int64_t *size)
{
    int64_t elements = 1, bytes;
    bool empty = false;
    for (int i = 0; i < ndim; i++) {
        empty |= shape[i] == 0;
        if (shape[i] < 0 || !xp_multiply_fits(elements, shape[i] ? shape[i] : 1, &elements))
            return false;
    }
    *size = empty ? 0 : elements;
    return xp_multiply_fits(elements, (int64_t)itemsize, &bytes);
}

void xp_contiguous_strides(int ndim, const int64_t *shape, size_t itemsize, int64_t *strides)
{
    int64_t stride = (int64_t)itemsize;
    for (int i = ndim - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape[i] ? shape[i] : 1;
    }
}

char *xp_shape_text(int ndim, const int64_t *shape, char text[XP_SHAPE_TEXT])
{
    size_t at = 1;
    text[0] = '(';
    for (int i = 0; i < ndim; i++) {
        char extent[24];
        int length = snprintf(extent, sizeof extent, i ? ", %" PRId64 : "%" PRId64, shape[i]);
        if (at + (size_t)length + sizeof ", ...)" > XP_SHAPE_TEXT) {
            memcpy(text + at, ", ...)", sizeof ", ...)");
            return text;
        }
        memcpy(text + at, extent, (size_t)length);
        at += (size_t)length;
    }
    snprintf(text + at, XP_SHAPE_TEXT - at, ndim == 1 ? ",)" : ")");
    return text;
}

/* ---- broadcasting ------------------------------------------------------------------------------------------------ */

/* Widens (ndim, shape) so that `with` fits in, too; false if it cannot. */
static bool widen(int *ndim, int64_t *shape, xp_shape with)
{
    int more = with.ndim - *ndim;
    if (more > 0) {
        memmove(shape + more, shape, (size_t)*ndim * sizeof *shape);
        for (int i = 0; i < more; i++)
            shape[i] = 1;
        *ndim = with.ndim;
    }
    for (int i = 0; i < with.ndim; i++) {
        int64_t *extent = &shape[*ndim - with.ndim + i];
        if (*extent == 1)
            *extent = with.extents[i];
        else if (with.extents[i] != 1 && with.extents[i] != *extent)
            return false;
    }
    return true;
}

bool xp_widen_shape(const char *function, int *ndim, int64_t shape[XP_MAX_NDIM], xp_shape with)
{
    char mine[XP_SHAPE_TEXT], others[XP_SHAPE_TEXT];
    int64_t before[XP_MAX_NDIM];
    int ndim_before = *ndim;
    memcpy(before, shape, (size_t)ndim_before * sizeof *shape);
    if (widen(ndim, shape, with))
        return true;
    xp_fail(XP_ERROR_VALUE, function, NULL, "%s: shapes %s and %s do not broadcast", function,
            xp_shape_text(ndim_before, before, others), xp_shape_text(with.ndim, with.extents, mine));
    return false;
}

bool xp_broadcast_shape(const char *function, int count, xp_array *const *arrays, int *ndim,
                        int64_t shape[XP_MAX_NDIM])
{
    *ndim = 0;
    for (int i = 0; i < count; i++)
        if (arrays[i] && !xp_widen_shape(function, ndim, shape, (xp_shape){arrays[i]->ndim, arrays[i]->shape}))
            return false;
    return true;
}

void xp_broadcast_strides(int ndim, const int64_t *shape, const int64_t *strides, int to_ndim, const int64_t *to_shape,
                          int64_t *to_strides)
{
    for (int i = 0; i < to_ndim; i++) {
        int own = i - (to_ndim - ndim);
        bool repeats = own < 0 || (shape[own] == 1 && to_shape[i] != 1);
        to_strides[i] = repeats ? 0 : strides[own];
    }
}

/* ---- axes -------------------------------------------------------------------------------------------------------- */

int xp_check_axis(const char *function, const char *argument, int axis, int ndim)
{
    if (axis >= -ndim && axis < ndim)
        return axis < 0 ? axis + ndim : axis;
    xp_fail(XP_ERROR_INDEX, function, argument, "%s: %s %d is out of bounds for an array of %d dimensions", function,
            argument ? argument : "axis", axis, ndim);
    return -1;
}

static uint32_t all_axes(int ndim)
{
    return ndim >= 32 ? UINT32_MAX : (UINT32_C(1) << ndim) - 1;
}

static int lowest_bit(uint32_t mask)
{
    int bit = 0;
    while (!(mask >> bit & 1))
        bit++;
    return bit;
}

bool xp_check_over(const char *function, xp_over over, int ndim, uint32_t *axes)
{
    *axes = all_axes(ndim);
    if (over.all)
        return true;
    uint32_t beyond = over.front & ~all_axes(ndim), before = over.back & ~all_axes(ndim), back = 0;
    if (beyond)
        return xp_check_axis(function, "axis", lowest_bit(beyond), ndim) >= 0;
    if (before)
        return xp_check_axis(function, "axis", -lowest_bit(before) - 1, ndim) >= 0;
    for (int i = 0; i < ndim; i++) {
        if (over.back >> i & 1)
            back |= UINT32_C(1) << (ndim - 1 - i);
    }
    if (over.invalid || (over.front & back) != 0) {
        xp_fail(XP_ERROR_VALUE, function, "axis", "%s: an axis is named twice or is no axis at all", function);
        return false;
    }
    *axes = over.front | back;
    return true;
}

/* ---- reshaping --------------------------------------------------------------------------------------------------- */

/* The axes that are not of extent 1; returns how many. */
static int squeezed(int ndim, const int64_t *shape, const int64_t *strides, int64_t *to_shape, int64_t *to_strides)
{
    int count = 0;
    for (int i = 0; i < ndim; i++) {
        if (shape[i] == 1)
            continue;
        to_shape[count] = shape[i];
        to_strides[count++] = strides[i];
    }
    return count;
}

bool xp_strides_reach(int ndim, const int64_t *shape, const int64_t *strides, int64_t *lowest, int64_t *highest)
{
    *lowest = *highest = 0;
    for (int i = 0; i < ndim; i++) {
        int64_t span;
        if (__builtin_mul_overflow(strides[i], shape[i] - 1, &span))
            return false;
        int64_t *end = span < 0 ? lowest : highest;
        if (__builtin_add_overflow(*end, span, end))
            return false;
    }
    return true;
}

/* Old and new axes are matched in the smallest groups that hold as many elements each. A group needs no copy if its old
 * axes lie in memory as one; the new strides follow from the stride of the last of them. */
bool xp_reshape_strides(int ndim, const int64_t *shape, const int64_t *strides, int to_ndim, const int64_t *to_shape,
                        size_t itemsize, int64_t *to_strides)
{
    int64_t old_shape[XP_MAX_NDIM], old_strides[XP_MAX_NDIM];
    int n_old = squeezed(ndim, shape, strides, old_shape, old_strides), old = 0, new = 0;
    bool is_empty = false;
    for (int i = 0; i < n_old; i++)
        is_empty |= old_shape[i] == 0;
    if (is_empty || n_old == 0) {
        xp_contiguous_strides(to_ndim, to_shape, itemsize, to_strides);
        return true;
    }
    while (old < n_old && new < to_ndim) {
        int old_end = old + 1, new_end = new + 1;
        int64_t old_count = old_shape[old], new_count = to_shape[new];
        while (old_count != new_count) {
            if (new_count < old_count)
                new_count *= to_shape[new_end++];
            else
                old_count *= old_shape[old_end++];
        }
        for (; old + 1 < old_end; old++) {
            if (old_strides[old] != old_strides[old + 1] * old_shape[old + 1])
                return false;
        }
        int64_t stride = old_strides[old++];
        for (int i = new_end - 1; i >= new; i--) {
            to_strides[i] = stride;
            stride *= to_shape[i];
        }
        new = new_end;
    }
    for (; new < to_ndim; new++) /* extents of 1 at the end */
        to_strides[new] = (int64_t)itemsize;
    return true;
}
