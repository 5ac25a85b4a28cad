/* The device: the host's driver on memory that GSL allocates, and GSL's functions over the generic ones.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <gsl/gsl_errno.h>
#include <scixp/driver.h>
#include <stdatomic.h>

#include "native.h"

static atomic_long blocks;

long gslxp_blocks(void)
{
    return atomic_load(&blocks);
}

/* The handle is the address, as the host's slots want it; beside it stands the block that it belongs to. Blocks count
 * in doubles, whatever the elements are. */
static xp_status allocate(const struct xp_device *device, size_t bytes, xp_memory *memory)
{
    gsl_block *block = gsl_block_alloc((bytes + sizeof(double) - 1) / sizeof(double));
    if (!block)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s: %zu bytes", device->name, bytes);
    atomic_fetch_add(&blocks, 1);
    *memory = (xp_memory){.handle = block->data, .order = block};
    return XP_OK;
}

static void release(const struct xp_device *device, xp_memory memory, size_t bytes)
{
    (void)device, (void)bytes;
    gsl_block_free(memory.order);
    atomic_fetch_sub(&blocks, 1);
}

static const struct xp_device *open_device(void)
{
    const struct xp_device *host = xp_device("host");
    if (!host)
        return NULL;
    gsl_set_error_handler_off();
    xp_driver driver = {.size = sizeof driver};
    xp_driver_like(&driver, host);
    driver.name = "gsl";
    driver.allocate = allocate;
    driver.release = release;
    driver.native = &gslxp_native;
    return xp_device_register("gsl", &driver, NULL, NULL);
}

/* For one thread to call first; a program with several calls it before it starts them. */
const struct xp_device *gslxp_device(void)
{
    static const struct xp_device *device;
    if (!device)
        device = open_device();
    return device;
}
