/* Launching kernels (*.kern.h): each pass in its turn, an item for each index or a group for each stretch of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "core/dtype.h"
#include "kernel/kernel.h"
#include "providers/device/call.h"

#define LEAST_ITEMS 16    /* of a group that bodies for groups are made for */
#define ITEMS_PER_UNIT 16 /* of a processor: so that a core which was held up does not hold up all */

/* Which text: the kernel for a dtype, and for groups of so many items; 0 has all passes as they are. */
typedef struct kernel_key {
    const xp_kernel *kernel;
    int32_t dtype, items;
} kernel_key;

static void write_kernel(xp_builder *text, const struct xp_device *device, const void *context)
{
    const kernel_key *key = context;
    int dialect = device_state_of(device)->runtime->dialect;
    char *source = xp_kernel_source(key->kernel, (xp_dialect)dialect, key->dtype, key->items);
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

/* Indices of an item, or of a group that does a stretch: one, or as many as the body is made for; on processors, which
 * have few items, a share of all. */
static int64_t stretch_for(const device_state *state, const xp_pass *pass, int items, int64_t extent)
{
    const int64_t made_for = items == 1 ? pass->processor_indices : pass->group_indices;
    const int64_t least = xp_pass_has_stretches(pass, items) ? made_for : 1;
    if (!state->about.is_cpu)
        return least;
    int64_t shares = (int64_t)state->about.compute_units * ITEMS_PER_UNIT;
    return ((extent + shares - 1) / shares + least - 1) / least * least;
}

static xp_status launch_pass(const struct xp_device *device, const xp_kernel_call *what, const kernel_key *key, int p)
{
    const device_source source = {what->kernel->name, key, sizeof *key, write_kernel, key};
    const xp_pass *pass = &what->kernel->passes[p];
    int64_t extent = what->extents[p], stretch = stretch_for(device_state_of(device), pass, key->items, extent);
    if (extent == 0)
        return XP_OK;
    char entry[64];
    snprintf(entry, sizeof entry, "%s_entry", pass->name);
    device_call call;
    device_call_begin(&call, device);
    device_call_index(&call, extent);
    device_call_index(&call, stretch);
    add_arguments(&call, what, pass);
    int64_t stretches = (extent + stretch - 1) / stretch;
    return device_call_launch(&call, &source, entry,
                              xp_pass_has_stretches(pass, key->items) ? stretches
                                                                      : device_groups_for(device, stretches));
}

xp_status device_launch_kernel(const struct xp_device *device, const xp_kernel_call *what)
{
    const device_state *state = device_state_of(device);
    const bool fits = state->group_items == 1 ||
                      (state->group_items >= LEAST_ITEMS && state->about.local_bytes >= XP_KERNEL_SHARED_BYTES);
    const kernel_key key = {what->kernel, what->real, what->plain || !fits ? 0 : state->group_items};
    xp_status status = XP_OK;
    for (int p = 0; p < what->kernel->n_passes && status == XP_OK; p++)
        status = launch_pass(device, what, &key, p);
    return status;
}
