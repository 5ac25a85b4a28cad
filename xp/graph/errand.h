/* An errand: operands of a device's slot brought to the host for the time of one call, and what was written sent back.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_GRAPH_ERRAND_H
#define XP_GRAPH_ERRAND_H

#include "core/buffer.h"
#include "driver.h"

#define ERRAND_OPERANDS (XP_PROGRAM_INPUTS + XP_PROGRAM_OUTPUTS)

typedef enum errand_use {
    ERRAND_READ,
    ERRAND_WRITE, /* every element of the view is written */
    ERRAND_UPDATE /* some are, or are read before */
} errand_use;

typedef struct errand_operand {
    xp_view view;     /* on the host */
    xp_buffer here;   /* what it looks at: a stretch of the other one's bytes */
    xp_buffer *there; /* the device's */
    int64_t start;    /* of the stretch */
    bool is_written;
} errand_operand;

typedef struct errand {
    const struct xp_device *device, *host;
    xp_status status; /* the first failure, with a message pending in xp_driver_error */
    int count;
    errand_operand operands[ERRAND_OPERANDS];
} errand;

void errand_begin(errand *e, const struct xp_device *device);

/* The operand as the host's slots take it, valid until the end; NULL for NULL, and after a failure. */
const xp_view *errand_bring(errand *e, const xp_view *view, errand_use use);

/* Sends back what was written, unless something has failed, and gives up the memory. Returns e->status. */
xp_status errand_end(errand *e);

#endif
