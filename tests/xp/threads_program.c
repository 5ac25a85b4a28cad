/* Threads that record, force and release on each other's graphs: a plain program for ThreadSanitizer.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Criterion's processes cannot be watched by ThreadSanitizer, this one can: exit status 0 if all values are right. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "recipes.h"

#define THREADS 4
#define ROUNDS 40
#define N 3000

typedef struct job {
    xp_array *shared, *total;
    double number, first, sum;
    xp_status status;
} job;

static void *work(void *argument)
{
    job *mine = argument;
    xp_scope scope = xp_scope_open();
    xp_array *y = xp_add(mine->shared, xp_scalar(mine->number));
    xp_array *chain = y;
    for (int i = 0; i < 200; i++)
        chain = xp_subtract(chain, mine->shared);
    (void)chain;
    mine->first = xp_to_double(xp_get(y, XP_INDEX(xp_at(0), xp_ellipsis())));
    mine->sum = xp_to_double(xp_sum(xp_subtract(y, mine->total), XP_ALL));
    mine->status = xp_scope_close(scope);
    xp_release(mine->shared);
    return NULL;
}

static bool run_round(const struct xp_device *device)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_full(XP_SHAPE(N), xp_scalar(3.0), XP_FLOAT64, device);
    xp_array *shared = xp_multiply(xp_add(x, xp_arange(0, N, 1, XP_FLOAT64, device)), xp_scalar(2.0));
    xp_array *total = xp_sum(shared, XP_ALL);
    job jobs[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (job){.shared = xp_keep(shared), .total = total, .number = i};
        pthread_create(&threads[i], NULL, work, &jobs[i]);
    }
    const double sum = 2 * (3.0 * N + (N - 1.0) * N / 2);
    bool success = true;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        success &= jobs[i].status == XP_OK && jobs[i].first == 6 + i &&
                   jobs[i].sum == sum + (double)i * N - N * sum;
    }
    return xp_scope_close(scope) == XP_OK && success;
}

/* ---- random calls on shared arrays ------------------------------------------------------------------------------- */

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

/* All threads follow the same recipe on the same pending arrays, and evaluate at other moments: same values. */
static bool run_recipe(const struct xp_device *device, uint64_t seed)
{
    xp_scope scope = xp_scope_open();
    xp_array *given[RECIPE_GIVEN];
    recipe_given(device, given);
    for (int i = 0; i < RECIPE_GIVEN; i++)
        given[i] = xp_add(xp_multiply(given[i], xp_scalar(3)), xp_square(given[i]));
    cook cooks[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        cooks[i] = (cook){.what = {.seed = seed, .evaluate = 0.1 * i, .forget = 0.2}, .given = given};
        pthread_create(&threads[i], NULL, run_cook, &cooks[i]);
    }
    bool success = true;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        success &= cooks[i].success && memcmp(cooks[i].digests, cooks[0].digests, sizeof cooks[0].digests) == 0;
    }
    return xp_scope_close(scope) == XP_OK && success;
}

int main(void)
{
    static const char *const names[] = {"host", "strict", "trace(host)"};
    for (int i = 0; i < 3; i++) {
        for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
            if (run_recipe(xp_device(names[i]), seed))
                continue;
            fprintf(stderr, "%s, recipe %d: wrong values, or an error\n", names[i], (int)seed);
            return 1;
        }
        for (int round = 0; round < ROUNDS; round++) {
            if (run_round(xp_device(names[i])))
                continue;
            fprintf(stderr, "%s, round %d: wrong values, or an error: %s\n", names[i], round, xp_error_message());
            return 1;
        }
    }
    return 0;
}
