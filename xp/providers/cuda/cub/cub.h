/* What the module with CUB's algorithms gives to the plug-in: a table of functions.
 *
 * CUB is C++ that nvcc compiles for a list of architectures, and it needs the CUDA runtime linked. So it is a module of
 * its own beside the plug-in, scixp-cuda-cub.so, that is opened at its first use; where it is missing, or has no code
 * for a device, the portable kernels do the work.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CUDA_CUB_H
#define CUDA_CUB_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cuda_cub_order { CUDA_CUB_UNSIGNED, CUDA_CUB_SIGNED, CUDA_CUB_FLOAT } cuda_cub_order;

typedef struct cuda_cub_sort {
    int bytes;              /* of an element: 1, 2, 4, 8 */
    cuda_cub_order order;
    bool descending;
    int64_t n;              /* below 2^31 */
    const void *x;
    void *values;           /* or NULL */
    void *positions;        /* int64, or NULL; one of the two is given */
    int64_t x_step, values_step, positions_step; /* in bytes */
} cuda_cub_sort;

/* Functions return a cudaError_t. As CUB's they are called twice: with `work` NULL they set *work_bytes alone. */
typedef struct cuda_cub {
    uint64_t size;
    const void *runtime;    /* its cudaStreamSynchronize: the runtime that it is linked to has to be the plug-in's */
    /* Sums or products of integers of 4 or 8 bytes, contiguous. */
    int (*scan)(void *work, size_t *work_bytes, int bytes, bool product, const void *x, void *out, int64_t n,
                cudaStream_t stream);
    int (*sort)(void *work, size_t *work_bytes, const cuda_cub_sort *what, cudaStream_t stream);
    /* Elements of 1, 2, 4, 8 or 16 bytes, aligned to that and contiguous, as is the mask. */
    int (*compress)(void *work, size_t *work_bytes, int bytes, const void *x, const void *mask, void *out, int64_t n,
                    cudaStream_t stream);
} cuda_cub;

#define CUDA_CUB_FILE "scixp-cuda-cub.so"
#define CUDA_CUB_TABLE "scixp_cuda_cub" /* const cuda_cub */

/* The parts of the table, one for each translation unit. */
int cuda_cub_scan(void *work, size_t *work_bytes, int bytes, bool product, const void *x, void *out, int64_t n,
                  cudaStream_t stream);
int cuda_cub_sort_lines(void *work, size_t *work_bytes, const cuda_cub_sort *what, cudaStream_t stream);
int cuda_cub_compress(void *work, size_t *work_bytes, int bytes, const void *x, const void *mask, void *out, int64_t n,
                      cudaStream_t stream);

#ifdef __cplusplus
}
#endif
#endif
