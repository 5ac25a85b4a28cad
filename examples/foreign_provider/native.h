/* The functions of GSL that stand in the device's namespace.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef GSLXP_NATIVE_H
#define GSLXP_NATIVE_H

#include "gslxp.h"

extern const xp_namespace gslxp_native;

#endif
