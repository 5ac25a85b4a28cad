/* Queues of the OpenCL plug-in: their order, threads, queues of the caller's, and what fails after the call.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#ifndef OPENCL_MODULE

Test(opencl_queues, not_built) { cr_skip_test("the OpenCL plug-in was not built"); }

#else

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "opencl_module.h"

/* ---- queues ------------------------------------------------------------------------------------------------------ */

/* A reader on one queue sees what a slow writer on another one leaves. */
Test(opencl_queues, one_queue_follows_another)
{
    const runtime *cl = opencl_open_devices();
    void *first, *second, *a, *b, *program = opencl_program_of(cl, 0), *slow = opencl_kernel_of(cl, program, "slow");
    OK(cl->queue_open(0, NULL, &first));
    OK(cl->queue_open(0, NULL, &second));
    OK(cl->allocate(0, 4, &a));
    OK(cl->allocate(0, 4, &b));
    for (int round = 0; round < 5; round++) {
        int32_t zero = 0, got = 0;
        OK(cl->upload(first, a, 0, &zero, 4));
        OK(cl->finish(first));
        runtime_argument arguments[] = {number64(30000000), of_memory(a)};
        OK(cl->launch(first, slow, 1, 1, arguments, 2));
        OK(cl->follow(second, first));
        OK(cl->follow(second, second));
        OK(cl->copy(second, b, 0, 0, a, 0, 4));
        OK(cl->download(second, &got, b, 0, 4));
        cr_assert_eq(got & 1, 1);
    }
    cl->unload(program);
    cl->release(0, a);
    cl->release(0, b);
    cl->queue_close(first);
    cl->queue_close(second);
}

typedef struct work {
    const runtime *cl;
    void *kernel, *queue;
    int number;
    bool right;
} work;

static void *launch_often(void *argument)
{
    work *own = argument;
    const runtime *cl = own->cl;
    void *memory;
    int32_t got[64];
    own->right = cl->allocate(0, sizeof got, &memory) == RUNTIME_OK;
    for (int round = 0; round < 200 && own->right; round++) {
        int32_t value = own->number * 100000 + round;
        runtime_argument arguments[] = {number64(64), number32(value), of_memory(memory)};
        own->right = cl->launch(own->queue, own->kernel, 4, 16, arguments, 3) == RUNTIME_OK &&
                     cl->download(own->queue, got, memory, 0, sizeof got) == RUNTIME_OK;
        for (int i = 0; i < 64; i++)
            own->right &= got[i] == value + i;
    }
    cl->release(0, memory);
    return NULL;
}

