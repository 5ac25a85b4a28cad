/* Quicksort of keys of one type. Included once for each key type, after network_tmpl.c.
 *
 * A range lies in one of two buffers, at the same place of either. A partition reads it from front to back; low keys
 * stay at the front of the same buffer, high ones go to the back of the other one. So loads never wait for the
 * counts of the keys before, a vector is arranged in a register and written twice whole (never compressed into memory,
 * which is slow on some processors), and nothing is copied. Networks sort the ends of the recursion.
 * SPDX-License-Identifier: BSD-3-Clause */

#define SAMPLE 64

ALWAYS void NAME(split_vector)(VECTOR v, VECTOR pivots, bool with_equal, K **to_low, K **to_high)
{
    uint32_t bits = with_equal ? NAME(less_equal)(v, pivots) : NAME(less)(v, pivots);
    int count = __builtin_popcount(bits);
    v = NAME(pack)(v, bits);
    NAME(store)(*to_low, v);
    NAME(store)(*to_high - LANES, v);
    *to_low += count;
    *to_high -= LANES - count;
}

/* Splits src[0 .. n) into keys below the pivot (with_equal: or equal to it), to low[0 ..) in order, and the others,
 * to the end of high[.. n). Returns how many are low. `low` may be src; `high` may not overlap it. */
ALWAYS int64_t NAME(split)(const K *src, int64_t n, K pivot, bool with_equal, K *low, K *high)
{
    const VECTOR pivots = NAME(all)(pivot);
    K *to_low = low, *to_high = high + n;
    int64_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        VECTOR v[4];
        UNROLL for (int j = 0; j < 4; j++)
            v[j] = NAME(load)(src + i + j * LANES);
        UNROLL for (int j = 0; j < 4; j++)
            NAME(split_vector)(v[j], pivots, with_equal, &to_low, &to_high);
    }
    for (; i + LANES <= n; i += LANES)
        NAME(split_vector)(NAME(load)(src + i), pivots, with_equal, &to_low, &to_high);
    for (; i < n; i++) {
        K key = src[i];
        bool is_low = with_equal ? key <= pivot : key < pivot;
        *to_low = key;
        to_high[-1] = key;
        to_low += is_low;
        to_high -= !is_low;
    }
    return to_low - low;
}

/* A key near the middle: the median of some that are spread over the range. n > SMALL. */
static K NAME(choose_pivot)(const K *x, int64_t n)
{
    K sample[SAMPLE];
    int64_t count = n < 1024 || SMALL < SAMPLE ? SAMPLE / 4 : SAMPLE, step = n / count;
    for (int64_t i = 0; i < count; i++)
        sample[i] = x[i * step + (i * 7) % step];
    NAME(sort_small)(sample, count, sample);
    return sample[count / 2];
}

/* x[at] sinks to its place in a heap of n keys. */
static void NAME(sink)(K *x, int64_t at, int64_t n)
{
    const K key = x[at];
    for (int64_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && x[child] < x[child + 1])
            child++;
        if (!(key < x[child]))
            break;
        x[at] = x[child];
    }
    x[at] = key;
}

/* For ranges that partitions fail to shorten again and again: never more than n log n steps. */
static void NAME(heap_sort)(K *x, int64_t n)
{
    for (int64_t i = n / 2; i-- > 0;)
        NAME(sink)(x, i, n);
    for (int64_t end = n; end-- > 1;) {
        K key = x[end];
        x[end] = x[0];
        x[0] = key;
        NAME(sink)(x, 0, end);
    }
}

/* Takes the low keys out of a range longer than SMALL, or all that equal its least one. */
static bool NAME(divide)(host_range *range, host_range *low)
{
    K *here = range->is_spare ? range->spare : range->keys, *there = range->is_spare ? range->keys : range->spare;
    K pivot = NAME(choose_pivot)(here, range->n);
    int64_t n_low = NAME(split)(here, range->n, pivot, false, here, there);
    bool is_least = n_low == 0;
    if (is_least)
        n_low = NAME(split)(there, range->n, pivot, true, there, here);
    *low = *range;
    low->n = n_low;
    range->keys = (K *)range->keys + n_low;
    range->spare = (K *)range->spare + n_low;
    range->n -= n_low;
    range->is_spare ^= !is_least;
    for (int64_t i = 0; is_least && i < n_low; i++)
        ((K *)low->keys)[i] = pivot;
    return !is_least;
}

static void NAME(sort_range)(host_range range)
{
    while (range.n > SMALL) {
        if (range.depth-- == 0) {
            if (range.is_spare)
                memcpy(range.keys, range.spare, (size_t)range.n * sizeof(K));
            NAME(heap_sort)(range.keys, range.n);
            return;
        }
        host_range low;
        if (NAME(divide)(&range, &low))
            NAME(sort_range)(low);
    }
    NAME(sort_small)(range.is_spare ? range.spare : range.keys, range.n, range.keys);
}

/* ---- buckets: the first step for a long line --------------------------------------------------------------------- */

