/* The OpenCL plug-in by itself: its table on every device that is found, and what it says when there is none.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#ifndef OPENCL_MODULE

Test(opencl_runtime, not_built) { cr_skip_test("the OpenCL plug-in was not built"); }

#else

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "opencl_module.h"

/* ---- what is found ----------------------------------------------------------------------------------------------- */

Test(opencl_runtime, table_is_complete)
{
    const runtime *cl = opencl_open_devices();
    cr_assert_eq(cl->size, sizeof(runtime));
    cr_assert_eq(cl->version, RUNTIME_VERSION);
    cr_assert_eq(cl->dialect, RUNTIME_OPENCL);
    cr_assert_str_eq(cl->name, "opencl");
    cr_assert_str_eq(opencl_reason, "");
    for (int device = 0; device < cl->n_devices; device++) {
        runtime_device about;
        OK(cl->describe(device, &about));
        cr_assert_gt(strlen(about.name), 0);
        cr_assert_gt(strlen(about.version), 10);
        cr_assert(about.compute_units > 0 && about.group_limit > 0 && about.local_bytes > 0);
        cr_assert(about.argument_bytes >= 1024 && about.memory_bytes >= about.allocation_limit);
        cr_assert_gt(about.allocation_limit, 1 << 20);
        cr_assert_not(about.reads_host);
    }
    runtime_device about;
    cr_assert_eq(cl->describe(cl->n_devices, &about), RUNTIME_FAILED);
    cr_assert(strstr(cl->message(), "no OpenCL device"), "%s", cl->message());
}

Test(opencl_runtime, another_version_is_refused)
{
    void *module = dlopen(OPENCL_MODULE, RTLD_NOW | RTLD_LOCAL);
    cr_assert(module, "%s", dlerror());
    union {
        void *object;
        runtime_entry *function;
    } entry = {dlsym(module, "scixp_runtime")};
    cr_assert_null(entry.function(RUNTIME_VERSION + 1, opencl_reason, sizeof opencl_reason));
    cr_assert(strstr(opencl_reason, "version"), "%s", opencl_reason);
}

Test(opencl_runtime, shape_by_environment)
{
    runtime_device about;
    setenv("SCIXP_OPENCL_SHAPE", "gpu", 1);
    const runtime *cl = opencl_open_devices();
    OK(cl->describe(0, &about));
    cr_assert_not(about.is_cpu);
}

/* A folder for the loader with what `line` says in its only file, or with no file. */
static void use_vendors(const char *line)
{
    char folder[] = "/tmp/scixp_vendors_XXXXXX", path[128];
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/some.icd", folder);
    if (line) {
        FILE *file = fopen(path, "w");
        cr_assert(file);
        fputs(line, file);
        fclose(file);
    }
    setenv("OCL_ICD_VENDORS", folder, 1);
    const runtime *cl = opencl_open();
    unlink(path);
    rmdir(folder);
    cr_assert(cl);
    cr_assert_eq(cl->n_devices, 0);
    cr_assert_str_eq(cl->message(), opencl_reason);
}

Test(opencl_runtime, no_driver_is_told)
{
    use_vendors(NULL);
    cr_assert(strstr(opencl_reason, "no OpenCL platform: no driver is named in /tmp/scixp_vendors_"), "%s",
              opencl_reason);
}

Test(opencl_runtime, broken_driver_is_told)
{
    use_vendors("libno_such_driver.so\n");
    cr_assert(strstr(opencl_reason, "some.icd") && strstr(opencl_reason, "libno_such_driver.so"), "%s", opencl_reason);
}

Test(opencl_runtime, empty_icd_is_told)
{
    use_vendors("");
    cr_assert(strstr(opencl_reason, "some.icd names no library"), "%s", opencl_reason);
}

/* ---- memory and transfers ---------------------------------------------------------------------------------------- */

/* Sizes on both sides of where uploads change their way; offsets too. */
static void check_transfers(void)
{
    static const size_t sizes[] = {1, 4096, 65536, 65537, 4194304, 4194305, 13000001};
    const runtime *cl = opencl_open_devices();
    void *queue;
    OK(cl->queue_open(0, NULL, &queue));
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        size_t n = sizes[k];
        void *a, *b;
        unsigned char *sent = malloc(n), *got = calloc(1, n + 8);
        OK(cl->allocate(0, n + 8, &a));
        OK(cl->allocate(0, n + 8, &b));
        for (size_t i = 0; i < n; i++)
            sent[i] = (unsigned char)((i * 2654435761u) >> 13);
        OK(cl->upload(queue, a, 8, sent, n));
        unsigned char first = sent[0], last = sent[n - 1];
        memset(sent, 0, n); /* it has been read */
        OK(cl->copy(queue, b, 0, 0, a, 8, n));
        OK(cl->download(queue, got, b, 0, n));
        cr_assert_eq(got[0], first);
        cr_assert_eq(got[n - 1], last);
        for (size_t i = 0; i < n; i++)
            cr_assert_eq(got[i], (unsigned char)((i * 2654435761u) >> 13), "byte %zu of %zu", i, n);
        cl->release(0, a);
        cl->release(0, b);
        free(sent);
        free(got);
    }
    cl->queue_close(queue);
}

