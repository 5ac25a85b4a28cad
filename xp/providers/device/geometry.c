/* Merging the axes of a program.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/geometry.h"

#include <stdlib.h>

#include "providers/device/device.h"

static void take_operand(device_geometry *geometry, int at, const xp_operand *operand, int dtype, bool is_array,
                         const int *order)
{
    int64_t unit = is_array ? device_part_bytes(dtype) : 1;
    geometry->is_array[at] = is_array;
    geometry->parts[at] = device_parts_of(dtype);
    geometry->offsets[at] = operand->offset / unit;
    for (int axis = 0; axis < geometry->ndim; axis++)
        geometry->strides[at][axis] = operand->strides[order[axis]] / unit;
}

static void move_axis(device_geometry *geometry, int from, int to)
{
    geometry->extents[to] = geometry->extents[from];
    for (int i = 0; i < geometry->n_operands; i++)
        geometry->strides[i][to] = geometry->strides[i][from];
}

/* Whether axis `outer` goes on where `inner` ends, for every operand. */
static bool continues(const device_geometry *geometry, int outer, int inner)
{
    for (int i = 0; i < geometry->n_operands; i++)
        if (geometry->strides[i][outer] != geometry->strides[i][inner] * geometry->extents[inner])
            return false;
    return true;
}

/* Merges axes [first, last); those that are left, at least one, begin at `to`. Returns where they end. */
static int merge_axes(device_geometry *geometry, int first, int last, int to)
{
    int kept = to;
    for (int axis = first; axis < last; axis++) {
        if (geometry->extents[axis] == 1)
            continue;
        if (kept > to && continues(geometry, kept - 1, axis)) {
            int64_t outer = geometry->extents[kept - 1];
            move_axis(geometry, axis, kept - 1);
            geometry->extents[kept - 1] *= outer;
            continue;
        }
        move_axis(geometry, axis, kept++);
    }
    if (kept > to)
        return kept;
    geometry->extents[to] = 1;
    for (int i = 0; i < geometry->n_operands; i++)
        geometry->strides[i][to] = 0;
    return to + 1;
}

/* Whether no place of an operand is beyond 2^31 parts; a sum that overflows is beyond it, too. */
static bool fits_small(const device_geometry *geometry)
{
    const int64_t most = INT32_MAX / 2;
    if (geometry->count > most)
        return false;
    for (int i = 0; i < geometry->n_operands; i++) {
        double reach = (double)llabs(geometry->offsets[i]);
        for (int axis = 0; axis < geometry->ndim; axis++)
            reach += (double)llabs(geometry->strides[i][axis]) * (double)geometry->extents[axis];
        if (reach > (double)most)
            return false;
    }
    return true;
}

static void take_operands(device_geometry *geometry, const xp_program *program, const xp_operands *operands,
                          const int *order, int n)
{
    geometry->ndim = n;
    geometry->count = 1;
    for (int axis = 0; axis < n; axis++) {
        geometry->extents[axis] = operands->shape[order[axis]];
        geometry->count *= geometry->extents[axis];
    }
    geometry->n_operands = program->n_inputs + program->n_outputs;
    for (int i = 0; i < program->n_inputs; i++)
        take_operand(geometry, i, &operands->inputs[i], program->inputs[i].dtype,
                     program->inputs[i].kind == XP_INPUT_ARRAY, order);
    for (int i = 0; i < program->n_outputs; i++)
        take_operand(geometry, program->n_inputs + i, &operands->outputs[i], program->outputs[i].dtype, true, order);
}

static void look_at_lies(device_geometry *geometry)
{
    for (int i = 0; i < geometry->n_operands; i++) {
        int64_t stride = geometry->strides[i][geometry->ndim - 1];
        geometry->lies[i] = stride == 0 ? DEVICE_SAME : stride == geometry->parts[i] ? DEVICE_NEXT : DEVICE_STRIDED;
    }
    geometry->is_small = fits_small(geometry);
}

void device_geometry_of(device_geometry *geometry, const xp_program *program, const xp_operands *operands)
{
    int order[XP_MAX_NDIM];
    for (int axis = 0; axis < operands->ndim; axis++)
        order[axis] = axis;
    take_operands(geometry, program, operands, order, operands->ndim);
    geometry->outer = 0;
    geometry->ndim = merge_axes(geometry, 0, operands->ndim, 0);
    look_at_lies(geometry);
}

void device_geometry_grouped(device_geometry *geometry, const xp_program *program, const xp_operands *operands,
                             const int *order, int n_outer, int n)
{
    take_operands(geometry, program, operands, order, n);
    device_geometry inner = *geometry;
    int n_inner = merge_axes(&inner, n_outer, n, 0);
    geometry->outer = merge_axes(geometry, 0, n_outer, 0);
    geometry->ndim = geometry->outer + n_inner;
    for (int axis = 0; axis < n_inner; axis++) {
        geometry->extents[geometry->outer + axis] = inner.extents[axis];
        for (int i = 0; i < geometry->n_operands; i++)
            geometry->strides[i][geometry->outer + axis] = inner.strides[i][axis];
    }
    look_at_lies(geometry);
}
