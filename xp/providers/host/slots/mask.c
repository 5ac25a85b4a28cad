/* Counting the true elements of a mask and finding where they are.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "providers/host/slots/kernels.h"
#include "providers/host/slots/lines.h"
#include "providers/host/slots/slots.h"

#define CHUNK 65536 /* elements that one thread handles at a time */

static int64_t count_chunk(const char *mask, int64_t step, int64_t n)
{
    int64_t count = 0;
    if (step == 1)
        return host_kernels_here()->count(n, mask);
    for (int64_t i = 0; i < n; i++)
        count += mask[i * step] != 0;
    return count;
}

/* Writes every index and moves on only past those that are true: no branch to mispredict. `room` is what may be
 * written, so the write behind the last true element stays inside. */
static void positions_chunk(const char *mask, int64_t step, int64_t first, int64_t n, int64_t *out, int64_t room)
{
    int64_t found = 0;
    for (int64_t i = 0; i < n && found < room; i++) {
        out[found] = first + i;
        found += mask[(first + i) * step] != 0;
    }
}

static int64_t chunks_of(int64_t n)
{
    return n / CHUNK + (n % CHUNK != 0);
}

static int64_t chunk_length(int64_t n, int64_t chunk)
{
    return n - chunk * CHUNK < CHUNK ? n - chunk * CHUNK : CHUNK;
}

xp_status host_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count)
{
    (void)device;
    int64_t n = mask->shape[0], step = mask->strides[0], total = 0;
    const char *start = n > 0 ? host_view_start(mask) : NULL;
    int threads = host_threads_for((double)n * 0.1);
#pragma omp parallel for num_threads(threads) if (threads > 1) reduction(+ : total)
    for (int64_t chunk = 0; chunk < chunks_of(n); chunk++)
        total += count_chunk(start + chunk * CHUNK * step, step, chunk_length(n, chunk));
    *count = total;
    return XP_OK;
}

xp_status host_mask_positions(const struct xp_device *device, const xp_view *mask, const xp_view *positions)
{
    (void)device;
    int64_t n = mask->shape[0], step = mask->strides[0], chunks = chunks_of(n), total = positions->shape[0];
    if (n == 0 || total == 0)
        return XP_OK;
    const char *start = host_view_start(mask);
    int64_t *out = (int64_t *)(void *)host_view_start(positions);
    int threads = host_threads_for((double)n);
    if (threads == 1) {
        positions_chunk(start, step, 0, n, out, total);
        return XP_OK;
    }

    int64_t *before = xp_alloc((size_t)chunks + 1, sizeof(int64_t));
    if (!before)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory for the counts of a mask");
    before[0] = 0;
#pragma omp parallel for num_threads(threads)
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        before[chunk + 1] = count_chunk(start + chunk * CHUNK * step, step, chunk_length(n, chunk));
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        before[chunk + 1] += before[chunk];
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        positions_chunk(start, step, chunk * CHUNK, chunk_length(n, chunk), out + before[chunk],
                        before[chunk + 1] - before[chunk]);
    xp_dealloc(before);
    return XP_OK;
}