Test(opencl_runtime, transfers) { check_transfers(); }

Test(opencl_runtime, transfers_of_gpus)
{
    setenv("SCIXP_OPENCL_SHAPE", "gpu", 1);
    check_transfers();
}

/* Uploads are read during the call and behind what was enqueued before, also many small ones behind a slow kernel. */
Test(opencl_runtime, uploads_do_not_overtake_and_do_not_wait)
{
    enum { UPLOADS = 500 };
    setenv("SCIXP_OPENCL_SHAPE", "gpu", 1);
    const runtime *cl = opencl_open_devices();
    void *queue, *memory, *program = opencl_program_of(cl, 0);
    int32_t got[UPLOADS];
    OK(cl->queue_open(0, NULL, &queue));
    OK(cl->allocate(0, sizeof got, &memory));
    runtime_argument arguments[] = {number64(20000000), of_memory(memory)};
    OK(cl->launch(queue, opencl_kernel_of(cl, program, "slow"), 1, 1, arguments, 2));
    for (int32_t i = 0; i < UPLOADS; i++) {
        int32_t value = i * i;
        OK(cl->upload(queue, memory, (size_t)i * 4, &value, 4));
        value = -1;
    }
    OK(cl->download(queue, got, memory, 0, sizeof got));
    for (int32_t i = 0; i < UPLOADS; i++)
        cr_assert_eq(got[i], i * i);
    cl->release(0, memory);
    cl->unload(program);
    cl->queue_close(queue);
}

Test(opencl_runtime, too_much_memory)
{
    const runtime *cl = opencl_open_devices();
    runtime_device about;
    void *memory = &about;
    OK(cl->describe(0, &about));
    cr_assert_eq(cl->allocate(0, (size_t)about.memory_bytes * 2, &memory), RUNTIME_NO_MEMORY);
    cr_assert_null(memory);
    cr_assert(strstr(cl->message(), "bytes: the device has"), "%s", cl->message());
    if (about.allocation_limit < about.memory_bytes) {
        runtime_status status = cl->allocate(0, (size_t)about.allocation_limit + 1, &memory);
        cr_assert(status == RUNTIME_OK || status == RUNTIME_NO_MEMORY); /* some drivers give more than they say */
        cr_assert(status == RUNTIME_OK || strstr(cl->message(), "clCreateBuffer: CL_"), "%s", cl->message());
        cl->release(0, memory);
    }
    OK(cl->allocate(0, 1000, &memory)); /* and life goes on */
    cl->release(0, memory);
}

/* Many buffers, each of which would do: PoCL by itself would give them all. */
Test(opencl_runtime, memory_runs_out)
{
    enum { MOST = 64 };
    void *memory[MOST], *one_more;
    setenv("POCL_MEMORY_LIMIT", "1", 1); /* GiB */
    const runtime *cl = opencl_open_devices();
    int device = cl->n_devices - 1, count; /* CPUs come last */
    runtime_device about;
    OK(cl->describe(device, &about));
    if (about.memory_bytes > UINT64_C(1) << 30)
        cr_skip_test("%s has more memory than is wanted for this", about.name);
    size_t bytes = (size_t)about.memory_bytes / 8;
    for (int round = 0; round < 2; round++) {
        for (count = 0; count < MOST && cl->allocate(device, bytes, &memory[count]) == RUNTIME_OK; count++)
            ;
        cr_assert_eq(count, 8);
        cr_assert(strstr(cl->message(), "are taken"), "%s", cl->message());
        cl->release(device, memory[3]);
        OK(cl->allocate(device, bytes, &memory[3]));
        cr_assert_eq(cl->allocate(device, bytes, &one_more), RUNTIME_NO_MEMORY);
        while (count > 0)
            cl->release(device, memory[--count]);
    }
}

/* Megabytes of addresses that the process has, 0 where the system does not tell. */
static long mapped_megabytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) >> 10) >> 10;
}

