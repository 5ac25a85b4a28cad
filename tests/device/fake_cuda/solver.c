/* A double of cuSOLVER: the same factors by LAPACK, with its rules where they are stricter.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cusolverDn.h>
#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

#include "vendor.h"

struct cusolverDnContext {
    cudaStream_t stream;
};

enum { DEVICE_BYTES = 160, HOST_BYTES = 48, WORK = 7 }; /* asked for, and checked to be given */

#define FINE CUSOLVER_STATUS_SUCCESS
#define BAD CUSOLVER_STATUS_INVALID_VALUE

cusolverStatus_t cusolverDnCreate(cusolverDnHandle_t *handle)
{
    *handle = calloc(1, sizeof **handle);
    LAPACKE_set_nancheck(0);
    return FINE;
}

cusolverStatus_t cusolverDnDestroy(cusolverDnHandle_t handle)
{
    free(handle);
    return FINE;
}

cusolverStatus_t cusolverDnSetStream(cusolverDnHandle_t handle, cudaStream_t stream)
{
    handle->stream = stream;
    return FINE;
}

cusolverStatus_t cusolverDnCreateParams(cusolverDnParams_t *params)
{
    *params = malloc(1);
    return FINE;
}

cusolverStatus_t cusolverDnDestroyParams(cusolverDnParams_t params)
{
    free(params);
    return FINE;
}

cusolverStatus_t cusolverDnCreateGesvdjInfo(gesvdjInfo_t *info)
{
    *info = malloc(1);
    return FINE;
}

cusolverStatus_t cusolverDnDestroyGesvdjInfo(gesvdjInfo_t info)
{
    free(info);
    return FINE;
}

cusolverStatus_t cusolverGetProperty(libraryPropertyType type, int *value)
{
    *value = type == MAJOR_VERSION ? 12 : 0;
    return FINE;
}

static cusolverStatus_t ask(size_t *device_bytes, size_t *host_bytes)
{
    *device_bytes = DEVICE_BYTES;
    *host_bytes = HOST_BYTES;
    return FINE;
}

/* Checks the workspaces by writing to them, and lets the stream come so far. */
static bool is_given(cusolverDnHandle_t handle, void *device, size_t device_bytes, void *host, size_t host_bytes)
{
    fake_vendor_wait(handle->stream);
    if (device_bytes != DEVICE_BYTES || host_bytes != HOST_BYTES)
        return false;
    memset(device, 0x77, DEVICE_BYTES);
    memset(host, 0x77, HOST_BYTES);
    return true;
}

#define BY_TYPE(result, type, real, complex, ...)                                                                      \
    switch (type) {                                                                                                    \
    case CUDA_R_32F:                                                                                                   \
        result = LAPACKE_s##real(LAPACK_COL_MAJOR, __VA_ARGS__);                                                       \
        break;                                                                                                         \
    case CUDA_R_64F:                                                                                                   \
        result = LAPACKE_d##real(LAPACK_COL_MAJOR, __VA_ARGS__);                                                       \
        break;                                                                                                         \
    case CUDA_C_32F:                                                                                                   \
        result = LAPACKE_c##complex(LAPACK_COL_MAJOR, __VA_ARGS__);                                                    \
        break;                                                                                                         \
    default:                                                                                                           \
        result = LAPACKE_z##complex(LAPACK_COL_MAJOR, __VA_ARGS__);                                                    \
        break;                                                                                                         \
    }

static char triangle(cublasFillMode_t mode)
{
    return mode == CUBLAS_FILL_MODE_UPPER ? 'U' : 'L';
}

static size_t element(cudaDataType type)
{
    return type == CUDA_R_32F ? 4 : type == CUDA_C_64F ? 16 : 8;
}

static bool fits(cudaDataType real, cudaDataType type)
{
    return real == (type == CUDA_R_32F || type == CUDA_C_32F ? CUDA_R_32F : CUDA_R_64F);
}

/* ---- Cholesky ---------------------------------------------------------------------------------------------------- */

cusolverStatus_t cusolverDnXpotrf_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                             cublasFillMode_t mode, int64_t n, cudaDataType type, const void *a,
                                             int64_t lda, cudaDataType compute, size_t *device, size_t *host)
{
    (void)handle, (void)params, (void)mode, (void)a;
    return lda >= n && compute == type ? ask(device, host) : BAD;
}

