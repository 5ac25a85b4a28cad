/* The CUDA plug-in's only export: its table for the device core.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "providers/cuda/plugin.h"

static runtime table = {
    .size = sizeof(runtime),
    .version = RUNTIME_VERSION,
    .name = "cuda",
    .dialect = RUNTIME_CUDA,
    .message = cuda_message,
    .describe = cuda_describe,
    .allocate = cuda_allocate,
    .release = cuda_release,
    .queue_open = cuda_queue_open,
    .queue_close = cuda_queue_close,
    .queue_stream = cuda_queue_stream,
    .follow = cuda_follow,
    .finish = cuda_finish,
    .upload = cuda_upload,
    .download = cuda_download,
    .copy = cuda_copy,
    .compile = cuda_compile,
    .load = cuda_load,
    .unload = cuda_unload,
    .kernel = cuda_kernel,
    .launch = cuda_launch,
    .vendor = &cuda_vendor,
    .default_stream = cudaStreamLegacy,
};

runtime_entry scixp_runtime;

__attribute__((visibility("default"))) const runtime *scixp_runtime(uint32_t wanted, char *reason, size_t reason_bytes)
{
    if (wanted != RUNTIME_VERSION) {
        snprintf(reason, reason_bytes, "the plug-in has version %d of the table, the library wants %u",
                 RUNTIME_VERSION, (unsigned)wanted);
        return NULL;
    }
    table.n_devices = cuda_find_devices();
    return &table;
}
