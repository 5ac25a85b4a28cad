/* Devices by name: "opencl:1" is the second one of the plug-in opencl.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "core/array_private.h"
#include "providers/device/device.h"
#include "providers/device/plugins.h"

/* The plug-in that a name begins with, and the number behind it; NULL if it is no such name. */
static const device_plugin *split_name(const char *name, long *number)
{
    const char *colon = strchr(name, ':');
    char kind[16], *end;
    if (!colon || (size_t)(colon - name) >= sizeof kind)
        return NULL;
    memcpy(kind, name, (size_t)(colon - name));
    kind[colon - name] = '\0';
    *number = strtol(colon + 1, &end, 10);
    return end > colon + 1 && !*end && *number >= 0 ? device_plugin_of(kind) : NULL;
}

const struct xp_device *device_open(const char *name)
{
    long number;
    const device_plugin *plugin = split_name(name, &number);
    if (!plugin) {
        xp_fail(XP_ERROR_DEVICE, "device", "name", "device: there is no device \"%.60s\"", name);
        return NULL;
    }
    if (!plugin->table) {
        xp_fail(XP_ERROR_DEVICE, "device", "name", "device: there is no device %s: %s", name, plugin->reason);
        return NULL;
    }
    if (number >= plugin->table->n_devices) {
        xp_fail(XP_ERROR_DEVICE, "device", "name", "device: there is no device %s: %s has %d", name, plugin->name,
                plugin->table->n_devices);
        return NULL;
    }
    return device_register(plugin->table, (int)number, name);
}
