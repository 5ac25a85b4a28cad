/* The strict driver: the host's work on memory that nobody else can touch, and only what the standard promises.
 *
 * It stands in for a GPU in the tests of algorithms: no host pointers, nothing computed at the call however small it
 * is, devices that do not mix, no promotion that the standard leaves open. The devices are array-api-strict's five:
 * three that differ in nothing or in their default dtypes, and two that lack some.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/strict/strict.h"

#include "core/device_dtypes.h"
#include "core/dtype.h"
#include "core/registry.h"

/* The operands of a vendor slot, NULLs among them passed over; `writable` is a bit mask. */
#define VIEWS(...)                                                                                                     \
    (int)(sizeof((const xp_view *const[]){__VA_ARGS__}) / sizeof(const xp_view *)),                                    \
        (const xp_view *const[]){__VA_ARGS__}

/* A floating dtype that the device has not may be on none of its arrays, not even on those that no caller sees. */
static xp_status check_floating(const struct xp_device *device, int dtype)
{
    if (!xp_dtype_is(dtype, XP_KIND_FLOATING) || xp_device_has(device, dtype))
        return XP_OK;
    return xp_driver_error(XP_ERROR_UNSUPPORTED, "%s cannot compute in %s", device->name, xp_dtype_name(dtype));
}

static xp_status check_program(const struct xp_device *device, const xp_program *program)
{
    xp_status status = XP_OK;
    for (int i = 0; i < program->n_inputs && status == XP_OK; i++)
        status = check_floating(device, program->inputs[i].dtype);
    for (int i = 0; i < program->n_steps && status == XP_OK; i++)
        status = check_floating(device, program->steps[i].dtype);
    for (int i = 0; i < program->n_outputs && status == XP_OK; i++)
        status = check_floating(device, program->outputs[i].dtype);
    return status;
}

static xp_status open_views(const struct xp_device *device, strict_opened *opened, uint32_t writable, int count,
                            const xp_view *const *views)
{
    xp_status status = XP_OK;
    opened->count = 0;
    for (int i = 0; i < count && status == XP_OK; i++) {
        if (!views[i])
            continue;
        status = check_floating(device, views[i]->dtype);
        if (status == XP_OK)
            status = strict_open(device, opened, views[i]->buffer, writable >> i & 1);
    }
    return status;
}

static xp_status closed(strict_opened *opened, xp_status status)
{
    strict_close(opened);
    return status;
}

static xp_status strict_launch(const struct xp_device *device, const xp_kernel_call *call)
{
    strict_opened opened = {.count = 0};
    xp_status status = XP_OK;
    for (int i = 0; i < call->kernel->n_parameters && status == XP_OK; i++) {
        const xp_parameter *parameter = &call->kernel->parameters[i];
        bool is_written = parameter->kind == XP_PARAMETER_OUTPUT;
        if (is_written || parameter->kind == XP_PARAMETER_INPUT)
            status = strict_open(device, &opened, call->arrays[parameter->place].buffer, is_written);
    }
    if (status == XP_OK)
        status = device->inner->driver->launch(device->inner, call);
    return closed(&opened, status);
}

static xp_status strict_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                               const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 4, VIEWS(x, indices, out));
    if (status == XP_OK)
        status = device->inner->driver->gather(device->inner, x, indices, axis, out);
    return closed(&opened, status);
}

static xp_status strict_count_mask(const struct xp_device *device, const xp_view *mask, int64_t *count)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 0, VIEWS(mask));
    if (status == XP_OK)
        status = device->inner->driver->count_mask(device->inner, mask, count);
    return closed(&opened, status);
}

static xp_status strict_mask_positions(const struct xp_device *device, const xp_view *mask, const xp_view *positions)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 2, VIEWS(mask, positions));
    if (status == XP_OK)
        status = device->inner->driver->mask_positions(device->inner, mask, positions);
    return closed(&opened, status);
}

static xp_status strict_scan(const struct xp_device *device, xp_reduction_kind reduction, const xp_view *x, int axis,
                             const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 2, VIEWS(x, out));
    if (status == XP_OK)
        status = device->inner->driver->scan(device->inner, reduction, x, axis, out);
    return closed(&opened, status);
}

static xp_status strict_search(const struct xp_device *device, const xp_view *sorted, const xp_view *values, bool right,
                               const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 4, VIEWS(sorted, values, out));
    if (status == XP_OK)
        status = device->inner->driver->search(device->inner, sorted, values, right, out);
    return closed(&opened, status);
}

