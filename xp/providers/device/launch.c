/* Launching kernels (*.kern.h): each pass in its turn, an item for each index.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "core/dtype.h"
#include "kernel/kernel.h"
#include "providers/device/call.h"

#define ITEMS_PER_UNIT 16 /* of a processor: so that a core which was held up does not hold up all */

/* Which text: the kernel for a dtype. */
typedef struct kernel_key {
    const xp_kernel *kernel;
    uint64_t dtype;
} kernel_key;

static void write_kernel(xp_builder *text, const struct xp_device *device, const void *context)
{
    const kernel_key *key = context;
    int dialect = device_state_of(device)->runtime->dialect;
    char *source = xp_kernel_source(key->kernel, (xp_dialect)dialect, (int)key->dtype);
    xp_builder_add(text, source ? source : "");
    text->failed |= !source;
    free(source);
}

/* A pass has its own list of parameters, by places among arrays and numbers. */
static void add_arguments(device_call *call, const xp_kernel_call *what, const xp_pass *pass)
{
    for (int i = 0; i < pass->n_parameters; i++) {
        const xp_parameter *parameter = &what->kernel->parameters[pass->parameters[i]];
        const xp_number *number = &what->numbers[parameter->place];
        switch ((xp_parameter_kind)parameter->kind) {
        case XP_PARAMETER_INPUT:
        case XP_PARAMETER_OUTPUT:
            device_call_view(call, &what->arrays[parameter->place], parameter->kind == XP_PARAMETER_OUTPUT);
            break;
        case XP_PARAMETER_REAL:
            if (what->real == XP_FLOAT32)
                device_call_value(call, &(xp_value){.as_float32 = (float)number->real}, XP_FLOAT32);
            else
                device_call_double(call, number->real);
            break;
        case XP_PARAMETER_EXTENT:
        case XP_PARAMETER_STEP:
        case XP_PARAMETER_INDEX:
            device_call_index(call, number->index);
            break;
        }
    }
}

/* Indices of an item: one, but a share of all on processors, which have few items. */
static int64_t stretch_for(const device_state *state, int64_t extent)
{
    int64_t items = (int64_t)state->about.compute_units * ITEMS_PER_UNIT;
    return state->about.is_cpu ? (extent + items - 1) / items : 1;
}

xp_status device_launch_kernel(const struct xp_device *device, const xp_kernel_call *what)
{
    const kernel_key key = {what->kernel, what->real};
    const device_source source = {what->kernel->name, &key, sizeof key, write_kernel, &key};
    for (int p = 0; p < what->kernel->n_passes; p++) {
        const xp_pass *pass = &what->kernel->passes[p];
        int64_t extent = what->extents[p], stretch = stretch_for(device_state_of(device), extent);
        char entry[64];
        snprintf(entry, sizeof entry, "%s_entry", pass->name);
        device_call call;
        device_call_begin(&call, device);
        device_call_index(&call, extent);
        device_call_index(&call, stretch);
        add_arguments(&call, what, pass);
        int64_t items = extent > 0 ? (extent + stretch - 1) / stretch : 0;
        xp_status status = device_call_launch(&call, &source, entry, device_groups_for(device, items));
        if (status != XP_OK)
            return status;
    }
    return XP_OK;
}
