/* The slots of a device that lacks them: each runs an errand to the host's slot of the same name.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/alloc.h"
#include "graph/errand.h"
#include "graph/fallback.h"

/* Begins an errand, whose operands the next lines bring. */
#define BEGIN(e)                                                                                                       \
    errand e;                                                                                                          \
    errand_begin(&e, device)

/* Ends it after the host's slot, if all operands are there. */
#define END(e, slot, ...)                                                                                              \
    do {                                                                                                               \
        if (e.status == XP_OK)                                                                                         \
            e.status = e.host->driver->slot(e.host, __VA_ARGS__);                                                      \
        return errand_end(&e);                                                                                         \
    } while (0)

/* ---- programs and kernels ---------------------------------------------------------------------------------------- */

/* An operand of a program on the host. Along the axes in `single` it has one element. */
static void bring_operand(errand *e, xp_operand *operand, int ndim, const int64_t *shape, uint32_t single, int dtype,
                          errand_use use)
{
    int64_t extents[XP_MAX_NDIM];
    for (int axis = 0; axis < ndim; axis++)
        extents[axis] = single >> axis & 1 ? 1 : shape[axis];
    const xp_view view = {operand->buffer, operand->offset, (uint8_t)dtype, ndim, extents, operand->strides};
    const xp_view *brought = errand_bring(e, &view, use);
    if (!brought)
        return;
    operand->buffer = brought->buffer;
    operand->offset = brought->offset;
}

static xp_status fallback_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    xp_operands *brought = xp_alloc(1, sizeof *brought);
    errand *e = xp_alloc(1, sizeof *e);
    xp_status status = XP_ERROR_MEMORY;
    if (brought && e) {
        *brought = *operands;
        errand_begin(e, device);
        for (int i = 0; i < program->n_inputs; i++)
            if (program->inputs[i].kind == XP_INPUT_ARRAY)
                bring_operand(e, &brought->inputs[i], operands->ndim, operands->shape, 0, program->inputs[i].dtype,
                              ERRAND_READ);
        for (int i = 0; i < program->n_outputs; i++)
            bring_operand(e, &brought->outputs[i], operands->ndim, operands->shape,
                          program->outputs[i].reduction ? operands->reduced : 0, program->outputs[i].dtype,
                          ERRAND_WRITE);
        if (e->status == XP_OK)
            e->status = e->host->driver->run(e->host, program, brought);
        status = errand_end(e);
    } else {
        xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    }
    xp_dealloc(brought);
    xp_dealloc(e);
    return status;
}

static xp_status fallback_launch(const struct xp_device *device, const xp_kernel_call *call)
{
    xp_view arrays[XP_KERNEL_ARRAYS];
    xp_kernel_call there = *call;
    there.arrays = arrays;
    BEGIN(e);
    for (int i = 0; i < call->kernel->n_arrays; i++)
        arrays[i] = (xp_view){0};
    for (int i = 0; i < call->kernel->n_parameters; i++) {
        const xp_parameter *parameter = &call->kernel->parameters[i];
        bool is_output = parameter->kind == XP_PARAMETER_OUTPUT;
        if (!(is_output || parameter->kind == XP_PARAMETER_INPUT) || !call->arrays[parameter->place].buffer)
            continue;
        const xp_view *brought =
            errand_bring(&e, &call->arrays[parameter->place], is_output ? ERRAND_UPDATE : ERRAND_READ);
        if (brought)
            arrays[parameter->place] = *brought;
    }
    END(e, launch, &there);
}

/* ---- vendor slots ------------------------------------------------------------------------------------------------ */

static xp_status fallback_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                                 const xp_view *out)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    indices = errand_bring(&e, indices, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, gather, x, indices, axis, out);
}

static xp_status fallback_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count)
{
    BEGIN(e);
    mask = errand_bring(&e, mask, ERRAND_READ);
    END(e, count_mask, mask, count);
}

static xp_status fallback_mask_positions(const struct xp_device *device, const xp_view *mask,
                                         const xp_view *positions)
{
    BEGIN(e);
    mask = errand_bring(&e, mask, ERRAND_READ);
    positions = errand_bring(&e, positions, ERRAND_UPDATE);
    END(e, mask_positions, mask, positions);
}

static xp_status fallback_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x,
                               int axis, const xp_view *out)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, scan, reduction, x, axis, out);
}

