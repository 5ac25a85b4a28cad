/* Factorizations by cuSOLVER and cuBLAS: what is taken, and which family it goes to.
 *
 * These functions wait, unlike the rest: whether a matrix allows its factorization is known when it is done.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/matrices.h"

/* Stacks of QR factors up to this order are made by one launch of our kernel: cuSOLVER has no stacks of them, and
 * cuBLAS (geqrfBatched) no function that makes q of what it leaves. */
#define SMALL 64
#define FEW 8

static bool is_taken(int kind, const cuda_matrices *a)
{
    bool is_square = a->rows == a->columns;
    if (a->batch < 1 || a->rows < 1 || a->columns < 1 || a->batch > INT32_MAX || a->rows > INT32_MAX ||
        a->columns > INT32_MAX)
        return false;
    switch (kind) {
    case XP_FACTOR_QR:
        return a->batch <= FEW || a->rows > SMALL || a->columns > SMALL;
    case XP_FACTOR_SVD:
    case XP_FACTOR_SVDVALS:
        return true;
    case XP_FACTOR_EIG: /* of matrices without symmetry */
    case XP_FACTOR_EIGVALS:
        return false;
    default:
        return is_square;
    }
}

runtime_status cuda_factor(void *queue, int kind, const runtime_view *view, const runtime_view *results, int n_results)
{
    if (!cuda_dtype_bytes(view->dtype) || view->ndim < 2)
        return RUNTIME_NOT_TAKEN;
    const cuda_matrices a = cuda_matrices_of(view);
    if (!is_taken(kind, &a))
        return RUNTIME_NOT_TAKEN;
    cuda_job job;
    cuda_job_start(&job, queue, CUDA_NEEDS_BLAS | CUDA_NEEDS_SOLVER);
    if (!cuda_job_goes_on(&job))
        return cuda_job_end(&job);
    switch (kind) {
    case XP_FACTOR_CHOLESKY:
        cuda_cholesky(&job, &a, results);
        break;
    case XP_FACTOR_QR:
        cuda_qr(&job, &a, results);
        break;
    case XP_FACTOR_SVD:
    case XP_FACTOR_SVDVALS:
        cuda_svd(&job, &a, results, n_results);
        break;
    case XP_FACTOR_EIGH:
    case XP_FACTOR_EIGVALSH:
        cuda_eigh(&job, &a, results, n_results);
        break;
    case XP_FACTOR_INVERSE:
        cuda_inverse(&job, &a, results);
        break;
    default:
        cuda_determinant(&job, &a, results, n_results);
        break;
    }
    return cuda_job_end(&job);
}
