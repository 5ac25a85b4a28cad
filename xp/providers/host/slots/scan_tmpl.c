/* Running sums and products of one dtype. Included once for each dtype, with T (the element), NAME(x), and the
 * operations PLUS(a, b) and TIMES(a, b) defined.
 * SPDX-License-Identifier: BSD-3-Clause */

/* The most blocks of a contiguous line that go side by side: eight independent chains of additions. */
#define CHAINS 8

static inline T NAME(load)(const char *x)
{
    T value;
    memcpy(&value, x, sizeof value);
    return value;
}

static inline void NAME(store)(char *out, T value)
{
    memcpy(out, &value, sizeof value);
}

/* One block by itself; returns its sum. */
static T NAME(scan_block)(int64_t n, const char *x, int64_t x_step, char *out, int64_t out_step, bool first, T before)
{
    T sum = NAME(load)(x);
    NAME(store)(out, first ? sum : PLUS(before, sum));
    for (int64_t i = 1; i < n; i++) {
        sum = PLUS(sum, NAME(load)(x + i * x_step));
        NAME(store)(out + i * out_step, first ? sum : PLUS(before, sum));
    }
    return sum;
}

/* `chains` whole contiguous blocks; `first` says whether the first of them is the line's. */
static inline T NAME(scan_blocks)(const T *x, T *out, int chains, bool first, T before)
{
    T sums[CHAINS];
    for (int chain = 0; chain < chains; chain++)
        sums[chain] = out[chain * HOST_SCAN_BLOCK] = x[chain * HOST_SCAN_BLOCK];
    for (int64_t i = 1; i < HOST_SCAN_BLOCK; i++)
        for (int chain = 0; chain < chains; chain++) {
            sums[chain] = PLUS(sums[chain], x[chain * HOST_SCAN_BLOCK + i]);
            out[chain * HOST_SCAN_BLOCK + i] = sums[chain];
        }
    for (int chain = 0; chain < chains; chain++) {
        T *block = out + chain * HOST_SCAN_BLOCK;
        bool alone = first && chain == 0;
        for (int64_t i = 0; i < HOST_SCAN_BLOCK && !alone; i++)
            block[i] = PLUS(before, block[i]);
        before = alone ? sums[chain] : PLUS(before, sums[chain]);
    }
    return before;
}

/* As many whole blocks of a contiguous line as can go side by side. Returns how many elements that were. */
static int64_t NAME(scan_some_blocks)(int64_t n, const char *from, char *to, bool first, T *before)
{
    const T *x = (const T *)(const void *)from;
    T *out = (T *)(void *)to;
    if (n >= 8 * HOST_SCAN_BLOCK) {
        *before = NAME(scan_blocks)(x, out, 8, first, *before);
        return 8 * HOST_SCAN_BLOCK;
    }
    if (n >= 4 * HOST_SCAN_BLOCK) {
        *before = NAME(scan_blocks)(x, out, 4, first, *before);
        return 4 * HOST_SCAN_BLOCK;
    }
    *before = NAME(scan_blocks)(x, out, 2, first, *before);
    return 2 * HOST_SCAN_BLOCK;
}

static void NAME(sum_line)(int64_t n, const char *x, int64_t x_step, char *out, int64_t out_step, bool first,
                           void *total)
{
    T before = {0};
    if (!first)
        memcpy(&before, total, sizeof before);
    bool contiguous = x_step == (int64_t)sizeof(T) && out_step == (int64_t)sizeof(T);
    while (n > 0) {
        int64_t length = n < HOST_SCAN_BLOCK ? n : HOST_SCAN_BLOCK;
        if (contiguous && n >= 2 * HOST_SCAN_BLOCK) {
            length = NAME(scan_some_blocks)(n, x, out, first, &before);
        } else {
            T sum = NAME(scan_block)(length, x, x_step, out, out_step, first, before);
            before = first ? sum : PLUS(before, sum);
        }
        first = false;
        n -= length;
        x += length * x_step;
        out += length * out_step;
    }
    memcpy(total, &before, sizeof before);
}

