/* The slot `select`: elements of lines by their rank, from the lines in order; few elements of long lines are found
 * digit by digit, which reads a line as often as its elements have bytes, but moves nothing.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"
#include "providers/device/slots/slots.h"
#include "providers/device/slots/sorting.h"

#define FEW 4                /* ranks that are found by digits; the text has room for one more */
#define SHORT 2048           /* lines that are sorted in one launch */
#define DIGITS 256
#define LEAST_PIECE 16384    /* elements of a line whose digits a group counts */
#define PIECES_PER_UNIT 4

/* Numbers of the caller's, in memory of their own: they are read during the call only. */
static xp_status upload(const struct xp_device *device, const int64_t *numbers, int count, device_block **block)
{
    device_state *state = device_state_of(device);
    int queue = device_queue_here(device);
    if (queue < 0)
        return XP_ERROR_DEVICE;
    xp_status status = device_scratch(device, (int64_t)count * 8, block);
    if (status != XP_OK)
        return status;
    runtime_status sent = device_order(state, queue, *block, true);
    if (sent == RUNTIME_OK)
        sent = state->runtime->upload(state->queues[queue].handle, (*block)->memory, 0, numbers, (size_t)count * 8);
    device_enqueued(state, queue);
    return device_status(device, sent, "a transfer to the device");
}

typedef struct selection {
    const struct xp_device *device;
    int dtype, count;
    int64_t n, lines;
    bool nan_spreads;
    device_dense x, out;
    device_block *ranks;
} selection;

/* The last of the arguments, for an entry that makes elements of `out`. */
static xp_status launch_out(const selection *s, device_call *call, const device_keyed *keyed, const char *entry)
{
    int64_t elements = s->lines * s->count, stretch = device_stretch(s->device, elements, 1);
    device_call_index(call, elements);
    device_call_index(call, stretch);
    device_call_dense(call, &s->out, true);
    return device_call_launch(call, &keyed->source, entry,
                              device_groups_for(s->device, (elements + stretch - 1) / stretch));
}

static device_keyed *keyed_for(const selection *s, device_keyed *keyed)
{
    device_keyed_make(keyed, "select", device_select_text, s->dtype, s->n, false);
    return keyed;
}

/* ---- from lines in order ----------------------------------------------------------------------------------------- */

static xp_status pick(const selection *s, device_block *line)
{
    device_keyed keyed;
    device_call call;
    device_call_begin(&call, s->device);
    device_call_block(&call, line, false);
    device_call_flip(&call, s->dtype, false);
    device_call_block(&call, s->ranks, false);
    device_call_index(&call, s->count);
    device_call_index(&call, s->n);
    device_call_int(&call, s->nan_spreads);
    return launch_out(s, &call, keyed_for(s, &keyed), "select_ranks");
}

static xp_status select_in_order(const selection *s)
{
    device_block *line = NULL;
    xp_status status = device_scratch(s->device, s->n * s->lines * (int64_t)xp_dtype_bytes(s->dtype), &line);
    const device_sorting sorting = {.dtype = s->dtype, .n = s->n, .lines = s->lines, .x = s->x, .values.block = line};
    if (status == XP_OK)
        status = device_sort_lines(s->device, &sorting);
    if (status == XP_OK)
        status = pick(s, line);
    device_scratch_free(s->device, line);
    return status;
}

/* ---- digit by digit ---------------------------------------------------------------------------------------------- */

typedef struct digits {
    const selection *s;
    device_keyed keyed;
    int ranks;                   /* the last element's among them, if a NaN spreads */
    int64_t pieces, length;
    device_block *counts, *found, *left;
} digits;

static bool has_nan_rank(const selection *s)
{
    return s->nan_spreads && xp_dtype_is(s->dtype, XP_KIND_FLOAT);
}

static xp_status count_digits(digits *d, int shift)
{
    device_call call;
    device_call_begin(&call, d->s->device);
    device_call_dense(&call, &d->s->x, false);
    device_call_flip(&call, d->s->dtype, false);
    device_call_block(&call, d->found, false);
    device_call_block(&call, d->counts, true);
    device_call_index(&call, d->s->n);
    device_call_index(&call, d->pieces);
    device_call_index(&call, d->length);
    device_call_int(&call, d->ranks);
    device_call_int(&call, shift);
    return device_call_launch(&call, &d->keyed.source, "select_count", d->s->lines * d->pieces);
}

