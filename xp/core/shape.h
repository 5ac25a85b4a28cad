/* Arithmetic on shapes, strides and axes.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_SHAPE_H
#define XP_CORE_SHAPE_H

#include "core/array_private.h"

/* Number of elements; false (no error recorded) if it, or its bytes at `itemsize`, overflows int64_t. */
bool xp_shape_size(int ndim, const int64_t *shape, size_t itemsize, int64_t *size);

void xp_contiguous_strides(int ndim, const int64_t *shape, size_t itemsize, int64_t *strides);

/* Widens (ndim, shape) so that `with` broadcasts to it; false with an error recorded if there is no such shape. */
bool xp_widen_shape(const char *function, int *ndim, int64_t shape[XP_MAX_NDIM], xp_shape with);

/* The shape that all these broadcast to, NULLs passed over; false with an error recorded if there is none. */
bool xp_broadcast_shape(const char *function, int count, xp_array *const *arrays, int *ndim,
                        int64_t shape[XP_MAX_NDIM]);

/* Strides that make an array of (ndim, shape, strides) look like `to_shape`, which fits: 0 along broadcast axes. */
void xp_broadcast_strides(int ndim, const int64_t *shape, const int64_t *strides, int to_ndim, const int64_t *to_shape,
                          int64_t *to_strides);

/* -ndim <= axis < ndim to 0 <= axis < ndim; -1 with an error recorded otherwise. */
int xp_check_axis(const char *function, const char *argument, int axis, int ndim);

/* The axes of `over` for an array of `ndim` dimensions, as a bit mask; false with an error recorded. */
bool xp_check_over(const char *function, xp_over over, int ndim, uint32_t *axes);

/* "(3, 4)" into text, for error messages. Returns text. */
#define XP_SHAPE_TEXT 128
char *xp_shape_text(int ndim, const int64_t *shape, char text[XP_SHAPE_TEXT]);

/* How far strides reach before and behind element [0, ...], in bytes: *lowest <= 0 <= *highest. No extent is 0. False if
 * the numbers do not fit. */
bool xp_strides_reach(int ndim, const int64_t *shape, const int64_t *strides, int64_t *lowest, int64_t *highest);

/* Strides for a new shape over the same memory, if no copy is needed. */
bool xp_reshape_strides(int ndim, const int64_t *shape, const int64_t *strides, int to_ndim, const int64_t *to_shape,
                        size_t itemsize, int64_t *to_strides);

#endif
