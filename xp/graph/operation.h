/* The descriptors of the elementwise operations.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_OPERATION_H
#define XP_GRAPH_OPERATION_H

#include "core/dtype.h"
#include "scixp/driver/operation.h"

/* One descriptor for each row of elementwise.def: xp_operation_add, ... */
#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    extern const xp_operation xp_operation_##name;
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE

extern const xp_operation xp_operation_cast;  /* any dtype to any */
extern const xp_operation xp_operation_copy;  /* identity, any dtype */
extern const xp_operation xp_operation_where;

#endif
