/* What a trace device counts, and how it is asked.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "providers/trace/trace.h"

/* A launch with a larger operand than this goes over memory: a pass. */
#define SMALL_BYTES 8192

static void add(atomic_uint_least64_t *counter, int64_t amount)
{
    atomic_fetch_add_explicit(counter, (uint64_t)amount, memory_order_relaxed);
}

/* Bytes of an operand's distinct elements: an axis along which it is broadcast counts once. */
static int64_t operand_bytes(int ndim, const int64_t *shape, const int64_t *strides, int dtype)
{
    int64_t bytes = (int64_t)xp_dtype_bytes(dtype);
    for (int i = 0; i < ndim; i++)
        if (strides[i] != 0 || shape[i] == 0)
            bytes *= shape[i];
    return bytes;
}

static void work_bytes(trace_work *work, int64_t bytes, bool is_written)
{
    *(is_written ? &work->written : &work->read) += bytes;
    if (bytes > work->largest)
        work->largest = bytes;
}

void trace_work_view(trace_work *work, const xp_view *view, bool is_written)
{
    if (view)
        work_bytes(work, operand_bytes(view->ndim, view->shape, view->strides, view->dtype), is_written);
}

/* Whether the output lies where an input does: its buffer was taken over. */
static bool is_reused(const xp_operand *output, const xp_program *program, const xp_operands *operands)
{
    for (int i = 0; i < program->n_inputs; i++)
        if (program->inputs[i].kind == XP_INPUT_ARRAY && output->buffer && operands->inputs[i].buffer == output->buffer)
            return true;
    return false;
}

trace_work trace_work_program(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    trace_context *context = trace_context_of(device);
    trace_work work = {0};
    for (int i = 0; i < program->n_inputs; i++)
        if (program->inputs[i].kind == XP_INPUT_ARRAY)
            work_bytes(&work,
                       operand_bytes(operands->ndim, operands->shape, operands->inputs[i].strides,
                                     program->inputs[i].dtype),
                       false);
    for (int i = 0; i < program->n_outputs; i++) {
        const xp_operand *output = &operands->outputs[i];
        work_bytes(&work, operand_bytes(operands->ndim, operands->shape, output->strides, program->outputs[i].dtype),
                   true);
        if (is_reused(output, program, operands))
            add(&context->reused, 1);
    }
    return work;
}

void trace_launch(const struct xp_device *device, trace_work work)
{
    trace_context *context = trace_context_of(device);
    add(&context->launches, 1);
    add(&context->passes, work.largest > SMALL_BYTES);
    add(&context->bytes_read, work.read);
    add(&context->bytes_written, work.written);
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

#define EACH_COUNT(COUNT)                                                                                              \
    COUNT(launches) COUNT(passes) COUNT(bytes_read) COUNT(bytes_written) COUNT(uploads) COUNT(downloads)               \
    COUNT(bytes_uploaded) COUNT(bytes_downloaded) COUNT(allocations) COUNT(bytes_allocated) COUNT(reused)

static trace_context *checked_context(const struct xp_device *device, const char *function)
{
    trace_context *context = device ? trace_context_of(device) : NULL;
    if (!context)
        xp_fail(XP_ERROR_DEVICE, function, "trace", "%s: %s is not a trace device", function,
                device ? xp_device_name(device) : "NULL");
    return context;
}

xp_status xp_trace_counts(const struct xp_device *trace, xp_counts *counts)
{
    const trace_context *context = checked_context(trace, "trace_counts");
    if (!context)
        return XP_ERROR_DEVICE;
    if (!counts || counts->size < sizeof counts->size) {
        xp_fail_message(XP_ERROR_VALUE, "trace_counts", "counts", "trace_counts: counts has no size");
        return XP_ERROR_VALUE;
    }
    xp_counts now = {.size = counts->size};
#define READ(count) now.count = atomic_load(&context->count);
    EACH_COUNT(READ)
#undef READ
    memcpy(counts, &now, counts->size < sizeof now ? (size_t)counts->size : sizeof now);
    return XP_OK;
}

xp_status xp_trace_reset(const struct xp_device *trace)
{
    trace_context *context = checked_context(trace, "trace_reset");
    if (!context)
        return XP_ERROR_DEVICE;
#define CLEAR(count) atomic_store(&context->count, 0);
    EACH_COUNT(CLEAR)
#undef CLEAR
    return XP_OK;
}
