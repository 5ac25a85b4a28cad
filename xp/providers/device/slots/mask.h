/* Counts that become places: shared by slots that put elements together by what they are.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_MASK_H
#define DEVICE_SLOTS_MASK_H

#include "providers/device/device.h"

/* n int64 counts become the sums of those before them, and the sum of all goes behind the last one. */
xp_status device_counts_to_places(const struct xp_device *device, device_block *counts, int64_t n);

#endif