/* Large buffers of processors lie on pages of the plug-in's: these go back, but only behind the last use. */
Test(opencl_runtime, large_memory_goes_back_behind_its_use)
{
    enum { ROUNDS = 60, LARGE = 4000000 }; /* integers */
    const runtime *cl = opencl_open_devices();
    int device = cl->n_devices - 1; /* CPUs come last */
    void *queue, *a, *b, *last, *program = opencl_program_of(cl, device);
    void *fill = opencl_kernel_of(cl, program, "fill");
    long before = 0;
    OK(cl->queue_open(device, NULL, &queue));
    OK(cl->allocate(device, LARGE * sizeof(int32_t), &last));
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 1)
            before = mapped_megabytes();
        OK(cl->allocate(device, LARGE * sizeof(int32_t), &a));
        OK(cl->allocate(device, LARGE * sizeof(int32_t), &b));
        opencl_fill(cl, queue, fill, a, LARGE, round);
        OK(cl->copy(queue, b, 0, device, a, 0, LARGE * sizeof(int32_t)));
        cl->release(device, a);
        OK(cl->copy(queue, last, 0, device, b, 0, LARGE * sizeof(int32_t)));
        cl->release(device, b);
        if (round % 10 == 0)
            opencl_expect_filled(cl, queue, last, LARGE, round);
        OK(cl->finish(queue));
    }
    cr_assert_lt(mapped_megabytes() - before, 500, "%ld MB more than %ld", mapped_megabytes() - before, before);
    cl->release(device, last);
    cl->unload(program);
    cl->queue_close(queue);
}

Test(opencl_runtime, wrong_ranges_are_errors)
{
    const runtime *cl = opencl_open_devices();
    void *queue, *memory;
    char bytes[200] = "";
    OK(cl->queue_open(0, NULL, &queue));
    OK(cl->allocate(0, 100, &memory));
    cr_assert_eq(cl->upload(queue, memory, 0, bytes, 200), RUNTIME_FAILED);
    cr_assert_str_eq(cl->message(), "clEnqueueWriteBuffer: CL_INVALID_VALUE");
    cr_assert_eq(cl->download(queue, bytes, memory, 99, 2), RUNTIME_FAILED);
    cr_assert_str_eq(cl->message(), "clEnqueueReadBuffer: CL_INVALID_VALUE");
    cr_assert_eq(cl->copy(queue, memory, 0, 0, memory, 10, 50), RUNTIME_FAILED);
    cr_assert_str_eq(cl->message(), "clEnqueueCopyBuffer: CL_MEM_COPY_OVERLAP");
    OK(cl->upload(queue, memory, 100, bytes, 0));
    OK(cl->finish(queue));
    cl->release(0, memory);
    cl->queue_close(queue);
}

Test(opencl_runtime, two_devices)
{
    setenv("POCL_DEVICES", "pthread pthread", 1);
    const runtime *cl = opencl_open_devices();
    if (cl->n_devices < 2)
        cr_skip_test("there is one device, and it is not PoCL's");
    int from = cl->n_devices - 2, to = cl->n_devices - 1; /* CPUs come last */
    enum { LARGE = 20000000 };                            /* integers: more than one piece */
    void *queues[2], *a, *b, *program = opencl_program_of(cl, from);
    OK(cl->queue_open(from, NULL, &queues[0]));
    OK(cl->queue_open(to, NULL, &queues[1]));
    OK(cl->allocate(from, LARGE * sizeof(int32_t), &a));
    OK(cl->allocate(to, LARGE * sizeof(int32_t), &b));
    opencl_fill(cl, queues[0], opencl_kernel_of(cl, program, "fill"), a, LARGE, 7);
    OK(cl->follow(queues[1], queues[0])); /* of another device */
    OK(cl->copy(queues[1], b, 0, from, a, 0, LARGE * sizeof(int32_t)));
    opencl_expect_filled(cl, queues[1], b, LARGE, 7);
    OK(cl->copy(queues[1], b, 4, from, a, 8, 4 * 100));
    int32_t got[3];
    OK(cl->download(queues[1], got, b, 0, sizeof got));
    cr_assert(got[0] == 7 && got[1] == 9 && got[2] == 10);
    cr_assert_neq(cl->launch(queues[1], opencl_kernel_of(cl, program, "fill"), 1, 1,
                             (runtime_argument[]){number64(1), number32(1), of_memory(a)}, 3), RUNTIME_OK);
    cl->unload(program);
    cl->release(from, a);
    cl->release(to, b);
    cl->queue_close(queues[0]);
    cl->queue_close(queues[1]);
}

