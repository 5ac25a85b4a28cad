/* Programs of OpenCL devices: compiled from text, kept as binaries, launched.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "providers/opencl/opencl.h"

/* A kernel holds its arguments, so setting them and enqueueing is for one thread at a time. */
typedef struct opencl_entry {
    cl_kernel handle;
    pthread_mutex_t lock;
    struct opencl_entry *next;
    char name[];
} opencl_entry;

typedef struct opencl_program {
    cl_program handle;
    pthread_mutex_t lock; /* around the list */
    opencl_entry *entries;
} opencl_program;

/* ---- building ---------------------------------------------------------------------------------------------------- */

#define OPTION_BYTES 256

/* -w: warnings of some compilers go to the standard error. Without the last one float32 divisions and roots may be off
 * by 2.5 and 3 ulp. */
static void build_options(const opencl_device *device, char options[OPTION_BYTES])
{
    const char *others = getenv("SCIXP_OPENCL_OPTIONS");
    cl_device_fp_config single = 0;
    cl_int asked = clGetDeviceInfo(device->id, CL_DEVICE_SINGLE_FP_CONFIG, sizeof single, &single, NULL);
    bool is_exact = asked == CL_SUCCESS && (single & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT);
    snprintf(options, OPTION_BYTES, "-cl-std=CL1.2 -w%s %s", is_exact ? " -cl-fp32-correctly-rounded-divide-sqrt" : "",
             others ? others : "");
}

/* The compiler's words, malloc's; NULL if it had none. */
static char *build_log(cl_program program, cl_device_id id)
{
    size_t bytes = 0;
    if (clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, 0, NULL, &bytes) != CL_SUCCESS || bytes < 2)
        return NULL;
    char *log = calloc(1, bytes + 1);
    if (log && (clGetProgramBuildInfo(program, id, CL_PROGRAM_BUILD_LOG, bytes, log, NULL) != CL_SUCCESS ||
                log[strspn(log, " \n")] == '\0')) {
        free(log);
        log = NULL;
    }
    return log;
}

/* ---- blobs ------------------------------------------------------------------------------------------------------- */

/* A blob is this, and the driver's binary behind it. Drivers trust binaries: PoCL 3.1 aborts the process on one that
 * ends too early. So what comes back from disk is checked here.
 *
 * PoCL's binaries, 8 kernels with an exponential each, on two busy cores: compile 2.4 s without asking for the binary,
 * 5.6 s with it, as PoCL then generates code for a group of any size; load 0.04 to 0.1 s. But a launch takes no such
 * code: it compiles again for its size of groups, 0.3 s the first time (0.001 s later: PoCL keeps that on disk itself).
 * With POCL_WORK_GROUP_SPECIALIZATION=0 in the environment launches take the code in the binary, and after a load all
 * first launches together last 0.1 s in place of 5 s, at the same speed of the kernels. */
typedef struct blob_head {
    char magic[8];
    uint64_t bytes; /* of the binary */
    uint64_t check;
} blob_head;

static const char blob_magic[8] = "SCIXPCL1";

/* FNV-1a, but of eight bytes at a time. */
static uint64_t check_of(const unsigned char *data, size_t bytes)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t word = 0;
        memcpy(&word, data + i, bytes - i < 8 ? bytes - i : 8);
        hash = (hash ^ word) * UINT64_C(0x100000001B3);
        hash ^= hash >> 32; /* the product alone carries nothing down */
    }
    return hash;
}

/* The binary for a context's only device. None is no failure: the program works, and is compiled again next time. */
static void get_blob(cl_program program, runtime_blob *blob)
{
    size_t bytes = 0;
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof bytes, &bytes, NULL) != CL_SUCCESS || bytes == 0)
        return;
    unsigned char *data = malloc(sizeof(blob_head) + bytes);
    unsigned char *binary = data ? data + sizeof(blob_head) : NULL;
    if (!data || clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof binary, &binary, NULL) != CL_SUCCESS) {
        free(data);
        return;
    }
    blob_head head = {.bytes = bytes, .check = check_of(binary, bytes)};
    memcpy(head.magic, blob_magic, sizeof head.magic);
    memcpy(data, &head, sizeof head);
    *blob = (runtime_blob){data, sizeof head + bytes};
}

/* The binary in a blob; NULL if it is not what get_blob made. */
static const unsigned char *binary_of(const runtime_blob *blob, size_t *bytes)
{
    blob_head head;
    const unsigned char *data = blob->data;
    if (!data || blob->bytes <= sizeof head)
        return NULL;
    memcpy(&head, data, sizeof head);
    *bytes = blob->bytes - sizeof head;
    bool intact = memcmp(head.magic, blob_magic, sizeof head.magic) == 0 && head.bytes == *bytes &&
                  head.check == check_of(data + sizeof head, *bytes);
    return intact ? data + sizeof head : NULL;
}

/* ---- programs ---------------------------------------------------------------------------------------------------- */

/* Takes the program over. */
static runtime_status wrap_program(cl_program handle, void **result)
{
    opencl_program *program = calloc(1, sizeof *program);
    if (!program) {
        clReleaseProgram(handle);
        return opencl_fail(RUNTIME_NO_MEMORY, "no memory for a program");
    }
    program->handle = handle;
    pthread_mutex_init(&program->lock, NULL);
    *result = program;
    return RUNTIME_OK;
}

