/* The driver table of the device core, and devices made of it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/device.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/device/programs.h"
#include "providers/device/slots/slots.h"

#define GROUP_ITEMS 256     /* of a group, where it is not a processor's: a power of two, as smaller ones are */
#define MOST_INPUTS 24      /* of a program: each takes 16 bytes of a kernel's parameters and more */

static const xp_driver table = {
    .size = sizeof(xp_driver),
    .version = XP_DRIVER_VERSION,
    .max_inputs = MOST_INPUTS,
    .supports = device_supports,
    .allocate = device_allocate,
    .release = device_release,
    .upload = device_upload,
    .download = device_download,
    .wait = device_wait,
    .run = device_run,
    .launch = device_launch_kernel,
    .gather = device_gather,
    .count_mask = device_count_mask,
    .mask_positions = device_mask_positions,
    .compress = device_vendor_compress,
    .search = device_search,
    .draw = device_draw,
    .scan = device_vendor_scan,
    .scatter = device_scatter,
    .sort = device_vendor_sort,
    .select = device_select,
    .unique = device_unique,
    .partition = device_partition,
    .matmul = device_vendor_matmul,
    .factor = device_vendor_factor,
    .solve = device_vendor_solve,
    .fourier = device_vendor_fourier,
    .adopt = device_adopt,
    .disown = device_disown,
    .share = device_share,
    .set_stream = device_set_stream,
    .get_stream = device_get_stream,
    .copy_from = device_copy_from,
    .delegates = device_delegates,
};

/* What the dtypes of a device without float64 are. */
static xp_device_dtypes dtypes_of(const runtime_device *about)
{
    if (about->has_float64)
        return (xp_device_dtypes){.missing = 0};
    return (xp_device_dtypes){.real_floating = XP_FLOAT32,
                              .complex_floating = XP_COMPLEX64,
                              .missing = 1u << XP_FLOAT64 | 1u << XP_COMPLEX128};
}

static void describe_driver(xp_driver *driver, const device_state *state)
{
    *driver = table;
    driver->name = state->runtime->name;
    driver->dlpack_type = state->about.dlpack_type;
    driver->dlpack_id = state->about.dlpack_id;
    driver->dtypes = dtypes_of(&state->about);
}

static device_state *open_state(const runtime *table_of, int number)
{
    device_state *state = xp_alloc_zeroed(1, sizeof *state);
    if (!state)
        return NULL;
    state->runtime = table_of;
    state->number = number;
    if (pthread_mutex_init(&state->lock, NULL) != 0 || !device_pool_open(state) || !device_programs_open(state)) {
        xp_dealloc(state);
        return NULL;
    }
    return state;
}

const struct xp_device *device_register(const runtime *table_of, int number, const char *name)
{
    device_state *state = open_state(table_of, number);
    if (!state) {
        xp_fail(XP_ERROR_MEMORY, "device", NULL, "device: out of memory for %s", name);
        return NULL;
    }
    if (table_of->describe(number, &state->about) != RUNTIME_OK) {
        xp_fail(XP_ERROR_DEVICE, "device", "name", "device: %s: %s", name, table_of->message());
        xp_dealloc(state);
        return NULL;
    }
    state->group_items = state->about.is_cpu ? 1 : GROUP_ITEMS;
    while (state->group_items > state->about.group_limit && state->group_items > 1)
        state->group_items /= 2;
    xp_driver driver;
    describe_driver(&driver, state);
    const struct xp_device *device = xp_device_register(name, &driver, state, NULL);
    if (!device)
        xp_dealloc(state);
    return device;
}
