/* The trace devices: decorators that count what the device they wrap is asked to do.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_PROVIDERS_TRACE_H
#define XP_PROVIDERS_TRACE_H

#include <stdatomic.h>

#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"

/* The counts of one trace device. */
typedef struct trace_context {
    atomic_uint_least64_t launches, passes, bytes_read, bytes_written;
    atomic_uint_least64_t uploads, downloads, bytes_uploaded, bytes_downloaded;
    atomic_uint_least64_t allocations, bytes_allocated, reused;
} trace_context;

/* The counts of a trace device, NULL for another. */
trace_context *trace_context_of(const struct xp_device *device);

/* ---- counting: counts.c ------------------------------------------------------------------------------------------ */

/* One launch that reads and writes so many bytes, the largest of its operands being of `largest` bytes. */
typedef struct trace_work {
    int64_t read, written, largest;
} trace_work;
void trace_work_view(trace_work *work, const xp_view *view, bool is_written); /* NULL is passed over */
trace_work trace_work_program(const struct xp_device *device, const xp_program *program, const xp_operands *operands);
void trace_launch(const struct xp_device *device, trace_work work);

#endif
