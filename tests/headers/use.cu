/* The public headers in a CUDA source: a pointer that a kernel has written becomes an array, in the stream's order.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cuda_runtime.h>

#include <scixp.h>

__global__ void twice(float *x, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        x[i] *= 2;
}

xp_array *squares_of_twice(float *points, int n, cudaStream_t stream)
{
    xp_pointer_options options = xp_pointer_defaults();
    options.stream = stream;
    twice<<<(n + 255) / 256, 256, 0, stream>>>(points, n);
    xp_array *x = xp_wrap_device_pointer(xp_device("cuda"), points, XP_FLOAT32, XP_SHAPE(n), &options);
    return xp_square(x);
}
