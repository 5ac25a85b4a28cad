/* The host device: what its files offer each other.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"
#include "graph/operation.h"
#include "graph/reduction.h"

/* ---- memory (memory.c) ------------------------------------------------------------------------------------------- */

xp_status host_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory);
void host_release(const struct xp_device *device, xp_memory memory, size_t bytes);
xp_status host_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from, size_t bytes);
xp_status host_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset, size_t bytes);
void *host_pointer(const struct xp_device *device, xp_buffer *buffer);

/* Bytes of the last level cache that a call can count on; outputs beyond it are not read again before they fall out. */
int64_t host_cache_bytes(void);

/* ---- threads (threads.c) ----------------------------------------------------------------------------------------- */

/* How many threads pay for work that takes one thread so many nanoseconds: 1 inside an OpenMP region. */
int host_threads_for(double nanoseconds);

/* ---- programs (run.c, run_small.c) ------------------------------------------------------------------------------- */

xp_status host_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands);
xp_status host_run_small(const struct xp_device *device, const xp_step *step, int64_t n, uint32_t scalars,
                         const xp_operand *inputs, const xp_operand *output);

/* ---- what it tells of itself (info.c) ---------------------------------------------------------------------------- */

void host_tell(void);
const char *host_delegates(const struct xp_device *device, const xp_request *request);

/* ---- kernels (launch.c) ------------------------------------------------------------------------------------------ */

xp_status host_launch(const struct xp_device *device, const xp_kernel_call *call);

#endif
