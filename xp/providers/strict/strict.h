/* The strict devices: arrays in pages that only the driver may touch, and only while one of its slots runs.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_PROVIDERS_STRICT_H
#define XP_PROVIDERS_STRICT_H

#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"

/* ---- memory: pages.c --------------------------------------------------------------------------------------------- */

xp_status strict_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory);
void strict_release(const struct xp_device *device, xp_memory memory, size_t bytes);

/* The buffers that one slot works on, with their pages open: inputs for reading, outputs for writing too. */
#define STRICT_MAX_OPEN (XP_PROGRAM_INPUTS + XP_PROGRAM_OUTPUTS)
typedef struct strict_opened {
    int count;
    void *handles[STRICT_MAX_OPEN];
    bool writable[STRICT_MAX_OPEN];
} strict_opened;

/* Opens one more buffer. Fails if it is not the device's. What was opened must be closed in any case. */
xp_status strict_open(const struct xp_device *device, strict_opened *opened, const xp_buffer *buffer, bool writable);
void strict_close(strict_opened *opened);

/* Whether the address lies in the memory of a strict device, and a sentence about it. Safe in a signal handler. */
bool strict_explain(const void *address, char *text, size_t bytes);

#endif
