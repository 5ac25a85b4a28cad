/* What the files of the double share: devices, streams of deferred work, memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAKE_CUDA_FAKE_H
#define FAKE_CUDA_FAKE_H

#include <cuda.h>
#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stdint.h>

#define FAKE_DEVICES 8

typedef struct CUstream_st {
    int device;
    bool is_alive;
    struct work *first, **end;
    uint64_t enqueued, done;
    struct CUstream_st *next;
} lane;

typedef struct CUevent_st {
    int device;
    lane *recorded; /* NULL: never */
    uint64_t ticket;  /* how much of the stream has to be done */
} mark;

typedef enum work_kind { WORK_COPY, WORK_SET, WORK_WAIT, WORK_FREE, WORK_RUN } work_kind;

typedef struct work {
    work_kind kind;
    char *to;
    const char *from; /* `snapshot`, or memory that is read when the work is done */
    char *snapshot;
    size_t bytes;
    int value;
    lane *other;    /* WAIT */
    uint64_t ticket;
    void (*run)(void *bound, unsigned groups, unsigned items); /* RUN: of a kernel's library */
    void *bound;
    unsigned groups, items;
    int fault;        /* the error that comes of it */
    struct work *next;
} work;

/* Every entry of the double starts with this: takes the lock until it returns, counts the call, and returns what was
 * asked for by `fail`, or what is wrong with the current device. */
#define BEGIN                                                                                                          \
    int guard __attribute__((cleanup(fake_unlock))) = fake_lock();                                                     \
    (void)guard;                                                                                                       \
    cudaError_t begun = fake_begin(__func__);                                                                          \
    if (begun)                                                                                                         \
        return begun
int fake_lock(void);
void fake_unlock(int *guard);
cudaError_t fake_begin(const char *function);
cudaError_t fake_error(cudaError_t error); /* makes it the thread's last error */

int fake_current_device(void);
int fake_n_devices(void);
cudaError_t fake_device_error(int device);
void fake_misuse(const char *what); /* counts it, and says what on stderr */

/* streams.c */
void fake_enqueue(lane *stream, work what);
bool fake_is_awaited(const char *start, size_t bytes); /* copies are still to be done there */
cudaError_t fake_run_until(lane *stream, uint64_t ticket);
lane *fake_stream(lane *handle);   /* the current device's default one for NULL and the legacy handle */

/* memory.c */
bool fake_is_device_memory(const void *memory, size_t bytes);
bool fake_is_pinned(const void *memory);
void fake_free_now(void *memory);
int fake_take_fault(void);             /* of the next launch, or 0 */
void fake_set_device_error(int device, cudaError_t error);

#endif
