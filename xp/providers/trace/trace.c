/* The trace driver: hands every slot on to the device it wraps, and counts.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "core/alloc.h"
#include "core/registry.h"
#include "providers/trace/trace.h"

#define INNER(slot, ...) device->inner->driver->slot(device->inner, __VA_ARGS__)

static bool trace_supports(const struct xp_device *device, const xp_request *request)
{
    return INNER(supports, request);
}

static const char *trace_delegates(const struct xp_device *device, const xp_request *request)
{
    return INNER(delegates, request);
}

/* ---- memory and order -------------------------------------------------------------------------------------------- */

static xp_status trace_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory)
{
    trace_context *context = trace_context_of(device);
    atomic_fetch_add(&context->allocations, 1);
    atomic_fetch_add(&context->bytes_allocated, bytes);
    return INNER(allocate, bytes, memory);
}

static void trace_release(const struct xp_device *device, xp_memory memory, size_t bytes)
{
    INNER(release, memory, bytes);
}

static xp_status trace_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from,
                              size_t bytes)
{
    trace_context *context = trace_context_of(device);
    atomic_fetch_add(&context->uploads, 1);
    atomic_fetch_add(&context->bytes_uploaded, bytes);
    return INNER(upload, to, offset, from, bytes);
}

static xp_status trace_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset,
                                size_t bytes)
{
    trace_context *context = trace_context_of(device);
    atomic_fetch_add(&context->downloads, 1);
    atomic_fetch_add(&context->bytes_downloaded, bytes);
    return INNER(download, to, from, offset, bytes);
}

static void *trace_host_pointer(const struct xp_device *device, xp_buffer *buffer)
{
    return INNER(host_pointer, buffer);
}

static xp_status trace_wait(const struct xp_device *device)
{
    return device->inner->driver->wait(device->inner);
}

/* ---- work -------------------------------------------------------------------------------------------------------- */

static xp_status trace_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    trace_launch(device, trace_work_program(device, program, operands));
    return INNER(run, program, operands);
}

static xp_status trace_run_small(const struct xp_device *device, const xp_step *step, int64_t n, uint32_t scalars,
                                 const xp_operand *inputs, const xp_operand *output)
{
    trace_work work = {.written = n * (int64_t)xp_dtype_bytes(step->result_dtype)};
    for (int i = 0; i < step->operation->arity; i++)
        work.read += (scalars >> i & 1 ? 1 : n) * (int64_t)xp_dtype_bytes(step->dtype);
    trace_launch(device, work);
    return INNER(run_small, step, n, scalars, inputs, output);
}

static xp_status trace_kernel(const struct xp_device *device, const xp_kernel_call *call)
{
    trace_work work = {0};
    uint32_t seen = 0; /* arrays: one that several passes have counts once */
    for (int p = 0; p < call->kernel->n_passes; p++) {
        const xp_pass *pass = &call->kernel->passes[p];
        for (int i = 0; call->extents[p] > 0 && i < pass->n_parameters; i++) {
            const xp_parameter *parameter = &call->kernel->parameters[pass->parameters[i]];
            bool is_written = parameter->kind == XP_PARAMETER_OUTPUT;
            if (!(is_written || parameter->kind == XP_PARAMETER_INPUT) || seen >> parameter->place & 1)
                continue;
            seen |= (uint32_t)1 << parameter->place;
            if (call->arrays[parameter->place].buffer)
                trace_work_view(&work, &call->arrays[parameter->place], is_written);
        }
    }
    trace_launch(device, work);
    return INNER(launch, call);
}

static xp_status trace_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                              const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, out, false); /* as much is read as is taken */
    trace_work_view(&work, indices, false);
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(gather, x, indices, axis, out);
}

static xp_status trace_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count)
{
    trace_work work = {0};
    trace_work_view(&work, mask, false);
    trace_launch(device, work);
    return INNER(count_mask, mask, count);
}

static xp_status trace_mask_positions(const struct xp_device *device, const xp_view *mask, const xp_view *positions)
{
    trace_work work = {0};
    trace_work_view(&work, mask, false);
    trace_work_view(&work, positions, true);
    trace_launch(device, work);
    return INNER(mask_positions, mask, positions);
}

static xp_status trace_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                            const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, x, false);
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(scan, reduction, x, axis, out);
}

static xp_status trace_search(const struct xp_device *device, const xp_view *sorted, const xp_view *values, bool right,
                              const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, sorted, false);
    trace_work_view(&work, values, false);
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(search, sorted, values, right, out);
}

static xp_status trace_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, a, false);
    trace_work_view(&work, b, false);
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(matmul, a, b, out);
}

static xp_status trace_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                              const xp_view *results, int n_results)
{
    trace_work work = {0};
    trace_work_view(&work, a, false);
    for (int i = 0; i < n_results; i++)
        trace_work_view(&work, &results[i], true);
    trace_launch(device, work);
    return INNER(factor, kind, a, results, n_results);
}

