/* A double of the module with CUB's algorithms: the same functions of memory that is the host's, by plain loops.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "providers/cuda/cub/keys.h"
#include "vendor.h"

enum { WORK_BYTES = 32 };

/* The first call asks for memory, the second one gets it. */
static bool is_question(void *work, size_t *work_bytes, cudaStream_t stream)
{
    if (!work) {
        *work_bytes = WORK_BYTES;
        return true;
    }
    fake_vendor_wait(stream);
    memset(work, 0x77, *work_bytes);
    return false;
}

static int scan(void *work, size_t *work_bytes, int bytes, bool product, const void *x, void *out, int64_t n,
                cudaStream_t stream)
{
    if (is_question(work, work_bytes, stream))
        return cudaSuccess;
    uint64_t total = product;
    for (int64_t i = 0; i < n; i++) {
        uint64_t element = bytes == 4 ? ((const uint32_t *)x)[i] : ((const uint64_t *)x)[i];
        total = product ? total * element : total + element;
        if (bytes == 4)
            ((uint32_t *)out)[i] = (uint32_t)total;
        else
            ((uint64_t *)out)[i] = total;
    }
    return cudaSuccess;
}

typedef struct item {
    uint64_t key, element;
    int64_t position;
} item;

static int compare(const void *a, const void *b)
{
    const item *p = a, *q = b;
    return p->key != q->key ? (p->key < q->key ? -1 : 1) : p->position < q->position ? -1 : 1;
}

static int sort(void *work, size_t *work_bytes, const cuda_cub_sort *what, cudaStream_t stream)
{
    if (is_question(work, work_bytes, stream))
        return cudaSuccess;
    size_t bytes = (size_t)what->bytes;
    item *items = calloc((size_t)what->n, sizeof *items);
    for (int64_t i = 0; i < what->n; i++) {
        memcpy(&items[i].element, (const char *)what->x + i * what->x_step, bytes);
        items[i].key = cuda_cub_key(items[i].element, what->bytes, what->order, what->descending);
        items[i].position = i;
        if (what->order != CUDA_CUB_FLOAT && /* what the module relies on */
            cuda_cub_integer(items[i].key, what->bytes, what->order, what->descending) != items[i].element)
            abort();
    }
    qsort(items, (size_t)what->n, sizeof *items, compare);
    for (int64_t i = 0; i < what->n; i++) {
        if (what->values)
            memcpy((char *)what->values + i * what->values_step, &items[i].element, bytes);
        if (what->positions)
            memcpy((char *)what->positions + i * what->positions_step, &items[i].position, 8);
    }
    free(items);
    return cudaSuccess;
}

static int compress(void *work, size_t *work_bytes, int bytes, const void *x, const void *mask, void *out, int64_t n,
                    cudaStream_t stream)
{
    if (is_question(work, work_bytes, stream))
        return cudaSuccess;
    char *to = out;
    for (int64_t i = 0; i < n; i++)
        if (((const char *)mask)[i]) {
            memcpy(to, (const char *)x + i * bytes, (size_t)bytes);
            to += bytes;
        }
    return cudaSuccess;
}

extern cuda_cub scixp_cuda_cub;
cuda_cub scixp_cuda_cub = {.size = sizeof(cuda_cub), .scan = scan, .sort = sort, .compress = compress};

/* It belongs to the double of the runtime. */
__attribute__((constructor)) static void join(void)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/libcudart.so.13", getenv("SCIXP_CUDA_LIBRARIES"));
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    scixp_cuda_cub.runtime = handle ? dlsym(handle, "cudaStreamSynchronize") : NULL;
}
