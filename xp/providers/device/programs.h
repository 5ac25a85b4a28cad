/* Compiled programs of a device: found by what they are made of, in memory, else on disk, else compiled.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_PROGRAMS_H
#define DEVICE_PROGRAMS_H

#include "core/builder.h"
#include "providers/device/device.h"

/* What a program is made of. `key` tells it from all others: equal keys mean equal texts. The text is asked for only
 * where the program is not at hand. */
typedef struct device_source {
    const char *name;           /* for messages: "scan" */
    const void *key;
    size_t key_bytes;
    void (*write)(xp_builder *text, const struct xp_device *device, const void *context);
    const void *context;
} device_source;

/* What every program begins with: the items of a group, and kernels/words.h. */
void device_write_words(xp_builder *text, const struct xp_device *device);

/* A source that is a text of kernels/ with definitions before it: "#define T xp_float64\n". Both stay where they are as
 * long as the source is used. */
typedef struct device_text {
    const char *text;
    const char *definitions;
} device_text;

/* `text` is one of kernels/, and `definitions` a key of its own: no two texts share a name. */
device_source device_source_of(const char *name, const device_text *text);

typedef struct device_kernel {
    void *handle;               /* the runtime's */
    device_program *program;    /* in use until device_kernel_done */
} device_kernel;

xp_status device_kernel_find(const struct xp_device *device, const device_source *source, const char *entry,
                             device_kernel *kernel);
void device_kernel_done(const struct xp_device *device, device_kernel *kernel);

bool device_programs_open(device_state *state);

/* ---- on disk (disk.c) -------------------------------------------------------------------------------------------- */

/* The compiled form of a text for a device. Reading gives false where there is none, or nothing to read; writing does
 * nothing where nothing can be written. */
bool device_disk_read(const device_state *state, const char *text, runtime_blob *blob);
void device_disk_write(const device_state *state, const char *text, const runtime_blob *blob);

/* The folder, or NULL: kernels are not kept (SCIXP_CACHE=off, or no home). Freed with xp_dealloc. */
char *device_disk_folder(void);

#endif
