/* What plug-ins, their devices, their libraries and the kernels on disk tell of themselves.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/info.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "core/registry.h"
#include "providers/device/plugins.h"
#include "providers/device/programs.h"

static void tell_devices(xp_builder *text)
{
    const device_plugin *plugin;
    for (int i = 0; (plugin = device_plugin_at(i)) != NULL; i++) {
        for (int number = 0; plugin->table && number < plugin->table->n_devices; number++) {
            runtime_device about = {.name = ""};
            xp_builder_addf(text, "  %s:%-*d ", plugin->name, 15 - (int)strlen(plugin->name), number);
            if (plugin->table->describe(number, &about) != RUNTIME_OK)
                xp_builder_addf(text, "%s\n", plugin->table->message());
            else
                xp_builder_addf(text, "%s, %d compute units, %.1f GiB%s; %s\n", about.name, about.compute_units,
                                (double)about.memory_bytes / 1073741824, about.has_float64 ? "" : ", no float64",
                                about.version);
        }
    }
}

static void tell_plugins(xp_builder *text)
{
    const device_plugin *plugin;
    for (int i = 0; (plugin = device_plugin_at(i)) != NULL; i++) {
        if (plugin->table)
            xp_builder_addf(text, XP_INFO_LINE "%d device%s, %s\n", plugin->name, plugin->table->n_devices,
                            plugin->table->n_devices == 1 ? "" : "s", plugin->path);
        else
            xp_builder_addf(text, XP_INFO_LINE "not there: %s\n", plugin->name, plugin->reason);
    }
}

/* A runtime's lines, indented like the others. */
static void tell_libraries(xp_builder *text)
{
    const device_plugin *plugin;
    for (int i = 0; (plugin = device_plugin_at(i)) != NULL; i++) {
        const runtime *table = plugin->table;
        char *lines = table && table->vendor && table->vendor->describe ? table->vendor->describe() : NULL;
        for (char *line = lines; line && *line;) {
            const int length = (int)strcspn(line, "\n"), name = (int)strcspn(line, " \n");
            const char *rest = line + name + (line[name] == ' ');
            xp_builder_addf(text, "  %-16.*s %.*s\n", name, line, (int)(line + length - rest), rest);
            line += length + (line[length] == '\n');
        }
        free(lines);
    }
}

static void tell_kernels(xp_builder *text)
{
    char *folder = device_disk_folder();
    DIR *files = folder ? opendir(folder) : NULL;
    int64_t bytes = 0, count = 0;
    for (struct dirent *entry; files && (entry = readdir(files)) != NULL;) {
        struct stat about;
        if (fstatat(dirfd(files), entry->d_name, &about, 0) == 0 && S_ISREG(about.st_mode)) {
            bytes += about.st_size;
            count++;
        }
    }
    if (files)
        closedir(files);
    if (folder)
        xp_builder_addf(text, XP_INFO_LINE "%lld compiled, %.1f MiB, in %s\n", "kernels", (long long)count,
                        (double)bytes / 1048576, folder);
    else
        xp_builder_addf(text, XP_INFO_LINE "not kept on disk\n", "kernels");
    xp_dealloc(folder);
}

void device_tell(void)
{
    xp_info_tell(XP_INFO_DEVICES, tell_devices);
    xp_info_tell(XP_INFO_PLUGINS, tell_plugins);
    xp_info_tell(XP_INFO_LIBRARIES, tell_libraries);
    xp_info_tell(XP_INFO_CACHES, tell_kernels);
}
