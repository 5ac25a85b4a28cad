/* How the files about indices understand each other: what of an index is a view, and what is picked out of it.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_STANDARD_INDEXING_H
#define XP_STANDARD_INDEXING_H

#include "standard/support.h"

/* Elements picked along some axes of an array together: the i-th has the position positions[k][i] along axes[k]. The
 * positions broadcast to one shape. Its axes stand in the result from axis `place` on, before and behind them the axes
 * that are not picked from, in their order. */
typedef struct index_pick {
    int count;                        /* of the axes; 0: nothing is picked */
    int axes[XP_MAX_NDIM];
    xp_array *positions[XP_MAX_NDIM]; /* int64, from 0 to the axis' extent - 1 */
    int place;
    int ndim;                         /* what the positions broadcast to */
    int64_t shape[XP_MAX_NDIM];
} index_pick;

/* A whole index: a view of x, and what is picked from that. */
typedef struct index_plan {
    xp_axis_map map;
    index_pick pick;
    int ndim;                         /* of x[items] */
    int64_t shape[XP_MAX_NDIM];
} index_plan;

/* ---- items (index_items.c) --------------------------------------------------------------------------------------- */

/* Whether a mask stands alone. */
bool index_is_only_mask(xp_indices items);

/* Whether there are masks or arrays of positions among them. */
bool index_has_arrays(xp_indices items);

/* Reads the items for x; false with an error recorded. Makes arrays in the innermost scope. */
bool index_read(const xp_array *x, xp_indices items, index_plan *plan, const char *function);

/* ---- arrays of positions (index_pick.c) -------------------------------------------------------------------------- */

/* The indices as int64 positions in 0 .. extent - 1, which takes a look at their least and largest one. `axis` is named
 * in the error (-1: not). The failed array on failure. */
xp_array *index_positions(xp_array *indices, int64_t extent, int axis, const char *function);

/* Finds out what the positions broadcast to, and the shape of what is picked from an array of this shape. */
bool index_pick_shape(int ndim, const int64_t *shape, index_pick *pick, int *picked_ndim,
                      int64_t picked_shape[XP_MAX_NDIM], const char *function);

/* What is picked from x: a fresh array. */
xp_array *index_take(xp_array *x, const index_pick *pick, const char *function);

/* The values, which broadcast to what is picked and have out's dtype, go there. `out` is READY, and nobody else sees
 * its buffer yet. False with an error recorded. */
bool index_scatter(xp_scatter_kind kind, xp_array *out, const index_pick *pick, xp_array *values,
                   const char *function);

/* ---- masks (index_mask.c) ---------------------------------------------------------------------------------------- */

/* Whether it is a mask at all, on x's device; and whether it can stand for x's axes from `axis` on. */
bool index_is_mask(const xp_array *x, const xp_array *mask, const char *function);
bool index_check_mask(const xp_array *x, int axis, const xp_array *mask, const char *function);

/* The positions of the true elements of a flat mask, int64. */
xp_array *index_true_positions(xp_array *mask, const char *function);

/* The first `count` of these, of a flat mask in memory; where there are fewer, what stands behind them is anything. */
xp_array *index_first_positions(xp_array *mask, int64_t count, const char *function);

/* Positions in a flat array of this shape as positions along each axis, lazily. */
bool index_unravel(xp_array *flat, int ndim, const int64_t *shape, xp_array **positions, const char *function);

/* x[mask], for a mask of x's first axes that has been checked. */
xp_array *index_get_masked(xp_array *x, xp_array *mask, const char *function);

/* ---- changed arrays (index_set.c) -------------------------------------------------------------------------------- */

/* An array with x's elements that nobody else sees: a copy, or x's own buffer, which x then loses. That buffer is left
 * alone if `value`, which is to be written, is x itself. */
xp_array *index_writable(xp_array *x, const xp_array *value, const char *function);

/* Whether elements of this dtype may go into x: `same_kind`, only those that are of no higher kind; on a device that
 * does what the standard says alone, those that promote to x's dtype. */
bool index_check_dtype(const xp_array *x, xp_dtype dtype, bool same_kind, const char *function);

#endif
