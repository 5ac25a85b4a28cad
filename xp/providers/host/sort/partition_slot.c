/* The slot `partition`: what is less than a pivot, equal to it, greater, NaN, each in the order of the line.
 *
 * Lines are gone through twice: to count the four classes, which says where they begin, and to move the elements.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/slots/lines.h"
#include "providers/host/sort/slots.h"
#include "providers/host/sort/sort.h"

#define NANOSECONDS 2.0 /* an element */

typedef struct partition {
    const host_element_kernels *elements;
    bool positions;
    int64_t n, x_step, out_step;
    const char *x, *pivots;
    char *out;
} partition;

static void part_line(const partition *p, const host_line *line)
{
    const char *x = p->x + line->offsets[0];
    char *out = p->out + line->offsets[2];
    uint64_t pivot;
    int64_t counts[HOST_CLASSES];
    p->elements->ranks(1, p->pivots + line->offsets[1], 0, &pivot);
    p->elements->count_classes(p->n, x, p->x_step, pivot, counts);
    int64_t places[HOST_CLASSES] = {0, counts[0], counts[0] + counts[1], counts[0] + counts[1] + counts[2]};
    (p->positions ? p->elements->part_positions : p->elements->part)(p->n, x, p->x_step, pivot, places, out,
                                                                     p->out_step);
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
    const partition p = {elements, positions, x->shape[axis], x->strides[axis], out->strides[axis], host_view_start(x),
                         host_view_start(pivots), host_view_start(out)};
    host_lines lines;
    host_lines_make(&lines, 3, (const xp_view *const[]){x, pivots, out}, 0, x->ndim, axis);
    int threads = host_threads_for((double)lines.count * (double)p.n * NANOSECONDS);
    threads = lines.count < threads ? (int)lines.count : threads;
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (int part = 0; part < threads; part++) {
        int64_t at = lines.count * part / threads, end = lines.count * (part + 1) / threads;
        host_line line;
        host_line_at(&lines, at, &line);
        for (; at < end; at++, host_line_next(&lines, &line))
            part_line(&p, &line);
    }
    return XP_OK;
}
