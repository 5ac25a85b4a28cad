/* What is fused and what is written to memory, seen through a trace device.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "support.h"

#define N 40000
#define BYTES (8 * (uint64_t)N)

static const struct xp_device *trace(void)
{
    return xp_device("trace(host)");
}

static xp_array *vector(double first, double step)
{
    return support_ramp(first, step, XP_FLOAT64, XP_SHAPE(N), trace());
}

static xp_counts counts_of_eval(xp_array *x)
{
    xp_trace_reset(trace());
    xp_assert_that(xp_eval(x) == XP_OK, "%s", xp_error_message());
    return xp_test_counts(trace());
}

CHECKED_TEST(fusion, calls_only_record)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(0, 1);
    xp_trace_reset(trace());
    xp_array *y = xp_add(xp_multiply(a, a), xp_scalar(1.0));
    xp_array *total = xp_sum(y, XP_ALL);
    cr_assert(xp_is_pending(y) && xp_is_pending(total));
    cr_assert_eq(xp_test_counts(trace()).launches, 0);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, a_chain_is_one_pass)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(0, 0.001), *b = vector(3, -0.0005);
    xp_array *difference = xp_subtract(xp_multiply(a, b), xp_multiply(xp_scalar(4.1), a));
    xp_array *y = xp_add(difference, xp_multiply(xp_scalar(2.5), b));
    xp_counts counts = counts_of_eval(y);
    cr_assert_eq(counts.launches, 1);
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.bytes_read, 2 * BYTES, "each operand is read once");
    cr_assert_eq(counts.bytes_written, BYTES, "no intermediate is written");
    cr_assert_eq(counts.allocations, 1);

    double *expected = malloc(BYTES);
    for (int i = 0; i < N; i++) {
        double p = i * 0.001, q = 3 + i * -0.0005;
        double product = p * q, scaled = 4.1 * p, other = 2.5 * q;
        expected[i] = (product - scaled) + other;
    }
    xp_assert_close_to(y, expected, XP_FLOAT64, XP_SHAPE(N), 0, 0);
    free(expected);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, casts_and_where_are_part_of_the_pass)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(-100, 0.01);
    xp_array *small = xp_astype(a, XP_FLOAT32, true);
    xp_array *y = xp_where(xp_less(small, xp_scalar(0.0)), xp_negative(small), xp_multiply(small, xp_scalar(2.0)));
    xp_counts counts = counts_of_eval(y);
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.bytes_read, BYTES);
    cr_assert_eq(counts.bytes_written, BYTES / 2);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, reductions_take_the_expression_they_reduce)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(0, 1), *b = vector(1, 0);
    xp_array *dot = xp_sum(xp_multiply(xp_subtract(a, b), b), XP_ALL);
    xp_counts counts = counts_of_eval(dot);
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.bytes_read, 2 * BYTES);
    cr_assert_eq(counts.bytes_written, 8);
    cr_assert_eq(xp_to_double(dot), (N - 1.0) * N / 2 - N);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, sibling_reductions_share_a_pass)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_multiply(vector(0, 1), xp_scalar(2.0));
    xp_array *all[] = {xp_mean(x, XP_ALL), xp_var(x, XP_ALL), xp_min(x, XP_ALL), xp_max(x, XP_ALL), xp_sum(x, XP_ALL)};
    xp_counts counts = counts_of_eval(all[2]);
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.bytes_read, BYTES);
    for (int i = 0; i < 5; i++)
        cr_assert_not(xp_is_pending(all[i]), "reduction %d was left out", i);
    const double n = N;
    cr_assert_eq(xp_to_double(all[0]), n - 1);
    cr_assert_float_eq(xp_to_double(all[1]), (n * n - 1) / 3, 1e-13 * n * n);
    cr_assert_eq(xp_to_double(all[2]), 0);
    cr_assert_eq(xp_to_double(all[3]), 2 * (n - 1));
    cr_assert_eq(xp_to_double(all[4]), n * (n - 1));
    cr_assert_eq(xp_test_counts(trace()).passes, 1, "values are there, nothing runs again");
    xp_assert_closes(scope);
}

/* Alone or together: the same bits. */
CHECKED_TEST(fusion, siblings_do_not_change_bits)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0.1, 0.37, XP_FLOAT32, XP_SHAPE(N / 10, 10), trace());
    xp_array *alone = xp_var(x, XP_OVER(0));
    xp_eval(alone);
    xp_array *together = xp_var(x, XP_OVER(0));
    xp_array *others[] = {together, xp_mean(x, XP_OVER(0)), xp_std(x, XP_OVER(0)), xp_max(x, XP_OVER(0))};
    xp_eval_all(others, 4);
    xp_assert_identical(together, alone);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, a_value_with_a_consumer_outside_is_written_on_the_way)
{
    xp_scope scope = xp_scope_open();
    xp_array *shared = xp_exp(xp_negative(vector(0, 0.001)));
    xp_array *first = xp_add(shared, xp_scalar(1.0)), *second = xp_multiply(shared, xp_scalar(3.0));
    xp_counts counts = counts_of_eval(first);
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.bytes_written, 2 * BYTES, "the result, and what `second` waits for");
    cr_assert_not(xp_is_pending(shared));
    counts = counts_of_eval(second);
    cr_assert_eq(counts.passes, 1);
    cr_assert_eq(counts.bytes_read, BYTES);
    xp_assert_close(second, xp_multiply(xp_subtract(first, xp_scalar(1.0)), xp_scalar(3.0)), 0, 1e-15);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, a_value_that_is_asked_for_is_computed_once)
{
    xp_scope scope = xp_scope_open();
    xp_array *asked = xp_exp(xp_negative(vector(0, 0.001)));
    xp_counts counts = counts_of_eval(asked);
    cr_assert_eq(counts.launches, 1);
    counts = counts_of_eval(asked);
    cr_assert_eq(counts.launches, 0);
    counts = counts_of_eval(xp_add(asked, xp_scalar(1.0)));
    cr_assert_eq(counts.bytes_read, BYTES);
    cr_assert_eq(counts.bytes_written, BYTES);
    xp_assert_closes(scope);
}

