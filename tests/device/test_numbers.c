/* Slots of devices that reckon, held against the host's: searches, random numbers, running sums and products.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "operands.h"

/* ---- search ------------------------------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return isnan(x) ? !isnan(y) : isnan(y) ? -1 : (x > y) - (x < y);
}

/* Small numbers in order, and NaN behind them where *context says so. The last one is beside the view. */
static void fill_sorted(support_random *random, double *values, int64_t count, void *context)
{
    operand_small_numbers(random, values, count, NULL);
    if (*(const bool *)context)
        for (int64_t i = 0; i < count; i += 5)
            values[i] = NAN;
    qsort(values, (size_t)count - 1, sizeof *values, compare);
}

static void fill_searched(support_random *random, double *values, int64_t count, void *context)
{
    for (int64_t i = 0; i < count; i++)
        values[i] = *(const bool *)context && i % 7 == 0 ? NAN : (double)support_integer(random, -5, 6);
}

static void search_somehow(support_random *random, xp_dtype dtype)
{
    static const int64_t lengths[] = {0, 1, 2, 3, 100, 1023};
    int64_t shape[XP_MAX_NDIM], length = lengths[support_integer(random, 0, 6)];
    bool has_nan = (dtype == XP_FLOAT32 || dtype == XP_FLOAT64) && support_integer(random, 0, 2);
    operand sorted, values, out;
    int64_t step = support_integer(random, 1, 3), all = step * length;
    operand_make(&sorted, random, dtype, 1, &all, OPERAND_CONTIGUOUS, fill_sorted, &has_nan);
    sorted.shape[0] = length;
    sorted.strides[0] *= step;
    int ndim = operand_some_shape(random, shape);
    operand_make(&values, random, dtype, ndim, shape, operand_some_layout(random), fill_searched, &has_nan);
    operand_make(&out, random, XP_INT64, ndim, shape, operand_some_layout(random), operand_small_numbers, NULL);
    bool right = support_integer(random, 0, 2);
    OPERAND_ON_BOTH(search, &sorted.view[which], &values.view[which], right, &out.view[which])
    operand_same(&out, "search");
}

CHECKED_TEST(device_numbers, search_finds_places)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_DTYPE(XP_INT16) | XP_TEST_DTYPE(XP_UINT64) | XP_TEST_REAL_FLOATING)
    for (uint64_t round = 0; round < 8; round++) {
        support_random random = {(uint64_t)dtype * 100 + round};
        xp_scope scope = xp_scope_open();
        search_somehow(&random, dtype);
        xp_assert_closes(scope);
    }
}

/* ---- random numbers ---------------------------------------------------------------------------------------------- */

/* The elements of both, drawn alike. */
static void draw_both(operand *out, xp_dtype dtype, int64_t count, const xp_draw *what)
{
    support_random random = {1};
    operand_make(out, &random, dtype, 1, &count, OPERAND_CONTIGUOUS, operand_small_numbers, NULL);
    OPERAND_ON_BOTH(draw, what, &out->view[which])
}

static const int64_t draws[] = {0, 1, 2, 3, 5, 1023, 1024, 1025, 40001};
static const uint64_t spans[] = {1, 6, 1000, UINT64_C(0x8000000000000001), UINT64_C(0xfffffffffffffffe), 0};

CHECKED_TEST(device_numbers, draws_have_the_host_s_bits)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    for (size_t i = 0; i < sizeof draws / sizeof *draws; i++) {
        xp_scope scope = xp_scope_open();
        xp_draw what = {.kind = XP_DRAW_BITS, .key = UINT64_C(0x123456789abcdef0) + i, .stream = UINT64_MAX - i,
                        .counter = UINT64_C(0xfffffffffffffff0)};
        operand out;
        draw_both(&out, XP_UINT32, draws[i], &what);
        operand_same(&out, "bits, uint32");
        draw_both(&out, XP_UINT64, draws[i], &what);
        operand_same(&out, "bits, uint64");
        what.kind = XP_DRAW_UNIFORM;
        draw_both(&out, XP_FLOAT32, draws[i], &what);
        operand_same(&out, "uniform, float32");
        draw_both(&out, XP_FLOAT64, draws[i], &what);
        operand_same(&out, "uniform, float64");
        what.kind = XP_DRAW_INTEGERS;
        what.low = -3;
        for (size_t j = 0; j < sizeof spans / sizeof *spans; j++) {
            what.span = spans[j];
            draw_both(&out, XP_INT64, draws[i], &what);
            operand_same(&out, "integers");
        }
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(device_numbers, normals_are_the_host_s_to_the_last_ulps)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (size_t i = 0; i < sizeof draws / sizeof *draws; i++) {
        xp_scope scope = xp_scope_open();
        const xp_draw what = {.kind = XP_DRAW_NORMAL, .key = 7 + i, .stream = 3, .counter = 100};
        operand out;
        draw_both(&out, dtype, draws[i], &what);
        xp_array *device = xp_to_device(out.whole[1], xp_device("host"));
        xp_assert_close_nulp(device, out.whole[0], 3);
        xp_assert_closes(scope);
    }
}

