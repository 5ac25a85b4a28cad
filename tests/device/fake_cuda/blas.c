/* A double of cuBLAS: the same products and factors by BLAS and LAPACK, once the stream has come so far.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cblas.h>
#include <cublas_v2.h>
#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/half.h"
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
    const cublasMath_t meant = CUBLAS_DEFAULT_MATH | CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION;
    return mode == meant ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
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

static float widened(cudaDataType type, const void *x, int64_t at)
{
    const unsigned short stored = ((const unsigned short *)x)[at];
    return type == CUDA_R_16F ? kernel_float_of_half(stored) : kernel_float_of_bfloat(stored);
}

/* Only as it is meant to be asked for: float16 or bfloat16 throughout, and float32 inside. */
cublasStatus_t cublasGemmStridedBatchedEx_64(
    cublasHandle_t handle, cublasOperation_t ta, cublasOperation_t tb, int64_t m, int64_t n, int64_t k,
    const void *alpha, const void *a, cudaDataType a_type, int64_t lda, long long a_step, const void *b,
    cudaDataType b_type, int64_t ldb, long long b_step, const void *beta, void *c, cudaDataType c_type, int64_t ldc,
    long long c_step, int64_t batch, cublasComputeType_t compute, cublasGemmAlgo_t algorithm)
{
    if (!is_lead(ta, m, k, lda) || !is_lead(tb, k, n, ldb) || ldc < m)
        return CUBLAS_STATUS_INVALID_VALUE;
    if (c_type != CUDA_R_16F && c_type != CUDA_R_16BF)
        return CUBLAS_STATUS_NOT_SUPPORTED;
    if (a_type != c_type || b_type != c_type || compute != CUBLAS_COMPUTE_32F || algorithm != CUBLAS_GEMM_DEFAULT)
        return CUBLAS_STATUS_NOT_SUPPORTED;
    if (*(const float *)alpha != 1.0f || *(const float *)beta != 0.0f)
        return CUBLAS_STATUS_NOT_SUPPORTED;
    fake_vendor_wait(handle->stream);
    for (int64_t i = 0; i < batch * n * m; i++) {
        const int64_t number = i / (n * m), column = i / m % n, row = i % m;
        float sum = 0.0f;
        for (int64_t l = 0; l < k; l++)
            sum += widened(a_type, a, number * a_step + (ta == CUBLAS_OP_N ? l * lda + row : row * lda + l)) *
                   widened(b_type, b, number * b_step + (tb == CUBLAS_OP_N ? column * ldb + l : l * ldb + column));
        ((unsigned short *)c)[number * c_step + column * ldc + row] =
            c_type == CUDA_R_16F ? kernel_half_of_float(sum) : kernel_bfloat_of_float(sum);
    }
    return CUBLAS_STATUS_SUCCESS;
}

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
