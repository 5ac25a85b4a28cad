/* What was asked for and not yet done: the node behind a pending array, and the calls that record one.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_NODE_H
#define XP_GRAPH_NODE_H

#include "core/array_private.h"
#include "core/buffer.h"
#include "graph/operation.h"
#include "graph/reduction.h"

typedef enum xp_node_kind {
    XP_NODE_ELEMENTWISE, /* operation over inputs, broadcast to the array's shape */
    XP_NODE_REDUCTION,   /* reduction of inputs[0] over `axes`; keeps extents of 1 if the array's rank says so */
    XP_NODE_VIEW         /* of a pending array: strides and offset over inputs[0]'s buffer-to-be */
} xp_node_kind;

struct xp_node {
    xp_array *inputs[3];      /* a reference each */
    uint8_t kind, n_inputs;
    uint8_t dtype;            /* ELEMENTWISE: in which it computes */
    bool foreign;             /* reads borrowed memory, itself or through pending inputs */
    uint8_t given;            /* bit i: the caller gave inputs[i] away (xp_give) */
    bool apart;               /* the device does not do it: computed by the host at the call, in a program of its own */
    bool inlined;             /* was computed inside a program without being written: the next program writes it */
    int steps, leaves;        /* upper bounds for everything pending below, this one included */
    int64_t pinned;           /* bytes of the buffers that it keeps alive, an upper bound */
    const void *claimed_by;   /* the plan that is computing it, or NULL; graph's mutex */
    int32_t consumers;        /* pending nodes that read this array; graph's mutex */
    int32_t mark;             /* its number in the group that is being planned, -1 outside; graph's mutex */
    const char *function;     /* who recorded it, for errors at a force */
    union {
        const xp_operation *operation;
        struct {
            const xp_reduction *reduction;
            uint32_t axes;
            double correction;
            xp_array *sibling; /* next older pending reduction of the same operand; not a reference */
        };
        struct {
            int64_t view_offset;
        };
    };
};

/* ---- recording: the only way standard functions ask for work. All return a pending (or, if small, ready) array in the
 * innermost scope; on failure the failed array. `function` names the caller in errors and must be a string literal.  */

/* An operation over `count` operands, which may be weak scalars but not all of them: checks devices, promotes,
 * broadcasts. */
xp_array *xp_record_elementwise(const xp_operation *operation, const char *function, int count,
                                xp_array *const *operands);

xp_array *xp_record_cast(xp_array *x, xp_dtype dtype, const char *function);

/* A float32 that was computed of operands of a dtype for storage, in that dtype; x is a temporary of the caller's. */
xp_array *xp_round_to_storage(xp_array *x, xp_dtype dtype, const char *function);

/* A reduction of x over a mask of axes. `operand_dtype` is what x is cast to first (XP_DEFAULT_DTYPE: nothing). */
xp_array *xp_record_reduction(xp_reduction_kind kind, xp_array *x, uint32_t axes, bool keepdims, double correction,
                              const char *function);

/* A view of any array that is given by an axis map: output axis j runs along axis source[j] of x (-1: a new axis),
 * from start[source] by step[j]. Axes of x that are not named are fixed at start[axis]. Ready arrays give a view. A
 * pending elementwise array that nobody else waits for gives a graph with the view pushed to its leaves; any other
 * pending one a view that will find its data when the array has been computed. */
typedef struct xp_axis_map {
    int ndim;                       /* of the result */
    int64_t shape[XP_MAX_NDIM];
    int source[XP_MAX_NDIM];        /* -1: a new axis, along which the array repeats */
    int64_t step[XP_MAX_NDIM];      /* by output axis; 0: an extent of 1 that repeats */
    int64_t start[XP_MAX_NDIM];     /* by axis of x */
} xp_axis_map;
xp_array *xp_record_view(xp_array *x, const xp_axis_map *map, const char *function);

/* A reshape to as many elements: a view where strides allow it, else a forced copy. */
xp_array *xp_record_reshape(xp_array *x, int ndim, const int64_t *shape, const char *function);

xp_array *xp_record_broadcast(xp_array *x, int ndim, const int64_t *shape, const char *function);

/* ---- forcing ----------------------------------------------------------------------------------------------------- */

/* Computes all of these; on return each is READY or FAILED. False with an error recorded if one failed. Weak scalars
 * and COORDINATE arrays are left alone. */
bool xp_force(xp_array *const *arrays, int count);

/* x as a READY array with a buffer (a COORDINATE array is written out; a weak scalar is an error), or NULL. What the
 * functions that cannot fuse call on their arguments. */
xp_array *xp_ready(xp_array *x, const char *function);

/* The same, C-contiguous (copied if it has to be). */
xp_array *xp_ready_contiguous(xp_array *x, const char *function);

/* x's elements in a fresh C-contiguous array; NULL with an error recorded. */
xp_array *xp_copy_out(xp_array *x, const char *function);

/* Writes x, cast and broadcast to `out`'s dtype and shape, into out's elements: `out` is READY, fresh or given away,
 * and nobody else sees it yet. The way concat, set, tile and copies write. */
bool xp_write_into(xp_array *x, xp_array *out, const char *function);

/* Takes the node off an array that dies, and drops it. */
void xp_node_release(xp_array *array);

/* Whether a pending array reads borrowed memory, and how many pending nodes read it: what a closing scope asks. */
bool xp_node_is_foreign(const xp_array *x);
int xp_node_consumers(const xp_array *x);

#endif
