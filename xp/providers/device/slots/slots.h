/* The device core's vendor slots.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SLOTS_H
#define DEVICE_SLOTS_H

#include "providers/device/device.h"

#endif
