/* Errors at a force name the function that recorded the work; failing allocations leave nothing behind.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "support.h"

TestSuite(force_errors, .timeout = 120);

#define N 3000

/* Forces y with the n-th allocation failing; true if it failed. */
static bool fails_at(xp_array *y, int64_t n)
{
    xp_test_fault_arm(n);
    xp_status status = xp_eval(y);
    bool fired = xp_test_fault_fired();
    xp_test_fault_arm(0);
    cr_assert_eq(status, fired ? XP_ERROR_MEMORY : XP_OK, "allocation %d: status %d", (int)n, (int)status);
    return fired;
}

/* Every allocation of the force fails in turn: each time the error is that of `exp`, which was called long ago. */
CHECKED_TEST(force_errors, the_recording_function_is_named)
{
    XP_TEST_PROVIDERS(device) {
        int failures = 0;
        for (int64_t n = 1;; n++) {
            xp_scope scope = xp_scope_open();
            xp_array *x = support_ramp(0, 1e-3, XP_FLOAT64, XP_SHAPE(N), device);
            xp_array *y = xp_exp(x);
            (void)xp_add(x, x);
            bool failed = fails_at(y, n);
            if (failed) {
                cr_assert_str_eq(xp_error_function(), "exp", "%s", xp_error_message());
                cr_assert(strncmp(xp_error_message(), "exp: ", 5) == 0, "%s", xp_error_message());
                cr_assert_eq(xp_error_code(), XP_ERROR_MEMORY);
                failures++;
            }
            cr_assert_eq(xp_scope_close(scope), failed ? XP_ERROR_MEMORY : XP_OK);
            if (!failed)
                break;
        }
        cr_assert_gt(failures, 0);
    }
}

/* Inputs outlive the failure, and the same work succeeds when it is asked for again. */
CHECKED_TEST(force_errors, inputs_are_intact_and_work_can_be_asked_for_again)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), device);
        xp_try attempt = xp_try_open();
        fails_at(xp_negative(xp_multiply(x, x)), 1);
        cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_MEMORY);
        xp_assert_equal(xp_sum(xp_negative(x), XP_ALL), xp_scalar(-(N - 1.0) * N / 2));
        xp_assert_closes(scope);
    }
}

/* A failed result of one program fails what was to read it, and nothing else. */
CHECKED_TEST(force_errors, only_what_depends_on_it_fails)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *device = xp_device("host");
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), device);
    xp_array *good = xp_add(x, xp_scalar(1.0));
    xp_try attempt = xp_try_open();
    xp_array *mean = xp_mean(x, XP_ALL);
    xp_array *bad = xp_subtract(x, mean);
    fails_at(bad, 1);
    cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_MEMORY);
    cr_assert_eq(xp_to_double(xp_get(good, XP_INDEX(xp_at(2)))), 3);
    xp_assert_closes(scope);
}

/* Errors in shapes and dtypes are found at the call. */
CHECKED_TEST(force_errors, shapes_and_dtypes_fail_at_the_call)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), device);
        xp_array *y = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(7), device);
        xp_assert_fails(xp_add(x, y), XP_ERROR_VALUE, NULL);
        xp_assert_fails(xp_bitwise_and(x, x), XP_ERROR_TYPE, NULL);
        xp_assert_fails(xp_sum(x, XP_OVER(1)), XP_ERROR_INDEX, NULL);
        xp_assert_fails(xp_add(x, NULL), XP_ERROR_VALUE, "add: x2 is not given");
        xp_assert_fails(xp_mean(NULL, XP_ALL), XP_ERROR_VALUE, "mean: x is not given");
        xp_assert_closes(scope);
    }
}

/* ---- all of it, with every allocation failing in turn ------------------------------------------------------------ */

static xp_array *standardized(xp_array *x)
{
    xp_scope scope = xp_scope_open();
    xp_array *mean = xp_mean(x, XP_OVER(0)), *deviation = xp_std(x, XP_OVER(0));
    xp_array *flat = xp_equal(deviation, xp_scalar(0.0));
    if (xp_truth(xp_any(flat, XP_ALL)))
        deviation = xp_where(flat, xp_scalar(1.0), deviation);
    xp_array *turned = xp_matrix_transpose(xp_divide(xp_subtract(x, mean), deviation));
    return xp_scope_return(scope, xp_reshape(turned, XP_SHAPE(-1)));
}

CHECKED_TEST(force_errors, every_allocation_of_an_algorithm_fails_in_turn)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope outer = xp_scope_open();
        xp_array *x = support_ramp(0, 0.5, XP_FLOAT64, XP_SHAPE(N / 5, 5), device);
        xp_array *expected = standardized(x);
        cr_assert_eq(xp_eval(x, expected), XP_OK);
        long long rounds = 0;
        XP_TEST_EVERY_ALLOCATION(round) {
            xp_scope scope = xp_scope_open();
            xp_array *y = standardized(x);
            xp_status evaluated = xp_eval(y);
            bool fired = xp_test_fault_fired();
            xp_test_fault_arm(0);
            if (!fired)
                xp_assert_identical(y, expected);
            else
                cr_assert_eq(evaluated, XP_ERROR_MEMORY, "allocation %lld: %d", round, (int)evaluated);
            xp_status status = xp_scope_close(scope);
            cr_assert_eq(status, fired ? XP_ERROR_MEMORY : XP_OK, "allocation %lld: %d", round, (int)status);
            rounds = round;
        }
        cr_assert_gt(rounds, 10);
        xp_error_clear();
        xp_assert_closes(outer);
    }
}
