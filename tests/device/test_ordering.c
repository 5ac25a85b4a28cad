/* Slots of devices that put elements in order, held against the host's: sorting, distinct elements,
 * ranks, partitions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "operands.h"

#define ROUNDS 8 /* random shapes and layouts for each dtype */

/* Calls a slot on the host and on the device. */
#define ON_BOTH(slot, ...)                                                                                             \
    for (int which = 0; which < 2; which++) {                                                                          \
        const struct xp_device *on = which ? operand_device() : xp_device("host");                                     \
        cr_assert_eq(on->driver->slot(on, __VA_ARGS__), XP_OK, "%s", xp_error_message());                              \
    }

/* Where what is between the keys and the results is under test: each width and kind of keys takes long to compile. */
static const xp_dtype some_dtypes[] = {XP_INT8, XP_UINT16, XP_FLOAT32, XP_FLOAT64, XP_COMPLEX128};
enum { N_SOME_DTYPES = sizeof some_dtypes / sizeof some_dtypes[0], N_REAL_DTYPES = N_SOME_DTYPES - 1 };

/* Round the lengths that groups and items sort by themselves, and those of pieces. */
static const int64_t borders[] = {1,    2,    3,    7,    8,    9,    31,   64,   100,  511,   512,   513,  1023,
                                  1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097, 8192, 16384, 16385, 33000};
enum { N_BORDERS = sizeof borders / sizeof borders[0] };

typedef enum data_kind { FEW, MANY, AWKWARD, WIDE, N_DATA_KINDS } data_kind;

static void some_values(support_random *random, double *values, int64_t count, void *context)
{
    static const double awkward[] = {NAN, 0.0, -0.0, INFINITY, -INFINITY, 1.0, -1.0};
    const xp_dtype dtype = *(const xp_dtype *)context;
    data_kind kind = (data_kind)support_integer(random, 0, N_DATA_KINDS);
    bool is_floating = dtype == XP_FLOAT32 || dtype == XP_FLOAT64 || dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
    bool is_wide = is_floating || dtype == XP_INT64;
    for (int64_t i = 0; i < count; i++) {
        if (dtype == XP_BOOL)
            values[i] = (double)support_integer(random, 0, 2);
        else if (kind == AWKWARD && is_floating)
            values[i] = awkward[support_integer(random, 0, 7)];
        else if (kind == WIDE && is_wide)
            values[i] = ldexp(support_uniform(random, -1, 1), (int)support_integer(random, 1, 62));
        else if (kind == FEW)
            values[i] = (double)support_integer(random, 0, 5);
        else
            values[i] = is_wide || dtype == XP_INT32 || dtype == XP_INT16 || dtype == XP_INT8
                            ? (double)support_integer(random, -120, 120)
                            : (double)support_integer(random, 0, 250);
    }
}

static operand_layout some_layout(support_random *random)
{
    return support_integer(random, 0, 2) ? OPERAND_SPREAD : OPERAND_CONTIGUOUS;
}

/* One axis of a length worth a try, others short; now and then none has elements. */
static int some_shape(support_random *random, int64_t *shape, int *axis)
{
    int ndim = (int)support_integer(random, 1, 5);
    *axis = (int)support_integer(random, 0, ndim);
    for (int i = 0; i < ndim; i++)
        shape[i] = support_integer(random, 1, ndim < 3 ? 40 : 7);
    if (support_integer(random, 0, 3) > 0)
        shape[*axis] = borders[support_integer(random, 0, ndim < 3 ? N_BORDERS : N_BORDERS - 8)];
    if (ndim == 2 && shape[*axis] > 4097)
        shape[1 - *axis] = 3;
    if (support_integer(random, 0, 10) == 0)
        shape[support_integer(random, 0, ndim)] = 0;
    return ndim;
}

static void make(operand *made, support_random *random, xp_dtype dtype, int ndim, const int64_t *shape)
{
    operand_make(made, random, dtype, ndim, shape, some_layout(random), some_values, &dtype);
}

/* ---- sort -------------------------------------------------------------------------------------------------------- */

static void sort_somehow(support_random *random, xp_dtype dtype)
{
    int64_t shape[XP_MAX_NDIM];
    operand x, values, positions;
    int axis, ndim = some_shape(random, shape, &axis);
    bool is_complex = dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
    bool descending = !is_complex && support_integer(random, 0, 2);
    int wanted = is_complex ? 2 : (int)support_integer(random, 1, 4);
    make(&x, random, dtype, ndim, shape);
    make(&values, random, dtype, ndim, shape);
    make(&positions, random, XP_INT64, ndim, shape);
    ON_BOTH(sort, &x.view[which], axis, descending, true, wanted & 1 ? &values.view[which] : NULL,
            wanted & 2 ? &positions.view[which] : NULL)
    operand_same(&values, "values");
    operand_same(&positions, "positions");
}

