/* Running sums and products along an axis: which kernel goes over which part of the array, on how many threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/kernels.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

#define NANOSECONDS 0.5 /* an element, about */
#define GROUP (64 * HOST_SCAN_BLOCK) /* elements that one thread scans at a time in a long line */

typedef struct scan {
    const host_scan_kernels *kernels;
    bool is_sum;
    const char *x;
    char *out;
    int64_t n, x_step, out_step; /* along the axis */
    size_t bytes;                /* of an element */
} scan;

static void scan_line(const scan *s, const host_line *line)
{
    char total[sizeof(xp_value)];
    (s->is_sum ? s->kernels->sum_line : s->kernels->product_line)(s->n, s->x + line->offsets[0], s->x_step,
                                                                  s->out + line->offsets[1], s->out_step, true, total);
}

static void scan_lines(const scan *s, const host_lines *lines, int64_t from, int64_t to)
{
    host_line line;
    host_line_at(lines, from, &line);
    for (; from < to; from++, host_line_next(lines, &line))
        scan_line(s, &line);
}

/* One long sum in groups of blocks: sums of the blocks first, then each group knows what lies before it. */
static xp_status scan_long_line(const scan *s, const host_line *line, int threads)
{
    const char *x = s->x + line->offsets[0];
    char *out = s->out + line->offsets[1];
    int64_t groups = (s->n + GROUP - 1) / GROUP, blocks = (s->n + HOST_SCAN_BLOCK - 1) / HOST_SCAN_BLOCK;
    char *totals = xp_alloc((size_t)blocks, s->bytes);
    if (!totals)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for the sums of %lld blocks", (long long)blocks);
#pragma omp parallel for num_threads(threads)
    for (int64_t group = 0; group < groups; group++) {
        int64_t start = group * GROUP, length = s->n - start < GROUP ? s->n - start : GROUP;
        s->kernels->totals(length, x + start * s->x_step, s->x_step,
                           totals + start / HOST_SCAN_BLOCK * (int64_t)s->bytes);
    }
    s->kernels->running(blocks, totals);
#pragma omp parallel for num_threads(threads)
    for (int64_t group = 0; group < groups; group++) {
        int64_t start = group * GROUP, length = s->n - start < GROUP ? s->n - start : GROUP;
        char total[sizeof(xp_value)];
        if (group > 0)
            memcpy(total, totals + (start / HOST_SCAN_BLOCK - 1) * (int64_t)s->bytes, s->bytes);
        s->kernels->sum_line(length, x + start * s->x_step, s->x_step, out + start * s->out_step, s->out_step,
                             group == 0, total);
    }
    xp_dealloc(totals);
    return XP_OK;
}

static xp_status scan_by_lines(const scan *s, const host_lines *lines)
{
    int threads = host_threads_for((double)lines->count * (double)s->n * NANOSECONDS);
    if (threads > 1 && lines->count < threads && s->is_sum && s->n > 4 * GROUP) {
        host_line line;
        host_line_at(lines, 0, &line);
        for (int64_t i = 0; i < lines->count; i++, host_line_next(lines, &line)) {
            xp_status status = scan_long_line(s, &line, threads);
            if (status != XP_OK)
                return status;
        }
        return XP_OK;
    }
    if (threads == 1) {
        scan_lines(s, lines, 0, lines->count);
        return XP_OK;
    }
#pragma omp parallel for num_threads(threads)
    for (int part = 0; part < threads; part++)
        scan_lines(s, lines, lines->count * part / threads, lines->count * (part + 1) / threads);
    return XP_OK;
}

/* Panel `piece` of all lines' panels of `columns` columns. */
static void scan_panel(const scan *s, const host_lines *lines, int64_t columns, int64_t panels, int64_t piece)
{
    host_scan_columns *kernel = s->is_sum ? s->kernels->sum_columns : s->kernels->product_columns;
    host_line line;
    host_line_at(lines, piece / panels, &line);
    int64_t start = piece % panels * HOST_SCAN_COLUMNS, offset = start * (int64_t)s->bytes;
    int64_t width = columns - start < HOST_SCAN_COLUMNS ? columns - start : HOST_SCAN_COLUMNS;
    kernel(s->n, width, s->x + line.offsets[0] + offset, s->x_step, s->out + line.offsets[1] + offset, s->out_step);
}

/* `columns` contiguous neighbours at every position of the lines, in panels that the kernels take. */
static void scan_by_columns(const scan *s, const host_lines *lines, int64_t columns)
{
    int64_t panels = (columns + HOST_SCAN_COLUMNS - 1) / HOST_SCAN_COLUMNS, pieces = lines->count * panels;
    int threads = host_threads_for((double)lines->count * (double)s->n * (double)columns * NANOSECONDS);
    if (threads == 1) {
        for (int64_t piece = 0; piece < pieces; piece++)
            scan_panel(s, lines, columns, panels, piece);
        return;
    }
#pragma omp parallel for num_threads(threads)
    for (int64_t piece = 0; piece < pieces; piece++)
        scan_panel(s, lines, columns, panels, piece);
}

/* Takes the last axis out of the lines if it is contiguous in both operands: its extent, or 1. */
static int64_t take_columns(host_lines *lines, int64_t bytes)
{
    int last = lines->ndim - 1;
    if (last < 0 || lines->strides[0][last] != bytes || lines->strides[1][last] != bytes)
        return 1;
    lines->ndim--;
    lines->count /= lines->shape[last];
    return lines->shape[last];
}

xp_status host_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                    const xp_view *out)
{
    (void)device;
    if (host_view_size(out) == 0)
        return XP_OK;
    const scan s = {&host_kernels_here()->scan[x->dtype], reduction == XP_REDUCE_SUM, host_view_start(x),
                    host_view_start(out), x->shape[axis], x->strides[axis], out->strides[axis],
                    xp_dtype_bytes(x->dtype)};
    if (!s.kernels->sum_line)
        return xp_driver_error(XP_ERROR_TYPE, "cannot scan %s", xp_dtype_name(x->dtype));
    host_lines lines;
    host_lines_make(&lines, 2, (const xp_view *const[]){x, out}, 0, x->ndim, axis);
    int64_t columns = take_columns(&lines, (int64_t)s.bytes);
    if (columns == 1)
        return scan_by_lines(&s, &lines);
    scan_by_columns(&s, &lines, columns);
    return XP_OK;
}
