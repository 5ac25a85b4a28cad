/* No growth without bound: long chains, loops that never read, releasing much at once.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "support.h"

TestSuite(bounds, .timeout = 120);

/* 16 KB: beyond what is computed at the call. */
#define N 2048

static const struct xp_device *trace(void)
{
    return xp_device("trace(host)");
}

/* `count` chained calls, forced at the end; processor seconds, releasing included. */
static double chain(int64_t count, const struct xp_device *device, double *value)
{
    double start = support_processor_seconds();
    xp_scope scope = xp_scope_open();
    xp_array *one = support_ramp(1, 0, XP_FLOAT64, XP_SHAPE(N), device);
    xp_array *x = support_ramp(0, 0, XP_FLOAT64, XP_SHAPE(N), device);
    for (int64_t i = 0; i < count; i++)
        x = xp_add(x, one);
    *value = xp_to_double(xp_get(x, XP_INDEX(xp_at(N / 2))));
    xp_assert_closes(scope);
    return support_processor_seconds() - start;
}

CHECKED_TEST(bounds, a_hundred_thousand_chained_calls)
{
    double value;
    chain(1000, trace(), &value);
    double short_time = chain(10000, trace(), &value);
    cr_assert_eq(value, 10000);
    xp_trace_reset(trace());
    double long_time = chain(100000, trace(), &value);
    cr_assert_eq(value, 100000);
    xp_counts counts = xp_test_counts(trace());
    cr_assert_geq(counts.launches, 100000 / 160);
    cr_assert_leq(counts.launches, 100000 / 64, "programs have about 128 steps");
    cr_assert_lt(long_time, 25 * short_time, "%g s for 1e5 calls, %g s for 1e4", long_time, short_time);
}

/* The same with everything recorded on tiny arrays, and with reads of what went before at every step. */
CHECKED_TEST(bounds, a_chain_that_looks_back)
{
    const struct xp_device *device = xp_device("strict");
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(1, 0, XP_FLOAT64, XP_SHAPE(3), device), *previous = x;
    for (int i = 0; i < 3000; i++) {
        xp_array *next = xp_multiply(xp_add(x, previous), xp_scalar(0.5));
        previous = x;
        x = next;
    }
    xp_assert_close_to(x, ((const double[]){1, 1, 1}), XP_FLOAT64, XP_SHAPE(3), 0, 0);
    xp_assert_closes(scope);
}

CHECKED_TEST(bounds, a_chain_nobody_reads_is_released_without_recursion)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), trace());
    for (int i = 0; i < 100000; i++)
        x = xp_negative(x);
    xp_assert_closes(scope);
}

/* More operands than a program may have inputs. */
CHECKED_TEST(bounds, a_sum_of_many_arrays)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *total = support_ramp(0, 0, XP_FLOAT64, XP_SHAPE(N), device);
        for (int i = 1; i <= 300; i++)
            total = xp_add(total, support_ramp(i, 0, XP_FLOAT64, XP_SHAPE(N), device));
        cr_assert_eq(xp_to_double(xp_get(total, XP_INDEX(xp_at(7)))), 300 * 301 / 2);
        xp_assert_closes(scope);
    }
}

/* A tree that doubles at each level: 2^40 additions if shared values were not computed once. */
CHECKED_TEST(bounds, shared_values_are_not_expanded)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = support_ramp(1, 0, XP_FLOAT64, XP_SHAPE(N), device);
        for (int i = 0; i < 40; i++)
            x = xp_add(x, x);
        cr_assert_eq(xp_to_double(xp_get(x, XP_INDEX(xp_at(0)))), 0x1p40);
        xp_assert_closes(scope);
    }
}

/* ---- loops that never read --------------------------------------------------------------------------------------- */

CHECKED_TEST(bounds, a_carried_state_keeps_memory_bounded)
{
    xp_scope scope = xp_scope_open();
    const int64_t n = 50000;
    xp_array *step = support_ramp(1, 0, XP_FLOAT64, XP_SHAPE(n), trace());
    xp_array *state = support_ramp(0, 0, XP_FLOAT64, XP_SHAPE(n), trace());
    int64_t most = 0;
    for (int i = 0; i < 2000; i++) {
        xp_scope round = xp_scope_open();
        xp_array *next = xp_add(xp_multiply(state, xp_scalar(0.5)), step);
        cr_assert(xp_scope_carry(round, &state, next));
        int64_t live = xp_test_live_now().buffers;
        most = live > most ? live : most;
    }
    cr_assert_leq(most, 6, "%lld buffers at once", (long long)most);
    cr_assert_leq(xp_memory_live(), 10 * 8 * (size_t)n);
    cr_assert_float_eq(xp_to_double(xp_get(state, XP_INDEX(xp_at(3)))), 2, 1e-12);
    xp_assert_closes(scope);
}

/* Nothing says carry: the graph itself cuts the pending work. */
CHECKED_TEST(bounds, a_loop_that_keeps_its_state_by_hand_is_bounded)
{
    xp_array *state = support_ramp(0, 0, XP_FLOAT64, XP_SHAPE(N), trace());
    int64_t most_nodes = 0, most_buffers = 0;
    for (int i = 0; i < 20000; i++) {
        xp_scope round = xp_scope_open();
        xp_array *next = xp_keep(xp_add(state, xp_scalar(1.0)));
        xp_assert_closes(round);
        xp_release(state);
        state = next;
        xp_test_live live = xp_test_live_now();
        most_nodes = live.nodes > most_nodes ? live.nodes : most_nodes;
        most_buffers = live.buffers > most_buffers ? live.buffers : most_buffers;
    }
    cr_assert_leq(most_nodes, 140, "%lld nodes at once", (long long)most_nodes);
    cr_assert_leq(most_buffers, 4, "%lld buffers at once", (long long)most_buffers);
    xp_scope scope = xp_scope_open();
    cr_assert_eq(xp_to_double(xp_get(state, XP_INDEX(xp_at(3)))), 20000);
    xp_assert_closes(scope);
    xp_release(state);
}

/* New data in every round, and a running total that nobody looks at: what is pinned for it is bounded, too. */
CHECKED_TEST(bounds, a_running_total_does_not_pin_all_it_has_seen)
{
    xp_set_memory_bound((size_t)8 << 20);
    const int64_t n = 32768;
    xp_array *total = support_ramp(0, 0, XP_FLOAT64, XP_SHAPE(n), trace());
    size_t most = 0;
    for (int i = 0; i < 400; i++) {
        xp_scope round = xp_scope_open();
        xp_array *data = support_ramp(i, 0, XP_FLOAT64, XP_SHAPE(n), trace());
        xp_array *next = xp_keep(xp_add(total, data));
        xp_assert_closes(round);
        xp_release(total);
        total = next;
        most = xp_memory_live() > most ? xp_memory_live() : most;
    }
    cr_assert_leq(most, 20 * 8 * (size_t)n, "%zu bytes were alive at once", most);
    xp_scope scope = xp_scope_open();
    cr_assert_eq(xp_to_double(xp_get(total, XP_INDEX(xp_at(3)))), 399 * 400 / 2);
    xp_assert_closes(scope);
    xp_release(total);
}
