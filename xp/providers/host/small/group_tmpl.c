/* Elimination with partial pivoting of a group, and batches of groups. Included twice for each dtype: HOW is `unrolled`
 * for extents that the compiler knows, `looped` for the others; UNROLL is what stands before loops over an extent.
 *
 * A group is as many matrices as there are lanes; element (i, j) of all of them is one vector. What is missing in the
 * last group is filled up with its first matrix.
 * SPDX-License-Identifier: BSD-3-Clause */

/* The first `size` elements of each of `count` matrices that lie `step` bytes apart. */
static ALWAYS_INLINE void FORM(load_group)(const char *matrices, int64_t step, int count, int size, NUMBER *group)
{
    enum { TURNED = OF_REAL(TURNED) };
    const char *from[LANES];
    REALS *parts = (REALS *)group;
    int i = 0;
#pragma GCC unroll 16
    for (int lane = 0; lane < LANES; lane++)
        from[lane] = matrices + (lane < count ? lane * step : 0);
    UNROLL
    for (; i + TURNED <= size * PARTS; i += TURNED)
        OF_REAL(load_quads)(from, (int64_t)BYTES * i, parts + i);
    UNROLL
    for (; i < size * PARTS; i++)
        parts[i] = OF_REAL(load_lanes)(from, (int64_t)BYTES * i);
}

/* `size` elements each, for `count` matrices. */
static ALWAYS_INLINE void FORM(store_group)(const NUMBER *group, int size, char *matrices, int64_t step, int count)
{
    enum { TURNED = OF_REAL(TURNED) };
    const REALS *parts = (const REALS *)group;
    int i = 0;
    if (__builtin_expect(count == LANES, true)) {
        UNROLL
        for (; i + TURNED <= size * PARTS; i += TURNED)
            OF_REAL(store_quads)(parts + i, matrices + (int64_t)BYTES * i, step);
        UNROLL
        for (; i < size * PARTS; i++)
            OF_REAL(store_lanes)(parts[i], matrices + (int64_t)BYTES * i, step, LANES);
        return;
    }
    for (; i < size * PARTS; i++)
        OF_REAL(store_lanes)(parts[i], matrices + (int64_t)BYTES * i, step, count);
}

/* Of one column, whose numbers are `step` apart: exchanges number k with the one below it that is chosen. */
static ALWAYS_INLINE void FORM(exchange)(int n, int k, const MASK *is_chosen, NUMBER *column, int step)
{
    const NUMBER upper = column[k * step];
    NUMBER pivot = upper;
    UNROLL
    for (int i = k + 1; i < n; i++) {
        const NUMBER lower = column[i * step];
        pivot = NAME(chosen)(is_chosen[i], lower, pivot);
        column[i * step] = NAME(chosen)(is_chosen[i], upper, lower);
    }
    column[k * step] = pivot;
}

/* Puts the row below k that has the largest element in column k into row k, and says in which lanes it came from
 * elsewhere. The first of several that are equally large, and never a NaN for a number: as LAPACK chooses. */
static ALWAYS_INLINE MASK FORM(pivot)(int n, int columns, int k, NUMBER *a, NUMBER *b)
{
    MASK is_chosen[HOST_SMALL_N], is_any = (MASK){0};
    REALS best = NAME(size)(a[k * n + k]);
    UNROLL
    for (int i = k + 1; i < n; i++) {
        REALS size = NAME(size)(a[i * n + k]);
        is_chosen[i] = OF_REAL(greater)(size, best);
        best = OF_REAL(select)(is_chosen[i], size, best);
        is_any |= is_chosen[i];
    }
    MASK is_later = (MASK){0};
    UNROLL
    for (int i = n - 1; i > k; i--) { /* the rows to exchange: one at most in each lane */
        const MASK is_last = (MASK)(is_chosen[i] & ~is_later);
        is_later |= is_chosen[i];
        is_chosen[i] = is_last;
    }
    UNROLL
    for (int j = k; j < n; j++)
        FORM(exchange)(n, k, is_chosen, a + j, n);
    UNROLL
    for (int j = 0; j < columns; j++)
        FORM(exchange)(n, k, is_chosen, b + j, columns);
    return is_any;
}

/* The rows below k lose their multiples of row k, which stand in column k. */
static ALWAYS_INLINE void FORM(subtract_row)(int n, int columns, int k, NUMBER *a, NUMBER *b)
{
    UNROLL
    for (int i = k + 1; i < n; i++) {
        const NUMBER factor = a[i * n + k];
        UNROLL
        for (int j = k + 1; j < n; j++)
            a[i * n + j] = NAME(minus_product)(a[i * n + j], factor, a[k * n + j]);
        UNROLL
        for (int j = 0; j < columns; j++)
            b[i * columns + j] = NAME(minus_product)(b[i * columns + j], factor, b[k * columns + j]);
    }
}

/* b becomes the inverse of a times b, a whatever the elimination leaves. Divides once for each pivot, as LAPACK does:
 * vectors are divided ten times as slowly as they are multiplied. Returns the lanes in doubt: where an inverse may have
 * lost bits, and where a pivot is so small beside the numbers above it that it may stand for zero. */
