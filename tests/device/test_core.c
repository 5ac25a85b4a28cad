/* The device core itself: memory with a bound, programs cached, order between threads, pointers and streams of the
 * caller's, and devices that fail. What a runtime would rarely do is done by a table of the test's own, which hands
 * everything on to the plug-in's but for what is to fail.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "graph/node.h"
#include "graph/operation.h"
#include "providers/device/device.h"
#include "providers/device/plugins.h"
#include "support.h"
#include "tested.h"

static double sum_of_ramp(const struct xp_device *device, int64_t n, double factor)
{
    xp_scope scope = xp_scope_open();
    double *values = malloc((size_t)n * sizeof *values), total = 0;
    xp_array *x = xp_multiply(support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(n), device), xp_scalar(factor));
    cr_assert_eq(xp_to_host(x, values, (size_t)n * sizeof *values), XP_OK, "%s", xp_error_message());
    for (int64_t i = 0; i < n; i++)
        total += values[i];
    free(values);
    cr_assert_eq(xp_scope_close(scope), XP_OK);
    return total;
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

CHECKED_TEST(device_core, memory_has_a_bound_and_work_goes_on_behind_it)
{
    setenv("SCIXP_DEVICE_BYTES", "67108864", 1);
    const struct xp_device *device = tested_device();
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_zeros(XP_SHAPE(4 << 20), XP_FLOAT64, device); /* 32 MiB */
    cr_assert_eq(xp_eval(x), XP_OK, "%s", xp_error_message());
    xp_try attempt = xp_try_open();
    xp_array *y = xp_add(xp_concat((xp_array *[]){x, x}, 2, 0), xp_scalar(1.0));
    xp_eval(y);
    cr_expect_eq(xp_try_close(attempt, NULL), XP_ERROR_MEMORY);
    xp_array *small = xp_add(x, xp_scalar(2.0));
    cr_expect_eq(xp_to_double(xp_get(small, XP_INDEX(xp_at(-1)))), 2.0);
    xp_assert_closes(scope);
    cr_expect_eq(sum_of_ramp(device, 1 << 20, 2.0), (double)(1 << 20) * ((1 << 20) - 1), "the pool gives back");
}

CHECKED_TEST(device_core, blocks_are_used_again)
{
    const struct xp_device *device = tested_device();
    device_state *state = device_state_of(device);
    sum_of_ramp(device, 100000, 1.0);
    size_t pooled = state->pool.pooled, live = state->pool.live;
    for (int round = 0; round < 20; round++)
        sum_of_ramp(device, 100000, (double)round);
    cr_expect_leq(state->pool.pooled, pooled + 4096, "%zu after %zu", state->pool.pooled, pooled);
    cr_expect_eq(state->pool.live, live);
    device_pool_trim(state);
    cr_expect_eq(state->pool.pooled, 0);
    cr_expect_eq(sum_of_ramp(device, 1000, 1.0), 499500.0);
}

/* ---- programs ---------------------------------------------------------------------------------------------------- */

CHECKED_TEST(device_core, values_and_shapes_compile_nothing)
{
    const struct xp_device *device = tested_device();
    device_state *state = device_state_of(device);
    sum_of_ramp(device, 5000, 1.5);
    uint64_t made = state->programs.compiled + state->programs.loaded;
    for (int i = 1; i < 10; i++)
        sum_of_ramp(device, 5000 + 1000 * i, 1.5 + i);
    cr_expect_eq(state->programs.compiled + state->programs.loaded, made);
}

static void compile_and_count(double *results)
{
    const struct xp_device *device = xp_device(tested_kind());
    results[0] = sum_of_ramp(device, 3000, 3.0);
    results[1] = (double)device_state_of(device)->programs.compiled;
    results[2] = (double)device_state_of(device)->programs.loaded;
}

static bool is_there(void)
{
    const device_plugin *plugin = device_plugin_of(tested_kind());
    return plugin->table;
}

static void ask_for_device(double *results)
{
    results[0] = is_there();
}

/* Whether there is a device, asked in another process: this one must not have opened any yet. */
static void skip_without_device(void)
{
    double there;
    support_elsewhere("SCIXP_UNUSED", "1", ask_for_device, &there, 1);
    if (!there)
        cr_skip("no device of this kind is here");
}

