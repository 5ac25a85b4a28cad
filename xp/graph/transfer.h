/* Elements of ready arrays in host memory, for what reads and writes text and files.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_TRANSFER_H
#define XP_GRAPH_TRANSFER_H

#include "core/array_private.h"

/* The address of element [0, ...] of a READY array once all work is done; NULL if its device has no such thing. */
char *xp_host_pointer(const xp_array *x);

/* x as a READY C-contiguous array: x itself, or a copy that no scope owns. Gives a reference that the caller drops with
 * xp_array_unref; NULL with an error recorded. */
xp_array *xp_contiguous_for(xp_array *x, const char *function);

/* The same, but the copy stays with x, so that where it lies is good for as long as x. */
xp_array *xp_whole_copy(xp_array *x, const char *function);

/* All elements of x, no weak scalar, in C order; from every device. False with an error recorded. */
bool xp_copy_to_host(xp_array *x, void *memory, size_t bytes, const char *function);

/* xp_from_host for any dtype, also one that the device has for the library alone. */
xp_array *xp_array_from_host(const xp_namespace *xp, const void *data, xp_dtype dtype, xp_shape shape,
                             const char *function);

/* Whether x is given, has not failed and is no scalar; else records the error. */
bool xp_check_array_given(const xp_array *x, const char *function);

/* Whether data of x may go to host memory otherwise than by xp_to_device; else records the error. */
bool xp_check_export(const xp_array *x, const char *function);

/* `bytes` from `offset` bytes behind element [0, ...] of a READY array; false with an error recorded. */
bool xp_download(const xp_array *x, int64_t offset, void *memory, size_t bytes, const char *function);

#endif
