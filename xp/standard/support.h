/* What the standard's functions share: checks, maps of axes, arrays as operands of a driver's slots.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_STANDARD_SUPPORT_H
#define XP_STANDARD_SUPPORT_H

#include "core/array_private.h"
#include "core/device_dtypes.h"
#include "core/dtype.h"
#include "driver.h"
#include "graph/node.h"
#include "scixp/xp/namespace.h"
#include "standard/check.h"
#include "standard/standard_private.h"

/* x if it is given, not failed and no scalar; else records the error and returns false. */
bool standard_check_array(const char *function, const char *argument, const xp_array *x);

/* `count` arrays of one device, at least one of them, none a scalar. */
bool standard_check_arrays(const char *function, int count, xp_array *const *arrays);

/* xp_check_kind with the kinds that the standard names and those that are taken beyond it, where the device does. */
bool standard_check_kinds(const char *function, const char *argument, const xp_array *x, int accepts, int extends);

/* A dtype, or XP_DEFAULT_DTYPE, which becomes `fallback`; XP_N_DTYPES with an error recorded if it is neither. */
xp_dtype standard_dtype(const char *function, xp_dtype dtype, xp_dtype fallback);

/* Whether the shape can be read at all. */
bool standard_check_shape(const char *function, xp_shape shape);

/* Whether `shape` broadcasts to `to`; else records the error. */
bool standard_check_broadcast(const char *function, const xp_array *x, int ndim, const int64_t *shape);

/* The map that leaves every axis of x as it is. */
void standard_same_axes(const xp_array *x, xp_axis_map *map);

/* x as a new handle, lazily: what functions return that have nothing to do. */
xp_array *standard_same(xp_array *x, const char *function);

/* x in another dtype: x itself if it has it already. */
xp_array *standard_cast(xp_array *x, xp_dtype dtype, const char *function);

/* The dtype that an array and another one, or a scalar, are compared in; XP_N_DTYPES with an error recorded. A scalar
 * integer that the array's dtype does not hold is compared in int64. */
xp_dtype standard_common_dtype(const xp_array *x1, const xp_array *x2, const char *function);

/* One axis of all of x's elements. */
xp_array *standard_flat(xp_array *x, const char *function);

/* A fresh array with x's elements. */
xp_array *standard_copy(xp_array *x, const char *function);

/* x in a dtype, under a handle of its own: astype, for functions that cast what they are given under their own name. */
xp_array *standard_convert(xp_array *x, xp_dtype dtype, bool copy, const char *function);

/* An array of int64 that is never written: start + sum of index * steps. */
xp_array *standard_coordinates(const xp_namespace *xp, int64_t start, int ndim, const int64_t *shape,
                               const int64_t *steps, const char *function);

/* x in memory, in the dtype that a slot computes it in (xp_loop_dtype()): what results of a dtype for storage are then
 * rounded from, by standard_cast(). NULL with an error recorded. */
xp_array *standard_ready(xp_array *x, const char *function);

/* Does the device have this slot for that dtype? `which` is the kind that some slots are asked for (xp_request).
 * Slots that move elements take all dtypes; where they compute, float16 and bfloat16 are for drivers that say so. */
bool standard_offers(const xp_namespace *xp, size_t slot, int which, int dtype);
#define STANDARD_OFFERS(xp, slot, which, dtype) standard_offers((xp), offsetof(xp_driver, slot), (which), (dtype))

/* The table whose slot of that name `function` is to call: the device's own, or where it does not offer the slot one
 * that has the host do it. Asked at each call, once and before any work. NULL with an error recorded where the transfer
 * policy rules that out. */
const xp_driver *standard_slots(const xp_namespace *xp, size_t slot, int which, int dtype, const char *function);
#define STANDARD_SLOTS(xp, slot, which, dtype, function)                                                               \
    standard_slots((xp), offsetof(xp_driver, slot), (which), (dtype), (function))

/* A ready array as an operand of a slot; valid as long as the array. */
static inline xp_view standard_view(const xp_array *x)
{
    return (xp_view){x->buffer, x->offset, x->dtype, x->ndim, x->shape, x->strides};
}

/* An array of `shape` with every element equal to `value`, a scalar or a 0-d array, which is cast to `dtype` (it may be
 * XP_N_DTYPES: an error that is recorded already). */
xp_array *standard_fill(const xp_namespace *xp, xp_array *value, xp_shape shape, xp_dtype dtype, const char *function);

/* The same where the value is another argument than `fill_value`. */
xp_array *standard_fill_with(const xp_namespace *xp, xp_array *value, xp_shape shape, xp_dtype dtype,
                             const char *function, const char *argument);

/* Joins arrays along an axis, all of them checked to be of one device: concat, for functions that join under their own
 * name. Makes temporaries. */
xp_array *standard_join(xp_array *const *arrays, int count, int axis, const char *function);

/* How a function that gives several results ends: where one has failed they all do, and what no scope has is let go. */
bool standard_results(xp_array **results, int count, bool success);

/* xp_promote, under another function's name. */
bool standard_promote_arrays(xp_array *const *arrays, int count, int rules, xp_array **results, const char *function);

/* Positions or counts, int64 inside the library, as callers get them: in the device's dtype for that. */
xp_array *standard_positions(xp_array *x, const char *function);

/* The dtype that arrays of two dtypes promote to on a device; XP_N_DTYPES with an error recorded where the device takes
 * the standard's promotions alone and this is none of them. */
xp_dtype standard_promote(const struct xp_device *device, xp_dtype a, xp_dtype b, const char *function);

/* x at int64 positions (1-d, checked, not negative) along an axis, written out at once. */
xp_array *standard_gather(xp_array *x, xp_array *positions, int axis, const char *function);

#endif
