/* The device core's vendor slots.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_H
#define DEVICE_SLOTS_H

#include "providers/device/device.h"

xp_status device_gather(const struct xp_device *device, const xp_view *x, const xp_view *indices, int axis,
                        const xp_view *out);

#endif
