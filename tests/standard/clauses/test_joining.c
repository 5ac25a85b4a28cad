/* What the standard says of functions that join, repeat and roll arrays, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "clauses.h"
#include "model_moves.h"

#define EACH_ARRAY(dtype, shape)                                                                                       \
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)                                                                                 \
    MODEL_SHAPES(shape)

/* ---- concat, stack, unstack -------------------------------------------------------------------------------------- */

static void concat_axis(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int axis = -shape.ndim; axis < shape.ndim; axis++) {
        model x[4];
        xp_array *arrays[4];
        const int count = (int)support_integer(clause_random(), 1, 5), place = axis < 0 ? axis + shape.ndim : axis;
        for (int i = 0; i < count; i++) {
            int64_t extents[MODEL_NDIM];
            memcpy(extents, shape.extents, (size_t)shape.ndim * sizeof *extents);
            extents[place] = i == 0 ? extents[place] : support_integer(clause_random(), 0, 4);
            x[i] = clause_model(dtype, (xp_shape){shape.ndim, extents});
            arrays[i] = clause_array(&x[i], device);
        }
        const model expected = model_joined(x, count, place);
        EXPECT(xp_concat(arrays, count, axis), &expected);
    }
}

/* Their shapes do not matter then, and they may be 0-d. */
static void concat_flat(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    {
        const model x[] = {clause_model(dtype, shape), clause_model(dtype, XP_SHAPE(2, 2)),
                           clause_model(dtype, XP_SHAPE_0D)};
        model flat[3];
        xp_array *arrays[3];
        for (int i = 0; i < 3; i++) {
            flat[i] = model_reshaped(&x[i], XP_SHAPE(x[i].size));
            arrays[i] = clause_array(&x[i], device);
        }
        const model expected = model_joined(flat, 3, 0);
        EXPECT(xp_concat(arrays, 3, XP_FLAT), &expected);
    }
}

static void concat_promotes(const struct xp_device *device)
{
    static const xp_dtype dtypes[][3] = {{XP_INT8, XP_UINT8, XP_INT16},
                                         {XP_UINT32, XP_INT8, XP_INT64},
                                         {XP_FLOAT32, XP_FLOAT64, XP_FLOAT64},
                                         {XP_FLOAT64, XP_COMPLEX64, XP_COMPLEX128},
                                         {XP_FLOAT32, XP_COMPLEX64, XP_COMPLEX64}};
    for (int i = 0; i < 5; i++) {
        if (clause_next_dtype((xp_dtype)(dtypes[i][2] - 1), XP_TEST_DTYPE(dtypes[i][2])) != dtypes[i][2])
            continue;
        const model a = clause_model(dtypes[i][0], XP_SHAPE(2, 3)), b = clause_model(dtypes[i][1], XP_SHAPE(2, 3));
        const model cast[] = {model_astype(&a, dtypes[i][2]), model_astype(&b, dtypes[i][2])};
        xp_array *const arrays[] = {clause_array(&a, device), clause_array(&b, device)};
        const model expected = model_joined(cast, 2, 1);
        EXPECT(xp_concat(arrays, 2, 1), &expected);
        const model stacked = model_joined((const model[]){model_reshaped(&cast[0], XP_SHAPE(1, 2, 3)),
                                                     model_reshaped(&cast[1], XP_SHAPE(1, 2, 3))}, 2, 0);
        EXPECT(xp_stack(arrays, 2, 0), &stacked);
    }
}

