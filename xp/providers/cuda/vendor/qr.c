/* QR factors by cuSOLVER.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/matrices.h"

/* Room for one matrix: a (m x n), then q (m x width), by columns. */
typedef struct room {
    int64_t m, n, k, width;
    char *matrix, *tau;
    int *info;
    void *work, *host;
    size_t device_bytes, host_bytes;
    int lwork; /* elements, of orgqr */
} room;

static room make_room(cuda_job *job, const cuda_matrices *a, int64_t width)
{
    cuda_vendor_queue *vendor = job->queue->vendor;
    room r = {.m = a->rows, .n = a->columns, .k = a->rows < a->columns ? a->rows : a->columns, .width = width};
    r.matrix = cuda_job_scratch(job, r.m * (r.n > width ? r.n : width), a->bytes);
    r.tau = cuda_job_scratch(job, r.k, a->bytes);
    r.info = cuda_job_scratch(job, 1, sizeof(int));
    if (!cuda_job_goes_on(job))
        return r;
    cuda_job_solver(job,
                    cusolver.cusolverDnXgeqrf_bufferSize(vendor->solver, vendor->params, r.m, r.n, a->type, r.matrix,
                                                         r.m, a->type, r.tau, a->type, &r.device_bytes, &r.host_bytes),
                    "geqrf");
    cusolverStatus_t status;
    void *matrix = r.matrix, *tau = r.tau;
    int m = (int)r.m, k = (int)r.k, w = (int)width;
    switch (a->dtype) {
    case XP_FLOAT32:
        status = cusolver.cusolverDnSorgqr_bufferSize(vendor->solver, m, w, k, matrix, m, tau, &r.lwork);
        break;
    case XP_FLOAT64:
        status = cusolver.cusolverDnDorgqr_bufferSize(vendor->solver, m, w, k, matrix, m, tau, &r.lwork);
        break;
    case XP_COMPLEX64:
        status = cusolver.cusolverDnCungqr_bufferSize(vendor->solver, m, w, k, matrix, m, tau, &r.lwork);
        break;
    default:
        status = cusolver.cusolverDnZungqr_bufferSize(vendor->solver, m, w, k, matrix, m, tau, &r.lwork);
        break;
    }
    cuda_job_solver(job, status, "orgqr");
    size_t q_bytes = (size_t)r.lwork * a->bytes;
    r.work = cuda_job_scratch(job, 1, q_bytes > r.device_bytes ? q_bytes : r.device_bytes);
    r.host = cuda_job_host(job, r.host_bytes);
    return r;
}

/* From the reflections below the diagonal to the first columns of q. */
static void make_q(cuda_job *job, int dtype, const room *r)
{
    cusolverDnHandle_t solver = job->queue->vendor->solver;
    cusolverStatus_t status;
    int m = (int)r->m, k = (int)r->k, width = (int)r->width;
    void *q = r->matrix, *tau = r->tau;
    switch (dtype) {
    case XP_FLOAT32:
        status = cusolver.cusolverDnSorgqr(solver, m, width, k, q, m, tau, r->work, r->lwork, r->info);
        break;
    case XP_FLOAT64:
        status = cusolver.cusolverDnDorgqr(solver, m, width, k, q, m, tau, r->work, r->lwork, r->info);
        break;
    case XP_COMPLEX64:
        status = cusolver.cusolverDnCungqr(solver, m, width, k, q, m, tau, r->work, r->lwork, r->info);
        break;
    default:
        status = cusolver.cusolverDnZungqr(solver, m, width, k, q, m, tau, r->work, r->lwork, r->info);
        break;
    }
    cuda_job_solver(job, status, "orgqr");
}

/* One after the other: cuSOLVER has no stacks of these. */
void cuda_qr(cuda_job *job, const cuda_matrices *a, const runtime_view *results)
{
    const cuda_matrices q = cuda_matrices_of(&results[0]), r = cuda_matrices_of(&results[1]);
    cuda_vendor_queue *vendor = job->queue->vendor;
    room one = make_room(job, a, q.columns);
    const char *all = cuda_by_columns(job, a);
    size_t size = (size_t)(a->rows * a->columns) * a->bytes;
    for (int64_t i = 0; i < a->batch && cuda_job_goes_on(job); i++) {
        char *q_out = cuda_view_start(&results[0]) + (size_t)(i * q.rows * q.columns) * a->bytes;
        char *r_out = cuda_view_start(&results[1]) + (size_t)(i * r.rows * r.columns) * a->bytes;
        cuda_job_check(job, cuda_check(cudart.cudaMemcpyAsync(one.matrix, all + (size_t)i * size, size,
                                                              cudaMemcpyDeviceToDevice, job->queue->stream),
                                       "cudaMemcpyAsync"));
        cuda_job_solver(job,
                        cusolver.cusolverDnXgeqrf(vendor->solver, vendor->params, one.m, one.n, a->type,
                                                  one.matrix, one.m, a->type, one.tau, a->type, one.work,
                                                  one.device_bytes, one.host, one.host_bytes, one.info),
                        "geqrf");
        cuda_columns_to_rows(job, a->dtype, one.matrix, 1, 0, one.m, r.rows, r.columns, r_out);
        if (cuda_job_goes_on(job))
            make_q(job, a->dtype, &one);
        cuda_columns_to_rows(job, a->dtype, one.matrix, 1, 0, one.m, q.rows, q.columns, q_out);
    }
    cuda_keep_triangle(job, a->dtype, cuda_view_start(&results[1]), a->batch, r.rows, r.columns, true);
    cuda_check_infos(job, one.info, 1, "qr", "has no QR factors"); /* waits: the host's workspace is in use till then */
}
