/* Cholesky factors by cuSOLVER.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/matrices.h"

#define SMALL 128 /* up to this order a stack goes in one call */

/* Read by columns, the lower triangle of a in C order is the upper one of conj(a) = U^H U; and U by columns is, in C
 * order, L = U^T of a = L L^H. So the work is done where the result lies, and nothing is transposed. */
static void factor_each(cuda_job *job, const cuda_matrices *a, char *out, int *infos)
{
    cuda_vendor_queue *vendor = job->queue->vendor;
    size_t device_bytes = 0, host_bytes = 0, step = (size_t)(a->rows * a->rows) * a->bytes;
    if (!cuda_job_goes_on(job))
        return;
    cuda_job_solver(job,
                    cusolver.cusolverDnXpotrf_bufferSize(vendor->solver, vendor->params, CUBLAS_FILL_MODE_UPPER,
                                                         a->rows, a->type, out, a->rows, a->type, &device_bytes,
                                                         &host_bytes),
                    "potrf");
    void *work = cuda_job_scratch(job, 1, device_bytes), *host = cuda_job_host(job, host_bytes);
    for (int64_t i = 0; i < a->batch && cuda_job_goes_on(job); i++)
        cuda_job_solver(job,
                        cusolver.cusolverDnXpotrf(vendor->solver, vendor->params, CUBLAS_FILL_MODE_UPPER, a->rows,
                                                  a->type, out + (size_t)i * step, a->rows, a->type, work,
                                                  device_bytes, host, host_bytes, infos + i),
                        "potrf");
}

static void factor_together(cuda_job *job, const cuda_matrices *a, char *out, int *infos)
{
    int n = (int)a->rows, batch = (int)a->batch;
    void *pointers = cuda_job_scratch(job, a->batch, sizeof(void *));
    cusolverStatus_t status;
    cuda_pointers(job, out, (size_t)(a->rows * a->rows) * a->bytes, a->batch, pointers);
    if (!cuda_job_goes_on(job))
        return;
    CUDA_BY_DTYPE(status, a->dtype, cusolver, cusolverDn, potrfBatched, job->queue->vendor->solver,
                  CUBLAS_FILL_MODE_UPPER, n, pointers, n, infos, batch);
    cuda_job_solver(job, status, "potrfBatched");
}

void cuda_cholesky(cuda_job *job, const cuda_matrices *a, const runtime_view *results)
{
    char *out = cuda_view_start(&results[0]);
    int *infos = cuda_job_scratch(job, a->batch, sizeof(int));
    cuda_rows_into(job, a, out);
    if (a->batch > 1 && a->rows <= SMALL)
        factor_together(job, a, out, infos);
    else
        factor_each(job, a, out, infos);
    cuda_keep_triangle(job, a->dtype, out, a->batch, a->rows, a->rows, false);
    cuda_check_infos(job, infos, a->batch, "cholesky", "is not positive definite");
}
