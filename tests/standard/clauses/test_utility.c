/* The chapters on utility functions and on indexing functions, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "reductions.h"

/* ---- all, any ---------------------------------------------------------------------------------------------------- */

static void takes_special_numbers_for_true(const situation *s)
{
    static const long double parts[] = {0, -0.0L, NAN, INFINITY, -INFINITY, 1e-30L, -3};
    const bool is_complex = model_is(s->dtype, XP_TEST_COMPLEX);
    for (int i = 0; i < 7; i++)
        for (int k = 0; k <= 6 * is_complex; k++) {
            model x = situation_draw(s, MODEL_FEW);
            const bool is_all = s->clause->which == ALL;
            x.constant = 0;
            for (int64_t at = 0; at < x.size; at++) /* alone among zeros, or among ones */
                x.at[at] = (model_number){.re = is_all};
            x.at[support_integer(s->random, 0, x.size)] =
                (model_number){.re = parts[i], .im = is_complex ? parts[k] : 0};
            uint32_t axes;
            const xp_over over = situation_draw_axes(s, &axes);
            reduction_check(s, &x, axes, false, over);
            EXPECT_NUMBER(reductions[s->clause->which].call(clause_array(&x, s->device), XP_ALL), XP_BOOL,
                          i > 1 || (is_complex && k > 1) || (is_all && x.size == 0));
        }
}

static void decides_without_elements(const situation *s)
{
    const bool is_all = s->clause->which == ALL;
    xp_array *(*const call)(xp_array *, xp_over) = reductions[s->clause->which].call;
    EXPECT_NUMBER(call(xp_zeros(XP_SHAPE(0), s->dtype, s->device), XP_ALL), XP_BOOL, is_all);
    EXPECT_NUMBER(call(xp_zeros(XP_SHAPE(2, 0, 3), s->dtype, s->device), XP_ALL), XP_BOOL, is_all);
    model expected = model_zeros(XP_BOOL, XP_SHAPE(2, 3));
    for (int64_t i = 0; i < expected.size; i++)
        expected.at[i] = (model_number){.re = is_all};
    EXPECT_ELEMENTS(call(xp_zeros(XP_SHAPE(2, 0, 3), s->dtype, s->device), XP_OVER(-2)), &expected);
}

/* ---- diff -------------------------------------------------------------------------------------------------------- */

/* Differences of neighbours, n times over. */
typedef struct difference {
    int n;
    xp_dtype dtype;
} difference;

static void difference_line(const model_number *from, int64_t n, model_number *to, int64_t extent,
                            const void *context)
{
    const difference *how = context;
    model_number line[1200];
    cr_assert(n <= 1200);
    memcpy(line, from, (size_t)n * sizeof *line);
    for (int round = 0; round < how->n; round++)
        for (int64_t i = 0; i + 1 < n - round; i++) {
            const model_number apart = {.re = line[i + 1].re - line[i].re, .im = line[i + 1].im - line[i].im};
            line[i] = model_cast(apart, how->dtype);
        }
    memcpy(to, line, (size_t)extent * sizeof *line);
}

static model joined(const model *const *parts, int count, int axis)
{
    int64_t shape[MODEL_NDIM], index[MODEL_NDIM], done = 0;
    memcpy(shape, parts[0]->shape, sizeof shape);
    shape[axis] = 0;
    for (int i = 0; i < count; i++)
        shape[axis] += parts[i]->shape[axis];
    model out = model_zeros(parts[0]->dtype, (xp_shape){parts[0]->ndim, shape});
    for (int part = 0; part < count; done += parts[part++]->shape[axis])
        for (int64_t i = 0; i < parts[part]->size; i++) {
            model_index(parts[part], i, index);
            index[axis] += done;
            out.at[model_at(&out, index)] = parts[part]->at[i];
        }
    return out;
}

