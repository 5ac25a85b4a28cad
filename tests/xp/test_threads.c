/* Many threads on the same graph, and the same bits however many threads one call may use.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <string.h>

#include "support.h"

TestSuite(threads, .timeout = 120);

/* ---- overlapping graphs ------------------------------------------------------------------------------------------ */

#define THREADS 4
#define N 4000

typedef struct job {
    xp_array *shared, *total; /* pending when the threads start */
    int number;
    double got[3];
    xp_status status;
} job;

static void *force_overlapping(void *argument)
{
    job *mine = argument;
    xp_scope scope = xp_scope_open();
    xp_array *y = xp_add(mine->shared, xp_scalar((double)mine->number));
    xp_array *z = xp_subtract(y, mine->total);
    mine->got[0] = xp_to_double(xp_get(y, XP_INDEX(xp_at(3))));
    mine->got[1] = xp_to_double(xp_sum(z, XP_ALL));
    mine->got[2] = xp_to_double(mine->total);
    mine->status = xp_scope_close(scope);
    return NULL;
}

static void force_from_threads(const struct xp_device *device)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), device);
    xp_array *shared = xp_multiply(xp_add(x, xp_scalar(1.0)), xp_scalar(2.0));
    xp_array *total = xp_sum(shared, XP_ALL);
    job jobs[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (job){.shared = shared, .total = total, .number = i};
        cr_assert_eq(pthread_create(&threads[i], NULL, force_overlapping, &jobs[i]), 0);
    }
    const double sum = (double)N * (N + 1);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        cr_assert_eq(jobs[i].status, XP_OK);
        cr_assert_eq(jobs[i].got[0], 8 + i);
        cr_assert_eq(jobs[i].got[1], sum + (double)i * N - N * sum);
        cr_assert_eq(jobs[i].got[2], sum);
    }
    xp_assert_closes(scope);
}

CHECKED_TEST(threads, forcing_overlapping_graphs)
{
    XP_TEST_PROVIDERS(device) {
        for (int round = 0; round < 60; round++)
            force_from_threads(device);
    }
}

static void *release_handle(void *argument)
{
    xp_release(argument);
    return NULL;
}

/* The last handle on pending work goes away on another thread than the one that made it. */
CHECKED_TEST(threads, handles_are_released_anywhere)
{
    XP_TEST_PROVIDERS(device) {
        for (int round = 0; round < 30; round++) {
            xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), device);
            xp_array *y = xp_negative(xp_give(x));
            xp_array *z = xp_exp(y);
            pthread_t threads[3];
            xp_array *arrays[] = {x, y, z};
            for (int i = 0; i < 3; i++)
                pthread_create(&threads[i], NULL, release_handle, arrays[i]);
            for (int i = 0; i < 3; i++)
                pthread_join(threads[i], NULL);
        }
    }
}

static void *fail_here(void *argument)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(3), argument);
    (void)xp_get(x, XP_INDEX(xp_at(17)));
    return xp_scope_close(scope) == XP_ERROR_INDEX ? argument : NULL;
}

CHECKED_TEST(threads, errors_belong_to_their_thread)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *device = xp_device("host");
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, fail_here, (void *)device);
    pthread_join(thread, &result);
    cr_assert(result == device, "the thread saw its error");
    cr_assert_eq(xp_error_code(), XP_OK, "this one does not");
    xp_assert_closes(scope);
}

/* ---- same bits --------------------------------------------------------------------------------------------------- */

enum { RESULTS = 9 };

/* Large enough to be split among threads. */
static void compute_all(xp_dtype dtype, xp_array *results[RESULTS])
{
    const struct xp_device *device = xp_device("host");
    xp_array *x = support_ramp(-3, 1.7e-5, dtype, XP_SHAPE(40000, 10), device);
    xp_array *wide = xp_reshape(x, XP_SHAPE(50, 8000));
    xp_array *y = xp_divide(xp_sin(x), xp_add(xp_multiply(x, x), xp_scalar(1.0)));
    results[0] = y;
    results[1] = xp_sum(y, XP_ALL);
    results[2] = xp_var(y, XP_ALL);
    results[3] = xp_mean(y, XP_OVER(0));
    results[4] = xp_std(y, XP_OVER(1));
    results[5] = xp_sum(wide, XP_OVER(0));
    results[6] = xp_var(wide, XP_OVER(1));
    results[7] = xp_prod(xp_add(xp_multiply(x, xp_scalar(1e-6)), xp_scalar(1.0)), XP_ALL);
    results[8] = xp_argmax(xp_matrix_transpose(y), XP_ALL);
}

