/* The OpenCL plug-in: its table for the device core, and the one symbol that it exports.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "providers/opencl/opencl.h"

/* What the loader of plug-ins looks up by name. */
__attribute__((visibility("default"))) runtime_entry scixp_runtime;

static runtime table = {
    .size = sizeof(runtime),
    .version = RUNTIME_VERSION,
    .name = "opencl",
    .dialect = RUNTIME_OPENCL,
    .message = opencl_message,
    .describe = opencl_describe,
    .allocate = opencl_allocate,
    .release = opencl_release,
    .queue_open = opencl_queue_open,
    .queue_close = opencl_queue_close,
    .queue_stream = opencl_queue_stream,
    .follow = opencl_follow,
    .finish = opencl_finish,
    .upload = opencl_upload,
    .download = opencl_download,
    .copy = opencl_copy,
    .compile = opencl_compile,
    .load = opencl_load,
    .unload = opencl_unload,
    .kernel = opencl_kernel,
    .launch = opencl_launch,
};

/* Without devices the table comes all the same, and `reason` says what opencl_message does. */
const runtime *scixp_runtime(uint32_t wanted, char *reason, size_t reason_bytes)
{
    if (reason && reason_bytes > 0)
        reason[0] = '\0';
    if (wanted != RUNTIME_VERSION) {
        opencl_fail(RUNTIME_FAILED, "the plug-in is of version %d, version %u is wanted", RUNTIME_VERSION,
                    (unsigned)wanted);
        if (reason)
            snprintf(reason, reason_bytes, "%s", opencl_message());
        return NULL;
    }
    table.n_devices = opencl_find_devices();
    if (table.n_devices == 0 && reason)
        snprintf(reason, reason_bytes, "%s", opencl_message());
    return &table;
}
