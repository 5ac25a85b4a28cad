/* Stacks of matrices brought into the order of columns and back, and what functions report on each.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/vendor/matrices.h"

#include <stdlib.h>

char *cuda_view_start(const runtime_view *view)
{
    return (char *)view->memory + view->offset;
}

cuda_matrices cuda_matrices_of(const runtime_view *view)
{
    cuda_matrices m = {.view = view,
                       .dtype = view->dtype,
                       .bytes = cuda_dtype_bytes(view->dtype),
                       .type = cuda_dtype_type(view->dtype),
                       .real_type = cuda_dtype_type(cuda_dtype_real(view->dtype)),
                       .batch = 1,
                       .rows = view->shape[view->ndim - 2],
                       .columns = view->shape[view->ndim - 1]};
    for (int d = 0; d < view->ndim - 2; d++)
        m.batch *= view->shape[d];
    return m;
}

void cuda_rows_into(cuda_job *job, const cuda_matrices *m, void *out)
{
    cuda_layout layout = cuda_layout_of(m->view);
    cuda_gather(job, cuda_view_start(m->view), &layout, m->bytes, out);
}

char *cuda_by_rows(cuda_job *job, const cuda_matrices *m)
{
    char *copy = cuda_job_scratch(job, m->batch * m->rows * m->columns, m->bytes);
    cuda_rows_into(job, m, copy);
    return copy;
}

char *cuda_by_columns(cuda_job *job, const cuda_matrices *m)
{
    cuda_layout layout = cuda_layout_of(m->view);
    int last = m->view->ndim - 1;
    layout.shape[last] = m->rows;
    layout.strides[last] = m->view->strides[last - 1];
    layout.shape[last - 1] = m->columns;
    layout.strides[last - 1] = m->view->strides[last];
    char *copy = cuda_job_scratch(job, m->batch * m->rows * m->columns, m->bytes);
    cuda_gather(job, cuda_view_start(m->view), &layout, m->bytes, copy);
    return copy;
}

void cuda_columns_to_rows(cuda_job *job, int dtype, const void *x, int64_t batch, int64_t step, int64_t lead,
                          int64_t rows, int64_t columns, void *out)
{
    int64_t bytes = (int64_t)cuda_dtype_bytes(dtype);
    cuda_layout layout = {3, {batch, rows, columns}, {step * bytes, bytes, lead * bytes}};
    cuda_gather(job, x, &layout, (size_t)bytes, out);
}

const int *cuda_infos(cuda_job *job, const int *on_device, int64_t batch)
{
    size_t bytes = (size_t)batch * sizeof(int);
    if (!cuda_job_goes_on(job))
        return NULL;
    int *infos = job->infos = malloc(bytes);
    if (!infos)
        cuda_job_check(job, cuda_fail(RUNTIME_NO_MEMORY, "out of memory"));
    else
        cuda_job_check(job, cuda_stage_download(job->queue, (char *)infos, (const char *)on_device, bytes));
    return cuda_job_goes_on(job) ? infos : NULL;
}

void cuda_check_infos(cuda_job *job, const int *on_device, int64_t batch, const char *function, const char *what)
{
    const int *infos = cuda_infos(job, on_device, batch);
    for (int64_t i = 0; infos && i < batch && cuda_job_goes_on(job); i++) {
        if (infos[i] > 0)
            job->status = cuda_fail(RUNTIME_SINGULAR, "%s: matrix %lld %s", function, (long long)i, what);
        else if (infos[i] < 0)
            job->status = cuda_fail(RUNTIME_FAILED, "%s: argument %d of the vendor's function", function, -infos[i]);
    }
}
