/* The test tools themselves: what the assertions accept, and the texts of their failures.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "simple.h"
#include "support.h"

static xp_array *doubles(const double *values, int64_t n)
{
    return xp_from_host(values, XP_FLOAT64, XP_SHAPE(n), NULL);
}

static void expect_text(const char *failure, const char *part)
{
    cr_assert_not_null(failure, "should have failed with: %s", part);
    cr_assert(strstr(failure, part), "%s\nshould contain: %s", failure, part);
}

CHECKED_TEST(testing, tolerances_are_relative_to_the_expected_value)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = doubles((const double[]){100, -2, 0}, 3), *b = doubles((const double[]){101, -2, 0}, 3);
    cr_assert_null(xp_test_close(a, b, 0.01, 0));
    cr_assert_null(xp_test_close(a, b, 0, 1));
    cr_assert_not_null(xp_test_close(b, a, 0.0099, 0));
    cr_assert_not_null(xp_test_equal(a, b));
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, nan_infinity_and_zero)
{
    xp_scope scope = xp_scope_open();
    const double a_values[] = {NAN, INFINITY, -INFINITY, 0.0}, b_values[] = {-NAN, INFINITY, -INFINITY, -0.0};
    xp_array *a = doubles(a_values, 4), *b = doubles(b_values, 4);
    cr_assert_null(xp_test_close(a, b, 0, 0));
    cr_assert_null(xp_test_equal(a, b));
    cr_assert_not_null(xp_test_identical(a, b));
    cr_assert_null(xp_test_identical(a, a));
    xp_array *finite = doubles((const double[]){1, 1e300, -1e300, 0}, 4);
    expect_text(xp_test_close(a, finite, 1e6, 1e6), "3 of 4 elements differ");
    expect_text(xp_test_close(finite, a, 1e6, 1e6), "3 of 4 elements differ");
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, integers_are_compared_exactly)
{
    xp_scope scope = xp_scope_open();
    const int64_t big[] = {INT64_MAX, INT64_MIN}, other[] = {INT64_MAX - 1, INT64_MIN};
    xp_array *a = xp_from_host(big, XP_INT64, XP_SHAPE(2), NULL);
    xp_array *b = xp_from_host(other, XP_INT64, XP_SHAPE(2), NULL);
    expect_text(xp_test_equal(a, b), "at (0): actual 9223372036854775807, expected 9223372036854775806");
    cr_assert_null(xp_test_close(a, b, 0, 1));
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, forms_are_checked_before_values)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host"), *strict = xp_device("strict");
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(2, 3), host);
    expect_text(xp_test_equal(x, support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(2, 3), strict)),
                "actual is on device host, expected on strict");
    expect_text(xp_test_equal(x, support_ramp(0, 1, XP_FLOAT32, XP_SHAPE(2, 3), host)),
                "actual has dtype float64, expected has float32");
    expect_text(xp_test_equal(x, support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(3, 2), host)),
                "actual has shape (2, 3), expected has (3, 2)");
    expect_text(xp_test_equal(x, xp_scalar(1.0)), "actual has shape (2, 3), expected has ()");
    expect_text(xp_test_equal(x, NULL), "expected is NULL");
    expect_text(xp_test_equal(xp_scalar(1.0), x), "actual is a weak scalar");
    expect_text(xp_test_equal(support_ramp(1, 0, XP_INT8, XP_SHAPE_0D, host), xp_scalar(1.5)), "does not fit");
    cr_assert_null(xp_test_equal(support_ramp(1, 0, XP_INT8, XP_SHAPE_0D, host), xp_scalar(1)));
    cr_assert_null(xp_test_equal(support_ramp(1, 0, XP_FLOAT32, XP_SHAPE_0D, host), xp_scalar(1)));
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, a_failure_shows_where_and_how_far)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(5, 4), NULL);
    xp_array *b = xp_add(a, xp_where(xp_greater(a, xp_scalar(12.5)), xp_scalar(0.5), xp_scalar(0.0)));
    const char *text = xp_test_close(a, b, 1e-6, 0);
    expect_text(text, "not close (rtol 1e-06, atol 0): 7 of 20 elements differ");
    expect_text(text, "worst absolute error 0.5 at (3, 1)");
    expect_text(text, "at (3, 1): actual 13, expected 13.5");
    expect_text(text, "actual: [0, 1, 2, 3, 4, 5, 6, 7, ...]");
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, less_is_false_for_equal_and_nan)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = doubles((const double[]){1, 2, NAN}, 3), *b = doubles((const double[]){2, 2, 5}, 3);
    expect_text(xp_test_less(a, b), "2 of 3 elements differ");
    cr_assert_null(xp_test_less(xp_get(a, XP_INDEX(xp_at(0))), xp_get(b, XP_INDEX(xp_at(0)))));
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, less_or_equal_is_false_for_nan_alone)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = doubles((const double[]){1, 2, NAN}, 3), *b = doubles((const double[]){2, 2, NAN}, 3);
    expect_text(xp_test_less_equal(a, b), "not less or equal: 1 of 3 elements differ");
    expect_text(xp_test_less_equal(b, a), "2 of 3 elements differ");
    xp_assert_less_equal(xp_get(a, XP_INDEX(xp_slice(0, 2, 1))), xp_get(b, XP_INDEX(xp_slice(0, 2, 1))));
    xp_assert_closes(scope);
}

/* Steps of float64 from 1.0 are 2^-52, those below it half of that; from 0.0 they are the least subnormals. */
CHECKED_TEST(testing, steps_are_counted_in_the_dtype)
{
    const double least = 0x1p-1074;
    xp_scope scope = xp_scope_open();
    xp_array *a = doubles((const double[]){1, 1, -0.0, -least, INFINITY, NAN}, 6);
    xp_array *b = doubles((const double[]){1 + 0x1p-51, 1 - 0x1p-52, 0.0, least, INFINITY, NAN}, 6);
    cr_assert_null(xp_test_close_nulp(a, b, 2));
    expect_text(xp_test_close_nulp(a, b, 1), "not close (nulp 1): 3 of 6 elements differ; at most 2 steps at (0); worst");
    expect_text(xp_test_close_nulp(b, a, 0), "at (0): actual 1.0000000000000004, expected 1");
    expect_text(xp_test_close_nulp(doubles((const double[]){1.7976931348623157e308}, 1),
                                   doubles((const double[]){INFINITY}, 1), 1000), "1 of 1 elements differ");
    expect_text(xp_test_close_nulp(a, b, -1), "3 of 6 elements differ");
    const float narrow[] = {1, 2, 1 + 0x1p-23f, 2 - 0x1p-23f};
    xp_array *z = xp_from_host(narrow, XP_COMPLEX64, XP_SHAPE(1), NULL);
    xp_array *w = xp_from_host(narrow + 2, XP_COMPLEX64, XP_SHAPE(1), NULL);
    xp_assert_close_nulp(z, w, 1);
    cr_assert_not_null(xp_test_close_nulp(z, w, 0));
    xp_array *whole = support_ramp(0, 1, XP_INT32, XP_SHAPE(3), NULL);
    expect_text(xp_test_close_nulp(whole, whole, 1), "actual has dtype int32, which has no steps");
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, the_default_tolerance_is_half_of_the_digits)
{
    cr_assert_float_eq(xp_test_default_rtol(XP_FLOAT64), 4 * 1.4901161193847656e-8, 1e-20);
    cr_assert_float_eq(xp_test_default_rtol(XP_COMPLEX64), 4 * 3.4526698300124393e-4, 1e-12);
    cr_assert_eq(xp_test_default_rtol(XP_INT32), 0);
    xp_scope scope = xp_scope_open();
    xp_array *one = doubles((const double[]){1}, 1), *near = doubles((const double[]){1 + 5e-8}, 1);
    xp_assert_close_default(one, near);
    expect_text(xp_test_close_default(one, doubles((const double[]){1 + 7e-8}, 1)), "not close (rtol 5.96046e-08");
    xp_array *seven = support_ramp(7, 1, XP_INT64, XP_SHAPE(1), NULL);
    xp_assert_close_default(seven, seven);
    cr_assert_not_null(xp_test_close_default(seven, support_ramp(8, 1, XP_INT64, XP_SHAPE(1), NULL)));
    expect_text(xp_test_close_default(NULL, one), "actual is NULL");
    xp_assert_closes(scope);
}

