/* Singular values and vectors by cuSOLVER.
 *
 * gesvd wants at least as many rows as columns. A wide matrix in C order is, by columns, its transpose, which is tall;
 * and the factors of a^T = w s z^H are those of a = conj(z) s w^T: by columns w is, read in C order, w^T = vh, and z^H
 * is conj(z) = u. So a wide matrix costs no transposition at all, and a tall one is brought into the order of columns.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/matrices.h"

#define SMALL 32 /* gesvdjBatched takes no more */

/* Room for what is made, by columns: of the tall matrix (m x n) left vectors and conjugate transposed right ones. */
typedef struct room {
    int64_t m, n, left_columns, right_rows;
    char *matrices, *values, *left, *right;
    size_t value_bytes;
    int *infos;
    signed char jobs; /* 'N', 'S' or 'A' */
} room;

static void run_each(cuda_job *job, const cuda_matrices *a, const room *r)
{
    cuda_vendor_queue *vendor = job->queue->vendor;
    size_t device_bytes = 0, host_bytes = 0;
    if (!cuda_job_goes_on(job))
        return;
    cuda_job_solver(job,
                    cusolver.cusolverDnXgesvd_bufferSize(vendor->solver, vendor->params, r->jobs, r->jobs, r->m, r->n,
                                                         a->type, r->matrices, r->m, a->real_type, r->values, a->type,
                                                         r->left, r->m, a->type, r->right, r->right_rows, a->type,
                                                         &device_bytes, &host_bytes),
                    "gesvd");
    void *work = cuda_job_scratch(job, 1, device_bytes), *host = cuda_job_host(job, host_bytes);
    for (int64_t i = 0; i < a->batch && cuda_job_goes_on(job); i++) {
        char *matrix = r->matrices + (size_t)(i * r->m * r->n) * a->bytes;
        char *values = r->values + (size_t)(i * r->n) * r->value_bytes;
        char *left = r->left ? r->left + (size_t)(i * r->m * r->left_columns) * a->bytes : NULL;
        char *right = r->right ? r->right + (size_t)(i * r->right_rows * r->n) * a->bytes : NULL;
        cuda_job_solver(job,
                        cusolver.cusolverDnXgesvd(vendor->solver, vendor->params, r->jobs, r->jobs, r->m, r->n,
                                                  a->type, matrix, r->m, a->real_type, values, a->type, left, r->m,
                                                  a->type, right, r->right_rows, a->type, work, device_bytes, host,
                                                  host_bytes, r->infos + i),
                        "gesvd");
    }
}

/* In any case results[0] is u, [1] are the values and [2] is vh, or there are the values alone. */
static void decompose(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results)
{
    bool is_tall = a->rows > a->columns, has_vectors = n_results > 1;
    const cuda_matrices u = has_vectors ? cuda_matrices_of(&results[0]) : *a;
    const cuda_matrices vh = has_vectors ? cuda_matrices_of(&results[2]) : *a;
    room r = {.m = is_tall ? a->rows : a->columns, .n = is_tall ? a->columns : a->rows,
              .value_bytes = cuda_dtype_bytes(cuda_dtype_real(a->dtype))};
    r.matrices = is_tall ? cuda_by_columns(job, a) : cuda_by_rows(job, a);
    r.values = cuda_view_start(&results[has_vectors ? 1 : 0]);
    r.infos = cuda_job_scratch(job, a->batch, sizeof(int));
    r.left_columns = is_tall ? u.columns : vh.rows;
    r.right_rows = r.n;
    r.jobs = !has_vectors ? 'N' : r.left_columns == r.m ? 'A' : 'S';
    if (has_vectors && is_tall) {
        r.left = cuda_job_scratch(job, a->batch * r.m * r.left_columns, a->bytes);
        r.right = cuda_job_scratch(job, a->batch * r.right_rows * r.n, a->bytes);
    } else if (has_vectors) {
        r.left = cuda_view_start(&results[2]);
        r.right = cuda_view_start(&results[0]);
    }
    run_each(job, a, &r);
    if (has_vectors && is_tall) {
        cuda_columns_to_rows(job, a->dtype, r.left, a->batch, r.m * r.left_columns, r.m, u.rows, u.columns,
                             cuda_view_start(&results[0]));
        cuda_columns_to_rows(job, a->dtype, r.right, a->batch, r.right_rows * r.n, r.right_rows, vh.rows, vh.columns,
                             cuda_view_start(&results[2]));
    }
    cuda_check_infos(job, r.infos, a->batch, "svd", "does not converge");
}