static model draw_beside(const situation *s, int axis, int64_t extent)
{
    int64_t shape[MODEL_NDIM];
    memcpy(shape, s->shape, (size_t)s->ndim * sizeof *shape);
    shape[axis] = extent;
    return model_draw(s->random, MODEL_WHOLE, s->dtype, (xp_shape){s->ndim, shape});
}

static void check_difference(const situation *s, int axis, int written, int n, bool before, bool behind)
{
    const model prepend = draw_beside(s, axis, support_integer(s->random, 0, 4)), x = situation_draw(s, MODEL_WHOLE);
    const model append = draw_beside(s, axis, support_integer(s->random, 0, 4));
    const model *parts[3];
    int count = 0;
    if (before)
        parts[count++] = &prepend;
    parts[count++] = &x;
    if (behind)
        parts[count++] = &append;
    const model all = joined(parts, count, axis);
    const int64_t left = all.shape[axis] - n;
    const difference how = {.n = n, .dtype = s->dtype};
    const model expected = model_lines(&all, axis, left > 0 ? left : 0, s->dtype, difference_line, &how);
    xp_array *result =
        xp_diff(clause_array(&x, s->device), written, n, before ? clause_array(&prepend, s->device) : NULL,
                behind ? clause_array(&append, s->device) : NULL);
    EXPECT_ELEMENTS(result, &expected);
}

static void subtracts_neighbours(const situation *s)
{
    for (int axis = -s->ndim; axis < s->ndim; axis++)
        check_difference(s, (axis + s->ndim) % s->ndim, axis, 1, false, false);
}

static void subtracts_recursively(const situation *s)
{
    for (int n = 0; n < 5; n++) {
        int written;
        const int axis = situation_draw_axis(s, &written);
        check_difference(s, axis, written, n, false, false);
    }
}

static void joins_before_it_subtracts(const situation *s)
{
    for (int which = 1; which < 4; which++) {
        int written;
        const int axis = situation_draw_axis(s, &written);
        check_difference(s, axis, written, (int)support_integer(s->random, 0, 4), which & 1, which & 2);
    }
}

static void refuses_other_axes_and_shapes(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    xp_array *array = clause_array(&x, s->device);
    EXPECT_ERROR(xp_diff(array, s->ndim, 1, NULL, NULL));
    EXPECT_ERROR(xp_diff(array, -s->ndim - 1, 1, NULL, NULL));
    EXPECT_ERROR(xp_diff(array, -1, 1, xp_ones(XP_SHAPE(1, 2, 1, 7, 1, 1, 2), s->dtype, s->device), NULL));
}

/* ---- take -------------------------------------------------------------------------------------------------------- */

/* Positions along an extent, half of them counted from the end; none where there is nothing. */
static model draw_positions(const situation *s, xp_dtype dtype, int64_t extent, int ndim, const int64_t *shape)
{
    model out = model_zeros(dtype, (xp_shape){ndim, shape});
    const int64_t most = dtype == XP_INT8 && extent > 100 ? 100 : extent;
    for (int64_t i = 0; i < out.size; i++) {
        const int64_t at = support_integer(s->random, 0, most), back = dtype == XP_INT8 ? at - most : at - extent;
        const bool from_end = model_is(dtype, XP_TEST_SIGNED) && support_integer(s->random, 0, 2);
        out.at[i] = (model_number){.re = (long double)(from_end ? back : at)};
    }
    return out;
}

static xp_dtype draw_integer_dtype(const situation *s)
{
    static const xp_dtype dtypes[] = {XP_INT8, XP_INT16, XP_INT32, XP_INT64, XP_UINT16, XP_UINT32, XP_UINT64};
    xp_dtype dtype;
    do
        dtype = dtypes[support_integer(s->random, 0, 7)];
    while (!clause_has(dtype));
    return dtype;
}

static int64_t place_of(model_number position, int64_t extent)
{
    return (int64_t)position.re + (position.re < 0 ? extent : 0);
}

/* A line's elements at the positions. */
static void take_line(const model_number *from, int64_t n, model_number *to, int64_t extent, const void *context)
{
    const model *positions = context;
    for (int64_t i = 0; i < extent; i++)
        to[i] = from[place_of(positions->at[i], n)];
}

