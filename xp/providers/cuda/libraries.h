/* CUDA's libraries as tables of functions, each opened when it is first needed.
 *
 * Nothing of CUDA is linked: so the plug-in loads everywhere and can say what is missing, a machine without cuSOLVER
 * has all the rest, and a test can put a double in a library's place.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CUDA_LIBRARIES_H
#define CUDA_LIBRARIES_H

#include <cublas_v2.h>
#include <cuda.h>
#include <cuda_runtime_api.h>
#include <cufft.h>
#include <cusolverDn.h>
#include <nvrtc.h>
#include <stdbool.h>

/* A field for each row of a .def file, of the type that the toolkit's header declares. Some names are macros there
 * (cublasCreate means cublasCreate_v2): they are expanded alike in fields, in calls and in what dlsym is asked for. */
#define ROW(name) __typeof__(name) *name;
typedef struct cudart_functions {
#include "providers/cuda/cudart.def"
} cudart_functions;
typedef struct nvrtc_functions {
#include "providers/cuda/nvrtc.def"
} nvrtc_functions;
typedef struct cublas_functions {
#include "providers/cuda/cublas.def"
} cublas_functions;
typedef struct cusolver_functions {
#include "providers/cuda/cusolver.def"
} cusolver_functions;
typedef struct cufft_functions {
#include "providers/cuda/cufft.def"
} cufft_functions;
#undef ROW

typedef enum cuda_library {
    CUDA_CUDART,
    CUDA_NVRTC,
    CUDA_CUBLAS,
    CUDA_CUSOLVER,
    CUDA_CUFFT,
    CUDA_N_LIBRARIES
} cuda_library;

extern cudart_functions cudart;
extern nvrtc_functions nvrtc;
extern cublas_functions cublas;
extern cusolver_functions cusolver;
extern cufft_functions cufft;

/* Fills the library's table, at the first call; false if it is not there or lacks a function: `cuda_library_reason`
 * says why. It is looked for in the folder that SCIXP_CUDA_LIBRARIES names; if that is not set, where the loader
 * looks (the folder of the plug-in among others), then in the toolkit's usual places. */
bool cuda_library_open(cuda_library which);
const char *cuda_library_reason(cuda_library which);
const char *cuda_library_file(cuda_library which); /* "libnvrtc.so.13" */

#endif