/* ---- stacks of small ones ---------------------------------------------------------------------------------------- */

/* a = left s right^H, where both are square and lie by columns; values are real. */
static void run_together(cuda_job *job, const cuda_matrices *a, cusolverEigMode_t mode, gesvdjInfo_t params, char *s,
                         char *left, char *right, int *infos)
{
    cusolverDnHandle_t solver = job->queue->vendor->solver;
    int m = (int)a->rows, n = (int)a->columns, batch = (int)a->batch, lwork = 0;
    void *matrices = cuda_by_columns(job, a), *values = s, *l = left, *r = right;
    cusolverStatus_t status;
    if (!cuda_job_goes_on(job))
        return;
    CUDA_BY_DTYPE(status, a->dtype, cusolver, cusolverDn, gesvdjBatched_bufferSize, solver, mode, m, n, matrices, m,
                  values, l, m, r, n, &lwork, params, batch);
    cuda_job_solver(job, status, "gesvdjBatched");
    void *work = cuda_job_scratch(job, lwork, a->bytes);
    if (!cuda_job_goes_on(job))
        return;
    CUDA_BY_DTYPE(status, a->dtype, cusolver, cusolverDn, gesvdjBatched, solver, mode, m, n, matrices, m, values, l, m,
                  r, n, work, lwork, infos, params, batch);
    cuda_job_solver(job, status, "gesvdjBatched");
}

static void decompose_small(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results)
{
    bool has_vectors = n_results > 1;
    gesvdjInfo_t params = NULL;
    char *left = cuda_job_scratch(job, a->batch * a->rows * a->rows, a->bytes);
    char *right = cuda_job_scratch(job, a->batch * a->columns * a->columns, a->bytes);
    int *infos = cuda_job_scratch(job, a->batch, sizeof(int));
    if (cuda_job_goes_on(job))
        cuda_job_solver(job, cusolver.cusolverDnCreateGesvdjInfo(&params), "cusolverDnCreateGesvdjInfo");
    run_together(job, a, has_vectors ? CUSOLVER_EIG_MODE_VECTOR : CUSOLVER_EIG_MODE_NOVECTOR, params,
                 cuda_view_start(&results[has_vectors ? 1 : 0]), left, right, infos);
    if (has_vectors) {
        const cuda_matrices u = cuda_matrices_of(&results[0]), vh = cuda_matrices_of(&results[2]);
        const int64_t bytes = (int64_t)a->bytes, n = a->columns;
        cuda_columns_to_rows(job, a->dtype, left, a->batch, a->rows * a->rows, a->rows, u.rows, u.columns,
                             cuda_view_start(&results[0]));
        /* v by columns is v^T in C order, which wants no more than its conjugate */
        const cuda_layout rows = {3, {a->batch, vh.rows, n}, {n * n * bytes, n * bytes, bytes}};
        cuda_gather(job, right, &rows, a->bytes, cuda_view_start(&results[2]));
        cuda_conjugate(job, a->dtype, cuda_view_start(&results[2]), a->batch * vh.rows * n);
    }
    cuda_check_infos(job, infos, a->batch, "svd", "does not converge");
    if (params)
        cusolver.cusolverDnDestroyGesvdjInfo(params);
}

void cuda_svd(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results)
{
    if (a->batch > 1 && a->rows <= SMALL && a->columns <= SMALL)
        decompose_small(job, a, results, n_results);
    else
        decompose(job, a, results, n_results);
}
