/* Elements as unsigned keys that have their order: for the device and for a test on the host.
 *
 * NaN comes behind all numbers, whatever its sign; -0 and 0 have one key. Descending order turns the bits over, so one
 * ascending sort, which keeps the order of equal keys, does both.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CUDA_CUB_KEYS_H
#define CUDA_CUB_KEYS_H

#include "providers/cuda/cub/cub.h"

#ifdef __CUDACC__
#define CUDA_CUB_FN __host__ __device__ static inline
#else
#define CUDA_CUB_FN static inline
#endif

/* `bits` has `bytes` bytes, the rest is 0, as in the result. */
CUDA_CUB_FN uint64_t cuda_cub_key(uint64_t bits, int bytes, cuda_cub_order order, bool descending)
{
    const uint64_t all = bytes == 8 ? ~(uint64_t)0 : ((uint64_t)1 << (8 * bytes)) - 1, sign = all ^ (all >> 1);
    const uint64_t infinity = bytes == 8 ? (uint64_t)0x7ff << 52 : (uint64_t)0xff << 23;
    if (order == CUDA_CUB_SIGNED) {
        bits ^= sign;
    } else if (order == CUDA_CUB_FLOAT) {
        const uint64_t size = bits & ~sign;
        if (size > infinity)
            bits = all;
        else if (size == 0)
            bits = sign;
        else
            bits = bits & sign ? ~bits & all : bits | sign;
    }
    return descending ? ~bits & all : bits;
}

/* An integer from its key. */
CUDA_CUB_FN uint64_t cuda_cub_integer(uint64_t key, int bytes, cuda_cub_order order, bool descending)
{
    return cuda_cub_key(descending ? cuda_cub_key(key, bytes, CUDA_CUB_UNSIGNED, true) : key, bytes, order, false);
}

#endif
