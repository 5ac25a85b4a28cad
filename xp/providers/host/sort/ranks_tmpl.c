/* Ranks and positions packed into one integer each, and back: plain loops, which compilers make vectors of. Included
 * once for each instruction set.
 * SPDX-License-Identifier: BSD-3-Clause */

static void range_of_ranks(int64_t n, const uint64_t *ranks, uint64_t *least, uint64_t *most)
{
    uint64_t low = UINT64_MAX, high = 0;
    for (int64_t i = 0; i < n; i++) {
        low = ranks[i] < low ? ranks[i] : low;
        high = ranks[i] > high ? ranks[i] : high;
    }
    *least = low;
    *most = high;
}

static void pack_ranks(int64_t n, const uint64_t *ranks, const host_packing *how, int64_t first, int64_t *packed)
{
    const uint64_t least = how->least;
    const int drop = how->drop, bits = how->bits;
    const int64_t front = (int64_t)1 << HOST_PACKED_BITS;
    for (int64_t i = 0; i < n; i++)
        packed[i] = (int64_t)((ranks[i] - least) >> drop << bits) | (first + i) | front;
}

static bool unpack_positions(int64_t n, const int64_t *packed, const host_packing *how, int64_t *positions)
{
    const int bits = how->bits;
    const uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint64_t same = 0;
    if (n == 0)
        return false;
    for (int64_t i = 0; i < n - 1; i++) {
        positions[i] = (int64_t)((uint64_t)packed[i] & mask);
        same |= (uint64_t)(packed[i] ^ packed[i + 1]) <= mask;
    }
    positions[n - 1] = (int64_t)((uint64_t)packed[n - 1] & mask);
    return same;
}