cusolverStatus_t cusolverDnXpotrf(cusolverDnHandle_t handle, cusolverDnParams_t params, cublasFillMode_t mode,
                                  int64_t n, cudaDataType type, void *a, int64_t lda, cudaDataType compute,
                                  void *device, size_t device_bytes, void *host, size_t host_bytes, int *info)
{
    (void)params, (void)compute;
    if (!is_given(handle, device, device_bytes, host, host_bytes))
        return BAD;
    BY_TYPE(*info, type, potrf, potrf, triangle(mode), (int)n, a, (int)lda);
    return FINE;
}

#define POTRF(letter, type, small)                                                                                     \
    cusolverStatus_t cusolverDn##letter##potrfBatched(cusolverDnHandle_t handle, cublasFillMode_t mode, int n,         \
                                                      type *a[], int lda, int *infos, int batch)                       \
    {                                                                                                                  \
        fake_vendor_wait(handle->stream);                                                                              \
        for (int i = 0; i < batch; i++)                                                                                \
            infos[i] = LAPACKE_##small##potrf(LAPACK_COL_MAJOR, triangle(mode), n, (void *)a[i], lda);                 \
        return FINE;                                                                                                   \
    }
POTRF(S, float, s)
POTRF(D, double, d)
POTRF(C, cuComplex, c)
POTRF(Z, cuDoubleComplex, z)

/* ---- LU ---------------------------------------------------------------------------------------------------------- */

cusolverStatus_t cusolverDnXgetrf_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params, int64_t m,
                                             int64_t n, cudaDataType type, const void *a, int64_t lda,
                                             cudaDataType compute, size_t *device, size_t *host)
{
    (void)handle, (void)params, (void)n, (void)a;
    return lda >= m && compute == type ? ask(device, host) : BAD;
}

cusolverStatus_t cusolverDnXgetrf(cusolverDnHandle_t handle, cusolverDnParams_t params, int64_t m, int64_t n,
                                  cudaDataType type, void *a, int64_t lda, int64_t *pivots, cudaDataType compute,
                                  void *device, size_t device_bytes, void *host, size_t host_bytes, int *info)
{
    (void)params, (void)compute;
    if (!is_given(handle, device, device_bytes, host, host_bytes))
        return BAD;
    int *narrow = malloc(sizeof *narrow * (size_t)n);
    BY_TYPE(*info, type, getrf, getrf, (int)m, (int)n, a, (int)lda, narrow);
    for (int64_t i = 0; i < n; i++)
        pivots[i] = narrow[i];
    free(narrow);
    return FINE;
}

cusolverStatus_t cusolverDnXgetrs(cusolverDnHandle_t handle, cusolverDnParams_t params, cublasOperation_t operation,
                                  int64_t n, int64_t k, cudaDataType type, const void *a, int64_t lda,
                                  const int64_t *pivots, cudaDataType b_type, void *b, int64_t ldb, int *info)
{
    (void)params;
    if (b_type != type || operation != CUBLAS_OP_N)
        return BAD;
    fake_vendor_wait(handle->stream);
    int *narrow = malloc(sizeof *narrow * (size_t)n);
    for (int64_t i = 0; i < n; i++)
        narrow[i] = (int)pivots[i];
    BY_TYPE(*info, type, getrs, getrs, 'N', (int)n, (int)k, a, (int)lda, narrow, b, (int)ldb);
    free(narrow);
    return FINE;
}

/* ---- QR ---------------------------------------------------------------------------------------------------------- */

cusolverStatus_t cusolverDnXgeqrf_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params, int64_t m,
                                             int64_t n, cudaDataType type, const void *a, int64_t lda,
                                             cudaDataType tau_type, const void *tau, cudaDataType compute,
                                             size_t *device, size_t *host)
{
    (void)handle, (void)params, (void)n, (void)a, (void)tau;
    return lda >= m && compute == type && tau_type == type ? ask(device, host) : BAD;
}

cusolverStatus_t cusolverDnXgeqrf(cusolverDnHandle_t handle, cusolverDnParams_t params, int64_t m, int64_t n,
                                  cudaDataType type, void *a, int64_t lda, cudaDataType tau_type, void *tau,
                                  cudaDataType compute, void *device, size_t device_bytes, void *host,
                                  size_t host_bytes, int *info)
{
    (void)params, (void)compute, (void)tau_type;
    if (!is_given(handle, device, device_bytes, host, host_bytes))
        return BAD;
    BY_TYPE(*info, type, geqrf, geqrf, (int)m, (int)n, a, (int)lda, tau);
    return FINE;
}

