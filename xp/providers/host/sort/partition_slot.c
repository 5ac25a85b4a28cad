/* The slot `partition`: what is less than a pivot, equal to it, greater, NaN, each in the order of the line.
 *
 * Lines are gone through twice: to count the four classes, which says where they begin, and to move the elements.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "providers/host/slots/lines.h"
#include "providers/host/sort/slots.h"
#include "providers/host/sort/sort.h"

#define NANOSECONDS 2.0 /* an element */

typedef struct partition {
    const host_element_kernels *elements;
    bool positions;
    int64_t n, x_step, out_step, bytes, out_bytes;
    const char *x, *pivots;
    char *out;
    int64_t neighbours; /* lines that are gathered at a time */
} partition;

static void part_line(const partition *p, const char *x, const char *by, char *out)
{
    uint64_t pivot;
    int64_t counts[HOST_CLASSES];
    p->elements->ranks(1, by, 0, &pivot);
    p->elements->count_classes(p->n, x, p->x_step, pivot, counts);
    int64_t places[HOST_CLASSES] = {0, counts[0], counts[0] + counts[1], counts[0] + counts[1] + counts[2]};
    (p->positions ? p->elements->part_positions : p->elements->part)(p->n, x, p->x_step, pivot, places, out,
                                                                     p->out_step);
}

static void part_neighbours(const partition *p, const host_line *line, int64_t by_step, int64_t count, char *scratch)
{
    partition gathered = *p;
    gathered.x_step = p->bytes;
    gathered.out_step = p->out_bytes;
    char *parted = scratch + p->neighbours * p->n * p->bytes;
    host_gather_lines(scratch, p->x + line->offsets[0], p->x_step, p->n, count, p->bytes);
    for (int64_t i = 0; i < count; i++)
        part_line(&gathered, scratch + i * p->n * p->bytes, p->pivots + line->offsets[1] + i * by_step,
                  parted + i * p->n * p->out_bytes);
    host_scatter_lines(p->out + line->offsets[2], p->out_step, parted, p->n, count, p->out_bytes);
}

static void part_some(const partition *p, const host_lines *lines, int64_t from, int64_t to, char *scratch)
{
    host_line line;
    host_line_at(lines, from, &line);
    for (int64_t at = from, count; at < to; at += count) {
        count = host_neighbours_left(lines, &line, p->neighbours < to - at ? p->neighbours : to - at);
        if (count > 1)
            part_neighbours(p, &line, lines->strides[1][lines->ndim - 1], count, scratch);
        else
            part_line(p, p->x + line.offsets[0], p->pivots + line.offsets[1], p->out + line.offsets[2]);
        for (int64_t i = 0; i < count; i++)
            host_line_next(lines, &line);
    }
}

static int64_t count_neighbours(const partition *p, const host_lines *lines)
{
    const int64_t of_x = p->x_step == p->bytes ? 1 : host_neighbours(lines, 0, p->n, p->bytes);
    const int64_t of_out = of_x == 1 ? 1 : host_neighbours(lines, 2, p->n, p->out_bytes);
    return of_out < of_x ? of_out : of_x;
}

xp_status host_partition(const struct xp_device *device, const xp_view *x, int axis, const xp_view *pivots,
                         bool positions, const xp_view *out)
{
    (void)device;
    if (host_view_size(x) == 0)
        return XP_OK;
    const host_element_kernels *elements = &host_sorting_here()->elements[x->dtype];
    if (!elements->part)
        return xp_driver_error(XP_ERROR_TYPE, "cannot partition %s", xp_dtype_name(x->dtype));
    partition p = {elements, positions, x->shape[axis], x->strides[axis], out->strides[axis],
                   (int64_t)xp_dtype_bytes(x->dtype), (int64_t)xp_dtype_bytes(out->dtype), host_view_start(x),
                   host_view_start(pivots), host_view_start(out), 1};
    host_lines lines;
    host_lines_make(&lines, 3, (const xp_view *const[]){x, pivots, out}, 0, x->ndim, axis);
    p.neighbours = count_neighbours(&p, &lines);
    int threads = host_threads_for((double)lines.count * (double)p.n * NANOSECONDS);
    threads = lines.count < threads ? (int)lines.count : threads;
    const size_t bytes = p.neighbours > 1 ? (size_t)(p.neighbours * p.n * (p.bytes + p.out_bytes) + 63) / 64 * 64 : 0;
    char *scratch = bytes > 0 ? xp_pool_alloc((size_t)threads * bytes) : NULL;
    if (bytes > 0 && !scratch)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for a partition");
    if (threads == 1) {
        part_some(&p, &lines, 0, lines.count, scratch);
    } else {
#pragma omp parallel for num_threads(threads)
        for (int part = 0; part < threads; part++)
            part_some(&p, &lines, lines.count * part / threads, lines.count * (part + 1) / threads,
                      scratch ? scratch + (size_t)part * bytes : NULL);
    }
    if (scratch)
        xp_pool_free(scratch, (size_t)threads * bytes);
    return XP_OK;
}