static int each_file(const char *folder, void (*what)(const char *path))
{
    DIR *files = opendir(folder);
    int count = 0;
    for (struct dirent *entry; files && (entry = readdir(files)) != NULL;) {
        char path[1024];
        struct stat about;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (stat(path, &about) != 0 || !S_ISREG(about.st_mode))
            continue;
        count++;
        if (what)
            what(path);
    }
    if (files)
        closedir(files);
    return count;
}

static void damage(const char *path)
{
    FILE *file = fopen(path, "r+b");
    cr_assert(file && fseek(file, 100, SEEK_SET) == 0 && fputs("damaged!", file) >= 0 && fclose(file) == 0);
}

static void remove_file(const char *path)
{
    unlink(path);
}

static char *new_folder(void)
{
    static char folder[] = "/tmp/scixp-kernels-XXXXXX";
    strcpy(folder, "/tmp/scixp-kernels-XXXXXX");
    cr_assert(mkdtemp(folder));
    return folder;
}

CHECKED_TEST(device_core, compiled_programs_are_kept_on_disk)
{
    skip_without_device();
    char *folder = new_folder();
    double results[3];
    support_elsewhere("SCIXP_CACHE", folder, compile_and_count, results, 3);
    cr_expect_eq(results[0], 13495500.0);
    cr_expect_gt(results[1], 0.0);
    cr_expect_eq(results[2], 0.0);
    double compiled = results[1];
    cr_expect_eq(each_file(folder, NULL), (int)compiled);
    support_elsewhere("SCIXP_CACHE", folder, compile_and_count, results, 3);
    cr_expect_eq(results[0], 13495500.0);
    cr_expect_eq(results[1], 0.0);
    cr_expect_eq(results[2], compiled);
    each_file(folder, damage);
    support_elsewhere("SCIXP_CACHE", folder, compile_and_count, results, 3);
    cr_expect_eq(results[0], 13495500.0, "what is damaged is compiled anew");
    cr_expect_eq(results[1], compiled);
    support_elsewhere("SCIXP_CACHE", folder, compile_and_count, results, 3);
    cr_expect_eq(results[2], compiled, "and kept");
    each_file(folder, remove_file);
    rmdir(folder);
}

CHECKED_TEST(device_core, a_home_that_cannot_be_written_to_is_no_obstacle)
{
    skip_without_device();
    double results[3];
    support_elsewhere("SCIXP_CACHE", "/proc/none/kernels", compile_and_count, results, 3);
    cr_expect_eq(results[0], 13495500.0);
    cr_expect_gt(results[1], 0.0);
    support_elsewhere("SCIXP_CACHE", "off", compile_and_count, results, 3);
    cr_expect_eq(results[0], 13495500.0);
    cr_expect_gt(results[1], 0.0);
}

