/* A DLPack producer for tests: tensors on memory of its own, which count how often they are let go.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_XP_DLPACK_PRODUCER_H
#define TESTS_XP_DLPACK_PRODUCER_H

#include "support.h"

#include "scixp/xp/dlpack_structs.h"

typedef struct produced {
    DLManagedTensorVersioned tensor;
    int64_t shape[40], strides[40];
    int deleted;
} produced;

/* A compact tensor of version 1.3, which is one of ours, too. */
void produce(produced *p, void *data, uint8_t code, uint8_t bits, xp_shape shape, uint64_t flags);

/* Strides in elements. */
void set_strides(produced *p, int count, const int64_t *strides);

#define N 3000 /* beyond what is computed at the call */
extern double memory[N + 1];

/* memory[i] = i; and a float64 tensor on the first N of it. */
void fill_memory(void);
void produce_memory(produced *p, uint64_t flags);

xp_dlpack_options with_copy(xp_copy_policy copy);

#endif
