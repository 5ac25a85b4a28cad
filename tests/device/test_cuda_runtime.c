/* The CUDA plug-in on doubles of CUDA's libraries: order, memory, the caller's current device, errors.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_plugin.h"

#define MEGABYTE ((size_t)1 << 20)

static const runtime *cuda;
static const fake_control *fake;

#define expect_status(call, status) cr_expect_eq(call, status, "%s", cuda->message())
#define assert_ok(call) cr_assert_eq(call, RUNTIME_OK, "%s", cuda->message())

static void start(void)
{
    cuda = cuda_plugin_on_doubles(&fake);
    cr_assert_eq(cuda->n_devices, 2, "%s", cuda->message());
}

static void *new_queue(int device)
{
    void *queue;
    assert_ok(cuda->queue_open(device, NULL, &queue));
    return queue;
}

static void *new_memory(int device, size_t bytes)
{
    void *memory;
    assert_ok(cuda->allocate(device, bytes, &memory));
    return memory;
}

static char *pattern(size_t bytes, unsigned seed)
{
    char *data = malloc(bytes);
    for (size_t i = 0; i < bytes; i++)
        data[i] = (char)((seed = seed * 1664525u + 1013904223u) >> 24);
    return data;
}

/* ---- devices ----------------------------------------------------------------------------------------------------- */

Test(cuda_runtime, devices_describe_themselves)
{
    start();
    runtime_device about;
    assert_ok(cuda->describe(1, &about));
    cr_expect_str_eq(about.name, "double 1");
    cr_expect_str_eq(about.version, "CUDA driver 13.0, NVRTC 13.0 for sm_90");
    cr_expect_eq(about.dlpack_type, 2);
    cr_expect_eq(about.dlpack_id, 1);
    cr_expect(about.has_float64 && !about.is_cpu && !about.reads_host);
    cr_expect_eq(about.group_limit, 1024);
    cr_expect_eq(about.memory_bytes, (uint64_t)1 << 30);
    expect_status(cuda->describe(2, &about), RUNTIME_FAILED);
    expect_status(cuda->describe(-1, &about), RUNTIME_FAILED);
    cr_expect_eq(fake->calls("cudaStreamCreateWithFlags"), 0, "nothing is opened to describe a device");
}

Test(cuda_runtime, no_device_has_a_reason)
{
    setenv("FAKE_CUDA_COUNT_ERROR", "35", 1);
    cuda = cuda_plugin_on_doubles(&fake);
    cr_expect_eq(cuda->n_devices, 0);
    cr_expect_str_eq(cuda->message(), "cudaGetDeviceCount: error 35 of the double (cudaError)");
    cr_expect_eq(fake->last_error(), 0);
    void *memory;
    expect_status(cuda->allocate(0, 16, &memory), RUNTIME_FAILED);
}

Test(cuda_runtime, no_library_has_a_reason)
{
    cuda = cuda_plugin_on("/nowhere");
    cr_expect_eq(cuda->n_devices, 0);
    cr_expect_not_null(strstr(cuda->message(), "/nowhere/libcudart.so.13"), "%s", cuda->message());
}

Test(cuda_runtime, other_versions_of_the_table_are_refused)
{
    char reason[200] = "";
    cr_expect_null(cuda_plugin_entry()(RUNTIME_VERSION + 1, reason, sizeof reason));
    cr_expect_not_null(strstr(reason, "version"));
}

/* ---- transfers --------------------------------------------------------------------------------------------------- */

