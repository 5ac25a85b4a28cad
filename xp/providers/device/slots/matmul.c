/* Products of stacks of matrices: which kernel, for which piece of the sums.
 *
 * The order of sums depends on extents and on the device's kind alone.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/algebra.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"

#define FEW_COLUMNS 4       /* up to which each of them is a dot product with the rows */
#define SMALL_SIDE 16       /* matrices of which each element is made by itself */
#define LEAST_PIECE 2048    /* elements that a piece of the sums has at least */
#define TILES_GPU 264       /* that keep a device busy: below, sums are made in pieces */
#define TILES_CPU 16
#define LARGE_SIDE 512      /* from which on items have 8 by 8 elements of a tile */

typedef struct operand {
    xp_buffer *buffer;
    int64_t start, batch, row, column;
} operand;

typedef struct product {
    const struct xp_device *device;
    operand a, b, out;
    int64_t batches, m, n, k;
    int64_t pieces, share;
    int dtype, block;
} product;

static operand operand_of(const xp_view *view)
{
    const int64_t unit = device_part_bytes(view->dtype);
    return (operand){view->buffer, view->offset / unit, device_stride(view, 0), device_stride(view, 1),
                     device_stride(view, 2)};
}

static operand transposed(operand x)
{
    return (operand){x.buffer, x.start, x.batch, x.column, x.row};
}

/* As many rows as columns, or more: the transpose of the result is the product of the transposes. */
static void turn_upright(product *p)
{
    if (p->m >= p->n)
        return;
    operand a = p->a;
    p->a = transposed(p->b);
    p->b = transposed(a);
    p->out = transposed(p->out);
    int64_t m = p->m;
    p->m = p->n;
    p->n = m;
}

static void give_operand(device_call *call, const operand *x, bool writes)
{
    device_call_buffer(call, x->buffer, writes);
    device_call_index(call, x->start);
    device_call_index(call, x->batch);
    device_call_index(call, x->row);
    device_call_index(call, x->column);
}

static int64_t units_in_result(const product *p)
{
    return p->batches * p->m * p->n * device_parts_of(p->dtype);
}

/* Where the pieces go: scratch, or the result itself. */
static void give_result(device_call *call, const product *p, device_block *parts)
{
    const int64_t unit = device_parts_of(p->dtype);
    if (!parts) {
        give_operand(call, &p->out, true);
        device_call_index(call, 0);
        return;
    }
    device_call_block(call, parts, true);
    device_call_index(call, 0);
    device_call_index(call, p->m * p->n * unit);
    device_call_index(call, p->n * unit);
    device_call_index(call, unit);
    device_call_index(call, units_in_result(p));
}

static device_source source_of(const product *p, device_algebra *algebra)
{
    return device_algebra_source(algebra, "matmul", device_matmul_text, p->dtype,
                                 p->block == 8 ? "#define BLOCK 8\n" : "#define BLOCK 4\n");
}

static xp_status launch_product(const product *p, const char *entry, int64_t groups, device_block *parts)
{
    device_call call;
    device_algebra algebra;
    device_call_begin(&call, p->device);
    give_operand(&call, &p->a, false);
    give_operand(&call, &p->b, false);
    give_result(&call, p, parts);
    const int64_t numbers[] = {p->batches, p->m, p->n, p->k, p->pieces, p->share};
    for (int i = 0; i < 6; i++)
        device_call_index(&call, numbers[i]);
    const device_source source = source_of(p, &algebra);
    return device_call_launch(&call, &source, entry, groups);
}

static xp_status add_pieces(const product *p, device_block *parts)
{
    device_call call;
    device_algebra algebra;
    device_call_begin(&call, p->device);
    device_call_block(&call, parts, false);
    give_operand(&call, &p->out, true);
    const int64_t numbers[] = {p->batches, p->m, p->n, p->pieces};
    for (int i = 0; i < 4; i++)
        device_call_index(&call, numbers[i]);
    const device_source source = source_of(p, &algebra);
    return device_call_launch(&call, &source, "matmul_sum",
                              device_groups_for(p->device, p->batches * p->m * p->n));
}

