/* Binary search of many values of one dtype. Included once for each dtype, with T, NAME(x) and IS_NAN(v) defined.
 * SPDX-License-Identifier: BSD-3-Clause */

/* How many values are looked for side by side: their cache misses overlap. */
#define CHAINS 8

/* Elements before the first NaN. */
static int64_t NAME(count_numbers)(const T *sorted, int64_t length)
{
    int64_t least = 0, most = length;
    while (least < most) {
        int64_t middle = least + (most - least) / 2;
        if (IS_NAN(sorted[middle]))
            most = middle;
        else
            least = middle + 1;
    }
    return least;
}

/* All lanes halve the same lengths, so there is no branch that depends on a value. */
static inline void NAME(halve)(const T *sorted, int64_t length, const T *values, bool right, int64_t *at)
{
    for (int lane = 0; lane < CHAINS; lane++)
        at[lane] = 0;
    while (length > 0) {
        int64_t half = length - length / 2;
        for (int lane = 0; lane < CHAINS; lane++) {
            T element = sorted[at[lane] + half - 1];
            at[lane] += (right ? element <= values[lane] : element < values[lane]) ? half : 0;
        }
        length /= 2;
    }
}

static void NAME(search)(const void *in, int64_t length, const char *x, int64_t step, int64_t count, bool right,
                         int64_t *positions)
{
    const T *sorted = in;
    const int64_t numbers = NAME(count_numbers)(sorted, length);
    for (int64_t i = 0; i < count; i += CHAINS) {
        int64_t lanes = count - i < CHAINS ? count - i : CHAINS, at[CHAINS];
        T values[CHAINS] = {0};
        for (int64_t lane = 0; lane < lanes; lane++)
            memcpy(&values[lane], x + (i + lane) * step, sizeof(T));
        if (right)
            NAME(halve)(sorted, numbers, values, true, at);
        else
            NAME(halve)(sorted, numbers, values, false, at);
        for (int64_t lane = 0; lane < lanes; lane++)
            positions[i + lane] = IS_NAN(values[lane]) ? (right ? length : numbers) : at[lane];
    }
}

#undef CHAINS
