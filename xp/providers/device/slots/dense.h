/* Lines along an axis as dense memory: a view that is laid out so by itself, or a copy of it.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_DENSE_H
#define DEVICE_SLOTS_DENSE_H

#include "providers/device/call.h"

/* n elements of each line, one line behind the other: a view's own memory, or a block; neither: not wanted. */
typedef struct device_dense {
    const xp_view *view;
    device_block *block;
} device_dense;

/* As arguments: the memory, then the place of its first element. */
void device_call_dense(device_call *call, const device_dense *dense, bool writes);

/* Lines of a view, to be read. The block, if there is one, is the caller's to free, as it is below. */
xp_status device_dense_read(const struct xp_device *device, const xp_view *view, int axis, device_dense *dense);

/* Memory for lines that go to a view, which `device_dense_put` brings them to. NULL is a view that is not wanted. */
xp_status device_dense_room(const struct xp_device *device, const xp_view *view, int axis, device_dense *dense);
xp_status device_dense_put(const struct xp_device *device, const xp_view *view, int axis, const device_dense *dense);

#endif
