/* Elements and rows taken at positions along one axis.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

/* Copies `count` pieces: out[j] = x[indices[j]], each of `unit` bytes. Steps are in bytes. */
typedef struct pieces {
    const char *x, *indices;
    char *out;
    int64_t x_step, index_step, out_step, count;
    size_t unit;
} pieces;

static inline int64_t position(const pieces *p, int64_t j)
{
    int64_t at;
    memcpy(&at, p->indices + j * p->index_step, sizeof at);
    return at;
}

/* A copy of a constant size compiles to one load and one store. */
#define COPY_PIECES(unit)                                                                                              \
    for (int64_t j = 0; j < p->count; j++)                                                                             \
    memcpy(p->out + j * p->out_step, p->x + position(p, j) * p->x_step, (unit))

static void copy_pieces(const pieces *p)
{
    switch (p->unit) {
    case 1: COPY_PIECES(1); break;
    case 2: COPY_PIECES(2); break;
    case 4: COPY_PIECES(4); break;
    case 8: COPY_PIECES(8); break;
    case 16: COPY_PIECES(16); break;
    case 24: COPY_PIECES(24); break;
    case 32: COPY_PIECES(32); break;
    default: COPY_PIECES(p->unit); break;
    }
}

/* Pieces `from` to `to` - 1, counted over all lines. */
static void gather_range(const host_lines *lines, pieces p, int64_t per_line, int64_t from, int64_t to)
{
    host_line line;
    host_line_at(lines, from / per_line, &line);
    const pieces all = p;
    for (int64_t next; from < to; from = next, host_line_next(lines, &line)) {
        int64_t start = from % per_line;
        next = from - start + per_line < to ? from - start + per_line : to;
        p.x = all.x + line.offsets[0];
        p.indices = all.indices + start * p.index_step;
        p.out = all.out + line.offsets[1] + start * p.out_step;
        p.count = next - from;
        copy_pieces(&p);
    }
}

xp_status host_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                      const xp_view *out)
{
    (void)device;
    int64_t taken = indices->shape[0];
    if (host_view_size(out) == 0)
        return XP_OK;

    int64_t run = host_contiguous_run(x, out, axis);
    host_lines lines;
    host_lines_make(&lines, 2, (const xp_view *const[]){x, out}, 0, run ? axis : x->ndim, axis);
    size_t unit = xp_dtype_bytes(x->dtype) * (size_t)(run ? run : 1);
    pieces all = {host_view_start(x), host_view_start(indices), host_view_start(out), x->strides[axis],
                  indices->strides[0], out->strides[axis], 0, unit};

    int64_t total = lines.count * taken;
    int threads = host_threads_for((double)total * (1.5 + 0.05 * (double)unit));
    if (threads == 1) {
        gather_range(&lines, all, taken, 0, total);
        return XP_OK;
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int part = 0; part < threads; part++)
        gather_range(&lines, all, taken, total / threads * part,
                     part + 1 == threads ? total : total / threads * (part + 1));
    return XP_OK;
}
