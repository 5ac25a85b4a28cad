/* Scopes and errors from end to end, as algorithms and their users meet them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "support.h"

static xp_array *vector(const struct xp_device *device)
{
    return support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(5), device);
}

/* An algorithm as the library's own are written. */
static xp_array *centred(xp_array *x)
{
    const xp_namespace *xp = xp_array_namespace(x);
    xp_scope scope = xp_scope_open();
    if (xp_ok(x) && xp_ndim(x) != 1)
        return xp_scope_return(scope, xp_fail(XP_ERROR_VALUE, "centred", "x",
                                              "centred: x has %d dimensions, expected 1", xp_ndim(x)));
    xp_array *middle = xp->mean(x, XP_ALL);
    return xp_scope_return(scope, xp->subtract(x, middle));
}

CHECKED_TEST(scopes, a_result_outlives_its_scope_and_nothing_else_does)
{
    XP_TEST_PROVIDERS(device) {
        xp_test_live before = xp_test_live_now();
        xp_array *x = vector(device);
        xp_array *y = centred(x);
        xp_release(x);
        xp_assert_close_to(y, ((const double[]){-2, -1, 0, 1, 2}), XP_FLOAT64, XP_SHAPE(5), 0, 0);
        xp_release(y);
        xp_assert_no_leaks(before);
    }
}

CHECKED_TEST(scopes, an_error_passes_through_everything)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(2, 2, 2), device);
        xp_array *y = xp_exp(xp_add(centred(x), xp_scalar(1.0)));
        xp_array *z = xp_sum(xp_get(y, XP_INDEX(xp_at(0))), XP_ALL);
        cr_assert_eq(y, xp_failed());
        cr_assert_not(xp_ok(z));
        cr_assert(xp_to_double(z) != xp_to_double(z), "NaN");
        cr_assert_eq(xp_ndim(z), 0);
        cr_assert_null(xp_extents(z));
        cr_assert_eq(xp_scope_close(scope), XP_ERROR_VALUE);
        cr_assert_str_eq(xp_error_message(), "centred: x has 3 dimensions, expected 1");
        cr_assert_str_eq(xp_error_function(), "centred");
        cr_assert_str_eq(xp_error_argument(), "x");
    }
}

CHECKED_TEST(scopes, the_first_error_wins)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(NULL);
    (void)xp_get(x, XP_INDEX(xp_at(9)));
    char first[256];
    snprintf(first, sizeof first, "%s", xp_error_message());
    (void)xp_fail(XP_ERROR_IO, "later", NULL, "later: a consequence");
    cr_assert_eq(xp_scope_close(scope), XP_ERROR_INDEX);
    cr_assert_str_eq(xp_error_message(), first);
}

CHECKED_TEST(scopes, a_failure_inside_fails_the_result_even_if_unrelated)
{
    xp_array *x = vector(NULL);
    xp_scope scope = xp_scope_open();
    (void)xp_get(x, XP_INDEX(xp_at(9)));
    xp_array *y = xp_scope_return(scope, xp_add(x, xp_scalar(1.0)));
    cr_assert_not(xp_ok(y));
    cr_assert_eq(xp_error_code(), XP_ERROR_INDEX);
    xp_release(y);
    xp_release(x);
}

CHECKED_TEST(scopes, a_new_outermost_scope_starts_afresh)
{
    xp_array *x = vector(NULL);
    (void)xp_get(x, XP_INDEX(xp_at(9)));
    cr_assert_eq(xp_error_code(), XP_ERROR_INDEX);
    xp_scope scope = xp_scope_open();
    xp_assert_ok(xp_add(x, xp_scalar(1.0)));
    xp_assert_closes(scope);
    xp_release(x);
}

CHECKED_TEST(scopes, several_results_are_handed_up_together)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope outer = xp_scope_open();
        xp_array *x = vector(device);
        xp_scope scope = xp_scope_open();
        xp_array *a = xp_negative(x), *b = xp_sum(x, XP_ALL), *absent = NULL;
        cr_assert(xp_scope_pass(scope, &a, &b, NULL));
        xp_assert_equal(a, xp_multiply(x, xp_scalar(-1.0)));
        xp_assert_equal(b, xp_scalar(15.0));
        scope = xp_scope_open();
        xp_array **list[] = {&a, &absent};
        cr_assert(xp_scope_return_all(scope, list, 2));
        cr_assert_null(absent);
        xp_assert_closes(outer);
    }
}