CHECKED_TEST(testing, failed_arrays_say_why)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = doubles((const double[]){1, 2}, 2);
    xp_try attempt = xp_try_open();
    xp_array *bad = xp_fail(XP_ERROR_VALUE, "work", "x", "work: x is odd");
    expect_text(xp_test_equal(bad, x), "actual has failed: work: x is odd");
    expect_text(xp_test_ok(bad), "work: x is odd");
    cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_VALUE);
    attempt = xp_try_open();
    (void)xp_fail(XP_ERROR_VALUE, "work", "x", "work: x is odd");
    expect_text(xp_test_fails(attempt, XP_ERROR_VALUE, "work: x is even", "work(x)"),
                "expected code 2: work: x is even");
    attempt = xp_try_open();
    expect_text(xp_test_fails(attempt, XP_ERROR_VALUE, "", "work(x)"), "work(x) should have failed with code 2");
    xp_assert_fails(xp_fail(XP_ERROR_VALUE, "work", "x", "work: x is odd"), XP_ERROR_VALUE, "work: x is odd");
    xp_assert_closes(scope);
}

/* ---- handlers and loops ------------------------------------------------------------------------------------------ */

typedef struct heard {
    int failures, notes;
    char text[512];
} heard;

static void listen(void *context, xp_test_event event, const char *file, int line, const char *text)
{
    heard *so_far = context;
    cr_assert(strstr(file, "test_testing") && line > 0);
    so_far->failures += event == XP_TEST_FAILURE;
    so_far->notes += event == XP_TEST_NOTE;
    snprintf(so_far->text, sizeof so_far->text, "%s", text);
}

