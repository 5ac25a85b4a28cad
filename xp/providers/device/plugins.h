/* Plug-ins: shared objects that bring the runtime table of a kind of devices.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_PLUGINS_H
#define DEVICE_PLUGINS_H

#include "providers/device/runtime.h"

/* A kind of devices that the library knows a plug-in for. */
typedef struct device_plugin {
    const char *name;         /* "opencl" */
    const char *file;         /* "scixp-opencl.so" */
    const runtime *table;     /* NULL: it could not be opened, or has no devices */
    char reason[512];         /* why */
    char path[512];           /* from where it was opened; empty if it was not */
} device_plugin;

/* The plug-in of this name, opened at the first call; NULL if there is none such. It is never closed. */
const device_plugin *device_plugin_of(const char *name);

/* The same by number, from 0 on; NULL behind the last one. */
const device_plugin *device_plugin_at(int number);

#endif
