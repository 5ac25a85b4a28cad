/* What a plug-in gives to the device core: a thin table over the interface that a kind of devices has.
 *
 * A plug-in is a shared object that exports RUNTIME_ENTRY and needs nothing of the library. The core (this folder)
 * does all that devices have in common: the pool, order between queues, texts of kernels, their cache. So the table
 * says no more than how memory, queues, programs and launches are made. Rules that hold for every function:
 *  - It may be called by several threads at once, for the same device, queue or kernel, too. The plug-in locks where
 *    what lies below it needs that.
 *  - What it returns is a status; `message` has the text of what failed last on this thread.
 *  - Work is enqueued: `download` and `finish` wait, and others only where the interface below leaves no other way
 *    (between two devices of OpenCL, closing a queue, large uploads to processors). What was enqueued on one queue is
 *    done in that order.
 *  - Whatever is current in the caller's thread (a CUDA device) is the same when it returns.
 *  - Memory of blobs and logs is malloc's and is freed by the core.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_RUNTIME_H
#define DEVICE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUNTIME_VERSION 1

typedef enum runtime_status {
    RUNTIME_OK = 0,
    RUNTIME_NO_MEMORY = 1,   /* the device's memory, or the host's, is exhausted: the core trims and tries again */
    RUNTIME_NOT_TAKEN = 2,   /* vendor functions: not for these operands; the portable kernels do it */
    RUNTIME_NOT_COMPILED = 3, /* the text has errors: they are in the log */
    RUNTIME_SINGULAR = 4,    /* vendor functions: the matrix does not allow it */
    RUNTIME_FAILED = 5,      /* anything else that went wrong; the device can still be used */
    RUNTIME_LOST = 6         /* the device is gone */
} runtime_status;

typedef enum runtime_dialect { RUNTIME_OPENCL = 1, RUNTIME_CUDA = 2 } runtime_dialect; /* as xp_dialect has them */

/* What the core wants to know about a device. */
typedef struct runtime_device {
    char name[128];           /* "NVIDIA H200" */
    char version[128];        /* of driver and compiler: what was compiled by another one is not loaded */
    bool is_cpu;              /* kernels get one item for a chunk of elements, not for each */
    bool has_float64;
    int compute_units;
    int group_limit;          /* the most items in a group */
    uint64_t local_bytes;     /* of a group's shared memory */
    uint64_t argument_bytes;  /* of a kernel's parameters */
    uint64_t memory_bytes;    /* of the device */
    uint64_t allocation_limit; /* of one allocation */
    int dlpack_type, dlpack_id; /* as DLPack numbers devices; 0: its memory has no address that others could use */
    bool reads_host;          /* `memory` is an address that the host can read and write, too */
} runtime_device;

/* A parameter of a kernel: a handle of memory, or a number. NULL memory is a null pointer. */
typedef struct runtime_argument {
    bool is_memory;
    uint8_t bytes;            /* of a number */
    void *memory;
    union {
        int64_t as_int64;
        int32_t as_int32;
        double as_float64;
        float as_float32;
        uint8_t raw[16];      /* complex128 */
    } number;
} runtime_argument;

typedef struct runtime_blob { /* a compiled program as it is kept on disk */
    void *data;
    size_t bytes;
} runtime_blob;

/* An operand of a vendor function: as xp_view, with the runtime's memory in place of a buffer. Dtypes are those of
 * xp_dtype. */
typedef struct runtime_view {
    void *memory;
    int64_t offset;           /* in bytes */
    int dtype, ndim;
    const int64_t *shape, *strides; /* strides in bytes */
} runtime_view;

/* What a vendor's library does best. Each may be NULL, and may return RUNTIME_NOT_TAKEN before it has enqueued
 * anything. They mean what the slots of the same name mean in driver.h; kinds are xp_reduction_kind, xp_factor_kind,
 * xp_fourier_kind. Scratch memory is their own affair. */
