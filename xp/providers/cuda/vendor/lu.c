/* LU factors by cuSOLVER, by cuBLAS for stacks of small matrices: determinants, inverses, solutions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>

#include "providers/cuda/vendor/matrices.h"

#define SMALL 64 /* up to this order a stack goes in one call */

/* Factors by columns, in the place of the matrices. */
typedef struct factors {
    char *lu;
    void *pivots;    /* int64 of cuSOLVER, int of cuBLAS */
    int pivot_bytes;
    void *pointers;  /* to the matrices; of stacks that go in one call */
    int *infos;
    bool is_stack;
} factors;

static void factor_each(cuda_job *job, const cuda_matrices *a, factors *f)
{
    cuda_vendor_queue *vendor = job->queue->vendor;
    size_t device_bytes = 0, host_bytes = 0, step = (size_t)(a->rows * a->rows) * a->bytes;
    int64_t n = a->rows, *pivots = f->pivots;
    if (!cuda_job_goes_on(job))
        return;
    cuda_job_solver(job,
                    cusolver.cusolverDnXgetrf_bufferSize(vendor->solver, vendor->params, n, n, a->type, f->lu, n,
                                                         a->type, &device_bytes, &host_bytes),
                    "getrf");
    void *work = cuda_job_scratch(job, 1, device_bytes), *host = cuda_job_host(job, host_bytes);
    for (int64_t i = 0; i < a->batch && cuda_job_goes_on(job); i++)
        cuda_job_solver(job,
                        cusolver.cusolverDnXgetrf(vendor->solver, vendor->params, n, n, a->type,
                                                  f->lu + (size_t)i * step, n, pivots + i * n, a->type, work,
                                                  device_bytes, host, host_bytes, f->infos + i),
                        "getrf");
}

static void factor_together(cuda_job *job, const cuda_matrices *a, factors *f)
{
    int n = (int)a->rows, batch = (int)a->batch;
    cublasStatus_t status;
    f->pointers = cuda_job_scratch(job, a->batch, sizeof(void *));
    cuda_pointers(job, f->lu, (size_t)(a->rows * a->rows) * a->bytes, a->batch, f->pointers);
    if (!cuda_job_goes_on(job))
        return;
    CUDA_BY_DTYPE(status, a->dtype, cublas, cublas, getrfBatched, job->queue->vendor->blas, n, f->pointers, n,
                  f->pivots, f->infos, batch);
    cuda_job_blas(job, status, "getrfBatched");
}

/* `matrices` is overwritten. */
static factors factor(cuda_job *job, const cuda_matrices *a, char *matrices)
{
    bool is_stack = a->batch > 1 && a->rows <= SMALL;
    factors f = {.lu = matrices, .is_stack = is_stack, .pivot_bytes = is_stack ? sizeof(int) : sizeof(int64_t)};
    f.pivots = cuda_job_scratch(job, a->batch * a->rows, (size_t)f.pivot_bytes);
    f.infos = cuda_job_scratch(job, a->batch, sizeof(int));
    if (is_stack)
        factor_together(job, a, &f);
    else
        factor_each(job, a, &f);
    return f;
}

/* b (by columns, n x k for each matrix) is replaced by what solves a x = b. */
static void substitute(cuda_job *job, const cuda_matrices *a, const factors *f, char *b, int64_t k)
{
    cuda_vendor_queue *vendor = job->queue->vendor;
    size_t step = (size_t)(a->rows * a->rows) * a->bytes, b_step = (size_t)(a->rows * k) * a->bytes;
    int64_t n = a->rows;
    if (f->is_stack) {
        void *b_pointers = cuda_job_scratch(job, a->batch, sizeof(void *));
        int info = 0;
        cublasStatus_t status;
        cuda_pointers(job, b, b_step, a->batch, b_pointers);
        if (!cuda_job_goes_on(job))
            return;
        CUDA_BY_DTYPE(status, a->dtype, cublas, cublas, getrsBatched, vendor->blas, CUBLAS_OP_N, (int)n, (int)k,
                      f->pointers, (int)n, f->pivots, b_pointers, (int)n, &info, (int)a->batch);
        cuda_job_blas(job, status, "getrsBatched");
        return;
    }
    int *info = cuda_job_scratch(job, 1, sizeof(int));
    for (int64_t i = 0; i < a->batch && cuda_job_goes_on(job); i++)
        cuda_job_solver(job,
                        cusolver.cusolverDnXgetrs(vendor->solver, vendor->params, CUBLAS_OP_N, n, k, a->type,
                                                  f->lu + (size_t)i * step, n, (const int64_t *)f->pivots + i * n,
                                                  a->type, b + (size_t)i * b_step, n, info),
                        "getrs");
}