static xp_status strict_matmul(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 4, VIEWS(a, b, out));
    if (status == XP_OK)
        status = device->inner->driver->matmul(device->inner, a, b, out);
    return closed(&opened, status);
}

static xp_status strict_factor(const struct xp_device *device, xp_factor_kind kind, const xp_view *a,
                               const xp_view *results, int n_results)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 14,
                                  VIEWS(a, results, n_results > 1 ? &results[1] : NULL,
                                        n_results > 2 ? &results[2] : NULL));
    if (status == XP_OK)
        status = device->inner->driver->factor(device->inner, kind, a, results, n_results);
    return closed(&opened, status);
}

static xp_status strict_draw(const struct xp_device *device, const xp_draw *what, const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 1, VIEWS(out));
    if (status == XP_OK)
        status = device->inner->driver->draw(device->inner, what, out);
    return closed(&opened, status);
}

static xp_status strict_fourier(const struct xp_device *device, xp_fourier_kind kind, const xp_view *x,
                                const int *axes, int n_axes, double factor, const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 2, VIEWS(x, out));
    if (status == XP_OK)
        status = device->inner->driver->fourier(device->inner, kind, x, axes, n_axes, factor, out);
    return closed(&opened, status);
}

static xp_status strict_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 4, VIEWS(a, b, out));
    if (status == XP_OK)
        status = device->inner->driver->solve(device->inner, a, b, out);
    return closed(&opened, status);
}

static xp_status strict_compress(const struct xp_device *device, const xp_view *x, const xp_view *mask,
                                 const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 4, VIEWS(x, mask, out));
    if (status == XP_OK)
        status = device->inner->driver->compress(device->inner, x, mask, out);
    return closed(&opened, status);
}

static xp_status strict_scatter(const struct xp_device *device, xp_scatter_kind kind, const xp_view *values,
                                const xp_view *indices, int axis, const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 4, VIEWS(values, indices, out));
    if (status == XP_OK)
        status = device->inner->driver->scatter(device->inner, kind, values, indices, axis, out);
    return closed(&opened, status);
}

static xp_status strict_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                             const xp_view *values, const xp_view *positions)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 6, VIEWS(x, values, positions));
    if (status == XP_OK)
        status = device->inner->driver->sort(device->inner, x, axis, descending, stable, values, positions);
    return closed(&opened, status);
}

static xp_status strict_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks,
                               int count, bool nan_spreads, const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 2, VIEWS(x, out));
    if (status == XP_OK)
        status = device->inner->driver->select(device->inner, x, axis, ranks, count, nan_spreads, out);
    return closed(&opened, status);
}

static xp_status strict_unique(const struct xp_device *device, const xp_view *x, const xp_unique_views *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 62,
                                  VIEWS(x, out->values, out->indices, out->inverse, out->counts, out->count));
    if (status == XP_OK)
        status = device->inner->driver->unique(device->inner, x, out);
    return closed(&opened, status);
}

static xp_status strict_partition(const struct xp_device *device, const xp_view *x, int axis, const xp_view *pivots,
                                  bool positions, const xp_view *out)
{
    strict_opened opened;
    xp_status status = open_views(device, &opened, 4, VIEWS(x, pivots, out));
    if (status == XP_OK)
        status = device->inner->driver->partition(device->inner, x, axis, pivots, positions, out);
    return closed(&opened, status);
}

static xp_status strict_run(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    strict_opened opened = {.count = 0};
    xp_status status = check_program(device, program);
    for (int i = 0; i < program->n_inputs && status == XP_OK; i++)
        if (program->inputs[i].kind == XP_INPUT_ARRAY)
            status = strict_open(device, &opened, operands->inputs[i].buffer, false);
    for (int i = 0; i < program->n_outputs && status == XP_OK; i++)
        status = strict_open(device, &opened, operands->outputs[i].buffer, true);
    if (status == XP_OK)
        status = device->inner->driver->run(device->inner, program, operands);
    return closed(&opened, status);
}

static xp_status strict_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from,
                               size_t bytes)
{
    strict_opened opened = {.count = 0};
    xp_status status = strict_open(device, &opened, to, true);
    if (status == XP_OK)
        status = device->inner->driver->upload(device->inner, to, offset, from, bytes);
    return closed(&opened, status);
}

