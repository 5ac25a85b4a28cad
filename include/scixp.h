/* SciXP: SciPy's algorithm layer for C.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_H
#define SCIXP_H

#include "scixp/xp.h"
#include "scixp/cluster.h"

#endif
