/* Which OpenCL devices there are, what they can do, and why there are none.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "providers/opencl/opencl.h"

#define TEXT_BYTES 512
#define USUAL_VENDORS "/etc/OpenCL/vendors"

static opencl_device *devices; /* found once, kept until the process ends */
static int n_devices;

/* A property that is a text, without blanks around it; "" if the device does not tell. Longer ones (lists of
 * extensions) come from device_has. */
static void device_text(cl_device_id id, cl_device_info what, char text[TEXT_BYTES])
{
    size_t bytes = 0;
    if (clGetDeviceInfo(id, what, TEXT_BYTES - 1, text, &bytes) != CL_SUCCESS || bytes >= TEXT_BYTES)
        bytes = 0;
    text[bytes] = '\0';
    size_t length = strlen(text), blanks = strspn(text, " ");
    while (length > blanks && text[length - 1] == ' ')
        length--;
    memmove(text, text + blanks, length - blanks);
    text[length - blanks] = '\0';
}

static bool device_has(cl_device_id id, const char *extension)
{
    size_t bytes = 0, length = strlen(extension);
    if (clGetDeviceInfo(id, CL_DEVICE_EXTENSIONS, 0, NULL, &bytes) != CL_SUCCESS || bytes == 0)
        return false;
    char *list = calloc(1, bytes + 1);
    bool found = false;
    if (list && clGetDeviceInfo(id, CL_DEVICE_EXTENSIONS, bytes, list, NULL) == CL_SUCCESS)
        for (const char *at = list; !found && (at = strstr(at, extension)) != NULL; at += length)
            found = (at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
    free(list);
    return found;
}

/* A number or a bit field, whose type has as many bytes as the device gives; 0 if it does not tell. */
static uint64_t device_number(cl_device_id id, cl_device_info what)
{
    union {
        uint32_t narrow;
        uint64_t wide;
    } value = {.wide = 0};
    size_t bytes = 0;
    if (clGetDeviceInfo(id, what, sizeof value, &value, &bytes) != CL_SUCCESS)
        return 0;
    return bytes == sizeof value.narrow ? value.narrow : value.wide;
}

/* ---- why there are none ------------------------------------------------------------------------------------------ */

/* What is wrong with the library that one of the loader's files names; false if it loads. */
static bool icd_is_broken(const char *folder, const char *file, char *what, size_t bytes)
{
    char path[512], library[256] = "";
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, file) >= sizeof path)
        return false;
    FILE *stream = fopen(path, "r");
    if (stream) {
        if (!fgets(library, sizeof library, stream))
            library[0] = '\0';
        fclose(stream);
    }
    library[strcspn(library, "\r\n")] = '\0';
    if (library[0] == '\0') {
        snprintf(what, bytes, "%s names no library", path);
        return true;
    }
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle) {
        dlclose(handle);
        return false;
    }
    const char *said = dlerror();
    snprintf(what, bytes, "%s: %.256s", path, said ? said : library);
    return true;
}

/* The loader is silent about drivers that it cannot load, so its folder is looked through once more. */
static void tell_no_platform(cl_int code)
{
    const char *folder = getenv("OCL_ICD_VENDORS");
    if (!folder || folder[0] == '\0')
        folder = USUAL_VENDORS;
    char broken[800] = "";
    int n_files = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".icd") != 0)
            continue;
        n_files++;
        if (broken[0] == '\0')
            icd_is_broken(folder, entry->d_name, broken, sizeof broken);
    }
    if (entries)
        closedir(entries);
    if (broken[0] != '\0')
        opencl_fail(RUNTIME_FAILED, "no OpenCL platform: %s", broken);
    else if (code != CL_SUCCESS && n_files > 0)
        opencl_fail(RUNTIME_FAILED, "no OpenCL platform: clGetPlatformIDs: %s", opencl_error_name(code));
    else
        opencl_fail(RUNTIME_FAILED, "no OpenCL platform: no driver is named in %s", folder);
}

/* Why a device cannot be used; NULL if it can. */
static const char *device_fault(cl_device_id id)
{
    char version[TEXT_BYTES];
    int major = 0, minor = 0;
    device_text(id, CL_DEVICE_VERSION, version);
    if (sscanf(version, "OpenCL %d.%d", &major, &minor) != 2 || major < 1 || (major == 1 && minor < 2))
        return "its version is below OpenCL 1.2";
    if (!device_number(id, CL_DEVICE_AVAILABLE))
        return "it is not available";
    if (!device_number(id, CL_DEVICE_COMPILER_AVAILABLE))
        return "it has no compiler";
    return device_number(id, CL_DEVICE_ENDIAN_LITTLE) ? NULL : "its bytes are in another order";
}

/* ---- finding ----------------------------------------------------------------------------------------------------- */

