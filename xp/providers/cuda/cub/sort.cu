/* One line in order by CUB's radix sort, on keys that have the order of the elements.
 *
 * Integers are got back from their keys. Of floating numbers, which may share a key, the elements go along; and where
 * positions are wanted they do, in 4 bytes. Elements below 4 bytes have keys of 4 of which no more than their bits are
 * sorted: nvcc takes its time for each type.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <cub/device/device_radix_sort.cuh>

#include "providers/cuda/cub/cub.h"
#include "providers/cuda/cub/keys.h"

namespace {

constexpr int items = 256;

unsigned groups_for(int64_t n)
{
    return static_cast<unsigned>((n + items - 1) / items);
}

__device__ int64_t index_here()
{
    return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

__device__ uint64_t element_at(const cuda_cub_sort &what, int64_t i)
{
    const char *at = static_cast<const char *>(what.x) + i * what.x_step;
    switch (what.bytes) {
    case 1:
        return *reinterpret_cast<const uint8_t *>(at);
    case 2:
        return *reinterpret_cast<const uint16_t *>(at);
    case 4:
        return *reinterpret_cast<const uint32_t *>(at);
    default:
        return *reinterpret_cast<const uint64_t *>(at);
    }
}

__device__ void store(void *out, int64_t step, int64_t i, int bytes, uint64_t element)
{
    char *at = static_cast<char *>(out) + i * step;
    switch (bytes) {
    case 1:
        *reinterpret_cast<uint8_t *>(at) = static_cast<uint8_t>(element);
        break;
    case 2:
        *reinterpret_cast<uint16_t *>(at) = static_cast<uint16_t>(element);
        break;
    case 4:
        *reinterpret_cast<uint32_t *>(at) = static_cast<uint32_t>(element);
        break;
    default:
        *reinterpret_cast<uint64_t *>(at) = element;
        break;
    }
}

/* What goes along with a key. */
enum class load { nothing, element, position };

template <class Key, class Load> __global__ void prepare(cuda_cub_sort what, load kind, Key *keys, Load *loads)
{
    int64_t i = index_here();
    if (i >= what.n)
        return;
    uint64_t element = element_at(what, i);
    keys[i] = static_cast<Key>(cuda_cub_key(element, what.bytes, what.order, what.descending));
    if (kind == load::element)
        loads[i] = static_cast<Load>(element);
    else if (kind == load::position)
        loads[i] = static_cast<Load>(i);
}

template <class Key, class Load>
__global__ void finish(cuda_cub_sort what, load kind, const Key *keys, const Load *loads)
{
    int64_t i = index_here();
    if (i >= what.n)
        return;
    if (kind == load::position && what.positions)
        store(what.positions, what.positions_step, i, 8, loads[i]);
    if (!what.values)
        return;
    uint64_t element = kind == load::position  ? element_at(what, static_cast<int64_t>(loads[i]))
                       : kind == load::element ? static_cast<uint64_t>(loads[i])
                                               : cuda_cub_integer(keys[i], what.bytes, what.order, what.descending);
    store(what.values, what.values_step, i, what.bytes, element);
}

size_t rounded(size_t bytes)
{
    return (bytes + 255) / 256 * 256;
}

/* The work area: keys twice, loads twice, CUB's own. */
template <class Key, class Load>
int sort(void *work, size_t *work_bytes, const cuda_cub_sort &what, load kind, cudaStream_t stream)
{
    int n = static_cast<int>(what.n), bits = 8 * what.bytes;
    size_t key_bytes = rounded(sizeof(Key) * what.n), inner = 0;
    size_t load_bytes = kind == load::nothing ? 0 : rounded(sizeof(Load) * what.n);
    char *start = static_cast<char *>(work);
    cub::DoubleBuffer<Key> keys(reinterpret_cast<Key *>(start), reinterpret_cast<Key *>(start + key_bytes));
    cub::DoubleBuffer<Load> loads(reinterpret_cast<Load *>(start + 2 * key_bytes),
                                  reinterpret_cast<Load *>(start + 2 * key_bytes + load_bytes));
    void *rest = work ? start + 2 * (key_bytes + load_bytes) : nullptr;
    auto call = [&] {
        return kind == load::nothing
                   ? cub::DeviceRadixSort::SortKeys(rest, inner, keys, n, 0, bits, stream)
                   : cub::DeviceRadixSort::SortPairs(rest, inner, keys, loads, n, 0, bits, stream);
    };
    if (!work) {
        cudaError_t error = call();
        *work_bytes = 2 * (key_bytes + load_bytes) + inner;
        return error;
    }
    inner = *work_bytes - 2 * (key_bytes + load_bytes);
    prepare<<<groups_for(what.n), items, 0, stream>>>(what, kind, keys.Current(), loads.Current());
    cudaError_t error = cudaGetLastError();
    if (!error)
        error = call();
    if (error)
        return error;
    finish<<<groups_for(what.n), items, 0, stream>>>(what, kind, keys.Current(), loads.Current());
    return cudaGetLastError();
}

} // namespace

int cuda_cub_sort_lines(void *work, size_t *work_bytes, const cuda_cub_sort *what, cudaStream_t stream)
{
    load kind = what->positions                 ? load::position
                : what->order == CUDA_CUB_FLOAT ? load::element
                                                : load::nothing;
    if (what->bytes <= 4)
        return sort<uint32_t, uint32_t>(work, work_bytes, *what, kind, stream);
    return kind == load::element ? sort<uint64_t, uint64_t>(work, work_bytes, *what, kind, stream)
                                 : sort<uint64_t, uint32_t>(work, work_bytes, *what, kind, stream);
}
