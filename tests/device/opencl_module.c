/* Opening of the OpenCL plug-in, and launches of the kernels that its tests share.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "opencl_module.h"

#include <dlfcn.h>
#include <stdlib.h>

char opencl_reason[1024];

const runtime *opencl_open(void)
{
    void *module = dlopen(OPENCL_MODULE, RTLD_NOW | RTLD_LOCAL);
    cr_assert(module, "%s", dlerror());
    union {
        void *object;
        runtime_entry *function;
    } entry = {dlsym(module, "scixp_runtime")};
    cr_assert(entry.object);
    return entry.function(RUNTIME_VERSION, opencl_reason, sizeof opencl_reason);
}

const runtime *opencl_open_devices(void)
{
    const runtime *cl = opencl_open();
    cr_assert(cl, "%s", opencl_reason);
    if (cl->n_devices == 0)
        cr_skip_test("%s", opencl_reason);
    return cl;
}

const char opencl_text[] = "__kernel void fill(long n, int value, __global int *out)\n"
                           "{ size_t i = get_global_id(0); if (i < n) out[i] = value + (int)i; }\n"
                           "__kernel void add(long n, float factor, __global const float *x, __global float *y)\n"
                           "{ size_t i = get_global_id(0); if (i < n) y[i] = (x ? x[i] * factor : -1.0f) + y[i]; }\n"
                           "typedef struct { double re, im; } pair;\n"
                           "__kernel void wide(pair z, __global double *out)\n"
                           "{ if (get_global_id(0) == 0) { out[0] = z.re; out[1] = z.im; } }\n"
                           "__kernel void slow(long turns, __global int *out)\n"
                           "{ uint h = 1; for (long i = 0; i < turns; i++) h = h * 1664525u + 1013904223u + (uint)i;\n"
                           "  if (get_global_id(0) == 0) out[0] = (int)(h | 1u); }\n";

runtime_argument number64(int64_t value) { return (runtime_argument){.bytes = 8, .number.as_int64 = value}; }
runtime_argument number32(int32_t value) { return (runtime_argument){.bytes = 4, .number.as_int32 = value}; }
runtime_argument of_memory(void *memory) { return (runtime_argument){.is_memory = true, .memory = memory}; }

void *opencl_kernel_of(const runtime *cl, void *program, const char *entry)
{
    void *kernel;
    OK(cl->kernel(program, entry, &kernel));
    return kernel;
}

void *opencl_program_of(const runtime *cl, int device)
{
    void *program;
    char *log = NULL;
    runtime_status status = cl->compile(device, opencl_text, &program, NULL, &log);
    cr_assert(status == RUNTIME_OK, "%s\n%s", cl->message(), log ? log : "");
    free(log);
    return program;
}

void opencl_fill(const runtime *cl, void *queue, void *kernel, void *out, int64_t n, int32_t value)
{
    runtime_argument arguments[] = {number64(n), number32(value), of_memory(out)};
    OK(cl->launch(queue, kernel, (uint64_t)(n + GROUP - 1) / GROUP, GROUP, arguments, 3));
}

void opencl_expect_filled(const runtime *cl, void *queue, void *memory, int64_t n, int32_t value)
{
    int32_t *got = malloc((size_t)n * sizeof *got);
    OK(cl->download(queue, got, memory, 0, (size_t)n * sizeof *got));
    for (int64_t i = 0; i < n; i++)
        cr_assert_eq(got[i], value + (int32_t)i, "element %d", (int)i);
    free(got);
}
