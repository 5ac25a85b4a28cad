/* Quicksort of keys of one type. Included once for each key type, after network_tmpl.c.
 *
 * A partition works in place. Some vectors are taken out at both ends first; then the next block is read at the end
 * that has less room, so that there always is room for its keys at both. A vector is arranged in a register, low keys
 * before high ones, and written whole at either end: never compressed into memory, which is slow on some
 * processors. So memory is read once and written once, whether it is near or far. Networks sort the ends of the
 * recursion. Sources: Bramas, A novel hybrid quicksort algorithm vectorized using AVX-512, 2017; Blacher et al.,
 * Vectorized and performance-portable quicksort, 2022.
 * SPDX-License-Identifier: BSD-3-Clause */

#define FOUND(nan, zero) (((nan) ? HOST_HAS_NAN : 0) | ((zero) ? HOST_HAS_MINUS_ZERO : 0))
#define SAMPLE 64
#define FAR_FEWER 2048         /* keys up to which a pivot comes from vectors as they lie */
#define BLOCK (8 * LANES)      /* keys that are read before an end is chosen again */

/* Where a partition stands: low keys end and high ones begin here, and between them is room. */
typedef struct NAME(ends) {
    K *low, *high;
} NAME(ends);

ALWAYS void NAME(split_vector)(VECTOR v, VECTOR pivots, bool with_equal, NAME(ends) * ends)
{
    uint32_t bits = with_equal ? NAME(less_equal)(v, pivots) : NAME(less)(v, pivots);
    int count = __builtin_popcount(bits);
    v = NAME(pack)(v, bits);
    NAME(store)(ends->low, v);
    NAME(store)(ends->high - LANES, v);
    ends->low += count;
    ends->high -= LANES - count;
}

ALWAYS void NAME(split_block)(const K *block, VECTOR pivots, bool with_equal, NAME(ends) * ends)
{
    VECTOR v[BLOCK / LANES];
    UNROLL for (int j = 0; j < BLOCK / LANES; j++)
        v[j] = NAME(load)(block + j * LANES);
    UNROLL for (int j = 0; j < BLOCK / LANES; j++)
        NAME(split_vector)(v[j], pivots, with_equal, ends);
}

/* Fewer keys than a vector has, for which there must be room for two: then there is room for whole vectors just as
 * long as there are any. */
ALWAYS void NAME(split_few)(VECTOR v, int64_t n, VECTOR pivots, bool with_equal, NAME(ends) * ends)
{
    const uint32_t there = ((uint32_t)1 << n) - 1;
    uint32_t low = (with_equal ? NAME(less_equal)(v, pivots) : NAME(less)(v, pivots)) & there, high = there & ~low;
    NAME(store)(ends->low, NAME(pack)(v, low));
    NAME(store)(ends->high - LANES, NAME(pack)(v, ~high & (uint32_t)(((uint64_t)1 << LANES) - 1)));
    ends->low += __builtin_popcount(low);
    ends->high -= __builtin_popcount(high);
}

/* Keys below the pivot (with_equal: or equal to it) come before the others. Returns how many they are. n > SMALL. */
ALWAYS int64_t NAME(split)(K *x, int64_t n, K pivot, bool with_equal)
{
    const VECTOR pivots = NAME(all)(pivot);
    const int64_t few = n % LANES, whole = n - few, n_blocks = whole / BLOCK;
    const K *from = x + BLOCK, *to = from + (n_blocks - 2) * BLOCK;
    const int64_t held_back = x + whole - to;
    NAME(ends) ends = {x, x + n};
    K held[3 * BLOCK];
    memcpy(held, x, BLOCK * sizeof(K));
    memcpy(held + BLOCK, to, (size_t)held_back * sizeof(K));
    if (few > 0)
        NAME(split_few)(NAME(load_some)(x + whole, few), few, pivots, with_equal, &ends);
    while (from < to) {
        if (from - ends.low <= ends.high - to) {
            NAME(split_block)(from, pivots, with_equal, &ends);
            from += BLOCK;
        } else {
            to -= BLOCK;
            NAME(split_block)(to, pivots, with_equal, &ends);
        }
    }
    for (int64_t i = 0; i < BLOCK + held_back; i += LANES)
        NAME(split_vector)(NAME(load)(held + i), pivots, with_equal, &ends);
    return ends.low - x;
}