static void check_take(const situation *s, const model *x, int axis, int written)
{
    const int64_t extent = x->shape[axis], count = extent > 0 ? support_integer(s->random, 0, 7) : 0;
    const model indices = draw_positions(s, draw_integer_dtype(s), extent, 1, &count);
    const model expected = model_lines(x, axis, count, s->dtype, take_line, &indices);
    EXPECT_SIGNED(xp_take(clause_array(x, s->device), clause_array(&indices, s->device), written), &expected);
}

static void takes_along_an_axis(const situation *s)
{
    const model x = situation_draw(s, MODEL_SPECIAL);
    for (int axis = -s->ndim; axis < s->ndim; axis++)
        check_take(s, &x, (axis + s->ndim) % s->ndim, axis);
}

static void needs_an_axis(const situation *s)
{
    const model x = situation_draw(s, MODEL_WIDE);
    if (s->ndim == 1)
        check_take(s, &x, 0, XP_FLAT);
    else if (xp_test_is(s->device, "strict")) /* the others take from the flattened x */
        EXPECT_ERROR(xp_take(clause_array(&x, s->device), xp_zeros(XP_SHAPE(0), XP_INT32, s->device), XP_FLAT));
}

static void refuses_other_indices(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    xp_array *array = clause_array(&x, s->device);
    EXPECT_ERROR(xp_take(array, xp_zeros(XP_SHAPE(1), XP_FLOAT32, s->device), 0));
    EXPECT_ERROR(xp_take(array, xp_zeros(XP_SHAPE(1), XP_BOOL, s->device), 0));
    EXPECT_ERROR(xp_take(array, xp_zeros(XP_SHAPE(1), XP_INT32, s->device), s->ndim));
    EXPECT_ERROR(xp_take(array, xp_zeros(XP_SHAPE(1), XP_INT32, s->device), -s->ndim - 1));
    if (xp_test_is(s->device, "strict"))
        EXPECT_ERROR(xp_take(array, xp_zeros(XP_SHAPE(1, 1), XP_INT32, s->device), 0));
}

/* ---- take_along_axis --------------------------------------------------------------------------------------------- */

/* Extents of 1 in x, in the indices, or in neither; but for the axis. */
static void check_along(const situation *s, int axis, int written, bool broadcasts)
{
    int64_t own[MODEL_NDIM], other[MODEL_NDIM], shape[MODEL_NDIM], index[MODEL_NDIM], at[MODEL_NDIM];
    for (int i = 0; i < s->ndim; i++) {
        const int64_t which = broadcasts ? support_integer(s->random, 0, 3) : 2;
        own[i] = which == 0 && i != axis ? 1 : s->shape[i];
        other[i] = which == 1 ? 1 : s->shape[i];
        shape[i] = own[i] == 1 ? other[i] : own[i];
    }
    shape[axis] = other[axis] = own[axis] > 0 ? support_integer(s->random, 0, 6) : 0;
    const model x = model_draw(s->random, MODEL_SPECIAL, s->dtype, (xp_shape){s->ndim, own});
    const model indices = draw_positions(s, draw_integer_dtype(s), own[axis], s->ndim, other);
    model expected = model_zeros(s->dtype, (xp_shape){s->ndim, shape});
    for (int64_t i = 0; i < expected.size; i++) {
        model_index(&expected, i, index);
        for (int k = 0; k < s->ndim; k++)
            at[k] = other[k] == 1 ? 0 : index[k];
        const model_number position = indices.at[model_at(&indices, at)];
        for (int k = 0; k < s->ndim; k++)
            at[k] = own[k] == 1 ? 0 : index[k];
        at[axis] = place_of(position, own[axis]);
        expected.at[i] = x.at[model_at(&x, at)];
    }
    EXPECT_SIGNED(xp_take_along_axis(clause_array(&x, s->device), clause_array(&indices, s->device), written),
                  &expected);
}

