/* Programs that reduce.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_REDUCE_H
#define DEVICE_REDUCE_H

#include "providers/device/device.h"

/* Whether a reduction of this kind keeps float64 for values of the dtype. */
bool device_reduce_is_wide(xp_reduction_kind kind, int dtype);

/* Runs a program of which some outputs reduce; the others store. */
xp_status device_reduce(const struct xp_device *device, const xp_program *program, const xp_operands *operands);

#endif
