/* A double of cuBLAS: the same products and factors by BLAS and LAPACK, once the stream has come so far.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cblas.h>
#include <cublas_v2.h>
#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

#include "vendor.h"

struct cublasContext {
    cudaStream_t stream;
};

cublasStatus_t cublasCreate(cublasHandle_t *handle)
{
    *handle = calloc(1, sizeof **handle);
    LAPACKE_set_nancheck(0);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle)
{
    free(handle);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream)
{
    handle->stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode)
{
    (void)handle;
    return mode == CUBLAS_DEFAULT_MATH ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasGetProperty(libraryPropertyType type, int *value)
{
    *value = type == MAJOR_VERSION ? 13 : 0;
    return CUBLAS_STATUS_SUCCESS;
}

const char *cublasGetStatusString(cublasStatus_t status)
{
    return status == CUBLAS_STATUS_INVALID_VALUE ? "CUBLAS_STATUS_INVALID_VALUE" : "CUBLAS_STATUS";
}

static bool is_lead(cublasOperation_t operation, int64_t rows, int64_t columns, int64_t lead)
{
    return lead >= (operation == CUBLAS_OP_N ? rows : columns) && lead >= 1;
}

#define GEMM(letter, type, scalar, name, factor)                                                                       \
    cublasStatus_t cublas##letter##gemmStridedBatched_64(                                                              \
        cublasHandle_t handle, cublasOperation_t ta, cublasOperation_t tb, int64_t m, int64_t n, int64_t k,            \
        const type *alpha, const type *a, int64_t lda, long long a_step, const type *b, int64_t ldb, long long b_step, \
        const type *beta, type *c, int64_t ldc, long long c_step, int64_t batch)                                       \
    {                                                                                                                  \
        if (!is_lead(ta, m, k, lda) || !is_lead(tb, k, n, ldb) || ldc < m)                                             \
            return CUBLAS_STATUS_INVALID_VALUE;                                                                        \
        fake_vendor_wait(handle->stream);                                                                              \
        for (int64_t i = 0; i < batch; i++)                                                                            \
            name(CblasColMajor, ta == CUBLAS_OP_N ? CblasNoTrans : CblasTrans,                                         \
                 tb == CUBLAS_OP_N ? CblasNoTrans : CblasTrans, (int)m, (int)n, (int)k, factor alpha,                  \
                 (const scalar *)(a + i * a_step), (int)lda, (const scalar *)(b + i * b_step), (int)ldb, factor beta,  \
                 (scalar *)(c + i * c_step), (int)ldc);                                                                \
        return CUBLAS_STATUS_SUCCESS;                                                                                  \
    }
GEMM(S, float, float, cblas_sgemm, *)
GEMM(D, double, double, cblas_dgemm, *)
GEMM(C, cuComplex, float, cblas_cgemm, )
GEMM(Z, cuDoubleComplex, double, cblas_zgemm, )

#define FACTORS(letter, type, small, lapack_type)                                                                      \
    cublasStatus_t cublas##letter##getrfBatched(cublasHandle_t handle, int n, type *const a[], int lda, int *pivots,   \
                                                int *infos, int batch)                                                 \
    {                                                                                                                  \
        fake_vendor_wait(handle->stream);                                                                              \
        for (int i = 0; i < batch; i++)                                                                                \
            infos[i] = LAPACKE_##small##getrf(LAPACK_COL_MAJOR, n, n, (lapack_type *)a[i], lda, pivots + i * n);       \
        return CUBLAS_STATUS_SUCCESS;                                                                                  \
    }                                                                                                                  \
    cublasStatus_t cublas##letter##getriBatched(cublasHandle_t handle, int n, const type *const a[], int lda,          \
                                                const int *pivots, type *const c[], int ldc, int *infos, int batch)    \
    {                                                                                                                  \
        fake_vendor_wait(handle->stream);                                                                              \
        for (int i = 0; i < batch; i++) {                                                                              \
            memcpy(c[i], a[i], sizeof(type) * (size_t)n * (size_t)(lda == ldc ? n : 0));                               \
            infos[i] = LAPACKE_##small##getri(LAPACK_COL_MAJOR, n, (lapack_type *)c[i], ldc, pivots + i * n);          \
        }                                                                                                              \
        return CUBLAS_STATUS_SUCCESS;                                                                                  \
    }                                                                                                                  \
    cublasStatus_t cublas##letter##getrsBatched(cublasHandle_t handle, cublasOperation_t operation, int n, int k,      \
                                                const type *const a[], int lda, const int *pivots, type *const b[],    \
                                                int ldb, int *info, int batch)                                         \
    {                                                                                                                  \
        fake_vendor_wait(handle->stream);                                                                              \
        *info = operation == CUBLAS_OP_N ? 0 : -1;                                                                     \
        for (int i = 0; i < batch; i++)                                                                                \
            LAPACKE_##small##getrs(LAPACK_COL_MAJOR, 'N', n, k, (const lapack_type *)a[i], lda, pivots + i * n,        \
                                   (lapack_type *)b[i], ldb);                                                          \
        return *info ? CUBLAS_STATUS_INVALID_VALUE : CUBLAS_STATUS_SUCCESS;                                            \
    }
FACTORS(S, float, s, float)
FACTORS(D, double, d, double)
FACTORS(C, cuComplex, c, lapack_complex_float)
FACTORS(Z, cuDoubleComplex, z, lapack_complex_double)
