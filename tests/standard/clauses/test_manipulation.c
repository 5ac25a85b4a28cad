/* What the standard says of functions that give arrays another shape, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "clauses.h"
#include "model_moves.h"

#define EACH_ARRAY(dtype, shape)                                                                                       \
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)                                                                                 \
    MODEL_SHAPES(shape)

/* ---- broadcasting ------------------------------------------------------------------------------------------------ */

/* A shape that broadcasts to another: leading axes may be missing, extents may be 1. */
static xp_shape draw_narrower(xp_shape shape, int64_t *extents)
{
    const int missing = clause_draws(2) ? (int)support_integer(clause_random(), 0, shape.ndim + 1) : 0;
    for (int i = missing; i < shape.ndim; i++)
        extents[i - missing] = clause_draws(3) ? 1 : shape.extents[i];
    return (xp_shape){shape.ndim - missing, extents};
}

static void broadcast_to_shape(const struct xp_device *device)
{
    int64_t extents[MODEL_NDIM];
    EACH_ARRAY(dtype, shape)
    for (int i = 0; i < 4; i++) {
        const model x = clause_model(dtype, draw_narrower(shape, extents)), expected = model_broadcast(&x, shape);
        EXPECT(xp_broadcast_to(clause_array(&x, device), shape), &expected);
    }
}

static void broadcast_to_incompatible(const struct xp_device *device)
{
    const model x = clause_model(XP_INT32, XP_SHAPE(2, 3));
    xp_array *a = clause_array(&x, device);
    EXPECT_FAILS(VALUE, xp_broadcast_to(a, XP_SHAPE(2, 4)));
    EXPECT_FAILS(VALUE, xp_broadcast_to(a, XP_SHAPE(3, 2)));
    EXPECT_FAILS(VALUE, xp_broadcast_to(a, XP_SHAPE(3)));
    EXPECT_FAILS(VALUE, xp_broadcast_to(a, XP_SHAPE_0D));
    EXPECT_FAILS(VALUE, xp_broadcast_to(a, XP_SHAPE(2, 1)));
    EXPECT_FAILS(VALUE, xp_broadcast_to(a, XP_SHAPE(0, 3)));
    EXPECT_FAILS(VALUE, xp_broadcast_to(a, XP_SHAPE(2, 3, 1)));
}

/* Three narrower shapes together need not give the shape itself: an axis may be missing, or 1, in all of them. */
static void check_broadcast_together(const struct xp_device *device, xp_dtype dtype, xp_shape shape, bool arrays)
{
    int64_t extents[3][MODEL_NDIM], common[MODEL_NDIM], found[XP_MAX_NDIM];
    xp_shape shapes[3];
    xp_array *given[3], *results[3];
    model x[3];
    int ndim = 0;
    for (int i = 0; i < 3; i++) {
        shapes[i] = draw_narrower(shape, extents[i]);
        ndim = shapes[i].ndim > ndim ? shapes[i].ndim : ndim;
    }
    for (int axis = 0; axis < ndim; axis++) {
        common[axis] = 1;
        for (int i = 0; i < 3; i++) {
            const int own = axis - ndim + shapes[i].ndim;
            if (own >= 0 && extents[i][own] != 1)
                common[axis] = extents[i][own];
        }
    }
    EXPECT_THAT(xp_broadcast_shapes(shapes, 3, found) == ndim, "%s", xp_error_message());
    for (int axis = 0; axis < ndim; axis++)
        EXPECT_THAT(found[axis] == common[axis], "axis %d", axis);
    for (int i = 0; i < 3 && arrays; i++) {
        x[i] = clause_model(i == 1 ? XP_BOOL : dtype, shapes[i]);
        given[i] = clause_array(&x[i], device);
    }
    if (arrays)
        EXPECT_THAT(xp_broadcast_arrays(given, 3, results), "%s", xp_error_message());
    for (int i = 0; i < 3 && arrays; i++) {
        const model expected = model_broadcast(&x[i], (xp_shape){ndim, common});
        EXPECT(results[i], &expected);
    }
}

static void broadcast_arrays_alike(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    check_broadcast_together(device, dtype, shape, true);
}

static void broadcast_shapes_alike(const struct xp_device *device)
{
    MODEL_SHAPES(shape)
    for (int i = 0; i < 40; i++)
        check_broadcast_together(device, XP_BOOL, shape, false);
}

static void broadcast_shapes_none(const struct xp_device *device)
{
    (void)device;
    int64_t extents[XP_MAX_NDIM];
    EXPECT_THAT(xp_broadcast_shapes(NULL, 0, extents) == 0, "%s", xp_error_message());
}

