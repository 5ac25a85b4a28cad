/* Programs: NVRTC makes them of a text, the runtime loads and launches them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "providers/cuda/plugin.h"

#define ARGUMENTS 128 /* of a launch, without memory from the heap */

typedef struct loaded {
    cudaLibrary_t library;
    cuda_device *device;
} loaded;

/* ---- what is compiled for ---------------------------------------------------------------------------------------- */

typedef struct architecture {
    int sm;
    bool is_virtual; /* NVRTC is older than the device: text for the driver to compile, not code */
} architecture;

/* The newest architecture that NVRTC knows, up to `sm`; 0 if there is none. */
static int newest_known(int sm)
{
    int count = 0, found = 0;
    if (nvrtc.nvrtcGetNumSupportedArchs(&count) != NVRTC_SUCCESS || count <= 0)
        return 0;
    int *known = calloc((size_t)count, sizeof *known);
    if (known && nvrtc.nvrtcGetSupportedArchs(known) == NVRTC_SUCCESS)
        for (int i = 0; i < count; i++)
            if (known[i] <= sm && known[i] > found)
                found = known[i];
    free(known);
    return found;
}

static int wanted_sm(const cuda_device *device)
{
    const char *wanted = getenv("SCIXP_CUDA_ARCH");
    if (wanted && *wanted)
        return strncmp(wanted, "sm_", 3) == 0 ? atoi(wanted + 3) : 0;
    return device ? device->sm : 0;
}

static runtime_status find_target(int number, architecture *target)
{
    if (!cuda_library_open(CUDA_NVRTC))
        return cuda_fail(RUNTIME_FAILED, "no compiler: %s", cuda_library_reason(CUDA_NVRTC));
    int sm = wanted_sm(cuda_device_at(number)), known = sm > 0 ? newest_known(sm) : 0;
    if (sm <= 0)
        return cuda_fail(RUNTIME_FAILED, getenv("SCIXP_CUDA_ARCH") ? "SCIXP_CUDA_ARCH is not sm_ and a number"
                                                                   : "there is no such device");
    if (!known)
        return cuda_fail(RUNTIME_FAILED, "NVRTC does not compile for sm_%d", sm);
    target->sm = known;
    target->is_virtual = known != sm;
    return RUNTIME_OK;
}

void cuda_compiler_version(const cuda_device *device, char *text, size_t bytes)
{
    int major = 0, minor = 0;
    architecture target;
    if (find_target(device->number, &target) || nvrtc.nvrtcVersion(&major, &minor) != NVRTC_SUCCESS)
        snprintf(text, bytes, "no NVRTC");
    else
        snprintf(text, bytes, "NVRTC %d.%d for %s_%d", major, minor, target.is_virtual ? "compute" : "sm", target.sm);
}

/* ---- compiling --------------------------------------------------------------------------------------------------- */

static runtime_status fail_nvrtc(nvrtcResult error, const char *what)
{
    runtime_status status = error == NVRTC_ERROR_OUT_OF_MEMORY ? RUNTIME_NO_MEMORY
                            : error == NVRTC_ERROR_COMPILATION ? RUNTIME_NOT_COMPILED
                                                               : RUNTIME_FAILED;
    return cuda_fail(status, "%s: %s", what, nvrtc.nvrtcGetErrorString(error));
}

static void take_log(nvrtcProgram source, char **log)
{
    size_t bytes = 0;
    if (!log || nvrtc.nvrtcGetProgramLogSize(source, &bytes) != NVRTC_SUCCESS || bytes <= 1)
        return;
    *log = calloc(bytes + 1, 1);
    if (*log && nvrtc.nvrtcGetProgramLog(source, *log) != NVRTC_SUCCESS)
        **log = '\0';
}

/* The code, or the text for the driver, which needs its NUL. */
static runtime_status take_blob(nvrtcProgram source, bool is_virtual, runtime_blob *blob)
{
    nvrtcResult error = is_virtual ? nvrtc.nvrtcGetPTXSize(source, &blob->bytes)
                                   : nvrtc.nvrtcGetCUBINSize(source, &blob->bytes);
    if (error != NVRTC_SUCCESS)
        return fail_nvrtc(error, "the size of the program");
    blob->data = malloc(blob->bytes + 1);
    if (!blob->data)
        return cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
    error = is_virtual ? nvrtc.nvrtcGetPTX(source, blob->data) : nvrtc.nvrtcGetCUBIN(source, blob->data);
    if (error == NVRTC_SUCCESS)
        return RUNTIME_OK;
    free(blob->data);
    *blob = (runtime_blob){NULL, 0};
    return fail_nvrtc(error, "the program");
}

