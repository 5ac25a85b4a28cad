/* Plain loops over models: folds along axes, and lines made from lines.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "model_lines.h"

#include <stdlib.h>

static model_number *room_for(int64_t n)
{
    model_number *room = malloc((size_t)(n + 1) * sizeof *room);
    cr_assert(room);
    return room;
}

model model_reduce(const model *x, uint32_t axes, bool keepdims, xp_dtype dtype, model_fold *fold, const void *context)
{
    int64_t kept[MODEL_NDIM];
    int ndim = 0;
    for (int axis = 0; axis < x->ndim; axis++)
        kept[axis] = axes >> axis & 1 ? 1 : x->shape[axis];
    model out = model_zeros(dtype, (xp_shape){x->ndim, kept});
    const int64_t each = out.size > 0 ? x->size / out.size : 0;
    model_number *elements = room_for(x->size);
    int64_t *filled = calloc((size_t)out.size + 1, sizeof *filled);
    cr_assert(filled);
    MODEL_EACH(*x, index)
    {
        for (int axis = 0; axis < x->ndim; axis++)
            index[axis] = axes >> axis & 1 ? 0 : index[axis];
        const int64_t place = model_at(&out, index);
        elements[place * each + filled[place]++] = x->at[flat];
    }
    for (int64_t i = 0; i < out.size; i++)
        out.at[i] = fold(elements + i * each, each, context);
    free(elements);
    free(filled);
    for (int axis = 0; axis < x->ndim; axis++)
        if (keepdims || !(axes >> axis & 1))
            out.shape[ndim++] = kept[axis];
    out.ndim = ndim;
    return out;
}

model model_lines(const model *x, int axis, int64_t extent, xp_dtype dtype, model_line *line, const void *context)
{
    int64_t shape[MODEL_NDIM] = {0}, inner = 1, outer = 1;
    for (int i = 0; i < x->ndim; i++) {
        shape[i] = i == axis ? extent : x->shape[i];
        inner *= i > axis ? x->shape[i] : 1;
        outer *= i < axis ? x->shape[i] : 1;
    }
    const int64_t n = x->shape[axis];
    model out = model_zeros(dtype, (xp_shape){x->ndim, shape});
    model_number *from = room_for(n), *to = room_for(extent);
    for (int64_t i = 0; i < outer * inner; i++) {
        const int64_t before = i / inner, behind = i % inner;
        for (int64_t k = 0; k < n; k++)
            from[k] = x->at[(before * n + k) * inner + behind];
        line(from, n, to, extent, context);
        for (int64_t k = 0; k < extent; k++)
            out.at[(before * extent + k) * inner + behind] = to[k];
    }
    free(from);
    free(to);
    return out;
}
