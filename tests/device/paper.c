/* Devices that compute nothing and write down the texts of programs: a runtime table in host memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dtype.h"
#include "providers/device/device.h"

static const char *folder_of_texts;
static int texts;
static bool failed;

static const char *no_message(void)
{
    return "on paper everything works";
}

static runtime_status describe(int device, runtime_device *about)
{
    *about = (runtime_device){.name = "paper", .version = "1", .is_cpu = device == 0, .has_float64 = true,
                              .compute_units = 4, .group_limit = 1024, .local_bytes = 48 << 10,
                              .argument_bytes = 4 << 10, .memory_bytes = 1 << 30, .allocation_limit = 1 << 30};
    return RUNTIME_OK;
}

static runtime_status allocate(int device, size_t bytes, void **memory)
{
    (void)device;
    *memory = calloc(1, bytes);
    return *memory ? RUNTIME_OK : RUNTIME_NO_MEMORY;
}

static void release(int device, void *memory)
{
    (void)device;
    free(memory);
}

static runtime_status queue_open(int device, void *stream, void **queue)
{
    (void)device, (void)stream;
    *queue = &texts;
    return RUNTIME_OK;
}

static void nothing(void *what)
{
    (void)what;
}

static void *no_stream(void *queue)
{
    (void)queue;
    return NULL;
}

static runtime_status follow(void *queue, void *other)
{
    (void)queue, (void)other;
    return RUNTIME_OK;
}

static runtime_status finish(void *queue)
{
    (void)queue;
    return RUNTIME_OK;
}

static runtime_status upload(void *queue, void *memory, size_t offset, const void *from, size_t bytes)
{
    (void)queue;
    memcpy((char *)memory + offset, from, bytes);
    return RUNTIME_OK;
}

static runtime_status download(void *queue, void *to, void *memory, size_t offset, size_t bytes)
{
    (void)queue;
    memcpy(to, (const char *)memory + offset, bytes);
    return RUNTIME_OK;
}

static runtime_status compile(int device, const char *text, void **program, runtime_blob *blob, char **log)
{
    (void)blob, (void)log;
    char path[1000];
    snprintf(path, sizeof path, "%s/%d_%d.%s", folder_of_texts, device, texts++, device == 2 ? "cu" : "cl");
    FILE *file = fopen(path, "w");
    bool done = file && fputs(text, file) >= 0;
    failed |= !done || fclose(file) != 0;
    puts(path);
    *program = &texts;
    return RUNTIME_OK;
}

static runtime_status load(int device, const runtime_blob *blob, void **program)
{
    (void)device, (void)blob, (void)program;
    return RUNTIME_NOT_COMPILED;
}

static runtime_status kernel(void *program, const char *entry, void **handle)
{
    (void)program, (void)entry;
    *handle = &texts;
    return RUNTIME_OK;
}

static runtime_status launch(void *queue, void *what, uint64_t groups, uint32_t group_items,
                             const runtime_argument *arguments, int n_arguments)
{
    (void)queue, (void)what, (void)groups, (void)group_items, (void)arguments, (void)n_arguments;
    return RUNTIME_OK;
}

static const runtime table = {
    .size = sizeof(runtime), .version = RUNTIME_VERSION, .name = "paper", .dialect = RUNTIME_OPENCL, .n_devices = 3,
    .message = no_message, .describe = describe, .allocate = allocate, .release = release, .queue_open = queue_open,
    .queue_close = nothing, .queue_stream = no_stream, .follow = follow, .finish = finish, .upload = upload,
    .download = download, .compile = compile, .load = load, .unload = nothing, .kernel = kernel, .launch = launch,
};

const struct xp_device *paper_device(int number, const char *folder)
{
    static const char *const names[] = {"paper:0", "paper:1", "paper:2"};
    static runtime cuda;
    cuda = table;
    cuda.dialect = RUNTIME_CUDA;
    folder_of_texts = folder;
    return device_register(number == 2 ? &cuda : &table, number, names[number]);
}

xp_view paper_view(const struct xp_device *device, xp_dtype dtype, int ndim, const int64_t *shape, int64_t *strides)
{
    int64_t count = 1, bytes = (int64_t)xp_dtype_bytes(dtype);
    for (int i = ndim - 1; i >= 0; i--) {
        strides[i] = count * bytes;
        count *= shape[i];
    }
    xp_view view = {.dtype = (uint8_t)dtype};
    void *zeros = calloc((size_t)count + 1, (size_t)bytes);
    xp_array *memory = zeros ? xp_from_host(zeros, dtype, (xp_shape){1, &count}, device) : NULL;
    failed |= !memory || !xp_view_of(memory, "paper_view", &view);
    free(zeros);
    view.ndim = ndim;
    view.shape = shape;
    view.strides = strides;
    return view;
}

bool paper_is_good(void)
{
    return !failed;
}
