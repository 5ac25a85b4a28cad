/* The shapes and dtypes that clauses are checked for.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "situations.h"

static const struct {
    int ndim;
    int64_t extents[6];
} shapes[] = {
    {0, {0}},
    {1, {5}},
    {1, {0}},
    {1, {1}},
    {1, {37}},
    {2, {3, 4}},
    {2, {0, 4}},
    {2, {3, 0}},
    {2, {0, 0}},
    {2, {1, 9}},
    {2, {17, 33}},
    {3, {2, 3, 4}},
    {3, {0, 3, 4}},
    {3, {2, 0, 4}},
    {3, {2, 3, 0}},
    {3, {5, 1, 19}},
    {4, {2, 3, 2, 5}},
    {4, {2, 0, 2, 5}},
    {5, {2, 1, 3, 2, 4}},
    {5, {0, 1, 3, 0, 4}},
    {6, {2, 3, 1, 2, 2, 3}},
    {6, {2, 3, 0, 2, 2, 3}},
    {6, {3, 2, 3, 2, 2, 2}},
    {1, {400}},
    {2, {150, 3}},
    {2, {3, 150}},
};

const int n_situation_shapes = (int)(sizeof shapes / sizeof shapes[0]);

xp_shape situation_shape(int i)
{
    return (xp_shape){shapes[i].ndim, shapes[i].extents};
}

int64_t situation_size(xp_shape shape)
{
    int64_t size = 1;
    for (int axis = 0; axis < shape.ndim; axis++)
        size *= shape.extents[axis];
    return size;
}

bool situation_is_about(clause_shapes which, int i)
{
    return which == EVERY_SHAPE || (which == SOME_AXES && shapes[i].ndim > 0) ||
           (which == SOME_ELEMENTS && situation_size(situation_shape(i)) > 0) || (which == NO_SHAPE && i == 1);
}

xp_shape situation_draw_shape(support_random *random, int64_t *extents)
{
    const int64_t kind = support_integer(random, 0, 6);
    const int ndim = kind == 0   ? (int)support_integer(random, 1, 4)
                     : kind == 1 ? 2
                                 : (int)support_integer(random, 0, 7);
    for (int axis = 0; axis < ndim; axis++) {
        extents[axis] = kind == 1 ? support_integer(random, 20, 130) : support_integer(random, 1, ndim > 4 ? 5 : 8);
        if (support_integer(random, 0, 20) == 0)
            extents[axis] = support_integer(random, 0, 2);
    }
    if (kind == 0)
        extents[support_integer(random, 0, ndim)] = support_integer(random, 1, ndim == 1 ? 9000 : 500);
    return (xp_shape){ndim, extents};
}

xp_dtype situation_draw_dtype(support_random *random, unsigned set)
{
    xp_dtype dtype;
    do
        dtype = (xp_dtype)support_integer(random, XP_BOOL, XP_N_STANDARD_DTYPES);
    while (!model_is(dtype, set));
    return dtype;
}

/* ---- what checks of situations call ------------------------------------------------------------------------------ */

model situation_draw(const situation *s, model_range range)
{
    return model_draw(s->random, range, s->dtype, (xp_shape){s->ndim, s->shape});
}

xp_over situation_draw_axes(const situation *s, uint32_t *axes)
{
    int list[MODEL_NDIM], n = 0;
    *axes = (uint32_t)support_integer(s->random, 0, INT64_C(1) << s->ndim);
    if (support_integer(s->random, 0, 6) == 0) {
        *axes = (1u << s->ndim) - 1;
        return XP_ALL;
    }
    for (int axis = 0; axis < s->ndim; axis++)
        if (*axes >> axis & 1)
            list[n++] = support_integer(s->random, 0, 2) ? axis : axis - s->ndim;
    for (int i = n - 1; i > 0; i--) {
        const int j = (int)support_integer(s->random, 0, i + 1), swapped = list[i];
        list[i] = list[j];
        list[j] = swapped;
    }
    return xp_over_axes(list, n);
}

int situation_draw_axis(const situation *s, int *written)
{
    const int axis = (int)support_integer(s->random, 0, s->ndim);
    *written = support_integer(s->random, 0, 2) ? axis : axis - s->ndim;
    return axis;
}

xp_dtype situation_index_dtype(const situation *s)
{
    return xp_info_default_dtypes(s->device).indexing;
}

xp_dtype situation_sum_dtype(const situation *s, xp_dtype dtype)
{
    const bool is_wide = xp_info_default_dtypes(s->device).integral == XP_INT64;
    if (model_is(dtype, XP_TEST_SIGNED))
        return is_wide || dtype == XP_INT64 ? XP_INT64 : XP_INT32;
    if (model_is(dtype, XP_TEST_UNSIGNED))
        return is_wide || dtype == XP_UINT64 ? XP_UINT64 : XP_UINT32;
    return dtype;
}
