/* Shapes, and elements moved to other places, in plain host memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "model_moves.h"

#include <string.h>

model model_broadcast(const model *x, xp_shape shape)
{
    model y = model_zeros(x->dtype, shape);
    MODEL_EACH(y, at)
    {
        int64_t from[MODEL_NDIM] = {0};
        for (int i = 0; i < x->ndim; i++)
            from[i] = x->shape[i] == 1 ? 0 : at[shape.ndim - x->ndim + i];
        model_put(&y, flat, x, model_at(x, from));
    }
    return y;
}

model model_permuted(const model *x, const int *order)
{
    int64_t extents[MODEL_NDIM];
    for (int i = 0; i < x->ndim; i++)
        extents[i] = x->shape[order[i]];
    model y = model_zeros(x->dtype, (xp_shape){x->ndim, extents});
    MODEL_EACH(y, at)
    {
        int64_t from[MODEL_NDIM];
        for (int i = 0; i < x->ndim; i++)
            from[order[i]] = at[i];
        model_put(&y, flat, x, model_at(x, from));
    }
    return y;
}

model model_flipped(const model *x, int set)
{
    model y = model_zeros(x->dtype, model_shape_of(x));
    MODEL_EACH(*x, at)
    {
        for (int i = 0; i < x->ndim; i++)
            at[i] = set >> i & 1 ? x->shape[i] - 1 - at[i] : at[i];
        model_put(&y, model_at(&y, at), x, flat);
    }
    return y;
}

static int64_t wrapped(int64_t position, int64_t extent)
{
    position %= extent;
    return position < 0 ? position + extent : position;
}

model model_rolled(const model *x, int64_t shift, int axis)
{
    model y = model_zeros(x->dtype, model_shape_of(x));
    MODEL_EACH(*x, at)
    {
        at[axis] = wrapped(at[axis] + shift % x->shape[axis], x->shape[axis]);
        model_put(&y, model_at(&y, at), x, flat);
    }
    return y;
}

model model_joined(const model *x, int count, int axis)
{
    int64_t extents[MODEL_NDIM], begin = 0;
    memcpy(extents, x[0].shape, sizeof extents);
    extents[axis] = 0;
    for (int i = 0; i < count; i++)
        extents[axis] += x[i].shape[axis];
    model y = model_zeros(x[0].dtype, (xp_shape){x[0].ndim, extents});
    for (int i = 0; i < count; begin += x[i++].shape[axis])
        MODEL_EACH(x[i], at)
        {
            at[axis] += begin;
            model_put(&y, model_at(&y, at), &x[i], flat);
        }
    return y;
}

model model_repeated(const model *x, const int64_t *times, int axis)
{
    int64_t extents[MODEL_NDIM], source[4096], total = 0;
    memcpy(extents, x->shape, sizeof extents);
    for (int64_t i = 0; i < x->shape[axis]; i++)
        for (int64_t j = 0; j < times[i]; j++)
            source[total++] = i;
    extents[axis] = total;
    model y = model_zeros(x->dtype, (xp_shape){x->ndim, extents});
    MODEL_EACH(y, at)
    {
        at[axis] = source[at[axis]];
        model_put(&y, flat, x, model_at(x, at));
    }
    return y;
}

model model_tiled(const model *x, const int64_t *repetitions, int count)
{
    const int ndim = x->ndim > count ? x->ndim : count;
    int64_t extents[MODEL_NDIM];
    for (int i = 0; i < ndim; i++) {
        const int own = i - ndim + x->ndim, times = i - ndim + count;
        extents[i] = (own < 0 ? 1 : x->shape[own]) * (times < 0 ? 1 : repetitions[times]);
    }
    model y = model_zeros(x->dtype, (xp_shape){ndim, extents});
    MODEL_EACH(y, at)
    {
        int64_t from[MODEL_NDIM];
        for (int i = 0; i < x->ndim; i++)
            from[i] = at[ndim - x->ndim + i] % x->shape[i];
        model_put(&y, flat, x, model_at(x, from));
    }
    return y;
}
