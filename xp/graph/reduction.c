/* The table of reductions and the dtypes of their results.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/reduction.h"

/* How the dtype of a result follows from the operand's. */
typedef enum result_rule { RESULT_SAME, RESULT_BOOL, RESULT_INT64 } result_rule;

#define REDUCTIONS(ROW)                                                                                                \
    ROW(XP_REDUCE_SUM, "sum", true, RESULT_SAME)                                                                       \
    ROW(XP_REDUCE_PROD, "prod", true, RESULT_SAME)                                                                     \
    ROW(XP_REDUCE_MEAN, "mean", true, RESULT_SAME) /* of nothing: 0 / 0, NaN */                                        \
    ROW(XP_REDUCE_VAR, "var", true, RESULT_SAME)                                                                       \
    ROW(XP_REDUCE_STD, "std", true, RESULT_SAME)                                                                       \
    ROW(XP_REDUCE_MIN, "min", false, RESULT_SAME)                                                                      \
    ROW(XP_REDUCE_MAX, "max", false, RESULT_SAME)                                                                      \
    ROW(XP_REDUCE_ANY, "any", true, RESULT_BOOL)                                                                       \
    ROW(XP_REDUCE_ALL, "all", true, RESULT_BOOL)                                                                       \
    ROW(XP_REDUCE_ARGMIN, "argmin", false, RESULT_INT64)                                                               \
    ROW(XP_REDUCE_ARGMAX, "argmax", false, RESULT_INT64)                                                               \
    ROW(XP_REDUCE_COUNT_NONZERO, "count_nonzero", true, RESULT_INT64)

#define REDUCTION(kind, name, has_identity, result) [kind] = {name, kind, has_identity},
const xp_reduction xp_reductions[XP_N_REDUCTIONS] = {REDUCTIONS(REDUCTION)};

#define RESULT(kind, name, has_identity, result) [kind] = result,
static const uint8_t results[XP_N_REDUCTIONS] = {REDUCTIONS(RESULT)};

xp_dtype xp_reduction_result(xp_reduction_kind kind, xp_dtype operand)
{
    switch ((result_rule)results[kind]) {
    case RESULT_BOOL:
        return XP_BOOL;
    case RESULT_INT64:
        return XP_INT64;
    default:
        return operand;
    }
}
