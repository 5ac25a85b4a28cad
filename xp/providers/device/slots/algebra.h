/* What the slots of linear algebra and transforms share: programs for a dtype, and contiguous copies of operands.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_ALGEBRA_H
#define DEVICE_SLOTS_ALGEBRA_H

#include "core/buffer.h"
#include "providers/device/call.h"

/* A program of one of the texts behind kernels/algebra.h. */
typedef struct device_algebra {
    const char *before, *text;  /* before: NULL, or kernels/lanes.h */
    char definitions[160];
} device_algebra;

/* What the text needs to know: the dtype, and lines of the text's own (""), which it may not do without. The source is
 * in use as long as *algebra is. */
device_source device_algebra_source(device_algebra *algebra, const char *name, const char *text, int dtype,
                                    const char *lines);

/* Elements that views have; of complex ones the halves count. */
int64_t device_count_of(const xp_view *view);

/* The same for texts behind kernels/lanes.h; `alone`: an item works on a matrix by itself. */
device_source device_lanes_source(device_algebra *algebra, const char *name, const char *text, int dtype, bool alone);

/* Puts the elements of a view where another one of the same shape has its own, cast to its dtype. */
xp_status device_collect_into(const struct xp_device *device, const xp_view *view, const xp_view *to);

/* Scratch memory as a view: of the shape of `like`, in C order. It is in use as long as both are. */
typedef struct device_room {
    xp_buffer buffer;
    int64_t strides[XP_MAX_NDIM];
    xp_view view;
} device_room;
void device_room_make(device_room *room, const struct xp_device *device, const xp_view *like, int dtype,
                      device_block *block);

/* Puts the elements of a view of any strides into memory, one after the other in C order. */
xp_status device_collect(const struct xp_device *device, const xp_view *view, device_block *to);

/* The same in new scratch memory. */
xp_status device_collected(const struct xp_device *device, const xp_view *view, device_block **to);

#endif
