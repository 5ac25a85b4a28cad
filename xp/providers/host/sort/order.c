/* Positions in order. A rank and a position are packed into one integer, as many high bits of the rank as there is
 * room for, and these integers are sorted: that is stable for free. They are sorted as the doubles that have the same
 * bits, all positive and normal, as vectors compare doubles faster than integers of that size. Where ranks differ only
 * in bits that found no room, which is rare, the few positions in question are sorted once more.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "providers/host/host.h"
#include "providers/host/sort/sort.h"

#define FEW 24 /* positions that are sorted by insertion */

static int bits_of(uint64_t value) { return value ? 64 - __builtin_clzll(value) : 0; }

static void insert(int64_t *positions, int64_t n, const uint64_t *ranks)
{
    for (int64_t i = 1; i < n; i++) {
        int64_t position = positions[i], j = i;
        for (; j > 0 && ranks[positions[j - 1]] > ranks[position]; j--)
            positions[j] = positions[j - 1];
        positions[j] = position;
    }
}

/* Sorts again where packed neighbours have the same bits of the rank. */
static bool order_runs(const int64_t *packed, int64_t *positions, int64_t n, int bits, const uint64_t *ranks)
{
    for (int64_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && packed[end] >> bits == packed[i] >> bits;)
            end++;
        if (end - i > 1 && !host_order(positions + i, end - i, ranks, false, 1))
            return false;
    }
    return true;
}

/* Unpacks what lies from `at` to `end`. Says whether some of it has the same bits of the rank as what is before it. */
static bool unpack_piece(const int64_t *packed, const host_packing *how, int64_t at, int64_t end, int64_t *positions)
{
    const bool same = host_sorting_here()->ranks.unpack(end - at, packed + at, how, positions + at);
    return same || (at > 0 && at < end && packed[at] >> how->bits == packed[at - 1] >> how->bits);
}

/* Positions 0 .. n - 1 in the order of n ranks, and the packed integers that were sorted. Says whether some of them
 * have the same bits of the rank. */
static bool order_packed(int64_t *positions, int64_t n, const uint64_t *ranks, const host_packing *how,
                         int64_t *packed, void *spare, int threads)
{
    const host_sorting *here = host_sorting_here();
    int64_t *from = host_sort_is_long(n, threads) ? spare : packed;
    int same = 0;
    if (threads == 1) {
        here->ranks.pack(n, ranks, how, 0, from);
        host_sort_keys(&here->keys[HOST_KEY_FLOAT64], from, packed, spare, n, 1);
        return unpack_piece(packed, how, 0, n, positions);
    }
#pragma omp parallel for num_threads(threads)
    for (int p = 0; p < threads; p++) {
        const int64_t at = host_piece(n, p, threads), end = host_piece(n, p + 1, threads);
        here->ranks.pack(end - at, ranks + at, how, at, from + at);
    }
    host_sort_keys(&here->keys[HOST_KEY_FLOAT64], from, packed, spare, n, threads);
#pragma omp parallel for num_threads(threads) reduction(| : same)
    for (int p = 0; p < threads; p++)
        same |= unpack_piece(packed, how, host_piece(n, p, threads), host_piece(n, p + 1, threads), positions);
    return same;
}

/* The rooms: packed integers, what threads need to sort them, and without `all` ranks and positions side by side. */
static bool order_in(char *memory, int64_t *positions, int64_t n, const uint64_t *ranks, bool all, int threads)
{
    const size_t room = (size_t)n * sizeof(int64_t);
    int64_t *packed = (int64_t *)(void *)memory, *before = packed + n, *own = all ? positions : before + n;
    void *spare = memory + (all ? 1 : 3) * room;
    const uint64_t *by = all ? ranks : (const uint64_t *)own;
    host_packing how = {.bits = bits_of((uint64_t)(n - 1))};
    uint64_t most;
    for (int64_t i = 0; !all && i < n; i++) {
        before[i] = positions[i];
        own[i] = (int64_t)ranks[positions[i]];
    }
    host_sorting_here()->ranks.range(n, by, &how.least, &most);
    for (int64_t i = 0; all && most == how.least && i < n; i++)
        positions[i] = i;
    if (most == how.least)
        return true;
    const int surplus = bits_of(most - how.least) + how.bits - HOST_PACKED_BITS;
    how.drop = surplus > 0 ? surplus : 0;
    const bool same = order_packed(own, n, by, &how, packed, spare, threads);
    for (int64_t i = 0; !all && i < n; i++)
        positions[i] = before[own[i]];
    return how.drop == 0 || !same || order_runs(packed, positions, n, how.bits, ranks);
}

