/* The slot `select`: elements of a line by their rank, without sorting it.
 *
 * A sample gives two keys that the wanted one is most likely between. One pass over the line counts how many keys are
 * below and keeps those between, which are few: the search goes on among them. If the sample has misled, what
 * is left is sorted. Source: Floyd and Rivest, Expected time bounds for selection, 1975.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/lines.h"
#include "providers/host/sort/slots.h"
#include "providers/host/sort/sort.h"

#define SHORT 2048    /* keys that are sorted instead */
#define NEAR 8        /* ranks within this fraction of a line are looked for together */
#define GROUPS 4      /* of near ranks; with more of them the line is sorted */
#define PADDING 128   /* bytes that vectors may write past the end */
#define NANOSECONDS 1.5

typedef struct selector {
    const host_element_kernels *elements;
    const host_key_kernels *keys;
    const int64_t *ranks; /* ascending */
    int count;
    bool nan_spreads;
    int64_t n, x_step, out_step, bytes, groups;
    const char *x;
    char *out;
    size_t scratch;
} selector;

static void put(const selector *s, int i, char *out, const void *key)
{
    s->elements->write(1, key, out + i * s->out_step, 0);
}

/* Elements of ranks[from .. to) of n keys. Either room has place for n keys. False if there are NaNs. */
static bool select_group(const selector *s, const char *x, int64_t n, int from, int to, char *const rooms[2], char *out)
{
    char low[HOST_KEY_BYTES], high[HOST_KEY_BYTES];
    int64_t before = 0;
    int room = 0; /* that x is not in */
    while (from < to && n > SHORT) {
        s->keys->bracket(x, n, s->ranks[from] - before, s->ranks[to - 1] - before, low, high);
        host_parts parts;
        if (!s->keys->keep_inside(x, n, low, high, rooms[room], &parts))
            return false;
        const int64_t first = s->ranks[from] - before, last = s->ranks[to - 1] - before;
        if (first < parts.below || last >= parts.below + parts.inside)
            parts = s->keys->count_parts(x, n, low, high); /* it is an end, as where many are equal, or beyond them */
        int64_t to_low = parts.below + parts.equal_low, to_inside = to_low + parts.inside;
        if (first < parts.below || last >= to_inside + parts.equal_high || parts.inside == n)
            break; /* misled */
        for (; from < to && s->ranks[from] - before < to_low; from++)
            put(s, from, out, low);
        for (; from < to && s->ranks[to - 1] - before >= to_inside; to--)
            put(s, to - 1, out, high);
        x = rooms[room];
        n = parts.inside;
        before += to_low;
        room = 1 - room;
    }
    if (from >= to)
        return true;
    if (host_sort_keys(s->keys, x, rooms[room], NULL, n, 1) & HOST_HAS_NAN)
        return false;
    for (; from < to; from++)
        put(s, from, out, rooms[room] + (s->ranks[from] - before) * (int64_t)s->keys->bytes);
    return true;
}

static void put_nan(const selector *s, int i, char *out)
{
    const float narrow = NAN;
    const double wide = NAN;
    put(s, i, out, s->bytes == (int64_t)sizeof narrow ? (const void *)&narrow : (const void *)&wide);
}

/* All ranks from n keys without NaN; those from n on are NaN. False if there is NaN all the same. */
static bool select_ranks(const selector *s, const char *x, int64_t n, char *const rooms[2], char *out)
{
    int end = s->count;
    for (; end > 0 && s->ranks[end - 1] >= n; end--)
        put_nan(s, end - 1, out);
    for (int from = 0, to; from < end; from = to) {
        for (to = from + 1; to < end && s->ranks[to] - s->ranks[from] <= n / NEAR;)
            to++;
        if (!select_group(s, x, n, from, to, rooms, out))
            return false;
    }
    return true;
}