/* ---- running sums and products ----------------------------------------------------------------------------------- */

/* Near one: products of many neither overflow nor vanish. */
static void fill_near_one(support_random *random, double *values, int64_t count, void *context)
{
    (void)context;
    for (int64_t i = 0; i < count; i++)
        values[i] = support_uniform(random, 0.99, 1.01) * (support_integer(random, 0, 2) ? 1 : -1);
}

/* The same bits for integers; numbers that are close for others, whose sums are made in another order. */
static void check_scan(const operand *out, xp_dtype dtype, int64_t n)
{
    if (dtype <= XP_UINT64) {
        operand_same(out, "scan");
        return;
    }
    bool is_narrow = dtype == XP_FLOAT32 || dtype == XP_COMPLEX64;
    double unit = is_narrow ? 0x1p-23 : 0x1p-52, bound = unit * (16 + (double)n);
    xp_assert_close(xp_to_device(out->whole[1], xp_device("host")), out->whole[0], bound, bound);
}

static void scan_both(support_random *random, xp_dtype dtype, xp_reduction_kind kind, int ndim, const int64_t *shape,
                      int axis)
{
    bool is_sum = kind == XP_REDUCE_SUM;
    operand x, out;
    operand_make(&x, random, dtype, ndim, shape, operand_some_layout(random),
                 dtype <= XP_UINT64 ? operand_small_numbers : is_sum ? operand_reals : fill_near_one, NULL);
    operand_make(&out, random, dtype, ndim, shape, operand_some_layout(random), operand_small_numbers, NULL);
    OPERAND_ON_BOTH(scan, kind, &x.view[which], axis, &out.view[which])
    check_scan(&out, dtype, shape[axis]);
}

CHECKED_TEST(device_numbers, scan_runs_along_an_axis)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    const unsigned dtypes = XP_TEST_DTYPE(XP_INT8) | XP_TEST_DTYPE(XP_INT64) | XP_TEST_DTYPE(XP_FLOAT32) |
                            XP_TEST_DTYPE(XP_COMPLEX128);
    XP_TEST_DTYPES(dtype, dtypes)
    for (uint64_t round = 0; round < 12; round++) {
        support_random random = {(uint64_t)dtype * 100 + round};
        int64_t shape[XP_MAX_NDIM];
        int ndim = operand_some_shape(&random, shape), axis = (int)support_integer(&random, 0, ndim);
        xp_scope scope = xp_scope_open();
        scan_both(&random, dtype, round % 3 ? XP_REDUCE_SUM : XP_REDUCE_PROD, ndim, shape, axis);
        xp_assert_closes(scope);
    }
}

/* Long lines in several pieces, with few or many beside them; the borders of blocks and tiles. */
CHECKED_TEST(device_numbers, scan_runs_along_long_lines)
{
    static const int64_t shapes[][2] = {{511, 1},    {513, 1},   {2047, 1},  {2048, 1},    {2049, 1}, {4097, 3},
                                        {100001, 1}, {70000, 2}, {20000, 5}, {300000, 1}, {1025, 65}, {40000, 64}};
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_DTYPE(XP_INT32) | XP_TEST_DTYPE(XP_FLOAT64) | XP_TEST_DTYPE(XP_COMPLEX64))
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int flipped = 0; flipped < 2; flipped++) {
            support_random random = {(uint64_t)dtype * 100 + i};
            const int64_t shape[] = {shapes[i][flipped], shapes[i][1 - flipped]};
            xp_scope scope = xp_scope_open();
            scan_both(&random, dtype, i % 4 == 1 ? XP_REDUCE_PROD : XP_REDUCE_SUM, 2, shape, flipped);
            xp_assert_closes(scope);
        }
}

/* A 0, and numbers of which two overflow. */
static void fill_huge(support_random *random, double *values, int64_t count, void *context)
{
    (void)random, (void)context;
    for (int64_t i = 0; i < count; i++)
        values[i] = i == 0 ? 0 : 1e300;
}

/* A product that has become 0 stays so, whatever comes: pieces that overflow by themselves do not turn it into NaN. */
CHECKED_TEST(device_numbers, products_of_pieces_do_not_overflow)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    support_random random = {1};
    const int64_t shape[] = {50001};
    xp_scope scope = xp_scope_open();
    operand x, out;
    operand_make(&x, &random, XP_FLOAT64, 1, shape, OPERAND_CONTIGUOUS, fill_huge, NULL);
    operand_make(&out, &random, XP_FLOAT64, 1, shape, OPERAND_CONTIGUOUS, operand_small_numbers, NULL);
    OPERAND_ON_BOTH(scan, XP_REDUCE_PROD, &x.view[which], 0, &out.view[which])
    operand_same(&out, "products");
    xp_assert_closes(scope);
}
