/* The device core: what OpenCL and CUDA devices have in common, above a plug-in's runtime table.
 *
 * A device's context is a device_state. Memory comes from its pool (pool.c) as blocks that know which queues use them
 * (queues.c); work is put together as a device_call (call.c), whose kernel comes from the cache of programs
 * (programs.c, disk.c). Fused programs are rendered to text (render.c), everything else is a text of kernels/.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_DEVICE_H
#define DEVICE_DEVICE_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/dtype.h"
#include "driver.h"
#include "providers/device/runtime.h"

#define DEVICE_QUEUES 32    /* of a device: threads beyond share them */
#define DEVICE_CLASSES 512  /* of sizes in a pool */

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* A piece of the device's memory: xp_memory.order leads to it, xp_memory.handle is `memory`. */
typedef struct device_block {
    void *memory;
    size_t bytes;               /* of the whole block */
    uint32_t readers, writers;  /* queues whose work on it others may have to wait for, as bits; under state->lock */
    struct device_block *next;  /* in the pool */
} device_block;

typedef struct device_pool {
    pthread_mutex_t lock;
    device_block *kept[DEVICE_CLASSES]; /* by class of size */
    size_t live, pooled;        /* bytes in use, and kept for reuse */
    size_t bound;               /* of both together; 0: what the device has */
} device_pool;

/* ---- queues ------------------------------------------------------------------------------------------------------ */

typedef struct device_queue {
    void *handle;               /* the runtime's; NULL: not opened */
    void *stream;               /* the caller's that it puts work on, or NULL */
    int threads;                /* that use it */
    uint64_t work;              /* counts what was enqueued, under state->lock */
    uint64_t seen[DEVICE_QUEUES]; /* `work` of each other queue when this one waited for it last */
} device_queue;

/* ---- programs ---------------------------------------------------------------------------------------------------- */

typedef struct device_program device_program;
typedef struct device_programs {
    pthread_mutex_t lock;
    device_program **slots;     /* a table with open addresses */
    int room, count;
    uint64_t clock;
    uint64_t compiled, loaded;  /* programs made from texts, and from files */
} device_programs;

typedef struct device_state {
    const runtime *runtime;
    int number;                 /* of the device, for the runtime */
    runtime_device about;
    int group_items;            /* of a group of the core's kernels: 1 on CPUs */
    pthread_mutex_t lock;       /* guards queues, and who uses which block; never held while something waits */
    device_queue queues[DEVICE_QUEUES];
    int n_queues;
    device_pool pool;
    device_programs programs;
} device_state;

/* Complex elements count as two parts, which need not lie on whole elements: what offsets and strides count. */
static inline int device_parts_of(int dtype) { return xp_dtype_is(dtype, XP_KIND_COMPLEX) ? 2 : 1; }
static inline int64_t device_part_bytes(int dtype) { return (int64_t)xp_dtype_bytes(dtype) / device_parts_of(dtype); }

static inline device_state *device_state_of(const struct xp_device *device)
{
    return device->context;
}

/* Opens device `name` ("opencl:1"): loads its plug-in if need be. NULL with an error recorded. */
const struct xp_device *device_open(const char *name);

/* A device on a runtime's table, which may be a test's own. */
const struct xp_device *device_register(const runtime *table, int number, const char *name);

/* Turns a runtime's status into a driver's, with the runtime's message after `what`. */
xp_status device_status(const struct xp_device *device, runtime_status status, const char *what);

/* pool.c */
bool device_pool_open(device_state *state);
runtime_status device_block_new(device_state *state, size_t bytes, device_block **block);
void device_block_free(device_state *state, device_block *block); /* behind its last use */
void device_pool_trim(device_state *state);

/* queues.c */

/* This thread's queue of the device, opened at first use; its number, or -1 with a driver's error recorded. */
int device_queue_here(const struct xp_device *device);

/* This thread's work goes to a stream of the caller's, or (NULL) to a queue of its own again. */
xp_status device_set_stream(const struct xp_device *device, void *stream);

/* Before work on `queue` that reads or writes the block is enqueued: waits for what others do with it. */
runtime_status device_order(device_state *state, int queue, device_block *block, bool writes);

/* After work was enqueued. */
void device_enqueued(device_state *state, int queue);

/* memory.c: the driver's slots */
xp_status device_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory);
void device_release(const struct xp_device *device, xp_memory memory, size_t bytes);
xp_status device_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from, size_t bytes);
xp_status device_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset, size_t bytes);
xp_status device_wait(const struct xp_device *device);

/* foreign.c: memory and streams of the caller's */
xp_status device_adopt(const struct xp_device *device, void *pointer, size_t bytes, void *stream, xp_memory *memory);
xp_status device_disown(const struct xp_device *device, xp_memory memory, void *stream);
xp_status device_share(const struct xp_device *device, xp_buffer *buffer, void *stream, void **pointer);
xp_status device_get_stream(const struct xp_device *device, void **stream);
xp_status device_copy_from(const struct xp_device *device, xp_buffer *to, int64_t to_offset,
                           const struct xp_device *from_device, xp_buffer *from, int64_t from_offset, size_t bytes);

/* run.c, launch.c */
xp_status device_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands);
xp_status device_launch_kernel(const struct xp_device *device, const xp_kernel_call *call);

#endif
