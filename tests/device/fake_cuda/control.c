/* Counting, failing on request, contexts: what every entry of the double goes through.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "control.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

enum { NAMES = 128, DEPTH = 16 };

static struct counter {
    const char *name;
    int calls, failing_call, error;
} counters[NAMES];
static int n_counters, n_misuses, fault_error, fault_in;
static cudaError_t device_errors[FAKE_DEVICES];
static struct CUctx_st {
    int device;
} contexts[FAKE_DEVICES];
static _Thread_local CUcontext stack[DEPTH];
static _Thread_local int depth;
static _Thread_local cudaError_t last;
static pthread_mutex_t lock;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&lock, &attributes);
    for (int i = 0; i < FAKE_DEVICES; i++)
        contexts[i].device = i;
}

int fake_lock(void)
{
    pthread_once(&once, start);
    pthread_mutex_lock(&lock);
    return 0;
}

void fake_unlock(int *guard)
{
    (void)guard;
    pthread_mutex_unlock(&lock);
}

int fake_n_devices(void)
{
    const char *text = getenv("FAKE_CUDA_DEVICES");
    int count = text ? atoi(text) : 2;
    return count < FAKE_DEVICES ? count : FAKE_DEVICES;
}

int fake_current_device(void)
{
    return depth && stack[depth - 1] ? stack[depth - 1]->device : -1;
}

cudaError_t fake_error(cudaError_t error)
{
    if (error)
        last = error;
    return error;
}

cudaError_t fake_device_error(int device)
{
    return device >= 0 ? device_errors[device] : cudaSuccess;
}

void fake_set_device_error(int device, cudaError_t error)
{
    if (!device_errors[device])
        device_errors[device] = error;
}

void fake_misuse(const char *what)
{
    n_misuses++;
    fprintf(stderr, "fake CUDA: %s\n", what);
}

static struct counter *counter_of(const char *name)
{
    for (int i = 0; i < n_counters; i++)
        if (strcmp(counters[i].name, name) == 0)
            return &counters[i];
    if (n_counters == NAMES)
        abort();
    counters[n_counters].name = strdup(name);
    return &counters[n_counters++];
}

cudaError_t fake_begin(const char *function)
{
    struct counter *counter = counter_of(function);
    counter->calls++;
    if (counter->failing_call && counter->calls == counter->failing_call) {
        counter->failing_call = 0;
        return fake_error((cudaError_t)counter->error);
    }
    return fake_error(fake_device_error(fake_current_device()));
}

int fake_take_fault(void)
{
    return fault_in && --fault_in == 0 ? fault_error : 0;
}

/* ---- contexts: the three functions of the driver ----------------------------------------------------------------- */

static CUresult push(CUcontext context)
{
    if (depth == DEPTH)
        return CUDA_ERROR_INVALID_VALUE;
    stack[depth++] = context;
    return CUDA_SUCCESS;
}

static CUresult pop(CUcontext *context)
{
    if (!depth)
        return CUDA_ERROR_INVALID_CONTEXT;
    *context = stack[--depth];
    return CUDA_SUCCESS;
}

static CUresult retain(CUcontext *context, CUdevice device)
{
    fake_unlock(&(int){fake_lock()});
    *context = &contexts[device];
    return CUDA_SUCCESS;
}

cudaError_t cudaGetDriverEntryPointByVersion(const char *name, void **function, unsigned version,
                                             unsigned long long flags, enum cudaDriverEntryPointQueryResult *found)
{
    BEGIN;
    (void)flags;
    *function = strcmp(name, "cuCtxPushCurrent") == 0           ? (void *)push
                : strcmp(name, "cuCtxPopCurrent") == 0          ? (void *)pop
                : strcmp(name, "cuDevicePrimaryCtxRetain") == 0 ? (void *)retain
                                                                : NULL;
    *found = *function && version <= 13000 ? cudaDriverEntryPointSuccess : cudaDriverEntryPointSymbolNotFound;
    return cudaSuccess;
}

cudaError_t cudaGetLastError(void)
{
    cudaError_t error = last;
    last = cudaSuccess;
    return error;
}

/* ---- the test's side --------------------------------------------------------------------------------------------- */

static void fail(const char *function, int error, int nth)
{
    fake_lock();
    struct counter *counter = counter_of(function);
    counter->failing_call = counter->calls + nth;
    counter->error = error;
    fake_unlock(NULL);
}

static void fault(int error, int nth)
{
    fault_error = error;
    fault_in = nth;
}

static int calls(const char *function)
{
    return counter_of(function)->calls;
}

static int misuses(void)
{
    return n_misuses;
}

static void make_current(int device)
{
    CUcontext context;
    fake_lock();
    if (device < 0)
        pop(&context);
    else
        push(&contexts[device]);
    fake_unlock(NULL);
}

static int last_error(void)
{
    return last;
}

static int pending(void *handle)
{
    lane *stream = handle;
    return (int)(stream->enqueued - stream->done);
}

static void wait_for(void *handle)
{
    lane *stream = handle;
    fake_lock();
    fake_run_until(stream, stream->enqueued);
    fake_unlock(NULL);
}

static void forget(void)
{
    for (int i = 0; i < n_counters; i++)
        counters[i].calls = counters[i].failing_call = 0;
    for (int i = 0; i < FAKE_DEVICES; i++)
        device_errors[i] = cudaSuccess;
    fault_in = n_misuses = 0;
}

void fake_limit(size_t bytes);
size_t fake_live(int device);
size_t fake_pinned(void);

extern const fake_control fake_cuda_control;
__attribute__((visibility("default"))) const fake_control fake_cuda_control = {
    .fail = fail,
    .fault = fault,
    .limit = fake_limit,
    .live = fake_live,
    .pinned = fake_pinned,
    .calls = calls,
    .misuses = misuses,
    .current = fake_current_device,
    .make_current = make_current,
    .last_error = last_error,
    .pending = pending,
    .wait = wait_for,
    .forget = forget,
};