static void takes_each_lines_own(const situation *s)
{
    for (int axis = -s->ndim; axis < s->ndim; axis++)
        check_along(s, (axis + s->ndim) % s->ndim, axis, false);
}

static void broadcasts_other_axes(const situation *s)
{
    for (int i = 0; i < 4; i++) {
        int written;
        const int axis = situation_draw_axis(s, &written);
        check_along(s, axis, written, true);
    }
}

static void refuses_other_axes(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    xp_array *array = clause_array(&x, s->device),
             *indices = xp_zeros((xp_shape){s->ndim, s->shape}, XP_INT32, s->device);
    EXPECT_ERROR(xp_take_along_axis(array, indices, s->ndim));
    EXPECT_ERROR(xp_take_along_axis(array, indices, -s->ndim - 1));
    EXPECT_ERROR(xp_take_along_axis(array, xp_expand_dims(indices, 0), -1));
    if (s->ndim == 2 && s->shape[0] != 1) {
        xp_array *others = xp_zeros(XP_SHAPE(s->shape[0] + 2, 1), XP_INT32, s->device);
        EXPECT_ERROR(xp_take_along_axis(array, others, 1));
    }
}

/* ---- the chapters ------------------------------------------------------------------------------------------------ */

#define ANY_DTYPE XP_TEST_ANY
#define NUM XP_TEST_NUMERIC
#define FLO XP_TEST_FLOATING

#define TRUTHS(name, which)                                                                                            \
    AXIS_CLAUSES(name, which, ANY_DTYPE), TUPLE_CLAUSES(name, which, ANY_DTYPE),                                       \
        CLAUSE(name, which, FLO, SOME_ELEMENTS, takes_special_numbers_for_true,                                        \
               "infinities, NaN, either part are True"),                                                               \
        CLAUSE(name, which, ANY_DTYPE, NO_SHAPE, decides_without_elements, "of nothing it is True (all), False (any)")

static const clause utility[] = {
    TRUTHS("all", ALL),
    TRUTHS("any", ANY),
    CLAUSE("diff", 0, NUM, SOME_AXES, subtracts_neighbours, "out[i] = x[i+1] - x[i] along an axis on [-N, N)"),
    CLAUSE("diff", 0, NUM, SOME_AXES, subtracts_recursively, "higher orders recursively; M - n elements, x's dtype"),
    CLAUSE("diff", 0, NUM, SOME_AXES, joins_before_it_subtracts, "prepend, append: M + N1 + N2 - n elements"),
    CLAUSE("diff", 0, NUM, EVERY_SHAPE, refuses_other_axes_and_shapes, "an invalid axis must raise an exception"),
};

static const clause indexing[] = {
    CLAUSE("take", 0, ANY_DTYPE, SOME_AXES, takes_along_an_axis, "along an axis; negative indices and axes count back"),
    CLAUSE("take", 0, ANY_DTYPE, SOME_AXES, needs_an_axis, "axis optional for one dimension, required for more"),
    CLAUSE("take", 0, ANY_DTYPE, SOME_ELEMENTS, refuses_other_indices, "indices: one-dimensional, integers"),
    CLAUSE("take_along_axis", 0, ANY_DTYPE, SOME_AXES, takes_each_lines_own,
           "each line's own, negative ones count back"),
    CLAUSE("take_along_axis", 0, ANY_DTYPE, SOME_AXES, broadcasts_other_axes, "the other axes broadcast, both ways"),
    CLAUSE("take_along_axis", 0, ANY_DTYPE, EVERY_SHAPE, refuses_other_axes, "an invalid axis, other numbers of axes"),
};

CHECKED_TEST(standard_utility, every_clause_of_utility_holds)
{
    CHECK_CLAUSES("utility functions", utility);
}

CHECKED_TEST(standard_utility, every_clause_of_indexing_holds)
{
    CHECK_CLAUSES("indexing functions", indexing);
}
