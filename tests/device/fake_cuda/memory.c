/* Memory of the double: allocations with a limit, and copies. What was freed is filled and never used again.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "fake.h"

enum { BLOCKS = 4096, PINNED = -1 };

static struct block {
    char *start;
    size_t bytes;
    int device; /* or PINNED */
    bool is_live;
} blocks[BLOCKS];
static int n_blocks;
static size_t limit_bytes = (size_t)1 << 30;

struct CUmemPoolHandle_st {
    int device;
};
static struct CUmemPoolHandle_st pools[FAKE_DEVICES];

void fake_limit(size_t bytes)
{
    limit_bytes = bytes;
}

static size_t live_of(int device)
{
    size_t sum = 0;
    for (int i = 0; i < n_blocks; i++)
        sum += blocks[i].is_live && blocks[i].device == device ? blocks[i].bytes : 0;
    return sum;
}

size_t fake_live(int device)
{
    return live_of(device);
}

size_t fake_pinned(void)
{
    return live_of(PINNED);
}

static struct block *block_at(const void *memory, size_t bytes)
{
    const char *start = memory;
    for (int i = 0; i < n_blocks; i++)
        if (blocks[i].is_live && start >= blocks[i].start && start + bytes <= blocks[i].start + blocks[i].bytes)
            return &blocks[i];
    return NULL;
}

bool fake_is_device_memory(const void *memory, size_t bytes)
{
    const struct block *block = block_at(memory, bytes);
    return block && block->device != PINNED;
}

bool fake_is_pinned(const void *memory)
{
    const struct block *block = block_at(memory, 0);
    return block && block->device == PINNED;
}

static cudaError_t allocate(void **memory, size_t bytes, int device)
{
    if (device != PINNED && live_of(device) + bytes > limit_bytes)
        return fake_error(cudaErrorMemoryAllocation);
    if (n_blocks == BLOCKS)
        abort();
    void *start = malloc(bytes);
    memset(start, 0xa5, bytes);
    blocks[n_blocks++] = (struct block){start, bytes, device, true};
    *memory = start;
    return cudaSuccess;
}

void fake_free_now(void *memory)
{
    struct block *block = block_at(memory, 0);
    if (!block || block->start != memory) {
        fake_misuse("memory is freed that is not allocated");
        return;
    }
    if (fake_is_awaited(block->start, block->bytes))
        fake_misuse("memory is freed that copies are still to use");
    memset(block->start, 0xdd, block->bytes);
    block->is_live = false;
}

cudaError_t cudaMalloc(void **memory, size_t bytes)
{
    BEGIN;
    return allocate(memory, bytes, fake_current_device());
}

cudaError_t cudaMallocFromPoolAsync(void **memory, size_t bytes, cudaMemPool_t pool, cudaStream_t stream)
{
    BEGIN;
    if (fake_stream(stream)->device != pool->device)
        fake_misuse("an allocation on another device's stream");
    return allocate(memory, bytes, pool->device);
}

cudaError_t cudaFree(void *memory)
{
    BEGIN;
    fake_free_now(memory);
    return cudaSuccess;
}

cudaError_t cudaFreeAsync(void *memory, cudaStream_t handle)
{
    BEGIN;
    fake_enqueue(fake_stream(handle), (work){.kind = WORK_FREE, .to = memory});
    return cudaSuccess;
}

cudaError_t cudaHostAlloc(void **memory, size_t bytes, unsigned flags)
{
    BEGIN;
    (void)flags;
    return allocate(memory, bytes, PINNED);
}

cudaError_t cudaFreeHost(void *memory)
{
    BEGIN;
    fake_free_now(memory);
    return cudaSuccess;
}

/* ---- pools ------------------------------------------------------------------------------------------------------- */

cudaError_t cudaMemPoolCreate(cudaMemPool_t *pool, const struct cudaMemPoolProps *properties)
{
    BEGIN;
    *pool = &pools[properties->location.id];
    (*pool)->device = properties->location.id;
    return cudaSuccess;
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool)
{
    BEGIN;
    (void)pool;
    return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, enum cudaMemPoolAttr attribute, void *value)
{
    BEGIN;
    (void)pool, (void)attribute, (void)value;
    return cudaSuccess;
}

cudaError_t cudaMemPoolSetAccess(cudaMemPool_t pool, const struct cudaMemAccessDesc *access, size_t count)
{
    BEGIN;
    (void)count;
    if (access->location.id == pool->device)
        fake_misuse("a pool is given to its own device");
    return cudaSuccess;
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t bytes)
{
    BEGIN;
    (void)pool, (void)bytes;
    return cudaSuccess;
}

cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer)
{
    BEGIN;
    *can = device != peer;
    return cudaSuccess;
}

/* ---- copies ------------------------------------------------------------------------------------------------------ */

/* Pinned memory is read and written when the work is done; other memory of the host at once, as CUDA does. */
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind, cudaStream_t handle)
{
    BEGIN;
    lane *stream = fake_stream(handle);
    work copy = {.kind = WORK_COPY, .to = to, .from = from, .bytes = bytes};
    if (kind == cudaMemcpyHostToDevice && !fake_is_pinned(from)) {
        copy.from = copy.snapshot = malloc(bytes);
        memcpy(copy.snapshot, from, bytes);
    }
    if (kind == cudaMemcpyDeviceToHost && !fake_is_pinned(to)) {
        cudaError_t error = fake_run_until(stream, stream->enqueued);
        if (!error)
            memcpy(to, from, bytes);
        return fake_error(error);
    }
    fake_enqueue(stream, copy);
    return cudaSuccess;
}

cudaError_t cudaMemcpyPeerAsync(void *to, int to_device, const void *from, int from_device, size_t bytes,
                                cudaStream_t handle)
{
    BEGIN;
    const struct block *target = block_at(to, bytes), *source = block_at(from, bytes);
    if (!target || !source || target->device != to_device || source->device != from_device)
        fake_misuse("a copy between devices that do not have the memory");
    fake_enqueue(fake_stream(handle), (work){.kind = WORK_COPY, .to = to, .from = from, .bytes = bytes});
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t handle)
{
    BEGIN;
    fake_enqueue(fake_stream(handle), (work){.kind = WORK_SET, .to = to, .bytes = bytes, .value = value});
    return cudaSuccess;
}
