/* The slot `sort`: lines along an axis, sorted as values, as positions, or both.
 *
 * Of values, -0 and 0 are equal and so are all NaNs: where a line has them, they are put where they belong in the
 * order of the line, so that the result does not depend on the algorithm.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/lines.h"
#include "providers/host/sort/slots.h"
#include "providers/host/sort/sort.h"

typedef struct sorter {
    const host_element_kernels *elements;
    const host_key_kernels *keys;
    int dtype;
    bool descending, has_values, has_positions;
    int64_t n, x_step, value_step, position_step, bytes;
    const char *x;
    char *values, *positions;
    size_t scratch; /* bytes that a line needs */
} sorter;

/* Zeros of both signs back into the order of the line. */
static void restore_zeros(const sorter *s, const char *x, char *out, int64_t step, const void *keys, int64_t count)
{
    int64_t ends[2] = {0, 0};
    for (int side = 0; side < 2; side++) /* how many are below zero, and not above it */
        for (int64_t least = 0, most = count; least < most;) {
            int64_t middle = least + (most - least) / 2;
            double key = s->bytes == 4 ? (double)((const float *)keys)[middle] : ((const double *)keys)[middle];
            if (side == 0 ? key < 0 : key <= 0)
                least = middle + 1;
            else
                most = middle;
            ends[side] = least;
        }
    int64_t place = s->descending ? s->n - ends[1] : ends[0];
    s->elements->pick(s->n, x, s->x_step, false, out + place * step, step);
}

static void sort_values(const sorter *s, const char *x, char *out, char *scratch, int threads)
{
    const int64_t n = s->n, bytes = s->bytes, step = s->value_step;
    int found = s->elements->look ? s->elements->look(n, x, s->x_step) : 0;
    bool into_out = s->elements->is_key && step == bytes && !s->descending;
    char *keys = into_out ? out : scratch, *spare = scratch + (into_out ? 0 : n * HOST_KEY_BYTES);
    const void *from = host_sort_is_long(n) ? spare : keys;
    int64_t count = n;
    if (!s->elements->is_key || s->x_step != bytes || found & HOST_HAS_NAN)
        count = s->elements->read(n, x, s->x_step, host_sort_is_long(n) ? spare : keys);
    else if (host_sort_is_long(n))
        from = x;
    else
        memcpy(keys, x, (size_t)(n * bytes));
    if (from != keys && !host_sort_is_long(count)) { /* NaNs have made it short */
        memcpy(keys, from, (size_t)count * s->keys->bytes);
        from = keys;
    }
    host_sort_keys(s->keys, from, keys, spare, count, threads);
    if (!into_out)
        s->elements->write(count, keys, s->descending ? out + (n - 1) * step : out, s->descending ? -step : step);
    if (found & HOST_HAS_MINUS_ZERO)
        restore_zeros(s, x, out, step, keys, count);
    if (found & HOST_HAS_NAN)
        s->elements->pick(n, x, s->x_step, true, s->descending ? out : out + count * step, step);
}

static bool sort_positions(const sorter *s, const char *x, char *out, char *scratch, int threads)
{
    uint64_t *ranks = (uint64_t *)(void *)scratch;
    bool direct = s->position_step == (int64_t)sizeof(int64_t);
    int64_t *positions = (int64_t *)(void *)(direct ? out : scratch + 2 * s->n * (int64_t)sizeof *ranks);
    if (!host_order_line(s->dtype, s->n, x, s->x_step, s->descending, ranks, positions, threads))
        return false;
    for (int64_t i = 0; !direct && i < s->n; i++)
        memcpy(out + i * s->position_step, &positions[i], sizeof positions[i]);
    return true;
}

static bool sort_line(const sorter *s, const host_line *line, char *scratch, int threads)
{
    const char *x = s->x + line->offsets[0];
    if (s->has_values)
        sort_values(s, x, s->values + line->offsets[1], scratch, threads);
    return !s->has_positions || sort_positions(s, x, s->positions + line->offsets[2], scratch, threads);
}

/* Several threads share the lines, or each line if there are few. */
static bool sort_lines(const sorter *s, const host_lines *lines)
{
    int threads = host_threads_for((double)lines->count * (double)s->n * HOST_SORT_NANOSECONDS);
    int outer = lines->count >= threads ? threads : 1, inner = outer > 1 ? 1 : threads, failed = 0;
    char *scratch = xp_pool_alloc((size_t)outer * s->scratch);
    if (!scratch)
        return false;
#pragma omp parallel for num_threads(outer) reduction(| : failed) if (outer > 1)
    for (int part = 0; part < outer; part++) {
        int64_t at = lines->count * part / outer, end = lines->count * (part + 1) / outer;
        host_line line;
        host_line_at(lines, at, &line);
        for (; at < end && !failed; at++, host_line_next(lines, &line))
            failed |= !sort_line(s, &line, scratch + (size_t)part * s->scratch, inner);
    }
    xp_pool_free(scratch, (size_t)outer * s->scratch);
    return !failed;
}

xp_status host_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                    const xp_view *values, const xp_view *positions)
{
    (void)device, (void)stable; /* always stable */
    if (host_view_size(x) == 0)
        return XP_OK;
    const host_sorting *here = host_sorting_here();
    const host_element_kernels *elements = &here->elements[x->dtype];
    if (!elements->read && (values || !positions))
        return xp_driver_error(XP_ERROR_TYPE, "cannot sort %s", xp_dtype_name(x->dtype));
    sorter s = {elements, &here->keys[elements->key_type], x->dtype, descending, values != NULL, positions != NULL,
                x->shape[axis], x->strides[axis], values ? values->strides[axis] : 0,
                positions ? positions->strides[axis] : 0, (int64_t)xp_dtype_bytes(x->dtype), host_view_start(x),
                values ? host_view_start(values) : NULL, positions ? host_view_start(positions) : NULL, 0};
    s.scratch = ((size_t)s.n * 3 * HOST_KEY_BYTES + 127) / 64 * 64;
    host_lines lines;
    host_lines_make(&lines, 3, (const xp_view *const[]){x, values ? values : x, positions ? positions : x}, 0, x->ndim,
                    axis);
    return sort_lines(&s, &lines) ? XP_OK : xp_driver_error(XP_ERROR_MEMORY, "out of memory for sorting");
}