Test(cuda_runtime, bytes_go_and_come_back)
{
    start();
    static const size_t sizes[] = {1, 100, 65536, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 5 * MEGABYTE + 3,
                                   9 * MEGABYTE};
    void *queue = new_queue(1);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        void *memory = new_memory(1, sizes[i] + 7);
        char *data = pattern(sizes[i], (unsigned)i), *source = pattern(sizes[i], (unsigned)i);
        char *back = calloc(sizes[i], 1);
        assert_ok(cuda->upload(queue, memory, 7, source, sizes[i]));
        memset(source, 0, sizes[i]); /* it was read during the call */
        assert_ok(cuda->download(queue, back, memory, 7, sizes[i]));
        cr_expect_eq(memcmp(back, data, sizes[i]), 0, "%zu bytes", sizes[i]);
        cuda->release(1, memory);
        free(data);
        free(source);
        free(back);
    }
    cr_expect_leq(fake->pinned(), 6 * MEGABYTE);
    cr_expect_eq(fake->misuses(), 0);
    cuda->queue_close(queue);
}

Test(cuda_runtime, small_uploads_do_not_wait)
{
    start();
    void *queue = new_queue(0), *memory = new_memory(0, 4096 * 64);
    fake->forget();
    for (int i = 0; i < 4096; i++) {
        char piece[64];
        memset(piece, i % 127, sizeof piece);
        assert_ok(cuda->upload(queue, memory, (size_t)i * 64, piece, sizeof piece));
    }
    cr_expect_eq(fake->calls("cudaEventSynchronize") + fake->calls("cudaStreamSynchronize"), 0);
    char *back = malloc(4096 * 64);
    assert_ok(cuda->download(queue, back, memory, 0, 4096 * 64));
    for (int i = 0; i < 4096; i++)
        cr_assert_eq(back[i * 64 + 63], i % 127, "piece %d", i);
    free(back);
    cuda->queue_close(queue);
}

Test(cuda_runtime, many_uploads_stay_within_their_bound)
{
    start();
    void *queue = new_queue(0), *memory = new_memory(0, 64 * MEGABYTE);
    char *data = pattern(64 * MEGABYTE, 1), *back = malloc(64 * MEGABYTE);
    for (size_t at = 0; at < 64 * MEGABYTE; at += MEGABYTE / 4)
        assert_ok(cuda->upload(queue, memory, at, data + at, MEGABYTE / 4));
    cr_expect_gt(fake->calls("cudaEventSynchronize"), 0);
    cr_expect_leq(fake->pinned(), 6 * MEGABYTE);
    assert_ok(cuda->download(queue, back, memory, 0, 64 * MEGABYTE));
    cr_expect_eq(memcmp(data, back, 64 * MEGABYTE), 0);
    free(data);
    free(back);
    cuda->queue_close(queue);
}

Test(cuda_runtime, without_pinned_memory_it_works_as_well)
{
    start();
    void *queue = new_queue(0), *memory = new_memory(0, 1000);
    char *data = pattern(1000, 3), back[1000];
    fake->fail("cudaHostAlloc", 2, 1);
    assert_ok(cuda->upload(queue, memory, 0, data, 1000));
    cr_expect_eq(fake->pinned(), 0);
    fake->fail("cudaHostAlloc", 2, 1);
    assert_ok(cuda->download(queue, back, memory, 0, 1000));
    cr_expect_eq(memcmp(data, back, 1000), 0);
    cr_expect_eq(fake->last_error(), 0);
    free(data);
    cuda->queue_close(queue);
}

Test(cuda_runtime, staging_is_handed_on_to_later_queues)
{
    start();
    void *memory = new_memory(0, 64 * MEGABYTE);
    char *data = pattern(64 * MEGABYTE, 4), *back = malloc(64 * MEGABYTE);
    for (size_t i = 0; i < 32; i++) { /* each is closed with its copies still to be done */
        void *queue = new_queue(0);
        assert_ok(cuda->upload(queue, memory, i * 2 * MEGABYTE, data + i * 2 * MEGABYTE, 2 * MEGABYTE));
        cuda->queue_close(queue);
    }
    cr_expect_leq(fake->pinned(), 6 * MEGABYTE);
    cuda->release(0, memory); /* behind all of them */
    fake->limit(64 * MEGABYTE);
    void *other = new_memory(0, 64 * MEGABYTE), *queue = new_queue(0);
    assert_ok(cuda->upload(queue, other, 0, data, 64 * MEGABYTE));
    assert_ok(cuda->download(queue, back, other, 0, 64 * MEGABYTE));
    cr_expect_eq(memcmp(data, back, 64 * MEGABYTE), 0);
    cr_expect_eq(fake->misuses(), 0);
    free(data);
    free(back);
    cuda->queue_close(queue);
}

