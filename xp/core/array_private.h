/* What an array is, inside the library: the invariants of each field, once.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_ARRAY_PRIVATE_H
#define XP_CORE_ARRAY_PRIVATE_H

#include <stdatomic.h>

#include "scixp/driver/memory.h"
#include "scixp/xp/array.h"
#include "scixp/xp/device.h"
#include "scixp/xp/scope.h"

typedef struct xp_node xp_node;       /* graph/node.h: how a pending array is to be computed */
struct xp_scope_frame;                /* core/scope.c */

typedef enum xp_array_state {
    XP_STATE_READY,      /* buffer, offset and strides hold; the work that fills the buffer may be in flight */
    XP_STATE_PENDING,    /* node holds; buffer is NULL; strides are those of a C-contiguous result */
    XP_STATE_WEAK,       /* a weak scalar: value holds; no device */
    XP_STATE_COORDINATE, /* no buffer: element i has the value offset + sum of i[j] * strides[j] (int64): lets views,
                            broadcasting and fusion treat arange as they treat memory */
    XP_STATE_FAILED      /* could not be computed, or was given away; behaves as the failed array */
} xp_array_state;

/* How many dimensions' shape and strides lie inside the handle. */
#define XP_INLINE_NDIM 4

struct xp_array {
    atomic_int references;  /* handles, the owning scope's, and those of pending nodes that read this array */
    uint8_t dtype;          /* an xp_dtype; of a weak scalar BOOL, INT64, FLOAT64 or COMPLEX128 */
    uint8_t ndim;
    _Atomic uint8_t state;  /* an xp_array_state; PENDING -> READY or FAILED only, under the graph's mutex */
    uint8_t flags;          /* XP_ARRAY_... */
    int64_t size;           /* product of the shape */
    int64_t *shape;         /* -> inline_extents, or owned memory past XP_INLINE_NDIM */
    int64_t *strides;       /* in bytes; follows shape in the same piece of memory */
    const xp_namespace *xp; /* whose device the data is on; NULL for weak scalars only */
    xp_buffer *buffer;      /* a reference, or NULL */
    int64_t offset;         /* bytes from the buffer's start to element [0, 0, ...] */
    xp_node *node;          /* while PENDING */
    xp_array *reductions;   /* pending reductions over this array, newest first (graph/node.h); graph's mutex */
    struct xp_scope_frame *scope; /* the scope that owns one reference, or NULL; only its thread touches these three */
    xp_array *scope_older, *scope_newer;
    _Atomic(xp_array *) contiguous; /* the C-contiguous copy that xp_data made of a view; a reference, or NULL */
    union {
        int64_t inline_extents[2 * XP_INLINE_NDIM];
        xp_value value;     /* of a weak scalar */
    };
};

enum {
    XP_ARRAY_GIVEN = 1,    /* xp_give: the next function it goes to may take over the buffer */
    XP_ARRAY_CARRIED = 2,  /* put into its scope by xp_scope_carry: the next carry releases it */
    XP_ARRAY_HEAP_DIMS = 4, /* shape points to owned memory */
    XP_ARRAY_DENSE = 16,    /* has been C-contiguous and computed from the start: saves looking */
    XP_ARRAY_MOVING = 8     /* taken out of a closing scope, on its way to the enclosing one */
};

/* ---- making arrays: all join the innermost scope; on failure they record an error and return the failed array ---- */

/* A handle without data yet: READY state, C-contiguous strides, buffer NULL. `shape` may be NULL when ndim is 0. Fails
 * if the size or its bytes overflow. `function` is named in errors. */
xp_array *xp_array_new(const xp_namespace *xp, xp_dtype dtype, int ndim, const int64_t *shape, const char *function);

/* The same with a fresh buffer of its device, uninitialised. */
xp_array *xp_array_new_filled(const xp_namespace *xp, xp_dtype dtype, int ndim, const int64_t *shape,
                              const char *function);

/* Another view of a READY or COORDINATE array: shares the buffer. `strides` in bytes (values for COORDINATE). */
xp_array *xp_array_view(xp_array *base, int ndim, const int64_t *shape, const int64_t *strides, int64_t offset,
                        const char *function);

/* A 0-d READY array on the device of `xp` that holds `value`, and the broadcast of it to a shape (zero strides). */
xp_array *xp_array_constant(const xp_namespace *xp, xp_dtype dtype, const xp_value *value, int ndim,
                            const int64_t *shape, const char *function);

/* What xp_failed() returns; inside the library its address needs no call. */
extern xp_array xp_failed_array;

static inline bool xp_is_failed(const xp_array *x)
{
    return atomic_load_explicit(&x->state, memory_order_relaxed) == XP_STATE_FAILED;
}
static inline xp_array_state xp_state(const xp_array *x)
{
    return (xp_array_state)atomic_load_explicit(&x->state, memory_order_acquire);
}

/* A plain reference for the library's own structures: no scope involved. xp_array_unref never recurses deeply: dead
 * arrays queue on the thread and are freed in a loop. */
void xp_array_ref(xp_array *x);
void xp_array_unref(xp_array *x);

bool xp_array_is_contiguous(const xp_array *x); /* READY, and C order without gaps (extents of 1 do not matter) */

/* Whether a READY array was given away (xp_give) and nobody else uses its elements, which fill its buffer in C order:
 * they may be written. */
bool xp_array_may_take_over(const xp_array *x);

/* Takes the buffer away from an array that was given away: it behaves as the failed array from then on. */
void xp_array_lose_buffer(xp_array *x);

/* Number of arrays, nodes and buffers alive in the process: what leak tests look at. */
int64_t xp_live_arrays(void);
int64_t xp_live_buffers(void);
int64_t xp_live_nodes(void);

#endif
