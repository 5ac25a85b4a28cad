/* What the files of the CUDA plug-in share: devices, queues, errors.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef CUDA_PLUGIN_H
#define CUDA_PLUGIN_H

#include <pthread.h>

#include "providers/cuda/libraries.h"
#include "providers/device/runtime.h"

#define CUDA_EVENTS_KEPT 64

typedef struct cuda_staging cuda_staging; /* staging.c */
typedef struct cuda_vendor_queue cuda_vendor_queue; /* what the vendor's libraries keep for a queue */

typedef struct cuda_device {
    int number;
    int sm;                       /* 90 for sm_90 */
    bool has_pools;               /* stream-ordered allocation */
    bool is_open;                 /* what follows is there */
    CUcontext context;            /* the primary one, retained */
    cudaMemPool_t pool;
    cudaStream_t allocations, releases; /* see memory.c */
    pthread_mutex_t lock;         /* of the lists below */
    cudaEvent_t events[CUDA_EVENTS_KEPT];
    int n_events;
    cuda_staging *spare_staging;
    struct cuda_helpers *helpers; /* vendor/helpers.c; NULL until the first use */
    uint64_t peers_asked;         /* bit d: device d was given access to the pool, or cannot have it */
} cuda_device;

typedef struct cuda_queue {
    cuda_device *device;
    cudaStream_t stream;
    bool is_own;
    pthread_mutex_t upload_lock, download_lock, vendor_lock;
    cuda_staging *staging;        /* NULL until the first transfer; made under staging_lock */
    pthread_mutex_t staging_lock;
    cuda_vendor_queue *vendor;    /* NULL until the first call; under vendor_lock */
    struct cuda_queue *next, **link; /* all open queues */
} cuda_queue;

/* -- errors.c: texts and statuses ---------------------------------------------------------------------------------- */

const char *cuda_message(void);
__attribute__((format(printf, 2, 3))) runtime_status cuda_fail(runtime_status status, const char *format, ...);
/* RUNTIME_OK, or the status of an error with a message that names `what`. Takes the error back out of the runtime's
 * memory of this thread, so that the caller's next cudaGetLastError does not find it. */
runtime_status cuda_check(cudaError_t error, const char *what);

/* -- devices.c ----------------------------------------------------------------------------------------------------- */

/* Finds the devices, once; how many there are. If none: cuda_message says why. */
int cuda_find_devices(void);
runtime_status cuda_describe(int number, runtime_device *about);
/* Makes a device current on this thread until cuda_leave, which brings back what was current, nothing included. */
runtime_status cuda_enter(int number, cuda_device **device);
runtime_status cuda_enter_device(cuda_device *device);
void cuda_leave(void);
cuda_device *cuda_device_at(int number); /* NULL if there is no such one */

/* Events without timing, made on the device, which is current. */
runtime_status cuda_event_take(cuda_device *device, cudaEvent_t *event);
void cuda_event_give(cuda_device *device, cudaEvent_t event);

/* -- memory.c ------------------------------------------------------------------------------------------------------ */

runtime_status cuda_allocate(int device, size_t bytes, void **memory);
void cuda_release(int device, void *memory);
/* Memory for work on one queue: valid in that queue's order alone. The queue's device is current. */
runtime_status cuda_scratch(cuda_queue *queue, size_t bytes, void **memory);
void cuda_scratch_free(cuda_queue *queue, void *memory);

/* -- queues.c ------------------------------------------------------------------------------------------------------ */

runtime_status cuda_queue_open(int device, void *stream, void **queue);
void cuda_queue_close(void *queue);
void *cuda_queue_stream(void *queue);
runtime_status cuda_follow(void *queue, void *other);
runtime_status cuda_finish(void *queue);
/* Lets `stream` wait for all that is enqueued on any open queue now. */
void cuda_follow_all(cudaStream_t stream);

/* -- staging.c, transfers.c ---------------------------------------------------------------------------------------- */

runtime_status cuda_stage_upload(cuda_queue *queue, char *to, const char *from, size_t bytes);
runtime_status cuda_stage_download(cuda_queue *queue, char *to, const char *from, size_t bytes);
void cuda_staging_return(cuda_queue *queue);
runtime_status cuda_upload(void *queue, void *memory, size_t offset, const void *from, size_t bytes);
runtime_status cuda_download(void *queue, void *to, void *memory, size_t offset, size_t bytes);
runtime_status cuda_copy(void *queue, void *to, size_t to_offset, int from_device, void *from, size_t from_offset,
                         size_t bytes);

/* -- programs.c ---------------------------------------------------------------------------------------------------- */

/* With `program` NULL nothing is loaded: only the blob is made. If SCIXP_CUDA_ARCH ("sm_90") is set it is what texts
 * are compiled for, which then needs no device at all. */
runtime_status cuda_compile(int device, const char *text, void **program, runtime_blob *blob, char **log);
runtime_status cuda_load(int device, const runtime_blob *blob, void **program);
void cuda_unload(void *program);
runtime_status cuda_kernel(void *program, const char *entry, void **kernel);
runtime_status cuda_launch(void *queue, void *kernel, uint64_t groups, uint32_t group_items,
                           const runtime_argument *arguments, int n_arguments);
/* "NVRTC 13.0 for sm_90": what decides about compiled programs besides their text. */
void cuda_compiler_version(const cuda_device *device, char *text, size_t bytes);

/* -- vendor/ ------------------------------------------------------------------------------------------------------- */

extern const runtime_vendor cuda_vendor;
void cuda_vendor_close(cuda_queue *queue); /* gives up what was kept for a queue; its device is current */

#endif
