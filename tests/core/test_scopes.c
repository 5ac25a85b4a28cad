/* Scopes from the inside: who owns what, what is released when, what fails when.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>

#include "core_support.h"

static int references(const xp_array *x)
{
    return atomic_load(&x->references);
}

CHECKED_TEST(scopes, without_one_the_caller_owns)
{
    xp_array *x = core_vector(3);
    cr_expect_null(x->scope);
    cr_expect_eq(references(x), 1);
    cr_expect_eq(xp_keep(x), x);
    cr_expect_eq(references(x), 2);
    xp_release(x);
    xp_release(x);
    cr_expect_eq(xp_live_arrays(), 0);
    xp_release(NULL);
    xp_release(xp_failed());
    xp_keep(xp_failed());
    cr_expect_eq(references(xp_failed()), 1);
    cr_expect_null(xp_keep(NULL));
}

CHECKED_TEST(scopes, closing_releases_the_newest_first_and_all)
{
    xp_scope scope = xp_scope_open();
    for (int i = 0; i < 1000; i++)
        core_vector(3);
    cr_expect_eq(xp_live_arrays(), 1000);
    cr_expect_eq(xp_live_buffers(), 1000);
    cr_expect_eq(xp_scope_close(scope), XP_OK);
    cr_expect_eq(xp_live_arrays(), 0);
    cr_expect_eq(xp_live_buffers(), 0);
}

CHECKED_TEST(scopes, arrays_can_leave_in_any_order)
{
    xp_scope scope = xp_scope_open();
    xp_array *x[5];
    for (int i = 0; i < 5; i++)
        x[i] = core_vector(1);
    static const int order[] = {2, 4, 0, 3, 1};
    for (int i = 0; i < 5; i++) {
        xp_scope_leave(x[order[i]]);
        cr_expect_null(x[order[i]]->scope);
        xp_array_unref(x[order[i]]);
        cr_expect_eq(xp_live_arrays(), 4 - i);
    }
    cr_expect_null(xp_this_thread.scope->newest);
    cr_expect_eq(xp_scope_close(scope), XP_OK);
}

CHECKED_TEST(scopes, kept_arrays_outlive_it)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_keep(core_vector(3));
    cr_expect_eq(xp_scope_close(scope), XP_OK);
    cr_expect_eq(references(x), 1);
    cr_expect_null(x->scope);
    cr_expect_eq(xp_to_double(xp_data(x) ? x : NULL) != 0, true);
    xp_error_clear();
    xp_release(x);
}

CHECKED_TEST(scopes, a_result_moves_up)
{
    xp_scope outer = xp_scope_open(), inner = xp_scope_open();
    core_vector(1);
    xp_array *x = core_vector(3), *same = xp_scope_return(inner, x);
    cr_expect_eq(same, x);
    cr_expect_eq(references(x), 1);
    cr_expect_eq(x->scope, xp_this_thread.scope);
    cr_expect_eq(x->scope->depth, 1);
    cr_expect_eq(xp_live_arrays(), 1);
    same = xp_scope_return(outer, x);
    cr_expect_eq(same, x);
    cr_expect_null(x->scope);
    cr_expect_eq(references(x), 1);
    xp_release(x);
}

CHECKED_TEST(scopes, a_result_of_an_outer_scope_stays_there)
{
    xp_scope outer = xp_scope_open();
    xp_array *x = core_vector(3);
    xp_scope inner = xp_scope_open(), innermost = xp_scope_open();
    cr_expect_eq(xp_scope_return(innermost, x), x);
    cr_expect_eq(xp_scope_return(inner, x), x);
    cr_expect_eq(references(x), 1);
    cr_expect_eq(xp_scope_close(outer), XP_OK);
    cr_expect_eq(xp_live_arrays(), 0);
}

CHECKED_TEST(scopes, what_the_caller_owned_comes_back_as_a_new_handle)
{
    xp_array *x = core_vector(3);
    xp_scope inner = xp_scope_open();
    xp_array *same = xp_scope_return(inner, x);
    cr_expect_eq(same, x);
    cr_expect_eq(references(x), 2, "no scope: one more reference for the caller");
    xp_release(same);

    xp_scope outer = xp_scope_open();
    inner = xp_scope_open();
    xp_array *other = xp_scope_return(inner, x);
    cr_expect_neq(other, x);
    cr_expect_eq(other->buffer, x->buffer);
    cr_expect_eq(other->scope, xp_this_thread.scope);
    cr_expect_null(x->scope);
    xp_release(x);
    cr_expect_eq(((const double *)xp_data(other))[2], 3.0);
    cr_expect_eq(xp_scope_close(outer), XP_OK);
}

CHECKED_TEST(scopes, nothing_comes_back_as_nothing)
{
    xp_scope scope = xp_scope_open();
    cr_expect_null(xp_scope_return(scope, NULL));
    cr_expect_eq(xp_error_code(), XP_OK);
}

CHECKED_TEST(scopes, several_results)
{
    xp_array *mine = core_vector(1);
    xp_scope outer = xp_scope_open(), inner = xp_scope_open();
    xp_array *a = core_vector(2), *b = a, *c = NULL, *d = mine;
    cr_expect(xp_scope_pass(inner, &a, &b, &c, &d, NULL));
    cr_expect(a == b && c == NULL && d != mine);
    cr_expect_eq(references(a), 1, "named twice, owned once");
    cr_expect_eq(xp_live_arrays(), 3);
    cr_expect_eq(xp_scope_close(outer), XP_OK);
    cr_expect_eq(xp_live_arrays(), 1);

    inner = xp_scope_open();
    a = b = core_vector(2);
    cr_expect(xp_scope_pass(inner, &a, &b, NULL));
    cr_expect_eq(references(a), 2, "the caller releases each result");
    xp_release(a);
    xp_release(b);
    xp_release(mine);
}

CHECKED_TEST(scopes, several_results_fail_together)
{
    for (int outermost = 0; outermost < 2; outermost++) {
        xp_array *mine = core_vector(1);
        xp_scope outer = outermost ? (xp_scope){0, 0} : xp_scope_open(), inner = xp_scope_open();
        xp_array *a = core_vector(2), *b = a, *c = NULL, *d = mine;
        xp_fail(XP_ERROR_LINALG, "inside", NULL, "inside: a reason");
        cr_expect_not(xp_scope_pass(inner, &a, &b, &c, &d, NULL));
        cr_expect(a == xp_failed() && b == xp_failed() && c == xp_failed() && d == xp_failed());
        cr_expect_eq(xp_live_arrays(), 1);
        cr_expect_eq(references(mine), 1);
        if (!outermost)
            cr_expect_eq(xp_scope_close(outer), XP_ERROR_LINALG);
        xp_release(mine);
    }
}

CHECKED_TEST(scopes, a_failed_result_fails_the_scope)
{
    xp_scope outer = xp_scope_open();
    xp_fail(XP_ERROR_TYPE, "before", NULL, "before: went wrong");
    xp_scope inner = xp_scope_open();
    xp_array *fine = core_vector(1);
    cr_expect_eq(xp_scope_return(inner, fine), fine, "nothing failed inside");
    inner = xp_scope_open();
    cr_expect_eq(xp_scope_return(inner, xp_failed()), xp_failed());
    cr_expect_eq(xp_scope_close(outer), XP_ERROR_TYPE);
}

CHECKED_TEST(scopes, forgotten_ones_are_closed_by_the_outer_one)
{
    xp_scope outer = xp_scope_open();
    core_vector(1);
    (void)xp_scope_open();
    xp_array *x = core_vector(2);
    (void)xp_scope_open();
    core_vector(3);
    cr_expect_eq(xp_scope_return(outer, x), x, "a result is rescued from a forgotten scope");
    cr_expect_null(xp_this_thread.scope);
    cr_expect_eq(xp_live_arrays(), 1);
    xp_release(x);
}

CHECKED_TEST(scopes, closing_twice_is_an_error_and_harms_nothing)
{
    xp_scope outer = xp_scope_open(), inner = xp_scope_open();
    xp_array *x = core_vector(1);
    cr_expect_eq(xp_scope_return(inner, x), x);
    cr_expect_eq(xp_scope_close(inner), XP_ERROR_VALUE);
    cr_expect_str_eq(xp_error_message(), "scope_close: the scope is not open on this thread");
    xp_scope another = xp_scope_open();
    cr_expect_eq(another.depth, inner.depth);
    cr_expect_eq(xp_scope_close(inner), XP_ERROR_VALUE, "an older scope of the same depth");
    cr_expect_eq(xp_scope_close(another), XP_ERROR_VALUE);
    cr_expect_eq(xp_scope_close(outer), XP_ERROR_VALUE);
    cr_expect_eq(xp_live_arrays(), 0);
}

CHECKED_TEST(scopes, one_that_gets_no_storage_fails)
{
    xp_scope outer = xp_scope_open();
    xp_scope frames[8];
    int depth = 0;
    xp_fault_arm(1);
    while (!xp_fault_fired() && depth < 8)
        frames[depth++] = xp_scope_open();
    if (xp_fault_fired()) {
        xp_fault_arm(0);
        xp_array *x = core_vector(1);
        cr_expect_eq(x->scope->depth, (uint32_t)depth, "belongs to the enclosing scope");
        cr_expect_eq(xp_scope_return(frames[depth - 1], x), xp_failed());
    }
    xp_fault_arm(0);
    cr_expect_eq(xp_scope_close(outer), XP_ERROR_MEMORY);
    cr_expect_eq(xp_live_arrays(), 0);
}

/* ---- loops ------------------------------------------------------------------------------------------------------- */