/* The same from one place to another, and what is found on the way. */
static int64_t NAME(split_from)(const K *from, K *to, int64_t n, K pivot, int *found)
{
    const VECTOR pivots = NAME(all)(pivot);
    const int64_t few = n % LANES, whole = n - few;
    NAME(ends) ends = {to, to + n};
    uint32_t nan = 0, zero = 0;
    if (few > 0) {
        VECTOR v = NAME(load_some)(from + whole, few);
        nan = NAME(nan_lanes)(v);
        zero = NAME(minus_zeros)(v);
        NAME(split_few)(v, few, pivots, false, &ends);
    }
    for (int64_t i = 0; i < whole; i += LANES) {
        VECTOR v = NAME(load)(from + i);
        nan |= NAME(nan_lanes)(v);
        zero |= NAME(minus_zeros)(v);
        NAME(split_vector)(v, pivots, false, &ends);
    }
    *found = FOUND(nan, zero);
    return ends.low - to;
}

/* Number i of `count` places among n, spread over them without a pattern that data may have, too. */
static inline int64_t NAME(place)(int64_t i, int64_t n, int64_t count)
{
    const int64_t step = n / count;
    const uint64_t mixed = (uint64_t)(i + 1) * 0x9E3779B97F4A7C15u >> 32;
    return i * step + (int64_t)(mixed * (uint64_t)step >> 32);
}

