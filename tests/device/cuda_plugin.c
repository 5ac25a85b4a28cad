/* Opening the CUDA plug-in in a test.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "cuda_plugin.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#ifndef CUDA_PLUGIN
#define CUDA_PLUGIN NULL
#define FAKE_CUDA ""
#endif

runtime_entry *cuda_plugin_entry(void)
{
    const char *path = CUDA_PLUGIN;
    if (!path)
        cr_skip_test("the CUDA plug-in was not built: there is no toolkit");
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(handle, "%s", dlerror());
    void *found = dlsym(handle, RUNTIME_ENTRY);
    cr_assert_not_null(found);
    runtime_entry *entry;
    memcpy(&entry, &found, sizeof found);
    return entry;
}

const char *cuda_doubles_folder(void)
{
    if (!*FAKE_CUDA)
        cr_skip_test("the CUDA plug-in was not built: there is no toolkit");
    return FAKE_CUDA;
}

const runtime *cuda_plugin_on(const char *libraries)
{
    char reason[256] = "";
    if (libraries)
        setenv("SCIXP_CUDA_LIBRARIES", libraries, 1);
    else
        unsetenv("SCIXP_CUDA_LIBRARIES");
    const runtime *cuda = cuda_plugin_entry()(RUNTIME_VERSION, reason, sizeof reason);
    cr_assert_not_null(cuda, "%s", reason);
    cr_assert_eq(cuda->version, RUNTIME_VERSION);
    return cuda;
}

const runtime *cuda_plugin_on_doubles(const fake_control **fake)
{
    const runtime *cuda = cuda_plugin_on(FAKE_CUDA);
    void *handle = dlopen(FAKE_CUDA "/libcudart.so.13", RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(handle, "%s", dlerror());
    *fake = dlsym(handle, FAKE_CONTROL);
    cr_assert_not_null(*fake);
    return cuda;
}
