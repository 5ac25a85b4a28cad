/* Where values belong in a sorted array.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/kernels.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

#define BATCH 512 /* values that a thread looks for at a time */

typedef struct search {
    host_search_values *kernel;
    const void *sorted;
    int64_t length;
    const char *values;
    char *out;
    int64_t count, value_step, out_step; /* along the last axis */
    bool right;
} search;

/* At most BATCH values. */
static void search_piece(const search *s, const host_line *line)
{
    int64_t positions[BATCH];
    const char *values = s->values + line->offsets[0];
    char *out = s->out + line->offsets[1];
    s->kernel(s->sorted, s->length, values, s->value_step, s->count, s->right, positions);
    for (int64_t i = 0; i < s->count; i++)
        memcpy(out + i * s->out_step, &positions[i], sizeof positions[i]);
}

/* Piece i of all lines' pieces. */
static void search_some(const search *s, const host_lines *lines, int64_t pieces, int64_t i)
{
    host_line line;
    host_line_at(lines, i / pieces, &line);
    search part = *s;
    int64_t start = i % pieces * BATCH;
    part.values += start * s->value_step;
    part.out += start * s->out_step;
    part.count = s->count - start < BATCH ? s->count - start : BATCH;
    search_piece(&part, &line);
}

/* The sorted elements side by side: themselves, or a copy that *copy then owns. NULL if out of memory. */
static const void *contiguous(const xp_view *sorted, void **copy)
{
    int64_t n = sorted->shape[0], bytes = (int64_t)xp_dtype_bytes(sorted->dtype);
    const char *start = n > 0 ? host_view_start(sorted) : "";
    *copy = NULL;
    if (n <= 1 || sorted->strides[0] == bytes)
        return start;
    char *to = *copy = xp_alloc((size_t)n, (size_t)bytes);
    for (int64_t i = 0; to && i < n; i++)
        memcpy(to + i * bytes, start + i * sorted->strides[0], (size_t)bytes);
    return to;
}

xp_status host_search(const struct xp_device *device, const xp_view *sorted, const xp_view *values, bool right,
                      const xp_view *out)
{
    (void)device;
    if (host_view_size(out) == 0)
        return XP_OK;
    if (!host_kernels_here()->search[sorted->dtype])
        return xp_driver_error(XP_ERROR_TYPE, "cannot search in %s", xp_dtype_name(sorted->dtype));
    void *copy;
    search s = {host_kernels_here()->search[sorted->dtype], contiguous(sorted, &copy), sorted->shape[0],
                host_view_start(values), host_view_start(out), 1, 0, 0, right};
    if (!s.sorted)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for the sorted elements");

    host_lines lines;
    host_lines_make(&lines, 2, (const xp_view *const[]){values, out}, 0, values->ndim, -1);
    int last = lines.ndim - 1;
    if (last >= 0) {
        s.count = lines.shape[last];
        s.value_step = lines.strides[0][last];
        s.out_step = lines.strides[1][last];
        lines.count /= s.count;
        lines.ndim--;
    }
    /* long lines in pieces, so that all threads have work */
    int64_t pieces = (s.count + BATCH - 1) / BATCH, work = lines.count * pieces;
    double steps = 1.0 + log2((double)s.length + 1.0);
    int threads = host_threads_for((double)lines.count * (double)s.count * steps * 0.4);
    if (threads == 1) {
        for (int64_t i = 0; i < work; i++)
            search_some(&s, &lines, pieces, i);
    } else {
#pragma omp parallel for num_threads(threads)
        for (int64_t i = 0; i < work; i++)
            search_some(&s, &lines, pieces, i);
    }
    xp_dealloc(copy);
    return XP_OK;
}
