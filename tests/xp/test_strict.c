/* The strict devices: nobody but the driver touches data, devices do not mix, the standard's promotion only.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* fork, kill */

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buffer.h"
#include "driver.h"
#include "support.h"

static const struct xp_device *strict(void)
{
    return xp_device("strict");
}

static xp_array *vector(int64_t n, const struct xp_device *device)
{
    return support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(n), device);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* What an algorithm must never do. Exported, so that the report can name it. */
__attribute__((visibility("default"), noinline)) double bad_algorithm(xp_array *x, int64_t offset)
{
    volatile char *data = (char *)x->buffer->memory.handle + offset;
    return data[0];
}
__attribute__((visibility("default"), noinline)) void worse_algorithm(xp_array *x)
{
    volatile char *data = x->buffer->memory.handle;
    data[0] = 1;
}

/* Runs the algorithm in a child: the text that it left on stderr; the signal it died of in *number. */
static void watch_child(void (*algorithm)(xp_array *), xp_array *x, char *text, size_t bytes, int *number)
{
    int ends[2], status = 0;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        support_report_crashes();
        algorithm(x);
        _exit(0);
    }
    close(ends[1]);
    size_t got = 0;
    for (ssize_t part; got < bytes - 1 && (part = read(ends[0], text + got, bytes - 1 - got)) > 0;)
        got += (size_t)part;
    text[got] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    *number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void read_first(xp_array *x)
{
    bad_algorithm(x, 0);
}
static void read_past_the_end(xp_array *x)
{
    bad_algorithm(x, (int64_t)x->buffer->bytes);
}

static void expect_death(void (*algorithm)(xp_array *), const char *sentence, const char *function)
{
    char text[8192];
    int number;
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(10, strict());
    watch_child(algorithm, x, text, sizeof text, &number);
    cr_assert_eq(number, SIGSEGV, "died of %d: %s", number, text);
    cr_assert(strstr(text, sentence), "%s", text);
    cr_assert(strstr(text, function), "%s", text);
    xp_assert_closes(scope);
}

CHECKED_TEST(strict, whoever_touches_data_dies_with_the_function_named)
{
    expect_death(read_first, "byte 0 of an array of 80 bytes on strict, which only its driver may touch",
                 "bad_algorithm");
    expect_death(worse_algorithm, "byte 0 of an array of 80 bytes on strict, which only its driver may touch",
                 "worse_algorithm");
    expect_death(read_past_the_end, "0 bytes past the end of an array of 80 bytes on strict", "bad_algorithm");
}

/* Releases an array, makes and releases `count` others, and touches what it was. */
static void touch_released(int count)
{
    xp_scope scope = xp_scope_open();
    volatile char *data = vector(10, strict())->buffer->memory.handle;
    xp_status status = xp_scope_close(scope);
    for (int i = 0; i < count && status == XP_OK; i++) {
        scope = xp_scope_open();
        vector(10, strict());
        status = xp_scope_close(scope);
    }
    if (status == XP_OK)
        data[8] = 1;
}

static void touch_soon(xp_array *x)
{
    (void)x;
    touch_released(0);
}
static void touch_later(xp_array *x)
{
    (void)x;
    touch_released(200);
}

static void release_twice(xp_array *x)
{
    const struct xp_driver *driver = strict()->driver;
    xp_memory memory;
    (void)x;
    if (driver->allocate(strict(), 80, &memory) != XP_OK)
        return;
    driver->release(strict(), memory, 80);
    driver->release(strict(), memory, 80);
}

CHECKED_TEST(strict, whoever_touches_released_data_dies)
{
    const char *sentence = "byte 8 of an array of 80 bytes on strict, which was released";
    expect_death(touch_soon, sentence, "");
    expect_death(touch_later, sentence, "");
    expect_death(release_twice, "of an array of 80 bytes on strict, which was released", "");
}

/* Pages are used again in the end: arrays of all sizes beside each other, and many more than are kept. */
CHECKED_TEST(strict, released_memory_serves_again)
{
    for (int round = 0; round < 3; round++) {
        xp_scope scope = xp_scope_open();
        for (int64_t i = 0; i < 2000; i++) {
            xp_array *x = vector(1 + i * 37 % 3000, strict());
            if (i % 50 == 0)
                cr_assert_eq(xp_to_double(xp_sum(x, XP_ALL)), (1 + i * 37 % 3000) * (2 + i * 37 % 3000) / 2.0);
        }
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(strict, there_are_no_host_pointers)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = vector(10, strict());
    xp_try attempt = xp_try_open();
    cr_assert_null(xp_data(x));
    cr_assert_eq(xp_error_code(), XP_ERROR_DEVICE, "%s", xp_error_message());
    cr_assert(strstr(xp_error_message(), "strict"), "%s", xp_error_message());
    cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_DEVICE);
    double values[10];
    cr_assert_eq(xp_to_host(x, values, sizeof values), XP_OK);
    cr_assert_eq(values[9], 10);
    xp_assert_closes(scope);
}

