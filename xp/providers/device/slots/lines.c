/* Index spaces of slots: collapsing axes, and the words and arguments that kernels get for them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/lines.h"

#include "core/alloc.h"
#include "core/dtype.h"

#define LEAST_STRETCH 4096  /* elements of an item on a processor: below, launching takes longer than working */
#define STRETCHES_PER_UNIT 4

/* ---- axes -------------------------------------------------------------------------------------------------------- */

void device_lines_begin(device_lines *lines, int n_operands)
{
    lines->n_operands = n_operands;
    lines->ndim = 0;
    lines->count = 1;
}

void device_lines_add(device_lines *lines, int64_t extent, const int64_t *strides)
{
    lines->count *= extent;
    if (extent == 1)
        return;
    int at = lines->ndim;
    bool joins = at > 0;
    for (int i = 0; joins && i < lines->n_operands; i++)
        joins = lines->strides[i][at - 1] == strides[i] * extent;
    at = lines->ndim - (joins ? 1 : 0);
    lines->extents[at] = joins ? lines->extents[at] * extent : extent;
    for (int i = 0; i < lines->n_operands; i++)
        lines->strides[i][at] = strides[i];
    lines->ndim = at + 1;
}

void device_lines_make(device_lines *lines, int n_operands, const xp_view *const *views, int skipped)
{
    device_lines_begin(lines, n_operands);
    for (int axis = 0; axis < views[0]->ndim; axis++) {
        int64_t strides[DEVICE_LINES_OPERANDS];
        for (int i = 0; i < n_operands && axis != skipped; i++)
            strides[i] = device_stride(views[i], axis);
        if (axis != skipped)
            device_lines_add(lines, views[0]->shape[axis], strides);
    }
}

device_axis device_lines_take(device_lines *lines)
{
    device_axis axis = {.extent = 1};
    if (lines->ndim == 0)
        return axis;
    int at = --lines->ndim;
    axis.extent = lines->extents[at];
    lines->count = 1;
    for (int i = 0; i < at; i++)
        lines->count *= lines->extents[i];
    for (int i = 0; i < lines->n_operands; i++)
        axis.strides[i] = lines->strides[i][at];
    return axis;
}

int64_t device_view_size(const xp_view *view)
{
    int64_t size = 1;
    for (int axis = 0; axis < view->ndim; axis++)
        size *= view->shape[axis];
    return size;
}

/* ---- words for kernels ------------------------------------------------------------------------------------------- */

void device_lines_define(xp_builder *definitions, const device_lines *lines, int64_t numbers)
{
    xp_builder_addf(definitions, "#define XP_NUMBER %s\n#define XP_LINES ",
                    numbers <= INT32_MAX ? "xp_uint32" : "xp_uint64");
    for (int axis = 0; axis < lines->ndim; axis++) {
        xp_builder_addf(definitions, ", xp_index n%d", axis);
        for (int i = 0; i < lines->n_operands; i++)
            xp_builder_addf(definitions, ", xp_index s%d_%d", i, axis);
    }
    xp_builder_add(definitions, "\n#define XP_LINES_ON ");
    for (int axis = 0; axis < lines->ndim; axis++) {
        xp_builder_addf(definitions, ", n%d", axis);
        for (int i = 0; i < lines->n_operands; i++)
            xp_builder_addf(definitions, ", s%d_%d", i, axis);
    }
    xp_builder_add(definitions, "\n#define XP_LINE(number");
    for (int i = 0; i < lines->n_operands; i++)
        xp_builder_addf(definitions, ", p%d", i);
    xp_builder_add(definitions, ") {");
    xp_builder_add(definitions, lines->ndim > 0 ? " XP_NUMBER rest = (XP_NUMBER)(number), index;" : " (void)(number);");
    for (int axis = lines->ndim - 1; axis >= 0; axis--) {
        if (axis > 0)
            xp_builder_addf(definitions, " index = rest %% (XP_NUMBER)n%d; rest /= (XP_NUMBER)n%d;", axis, axis);
        else
            xp_builder_add(definitions, " index = rest;");
        for (int i = 0; i < lines->n_operands; i++)
            xp_builder_addf(definitions, " p%d += (xp_index)index * s%d_%d;", i, i, axis);
    }
    xp_builder_add(definitions, " }\n");
}

void device_lines_arguments(device_call *call, const device_lines *lines)
{
    for (int axis = 0; axis < lines->ndim; axis++) {
        device_call_index(call, lines->extents[axis]);
        for (int i = 0; i < lines->n_operands; i++)
            device_call_index(call, lines->strides[i][axis]);
    }
}

void device_define_moved(xp_builder *definitions, int dtype)
{
    int parts = device_parts_of(dtype);
    xp_builder_addf(definitions, "#define PART xp_uint%d\n#define PARTS %d\n",
                    (int)xp_dtype_bytes(dtype) * 8 / parts, parts);
}

bool device_define_numbers(xp_builder *definitions, int dtype)
{
    static const char real[] = "#define T PART\n"
                               "#define LOAD(p, at) ((p)[at])\n"
                               "#define STORE(p, at, value) ((p)[at] = (value))\n"
                               "XP_FN T plus(T a, T b) { return (T)(a + b); }\n";
    static const char complex[] = "#define LOAD(p, at) JOIN((p)[at], (p)[(at) + 1])\n"
                                  "#define STORE(p, at, value) ((p)[at] = (value).re, (p)[(at) + 1] = (value).im)\n"
                                  "XP_FN T plus(T a, T b) { return JOIN(a.re + b.re, a.im + b.im); }\n"
                                  "XP_FN T times(T a, T b)\n"
                                  "{ return JOIN(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re); }\n";
    int bits = (int)xp_dtype_bytes(dtype) * 8;
    switch (dtype) {
    case XP_FLOAT32:
    case XP_FLOAT64:
        xp_builder_addf(definitions, "#define PART xp_float%d\n%sXP_FN T times(T a, T b) { return a * b; }\n", bits,
                        real);
        return true;
    case XP_COMPLEX64:
    case XP_COMPLEX128:
        xp_builder_addf(definitions, "#define PART xp_float%d\n#define T xp_complex%d\n", bits / 2, bits);
        xp_builder_addf(definitions, "#define JOIN xp_complex%d_of\n%s", bits, complex);
        return true;
    default:
        if (!xp_dtype_is(dtype, XP_KIND_INTEGRAL))
            return false;
        xp_builder_addf(definitions, "#define PART xp_uint%d\n%sXP_FN T times(T a, T b) { return (T)(1u * a * b); }\n",
                        bits, real);
        return true;
    }
}

/* ---- launching --------------------------------------------------------------------------------------------------- */

int64_t device_stretch(const struct xp_device *device, int64_t count, int64_t of_item)
{
    const device_state *state = device_state_of(device);
    if (!state->about.is_cpu)
        return of_item;
    int64_t stretches = (int64_t)state->about.compute_units * STRETCHES_PER_UNIT;
    int64_t stretch = (count + stretches - 1) / stretches;
    return stretch < LEAST_STRETCH ? LEAST_STRETCH : stretch;
}

xp_status device_launch_text(device_call *call, const char *name, const char *text, xp_builder *definitions,
                             const char *entry, int64_t groups)
{
    char *words = xp_builder_take(definitions);
    if (!words)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for a program of %s", call->device->name);
    const device_text what = {text, words};
    const device_source source = device_source_of(name, &what);
    xp_status status = device_call_launch(call, &source, entry, groups);
    xp_dealloc(words);
    return status;
}
