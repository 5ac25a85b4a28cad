/* Opening plug-ins: where they are looked for, and why one could not be used.
 *
 * A plug-in is looked for in the folders of SCIXP_PLUGIN_PATH (separated by colons), beside the library in scixp/, and
 * where the build installs them.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* dladdr */
#include "providers/device/plugins.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/folders.h" /* made when the build is configured */

static device_plugin plugins[] = {{.name = "cuda", .file = "scixp-cuda.so"},
                                  {.name = "opencl", .file = "scixp-opencl.so"}};
static bool is_tried[sizeof plugins / sizeof plugins[0]];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Whether the file is in the folder; `path` gets it. */
static bool is_there(char *path, size_t bytes, const char *folder, int length, const char *file)
{
    int written = snprintf(path, bytes, "%.*s/%s", length, folder, file);
    return written > 0 && (size_t)written < bytes && access(path, R_OK) == 0;
}

static bool find_in_list(const char *list, device_plugin *plugin)
{
    while (list && *list) {
        int length = (int)strcspn(list, ":");
        if (length > 0 && is_there(plugin->path, sizeof plugin->path, list, length, plugin->file))
            return true;
        list += length + (list[length] == ':');
    }
    return false;
}

static bool find_beside_library(device_plugin *plugin)
{
    Dl_info about;
    if (!dladdr((const void *)&device_plugin_of, &about) || !about.dli_fname)
        return false;
    const char *slash = strrchr(about.dli_fname, '/');
    char folder[sizeof plugin->path];
    int written = snprintf(folder, sizeof folder, "%.*s/scixp", slash ? (int)(slash - about.dli_fname) : 1,
                           slash ? about.dli_fname : ".");
    return written > 0 && (size_t)written < sizeof folder &&
           is_there(plugin->path, sizeof plugin->path, folder, written, plugin->file);
}

static bool find(device_plugin *plugin)
{
    if (find_in_list(getenv("SCIXP_PLUGIN_PATH"), plugin) || find_beside_library(plugin) ||
        is_there(plugin->path, sizeof plugin->path, SCIXP_PLUGIN_FOLDER, (int)strlen(SCIXP_PLUGIN_FOLDER),
                 plugin->file))
        return true;
    plugin->path[0] = '\0';
    snprintf(plugin->reason, sizeof plugin->reason, "%s is not installed", plugin->file);
    return false;
}

static void open_plugin(device_plugin *plugin)
{
    if (!find(plugin))
        return;
    void *object = dlopen(plugin->path, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        snprintf(plugin->reason, sizeof plugin->reason, "%s", dlerror());
        return;
    }
    runtime_entry *entry = (runtime_entry *)dlsym(object, RUNTIME_ENTRY);
    if (!entry) {
        snprintf(plugin->reason, sizeof plugin->reason, "%s is no plug-in: it has no %s", plugin->file, RUNTIME_ENTRY);
        return;
    }
    const runtime *opened = entry(RUNTIME_VERSION, plugin->reason, sizeof plugin->reason);
    if (opened && opened->version != RUNTIME_VERSION) {
        snprintf(plugin->reason, sizeof plugin->reason, "%s is of another version", plugin->file);
    } else if (opened && opened->n_devices > 0) {
        plugin->table = opened;
    } else if (!plugin->reason[0]) {
        snprintf(plugin->reason, sizeof plugin->reason, "%s", opened ? opened->message() : "it gives no reason");
    }
}

const device_plugin *device_plugin_at(int number)
{
    if (number < 0 || number >= (int)(sizeof plugins / sizeof plugins[0]))
        return NULL;
    pthread_mutex_lock(&lock);
    if (!is_tried[number])
        open_plugin(&plugins[number]);
    is_tried[number] = true;
    pthread_mutex_unlock(&lock);
    return &plugins[number];
}

const device_plugin *device_plugin_of(const char *name)
{
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++)
        if (strcmp(plugins[i].name, name) == 0)
            return device_plugin_at((int)i);
    return NULL;
}
