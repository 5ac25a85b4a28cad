/* What the slots of linear algebra and transforms share: programs for a dtype, and contiguous copies of operands.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/algebra.h"

#include <stdio.h>
#include <string.h>

#include "core/dtype.h"
#include "providers/device/kernels/texts.h"

#define AXES 4 /* that the text collect.h walks over */

/* ---- programs ---------------------------------------------------------------------------------------------------- */

static void write_algebra(xp_builder *builder, const struct xp_device *device, const void *context)
{
    const device_algebra *algebra = context;
    xp_builder_addf(builder, "#define XP_ITEMS %d\n", device_state_of(device)->group_items);
    xp_builder_add(builder, device_words);
    xp_builder_add(builder, algebra->definitions);
    xp_builder_add(builder, device_algebra_text);
    if (algebra->before)
        xp_builder_add(builder, algebra->before);
    xp_builder_add(builder, algebra->text);
}

int device_parts_of(int dtype)
{
    return xp_dtype_is(dtype, XP_KIND_COMPLEX) ? 2 : 1;
}

device_source device_algebra_source(device_algebra *algebra, const char *name, const char *text, int dtype,
                                    const char *lines)
{
    const bool is_floating = xp_dtype_is(dtype, XP_KIND_FLOATING);
    const int parts = device_parts_of(dtype);
    algebra->before = NULL;
    algebra->text = text;
    snprintf(algebra->definitions, sizeof algebra->definitions,
             "#define R xp_%s%d\n#define PARTS %d\n#define INTEGERS %d\n%s", is_floating ? "float" : "uint",
             (int)xp_dtype_bytes(dtype) * 8 / parts, parts, !is_floating, lines);
    return (device_source){.name = name,
                           .key = algebra->definitions,
                           .key_bytes = strlen(algebra->definitions),
                           .write = write_algebra,
                           .context = algebra};
}

device_source device_lanes_source(device_algebra *algebra, const char *name, const char *text, int dtype, bool alone)
{
    device_source source =
        device_algebra_source(algebra, name, text, dtype, alone ? "#define ALONE 1\n" : "#define ALONE 0\n");
    algebra->before = device_lanes_text;
    return source;
}

/* ---- copies ------------------------------------------------------------------------------------------------------ */

/* A view's axes, joined where they can be; the halves of complex elements are the last one. */
typedef struct axes {
    int count;
    int64_t extents[XP_MAX_NDIM + 1], strides[XP_MAX_NDIM + 1];
} axes;

static void add_axis(axes *to, int64_t extent, int64_t stride)
{
    int last = to->count - 1;
    if (extent == 1)
        return;
    if (last >= 0 && to->strides[last] == stride * extent) {
        to->extents[last] *= extent;
        to->strides[last] = stride;
        return;
    }
    to->extents[to->count] = extent;
    to->strides[to->count++] = stride;
}

int64_t device_start_of(const xp_view *view)
{
    return view->offset * device_parts_of(view->dtype) / (int64_t)xp_dtype_bytes(view->dtype);
}

int64_t device_count_of(const xp_view *view)
{
    int64_t count = device_parts_of(view->dtype);
    for (int axis = 0; axis < view->ndim; axis++)
        count *= view->shape[axis];
    return count;
}

static axes axes_of(const xp_view *view)
{
    axes a = {0};
    for (int axis = 0; axis < view->ndim; axis++)
        add_axis(&a, view->shape[axis], device_stride(view, axis));
    add_axis(&a, device_parts_of(view->dtype), 1);
    return a;
}

/* Where copies go: a block, or (NULL) a buffer. */
typedef struct target {
    device_block *block;
    xp_buffer *buffer;
    int64_t start;
} target;

/* The last axes of a view, where the others are at some index: elements from `start` on. */
static xp_status collect_part(const struct xp_device *device, const xp_view *view, const axes *a, int64_t start,
                              const target *to)
{
    static const char *const units[] = {"#define U xp_uint8\n", "#define U xp_uint16\n", "#define U xp_uint32\n",
                                        "#define U xp_uint64\n"};
    const int bytes = (int)xp_dtype_bytes(view->dtype) / device_parts_of(view->dtype);
    const device_text text = {device_collect_text, units[bytes == 8 ? 3 : bytes / 2]};
    const device_source source = device_source_of("collect", &text);
    int64_t extents[AXES], strides[AXES], count = 1;
    for (int i = AXES - 1, from = a->count - 1; i >= 0; i--, from--) {
        extents[i] = from >= 0 ? a->extents[from] : 1;
        strides[i] = from >= 0 ? a->strides[from] : 0;
        count *= extents[i];
    }
    device_call call;
    device_call_begin(&call, device);
    device_call_buffer(&call, view->buffer, false);
    device_call_index(&call, start);
    if (to->block)
        device_call_block(&call, to->block, true);
    else
        device_call_buffer(&call, to->buffer, true);
    device_call_index(&call, to->start);
    for (int i = 0; i < AXES; i++)
        device_call_index(&call, extents[i]);
    for (int i = 0; i < AXES; i++)
        device_call_index(&call, strides[i]);
    bool by_lines = device_state_of(device)->group_items == 1;
    return device_call_launch(&call, &source, "collect",
                              by_lines ? count / extents[AXES - 1] : device_groups_for(device, count));
}

static xp_status collect(const struct xp_device *device, const xp_view *view, target to)
{
    const axes a = axes_of(view);
    const int outer = a.count > AXES ? a.count - AXES : 0;
    int64_t index[XP_MAX_NDIM] = {0}, start = device_start_of(view), size = 1;
    if (device_count_of(view) == 0)
        return XP_OK;
    for (int axis = outer; axis < a.count; axis++)
        size *= a.extents[axis];
    for (;;) {
        xp_status status = collect_part(device, view, &a, start, &to);
        if (status != XP_OK)
            return status;
        int axis = outer - 1;
        for (; axis >= 0; axis--) {
            bool more = ++index[axis] < a.extents[axis];
            start += a.strides[axis] * (more ? 1 : 1 - a.extents[axis]);
            if (more)
                break;
            index[axis] = 0;
        }
        if (axis < 0)
            return XP_OK;
        to.start += size;
    }
}

xp_status device_collect(const struct xp_device *device, const xp_view *view, device_block *to)
{
    return collect(device, view, (target){.block = to});
}

xp_status device_collect_into(const struct xp_device *device, const xp_view *view, const xp_view *to)
{
    return collect(device, view, (target){.buffer = to->buffer, .start = device_start_of(to)});
}

xp_status device_collected(const struct xp_device *device, const xp_view *view, device_block **to)
{
    const int64_t unit = (int64_t)xp_dtype_bytes(view->dtype) / device_parts_of(view->dtype);
    xp_status status = device_scratch(device, device_count_of(view) * unit, to);
    return status == XP_OK ? device_collect(device, view, *to) : status;
}
