/* Values that go to places: scatter_add, put, at_...; and results whose length is given. Expected values are plain
 * loops' over the same numbers.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define ROWS 5
#define COLUMNS 4

/* Whole numbers of a dtype, complex ones without imaginary parts: first, first + 1, ...; and a matrix of given ones. */
static xp_array *counted(double first, xp_dtype dtype, xp_shape shape, const struct xp_device *device)
{
    return xp_astype(support_ramp(first, 1, XP_INT64, shape, device), dtype, false);
}

static xp_array *integers(const double *values, xp_dtype dtype, const struct xp_device *device)
{
    return xp_astype(support_array(values, XP_INT64, XP_SHAPE(ROWS, COLUMNS), device), dtype, false);
}

/* ---- scatter_add ------------------------------------------------------------------------------------------------- */

/* Sums for every axis of a matrix and for all of it flat, several times for the same places. */
CHECKED_TEST(scatter, adds_along_an_axis)
{
    static const double at[] = {2, -1, 2, 0, 3, 2};
    double rows[ROWS * COLUMNS], columns[ROWS * COLUMNS], flat[ROWS * COLUMNS];
    for (int i = 0; i < ROWS * COLUMNS; i++)
        rows[i] = columns[i] = flat[i] = 1 + i;
    for (int k = 0; k < 6; k++) {
        int row = ((int)at[k] + ROWS) % ROWS, column = ((int)at[k] + COLUMNS) % COLUMNS;
        for (int j = 0; j < COLUMNS; j++)
            rows[row * COLUMNS + j] += k * COLUMNS + j;
        for (int i = 0; i < ROWS; i++)
            columns[i * COLUMNS + column] += i * 6 + k;
        flat[((int)at[k] + ROWS * COLUMNS) % (ROWS * COLUMNS)] += k;
    }
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_NUMERIC)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = counted(1, dtype, XP_SHAPE(ROWS, COLUMNS), device);
        xp_array *indices = support_array(at, XP_INT64, XP_SHAPE(2, 3), device);
        xp_array *by_rows = counted(0, dtype, XP_SHAPE(2, 3, COLUMNS), device);
        xp_array *by_columns = counted(0, dtype, XP_SHAPE(ROWS, 2, 3), device);
        xp_array *by_all = counted(0, dtype, XP_SHAPE(2, 3), device);
        xp_assert_equal(xp_extra_scatter_add(x, indices, by_rows, 0), integers(rows, dtype, device));
        xp_assert_equal(xp_extra_scatter_add(x, indices, by_columns, -1), integers(columns, dtype, device));
        xp_assert_equal(xp_extra_scatter_add(x, indices, by_all, XP_FLAT), integers(flat, dtype, device));
        xp_assert_closes(scope);
    }
}

#define MANY 300000
#define PLACES 1000

/* Sums are made in the order of the indices: the bits are those of a plain loop, with one thread and with several. */
CHECKED_TEST(scatter, adds_in_order_with_any_number_of_threads)
{
    support_random random = {5};
    float *values = malloc(MANY * sizeof *values), sums[PLACES] = {0};
    int64_t *at = malloc(MANY * sizeof *at);
    cr_assert(values && at);
    for (int i = 0; i < MANY; i++) {
        values[i] = (float)support_uniform(&random, -1, 1);
        at[i] = support_integer(&random, 0, PLACES);
        sums[at[i]] += values[i];
    }
    for (int threads = 1; threads <= 4; threads++) {
        xp_scope scope = xp_scope_open();
        xp_set_num_threads(threads);
        xp_array *indices = xp_from_host(at, XP_INT64, XP_SHAPE(MANY), NULL);
        xp_array *x = xp_zeros(XP_SHAPE(PLACES), XP_FLOAT32, NULL);
        xp_array *added = xp_from_host(values, XP_FLOAT32, XP_SHAPE(MANY), NULL);
        xp_array *result = xp_extra_scatter_add(x, indices, added, 0);
        cr_assert_arr_eq(xp_data(result), sums, sizeof sums, "with %d threads", threads);
        /* the last value stays, whoever writes it */
        xp_array *set = xp_set(x, XP_INDEX(xp_positions(indices)), added);
        float last[PLACES] = {0};
        for (int i = 0; i < MANY; i++)
            last[at[i]] = values[i];
        cr_assert_arr_eq(xp_data(set), last, sizeof last, "with %d threads", threads);
        xp_assert_closes(scope);
    }
    xp_set_num_threads(0);
    free(values);
    free(at);
}