static void joining_other_shapes(const struct xp_device *device)
{
    const model a = clause_model(XP_INT32, XP_SHAPE(2, 3)), b = clause_model(XP_INT32, XP_SHAPE(2, 4));
    const model c = clause_model(XP_INT32, XP_SHAPE(3)), d = clause_model(XP_INT32, XP_SHAPE_0D);
    xp_array *const pair[] = {clause_array(&a, device), clause_array(&b, device)};
    xp_array *const ranks[] = {clause_array(&a, device), clause_array(&c, device)};
    xp_array *const scalars[] = {clause_array(&d, device), clause_array(&d, device)};
    EXPECT_FAILS(VALUE, xp_concat(pair, 2, 0));
    EXPECT_FAILS(VALUE, xp_concat(ranks, 2, 0));
    EXPECT_FAILS(VALUE, xp_concat(scalars, 2, 0));
    EXPECT_FAILS(VALUE, xp_stack(pair, 2, 0));
    EXPECT_FAILS(VALUE, xp_stack(ranks, 2, 0));
}

/* x with an axis of extent 1 at some place. */
static model with_axis(const model *x, int place)
{
    int64_t extents[MODEL_NDIM];
    for (int i = 0; i <= x->ndim; i++)
        extents[i] = i == place ? 1 : x->shape[i < place ? i : i - 1];
    return model_reshaped(x, (xp_shape){x->ndim + 1, extents});
}

static void stack_axis(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int axis = -shape.ndim - 1; axis <= shape.ndim; axis++) {
        model x[3];
        xp_array *arrays[3];
        const int count = (int)support_integer(clause_random(), 1, 4);
        for (int i = 0; i < count; i++) {
            const model one = clause_model(dtype, shape);
            arrays[i] = clause_array(&one, device);
            x[i] = with_axis(&one, axis < 0 ? axis + shape.ndim + 1 : axis);
        }
        const model expected = model_joined(x, count, axis < 0 ? axis + shape.ndim + 1 : axis);
        EXPECT(xp_stack(arrays, count, axis), &expected);
    }
}

static void unstack_axis(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int axis = -shape.ndim; axis < shape.ndim; axis++) {
        const int place = axis < 0 ? axis + shape.ndim : axis, count = (int)shape.extents[place];
        if (count > 8)
            continue;
        const model x = clause_model(dtype, shape);
        xp_array *results[8];
        int64_t extents[MODEL_NDIM];
        for (int i = 0; i < shape.ndim - 1; i++)
            extents[i] = shape.extents[i < place ? i : i + 1];
        EXPECT_THAT(xp_unstack(clause_array(&x, device), axis, results, count), "%s", xp_error_message());
        for (int i = 0; i < count; i++) {
            model expected = model_zeros(dtype, (xp_shape){shape.ndim - 1, extents});
            MODEL_EACH(expected, at)
            {
                int64_t from[MODEL_NDIM];
                for (int j = 0; j < shape.ndim; j++)
                    from[j] = j == place ? i : at[j < place ? j : j - 1];
                model_put(&expected, flat, &x, model_at(&x, from));
            }
            EXPECT(results[i], &expected);
        }
    }
}

/* ---- repeat ------------------------------------------------------------------------------------------------------ */

static void repeat_integer(const struct xp_device *device)
{
    int64_t times[1024];
    EACH_ARRAY(dtype, shape)
    for (int64_t count = 0; count < 4; count++) {
        const model x = clause_model(dtype, shape), flat = model_reshaped(&x, XP_SHAPE(x.size));
        if (x.size > 1024)
            continue;
        for (int64_t i = 0; i < 1024; i++)
            times[i] = count;
        const model all = model_repeated(&flat, times, 0);
        EXPECT(xp_repeat(clause_array(&x, device), count, XP_FLAT), &all);
        for (int axis = -shape.ndim; axis < shape.ndim; axis++) {
            const model expected = model_repeated(&x, times, axis < 0 ? axis + shape.ndim : axis);
            EXPECT(xp_repeat(clause_array(&x, device), count, axis), &expected);
        }
    }
}

