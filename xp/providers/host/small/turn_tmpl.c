/* Elements of as many matrices as there are lanes, from where the matrices lie into lanes and back, four at a time.
 * Included for each real dtype, with T and KIND.
 *
 * Four elements that stand side by side in a matrix are a quad. As many quads are read at once as a vector holds, and
 * four such vectors are turned in registers; quads are written back whole, too. What is left over goes one by one, and
 * so does everything where a vector has less than four lanes.
 * SPDX-License-Identifier: BSD-3-Clause */

#define QUADS (VECTOR_BYTES / 4 / BYTES) /* in a vector */

/* The same element of each matrix. */
static ALWAYS_INLINE REALS NAME(load_lanes)(const char *const *from, int64_t offset)
{
    REALS a = {0};
#pragma GCC unroll 16
    for (int lane = 0; lane < LANES; lane++)
        a[lane] = *(const T *)(const void *)(from[lane] + offset);
    return a;
}

static ALWAYS_INLINE void NAME(store_lanes)(REALS a, char *to, int64_t step, int count)
{
    if (step == (int64_t)sizeof(T) && count == LANES) {
        memcpy(to, &a, sizeof a);
        return;
    }
    T values[LANES];
    memcpy(values, &a, sizeof a);
    for (int lane = 0; lane < count; lane++)
        memcpy(to + lane * step, &values[lane], sizeof(T));
}

#if QUADS > 0

#if QUADS == 1
#define JOINED(from, k) NAME(read_quad)((from)[k])
#define CHOSEN(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#elif QUADS == 2
#define JOINED(from, k) NAME(two_quads)((from)[k], (from)[(k) + 4])
#define CHOSEN(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l, (i) + 4, (j) + 4, (k) + 4, (l) + 4)
#else
#define JOINED(from, k)                                                                                                \
    __builtin_shufflevector(NAME(two_quads)((from)[k], (from)[(k) + 4]),                                               \
                            NAME(two_quads)((from)[(k) + 8], (from)[(k) + 12]), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,  \
                            12, 13, 14, 15)
#define CHOSEN(a, b, i, j, k, l)                                                                                       \
    __builtin_shufflevector(a, b, i, j, k, l, (i) + 4, (j) + 4, (k) + 4, (l) + 4, (i) + 8, (j) + 8, (k) + 8, (l) + 8,  \
                            (i) + 12, (j) + 12, (k) + 12, (l) + 12)
#endif

typedef T NAME(quad) __attribute__((vector_size(4 * BYTES)));
typedef T NAME(pair) __attribute__((vector_size(8 * BYTES)));

static ALWAYS_INLINE NAME(quad) NAME(read_quad)(const char *from)
{
    NAME(quad) quad;
    memcpy(&quad, from, sizeof quad);
    return quad;
}

#if QUADS > 1
static ALWAYS_INLINE NAME(pair) NAME(two_quads)(const char *first, const char *second)
{
    return __builtin_shufflevector(NAME(read_quad)(first), NAME(read_quad)(second), 0, 1, 2, 3, 4, 5, 6, 7);
}
#endif

/* Vector k with the quads of matrices k, k + 4, ... becomes vector k with element k of each of them; and back. The
 * first step differs because the dtypes have instructions for other pairs. */
static ALWAYS_INLINE void NAME(turn)(REALS *a)
{
    enum { N = LANES };
#if BYTES == 8
    REALS first = CHOSEN(a[0], a[1], 0, N, 2, N + 2), second = CHOSEN(a[0], a[1], 1, N + 1, 3, N + 3);
    REALS third = CHOSEN(a[2], a[3], 0, N, 2, N + 2), fourth = CHOSEN(a[2], a[3], 1, N + 1, 3, N + 3);
    a[0] = CHOSEN(first, third, 0, 1, N, N + 1);
    a[1] = CHOSEN(second, fourth, 0, 1, N, N + 1);
    a[2] = CHOSEN(first, third, 2, 3, N + 2, N + 3);
    a[3] = CHOSEN(second, fourth, 2, 3, N + 2, N + 3);
#else
    REALS first = CHOSEN(a[0], a[1], 0, N, 1, N + 1), second = CHOSEN(a[0], a[1], 2, N + 2, 3, N + 3);
    REALS third = CHOSEN(a[2], a[3], 0, N, 1, N + 1), fourth = CHOSEN(a[2], a[3], 2, N + 2, 3, N + 3);
    a[0] = CHOSEN(first, third, 0, 1, N, N + 1);
    a[1] = CHOSEN(first, third, 2, 3, N + 2, N + 3);
    a[2] = CHOSEN(second, fourth, 0, 1, N, N + 1);
    a[3] = CHOSEN(second, fourth, 2, 3, N + 2, N + 3);
#endif
}

static ALWAYS_INLINE void NAME(write_quads)(REALS a, char *to, int64_t step)
{
    NAME(quad) quad = __builtin_shufflevector(a, a, 0, 1, 2, 3);
    memcpy(to, &quad, sizeof quad);
    (void)step; /* with one quad */
#if QUADS > 1
    quad = __builtin_shufflevector(a, a, 4, 5, 6, 7);
    memcpy(to + 4 * step, &quad, sizeof quad);
#endif
#if QUADS > 2
    quad = __builtin_shufflevector(a, a, 8, 9, 10, 11);
    memcpy(to + 8 * step, &quad, sizeof quad);
    quad = __builtin_shufflevector(a, a, 12, 13, 14, 15);
    memcpy(to + 12 * step, &quad, sizeof quad);
#endif
}

/* Four elements of each of the matrices that begin at `from`, which are `offset` bytes inside them. */
static ALWAYS_INLINE void NAME(load_quads)(const char *const *from, int64_t offset, REALS *to)
{
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
        const char *quads[LANES];
#pragma GCC unroll 16
        for (int lane = 0; lane < LANES; lane++)
            quads[lane] = from[lane] + offset;
        to[k] = JOINED(quads, k);
    }
    NAME(turn)(to);
}

/* Four elements of as many matrices as there are lanes, which lie `step` bytes apart. */
static ALWAYS_INLINE void NAME(store_quads)(const REALS *from, char *to, int64_t step)
{
    REALS a[4] = {from[0], from[1], from[2], from[3]};
    NAME(turn)(a);
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++)
        NAME(write_quads)(a[k], to + k * step, step);
}

enum { NAME(TURNED) = 4 }; /* elements that are turned at once */
#else
enum { NAME(TURNED) = 1 };
static ALWAYS_INLINE void NAME(load_quads)(const char *const *from, int64_t offset, REALS *to)
{
    to[0] = NAME(load_lanes)(from, offset);
}

static ALWAYS_INLINE void NAME(store_quads)(const REALS *from, char *to, int64_t step)
{
    NAME(store_lanes)(from[0], to, step, LANES);
}
#endif

#undef QUADS
#undef JOINED
#undef CHOSEN
