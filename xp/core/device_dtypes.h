/* Which dtypes a device has, and which it gives by default.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_DEVICE_DTYPES_H
#define XP_CORE_DEVICE_DTYPES_H

#include "core/array_private.h"

/* Whether arrays of the device can have a dtype. */
bool xp_device_has(const struct xp_device *device, int dtype);

/* The dtype, or, where the device does not have it, the one of half its size: what results beyond the standard have. */
xp_dtype xp_device_dtype(const struct xp_device *device, xp_dtype dtype);

/* The device's default dtype for what a weak scalar of this dtype holds: bool, whole, real or complex numbers. */
xp_dtype xp_device_default(const struct xp_device *device, xp_dtype weak);

/* Whether the device has the dtype; else records the error. */
bool xp_check_device_has(const struct xp_device *device, xp_dtype dtype, const char *function);

#endif