CHECKED_TEST(scopes, a_forgotten_scope_is_closed_by_the_outer_one)
{
    xp_test_live before = xp_test_live_now();
    xp_scope outer = xp_scope_open();
    xp_array *x = vector(NULL);
    (void)xp_scope_open();
    (void)xp_add(x, x);
    (void)xp_scope_open();
    (void)xp_add(x, x);
    xp_assert_closes(outer);
    xp_assert_no_leaks(before);
}

CHECKED_TEST(scopes, a_loop_carries_its_state)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope outer = xp_scope_open();
        xp_array *x = vector(device), *state = x;
        xp_test_live first = {0};
        for (int i = 0; i < 50; i++) {
            xp_scope round = xp_scope_open();
            xp_array *next = xp_add(xp_multiply(state, xp_scalar(0.5)), x);
            cr_assert(xp_scope_carry(round, &state, next));
            if (i == 2)
                first = xp_test_live_now();
        }
        xp_assert_no_leaks(first);
        xp_assert_close(state, xp_multiply(x, xp_scalar(2.0)), 1e-13, 0);
        xp_assert_closes(outer);
    }
}

CHECKED_TEST(scopes, a_loop_stops_at_a_failure)
{
    xp_scope outer = xp_scope_open();
    xp_array *state = vector(NULL);
    int rounds = 0;
    do {
        xp_scope round = xp_scope_open();
        xp_array *next = rounds < 3 ? xp_add(state, xp_scalar(1.0)) : xp_get(state, XP_INDEX(xp_at(99)));
        xp_scope_carry(round, &state, next);
        rounds++;
    } while (xp_ok(state) && rounds < 100);
    cr_assert_eq(rounds, 4);
    cr_assert_eq(xp_scope_close(outer), XP_ERROR_INDEX);
}

CHECKED_TEST(scopes, an_attempt_may_fail)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = vector(device);
        xp_try attempt = xp_try_open();
        xp_array *y = xp_add(x, vector(device));
        cr_assert_eq(xp_try_close(attempt, &y), XP_OK);
        xp_assert_ok(y);
        attempt = xp_try_open();
        xp_array *z = xp_get(x, XP_INDEX(xp_at(99)));
        cr_assert_eq(xp_try_close(attempt, &z), XP_ERROR_INDEX);
        cr_assert_eq(xp_error_code(), XP_OK, "the error is forgotten");
        xp_assert_equal(y, xp_multiply(x, xp_scalar(2.0)));
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(scopes, kept_arrays_are_the_callers)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_keep(vector(NULL));
    xp_assert_closes(scope);
    scope = xp_scope_open();
    cr_assert_eq(xp_to_double(xp_get(x, XP_INDEX(xp_at(4)))), 5);
    xp_assert_closes(scope);
    xp_release(x);
    xp_release(NULL);
    xp_release(xp_failed());
}

CHECKED_TEST(scopes, a_hundred_thousand_arrays_in_one_scope)
{
    xp_test_live before = xp_test_live_now();
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(NULL);
    for (int i = 0; i < 100000; i++)
        (void)xp_alias(x);
    xp_assert_closes(scope);
    xp_assert_no_leaks(before);
}

/* ---- progress and warnings --------------------------------------------------------------------------------------- */

static bool stop_at_third(void *context, const xp_progress_report *report)
{
    cr_assert_str_eq(report->function, "work");
    *(int64_t *)context = report->step;
    return report->step < 3;
}

CHECKED_TEST(scopes, progress_can_cancel)
{
    int64_t reached = 0;
    xp_set_progress_callback(stop_at_third, &reached);
    xp_scope scope = xp_scope_open();
    int64_t step = 0;
    while (xp_progress("work", step, 10, 0.5, -1))
        step++;
    cr_assert_eq(reached, 3);
    cr_assert_eq(xp_scope_close(scope), XP_ERROR_CANCELLED);
    cr_assert_str_eq(xp_error_function(), "work");
}

CHECKED_TEST(scopes, every_warning_is_heard)
{
    for (int i = 0; i < 3; i++)
        xp_warn("work: something looks odd");
    cr_assert_eq(support_warnings(), 3);
    cr_assert_str_eq(support_last_warning(), "work: something looks odd");
}
