/* Programs that reduce.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/reduce.h"

xp_status device_reduce(const struct xp_device *device, const xp_program *program, const xp_operands *operands)
{
    (void)program, (void)operands;
    return xp_driver_error(XP_ERROR_UNSUPPORTED, "%s does not reduce", device->name);
}