/* Columns of a transposed array, and rows that broadcast. */
CHECKED_TEST(scatter, adds_in_any_layout)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(3, 4, 5), device);
        xp_array *turned = xp_permute_dims(x, (const int[]){2, 0, 1}, 3);
        xp_array *indices = support_array((const double[]){1, 1, 0}, XP_INT8, XP_SHAPE(3), device);
        xp_array *values = xp_flip(support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(3), device), XP_ALL); /* 3, 2, 1 */
        xp_array *added = support_array((const double[]){1, 5, 0}, XP_FLOAT64, XP_SHAPE(3, 1), device);
        xp_assert_equal(xp_extra_scatter_add(turned, indices, xp_expand_dims(values, -1), 1), xp_add(turned, added));
        xp_assert_equal(xp_extra_scatter_add(turned, indices, xp_scalar(2), 0),
                        xp_add(turned, support_array((const double[]){2, 4, 0, 0, 0}, XP_FLOAT64, XP_SHAPE(5, 1, 1),
                                                     device)));
        xp_assert_closes(scope);
    }
}

/* ---- put, and reading back --------------------------------------------------------------------------------------- */

CHECKED_TEST(scatter, puts_values_that_repeat)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_array((const double[]){0, 1, 0, 1, 0, 1}, XP_INT8, XP_SHAPE(2, 3), device);
        xp_array *indices = support_array((const double[]){0, -1, 3, 0, 2}, XP_INT32, XP_SHAPE(5), device);
        xp_array *two = xp_astype(support_array((const double[]){1, 0}, XP_INT8, XP_SHAPE(2), device), dtype, false);
        xp_array *expected = support_array((const double[]){0, 1, 1, 1, 0, 0}, XP_INT8, XP_SHAPE(2, 3), device);
        x = xp_astype(x, dtype, false);
        xp_assert_equal(xp_extra_put(x, indices, two), xp_astype(expected, dtype, false));
        xp_assert_closes(scope);
    }
}

/* Taking along an axis what argsort found sorts: here the order is written down. */
CHECKED_TEST(scatter, takes_along_an_axis)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_array((const double[]){30, 10, 20, 5, 7, 6}, XP_FLOAT32, XP_SHAPE(2, 3), device);
        xp_array *order = support_array((const double[]){1, 2, 0, 0, -1, 1}, XP_INT64, XP_SHAPE(2, 3), device);
        xp_array *sorted = support_array((const double[]){10, 20, 30, 5, 6, 7}, XP_FLOAT32, XP_SHAPE(2, 3), device);
        xp_assert_equal(xp_take_along_axis(x, order, 1), sorted);
        xp_assert_equal(xp_take_along_axis(xp_flip(x, XP_OVER(0)), xp_flip(order, XP_OVER(0)), -1),
                        xp_flip(sorted, XP_OVER(0)));
        xp_array *row = support_array((const double[]){1, 0, 1}, XP_UINT8, XP_SHAPE(1, 3), device);
        xp_assert_equal(xp_take_along_axis(x, row, 0),
                        support_array((const double[]){5, 10, 6}, XP_FLOAT32, XP_SHAPE(1, 3), device));
        xp_array *column = support_array((const double[]){2}, XP_UINT64, XP_SHAPE(1, 1), device);
        xp_assert_equal(xp_take_along_axis(x, column, 1),
                        support_array((const double[]){20, 6}, XP_FLOAT32, XP_SHAPE(2, 1), device));
        xp_array *none = xp_zeros(XP_SHAPE(2, 0), XP_INT64, device);
        xp_assert_equal(xp_take_along_axis(x, none, 1), xp_zeros(XP_SHAPE(2, 0), XP_FLOAT32, device));
        xp_assert_closes(scope);
    }
}

/* ---- large masks ------------------------------------------------------------------------------------------------- */

#define LONG 200003