CHECKED_TEST(device_core, processes_share_the_folder)
{
    skip_without_device();
    char *folder = new_folder();
    setenv("SCIXP_CACHE", folder, 1);
    pid_t children[4];
    for (int i = 0; i < 4; i++)
        if ((children[i] = fork()) == 0) {
            double results[3];
            compile_and_count(results);
            _exit(results[0] == 13495500.0 ? 0 : 1);
        }
    for (int i = 0; i < 4; i++) {
        int status;
        cr_expect(waitpid(children[i], &status, 0) == children[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    double results[3];
    support_elsewhere("SCIXP_CACHE", folder, compile_and_count, results, 3);
    cr_expect_eq(results[0], 13495500.0);
    cr_expect_eq(results[1], 0.0);
    each_file(folder, remove_file);
    rmdir(folder);
}

CHECKED_TEST(device_core, a_text_that_does_not_compile_is_an_error_with_the_text_in_a_warning)
{
    static const xp_operation broken = {.name = "broken",
                                        .arity = 1,
                                        .rule = XP_RULE_SAME,
                                        .accepts = XP_KIND_ANY,
                                        .expression = "a + no_such_thing"};
    const struct xp_device *device = tested_device();
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(100), device);
    xp_array *y = xp_record_elementwise(&broken, "broken", 1, &x);
    xp_assert_fails(xp_eval(y) == XP_OK ? y : xp_copy(y), XP_ERROR_DEVICE,
                    "broken: opencl:0: program: clBuildProgram: CL_BUILD_PROGRAM_FAILURE");
    cr_expect_geq(support_warnings(), 1);
    cr_expect(strstr(support_last_warning(), "no_such_thing"));
    support_forget_warnings();
    cr_expect_eq(xp_to_double(xp_get(xp_add(x, xp_scalar(1.0)), XP_INDEX(xp_at(99)))), 100.0);
    xp_scope_close(scope) == XP_OK ? (void)0 : xp_error_clear();
}

/* ---- threads ----------------------------------------------------------------------------------------------------- */

typedef struct shared_work {
    xp_array *x;
    int number;
    bool right;
} shared_work;

/* Chains on what all share and on what only this thread has, so that blocks wander from queue to queue. */
static void *compute(void *context)
{
    shared_work *work = context;
    work->right = true;
    for (int round = 0; round < 30; round++) {
        xp_scope scope = xp_scope_open();
        xp_array *y = xp_add(work->x, xp_scalar((double)(work->number * 100 + round)));
        for (int i = 0; i < 5; i++) {
            y = xp_multiply(y, xp_scalar(2.0));
            xp_eval(y);
        }
        double last = xp_to_double(xp_get(y, XP_INDEX(xp_at(-1))));
        work->right &= last == 32.0 * (49999 + work->number * 100 + round);
        work->right &= xp_scope_close(scope) == XP_OK;
    }
    return NULL;
}

CHECKED_TEST(device_core, threads_share_arrays_and_the_pool)
{
    enum { THREADS = 6 };
    const struct xp_device *device = tested_device();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(50000), device);
    shared_work work[THREADS];
    pthread_t threads[THREADS];
    for (int round = 0; round < 3; round++) { /* threads end, others take their queues */
        for (int i = 0; i < THREADS; i++) {
            work[i] = (shared_work){x, i, false};
            cr_assert_eq(pthread_create(&threads[i], NULL, compute, &work[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
            cr_expect(work[i].right, "thread %d", i);
        }
    }
    cr_expect_leq(device_state_of(device)->n_queues, THREADS + 1);
    xp_release(x);
}

/* ---- pointers and streams ---------------------------------------------------------------------------------------- */

static void note_release(void *context)
{
    ++*(int *)context;
}

CHECKED_TEST(device_core, pointers_go_out_and_come_in)
{
    const struct xp_device *device = tested_device();
    int released = 0;
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_multiply(support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(6, 4), device), xp_scalar(3.0));
    size_t offset = 99;
    void *stream = xp_stream(device), *pointer = xp_device_pointer(x, stream, &offset);
    cr_assert_not_null(pointer);
    cr_expect_eq(offset, 0);
    const int64_t strides[] = {64, 8}; /* every other row */
    xp_pointer_options options = xp_pointer_defaults();
    options.strides = strides;
    options.offset = 8;
    options.stream = stream;
    options.release = note_release;
    options.context = &released;
    xp_scope inner = xp_scope_open();
    xp_array *y = xp_wrap_device_pointer(device, pointer, XP_FLOAT64, XP_SHAPE(3, 3), &options);
    const double expected[] = {4, 7, 10, 28, 31, 34, 52, 55, 58};
    xp_assert_close_to(xp_to_device(xp_add(y, xp_scalar(1.0)), xp_device("host")), expected, XP_FLOAT64, XP_SHAPE(3, 3),
                       0, 0);
    cr_expect_eq(released, 0);
    cr_assert_eq(xp_scope_close(inner), XP_OK);
    cr_expect_eq(released, 1, "once, behind its last use");
    xp_assert_closes(scope);
}

CHECKED_TEST(device_core, what_is_wrong_with_a_pointer_is_said)
{
    const struct xp_device *device = tested_device();
    int released = 0;
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(8), device);
    void *pointer = xp_device_pointer(x, xp_stream(device), NULL);
    cr_assert_not_null(pointer);
    xp_pointer_options options = xp_pointer_defaults();
    const int64_t backwards[] = {-8};
    options.strides = backwards;
    options.release = note_release;
    options.context = &released;
    xp_assert_fails(xp_wrap_device_pointer(device, NULL, XP_FLOAT64, XP_SHAPE(8), NULL), XP_ERROR_VALUE,
                    "wrap_device_pointer: pointer is not given");
    xp_assert_fails(xp_wrap_device_pointer(device, pointer, XP_FLOAT64, XP_SHAPE(8), &options), XP_ERROR_VALUE,
                    "wrap_device_pointer: strides lead below the pointer");
    xp_assert_fails(xp_wrap_device_pointer(device, pointer, (xp_dtype)77, XP_SHAPE(8), NULL), XP_ERROR_TYPE, NULL);
    xp_assert_fails(xp_wrap_device_pointer(xp_device("host"), pointer, XP_FLOAT64, XP_SHAPE(8), NULL),
                    XP_ERROR_UNSUPPORTED, "wrap_device_pointer: host has no pointers of its own");
    options.size = 0;
    xp_assert_fails(xp_wrap_device_pointer(device, pointer, XP_FLOAT64, XP_SHAPE(8), &options), XP_ERROR_VALUE, NULL);
    xp_array *part = xp_get(x, XP_INDEX(xp_slice(2, 5, 1)));
    size_t offset;
    cr_expect_not_null(xp_device_pointer(part, NULL, &offset));
    cr_expect_eq(offset, 16);
    cr_expect_eq(released, 0, "a call that fails releases nothing");
    xp_assert_closes(scope);
}

CHECKED_TEST(device_core, a_thread_works_on_the_callers_stream)
{
    const struct xp_device *device = tested_device();
    device_state *state = device_state_of(device);
    void *queue;
    cr_assert_eq(state->runtime->queue_open(state->number, NULL, &queue), RUNTIME_OK);
    void *stream = state->runtime->queue_stream(queue), *own = xp_stream(device);
    cr_assert_neq(own, stream);
    cr_assert_eq(xp_set_stream(device, stream), XP_OK, "%s", xp_error_message());
    cr_expect_eq(xp_stream(device), stream);
    cr_expect_eq(sum_of_ramp(device, 1000, 2.0), 999000.0);
    cr_assert_eq(xp_set_stream(device, NULL), XP_OK);
    cr_expect_neq(xp_stream(device), stream);
    cr_expect_eq(sum_of_ramp(device, 1000, 2.0), 999000.0);
    state->runtime->queue_close(queue);
}

/* ---- devices that fail ------------------------------------------------------------------------------------------- */

/* The plug-in's table with some functions replaced. */
static runtime doctored;
static const runtime *genuine;
static runtime_status next_launch, next_download;

static const char *tell(void)
{
    return next_launch || next_download ? "made to fail" : genuine->message();
}

static runtime_status launch(void *queue, void *kernel, uint64_t groups, uint32_t items,
                             const runtime_argument *arguments, int count)
{
    return next_launch ? next_launch : genuine->launch(queue, kernel, groups, items, arguments, count);
}

static runtime_status download(void *queue, void *to, void *memory, size_t offset, size_t bytes)
{
    return next_download ? next_download : genuine->download(queue, to, memory, offset, bytes);
}

static const struct xp_device *doctored_device(void)
{
    tested_device();
    genuine = device_plugin_of(tested_kind())->table;
    doctored = *genuine;
    doctored.launch = launch;
    doctored.download = download;
    doctored.message = tell;
    const struct xp_device *device = device_register(&doctored, 0, "doctored:0");
    cr_assert_not_null(device);
    return device;
}

CHECKED_TEST(device_core, a_launch_that_fails_is_an_error_of_its_function)
{
    const struct xp_device *device = doctored_device();
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(100), device);
    xp_array *y = xp_negative(x);
    next_launch = RUNTIME_FAILED;
    xp_assert_fails(xp_eval(y) == XP_OK ? y : xp_copy(y), XP_ERROR_DEVICE,
                    "negative: doctored:0: run_program: made to fail");
    next_launch = RUNTIME_OK;
    cr_expect_eq(xp_to_double(xp_get(xp_negative(x), XP_INDEX(xp_at(9)))), -9.0, "the device goes on");
    xp_scope_close(scope) == XP_OK ? (void)0 : xp_error_clear();
}

/* Work that fails when it is done is heard of by who reads: the asynchronous path. */
CHECKED_TEST(device_core, work_that_fails_later_is_an_error_of_who_reads)
{
    const struct xp_device *device = doctored_device();
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(100), device), *y = xp_negative(x);
    double values[100];
    cr_assert_eq(xp_eval(y), XP_OK);
    next_download = RUNTIME_FAILED;
    xp_try attempt = xp_try_open();
    xp_to_host(y, values, sizeof values);
    cr_expect_str_eq(xp_error_message(), "to_host: doctored:0: a transfer from the device: made to fail");
    cr_expect_eq(xp_try_close(attempt, NULL), XP_ERROR_DEVICE);
    next_download = RUNTIME_OK;
    cr_expect_eq(xp_to_host(y, values, sizeof values), XP_OK);
    cr_expect_eq(values[99], -99.0);
    xp_assert_closes(scope);
}