/* ---- order ------------------------------------------------------------------------------------------------------- */

Test(cuda_runtime, follow_orders_queues)
{
    start();
    void *a = new_queue(0), *b = new_queue(0), *x = new_memory(0, 16), *y = new_memory(0, 16);
    char data[16] = "follow the other", back[16];
    assert_ok(cuda->upload(a, x, 0, data, 16));
    assert_ok(cuda->copy(b, y, 0, 0, x, 0, 16));
    assert_ok(cuda->download(b, back, y, 0, 16));
    cr_expect_neq(memcmp(data, back, 16), 0, "nothing said that b comes behind a");
    cr_expect_gt(fake->pending(cuda->queue_stream(a)), 0);
    assert_ok(cuda->follow(b, a));
    assert_ok(cuda->copy(b, y, 0, 0, x, 0, 16));
    cr_expect_gt(fake->pending(cuda->queue_stream(a)), 0, "follow does not wait");
    assert_ok(cuda->download(b, back, y, 0, 16));
    cr_expect_eq(memcmp(data, back, 16), 0);
    fake->forget();
    for (int i = 0; i < 100; i++)
        assert_ok(cuda->follow(b, a));
    assert_ok(cuda->follow(a, a));
    cr_expect_eq(fake->calls("cudaEventCreateWithFlags"), 0, "events are used again");
    cr_expect_eq(fake->calls("cudaEventRecord"), 100);
    cuda->queue_close(a);
    cuda->queue_close(b);
}

Test(cuda_runtime, copies_between_devices)
{
    start();
    void *a = new_queue(0), *b = new_queue(1), *x = new_memory(0, 64), *y = new_memory(1, 64);
    char data[32] = "from device 0 to device 1, part", back[32];
    for (int round = 0; round < 3; round++) {
        data[0] = (char)('A' + round);
        assert_ok(cuda->upload(a, x, 8, data, 32));
        assert_ok(cuda->follow(b, a));
        assert_ok(cuda->copy(b, y, 32, 0, x, 8, 32));
        assert_ok(cuda->download(b, back, y, 32, 32));
        cr_expect_eq(memcmp(data, back, 32), 0);
        assert_ok(cuda->follow(a, b));
    }
    cr_expect_eq(fake->calls("cudaMemPoolSetAccess"), 1, "asked for once");
    expect_status(cuda->copy(b, y, 0, 7, x, 0, 32), RUNTIME_FAILED);
    assert_ok(cuda->copy(b, y, 0, 0, x, 0, 0));
    cr_expect_eq(fake->misuses(), 0);
    cuda->queue_close(a);
    cuda->queue_close(b);
}

Test(cuda_runtime, streams_of_the_caller)
{
    start();
    void *lender = new_queue(0), *stream = cuda->queue_stream(lender), *queue;
    assert_ok(cuda->queue_open(0, stream, &queue));
    cr_expect_eq(cuda->queue_stream(queue), stream);
    void *memory = new_memory(0, 4);
    char back[4];
    assert_ok(cuda->upload(queue, memory, 0, "abc", 4));
    cr_expect_eq(fake->pending(stream), 1);
    assert_ok(cuda->download(lender, back, memory, 0, 4));
    cr_expect_str_eq(back, "abc");
    fake->forget();
    cuda->queue_close(queue);
    cr_expect_eq(fake->calls("cudaStreamDestroy"), 0);
    expect_status(cuda->queue_open(1, stream, &queue), RUNTIME_FAILED);
    cr_expect_not_null(strstr(cuda->message(), "belongs to device 0"), "%s", cuda->message());
    cr_expect_null(queue);
    cuda->queue_close(lender);
    cr_expect_eq(fake->calls("cudaStreamDestroy"), 1);
}

