/* The elements where a mask is true, by CUB.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cub/device/device_select.cuh>

#include "providers/cuda/cub/cub.h"

namespace {

struct alignas(16) sixteen {
    unsigned long long a, b;
};

/* How many there are is known to the caller; CUB's own count goes behind its work area. */
template <class T>
int compress(void *work, size_t *work_bytes, const void *x, const void *mask, void *out, int64_t n,
             cudaStream_t stream)
{
    constexpr size_t count_bytes = 256;
    size_t inner = work ? *work_bytes - count_bytes : 0;
    int64_t *count = work ? reinterpret_cast<int64_t *>(static_cast<char *>(work) + inner) : nullptr;
    cudaError_t error = cub::DeviceSelect::Flagged(work, inner, static_cast<const T *>(x),
                                                   static_cast<const unsigned char *>(mask), static_cast<T *>(out),
                                                   count, n, stream);
    if (!work)
        *work_bytes = (inner + count_bytes - 1) / count_bytes * count_bytes + count_bytes;
    return error;
}

} // namespace

int cuda_cub_compress(void *work, size_t *work_bytes, int bytes, const void *x, const void *mask, void *out, int64_t n,
                      cudaStream_t stream)
{
    switch (bytes) {
    case 1:
        return compress<uint8_t>(work, work_bytes, x, mask, out, n, stream);
    case 2:
        return compress<uint16_t>(work, work_bytes, x, mask, out, n, stream);
    case 4:
        return compress<uint32_t>(work, work_bytes, x, mask, out, n, stream);
    case 8:
        return compress<uint64_t>(work, work_bytes, x, mask, out, n, stream);
    default:
        return compress<sixteen>(work, work_bytes, x, mask, out, n, stream);
    }
}
