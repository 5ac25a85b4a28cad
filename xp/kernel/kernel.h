/* Kernels: inner parts of algorithms that are no array expressions, written once (a *.kern.h, see prelude.h).
 *
 * The build reads each text (tools/embed_kernel.py) and makes from its passes' parameter lists
 *   - the descriptor below, with the text in it: nothing is looked up on disk,
 *   - the passes compiled for the host, once for each dtype and instruction set,
 *   - `<name>.args.h`: the parameters as a struct, for bodies written by hand.
 * A pass is a function of an index and of parameters; it is run for each index of an index space, in any order, and the
 * passes of a kernel one after the other. A tuned body (<name>_host_tmpl.c) does all passes in its own way. For devices
 * a pass may have bodies that do a stretch of indices at once (*_processor.kern.h, *_group.kern.h).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_KERNEL_KERNEL_H
#define XP_KERNEL_KERNEL_H

#include "scixp/driver/kernel.h"

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

/* The place of a dtype in the kernel's list, or -1. */
static inline int xp_kernel_dtype_place(const xp_kernel *kernel, int dtype)
{
    for (int i = 0; i < kernel->n_dtypes; i++)
        if (kernel->dtypes[i] == dtype)
            return i;
    return -1;
}

extern const char xp_kernel_prelude[]; /* prelude.h */

#endif
