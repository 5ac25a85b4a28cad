/* Elements of one dtype, with any step in bytes, as keys and as ranks. Included once for each dtype, with T (the
 * element), K (its key), TO_KEY(v), FROM_KEY(key), RANK(v), and FLOATING for those that have NaN and two zeros, BITS (an
 * unsigned integer as wide) and INFINITE_BITS (of infinity).
 * SPDX-License-Identifier: BSD-3-Clause */

static inline T NAME(element)(const char *x)
{
    T value;
    memcpy(&value, x, sizeof value);
    return value;
}

#if defined(FLOATING)
/* What there is in the line that needs care: bit 0 NaN, bit 1 negative zeros. Told by the bits, which vectorises. */
static int NAME(look)(int64_t n, const char *x, int64_t step)
{
    const BITS sign = (BITS)1 << (8 * sizeof(T) - 1), infinity = (BITS)INFINITE_BITS;
    BITS nan = 0, zero = 0, bits;
    int64_t i = 0;
    for (; step == (int64_t)sizeof(T) && i < n; i++) {
        memcpy(&bits, x + i * (int64_t)sizeof(T), sizeof bits);
        nan |= (BITS)((bits & ~sign) > infinity);
        zero |= (BITS)(bits == sign);
    }
    for (; i < n; i++) {
        memcpy(&bits, x + i * step, sizeof bits);
        nan |= (BITS)((bits & ~sign) > infinity);
        zero |= (BITS)(bits == sign);
    }
    return (int)nan | (int)zero << 1;
}

/* Copies the zeros (or, with `nan`, the NaNs) of a line in their order. */
static void NAME(pick)(int64_t n, const char *x, int64_t step, bool nan, char *out, int64_t out_step)
{
    for (int64_t i = 0; i < n; i++) {
        T value = NAME(element)(x + i * step);
        if (nan ? value == value : value != 0)
            continue;
        memcpy(out, &value, sizeof value);
        out += out_step;
    }
}
#endif

/* The keys of all numbers in order; returns how many there are. */
static int64_t NAME(read)(int64_t n, const char *x, int64_t step, void *to)
{
    K *keys = to;
    int64_t count = 0;
#if defined(FLOATING)
    for (int64_t i = 0; i < n; i++) {
        T value = NAME(element)(x + i * step);
        keys[count] = TO_KEY(value);
        count += value == value;
    }
#else
    const T *elements = (const T *)(const void *)x;
    for (; step == (int64_t)sizeof(T) && count < n; count++)
        keys[count] = (K)TO_KEY(elements[count]);
    for (; count < n; count++)
        keys[count] = (K)TO_KEY(NAME(element)(x + count * step));
#endif
    return count;
}

static void NAME(write)(int64_t n, const void *from, char *out, int64_t step)
{
    const K *keys = from;
    for (int64_t i = 0; i < n; i++) {
        T value = FROM_KEY(keys[i]);
        memcpy(out + i * step, &value, sizeof value);
    }
}

/* Unsigned integers in the order of the elements; equal elements have equal ones. */
static void NAME(ranks)(int64_t n, const char *x, int64_t step, uint64_t *ranks)
{
    const T *elements = (const T *)(const void *)x;
    int64_t i = 0;
    for (; step == (int64_t)sizeof(T) && i < n; i++)
        ranks[i] = RANK(elements[i]);
    for (; i < n; i++)
        ranks[i] = RANK(NAME(element)(x + i * step));
}

#if !defined(FLOATING)
/* Flags what there is from rank `base` on; returns bits of whatever lies so far above it. */
static uint64_t NAME(mark)(int64_t n, const char *x, int64_t step, uint64_t base, uint8_t flags[HOST_WINDOW])
{
    uint64_t far = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint64_t above = RANK(NAME(element)(x + i * step)) - base;
        far |= above;
        flags[above % HOST_WINDOW] = 1;
    }
    return far;
}

/* The elements that are flagged, in order: the first `capacity` of them to `out`. Returns how many there are. */
static int64_t NAME(marked)(const uint8_t flags[HOST_WINDOW], uint64_t base, char *out, int64_t capacity)
{
    int64_t count = 0;
    for (uint64_t i = 0; i < HOST_WINDOW; i += sizeof(uint64_t)) {
        uint64_t some;
        memcpy(&some, flags + i, sizeof some);
        for (uint64_t j = i; some && j < i + sizeof some; j++) {
            const T value = (T)(int64_t)RANK((int64_t)(base + j)); /* ranks of ranks are elements */
            if (flags[j] && out && count < capacity)
                memcpy(out + count * (int64_t)sizeof value, &value, sizeof value);
            count += flags[j];
        }
    }
    return count;
}
#endif

/* ---- partitions: by ranks, in which NaN is the largest ----------------------------------------------------------- */

static void NAME(count_classes)(int64_t n, const char *x, int64_t step, uint64_t pivot, int64_t counts[HOST_CLASSES])
{
    int64_t not_less = 0, greater = 0, nan = 0, i = 0;
    for (; step == (int64_t)sizeof(T) && i < n; i++) {
        const uint64_t rank = RANK(((const T *)(const void *)x)[i]);
        not_less += rank >= pivot;
        greater += rank > pivot;
    }
    for (; i < n; i++) {
        const uint64_t rank = RANK(NAME(element)(x + i * step));
        not_less += rank >= pivot;
        greater += rank > pivot;
    }
#if defined(FLOATING)
    for (i = 0; pivot < UINT64_MAX && i < n; i++)
        nan += NAME(element)(x + i * step) != NAME(element)(x + i * step);
#endif
    counts[0] = n - not_less;
    counts[1] = not_less - greater;
    counts[2] = greater - nan;
    counts[3] = nan;
}

static inline int NAME(class_of)(T value, uint64_t pivot)
{
    const uint64_t rank = RANK(value);
#if defined(FLOATING)
    return (rank >= pivot) + (rank > pivot) + ((rank > pivot) & (value != value));
#else
    return (rank >= pivot) + (rank > pivot);
#endif
}

/* Puts elements where their class stands, which moves on. */
static void NAME(part)(int64_t n, const char *x, int64_t step, uint64_t pivot, int64_t places[HOST_CLASSES], char *out,
                       int64_t out_step)
{
    for (int64_t i = 0; i < n; i++) {
        const T value = NAME(element)(x + i * step);
        memcpy(out + places[NAME(class_of)(value, pivot)]++ * out_step, &value, sizeof value);
    }
}

static void NAME(part_positions)(int64_t n, const char *x, int64_t step, uint64_t pivot, int64_t places[HOST_CLASSES],
                                 char *out, int64_t out_step)
{
    for (int64_t i = 0; i < n; i++) {
        const int of = NAME(class_of)(NAME(element)(x + i * step), pivot);
        memcpy(out + places[of]++ * out_step, &i, sizeof i);
    }
}

#undef T
#undef KIND
#undef K
#undef TO_KEY
#undef FROM_KEY
#undef RANK
#undef BITS
#undef INFINITE_BITS