typedef struct runtime_vendor {
    uint64_t size;
    runtime_status (*matmul)(void *queue, const runtime_view *a, const runtime_view *b, const runtime_view *out);
    runtime_status (*factor)(void *queue, int kind, const runtime_view *a, const runtime_view *results, int n_results);
    runtime_status (*solve)(void *queue, const runtime_view *a, const runtime_view *b, const runtime_view *out);
    runtime_status (*fourier)(void *queue, int kind, const runtime_view *x, const int *axes, int n_axes, double factor,
                              const runtime_view *out);
    runtime_status (*scan)(void *queue, int reduction, const runtime_view *x, int axis, const runtime_view *out);
    runtime_status (*sort)(void *queue, const runtime_view *x, int axis, bool descending, bool stable,
                           const runtime_view *values, const runtime_view *positions);
    runtime_status (*compress)(void *queue, const runtime_view *x, const runtime_view *mask, const runtime_view *out);
    /* Lines for `scixp info`: "cuBLAS 13.0.2\n". Freed by the caller; NULL if out of memory. */
    char *(*describe)(void);
} runtime_vendor;

typedef struct runtime {
    uint64_t size;            /* sizeof(runtime) of whoever filled it */
    uint32_t version;         /* RUNTIME_VERSION */
    const char *name;         /* "opencl": devices are opencl:0, opencl:1, ... */
    int dialect;              /* a runtime_dialect */
    int n_devices;            /* may be 0; `message` then says why, on the thread that opened the plug-in */

    const char *(*message)(void);
    runtime_status (*describe)(int device, runtime_device *about);

    /* -- memory; bytes > 0 -------------------------------------------------------------------------------------- */
    runtime_status (*allocate)(int device, size_t bytes, void **memory);
    void (*release)(int device, void *memory); /* may be in use by what is enqueued: behind that */

    /* -- queues ------------------------------------------------------------------------------------------------- */
    /* With `stream`, work goes to that queue of the caller's (a cudaStream_t, a cl_command_queue), which stays the
     * caller's; NULL makes a new one. */
    runtime_status (*queue_open)(int device, void *stream, void **queue);
    void (*queue_close)(void *queue);
    void *(*queue_stream)(void *queue); /* the cudaStream_t or cl_command_queue of a queue */
    runtime_status (*follow)(void *queue, void *other); /* what comes on `queue` waits for what is on `other` now */
    runtime_status (*finish)(void *queue); /* waits; reports what failed since the last time */

    /* -- transfers: `from` of upload is read during the call ------------------------------------------------------ */
    runtime_status (*upload)(void *queue, void *memory, size_t offset, const void *from, size_t bytes);
    runtime_status (*download)(void *queue, void *to, void *memory, size_t offset, size_t bytes); /* waits */
    /* Between memories of this runtime's devices; `queue` is one of the target's device. */
    runtime_status (*copy)(void *queue, void *to, size_t to_offset, int from_device, void *from, size_t from_offset,
                           size_t bytes);

    /* -- programs ------------------------------------------------------------------------------------------------- */
    /* `log` gets the compiler's words, or NULL. `blob` (may be NULL) what `load` makes the same program of. */
    runtime_status (*compile)(int device, const char *text, void **program, runtime_blob *blob, char **log);
    runtime_status (*load)(int device, const runtime_blob *blob, void **program);
    void (*unload)(void *program); /* and its kernels */
    runtime_status (*kernel)(void *program, const char *entry, void **kernel);
    runtime_status (*launch)(void *queue, void *kernel, uint64_t groups, uint32_t group_items,
                             const runtime_argument *arguments, int n_arguments);

    const runtime_vendor *vendor; /* or NULL */

    void *default_stream;     /* which stream of the caller's NULL stands for; NULL: none */
} runtime;

/* What a plug-in exports: its table, or NULL with the reason in `reason`. Called once. `wanted` is RUNTIME_VERSION. */
#define RUNTIME_ENTRY "scixp_runtime"
typedef const runtime *runtime_entry(uint32_t wanted, char *reason, size_t reason_bytes);

#endif