/* Products and sums round each by itself, as on every other device. */
static runtime_status compile_blob(const architecture *target, const char *text, runtime_blob *blob, char **log)
{
    char option[48];
    const char *const options[] = {option, "--fmad=false", "--std=c++17", "--diag-suppress=177"};
    nvrtcProgram source;
    snprintf(option, sizeof option, "--gpu-architecture=%s_%d", target->is_virtual ? "compute" : "sm",
             target->sm);
    nvrtcResult error = nvrtc.nvrtcCreateProgram(&source, text, "scixp.cu", 0, NULL, NULL);
    if (error != NVRTC_SUCCESS)
        return fail_nvrtc(error, "nvrtcCreateProgram");
    error = nvrtc.nvrtcCompileProgram(source, (int)(sizeof options / sizeof options[0]), options);
    take_log(source, log);
    runtime_status status = error == NVRTC_SUCCESS ? take_blob(source, target->is_virtual, blob)
                                                   : fail_nvrtc(error, "nvrtcCompileProgram");
    nvrtc.nvrtcDestroyProgram(&source);
    return status;
}

runtime_status cuda_compile(int device, const char *text, void **result, runtime_blob *blob, char **log)
{
    architecture target;
    runtime_blob made = {NULL, 0};
    if (result)
        *result = NULL;
    if (blob)
        *blob = made;
    if (log)
        *log = NULL;
    runtime_status status = find_target(device, &target);
    if (!status)
        status = compile_blob(&target, text, &made, log);
    if (!status && result)
        status = cuda_load(device, &made, result);
    if (!status && blob)
        *blob = made;
    else
        free(made.data);
    return status;
}

/* ---- loading ----------------------------------------------------------------------------------------------------- */

runtime_status cuda_load(int number, const runtime_blob *blob, void **result)
{
    *result = NULL;
    loaded *program = calloc(1, sizeof *program);
    if (!program)
        return cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
    runtime_status status = cuda_enter(number, &program->device);
    if (!status) {
        status = cuda_check(
            cudart.cudaLibraryLoadData(&program->library, blob->data, NULL, NULL, 0, NULL, NULL, 0),
            "cudaLibraryLoadData");
        cuda_leave();
    }
    if (status)
        free(program);
    else
        *result = program;
    return status;
}

void cuda_unload(void *handle)
{
    loaded *program = handle;
    if (!program)
        return;
    if (cuda_enter_device(program->device) == RUNTIME_OK) {
        cuda_check(cudart.cudaLibraryUnload(program->library), "cudaLibraryUnload");
        cuda_leave();
    }
    free(program);
}

runtime_status cuda_kernel(void *handle, const char *entry, void **kernel)
{
    loaded *program = handle;
    cudaKernel_t found = NULL;
    *kernel = NULL;
    runtime_status status = cuda_enter_device(program->device);
    if (status)
        return status;
    status = cuda_check(cudart.cudaLibraryGetKernel(&found, program->library, entry), entry);
    cuda_leave();
    *kernel = found;
    return status;
}

/* ---- launching --------------------------------------------------------------------------------------------------- */

runtime_status cuda_launch(void *handle, void *kernel, uint64_t groups, uint32_t group_items,
                           const runtime_argument *arguments, int n_arguments)
{
    cuda_queue *queue = handle;
    void *few[ARGUMENTS], **values = few;
    if (groups > INT32_MAX)
        return cuda_fail(RUNTIME_FAILED, "a launch of %llu groups: at most 2147483647", (unsigned long long)groups);
    if (!groups || !group_items)
        return RUNTIME_OK;
    if (n_arguments > ARGUMENTS && !(values = malloc((size_t)n_arguments * sizeof *values)))
        return cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
    for (int i = 0; i < n_arguments; i++)
        values[i] = arguments[i].is_memory ? (void *)&arguments[i].memory : (void *)&arguments[i].number;
    runtime_status status = cuda_enter_device(queue->device);
    if (!status) {
        status = cuda_check(cudart.cudaLaunchKernel(kernel, (dim3){(unsigned)groups, 1, 1}, (dim3){group_items, 1, 1},
                                                    values, 0, queue->stream),
                            "cudaLaunchKernel");
        cuda_leave();
    }
    if (values != few)
        free(values);
    return status;
}
