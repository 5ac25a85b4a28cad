/* How wide the vectors of the instruction set are that is being compiled for: what compiled bodies for the host share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_KERNEL_VECTOR_BYTES_H
#define XP_KERNEL_VECTOR_BYTES_H

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

#endif
