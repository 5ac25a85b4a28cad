/* From arrays to a driver's launch slot: checks, layouts, and the numbers that follow from them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/launch.h"

#include "core/array_private.h"
#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"
#include "graph/fallback.h"
#include "graph/node.h"

static _Thread_local bool plain_wanted;

void xp_launch_plain(bool plain) { plain_wanted = plain; }

/* Whether the kernel takes the steps of this array itself. */
static bool takes_steps(const xp_kernel *kernel, int array)
{
    for (int i = 0; i < kernel->n_parameters; i++)
        if (kernel->parameters[i].kind == XP_PARAMETER_STEP && kernel->parameters[i].of == array)
            return true;
    return false;
}

/* An input in memory, as the kernel can walk it; NULL with an error recorded. */
static xp_array *input(const xp_kernel *kernel, const xp_parameter *parameter, xp_array *x, const char *function)
{
    return takes_steps(kernel, parameter->place) ? xp_ready(x, function) : xp_ready_contiguous(x, function);
}

/* Whether nobody else sees what will be written. */
static bool check_output(const xp_kernel *kernel, const xp_parameter *parameter, const xp_array *x,
                         const char *function)
{
    if (xp_state(x) == XP_STATE_READY && xp_array_is_contiguous(x) &&
        (x->size == 0 || (!x->buffer->read_only && atomic_load(&x->buffer->references) == 1)))
        return true;
    xp_fail(XP_ERROR_VALUE, function, parameter->name, "%s: %s of the kernel %s is no fresh array", function,
            parameter->name, kernel->name);
    return false;
}

/* Fills the arrays of a call. The first array decides on the device. */
static bool fill_views(xp_view *views, const xp_kernel *kernel, xp_dtype real, xp_array *const *arrays,
                       const struct xp_device **device, const char *function)
{
    *device = NULL;
    for (int i = 0; i < kernel->n_parameters; i++) {
        const xp_parameter *parameter = &kernel->parameters[i];
        if (parameter->kind != XP_PARAMETER_INPUT && parameter->kind != XP_PARAMETER_OUTPUT)
            continue;
        xp_array *x = arrays[parameter->place];
        views[parameter->place] = (xp_view){0};
        if (!x)
            continue;
        if (xp_is_failed(x))
            return false;
        int dtype = parameter->dtype == XP_PARAMETER_OF_CALL ? (int)real : parameter->dtype;
        if (x->dtype != dtype || !x->xp) {
            xp_fail(XP_ERROR_TYPE, function, parameter->name, "%s: %s of the kernel %s has dtype %s, expected %s",
                    function, parameter->name, kernel->name, xp_dtype_name((xp_dtype)x->dtype),
                    xp_dtype_name((xp_dtype)dtype));
            return false;
        }
        if (parameter->kind == XP_PARAMETER_INPUT)
            x = input(kernel, parameter, x, function);
        else if (!check_output(kernel, parameter, x, function))
            return false;
        if (!x)
            return false;
        if (*device && *device != x->xp->device) {
            xp_fail(XP_ERROR_DEVICE, function, parameter->name, "%s: %s of the kernel %s is on another device",
                    function, parameter->name, kernel->name);
            return false;
        }
        *device = x->xp->device;
        views[parameter->place] = (xp_view){x->buffer, x->offset, x->dtype, x->ndim, x->shape, x->strides};
    }
    return true;
}

/* The numbers in the order of the parameters: extents and steps of the arrays between those that were given. */
static void fill_numbers(xp_number *numbers, const xp_kernel *kernel, const xp_view *views, const xp_number *given)
{
    for (int i = 0; i < kernel->n_parameters; i++) {
        const xp_parameter *parameter = &kernel->parameters[i];
        const xp_view *of = &views[parameter->of];
        bool known = of->buffer && parameter->axis < of->ndim;
        switch ((xp_parameter_kind)parameter->kind) {
        case XP_PARAMETER_EXTENT:
            numbers[parameter->place].index = known ? of->shape[parameter->axis] : 0;
            break;
        case XP_PARAMETER_STEP:
            numbers[parameter->place].index =
                known ? of->strides[parameter->axis] / (int64_t)xp_dtype_bytes(of->dtype) : 0;
            break;
        case XP_PARAMETER_INDEX:
        case XP_PARAMETER_REAL:
            numbers[parameter->place] = *given++;
            break;
        case XP_PARAMETER_INPUT:
        case XP_PARAMETER_OUTPUT:
            break;
        }
    }
}

xp_array *xp_launch_output(const xp_namespace *xp, xp_shape shape, xp_dtype dtype, const char *function)
{
    return xp_new_array(xp, shape, dtype, function, NULL);
}

bool xp_launch(const xp_kernel *kernel, const char *function, xp_dtype real, const int64_t *extents,
               xp_array *const *arrays, const xp_number *given, double nanoseconds)
{
    xp_scope scope = xp_scope_open(); /* for copies of inputs */
    xp_view views[XP_KERNEL_ARRAYS];
    xp_number numbers[XP_KERNEL_NUMBERS];
    const struct xp_device *device;
    bool done = fill_views(views, kernel, real, arrays, &device, function) && device;
    const xp_request request = {.kind = XP_REQUEST_SLOT,
                                .slot = offsetof(xp_driver, launch),
                                .dtype = (uint8_t)real,
                                .kernel = kernel};
    const xp_driver *driver = done ? xp_driver_for(device, &request, function) : NULL;
    done = driver != NULL;
    if (done) {
        fill_numbers(numbers, kernel, views, given);
        const xp_kernel_call call = {kernel, (uint8_t)real, plain_wanted, extents, views, numbers, nanoseconds};
        xp_status status = driver->launch(device, &call);
        if (status != XP_OK)
            xp_driver_failed(status, function);
        done = status == XP_OK;
    }
    return xp_scope_close(scope) == XP_OK && done;
}