/* Two threads a queue, all with the same kernel and arguments of their own. */
Test(opencl_queues, threads_share_a_kernel_and_queues)
{
    enum { THREADS = 8 };
    const runtime *cl = opencl_open_devices();
    void *program = opencl_program_of(cl, 0), *queues[THREADS / 2];
    work works[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (i < THREADS / 2)
            OK(cl->queue_open(0, NULL, &queues[i]));
        works[i] = (work){cl, opencl_kernel_of(cl, program, "fill"), queues[i % (THREADS / 2)], i, false};
        cr_assert_eq(pthread_create(&threads[i], NULL, launch_often, &works[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        cr_assert(works[i].right, "thread %d", i);
    for (int i = 0; i < THREADS / 2; i++)
        cl->queue_close(queues[i]);
    cl->unload(program);
}

/* ---- queues of the caller's -------------------------------------------------------------------------------------- */

static cl_context context_of(cl_command_queue queue)
{
    cl_context context;
    cr_assert_eq(clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof context, &context, NULL), CL_SUCCESS);
    return context;
}

static cl_device_id device_of(cl_command_queue queue)
{
    cl_device_id id;
    cr_assert_eq(clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof id, &id, NULL), CL_SUCCESS);
    return id;
}

static cl_uint references_of(cl_command_queue queue)
{
    cl_uint references = 0;
    cr_assert_eq(clGetCommandQueueInfo(queue, CL_QUEUE_REFERENCE_COUNT, sizeof references, &references, NULL),
                 CL_SUCCESS);
    return references;
}

Test(opencl_queues, queues_of_the_caller)
{
    const runtime *cl = opencl_open_devices();
    void *own, *queue, *memory, *program = opencl_program_of(cl, 0);
    cl_int code;
    OK(cl->queue_open(0, NULL, &own));
    OK(cl->allocate(0, N * sizeof(int32_t), &memory));
    cl_device_id id = device_of(cl->queue_stream(own));
    cl_command_queue stream = clCreateCommandQueue(context_of(cl->queue_stream(own)), id, 0, &code);
    int32_t got = 0;
    cr_assert_eq(clEnqueueWriteBuffer(stream, memory, CL_TRUE, 4, 4, &got, 0, NULL, NULL), CL_SUCCESS);
    cl_uint before = references_of(stream); /* the driver's own among them */
    OK(cl->queue_open(0, stream, &queue));
    cr_assert_eq(cl->queue_stream(queue), (void *)stream);
    opencl_fill(cl, queue, opencl_kernel_of(cl, program, "fill"), memory, N, 3);
    cr_assert_eq(clEnqueueReadBuffer(stream, memory, CL_TRUE, 4, 4, &got, 0, NULL, NULL), CL_SUCCESS);
    cr_assert_eq(got, 4);
    cl->queue_close(queue);
    cr_assert_eq(references_of(stream), before); /* it is still the caller's */
    clReleaseCommandQueue(stream);

    cl_context another = clCreateContext(NULL, 1, &id, NULL, NULL, &code);
    stream = clCreateCommandQueue(another, id, 0, &code);
    cr_assert_eq(cl->queue_open(0, stream, &queue), RUNTIME_FAILED);
    cr_assert(strstr(cl->message(), "another context"), "%s", cl->message());
    clReleaseCommandQueue(stream);
    clReleaseContext(another);

    stream = clCreateCommandQueue(context_of(cl->queue_stream(own)), id, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, &code);
    if (stream) {
        cr_assert_eq(cl->queue_open(0, stream, &queue), RUNTIME_FAILED);
        cr_assert(strstr(cl->message(), "not in order"), "%s", cl->message());
        clReleaseCommandQueue(stream);
    }
    cl->unload(program);
    cl->release(0, memory);
    cl->queue_close(own);
}

/* An event that fails when it is told to, and what comes on the queue behind it. */
static cl_event block(const runtime *cl, void *queue, cl_event *barrier)
{
    cl_int code;
    cl_command_queue stream = cl->queue_stream(queue);
    cl_event failing = clCreateUserEvent(context_of(stream), &code);
    cr_assert_eq(code, CL_SUCCESS);
    cr_assert_eq(clEnqueueBarrierWithWaitList(stream, 1, &failing, barrier), CL_SUCCESS);
    return failing;
}

static void fail(cl_event failing, cl_event barrier)
{
    cr_assert_eq(clSetUserEventStatus(failing, -5), CL_SUCCESS);
    clReleaseEvent(failing);
    clReleaseEvent(barrier);
}

/* A kernel behind an event that is made to fail fails, too: told once by `finish`, or by `download`. Then the queue
 * works as before. */
Test(opencl_queues, failures_are_told_later)
{
    const runtime *cl = opencl_open_devices();
    void *queue, *memory, *program = opencl_program_of(cl, 0), *kernel = opencl_kernel_of(cl, program, "fill");
    int32_t got;
    OK(cl->queue_open(0, NULL, &queue));
    OK(cl->allocate(0, N * sizeof(int32_t), &memory));
    for (int round = 0; round < 4; round++) {
        cl_event barrier, failing = block(cl, queue, &barrier);
        opencl_fill(cl, queue, kernel, memory, N, 5);
        fail(failing, barrier);
        runtime_status status = round & 1 ? cl->download(queue, &got, memory, 0, 4) : cl->finish(queue);
        cr_assert_eq(status, RUNTIME_FAILED, "round %d: status %d", round, (int)status);
        cr_assert(strstr(cl->message(), "a kernel: "), "%s", cl->message());
        OK(cl->finish(queue));
        opencl_fill(cl, queue, kernel, memory, N, 60 + round);
        opencl_expect_filled(cl, queue, memory, N, 60 + round);
    }
    cl->unload(program);
    cl->release(0, memory);
    cl->queue_close(queue);
}

/* Uploads and copies of all sizes behind it fail, on a queue that follows as well, and both queues work afterwards. */
static void check_failing_transfers(void)
{
    enum { LARGE = 9000000 };
    const runtime *cl = opencl_open_devices();
    void *first, *second, *a, *b;
    char *bytes = calloc(1, LARGE);
    OK(cl->queue_open(0, NULL, &first));
    OK(cl->queue_open(0, NULL, &second));
    OK(cl->allocate(0, LARGE, &a));
    OK(cl->allocate(0, LARGE, &b));
    for (int round = 0; round < 3; round++) {
        cl_event barrier, failing = block(cl, first, &barrier);
        OK(cl->upload(first, a, 0, bytes, 1000));
        OK(cl->copy(first, b, 0, 0, a, 0, LARGE));
        OK(cl->follow(second, first));
        OK(cl->copy(second, a, 0, 0, b, 0, LARGE));
        fail(failing, barrier);
        cr_assert_eq(cl->download(first, bytes, b, 0, round == 0 ? LARGE : 100), RUNTIME_FAILED);
        cr_assert(strstr(cl->message(), "an upload: "), "%s", cl->message());
        cr_assert_eq(cl->finish(second), RUNTIME_FAILED);
        cr_assert(strstr(cl->message(), "on another queue: "), "%s", cl->message());
        OK(cl->finish(first));
        memset(bytes, 40 + round, LARGE);
        OK(cl->upload(first, a, 0, bytes, LARGE));
        OK(cl->follow(second, first));
        OK(cl->copy(second, b, 0, 0, a, 0, LARGE));
        memset(bytes, 0, LARGE);
        OK(cl->download(second, bytes, b, 0, LARGE));
        for (int i = 0; i < LARGE; i++)
            cr_assert_eq(bytes[i], 40 + round);
    }
    free(bytes);
    cl->release(0, a);
    cl->release(0, b);
    cl->queue_close(first);
    cl->queue_close(second);
}

Test(opencl_queues, failing_transfers) { check_failing_transfers(); }

Test(opencl_queues, failing_transfers_of_gpus)
{
    setenv("SCIXP_OPENCL_SHAPE", "gpu", 1);
    check_failing_transfers();
}

#endif
