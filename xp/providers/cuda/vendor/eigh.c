/* Eigenvalues and eigenvectors of symmetric and Hermitian matrices by cuSOLVER.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/matrices.h"

/* By columns, in the place of the matrices: the vectors, if they are wanted. */
typedef struct room {
    cusolverEigMode_t mode;
    char *matrices, *values;
    size_t value_bytes;
    int *infos;
} room;

static void run_each(cuda_job *job, const cuda_matrices *a, const room *r)
{
    cuda_vendor_queue *vendor = job->queue->vendor;
    size_t device_bytes = 0, host_bytes = 0;
    int64_t n = a->rows;
    cuda_job_solver(job,
                    cusolver.cusolverDnXsyevd_bufferSize(vendor->solver, vendor->params, r->mode,
                                                         CUBLAS_FILL_MODE_LOWER, n, a->type, r->matrices, n,
                                                         a->real_type, r->values, a->type, &device_bytes, &host_bytes),
                    "syevd");
    void *work = cuda_job_scratch(job, 1, device_bytes), *host = cuda_job_host(job, host_bytes);
    for (int64_t i = 0; i < a->batch && cuda_job_goes_on(job); i++)
        cuda_job_solver(job,
                        cusolver.cusolverDnXsyevd(vendor->solver, vendor->params, r->mode, CUBLAS_FILL_MODE_LOWER, n,
                                                  a->type, r->matrices + (size_t)(i * n * n) * a->bytes, n,
                                                  a->real_type, r->values + (size_t)(i * n) * r->value_bytes, a->type,
                                                  work, device_bytes, host, host_bytes, r->infos + i),
                        "syevd");
}

static void run_together(cuda_job *job, const cuda_matrices *a, const room *r)
{
    cuda_vendor_queue *vendor = job->queue->vendor;
    size_t device_bytes = 0, host_bytes = 0;
    int64_t n = a->rows;
    cuda_job_solver(job,
                    cusolver.cusolverDnXsyevBatched_bufferSize(vendor->solver, vendor->params, r->mode,
                                                               CUBLAS_FILL_MODE_LOWER, n, a->type, r->matrices, n,
                                                               a->real_type, r->values, a->type, &device_bytes,
                                                               &host_bytes, a->batch),
                    "syevBatched");
    void *work = cuda_job_scratch(job, 1, device_bytes), *host = cuda_job_host(job, host_bytes);
    if (cuda_job_goes_on(job))
        cuda_job_solver(job,
                        cusolver.cusolverDnXsyevBatched(vendor->solver, vendor->params, r->mode,
                                                        CUBLAS_FILL_MODE_LOWER, n, a->type, r->matrices, n,
                                                        a->real_type, r->values, a->type, work, device_bytes, host,
                                                        host_bytes, r->infos, a->batch),
                        "syevBatched");
}

void cuda_eigh(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results)
{
    room r = {.mode = n_results > 1 ? CUSOLVER_EIG_MODE_VECTOR : CUSOLVER_EIG_MODE_NOVECTOR,
              .value_bytes = cuda_dtype_bytes(cuda_dtype_real(a->dtype))};
    r.matrices = cuda_by_columns(job, a);
    r.values = cuda_view_start(&results[0]);
    r.infos = cuda_job_scratch(job, a->batch, sizeof(int));
    if (cuda_job_goes_on(job)) {
        if (a->batch > 1)
            run_together(job, a, &r);
        else
            run_each(job, a, &r);
    }
    if (n_results > 1)
        cuda_columns_to_rows(job, a->dtype, r.matrices, a->batch, a->rows * a->rows, a->rows, a->rows, a->rows,
                             cuda_view_start(&results[1]));
    cuda_check_infos(job, r.infos, a->batch, "eigh", "does not converge");
}
