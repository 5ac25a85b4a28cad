/* Kernels: inner parts of algorithms that are no array expressions, written once (a *.kern.h, see prelude.h).
 *
 * The build reads each text (tools/embed_kernel.py) and makes from its passes' parameter lists
 *   - the descriptor below, with the text in it: nothing is looked up on disk,
 *   - the passes compiled for the host, once for each dtype and instruction set,
 *   - `<name>.args.h`: the parameters as a struct, for bodies written by hand.
 * A pass is a function of an index and of parameters; it is run for each index of an index space, in any order, and the
 * passes of a kernel one after the other. A tuned body (<name>_host_tmpl.c) does all passes in its own way.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_KERNEL_KERNEL_H
#define XP_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XP_KERNEL_PASSES 4
#define XP_KERNEL_ARRAYS 16
#define XP_KERNEL_NUMBERS 32
#define XP_KERNEL_ISAS 3 /* baseline, avx2, avx512: the host's (providers/host/cpu.h) */

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
} xp_pass;

/* Indices first to last - 1 of a pass. */
typedef void xp_kernel_pass(void *const *arrays, const xp_number *numbers, int64_t first, int64_t last);

/* What a tuned body gets from the host: threads and memory. */
typedef struct xp_kernel_team {
    int (*threads_for)(double nanoseconds); /* that pay for work which takes one thread so long */
    /* Calls part(context, i, thread) for each i < parts, on up to `threads` threads (thread < threads), in any
     * order. */
    void (*each)(int64_t parts, int threads, void (*part)(void *context, int64_t i, int thread), void *context);
    void *(*take)(size_t bytes);            /* aligned to 64 bytes; NULL if there is no more */
    void (*give)(void *memory, size_t bytes);
} xp_kernel_team;

/* False if memory is exhausted; nothing that it has written is read then. */
typedef bool xp_kernel_tuned(void *const *arrays, const xp_number *numbers, const int64_t *extents,
                             const xp_kernel_team *team);

typedef struct xp_kernel_bodies { /* for one dtype and instruction set */
    xp_kernel_pass *passes[XP_KERNEL_PASSES];
    xp_kernel_tuned *tuned; /* or NULL */
} xp_kernel_bodies;

typedef struct xp_kernel {
    const char *name, *text;
    int n_passes, n_parameters, n_arrays, n_numbers, n_dtypes;
    const xp_pass *passes;
    const xp_parameter *parameters;             /* in the order in which the passes name them first */
    const uint8_t *dtypes;                      /* that REAL may be */
    const xp_kernel_bodies *const *host[XP_KERNEL_ISAS]; /* each by place in `dtypes` */
} xp_kernel;

/* The place of a dtype in the kernel's list, or -1. */
static inline int xp_kernel_dtype_place(const xp_kernel *kernel, int dtype)
{
    for (int i = 0; i < kernel->n_dtypes; i++)
        if (kernel->dtypes[i] == dtype)
            return i;
    return -1;
}

/* ---- texts for devices (source.c) -------------------------------------------------------------------------------- */

typedef enum xp_dialect { XP_DIALECT_C, XP_DIALECT_OPENCL, XP_DIALECT_CUDA } xp_dialect;

extern const char xp_kernel_prelude[]; /* prelude.h */

/* The whole text that a device compiles: prelude, kernel, and for each pass an entry <pass>_entry(n, parameters...)
 * that runs it for index < n. NULL if out of memory or the dtype is none of the kernel's; freed with xp_dealloc. */
char *xp_kernel_source(const xp_kernel *kernel, xp_dialect dialect, int dtype);

#endif
