/* Random numbers by counter: which blocks of Philox words each element is made from.
 *
 * Block b of a draw is number counter + b of the stream. Its four words make four elements of 32 bits or two of 64
 * bits, in order; a pair of normals takes two numbers of their width. An integer that has to be drawn again takes the
 * first word pair of block counter + i under another key, so element i depends on i alone.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/slots/kernels.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

#define BLOCK_BYTES 16
#define CHUNK 4096 /* blocks that one thread makes at a time */

static host_draw_blocks *kernel_of(const xp_draw *what, int dtype)
{
    const host_kernels *kernels = host_kernels_here();
    bool is_wide = dtype == XP_FLOAT64;
    switch (what->kind) {
    case XP_DRAW_UNIFORM:
        return is_wide ? kernels->uniform_float64 : kernels->uniform_float32;
    case XP_DRAW_NORMAL:
        return is_wide ? kernels->normal_float64 : kernels->normal_float32;
    default:
        return kernels->bits;
    }
}

static bool takes(const xp_draw *what, int dtype)
{
    switch (what->kind) {
    case XP_DRAW_BITS:
        return dtype == XP_UINT32 || dtype == XP_UINT64;
    case XP_DRAW_INTEGERS:
        return dtype == XP_INT64;
    default:
        return dtype == XP_FLOAT32 || dtype == XP_FLOAT64;
    }
}

/* The number that element i takes when its `attempt`-th one (from 1) was refused. */
static uint64_t another_number(const xp_draw *what, int64_t i, uint64_t attempt)
{
    uint64_t pair[2];
    const host_philox from = {what->key + attempt * 0x9E3779B97F4A7C15u, what->stream, what->counter + (uint64_t)i};
    host_kernels_here()->bits(&from, 1, pair);
    return pair[0];
}

/* Lemire's multiply and shift (Fast random integer generation in an interval, TOMACS 2019): numbers whose low product
 * lies under 2^64 mod span are drawn again. `first` is the number of the first element. */
static void make_integers(const xp_draw *what, int64_t first, int64_t count, uint64_t *numbers)
{
    const uint64_t span = what->span;
    for (int64_t i = 0; i < count && span != 0; i++) {
        unsigned __int128 product = (unsigned __int128)numbers[i] * span;
        if ((uint64_t)product < span) {
            const uint64_t threshold = (0 - span) % span;
            for (uint64_t attempt = 1; (uint64_t)product < threshold; attempt++)
                product = (unsigned __int128)another_number(what, first + i, attempt) * span;
        }
        numbers[i] = (uint64_t)(product >> 64);
    }
    for (int64_t i = 0; i < count; i++)
        numbers[i] += (uint64_t)what->low;
}

/* Blocks first .. first + count of a draw. A block of integers has BLOCK_BYTES / 8. */
static void draw_blocks(const xp_draw *what, host_draw_blocks *kernel, int64_t first, int64_t count, void *to)
{
    const int64_t per_block = BLOCK_BYTES / (int64_t)sizeof(uint64_t);
    const host_philox from = {what->key, what->stream, what->counter + (uint64_t)first};
    kernel(&from, count, to);
    if (what->kind == XP_DRAW_INTEGERS)
        make_integers(what, first * per_block, count * per_block, to);
}

/* As many blocks at a time as stay in the caches; `start` is where the first block goes. */
static void draw_chunk(const xp_draw *what, host_draw_blocks *kernel, int64_t chunk, int64_t blocks, char *start)
{
    const int64_t first = chunk * CHUNK, count = blocks - first < CHUNK ? blocks - first : CHUNK;
    draw_blocks(what, kernel, first, count, start + first * BLOCK_BYTES);
}

xp_status host_draw(const struct xp_device *device, const xp_draw *what, const xp_view *out)
{
    (void)device;
    int64_t bytes = (int64_t)xp_dtype_bytes(out->dtype), per_block = BLOCK_BYTES / bytes, n = host_view_size(out);
    if (!takes(what, out->dtype))
        return xp_driver_error(XP_ERROR_TYPE, "cannot draw %s", xp_dtype_name(out->dtype));
    if (n == 0)
        return XP_OK;
    host_draw_blocks *kernel = kernel_of(what, out->dtype);
    char *start = host_view_start(out);
    int64_t blocks = n / per_block, chunks = (blocks + CHUNK - 1) / CHUNK;
    int threads = host_threads_for((double)n * (what->kind == XP_DRAW_NORMAL ? 3.0 : 0.7));
    if (threads == 1) {
        for (int64_t chunk = 0; chunk < chunks; chunk++)
            draw_chunk(what, kernel, chunk, blocks, start);
    } else {
#pragma omp parallel for num_threads(threads)
        for (int64_t chunk = 0; chunk < chunks; chunk++)
            draw_chunk(what, kernel, chunk, blocks, start);
    }
    if (blocks * per_block < n) { /* the elements of a last block that is not used up */
        uint64_t last[BLOCK_BYTES / sizeof(uint64_t)];
        draw_blocks(what, kernel, blocks, 1, last);
        memcpy(start + blocks * BLOCK_BYTES, last, (size_t)((n - blocks * per_block) * bytes));
    }
    return XP_OK;
}
