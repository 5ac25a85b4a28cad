/* What a device tells of itself: capabilities, dtypes, and the other devices of its provider.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/registry.h"
#include "scixp/xp/strict.h"
#include "standard/support.h"

xp_capabilities standard_info_capabilities(const xp_namespace *xp)
{
    bool strict = xp->device->driver->standard_only;
    xp_strict_flags flags = strict ? xp_strict_flags_now() : xp_strict_flags_defaults();
    return (xp_capabilities){.boolean_indexing = flags.boolean_indexing,
                             .data_dependent_shapes = flags.data_dependent_shapes,
                             .max_dimensions = XP_MAX_NDIM,
                             .api_version = flags.api_version,
                             .extensions = flags.enabled_extensions};
}

const struct xp_device *standard_info_default_device(const xp_namespace *xp)
{
    return xp->device;
}

xp_default_dtypes standard_info_default_dtypes(const xp_namespace *xp)
{
    const xp_device_dtypes *dtypes = &xp->device->dtypes;
    return (xp_default_dtypes){.real_floating = dtypes->real_floating,
                               .complex_floating = dtypes->complex_floating,
                               .integral = dtypes->integral,
                               .indexing = dtypes->indexing};
}

/* Room for the answer; a capacity of 0 only asks how many there are. */
static bool check_room(const char *function, const char *argument, const void *room, int capacity)
{
    if (capacity >= 0 && (room || capacity == 0))
        return true;
    xp_fail(XP_ERROR_VALUE, function, argument, "%s: room for %s is not given", function, argument);
    return false;
}

int standard_info_devices(const xp_namespace *xp, const struct xp_device **devices, int capacity)
{
    if (!check_room("devices", "devices", devices, capacity))
        return -1;
    return xp_devices_of(xp->device->driver->name, devices, capacity);
}

int standard_info_dtypes(const xp_namespace *xp, int kinds, xp_dtype *dtypes, int capacity)
{
    if (!check_room("dtypes", "dtypes", dtypes, capacity))
        return -1;
    int count = 0;
    for (int dtype = XP_DEFAULT_DTYPE + 1; dtype < XP_N_STANDARD_DTYPES; dtype++) {
        if (!xp_dtype_is(dtype, kinds) || !xp_device_has(xp->device, dtype))
            continue;
        if (count < capacity)
            dtypes[count] = (xp_dtype)dtype;
        count++;
    }
    return count;
}
