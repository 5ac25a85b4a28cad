/* The kernels for one dtype: elimination with partial pivoting, and what is done with its result. Included for each
 * floating and complex dtype, behind the numbers that it computes with.
 *
 * A group is as many matrices as there are lanes; element (i, j) of all of them is one vector. What is missing in the
 * last group is filled up with its first matrix.
 * SPDX-License-Identifier: BSD-3-Clause */

#define ELEMENT_BYTES ((int64_t)sizeof(NUMBER) / LANES)

/* Puts the row below k that has the largest element in column k into row k, and says in which lanes it came from
 * elsewhere. The first of several that are equally large, and never a NaN for a number: as LAPACK chooses. */
static ALWAYS_INLINE MASK NAME(pivot)(int n, int columns, int k, NUMBER *a, NUMBER *b)
{
    MASK is_chosen[HOST_SMALL_N], is_any = (MASK){0};
    REALS best = NAME(size)(a[k * n + k]);
#pragma GCC unroll 8
    for (int i = k + 1; i < n; i++) {
        REALS size = NAME(size)(a[i * n + k]);
        is_chosen[i] = OF_REAL(greater)(size, best);
        best = OF_REAL(select)(is_chosen[i], size, best);
        is_any |= is_chosen[i];
    }
    MASK is_later = (MASK){0};
#pragma GCC unroll 8
    for (int i = n - 1; i > k; i--) {
        MASK swaps = (MASK)(is_chosen[i] & ~is_later);
        is_later |= is_chosen[i];
#pragma GCC unroll 8
        for (int j = k; j < n; j++) {
            NUMBER upper = a[k * n + j], lower = a[i * n + j];
            a[k * n + j] = NAME(chosen)(swaps, lower, upper);
            a[i * n + j] = NAME(chosen)(swaps, upper, lower);
        }
#pragma GCC unroll 8
        for (int j = 0; j < columns; j++) {
            NUMBER upper = b[k * columns + j], lower = b[i * columns + j];
            b[k * columns + j] = NAME(chosen)(swaps, lower, upper);
            b[i * columns + j] = NAME(chosen)(swaps, upper, lower);
        }
    }
    return is_any;
}

/* a becomes U of P a = L U, b becomes the inverse of L times P b. swapped[k] says where pivot k came from another row.
 * Returns the lanes with a pivot of zero. */
static ALWAYS_INLINE uint32_t NAME(eliminate)(int n, int columns, NUMBER *a, NUMBER *b, MASK *swapped)
{
    uint32_t singular = 0;
#pragma GCC unroll 8
    for (int k = 0; k < n; k++) {
        swapped[k] = NAME(pivot)(n, columns, k, a, b);
        singular |= OF_REAL(bits)(OF_REAL(is_zero)(NAME(size)(a[k * n + k])));
        DIVISOR divisor = NAME(divisor)(a[k * n + k]);
#pragma GCC unroll 8
        for (int i = k + 1; i < n; i++) {
            NUMBER factor = NAME(divided)(a[i * n + k], divisor);
#pragma GCC unroll 8
            for (int j = k + 1; j < n; j++)
                a[i * n + j] = NAME(minus_product)(a[i * n + j], factor, a[k * n + j]);
#pragma GCC unroll 8
            for (int j = 0; j < columns; j++)
                b[i * columns + j] = NAME(minus_product)(b[i * columns + j], factor, b[k * columns + j]);
        }
    }
    return singular;
}

/* b becomes the inverse of the upper triangle a times b. */
static ALWAYS_INLINE void NAME(substitute)(int n, int columns, const NUMBER *a, NUMBER *b)
{
#pragma GCC unroll 8
    for (int i = n - 1; i >= 0; i--) {
        DIVISOR divisor = NAME(divisor)(a[i * n + i]);
#pragma GCC unroll 8
        for (int j = 0; j < columns; j++) {
            NUMBER x = b[i * columns + j];
#pragma GCC unroll 8
            for (int l = i + 1; l < n; l++)
                x = NAME(minus_product)(x, a[i * n + l], b[l * columns + j]);
            b[i * columns + j] = NAME(divided)(x, divisor);
        }
    }
}

/* The first `size` elements of each of `count` matrices that lie `step` bytes apart. */
static ALWAYS_INLINE void NAME(load_group)(const char *matrices, int64_t step, int count, int size, NUMBER *group)
{
    const char *from[LANES];
#pragma GCC unroll 16
    for (int lane = 0; lane < LANES; lane++)
        from[lane] = matrices + (lane < count ? lane * step : 0);
#pragma GCC unroll 16
    for (int i = 0; i < size; i++)
        group[i] = NAME(load)(from, i * ELEMENT_BYTES);
}