/* Every size of an element, contiguous and not, with one thread and with several. */
CHECKED_TEST(scatter, masks_choose_the_same_with_any_number_of_threads)
{
    support_random random = {9};
    double *truth = malloc(LONG * sizeof *truth), *chosen = malloc(LONG * sizeof *chosen);
    cr_assert(truth && chosen);
    int64_t count = 0;
    for (int i = 0; i < LONG; i++) {
        truth[i] = support_integer(&random, 0, 3) == 0 || (i > 70000 && i < 140000);
        if (truth[i] != 0.0)
            chosen[count++] = i;
    }
    static const xp_dtype dtypes[] = {XP_UINT8, XP_INT16, XP_FLOAT32, XP_FLOAT64, XP_COMPLEX128};
    for (int threads = 1; threads <= 3; threads++)
        for (int d = 0; d < 5; d++) {
            xp_scope scope = xp_scope_open();
            xp_set_num_threads(threads);
            xp_array *mask = support_array(truth, XP_BOOL, XP_SHAPE(LONG), NULL);
            xp_array *positions = support_array(chosen, XP_INT64, XP_SHAPE(count), NULL), *found;
            xp_array *x = xp_astype(xp_arange(0, LONG, 1, XP_INT64, NULL), dtypes[d], false);
            xp_array *expected = xp_astype(positions, dtypes[d], false);
            xp_assert_equal(xp_get(x, XP_INDEX(xp_mask(mask))), expected);
            xp_array *back = xp_flip(xp_asarray(xp_flip(x, XP_ALL), XP_DEFAULT_DTYPE, true, NULL), XP_ALL);
            xp_array *masks = xp_get(xp_repeat(mask, 3, 0), XP_INDEX(xp_slice(XP_END, XP_END, 3)));
            xp_assert_equal(xp_get(back, XP_INDEX(xp_mask(masks))), expected);
            xp_assert_that(xp_nonzero(masks, &found, 1), "%s", xp_error_message());
            xp_assert_equal(found, positions);
            xp_assert_closes(scope);
        }
    xp_set_num_threads(0);
    free(truth);
    free(chosen);
}

/* ---- nonzero, and lengths that are given ------------------------------------------------------------------------- */

CHECKED_TEST(scatter, nonzero_of_every_dtype)
{
    static const double values[] = {0, 3, 0, 0, -0.0, 1};
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
    {
        xp_scope scope = xp_scope_open();
        xp_array *where[2], *x = xp_astype(support_array(values, XP_FLOAT64, XP_SHAPE(2, 3), device), dtype, false);
        xp_assert_that(xp_nonzero(x, where, 2), "%s", xp_error_message());
        xp_assert_equal(where[0], support_array((const double[]){0, 1}, XP_INT64, XP_SHAPE(2), device));
        xp_assert_equal(where[1], support_array((const double[]){1, 2}, XP_INT64, XP_SHAPE(2), device));
        xp_assert_that(xp_nonzero(xp_matrix_transpose(x), where, 2), "%s", xp_error_message());
        xp_assert_equal(where[0], support_array((const double[]){1, 2}, XP_INT64, XP_SHAPE(2), device));
        xp_assert_that(xp_nonzero(xp_zeros(XP_SHAPE(0, 3), dtype, device), where, 2), "%s", xp_error_message());
        xp_assert_equal(where[1], xp_zeros(XP_SHAPE(0), XP_INT64, device));
        xp_assert_closes(scope);
    }
    xp_scope scope = xp_scope_open();
    xp_array *where;
    const double odd[] = {-0.0, NAN, 0.0, -INFINITY};
    xp_assert_that(xp_nonzero(support_array(odd, XP_FLOAT64, XP_SHAPE(4), NULL), &where, 1), "%s", xp_error_message());
    xp_assert_equal(where, support_array((const double[]){1, 3}, XP_INT64, XP_SHAPE(2), NULL));
    xp_assert_closes(scope);
}

