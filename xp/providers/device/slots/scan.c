/* Running sums and products along an axis: how lines are cut into pieces, and which kernel goes over them.
 *
 * The cuts depend on extents and the device alone, so results do, too. Running products of floating numbers are never
 * cut: products of pieces may overflow where those from the beginning do not.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"

#define BLOCK 512             /* as in kernels/scan.h: walks add in blocks of this, and pieces are whole ones */
#define PANEL 64              /* neighbouring lines that an item of a processor takes together */
#define EACH 8                /* elements of an item in a tile */
#define SHORT_LINE 64         /* not worth a group's tile */
#define WALKS 16384           /* items that keep a device busy, where an item is no processor's */
#define PROCESSOR_WALKS 32    /* and where it is: more than most have cores */
#define LEAST_WALK 16384      /* elements of such a piece */
#define MOST_TILES 8          /* of a piece */

typedef struct scan {
    const struct xp_device *device;
    int dtype;
    bool is_product;
    bool by_tiles, by_panels; /* or lines alone */
    int64_t parts;            /* of an element */
    device_lines outer;
    device_axis inner;        /* neighbouring lines */
    int64_t n, x_by, out_by;  /* along the axis */
    int64_t lines;
    int64_t piece, pieces;    /* elements, and how many in a line */
} scan;

/* ---- cutting ----------------------------------------------------------------------------------------------------- */

static int64_t ceiling(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

static bool has_neighbours(const scan *s)
{
    return s->inner.extent > 1 && s->inner.strides[0] == s->parts && s->inner.strides[1] == s->parts;
}

/* Lines that lie side by side are walked along by neighbouring items, long lines are read by groups. */
static bool wants_tiles(const scan *s)
{
    const device_state *state = device_state_of(s->device);
    bool is_cut = !s->is_product || xp_dtype_is(s->dtype, XP_KIND_INTEGRAL);
    return !state->about.is_cpu && state->group_items > 1 && is_cut && !has_neighbours(s) && s->n > SHORT_LINE;
}

static void cut(scan *s)
{
    const device_state *state = device_state_of(s->device);
    bool is_cpu = state->about.is_cpu;
    s->piece = s->n;
    if (s->by_tiles) {
        int64_t tile = (int64_t)EACH * state->group_items, tiles = s->n / tile / WALKS;
        s->piece = tile * (tiles < 1 ? 1 : tiles > MOST_TILES ? MOST_TILES : tiles);
    } else if (!s->is_product || xp_dtype_is(s->dtype, XP_KIND_INTEGRAL)) {
        int64_t walks = s->outer.count * ceiling(s->inner.extent, s->by_panels ? PANEL : 1);
        int64_t pieces = (is_cpu ? PROCESSOR_WALKS : WALKS) / walks;
        int64_t least = is_cpu ? LEAST_WALK : BLOCK;
        s->piece = pieces > 1 ? ceiling(ceiling(s->n, pieces), BLOCK) * BLOCK : s->n;
        s->piece = s->piece < least ? least : s->piece;
    }
    s->pieces = ceiling(s->n, s->piece);
}

/* ---- launching --------------------------------------------------------------------------------------------------- */

/* What a pass reads and writes: views, or scratch memory. */
typedef struct pass {
    const xp_view *x, *out;
    device_block *block;      /* where there are no views: in place */
    device_block *totals;
    bool scans;               /* or makes the totals */
} pass;

static void add_operand(device_call *call, const pass *p, const xp_view *view, bool writes)
{
    if (view) {
        device_call_view(call, view, writes);
    } else {
        device_call_block(call, p->block, writes);
        device_call_index(call, 0);
    }
}

static xp_status run_pass(const scan *s, const pass *p)
{
    bool is_cpu = device_state_of(s->device)->about.is_cpu;
    int64_t panels = ceiling(s->inner.extent, s->by_panels ? PANEL : 1);
    int64_t count = s->outer.count * panels * s->pieces, items = (int64_t)device_state_of(s->device)->group_items;
    int64_t stretch = 1;
    if (is_cpu) /* short lines are many for each item */
        stretch = ceiling(device_stretch(s->device, s->lines * s->n, 1), s->lines * s->n / count);
    xp_builder words = {0};
    if (!device_define_numbers(&words, s->dtype))
        return xp_driver_error(XP_ERROR_TYPE, "cannot scan %s", xp_dtype_name(s->dtype));
    xp_builder_addf(&words, "#define PARTS %d\n#define PRODUCT %d\n", (int)s->parts, s->is_product);
    device_lines_define(&words, &s->outer, s->lines * s->pieces);
    device_call call;
    device_call_begin(&call, s->device);
    add_operand(&call, p, p->x, false);
    add_operand(&call, p, p->out, true);
    const int64_t numbers[] = {count, stretch, s->n, s->x_by, s->out_by, s->inner.extent, s->inner.strides[0],
                               s->inner.strides[1], s->outer.count, s->piece, s->pieces};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        device_call_index(&call, numbers[i]);
    device_call_block(&call, p->totals, !p->scans);
    device_call_int(&call, p->scans);
    device_lines_arguments(&call, &s->outer);
    return device_launch_text(&call, "scan", device_scan_text, &words,
                              s->by_tiles ? "scan_tiles" : s->by_panels ? "scan_panels" : "scan_walk",
                              s->by_tiles ? count : ceiling(ceiling(count, stretch), items));
}

/* The running totals of all lines' pieces, in place: one line each. */
static xp_status scan_totals(const scan *s, device_block *totals)
{
    scan own = *s;
    device_lines_begin(&own.outer, 2);
    own.by_tiles = !device_state_of(s->device)->about.is_cpu && device_state_of(s->device)->group_items > 1;
    own.by_panels = false;
    own.inner = (device_axis){s->lines, {s->pieces * s->parts, s->pieces * s->parts}};
    own.n = own.piece = s->pieces;
    own.x_by = own.out_by = s->parts;
    own.pieces = 1;
    return run_pass(&own, &(const pass){.block = totals, .scans = true});
}

static xp_status scan_pieces(const scan *s, const xp_view *x, const xp_view *out)
{
    device_block *totals;
    int64_t bytes = (int64_t)xp_dtype_bytes(s->dtype);
    xp_status status = device_scratch(s->device, s->lines * s->pieces * bytes, &totals);
    if (status == XP_OK)
        status = run_pass(s, &(const pass){.x = x, .out = out, .totals = totals});
    if (status == XP_OK)
        status = scan_totals(s, totals);
    if (status == XP_OK)
        status = run_pass(s, &(const pass){.x = x, .out = out, .totals = totals, .scans = true});
    device_scratch_free(s->device, totals);
    return status;
}

xp_status device_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                      const xp_view *out)
{
    if (device_view_size(out) == 0)
        return XP_OK;
    scan s = {.device = device, .dtype = x->dtype, .is_product = reduction == XP_REDUCE_PROD};
    s.parts = device_parts_of(x->dtype);
    s.n = x->shape[axis];
    s.x_by = device_stride(x, axis);
    s.out_by = device_stride(out, axis);
    device_lines_make(&s.outer, 2, (const xp_view *const[]){x, out}, axis);
    s.lines = s.outer.count;
    s.inner = device_lines_take(&s.outer);
    s.by_tiles = wants_tiles(&s);
    s.by_panels = device_state_of(device)->about.is_cpu && has_neighbours(&s);
    cut(&s);
    if (s.pieces > 1)
        return scan_pieces(&s, x, out);
    return run_pass(&s, &(const pass){.x = x, .out = out, .scans = true});
}
