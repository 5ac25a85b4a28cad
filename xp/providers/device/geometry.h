/* The index space of a program as its kernel sees it: few axes, and how each operand lies along them.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_GEOMETRY_H
#define DEVICE_GEOMETRY_H

#include "driver.h"

#define DEVICE_OPERANDS (XP_PROGRAM_INPUTS + XP_PROGRAM_OUTPUTS)
#define DEVICE_AXES (XP_MAX_NDIM + 1) /* an empty group still has one */

/* How an operand lies along the last axis. */
typedef enum device_lie {
    DEVICE_NEXT,    /* element after element */
    DEVICE_SAME,    /* one element for all */
    DEVICE_STRIDED
} device_lie;

/* Axes are merged where all operands allow it, so most programs have one. Offsets and strides are in parts: elements,
 * or halves of complex elements, which may lie on odd multiples of them. Those of coordinates are values. */
typedef struct device_geometry {
    int ndim;                   /* at least 1; the last axis is the inner one */
    int outer;                  /* axes of the outer group: see device_geometry_grouped */
    int64_t count;              /* of indices */
    int64_t extents[DEVICE_AXES];
    int n_operands;             /* inputs, then outputs */
    bool is_array[DEVICE_OPERANDS]; /* or a coordinate; scalars lie nowhere */
    int64_t parts[DEVICE_OPERANDS]; /* of an element: 2 for complex dtypes */
    int64_t offsets[DEVICE_OPERANDS];
    int64_t strides[DEVICE_OPERANDS][DEVICE_AXES];
    uint8_t lies[DEVICE_OPERANDS];
    bool is_small;              /* indices and places fit into 32 bits */
} device_geometry;

void device_geometry_of(device_geometry *geometry, const xp_program *program, const xp_operands *operands);

/* The same with the axes in this order, the first `n_outer` of the `n` as a group of their own: axes are merged within
 * the groups only. Both then have at least one axis. Axes that are left out must have an extent of 1. */
void device_geometry_grouped(device_geometry *geometry, const xp_program *program, const xp_operands *operands,
                             const int *order, int n_outer, int n);

#endif
