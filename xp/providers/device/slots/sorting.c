/* Lines in order: in one launch where they are short, digit by digit where they are long.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/slots/sorting.h"

#include <stdio.h>
#include <string.h>

#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/lines.h"

/* As the texts have them: the longest line that a group sorts by itself, and of complex numbers where it has many
 * items; elements of an item in a piece of a long line; digits. */
#define SHORT_COMPLEX 1024
#define SHORT 2048
#define OF_ITEM 16
#define DIGITS 256
#define CLASS_DIGITS 16

#define LEAST_PIECE 16384    /* of an item alone: it has 256 counts to sum up as well */
#define LINES_AT_ONCE 2048   /* elements that an item alone sorts at least */
#define LANES 8              /* lines that it sorts side by side */
#define SHORT_ROW 32         /* counts that one item sums up */

/* ---- programs ---------------------------------------------------------------------------------------------------- */

int64_t device_place_bytes(int64_t n)
{
    return n <= INT32_MAX ? 4 : 8;
}

static void write_keyed(xp_builder *text, const struct xp_device *device, const void *context)
{
    const device_keyed *keyed = context;
    device_write_words(text, device);
    xp_builder_add(text, keyed->definitions);
    xp_builder_add(text, device_sort_keys_text);
    xp_builder_add(text, keyed->text);
}

static int bits_of(int dtype)
{
    return (int)device_part_bytes(dtype) * 8;
}

void device_keyed_make(device_keyed *keyed, const char *name, const char *text, int dtype, int64_t n, bool classes)
{
    const char *kind = xp_dtype_is(dtype, XP_KIND_COMPLEX) ? "#define COMPLEX\n"
                       : xp_dtype_is(dtype, XP_KIND_FLOAT) ? "#define FLOAT\n"
                                                           : "";
    int bits = bits_of(dtype);
    snprintf(keyed->definitions, sizeof keyed->definitions, "#define U xp_uint%d\n#define BITS %d\n#define P %s\n%s%s",
             bits, bits, device_place_bytes(n) == 4 ? "xp_uint32" : "xp_uint64", kind,
             classes ? "#define CLASSES\n" : "");
    keyed->text = text;
    keyed->source = (device_source){name, keyed->definitions, strlen(keyed->definitions), write_keyed, keyed};
}

void device_call_flip(device_call *call, int dtype, bool descending)
{
    static const int unsigned_of[] = {[1] = XP_UINT8, [2] = XP_UINT16, [4] = XP_UINT32, [8] = XP_UINT64};
    int bits = bits_of(dtype);
    uint64_t flip = xp_dtype_is(dtype, XP_KIND_SIGNED) ? UINT64_C(1) << (bits - 1) : 0;
    flip = descending ? ~flip : flip;
    xp_value value = {.as_uint64 = 0};
    switch (bits) {
    case 8: value.as_uint8 = (uint8_t)flip; break;
    case 16: value.as_uint16 = (uint16_t)flip; break;
    case 32: value.as_uint32 = (uint32_t)flip; break;
    default: value.as_uint64 = flip; break;
    }
    device_call_value(call, &value, unsigned_of[bits / 8]);
}

static bool is_wanted(const device_dense *dense)
{
    return dense->view || dense->block;
}

/* What the entries that read elements begin with. */
static void begin(device_call *call, const struct xp_device *device, const device_sorting *sorting,
                  const device_dense *x)
{
    device_call_begin(call, device);
    device_call_dense(call, x, false);
    device_call_dense(call, &sorting->pivots, false);
    device_call_flip(call, sorting->dtype, sorting->descending);
}

/* ---- short lines ------------------------------------------------------------------------------------------------- */

static int64_t longest_short(const device_state *state, int dtype)
{
    return xp_dtype_is(dtype, XP_KIND_COMPLEX) && !state->about.is_cpu ? SHORT_COMPLEX : SHORT;
}

static xp_status sort_short_lines(const struct xp_device *device, const device_sorting *sorting)
{
    const device_state *state = device_state_of(device);
    int64_t width = 2;
    while (width < sorting->n)
        width *= 2;
    int64_t per = longest_short(state, sorting->dtype) / width;
    if (state->about.is_cpu)
        per = (LINES_AT_ONCE + sorting->n * LANES - 1) / (sorting->n * LANES) * LANES;
    device_keyed keyed;
    device_keyed_make(&keyed, "sort_short", device_sort_short_text, sorting->dtype, sorting->n,
                      is_wanted(&sorting->pivots));
    device_call call;
    begin(&call, device, sorting, &sorting->x);
    device_call_dense(&call, &sorting->values, true);
    device_call_dense(&call, &sorting->positions, true);
    device_call_int(&call, (int32_t)sorting->n);
    device_call_int(&call, (int32_t)width);
    device_call_index(&call, sorting->lines);
    device_call_index(&call, per);
    return device_call_launch(&call, &keyed.source, "sort_short", (sorting->lines + per - 1) / per);
}

/* ---- long lines -------------------------------------------------------------------------------------------------- */

typedef struct radix {
    const struct xp_device *device;
    const device_sorting *sorting;
    device_keyed keyed;
    int64_t pieces, length, rows; /* of a line; of a piece; of counts */
    int passes;
    device_block *counts, *totals;
    device_dense elements[2], places[2]; /* what passes read and write in turns */
} radix;

