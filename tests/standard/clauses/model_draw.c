/* Models with elements that are drawn.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "model_draw.h"

#include <math.h>

static long double draw_wide(support_random *random, xp_dtype dtype)
{
    if (model_is(dtype, XP_TEST_FLOATING))
        return ldexpl(support_uniform(random, -1, 1), (int)support_integer(random, -12, 12));
    const int64_t high = support_integer(random, 0, INT64_C(1) << 32), low = support_integer(random, 0, 1L << 32);
    return model_cast((model_number){.re = (long double)high * 0x1p32L + (long double)low}, dtype).re;
}

/* A whole number from low, which is 0 for unsigned dtypes, up to below `end`. */
static long double draw_whole(support_random *random, xp_dtype dtype, int64_t low, int64_t end)
{
    const bool is_signed = model_is(dtype, XP_TEST_SIGNED | XP_TEST_FLOATING);
    return (long double)support_integer(random, is_signed ? low : 0, end);
}

static long double draw_part(support_random *random, model_range range, xp_dtype dtype)
{
    static const long double odd[] = {NAN, INFINITY, -INFINITY, 0.0L, -0.0L, NAN};
    const bool is_floating = model_is(dtype, XP_TEST_FLOATING);
    const bool is_signed = is_floating || model_is(dtype, XP_TEST_SIGNED);
    switch (range) {
    case MODEL_WHOLE:
        return draw_whole(random, dtype, -100, 101);
    case MODEL_WIDE:
        return draw_wide(random, dtype);
    case MODEL_SIGNS:
        return (long double)support_integer(random, 1, 3) * (is_signed && support_integer(random, 0, 2) ? -1 : 1);
    case MODEL_QUARTERS:
        return draw_whole(random, dtype, -50, 50) * (is_floating ? 0.25L : 1);
    case MODEL_SMALL:
        return draw_whole(random, dtype, -3, 4);
    case MODEL_SPECIAL:
        if (is_floating && support_integer(random, 0, 6) == 0)
            return odd[support_integer(random, 0, 6)];
        /* fall through */
    default:
        return draw_whole(random, dtype, -4, 5);
    }
}

static model_number draw_number(support_random *random, model_range range, xp_dtype dtype)
{
    if (dtype == XP_BOOL)
        return (model_number){.re = support_integer(random, 0, 2)};
    model_number x = {.re = draw_part(random, range, dtype)};
    if (!model_is(dtype, XP_TEST_COMPLEX))
        return model_cast(x, dtype);
    x.im = draw_part(random, range, dtype);
    if (range == MODEL_SIGNS && support_integer(random, 0, 40) != 0) {
        const bool is_real = support_integer(random, 0, 2);
        x = (model_number){.re = is_real ? (x.re > 0) - (x.re < 0) : 0, .im = is_real ? 0 : (x.im > 0) - (x.im < 0)};
    }
    return model_cast(x, dtype);
}

/* Elements of constant axes repeat the first one there. */
static void repeat_along(model *x)
{
    MODEL_EACH(*x, index)
    {
        for (int axis = 0; axis < x->ndim; axis++)
            if (x->constant >> axis & 1)
                index[axis] = 0;
        model_put(x, flat, x, model_at(x, index));
    }
}

/* Powers of complex numbers would overflow. */
static bool may_be_constant(model_range range, xp_dtype dtype)
{
    return range != MODEL_QUARTERS && range != MODEL_SMALL &&
           (range != MODEL_SIGNS || !model_is(dtype, XP_TEST_COMPLEX));
}

model model_draw(support_random *random, model_range range, xp_dtype dtype, xp_shape shape)
{
    model x = model_zeros(dtype, shape);
    for (int64_t i = 0; i < x.size; i++)
        x.at[i] = draw_number(random, range, dtype);
    if (shape.ndim > 0 && may_be_constant(range, dtype) && support_integer(random, 0, 6) == 0) {
        x.constant = 1u << support_integer(random, 0, shape.ndim);
        repeat_along(&x);
    }
    return x;
}