static void NAME(product_line)(int64_t n, const char *x, int64_t x_step, char *out, int64_t out_step, bool first,
                               void *total)
{
    T product = {0};
    if (!first)
        memcpy(&product, total, sizeof product);
    for (int64_t i = 0; i < n; i++) {
        T value = NAME(load)(x + i * x_step);
        product = first && i == 0 ? value : TIMES(product, value);
        NAME(store)(out + i * out_step, product);
    }
    memcpy(total, &product, sizeof product);
}

static T NAME(block_total)(int64_t n, const char *x, int64_t x_step)
{
    T sum = NAME(load)(x);
    for (int64_t i = 1; i < n; i++)
        sum = PLUS(sum, NAME(load)(x + i * x_step));
    return sum;
}

static void NAME(totals)(int64_t n, const char *x, int64_t x_step, void *totals)
{
    T *out = totals;
    const int64_t block = HOST_SCAN_BLOCK * x_step;
    while (n >= CHAINS * HOST_SCAN_BLOCK) {
        for (int lane = 0; lane < CHAINS; lane++)
            out[lane] = NAME(load)(x + lane * block);
        for (int64_t i = 1; i < HOST_SCAN_BLOCK; i++)
            for (int lane = 0; lane < CHAINS; lane++)
                out[lane] = PLUS(out[lane], NAME(load)(x + lane * block + i * x_step));
        out += CHAINS;
        n -= CHAINS * HOST_SCAN_BLOCK;
        x += CHAINS * block;
    }
    for (; n > 0; n -= HOST_SCAN_BLOCK, x += block)
        *out++ = NAME(block_total)(n < HOST_SCAN_BLOCK ? n : HOST_SCAN_BLOCK, x, x_step);
}

static void NAME(running)(int64_t blocks, void *totals)
{
    T *out = totals;
    for (int64_t i = 1; i < blocks; i++)
        out[i] = PLUS(out[i - 1], out[i]);
}

static void NAME(sum_columns)(int64_t n, int64_t columns, const char *x, int64_t x_step, char *out, int64_t out_step)
{
    T sums[HOST_SCAN_COLUMNS], before[HOST_SCAN_COLUMNS];
    for (int64_t i = 0; i < n; i++, x += x_step, out += out_step) {
        const T *from = (const T *)(const void *)x;
        T *to = (T *)(void *)out;
        if (i == 0) {
            for (int64_t j = 0; j < columns; j++)
                to[j] = sums[j] = from[j];
        } else if (i < HOST_SCAN_BLOCK) {
            for (int64_t j = 0; j < columns; j++)
                to[j] = sums[j] = PLUS(sums[j], from[j]);
        } else if (i % HOST_SCAN_BLOCK == 0) {
            for (int64_t j = 0; j < columns; j++) {
                before[j] = i == HOST_SCAN_BLOCK ? sums[j] : PLUS(before[j], sums[j]);
                sums[j] = from[j];
                to[j] = PLUS(before[j], sums[j]);
            }
        } else {
            for (int64_t j = 0; j < columns; j++) {
                sums[j] = PLUS(sums[j], from[j]);
                to[j] = PLUS(before[j], sums[j]);
            }
        }
    }
}

static void NAME(product_columns)(int64_t n, int64_t columns, const char *x, int64_t x_step, char *out,
                                  int64_t out_step)
{
    T products[HOST_SCAN_COLUMNS];
    for (int64_t i = 0; i < n; i++, x += x_step, out += out_step) {
        const T *from = (const T *)(const void *)x;
        T *to = (T *)(void *)out;
        if (i == 0)
            for (int64_t j = 0; j < columns; j++)
                to[j] = products[j] = from[j];
        else
            for (int64_t j = 0; j < columns; j++)
                to[j] = products[j] = TIMES(products[j], from[j]);
    }
}

#undef CHAINS