static void plan(radix *r, const struct xp_device *device, const device_sorting *sorting)
{
    const device_state *state = device_state_of(device);
    const bool classes = is_wanted(&sorting->pivots);
    *r = (radix){.device = device, .sorting = sorting};
    device_keyed_make(&r->keyed, "sort_radix", device_sort_radix_text, sorting->dtype, sorting->n, classes);
    r->length = (int64_t)OF_ITEM * state->group_items;
    if (state->about.is_cpu) {
        int64_t share = sorting->n * sorting->lines / (4 * (int64_t)state->about.compute_units);
        r->length = share < LEAST_PIECE ? LEAST_PIECE : share > INT32_MAX ? INT32_MAX : share;
    }
    r->pieces = (sorting->n + r->length - 1) / r->length;
    r->rows = sorting->lines * (classes ? CLASS_DIGITS : DIGITS);
    int bytes = (int)xp_dtype_bytes(sorting->dtype);
    r->passes = classes ? 1 : bytes + (xp_dtype_is(sorting->dtype, XP_KIND_COMPLEX) ? 1 : 0);
}

/* Room for what passes leave to each other: the last one writes to where the results go. */
static xp_status make_room(radix *r)
{
    const device_sorting *sorting = r->sorting;
    const int64_t size = sorting->n * sorting->lines, of_place = device_place_bytes(sorting->n);
    const int64_t bytes = size * (int64_t)xp_dtype_bytes(sorting->dtype);
    xp_status status = device_scratch(r->device, r->rows * r->pieces * of_place, &r->counts);
    if (status == XP_OK)
        status = device_scratch(r->device, r->rows * of_place, &r->totals);
    for (int i = 0; i < 2 && r->passes > i + 1 && status == XP_OK; i++) {
        status = device_scratch(r->device, bytes, &r->elements[i].block);
        if (status == XP_OK && is_wanted(&sorting->positions))
            status = device_scratch(r->device, size * of_place, &r->places[i].block);
    }
    return status;
}

static void drop_room(radix *r)
{
    device_scratch_free(r->device, r->counts);
    device_scratch_free(r->device, r->totals);
    for (int i = 0; i < 2; i++) {
        device_scratch_free(r->device, r->elements[i].block);
        device_scratch_free(r->device, r->places[i].block);
    }
}

static xp_status count_digits(radix *r, const device_dense *x, int shift)
{
    device_call call;
    begin(&call, r->device, r->sorting, x);
    device_call_block(&call, r->counts, true);
    device_call_index(&call, r->sorting->n);
    device_call_index(&call, r->pieces);
    device_call_index(&call, r->length);
    device_call_int(&call, shift);
    return device_call_launch(&call, &r->keyed.source, "radix_count", r->sorting->lines * r->pieces);
}

static xp_status sum_counts(radix *r)
{
    const bool is_cpu = device_state_of(r->device)->about.is_cpu;
    device_call call;
    device_call_begin(&call, r->device);
    device_call_block(&call, r->counts, true);
    device_call_block(&call, r->totals, true);
    device_call_index(&call, r->pieces);
    if (!is_cpu && r->pieces > SHORT_ROW)
        return device_call_launch(&call, &r->keyed.source, "radix_sum_long", r->rows);
    int64_t per = is_cpu ? DIGITS : 1;
    device_call_index(&call, r->rows);
    device_call_index(&call, per);
    return device_call_launch(&call, &r->keyed.source, "radix_sum_short",
                              device_groups_for(r->device, (r->rows + per - 1) / per));
}

static xp_status move(radix *r, const device_dense *x, const device_dense *places, int pass, int shift)
{
    const device_sorting *sorting = r->sorting;
    static const device_dense none = {NULL, NULL};
    const bool is_last = pass == r->passes - 1;
    device_call call;
    begin(&call, r->device, sorting, x);
    device_call_block(&call, places->block, false);
    device_call_dense(&call, is_last ? &sorting->values : &r->elements[pass % 2], true);
    device_call_block(&call, is_last ? NULL : r->places[pass % 2].block, true);
    device_call_dense(&call, is_last ? &sorting->positions : &none, true);
    device_call_block(&call, r->counts, false);
    device_call_block(&call, r->totals, false);
    device_call_index(&call, sorting->n);
    device_call_index(&call, r->pieces);
    device_call_index(&call, r->length);
    device_call_int(&call, shift);
    return device_call_launch(&call, &r->keyed.source, "radix_move", sorting->lines * r->pieces);
}

static xp_status sort_long_lines(const struct xp_device *device, const device_sorting *sorting)
{
    static const device_dense none = {NULL, NULL};
    radix r;
    plan(&r, device, sorting);
    xp_status status = make_room(&r);
    const device_dense *x = &sorting->x, *places = &none;
    for (int pass = 0; pass < r.passes && status == XP_OK; pass++) {
        status = count_digits(&r, x, 8 * pass);
        if (status == XP_OK)
            status = sum_counts(&r);
        if (status == XP_OK)
            status = move(&r, x, places, pass, 8 * pass);
        x = &r.elements[pass % 2];
        places = &r.places[pass % 2];
    }
    drop_room(&r);
    return status;
}

xp_status device_sort_lines(const struct xp_device *device, const device_sorting *sorting)
{
    return sorting->n <= longest_short(device_state_of(device), sorting->dtype) ? sort_short_lines(device, sorting)
                                                                            : sort_long_lines(device, sorting);
}