#define ORGQR(letter, type, small, name)                                                                               \
    cusolverStatus_t cusolverDn##letter##name##_bufferSize(cusolverDnHandle_t handle, int m, int n, int k,             \
                                                           const type *a, int lda, const type *tau, int *lwork)        \
    {                                                                                                                  \
        (void)handle, (void)a, (void)tau;                                                                              \
        *lwork = WORK;                                                                                                 \
        return m >= n && n >= k && lda >= m ? FINE : BAD;                                                              \
    }                                                                                                                  \
    cusolverStatus_t cusolverDn##letter##name(cusolverDnHandle_t handle, int m, int n, int k, type *a, int lda,        \
                                              const type *tau, type *work, int lwork, int *info)                       \
    {                                                                                                                  \
        if (lwork != WORK)                                                                                             \
            return BAD;                                                                                                \
        fake_vendor_wait(handle->stream);                                                                              \
        memset(work, 0x77, sizeof *work * WORK);                                                                       \
        *info = LAPACKE_##small##name(LAPACK_COL_MAJOR, m, n, k, (void *)a, lda, (const void *)tau);                   \
        return FINE;                                                                                                   \
    }
ORGQR(S, float, s, orgqr)
ORGQR(D, double, d, orgqr)
ORGQR(C, cuComplex, c, ungqr)
ORGQR(Z, cuDoubleComplex, z, ungqr)

/* ---- singular values --------------------------------------------------------------------------------------------- */

cusolverStatus_t cusolverDnXgesvd_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params, signed char jobu,
                                             signed char jobvt, int64_t m, int64_t n, cudaDataType type,
                                             const void *a, int64_t lda, cudaDataType s_type, const void *s,
                                             cudaDataType u_type, const void *u, int64_t ldu, cudaDataType vt_type,
                                             const void *vt, int64_t ldvt, cudaDataType compute, size_t *device,
                                             size_t *host)
{
    (void)handle, (void)params, (void)jobu, (void)jobvt, (void)a, (void)s, (void)u, (void)vt;
    bool is_good = m >= n && lda >= m && ldu >= m && ldvt >= n && fits(s_type, type) && u_type == type &&
                   vt_type == type && compute == type;
    return is_good ? ask(device, host) : BAD;
}

cusolverStatus_t cusolverDnXgesvd(cusolverDnHandle_t handle, cusolverDnParams_t params, signed char jobu,
                                  signed char jobvt, int64_t m, int64_t n, cudaDataType type, void *a, int64_t lda,
                                  cudaDataType s_type, void *s, cudaDataType u_type, void *u, int64_t ldu,
                                  cudaDataType vt_type, void *vt, int64_t ldvt, cudaDataType compute, void *device,
                                  size_t device_bytes, void *host, size_t host_bytes, int *info)
{
    (void)params, (void)compute, (void)s_type, (void)u_type, (void)vt_type;
    if (m < n || !is_given(handle, device, device_bytes, host, host_bytes))
        return BAD;
    void *rest = malloc(16 * (size_t)n);
    BY_TYPE(*info, type, gesvd, gesvd, (char)jobu, (char)jobvt, (int)m, (int)n, a, (int)lda, s, u, (int)ldu, vt,
            (int)ldvt, rest);
    free(rest);
    return FINE;
}

