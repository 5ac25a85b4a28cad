/* Set-up and tear-down of tests, and arrays with known contents.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* fork, clocks */

#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#define LEAKED() __lsan_do_recoverable_leak_check()
#else
#define LEAKED() 0
#endif

/* ---- warnings ---------------------------------------------------------------------------------------------------- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int warnings;
static char last_warning[512];

static void keep_warning(void *context, xp_warning category, const char *message)
{
    (void)context, (void)category;
    pthread_mutex_lock(&mutex);
    warnings++;
    snprintf(last_warning, sizeof last_warning, "%s", message);
    pthread_mutex_unlock(&mutex);
}

int support_warnings(void)
{
    return warnings;
}

const char *support_last_warning(void)
{
    return last_warning;
}

void support_forget_warnings(void)
{
    warnings = 0;
    last_warning[0] = '\0';
}

/* ---- set-up and tear-down ---------------------------------------------------------------------------------------- */

void support_start(void)
{
    support_report_crashes();
    support_forget_warnings();
    xp_set_warning_callback(keep_warning, NULL);
}

void support_end(void)
{
    xp_test_fault_arm(0);
    xp_set_warning_callback(NULL, NULL);
    xp_set_progress_callback(NULL, NULL);
    xp_set_num_threads(0);
    xp_assert_no_leaks(((xp_test_live){0, 0, 0}));
    xp_memory_trim();
    cr_assert(LEAKED() == 0, "memory has leaked: see the report above");
}

void support_report(const char *format, ...)
{
    const char *path = getenv("SCIXP_TEST_REPORT");
    FILE *file = path ? fopen(path, "a") : stderr;
    cr_assert(file, "cannot write to %s", path);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputc('\n', file);
    if (path)
        fclose(file);
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

/* Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014). */
static uint64_t next_bits(support_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

double support_uniform(support_random *random, double low, double high)
{
    return low + (high - low) * ((double)(next_bits(random) >> 11) * 0x1p-53);
}

int64_t support_integer(support_random *random, int64_t low, int64_t high)
{
    return low + (int64_t)(next_bits(random) % (uint64_t)(high - low));
}

/* ---- arrays ------------------------------------------------------------------------------------------------------ */

static int64_t shape_size(xp_shape shape)
{
    int64_t size = 1;
    for (int i = 0; i < shape.ndim; i++)
        size *= shape.extents[i];
    return size;
}

static size_t dtype_bytes(xp_dtype dtype)
{
    static const unsigned char bytes[XP_N_DTYPES] = {0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 8, 16, 2, 2};
    return bytes[dtype];
}

static void store(void *memory, int64_t i, xp_dtype dtype, double re, double im)
{
    switch (dtype) {
#define STORE(name, type)                                                                                              \
    case name:                                                                                                         \
        ((type *)memory)[i] = (type)re;                                                                                \
        break;
        STORE(XP_BOOL, bool)
        STORE(XP_INT8, int8_t)
        STORE(XP_INT16, int16_t)
        STORE(XP_INT32, int32_t)
        STORE(XP_INT64, int64_t)
        STORE(XP_UINT8, uint8_t)
        STORE(XP_UINT16, uint16_t)
        STORE(XP_UINT32, uint32_t)
        STORE(XP_UINT64, uint64_t)
        STORE(XP_FLOAT32, float)
        STORE(XP_FLOAT64, double)
#undef STORE
    case XP_COMPLEX64:
        ((float *)memory)[2 * i] = (float)re;
        ((float *)memory)[2 * i + 1] = (float)im;
        break;
    default:
        ((double *)memory)[2 * i] = re;
        ((double *)memory)[2 * i + 1] = im;
    }
}

xp_array *support_array(const double *values, xp_dtype dtype, xp_shape shape, const struct xp_device *device)
{
    int64_t size = shape_size(shape);
    void *memory = malloc((size_t)size * dtype_bytes(dtype) + 1);
    for (int64_t i = 0; i < size; i++)
        store(memory, i, dtype, values[i], 0.5 * values[i + 1 < size ? i + 1 : 0]);
    xp_array *x = xp_from_host(memory, dtype, shape, device);
    free(memory);
    return x;
}

xp_array *support_ramp(double first, double step, xp_dtype dtype, xp_shape shape, const struct xp_device *device)
{
    int64_t size = shape_size(shape);
    double *values = malloc((size_t)size * sizeof *values + 1);
    for (int64_t i = 0; i < size; i++)
        values[i] = first + (double)i * step;
    xp_array *x = support_array(values, dtype, shape, device);
    free(values);
    return x;
}

/* ---- comparing, measuring ---------------------------------------------------------------------------------------- */

const char *support_differ(xp_array *a, xp_array *b)
{
    size_t bytes = (size_t)xp_size(b) * dtype_bytes(xp_dtype_of(b));
    void *memory = malloc(bytes + 1);
    const char *failure = xp_test_ok(b);
    if (!failure && xp_to_host(b, memory, bytes) != XP_OK)
        failure = xp_test_text("to_host", "%s", xp_error_message());
    xp_scope scope = xp_scope_open();
    if (!failure) {
        const xp_shape shape = {xp_ndim(b), xp_extents(b)};
        failure = xp_test_identical(a, xp_from_host(memory, xp_dtype_of(b), shape, xp_device_of(a)));
    }
    const char *problem = xp_test_closes(scope);
    free(memory);
    return failure ? failure : problem;
}

/* How long a process of support_elsewhere may take. */
#define CHILD_SECONDS 60

void support_elsewhere(const char *variable, const char *value, support_work *work, double *results, int count)
{
    int ends[2];
    size_t bytes = sizeof *results * (size_t)count;
    cr_assert(pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0) {
        alarm(CHILD_SECONDS);
        setenv(variable, value, 1);
        memset(results, 0, bytes);
        work(results);
        bool is_written = write(ends[1], results, bytes) == (ssize_t)bytes;
        _exit(is_written ? 0 : 1);
    }
    close(ends[1]);
    size_t got = 0;
    for (ssize_t part; got < bytes && (part = read(ends[0], (char *)results + got, bytes - got)) > 0;)
        got += (size_t)part;
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    cr_assert(!WIFSIGNALED(status) || WTERMSIG(status) != SIGALRM,
              "the process with %s=%s took over a minute: was the library used before?", variable, value);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0 && got == bytes, "the process with %s=%s has failed",
              variable, value);
}

static double clock_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double support_processor_seconds(void)
{
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

double support_seconds(void)
{
    return clock_seconds(CLOCK_MONOTONIC);
}
