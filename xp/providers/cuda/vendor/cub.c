/* Scans, sorts and selections by the module with CUB's algorithms.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* dladdr */
#include "providers/cuda/cub/cub.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "providers/cuda/vendor/job.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const cuda_cub *module;
static char reason[1024];

/* Beside the plug-in; or in the folder of CUDA's libraries, if one is named. */
static void *open_module(void)
{
    char path[1024];
    Dl_info about;
    const char *folder = getenv("SCIXP_CUDA_LIBRARIES");
    int length = 0;
    if (!folder && dladdr((void *)&once, &about) && about.dli_fname && strrchr(about.dli_fname, '/')) {
        folder = about.dli_fname;
        length = (int)(strrchr(folder, '/') - folder);
    } else if (folder) {
        length = (int)strlen(folder);
    }
    snprintf(path, sizeof path, "%.*s%s%s", length, folder ? folder : "", folder ? "/" : "", CUDA_CUB_FILE);
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static void find_module(void)
{
    void *handle = open_module();
    const cuda_cub *found = handle ? dlsym(handle, CUDA_CUB_TABLE) : NULL;
    const char *problem = found ? NULL : dlerror();
    if (!found)
        snprintf(reason, sizeof reason, "%s", problem ? problem : "it cannot be opened");
    else if (found->size != sizeof *found)
        snprintf(reason, sizeof reason, "%s is of another version", CUDA_CUB_FILE);
    else if (found->runtime != (const void *)cudart.cudaStreamSynchronize)
        snprintf(reason, sizeof reason, "%s is linked to another CUDA runtime", CUDA_CUB_FILE);
    else
        module = found;
}

const char *cuda_cub_reason(void)
{
    pthread_once(&once, find_module);
    return module ? NULL : reason;
}

static void start(cuda_job *job, void *queue)
{
    cuda_job_start(job, queue, 0);
    if (cuda_cub_reason() && cuda_job_goes_on(job))
        job->status = cuda_fail(RUNTIME_NOT_TAKEN, "%s", reason);
}

/* The module may have no code for the device: then nothing was enqueued, and the portable kernels have it. */
static void check(cuda_job *job, int error, const char *what)
{
    if (!cuda_job_goes_on(job) || error == cudaSuccess)
        return;
    job->status = cuda_check((cudaError_t)error, what);
    if (error == cudaErrorNoKernelImageForDevice || error == cudaErrorInvalidDeviceFunction)
        job->status = RUNTIME_NOT_TAKEN;
}

/* ---- layouts ----------------------------------------------------------------------------------------------------- */

static int bytes_of(int dtype)
{
    static const uint8_t bytes[XP_N_DTYPES] = {
        [XP_BOOL] = 1,   [XP_INT8] = 1,   [XP_INT16] = 2,   [XP_INT32] = 4,   [XP_INT64] = 8,     [XP_UINT8] = 1,
        [XP_UINT16] = 2, [XP_UINT32] = 4, [XP_UINT64] = 8,  [XP_FLOAT32] = 4, [XP_FLOAT64] = 8,   [XP_COMPLEX64] = 8,
        [XP_COMPLEX128] = 16};
    return dtype > 0 && dtype < XP_N_DTYPES ? bytes[dtype] : 0;
}

static char *start_of(const runtime_view *view)
{
    return (char *)view->memory + view->offset;
}

static bool is_one_line(const runtime_view *view, int axis)
{
    for (int d = 0; d < view->ndim; d++)
        if (d != axis && view->shape[d] != 1)
            return false;
    return view->shape[axis] > 0;
}

/* A line whose elements lie one behind the other, aligned to their size. */
static bool is_contiguous(const runtime_view *view, int axis)
{
    int bytes = bytes_of(view->dtype);
    return (view->strides[axis] == bytes || view->shape[axis] == 1) && (uintptr_t)start_of(view) % (unsigned)bytes == 0;
}

/* ---- the functions ----------------------------------------------------------------------------------------------- */

runtime_status cuda_scan(void *queue, int reduction, const runtime_view *x, int axis, const runtime_view *out)
{
    bool is_wide_integer = x->dtype >= XP_INT8 && x->dtype <= XP_UINT64 && bytes_of(x->dtype) >= 4;
    if (!is_wide_integer || x->dtype != out->dtype || !is_one_line(x, axis) || !is_contiguous(x, axis) ||
        !is_contiguous(out, axis) || (reduction != XP_REDUCE_SUM && reduction != XP_REDUCE_PROD))
        return RUNTIME_NOT_TAKEN;
    int bytes = bytes_of(x->dtype);
    bool is_product = reduction == XP_REDUCE_PROD;
    const int64_t n = x->shape[axis];
    const void *from = start_of(x);
    size_t work_bytes = 0;
    cuda_job job;
    start(&job, queue);
    cudaStream_t stream = job.queue ? job.queue->stream : NULL;
    if (cuda_job_goes_on(&job))
        check(&job, module->scan(NULL, &work_bytes, bytes, is_product, from, start_of(out), n, stream),
              "scan");
    void *work = cuda_job_scratch(&job, 1, work_bytes);
    if (cuda_job_goes_on(&job))
        check(&job, module->scan(work, &work_bytes, bytes, is_product, from, start_of(out), n, stream),
              "scan");
    return cuda_job_end(&job);
}

runtime_status cuda_sort(void *queue, const runtime_view *x, int axis, bool descending, bool stable,
                         const runtime_view *values, const runtime_view *positions)
{
    (void)stable; /* it always is */
    if (x->dtype < XP_BOOL || x->dtype > XP_FLOAT64 || !is_one_line(x, axis) || x->shape[axis] > INT32_MAX ||
        (!values && !positions))
        return RUNTIME_NOT_TAKEN;
    const cuda_cub_sort what = {.bytes = bytes_of(x->dtype),
                                .order = x->dtype >= XP_FLOAT32                            ? CUDA_CUB_FLOAT
                                         : x->dtype >= XP_INT8 && x->dtype <= XP_INT64 ? CUDA_CUB_SIGNED
                                                                                           : CUDA_CUB_UNSIGNED,
                                .descending = descending,
                                .n = x->shape[axis],
                                .x = start_of(x),
                                .values = values ? start_of(values) : NULL,
                                .positions = positions ? start_of(positions) : NULL,
                                .x_step = x->strides[axis],
                                .values_step = values ? values->strides[axis] : 0,
                                .positions_step = positions ? positions->strides[axis] : 0};
    size_t work_bytes = 0;
    cuda_job job;
    start(&job, queue);
    if (cuda_job_goes_on(&job))
        check(&job, module->sort(NULL, &work_bytes, &what, job.queue->stream), "sort");
    void *work = cuda_job_scratch(&job, 1, work_bytes);
    if (cuda_job_goes_on(&job))
        check(&job, module->sort(work, &work_bytes, &what, job.queue->stream), "sort");
    return cuda_job_end(&job);
}

runtime_status cuda_compress(void *queue, const runtime_view *x, const runtime_view *mask, const runtime_view *out)
{
    int bytes = bytes_of(x->dtype);
    if (!bytes || !x->shape[0] || !out->shape[0])
        return out->shape[0] ? RUNTIME_NOT_TAKEN : RUNTIME_OK;
    if (!is_contiguous(x, 0) || !is_contiguous(mask, 0) || !is_contiguous(out, 0))
        return RUNTIME_NOT_TAKEN;
    size_t work_bytes = 0;
    cuda_job job;
    start(&job, queue);
    cudaStream_t stream = job.queue ? job.queue->stream : NULL;
    const void *from = start_of(x), *where = start_of(mask);
    if (cuda_job_goes_on(&job))
        check(&job, module->compress(NULL, &work_bytes, bytes, from, where, start_of(out), x->shape[0], stream),
              "compress");
    void *work = cuda_job_scratch(&job, 1, work_bytes);
    if (cuda_job_goes_on(&job))
        check(&job, module->compress(work, &work_bytes, bytes, from, where, start_of(out), x->shape[0], stream),
              "compress");
    return cuda_job_end(&job);
}