static void broadcast_shapes_incompatible(const struct xp_device *device)
{
    static const int64_t a[] = {3, 2}, b[] = {2}, c[] = {3}, d[] = {0, 2}, e[] = {1, 4};
    const xp_shape pairs[][2] = {{{2, a}, {1, c}}, {{1, b}, {1, c}}, {{2, a}, {2, d}}, {{2, d}, {2, e}}};
    for (int i = 0; i < 4; i++) {
        int64_t extents[XP_MAX_NDIM];
        xp_array *arrays[] = {xp_zeros(pairs[i][0], XP_INT8, device), xp_zeros(pairs[i][1], XP_INT8, device)};
        xp_array *results[2];
        EXPECT_FAILS(VALUE, xp_broadcast_shapes(pairs[i], 2, extents));
        EXPECT_FAILS(VALUE, xp_broadcast_arrays(arrays, 2, results));
    }
}

/* ---- expand_dims, squeeze ---------------------------------------------------------------------------------------- */

static void expand_dims_axis(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int axis = -shape.ndim - 1; axis <= shape.ndim; axis++) {
        int64_t extents[MODEL_NDIM];
        const int place = axis < 0 ? axis + shape.ndim + 1 : axis;
        for (int i = 0; i <= shape.ndim; i++)
            extents[i] = i == place ? 1 : shape.extents[i < place ? i : i - 1];
        const model x = clause_model(dtype, shape), expected = model_reshaped(&x, (xp_shape){shape.ndim + 1, extents});
        EXPECT(xp_expand_dims(clause_array(&x, device), axis), &expected);
        EXPECT(xp_extra_expand_dims(clause_array(&x, device), &axis, 1), &expected);
    }
}

/* Every set of places for up to four new axes, named from either end and in any order. */
static void expand_dims_tuple(const struct xp_device *device)
{
    MODEL_SHAPES(shape)
    for (int set = 0; set < 1 << (shape.ndim + 4); set++) {
        int axes[MODEL_NDIM], count = 0, next = 0, ndim = shape.ndim;
        int64_t extents[MODEL_NDIM];
        for (int i = 0; i < shape.ndim + 4; i++)
            count += set >> i & 1;
        if (count > 4 || set >> (shape.ndim + count) || shape.ndim > 4)
            continue;
        ndim += count;
        count = 0;
        for (int i = 0; i < ndim; i++) {
            const bool is_new = set >> i & 1;
            extents[i] = is_new ? 1 : shape.extents[next++];
            if (is_new)
                axes[count++] = clause_draws(2) ? i : i - ndim;
        }
        if (count > 1) {
            const int swapped = axes[0];
            axes[0] = axes[count - 1];
            axes[count - 1] = swapped;
        }
        const model x = clause_model(XP_INT16, shape), expected = model_reshaped(&x, (xp_shape){ndim, extents});
        EXPECT(xp_extra_expand_dims(clause_array(&x, device), axes, count), &expected);
    }
}

static void expand_dims_invalid(const struct xp_device *device)
{
    MODEL_SHAPES(shape)
    {
        const model x = clause_model(XP_FLOAT32, shape);
        xp_array *a = clause_array(&x, device);
        const int over[] = {0, shape.ndim + 2}, under[] = {-shape.ndim - 3, 0};
        EXPECT_FAILS(INDEX, xp_expand_dims(a, shape.ndim + 1));
        EXPECT_FAILS(INDEX, xp_expand_dims(a, -shape.ndim - 2));
        EXPECT_FAILS(INDEX, xp_extra_expand_dims(a, over, 2));
        EXPECT_FAILS(INDEX, xp_extra_expand_dims(a, under, 2));
        EXPECT_FAILS(VALUE, xp_extra_expand_dims(a, (const int[]){1, 1}, 2));
        EXPECT_FAILS(VALUE, xp_extra_expand_dims(a, (const int[]){0, -shape.ndim - 2}, 2));
    }
}

/* Every set of axes of extent 1, each named from one end. */
static void squeeze_axes(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int set = 0; set < 1 << shape.ndim; set++) {
        int axes[MODEL_NDIM], count = 0, ndim = 0;
        int64_t extents[MODEL_NDIM];
        bool fits = true;
        for (int i = 0; i < shape.ndim; i++) {
            if (!(set >> i & 1)) {
                extents[ndim++] = shape.extents[i];
                continue;
            }
            fits = fits && shape.extents[i] == 1;
            axes[count++] = clause_draws(2) ? i : i - shape.ndim;
        }
        if (!fits)
            continue;
        const model x = clause_model(dtype, shape), expected = model_reshaped(&x, (xp_shape){ndim, extents});
        EXPECT(xp_squeeze(clause_array(&x, device), xp_over_axes(axes, count)), &expected);
    }
}

