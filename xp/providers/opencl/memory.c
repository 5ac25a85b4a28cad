/* Memory of OpenCL devices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/opencl/opencl.h"

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

runtime_status opencl_allocate(int number, size_t bytes, void **result)
{
    runtime_status status;
    cl_int code;
    *result = NULL;
    const opencl_device *device = opencl_open_device(number, &status);
    if (!device)
        return status;
    cl_mem memory = clCreateBuffer(device->context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    if (!memory)
        return not_allocated("clCreateBuffer", code, bytes);
    code = device->is_cpu ? CL_SUCCESS : find_room(device, memory);
    if (code != CL_SUCCESS) {
        clReleaseMemObject(memory);
        return not_allocated("clEnqueueMigrateMemObjects", code, bytes);
    }
    *result = memory;
    return RUNTIME_OK;
}

/* OpenCL itself keeps the memory until the commands that use it have ended. */
void opencl_release(int device, void *memory)
{
    (void)device;
    if (memory)
        clReleaseMemObject(memory);
}