static xp_status trace_draw(const struct xp_device *device, const xp_draw *what, const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(draw, what, out);
}

static xp_status trace_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x, const int *axes,
                               int n_axes, double factor, const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, x, false);
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(fourier, kind, x, axes, n_axes, factor, out);
}

static xp_status trace_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, a, false);
    trace_work_view(&work, b, false);
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(solve, a, b, out);
}

static xp_status trace_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask,
                                const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, x, false);
    trace_work_view(&work, mask, false);
    trace_work_view(&work, out, true);
    trace_launch(device, work);
    return INNER(compress, x, mask, out);
}

static xp_status trace_scatter(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                               const xp_view *indices, int axis, const xp_view *out)
{
    trace_work work = {0};
    trace_work_view(&work, values, false);
    trace_work_view(&work, indices, false);
    trace_work_view(&work, values, true); /* as much is written as there is to write */
    trace_launch(device, work);
    return INNER(scatter, kind, values, indices, axis, out);
}

static void work_on(trace_work *work, const xp_view *view, bool is_written)
{
    if (view)
        trace_work_view(work, view, is_written);
}

static xp_status trace_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                            const xp_view *values, const xp_view *positions)
{
    trace_work work = {0};
    work_on(&work, x, false);
    work_on(&work, values, true);
    work_on(&work, positions, true);
    trace_launch(device, work);
    return INNER(sort, x, axis, descending, stable, values, positions);
}

static xp_status trace_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks,
                              int count, bool nan_spreads, const xp_view *out)
{
    trace_work work = {0};
    work_on(&work, x, false);
    work_on(&work, out, true);
    trace_launch(device, work);
    return INNER(select, x, axis, ranks, count, nan_spreads, out);
}

static xp_status trace_partition(const struct xp_device *device, const xp_view *x, int axis, const xp_view *pivots,
                                 bool positions, const xp_view *out)
{
    trace_work work = {0};
    work_on(&work, x, false);
    work_on(&work, pivots, false);
    work_on(&work, out, true);
    trace_launch(device, work);
    return INNER(partition, x, axis, pivots, positions, out);
}

static xp_status trace_unique(const struct xp_device *device, const xp_view *x, const xp_unique_views *out)
{
    trace_work work = {0};
    work_on(&work, x, false);
    work_on(&work, out->inverse, true); /* the others are as long as there are distinct elements: mostly few */
    work_on(&work, out->count, true);
    trace_launch(device, work);
    return INNER(unique, x, out);
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

trace_context *trace_context_of(const struct xp_device *device)
{
    return device->driver->run == trace_run ? device->context : NULL;
}

/* The slots that the inner driver has, and its limits. */
static void fill_driver(xp_driver *driver, const xp_driver *inner)
{
    *driver = (xp_driver){.size = sizeof(xp_driver),
                          .version = XP_DRIVER_VERSION,
                          .name = "trace",
                          .dlpack_type = inner->dlpack_type,
                          .max_inputs = inner->max_inputs,
                          .small_bytes = inner->small_bytes,
                          .standard_only = inner->standard_only,
                          .keeps_data = inner->keeps_data,
                          .dtypes = inner->dtypes,
                          .run = trace_run};
#define FORWARD(slot) driver->slot = inner->slot ? trace_##slot : NULL
    FORWARD(supports);
    FORWARD(allocate);
    FORWARD(release);
    FORWARD(upload);
    FORWARD(download);
    FORWARD(host_pointer);
    FORWARD(wait);
    FORWARD(run_small);
    driver->launch = inner->launch ? trace_kernel : NULL;
    FORWARD(gather);
    FORWARD(count_mask);
    FORWARD(mask_positions);
    FORWARD(scan);
    FORWARD(search);
    FORWARD(matmul);
    FORWARD(factor);
    FORWARD(draw);
    FORWARD(fourier);
    FORWARD(solve);
    FORWARD(compress);
    FORWARD(scatter);
    FORWARD(sort);
    FORWARD(select);
    FORWARD(unique);
    FORWARD(partition);
    FORWARD(delegates);
#undef FORWARD
}

const struct xp_device *trace_device_open(const struct xp_device *inner)
{
    char name[sizeof inner->name];
    if (snprintf(name, sizeof name, "trace(%s)", inner->name) >= (int)sizeof name) {
        xp_fail(XP_ERROR_DEVICE, "device", "name", "device: the name trace(%s) is too long", inner->name);
        return NULL;
    }
    trace_context *context = xp_alloc_zeroed(1, sizeof *context);
    if (!context) {
        xp_fail(XP_ERROR_MEMORY, "device", "name", "device: out of memory for %s", name);
        return NULL;
    }
    xp_driver driver;
    fill_driver(&driver, inner->driver);
    const struct xp_device *device = xp_device_register(name, &driver, context, inner);
    if (!device)
        xp_dealloc(context);
    return device;
}
