/* Memory and streams of devices: arrays on a device's own pointers, and work in the order of the caller's streams.
 *
 * A stream is what the device's interface calls so: a cudaStream_t, a cl_command_queue. NULL stands for CUDA's default
 * stream; OpenCL has none, so there is nothing to wait for then. Work of ours and of the caller's is ordered on the
 * device: nothing here waits, but for what is said below. Devices in host memory have none of this: xp_borrow and
 * xp_data are their counterparts.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_DEVICE_MEMORY_H
#define SCIXP_XP_DEVICE_MEMORY_H

#include "array.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct xp_pointer_options {
    size_t size;              /* of this struct */
    const int64_t *strides;   /* in bytes, one for each dimension (a row's pitch among them); NULL: C-contiguous */
    size_t offset;            /* bytes from the pointer to element [0, 0, ...] */
    void *stream;             /* what is on it by now is done before our work reads the memory */
    xp_borrow_flags flags;    /* XP_MUTABLE: what reads it is enqueued by the end of the innermost scope */
    xp_release_callback *release; /* or NULL */
    void *context;
} xp_pointer_options;

XP_API xp_pointer_options xp_pointer_defaults(void);

/* An array on memory of a device that somebody else owns, without a copy: a cudaMalloc pointer, a cl_mem. `shape` and
 * dtype are those of the array; it is never written. `release` is called once with `context`, on a thread that called
 * into the library, when no array uses the memory any more: what the caller then puts on `stream` comes behind our
 * work with it. (Where there is no stream at all, as with OpenCL and NULL, our work is waited for before.) If the call
 * fails, `release` is not called.
 *
 * Forces nothing. Fails if the pointer is NULL, a stride leads below it or elements are not aligned (XP_ERROR_VALUE),
 * if dtype is none that the device has (XP_ERROR_TYPE), and on devices without pointers (XP_ERROR_UNSUPPORTED). */
XP_API xp_array *xp_wrap_device_pointer(const struct xp_device *device, void *pointer, xp_dtype dtype, xp_shape shape,
                                        const xp_pointer_options *options);

/* Where the elements of x are, in C order: valid as long as x, and not to be written to. What the caller puts on
 * `stream` from now on comes behind the work that computes them. `offset` gets the bytes from the pointer to the first
 * element; with NULL they are added to the pointer, which only devices with addresses can do. A strided view is copied
 * first, and the copy stays with x. Forces. NULL on failure (XP_ERROR_UNSUPPORTED: the device has no pointers), and of
 * an array without elements. */
XP_API void *xp_device_pointer(xp_array *x, void *stream, size_t *offset);

/* This thread's work of the device goes to `stream` from now on, in order with what the caller puts there; NULL: to a
 * queue of the library's again, as at first. The stream has to live until then. Waits for the stream that is left. */
XP_API xp_status xp_set_stream(const struct xp_device *device, void *stream);

/* The stream that this thread's work of the device goes to; NULL on failure. */
XP_API void *xp_stream(const struct xp_device *device);

#ifdef __cplusplus
}
#endif
#endif