CHECKED_TEST(threads, any_number_of_threads_gives_the_same_bits)
{
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
        xp_scope scope = xp_scope_open();
        static const int numbers[] = {1, 2, 3, 8};
        xp_array *results[4][RESULTS];
        for (int i = 0; i < 4; i++) {
            xp_set_num_threads(numbers[i]);
            compute_all(dtype, results[i]);
            cr_assert_eq(xp_eval_all(results[i], RESULTS), XP_OK, "%s", xp_error_message());
            for (int k = 0; k < RESULTS; k++) {
                const char *failure = xp_test_identical(results[i][k], results[0][k]);
                xp_assert_that(!failure, "%s, result %d with %d threads: %s", xp_test_dtype_name(dtype), k, numbers[i],
                               failure);
            }
        }
        xp_assert_closes(scope);
    }
}

/* ---- the environment --------------------------------------------------------------------------------------------- */

enum { VALUES = 300 };

static void compute_some(double *values)
{
    const struct xp_device *device = xp_device("host");
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0.01, 0.37, XP_FLOAT64, XP_SHAPE(100, 50), device);
    xp_array *shared = xp_sqrt(xp_add(xp_multiply(x, x), xp_scalar(0.5)));
    xp_array *row = xp_get(xp_divide(shared, x), XP_INDEX(xp_at(7), xp_slice(XP_END, XP_END, -1)));
    xp_array *centred = xp_subtract(shared, xp_mean(shared, XP_OVER(0)));
    xp_array *moments = xp_var(centred, XP_OVER(0));
    xp_array *turned = xp_sum(xp_matrix_transpose(centred), XP_OVER(0));
    xp_to_host(row, values, 50 * sizeof(double));
    xp_to_host(moments, values + 50, 50 * sizeof(double));
    xp_to_host(turned, values + 100, 100 * sizeof(double));
    xp_to_host(xp_get(shared, XP_INDEX(xp_slice(3, 5, 1), xp_ellipsis())), values + 200, 100 * sizeof(double));
    if (xp_scope_close(scope) != XP_OK)
        memset(values, 0xff, VALUES * sizeof(double));
}

static void expect_same_elsewhere(const char *variable, const char *value)
{
    static double usual[VALUES], other[VALUES];
    support_elsewhere("SCIXP_EAGER", "0", compute_some, usual, VALUES);
    support_elsewhere(variable, value, compute_some, other, VALUES);
    cr_assert(usual[0] > 0 && usual[VALUES - 1] > 0, "%g, %g", usual[0], usual[VALUES - 1]);
    cr_assert_eq(memcmp(usual, other, sizeof usual), 0, "%s=%s gives other bits", variable, value);
}

CHECKED_TEST(threads, eager_evaluation_gives_the_same_bits)
{
    expect_same_elsewhere("SCIXP_EAGER", "1");
}

CHECKED_TEST(threads, every_instruction_set_gives_the_same_bits)
{
    expect_same_elsewhere("SCIXP_CPU", "baseline");
    expect_same_elsewhere("SCIXP_CPU", "avx2");
    expect_same_elsewhere("SCIXP_CPU", "avx512");
}

static void look_for_pending(double *values)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), xp_device("host"));
    values[0] = xp_is_pending(xp_add(x, x));
    values[1] = xp_is_pending(xp_sum(x, XP_ALL));
    values[2] = xp_scope_close(scope);
}

CHECKED_TEST(threads, eager_evaluation_leaves_nothing_pending)
{
    double values[3];
    support_elsewhere("SCIXP_EAGER", "1", look_for_pending, values, 3);
    cr_assert(values[0] == 0 && values[1] == 0 && values[2] == XP_OK);
    support_elsewhere("SCIXP_EAGER", "0", look_for_pending, values, 3);
    cr_assert(values[0] == 1 && values[1] == 1 && values[2] == XP_OK);
}
