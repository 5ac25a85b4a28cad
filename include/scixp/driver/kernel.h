/* Kernels as a driver sees them: inner parts of algorithms that are no array expressions.
 *
 * A kernel is a text in the common subset of C, CUDA C and OpenCL C (docs/kernels.md) and a descriptor of it. A pass is
 * a function of an index and of parameters; it is run for each index of an index space, in any order, and the passes of
 * a kernel one after the other. For devices a pass may have bodies that do a stretch of indices at once: one for a
 * group of one item, on processors, and one for a group of many, which share memory and wait for each other.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_DRIVER_KERNEL_H
#define SCIXP_DRIVER_KERNEL_H

#include "../xp/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define XP_KERNEL_PASSES 4
#define XP_KERNEL_ARRAYS 16
#define XP_KERNEL_NUMBERS 32
#define XP_KERNEL_ISAS 4 /* baseline, avx2, avx512, avxvnni (besides avx2): the host's */

typedef union xp_number { /* a parameter that is no array */
    int64_t index;
    double real;
} xp_number;

typedef enum xp_parameter_kind {
    XP_PARAMETER_INPUT,  /* an array that is read */
    XP_PARAMETER_OUTPUT, /* an array that is written, and may be read before */
    XP_PARAMETER_EXTENT, /* of `axis` of array `of`: named <array>_extent_<axis> */
    XP_PARAMETER_STEP,   /* from element to element along `axis` of array `of`, in elements: <array>_step_<axis> */
    XP_PARAMETER_INDEX,  /* xp_index */
    XP_PARAMETER_REAL    /* REAL */
} xp_parameter_kind;

/* An array's dtype where it is not a fixed one: that of the call. */
#define XP_PARAMETER_OF_CALL (-1)

typedef struct xp_parameter {
    const char *name;
    uint8_t kind;
    int8_t dtype;      /* of arrays: an xp_dtype or XP_PARAMETER_OF_CALL */
    uint8_t of, axis;  /* of EXTENT and STEP: the array's place among the arrays */
    uint8_t place;     /* among the arrays, or among the numbers */
    const char *type;  /* as the text writes it: "REAL", "int" */
} xp_parameter;

typedef struct xp_pass { /* a pass as the text has it */
    const char *name;
    int n_parameters;
    const uint8_t *parameters; /* by place in the kernel's, in the order in which this pass takes them */
    /* Bodies for stretches of indices. 0: there is none. */
    int processor_indices;     /* of which a stretch on a processor best is a multiple */
    int group_indices;         /* of a stretch that a group of items does */
    const char *shared;        /* the type of what such a group shares, or NULL */
} xp_pass;

typedef struct xp_kernel {
    const char *name, *text;
    const char *processor_text, *group_text;    /* bodies for stretches, which stand behind the text; or NULL */
    int n_passes, n_parameters, n_arrays, n_numbers, n_dtypes;
    const xp_pass *passes;
    const xp_parameter *parameters;             /* in the order in which the passes name them first */
    const uint8_t *dtypes;                      /* that REAL may be */
    /* The host's compiled bodies, by place in `dtypes`. The last field: there may be more of them. */
    const struct xp_kernel_bodies *const *host[XP_KERNEL_ISAS];
} xp_kernel;

/* ---- texts for devices ------------------------------------------------------------------------------------------- */

typedef enum xp_dialect { XP_DIALECT_C, XP_DIALECT_OPENCL, XP_DIALECT_CUDA } xp_dialect;

/* What a group may share: devices that have less run the passes as they are. */
#define XP_KERNEL_SHARED_BYTES (48 << 10)

/* Whether a pass has a body for stretches in groups of `items` items. */
static inline int xp_pass_has_stretches(const xp_pass *pass, int items)
{
    return items == 1 ? pass->processor_indices > 0 : items > 1 && pass->group_indices > 0;
}

/* The whole text that a device compiles for groups of `items` items: prelude, kernel, and for each pass an entry
 * <pass>_entry(n, stretch, parameters...), of which item i runs the pass for the indices from i * stretch on, `stretch`
 * of them, that are below n. Where the pass has a body for stretches in such groups, group i does that. With 0 items all
 * passes are as they are. Behind each array comes the place of its first element, an xp_index in elements. NULL if out
 * of memory or the dtype is none of the kernel's; freed with free(). */
XP_API char *xp_kernel_source(const xp_kernel *kernel, xp_dialect dialect, int dtype, int items);

#ifdef __cplusplus
}
#endif
#endif
