/* The devices: finding them, what is opened for each at its first use, and making one current for a while.
 *
 * The runtime's own way, cudaGetDevice and cudaSetDevice, cannot bring back what was: a thread that never used CUDA
 * would get a context on device 0, and one that uses the driver's interface would lose the context that it made. So
 * the device's primary context is pushed on the driver's stack of this thread, and popped again.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "providers/cuda/plugin.h"

/* Memory that the driver's pool keeps when nobody uses it. The core has a pool above this one, which keeps what comes
 * and goes: what reaches us was given up on purpose, for other libraries to have it. */
#define KEPT_BYTES ((uint64_t)64 << 20)

typedef CUresult push_function(CUcontext context);
typedef CUresult pop_function(CUcontext *context);
typedef CUresult retain_function(CUcontext *context, CUdevice device);

static struct {
    push_function *push;
    pop_function *pop;
    retain_function *retain;
} driver;
static cuda_device *devices;
static int n_devices;
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

cuda_device *cuda_device_at(int number)
{
    return number >= 0 && number < n_devices ? &devices[number] : NULL;
}

static bool find_driver_function(const char *name, unsigned version, void *slot)
{
    void *function = NULL;
    enum cudaDriverEntryPointQueryResult found;
    cudaError_t error = cudart.cudaGetDriverEntryPointByVersion(name, &function, version, cudaEnableDefault, &found);
    if (cuda_check(error, name) != RUNTIME_OK)
        return false;
    if (found != cudaDriverEntryPointSuccess || !function) {
        cuda_fail(RUNTIME_FAILED, "the driver has no %s", name);
        return false;
    }
    memcpy(slot, &function, sizeof function);
    return true;
}

static bool describe_all(void)
{
    for (int i = 0; i < n_devices; i++) {
        struct cudaDeviceProp properties;
        if (cuda_check(cudart.cudaGetDeviceProperties(&properties, i), "cudaGetDeviceProperties"))
            return false;
        devices[i].number = i;
        devices[i].sm = properties.major * 10 + properties.minor;
        devices[i].has_pools = properties.memoryPoolsSupported;
        pthread_mutex_init(&devices[i].lock, NULL);
    }
    return true;
}

int cuda_find_devices(void)
{
    if (!cuda_library_open(CUDA_CUDART)) {
        cuda_fail(RUNTIME_FAILED, "no CUDA runtime: %s", cuda_library_reason(CUDA_CUDART));
        return 0;
    }
    int count = 0;
    if (cuda_check(cudart.cudaGetDeviceCount(&count), "cudaGetDeviceCount"))
        return 0;
    if (!find_driver_function("cuCtxPushCurrent", 4000, &driver.push) ||
        !find_driver_function("cuCtxPopCurrent", 4000, &driver.pop) ||
        !find_driver_function("cuDevicePrimaryCtxRetain", 7000, &driver.retain))
        return 0;
    devices = calloc((size_t)count, sizeof *devices);
    if (!devices) {
        cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
        return 0;
    }
    n_devices = count;
    if (!describe_all())
        n_devices = 0;
    return n_devices;
}