static void check_repeats(const struct xp_device *device, const model *x, int axis, xp_dtype dtype)
{
    const int place = axis == XP_FLAT ? 0 : axis < 0 ? axis + x->ndim : axis;
    const model flat = axis == XP_FLAT ? model_reshaped(x, XP_SHAPE(x->size)) : *x;
    const int64_t n = flat.shape[place];
    int64_t times[1024];
    for (int one = 0; one < 2; one++) {
        model repeats = model_zeros(dtype, XP_SHAPE(one ? 1 : n));
        for (int64_t i = 0; i < repeats.size; i++)
            repeats.at[i].re = (double)support_integer(clause_random(), 0, 4);
        for (int64_t i = 0; i < n; i++)
            times[i] = (int64_t)repeats.at[one ? 0 : i].re;
        const model expected = model_repeated(&flat, times, place);
        EXPECT(xp_extra_repeat(clause_array(x, device), clause_array(&repeats, device), axis), &expected);
    }
}

static void repeat_array(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    {
        const model x = clause_model(dtype, shape);
        if (x.size > 1024)
            continue;
        CLAUSE_DTYPES(counts, XP_TEST_INTEGRAL)
        if (clause_draws(4))
            check_repeats(device, &x, XP_FLAT, counts);
        for (int axis = -shape.ndim; axis < shape.ndim; axis++)
            check_repeats(device, &x, axis, XP_INT32);
    }
}

static void repeat_array_invalid(const struct xp_device *device)
{
    const model m = clause_model(XP_INT32, XP_SHAPE(2, 3)), n = clause_model(XP_FLOAT32, XP_SHAPE(3));
    xp_array *x = clause_array(&m, device);
    EXPECT_FAILS(VALUE, xp_extra_repeat(x, xp_ones(XP_SHAPE(2), XP_INT32, device), 1));
    EXPECT_FAILS(VALUE, xp_extra_repeat(x, xp_ones(XP_SHAPE(3), XP_INT32, device), XP_FLAT));
    EXPECT_FAILS(VALUE, xp_extra_repeat(x, xp_full(XP_SHAPE(3), xp_scalar(-1), XP_INT32, device), 1));
    EXPECT_FAILS(VALUE, xp_repeat(x, -1, 0));
    EXPECT_FAILS(TYPE, xp_extra_repeat(x, clause_array(&n, device), 1));
}

/* ---- roll -------------------------------------------------------------------------------------------------------- */

static void roll_axis(const struct xp_device *device)
{
    static const int64_t shifts[] = {0, 1, -1, 2, -2, 7, -1000003, INT64_MAX, INT64_MIN};
    EACH_ARRAY(dtype, shape)
    for (int axis = -shape.ndim; axis < shape.ndim; axis++)
        for (int i = 0; i < 9; i++) {
            const model x = clause_model(dtype, shape);
            const model expected = model_rolled(&x, shifts[i], axis < 0 ? axis + shape.ndim : axis);
            EXPECT(xp_roll(clause_array(&x, device), shifts[i], axis), &expected);
        }
}

static void roll_flat(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int64_t shift = -9; shift < 10; shift += 3) {
        const model x = clause_model(dtype, shape), flat = model_reshaped(&x, XP_SHAPE(x.size));
        const model moved = model_rolled(&flat, shift, 0), expected = model_reshaped(&moved, shape);
        EXPECT(xp_roll(clause_array(&x, device), shift, XP_FLAT), &expected);
    }
}

static void roll_several(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int count = 0; count <= shape.ndim; count++) {
        int axes[MODEL_NDIM];
        int64_t shifts[MODEL_NDIM];
        const model x = clause_model(dtype, shape);
        model expected = x;
        const int64_t same = support_integer(clause_random(), -5, 6);
        const bool differ = clause_draws(2);
        for (int i = 0; i < count; i++) {
            const int axis = (i + 1) % shape.ndim;
            axes[i] = clause_draws(2) ? axis : axis - shape.ndim;
            shifts[i] = differ ? support_integer(clause_random(), -5, 6) : same;
            expected = model_rolled(&expected, shifts[i], axis);
        }
        EXPECT(xp_extra_roll(clause_array(&x, device), shifts, axes, count), &expected);
    }
}

/* ---- tile -------------------------------------------------------------------------------------------------------- */

