/* A DLPack producer for tests.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "dlpack_producer.h"

#include <string.h>

static void count_deletion(DLManagedTensorVersioned *tensor)
{
    ((produced *)tensor->manager_ctx)->deleted++;
}

void produce(produced *p, void *data, uint8_t code, uint8_t bits, xp_shape shape, uint64_t flags)
{
    *p = (produced){.tensor = {.version = {1, 3}, .manager_ctx = p, .deleter = count_deletion, .flags = flags}};
    for (int i = 0; i < shape.ndim; i++)
        p->shape[i] = shape.extents[i];
    p->tensor.dl_tensor = (DLTensor){.data = data,
                                     .device = {kDLCPU, 0},
                                     .ndim = shape.ndim,
                                     .dtype = {code, bits, 1},
                                     .shape = p->shape};
}

void set_strides(produced *p, int count, const int64_t *strides)
{
    memcpy(p->strides, strides, (size_t)count * sizeof *strides);
    p->tensor.dl_tensor.strides = p->strides;
}

xp_dlpack_options with_copy(xp_copy_policy copy)
{
    xp_dlpack_options options = xp_dlpack_defaults();
    options.copy = copy;
    return options;
}

double memory[N + 1];

void fill_memory(void)
{
    for (int i = 0; i <= N; i++)
        memory[i] = i;
}

void produce_memory(produced *p, uint64_t flags)
{
    fill_memory();
    produce(p, memory, kDLFloat, 64, XP_SHAPE(N), flags);
}
