/* Reductions: sums, moments, extrema, truth over some axes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_REDUCTION_H
#define XP_GRAPH_REDUCTION_H

#include "core/dtype.h"

typedef enum xp_reduction_kind {
    XP_REDUCE_SUM,   /* result and accumulator: the operand's dtype (the front casts first) */
    XP_REDUCE_PROD,
    XP_REDUCE_MEAN,  /* floating and complex operands */
    XP_REDUCE_VAR,   /* real floating operands; divides by N - correction */
    XP_REDUCE_STD,
    XP_REDUCE_MIN,   /* real operands; NaN if any is */
    XP_REDUCE_MAX,
    XP_REDUCE_ANY,   /* any dtype to bool: not zero; NaN is true */
    XP_REDUCE_ALL,
    XP_REDUCE_ARGMIN, /* real operands to int64: the first position in C order over the reduced axes; of a NaN if any */
    XP_REDUCE_ARGMAX,
    XP_REDUCE_COUNT_NONZERO, /* any dtype to int64 */
    XP_N_REDUCTIONS
} xp_reduction_kind;

typedef struct xp_reduction {
    const char *name;      /* "sum" */
    uint8_t kind;          /* an xp_reduction_kind */
    bool has_identity;     /* an empty sum is 0; an empty min is an error */
} xp_reduction;
extern const xp_reduction xp_reductions[XP_N_REDUCTIONS];

/* The dtype of the result for an operand of this dtype. */
xp_dtype xp_reduction_result(xp_reduction_kind kind, xp_dtype operand);

#endif
