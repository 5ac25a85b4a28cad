/* What the files of the OpenCL plug-in share: its devices and queues, and how a failure is told.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef OPENCL_PLUGIN_H
#define OPENCL_PLUGIN_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "providers/device/runtime.h"

/* A device and what is made for it at first use. Each has a context of its own, so that one that fails takes no other
 * with it; so memory and programs belong to one device, as runtime.h has it. */
typedef struct opencl_device {
    cl_platform_id platform;
    cl_device_id id;
    bool is_cpu;              /* as kernels see it: SCIXP_OPENCL_SHAPE may say otherwise than the device */
    bool is_host;             /* a processor, which works on the host's own memory */
    uint64_t memory_bytes;
    _Atomic uint64_t taken_bytes;
    pthread_mutex_t lock;     /* around what follows */
    cl_context context;
    cl_command_queue service; /* for what belongs to no queue of the core's and must not wait for one: mapping */
} opencl_device;

/* A command whose end nobody has seen yet. */
typedef struct opencl_command {
    cl_event event;
    void *copy;               /* what an upload reads, freed behind it; or NULL */
    const char *what;         /* "a kernel", for messages */
} opencl_command;

/* The two halves of pinned memory that large transfers go through, mapped as long as the queue lives. */
typedef struct opencl_staging {
    pthread_mutex_t lock;     /* held during a transfer */
    cl_mem pinned;
    char *address;
    cl_event busy[2];         /* the upload that reads a half; or NULL */
} opencl_staging;

typedef struct opencl_queue {
    int device;
    cl_command_queue commands;
    pthread_mutex_t lock;     /* around what follows */
    opencl_command *ring;     /* of `capacity` places, a power of two; `count` of them from `first` on are taken */
    size_t first, count, capacity;
    cl_int failure;           /* of the first command that failed since this was told last, CL_SUCCESS if none */
    const char *failed_command;
    opencl_staging staging;
} opencl_queue;

/* -- errors.c ----------------------------------------------------------------------------------------------------- */
const char *opencl_message(void);
/* Both keep a text for this thread. The second: "clBuildProgram: CL_OUT_OF_HOST_MEMORY", with the status that the code
 * stands for. */
runtime_status opencl_fail(runtime_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));
runtime_status opencl_failed(const char *function, cl_int code);
const char *opencl_error_name(cl_int code);

/* -- devices.c ---------------------------------------------------------------------------------------------------- */
/* Finds the devices and gives their number. With none, the message says why. */
int opencl_find_devices(void);
runtime_status opencl_describe(int device, runtime_device *about);
/* NULL, with a message, if there is no device of that number. */
opencl_device *opencl_device_at(int device);
/* The device with its context and its service queue; NULL with a message if they cannot be made. */
opencl_device *opencl_open_device(int device, runtime_status *status);

/* -- queues.c ----------------------------------------------------------------------------------------------------- */
runtime_status opencl_queue_open(int device, void *stream, void **queue);
void opencl_queue_close(void *queue);
void *opencl_queue_stream(void *queue);
runtime_status opencl_follow(void *queue, void *other);
runtime_status opencl_finish(void *queue);
/* Takes the event of a command just enqueued, and the copy that it reads: when it has ended both go, and its failure
 * is kept for the next `opencl_queue_failure`, which tells it once. */
void opencl_watch(opencl_queue *queue, cl_event event, void *copy, const char *what);
runtime_status opencl_queue_failure(opencl_queue *queue);

/* -- memory.c ----------------------------------------------------------------------------------------------------- */
runtime_status opencl_allocate(int device, size_t bytes, void **memory);
void opencl_release(int device, void *memory);

/* -- transfers.c -------------------------------------------------------------------------------------------------- */
runtime_status opencl_upload(void *queue, void *memory, size_t offset, const void *from, size_t bytes);
runtime_status opencl_download(void *queue, void *to, void *memory, size_t offset, size_t bytes);
runtime_status opencl_copy(void *queue, void *to, size_t to_offset, int from_device, void *from, size_t from_offset,
                           size_t bytes);
void opencl_staging_close(opencl_queue *queue); /* nothing may be enqueued any more */

/* -- programs.c --------------------------------------------------------------------------------------------------- */
runtime_status opencl_compile(int device, const char *text, void **program, runtime_blob *blob, char **log);
runtime_status opencl_load(int device, const runtime_blob *blob, void **program);
void opencl_unload(void *program);
runtime_status opencl_kernel(void *program, const char *entry, void **kernel);
runtime_status opencl_launch(void *queue, void *kernel, uint64_t groups, uint32_t group_items,
                             const runtime_argument *arguments, int n_arguments);

#endif
