/* The table of the module with CUB's algorithms.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/cub/cub.h"

extern const cuda_cub scixp_cuda_cub;

__attribute__((visibility("default"))) const cuda_cub scixp_cuda_cub = {
    .size = sizeof(cuda_cub),
    .runtime = (const void *)cudaStreamSynchronize,
    .scan = cuda_cub_scan,
    .sort = cuda_cub_sort_lines,
    .compress = cuda_cub_compress,
};
