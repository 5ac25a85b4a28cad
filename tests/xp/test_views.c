/* Views: of memory, of pending work (pushed to what it reads), and the reshapes that force.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "support.h"

#define ROWS 200
#define COLUMNS 150
#define BYTES (8 * (uint64_t)(ROWS * COLUMNS))

static const struct xp_device *trace(void)
{
    return xp_device("trace(host)");
}

static xp_array *matrix(double first, double step)
{
    return support_ramp(first, step, XP_FLOAT64, XP_SHAPE(ROWS, COLUMNS), trace());
}

static xp_counts counts_of_eval(xp_array *x)
{
    xp_trace_reset(trace());
    xp_assert_that(xp_eval(x) == XP_OK, "%s", xp_error_message());
    return xp_test_counts(trace());
}

static double value_at(xp_array *x, int64_t i, int64_t j)
{
    return xp_to_double(xp_get(x, XP_INDEX(xp_at(i), xp_at(j))));
}

CHECKED_TEST(views, views_of_memory_copy_nothing)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = matrix(0, 1);
    xp_trace_reset(trace());
    xp_array *part = xp_get(x, XP_INDEX(xp_slice(10, 20, 3), xp_slice(XP_END, XP_END, -1)));
    xp_array *turned = xp_permute_dims(part, (const int[]){1, 0}, 2);
    xp_array *wide = xp_broadcast_to(xp_get(x, XP_INDEX(xp_at(0), xp_ellipsis())), XP_SHAPE(7, COLUMNS));
    cr_assert_not(xp_is_pending(turned) || xp_is_pending(wide));
    xp_counts counts = xp_test_counts(trace());
    cr_assert_eq(counts.allocations + counts.launches, 0);
    cr_assert_eq(value_at(turned, 0, 1), 13 * COLUMNS + COLUMNS - 1);
    cr_assert_eq(value_at(wide, 6, 5), 5);
    xp_assert_closes(scope);
}

CHECKED_TEST(views, a_transposed_expression_is_one_pass)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = matrix(0, 1), *b = matrix(5, -1);
    xp_array *c = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(COLUMNS, ROWS), trace());
    xp_array *turned = xp_permute_dims(xp_multiply(a, b), (const int[]){1, 0}, 2);
    xp_array *y = xp_add(turned, c);
    xp_counts counts = counts_of_eval(y);
    cr_assert_eq(counts.passes, 1, "the transpose went to the operands");
    cr_assert_eq(counts.bytes_read, 3 * BYTES);
    cr_assert_eq(counts.bytes_written, BYTES);
    double at = 7 * COLUMNS + 3;
    cr_assert_eq(value_at(y, 3, 7), at * (5 - at) + 3 * ROWS + 7);
    xp_assert_closes(scope);
}

CHECKED_TEST(views, a_slice_of_an_expression_computes_the_slice_alone)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = matrix(0, 1), *b = matrix(5, -1);
    xp_array *part = xp_get(xp_multiply(a, b), XP_INDEX(xp_slice(XP_END, XP_END, 2), xp_slice(0, COLUMNS / 3, 1)));
    xp_counts counts = counts_of_eval(part);
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.bytes_written, BYTES / 6);
    cr_assert_eq(counts.bytes_read, 2 * BYTES / 6);
    double at = 4 * COLUMNS + 9;
    cr_assert_eq(value_at(part, 2, 9), at * (5 - at));
    xp_assert_closes(scope);
}

CHECKED_TEST(views, one_row_of_an_expression_is_cheap)
{
    xp_scope scope = xp_scope_open();
    xp_array *row = xp_get(xp_exp(matrix(0, 1e-4)), XP_INDEX(xp_at(-1), xp_ellipsis()));
    xp_counts counts = counts_of_eval(row);
    cr_assert_leq(counts.bytes_read, 2 * 8 * COLUMNS);
    xp_assert_closes(scope);
}

/* Every view of a pending expression has the values that the same view of the computed one has. */
typedef xp_array *make_view(xp_array *x);

