/* Borrowed memory: what reads it is done before its owner may change it, and it is given back once.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "support.h"

#define N 3000 /* beyond what is computed at the call */

static double memory[N];

static void fill(double value)
{
    for (int i = 0; i < N; i++)
        memory[i] = value;
}

static xp_array *borrowed(xp_borrow_flags flags)
{
    return xp_borrow(memory, XP_FLOAT64, XP_SHAPE(N), NULL, flags, NULL, NULL);
}

static void expect(xp_array *x, double value)
{
    xp_scope scope = xp_scope_open();
    xp_assert_equal(xp_min(x, XP_ALL), xp_scalar(value));
    xp_assert_equal(xp_max(x, XP_ALL), xp_scalar(value));
    xp_assert_closes(scope);
}

/* x + 1, the caller's; the scalar belongs to a scope of its own. */
static xp_array *plus_one(xp_array *x)
{
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, xp_add(x, xp_scalar(1.0)));
}

CHECKED_TEST(foreign, work_on_it_waits_only_until_the_scope_closes)
{
    fill(1);
    xp_scope outer = xp_scope_open();
    xp_scope inner = xp_scope_open();
    xp_array *y = xp_add(borrowed(XP_MUTABLE), xp_scalar(1.0));
    cr_assert(xp_is_pending(y));
    xp_keep(y);
    xp_assert_closes(inner);
    cr_assert_not(xp_is_pending(y), "done by the end of the scope");
    fill(7);
    expect(y, 2);
    xp_release(y);
    xp_assert_closes(outer);
}

/* Handed up, it is the enclosing scope's, and done by the end of that one at the latest. */
CHECKED_TEST(foreign, work_that_is_handed_up_is_done_by_the_end_of_the_outermost_scope)
{
    fill(1);
    xp_scope outer = xp_scope_open();
    xp_scope inner = xp_scope_open();
    xp_array *y = xp_scope_return(inner, xp_add(borrowed(XP_MUTABLE), xp_scalar(1.0)));
    y = xp_scope_return(outer, xp_multiply(y, xp_scalar(2.0)));
    cr_assert_not(xp_is_pending(y));
    fill(7);
    expect(y, 4);
    xp_release(y);
}

CHECKED_TEST(foreign, work_that_only_pending_work_reads_is_done_with_it)
{
    fill(1);
    xp_scope outer = xp_scope_open();
    xp_scope inner = xp_scope_open();
    xp_array *middle = xp_add(borrowed(XP_MUTABLE), xp_scalar(1.0));
    xp_array *y = xp_keep(xp_multiply(middle, xp_sum(middle, XP_ALL)));
    xp_assert_closes(inner);
    fill(7);
    expect(y, 2 * 2.0 * N);
    xp_release(y);
    xp_assert_closes(outer);
}

CHECKED_TEST(foreign, without_a_scope_work_is_done_at_the_call)
{
    fill(3);
    xp_array *x = borrowed(XP_MUTABLE);
    xp_array *y = xp_add(x, x);
    xp_array *total = xp_sum(x, XP_ALL);
    cr_assert_not(xp_is_pending(y) || xp_is_pending(total));
    fill(0);
    expect(y, 6);
    expect(total, 3.0 * N);
    xp_release(x);
    xp_release(y);
    xp_release(total);
}

CHECKED_TEST(foreign, frozen_memory_lets_work_wait)
{
    fill(3);
    xp_array *x = borrowed(XP_FROZEN);
    xp_array *y = xp_add(x, x);
    cr_assert(xp_is_pending(y));
    xp_scope scope = xp_scope_open();
    xp_array *z = xp_keep(xp_subtract(y, xp_scalar(1.0)));
    xp_assert_closes(scope);
    cr_assert(xp_is_pending(z));
    expect(z, 5);
    xp_release(x);
    xp_release(y);
    xp_release(z);
}

CHECKED_TEST(foreign, any_strides_are_read_in_place)
{
    for (int i = 0; i < N; i++)
        memory[i] = i;
    xp_scope scope = xp_scope_open();
    const int64_t strides[] = {-8, 80};
    xp_array *x = xp_borrow(memory + 9, XP_FLOAT64, XP_SHAPE(10, 300), strides, XP_MUTABLE, NULL, NULL);
    xp_array *y = xp_multiply(x, xp_scalar(2.0));
    cr_assert_eq(xp_to_double(xp_get(y, XP_INDEX(xp_at(2), xp_at(30)))), 2.0 * (9 - 2 + 300));
    const int64_t still[] = {0};
    xp_array *constant = xp_borrow(memory + 5, XP_FLOAT64, XP_SHAPE(4000), still, XP_MUTABLE, NULL, NULL);
    cr_assert_eq(xp_to_double(xp_sum(constant, XP_ALL)), 20000);
    xp_assert_closes(scope);
}

static void count_release(void *context)
{
    *(int *)context += 1;
}

CHECKED_TEST(foreign, it_is_given_back_once_after_the_last_use)
{
    int released = 0;
    fill(2);
    xp_array *x = xp_borrow(memory, XP_FLOAT64, XP_SHAPE(N), NULL, XP_FROZEN, count_release, &released);
    xp_array *part = xp_get(x, XP_INDEX(xp_slice(5, 2900, 1)));
    xp_array *y = plus_one(part);
    xp_release(x);
    xp_release(part);
    cr_assert_eq(released, 0, "y still has to read it");
    expect(y, 3);
    cr_assert_eq(released, 1);
    xp_release(y);
    cr_assert_eq(released, 1);
}

CHECKED_TEST(foreign, a_borrow_that_fails_does_not_give_back)
{
    int released = 0;
    xp_assert_fails(xp_borrow(memory, XP_FLOAT64, XP_SHAPE(-1), NULL, XP_FROZEN, count_release, &released),
                    XP_ERROR_VALUE, NULL);
    cr_assert_eq(released, 0);
}

/* Its memory is never taken over as that of a result, and never written. */
CHECKED_TEST(foreign, it_is_never_reused)
{
    fill(2);
    xp_array *x = borrowed(XP_FROZEN);
    xp_array *y = plus_one(xp_give(x));
    expect(y, 3);
    cr_assert_eq(memory[0], 2);
    xp_release(x);
    xp_release(y);
}