static void squeeze_not_singleton(const struct xp_device *device)
{
    MODEL_SHAPES(shape)
    for (int axis = 0; axis < shape.ndim; axis++) {
        if (shape.extents[axis] == 1)
            continue;
        const model x = clause_model(XP_FLOAT32, shape);
        EXPECT_FAILS(VALUE, xp_squeeze(clause_array(&x, device), XP_OVER(axis)));
        EXPECT_FAILS(VALUE, xp_squeeze(clause_array(&x, device), XP_OVER(axis - shape.ndim)));
    }
}

/* ---- flip, moveaxis, permute_dims -------------------------------------------------------------------------------- */

static void check_flip(const struct xp_device *device, xp_dtype dtype, xp_shape shape, int set, xp_over over)
{
    const model x = clause_model(dtype, shape), expected = model_flipped(&x, set);
    EXPECT(xp_flip(clause_array(&x, device), over), &expected);
}

static void flip_axes(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int set = 0; set < 1 << shape.ndim; set++) {
        int axes[MODEL_NDIM], count = 0;
        for (int i = 0; i < shape.ndim; i++)
            if (set >> i & 1)
                axes[count++] = clause_draws(2) ? i : i - shape.ndim;
        check_flip(device, dtype, shape, set, xp_over_axes(axes, count));
    }
}

static void flip_all(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    check_flip(device, dtype, shape, -1, XP_ALL);
}