/* ---- programs ---------------------------------------------------------------------------------------------------- */

Test(opencl_runtime, launch_with_numbers_and_memory)
{
    const runtime *cl = opencl_open_devices();
    void *queue, *x, *y, *program = opencl_program_of(cl, 0), *add = opencl_kernel_of(cl, program, "add");
    float values[N];
    OK(cl->queue_open(0, NULL, &queue));
    OK(cl->allocate(0, sizeof values, &x));
    OK(cl->allocate(0, sizeof values, &y));
    for (int i = 0; i < N; i++)
        values[i] = (float)i;
    OK(cl->upload(queue, x, 0, values, sizeof values));
    OK(cl->upload(queue, y, 0, values, sizeof values));
    runtime_argument arguments[] = {number64(N), {.bytes = 4, .number.as_float32 = 0.5f}, of_memory(x), of_memory(y),
                                    number64(0)};
    OK(cl->launch(queue, add, (N + GROUP - 1) / GROUP, GROUP, arguments, 4));
    arguments[2].memory = NULL; /* a null pointer to the kernel */
    OK(cl->launch(queue, add, 1, GROUP, arguments, 4));
    OK(cl->launch(queue, add, 0, GROUP, arguments, 4));
    OK(cl->download(queue, values, y, 0, sizeof values));
    for (int i = 0; i < N; i++)
        cr_assert_eq(values[i], 1.5f * (float)i - (i < GROUP ? 1.0f : 0.0f), "element %d", i);
    cr_assert_eq(cl->launch(queue, add, 1, 1, arguments, 5), RUNTIME_FAILED);
    cr_assert_str_eq(cl->message(), "clSetKernelArg: argument 4: CL_INVALID_ARG_INDEX");
    cr_assert_eq(opencl_kernel_of(cl, program, "add"), add);
    runtime_device about;
    OK(cl->describe(0, &about));
    cr_assert_eq(cl->launch(queue, add, 1, (uint32_t)about.group_limit * 2, arguments, 4), RUNTIME_FAILED);
    cr_assert_str_eq(cl->message(), "clEnqueueNDRangeKernel: CL_INVALID_WORK_GROUP_SIZE");
    cl->unload(program);
    cl->release(0, x);
    cl->release(0, y);
    cl->queue_close(queue);
}

Test(opencl_runtime, numbers_of_16_bytes)
{
    const runtime *cl = opencl_open_devices();
    runtime_device about;
    OK(cl->describe(0, &about));
    if (!about.has_float64)
        cr_skip_test("%s has no float64", about.name);
    double z[2] = {1.25, -3.5}, got[2];
    void *queue, *out, *program = opencl_program_of(cl, 0);
    OK(cl->queue_open(0, NULL, &queue));
    OK(cl->allocate(0, sizeof got, &out));
    runtime_argument arguments[] = {{.bytes = 16}, of_memory(out)};
    memcpy(arguments[0].number.raw, z, sizeof z);
    OK(cl->launch(queue, opencl_kernel_of(cl, program, "wide"), 1, 1, arguments, 2));
    OK(cl->download(queue, got, out, 0, sizeof got));
    cr_assert(got[0] == z[0] && got[1] == z[1]);
    cl->unload(program);
    cl->release(0, out);
    cl->queue_close(queue);
}

Test(opencl_runtime, text_with_errors)
{
    const runtime *cl = opencl_open_devices();
    void *program = &opencl_reason, *kernel;
    runtime_blob blob = {&opencl_reason, 1};
    char *log = NULL;
    cr_assert_eq(cl->compile(0, "__kernel void broken(void) { undeclared = 1; }", &program, &blob, &log),
                 RUNTIME_NOT_COMPILED);
    cr_assert_str_eq(cl->message(), "clBuildProgram: CL_BUILD_PROGRAM_FAILURE");
    cr_assert(log && strstr(log, "undeclared"), "%s", log ? log : "no log");
    cr_assert(!program && !blob.data && blob.bytes == 0);
    free(log);
    program = opencl_program_of(cl, 0);
    cr_assert_eq(cl->kernel(program, "no_such_entry", &kernel), RUNTIME_FAILED);
    cr_assert_str_eq(cl->message(), "clCreateKernel: CL_INVALID_KERNEL_NAME");
    cl->unload(program);
}

/* A cache of PoCL's own for this process, and with nothing in it. */
static void use_empty_cache(char folder[])
{
    cr_assert(mkdtemp(folder));
    setenv("POCL_CACHE_DIR", folder, 1);
}

static void remove_cache(const char *folder)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

