/* The pool of a device: blocks by classes of size, kept for reuse, with a bound in bytes.
 *
 * A block that comes back may still be in use by work that is enqueued. It goes to the next taker all the same: the
 * queues that use it are noted in it, and whoever enqueues work on it waits for them (queues.c). So nothing waits when
 * memory is released.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "core/alloc.h"
#include "core/pool.h"
#include "providers/device/device.h"

#define LEAST_BYTES 256       /* of a block */
#define STEPS 8               /* classes for each power of two: a block is at most an eighth too large */
#define KEPT_SHARE 4          /* a quarter of the device's memory is kept for reuse at most */

/* The class of a size, and the size of its blocks. */
static int class_of(size_t bytes, size_t *rounded)
{
    if (bytes <= LEAST_BYTES) {
        *rounded = LEAST_BYTES;
        return 0;
    }
    int power = 63 - __builtin_clzll((unsigned long long)(bytes - 1)); /* 2^power < bytes <= 2^(power + 1) */
    size_t step = ((size_t)1 << power) / STEPS;
    size_t steps = (bytes - ((size_t)1 << power) + step - 1) / step;
    *rounded = ((size_t)1 << power) + steps * step;
    return (power - 8) * STEPS + (int)steps; /* LEAST_BYTES is 2^8 */
}

bool device_pool_open(device_state *state)
{
    const char *text = getenv("SCIXP_DEVICE_BYTES");
    state->pool.bound = text ? (size_t)strtoull(text, NULL, 10) : 0;
    return pthread_mutex_init(&state->pool.lock, NULL) == 0;
}

/* Everything that is kept goes back to the device. */
static void trim_locked(device_state *state)
{
    for (int i = 0; i < DEVICE_CLASSES; i++)
        while (state->pool.kept[i]) {
            device_block *block = state->pool.kept[i];
            state->pool.kept[i] = block->next;
            state->pool.pooled -= block->bytes;
            state->runtime->release(state->number, block->memory);
            xp_dealloc(block);
        }
}

void device_pool_trim(device_state *state)
{
    pthread_mutex_lock(&state->pool.lock);
    trim_locked(state);
    pthread_mutex_unlock(&state->pool.lock);
}

static bool is_within_bound(const device_pool *pool, size_t bytes)
{
    return pool->bound == 0 || (bytes <= pool->bound && pool->live + pool->pooled <= pool->bound - bytes);
}

/* From the device; what is kept is given back, and the device asked once more, before it fails. */
static runtime_status allocate_locked(device_state *state, device_block *block)
{
    device_pool *pool = &state->pool;
    if (!is_within_bound(pool, block->bytes))
        trim_locked(state);
    if (!is_within_bound(pool, block->bytes) || xp_fault())
        return RUNTIME_NO_MEMORY;
    runtime_status status = state->runtime->allocate(state->number, block->bytes, &block->memory);
    if (status == RUNTIME_NO_MEMORY && pool->pooled > 0) {
        trim_locked(state);
        status = state->runtime->allocate(state->number, block->bytes, &block->memory);
    }
    return status;
}

runtime_status device_block_new(device_state *state, size_t bytes, device_block **block)
{
    device_pool *pool = &state->pool;
    if (bytes > PTRDIFF_MAX / 2)
        return RUNTIME_NO_MEMORY;
    size_t rounded;
    int size_class = class_of(bytes, &rounded);
    pthread_mutex_lock(&pool->lock);
    device_block *taken = pool->kept[size_class];
    runtime_status status = RUNTIME_OK;
    if (taken && !xp_faults_are_armed()) {
        pool->kept[size_class] = taken->next;
        pool->pooled -= taken->bytes;
    } else if ((taken = xp_alloc_zeroed(1, sizeof *taken)) != NULL) {
        taken->bytes = rounded;
        status = allocate_locked(state, taken);
    } else {
        status = RUNTIME_NO_MEMORY;
    }
    if (status == RUNTIME_OK) {
        pool->live += taken->bytes;
    } else {
        xp_dealloc(taken);
        taken = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    *block = taken;
    return status;
}

void device_block_free(device_state *state, device_block *block)
{
    device_pool *pool = &state->pool;
    size_t rounded;
    int size_class = class_of(block->bytes, &rounded);
    pthread_mutex_lock(&pool->lock);
    pool->live -= block->bytes;
    bool is_kept = XP_POOLED && pool->pooled + block->bytes <= state->about.memory_bytes / KEPT_SHARE;
    if (is_kept) {
        block->next = pool->kept[size_class];
        pool->kept[size_class] = block;
        pool->pooled += block->bytes;
    }
    pthread_mutex_unlock(&pool->lock);
    if (!is_kept) {
        state->runtime->release(state->number, block->memory);
        xp_dealloc(block);
    }
}
