/* A piece of work for a device: a kernel and its arguments, put together one by one, then enqueued.
 *
 *   device_call call;
 *   device_call_begin(&call, device);
 *   device_call_buffer(&call, x->buffer, false);     arguments in the order in which the entry takes them
 *   device_call_index(&call, x->offset / 8);
 *   device_call_buffer(&call, out->buffer, true);
 *   return device_call_launch(&call, &source, "scan_pieces", groups);
 *
 * What fails on the way is kept in the call and comes back from the launch, so nothing needs to be looked at between.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_CALL_H
#define DEVICE_CALL_H

#include "providers/device/device.h"
#include "providers/device/programs.h"

#define DEVICE_ARGUMENTS 160

typedef struct device_call {
    const struct xp_device *device;
    device_state *state;
    int queue;
    xp_status status;           /* the first thing that went wrong */
    int n_arguments;
    runtime_argument arguments[DEVICE_ARGUMENTS];
} device_call;

void device_call_begin(device_call *call, const struct xp_device *device);

/* Memory that the kernel reads or writes (then it may read it as well); NULL: a null pointer. */
void device_call_buffer(device_call *call, xp_buffer *buffer, bool writes);
void device_call_block(device_call *call, device_block *block, bool writes);

/* A view: its memory, then the place of its first element as an xp_index, in elements (in halves of complex ones). */
void device_call_view(device_call *call, const xp_view *view, bool writes);

/* Where a view's first element is, and distances of its elements, in the same unit. */
int64_t device_start_of(const xp_view *view);
int64_t device_stride(const xp_view *view, int axis);

void device_call_index(device_call *call, int64_t number); /* xp_index */
void device_call_int(device_call *call, int32_t number);   /* int */
void device_call_double(device_call *call, double number);

/* A value as the element type of its dtype; a complex one as two arguments, real and imaginary part. */
void device_call_value(device_call *call, const xp_value *value, int dtype);

/* Enqueues it: `groups` groups of the device's size, none if 0. The call can be begun again. */
xp_status device_call_launch(device_call *call, const device_source *source, const char *entry, int64_t groups);

/* Groups that `items` items need. */
static inline int64_t device_groups_for(const struct xp_device *device, int64_t items)
{
    int64_t of_group = device_state_of(device)->group_items;
    return items / of_group + (items % of_group != 0);
}

/* Scratch memory for work that is about to be enqueued. It may be freed as soon as that has been done. */
xp_status device_scratch(const struct xp_device *device, int64_t bytes, device_block **block);
void device_scratch_free(const struct xp_device *device, device_block *block); /* NULL is nothing */

/* Waits for what was enqueued on it, and reads some of it: `what`, for messages. */
xp_status device_scratch_read(const struct xp_device *device, device_block *block, int64_t offset, void *to,
                              size_t bytes, const char *what);

#endif
