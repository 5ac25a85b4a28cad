/* Running sums and products of integers by CUB.
 *
 * Both wrap, so signed ones have the bits of unsigned ones. Those of floating numbers are not here: CUB adds them up in
 * an order that differs from run to run.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cub/device/device_scan.cuh>

#include "providers/cuda/cub/cub.h"

namespace {

struct product {
    template <class T> __host__ __device__ T operator()(T a, T b) const
    {
        return a * b;
    }
};

template <class T>
int scan(void *work, size_t *work_bytes, bool is_product, const void *x, void *out, int64_t n, cudaStream_t stream)
{
    const T *in = static_cast<const T *>(x);
    T *to = static_cast<T *>(out);
    return is_product ? cub::DeviceScan::InclusiveScan(work, *work_bytes, in, to, product{}, n, stream)
                      : cub::DeviceScan::InclusiveSum(work, *work_bytes, in, to, n, stream);
}

} // namespace

int cuda_cub_scan(void *work, size_t *work_bytes, int bytes, bool is_product, const void *x, void *out, int64_t n,
                  cudaStream_t stream)
{
    return bytes == 4 ? scan<uint32_t>(work, work_bytes, is_product, x, out, n, stream)
                      : scan<uint64_t>(work, work_bytes, is_product, x, out, n, stream);
}
