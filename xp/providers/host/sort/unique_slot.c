/* The slot `unique`: distinct elements, ascending.
 *
 * Integers are often near each other: then a flag for each value will do. Otherwise they may be few. So each thread
 * collects those of its part in a hash table, and only they are sorted. As soon as a table has too many of them, which
 * is soon if most are distinct, all elements are sorted, or all positions if they are wanted.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/lines.h"
#include "providers/host/sort/slots.h"
#include "providers/host/sort/sort.h"

#define FEW 2048           /* distinct elements that a table takes */
#define SLOTS_BITS 13
#define SLOTS (1 << SLOTS_BITS)
#define BLOCK 512          /* elements whose ranks are found at a time */
#define NANOSECONDS 1.5
#define MOST_THREADS 64

typedef struct unique {
    int dtype;
    bool is_complex, has_nan;
    int64_t n, step, bytes, capacity;
    const char *x;
    char *values;               /* contiguous, like all the others; NULL: not wanted */
    int64_t *indices, *inverse, *counts;
    int64_t count;              /* distinct ones so far */
} unique;

/* One element. Compilers make a slow loop of a copy whose length they do not know. */
static inline void copy(char *to, const char *from, int64_t bytes)
{
    if (bytes == 8)
        memcpy(to, from, 8);
    else if (bytes == 4)
        memcpy(to, from, 4);
    else
        for (int64_t i = 0; i < bytes; i++)
            to[i] = from[i];
}

/* The next distinct value in order, which stands first at `position`. */
static void put(unique *u, int64_t position, int64_t times)
{
    const int64_t i = u->count++;
    if (i >= u->capacity)
        return;
    if (u->values)
        copy(u->values + i * u->bytes, u->x + position * u->step, u->bytes);
    if (u->indices)
        u->indices[i] = position;
    if (u->counts)
        u->counts[i] = times;
}

/* ---- few distinct elements --------------------------------------------------------------------------------------- */

typedef struct entry {
    uint64_t rank;
    int64_t number; /* in `ranks`; -1: empty */
} entry;

typedef struct table {
    entry slots[SLOTS];
    uint64_t ranks[FEW];
    int64_t firsts[FEW], counts[FEW], places[FEW]; /* place: among all distinct ones in order */
    int64_t count;
} table;

/* The number of a rank in the table, which is put in if it is new; -1 if there is no room. */
static inline int64_t find(table *t, uint64_t rank, int64_t position)
{
    uint64_t at = rank * 0x9E3779B97F4A7C15u >> (64 - SLOTS_BITS);
    while (t->slots[at].number >= 0) {
        if (t->slots[at].rank == rank)
            return t->slots[at].number;
        at = (at + 1) % SLOTS;
    }
    if (t->count == FEW)
        return -1;
    t->ranks[t->count] = rank;
    t->firsts[t->count] = position;
    t->counts[t->count] = 0;
    t->slots[at] = (entry){rank, t->count};
    return t->count++;
}

/* Fills a table with the elements of a part; inverse indices are numbers in the table until they are placed. False if
 * there are too many, or a NaN, each of which is distinct. */
static bool collect(const unique *u, table *t, int64_t from, int64_t to)
{
    uint64_t ranks[BLOCK];
    memset(t->slots, 0xff, sizeof t->slots);
    t->count = 0;
    for (int64_t start = from; start < to; start += BLOCK) {
        int64_t length = to - start < BLOCK ? to - start : BLOCK;
        host_ranks(u->dtype, 0, length, u->x + start * u->step, u->step, ranks, 1);
        for (int64_t i = 0; i < length; i++) {
            if (u->has_nan && ranks[i] == UINT64_MAX)
                return false;
            int64_t number = find(t, ranks[i], start + i);
            if (number < 0)
                return false;
            t->counts[number]++;
            if (u->inverse)
                u->inverse[start + i] = number;
        }
    }
    return true;
}

/* Puts what the tables hold in order. `room` has place for three numbers of each of their elements. */
static bool merge(unique *u, table *tables, int n_tables, int64_t *room, int64_t total)
{
    uint64_t *ranks = (uint64_t *)room;
    int64_t *sources = room + total, *order = sources + total, at = 0;
    for (int t = 0; t < n_tables; t++)
        for (int64_t i = 0; i < tables[t].count; i++, at++) {
            ranks[at] = tables[t].ranks[i];
            sources[at] = t * (int64_t)FEW + i;
        }
    if (!host_order(order, total, ranks, true, 1))
        return false;
    for (int64_t i = 0, end; i < total; i = end) {
        int64_t times = 0;
        for (end = i; end < total && ranks[order[end]] == ranks[order[i]]; end++) {
            table *t = &tables[sources[order[end]] / FEW];
            times += t->counts[sources[order[end]] % FEW];
            t->places[sources[order[end]] % FEW] = u->count;
        }
        /* parts lie one after the other and the order is stable, so the first table has the first position */
        put(u, tables[sources[order[i]] / FEW].firsts[sources[order[i]] % FEW], times);
    }
    return true;
}