static bool order_many(int64_t *positions, int64_t n, const uint64_t *ranks, bool all, int threads)
{
    const size_t bytes = host_sort_spare_bytes(n, threads) + (size_t)n * sizeof(int64_t) * (all ? 1 : 3);
    char *memory = xp_pool_alloc(bytes);
    if (!memory)
        return false;
    const bool success = order_in(memory, positions, n, ranks, all, threads);
    xp_pool_free(memory, bytes);
    return success;
}

bool host_order(int64_t *positions, int64_t n, const uint64_t *ranks, bool all, int threads)
{
    if (n > FEW)
        return order_many(positions, n, ranks, all, threads);
    for (int64_t i = 0; all && i < n; i++)
        positions[i] = i;
    insert(positions, n, ranks);
    return true;
}

void host_ranks(int dtype, int part, int64_t n, const char *x, int64_t step, uint64_t *ranks, int threads)
{
    const bool is_complex = xp_dtype_is(dtype, XP_KIND_COMPLEX);
    const int real = xp_real_dtype((xp_dtype)dtype);
    const host_element_kernels *elements = &host_sorting_here()->elements[real];
    if (is_complex)
        x += part * (int64_t)xp_dtype_bytes(real);
    if (threads == 1) {
        elements->ranks(n, x, step, ranks);
        return;
    }
#pragma omp parallel for num_threads(threads)
    for (int p = 0; p < threads; p++) {
        const int64_t from = host_piece(n, p, threads), to = host_piece(n, p + 1, threads);
        elements->ranks(to - from, x + from * step, step, ranks + from);
    }
}

/* Sorts what is equal by one list of ranks by another one. */
static bool order_equal(int64_t *positions, int64_t n, const uint64_t *equal, const uint64_t *by)
{
    for (int64_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && equal[positions[end]] == equal[positions[i]];)
            end++;
        if (end - i > 1 && !host_order(positions + i, end - i, by, false, 1))
            return false;
    }
    return true;
}

/* Numbers without NaN come first; of equal real parts the imaginary ones decide. */
static bool order_complex(int64_t n, const uint64_t *real, const uint64_t *imag, int64_t *positions, int threads)
{
    uint64_t *first = xp_alloc((size_t)n, sizeof *first);
    if (!first)
        return false;
    for (int64_t i = 0; i < n; i++)
        first[i] = imag[i] == UINT64_MAX ? UINT64_MAX : real[i];
    bool success = host_order(positions, n, first, true, threads) && order_equal(positions, n, first, real) &&
                   order_equal(positions, n, real, imag);
    xp_dealloc(first);
    return success;
}

bool host_order_line(int dtype, int64_t n, const char *x, int64_t step, bool descending, uint64_t *ranks,
                     int64_t *positions, int threads)
{
    host_ranks(dtype, 0, n, x, step, ranks, threads);
    if (xp_dtype_is(dtype, XP_KIND_COMPLEX)) {
        host_ranks(dtype, 1, n, x, step, ranks + n, threads);
        return order_complex(n, ranks, ranks + n, positions, threads);
    }
    for (int64_t i = 0; descending && i < n; i++)
        ranks[i] = ~ranks[i];
    return host_order(positions, n, ranks, true, threads);
}
