/* Shapes, and elements moved to other places, in plain host memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_MODEL_MOVES_H
#define TESTS_MODEL_MOVES_H

#include "model.h"

/* Axes count from 0. */
model model_broadcast(const model *x, xp_shape shape);     /* x as the shape that it broadcasts to */
model model_permuted(const model *x, const int *order);    /* axis i of the result is x's axis order[i] */
model model_flipped(const model *x, int set);              /* backwards along each axis whose bit is set */
model model_rolled(const model *x, int64_t shift, int axis);
model model_joined(const model *x, int count, int axis);   /* `count` models one after the other */
model model_repeated(const model *x, const int64_t *times, int axis); /* each position along it as often as it says */
model model_tiled(const model *x, const int64_t *repetitions, int count);

#endif