/* bucket[i] = how many of the splitters are at most x[i]; adds up how many keys each bucket has. */
static void NAME(classify)(const void *from, int64_t n, const void *splitters, uint8_t *buckets, int64_t *counts)
{
    const K *x = from, *least = splitters;
    NAME(keys) all_least[HOST_BUCKETS - 1];
    int64_t own[4][HOST_BUCKETS] = {{0}}; /* four, as a count waits for the one before it */
    int64_t i = 0;
    for (int j = 0; j < HOST_BUCKETS - 1; j++)
        all_least[j] = (NAME(keys)){0} + least[j];
    for (; i + LANES <= n; i += LANES) {
        NAME(keys) keys;
        memcpy(&keys, x + i, sizeof keys);
        NAME(integers) numbers = {0};
        UNROLL for (int j = 0; j < HOST_BUCKETS - 1; j++)
            numbers -= (NAME(integers))(all_least[j] <= keys);
        UNROLL for (int lane = 0; lane < LANES; lane++) {
            buckets[i + lane] = (uint8_t)numbers[lane];
            own[lane % 4][numbers[lane]]++;
        }
    }
    for (; i < n; i++) {
        int number = 0;
        for (int j = 0; j < HOST_BUCKETS - 1; j++)
            number += least[j] <= x[i];
        buckets[i] = (uint8_t)number;
        own[0][number]++;
    }
    for (int b = 0; b < HOST_BUCKETS; b++)
        counts[b] += own[0][b] + own[1][b] + own[2][b] + own[3][b];
}

/* Puts each key where its bucket stands, which moves on. */
static void NAME(scatter)(const void *from, int64_t n, const uint8_t *buckets, void *to, int64_t *places)
{
    const K *x = from;
    K *out = to;
    for (int64_t i = 0; i < n; i++)
        out[places[buckets[i]]++] = x[i];
}

/* Keys that part n others into buckets of about the same size. */
static void NAME(choose_splitters)(const void *from, int64_t n, void *splitters)
{
    const K *x = from;
    K sample[HOST_BUCKETS * 32], spare[HOST_BUCKETS * 32], *out = splitters;
    const int64_t count = HOST_BUCKETS * 32, step = n / count;
    for (int64_t i = 0; i < count; i++)
        sample[i] = x[i * step + (i * 7) % step];
    NAME(sort_range)((host_range){sample, spare, count, 16, false});
    for (int64_t i = 1; i < HOST_BUCKETS; i++)
        out[i - 1] = sample[i * 32];
}

/* ---- selection --------------------------------------------------------------------------------------------------- */

/* Copies the keys between `low` and `high` to `inside`, which has room for n and a vector more. Parts are counted as
 * far as that needs: `below` has those equal to `low`, too, and `above` is what is left. False if there is a NaN. */
static bool NAME(keep_inside)(const void *from, int64_t n, const void *low, const void *high, void *inside,
                              host_parts *parts)
{
    const K *x = from;
    K least, most, *out = inside;
    memcpy(&least, low, sizeof least);
    memcpy(&most, high, sizeof most);
    const VECTOR all_least = NAME(all)(least), all_most = NAME(all)(most);
    int64_t i = 0, below = 0;
    bool has_nan = false;
    for (; i + LANES <= n; i += LANES) {
        VECTOR v = NAME(load)(x + i);
        uint32_t first = NAME(less_equal)(v, all_least), within = NAME(less)(v, all_most) & ~first;
        below += __builtin_popcount(first);
        has_nan |= FLOATING && NAME(less_equal)(v, v) != (uint32_t)(((uint64_t)1 << LANES) - 1);
        if (within) {
            NAME(store)(out, NAME(pack)(v, within));
            out += __builtin_popcount(within);
        }
    }
    for (; i < n; i++) {
        below += x[i] <= least;
        has_nan |= IS_NAN(x[i]);
        if (x[i] > least && x[i] < most)
            *out++ = x[i];
    }
    *parts = (host_parts){.below = below, .inside = out - (K *)inside};
    parts->above = n - below - parts->inside;
    return !has_nan;
}

/* All parts counted, where there is no NaN. low <= high. */
static host_parts NAME(count_parts)(const void *from, int64_t n, const void *low, const void *high)
{
    const K *x = from;
    K least, most;
    memcpy(&least, low, sizeof least);
    memcpy(&most, high, sizeof most);
    int64_t below = 0, to_low = 0, below_high = 0, to_high = 0;
    for (int64_t i = 0; i < n; i++) {
        below += x[i] < least;
        to_low += x[i] <= least;
        below_high += x[i] < most;
        to_high += x[i] <= most;
    }
    if (!(least < most))
        below_high = to_high = to_low;
    return (host_parts){below, to_low - below, below_high - to_low, to_high - below_high, n - to_high};
}

/* Keys around some ranks of n: at least one in so many of a sample is between them. */
static void NAME(bracket)(const void *from, int64_t n, int64_t first, int64_t last, void *low, void *high)
{
    enum { COUNT = 2048, MARGIN = 72 }; /* 3.2 times the standard deviation of a rank in the middle */
    const K *x = from;
    K sample[COUNT], spare[COUNT], least = SMALLEST, most = LARGEST;
    int64_t count = n < 32 * COUNT ? COUNT / 8 : COUNT, step = n / count, margin = count < COUNT ? MARGIN / 3 : MARGIN;
    for (int64_t i = 0; i < count; i++) {
        K key = x[i * step + (i * 7) % step];
        sample[i] = IS_NAN(key) ? LARGEST : key;
    }
    NAME(sort_range)((host_range){sample, spare, count, 24, false});
    int64_t from_rank = (int64_t)((double)first / (double)n * (double)count) - margin;
    int64_t to_rank = (int64_t)((double)last / (double)n * (double)count) + margin;
    if (from_rank >= 0)
        least = sample[from_rank];
    if (to_rank < count)
        most = sample[to_rank];
    memcpy(low, &least, sizeof least);
    memcpy(high, &most, sizeof most);
}

#undef SAMPLE
