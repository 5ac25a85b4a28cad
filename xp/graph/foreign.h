/* Arrays on memory that somebody else owns.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_FOREIGN_H
#define XP_GRAPH_FOREIGN_H

#include "core/array_private.h"

/* Memory of the host, its layout, and how it is given back. */
typedef struct xp_foreign {
    const void *data;             /* element [0, 0, ...] */
    xp_dtype dtype;
    xp_shape shape;
    const int64_t *strides;       /* in bytes; NULL: C-contiguous */
    xp_borrow_flags flags;
    xp_release_callback *release; /* or NULL */
    void *context;
} xp_foreign;

/* Whether dtype is one of the 15 and shape can be read; else records the error. */
bool xp_check_layout(const char *function, xp_dtype dtype, xp_shape shape);

/* Whether every element is where its dtype may lie: loops read through pointers of the element's type. */
bool xp_is_aligned(const xp_foreign *memory);

/* An array of `xp`'s device, whose memory is the host's. If it fails, `release` is not called. */
xp_array *xp_wrap_foreign(const xp_namespace *xp, const xp_foreign *memory, const char *function);

#endif