/* v = the conjugate transpose of vt, both n x n by columns; numbers of `parts` reals. */
#define GESVDJ(letter, type, real, small, parts)                                                                       \
    cusolverStatus_t cusolverDn##letter##gesvdjBatched_bufferSize(                                                     \
        cusolverDnHandle_t handle, cusolverEigMode_t mode, int m, int n, const type *a, int lda, const real *s,        \
        const type *u, int ldu, const type *v, int ldv, int *lwork, gesvdjInfo_t params, int batch)                    \
    {                                                                                                                  \
        (void)handle, (void)mode, (void)a, (void)s, (void)u, (void)v, (void)params, (void)batch;                       \
        *lwork = WORK;                                                                                                 \
        return m <= 32 && n <= 32 && lda >= m && ldu >= m && ldv >= n ? FINE : BAD;                                    \
    }                                                                                                                  \
    cusolverStatus_t cusolverDn##letter##gesvdjBatched(                                                                \
        cusolverDnHandle_t handle, cusolverEigMode_t mode, int m, int n, type *a, int lda, real *s, type *u, int ldu,  \
        type *v, int ldv, type *work, int lwork, int *infos, gesvdjInfo_t params, int batch)                           \
    {                                                                                                                  \
        (void)params;                                                                                                  \
        char job = mode == CUSOLVER_EIG_MODE_VECTOR ? 'A' : 'N';                                                       \
        int k = m < n ? m : n;                                                                                         \
        real rest[64], *vt = malloc(sizeof(type) * (size_t)(n * n));                                                   \
        fake_vendor_wait(handle->stream);                                                                              \
        memset(work, 0x77, sizeof *work * (size_t)lwork);                                                              \
        for (int b = 0; b < batch; b++) {                                                                              \
            infos[b] = LAPACKE_##small##gesvd(LAPACK_COL_MAJOR, job, job, m, n, (void *)(a + b * m * n), lda,          \
                                              s + b * k, (void *)(u + b * m * m), ldu, (void *)vt, n, rest);           \
            real *out = (real *)(v + b * n * n);                                                                       \
            for (int i = 0; i < n && job == 'A'; i++)                                                                  \
                for (int j = 0; j < n; j++)                                                                            \
                    for (int p = 0; p < parts; p++)                                                                    \
                        out[(i + j * n) * parts + p] = (p ? -1 : 1) * vt[(j + i * n) * parts + p];                     \
        }                                                                                                              \
        free(vt);                                                                                                      \
        return ldv == n ? FINE : BAD;                                                                                  \
    }
GESVDJ(S, float, float, s, 1)
GESVDJ(D, double, double, d, 1)
GESVDJ(C, cuComplex, float, c, 2)
GESVDJ(Z, cuDoubleComplex, double, z, 2)

/* ---- eigenvalues ------------------------------------------------------------------------------------------------- */

cusolverStatus_t cusolverDnXsyevd_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                             cusolverEigMode_t mode, cublasFillMode_t fill, int64_t n,
                                             cudaDataType type, const void *a, int64_t lda, cudaDataType w_type,
                                             const void *w, cudaDataType compute, size_t *device, size_t *host)
{
    (void)handle, (void)params, (void)mode, (void)fill, (void)a, (void)w;
    return lda >= n && fits(w_type, type) && compute == type ? ask(device, host) : BAD;
}

cusolverStatus_t cusolverDnXsyevd(cusolverDnHandle_t handle, cusolverDnParams_t params, cusolverEigMode_t mode,
                                  cublasFillMode_t fill, int64_t n, cudaDataType type, void *a, int64_t lda,
                                  cudaDataType w_type, void *w, cudaDataType compute, void *device,
                                  size_t device_bytes, void *host, size_t host_bytes, int *info)
{
    (void)params, (void)compute, (void)w_type;
    if (!is_given(handle, device, device_bytes, host, host_bytes))
        return BAD;
    BY_TYPE(*info, type, syevd, heevd, mode == CUSOLVER_EIG_MODE_VECTOR ? 'V' : 'N', triangle(fill), (int)n, a,
            (int)lda, w);
    return FINE;
}

cusolverStatus_t cusolverDnXsyevBatched_bufferSize(cusolverDnHandle_t handle, cusolverDnParams_t params,
                                                   cusolverEigMode_t mode, cublasFillMode_t fill, int64_t n,
                                                   cudaDataType type, const void *a, int64_t lda,
                                                   cudaDataType w_type, const void *w, cudaDataType compute,
                                                   size_t *device, size_t *host, int64_t batch)
{
    (void)batch;
    return cusolverDnXsyevd_bufferSize(handle, params, mode, fill, n, type, a, lda, w_type, w, compute, device, host);
}

cusolverStatus_t cusolverDnXsyevBatched(cusolverDnHandle_t handle, cusolverDnParams_t params, cusolverEigMode_t mode,
                                        cublasFillMode_t fill, int64_t n, cudaDataType type, void *a, int64_t lda,
                                        cudaDataType w_type, void *w, cudaDataType compute, void *device,
                                        size_t device_bytes, void *host, size_t host_bytes, int *infos, int64_t batch)
{
    for (int64_t i = 0; i < batch; i++)
        if (cusolverDnXsyevd(handle, params, mode, fill, n, type, (char *)a + (size_t)(i * lda * n) * element(type),
                             lda, w_type, (char *)w + (size_t)(i * n) * element(w_type), compute, device,
                             device_bytes, host, host_bytes, infos + i) != FINE)
            return BAD;
    return FINE;
}