CHECKED_TEST(testing, a_handler_hears_failures_with_the_provider)
{
    heard so_far = {0};
    xp_test_set_handler(listen, &so_far);
    setenv("XP_PROVIDERS", "host, strict", 1);
    int turns = 0;
    XP_TEST_PROVIDERS(device) {
        turns++;
        if (xp_test_is(device, "host"))
            XP_TEST_SKIP_PROVIDER("not here");
        cr_assert_str_eq(so_far.text, "[host] passed over: not here");
        xp_assert_that(1 == 2, "%d is not %d", 1, 2);
    }
    xp_test_set_handler(NULL, NULL);
    cr_assert_eq(turns, 2);
    cr_assert_eq(so_far.notes, 1);
    cr_assert_eq(so_far.failures, 1);
    cr_assert_str_eq(so_far.text, "[strict] 1 == 2: 1 is not 2");
}

CHECKED_TEST(testing, expected_failures_must_come)
{
    heard so_far = {0};
    xp_test_set_handler(listen, &so_far);
    setenv("XP_PROVIDERS", "host,strict,trace", 1);
    int turns = 0;
    XP_TEST_PROVIDERS(device) {
        turns++;
        if (!xp_test_is(device, "trace"))
            XP_TEST_EXPECT_FAILURE("it counts from one");
        xp_assert_that(xp_test_is(device, "host") || xp_test_is(device, "trace"), "not %d", 1);
        xp_assert_that(!xp_test_is(device, "strict"), "not %d", 2);
        if (xp_test_is(device, "strict")) {
            cr_assert(so_far.notes == 1 && so_far.failures == 1, "the host's turn had to fail and did not");
            cr_assert_str_eq(so_far.text, "[strict] failed as expected: it counts from one\n"
                                          "  xp_test_is(device, \"host\") || xp_test_is(device, \"trace\"): not 1");
        } else {
            cr_assert_eq(so_far.failures, turns == 1 ? 0 : 1);
        }
    }
    xp_test_set_handler(NULL, NULL);
    cr_assert_eq(turns, 3, "the loop goes on");
    cr_assert_eq(so_far.failures, 1);
}

CHECKED_TEST(testing, an_expected_failure_that_does_not_come_is_one)
{
    heard so_far = {0};
    xp_test_set_handler(listen, &so_far);
    setenv("XP_PROVIDERS", "host", 1);
    XP_TEST_PROVIDERS(device)
        XP_TEST_EXPECT_FAILURE("it counts from one");
    cr_assert_eq(so_far.failures, 1);
    cr_assert_str_eq(so_far.text, "[host] nothing has failed, but a failure was expected: it counts from one");
    xp_assert_that(false, "as ever"); /* behind the turn nothing is expected */
    cr_assert_eq(so_far.failures, 2);
    xp_test_set_handler(NULL, NULL);
}

CHECKED_TEST(testing, what_devices_are_and_can)
{
    const struct xp_device *host = xp_device("host"), *second = xp_device("strict:1");
    const struct xp_device *traced = xp_device("trace(strict)");
    cr_assert(xp_test_is(host, "host") && xp_test_is(second, "strict") && xp_test_is(traced, "trace"));
    cr_assert_not(xp_test_is(host, "hos") || xp_test_is(traced, "strict") || xp_test_is(second, "strict:1"));
    for (int what = XP_TEST_HOST_MEMORY; what <= XP_TEST_BEYOND_STANDARD; what++) {
        cr_assert(xp_test_can(host, (xp_test_capability)what), "the host lacks %d", what);
        cr_assert_not(xp_test_can(simple_device(), (xp_test_capability)what) && what < XP_TEST_BEYOND_STANDARD);
    }
    cr_assert(xp_test_can(second, XP_TEST_LINALG) && xp_test_can(traced, XP_TEST_KERNELS));
    cr_assert_not(xp_test_can(second, XP_TEST_HOST_MEMORY) || xp_test_can(second, XP_TEST_BEYOND_STANDARD));
}

