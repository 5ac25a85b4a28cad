/* Stacks of matrices in plain host memory, and their products by plain loops.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "model_matrix.h"

static const struct {
    int ndim;
    int64_t extents[4];
} stacks[] = {{0, {0}}, {1, {3}}, {1, {0}}, {2, {2, 2}}, {3, {1, 0, 2}}, {4, {2, 1, 1, 2}}};

const int model_n_stacks = (int)(sizeof stacks / sizeof stacks[0]);

xp_shape model_stack_shape(int i)
{
    return (xp_shape){stacks[i].ndim, stacks[i].extents};
}

xp_shape model_stack(xp_shape stack, int64_t rows, int64_t columns, int64_t *extents)
{
    for (int i = 0; i < stack.ndim; i++)
        extents[i] = stack.extents[i];
    extents[stack.ndim] = rows;
    extents[stack.ndim + 1] = columns;
    return (xp_shape){stack.ndim + 2, extents};
}

/* Where the element of x stands that an index into the broadcast stack, and a row and a column, name. */
static int64_t element(const model *x, const int64_t *index, int ndim, int64_t row, int64_t column)
{
    int64_t at[MODEL_NDIM];
    for (int i = 0; i < x->ndim - 2; i++)
        at[i] = x->shape[i] == 1 ? 0 : index[ndim - x->ndim + i];
    at[x->ndim - 2] = row;
    at[x->ndim - 1] = column;
    return model_at(x, at);
}

model model_matmul(const model *a, const model *b)
{
    const int ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    int64_t extents[MODEL_NDIM];
    for (int i = 0; i < ndim - 2; i++) {
        const int of_a = i - ndim + a->ndim, of_b = i - ndim + b->ndim;
        extents[i] = of_a < 0 || (of_b >= 0 && a->shape[of_a] == 1) ? b->shape[of_b] : a->shape[of_a];
    }
    extents[ndim - 2] = a->shape[a->ndim - 2];
    extents[ndim - 1] = b->shape[b->ndim - 1];
    model y = model_zeros(a->dtype, (xp_shape){ndim, extents});
    MODEL_EACH(y, at)
    for (int64_t k = 0; k < a->shape[a->ndim - 1]; k++) {
        const int64_t i = element(a, at, ndim, at[ndim - 2], k), j = element(b, at, ndim, k, at[ndim - 1]);
        model_add_product(&y, flat, a->at[i], b->at[j]);
    }
    return y;
}

model model_transposed(const model *x)
{
    int64_t extents[MODEL_NDIM];
    model_stack((xp_shape){x->ndim - 2, x->shape}, x->shape[x->ndim - 1], x->shape[x->ndim - 2], extents);
    model y = model_zeros(x->dtype, (xp_shape){x->ndim, extents});
    MODEL_EACH(y, at)
    model_put(&y, flat, x, element(x, at, x->ndim, at[x->ndim - 1], at[x->ndim - 2]));
    return y;
}

model model_adjoint(const model *x)
{
    model y = model_transposed(x);
    for (int64_t i = 0; i < y.size; i++)
        y.at[i].im = -y.at[i].im;
    return y;
}

model model_identity(const model *like, int64_t n)
{
    int64_t extents[MODEL_NDIM];
    model y = model_zeros(like->dtype, model_stack((xp_shape){like->ndim - 2, like->shape}, n, n, extents));
    MODEL_EACH(y, at)
    y.at[flat].re = at[y.ndim - 2] == at[y.ndim - 1];
    return y;
}

model model_scaled_columns(const model *x, const model *factors)
{
    model y = model_zeros(x->dtype, model_shape_of(x));
    MODEL_EACH(y, at)
    {
        const int64_t row = at[x->ndim - 2];
        at[x->ndim - 2] = at[x->ndim - 1];
        const int64_t j = model_at(factors, at);
        at[x->ndim - 2] = row;
        model_add_product(&y, flat, x->at[flat], factors->at[j]);
    }
    return y;
}
