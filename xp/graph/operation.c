/* The descriptors of the elementwise operations, one for each row of elementwise.def.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "graph/operation.h"

/* The host's compiled loops, by the naming rule host_loops_<operation>. */
#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    xp_loop *const *host_loops_##name(int isa);
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE
xp_loop *const *host_loops_cast(int isa);
xp_loop *const *host_loops_copy(int isa);

#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    const xp_operation xp_operation_##name = {                                                                         \
        #name, arity, rule, accepts, extends, #expression,                                                             \
        ((int)(accepts) | (int)(extends)) & XP_KIND_COMPLEX ? #complex_expression : NULL, host_loops_##name};
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE

/* Casts are written per pair of dtypes, so they have no expression of their own. */
const xp_operation xp_operation_cast = {
    .name = "cast",
    .arity = 1,
    .rule = XP_RULE_CAST,
    .accepts = XP_KIND_ANY,
    .loops = host_loops_cast,
};

const xp_operation xp_operation_copy = {
    .name = "copy",
    .arity = 1,
    .rule = XP_RULE_SAME,
    .accepts = XP_KIND_ANY,
    .expression = "a",
    .complex_expression = "a",
    .loops = host_loops_copy,
};
