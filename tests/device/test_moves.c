/* Slots of devices that move elements, held against the host's: gathers, scatters, masks.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stddef.h>

#include "operands.h"

#define ROUNDS 8 /* random shapes and layouts for each dtype */

/* Elements move by their size: a dtype for each. */
#define MOVED (XP_TEST_DTYPE(XP_INT8) | XP_TEST_DTYPE(XP_UINT16) | XP_TEST_REAL_FLOATING | XP_TEST_COMPLEX)

/* ---- gather ------------------------------------------------------------------------------------------------------ */

static void gather_somehow(support_random *random, xp_dtype dtype)
{
    int64_t shape[XP_MAX_NDIM];
    operand x, indices, out;
    int ndim = operand_some_shape(random, shape), axis = (int)support_integer(random, 0, ndim);
    shape[axis] = shape[axis] > 0 ? shape[axis] : 1;
    operand_make(&x, random, dtype, ndim, shape, operand_some_layout(random), operand_small_numbers, NULL);
    int64_t extent = shape[axis], taken = support_integer(random, 0, 3) ? support_integer(random, 0, 9) : 300;
    operand_make(&indices, random, XP_INT64, 1, &taken, operand_some_layout(random), operand_bounded, &extent);
    shape[axis] = taken;
    operand_make(&out, random, dtype, ndim, shape, operand_some_layout(random), operand_small_numbers, NULL);
    OPERAND_ON_BOTH(gather, &x.view[which], &indices.view[which], axis, &out.view[which])
    operand_same(&out, "gather");
}

CHECKED_TEST(device_moves, gather_takes_elements)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, MOVED)
    for (int round = 0; round < ROUNDS; round++) {
        support_random random = {(uint64_t)(dtype * ROUNDS + round)};
        xp_scope scope = xp_scope_open();
        gather_somehow(&random, dtype);
        xp_assert_closes(scope);
    }
}

/* ---- masks ------------------------------------------------------------------------------------------------------- */

/* Around what items and groups do at a time, and several of those. */
static const int64_t lengths[] = {0, 1, 2, 255, 257, 1023, 1025, 4095, 4096, 4097, 10000, 33000};

static void fill_mask(support_random *random, double *values, int64_t count, void *context)
{
    const double share = *(const double *)context;
    for (int64_t i = 0; i < count; i++)
        values[i] = support_uniform(random, 0, 1) < share;
}

static void use_mask(support_random *random, xp_dtype dtype, int64_t length, double share)
{
    operand mask, x, out, positions;
    operand_make(&mask, random, XP_BOOL, 1, &length, operand_some_layout(random), fill_mask, &share);
    operand_make(&x, random, dtype, 1, &length, operand_some_layout(random), operand_small_numbers, NULL);
    int64_t counts[2];
    OPERAND_ON_BOTH(count_mask, &mask.view[which], &counts[which])
    cr_assert_eq(counts[0], counts[1], "%lld of %lld, not %lld", (long long)counts[0], (long long)length,
                 (long long)counts[1]);
    operand_make(&out, random, dtype, 1, counts, OPERAND_CONTIGUOUS, operand_small_numbers, NULL);
    OPERAND_ON_BOTH(compress, &x.view[which], &mask.view[which], &out.view[which])
    operand_same(&out, "compress");
    int64_t room = counts[0] > 3 ? counts[0] - support_integer(random, 0, 3) : counts[0] + 2;
    operand_make(&positions, random, XP_INT64, 1, &room, OPERAND_CONTIGUOUS, operand_small_numbers, NULL);
    OPERAND_ON_BOTH(mask_positions, &mask.view[which], &positions.view[which])
    operand_same(&positions, "mask_positions");
}

CHECKED_TEST(device_moves, masks_choose)
{
    static const double shares[] = {0, 0.03, 0.5, 1};
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, MOVED)
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        support_random random = {(uint64_t)dtype * 100 + i};
        xp_scope scope = xp_scope_open();
        use_mask(&random, dtype, lengths[i], shares[(i + (size_t)dtype) % 4]);
        xp_assert_closes(scope);
    }
}

/* ---- scatter ----------------------------------------------------------------------------------------------------- */

/* `n` values go to some of `extent` places along `axis` of a shape, often several to one. */
static void scatter_values(support_random *random, xp_scatter_kind kind, xp_dtype dtype, int ndim, int64_t *shape,
                           int axis, int64_t n, int64_t extent)
{
    operand values, indices, out;
    shape[axis] = extent;
    operand_make(&out, random, dtype, ndim, shape, operand_some_layout(random), operand_reals, NULL);
    operand_make(&indices, random, XP_INT64, 1, &n, operand_some_layout(random), operand_bounded, &extent);
    shape[axis] = n;
    operand_make(&values, random, dtype, ndim, shape, operand_some_layout(random),
                 dtype <= XP_UINT64 ? operand_small_numbers : operand_reals, NULL);
    OPERAND_ON_BOTH(scatter, kind, &values.view[which], &indices.view[which], axis, &out.view[which])
    operand_same(&out, kind == XP_SCATTER_ADD ? "sums" : "scatter");
}

CHECKED_TEST(device_moves, scatter_puts_and_adds_in_order)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_DTYPE(XP_INT8) | XP_TEST_DTYPE(XP_FLOAT64) | XP_TEST_DTYPE(XP_COMPLEX64))
    for (int round = 0; round < ROUNDS; round++) {
        support_random random = {(uint64_t)(dtype * ROUNDS + round)};
        int64_t shape[XP_MAX_NDIM];
        int ndim = operand_some_shape(&random, shape), axis = (int)support_integer(&random, 0, ndim);
        int64_t n = support_integer(&random, 0, 3) ? support_integer(&random, 0, 9) : 300;
        int64_t extent = support_integer(&random, 1, 40);
        xp_scope scope = xp_scope_open();
        scatter_values(&random, round % 2 ? XP_SCATTER_ADD : XP_SCATTER_SET, dtype, ndim, shape, axis, n, extent);
        xp_assert_closes(scope);
    }
}

/* Many values for few lines, for few and many places, with and without neighbours. */
CHECKED_TEST(device_moves, scatter_puts_many_values)
{
    static const int64_t cases[][3] = {
        {4097, 1, 1}, {30000, 7, 1}, {9000, 2049, 3}, {20000, 100000, 1}, {5000, 50, 300}};
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_DTYPE(XP_INT16) | XP_TEST_DTYPE(XP_FLOAT32) | XP_TEST_DTYPE(XP_COMPLEX128))
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int kind = XP_SCATTER_SET; kind <= XP_SCATTER_ADD; kind++) {
            support_random random = {(uint64_t)dtype * 100 + i};
            int64_t shape[] = {2, 0, cases[i][2]};
            xp_scope scope = xp_scope_open();
            scatter_values(&random, (xp_scatter_kind)kind, dtype, 3, shape, 1, cases[i][0], cases[i][1]);
            xp_assert_closes(scope);
        }
}