/* With sums in pieces where the result has too few tiles. */
static xp_status multiply(product *p, const char *entry, int64_t tiles)
{
    const int64_t wanted = device_state_of(p->device)->group_items == 1 ? TILES_CPU : TILES_GPU;
    int64_t pieces = wanted / tiles, most = p->k / LEAST_PIECE;
    p->pieces = pieces > most ? most : pieces;
    if (p->pieces <= 1) {
        p->pieces = 1;
        p->share = p->k;
        return launch_product(p, entry, tiles, NULL);
    }
    p->share = (p->k + p->pieces - 1) / p->pieces;
    p->pieces = (p->k + p->share - 1) / p->share;
    device_block *parts;
    int64_t unit = device_part_bytes(p->dtype);
    xp_status status = device_scratch(p->device, p->pieces * units_in_result(p) * unit, &parts);
    if (status == XP_OK)
        status = launch_product(p, entry, tiles * p->pieces, parts);
    if (status == XP_OK)
        status = add_pieces(p, parts);
    device_scratch_free(p->device, parts);
    return status;
}

static xp_status multiply_each(product *p)
{
    const int64_t lines = p->batches * p->m;
    p->pieces = 1;
    if (device_state_of(p->device)->group_items > 1) {
        p->share = p->k;
        return launch_product(p, "matmul_each", device_groups_for(p->device, lines * p->n), NULL);
    }
    p->share = 1 + 2048 / (1 + p->n * p->k);
    return launch_product(p, "matmul_each", (lines + p->share - 1) / p->share, NULL);
}

static int64_t over(int64_t extent, int64_t of)
{
    return (extent + of - 1) / of;
}

static xp_status choose(product *p)
{
    const int64_t items = device_state_of(p->device)->group_items, parts = device_parts_of(p->dtype);
    if (p->k <= 2 || (p->m <= SMALL_SIDE && p->k <= 2 * SMALL_SIDE))
        return multiply_each(p);
    if (p->n <= FEW_COLUMNS && p->a.column == parts)
        return multiply(p, "matmul_rows", p->batches * over(p->m, items == 1 ? 16 : items < 32 ? 1 : items / 32));
    if (items == 1)
        return multiply(p, "matmul_tiles", p->batches * over(p->m, 64) * over(p->n, 64));
    p->block = parts == 1 && p->n >= LARGE_SIDE ? 8 : 4;
    return multiply(p, "matmul_tiles", p->batches * over(p->m, items / 16 * p->block) * over(p->n, 16 * p->block));
}

/* Of float16 and bfloat16, as far as no library takes them: in float32, rounded at the end. */
static xp_status multiply_stored(const struct xp_device *device, const xp_view *a, const xp_view *b,
                                 const xp_view *out)
{
    const xp_view *const stored[] = {a, b, out};
    device_room rooms[3];
    device_block *blocks[3] = {NULL, NULL, NULL};
    xp_status status = XP_OK;
    for (int i = 0; i < 3 && status == XP_OK; i++) {
        status = device_scratch(device, device_view_size(stored[i]) * (int64_t)sizeof(float), &blocks[i]);
        if (status == XP_OK)
            device_room_make(&rooms[i], device, stored[i], XP_FLOAT32, blocks[i]);
        if (status == XP_OK && i < 2)
            status = device_collect_into(device, stored[i], &rooms[i].view);
    }
    if (status == XP_OK)
        status = device_matmul(device, &rooms[0].view, &rooms[1].view, &rooms[2].view);
    if (status == XP_OK)
        status = device_collect_into(device, &rooms[2].view, out);
    for (int i = 0; i < 3; i++)
        device_scratch_free(device, blocks[i]);
    return status;
}

xp_status device_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    if (xp_is_storage(out->dtype))
        return multiply_stored(device, a, b, out);
    if (!xp_dtype_is(out->dtype, XP_KIND_NUMERIC))
        return xp_driver_error(XP_ERROR_TYPE, "cannot multiply matrices of %s", xp_dtype_name(out->dtype));
    product p = {.device = device, .a = operand_of(a), .b = operand_of(b), .out = operand_of(out),
                 .batches = out->shape[0], .m = out->shape[1], .n = out->shape[2], .k = a->shape[2],
                 .dtype = out->dtype, .block = 4};
    if (p.batches == 0 || p.m == 0 || p.n == 0)
        return XP_OK;
    turn_upright(&p);
    return choose(&p);
}
