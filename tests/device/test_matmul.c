/* Products of matrices on devices, held against the host's.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "pairs.h"
#include "scixp/driver.h"

static void multiply(xp_dtype dtype, const pair *a, const pair *b, int64_t k)
{
    char what[96];
    xp_array *expected = xp_matmul(a->host, b->host), *actual = pair_back(xp_matmul(a->device, b->device));
    snprintf(what, sizeof what, "dtype %d, %lld elements, k %lld", (int)dtype, (long long)xp_size(a->host),
             (long long)k);
    pair_agree(actual, expected, pair_epsilon(dtype) * (4 + (double)k), what);
}

CHECKED_TEST(device_matmul, all_shapes_and_layouts)
{
    static const int64_t extents[][3] = {{1, 1, 1},   {2, 3, 4},    {5, 7, 1},   {17, 1, 33},  {64, 64, 64}, {65, 63,
                                                                                                              66},
                                         {3, 129, 2}, {100, 37, 5}, {4, 100, 90}, {33, 200, 3}, {70, 600, 70}, {0, 3,
                                                                                                                2},
                                         {3, 0, 2},   {20, 16, 20}};
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_NUMERIC)
    for (size_t i = 0; i < sizeof extents / sizeof *extents; i++)
        for (int layout = 0; layout < 4; layout++) {
            xp_scope scope = xp_scope_open();
            const int64_t m = extents[i][0], k = extents[i][1], n = extents[i][2];
            support_random random = {i * 4 + (uint64_t)layout};
            pair a = pair_laid_out(&random, dtype, XP_SHAPE(m, k), layout);
            pair b = pair_laid_out(&random, dtype, XP_SHAPE(k, n), (int)support_integer(&random, 0, 4));
            multiply(dtype, &a, &b, k);
            xp_assert_closes(scope);
        }
}

CHECKED_TEST(device_matmul, stacks_and_broadcasts)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int layout = 0; layout < 4; layout++) {
        xp_scope scope = xp_scope_open();
        support_random random = {(uint64_t)layout};
        pair small = pair_laid_out(&random, dtype, XP_SHAPE(7, 1, 3, 5), layout);
        pair small_b = pair_laid_out(&random, dtype, XP_SHAPE(4, 5, 2), 3 - layout);
        multiply(dtype, &small, &small_b, 5);
        pair large = pair_laid_out(&random, dtype, XP_SHAPE(3, 40, 50), layout);
        pair large_b = pair_laid_out(&random, dtype, XP_SHAPE(50, 70), 3 - layout);
        multiply(dtype, &large, &large_b, 50);
        pair vector = pair_random(&random, dtype, XP_SHAPE(50));
        multiply(dtype, &large, &vector, 50);
        xp_assert_closes(scope);
    }
}

/* Sums that are made in pieces, and tiles of 8 by 8 elements an item. */
CHECKED_TEST(device_matmul, long_sums_and_large_results)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    {
        xp_scope scope = xp_scope_open();
        support_random random = {1};
        pair a = pair_random(&random, dtype, XP_SHAPE(3, 10007)), b = pair_random(&random, dtype, XP_SHAPE(10007, 2));
        multiply(dtype, &a, &b, 2000);
        a = pair_laid_out(&random, dtype, XP_SHAPE(40, 9000), 1);
        b = pair_random(&random, dtype, XP_SHAPE(9000, 30));
        multiply(dtype, &a, &b, 2000);
        a = pair_random(&random, dtype, XP_SHAPE(530, 20));
        b = pair_random(&random, dtype, XP_SHAPE(20, 520));
        multiply(dtype, &a, &b, 20);
        xp_assert_closes(scope);
    }
}

/* Multiples of 1/32, which float16 and bfloat16 have: float32 on the host, stored on the device. */
static pair stored_pair(support_random *random, xp_dtype dtype, xp_shape shape, bool in_columns)
{
    int64_t turned[3] = {shape.extents[0], shape.extents[in_columns ? 2 : 1], shape.extents[in_columns ? 1 : 2]};
    xp_array *some = pair_random(random, XP_FLOAT32, (xp_shape){3, turned}).host;
    xp_array *wide = xp_divide(xp_round(xp_multiply(some, xp_scalar(32))), xp_scalar(32));
    pair made = {wide, xp_to_device(xp_astype(wide, dtype, false), pair_device())};
    return in_columns ? (pair){xp_matrix_transpose(made.host), xp_matrix_transpose(made.device)} : made;
}

static xp_view view_of(xp_array *x)
{
    xp_view view = {0};
    cr_assert(xp_view_of(x, "view_of", &view), "%s", xp_error_message());
    return view;
}

/* The slot takes float16 and bfloat16 as well, though only devices that have a library for them are asked. Sums of
 * these numbers are exact in float32, so they are rounded once, whatever their order. */
CHECKED_TEST(device_matmul, stored_dtypes_are_added_up_in_float32)
{
    if (!pair_device())
        XP_TEST_SKIP("no device was built");
    const struct xp_device *device = pair_device();
    XP_TEST_DTYPES(dtype, XP_TEST_STORAGE)
    for (int round = 0; round < 5; round++) {
        xp_scope scope = xp_scope_open();
        support_random random = {(uint64_t)round};
        const int64_t k = round == 4 ? 0 : support_integer(&random, 1, 80);
        pair a = stored_pair(&random, dtype, XP_SHAPE(3, 33, k), round % 2);
        pair b = stored_pair(&random, dtype, XP_SHAPE(3, k, 20), round / 2 % 2);
        xp_view left = view_of(a.device), right = view_of(b.device), result;
        xp_array *out = xp_new_array(xp_array_namespace(a.device), XP_SHAPE(3, 33, 20), dtype, "matmul", &result);
        cr_assert_eq(device->driver->matmul(device, &left, &right, &result), XP_OK, "%s", xp_error_message());
        xp_assert_identical(pair_back(out), xp_astype(xp_matmul(a.host, b.host), dtype, false));
        xp_assert_closes(scope);
    }
}
