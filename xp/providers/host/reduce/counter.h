/* Merging leaves in pairs: a binary counter of branches.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_COUNTER_H
#define HOST_COUNTER_H

#include "providers/host/reduce/reducers.h"

#define HOST_MAX_LEVELS 64

/* Branches of 2^level leaves, at most one of each level; the higher, the earlier their leaves. A branch that is pushed
 * meets another of its level, and both become one of the next. So the tree is the one of all leaves in order, also when
 * whole branches of 2^k leaves are made elsewhere and pushed at level k. */
typedef struct host_counter {
    const host_reducer *reducer;
    int64_t cells;                       /* of a plane: elements times parts */
    uint64_t occupied;                   /* bit i: there is a branch at level i */
    double counts[HOST_MAX_LEVELS];      /* how many values it is of */
    host_cells branches[HOST_MAX_LEVELS + 1];
    host_cells *next;                    /* room for the branch that is pushed next: branches[levels] */
} host_counter;

/* Bytes for branches of so many cells, of up to so many leaves. */
size_t host_counter_bytes(const host_reducer *reducer, int64_t cells, int64_t leaves);
void host_counter_start(host_counter *counter, const host_reducer *reducer, int64_t cells, int64_t leaves,
                        char *memory);

/* The branch in *counter->next goes in at a level. */
void host_counter_push(host_counter *counter, int level, double count);

/* All branches as one: its cells, and of how many values. The counter is empty then. */
host_cells host_counter_finish(host_counter *counter, double *count);

/* Cells in memory for `cells` cells of each plane. */
static inline host_cells host_cells_at(const host_reducer *reducer, int64_t cells, char *memory)
{
    host_cells at = {{NULL, NULL, NULL}};
    for (int plane = 0; plane < reducer->planes; plane++)
        at.planes[plane] = memory + (size_t)plane * (size_t)cells * 8;
    return at;
}

static inline size_t host_cells_bytes(const host_reducer *reducer, int64_t cells)
{
    return (size_t)reducer->planes * (size_t)cells * 8;
}

/* The cells from number `first` on. */
static inline host_cells host_cells_from(host_cells cells, int64_t first)
{
    for (int plane = 0; plane < 3; plane++)
        if (cells.planes[plane])
            cells.planes[plane] += first * 8;
    return cells;
}

#endif
