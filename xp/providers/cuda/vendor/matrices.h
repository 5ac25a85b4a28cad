/* Stacks of matrices for cuSOLVER, which has them by columns, one behind the other.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CUDA_VENDOR_MATRICES_H
#define CUDA_VENDOR_MATRICES_H

#include "providers/cuda/vendor/job.h"

/* (..., rows, columns) of one dtype. */
typedef struct cuda_matrices {
    const runtime_view *view;
    int dtype;
    size_t bytes;                 /* of an element */
    cudaDataType type, real_type; /* of elements, and of what is real whatever they are */
    int64_t batch, rows, columns;
} cuda_matrices;

cuda_matrices cuda_matrices_of(const runtime_view *view);
char *cuda_view_start(const runtime_view *view);

/* Copies in C order; read by columns they are the transposed matrices. Of the second form: in scratch memory. */
void cuda_rows_into(cuda_job *job, const cuda_matrices *m, void *out);
char *cuda_by_rows(cuda_job *job, const cuda_matrices *m);
/* Copies by columns, in scratch memory. */
char *cuda_by_columns(cuda_job *job, const cuda_matrices *m);
/* out in C order = matrices that lie by columns, of which each has `step` elements and columns are `lead` apart. */
void cuda_columns_to_rows(cuda_job *job, int dtype, const void *x, int64_t batch, int64_t step, int64_t lead,
                          int64_t rows, int64_t columns, void *out);

/* What a function reported for each matrix, brought to the host: waits. NULL if the job failed; the job frees it. */
const int *cuda_infos(cuda_job *job, const int *on_device, int64_t batch);
/* Fails the job as singular if one of them is not 0: "cholesky: matrix 3 is not positive definite". */
void cuda_check_infos(cuda_job *job, const int *on_device, int64_t batch, const char *function, const char *what);

/* One for each family. */
void cuda_cholesky(cuda_job *job, const cuda_matrices *a, const runtime_view *results);
void cuda_qr(cuda_job *job, const cuda_matrices *a, const runtime_view *results);
void cuda_svd(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results);
void cuda_eigh(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results);
void cuda_inverse(cuda_job *job, const cuda_matrices *a, const runtime_view *results);
void cuda_determinant(cuda_job *job, const cuda_matrices *a, const runtime_view *results, int n_results);

#endif
