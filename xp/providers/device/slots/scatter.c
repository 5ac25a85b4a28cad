/* Elements put or added at positions along one axis, in the order of the positions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/mask.h"
#include "providers/device/slots/slots.h"

#define MANY_LINES 16384      /* an item for each keeps a device busy */
#define FEW_VALUES 2048       /* everybody can look at all of them */
#define LEAST_RANGE 1024      /* elements of values worth an item of a processor */
#define MOST_BUCKETS 2048     /* as in kernels/scatter.h */
#define LEAST_STRETCH 4096    /* values that a group sorts into buckets */
#define MOST_STRETCHES 64

typedef struct scatter {
    const struct xp_device *device;
    bool adds;
    const xp_view *values, *indices, *out;
    int axis;
    device_lines outer;
    device_axis inner;        /* neighbouring lines */
    int64_t n, extent;        /* values along the axis, and places */
    int64_t each, buckets;    /* places of a bucket */
    int64_t stretch, stretches;
} scatter;

static int64_t ceiling(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

/* ---- what all entries get ---------------------------------------------------------------------------------------- */

static void add_arguments(device_call *call, const scatter *s)
{
    device_call_begin(call, s->device);
    device_call_view(call, s->values, false);
    device_call_view(call, s->indices, false);
    device_call_view(call, s->out, true);
    const int64_t numbers[] = {s->n, device_stride(s->values, s->axis), device_stride(s->indices, 0),
                               device_stride(s->out, s->axis), s->extent, s->inner.extent, s->inner.strides[0],
                               s->inner.strides[1], s->outer.count};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        device_call_index(call, numbers[i]);
}

/* Sums are of numbers of the dtype, complex ones part by part; others are moved. */
static void define(xp_builder *words, const scatter *s)
{
    int dtype = s->out->dtype;
    if (s->adds && xp_dtype_is(dtype, XP_KIND_FLOATING)) {
        int parts = device_parts_of(dtype);
        xp_builder_addf(words, "#define PART xp_float%d\n#define PARTS %d\n", (int)xp_dtype_bytes(dtype) * 8 / parts,
                        parts);
    } else {
        device_define_moved(words, dtype);
    }
    xp_builder_addf(words, "#define ADDS %d\n", s->adds);
    device_lines_define(words, &s->outer, s->outer.count);
}

static xp_status launch(const scatter *s, device_call *call, const char *entry, int64_t groups)
{
    xp_builder words = {0};
    define(&words, s);
    return device_launch_text(call, "scatter", device_scatter_text, &words, entry, groups);
}

/* ---- walks ------------------------------------------------------------------------------------------------------- */

static xp_status walk(const scatter *s)
{
    const device_state *state = device_state_of(s->device);
    bool is_cpu = state->about.is_cpu;
    int64_t lines = s->outer.count * (is_cpu ? 1 : s->inner.extent), wanted = MANY_LINES;
    if (is_cpu) {
        wanted = s->outer.count * s->n * s->inner.extent / LEAST_RANGE;
        wanted = wanted < state->about.compute_units ? wanted : state->about.compute_units;
    }
    int64_t ranges = wanted / lines < s->extent ? wanted / lines : s->extent;
    ranges = ranges < 1 ? 1 : ranges;
    device_call call;
    add_arguments(&call, s);
    device_call_index(&call, ranges);
    device_lines_arguments(&call, &s->outer);
    return launch(s, &call, "scatter_walk", device_groups_for(s->device, lines * ranges));
}

/* ---- buckets ----------------------------------------------------------------------------------------------------- */

static void add_stretches(device_call *call, const scatter *s)
{
    device_call_begin(call, s->device);
    device_call_view(call, s->indices, false);
    const int64_t numbers[] = {device_stride(s->indices, 0), s->n, s->stretch, s->stretches, s->each, s->buckets};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        device_call_index(call, numbers[i]);
}

static xp_status sort_into_buckets(const scatter *s, device_block *places, device_block *order)
{
    device_call call;
    add_stretches(&call, s);
    device_call_block(&call, places, true);
    xp_status status = launch(s, &call, "scatter_counts", s->stretches);
    if (status == XP_OK)
        status = device_counts_to_places(s->device, places, s->buckets * s->stretches);
    if (status != XP_OK)
        return status;
    add_stretches(&call, s);
    device_call_block(&call, places, false);
    device_call_block(&call, order, true);
    return launch(s, &call, "scatter_order", s->stretches);
}

static xp_status put_buckets(const scatter *s, device_block *places, device_block *order)
{
    int64_t lanes = 1;
    while (lanes < s->inner.extent && lanes < device_state_of(s->device)->group_items)
        lanes *= 2;
    device_call call;
    add_arguments(&call, s);
    device_call_index(&call, s->each);
    device_call_index(&call, s->buckets);
    device_call_index(&call, s->stretches);
    device_call_block(&call, places, false);
    device_call_block(&call, order, false);
    device_call_int(&call, (int32_t)lanes);
    device_lines_arguments(&call, &s->outer);
    return launch(s, &call, "scatter_buckets", s->buckets * s->outer.count * ceiling(s->inner.extent, lanes));
}

static xp_status by_buckets(scatter *s)
{
    s->each = ceiling(s->extent, MOST_BUCKETS);
    s->buckets = ceiling(s->extent, s->each);
    s->stretch = ceiling(s->n, MOST_STRETCHES);
    s->stretch = s->stretch < LEAST_STRETCH ? LEAST_STRETCH : s->stretch;
    s->stretches = ceiling(s->n, s->stretch);
    device_block *places = NULL, *order = NULL;
    int64_t width = (int64_t)sizeof(int64_t);
    xp_status status = device_scratch(s->device, (s->buckets * s->stretches + 1) * width, &places);
    if (status == XP_OK)
        status = device_scratch(s->device, s->n * width, &order);
    if (status == XP_OK)
        status = sort_into_buckets(s, places, order);
    if (status == XP_OK)
        status = put_buckets(s, places, order);
    device_scratch_free(s->device, order);
    device_scratch_free(s->device, places);
    return status;
}

/* ------------------------------------------------------------------------------------------------------------------ */

xp_status device_scatter(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                         const xp_view *indices, int axis, const xp_view *out)
{
    if (device_view_size(values) == 0)
        return XP_OK;
    bool is_half = xp_dtype_is(out->dtype, XP_KIND_FLOAT) && xp_dtype_bytes(out->dtype) < 4;
    if (kind == XP_SCATTER_ADD && (is_half || !xp_dtype_is(out->dtype, XP_KIND_NUMERIC)))
        return xp_driver_error(XP_ERROR_TYPE, "cannot add up %s", xp_dtype_name(out->dtype));
    const device_state *state = device_state_of(device);
    scatter s = {.device = device, .adds = kind == XP_SCATTER_ADD, .values = values, .indices = indices, .out = out,
                 .axis = axis, .n = indices->shape[0], .extent = out->shape[axis]};
    device_lines_make(&s.outer, 2, (const xp_view *const[]){values, out}, axis);
    int64_t lines = s.outer.count;
    s.inner = device_lines_take(&s.outer);
    bool is_few = lines >= MANY_LINES || s.n <= FEW_VALUES;
    return state->about.is_cpu || state->group_items == 1 || is_few ? walk(&s) : by_buckets(&s);
}