static void send(int pipe, const void *data, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t some = write(pipe, (const char *)data + done, bytes - done);
        if (some <= 0)
            _exit(2);
        done += (size_t)some;
    }
}

static void receive(int pipe, void *data, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t some = read(pipe, (char *)data + done, bytes - done);
        cr_assert_gt(some, 0, "the other process ended");
        done += (size_t)some;
    }
}

/* What a program gives for numbers that show the last bit. */
static void run_add(const runtime *cl, void *program, float results[N])
{
    void *queue, *x, *y;
    OK(cl->queue_open(0, NULL, &queue));
    OK(cl->allocate(0, N * sizeof(float), &x));
    OK(cl->allocate(0, N * sizeof(float), &y));
    for (int i = 0; i < N; i++)
        results[i] = 1.0f / (float)(i + 3);
    OK(cl->upload(queue, x, 0, results, N * sizeof(float)));
    OK(cl->upload(queue, y, 0, results, N * sizeof(float)));
    runtime_argument arguments[] = {number64(N), {.bytes = 4, .number.as_float32 = 0.3f}, of_memory(x), of_memory(y)};
    OK(cl->launch(queue, opencl_kernel_of(cl, program, "add"), (N + GROUP - 1) / GROUP, GROUP, arguments, 4));
    OK(cl->download(queue, results, y, 0, N * sizeof(float)));
    cl->release(0, x);
    cl->release(0, y);
    cl->queue_close(queue);
}

/* What the other process does: compiles, and sends the blob and the results; a size of 0 if there is no device. */
static void compile_and_send(int pipe, char folder[])
{
    static float results[N];
    runtime_blob blob = {NULL, 0};
    void *program;
    use_empty_cache(folder);
    const runtime *cl = opencl_open();
    if (cl && cl->n_devices > 0) {
        OK(cl->compile(0, opencl_text, &program, &blob, NULL));
        run_add(cl, program, results);
    }
    send(pipe, &blob.bytes, sizeof blob.bytes);
    send(pipe, blob.data, blob.bytes);
    send(pipe, results, sizeof results);
    remove_cache(folder);
}

Test(opencl_runtime, blobs_of_another_process)
{
    static float expected[N], results[N];
    char other[] = "/tmp/scixp_cache_XXXXXX", own[] = "/tmp/scixp_cache_XXXXXX";
    int ends[2], status;
    void *program;
    runtime_blob blob;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        compile_and_send(ends[1], other);
        _exit(0);
    }
    close(ends[1]);
    receive(ends[0], &blob.bytes, sizeof blob.bytes);
    cr_assert_not_null(blob.data = malloc(blob.bytes + 1));
    receive(ends[0], blob.data, blob.bytes);
    receive(ends[0], expected, sizeof expected);
    cr_assert(waitpid(child, &status, 0) == child && status == 0);
    use_empty_cache(own);
    const runtime *cl = opencl_open();
    if (cl->n_devices > 0) {
        OK(cl->load(0, &blob, &program));
        run_add(cl, program, results);
        cr_assert_eq(memcmp(results, expected, sizeof results), 0);
        cl->unload(program);
    }
    free(blob.data);
    remove_cache(own);
    if (cl->n_devices == 0)
        cr_skip_test("%s", opencl_reason);
}

/* Any bit, and any end. The driver must not see them: it would take the process with it. */
Test(opencl_runtime, damaged_blobs)
{
    const runtime *cl = opencl_open_devices();
    void *program;
    runtime_blob blob, part, none = {NULL, 0};
    OK(cl->compile(0, "__kernel void nothing(__global int *x) { x[0] = 1; }", &program, &blob, NULL));
    cl->unload(program);
    cr_assert(blob.data && blob.bytes > 100);
    unsigned char *bytes = blob.data;
    for (size_t i = 0; i < blob.bytes; i += i < 100 ? 1 : 997) {
        bytes[i] ^= (unsigned char)(1 << i % 8);
        cr_assert_eq(cl->load(0, &blob, &program), RUNTIME_FAILED, "byte %zu", i);
        cr_assert(strstr(cl->message(), "damaged") && !program, "%s", cl->message());
        bytes[i] ^= (unsigned char)(1 << i % 8);
        part = (runtime_blob){blob.data, i};
        cr_assert_eq(cl->load(0, &part, &program), RUNTIME_FAILED, "%zu bytes", i);
    }
    cr_assert_eq(cl->load(0, &none, &program), RUNTIME_FAILED);
    OK(cl->load(0, &blob, &program)); /* as it was */
    cl->unload(program);
    free(blob.data);
}

#endif
