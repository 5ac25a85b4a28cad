/* Pieces that go to places of their own along an axis: what the loops of a scatter work on.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SLOTS_SCATTER_H
#define HOST_SLOTS_SCATTER_H

#include <string.h>

#include "driver.h"

/* Piece j of `values` goes to out[indices[j]], for j from 0 on, but only where the index lies from `low` up to `high`:
 * threads share out the places. Steps are in bytes. */
typedef struct host_pieces {
    const char *values, *indices;
    char *out;
    int64_t value_step, index_step, out_step;
    int64_t count;      /* of pieces */
    int64_t low, high;
    int64_t run;        /* elements of a piece, side by side */
} host_pieces;

static inline int64_t host_piece_place(const host_pieces *p, int64_t j)
{
    int64_t at;
    memcpy(&at, p->indices + j * p->index_step, sizeof at);
    return at;
}

#endif
