/* Stacks of matrices in plain host memory, and their products by plain loops.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_MODEL_MATRIX_H
#define TESTS_MODEL_MATRIX_H

#include "model.h"

model model_matmul(const model *a, const model *b); /* the leading axes broadcast; both have at least 2 */
model model_transposed(const model *x);
model model_adjoint(const model *x);
model model_identity(const model *like, int64_t n); /* of the stack and dtype of another */
model model_scaled_columns(const model *x, const model *factors); /* (..., m, n) by (..., n) */

/* A stack's shape with a matrix behind it; `extents` has room for MODEL_NDIM. */
xp_shape model_stack(xp_shape stack, int64_t rows, int64_t columns, int64_t *extents);

/* Stacks of one matrix, some, none; in several dimensions. */
#define MODEL_STACKS(name)                                                                                             \
    for (int name##_i = 0; name##_i < model_n_stacks; name##_i++)                                                      \
        for (xp_shape name = model_stack_shape(name##_i), *name##_once = &name; name##_once; name##_once = NULL)
extern const int model_n_stacks;
xp_shape model_stack_shape(int i);

#endif