static xp_status fallback_search(const struct xp_device *device, const xp_view *sorted, const xp_view *values,
                                 bool right, const xp_view *out)
{
    BEGIN(e);
    sorted = errand_bring(&e, sorted, ERRAND_READ);
    values = errand_bring(&e, values, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, search, sorted, values, right, out);
}

static xp_status fallback_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b,
                                 const xp_view *out)
{
    BEGIN(e);
    a = errand_bring(&e, a, ERRAND_READ);
    b = errand_bring(&e, b, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, matmul, a, b, out);
}

static xp_status fallback_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                                 const xp_view *results, int n_results)
{
    xp_view there[3];
    BEGIN(e);
    a = errand_bring(&e, a, ERRAND_READ);
    for (int i = 0; i < n_results; i++) {
        const xp_view *brought = errand_bring(&e, &results[i], ERRAND_WRITE);
        if (brought)
            there[i] = *brought;
    }
    END(e, factor, kind, a, there, n_results);
}

static xp_status fallback_draw(const struct xp_device *device, const xp_draw *what, const xp_view *out)
{
    BEGIN(e);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, draw, what, out);
}

static xp_status fallback_solve(const struct xp_device *device, const xp_view *a, const xp_view *b,
                                const xp_view *out)
{
    BEGIN(e);
    a = errand_bring(&e, a, ERRAND_READ);
    b = errand_bring(&e, b, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, solve, a, b, out);
}

static xp_status fallback_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x,
                                  const int *axes, int n_axes, double factor, const xp_view *out)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, fourier, kind, x, axes, n_axes, factor, out);
}

static xp_status fallback_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask,
                                   const xp_view *out)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    mask = errand_bring(&e, mask, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, compress, x, mask, out);
}

static xp_status fallback_scatter(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                                  const xp_view *indices, int axis, const xp_view *out)
{
    BEGIN(e);
    values = errand_bring(&e, values, ERRAND_READ);
    indices = errand_bring(&e, indices, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_UPDATE);
    END(e, scatter, kind, values, indices, axis, out);
}

static xp_status fallback_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending,
                               bool stable, const xp_view *values, const xp_view *positions)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    values = errand_bring(&e, values, ERRAND_WRITE);
    positions = errand_bring(&e, positions, ERRAND_WRITE);
    END(e, sort, x, axis, descending, stable, values, positions);
}

static xp_status fallback_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks,
                                 int count, bool nan_spreads, const xp_view *out)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, select, x, axis, ranks, count, nan_spreads, out);
}

/* Of values, indices and counts only the first elements are written. */
static xp_status fallback_unique(const struct xp_device *device, const xp_view *x, const xp_unique_views *out)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    const xp_unique_views there = {.capacity = out->capacity,
                                   .values = errand_bring(&e, out->values, ERRAND_UPDATE),
                                   .indices = errand_bring(&e, out->indices, ERRAND_UPDATE),
                                   .inverse = errand_bring(&e, out->inverse, ERRAND_WRITE),
                                   .counts = errand_bring(&e, out->counts, ERRAND_UPDATE),
                                   .count = errand_bring(&e, out->count, ERRAND_WRITE)};
    END(e, unique, x, &there);
}

static xp_status fallback_partition(const struct xp_device *device, const xp_view *x, int axis,
                                    const xp_view *pivots, bool positions, const xp_view *out)
{
    BEGIN(e);
    x = errand_bring(&e, x, ERRAND_READ);
    pivots = errand_bring(&e, pivots, ERRAND_READ);
    out = errand_bring(&e, out, ERRAND_WRITE);
    END(e, partition, x, axis, pivots, positions, out);
}

const xp_driver xp_fallback_driver = {
    .size = sizeof(xp_driver),
    .version = XP_DRIVER_VERSION,
    .name = "fallback",
    .run = fallback_run,
    .launch = fallback_launch,
    .gather = fallback_gather,
    .count_mask = fallback_count_mask,
    .mask_positions = fallback_mask_positions,
    .scan = fallback_scan,
    .search = fallback_search,
    .matmul = fallback_matmul,
    .factor = fallback_factor,
    .draw = fallback_draw,
    .solve = fallback_solve,
    .fourier = fallback_fourier,
    .compress = fallback_compress,
    .scatter = fallback_scatter,
    .sort = fallback_sort,
    .select = fallback_select,
    .unique = fallback_unique,
    .partition = fallback_partition,
};
