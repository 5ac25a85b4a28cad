/* What a test may ask of the double of CUDA's runtime, and tell it. Found by dlsym in the double's libcudart.so.13.
 *
 * The double has two devices in host memory (FAKE_CUDA_DEVICES says how many; FAKE_CUDA_COUNT_ERROR=35 makes
 * cudaGetDeviceCount fail, FAKE_CUDA_POOLS=0 takes the memory pools away). Its streams do nothing until somebody waits
 * for them, and then no more than has to be done: so work whose order was left to chance is done in the wrong order.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAKE_CUDA_CONTROL_H
#define FAKE_CUDA_CONTROL_H

#include <stddef.h>

typedef struct fake_control {
    /* The nth next call of a function (1: the next one) returns the error, once. */
    void (*fail)(const char *function, int error, int nth);
    /* The nth next launch fails when it is run; errors from 700 on then stay with the device. */
    void (*fault)(int error, int nth);
    void (*limit)(size_t bytes);  /* of each device's memory */
    size_t (*live)(int device);   /* bytes allocated and not yet freed */
    size_t (*pinned)(void);       /* bytes of pinned host memory */
    int (*calls)(const char *function); /* since the last `forget` */
    int (*misuses)(void);         /* accesses to memory that is not allocated, objects of another device */
    int (*current)(void);         /* the device whose context is current on this thread; -1: none */
    void (*make_current)(int device); /* -1: pops the topmost context */
    int (*last_error)(void);      /* what the next cudaGetLastError would find */
    int (*pending)(void *stream); /* how much of what was enqueued is still to be done */
    void (*wait)(void *stream);   /* does it */
    void (*forget)(void);         /* faults, counts and device errors */
} fake_control;

#define FAKE_CONTROL "fake_cuda_control" /* const fake_control */

#endif