static xp_status strict_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset,
                                 size_t bytes)
{
    strict_opened opened = {.count = 0};
    xp_status status = strict_open(device, &opened, from, false);
    if (status == XP_OK)
        status = device->inner->driver->download(device->inner, to, from, offset, bytes);
    return closed(&opened, status);
}

static bool strict_supports(const struct xp_device *device, const xp_request *request)
{
    const xp_driver *host = device->inner->driver;
    return !host->supports || host->supports(device->inner, request);
}

static const char *strict_delegates(const struct xp_device *device, const xp_request *request)
{
    const xp_driver *host = device->inner->driver;
    return host->delegates ? host->delegates(device->inner, request) : NULL;
}

static const xp_driver strict_template = {
    .size = sizeof(xp_driver),
    .version = XP_DRIVER_VERSION,
    .name = "strict",
    .small_bytes = 0,
    .standard_only = true,
    .supports = strict_supports,
    .allocate = strict_allocate,
    .release = strict_release,
    .upload = strict_upload,
    .download = strict_download,
    .run = strict_run,
    .launch = strict_launch,
    .gather = strict_gather,
    .count_mask = strict_count_mask,
    .mask_positions = strict_mask_positions,
    .scan = strict_scan,
    .search = strict_search,
    .matmul = strict_matmul,
    .factor = strict_factor,
    .draw = strict_draw,
    .fourier = strict_fourier,
    .solve = strict_solve,
    .compress = strict_compress,
    .scatter = strict_scatter,
    .sort = strict_sort,
    .select = strict_select,
    .unique = strict_unique,
    .partition = strict_partition,
    .delegates = strict_delegates,
};

/* A slot that the host lacks is missing here, too. */
static void drop_missing(xp_driver *driver, const xp_driver *host)
{
#define DROP_MISSING(slot) driver->slot = host->slot ? driver->slot : NULL
    DROP_MISSING(launch);
    DROP_MISSING(gather);
    DROP_MISSING(count_mask);
    DROP_MISSING(mask_positions);
    DROP_MISSING(scan);
    DROP_MISSING(search);
    DROP_MISSING(matmul);
    DROP_MISSING(factor);
    DROP_MISSING(draw);
    DROP_MISSING(fourier);
    DROP_MISSING(solve);
    DROP_MISSING(compress);
    DROP_MISSING(scatter);
    DROP_MISSING(sort);
    DROP_MISSING(select);
    DROP_MISSING(unique);
    DROP_MISSING(partition);
#undef DROP_MISSING
}

/* ---- the five devices -------------------------------------------------------------------------------------------- */

#define MISSING(dtype) (UINT32_C(1) << (dtype))

static const struct strict_kind {
    const char *name;
    bool keeps_data; /* all but the CPU device */
    xp_device_dtypes dtypes;
} kinds[] = {
    {"strict", false, {0}},
    {"strict:device1", true, {0}},
    {"strict:device2", true, {.real_floating = XP_FLOAT32, .complex_floating = XP_COMPLEX64}},
    {"strict:no_float64",
     true,
     {.real_floating = XP_FLOAT32,
      .complex_floating = XP_COMPLEX64,
      .missing = MISSING(XP_FLOAT64) | MISSING(XP_COMPLEX128)}},
    {"strict:no_x64",
     true,
     {.real_floating = XP_FLOAT32,
      .complex_floating = XP_COMPLEX64,
      .integral = XP_INT32,
      .indexing = XP_INT32,
      .missing = MISSING(XP_FLOAT64) | MISSING(XP_COMPLEX128) | MISSING(XP_INT64) | MISSING(XP_UINT64)}},
};

void strict_devices_open(void)
{
    static bool is_open;
    const struct xp_device *host = is_open ? NULL : xp_device("host");
    if (!host)
        return;
    is_open = true;
    xp_driver driver = strict_template;
    driver.max_inputs = host->driver->max_inputs;
    drop_missing(&driver, host->driver);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        driver.keeps_data = kinds[i].keeps_data;
        driver.dtypes = kinds[i].dtypes;
        driver.dtypes.missing |= MISSING(XP_FLOAT16) | MISSING(XP_BFLOAT16); /* the standard has none of them */
        xp_device_register(kinds[i].name, &driver, NULL, host);
    }
}
