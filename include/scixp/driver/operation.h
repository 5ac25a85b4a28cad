/* Elementwise operations and reductions: what the graph, the drivers and the tests know about each.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_DRIVER_OPERATION_H
#define SCIXP_DRIVER_OPERATION_H

#include "../xp/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- elementwise ------------------------------------------------------------------------------------------------- */

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
    /* The host's compiled loops for an instruction set (0: what every CPU has), by loop dtype; for "cast", by
     * from * XP_N_DTYPES + to. Entries may be NULL. */
    xp_loop *const *(*loops)(int isa);
} xp_operation;

/* ---- reductions: sums, moments, extrema, truth over some axes ---------------------------------------------------- */

typedef enum xp_reduction_kind {
    XP_REDUCE_SUM,   /* result and accumulator: the operand's dtype (the front casts first) */
    XP_REDUCE_PROD,
    XP_REDUCE_MEAN,  /* floating and complex operands */
    XP_REDUCE_VAR,   /* real floating operands; divides by N - correction, NaN where that is not above 0 */
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

#ifdef __cplusplus
}
#endif
#endif
