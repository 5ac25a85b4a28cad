/* Fallback: where a device lacks something, the host does it, by the transfer policy and never in silence.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_FALLBACK_H
#define XP_GRAPH_FALLBACK_H

#include "core/array_private.h"
#include "driver.h"

/* Whether the device does this itself. A pure question. */
bool xp_offers(const struct xp_device *device, const xp_request *request);

/* The table that does the work for a device that does not: xp_fallback_driver, counted and warned about as work of
 * `function`; NULL with an error recorded where the policy, the device or the host rules it out. */
const xp_driver *xp_fallback_for(const struct xp_device *device, const xp_request *request, const char *function);

/* The table whose slots do what is asked for, when called with the device. Asked once for each call of a function,
 * before there is any work. NULL with an error recorded for `function`. */
static inline const xp_driver *xp_driver_for(const struct xp_device *device, const xp_request *request,
                                             const char *function)
{
    return xp_offers(device, request) ? device->driver : xp_fallback_for(device, request, function);
}

/* Slots that bring their operands to the host, have its driver do the work, and send the results back. They are given
 * the device whose data it is. All slots for work are there, but run_small. */
extern const xp_driver xp_fallback_driver;

/* Adds to what has been moved for a device. */
void xp_fallback_moved(const struct xp_device *device, size_t downloaded, size_t uploaded);

#endif
