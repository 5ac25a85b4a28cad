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
    bool into_out; /* keys are as wide as elements, and sorted where these go */
    int64_t n, x_step, value_step, position_step, bytes;
    const char *x;
    char *values, *positions;
    int64_t neighbours; /* lines that are gathered at a time */
} sorter;

/* Where the zeros are among keys in order. */
static void find_zeros(const sorter *s, const void *keys, int64_t count, int64_t ends[2])
{
    for (int side = 0; side < 2; side++) { /* how many are below zero, and not above it */
        int64_t least = 0, most = count;
        while (least < most) {
            int64_t middle = least + (most - least) / 2;
            double key = s->bytes == 4 ? (double)((const float *)keys)[middle] : ((const double *)keys)[middle];
            if (side == 0 ? key < 0 : key <= 0)
                least = middle + 1;
            else
                most = middle;
        }
        ends[side] = least;
    }
}

/* Keys in order as elements, behind or, descending, before the place of NaNs. They may be where the elements go. */
static void write_keys(const sorter *s, void *keys, int64_t count, char *out)
{
    const int64_t step = s->value_step;
    if (keys != out) {
        s->elements->write(count, keys, s->descending ? out + (s->n - 1) * step : out, s->descending ? -step : step);
        return;
    }
    if (s->descending)
        s->keys->reverse(keys, count);
    if (!s->elements->is_key)
        s->elements->write(count, keys, out, step);
    if (s->descending && count < s->n)
        memmove(out + (s->n - count) * step, out, (size_t)(count * step));
}

