/* The array layer: arrays, the functions of the Array API standard on them, scopes and errors.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_H
#define SCIXP_XP_H

#include "xp/types.h"
#include "xp/values.h"
#include "xp/scope.h"
#include "xp/array.h"
#include "xp/device.h"
#include "xp/device_memory.h"
#include "xp/dlpack.h"
#include "xp/info.h"
#include "xp/npz.h"
#include "xp/random.h"
#include "xp/strict.h"
#include "scixp/xp/namespace.h" /* generated: the table of functions */
#include "scixp/xp/functions.h" /* generated: the same as plain functions */

#endif