CHECKED_TEST(device_core, a_lost_device_leaves_the_others_at_work)
{
    const struct xp_device *device = doctored_device();
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(100), device);
    next_launch = next_download = RUNTIME_LOST;
    xp_array *y = xp_negative(x);
    xp_assert_fails(xp_eval(y) == XP_OK ? y : xp_copy(y), XP_ERROR_DEVICE,
                    "negative: doctored:0 is lost: run_program: made to fail");
    cr_expect_eq(sum_of_ramp(xp_device(tested_kind()), 1000, 1.0), 499500.0);
    cr_expect_eq(sum_of_ramp(xp_device("host"), 1000, 1.0), 499500.0);
    next_launch = next_download = RUNTIME_OK;
    xp_scope_close(scope) == XP_OK ? (void)0 : xp_error_clear();
}

static runtime_status describe_narrow(int number, runtime_device *about)
{
    runtime_status status = genuine->describe(number, about);
    about->has_float64 = false;
    return status;
}

/* Sums are made in float64: without it they are the host's, by the policy, and what is exact stays. */
CHECKED_TEST(device_core, a_device_without_float64_says_so_at_the_call)
{
    tested_device();
    genuine = device_plugin_of(tested_kind())->table;
    doctored = *genuine;
    doctored.describe = describe_narrow;
    const struct xp_device *device = device_register(&doctored, 0, "narrow:0");
    cr_assert_not_null(device);
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT32, XP_SHAPE(1000), device);
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    xp_assert_fails(xp_sum(x, XP_ALL), XP_ERROR_UNSUPPORTED,
                    "sum: the device narrow:0 has no reduction sum for float32, and transfers to the host are "
                    "forbidden (SCIXP_TRANSFER)");
    cr_expect_eq(xp_to_double(xp_max(x, XP_ALL)), 999.0);
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    cr_expect_eq(xp_to_double(xp_sum(x, XP_ALL)), 499500.0);
    xp_assert_fails(xp_zeros(XP_SHAPE(3), XP_FLOAT64, device), XP_ERROR_TYPE, NULL);
    xp_assert_closes(scope);
}

