/* Elementwise operations: what the graph, the drivers and the tests know about each.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_OPERATION_H
#define XP_GRAPH_OPERATION_H

#include "core/dtype.h"

/* How the result's dtype follows from the promoted dtype of the operands (the "loop dtype" in which it computes). */
typedef enum xp_rule {
    XP_RULE_SAME,    /* add: loop dtype = promoted operands = result */
    XP_RULE_FLOAT,   /* divide, sqrt: integers and bool become floating first; result = loop dtype */
    XP_RULE_BOOL,    /* less, isnan: computes in the promoted dtype, gives bool */
    XP_RULE_REAL,    /* abs, real, imag: complex gives its real dtype, others their own */
    XP_RULE_CAST,    /* from one dtype to another: the node says which */
    XP_RULE_SELECT   /* where: the first operand is bool, the other two promote; result = their dtype */
} xp_rule;

/* A compiled loop: n elements from contiguous inputs to a contiguous output, which may be one of the inputs if their
 * element sizes agree. Pointers are aligned to their element size only. Never reads or writes past n elements. */
typedef void xp_loop(int64_t n, const void *const *inputs, void *output);

typedef struct xp_operation {
    const char *name;     /* the standard's: "add" */
    uint8_t arity;        /* 1 to 3 operands */
    uint8_t rule;         /* an xp_rule */
    uint8_t accepts;      /* the kinds (xp_kind bits) of operands the standard allows */
    uint8_t extends;      /* the kinds that host and devices take beyond it, as NumPy does */
    const char *expression;         /* over a, b, c: the body for devices; NULL: no device text yet */
    const char *complex_expression; /* the same for complex dtypes; NULL: complex is not taken */
    /* The compiled loops for an instruction set (an xp_isa of providers/host), by loop dtype; for "cast", by
     * from * XP_N_DTYPES + to. Entries may be NULL. */
    xp_loop *const *(*loops)(int isa);
} xp_operation;

/* One descriptor for each row of elementwise.def: xp_operation_add, ... */
#define XP_ELEMENTWISE(name, arity, rule, accepts, extends, expression, complex_expression)                            \
    extern const xp_operation xp_operation_##name;
#include "graph/elementwise.def"
#undef XP_ELEMENTWISE

extern const xp_operation xp_operation_cast;  /* any dtype to any */
extern const xp_operation xp_operation_copy;  /* identity, any dtype */
extern const xp_operation xp_operation_where;

#endif