CHECKED_TEST(scopes, carrying_replaces_the_state)
{
    xp_scope outer = xp_scope_open();
    xp_array *state = core_vector(1), *first = state;
    for (int i = 0; i < 100; i++) {
        xp_scope round = xp_scope_open();
        core_vector(5);
        xp_array *next = core_vector(i + 1);
        cr_assert(xp_scope_carry(round, &state, next));
        cr_expect_eq(state, next);
        cr_expect_eq(xp_live_arrays(), 2, "the first state is not the loop's to release");
    }
    cr_expect_eq(xp_extent(first, 0), 1);
    cr_expect_eq(xp_extent(state, 0), 100);
    xp_scope round = xp_scope_open();
    cr_expect(xp_scope_carry(round, &state, state), "carrying the state itself on");
    cr_expect_eq(xp_extent(state, 0), 100);
    cr_expect_eq(xp_scope_return(outer, state), state);
    xp_release(state);
}

CHECKED_TEST(scopes, carrying_without_an_outer_scope)
{
    xp_array *state = NULL;
    for (int i = 0; i < 10; i++) {
        xp_scope round = xp_scope_open();
        cr_assert(xp_scope_carry(round, &state, core_vector(i + 1)));
        cr_expect_eq(xp_live_arrays(), 1);
    }
    xp_release(state);
}

