/* Random sequences of calls: lazily or at once, here or there, the values are the same.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <string.h>

#include "recipes.h"
#include "simple.h"
#include "support.h"

TestSuite(recipes, .timeout = 240);

#define SEEDS 150

static void expect_same(const recipe *what, const struct xp_device *device, const int64_t *expected)
{
    int64_t digests[RECIPE_CALLS];
    bool success = recipe_run(what, device, digests);
    cr_assert(success, "seed %d on %s, evaluate %g: %s", (int)what->seed, xp_device_name(device), what->evaluate,
              xp_error_message());
    for (int i = 0; i < RECIPE_CALLS; i++)
        cr_assert_eq(digests[i], expected[i], "seed %d on %s, evaluate %g: call %d gives another value",
                     (int)what->seed, xp_device_name(device), what->evaluate, i);
}

/* Expected: every call evaluated at once, by the simple driver. */
CHECKED_TEST(recipes, values_do_not_depend_on_device_or_order)
{
    static const double forget[] = {0, 0.3};
    for (int seed = 1; seed <= SEEDS; seed++) {
        recipe what = {.seed = (uint64_t)seed, .evaluate = 1, .forget = forget[seed % 2]};
        int64_t expected[RECIPE_CALLS];
        cr_assert(recipe_run(&what, simple_device(), expected), "seed %d: %s", seed, xp_error_message());
        for (int i = 0; i < RECIPE_CALLS; i++)
            cr_assert_neq(expected[i], -1, "seed %d: call %d cannot be read", seed, i);
        XP_TEST_PROVIDERS(device) {
            expect_same(&what, device, expected);
            what.evaluate = 0;
            expect_same(&what, device, expected);
            what.evaluate = 0.2;
            expect_same(&what, device, expected);
            what.evaluate = 1;
        }
        what.evaluate = 0.1;
        expect_same(&what, simple_device(), expected);
    }
}

/* Whatever allocation fails, in recording, planning, running or reading: the run ends with that error, nothing leaks,
 * and values are right where none failed. */
CHECKED_TEST(recipes, every_allocation_fails_in_turn)
{
    XP_TEST_PROVIDERS(device) {
        for (uint64_t seed = 1; seed <= 6; seed++) {
            const recipe what = {.seed = seed, .evaluate = 0.1, .forget = 0.1};
            int64_t expected[RECIPE_CALLS], digests[RECIPE_CALLS];
            cr_assert(recipe_run(&what, device, expected));
            XP_TEST_EVERY_ALLOCATION(round) {
                bool success = recipe_run(&what, device, digests);
                bool fired = xp_test_fault_fired();
                xp_test_fault_arm(0);
                if (success)
                    cr_assert_arr_eq(digests, expected, sizeof digests, "seed %d, allocation %lld", (int)seed, round);
                else
                    cr_assert(fired && xp_error_code() == XP_ERROR_MEMORY, "seed %d, allocation %lld: %d, %s", (int)seed,
                              round, (int)xp_error_code(), xp_error_message());
                xp_error_clear();
            }
        }
    }
}

/* ---- several threads on the same pending arrays ------------------------------------------------------------------ */

enum { THREADS = 4 };

typedef struct cook {
    recipe what;
    xp_array *const *given;
    int64_t digests[RECIPE_CALLS];
    bool success;
} cook;

static void *run_cook(void *argument)
{
    cook *mine = argument;
    mine->success = recipe_run_on(&mine->what, mine->given, RECIPE_GIVEN, mine->digests);
    return NULL;
}

static void run_together(const struct xp_device *device, uint64_t seed, const int64_t expected[THREADS][RECIPE_CALLS])
{
    xp_scope scope = xp_scope_open();
    xp_array *given[RECIPE_GIVEN];
    recipe_given(device, given);
    for (int i = 0; i < RECIPE_GIVEN; i++)
        given[i] = xp_add(xp_multiply(given[i], xp_scalar(3)), xp_square(given[i]));
    cook cooks[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        cooks[i] = (cook){.what = {.seed = seed + (uint64_t)i, .evaluate = 0.2, .forget = 0.2}, .given = given};
        cr_assert_eq(pthread_create(&threads[i], NULL, run_cook, &cooks[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) {
        cr_assert(cooks[i].success, "seed %d", (int)seed + i);
        for (int call = 0; call < RECIPE_CALLS; call++)
            cr_assert_eq(cooks[i].digests[call], expected[i][call], "seed %d: call %d gives another value",
                         (int)seed + i, call);
    }
    xp_assert_closes(scope);
}

CHECKED_TEST(recipes, threads_on_shared_pending_arrays_do_not_disturb_each_other)
{
    for (uint64_t seed = 1000; seed < 1000 + THREADS * 12; seed += THREADS) {
        int64_t expected[THREADS][RECIPE_CALLS];
        xp_scope scope = xp_scope_open();
        xp_array *given[RECIPE_GIVEN];
        recipe_given(simple_device(), given);
        for (int i = 0; i < RECIPE_GIVEN; i++)
            given[i] = xp_add(xp_multiply(given[i], xp_scalar(3)), xp_square(given[i]));
        for (int i = 0; i < THREADS; i++) {
            const recipe what = {.seed = seed + (uint64_t)i, .evaluate = 1, .forget = 0.2};
            cr_assert(recipe_run_on(&what, given, RECIPE_GIVEN, expected[i]), "%s", xp_error_message());
        }
        xp_assert_closes(scope);
        XP_TEST_PROVIDERS(device)
            run_together(device, seed, (const int64_t(*)[RECIPE_CALLS])expected);
    }
}
