/* Walking operands line by line: shared by the host's vendor slots.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SLOTS_LINES_H
#define HOST_SLOTS_LINES_H

#include "core/buffer.h"
#include "core/dtype.h"
#include "driver.h"
#include "providers/host/host.h"

#define HOST_LINES_OPERANDS 3

/* The lines along one axis of a few operands whose other extents agree: every combination of the other indices,
 * in C order, with axes collapsed where all operands allow it. */
typedef struct host_lines {
    int operands, ndim;
    int64_t count; /* of lines */
    int64_t shape[XP_MAX_NDIM];
    int64_t strides[HOST_LINES_OPERANDS][XP_MAX_NDIM]; /* bytes */
} host_lines;

/* Where a walk over lines stands: byte offsets of each operand's line. */
typedef struct host_line {
    int64_t index[XP_MAX_NDIM];
    int64_t offsets[HOST_LINES_OPERANDS];
} host_line;

/* Takes axes `from` to `to` - 1 of all operands but `skipped` (-1: none). */
void host_lines_make(host_lines *lines, int operands, const xp_view *const *views, int from, int to, int skipped);

/* The line with a number in 0 .. count - 1, and the step to the next one. */
void host_line_at(const host_lines *lines, int64_t number, host_line *line);
void host_line_next(const host_lines *lines, host_line *line);

/* Elements in one piece that lie side by side in both operands after `axis`; 0 if those axes are not contiguous. */
int64_t host_contiguous_run(const xp_view *a, const xp_view *b, int axis);

/* Elements, or 0 if an extent is 0. */
int64_t host_view_size(const xp_view *view);

static inline char *host_view_start(const xp_view *view)
{
    return xp_host_address(view->buffer, view->offset);
}

#endif