static int64_t part_start(const unique *u, int part, int parts)
{
    return u->n / parts * part + u->n % parts * part / parts;
}

/* Places in a table become those among all. */
static void put_places(const unique *u, const table *t, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++)
        u->inverse[i] = t->places[u->inverse[i]];
}

/* XP_OK with `done` saying whether few distinct elements were all there are. */
static xp_status unique_few(unique *u, int parts, bool *done)
{
    int failed = 0;
    table *tables = xp_alloc((size_t)parts, sizeof *tables);
    int64_t *room = tables ? xp_alloc((size_t)parts * FEW, 3 * sizeof *room) : NULL;
    if (!room) {
        xp_dealloc(tables);
        return XP_ERROR_MEMORY;
    }
    if (parts == 1) {
        failed = !collect(u, tables, 0, u->n);
    } else {
#pragma omp parallel for num_threads(parts) reduction(| : failed)
        for (int p = 0; p < parts; p++)
            failed |= !collect(u, &tables[p], part_start(u, p, parts), part_start(u, p + 1, parts));
    }
    xp_status status = XP_OK;
    *done = !failed;
    if (!failed) {
        int64_t total = 0;
        for (int p = 0; p < parts; p++)
            total += tables[p].count;
        status = merge(u, tables, parts, room, total) ? XP_OK : XP_ERROR_MEMORY;
    }
    const bool places = *done && u->inverse && status == XP_OK;
    if (places && parts == 1) {
        put_places(u, tables, 0, u->n);
    } else if (places) {
#pragma omp parallel for num_threads(parts)
        for (int p = 0; p < parts; p++)
            put_places(u, &tables[p], part_start(u, p, parts), part_start(u, p + 1, parts));
    }
    xp_dealloc(room);
    xp_dealloc(tables);
    return status;
}

/* ---- integers that are near each other --------------------------------------------------------------------------- */

/* Where a window of ranks should begin so that the first elements lie in its middle. */
static bool place_window(const unique *u, uint64_t *base)
{
    uint64_t ranks[BLOCK], least = UINT64_MAX, most = 0;
    const int64_t n = u->n < BLOCK ? u->n : BLOCK;
    host_ranks(u->dtype, 0, n, u->x, u->step, ranks, 1);
    for (int64_t i = 0; i < n; i++) {
        least = ranks[i] < least ? ranks[i] : least;
        most = ranks[i] > most ? ranks[i] : most;
    }
    if (most - least >= HOST_WINDOW)
        return false;
    const uint64_t spare = (HOST_WINDOW - 1 - (most - least)) / 2;
    *base = least > spare ? least - spare : 0;
    *base = *base < UINT64_MAX - HOST_WINDOW ? *base : UINT64_MAX - HOST_WINDOW; /* it does not go round the end */
    return true;
}

/* Flags the ranks of some elements; HOST_WINDOW or more if one is not in the window. */
static uint64_t mark_some(const unique *u, uint64_t base, int64_t from, int64_t to, uint8_t *flags)
{
    const host_element_kernels *elements = &host_sorting_here()->elements[u->dtype];
    uint64_t far = 0;
    for (int64_t at = from; at < to && far < HOST_WINDOW; at += 8 * BLOCK)
        far |= elements->mark(to - at < 8 * BLOCK ? to - at : 8 * BLOCK, u->x + at * u->step, u->step, base, flags);
    return far;
}

/* XP_OK with `done` saying whether all elements lie in one window, where each rank has a flag. */
static xp_status unique_near(unique *u, int parts, bool *done)
{
    const host_element_kernels *elements = &host_sorting_here()->elements[u->dtype];
    uint64_t base, far = 0;
    if (!elements->mark || u->n < FEW || u->indices || u->inverse || u->counts || !place_window(u, &base))
        return XP_OK;
    uint8_t *flags = xp_alloc((size_t)parts, HOST_WINDOW);
    if (!flags)
        return XP_ERROR_MEMORY;
    memset(flags, 0, (size_t)parts * HOST_WINDOW);
    if (parts == 1) {
        far = mark_some(u, base, 0, u->n, flags);
    } else {
#pragma omp parallel for num_threads(parts) reduction(| : far)
        for (int p = 0; p < parts; p++)
            far |= mark_some(u, base, part_start(u, p, parts), part_start(u, p + 1, parts),
                             flags + (size_t)p * HOST_WINDOW);
    }
    *done = far < HOST_WINDOW;
    for (size_t i = HOST_WINDOW; *done && i < (size_t)parts * HOST_WINDOW; i++)
        flags[i % HOST_WINDOW] |= flags[i];
    if (*done)
        u->count = elements->marked(flags, base, u->values, u->capacity);
    xp_dealloc(flags);
    return XP_OK;
}