runtime_status opencl_compile(int number, const char *text, void **result, runtime_blob *blob, char **log)
{
    runtime_status status;
    cl_int code;
    char options[OPTION_BYTES];
    *result = NULL;
    if (log)
        *log = NULL;
    if (blob)
        *blob = (runtime_blob){NULL, 0};
    const opencl_device *device = opencl_open_device(number, &status);
    if (!device)
        return status;
    cl_program program = clCreateProgramWithSource(device->context, 1, &text, NULL, &code);
    if (!program)
        return opencl_failed("clCreateProgramWithSource", code);
    build_options(device, options);
    code = clBuildProgram(program, 1, &device->id, options, NULL, NULL);
    if (log)
        *log = build_log(program, device->id);
    if (code != CL_SUCCESS) {
        clReleaseProgram(program);
        status = opencl_failed("clBuildProgram", code);
        return code == CL_BUILD_PROGRAM_FAILURE ? RUNTIME_NOT_COMPILED : status;
    }
    if (blob)
        get_blob(program, blob);
    return wrap_program(program, result);
}

runtime_status opencl_load(int number, const runtime_blob *blob, void **result)
{
    runtime_status status;
    cl_int code, accepted = CL_SUCCESS;
    char options[OPTION_BYTES];
    size_t bytes;
    *result = NULL;
    const unsigned char *binary = binary_of(blob, &bytes);
    if (!binary)
        return opencl_fail(RUNTIME_FAILED, "a compiled program is damaged, or none of OpenCL's");
    const opencl_device *device = opencl_open_device(number, &status);
    if (!device)
        return status;
    cl_program program = clCreateProgramWithBinary(device->context, 1, &device->id, &bytes, &binary, &accepted, &code);
    if (!program || code != CL_SUCCESS || accepted != CL_SUCCESS) {
        if (program)
            clReleaseProgram(program);
        return opencl_failed("clCreateProgramWithBinary", accepted != CL_SUCCESS ? accepted : code);
    }
    build_options(device, options);
    code = clBuildProgram(program, 1, &device->id, options, NULL, NULL);
    if (code != CL_SUCCESS) {
        clReleaseProgram(program);
        return opencl_failed("clBuildProgram", code);
    }
    return wrap_program(program, result);
}

void opencl_unload(void *unloaded)
{
    opencl_program *program = unloaded;
    if (!program)
        return;
    for (opencl_entry *entry = program->entries, *next; entry; entry = next) {
        next = entry->next;
        clReleaseKernel(entry->handle);
        pthread_mutex_destroy(&entry->lock);
        free(entry);
    }
    clReleaseProgram(program->handle);
    pthread_mutex_destroy(&program->lock);
    free(program);
}

/* ---- kernels ----------------------------------------------------------------------------------------------------- */

/* A new entry at the head of the program's list, whose lock is held. */
static runtime_status add_entry(opencl_program *program, const char *name)
{
    cl_int code;
    size_t bytes = strlen(name) + 1;
    opencl_entry *entry = calloc(1, sizeof *entry + bytes);
    if (!entry)
        return opencl_fail(RUNTIME_NO_MEMORY, "no memory for a kernel");
    memcpy(entry->name, name, bytes);
    entry->handle = clCreateKernel(program->handle, name, &code);
    if (!entry->handle) {
        free(entry);
        return opencl_failed("clCreateKernel", code);
    }
    pthread_mutex_init(&entry->lock, NULL);
    entry->next = program->entries;
    program->entries = entry;
    return RUNTIME_OK;
}

runtime_status opencl_kernel(void *of, const char *name, void **kernel)
{
    opencl_program *program = of;
    runtime_status status = RUNTIME_OK;
    *kernel = NULL;
    pthread_mutex_lock(&program->lock);
    for (opencl_entry *entry = program->entries; entry && !*kernel; entry = entry->next)
        if (strcmp(entry->name, name) == 0)
            *kernel = entry;
    if (!*kernel) {
        status = add_entry(program, name);
        if (status == RUNTIME_OK)
            *kernel = program->entries;
    }
    pthread_mutex_unlock(&program->lock);
    return status;
}

static runtime_status set_arguments(cl_kernel kernel, const runtime_argument *arguments, int n_arguments)
{
    for (int i = 0; i < n_arguments; i++) {
        const runtime_argument *argument = &arguments[i];
        cl_mem memory = argument->memory;
        cl_int code = argument->is_memory
                          ? clSetKernelArg(kernel, (cl_uint)i, sizeof memory, memory ? &memory : NULL)
                          : clSetKernelArg(kernel, (cl_uint)i, argument->bytes, argument->number.raw);
        if (code != CL_SUCCESS)
            return opencl_fail(RUNTIME_FAILED, "clSetKernelArg: argument %d: %s", i, opencl_error_name(code));
    }
    return RUNTIME_OK;
}

runtime_status opencl_launch(void *used, void *launched, uint64_t groups, uint32_t group_items,
                             const runtime_argument *arguments, int n_arguments)
{
    opencl_queue *queue = used;
    opencl_entry *entry = launched;
    cl_event ended;
    cl_int code = CL_SUCCESS;
    size_t local = group_items, global = (size_t)groups * group_items;
    if (groups == 0)
        return RUNTIME_OK;
    pthread_mutex_lock(&entry->lock);
    runtime_status status = set_arguments(entry->handle, arguments, n_arguments);
    if (status == RUNTIME_OK)
        code = clEnqueueNDRangeKernel(queue->commands, entry->handle, 1, NULL, &global, &local, 0, NULL, &ended);
    pthread_mutex_unlock(&entry->lock);
    if (status != RUNTIME_OK)
        return status;
    if (code != CL_SUCCESS)
        return opencl_failed("clEnqueueNDRangeKernel", code);
    opencl_watch(queue, ended, NULL, "a kernel");
    clFlush(queue->commands); /* the device starts while the caller goes on */
    return RUNTIME_OK;
}
