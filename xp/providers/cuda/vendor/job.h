/* What the vendor functions share: a call in progress, its scratch memory, and small kernels of our own.
 *
 * A job keeps the first failure; from then on its functions do nothing. So the steps of a factorization stand one below
 * the other, and what went wrong is asked for once, at the end.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CUDA_VENDOR_JOB_H
#define CUDA_VENDOR_JOB_H

#include "driver.h"
#include "providers/cuda/plugin.h"

#define CUDA_JOB_MEMORY 16

typedef struct cuda_job {
    cuda_queue *queue;
    runtime_status status;
    void *scratch[CUDA_JOB_MEMORY]; /* on the device, until the job ends */
    int n_scratch;
    void *workspace;                /* of the host: work that is enqueued may use it */
    int *infos;                     /* on the host */
} cuda_job;

typedef struct cuda_plans cuda_plans; /* vendor/plans.c */

struct cuda_vendor_queue {
    cublasHandle_t blas;
    cusolverDnHandle_t solver;
    cusolverDnParams_t params;
    cuda_plans *plans;
};

/* Locks the queue for the vendor's libraries and makes its device current. Those of the handles that `needs` names are
 * there afterwards; RUNTIME_NOT_TAKEN if a library is not. In any case cuda_job_end is to be called, which returns the
 * job's status. */
enum { CUDA_NEEDS_BLAS = 1, CUDA_NEEDS_SOLVER = 2, CUDA_NEEDS_FOURIER = 4 };
void cuda_job_start(cuda_job *job, void *queue, int needs);
runtime_status cuda_job_end(cuda_job *job);

void *cuda_job_scratch(cuda_job *job, int64_t count, size_t bytes);
void *cuda_job_host(cuda_job *job, size_t bytes); /* once in a job; NULL for no bytes */
void cuda_job_check(cuda_job *job, runtime_status status);
void cuda_job_blas(cuda_job *job, cublasStatus_t status, const char *what);
void cuda_job_solver(cuda_job *job, cusolverStatus_t status, const char *what);
bool cuda_job_goes_on(const cuda_job *job);

/* -- dtypes -------------------------------------------------------------------------------------------------------- */

size_t cuda_dtype_bytes(int dtype);           /* of the four floating ones; 0 for all others */
bool cuda_dtype_is_complex(int dtype);
int cuda_dtype_real(int dtype);               /* float32 of complex64 */
cudaDataType cuda_dtype_type(int dtype);      /* CUDA_C_32F of complex64 */

/* `result` = the function of a library for a dtype, whose name has one of four letters in it. */
#define CUDA_BY_DTYPE(result, dtype, library, prefix, suffix, ...)                                                     \
    switch (dtype) {                                                                                                   \
    case XP_FLOAT32:                                                                                                   \
        result = library.prefix##S##suffix(__VA_ARGS__);                                                               \
        break;                                                                                                         \
    case XP_FLOAT64:                                                                                                   \
        result = library.prefix##D##suffix(__VA_ARGS__);                                                               \
        break;                                                                                                         \
    case XP_COMPLEX64:                                                                                                 \
        result = library.prefix##C##suffix(__VA_ARGS__);                                                               \
        break;                                                                                                         \
    default:                                                                                                           \
        result = library.prefix##Z##suffix(__VA_ARGS__);                                                               \
        break;                                                                                                         \
    }

/* -- small kernels: vendor/helpers.c ------------------------------------------------------------------------------- */

typedef struct cuda_layout { /* by value to a kernel: the same struct stands in its text */
    int ndim;
    long long shape[XP_MAX_NDIM], strides[XP_MAX_NDIM]; /* strides in bytes */
} cuda_layout;

cuda_layout cuda_layout_of(const runtime_view *view);
int64_t cuda_layout_count(const cuda_layout *layout);
bool cuda_layout_is_contiguous(const cuda_layout *layout, size_t bytes);

/* out (contiguous) = the elements at a layout, in C order. */
void cuda_gather(cuda_job *job, const void *x, const cuda_layout *layout, size_t bytes, void *out);
void cuda_scale(cuda_job *job, int dtype, void *x, int64_t count, double factor);
/* Zeroes what is above (or below) the diagonal of matrices in C order. */
void cuda_keep_triangle(cuda_job *job, int dtype, void *x, int64_t batch, int64_t rows, int64_t columns, bool upper);
void cuda_identity(cuda_job *job, int dtype, void *x, int64_t batch, int64_t n);
void cuda_conjugate(cuda_job *job, int dtype, void *x, int64_t count); /* nothing for real dtypes */
/* Takes the first of each line of complex numbers, and the last one if `last_too`, as real. */
void cuda_real_ends(cuda_job *job, int dtype, void *x, int64_t lines, int64_t length, bool last_too);
/* out[i] = start + i * step: the array of matrices that batched functions want. */
void cuda_pointers(cuda_job *job, void *start, size_t step, int64_t count, void *out);
/* From the LU factors (n x n, the diagonal counts), with pivots of 4 or 8 bytes: the determinants, or with `logarithms`
 * their signs and the logarithms of their absolute values. */
void cuda_determinants(cuda_job *job, int dtype, const void *lu, int64_t batch, int64_t n, const void *pivots,
                       int pivot_bytes, void *results, void *logarithms);

/* -- the functions of the table ------------------------------------------------------------------------------------ */

runtime_status cuda_matmul(void *queue, const runtime_view *a, const runtime_view *b, const runtime_view *out);
runtime_status cuda_factor(void *queue, int kind, const runtime_view *a, const runtime_view *results, int n_results);
runtime_status cuda_solve(void *queue, const runtime_view *a, const runtime_view *b, const runtime_view *out);
runtime_status cuda_fourier(void *queue, int kind, const runtime_view *x, const int *axes, int n_axes, double factor,
                            const runtime_view *out);
runtime_status cuda_scan(void *queue, int reduction, const runtime_view *x, int axis, const runtime_view *out);
runtime_status cuda_sort(void *queue, const runtime_view *x, int axis, bool descending, bool stable,
                         const runtime_view *values, const runtime_view *positions);
runtime_status cuda_compress(void *queue, const runtime_view *x, const runtime_view *mask, const runtime_view *out);
const char *cuda_cub_reason(void); /* why CUB's algorithms are not there; NULL if they are */
void cuda_plans_free(cuda_plans *plans);

#endif
