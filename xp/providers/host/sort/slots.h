/* The host's slots of sorting and selection (see driver.h).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SORT_SLOTS_H
#define HOST_SORT_SLOTS_H

#include "driver.h"

xp_status host_sort(const struct xp_device *device, const xp_view *x, int axis, bool descending, bool stable,
                    const xp_view *values, const xp_view *positions);
xp_status host_select(const struct xp_device *device, const xp_view *x, int axis, const int64_t *ranks, int count,
                      bool nan_spreads, const xp_view *out);
xp_status host_partition(const struct xp_device *device, const xp_view *x, int axis, const xp_view *pivots,
                         bool positions, const xp_view *out);
xp_status host_unique(const struct xp_device *device, const xp_view *x, const xp_unique_views *out);

#endif
