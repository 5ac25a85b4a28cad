/* The OpenCL plug-in as tests open it, a text of kernels, and launches of them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_OPENCL_MODULE_H
#define TESTS_OPENCL_MODULE_H

#include <criterion/criterion.h>

#include "providers/device/runtime.h"

#define N 5000   /* elements of most arrays here */
#define GROUP 16 /* items in a group */

extern char opencl_reason[1024]; /* what the plug-in said when it was opened */

/* Opens it. Each test is a process of its own, so each may set variables before. The second skips the test if there is
 * no device. */
const runtime *opencl_open(void);
const runtime *opencl_open_devices(void);

#define OK(call)                                                                                                       \
    do {                                                                                                               \
        runtime_status status_ = (call);                                                                               \
        cr_assert(status_ == RUNTIME_OK, "%s: status %d: %s", #call, (int)status_, cl->message());                     \
    } while (0)

/* Arguments of kernels. */
runtime_argument number64(int64_t value);
runtime_argument number32(int32_t value);
runtime_argument of_memory(void *memory);

/* fill: out[i] = value + i; add: y += x * factor, or -1 without x; wide: two numbers of a pair; slow: so many turns,
 * then something odd. */
extern const char opencl_text[];
void *opencl_program_of(const runtime *cl, int device);
void *opencl_kernel_of(const runtime *cl, void *program, const char *entry);
void opencl_fill(const runtime *cl, void *queue, void *kernel, void *out, int64_t n, int32_t value);
void opencl_expect_filled(const runtime *cl, void *queue, void *memory, int64_t n, int32_t value);

#endif