static void draw_order(int ndim, int *order)
{
    for (int i = 0; i < ndim; i++) {
        const int j = (int)support_integer(clause_random(), 0, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

static void permute_dims_axes(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int i = 0; i < 4; i++) {
        int order[MODEL_NDIM], axes[MODEL_NDIM];
        draw_order(shape.ndim, order);
        for (int j = 0; j < shape.ndim; j++)
            axes[j] = clause_draws(2) ? order[j] : order[j] - shape.ndim;
        const model x = clause_model(dtype, shape), expected = model_permuted(&x, order);
        EXPECT(xp_permute_dims(clause_array(&x, device), axes, shape.ndim), &expected);
    }
}

static void permute_dims_invalid(const struct xp_device *device)
{
    const model m = clause_model(XP_INT8, XP_SHAPE(2, 3, 4));
    xp_array *x = clause_array(&m, device);
    EXPECT_FAILS(INDEX, xp_permute_dims(x, (const int[]){0, 1, 3}, 3));
    EXPECT_FAILS(INDEX, xp_permute_dims(x, (const int[]){0, 1, -4}, 3));
    EXPECT_FAILS(VALUE, xp_permute_dims(x, (const int[]){0, 1, 1}, 3));
    EXPECT_FAILS(VALUE, xp_permute_dims(x, (const int[]){0, 1, -2}, 3));
    EXPECT_FAILS(VALUE, xp_permute_dims(x, (const int[]){0, 1}, 2));
    EXPECT_FAILS(VALUE, xp_permute_dims(x, (const int[]){0, 1, 2, 3}, 4));
}

/* The axes that move go to their places; the others fill the rest in their order. */
static void order_of_moves(int ndim, const int *sources, const int *destinations, int count, int *order)
{
    bool moved[MODEL_NDIM] = {false};
    for (int i = 0; i < ndim; i++)
        order[i] = -1;
    for (int i = 0; i < count; i++) {
        order[destinations[i]] = sources[i];
        moved[sources[i]] = true;
    }
    for (int i = 0, axis = 0; i < ndim; i++) {
        if (order[i] >= 0)
            continue;
        while (moved[axis])
            axis++;
        order[i] = axis++;
    }
}

static void moveaxis_several(const struct xp_device *device)
{
    EACH_ARRAY(dtype, shape)
    for (int count = 0; count <= shape.ndim; count++) {
        int sources[MODEL_NDIM], destinations[MODEL_NDIM], order[MODEL_NDIM];
        draw_order(shape.ndim, sources);
        draw_order(shape.ndim, destinations);
        order_of_moves(shape.ndim, sources, destinations, count, order);
        const model x = clause_model(dtype, shape), expected = model_permuted(&x, order);
        for (int i = 0; i < count; i++) {
            sources[i] -= clause_draws(2) ? shape.ndim : 0;
            destinations[i] -= clause_draws(2) ? shape.ndim : 0;
        }
        EXPECT(xp_extra_moveaxis(clause_array(&x, device), sources, destinations, count), &expected);
        if (count == 1)
            EXPECT(xp_moveaxis(clause_array(&x, device), sources[0], destinations[0]), &expected);
    }
}

/* ---- axes that there are not ------------------------------------------------------------------------------------- */

static void invalid_axes(const struct xp_device *device)
{
    MODEL_SHAPES(shape)
    for (int i = 0; i < 2; i++) {
        const int axis = i ? shape.ndim : -shape.ndim - 1;
        const model m = clause_model(XP_FLOAT32, shape);
        xp_array *x = clause_array(&m, device);
        EXPECT_FAILS(INDEX, xp_flip(x, XP_OVER(axis)));
        EXPECT_FAILS(INDEX, xp_squeeze(x, XP_OVER(axis)));
        EXPECT_FAILS(INDEX, xp_moveaxis(x, axis, 0));
        if (shape.ndim == 0)
            continue;
        EXPECT_FAILS(INDEX, xp_moveaxis(x, 0, axis));
        EXPECT_FAILS(INDEX, xp_extra_moveaxis(x, &axis, (const int[]){0}, 1));
        EXPECT_FAILS(INDEX, xp_extra_moveaxis(x, (const int[]){0}, &axis, 1));
    }
}

static void axes_twice(const struct xp_device *device)
{
    const model m = clause_model(XP_FLOAT32, XP_SHAPE(1, 3, 1));
    xp_array *x = clause_array(&m, device);
    EXPECT_FAILS(VALUE, xp_extra_moveaxis(x, (const int[]){0, 0}, (const int[]){0, 1}, 2));
    EXPECT_FAILS(VALUE, xp_extra_moveaxis(x, (const int[]){0, -3}, (const int[]){0, 1}, 2));
    EXPECT_FAILS(VALUE, xp_extra_moveaxis(x, (const int[]){0, 1}, (const int[]){2, 2}, 2));
    EXPECT_FAILS(VALUE, xp_extra_moveaxis(x, (const int[]){0, 1}, (const int[]){2, -1}, 2));
}

/* ---- reshape ----------------------------------------------------------------------------------------------------- */

/* Some shape of as many elements. */
static xp_shape draw_shape_of(int64_t size, int64_t *extents)
{
    int ndim = 0;
    for (int64_t factor = 2; size > 1 && ndim < 5;) {
        if (size % factor == 0 && clause_draws(3)) {
            extents[ndim++] = factor;
            size /= factor;
        }
        factor = factor * factor > size ? 2 : factor + 1;
        if (clause_draws(8))
            extents[ndim++] = 1;
        if (clause_draws(6))
            break;
    }
    if (size != 1 || clause_draws(2))
        extents[ndim++] = size;
    return (xp_shape){ndim, extents};
}

static void reshape_elements(const struct xp_device *device)
{
    int64_t extents[MODEL_NDIM];
    EACH_ARRAY(dtype, shape)
    for (int i = 0; i < 4; i++) {
        const model x = clause_model(dtype, shape), expected = model_reshaped(&x, draw_shape_of(x.size, extents));
        EXPECT(xp_reshape(clause_array(&x, device), model_shape_of(&expected)), &expected);
        EXPECT(xp_extra_reshape(clause_array(&x, device), model_shape_of(&expected), XP_COPY_ALWAYS), &expected);
    }
}

static void reshape_infers(const struct xp_device *device)
{
    int64_t extents[MODEL_NDIM];
    EACH_ARRAY(dtype, shape)
    {
        const model x = clause_model(dtype, shape);
        const xp_shape to = draw_shape_of(x.size, extents);
        if (x.size == 0 || to.ndim == 0)
            continue;
        const model expected = model_reshaped(&x, to);
        extents[support_integer(clause_random(), 0, to.ndim)] = -1;
        EXPECT(xp_reshape(clause_array(&x, device), to), &expected);
    }
}

static void reshape_one_unknown(const struct xp_device *device)
{
    const model m = clause_model(XP_INT16, XP_SHAPE(2, 6)), empty = clause_model(XP_INT16, XP_SHAPE(0, 3));
    xp_array *x = clause_array(&m, device);
    EXPECT_FAILS(VALUE, xp_reshape(x, XP_SHAPE(-1, -1)));
    EXPECT_FAILS(VALUE, xp_reshape(x, XP_SHAPE(-1, 5)));
    EXPECT_FAILS(VALUE, xp_reshape(x, XP_SHAPE(-2, 6)));
    EXPECT_FAILS(VALUE, xp_reshape(x, XP_SHAPE(13)));
    EXPECT_FAILS(VALUE, xp_reshape(x, XP_SHAPE_0D));
    EXPECT_FAILS(VALUE, xp_reshape(clause_array(&empty, device), XP_SHAPE(-1, 0)));
    const model expected = model_zeros(XP_INT16, XP_SHAPE(3, 0));
    EXPECT(xp_reshape(clause_array(&empty, device), XP_SHAPE(3, -1)), &expected);
}

/* Where memory can be looked at, it is the same memory or another. */
static void reshape_copy(const struct xp_device *device)
{
    const model m = clause_model(XP_FLOAT32, XP_SHAPE(4, 6)), flat = model_reshaped(&m, XP_SHAPE(24));
    xp_array *x = model_upload(&m, device), *turned = xp_matrix_transpose(x);
    EXPECT(xp_extra_reshape(x, XP_SHAPE(24), XP_COPY_NEVER), &flat);
    EXPECT_FAILS(VALUE, xp_extra_reshape(turned, XP_SHAPE(24), XP_COPY_NEVER));
    EXPECT_THAT(xp_size(xp_extra_reshape(turned, XP_SHAPE(24), XP_COPY_IF_NEEDED)) == 24, "%s", xp_error_message());
    if (!xp_test_can(device, XP_TEST_HOST_MEMORY))
        return;
    EXPECT_THAT(xp_data(xp_extra_reshape(x, XP_SHAPE(24), XP_COPY_NEVER)) == xp_data(x), "copied");
    EXPECT_THAT(xp_data(xp_extra_reshape(x, XP_SHAPE(24), XP_COPY_IF_NEEDED)) == xp_data(x), "copied");
    EXPECT_THAT(xp_data(xp_reshape(x, XP_SHAPE(3, 8))) == xp_data(x), "copied");
    EXPECT_THAT(xp_data(xp_extra_reshape(x, XP_SHAPE(24), XP_COPY_ALWAYS)) != xp_data(x), "not copied");
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const clause clauses[] = {
    ON_DEVICE("broadcast_arrays", broadcast_arrays_alike, "each array must have the same shape, and its own dtype"),
    ON_DEVICE("broadcast_shapes", broadcast_shapes_alike, "a single shape by the broadcasting rules"),
    ON_DEVICE("broadcast_shapes", broadcast_shapes_none,
              "if not provided one or more arguments, must return an empty tuple"),
    ON_DEVICE("broadcast_arrays, broadcast_shapes", broadcast_shapes_incompatible,
              "not compatible: a ValueError should be raised"),
    ON_DEVICE("broadcast_to", broadcast_to_shape, "the specified shape, the same dtype as x"),
    ON_DEVICE("broadcast_to", broadcast_to_incompatible, "incompatible with the shape: must raise an exception"),
    ON_DEVICE("expand_dims", expand_dims_axis, "the new axis is at the position, from [-N-1, N]; N + 1 dimensions"),
    ON_DEVICE("expand_dims", expand_dims_tuple,
              "a tuple: singletons at those positions of the result, the others in order"),
    ON_DEVICE("expand_dims", expand_dims_invalid, "an invalid axis position: must raise; unique positions"),
    ON_DEVICE("flip", flip_axes, "must flip only the specified axes, negative ones from the last"),
    ON_DEVICE("flip", flip_all, "axis None: must flip all axes"),
    ON_DEVICE("moveaxis", moveaxis_several, "to new positions, while leaving other axes in their original positions"),
    ON_DEVICE("moveaxis", axes_twice, "source and destination axes must be unique"),
    ON_DEVICE("flip, moveaxis, squeeze", invalid_axes, "an invalid axis: must raise an exception"),
    ON_DEVICE("permute_dims", permute_dims_axes, "a permutation of the axes, negative ones from the last"),
    ON_DEVICE("permute_dims", permute_dims_invalid, "an invalid axis: must raise an exception"),
    ON_DEVICE("reshape", reshape_elements, "the same dtype and the same elements as x"),
    ON_DEVICE("reshape", reshape_infers, "-1: must be inferred from the length and the remaining dimensions"),
    ON_DEVICE("reshape", reshape_one_unknown, "only one dimension must be allowed to be -1"),
    ON_DEVICE("reshape", reshape_copy, "copy: True must copy, False must never copy, None must avoid copying"),
    ON_DEVICE("squeeze", squeeze_axes, "removes singleton axes, an int or a tuple"),
    ON_DEVICE("squeeze", squeeze_not_singleton, "an axis that is not a singleton: a ValueError should be raised"),
};

CHECKED_TEST(standard_manipulation, clauses)
{
    CHECK_CLAUSES("manipulation functions: shapes", clauses);
}