static xp_array *reversed(xp_array *x)
{
    return xp_flip(x, XP_ALL);
}
static xp_array *sliced(xp_array *x)
{
    return xp_get(x, XP_INDEX(xp_slice(5, -3, 4), xp_slice(-1, 2, -7)));
}
static xp_array *column(xp_array *x)
{
    return xp_get(x, XP_INDEX(xp_ellipsis(), xp_at(2)));
}
static xp_array *with_new_axes(xp_array *x)
{
    return xp_get(x, XP_INDEX(xp_newaxis(), xp_ellipsis(), xp_newaxis(), xp_slice(0, 5, 1)));
}
static xp_array *flat(xp_array *x)
{
    return xp_reshape(x, XP_SHAPE(-1));
}
static xp_array *folded(xp_array *x)
{
    return xp_reshape(x, XP_SHAPE(ROWS / 10, 10, COLUMNS));
}
static xp_array *turned_flat(xp_array *x)
{
    return xp_reshape(xp_matrix_transpose(x), XP_SHAPE(-1));
}
static xp_array *spread(xp_array *x)
{
    return xp_broadcast_to(x, XP_SHAPE(3, ROWS, COLUMNS));
}
static xp_array *element(xp_array *x)
{
    return xp_get(x, XP_INDEX(xp_at(-3), xp_at(4)));
}
static xp_array *nothing(xp_array *x)
{
    return xp_get(x, XP_INDEX(xp_slice(4, 4, 1), xp_ellipsis()));
}
static xp_array *twice(xp_array *x)
{
    return xp_matrix_transpose(sliced(x));
}

static xp_array *with_a_row(const struct xp_device *device, xp_array *x)
{
    xp_array *row = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(COLUMNS), device);
    xp_array *column_of_ones = support_ramp(1, 0, XP_FLOAT64, XP_SHAPE(ROWS, 1), device);
    return xp_add(xp_multiply(x, row), column_of_ones);
}

CHECKED_TEST(views, views_of_pending_work_have_the_right_values)
{
    static make_view *const views[] = {reversed, sliced, column,  with_new_axes, flat,  folded,
                                       turned_flat, spread, element, nothing,   twice};
    XP_TEST_PROVIDERS(device) {
        for (int i = 0; i < (int)(sizeof views / sizeof *views); i++) {
            xp_scope scope = xp_scope_open();
            xp_array *x = support_ramp(-20, 0.5, XP_FLOAT64, XP_SHAPE(ROWS, COLUMNS), device);
            xp_array *pending = with_a_row(device, x), *computed = with_a_row(device, x);
            cr_assert_eq(xp_eval(computed), XP_OK);
            const char *failure = xp_test_identical(views[i](pending), views[i](computed));
            xp_assert_that(!failure, "view %d: %s", i, failure);
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(views, views_of_pending_reductions_have_the_right_values)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(4, 3), device);
        xp_array *sums = xp_sum(x, XP_OVER(1));
        xp_array *view = xp_get(sums, XP_INDEX(xp_slice(XP_END, XP_END, -2), xp_newaxis()));
        xp_array *y = xp_add(view, xp_scalar(1.0));
        xp_assert_close_to(y, ((const double[]){31, 13}), XP_FLOAT64, XP_SHAPE(2, 1), 0, 0);
        xp_assert_close_to(view, ((const double[]){30, 12}), XP_FLOAT64, XP_SHAPE(2, 1), 0, 0);
        xp_assert_close_to(sums, ((const double[]){3, 12, 21, 30}), XP_FLOAT64, XP_SHAPE(4), 0, 0);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(views, a_coordinate_is_no_memory)
{
    xp_scope scope = xp_scope_open();
    const int64_t n = 50000;
    xp_trace_reset(trace());
    xp_array *index = xp_arange(0, (double)n, 1, XP_INT64, trace());
    xp_array *even = xp_get(index, XP_INDEX(xp_slice(0, XP_END, 2)));
    xp_array *total = xp_sum(xp_multiply(even, xp_scalar(3)), XP_ALL);
    cr_assert_eq(xp_to_int(total), 3 * (n / 2 - 1) * (n / 2));
    cr_assert_eq(xp_test_counts(trace()).bytes_read, 0);
    xp_assert_closes(scope);
}