static xp_status choose_digits(digits *d, int shift)
{
    device_call call;
    device_call_begin(&call, d->s->device);
    device_call_block(&call, d->counts, false);
    device_call_block(&call, d->s->ranks, false);
    device_call_block(&call, d->found, true);
    device_call_block(&call, d->left, true);
    device_call_index(&call, d->pieces);
    device_call_int(&call, d->ranks);
    device_call_int(&call, shift);
    return device_call_launch(&call, &d->keyed.source, "select_digit", d->s->lines);
}

static xp_status put_found(digits *d)
{
    device_call call;
    device_call_begin(&call, d->s->device);
    device_call_block(&call, d->found, false);
    device_call_flip(&call, d->s->dtype, false);
    device_call_index(&call, d->s->count);
    device_call_int(&call, d->ranks - d->s->count);
    return launch_out(d->s, &call, &d->keyed, "select_found");
}

static void cut(digits *d)
{
    const selection *s = d->s;
    int64_t share = s->n * s->lines / (PIECES_PER_UNIT * (int64_t)device_state_of(s->device)->about.compute_units);
    d->length = share < LEAST_PIECE ? LEAST_PIECE : share > INT32_MAX ? INT32_MAX : share;
    d->pieces = (s->n + d->length - 1) / d->length;
}

static xp_status select_by_digits(const selection *s)
{
    digits d = {.s = s, .ranks = s->count + has_nan_rank(s)};
    const int64_t bytes = (int64_t)xp_dtype_bytes(s->dtype);
    keyed_for(s, &d.keyed);
    cut(&d);
    xp_status status = device_scratch(s->device, s->lines * d.pieces * d.ranks * DIGITS * 4, &d.counts);
    if (status == XP_OK)
        status = device_scratch(s->device, s->lines * d.ranks * bytes, &d.found);
    if (status == XP_OK)
        status = device_scratch(s->device, s->lines * d.ranks * device_place_bytes(s->n), &d.left);
    for (int shift = 8 * (int)bytes - 8; shift >= 0 && status == XP_OK; shift -= 8) {
        status = count_digits(&d, shift);
        if (status == XP_OK)
            status = choose_digits(&d, shift);
    }
    if (status == XP_OK)
        status = put_found(&d);
    device_scratch_free(s->device, d.counts);
    device_scratch_free(s->device, d.found);
    device_scratch_free(s->device, d.left);
    return status;
}

/* ---- the slot ---------------------------------------------------------------------------------------------------- */

/* The ranks, and behind them that of the last element, which tells of NaN. */
static xp_status upload_ranks(selection *s, const int64_t *ranks)
{
    int64_t all[FEW + 1];
    if (s->count > FEW)
        return upload(s->device, ranks, s->count, &s->ranks);
    for (int i = 0; i < s->count; i++)
        all[i] = ranks[i];
    all[s->count] = s->n - 1;
    return upload(s->device, all, s->count + 1, &s->ranks);
}

xp_status device_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks, int count,
                        bool nan_spreads, const xp_view *out)
{
    if (device_view_size(out) == 0)
        return XP_OK;
    if (xp_dtype_is(x->dtype, XP_KIND_COMPLEX))
        return xp_driver_error(XP_ERROR_TYPE, "cannot select from %s", xp_dtype_name(x->dtype));
    selection s = {.device = device, .dtype = x->dtype, .count = count, .n = x->shape[axis],
                   .lines = device_view_size(out) / count, .nan_spreads = nan_spreads};
    xp_status status = upload_ranks(&s, ranks);
    if (status == XP_OK)
        status = device_dense_read(device, x, axis, &s.x);
    if (status == XP_OK)
        status = device_dense_room(device, out, axis, &s.out);
    if (status == XP_OK)
        status = count <= FEW && s.n > SHORT ? select_by_digits(&s) : select_in_order(&s);
    if (status == XP_OK)
        status = device_dense_put(device, out, axis, &s.out);
    device_scratch_free(device, s.ranks);
    device_scratch_free(device, s.x.block);
    device_scratch_free(device, s.out.block);
    return status;
}