CHECKED_TEST(scatter, nonzero_within_a_capacity)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        xp_array *where[2];
        xp_array *x = support_array((const double[]){0, 3, 0, 7, 0, 1}, XP_INT16, XP_SHAPE(2, 3), device);
        xp_assert_equal(xp_extra_nonzero_within(x, 5, -1, where, 2), xp_asarray(xp_scalar(3), XP_INT64, false, device));
        xp_assert_equal(where[0], support_array((const double[]){0, 1, 1, -1, -1}, XP_INT64, XP_SHAPE(5), device));
        xp_assert_equal(where[1], support_array((const double[]){1, 0, 2, -1, -1}, XP_INT64, XP_SHAPE(5), device));
        xp_assert_equal(xp_extra_nonzero_within(x, 2, -1, where, 2), xp_asarray(xp_scalar(3), XP_INT64, false, device));
        xp_assert_equal(where[1], support_array((const double[]){1, 0}, XP_INT64, XP_SHAPE(2), device));
        xp_assert_equal(xp_extra_nonzero_within(x, 0, -1, where, 2), xp_asarray(xp_scalar(3), XP_INT64, false, device));
        xp_assert_equal(where[0], xp_zeros(XP_SHAPE(0), XP_INT64, device));
        xp_array *empty = xp_zeros(XP_SHAPE(0), XP_BOOL, device);
        xp_assert_equal(xp_extra_nonzero_within(empty, 2, 9, where, 1),
                        xp_asarray(xp_scalar(0), XP_INT64, false, device));
        xp_assert_equal(where[0], support_array((const double[]){9, 9}, XP_INT64, XP_SHAPE(2), device));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(scatter, compress_within_a_capacity)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
    {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(1, 1, dtype, XP_SHAPE(4, 2), device);
        xp_array *mask = support_array((const double[]){0, 1, 0, 1}, XP_BOOL, XP_SHAPE(4), device);
        xp_array *rows = xp_get(x, XP_INDEX(xp_mask(mask))), *zeros = xp_zeros(XP_SHAPE(1, 2), dtype, device);
        xp_compress_within_result result = xp_extra_compress_within(x, mask, 3, NULL);
        xp_assert_equal(result.values, xp_concat((xp_array *const[]){rows, zeros}, 2, 0));
        xp_assert_equal(result.count, xp_asarray(xp_scalar(2), XP_INT64, false, device));
        result = xp_extra_compress_within(x, mask, 1, xp_ones(XP_SHAPE_0D, dtype, device));
        xp_assert_equal(result.values, xp_get(rows, XP_INDEX(xp_slice(0, 1, 1), xp_ellipsis())));
        xp_assert_equal(result.count, xp_asarray(xp_scalar(2), XP_INT64, false, device));
        xp_array *whole = xp_not_equal(x, x);
        result = xp_extra_compress_within(x, whole, 2, xp_ones(XP_SHAPE_0D, dtype, device));
        xp_assert_equal(result.values, xp_ones(XP_SHAPE(2), dtype, device));
        xp_array *none = xp_zeros(XP_SHAPE(0, 2), dtype, device);
        result = xp_extra_compress_within(none, xp_zeros(XP_SHAPE(0), XP_BOOL, device), 2, NULL);
        xp_assert_equal(result.values, xp_zeros(XP_SHAPE(2, 2), dtype, device));
        xp_assert_closes(scope);
    }
}

/* ---- at_... ------------------------------------------------------------------------------------------------------ */

