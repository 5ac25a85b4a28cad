/* How modules run a kernel.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_KERNEL_LAUNCH_H
#define XP_KERNEL_LAUNCH_H

#include "kernel/kernel.h"
#include "scixp/xp.h"

/* An array for a kernel to write: uninitialised, in the innermost scope. */
xp_array *xp_launch_output(const xp_namespace *xp, xp_shape shape, xp_dtype dtype, const char *function);

/* Runs a kernel on the device of its arrays; enqueues it where the device works on its own.
 *   real         the dtype that REAL stands for
 *   extents      of the index space of each pass; 0 leaves it out
 *   arrays       in the order in which the passes name them. Inputs may be pending and have any strides: an array whose
 *                steps the kernel does not take is made C-contiguous. Outputs are those of xp_launch_output that nobody
 *                else has seen; they may be written again and again. NULL: not given, the kernel sees NULL.
 *   numbers      the parameters that are neither arrays nor their extents and steps, in their order; NULL if none
 *   nanoseconds  what all of it takes one core, roughly: decides on the threads of passes; tuned bodies know better
 * Forces the inputs. False with an error recorded for `function`; nothing reads what has been written then. */
bool xp_launch(const xp_kernel *kernel, const char *function, xp_dtype real, const int64_t *extents,
               xp_array *const *arrays, const xp_number *numbers, double nanoseconds);

/* Whether this thread's launches leave tuned bodies alone: tests hold the two against each other. */
void xp_launch_plain(bool plain);

#endif
