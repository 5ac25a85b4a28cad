/* Devices that compute nothing: they write the texts of programs that they are asked to compile into a folder.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_DEVICE_PAPER_H
#define TESTS_DEVICE_PAPER_H

#include "scixp/driver.h"

/* Three of them: OpenCL C as processors get it, OpenCL C and CUDA C as GPUs do. `number` is 0, 1 or 2. Each text goes
 * to folder/NUMBER_COUNT.cl or .cu, whose path is printed. */
const struct xp_device *paper_device(int number, const char *folder);

/* A C-contiguous view of memory of a device, which belongs to the innermost scope; the shape is not copied. */
xp_view paper_view(const struct xp_device *device, xp_dtype dtype, int ndim, const int64_t *shape, int64_t *strides);

/* Whether all texts were written. */
bool paper_is_good(void);

#endif