runtime_status cuda_describe(int number, runtime_device *about)
{
    const cuda_device *device = cuda_device_at(number);
    if (!device)
        return cuda_fail(RUNTIME_FAILED, "there is no device %d", number);
    struct cudaDeviceProp properties;
    int version = 0;
    runtime_status status = cuda_check(cudart.cudaGetDeviceProperties(&properties, number), "cudaGetDeviceProperties");
    if (status)
        return status;
    cudart.cudaDriverGetVersion(&version);
    *about = (runtime_device){.has_float64 = true,
                              .compute_units = properties.multiProcessorCount,
                              .group_limit = properties.maxThreadsPerBlock,
                              .local_bytes = properties.sharedMemPerBlock,
                              .argument_bytes = 4096,
                              .memory_bytes = properties.totalGlobalMem,
                              .allocation_limit = properties.totalGlobalMem,
                              .dlpack_type = 2,
                              .dlpack_id = number};
    snprintf(about->name, sizeof about->name, "%.127s", properties.name);
    char compiler[64];
    cuda_compiler_version(device, compiler, sizeof compiler);
    snprintf(about->version, sizeof about->version, "CUDA driver %d.%d, %s", version / 1000, version % 1000 / 10,
             compiler);
    return RUNTIME_OK;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

/* A pool of ours. It never makes an allocation wait for a release that is still to come: see memory.c. */
static runtime_status make_pool(cuda_device *device)
{
    struct cudaMemPoolProps properties = {.allocType = cudaMemAllocationTypePinned,
                                          .handleTypes = cudaMemHandleTypeNone,
                                          .location = {cudaMemLocationTypeDevice, device->number}};
    uint64_t kept = KEPT_BYTES;
    int no = 0;
    runtime_status status = cuda_check(cudart.cudaMemPoolCreate(&device->pool, &properties), "cudaMemPoolCreate");
    if (status)
        return status;
    status = cuda_check(cudart.cudaMemPoolSetAttribute(device->pool, cudaMemPoolAttrReleaseThreshold, &kept),
                        "cudaMemPoolSetAttribute");
    if (!status)
        status = cuda_check(
            cudart.cudaMemPoolSetAttribute(device->pool, cudaMemPoolReuseAllowInternalDependencies, &no),
            "cudaMemPoolSetAttribute");
    if (status)
        cudart.cudaMemPoolDestroy(device->pool);
    return status;
}

static runtime_status make_streams(cuda_device *device)
{
    runtime_status status = cuda_check(
        cudart.cudaStreamCreateWithFlags(&device->allocations, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    if (status)
        return status;
    status = cuda_check(cudart.cudaStreamCreateWithFlags(&device->releases, cudaStreamNonBlocking),
                        "cudaStreamCreateWithFlags");
    if (status)
        cudart.cudaStreamDestroy(device->allocations);
    return status;
}

static runtime_status push(cuda_device *device)
{
    CUresult error = driver.push(device->context);
    if (error == CUDA_SUCCESS)
        return RUNTIME_OK;
    /* somebody reset the device, or a fault took its context */
    return cuda_fail(RUNTIME_LOST, "the context of device %d is gone (cuCtxPushCurrent: %d)", device->number,
                     (int)error);
}

/* Under the lock; a failure is tried again the next time. The context becomes current if all went well. */
static runtime_status open_device(cuda_device *device)
{
    if (!device->context) {
        CUresult error = driver.retain(&device->context, device->number);
        if (error != CUDA_SUCCESS)
            return cuda_fail(error == CUDA_ERROR_OUT_OF_MEMORY ? RUNTIME_NO_MEMORY : RUNTIME_FAILED,
                             "device %d cannot be opened (cuDevicePrimaryCtxRetain: %d)", device->number, (int)error);
    }
    runtime_status status = push(device);
    if (status)
        return status;
    status = make_streams(device);
    if (!status && device->has_pools && (status = make_pool(device)) != RUNTIME_OK) {
        cudart.cudaStreamDestroy(device->allocations);
        cudart.cudaStreamDestroy(device->releases);
    }
    if (status)
        cuda_leave();
    else
        __atomic_store_n(&device->is_open, true, __ATOMIC_RELEASE);
    return status;
}

runtime_status cuda_enter_device(cuda_device *device)
{
    if (__atomic_load_n(&device->is_open, __ATOMIC_ACQUIRE))
        return push(device);
    pthread_mutex_lock(&opening);
    runtime_status status = device->is_open ? push(device) : open_device(device);
    pthread_mutex_unlock(&opening);
    return status;
}

runtime_status cuda_enter(int number, cuda_device **device)
{
    *device = cuda_device_at(number);
    return *device ? cuda_enter_device(*device) : cuda_fail(RUNTIME_FAILED, "there is no device %d", number);
}

void cuda_leave(void)
{
    CUcontext context;
    driver.pop(&context);
}

/* ---- events ------------------------------------------------------------------------------------------------------ */

runtime_status cuda_event_take(cuda_device *device, cudaEvent_t *event)
{
    *event = NULL;
    pthread_mutex_lock(&device->lock);
    if (device->n_events)
        *event = device->events[--device->n_events];
    pthread_mutex_unlock(&device->lock);
    return *event ? RUNTIME_OK
                  : cuda_check(cudart.cudaEventCreateWithFlags(event, cudaEventDisableTiming),
                               "cudaEventCreateWithFlags");
}

/* A wait takes the event as it was recorded when the wait was enqueued, so it can be recorded again at once. */
void cuda_event_give(cuda_device *device, cudaEvent_t event)
{
    pthread_mutex_lock(&device->lock);
    bool is_kept = device->n_events < CUDA_EVENTS_KEPT;
    if (is_kept)
        device->events[device->n_events++] = event;
    pthread_mutex_unlock(&device->lock);
    if (!is_kept)
        cudart.cudaEventDestroy(event);
}