/* Every operation through a slice, a mask and, where they are taken, positions. */
CHECKED_TEST(scatter, operations_change_what_is_named)
{
    static const double slice[7][4] = {{1, 5, 3, 7}, {1, -1, 3, 1}, {1, 6, 3, 12}, {1, 2.0 / 3, 3, 4.0 / 3},
                                       {1, 8, 3, 64}, {1, 2, 3, 3}, {1, 3, 3, 4}};
    xp_array *(*const change[])(xp_array *, xp_indices, xp_array *) = {
        xp_extra_at_add,   xp_extra_at_subtract, xp_extra_at_multiply, xp_extra_at_divide,
        xp_extra_at_power, xp_extra_at_min,      xp_extra_at_max};
    XP_TEST_PROVIDERS(device)
    for (int i = 0; i < 7; i++) {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(4), device), *three = xp_scalar(3.0);
        xp_array *mask = support_array((const double[]){0, 1, 0, 1}, XP_BOOL, XP_SHAPE(4), device);
        xp_array *threes = support_array((const double[]){3, 3}, XP_FLOAT64, XP_SHAPE(2), device);
        xp_array *expected = support_array(slice[i], XP_FLOAT64, XP_SHAPE(4), device);
        xp_assert_equal(change[i](x, XP_INDEX(xp_slice(1, XP_END, 2)), three), expected);
        xp_assert_equal(change[i](x, XP_INDEX(xp_slice(1, XP_END, 2)), threes), expected);
        xp_assert_equal(change[i](x, XP_INDEX(xp_mask(mask)), three), expected);
        xp_assert_equal(change[i](x, XP_INDEX(xp_mask(mask)), threes), expected);
        xp_assert_equal(change[i](xp_give(xp_add(x, xp_scalar(0))), XP_INDEX(xp_mask(mask)), three), expected);
        xp_array *twice = support_array((const double[]){1, 3, 1}, XP_INT64, XP_SHAPE(3), device);
        xp_array *values = support_array((const double[]){50, 3, 3}, XP_FLOAT64, XP_SHAPE(3), device);
        if (strncmp(xp_device_name(device), "strict", 6) == 0)
            xp_assert_fails(change[i](x, XP_INDEX(xp_positions(twice)), values), XP_ERROR_INDEX, NULL);
        else
            xp_assert_equal(change[i](x, XP_INDEX(xp_positions(twice)), values), expected);
        xp_assert_closes(scope);
    }
}

/* Given arrays are changed where they are; what is not given, and what is borrowed, stays as it is. */
CHECKED_TEST(scatter, given_buffers_are_reused_and_others_never_written)
{
    enum { N = 5000 };
    static double memory[N];
    const struct xp_device *trace = xp_device("trace(host)");
    for (int way = 0; way < 7; way++) {
        for (int borrowed = 0; borrowed < 2; borrowed++) {
            xp_scope scope = xp_scope_open();
            for (int i = 0; i < N; i++)
                memory[i] = i;
            xp_array *x = borrowed ? xp_borrow(memory, XP_FLOAT64, XP_SHAPE(N), NULL, XP_FROZEN, NULL, NULL)
                                   : support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), trace);
            xp_array *at = xp_asarray(support_array((const double[]){7, 9}, XP_INT64, XP_SHAPE(2), xp_device_of(x)),
                                      XP_DEFAULT_DTYPE, true, xp_device_of(x));
            xp_array *values = support_array((const double[]){-1, -2}, XP_FLOAT64, XP_SHAPE(2), xp_device_of(x));
            xp_eval(x, at, values);
            xp_trace_reset(trace);
            xp_give(x);
            xp_array *y = way == 0   ? xp_set(x, XP_INDEX(xp_positions(at)), values)
                          : way == 1 ? xp_extra_at_add(x, XP_INDEX(xp_positions(at)), values)
                          : way == 2 ? xp_extra_put(x, at, values)
                          : way == 3 ? xp_extra_scatter_add(x, at, values, 0)
                          : way == 4 ? xp_set(x, XP_INDEX(xp_slice(7, 10, 2)), values)
                          : way == 5 ? xp_extra_at_add(x, XP_INDEX(xp_slice(7, 10, 2)), values)
                                     : xp_extra_at_add(x, XP_INDEX(xp_at(7)), xp_scalar(1));
            xp_eval(y);
            if (!borrowed)
                xp_assert_that(xp_test_counts(trace).bytes_allocated < N * sizeof(double), "way %d takes %lld bytes",
                               way, (long long)xp_test_counts(trace).bytes_allocated);
            const double seven = xp_to_double(xp_get(y, XP_INDEX(xp_at(7))));
            const double expected[] = {-1, 6, -1, 6, -1, 6, 8};
            cr_assert_eq(seven, expected[way], "way %d: %g", way, seven);
            for (int i = 0; borrowed && i < N; i++)
                cr_assert_eq(memory[i], i, "way %d wrote borrowed memory", way);
            xp_assert_closes(scope);
        }
    }
}

/* ---- what is refused --------------------------------------------------------------------------------------------- */

#define INDEX_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_INDEX, message)
#define VALUE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_VALUE, message)
#define TYPE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_TYPE, message)

