/* Pointers of devices, for functions that give and take them under names of their own.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_DEVICE_MEMORY_H
#define XP_GRAPH_DEVICE_MEMORY_H

#include "core/array_private.h"
#include "scixp/xp/device_memory.h"

/* xp_wrap_device_pointer under another name. */
xp_array *xp_adopt_pointer(const struct xp_device *device, void *pointer, xp_dtype dtype, xp_shape shape,
                           const xp_pointer_options *options, const char *function);

/* Where the memory of a READY array is, for what comes on `stream`; false with an error recorded. */
bool xp_share_pointer(const xp_array *x, void *stream, void **pointer, const char *function);

#endif
