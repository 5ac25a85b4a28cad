/* Devices, libraries and launches of the double.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <dlfcn.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

cudaError_t cudaGetDeviceCount(int *count)
{
    BEGIN;
    const char *error = getenv("FAKE_CUDA_COUNT_ERROR");
    *count = error ? 0 : fake_n_devices();
    return error ? fake_error((cudaError_t)atoi(error)) : cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device)
{
    BEGIN;
    *properties = (struct cudaDeviceProp){.totalGlobalMem = (size_t)1 << 30, .sharedMemPerBlock = 49152};
    snprintf(properties->name, sizeof properties->name, "double %d", device);
    properties->major = getenv("FAKE_CUDA_MAJOR") ? atoi(getenv("FAKE_CUDA_MAJOR")) : 9;
    properties->multiProcessorCount = 4;
    properties->maxThreadsPerBlock = 1024;
    properties->memoryPoolsSupported = !getenv("FAKE_CUDA_POOLS") || atoi(getenv("FAKE_CUDA_POOLS"));
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *version)
{
    BEGIN;
    *version = 13000;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    BEGIN;
    *version = 13000;
    return cudaSuccess;
}

const char *cudaGetErrorName(cudaError_t error)
{
    return error == cudaErrorMemoryAllocation ? "cudaErrorMemoryAllocation" : "cudaError";
}

const char *cudaGetErrorString(cudaError_t error)
{
    static _Thread_local char text[64];
    snprintf(text, sizeof text, "error %d of the double", (int)error);
    return text;
}

/* ---- libraries: shared objects that the double of NVRTC made ----------------------------------------------------- */

struct CUlib_st {
    void *handle;
};

struct CUkern_st {
    void *(*bind)(void **arguments);
    void (*run)(void *bound, unsigned groups, unsigned items);
};

/* The runtime is not told how long a program is: an object file ends behind its table of sections. */
static size_t program_bytes(const void *code)
{
    Elf64_Ehdr header;
    memcpy(&header, code, sizeof header);
    return memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 ? header.e_shoff + header.e_shnum * (size_t)header.e_shentsize
                                                        : 0;
}

cudaError_t cudaLibraryLoadData(cudaLibrary_t *library, const void *code, enum cudaJitOption *jit, void **jit_values,
                                unsigned n_jit, enum cudaLibraryOption *options, void **values, unsigned n_options)
{
    BEGIN;
    (void)jit, (void)jit_values, (void)options, (void)values;
    char path[] = "/tmp/fake_cuda_XXXXXX";
    size_t bytes = program_bytes(code);
    int file = bytes && !n_jit && !n_options ? mkstemp(path) : -1;
    if (file < 0)
        return fake_error(cudaErrorInvalidKernelImage);
    bool is_written = write(file, code, bytes) == (ssize_t)bytes;
    close(file);
    void *handle = is_written ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    unlink(path);
    if (!handle)
        return fake_error(cudaErrorInvalidKernelImage);
    *library = malloc(sizeof **library);
    (*library)->handle = handle;
    return cudaSuccess;
}

cudaError_t cudaLibraryUnload(cudaLibrary_t library)
{
    BEGIN;
    dlclose(library->handle);
    free(library);
    return cudaSuccess;
}

/* Kernels live as long as the process: work that is pending may have them. */
cudaError_t cudaLibraryGetKernel(cudaKernel_t *kernel, cudaLibrary_t library, const char *name)
{
    BEGIN;
    static struct CUkern_st kernels[256];
    static int n_kernels;
    char bind_name[256];
    snprintf(bind_name, sizeof bind_name, "fake_bind_%s", name);
    void *bind = dlsym(library->handle, bind_name), *run = dlsym(library->handle, "fake_run");
    if (!bind || !run)
        return fake_error(cudaErrorSymbolNotFound);
    if (n_kernels == 256)
        abort();
    struct CUkern_st *made = &kernels[n_kernels++];
    memcpy(&made->bind, &bind, sizeof bind);
    memcpy(&made->run, &run, sizeof run);
    *kernel = made;
    return cudaSuccess;
}

cudaError_t cudaLaunchKernel(const void *function, dim3 grid, dim3 block, void **arguments, size_t shared,
                             cudaStream_t handle)
{
    BEGIN;
    const struct CUkern_st *kernel = function;
    lane *stream = fake_stream(handle);
    if (stream->device != fake_current_device()) {
        fake_misuse("a launch on another device's stream");
        return fake_error(cudaErrorInvalidResourceHandle);
    }
    if (block.x > 1024 || block.y != 1 || block.z != 1 || grid.y != 1 || grid.z != 1 || shared)
        return fake_error(cudaErrorInvalidConfiguration);
    fake_enqueue(stream, (work){.kind = WORK_RUN, .run = kernel->run, .bound = kernel->bind(arguments),
                                .groups = grid.x, .items = block.x, .fault = fake_take_fault()});
    return cudaSuccess;
}