CHECKED_TEST(scatter, bad_input_is_refused)
{
    XP_TEST_PROVIDERS(device)
    {
        xp_scope scope = xp_scope_open();
        bool is_strict = strncmp(xp_device_name(device), "strict", 6) == 0;
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(3, 4), device), *results[2];
        xp_array *at = support_array((const double[]){0, 3}, XP_INT64, XP_SHAPE(2), device);
        xp_array *three = xp_zeros(XP_SHAPE(3), XP_INT64, device), *real = xp_zeros(XP_SHAPE(2), XP_FLOAT32, device);
        xp_array *complex = xp_zeros(XP_SHAPE(2), XP_COMPLEX64, device);
        INDEX_ERROR(xp_get(x, XP_INDEX(xp_positions(at))), "get: index 3 is out of bounds for axis 0 of extent 3");
        TYPE_ERROR(xp_get(x, XP_INDEX(xp_positions(real))),
                   "get: positions has dtype float32, expected an integer dtype");
        VALUE_ERROR(xp_get(x, XP_INDEX(xp_positions(NULL))), "get: positions is not given");
        TYPE_ERROR(xp_get(x, XP_INDEX(xp_positions(xp_scalar(1)))), "get: positions is a scalar, expected an array");
        INDEX_ERROR(xp_get(x, XP_INDEX(xp_positions(three), xp_positions(three), xp_positions(three))),
                    "get: 3 indices for an array of 2 dimensions");
        VALUE_ERROR(xp_get(x, XP_INDEX(xp_positions(three), xp_positions(at))),
                    "get: shapes (3,) and (2,) do not broadcast");
        VALUE_ERROR(xp_get(x, XP_INDEX(((xp_index_item){.kind = (xp_index_kind)9}))),
                    "get: an index of unknown kind 9");
        if (is_strict) {
            INDEX_ERROR(xp_get(x, XP_INDEX(xp_positions(three), xp_ellipsis())),
                        "get: the standard has no arrays of positions beside anything but integers");
            INDEX_ERROR(xp_get(x, XP_INDEX(xp_at(0), xp_mask(xp_zeros(XP_SHAPE(4), XP_BOOL, device)))),
                        "get: the standard has no masks beside other indices");
            INDEX_ERROR(xp_set(x, XP_INDEX(xp_positions(three), xp_at(0)), xp_scalar(0)),
                        "set: the standard changes nothing at arrays of positions");
            xp_array *row = xp_get(x, XP_INDEX(xp_at(0), xp_ellipsis()));
            TYPE_ERROR(xp_set(xp_astype(x, XP_FLOAT32, false), XP_INDEX(xp_at(0), xp_ellipsis()), row), NULL);
        } else {
            INDEX_ERROR(xp_get(x, XP_INDEX(xp_at(0), xp_mask(xp_zeros(XP_SHAPE(3), XP_BOOL, device)))),
                        "get: a mask of shape (3,) does not fit an array of shape (3, 4) from axis 1 on");
            VALUE_ERROR(xp_set(x, XP_INDEX(xp_positions(three)), xp_zeros(XP_SHAPE(5, 4), XP_FLOAT64, device)),
                        "set: shape (5, 4) does not broadcast to (3, 4)");
        }
        TYPE_ERROR(xp_extra_at_divide(three, XP_INDEX(xp_at(0)), xp_scalar(2)), NULL);
        TYPE_ERROR(xp_extra_at_add(x, XP_INDEX(xp_slice(0, 2, 1), xp_at(0)), complex), NULL);
        TYPE_ERROR(xp_extra_at_min(complex, XP_INDEX(xp_at(0), xp_ellipsis()), xp_scalar(2)), NULL);
        VALUE_ERROR(xp_extra_at_add(x, XP_INDEX(xp_at(0), xp_ellipsis()), xp_zeros(XP_SHAPE(3), XP_FLOAT64, device)),
                    "at_add: shape (3,) does not broadcast to (4,)");
        VALUE_ERROR(xp_extra_at_add(x, XP_INDEX(xp_at(0)), NULL), "at_add: value is not given");
        INDEX_ERROR(xp_take_along_axis(x, xp_full(XP_SHAPE(1, 1), xp_scalar(4), XP_INT64, device), 1),
                    "take_along_axis: index 4 is out of bounds for extent 4");
        VALUE_ERROR(xp_take_along_axis(x, at, 0), "take_along_axis: indices has 1 dimension, expected 2");
        VALUE_ERROR(xp_take_along_axis(x, xp_zeros(XP_SHAPE(2, 3), XP_INT64, device), 0), NULL);
        INDEX_ERROR(xp_take_along_axis(x, three, 2),
                    "take_along_axis: axis 2 is out of bounds for an array of 2 dimensions");
        INDEX_ERROR(xp_extra_put(x, xp_scalar(12), xp_scalar(0)), "put: index 12 is out of bounds for extent 12");
        VALUE_ERROR(xp_extra_put(x, at, xp_zeros(XP_SHAPE(0), XP_FLOAT64, device)), "put: no values for 2 indices");
        TYPE_ERROR(xp_extra_put(x, at, complex), "put: cannot put complex64 into float64");
        INDEX_ERROR(xp_extra_scatter_add(x, at, xp_scalar(1), 0), "scatter_add: index 3 is out of bounds for extent 3");
        VALUE_ERROR(xp_extra_scatter_add(x, three, xp_zeros(XP_SHAPE(2), XP_FLOAT64, device), 1),
                    "scatter_add: shape (2,) does not broadcast to (3, 3)");
        TYPE_ERROR(xp_extra_scatter_add(three, three, real, 0), NULL);
        TYPE_ERROR(xp_extra_scatter_add(xp_zeros(XP_SHAPE(2), XP_BOOL, device), three, xp_scalar_bool(true), 0),
                   "scatter_add: x has dtype bool, expected a numeric dtype");
        xp_array *point = xp_zeros(XP_SHAPE_0D, XP_FLOAT64, device);
        xp_assert_that(!xp_nonzero(point, results, 0) &&
                           !strcmp(xp_error_message(), "nonzero: x has 0 dimensions, expected at least 1"),
                       "%s", xp_error_message());
        xp_error_clear();
        xp_assert_that(!xp_nonzero(x, results, 1) && !xp_ok(results[0]) &&
                           !strcmp(xp_error_message(), "nonzero: room for 1 results, x has 2 dimensions"),
                       "%s", xp_error_message());
        xp_error_clear();
        VALUE_ERROR(xp_extra_nonzero_within(x, -1, 0, results, 2),
                    "nonzero_within: a capacity of -1, expected 0 or more");
        VALUE_ERROR(xp_extra_compress_within(x, xp_greater(x, xp_scalar(1)), -2, NULL).values,
                    "compress_within: a capacity of -2, expected 0 or more");
        INDEX_ERROR(xp_extra_compress_within(x, xp_zeros(XP_SHAPE(4), XP_BOOL, device), 2, NULL).count,
                    "compress_within: a mask of shape (4,) does not fit an array of shape (3, 4)");
        TYPE_ERROR(xp_extra_compress_within(x, three, 2, NULL).values,
                   "compress_within: mask has dtype int64, expected bool");
        xp_assert_closes(scope);
    }
}