/* A key near the middle: the median of some that are spread over the range. n > SMALL. */
static __attribute__((noinline)) K NAME(choose_pivot)(const K *x, int64_t n)
{
    K sample[SAMPLE];
    if (n <= FAR_FEWER) {
        VECTOR rows[8];
        UNROLL for (int i = 0; i < 8; i++)
            rows[i] = NAME(load)(x + n / 8 * i);
        NAME(columns_8)(rows);
        NAME(sort_rows)((const K *)&rows[4], LANES, sample, 1);
        return sample[LANES / 2];
    }
    int64_t count = SMALL < SAMPLE ? SMALL : SAMPLE;
    for (int64_t i = 0; i < count; i++)
        sample[i] = x[NAME(place)(i, n, count)];
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

static __attribute__((noinline)) int64_t NAME(split_below)(K *x, int64_t n, K pivot)
{
    return NAME(split)(x, n, pivot, false);
}
static __attribute__((noinline)) int64_t NAME(split_equal)(K *x, int64_t n, K pivot)
{
    return NAME(split)(x, n, pivot, true);
}

static void NAME(sort)(void *keys, int64_t n, int depth)
{
    K *x = keys;
    while (n > SMALL) {
        if (depth-- == 0) {
            NAME(heap_sort)(x, n);
            return;
        }
        K pivot = NAME(choose_pivot)(x, n);
        int64_t low = NAME(split_below)(x, n, pivot);
        if (low > 0)
            NAME(sort)(x, low, depth);
        else
            low = NAME(split_equal)(x, n, pivot); /* the least key, as often as it is there */
        x += low;
        n -= low;
    }
    NAME(sort_small)(x, n, x);
}

static int NAME(sort_few_from)(const K *from, K *to, int64_t n)
{
    uint32_t nan = 0, zero = 0;
    for (int64_t i = 0; i < n; i += LANES) {
        VECTOR v = NAME(load_some)(from + i, n - i);
        nan |= NAME(nan_lanes)(v);
        zero |= NAME(minus_zeros)(v);
    }
    if (!nan)
        NAME(sort_small)(from, n, to);
    return FOUND(nan, zero);
}

static int NAME(sort_from)(const void *from, void *keys, int64_t n, int depth)
{
    int found;
    K *x = keys;
    if (n <= SMALL)
        return NAME(sort_few_from)(from, x, n);
    const int64_t low = NAME(split_from)(from, x, n, NAME(choose_pivot)(from, n), &found);
    if (!(found & HOST_HAS_NAN)) {
        NAME(sort)(x, low, depth);
        NAME(sort)(x + low, n - low, depth);
    }
    return found;
}

static void NAME(reverse)(void *keys, int64_t n)
{
    K *low = keys, *high = low + n;
#if LANES > 1
    for (; high - low >= 2 * LANES; low += LANES, high -= LANES) {
        VECTOR a = NAME(load)(low), b = NAME(load)(high - LANES);
        NAME(store)(low, NAME(swap_lanes)(b, LANES - 1));
        NAME(store)(high - LANES, NAME(swap_lanes)(a, LANES - 1));
    }
#endif
    for (; high - low > 1; low++, high--) {
        K key = *low;
        *low = high[-1];
        high[-1] = key;
    }
}

/* ---- buckets: the first step for a long line --------------------------------------------------------------------- */

/* bucket[i] = how many of the splitters are at most x[i]; adds up how many keys each bucket has. Says what is found. */
static int NAME(classify)(const void *from, int64_t n, const void *splitters, uint8_t *buckets, int64_t *counts)
{
    const K *x = from, *least = splitters;
    NAME(keys) all_least[HOST_BUCKETS - 1];
    int64_t own[4][HOST_BUCKETS] = {{0}}; /* four, as a count waits for the one before it */
    uint32_t nan = 0, zero = 0;
    for (int j = 0; j < HOST_BUCKETS - 1; j++)
        all_least[j] = (NAME(keys)){0} + least[j];
    for (int64_t i = 0; i < n; i += LANES) {
        const int64_t count = n - i < LANES ? n - i : LANES;
        VECTOR v = NAME(load_some)(x + i, count);
        NAME(keys) keys;
        NAME(integers) numbers = {0};
        memcpy(&keys, &v, sizeof keys);
        nan |= NAME(nan_lanes)(v);
        zero |= NAME(minus_zeros)(v);
        UNROLL for (int j = 0; j < HOST_BUCKETS - 1; j++)
            numbers -= (NAME(integers))(all_least[j] <= keys);
        UNROLL for (int lane = 0; lane < LANES; lane++)
            if (lane < count) {
                buckets[i + lane] = (uint8_t)numbers[lane];
                own[lane % 4][numbers[lane]]++;
            }
    }
    for (int b = 0; b < HOST_BUCKETS; b++)
        counts[b] += own[0][b] + own[1][b] + own[2][b] + own[3][b];
    return FOUND(nan, zero);
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
    K sample[HOST_BUCKETS * 32], *out = splitters;
    const int64_t count = HOST_BUCKETS * 32;
    for (int64_t i = 0; i < count; i++)
        sample[i] = x[NAME(place)(i, n, count)];
    NAME(sort)(sample, count, 16);
    for (int64_t i = 1; i < HOST_BUCKETS; i++)
        out[i - 1] = sample[i * 32];
}

/* ---- selection --------------------------------------------------------------------------------------------------- */

/* Copies the keys between `low` and `high` to `inside`, which has room for n and a vector more. Parts are counted as
 * far as that needs: `below` has those equal to `low`, too, and `above` those equal to `high`. False if there is a NaN:
 * it is neither below nor above and so among the few that are looked at again. */
static bool NAME(keep_inside)(const void *from, int64_t n, const void *low, const void *high, void *inside,
                              host_parts *parts)
{
    const K *x = from;
    K least, most, *out = inside;
    memcpy(&least, low, sizeof least);
    memcpy(&most, high, sizeof most);
    const VECTOR all_least = NAME(all)(least), all_most = NAME(all)(most);
    const uint32_t all = (uint32_t)(((uint64_t)1 << LANES) - 1);
    int64_t i = 0, below = 0;
    UNROLL for (; i + LANES <= n; i += LANES) {
        VECTOR v = NAME(load)(x + i);
        uint32_t first = NAME(less_equal)(v, all_least), within = all & ~(first | NAME(less_equal)(all_most, v));
        below += __builtin_popcount(first);
        NAME(store)(out, NAME(pack)(v, within));
        out += __builtin_popcount(within);
    }
    for (; i < n; i++) {
        below += x[i] <= least;
        *out = x[i];
        out += !(x[i] <= least || x[i] >= most);
    }
    *parts = (host_parts){.below = below, .inside = out - (K *)inside};
    parts->above = n - below - parts->inside;
    uint32_t nan = 0;
    for (i = 0; i < parts->inside; i += LANES)
        nan |= NAME(nan_lanes)(NAME(load_some)((K *)inside + i, parts->inside - i));
    return !nan;
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
    K sample[COUNT], least = SMALLEST, most = LARGEST;
    int64_t count = n < 32 * COUNT ? COUNT / 8 : COUNT, margin = count < COUNT ? MARGIN / 3 : MARGIN;
    for (int64_t i = 0; i < count; i++) {
        K key = x[NAME(place)(i, n, count)];
        sample[i] = IS_NAN(key) ? LARGEST : key;
    }
    NAME(sort)(sample, count, 24);
    int64_t from_rank = (int64_t)((double)first / (double)n * (double)count) - margin;
    int64_t to_rank = (int64_t)((double)last / (double)n * (double)count) + margin;
    if (from_rank >= 0)
        least = sample[from_rank];
    if (to_rank < count)
        most = sample[to_rank];
    memcpy(low, &least, sizeof least);
    memcpy(high, &most, sizeof most);
}

#undef FOUND
#undef SAMPLE
#undef FAR_FEWER
#undef BLOCK
