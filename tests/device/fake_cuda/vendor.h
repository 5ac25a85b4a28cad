/* What the doubles of the vendor's libraries share.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAKE_CUDA_VENDOR_H
#define FAKE_CUDA_VENDOR_H

#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "control.h"

/* Does what is enqueued on the stream: these doubles compute at the call. */
static inline void fake_vendor_wait(cudaStream_t stream)
{
    static const fake_control *control;
    if (!control) {
        char path[1024];
        snprintf(path, sizeof path, "%s/libcudart.so.13", getenv("SCIXP_CUDA_LIBRARIES"));
        void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        control = handle ? dlsym(handle, FAKE_CONTROL) : NULL;
        if (!control)
            abort();
    }
    control->wait(stream);
}

#endif