/* ---- failing allocations ----------------------------------------------------------------------------------------- */

static void work(const struct xp_device *device)
{
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(6, 4), device), *results[2];
    xp_array *at = support_array((const double[]){3, -1, 3}, XP_INT64, XP_SHAPE(3), device);
    xp_array *mask = xp_greater(x, xp_scalar(9.0));
    xp_get(x, XP_INDEX(xp_positions(at), xp_at(2)));
    xp_extra_at_add(x, XP_INDEX(xp_mask(mask)), xp_get(x, XP_INDEX(xp_mask(mask))));
    xp_extra_put(x, at, xp_astype(at, XP_FLOAT64, false));
    xp_extra_scatter_add(x, at, xp_scalar(1.0), 0);
    xp_nonzero(x, results, 2);
    xp_extra_nonzero_within(x, 30, 0, results, 2);
    xp_extra_compress_within(x, mask, 30, NULL);
    xp_take_along_axis(x, xp_zeros(XP_SHAPE(1, 4), XP_INT64, device), 0);
}

CHECKED_TEST(scatter, every_allocation_fails_in_turn)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_EVERY_ALLOCATION(round)
    {
        xp_scope scope = xp_scope_open();
        work(device);
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld: status %d, %s", round,
                       (int)status, xp_error_message());
    }
}