/* ---- two devices ------------------------------------------------------------------------------------------------- */

static void use_two(double *results)
{
    char name[32];
    snprintf(name, sizeof name, "%s:1", tested_kind());
    const struct xp_device *first = xp_device(tested_kind()), *second = xp_device(name);
    if (!first || !second)
        return;
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(1000), first);
    xp_array *y = xp_to_device(xp_multiply(x, xp_scalar(2.0)), second);
    xp_array *back = xp_to_device(xp_add(y, xp_scalar(1.0)), first);
    results[0] = xp_to_double(xp_get(xp_add(back, x), XP_INDEX(xp_at(999))));
    results[1] = xp_device_of(y) == second && xp_device_of(back) == first;
    xp_try attempt = xp_try_open();
    xp_add(x, y);
    results[2] = xp_try_close(attempt, NULL) == XP_ERROR_DEVICE;
    results[3] = xp_scope_close(scope) == XP_OK;
}

CHECKED_TEST(device_core, two_devices_copy_and_do_not_mix)
{
    skip_without_device();
    double results[4];
    support_elsewhere("POCL_DEVICES", "pthread pthread", use_two, results, 4);
    if (!results[1])
        cr_skip("there are no two devices of this kind here");
    cr_expect_eq(results[0], 1999.0 + 999.0);
    cr_expect_eq(results[2], 1.0);
    cr_expect_eq(results[3], 1.0);
}
