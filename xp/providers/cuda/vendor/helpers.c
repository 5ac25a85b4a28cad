/* Small kernels around the vendor's functions: layouts that they do not take, triangles, factors, determinants.
 *
 * They are compiled by NVRTC once for each device and process, so they need no list of architectures.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "providers/cuda/vendor/helpers_text.h"
#include "providers/cuda/vendor/job.h"

#define ITEMS 256
#define GROUPS 16384 /* at most; every item goes on by as many */

enum helper {
    GATHER,
    SCALE = 4,
    TRIANGLE = 6,
    IDENTITY = 9,
    CONJUGATE = 11,
    REAL_ENDS = 13,
    POINTERS = 15,
    DETERMINANT = 16,
    N_HELPERS = 20
};

static const char *const names[N_HELPERS] = {
    "gather_2",    "gather_4",     "gather_8",     "gather_16",    "scale_4",     "scale_8",     "triangle_4",
    "triangle_8",  "triangle_16",  "identity_4",   "identity_8",   "conjugate_4", "conjugate_8", "real_ends_4",
    "real_ends_8", "pointers",     "determinant_float", "determinant_double", "determinant_complex_float",
    "determinant_complex_double",
};

struct cuda_helpers {
    void *program; /* for as long as the process lives */
    void *kernels[N_HELPERS];
};

/* Under the lock. */
static runtime_status make_helpers(cuda_device *device)
{
    struct cuda_helpers *made = calloc(1, sizeof *made);
    if (!made)
        return cuda_fail(RUNTIME_NO_MEMORY, "out of memory");
    runtime_status status = cuda_compile(device->number, helpers_text, &made->program, NULL, NULL);
    if (status) {
        free(made);
        return status;
    }
    for (int i = 0; i < N_HELPERS && !status; i++)
        status = cuda_kernel(made->program, names[i], &made->kernels[i]);
    if (status) {
        cuda_unload(made->program);
        free(made);
        return status;
    }
    device->helpers = made;
    return RUNTIME_OK;
}

static void launch(cuda_job *job, int helper, int64_t items, void **arguments)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    cuda_queue *queue = job->queue;
    if (job->status || items <= 0)
        return;
    pthread_mutex_lock(&lock);
    if (!queue->device->helpers)
        job->status = make_helpers(queue->device);
    struct cuda_helpers *helpers = queue->device->helpers;
    pthread_mutex_unlock(&lock);
    if (job->status)
        return;
    int64_t groups = (items + ITEMS - 1) / ITEMS;
    dim3 grid = {(unsigned)(groups < GROUPS ? groups : GROUPS), 1, 1}, group = {ITEMS, 1, 1};
    job->status = cuda_check(
        cudart.cudaLaunchKernel(helpers->kernels[helper], grid, group, arguments, 0, queue->stream), names[helper]);
}

/* ---- layouts ----------------------------------------------------------------------------------------------------- */

cuda_layout cuda_layout_of(const runtime_view *view)
{
    cuda_layout layout = {.ndim = view->ndim};
    for (int d = 0; d < view->ndim; d++) {
        layout.shape[d] = view->shape[d];
        layout.strides[d] = view->strides[d];
    }
    return layout;
}

int64_t cuda_layout_count(const cuda_layout *layout)
{
    int64_t count = 1;
    for (int d = 0; d < layout->ndim; d++)
        count *= layout->shape[d];
    return count;
}

bool cuda_layout_is_contiguous(const cuda_layout *layout, size_t bytes)
{
    int64_t step = (int64_t)bytes;
    for (int d = layout->ndim - 1; d >= 0; d--) {
        if (layout->shape[d] != 1 && layout->strides[d] != step)
            return false;
        step *= layout->shape[d];
    }
    return true;
}

void cuda_gather(cuda_job *job, const void *x, const cuda_layout *layout, size_t bytes, void *out)
{
    long long count = cuda_layout_count(layout);
    cuda_layout at = *layout;
    if (job->status)
        return;
    if (cuda_layout_is_contiguous(layout, bytes)) {
        if (count)
            job->status = cuda_check(cudart.cudaMemcpyAsync(out, x, (size_t)count * bytes, cudaMemcpyDeviceToDevice,
                                                            job->queue->stream),
                                     "cudaMemcpyAsync");
        return;
    }
    launch(job, GATHER + (bytes == 2 ? 0 : bytes == 4 ? 1 : bytes == 8 ? 2 : 3), count,
           (void *[]){&x, &at, &out, &count});
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

/* 0 for numbers made of float32, 1 for those made of float64. */
static int is_double(int dtype)
{
    return cuda_dtype_real(dtype) == XP_FLOAT64;
}

void cuda_scale(cuda_job *job, int dtype, void *x, int64_t count, double factor)
{
    long long n = cuda_dtype_is_complex(dtype) ? 2 * count : count;
    if (factor != 1.0)
        launch(job, SCALE + is_double(dtype), n, (void *[]){&x, &factor, &n});
}

void cuda_keep_triangle(cuda_job *job, int dtype, void *x, int64_t batch, int64_t rows, int64_t columns, bool upper)
{
    long long r = rows, c = columns, n = batch * rows * columns;
    int is_upper = upper;
    size_t bytes = cuda_dtype_bytes(dtype);
    launch(job, TRIANGLE + (bytes == 4 ? 0 : bytes == 8 ? 1 : 2), n, (void *[]){&x, &r, &c, &is_upper, &n});
}

void cuda_identity(cuda_job *job, int dtype, void *x, int64_t batch, int64_t order)
{
    int width = cuda_dtype_is_complex(dtype) ? 2 : 1;
    long long o = order, n = batch * order * order * width;
    launch(job, IDENTITY + is_double(dtype), n, (void *[]){&x, &o, &width, &n});
}

void cuda_conjugate(cuda_job *job, int dtype, void *x, int64_t count)
{
    long long n = count;
    if (cuda_dtype_is_complex(dtype))
        launch(job, CONJUGATE + is_double(dtype), n, (void *[]){&x, &n});
}

void cuda_real_ends(cuda_job *job, int dtype, void *x, int64_t lines, int64_t length, bool last_too)
{
    long long n = lines, l = length;
    int last = last_too;
    launch(job, REAL_ENDS + is_double(dtype), n, (void *[]){&x, &l, &last, &n});
}

void cuda_pointers(cuda_job *job, void *start, size_t step, int64_t count, void *out)
{
    long long n = count, s = (long long)step;
    launch(job, POINTERS, n, (void *[]){&start, &s, &out, &n});
}

void cuda_determinants(cuda_job *job, int dtype, const void *lu, int64_t batch, int64_t order, const void *pivots,
                       int pivot_bytes, void *results, void *logarithms)
{
    long long n = batch, o = order;
    int helper = DETERMINANT + is_double(dtype) + (cuda_dtype_is_complex(dtype) ? 2 : 0);
    launch(job, helper, n, (void *[]){&lu, &o, &pivots, &pivot_bytes, &results, &logarithms, &n});
}
