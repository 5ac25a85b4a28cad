/* The table of vendor functions, and what the vendor's libraries are.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "providers/cuda/vendor/job.h"

#define TEXT_BYTES 4096

static void add_line(char *text, const char *name, cuda_library library, const int *version)
{
    size_t used = strlen(text);
    if (*cuda_library_reason(library))
        snprintf(text + used, TEXT_BYTES - used, "%s: %s\n", name, cuda_library_reason(library));
    else
        snprintf(text + used, TEXT_BYTES - used, "%s %d.%d.%d\n", name, version[0], version[1], version[2]);
}

#define PROPERTIES(function, version)                                                                                  \
    (function(MAJOR_VERSION, &version[0]), function(MINOR_VERSION, &version[1]), function(PATCH_LEVEL, &version[2]))

static char *describe(void)
{
    int version[3] = {0, 0, 0}, runtime_version = 0;
    char *text = calloc(TEXT_BYTES, 1);
    if (!text)
        return NULL;
    if (cuda_library_open(CUDA_CUDART)) {
        cudart.cudaRuntimeGetVersion(&runtime_version);
        version[0] = runtime_version / 1000;
        version[1] = runtime_version % 1000 / 10;
    }
    add_line(text, "CUDA runtime", CUDA_CUDART, version);
    if (cuda_library_open(CUDA_NVRTC))
        nvrtc.nvrtcVersion(&version[0], &version[1]);
    add_line(text, "NVRTC", CUDA_NVRTC, version);
    if (cuda_library_open(CUDA_CUBLAS))
        PROPERTIES(cublas.cublasGetProperty, version);
    add_line(text, "cuBLAS", CUDA_CUBLAS, version);
    if (cuda_library_open(CUDA_CUSOLVER))
        PROPERTIES(cusolver.cusolverGetProperty, version);
    add_line(text, "cuSOLVER", CUDA_CUSOLVER, version);
    if (cuda_library_open(CUDA_CUFFT))
        PROPERTIES(cufft.cufftGetProperty, version);
    add_line(text, "cuFFT", CUDA_CUFFT, version);
    size_t used = strlen(text);
    snprintf(text + used, TEXT_BYTES - used, "CUB%s%s\n", cuda_cub_reason() ? ": " : "",
             cuda_cub_reason() ? cuda_cub_reason() : "");
    return text;
}

const runtime_vendor cuda_vendor = {
    .size = sizeof(runtime_vendor),
    .matmul = cuda_matmul,
    .factor = cuda_factor,
    .solve = cuda_solve,
    .fourier = cuda_fourier,
    .scan = cuda_scan,
    .sort = cuda_sort,
    .compress = cuda_compress,
    .describe = describe,
};
