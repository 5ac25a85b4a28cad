/* The kernels for one dtype: elimination, and what is done with its result. Included for each floating and complex
 * dtype, behind the numbers that it computes with.
 * SPDX-License-Identifier: BSD-3-Clause */

#define ELEMENT_BYTES ((int64_t)sizeof(NUMBER) / LANES)

/* Lanes where products and inverses keep their bits: not where the size is very small or large, or NaN. */
static ALWAYS_INLINE MASK NAME(is_in_range)(NUMBER a)
{
    REALS size = NAME(size)(a);
    MASK is_large = OF_REAL(greater)(size, (REALS){0} + SAFE_LEAST);
    return (MASK)(is_large & OF_REAL(greater)((REALS){0} + SAFE_LARGEST, size));
}

/* Lanes where a pivot is also more than rounding can have left of a zero: each multiple that was subtracted on the way
 * to it is at most one of the numbers above it, whose sum is given. */
static ALWAYS_INLINE MASK NAME(is_sure)(NUMBER pivot, REALS above)
{
    REALS size = NAME(size)(pivot);
    MASK is_large = OF_REAL(greater)(size, above * ROUNDING + SAFE_LEAST);
    return (MASK)(is_large & OF_REAL(greater)((REALS){0} + SAFE_LARGEST, size));
}

static uint32_t NAME(solve_exactly)(int n, int columns, bool is_inverse, const host_small_batch *batch, int first,
                                    int count, uint32_t which);

/* Loops over extents that are known at run time are left alone: unrolled inside one another they took compilers
 * minutes, and megabytes of instructions. Under a sanitizer nothing is unrolled: clang would take a minute for it. */
#define HOW looped
#define UNROLL
#include "providers/host/small/group_tmpl.c"
#undef HOW
#undef UNROLL

#define HOW unrolled
#if defined(HOST_SMALL_IN_LOOPS)
#define UNROLL
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#include "providers/host/small/group_tmpl.c"
#undef HOW
#undef UNROLL

/* Once more for the matrices of a group whose bit is set, with a division for each quotient: the exact zeros that make
 * a matrix singular survive better so. Returns those with a pivot of zero. */
static uint32_t NAME(solve_exactly)(int n, int columns, bool is_inverse, const host_small_batch *batch, int first,
                                    int count, uint32_t which)
{
    NUMBER a[HOST_SMALL_N * HOST_SMALL_N], b[HOST_SMALL_N * HOST_SMALL_N];
    uint32_t singular = 0;
    LOOPED(load_group)(batch->a + first * batch->a_step, batch->a_step, count, n * n, a);
    LOOPED(load_sides)(n, columns, is_inverse, batch, first, count, b);
    for (int k = 0; k < n; k++) {
        LOOPED(pivot)(n, columns, k, a, b);
        const DIVISOR divisor = NAME(divisor)(a[k * n + k]);
        singular |= OF_REAL(bits)(OF_REAL(is_zero)(NAME(size)(a[k * n + k])));
        for (int i = k + 1; i < n; i++)
            a[i * n + k] = NAME(divided)(a[i * n + k], divisor);
        LOOPED(subtract_row)(n, columns, k, a, b);
    }
    for (int i = n - 1; i >= 0; i--) {
        const DIVISOR divisor = NAME(divisor)(a[i * n + i]);
        for (int j = 0; j < columns; j++) {
            for (int l = i + 1; l < n; l++)
                b[i * columns + j] = NAME(minus_product)(b[i * columns + j], a[i * n + l], b[l * columns + j]);
            b[i * columns + j] = NAME(divided)(b[i * columns + j], divisor);
        }
    }
    const int parts = n * columns * PARTS;
    for (int lane = 0; lane < count; lane++)
        for (int i = 0; which >> lane & 1 && i < parts; i++)
            memcpy(batch->out + ((int64_t)(first + lane) * parts + i) * BYTES,
                   (const char *)&((const REALS *)b)[i] + lane * BYTES, BYTES);
    return singular & which;
}

static uint64_t NAME(solve)(const host_small_batch *batch)
{
    const int n = batch->n, columns = batch->columns;
    if (columns == 1 && n == 2)
        return UNROLLED(solve_batch)(2, 1, false, batch);
    if (columns == 1 && n == 3)
        return UNROLLED(solve_batch)(3, 1, false, batch);
    if (columns == 1 && n == 4)
        return UNROLLED(solve_batch)(4, 1, false, batch);
    return LOOPED(solve_batch)(n, columns, false, batch);
}

static uint64_t NAME(inverse)(const host_small_batch *batch)
{
    switch (batch->n) {
    case 2:
        return UNROLLED(solve_batch)(2, 2, true, batch);
    case 3:
        return UNROLLED(solve_batch)(3, 3, true, batch);
    case 4:
        return UNROLLED(solve_batch)(4, 4, true, batch);
    default:
        return LOOPED(solve_batch)(batch->n, batch->n, true, batch);
    }
}

static uint64_t NAME(determinant)(const host_small_batch *batch)
{
    switch (batch->n) {
    case 2:
        return UNROLLED(determinant_batch)(2, batch);
    case 3:
        return UNROLLED(determinant_batch)(3, batch);
    case 4:
        return UNROLLED(determinant_batch)(4, batch);
    default:
        return LOOPED(determinant_batch)(batch->n, batch);
    }
}

static uint64_t NAME(pivots)(const host_small_batch *batch)
{
    return LOOPED(pivots_batch)(batch->n, batch);
}

#undef ELEMENT_BYTES
