/* Reusing buffers by xp_give, and evaluating into the caller's memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "support.h"

#define N 5000

static const struct xp_device *trace(void)
{
    return xp_device("trace(host)");
}

static xp_array *vector(double first, double step, xp_dtype dtype)
{
    return support_ramp(first, step, dtype, XP_SHAPE(N), trace());
}

/* ---- xp_give ----------------------------------------------------------------------------------------------------- */

static xp_counts counts_of_eval(xp_array *y)
{
    xp_trace_reset(trace());
    xp_assert_that(xp_eval(y) == XP_OK, "%s", xp_error_message());
    return xp_test_counts(trace());
}

CHECKED_TEST(reuse, a_given_array_lends_its_buffer)
{
    xp_scope scope = xp_scope_open();
    xp_array *y = xp_add(xp_give(vector(0, 1, XP_FLOAT64)), xp_scalar(1.0));
    xp_counts counts = counts_of_eval(y);
    cr_assert_eq(counts.reused, 1);
    cr_assert_eq(counts.allocations, 0);
    xp_assert_equal(y, vector(1, 1, XP_FLOAT64));
    xp_assert_closes(scope);
}

CHECKED_TEST(reuse, not_if_a_view_is_alive)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(0, 1, XP_FLOAT64);
    xp_array *view = xp_get(x, XP_INDEX(xp_slice(0, 10, 1)));
    xp_array *y = xp_add(xp_give(x), xp_scalar(1.0));
    cr_assert_eq(counts_of_eval(y).reused, 0);
    cr_assert_eq(xp_to_double(xp_get(view, XP_INDEX(xp_at(3)))), 3);
    xp_assert_equal(y, vector(1, 1, XP_FLOAT64));
    xp_assert_closes(scope);
}

CHECKED_TEST(reuse, not_if_other_pending_work_reads_it)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(0, 1, XP_FLOAT64);
    xp_array *reader = xp_multiply(x, xp_scalar(2.0));
    xp_array *y = xp_add(xp_give(x), xp_scalar(1.0));
    cr_assert_eq(counts_of_eval(y).reused, 0);
    xp_assert_equal(reader, vector(0, 2, XP_FLOAT64));
    xp_assert_equal(y, vector(1, 1, XP_FLOAT64));
    xp_assert_closes(scope);
}

CHECKED_TEST(reuse, not_if_another_handle_is_alive)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(0, 1, XP_FLOAT64);
    xp_array *other = xp_alias(x);
    xp_array *y = xp_add(xp_give(x), xp_scalar(1.0));
    cr_assert_eq(counts_of_eval(y).reused, 0);
    xp_assert_equal(other, vector(0, 1, XP_FLOAT64));
    xp_assert_closes(scope);
}

CHECKED_TEST(reuse, not_if_the_elements_have_another_size)
{
    xp_scope scope = xp_scope_open();
    xp_array *y = xp_astype(xp_give(vector(0, 1, XP_FLOAT32)), XP_FLOAT64, true);
    cr_assert_eq(counts_of_eval(y).reused, 0);
    xp_assert_equal(y, vector(0, 1, XP_FLOAT64));
    xp_assert_closes(scope);
}

/* The given operand occurs twice, or beside a view of itself in another order: values must be right in any case. */
CHECKED_TEST(reuse, values_are_right_however_the_operand_occurs)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(0, 1, XP_FLOAT64);
    xp_array *y = xp_multiply(xp_give(x), x);
    cr_assert_eq(xp_eval(y), XP_OK);
    cr_assert_eq(xp_to_double(xp_get(y, XP_INDEX(xp_at(-1)))), (N - 1.0) * (N - 1.0));
    xp_array *z = vector(0, 1, XP_FLOAT64);
    xp_array *mirrored = xp_flip(z, XP_ALL);
    xp_array *sum = xp_add(xp_give(z), mirrored);
    xp_assert_equal(sum, vector(N - 1, 0, XP_FLOAT64));
    xp_assert_closes(scope);
}

CHECKED_TEST(reuse, a_given_array_is_gone)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), device);
        xp_array *y = xp_negative(xp_give(x));
        cr_assert_eq(xp_eval(y), XP_OK);
        xp_array *expected = support_ramp(0, -1, XP_FLOAT64, XP_SHAPE(N), device);
        xp_assert_equal(y, expected);
        xp_assert_closes(scope);
    }
}

