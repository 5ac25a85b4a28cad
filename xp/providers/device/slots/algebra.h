/* What the slots of linear algebra and transforms share: programs for a dtype, and contiguous copies of operands.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_ALGEBRA_H
#define DEVICE_SLOTS_ALGEBRA_H

#include "providers/device/call.h"

/* A program of one of the texts behind kernels/algebra.h. */
typedef struct device_algebra {
    const char *text;
    char definitions[160];
} device_algebra;

/* What the text needs to know: the dtype, and lines of the text's own (""), which it may not do without. The source is
 * in use as long as *algebra is. */
device_source device_algebra_source(device_algebra *algebra, const char *name, const char *text, int dtype,
                                    const char *lines);

/* Elements that views have; of complex ones the halves count. */
int64_t device_count_of(const xp_view *view);

/* Units of memory in an element: 2 of complex ones. */
int device_parts_of(int dtype);

/* Puts the elements of a view of any strides into memory, one after the other in C order. */
xp_status device_collect(const struct xp_device *device, const xp_view *view, device_block *to);

/* The same in new scratch memory. */
xp_status device_collected(const struct xp_device *device, const xp_view *view, device_block **to);

#endif