static ALWAYS_INLINE uint32_t FORM(solve_group)(int n, int columns, NUMBER *a, NUMBER *b)
{
    uint32_t sure = ALL_LANES;
    NUMBER inverse[HOST_SMALL_N];
    UNROLL
    for (int k = 0; k < n; k++) {
        FORM(pivot)(n, columns, k, a, b);
        REALS above = (REALS){0};
        UNROLL
        for (int i = 0; i < k; i++)
            above += NAME(size)(a[i * n + k]);
        sure &= OF_REAL(bits)(NAME(is_sure)(a[k * n + k], above));
        inverse[k] = NAME(inverse_of)(a[k * n + k]);
        UNROLL
        for (int i = k + 1; i < n; i++)
            a[i * n + k] = NAME(times)(a[i * n + k], inverse[k]);
        FORM(subtract_row)(n, columns, k, a, b);
    }
    UNROLL
    for (int i = n - 1; i >= 0; i--) {
        UNROLL
        for (int j = 0; j < columns; j++) {
            NUMBER x = b[i * columns + j];
            UNROLL
            for (int l = i + 1; l < n; l++)
                x = NAME(minus_product)(x, a[i * n + l], b[l * columns + j]);
            b[i * columns + j] = NAME(times)(x, inverse[i]);
        }
    }
    return ~sure & ALL_LANES;
}

static ALWAYS_INLINE void FORM(load_sides)(int n, int columns, bool is_inverse, const host_small_batch *batch,
                                           int first, int count, NUMBER *b)
{
    if (!is_inverse) {
        FORM(load_group)(batch->b + first * batch->b_step, batch->b_step, count, n * columns, b);
        return;
    }
    UNROLL
    for (int i = 0; i < n * n; i++)
        b[i] = NAME(constant)(i % (n + 1) == 0);
}

static ALWAYS_INLINE uint64_t FORM(solve_batch)(int n, int columns, bool is_inverse, const host_small_batch *batch)
{
    uint64_t singular = 0;
    const int64_t out_step = (int64_t)n * columns * ELEMENT_BYTES;
    for (int first = 0; first < batch->count; first += LANES) {
        const int count = batch->count - first < LANES ? batch->count - first : LANES;
        NUMBER a[HOST_SMALL_N * HOST_SMALL_N], b[HOST_SMALL_N * HOST_SMALL_N];
        FORM(load_group)(batch->a + first * batch->a_step, batch->a_step, count, n * n, a);
        FORM(load_sides)(n, columns, is_inverse, batch, first, count, b);
        uint32_t doubtful = FORM(solve_group)(n, columns, a, b) & (uint32_t)((UINT64_C(1) << count) - 1);
        FORM(store_group)(b, n * columns, batch->out + first * out_step, out_step, count);
        if (__builtin_expect(doubtful != 0, false))
            singular |= (uint64_t)NAME(solve_exactly)(n, columns, is_inverse, batch, first, count, doubtful) << first;
    }
    return singular;
}

/* The pivots with the signs of the exchanges, which make the determinant; and the lanes with one of zero. Divides each
 * number itself. */
static ALWAYS_INLINE uint32_t FORM(group_pivots)(int n, const host_small_batch *batch, int first, int count,
                                                 NUMBER *pivots)
{
    NUMBER a[HOST_SMALL_N * HOST_SMALL_N];
    uint32_t singular = 0;
    FORM(load_group)(batch->a + first * batch->a_step, batch->a_step, count, n * n, a);
    UNROLL
    for (int k = 0; k < n; k++) {
        const MASK is_swapped = FORM(pivot)(n, 0, k, a, NULL);
        const NUMBER pivot = a[k * n + k];
        const DIVISOR divisor = NAME(divisor)(pivot);
        singular |= OF_REAL(bits)(OF_REAL(is_zero)(NAME(size)(pivot)));
        pivots[k] = NAME(negated_where)(is_swapped, pivot);
        UNROLL
        for (int i = k + 1; i < n; i++)
            a[i * n + k] = NAME(divided)(a[i * n + k], divisor);
        FORM(subtract_row)(n, 0, k, a, NULL);
    }
    return singular & (uint32_t)((UINT64_C(1) << count) - 1);
}

static ALWAYS_INLINE uint64_t FORM(determinant_batch)(int n, const host_small_batch *batch)
{
    uint64_t doubtful = 0;
    for (int first = 0; first < batch->count; first += LANES) {
        const int count = batch->count - first < LANES ? batch->count - first : LANES;
        NUMBER pivots[HOST_SMALL_N] = {NAME(constant)(0)};
        uint32_t found = FORM(group_pivots)(n, batch, first, count, pivots);
        NUMBER product = pivots[0];
        UNROLL
        for (int k = 1; k < n; k++) {
            product = NAME(times)(product, pivots[k]);
            found |= ~OF_REAL(bits)(NAME(is_in_range)(product));
        }
        doubtful |= (found & ((UINT64_C(1) << count) - 1)) << first;
        FORM(store_group)(&product, 1, batch->out + first * ELEMENT_BYTES, ELEMENT_BYTES, count);
    }
    return doubtful;
}

static ALWAYS_INLINE uint64_t FORM(pivots_batch)(int n, const host_small_batch *batch)
{
    uint64_t singular = 0;
    for (int first = 0; first < batch->count; first += LANES) {
        const int count = batch->count - first < LANES ? batch->count - first : LANES;
        NUMBER pivots[HOST_SMALL_N] = {NAME(constant)(0)};
        singular |= (uint64_t)FORM(group_pivots)(n, batch, first, count, pivots) << first;
        FORM(store_group)(pivots, n, batch->out + first * n * ELEMENT_BYTES, n * ELEMENT_BYTES, count);
    }
    return singular;
}
