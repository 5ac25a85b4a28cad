/* Namespaces: one for each device, made of the generic functions and of the device's own.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/registry.h"
#include "driver.h"
#include "scixp/xp/scope.h"
#include "standard/standard_private.h"
#include "standard/watch.h"

typedef void any_function(void);

static standard_tables namespaces[XP_DEVICE_SLOTS];
static standard_tables generics[XP_DEVICE_SLOTS]; /* of devices with functions of their own: what these replace */
static standard_tables beneath[XP_DEVICE_SLOTS]; /* of those that are watched: the functions themselves */

const xp_namespace *standard_namespace(int slot)
{
    return &namespaces[slot].main;
}

/* Copies the function pointers that a foreign table has over those of a whole one. `first` is where the functions
 * begin, `size` the whole table's; a foreign table of an older build is shorter, one of a newer build longer. */
static void overlay(void *whole, const void *foreign, size_t foreign_size, size_t first, size_t size)
{
    size_t end = foreign_size < size ? foreign_size : size;
    for (size_t at = first; at + sizeof(any_function *) <= end; at += sizeof(any_function *)) {
        any_function *function;
        memcpy(&function, (const char *)foreign + at, sizeof function);
        if (function)
            memcpy((char *)whole + at, &function, sizeof function);
    }
}

/* For one sub-table that `native` may have. */
#define OVERLAY(table, first)                                                                                          \
    if (native->table)                                                                                                 \
    overlay(&tables->table, native->table, native->table->size, offsetof(xp_##table, first), sizeof(xp_##table))

static void overlay_all(standard_tables *tables, const xp_namespace *native)
{
    overlay(&tables->main, native, native->size, offsetof(xp_namespace, zeros), sizeof(xp_namespace));
    OVERLAY(linalg, cholesky);
    OVERLAY(fft, fft);
    OVERLAY(extra, at_set);
    OVERLAY(random, integers);
    OVERLAY(info, capabilities);
}

/* Strict devices ask before each call, the dtype of results is looked at where a device lacks some, and what is logged
 * is seen at the call. */
static void watch(const struct xp_device *device)
{
    bool strict = device->driver->standard_only;
    if (!strict && !device->dtypes.missing && !standard_logs_calls())
        return;
    standard_tables *tables = &namespaces[device->slot];
    beneath[device->slot] = *tables;
    tables->beneath = &beneath[device->slot];
    standard_fill_watched(tables, strict);
}

static void fill_generic(standard_tables *tables, const struct xp_device *device)
{
    *tables = standard_generic;
    tables->main.device = device;
    tables->main.linalg = &tables->linalg;
    tables->main.fft = &tables->fft;
    tables->main.extra = &tables->extra;
    tables->main.random = &tables->random;
    tables->main.info = &tables->info;
    standard_fill_device(tables, device->slot);
}

const xp_namespace *xp_generic_namespace(const struct xp_device *device)
{
    const xp_namespace *generic = &generics[device->slot].main;
    return generic->device ? generic : device->xp;
}

const xp_namespace *xp_namespace_from_driver(const struct xp_device *device, const xp_namespace *native)
{
    if (device->slot < 1 || device->slot >= XP_DEVICE_SLOTS) {
        xp_fail(XP_ERROR_DEVICE, "device", NULL, "device: more than %d devices", XP_DEVICE_SLOTS - 1);
        return NULL;
    }
    standard_tables *tables = &namespaces[device->slot];
    fill_generic(tables, device);
    if (native) {
        fill_generic(&generics[device->slot], device);
        overlay_all(tables, native);
    }
    watch(device);
    return &tables->main;
}

/* ---- the inert device: where failed arrays are ------------------------------------------------------------------- */

static const xp_driver inert_driver = {
    .size = sizeof(xp_driver), .version = XP_DRIVER_VERSION, .name = "inert", .max_inputs = XP_PROGRAM_INPUTS};

const struct xp_device standard_inert_device = {
    .driver = &inert_driver, .xp = &standard_inert.main, .slot = 0, .name = "inert"};

const xp_namespace *xp_inert_namespace(void)
{
    return &standard_inert.main;
}