Test(cuda_runtime, the_default_stream_of_the_caller)
{
    start();
    void *queue, *other = new_queue(1), *memory = new_memory(1, 16);
    char back[8];
    cr_assert_not_null(cuda->default_stream);
    assert_ok(cuda->queue_open(1, cuda->default_stream, &queue));
    assert_ok(cuda->upload(queue, memory, 0, "default", 8));
    assert_ok(cuda->follow(other, queue));
    assert_ok(cuda->download(other, back, memory, 0, 8));
    cr_expect_str_eq(back, "default");
    cuda->release(1, memory);
    cuda->queue_close(queue);
    cuda->queue_close(other);
    cr_expect_eq(fake->misuses(), 0);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

Test(cuda_runtime, releases_come_behind_what_is_enqueued)
{
    start();
    void *a = new_queue(0), *b = new_queue(1), *x = new_memory(0, 1000), *y = new_memory(1, 1000);
    char *data = pattern(1000, 5), back[1000];
    assert_ok(cuda->upload(a, x, 0, data, 1000));
    assert_ok(cuda->follow(b, a));
    assert_ok(cuda->copy(b, y, 0, 0, x, 0, 1000)); /* another device's queue reads it */
    cuda->release(0, x);
    cr_expect_gt(fake->pending(cuda->queue_stream(a)), 0, "a release does not wait");
    cr_expect_gt(fake->pending(cuda->queue_stream(b)), 0);
    cr_expect_eq(fake->live(0), 1000);
    fake->limit(1500);
    void *other = new_memory(0, 1000); /* has to wait for it */
    cr_expect_eq(fake->live(0), 1000);
    assert_ok(cuda->download(b, back, y, 0, 1000));
    cr_expect_eq(memcmp(data, back, 1000), 0);
    cuda->release(0, other);
    cuda->release(0, NULL);
    cr_expect_eq(fake->misuses(), 0);
    free(data);
    cuda->queue_close(a);
    cuda->queue_close(b);
}

Test(cuda_runtime, allocations_do_not_wait)
{
    start();
    void *queue = new_queue(0), *first = new_memory(0, 100);
    assert_ok(cuda->upload(queue, first, 0, "pending", 8));
    cuda->release(0, first);
    new_memory(0, 100);
    cr_expect_eq(fake->pending(cuda->queue_stream(queue)), 1);
    cuda->queue_close(queue);
}

Test(cuda_runtime, out_of_memory_and_then_normal_work)
{
    start();
    void *queue = new_queue(0), *memory = (void *)1;
    char back[6];
    fake->limit(MEGABYTE);
    expect_status(cuda->allocate(0, 2 * MEGABYTE, &memory), RUNTIME_NO_MEMORY);
    cr_expect_null(memory);
    cr_expect_not_null(strstr(cuda->message(), "cudaErrorMemoryAllocation"), "%s", cuda->message());
    cr_expect_eq(fake->last_error(), 0, "the caller does not find our errors");
    memory = new_memory(0, MEGABYTE);
    assert_ok(cuda->upload(queue, memory, 0, "hello", 6));
    assert_ok(cuda->download(queue, back, memory, 0, 6));
    cr_expect_str_eq(back, "hello");
    cuda->queue_close(queue);
}

Test(cuda_runtime, devices_without_pools)
{
    setenv("FAKE_CUDA_POOLS", "0", 1);
    start();
    void *queue = new_queue(0), *memory = new_memory(0, 100);
    char back[6];
    assert_ok(cuda->upload(queue, memory, 0, "hello", 6));
    assert_ok(cuda->download(queue, back, memory, 0, 6));
    cr_expect_str_eq(back, "hello");
    assert_ok(cuda->upload(queue, memory, 0, "again", 6));
    cuda->release(0, memory);
    cr_expect_eq(fake->live(0), 0);
    cr_expect_eq(fake->misuses(), 0);
    cr_expect_eq(fake->calls("cudaMallocFromPoolAsync"), 0);
    cuda->queue_close(queue);
}

/* ---- the caller's current device --------------------------------------------------------------------------------- */

/* Every function of the table on a device, with a check behind each call; `blob` is made at the first time. */
static void call_everything(int device, int current, runtime_blob *blob)
{
#define KEEPS(call)                                                                                                    \
    do {                                                                                                               \
        call;                                                                                                          \
        cr_expect_eq(fake->current(), current, "device %d", device);                                                   \
    } while (0)
    runtime_device about;
    void *queue, *other, *memory, *kernel, *program;
    char data[128] = "sixteen letters";
    runtime_blob nothing = {data, sizeof data};
    KEEPS(cuda->describe(device, &about));
    KEEPS(cuda->queue_open(device, NULL, &queue));
    KEEPS(cuda->queue_open(1 - device, NULL, &other));
    KEEPS(cuda->allocate(device, 64, &memory));
    KEEPS(cuda->upload(queue, memory, 0, data, 16));
    KEEPS(cuda->follow(other, queue));
    KEEPS(cuda->copy(queue, memory, 32, device, memory, 0, 16));
    KEEPS(cuda->download(queue, data, memory, 0, 16));
    KEEPS(cuda->finish(other));
    KEEPS(expect_status(cuda->load(device, &nothing, &program), RUNTIME_FAILED));
    fake->fail("cudaMallocFromPoolAsync", 1, 1);
    void *failed;
    KEEPS(expect_status(cuda->allocate(device, 64, &failed), RUNTIME_FAILED));
    fake->fail("cudaMemcpyAsync", 1, 1);
    KEEPS(expect_status(cuda->upload(queue, memory, 0, data, 16), RUNTIME_FAILED));
    fake->fail("cudaEventRecord", 1, 1);
    KEEPS(expect_status(cuda->follow(queue, other), RUNTIME_FAILED));
    runtime_status status;
    if (blob->data)
        KEEPS(status = cuda->load(device, blob, &program));
    else
        KEEPS(status = cuda->compile(device, "extern \"C\" __global__ void nothing() {}", &program, blob, NULL));
    if (status == RUNTIME_OK) {
        KEEPS(assert_ok(cuda->kernel(program, "nothing", &kernel)));
        KEEPS(assert_ok(cuda->launch(queue, kernel, 1, 32, NULL, 0)));
        fake->fail("cudaLaunchKernel", 1, 1);
        KEEPS(expect_status(cuda->launch(queue, kernel, 1, 32, NULL, 0), RUNTIME_FAILED));
        KEEPS(assert_ok(cuda->finish(queue)));
        KEEPS(cuda->unload(program));
    }
    KEEPS(cuda->release(device, memory));
    KEEPS(cuda->queue_close(queue));
    KEEPS(cuda->queue_close(other));
    cr_expect_eq(fake->last_error(), 0);
#undef KEEPS
}

Test(cuda_runtime, the_current_device_stays)
{
    start();
    runtime_blob blob = {NULL, 0};
    for (int current = -1; current < 2; current++) {
        if (current >= 0)
            fake->make_current(current);
        for (int device = 0; device < 2; device++)
            call_everything(device, current, &blob);
        if (current >= 0)
            fake->make_current(-1);
    }
    free(blob.data);
    cr_expect_eq(fake->misuses(), 0);
}

/* ---- programs ---------------------------------------------------------------------------------------------------- */

/* The double compiles for the host: it needs g++. */
static void *compiled(const char *text, runtime_blob *blob)
{
    if (system("g++ --version >/dev/null 2>&1") != 0)
        cr_skip_test("there is no g++, which the double of NVRTC compiles with");
    void *program;
    char *log = NULL;
    cr_assert_eq(cuda->compile(0, text, &program, blob, &log), RUNTIME_OK, "%s: %s", cuda->message(), log ? log : "");
    free(log);
    return program;
}

static const char arguments_text[] =
    "struct two { double re, im; };\n"
    "extern \"C\" __global__ void mixed(double *out, long long a, int b, double c, float d, two e,\n"
    "                                 const double *none)\n"
    "{\n"
    "    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;\n"
    "    out[i] = i + a + b + c + d + e.re + e.im + (none ? 1e9 : 0.0);\n"
    "}\n";

Test(cuda_runtime, kernels_get_their_arguments)
{
    start();
    runtime_blob blob;
    void *program = compiled(arguments_text, &blob), *queue = new_queue(0), *out = new_memory(0, 96 * 8), *kernel;
    double results[96];
    cr_assert_gt(blob.bytes, 100);
    for (int round = 0; round < 2; round++) {
        assert_ok(cuda->kernel(program, "mixed", &kernel));
        runtime_argument arguments[7] = {{.is_memory = true, .memory = out},
                                         {.bytes = 8, .number.as_int64 = INT64_C(1) << 33},
                                         {.bytes = 4, .number.as_int32 = -5},
                                         {.bytes = 8, .number.as_float64 = 0.25},
                                         {.bytes = 4, .number.as_float32 = 0.5f},
                                         {.bytes = 16},
                                         {.is_memory = true, .memory = NULL}};
        memcpy(arguments[5].number.raw, (double[]){100.0, 200.0}, 16);
        assert_ok(cuda->launch(queue, kernel, 3, 32, arguments, 7));
        memset(arguments, 0, sizeof arguments); /* they were read during the call */
        assert_ok(cuda->download(queue, results, out, 0, sizeof results));
        for (int i = 0; i < 96; i++)
            cr_assert_eq(results[i], i + 8589934592.0 - 5 + 0.25 + 0.5 + 300.0);
        cuda->unload(program);
        assert_ok(cuda->load(0, &blob, &program)); /* the same program from what is kept on disk */
    }
    expect_status(cuda->kernel(program, "mixer", &kernel), RUNTIME_FAILED);
    cr_expect_not_null(strstr(cuda->message(), "mixer"), "%s", cuda->message());
    expect_status(cuda->launch(queue, kernel, UINT64_C(1) << 31, 32, NULL, 0), RUNTIME_FAILED);
    cuda->unload(program);
    free(blob.data);
    cuda->queue_close(queue);
}

Test(cuda_runtime, kernels_with_barriers)
{
    start();
    void *program = compiled("extern \"C\" __global__ void sum(const int *x, int *out)\n"
                             "{\n"
                             "    __shared__ int parts[64];\n"
                             "    parts[threadIdx.x] = x[blockIdx.x * 64 + threadIdx.x];\n"
                             "    for (unsigned step = 32; step; step /= 2) {\n"
                             "        __syncthreads();\n"
                             "        if (threadIdx.x < step)\n"
                             "            parts[threadIdx.x] += parts[threadIdx.x + step];\n"
                             "    }\n"
                             "    if (threadIdx.x == 0)\n"
                             "        out[blockIdx.x] = parts[0];\n"
                             "}\n",
                             NULL);
    void *queue = new_queue(0), *x = new_memory(0, 128 * 4), *out = new_memory(0, 8), *kernel;
    int numbers[128], sums[2];
    for (int i = 0; i < 128; i++)
        numbers[i] = i;
    assert_ok(cuda->upload(queue, x, 0, numbers, sizeof numbers));
    assert_ok(cuda->kernel(program, "sum", &kernel));
    const runtime_argument arguments[2] = {{.is_memory = true, .memory = x}, {.is_memory = true, .memory = out}};
    assert_ok(cuda->launch(queue, kernel, 2, 64, arguments, 2));
    assert_ok(cuda->download(queue, sums, out, 0, sizeof sums));
    cr_expect_eq(sums[0], 63 * 64 / 2);
    cr_expect_eq(sums[1], 127 * 128 / 2 - 63 * 64 / 2);
    cuda->unload(program);
    cuda->queue_close(queue);
}

Test(cuda_runtime, texts_that_do_not_compile)
{
    start();
    void *program = (void *)1;
    char *log;
    runtime_blob blob;
    expect_status(cuda->compile(0, "extern \"C\" __global__ void bad() { nonsense(); }", &program, &blob, &log),
                  RUNTIME_NOT_COMPILED);
    cr_assert_not_null(log);
    cr_expect_not_null(strstr(log, "nonsense") ? log : strstr(log, "g++"), "%s", log);
    cr_expect_null(program);
    cr_expect_null(blob.data);
    free(log);
}

/* ---- errors ------------------------------------------------------------------------------------------------------ */

static void *nothing_kernel(void)
{
    static void *program; /* for as long as the test runs */
    void *kernel;
    program = compiled("extern \"C\" __global__ void nothing() {}", NULL);
    assert_ok(cuda->kernel(program, "nothing", &kernel));
    return kernel;
}

Test(cuda_runtime, a_launch_that_is_refused)
{
    start();
    void *kernel = nothing_kernel(), *queue = new_queue(0);
    fake->fail("cudaLaunchKernel", 701, 1);
    expect_status(cuda->launch(queue, kernel, 1, 32, NULL, 0), RUNTIME_FAILED);
    cr_expect_not_null(strstr(cuda->message(), "cudaLaunchKernel: error 701"), "%s", cuda->message());
    expect_status(cuda->launch(queue, kernel, 1, 4096, NULL, 0), RUNTIME_FAILED);
    assert_ok(cuda->launch(queue, kernel, 1, 32, NULL, 0));
    assert_ok(cuda->finish(queue));
    cuda->queue_close(queue);
}

Test(cuda_runtime, a_kernel_that_faults_takes_its_device)
{
    start();
    void *kernel = nothing_kernel(), *queue = new_queue(0), *other = new_queue(1), *memory;
    char back[6];
    fake->fault(719, 2);
    assert_ok(cuda->launch(queue, kernel, 1, 32, NULL, 0));
    assert_ok(cuda->finish(queue));
    assert_ok(cuda->launch(queue, kernel, 1, 32, NULL, 0));
    expect_status(cuda->finish(queue), RUNTIME_LOST);
    cr_expect_not_null(strstr(cuda->message(), "719"), "%s", cuda->message());
    expect_status(cuda->allocate(0, 16, &memory), RUNTIME_LOST);
    expect_status(cuda->launch(queue, kernel, 1, 32, NULL, 0), RUNTIME_LOST);
    memory = new_memory(1, 16);
    assert_ok(cuda->upload(other, memory, 0, "hello", 6));
    assert_ok(cuda->download(other, back, memory, 0, 6));
    cr_expect_str_eq(back, "hello");
    cuda->release(1, memory);
    cuda->queue_close(queue);
    cuda->queue_close(other);
}

/* ---- threads ----------------------------------------------------------------------------------------------------- */

static void *work_alone(void *number)
{
    unsigned seed = (unsigned)(size_t)number;
    int device = (int)(seed % 2);
    for (int round = 0; round < 20; round++) {
        size_t bytes = 1000 + seed * 70000 + (size_t)round * 50000;
        void *queue = new_queue(device), *x = new_memory(device, bytes), *y = new_memory(device, bytes);
        char *data = pattern(bytes, seed), *back = malloc(bytes);
        assert_ok(cuda->upload(queue, x, 0, data, bytes));
        assert_ok(cuda->copy(queue, y, 0, device, x, 0, bytes));
        cuda->release(device, x);
        assert_ok(cuda->download(queue, back, y, 0, bytes));
        cr_assert_eq(memcmp(data, back, bytes), 0);
        cuda->release(device, y);
        cuda->queue_close(queue);
        free(data);
        free(back);
    }
    return NULL;
}

Test(cuda_runtime, threads_do_not_disturb_each_other)
{
    start();
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work_alone, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(fake->misuses(), 0);
}