/* A round for each random seed, in a scope of its own. */
static void in_rounds(xp_dtype dtype, int rounds, void (*once)(support_random *, xp_dtype))
{
    for (int round = 0; round < rounds; round++) {
        support_random random = {(uint64_t)(dtype * rounds + round)};
        xp_scope scope = xp_scope_open();
        once(&random, dtype);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(device_ordering, sort_puts_lines_in_order)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
        in_rounds(dtype, ROUNDS, sort_somehow);
}

static void sort_lines(int64_t lines, int64_t n, xp_dtype dtype, bool descending)
{
    support_random random = {(uint64_t)n};
    const int64_t shape[] = {lines, n};
    operand x, values, positions;
    xp_scope scope = xp_scope_open();
    make(&x, &random, dtype, 2, shape);
    make(&values, &random, dtype, 2, shape);
    make(&positions, &random, XP_INT64, 2, shape);
    ON_BOTH(sort, &x.view[which], 1, descending, true, &values.view[which], &positions.view[which])
    operand_same(&values, "values");
    operand_same(&positions, "positions");
    xp_assert_closes(scope);
}

CHECKED_TEST(device_ordering, sort_at_the_borders_of_pieces)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    for (int i = 0; i < N_BORDERS; i++)
        sort_lines(1, borders[i], i % 2 ? XP_INT32 : XP_FLOAT32, i % 3 == 0);
    sort_lines(1, 200001, XP_INT32, false); /* so many pieces that a group sums up each row of counts */
}

/* Lines that go side by side on processors, and what is left of them; networks of any length. */
CHECKED_TEST(device_ordering, sort_short_lines)
{
    static const int64_t lengths[] = {1, 2, 3, 7, 64, 100, 255, 256, 257, 300, 511, 513, 1000, 2047, 2048};
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    XP_TEST_DTYPES(dtype, XP_TEST_DTYPE(XP_INT16) | XP_TEST_DTYPE(XP_FLOAT32) | XP_TEST_DTYPE(XP_FLOAT64))
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        sort_lines(1 + 5 * (int64_t)i % 19, lengths[i], dtype, i % 2);
}

/* ---- unique ------------------------------------------------------------------------------------------------------ */

static void unique_somehow(support_random *random, xp_dtype dtype)
{
    const int64_t n = support_integer(random, 0, 9) ? borders[support_integer(random, 0, N_BORDERS)] : 0;
    const int64_t capacity = support_integer(random, 0, 2) ? n : support_integer(random, 0, 9);
    const int64_t lengths[] = {capacity, capacity, n, capacity, 1};
    operand x, out[5]; /* values, indices, inverse, counts, count */
    xp_unique_views views[2];
    make(&x, random, dtype, 1, &n);
    for (int i = 0; i < 5; i++)
        operand_make(&out[i], random, i == 0 ? dtype : XP_INT64, i < 4, &lengths[i], OPERAND_CONTIGUOUS, some_values,
                     &dtype);
    const int64_t wanted = support_integer(random, 0, 16);
    for (int which = 0; which < 2; which++)
        views[which] = (xp_unique_views){capacity,
                                         wanted & 1 ? &out[0].view[which] : NULL,
                                         wanted & 2 ? &out[1].view[which] : NULL,
                                         wanted & 4 ? &out[2].view[which] : NULL,
                                         wanted & 8 ? &out[3].view[which] : NULL,
                                         &out[4].view[which]};
    ON_BOTH(unique, &x.view[which], &views[which])
    for (int i = 0; i < 5; i++)
        operand_same(&out[i], "unique");
}

CHECKED_TEST(device_ordering, unique_finds_distinct_elements)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    for (int i = 0; i < N_SOME_DTYPES; i++)
        in_rounds(some_dtypes[i], 2 * ROUNDS, unique_somehow);
}

/* ---- select and partition ---------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The elements of one rank are the pivots. */
static void select_somehow(support_random *random, xp_dtype dtype)
{
    int64_t shape[XP_MAX_NDIM], ranks[20];
    operand x, out, pivots, parted, order;
    int axis, ndim = some_shape(random, shape, &axis);
    int count = (int)support_integer(random, 1, support_integer(random, 0, 2) ? 20 : 5); /* few are found otherwise */
    const int64_t n = shape[axis] = shape[axis] > 0 ? shape[axis] : 1;
    const bool nan_spreads = support_integer(random, 0, 2);
    make(&x, random, dtype, ndim, shape);
    make(&parted, random, dtype, ndim, shape);
    make(&order, random, XP_INT64, ndim, shape);
    for (int i = 0; i < count; i++)
        ranks[i] = support_integer(random, 0, n);
    qsort(ranks, (size_t)count, sizeof *ranks, compare);
    shape[axis] = count;
    make(&out, random, dtype, ndim, shape);
    shape[axis] = 1;
    make(&pivots, random, dtype, ndim, shape);
    ON_BOTH(select, &x.view[which], axis, ranks, count, nan_spreads, &out.view[which])
    operand_same(&out, "select");
    ON_BOTH(select, &x.view[which], axis, &ranks[count / 2], 1, false, &pivots.view[which])
    operand_same(&pivots, "select");
    ON_BOTH(partition, &x.view[which], axis, &pivots.view[which], false, &parted.view[which])
    operand_same(&parted, "partition");
    ON_BOTH(partition, &x.view[which], axis, &pivots.view[which], true, &order.view[which])
    operand_same(&order, "positions of a partition");
}

CHECKED_TEST(device_ordering, select_and_partition)
{
    if (!operand_device())
        XP_TEST_SKIP("no device was built");
    for (int i = 0; i < N_REAL_DTYPES; i++)
        in_rounds(some_dtypes[i], 2 * ROUNDS, select_somehow);
}
