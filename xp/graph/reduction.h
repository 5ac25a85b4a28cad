/* The descriptors of the reductions.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_REDUCTION_H
#define XP_GRAPH_REDUCTION_H

#include "core/dtype.h"
#include "scixp/driver/operation.h"

extern const xp_reduction xp_reductions[XP_N_REDUCTIONS];

/* The dtype of the result for an operand of this dtype. */
xp_dtype xp_reduction_result(xp_reduction_kind kind, xp_dtype operand);

#endif