CHECKED_TEST(strict, arrays_of_every_size_and_dtype_survive_the_round_trip)
{
    static const int64_t sizes[] = {0, 1, 3, 511, 512, 513, 4096, 40000};
    XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
        for (int i = 0; i < (int)(sizeof sizes / sizeof *sizes); i++) {
            xp_scope scope = xp_scope_open();
            xp_array *x = support_ramp(-5, 3, dtype, XP_SHAPE(sizes[i]), xp_device("host"));
            xp_array *there = xp_to_device(x, strict());
            xp_array *back = xp_to_device(there, xp_device("host"));
            cr_assert_eq(xp_device_of(there), strict());
            xp_assert_identical(back, x);
            xp_assert_closes(scope);
        }
    }
}

/* ---- devices ----------------------------------------------------------------------------------------------------- */

CHECKED_TEST(strict, two_devices_do_not_mix)
{
    const struct xp_device *other = xp_device("strict:device1");
    cr_assert_neq(other, strict());
    cr_assert_eq(xp_device("strict:0"), strict());
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(10, strict()), *b = vector(10, other), *c = vector(10, xp_device("host"));
    xp_assert_fails(xp_add(a, b), XP_ERROR_DEVICE, NULL);
    xp_assert_fails(xp_add(a, c), XP_ERROR_DEVICE, NULL);
    xp_assert_fails(xp_where(xp_less(a, xp_scalar(3.0)), b, a), XP_ERROR_DEVICE, NULL);
    xp_array *const both[] = {a, b};
    xp_assert_fails(xp_concat(both, 2, 0), XP_ERROR_DEVICE, NULL);
    xp_assert_fails(xp_matmul(a, b), XP_ERROR_DEVICE, NULL);
    xp_assert_equal(xp_add(a, xp_to_device(b, strict())), xp_multiply(a, xp_scalar(2.0)));
    xp_assert_closes(scope);
}

CHECKED_TEST(strict, the_namespace_of_mixed_devices_is_inert)
{
    xp_scope scope = xp_scope_open();
    xp_array *a = vector(10, strict()), *b = vector(10, xp_device("strict:device1"));
    xp_try attempt = xp_try_open();
    const xp_namespace *xp = xp_array_namespace(a, b);
    cr_assert_not_null(xp);
    cr_assert_not(xp_ok(xp->add(a, a)));
    cr_assert_not(xp_ok(xp->zeros(XP_SHAPE(3), XP_FLOAT64)));
    cr_assert(strstr(xp_error_message(), "strict:device1"), "%s", xp_error_message());
    cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_DEVICE);
    xp_assert_closes(scope);
}

CHECKED_TEST(strict, new_arrays_land_where_the_arguments_are)
{
    XP_TEST_PROVIDERS(device) {
        xp_scope scope = xp_scope_open();
        xp_array *x = vector(4, device);
        const xp_namespace *xp = xp_array_namespace(x, NULL, xp_scalar(1.0));
        cr_assert_eq(xp, xp_device_namespace(device));
        cr_assert_eq(xp_device_of(xp->zeros(XP_SHAPE(2, 2), XP_FLOAT32)), device);
        cr_assert_eq(xp_device_of(xp->arange(0, 4, 1, XP_INT64)), device);
        cr_assert_eq(xp_device_of(xp->sum(x, XP_ALL)), device);
        cr_assert_eq(xp_device_of(xp->matmul(x, x)), device);
        xp_assert_closes(scope);
    }
}

/* ---- promotion --------------------------------------------------------------------------------------------------- */

CHECKED_TEST(strict, what_the_standard_leaves_open_is_refused)
{
    xp_scope scope = xp_scope_open();
    xp_array *f = support_ramp(1, 1, XP_FLOAT32, XP_SHAPE(4), strict());
    xp_array *i = support_ramp(1, 1, XP_INT32, XP_SHAPE(4), strict());
    xp_array *u = support_ramp(1, 1, XP_UINT64, XP_SHAPE(4), strict());
    xp_array *t = support_ramp(1, 0, XP_BOOL, XP_SHAPE(4), strict());
    xp_assert_fails(xp_add(f, i), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_multiply(i, u), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_add(t, i), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_add(t, t), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_divide(i, i), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_add(i, xp_scalar(1.5)), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_sqrt(i), XP_ERROR_TYPE, NULL);
    cr_assert_eq(xp_dtype_of(xp_add(f, xp_scalar(2))), XP_FLOAT32);
    cr_assert_eq(xp_dtype_of(xp_add(i, xp_scalar(2))), XP_INT32);
    cr_assert_eq(xp_dtype_of(xp_add(f, xp_astype(i, XP_FLOAT64, true))), XP_FLOAT64);
    xp_assert_closes(scope);
}

CHECKED_TEST(strict, the_host_goes_beyond_it_as_numpy_does)
{
    xp_scope scope = xp_scope_open();
    const struct xp_device *host = xp_device("host");
    xp_array *f = support_ramp(1, 1, XP_FLOAT32, XP_SHAPE(4), host);
    xp_array *i = support_ramp(1, 1, XP_INT32, XP_SHAPE(4), host);
    cr_assert_eq(xp_dtype_of(xp_add(f, i)), XP_FLOAT64);
    cr_assert_eq(xp_dtype_of(xp_divide(i, i)), XP_FLOAT64);
    cr_assert_eq(xp_dtype_of(xp_add(i, xp_scalar(1.5))), XP_FLOAT64);
    xp_assert_closes(scope);
}