CHECKED_TEST(testing, a_provider_that_is_asked_for_must_be_there)
{
    heard so_far = {0};
    setenv("XP_PROVIDERS", "host,abacus", 1);
    xp_test_set_handler(listen, &so_far);
    int turns = 0;
    XP_TEST_PROVIDERS(device)
        turns += device != NULL;
    xp_test_set_handler(NULL, NULL);
    cr_assert_eq(turns, 1);
    cr_assert_str_eq(so_far.text, "XP_PROVIDERS names abacus, which is not present");
}

CHECKED_TEST(testing, all_providers_take_part)
{
    unsetenv("XP_PROVIDERS");
    char names[256] = "";
    XP_TEST_PROVIDERS(device) {
        strcat(names, xp_device_name(device));
        strcat(names, " ");
    }
    cr_assert(strncmp(names, "host strict trace(host) ", 24) == 0, "%s", names);
}

CHECKED_TEST(testing, dtype_loops)
{
    int count = 0;
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
        count += dtype != XP_DEFAULT_DTYPE;
    cr_assert_eq(count, 13);
    char names[256] = "";
    XP_TEST_DTYPES(dtype, XP_TEST_UNSIGNED | XP_TEST_REAL_FLOATING | XP_TEST_BOOL)
        strcat(names, xp_test_dtype_name(dtype));
    cr_assert_str_eq(names, "booluint8uint16uint32uint64float32float64");
    cr_assert_eq(XP_TEST_SIGNED, XP_TEST_DTYPE(XP_INT8) | XP_TEST_DTYPE(XP_INT16) | XP_TEST_DTYPE(XP_INT32) |
                                     XP_TEST_DTYPE(XP_INT64));
}

CHECKED_TEST(testing, failing_allocations_end_when_none_is_left)
{
    long long rounds = -1;
    XP_TEST_EVERY_ALLOCATION(round) {
        xp_scope scope = xp_scope_open();
        (void)xp_from_host(&rounds, XP_INT64, XP_SHAPE(1), NULL);
        bool fired = xp_test_fault_fired();
        xp_test_fault_arm(0);
        cr_assert_eq(xp_test_fault_fired(), fired, "the verdict outlives switching it off");
        cr_assert_eq(xp_scope_close(scope), fired ? XP_ERROR_MEMORY : XP_OK);
        cr_assert(round > 0 || !fired, "nothing fails in the first round");
        cr_assert_eq(round, rounds + 1);
        rounds = round;
    }
    cr_assert_geq(rounds, 2);
    cr_assert_leq(rounds, 10);
}

CHECKED_TEST(testing, leaks_are_seen)
{
    heard so_far = {0};
    xp_test_live before = xp_test_live_now();
    xp_array *x = doubles((const double[]){1, 2}, 2);
    xp_test_set_handler(listen, &so_far);
    xp_assert_no_leaks(before);
    xp_test_set_handler(NULL, NULL);
    cr_assert_eq(so_far.failures, 1);
    cr_assert_str_eq(so_far.text, "1 arrays, 1 buffers and 0 nodes are alive, expected 0, 0 and 0");
    xp_release(x);
}

CHECKED_TEST(testing, transfers_are_counted)
{
    const struct xp_device *trace = xp_device("trace(strict)");
    xp_scope scope = xp_scope_open();
    cr_assert_eq(xp_trace_reset(trace), XP_OK);
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(1000), trace);
    xp_counts counts = xp_test_counts(trace);
    cr_assert_eq(counts.uploads, 1);
    cr_assert_eq(counts.bytes_uploaded, 8000);
    cr_assert_eq(counts.allocations, 1);
    xp_trace_reset(trace);
    xp_array *total = xp_sum(x, XP_ALL);
    cr_assert_eq(xp_eval(total), XP_OK);
    xp_assert_no_transfers(trace);
    cr_assert_eq(xp_to_double(total), 999 * 500);
    counts = xp_test_counts(trace);
    cr_assert_eq(counts.downloads, 1);
    cr_assert_eq(counts.bytes_downloaded, 8);
    expect_text(xp_test_transfers(trace), "0 uploads (0 bytes) and 1 downloads (8 bytes), expected none");
    xp_assert_fails(xp_trace_reset(xp_device("host")), XP_ERROR_DEVICE, "trace_reset: host is not a trace device");
    xp_counts sizeless = {.size = 0};
    xp_assert_fails(xp_trace_counts(trace, &sizeless), XP_ERROR_VALUE, "trace_counts: counts has no size");
    xp_assert_closes(scope);
}