/* ---- singular ones ----------------------------------------------------------------------------------------------- */

static bool has_nan(const void *x, int64_t count, bool is_double)
{
    for (int64_t i = 0; i < count; i++)
        if (is_double ? isnan(((const double *)x)[i]) : isnan(((const float *)x)[i]))
            return true;
    return false;
}

/* A pivot of 0 is an error, but not in a matrix that has a NaN. That is looked for only where there is such a pivot. */
static void check_pivots(cuda_job *job, const cuda_matrices *a, const factors *f, const char *function)
{
    const int *infos = cuda_infos(job, f->infos, a->batch);
    const char *again = NULL;
    int64_t first = -1, size = a->rows * a->rows, reals = cuda_dtype_is_complex(a->dtype) ? 2 * size : size;
    for (int64_t i = 0; infos && i < a->batch && first < 0; i++) {
        if (infos[i] == 0)
            continue;
        if (!again)
            again = cuda_by_rows(job, a);
        void *matrix = malloc((size_t)size * a->bytes);
        if (!matrix)
            cuda_job_check(job, cuda_fail(RUNTIME_NO_MEMORY, "out of memory"));
        if (cuda_job_goes_on(job))
            cuda_job_check(job, cuda_stage_download(job->queue, matrix, again + (size_t)(i * size) * a->bytes,
                                                    (size_t)size * a->bytes));
        if (!cuda_job_goes_on(job) || !has_nan(matrix, reals, cuda_dtype_real(a->dtype) == XP_FLOAT64))
            first = i;
        free(matrix);
    }
    if (first >= 0)
        cuda_job_check(job, cuda_fail(RUNTIME_SINGULAR, "%s: matrix %lld is singular", function, (long long)first));
}

/* ---- the functions ----------------------------------------------------------------------------------------------- */

/* In C order they are the transposed matrices by columns: their determinants are the same. */
void cuda_determinant(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results)
{
    factors f = factor(job, a, cuda_by_rows(job, a));
    cuda_determinants(job, a->dtype, f.lu, a->batch, a->rows, f.pivots, f.pivot_bytes, cuda_view_start(&results[0]),
                      n_results > 1 ? cuda_view_start(&results[1]) : NULL);
}

/* The inverse of the transposed matrix by columns is the inverse in C order. */
void cuda_inverse(cuda_job *job, const cuda_matrices *a, const runtime_view *results)
{
    char *out = cuda_view_start(&results[0]);
    factors f = factor(job, a, cuda_by_rows(job, a));
    check_pivots(job, a, &f, "inv");
    if (f.is_stack) {
        int n = (int)a->rows, batch = (int)a->batch;
        void *pointers = cuda_job_scratch(job, a->batch, sizeof(void *));
        cublasStatus_t status;
        cuda_pointers(job, out, (size_t)(a->rows * a->rows) * a->bytes, a->batch, pointers);
        if (!cuda_job_goes_on(job))
            return;
        CUDA_BY_DTYPE(status, a->dtype, cublas, cublas, getriBatched, job->queue->vendor->blas, n, f.pointers, n,
                      f.pivots, pointers, n, f.infos, batch);
        cuda_job_blas(job, status, "getriBatched");
    } else {
        cuda_identity(job, a->dtype, out, a->batch, a->rows);
        substitute(job, a, &f, out, a->rows);
    }
}

runtime_status cuda_solve(void *queue, const runtime_view *a, const runtime_view *b, const runtime_view *out)
{
    if (!cuda_dtype_bytes(a->dtype) || b->dtype != a->dtype || out->dtype != a->dtype || a->ndim < 2 || b->ndim < 2)
        return RUNTIME_NOT_TAKEN;
    cuda_matrices left = cuda_matrices_of(a), right = cuda_matrices_of(b);
    if (!left.batch || !left.rows || !right.columns)
        return RUNTIME_OK;
    if (left.batch != right.batch || left.batch > INT32_MAX || left.rows > INT32_MAX || right.columns > INT32_MAX)
        return RUNTIME_NOT_TAKEN;
    cuda_job job;
    cuda_job_start(&job, queue, CUDA_NEEDS_BLAS | CUDA_NEEDS_SOLVER);
    factors f = factor(&job, &left, cuda_by_columns(&job, &left));
    char *columns = cuda_by_columns(&job, &right);
    check_pivots(&job, &left, &f, "solve");
    substitute(&job, &left, &f, columns, right.columns);
    cuda_columns_to_rows(&job, a->dtype, columns, right.batch, right.rows * right.columns, right.rows, right.rows,
                         right.columns, cuda_view_start(out));
    return cuda_job_end(&job);
}
