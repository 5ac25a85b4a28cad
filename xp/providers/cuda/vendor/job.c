/* Jobs for the vendor's libraries: handles of a queue, scratch memory, statuses.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/job.h"

#include <stdlib.h>

void cuda_job_check(cuda_job *job, runtime_status status)
{
    if (!job->status)
        job->status = status;
}

bool cuda_job_goes_on(const cuda_job *job)
{
    return job->status == RUNTIME_OK;
}

void cuda_job_blas(cuda_job *job, cublasStatus_t error, const char *what)
{
    if (error == CUBLAS_STATUS_SUCCESS || job->status)
        return;
    cudart.cudaGetLastError();
    job->status = cuda_fail(error == CUBLAS_STATUS_ALLOC_FAILED ? RUNTIME_NO_MEMORY : RUNTIME_FAILED, "%s: %s", what,
                            cublas.cublasGetStatusString(error));
}

void cuda_job_solver(cuda_job *job, cusolverStatus_t error, const char *what)
{
    if (error == CUSOLVER_STATUS_SUCCESS || job->status)
        return;
    cudart.cudaGetLastError();
    job->status = cuda_fail(error == CUSOLVER_STATUS_ALLOC_FAILED ? RUNTIME_NO_MEMORY : RUNTIME_FAILED,
                            "%s: cuSOLVER's status %d", what, (int)error);
}

/* ---- handles ----------------------------------------------------------------------------------------------------- */

static void need_library(cuda_job *job, cuda_library library)
{
    if (!job->status && !cuda_library_open(library))
        job->status = cuda_fail(RUNTIME_NOT_TAKEN, "%s", cuda_library_reason(library));
}

/* Products of float32 are made of float32: TF32 only comes where it is asked for, and here nobody does. Those of
 * float16 and bfloat16 are added up in float32 to the end. */
static void make_blas(cuda_job *job, cuda_vendor_queue *vendor)
{
    need_library(job, CUDA_CUBLAS);
    if (job->status || vendor->blas)
        return;
    cuda_job_blas(job, cublas.cublasCreate(&vendor->blas), "cublasCreate");
    if (job->status)
        return;
    cuda_job_blas(job, cublas.cublasSetStream(vendor->blas, job->queue->stream), "cublasSetStream");
    cublasMath_t mode = CUBLAS_DEFAULT_MATH | CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION;
    cuda_job_blas(job, cublas.cublasSetMathMode(vendor->blas, mode), "cublasSetMathMode");
}

static void make_solver(cuda_job *job, cuda_vendor_queue *vendor)
{
    need_library(job, CUDA_CUSOLVER);
    if (job->status || vendor->params)
        return;
    if (!vendor->solver)
        cuda_job_solver(job, cusolver.cusolverDnCreate(&vendor->solver), "cusolverDnCreate");
    if (!job->status)
        cuda_job_solver(job, cusolver.cusolverDnSetStream(vendor->solver, job->queue->stream), "cusolverDnSetStream");
    if (!job->status)
        cuda_job_solver(job, cusolver.cusolverDnCreateParams(&vendor->params), "cusolverDnCreateParams");
}

void cuda_job_start(cuda_job *job, void *handle, int needs)
{
    cuda_queue *queue = handle;
    *job = (cuda_job){.queue = queue};
    pthread_mutex_lock(&queue->vendor_lock);
    job->status = cuda_enter_device(queue->device);
    if (job->status) {
        job->queue = NULL;
        pthread_mutex_unlock(&queue->vendor_lock);
        return;
    }
    if (!queue->vendor && !(queue->vendor = calloc(1, sizeof *queue->vendor))) {
        job->status = cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
        return;
    }
    if (needs & CUDA_NEEDS_BLAS)
        make_blas(job, queue->vendor);
    if (needs & CUDA_NEEDS_SOLVER)
        make_solver(job, queue->vendor);
    if (needs & CUDA_NEEDS_FOURIER)
        need_library(job, CUDA_CUFFT);
}

runtime_status cuda_job_end(cuda_job *job)
{
    if (!job->queue)
        return job->status;
    for (int i = 0; i < job->n_scratch; i++)
        cuda_scratch_free(job->queue, job->scratch[i]);
    if (job->workspace)
        cuda_check(cudart.cudaStreamSynchronize(job->queue->stream), "cudaStreamSynchronize");
    free(job->workspace);
    free(job->infos);
    cuda_leave();
    pthread_mutex_unlock(&job->queue->vendor_lock);
    return job->status;
}

void cuda_vendor_close(cuda_queue *queue)
{
    cuda_vendor_queue *vendor = queue->vendor;
    if (!vendor)
        return;
    if (vendor->params)
        cusolver.cusolverDnDestroyParams(vendor->params);
    if (vendor->solver)
        cusolver.cusolverDnDestroy(vendor->solver);
    if (vendor->blas)
        cublas.cublasDestroy(vendor->blas);
    cuda_plans_free(vendor->plans);
    free(vendor);
    queue->vendor = NULL;
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

void *cuda_job_scratch(cuda_job *job, int64_t count, size_t bytes)
{
    void *memory = NULL;
    if (job->status)
        return NULL;
    if (job->n_scratch == CUDA_JOB_MEMORY || (bytes && (uint64_t)count > SIZE_MAX / 2 / bytes)) {
        job->status = cuda_fail(RUNTIME_NO_MEMORY, "scratch memory of %lld times %zu bytes", (long long)count, bytes);
        return NULL;
    }
    job->status = cuda_scratch(job->queue, (size_t)count * bytes, &memory);
    if (memory)
        job->scratch[job->n_scratch++] = memory;
    return memory;
}

void *cuda_job_host(cuda_job *job, size_t bytes)
{
    if (job->status || !bytes)
        return NULL;
    job->workspace = malloc(bytes);
    if (!job->workspace)
        job->status = cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
    return job->workspace;
}

/* ---- dtypes ------------------------------------------------------------------------------------------------------ */

size_t cuda_dtype_bytes(int dtype)
{
    static const uint8_t bytes[] = {[XP_FLOAT32] = 4, [XP_FLOAT64] = 8, [XP_COMPLEX64] = 8, [XP_COMPLEX128] = 16};
    return dtype >= XP_FLOAT32 && dtype <= XP_COMPLEX128 ? bytes[dtype] : 0;
}

bool cuda_dtype_is_complex(int dtype)
{
    return dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
}

int cuda_dtype_real(int dtype)
{
    return dtype == XP_COMPLEX64 ? XP_FLOAT32 : dtype == XP_COMPLEX128 ? XP_FLOAT64 : dtype;
}

cudaDataType cuda_dtype_type(int dtype)
{
    return dtype == XP_FLOAT32     ? CUDA_R_32F
           : dtype == XP_FLOAT64   ? CUDA_R_64F
           : dtype == XP_COMPLEX64 ? CUDA_C_32F
                                   : CUDA_C_64F;
}