/* Nobody else wanted it when the first program ran; so it stayed in registers, and is computed once more, at most. */
CHECKED_TEST(fusion, an_inlined_value_is_computed_at_most_twice)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(0, 0.001), *b = vector(1, 0.001);
    xp_array *inlined = xp_multiply(xp_exp(a), b);
    xp_counts counts = counts_of_eval(xp_add(inlined, xp_scalar(1.0)));
    cr_assert_eq(counts.bytes_written, BYTES);
    cr_assert(xp_is_pending(inlined));
    counts = counts_of_eval(xp_add(inlined, xp_scalar(2.0)));
    cr_assert_eq(counts.bytes_read, 2 * BYTES, "computed again from a and b");
    cr_assert_eq(counts.bytes_written, 2 * BYTES, "and written this time");
    cr_assert_not(xp_is_pending(inlined));
    counts = counts_of_eval(xp_add(inlined, xp_scalar(3.0)));
    cr_assert_eq(counts.bytes_read, BYTES, "read from memory from now on");
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, standardizing_rows_takes_two_passes)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 0.25, XP_FLOAT64, XP_SHAPE(N / 8, 8), trace());
    xp_array *mean = xp_mean(x, XP_OVER(0)), *deviation = xp_std(x, XP_OVER(0));
    xp_counts counts = counts_of_eval(xp_divide(xp_subtract(x, mean), deviation));
    cr_assert_eq(counts.passes, 2, "one for both moments, one for the result");
    cr_assert_leq(counts.bytes_read, 2 * BYTES + 512);
    cr_assert_leq(counts.bytes_written, BYTES + 512);
    xp_assert_closes(scope);
}

/* A broadcast intermediate is computed once for all rows, not once a row. */
CHECKED_TEST(fusion, a_broadcast_intermediate_is_computed_once)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 0.25, XP_FLOAT64, XP_SHAPE(20, N / 20), trace());
    xp_array *row = xp_exp(support_ramp(0, 1e-4, XP_FLOAT64, XP_SHAPE(N / 20), trace()));
    xp_array *y = xp_add(x, row);
    xp_counts counts = counts_of_eval(y);
    cr_assert_leq(counts.launches, 2);
    cr_assert_leq(counts.bytes_read, BYTES + 2 * BYTES / 20);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, arrays_evaluated_together_share_what_they_can)
{
    xp_scope scope = xp_scope_open();
    xp_array *shared = xp_exp(xp_negative(vector(0, 0.001)));
    xp_array *first = xp_add(shared, xp_scalar(1.0)), *second = xp_multiply(shared, xp_scalar(3.0));
    xp_trace_reset(trace());
    cr_assert_eq(xp_eval(first, second), XP_OK);
    xp_counts counts = xp_test_counts(trace());
    cr_assert_leq(counts.passes, 2);
    cr_assert_leq(counts.bytes_read, 2 * BYTES);
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, nothing_runs_for_values_that_nobody_wants)
{
    xp_trace_reset(trace());
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(0, 1);
    for (int i = 0; i < 20; i++)
        (void)xp_sum(xp_multiply(a, xp_scalar((double)i)), XP_ALL);
    xp_assert_closes(scope);
    cr_assert_eq(xp_test_counts(trace()).launches, 0);
}

/* ---- small operands ---------------------------------------------------------------------------------------------- */

static xp_array *small_expression(const struct xp_device *device, xp_dtype dtype, int64_t n)
{
    xp_array *a = support_ramp(0.3, 0.71, dtype, XP_SHAPE(n), device);
    xp_array *b = support_ramp(5.5, -0.03, dtype, XP_SHAPE(n), device);
    xp_array *y = xp_divide(xp_add(xp_multiply(a, b), xp_exp(xp_negative(a))), xp_sqrt(b));
    return xp_subtract(xp_sin(y), xp_multiply(a, xp_scalar(0.1)));
}

CHECKED_TEST(fusion, small_operands_are_computed_at_the_call)
{
    xp_scope scope = xp_scope_open();
    cr_assert_not(xp_is_pending(small_expression(xp_device("host"), XP_FLOAT64, 10)));
    cr_assert(xp_is_pending(small_expression(xp_device("strict"), XP_FLOAT64, 10)), "strict records everything");
    cr_assert(xp_is_pending(small_expression(xp_device("host"), XP_FLOAT64, 4000)));
    xp_assert_closes(scope);
}

CHECKED_TEST(fusion, small_operands_give_the_bits_of_recorded_ones)
{
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
        for (int64_t n = 1; n < 1000; n = n * 3 / 2 + 1) {
            xp_scope scope = xp_scope_open();
            xp_array *at_once = small_expression(xp_device("host"), dtype, n);
            xp_array *recorded = small_expression(xp_device("strict"), dtype, n);
            xp_array *counted = small_expression(trace(), dtype, n);
            const char *difference = support_differ(at_once, recorded);
            xp_assert_that(!difference, "%s, n=%d: %s", xp_test_dtype_name(dtype), (int)n, difference);
            difference = support_differ(at_once, counted);
            xp_assert_that(!difference, "%s, n=%d: %s", xp_test_dtype_name(dtype), (int)n, difference);
            xp_assert_closes(scope);
        }
    }
}
