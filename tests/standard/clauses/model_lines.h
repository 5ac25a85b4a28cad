/* Plain loops over models: folds along axes, and lines made from lines.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_MODEL_LINES_H
#define TESTS_MODEL_LINES_H

#include "model.h"

/* `fold` of the elements along the axes of a mask, for each element of the result; they come in C order. */
typedef model_number model_fold(const model_number *elements, int64_t n, const void *context);
model model_reduce(const model *x, uint32_t axes, bool keepdims, xp_dtype dtype, model_fold *fold, const void *context);

/* Every line along an axis becomes a line of `extent` elements. */
typedef void model_line(const model_number *from, int64_t n, model_number *to, int64_t extent, const void *context);
model model_lines(const model *x, int axis, int64_t extent, xp_dtype dtype, model_line *line, const void *context);

#endif