static ALWAYS_INLINE uint64_t NAME(solve_batch)(int n, int columns, bool is_inverse, const host_small_batch *batch)
{
    uint64_t singular = 0;
    const int64_t out_step = (int64_t)n * columns * ELEMENT_BYTES;
    for (int first = 0; first < batch->count; first += LANES) {
        const int count = batch->count - first < LANES ? batch->count - first : LANES;
        NUMBER a[HOST_SMALL_N * HOST_SMALL_N], b[HOST_SMALL_N * HOST_SMALL_N];
        MASK swapped[HOST_SMALL_N];
        NAME(load_group)(batch->a + first * batch->a_step, batch->a_step, count, n * n, a);
        if (is_inverse)
            for (int i = 0; i < n * n; i++)
                b[i] = NAME(constant)(i % (n + 1) == 0);
        else
            NAME(load_group)(batch->b + first * batch->b_step, batch->b_step, count, n * columns, b);
        uint64_t found = NAME(eliminate)(n, columns, a, b, swapped);
        NAME(substitute)(n, columns, a, b);
        singular |= (count < LANES ? found & ((1u << count) - 1) : found) << first;
#pragma GCC unroll 16
        for (int i = 0; i < n * columns; i++)
            NAME(store)(b[i], batch->out + first * out_step + i * ELEMENT_BYTES, out_step, count);
    }
    return singular;
}

static uint64_t NAME(solve)(const host_small_batch *batch)
{
    const int n = batch->n, columns = batch->columns;
    if (columns == 1)
        return n == 2 ? NAME(solve_batch)(2, 1, false, batch) : n == 3 ? NAME(solve_batch)(3, 1, false, batch)
             : n == 4 ? NAME(solve_batch)(4, 1, false, batch) : NAME(solve_batch)(n, 1, false, batch);
    return NAME(solve_batch)(n, columns, false, batch);
}

static uint64_t NAME(inverse)(const host_small_batch *batch)
{
    const int n = batch->n;
    return n == 2 ? NAME(solve_batch)(2, 2, true, batch) : n == 3 ? NAME(solve_batch)(3, 3, true, batch)
         : n == 4 ? NAME(solve_batch)(4, 4, true, batch) : NAME(solve_batch)(n, n, true, batch);
}

/* The pivots with the signs of the exchanges, which make the determinant; and the lanes with one of zero. */
static ALWAYS_INLINE uint32_t NAME(group_pivots)(int n, const host_small_batch *batch, int first, int count,
                                                 NUMBER *pivots)
{
    NUMBER a[HOST_SMALL_N * HOST_SMALL_N];
    MASK swapped[HOST_SMALL_N];
    NAME(load_group)(batch->a + first * batch->a_step, batch->a_step, count, n * n, a);
    uint32_t singular = NAME(eliminate)(n, 0, a, NULL, swapped);
#pragma GCC unroll 8
    for (int k = 0; k < n; k++)
        pivots[k] = NAME(negated_where)(swapped[k], a[k * n + k]);
    return singular & (uint32_t)((UINT64_C(1) << count) - 1);
}

/* Lanes whose product may have lost bits: too small, too large or NaN. */
static ALWAYS_INLINE uint32_t NAME(out_of_range)(NUMBER product)
{
    REALS size = NAME(size)(product);
    MASK is_large = OF_REAL(greater)(size, (REALS){0} + SAFE_LEAST);
    MASK is_small = OF_REAL(greater)((REALS){0} + SAFE_LARGEST, size);
    return ~OF_REAL(bits)((MASK)(is_large & is_small));
}

static ALWAYS_INLINE uint64_t NAME(determinant_batch)(int n, const host_small_batch *batch)
{
    uint64_t doubtful = 0;
    for (int first = 0; first < batch->count; first += LANES) {
        const int count = batch->count - first < LANES ? batch->count - first : LANES;
        NUMBER pivots[HOST_SMALL_N] = {NAME(constant)(0)};
        uint32_t found = NAME(group_pivots)(n, batch, first, count, pivots);
        NUMBER product = pivots[0];
#pragma GCC unroll 8
        for (int k = 1; k < n; k++) {
            product = NAME(times)(product, pivots[k]);
            found |= NAME(out_of_range)(product);
        }
        doubtful |= (found & ((UINT64_C(1) << count) - 1)) << first;
        NAME(store)(product, batch->out + first * ELEMENT_BYTES, ELEMENT_BYTES, count);
    }
    return doubtful;
}

static uint64_t NAME(determinant)(const host_small_batch *batch)
{
    const int n = batch->n;
    return n == 2 ? NAME(determinant_batch)(2, batch) : n == 3 ? NAME(determinant_batch)(3, batch)
         : n == 4 ? NAME(determinant_batch)(4, batch) : NAME(determinant_batch)(n, batch);
}

static uint64_t NAME(pivots)(const host_small_batch *batch)
{
    const int n = batch->n;
    uint64_t singular = 0;
    for (int first = 0; first < batch->count; first += LANES) {
        const int count = batch->count - first < LANES ? batch->count - first : LANES;
        NUMBER pivots[HOST_SMALL_N] = {NAME(constant)(0)};
        singular |= (uint64_t)NAME(group_pivots)(n, batch, first, count, pivots) << first;
        for (int k = 0; k < n; k++)
            NAME(store)(pivots[k], batch->out + ((int64_t)first * n + k) * ELEMENT_BYTES, n * ELEMENT_BYTES, count);
    }
    return singular;
}

#undef ELEMENT_BYTES