CHECKED_TEST(scopes, a_round_that_fails_ends_the_loop)
{
    xp_scope outer = xp_scope_open();
    xp_array *state = core_vector(1);
    int rounds = 0;
    while (xp_ok(state) && rounds < 10) {
        xp_scope round = xp_scope_open();
        rounds++;
        xp_array *next = core_vector(2);
        if (rounds == 3)
            xp_fail(XP_ERROR_CLUSTER, "loop", NULL, "loop: an empty cluster");
        cr_expect_eq(xp_scope_carry(round, &state, next), rounds < 3);
    }
    cr_expect_eq(rounds, 3);
    cr_expect_eq(state, xp_failed());
    cr_expect_eq(xp_live_arrays(), 1);
    cr_expect_eq(xp_scope_close(outer), XP_ERROR_CLUSTER);
}

/* ---- attempts ---------------------------------------------------------------------------------------------------- */

CHECKED_TEST(scopes, attempts_forget_what_failed)
{
    xp_scope outer = xp_scope_open();
    xp_try attempt = xp_try_open();
    xp_array *x = core_vector(2);
    xp_fail(XP_ERROR_LINALG, "cholesky", "x", "cholesky: not positive definite");
    cr_expect_eq(xp_try_close(attempt, &x), XP_ERROR_LINALG);
    cr_expect_eq(x, xp_failed());
    cr_expect_eq(xp_error_code(), XP_OK);
    attempt = xp_try_open();
    x = core_vector(2);
    cr_expect_eq(xp_try_close(attempt, &x), XP_OK);
    cr_expect_eq(x->scope, xp_this_thread.scope);
    attempt = xp_try_open();
    cr_expect_eq(xp_try_close(attempt, NULL), XP_OK);
    cr_expect_eq(xp_scope_close(outer), XP_OK);
}

CHECKED_TEST(scopes, an_error_before_an_attempt_stays)
{
    xp_scope outer = xp_scope_open();
    xp_fail(XP_ERROR_TYPE, "before", NULL, "before: first");
    xp_try attempt = xp_try_open();
    xp_fail(XP_ERROR_LINALG, "inside", NULL, "inside: second");
    cr_expect_neq(xp_try_close(attempt, NULL), XP_OK);
    cr_expect_eq(xp_error_code(), XP_ERROR_TYPE);
    cr_expect_str_eq(xp_error_message(), "before: first");
    cr_expect_eq(xp_scope_close(outer), XP_ERROR_TYPE);
}

CHECKED_TEST(scopes, an_outermost_attempt)
{
    xp_try attempt = xp_try_open();
    xp_fail(XP_ERROR_IO, "inside", NULL, "inside: a reason");
    cr_expect_eq(xp_try_close(attempt, NULL), XP_ERROR_IO);
    cr_expect_eq(xp_error_code(), XP_OK);
    cr_expect_str_eq(xp_error_message(), "");
}

/* ---- size and threads -------------------------------------------------------------------------------------------- */

CHECKED_TEST(scopes, a_million_arrays_are_freed_in_one)
{
    xp_scope scope = xp_scope_open();
    for (int i = 0; i < 1000000; i++)
        xp_scalar(1.0);
    cr_expect_eq(xp_live_arrays(), 1000000);
    cr_expect_eq(xp_scope_close(scope), XP_OK);
    cr_expect_eq(xp_live_arrays(), 0);
    cr_expect_leq(xp_this_thread.n_free_arrays, 100000, "what is kept for reuse has a bound");
}

static void *leave_things_open(void *context)
{
    (void)xp_scope_open();
    core_vector(3);
    (void)xp_scope_open();
    core_vector(3);
    xp_array **handed = context;
    *handed = xp_keep(core_vector(7));
    return NULL;
}

CHECKED_TEST(scopes, a_thread_that_ends_closes_its_own)
{
    pthread_t thread;
    xp_array *handed = NULL;
    cr_assert_eq(pthread_create(&thread, NULL, leave_things_open, &handed), 0);
    pthread_join(thread, NULL);
    cr_expect_eq(xp_live_arrays(), 1);
    cr_expect_eq(xp_extent(handed, 0), 7);
    xp_scope scope = xp_scope_open();
    cr_expect_eq(xp_scope_return(scope, handed), handed);
    xp_release(handed);
    xp_release(handed);
    cr_expect_eq(xp_live_arrays(), 0);
}