/* ---- xp_eval_into ------------------------------------------------------------------------------------------------ */

CHECKED_TEST(reuse, eval_into_contiguous_memory)
{
    XP_TEST_PROVIDERS(device) {
        static double memory[N];
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), device);
        xp_array *y = xp_add(x, xp_scalar(0.5));
        cr_assert_eq(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(N), NULL, y), XP_OK, "%s", xp_error_message());
        for (int i = 0; i < N; i++)
            cr_assert_eq(memory[i], i + 0.5);
        xp_assert_close_to(y, memory, XP_FLOAT64, XP_SHAPE(N), 0, 0);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(reuse, eval_into_any_strides)
{
    XP_TEST_PROVIDERS(device) {
        float memory[4 * 10];
        for (int i = 0; i < 40; i++)
            memory[i] = -1;
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT32, XP_SHAPE(3, 4), device);
        /* column-major, rows in reverse order, a gap of one column in memory */
        const int64_t strides[] = {-4, 40};
        cr_assert_eq(xp_eval_into(memory + 2, XP_FLOAT32, XP_SHAPE(3, 4), strides, xp_negative(x)), XP_OK, "%s",
                     xp_error_message());
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 4; j++)
                cr_assert_eq(memory[2 - i + 10 * j], -(float)(4 * i + j));
        for (int j = 0; j < 4; j++)
            for (int i = 3; i < 10; i++)
                cr_assert_eq(memory[i + 10 * j], -1, "what lies between is untouched");
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(reuse, eval_into_casts_within_kinds_and_upwards)
{
    XP_TEST_PROVIDERS(device) {
        float narrow[6];
        double wide[6];
        int8_t integers[6];
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0.1, 1, XP_FLOAT64, XP_SHAPE(6), device);
        xp_array *whole = support_ramp(-3, 1, XP_INT64, XP_SHAPE(6), device);
        cr_assert_eq(xp_eval_into(narrow, XP_FLOAT32, XP_SHAPE(6), NULL, x), XP_OK);
        cr_assert_eq(xp_eval_into(wide, XP_FLOAT64, XP_SHAPE(6), NULL, whole), XP_OK);
        cr_assert_eq(xp_eval_into(integers, XP_INT8, XP_SHAPE(6), NULL, whole), XP_OK);
        for (int i = 0; i < 6; i++) {
            cr_assert_eq(narrow[i], (float)(0.1 + i));
            cr_assert_eq(wide[i], i - 3);
            cr_assert_eq(integers[i], i - 3);
        }
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(reuse, eval_into_refuses_what_cannot_be)
{
    XP_TEST_PROVIDERS(device) {
        double memory[12];
        int32_t integers[12];
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(3, 4), device);
        const int64_t overlapping[] = {8, 8}, repeated[] = {0, 8};
        xp_assert_fails(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(3, 4), overlapping, x), XP_ERROR_VALUE, NULL);
        xp_assert_fails(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(3, 4), repeated, x), XP_ERROR_VALUE, NULL);
        xp_assert_fails(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(4, 3), NULL, x), XP_ERROR_VALUE, NULL);
        xp_assert_fails(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(12), NULL, x), XP_ERROR_VALUE, NULL);
        xp_assert_fails(xp_eval_into(integers, XP_INT32, XP_SHAPE(3, 4), NULL, x), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_eval_into(NULL, XP_FLOAT64, XP_SHAPE(3, 4), NULL, x), XP_ERROR_VALUE, NULL);
        xp_assert_closes(scope);
    }
}

/* On the host the program writes the caller's memory itself: no other buffer, one pass. */
CHECKED_TEST(reuse, eval_into_host_memory_copies_nothing)
{
    static double memory[N];
    xp_scope scope = xp_scope_open();
    xp_array *y = xp_add(vector(0, 1, XP_FLOAT64), xp_scalar(0.5));
    xp_trace_reset(trace());
    cr_assert_eq(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(N), NULL, y), XP_OK);
    xp_counts counts = xp_test_counts(trace());
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.allocations, 0);
    cr_assert_eq(counts.downloads, 0);
    xp_assert_closes(scope);
}