/* Zeros lose their sign: which of the equal ones it was does not matter then. */
static void clear_signs(const selector *s, char *out)
{
    for (int i = 0; i < s->count && s->elements->look; i++) {
        float narrow;
        double wide;
        char *element = out + i * s->out_step;
        if (s->bytes == (int64_t)sizeof narrow) {
            memcpy(&narrow, element, sizeof narrow);
            narrow += 0.0f;
            memcpy(element, &narrow, sizeof narrow);
        } else {
            memcpy(&wide, element, sizeof wide);
            wide += 0.0;
            memcpy(element, &wide, sizeof wide);
        }
    }
}

static void select_line(const selector *s, const host_line *line, char *scratch)
{
    const char *x = s->x + line->offsets[0];
    const int64_t room = s->n * HOST_KEY_BYTES + PADDING;
    char *out = s->out + line->offsets[1], *const rooms[2] = {scratch + room, scratch + 2 * room};
    bool direct = s->elements->is_key && s->x_step == s->bytes && s->groups <= GROUPS;
    if (direct && select_ranks(s, x, s->n, rooms, out)) {
        clear_signs(s, out);
        return;
    }
    int64_t n = s->elements->read(s->n, x, s->x_step, scratch);
    if (n < s->n && s->nan_spreads) {
        for (int i = 0; i < s->count; i++)
            put_nan(s, i, out);
        return;
    }
    if (s->groups > GROUPS)
        host_sort_keys(s->keys, scratch, scratch, NULL, n, 1);
    for (int i = 0; i < s->count && s->groups > GROUPS; i++) {
        if (s->ranks[i] < n)
            put(s, i, out, scratch + s->ranks[i] * (int64_t)s->keys->bytes);
        else
            put_nan(s, i, out);
    }
    if (s->groups <= GROUPS)
        select_ranks(s, scratch, n, rooms, out);
    clear_signs(s, out);
}

static void select_some(const selector *s, const host_lines *lines, int64_t from, int64_t to, char *scratch)
{
    host_line line;
    host_line_at(lines, from, &line);
    for (int64_t at = from; at < to; at++, host_line_next(lines, &line))
        select_line(s, &line, scratch);
}

static int64_t count_groups(const selector *s)
{
    int64_t groups = 0;
    for (int from = 0, to; from < s->count; from = to, groups++)
        for (to = from + 1; to < s->count && s->ranks[to] - s->ranks[from] <= s->n / NEAR;)
            to++;
    return groups;
}

xp_status host_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks, int count,
                      bool nan_spreads, const xp_view *out)
{
    (void)device;
    if (host_view_size(out) == 0)
        return XP_OK;
    const host_sorting *here = host_sorting_here();
    const host_element_kernels *elements = &here->elements[x->dtype];
    if (!elements->read)
        return xp_driver_error(XP_ERROR_TYPE, "cannot select from %s", xp_dtype_name(x->dtype));
    selector s = {elements, &here->keys[elements->key_type], ranks, count, nan_spreads, x->shape[axis],
                  x->strides[axis], out->strides[axis], (int64_t)xp_dtype_bytes(x->dtype), 0, host_view_start(x),
                  host_view_start(out), 0};
    s.groups = count_groups(&s);
    s.scratch = (3 * ((size_t)s.n * HOST_KEY_BYTES + PADDING) + 127) / 64 * 64;
    host_lines lines;
    host_lines_make(&lines, 2, (const xp_view *const[]){x, out}, 0, x->ndim, axis);
    int threads = host_threads_for((double)lines.count * (double)s.n * NANOSECONDS);
    threads = lines.count < threads ? (int)lines.count : threads;
    char *scratch = xp_pool_alloc((size_t)threads * s.scratch);
    if (!scratch)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for selecting");
    if (threads == 1) {
        select_some(&s, &lines, 0, lines.count, scratch);
    } else {
#pragma omp parallel for num_threads(threads)
        for (int part = 0; part < threads; part++)
            select_some(&s, &lines, lines.count * part / threads, lines.count * (part + 1) / threads,
                        scratch + (size_t)part * s.scratch);
    }
    xp_pool_free(scratch, (size_t)threads * s.scratch);
    return XP_OK;
}