static void add_device(cl_platform_id platform, cl_device_id id)
{
    const char *shape = getenv("SCIXP_OPENCL_SHAPE");
    opencl_device *device = &devices[n_devices];
    memset(device, 0, sizeof *device);
    device->platform = platform;
    device->id = id;
    device->is_cpu = device->is_host = (device_number(id, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_CPU) != 0;
    if (shape && (strcmp(shape, "gpu") == 0 || strcmp(shape, "cpu") == 0))
        device->is_cpu = shape[0] == 'c';
    device->memory_bytes = device_number(id, CL_DEVICE_GLOBAL_MEM_SIZE);
    pthread_mutex_init(&device->lock, NULL);
    n_devices++;
}

/* A platform's usable devices of a type. What stands in the way of others becomes the message. */
static void add_devices(cl_platform_id platform, cl_device_type type)
{
    cl_uint count = 0;
    cl_int code = clGetDeviceIDs(platform, type, 0, NULL, &count);
    if (code == CL_DEVICE_NOT_FOUND || (code == CL_SUCCESS && count == 0))
        return;
    cl_device_id *ids = code == CL_SUCCESS ? calloc(count, sizeof *ids) : NULL;
    opencl_device *longer = ids ? realloc(devices, ((size_t)n_devices + count) * sizeof *devices) : NULL;
    if (longer) {
        devices = longer;
        code = clGetDeviceIDs(platform, type, count, ids, NULL);
    } else if (code == CL_SUCCESS) {
        code = CL_OUT_OF_HOST_MEMORY;
    }
    if (code != CL_SUCCESS)
        opencl_failed("clGetDeviceIDs", code);
    for (cl_uint i = 0; i < count && code == CL_SUCCESS; i++) {
        char name[TEXT_BYTES];
        const char *fault = device_fault(ids[i]);
        device_text(ids[i], CL_DEVICE_NAME, name);
        if (fault)
            opencl_fail(RUNTIME_FAILED, "the OpenCL device '%s' cannot be used: %s", name, fault);
        else
            add_device(platform, ids[i]);
    }
    free(ids);
}

int opencl_find_devices(void)
{
    cl_uint count = 0;
    cl_int code = clGetPlatformIDs(0, NULL, &count);
    if (code != CL_SUCCESS || count == 0) {
        tell_no_platform(code);
        return 0;
    }
    cl_platform_id *platforms = calloc(count, sizeof *platforms);
    code = platforms ? clGetPlatformIDs(count, platforms, NULL) : CL_OUT_OF_HOST_MEMORY;
    if (code != CL_SUCCESS) {
        free(platforms);
        opencl_failed("clGetPlatformIDs", code);
        return 0;
    }
    opencl_fail(RUNTIME_FAILED, "no OpenCL device: none of the %u platforms has one", (unsigned)count);
    for (cl_uint i = 0; i < count; i++)
        add_devices(platforms[i], CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR);
    for (cl_uint i = 0; i < count; i++)
        add_devices(platforms[i], CL_DEVICE_TYPE_CPU);
    free(platforms);
    return n_devices;
}

/* ---- one device -------------------------------------------------------------------------------------------------- */

opencl_device *opencl_device_at(int device)
{
    if (device >= 0 && device < n_devices)
        return &devices[device];
    opencl_fail(RUNTIME_FAILED, "there is no OpenCL device %d, but %d of them", device, n_devices);
    return NULL;
}

/* The versions of all that takes part in compiling. They may be longer than there is room: what is cut off counts by a
 * hash (FNV-1a, 64 bits) at the end, so that other versions give another text. */
static void tell_version(const opencl_device *device, char *version, size_t bytes)
{
    char own[TEXT_BYTES], driver[TEXT_BYTES], platform[TEXT_BYTES] = "", whole[4 * TEXT_BYTES + 8];
    device_text(device->id, CL_DEVICE_VERSION, own);
    device_text(device->id, CL_DRIVER_VERSION, driver);
    if (clGetPlatformInfo(device->platform, CL_PLATFORM_VERSION, sizeof platform - 1, platform, NULL) != CL_SUCCESS)
        platform[0] = '\0';
    const char *options = getenv("SCIXP_OPENCL_OPTIONS");
    int length = snprintf(whole, sizeof whole, "%s; %s; %s%.*s", own, driver, platform, TEXT_BYTES,
                          options ? options : "");
    snprintf(version, bytes, "%.*s", (int)bytes - 1, whole);
    if ((size_t)length < bytes)
        return;
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (int i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)whole[i]) * UINT64_C(0x100000001B3);
    snprintf(version + bytes - 18, 18, "#%016llx", (unsigned long long)hash);
}

runtime_status opencl_describe(int number, runtime_device *about)
{
    const opencl_device *device = opencl_device_at(number);
    if (!device)
        return RUNTIME_FAILED;
    char name[TEXT_BYTES];
    memset(about, 0, sizeof *about);
    device_text(device->id, CL_DEVICE_NAME, name);
    snprintf(about->name, sizeof about->name, "%.*s", (int)sizeof about->name - 1, name);
    tell_version(device, about->version, sizeof about->version);
    about->is_cpu = device->is_cpu;
    about->has_float64 = device_has(device->id, "cl_khr_fp64");
    about->compute_units = (int)device_number(device->id, CL_DEVICE_MAX_COMPUTE_UNITS);
    about->group_limit = (int)device_number(device->id, CL_DEVICE_MAX_WORK_GROUP_SIZE);
    about->local_bytes = device_number(device->id, CL_DEVICE_LOCAL_MEM_SIZE);
    about->argument_bytes = device_number(device->id, CL_DEVICE_MAX_PARAMETER_SIZE);
    about->memory_bytes = device->memory_bytes;
    about->allocation_limit = device_number(device->id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    /* Memory is a cl_mem, which is no address, and means something within one context alone: nothing for DLPack. */
    return RUNTIME_OK;
}

opencl_device *opencl_open_device(int number, runtime_status *status)
{
    opencl_device *device = opencl_device_at(number);
    *status = device ? RUNTIME_OK : RUNTIME_FAILED;
    if (!device)
        return NULL;
    cl_int code;
    pthread_mutex_lock(&device->lock);
    if (!device->context) {
        const cl_context_properties of_platform[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)device->platform, 0};
        device->context = clCreateContext(of_platform, 1, &device->id, NULL, NULL, &code);
        if (!device->context)
            *status = opencl_failed("clCreateContext", code);
    }
    if (device->context && !device->service) {
        device->service = clCreateCommandQueue(device->context, device->id, 0, &code);
        if (!device->service)
            *status = opencl_failed("clCreateCommandQueue", code);
    }
    pthread_mutex_unlock(&device->lock);
    return *status == RUNTIME_OK ? device : NULL;
}
