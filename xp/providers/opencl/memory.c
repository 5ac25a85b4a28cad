/* Memory of OpenCL devices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/pages.h"
#include "providers/opencl/opencl.h"

#define PAGED_BYTES ((size_t)2 << 20) /* from here on, buffers of processors lie on huge pages */
#define PAGE ((size_t)4096)

static runtime_status not_allocated(const char *function, cl_int code, size_t bytes)
{
    switch (code) {
    case CL_MEM_OBJECT_ALLOCATION_FAILURE:
    case CL_OUT_OF_RESOURCES:
    case CL_OUT_OF_HOST_MEMORY:
    case CL_INVALID_BUFFER_SIZE:
        return opencl_fail(RUNTIME_NO_MEMORY, "%zu bytes: %s: %s", bytes, function, opencl_error_name(code));
    default:
        return opencl_failed(function, code);
    }
}

/* clCreateBuffer may only take a note, and then a kernel fails long after. Moving the new buffer to the device with
 * contents undefined makes the driver find room for it now; the service queue has nothing else to be waited for. CPU
 * devices take the host's memory page by page in any case. */
static cl_int find_room(const opencl_device *device, cl_mem memory)
{
    cl_event moved;
    cl_int state = CL_COMPLETE;
    cl_int code = clEnqueueMigrateMemObjects(device->service, 1, &memory, CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED, 0,
                                             NULL, &moved);
    if (code != CL_SUCCESS)
        return code;
    code = clWaitForEvents(1, &moved);
    clGetEventInfo(moved, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL);
    clReleaseEvent(moved);
    return state < 0 ? state : code;
}

/* ---- pages of processors ----------------------------------------------------------------------------------------- */

/* Drivers of CPUs take buffers from malloc, on small pages, whose translation costs more than many kernels do. Large
 * buffers lie on huge pages of ours instead. They start behind this, at different places of a page: streams that start
 * at the same one get into each other's way. */
typedef struct page_head {
    size_t bytes; /* of all pages */
} page_head;

#define SHIFT ((size_t)896) /* a multiple of the alignment that OpenCL's widest vectors need */
#define N_SHIFTS 4

/* When nothing uses the buffer any more. */
static void CL_CALLBACK free_pages(cl_mem memory, void *pages)
{
    (void)memory;
    xp_system_free_pages(pages, ((const page_head *)pages)->bytes);
}

static cl_mem make_on_pages(const opencl_device *device, size_t bytes, cl_int *code)
{
    static _Atomic unsigned made;
    size_t whole = (bytes + 2 * PAGE - 1) / PAGE * PAGE;
    char *pages = xp_system_pages(whole);
    *code = CL_OUT_OF_HOST_MEMORY;
    if (!pages)
        return NULL;
    ((page_head *)pages)->bytes = whole;
    size_t shift = (atomic_fetch_add(&made, 1) % N_SHIFTS + 1) * SHIFT;
    cl_mem memory =
        clCreateBuffer(device->context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, bytes, pages + shift, code);
    if (memory)
        *code = clSetMemObjectDestructorCallback(memory, free_pages, pages);
    if (memory && *code == CL_SUCCESS)
        return memory;
    if (memory)
        clReleaseMemObject(memory);
    xp_system_free_pages(pages, whole);
    return NULL;
}

/* ---- buffers ----------------------------------------------------------------------------------------------------- */

/* Drivers of CPUs hand out any number of buffers, and the system ends the process when it has no pages for them. So
 * what is taken is counted here, and a device gives no more than it says that it has. */
static bool take(opencl_device *device, size_t bytes)
{
    uint64_t before = atomic_fetch_add(&device->taken_bytes, bytes);
    if (bytes <= device->memory_bytes && before <= device->memory_bytes - bytes)
        return true;
    atomic_fetch_sub(&device->taken_bytes, bytes);
    opencl_fail(RUNTIME_NO_MEMORY, "%zu bytes: the device has %llu, of which %llu are taken", bytes,
                (unsigned long long)device->memory_bytes, (unsigned long long)before);
    return false;
}

runtime_status opencl_allocate(int number, size_t bytes, void **result)
{
    runtime_status status;
    cl_int code;
    *result = NULL;
    opencl_device *device = opencl_open_device(number, &status);
    if (!device)
        return status;
    if (!take(device, bytes))
        return RUNTIME_NO_MEMORY;
    bool is_paged = device->is_host && bytes >= PAGED_BYTES;
    cl_mem memory = is_paged ? make_on_pages(device, bytes, &code)
                             : clCreateBuffer(device->context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    const char *function = "clCreateBuffer";
    if (memory && !device->is_cpu) {
        function = "clEnqueueMigrateMemObjects";
        code = find_room(device, memory);
    }
    if (memory && code == CL_SUCCESS) {
        *result = memory;
        return RUNTIME_OK;
    }
    if (memory)
        clReleaseMemObject(memory);
    atomic_fetch_sub(&device->taken_bytes, bytes);
    return not_allocated(function, code, bytes);
}

/* OpenCL itself keeps the memory until the commands that use it have ended. */
void opencl_release(int number, void *memory)
{
    opencl_device *device = opencl_device_at(number);
    size_t bytes = 0;
    if (!memory || !device)
        return;
    clGetMemObjectInfo(memory, CL_MEM_SIZE, sizeof bytes, &bytes, NULL);
    clReleaseMemObject(memory);
    atomic_fetch_sub(&device->taken_bytes, bytes);
}
