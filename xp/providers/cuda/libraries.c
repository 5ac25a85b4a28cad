/* Opening CUDA's libraries and filling their tables.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/cuda/libraries.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cudart_functions cudart;
nvrtc_functions nvrtc;
cublas_functions cublas;
cusolver_functions cusolver;
cufft_functions cufft;

typedef struct row {
    const char *name;
    void *slot; /* the address of a pointer to a function */
} row;

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
#define ROW(name) {TEXT(name), (void *)&TABLE.name},
static const row cudart_rows[] = {
#define TABLE cudart
#include "providers/cuda/cudart.def"
#undef TABLE
};
static const row nvrtc_rows[] = {
#define TABLE nvrtc
#include "providers/cuda/nvrtc.def"
#undef TABLE
};
static const row cublas_rows[] = {
#define TABLE cublas
#include "providers/cuda/cublas.def"
#undef TABLE
};
static const row cusolver_rows[] = {
#define TABLE cusolver
#include "providers/cuda/cusolver.def"
#undef TABLE
};
static const row cufft_rows[] = {
#define TABLE cufft
#include "providers/cuda/cufft.def"
#undef TABLE
};
#undef ROW

typedef struct shelf {
    const char *file;
    const row *rows;
    size_t n_rows;
    bool tried, is_open;
    char reason[512];
} shelf;

#define LIBRARY(file, rows) {file, rows, sizeof rows / sizeof rows[0], false, false, ""}
static shelf libraries[CUDA_N_LIBRARIES] = {
    [CUDA_CUDART] = LIBRARY("libcudart.so.13", cudart_rows),
    [CUDA_NVRTC] = LIBRARY("libnvrtc.so.13", nvrtc_rows),
    [CUDA_CUBLAS] = LIBRARY("libcublas.so.13", cublas_rows),
    [CUDA_CUSOLVER] = LIBRARY("libcusolver.so.12", cusolver_rows),
    [CUDA_CUFFT] = LIBRARY("libcufft.so.12", cufft_rows),
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *open_in(const char *folder, const char *below, const char *file)
{
    char path[1024];
    int length = snprintf(path, sizeof path, "%s%s/%s", folder, below, file);
    return length > 0 && (size_t)length < sizeof path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

static void *open_somewhere(shelf *library)
{
    static const char *const variables[] = {"CUDA_PATH", "CUDA_HOME"};
    static const char *const folders[] = {"/usr/local/cuda", "/usr/local/cuda-13", "/opt/cuda"};
    const char *wanted = getenv("SCIXP_CUDA_LIBRARIES");
    void *handle = wanted ? open_in(wanted, "", library->file) : dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    const char *problem = handle ? NULL : dlerror();
    snprintf(library->reason, sizeof library->reason, "%s", problem ? problem : "cannot be opened");
    if (wanted)
        return handle;
    for (size_t i = 0; !handle && i < sizeof variables / sizeof variables[0]; i++)
        if (getenv(variables[i]))
            handle = open_in(getenv(variables[i]), "/lib64", library->file);
    for (size_t i = 0; !handle && i < sizeof folders / sizeof folders[0]; i++)
        handle = open_in(folders[i], "/lib64", library->file);
    return handle;
}

static bool fill(shelf *library)
{
    void *handle = open_somewhere(library);
    if (!handle)
        return false;
    for (size_t i = 0; i < library->n_rows; i++) {
        void *function = dlsym(handle, library->rows[i].name);
        if (!function) {
            snprintf(library->reason, sizeof library->reason, "%s has no %s", library->file, library->rows[i].name);
            dlclose(handle);
            return false;
        }
        memcpy(library->rows[i].slot, &function, sizeof function);
    }
    library->reason[0] = '\0';
    return true;
}

bool cuda_library_open(cuda_library which)
{
    shelf *library = &libraries[which];
    pthread_mutex_lock(&lock);
    if (!library->tried)
        library->is_open = fill(library);
    library->tried = true;
    bool is_open = library->is_open;
    pthread_mutex_unlock(&lock);
    return is_open;
}

const char *cuda_library_reason(cuda_library which)
{
    return libraries[which].reason;
}

const char *cuda_library_file(cuda_library which)
{
    return libraries[which].file;
}