static void check_tile(const struct xp_device *device, xp_dtype dtype, xp_shape shape, int least, int most)
{
    const model x = clause_model(dtype, shape);
    for (int count = least; count <= most && x.size < 1000; count++) {
        int64_t repetitions[MODEL_NDIM];
        for (int i = 0; i < count; i++)
            repetitions[i] = support_integer(clause_random(), clause_draws(4) ? 0 : 1, count > 4 ? 3 : 4);
        const model expected = model_tiled(&x, repetitions, count);
        EXPECT(xp_tile(clause_array(&x, device), (xp_shape){count, repetitions}), &expected);
    }
}

static void tile_fewer(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    check_tile(device, dtype, shape, 0, shape.ndim - 1);
}

static void tile_as_many(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    check_tile(device, dtype, shape, shape.ndim, shape.ndim);
}

static void tile_more(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    check_tile(device, dtype, shape, shape.ndim + 1, shape.ndim + 2);
}

/* ---- axes that there are not ------------------------------------------------------------------------------------- */

static void invalid_axes(const struct xp_device *device)
{
    MODEL_SHAPES(shape)
    for (int i = 0; i < 2; i++) {
        const int axis = i ? shape.ndim : -shape.ndim - 1;
        const model m = clause_model(XP_FLOAT32, shape);
        xp_array *x = clause_array(&m, device), *results[1];
        EXPECT_FAILS(INDEX, xp_roll(x, 1, axis));
        EXPECT_FAILS(INDEX, xp_extra_roll(x, (const int64_t[]){1}, &axis, 1));
        EXPECT_FAILS(INDEX, xp_repeat(x, 2, axis));
        EXPECT_FAILS(INDEX, xp_extra_repeat(x, xp_ones(XP_SHAPE(1), XP_INT32, device), axis));
        EXPECT_FAILS(INDEX, xp_stack(&x, 1, i ? shape.ndim + 1 : -shape.ndim - 2));
        if (shape.ndim > 0) {
            EXPECT_FAILS(INDEX, xp_concat(&x, 1, axis));
            EXPECT_FAILS(INDEX, xp_unstack(x, axis, results, 1));
        }
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const clause clauses[] = {
    ON_DEVICE("concat", concat_axis, "along an existing axis on [-N, N); the same shape except in that dimension"),
    ON_DEVICE("concat", concat_flat, "axis None: must be flattened before"),
    ON_DEVICE("concat, stack", concat_promotes, "different dtypes: normal type promotion must apply"),
    ON_DEVICE("concat, stack", joining_other_shapes, "must have the same shape"),
    ON_DEVICE("stack", stack_axis, "N + 1 axes, the new one at axis; the same dtype"),
    ON_DEVICE("unstack", unstack_axis, "a sequence of arrays along the axis, each of the same shape"),
    ON_DEVICE("repeat", repeat_integer, "each element; an integer must be broadcast; None flattens in C order"),
    ON_DEVICE("repeat", repeat_array, "an array of shape (1,) or of the axis' extent, of an integer dtype"),
    ON_DEVICE("repeat", repeat_array_invalid, "repeats must be broadcast compatible and integers"),
    ON_DEVICE("roll", roll_axis, "beyond the last position: re-introduced at the first; negative towards smaller"),
    ON_DEVICE("roll", roll_flat, "axis None: must be flattened, shifted, and restored to its shape"),
    ON_DEVICE("roll", roll_several, "tuples: each of the axes must be shifted by the corresponding shift"),
    ON_DEVICE("tile", tile_fewer, "N > M: must prepend ones to repetitions"),
    ON_DEVICE("tile", tile_as_many, "S[i] * r[i] elements along each axis"),
    ON_DEVICE("tile", tile_more, "N < M: must prepend singleton axes to x; max(N, M) axes"),
    ON_DEVICE("concat, repeat, roll, stack, unstack", invalid_axes, "an invalid axis: must raise an exception"),
};

CHECKED_TEST(standard_joining, clauses)
{
    CHECK_CLAUSES("manipulation functions: joining", clauses);
}