/* ---- many -------------------------------------------------------------------------------------------------------- */

static bool is_same(const unique *u, const uint64_t *ranks, int64_t a, int64_t b)
{
    bool nan = u->has_nan && (ranks[a] == UINT64_MAX || (u->is_complex && ranks[u->n + a] == UINT64_MAX));
    return !nan && ranks[a] == ranks[b] && (!u->is_complex || ranks[u->n + a] == ranks[u->n + b]);
}

static xp_status unique_many(unique *u, int threads)
{
    const size_t bytes = (size_t)u->n * 3 * sizeof(uint64_t);
    uint64_t *ranks = xp_pool_alloc(bytes);
    if (!ranks)
        return XP_ERROR_MEMORY;
    int64_t *positions = (int64_t *)ranks + 2 * u->n;
    bool success = host_order_line(u->dtype, u->n, u->x, u->step, false, ranks, positions, threads);
    for (int64_t i = 0, end; success && i < u->n; i = end) {
        for (end = i + 1; end < u->n && is_same(u, ranks, positions[i], positions[end]);)
            end++;
        for (int64_t j = i; u->inverse && j < end; j++)
            u->inverse[positions[j]] = u->count;
        put(u, positions[i], end - i);
    }
    xp_pool_free(ranks, bytes);
    return success ? XP_OK : XP_ERROR_MEMORY;
}

/* Where positions are not wanted, values in order are enough. */
static xp_status unique_values(unique *u, int threads)
{
    const int64_t bytes = u->bytes;
    char *sorted = xp_pool_alloc((size_t)(u->n * bytes));
    if (!sorted)
        return XP_ERROR_MEMORY;
    const bool success = host_sort_line(u->dtype, u->n, u->x, u->step, sorted, threads);
    uint64_t ranks[BLOCK], last = 0;
    int64_t first = 0; /* of the elements that are equal */
    u->x = sorted;
    u->step = bytes;
    for (int64_t start = 0; success && start < u->n; start += BLOCK) {
        const int64_t length = u->n - start < BLOCK ? u->n - start : BLOCK;
        host_ranks(u->dtype, 0, length, sorted + start * bytes, bytes, ranks, 1);
        for (int64_t i = 0; i < length; i++) {
            if (start + i > 0 && (ranks[i] != last || (u->has_nan && last == UINT64_MAX))) {
                put(u, first, start + i - first);
                first = start + i;
            }
            last = ranks[i];
        }
    }
    if (success)
        put(u, first, u->n - first);
    xp_pool_free(sorted, (size_t)(u->n * bytes));
    return success ? XP_OK : XP_ERROR_MEMORY;
}

/* ---- the slot ---------------------------------------------------------------------------------------------------- */

static int64_t *integers_of(const xp_view *view) { return view ? (int64_t *)(void *)host_view_start(view) : NULL; }

xp_status host_unique(const struct xp_device *device, const xp_view *x, const xp_unique_views *out)
{
    (void)device;
    unique u = {x->dtype, xp_dtype_is(x->dtype, XP_KIND_COMPLEX), xp_dtype_is(x->dtype, XP_KIND_FLOATING), x->shape[0],
                x->strides[0], (int64_t)xp_dtype_bytes(x->dtype), out->capacity, host_view_start(x),
                out->values ? host_view_start(out->values) : NULL,
                integers_of(out->indices), integers_of(out->inverse), integers_of(out->counts), 0};
    int threads = host_threads_for((double)u.n * NANOSECONDS);
    threads = threads < MOST_THREADS ? threads : MOST_THREADS;
    bool done = false;
    xp_status status = u.is_complex ? XP_OK : unique_near(&u, threads, &done);
    if (status == XP_OK && !done && u.n > 64 && !u.is_complex)
        status = unique_few(&u, threads, &done);
    if (status == XP_OK && !done && u.n > 0)
        status = u.is_complex || u.indices || u.inverse ? unique_many(&u, threads) : unique_values(&u, threads);
    if (status != XP_OK)
        return xp_driver_error(status, "out of memory for distinct elements");
    *integers_of(out->count) = u.count;
    return XP_OK;
}
