/* What masks choose: how many, which positions, and the elements themselves.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/host/moves/moves.h"
#include "providers/host/slots/kernels.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

#define CHUNK 65536      /* elements that are counted at a time */
#define PIECE_BYTES 8192 /* of elements that are looked at together */
#define LINE 64          /* bytes of a cache line */

/* A mask and what it chooses from: elements in memory, or the numbers 0, 1, 2, ... */
typedef struct choice {
    const char *mask;
    int64_t mask_step;     /* bytes */
    int64_t x, x_step;     /* where element 0 lies and how far the next one is, in bytes; or values */
    host_load_move *load;  /* brings elements side by side; NULL: they are */
    host_compress_elements *compress;
    int64_t bytes;         /* of an element */
    bool streams;          /* past the caches: more is chosen than they hold */
} choice;

/* ---- counting ---------------------------------------------------------------------------------------------------- */

static int64_t count_range(const char *mask, int64_t step, int64_t from, int64_t to)
{
    if (step == 1)
        return host_kernels_here()->count(to - from, mask + from);
    int64_t count = 0;
    for (int64_t i = from; i < to; i++)
        count += mask[i * step] != 0;
    return count;
}

xp_status host_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count)
{
    (void)device;
    int64_t n = mask->shape[0], step = mask->strides[0], total = 0;
    const char *start = n > 0 ? host_view_start(mask) : NULL;
    int threads = host_threads_for((double)n * 0.1);
    if (threads == 1) {
        *count = count_range(start, step, 0, n);
        return XP_OK;
    }
#pragma omp parallel for num_threads(threads) reduction(+ : total)
    for (int64_t from = 0; from < n; from += CHUNK)
        total += count_range(start, step, from, n - from < CHUNK ? n : from + CHUNK);
    *count = total;
    return XP_OK;
}

/* ---- choosing ---------------------------------------------------------------------------------------------------- */

/* Writes the whole cache lines of what was found, and moves the rest to the front. Returns the bytes of the rest. */
static int64_t flush_lines(const choice *c, const host_moves *moves, char *found, int64_t bytes, char **out)
{
    int64_t behind = (int64_t)(((uintptr_t)*out + (uintptr_t)bytes) % LINE), whole = bytes - behind;
    if (whole <= 0)
        return bytes;
    if (c->streams)
        moves->stream(*out, found, (size_t)whole);
    else
        memcpy(*out, found, (size_t)whole);
    *out += whole;
    memmove(found, found + whole, (size_t)behind);
    return behind;
}

/* Elements `from` to `to` - 1 that are true, at most `room` of them. They are gathered in a piece of memory that stays
 * in the nearest cache, for kernels write beyond the last one. */
static void choose_range(const choice *c, int64_t from, int64_t to, char *out, int64_t room)
{
    const host_moves *moves = host_moves_for(host_isa());
    char elements[PIECE_BYTES], mask[PIECE_BYTES], found[LINE + PIECE_BYTES + LINE];
    int64_t most = PIECE_BYTES / c->bytes, rest = 0;
    for (int64_t n; from < to && room > 0; from += n) {
        n = to - from < most ? to - from : most;
        const char *x = (const char *)(intptr_t)(c->x + from * c->x_step), *bits = c->mask + from * c->mask_step;
        if (c->load) {
            c->load(elements, c->x + from * c->x_step, 1, n, 0, c->x_step);
            x = elements;
        }
        if (c->mask_step != 1) {
            moves->load[0](mask, (int64_t)(intptr_t)bits, 1, n, 0, c->mask_step);
            bits = mask;
        }
        int64_t count = c->compress(n, x, bits, found + rest);
        count = count < room ? count : room;
        room -= count;
        rest = flush_lines(c, moves, found, rest + count * c->bytes, &out);
    }
    memcpy(out, found, (size_t)rest);
    moves->fence();
}

/* Each thread takes a part of the mask; where what it finds begins is known when the parts before are counted. */
static xp_status choose(const choice *c, int64_t n, char *out, int64_t room)
{
    int threads = host_threads_for((double)n * (0.2 + 0.05 * (double)c->bytes));
    if (threads == 1) {
        choose_range(c, 0, n, out, room);
        return XP_OK;
    }
    int64_t *counts = xp_alloc_zeroed((size_t)threads, sizeof *counts);
    if (!counts)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for the counts of a mask");
#pragma omp parallel num_threads(threads)
    {
        int part = omp_get_thread_num(), parts = omp_get_num_threads();
        int64_t chunks = (n + CHUNK - 1) / CHUNK, before = 0;
        int64_t from = chunks * part / parts * CHUNK, end = chunks * (part + 1) / parts * CHUNK, to = end < n ? end : n;
        counts[part] = count_range(c->mask, c->mask_step, from, to);
#pragma omp barrier
        for (int i = 0; i < part; i++)
            before += counts[i];
        if (before < room)
            choose_range(c, from, to, out + before * c->bytes, room - before);
    }
    xp_dealloc(counts);
    return XP_OK;
}

static choice choice_of(const xp_view *mask, int64_t bytes, int64_t chosen)
{
    return (choice){
        .mask = host_view_start(mask),
        .mask_step = mask->strides[0],
        .compress = host_kernels_here()->compress[host_size_class((size_t)bytes)],
        .bytes = bytes,
        .streams = chosen * bytes > host_cache_bytes(),
    };
}

xp_status host_mask_positions(const struct xp_device *device, const xp_view *mask, const xp_view *positions)
{
    (void)device;
    int64_t n = mask->shape[0], room = positions->shape[0];
    if (n == 0 || room == 0)
        return XP_OK;
    choice c = choice_of(mask, sizeof(int64_t), room);
    c.load = host_moves_for(host_isa())->count_up;
    c.x_step = 1;
    return choose(&c, n, host_view_start(positions), room);
}

xp_status host_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask, const xp_view *out)
{
    (void)device;
    int64_t room = out->shape[0], bytes = (int64_t)xp_dtype_bytes(x->dtype);
    if (room == 0)
        return XP_OK;
    choice c = choice_of(mask, bytes, room);
    c.x = (int64_t)(intptr_t)host_view_start(x);
    c.x_step = x->strides[0];
    if (c.x_step != bytes)
        c.load = host_moves_for(host_isa())->load[host_size_class((size_t)bytes)];
    return choose(&c, mask->shape[0], host_view_start(out), room);
}
