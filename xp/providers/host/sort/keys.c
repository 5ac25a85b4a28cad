/* Sorting of keys: which loops this processor runs, and long lines on several threads.
 *
 * For several threads a long line is parted into buckets first, in two passes that they share: one that finds each
 * key's bucket, one that moves it there. Then threads sort buckets. One thread is faster with partitions alone.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/host/cpu.h"
#include "providers/host/host.h"
#include "providers/host/sort/sort.h"

#define LONG 65536 /* keys from which on several threads pay */
#define PARTS 64   /* the most pieces that threads take of a line */

const host_sorting *host_sorting_here(void)
{
#if XP_ISA_DISPATCH
    static const host_sorting *const by_isa[XP_N_ISAS] = {
        [XP_ISA_BASELINE] = &host_sorting_baseline,
        [XP_ISA_AVX2] = &host_sorting_avx2,
        [XP_ISA_AVX512] = &host_sorting_avx512,
    };
    return by_isa[host_isa()];
#else
    return &host_sorting_baseline;
#endif
}

bool host_sort_is_long(int64_t n, int threads) { return threads > 1 && n >= LONG; }

size_t host_sort_spare_bytes(int64_t n, int threads)
{
    return host_sort_is_long(n, threads) ? (size_t)n * (HOST_KEY_BYTES + 1) : 0;
}

/* Twice as many partitions as even ones would take, and some. */
static int depth_for(int64_t n) { return 2 * (64 - __builtin_clzll((unsigned long long)n | 1)) + 8; }

static int sort_long(const host_key_kernels *kernels, const char *from, char *keys, uint8_t *buckets, int64_t n,
                     int threads)
{
    char splitters[(HOST_BUCKETS - 1) * HOST_KEY_BYTES];
    int64_t counts[PARTS][HOST_BUCKETS] = {{0}}, starts[HOST_BUCKETS + 1];
    const int64_t bytes = (int64_t)kernels->bytes;
    const int parts = threads < PARTS ? threads : PARTS;
    int found = 0;
    kernels->choose_splitters(from, n, splitters);
#pragma omp parallel for num_threads(parts) reduction(| : found)
    for (int p = 0; p < parts; p++) {
        int64_t at = host_piece(n, p, parts), end = host_piece(n, p + 1, parts);
        found |= kernels->classify(from + at * bytes, end - at, splitters, buckets + at, counts[p]);
    }
    if (found & HOST_HAS_NAN)
        return found;
    int64_t place = 0;
    for (int b = 0; b < HOST_BUCKETS; b++) { /* counts become places */
        starts[b] = place;
        for (int p = 0; p < parts; p++) {
            int64_t count = counts[p][b];
            counts[p][b] = place;
            place += count;
        }
    }
    starts[HOST_BUCKETS] = n;
#pragma omp parallel for num_threads(parts)
    for (int p = 0; p < parts; p++) {
        int64_t at = host_piece(n, p, parts), end = host_piece(n, p + 1, parts);
        kernels->scatter(from + at * bytes, end - at, buckets + at, keys, counts[p]);
    }
#pragma omp parallel for num_threads(parts) schedule(dynamic)
    for (int b = 0; b < HOST_BUCKETS; b++) {
        int64_t at = starts[b], count = starts[b + 1] - at;
        kernels->sort(keys + at * bytes, count, depth_for(count));
    }
    return found;
}

int host_sort_keys(const host_key_kernels *kernels, const void *from, void *keys, void *spare, int64_t n, int threads)
{
    const size_t bytes = (size_t)n * kernels->bytes;
    if (host_sort_is_long(n, threads)) {
        if (from == keys)
            from = memcpy(spare, keys, bytes);
        return sort_long(kernels, from, keys, (uint8_t *)spare + bytes, n, threads);
    }
    if (from != keys)
        return kernels->sort_from(from, keys, n, depth_for(n));
    kernels->sort(keys, n, depth_for(n));
    return 0;
}