static void sort_values(const sorter *s, const char *x, char *out, char *scratch, int threads)
{
    const int64_t n = s->n, step = s->value_step;
    char *keys = s->into_out ? out : scratch, *spare = scratch + (s->into_out ? 0 : n * HOST_KEY_BYTES);
    int64_t count = n, zeros[2];
    int found = HOST_HAS_NAN; /* or to be looked for */
    if (host_sort_counts(s->dtype, n)) {
        host_sort_by_counting(s->dtype, n, x, s->x_step, s->descending, out, step, scratch);
        return;
    }
    if (s->elements->is_key && s->x_step == s->bytes)
        found = host_sort_keys(s->keys, x, keys, spare, n, threads);
    if (found & HOST_HAS_NAN) {
        found = s->elements->look ? s->elements->look(n, x, s->x_step) : 0;
        count = s->elements->read(n, x, s->x_step, keys);
        host_sort_keys(s->keys, keys, keys, spare, count, threads);
    }
    if (found & HOST_HAS_MINUS_ZERO) /* which come back in the order of the line */
        find_zeros(s, keys, count, zeros);
    write_keys(s, keys, count, out);
    if (found & HOST_HAS_MINUS_ZERO)
        s->elements->pick(n, x, s->x_step, false, out + (s->descending ? n - zeros[1] : zeros[0]) * step, step);
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

/* ---- lines side by side ------------------------------------------------------------------------------------------ */

/* Room for the gathered lines of elements or positions. */
static size_t room_for(const sorter *s, size_t bytes)
{
    return ((size_t)(s->neighbours * s->n) * bytes + 63) / 64 * 64;
}

static bool sort_neighbours(const sorter *s, const host_line *line, int64_t count, char *scratch)
{
    const int64_t n = s->n, wide = (int64_t)sizeof(int64_t);
    sorter gathered = *s;
    gathered.x = scratch;
    gathered.values = scratch + room_for(s, (size_t)s->bytes);
    gathered.positions = gathered.values + (s->has_values ? room_for(s, (size_t)s->bytes) : 0);
    gathered.x_step = gathered.value_step = s->bytes;
    gathered.position_step = wide;
    gathered.into_out = s->bytes == (int64_t)s->keys->bytes;
    char *rest = gathered.positions + (s->has_positions ? room_for(s, sizeof(int64_t)) : 0);
    host_gather_lines(scratch, s->x + line->offsets[0], s->x_step, n, count, s->bytes);
    for (int64_t i = 0; i < count; i++) {
        const host_line at = {.offsets = {i * n * s->bytes, i * n * s->bytes, i * n * wide}};
        if (!sort_line(&gathered, &at, rest, 1))
            return false;
    }
    if (s->has_values)
        host_scatter_lines(s->values + line->offsets[1], s->value_step, gathered.values, n, count, s->bytes);
    if (s->has_positions)
        host_scatter_lines(s->positions + line->offsets[2], s->position_step, gathered.positions, n, count, wide);
    return true;
}

/* How many lines to gather: where all that is read and written lies side by side. */
static int64_t count_neighbours(const sorter *s, const host_lines *lines)
{
    const int64_t of_x = s->x_step == s->bytes ? 1 : host_neighbours(lines, 0, s->n, s->bytes);
    const int64_t of_values = s->has_values ? host_neighbours(lines, 1, s->n, s->bytes) : of_x;
    const int64_t of_positions = s->has_positions ? host_neighbours(lines, 2, s->n, (int64_t)sizeof(int64_t)) : of_x;
    const int64_t least = of_values < of_positions ? of_values : of_positions;
    return of_x < least ? of_x : least;
}

static bool sort_some(const sorter *s, const host_lines *lines, int64_t from, int64_t to, char *scratch, int threads)
{
    const int64_t most = threads > 1 ? 1 : s->neighbours;
    host_line line;
    host_line_at(lines, from, &line);
    for (int64_t at = from, count; at < to; at += count) {
        count = host_neighbours_left(lines, &line, most < to - at ? most : to - at);
        if (!(count > 1 ? sort_neighbours(s, &line, count, scratch) : sort_line(s, &line, scratch, threads)))
            return false;
        for (int64_t i = 0; i < count; i++)
            host_line_next(lines, &line);
    }
    return true;
}

/* ---- all lines --------------------------------------------------------------------------------------------------- */

static size_t scratch_bytes(const sorter *s, int threads)
{
    const size_t keys = (s->into_out ? 0 : (size_t)s->n * HOST_KEY_BYTES) + host_sort_spare_bytes(s->n, threads);
    const size_t ranks = s->has_positions ? (size_t)s->n * 3 * sizeof(uint64_t) : 0;
    size_t gathered = 0;
    if (s->neighbours > 1)
        gathered = room_for(s, (size_t)s->bytes) * (s->has_values ? 2 : 1) +
                   (s->has_positions ? room_for(s, sizeof(int64_t)) : 0);
    return (gathered + (keys > ranks ? keys : ranks) + 127) / 64 * 64;
}

/* Several threads share the lines, or each line if there are few. */
static bool sort_lines(const sorter *s, const host_lines *lines)
{
    int threads = host_threads_for((double)lines->count * (double)s->n * HOST_SORT_NANOSECONDS);
    int outer = lines->count >= threads ? threads : 1, inner = outer > 1 ? 1 : threads, failed = 0;
    const size_t bytes = scratch_bytes(s, inner);
    char *scratch = xp_pool_alloc((size_t)outer * bytes);
    if (!scratch)
        return false;
    if (outer == 1) {
        failed = lines->count > 0 && !sort_some(s, lines, 0, lines->count, scratch, inner);
    } else {
#pragma omp parallel for num_threads(outer) reduction(| : failed)
        for (int part = 0; part < outer; part++) {
            int64_t at = lines->count * part / outer, end = lines->count * (part + 1) / outer;
            failed |= at < end && !sort_some(s, lines, at, end, scratch + (size_t)part * bytes, inner);
        }
    }
    xp_pool_free(scratch, (size_t)outer * bytes);
    return !failed;
}

bool host_sort_line(int dtype, int64_t n, const char *x, int64_t step, char *out, int threads)
{
    const host_sorting *here = host_sorting_here();
    const host_element_kernels *elements = &here->elements[dtype];
    const int64_t bytes = (int64_t)xp_dtype_bytes(dtype);
    sorter s = {.elements = elements, .keys = &here->keys[elements->key_type], .dtype = dtype, .has_values = true,
                .n = n, .x_step = step, .value_step = bytes, .bytes = bytes, .neighbours = 1};
    s.into_out = bytes == (int64_t)s.keys->bytes;
    const size_t room = scratch_bytes(&s, threads);
    char *scratch = xp_pool_alloc(room);
    if (!scratch)
        return false;
    sort_values(&s, x, out, scratch, threads);
    xp_pool_free(scratch, room);
    return true;
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
                false, x->shape[axis], x->strides[axis], values ? values->strides[axis] : 0,
                positions ? positions->strides[axis] : 0, (int64_t)xp_dtype_bytes(x->dtype), host_view_start(x),
                values ? host_view_start(values) : NULL, positions ? host_view_start(positions) : NULL, 1};
    s.into_out = s.value_step == s.bytes && s.bytes == (int64_t)s.keys->bytes;
    host_lines lines;
    host_lines_make(&lines, 3, (const xp_view *const[]){x, values ? values : x, positions ? positions : x}, 0, x->ndim,
                    axis);
    s.neighbours = count_neighbours(&s, &lines);
    return sort_lines(&s, &lines) ? XP_OK : xp_driver_error(XP_ERROR_MEMORY, "out of memory for sorting");
}
