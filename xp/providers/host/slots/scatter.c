/* Elements and rows put or added at positions along one axis.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/host/slots/kernels.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

/* A copy of a constant size compiles to one load and one store. */
#define SET_PIECES(bytes)                                                                                              \
    for (int64_t j = 0; j < p->count; j++) {                                                                           \
        int64_t at = host_piece_place(p, j);                                                                           \
        if (at >= p->low && at < p->high)                                                                              \
            memcpy(p->out + at * p->out_step, p->values + j * p->value_step, (bytes));                                 \
    }

static void set_pieces(const host_pieces *p, size_t bytes)
{
    switch (bytes) {
    case 1: SET_PIECES(1); break;
    case 2: SET_PIECES(2); break;
    case 4: SET_PIECES(4); break;
    case 8: SET_PIECES(8); break;
    case 16: SET_PIECES(16); break;
    default: SET_PIECES(bytes); break;
    }
}

typedef struct scatter {
    host_lines lines;     /* of values and out, beside the axis */
    host_pieces pieces;   /* of the first line */
    host_add_pieces *add; /* NULL: they replace what is there */
    size_t bytes;         /* of a piece */
    int64_t extent;       /* of out along the axis */
} scatter;

static void scatter_lines(const scatter *s, int64_t from, int64_t to, int64_t low, int64_t high)
{
    host_line line;
    host_pieces p = s->pieces;
    p.low = low;
    p.high = high;
    host_line_at(&s->lines, from, &line);
    for (; from < to; from++, host_line_next(&s->lines, &line)) {
        p.values = s->pieces.values + line.offsets[0];
        p.out = s->pieces.out + line.offsets[1];
        if (s->add)
            s->add(&p);
        else
            set_pieces(&p, s->bytes);
    }
}

/* Threads share out the lines, or if these are few the places along them: every place is one thread's, which goes
 * through the pieces in their order. */
static void scatter_all(const scatter *s)
{
    double total = (double)s->lines.count * (double)s->pieces.count;
    int threads = host_threads_for(total * (2.0 + 0.1 * (double)s->bytes));
    if (threads == 1) {
        scatter_lines(s, 0, s->lines.count, 0, s->extent);
        return;
    }
    bool by_lines = s->lines.count >= threads;
    int64_t shared = by_lines ? s->lines.count : s->extent;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int part = 0; part < threads; part++) {
        int64_t each = shared / threads, from = each * part, to = part + 1 == threads ? shared : from + each;
        if (by_lines)
            scatter_lines(s, from, to, 0, s->extent);
        else
            scatter_lines(s, 0, s->lines.count, from, to);
    }
}

xp_status host_scatter(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                       const xp_view *indices, int axis, const xp_view *out)
{
    (void)device;
    if (host_view_size(values) == 0)
        return XP_OK;
    scatter s = {.extent = out->shape[axis]};
    if (kind == XP_SCATTER_ADD)
        s.add = host_kernels_here()->add[out->dtype];
    if (kind == XP_SCATTER_ADD && !s.add)
        return xp_driver_error(XP_ERROR_TYPE, "cannot add up %s", xp_dtype_name(out->dtype));
    int64_t run = host_contiguous_run(values, out, axis);
    host_lines_make(&s.lines, 2, (const xp_view *const[]){values, out}, 0, run ? axis : values->ndim, axis);
    s.bytes = xp_dtype_bytes(out->dtype) * (size_t)(run ? run : 1);
    s.pieces = (host_pieces){
        .values = host_view_start(values),
        .indices = host_view_start(indices),
        .out = host_view_start(out),
        .value_step = values->strides[axis],
        .index_step = indices->strides[0],
        .out_step = out->strides[axis],
        .count = indices->shape[0],
        .run = (run ? run : 1) * (xp_dtype_is(out->dtype, XP_KIND_COMPLEX) ? 2 : 1),
    };
    scatter_all(&s);
    return XP_OK;
}
