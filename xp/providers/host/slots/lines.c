/* Walking operands line by line: collapsing axes, odometers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/slots/lines.h"

static bool can_join(const host_lines *lines, const xp_view *const *views, int axis)
{
    int last = lines->ndim - 1;
    for (int i = 0; i < lines->operands; i++)
        if (lines->strides[i][last] != views[i]->strides[axis] * views[i]->shape[axis])
            return false;
    return true;
}

void host_lines_make(host_lines *lines, int operands, const xp_view *const *views, int from, int to, int skipped)
{
    lines->operands = operands;
    lines->ndim = 0;
    lines->count = 1;
    for (int axis = from; axis < to; axis++) {
        int64_t extent = views[0]->shape[axis];
        if (axis == skipped)
            continue;
        lines->count *= extent;
        if (extent == 1)
            continue;
        if (lines->ndim > 0 && can_join(lines, views, axis))
            lines->shape[lines->ndim - 1] *= extent;
        else
            lines->shape[lines->ndim++] = extent;
        for (int i = 0; i < operands; i++)
            lines->strides[i][lines->ndim - 1] = views[i]->strides[axis];
    }
}

void host_line_at(const host_lines *lines, int64_t number, host_line *line)
{
    for (int i = 0; i < lines->operands; i++)
        line->offsets[i] = 0;
    for (int axis = lines->ndim - 1; axis >= 0; axis--) {
        line->index[axis] = number % lines->shape[axis];
        number /= lines->shape[axis];
        for (int i = 0; i < lines->operands; i++)
            line->offsets[i] += line->index[axis] * lines->strides[i][axis];
    }
}

void host_line_next(const host_lines *lines, host_line *line)
{
    for (int axis = lines->ndim - 1; axis >= 0; axis--) {
        for (int i = 0; i < lines->operands; i++)
            line->offsets[i] += lines->strides[i][axis];
        if (++line->index[axis] < lines->shape[axis])
            return;
        line->index[axis] = 0;
        for (int i = 0; i < lines->operands; i++)
            line->offsets[i] -= lines->shape[axis] * lines->strides[i][axis];
    }
}

int64_t host_contiguous_run(const xp_view *a, const xp_view *b, int axis)
{
    int64_t run = 1, bytes = (int64_t)xp_dtype_bytes(a->dtype);
    for (int i = a->ndim - 1; i > axis; i--) {
        if (a->shape[i] != 1 && (a->strides[i] != bytes * run || b->strides[i] != bytes * run))
            return 0;
        run *= a->shape[i];
    }
    return run;
}

int64_t host_view_size(const xp_view *view)
{
    int64_t size = 1;
    for (int axis = 0; axis < view->ndim; axis++)
        size *= view->shape[axis];
    return size;
}
