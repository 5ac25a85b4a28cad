/* The chapter on searching functions, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "reductions.h"

/* ---- argmax, argmin, count_nonzero ------------------------------------------------------------------------------- */

/* Of zeros alone, or with the best number twice. */
static void finds_the_first(const situation *s)
{
    const bool is_max = s->clause->which == ARGMAX;
    model x = situation_draw(s, MODEL_FEW);
    x.constant = 0;
    for (int times = 0; times < 3; times++) {
        reduction_check(s, &x, (1u << s->ndim) - 1, false, XP_ALL);
        for (int axis = 0; axis < s->ndim; axis++)
            reduction_check(s, &x, 1u << axis, false, XP_OVER(axis - s->ndim));
        for (int64_t i = 0; i < x.size && times == 0; i++)
            x.at[i] = (model_number){0};
        const model_number best = {.re = is_max ? 100 : model_is(s->dtype, XP_TEST_UNSIGNED) ? 0 : -100};
        for (int i = 0; i < 2 && times == 1; i++)
            x.at[support_integer(s->random, 0, x.size)] = best;
    }
}

/* One axis, with NaNs and infinities. */
static void finds_the_first_nan(const situation *s)
{
    const model x = situation_draw(s, MODEL_SPECIAL);
    reduction_check(s, &x, (1u << s->ndim) - 1, false, XP_ALL);
    for (int axis = 0; axis < s->ndim; axis++)
        reduction_check(s, &x, 1u << axis, axis % 2, XP_OVER(axis));
}

static void refuses_complex(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    EXPECT_ERROR(reductions[s->clause->which].call(clause_array(&x, s->device), XP_ALL));
}

static void refuses_nothing(const situation *s)
{
    xp_array *(*const call)(xp_array *, xp_over) = reductions[s->clause->which].call;
    xp_array *x = xp_zeros(XP_SHAPE(3, 0, 2), s->dtype, s->device);
    EXPECT_ERROR(call(x, XP_ALL));
    EXPECT_ERROR(call(x, XP_OVER(1)));
    model expected = model_zeros(situation_index_dtype(s), XP_SHAPE(0, 2));
    EXPECT_ELEMENTS(call(x, XP_OVER(0)), &expected);
}

static void counts_special_numbers(const situation *s)
{
    const model x = situation_draw(s, MODEL_SPECIAL);
    uint32_t axes;
    const xp_over over = situation_draw_axes(s, &axes);
    reduction_check(s, &x, axes, false, over);
}

/* ---- nonzero ----------------------------------------------------------------------------------------------------- */

static void refuses_a_number(const situation *s)
{
    xp_array *result[1];
    xp_array *x = xp_ones(XP_SHAPE_0D, s->dtype, s->device);
    EXPECT_ERROR(xp_nonzero(x, result, 0));
    EXPECT_ERROR(xp_nonzero(x, result, 1));
}

static void lists_positions(const situation *s)
{
    xp_array *results[MODEL_NDIM];
    int64_t index[MODEL_NDIM], n = 0, at = 0;
    model x = situation_draw(s, MODEL_SPECIAL);
    for (int64_t i = 0; i < x.size; i++)
        n += x.at[i].re != 0 || x.at[i].im != 0;
    model expected[MODEL_NDIM];
    for (int axis = 0; axis < s->ndim; axis++)
        expected[axis] = model_zeros(situation_index_dtype(s), XP_SHAPE(n));
    for (int64_t i = 0; i < x.size; i++) {
        if (x.at[i].re == 0 && x.at[i].im == 0)
            continue;
        model_index(&x, i, index);
        for (int axis = 0; axis < s->ndim; axis++)
            expected[axis].at[at] = (model_number){.re = (long double)index[axis]};
        at++;
    }
    EXPECT_THAT(xp_nonzero(clause_array(&x, s->device), results, s->ndim), "failed: %s", xp_error_message());
    for (int axis = 0; axis < s->ndim; axis++)
        EXPECT_ELEMENTS(results[axis], &expected[axis]);
}

/* ---- searchsorted ------------------------------------------------------------------------------------------------ */

/* NaN stands behind all numbers; zeros are equal. */
static bool is_less(model_number a, model_number b)
{
    return isnan(b.re) ? !isnan(a.re) : a.re < b.re;
}

static void sort_numbers(model_number *x, int64_t n, int64_t *order)
{
    for (int64_t i = 0; i < n; i++) {
        const model_number v = x[i];
        int64_t to = i;
        for (; to > 0 && is_less(v, x[to - 1]); to--) {
            x[to] = x[to - 1];
            order[to] = order[to - 1];
        }
        x[to] = v;
        order[to] = i;
    }
}

static model places_of(const situation *s, const model *x1, const model *x2, bool right)
{
    model out = model_zeros(situation_index_dtype(s), model_shape_of(x2));
    for (int64_t i = 0; i < out.size; i++) {
        out.at[i] = (model_number){0};
        for (int64_t k = 0; k < x1->size; k++)
            out.at[i].re += is_less(x1->at[k], x2->at[i]) || (right && !is_less(x2->at[i], x1->at[k]));
    }
    return out;
}

static model draw_sorted(const situation *s, model_range range, int64_t n, int64_t *order)
{
    model x = model_draw(s->random, range, s->dtype, XP_SHAPE(n));
    sort_numbers(x.at, n, order);
    return x;
}

/* What is searched has the shape of the situation. */
static void check_places(const situation *s, model_range range)
{
    static const int64_t lengths[] = {0, 1, 2, 9, 70};
    int64_t order[70];
    for (int i = 0; i < 5; i++) {
        const model x1 = draw_sorted(s, range, lengths[i], order), x2 = situation_draw(s, range);
        xp_array *sorted = clause_array(&x1, s->device), *values = clause_array(&x2, s->device);
        for (int right = 0; right < 2; right++) {
            const model expected = places_of(s, &x1, &x2, right);
            EXPECT_ELEMENTS(xp_searchsorted(sorted, values, right, NULL), &expected);
        }
    }
}

static void finds_places(const situation *s)
{
    check_places(s, MODEL_FEW);
    check_places(s, MODEL_WIDE);
}

static void finds_places_of_special_numbers(const situation *s)
{
    check_places(s, MODEL_SPECIAL);
}

/* "v less than all elements": 0; "greater than all": M. */
static void finds_the_ends(const situation *s)
{
    const bool is_signed = !model_is(s->dtype, XP_TEST_UNSIGNED);
    xp_array *x1 = support_array((const double[]){3, 3, 5}, s->dtype, XP_SHAPE(3), s->device);
    xp_array *x2 = support_array((const double[]){is_signed ? -100 : 0, 100}, s->dtype, XP_SHAPE(2), s->device);
    const model expected = {situation_index_dtype(s), 1, {2}, 2, 0, (model_number[]){{.re = 0}, {.re = 3}}};
    EXPECT_ELEMENTS(xp_searchsorted(x1, x2, false, NULL), &expected);
    EXPECT_ELEMENTS(xp_searchsorted(x1, x2, true, NULL), &expected);
}

static void searches_through_a_sorter(const situation *s)
{
    static const xp_dtype dtypes[] = {XP_INT64, XP_INT32, XP_UINT8, XP_INT16};
    int64_t order[50], n = support_integer(s->random, 0, 50);
    const xp_dtype dtype = dtypes[support_integer(s->random, 0, 4)];
    const model shuffled = model_draw(s->random, MODEL_FEW, s->dtype, XP_SHAPE(n)), x2 = situation_draw(s, MODEL_FEW);
    model x1 = model_zeros(s->dtype, XP_SHAPE(n)), sorter = model_zeros(dtype, XP_SHAPE(n));
    for (int64_t i = 0; i < n; i++)
        x1.at[i] = shuffled.at[i];
    sort_numbers(x1.at, n, order);
    for (int64_t i = 0; i < n; i++)
        sorter.at[i] = (model_number){.re = (long double)order[i]};
    if (!clause_has(dtype)) {
        EXPECT_THAT(true, "no such dtype");
        return;
    }
    xp_array *array = clause_array(&shuffled, s->device), *by = clause_array(&sorter, s->device);
    xp_array *values = clause_array(&x2, s->device);
    for (int right = 0; right < 2; right++) {
        const model expected = places_of(s, &x1, &x2, right);
        EXPECT_ELEMENTS(xp_searchsorted(array, values, right, by), &expected);
    }
}

static void searches_a_scalar(const situation *s)
{
    const bool is_floating = model_is(s->dtype, XP_TEST_FLOATING);
    int64_t order[20];
    const model x1 = draw_sorted(s, MODEL_FEW, 20, order);
    model x2 = model_zeros(s->dtype, XP_SHAPE_0D);
    for (int v = 0; v < 6; v++) {
        x2.at[0] = (model_number){.re = v};
        for (int right = 0; right < 2; right++) {
            const model expected = places_of(s, &x1, &x2, right);
            EXPECT_ELEMENTS(xp_searchsorted(clause_array(&x1, s->device), xp_scalar(v), right, NULL), &expected);
            if (is_floating)
                EXPECT_ELEMENTS(xp_searchsorted(clause_array(&x1, s->device), xp_scalar((double)v), right, NULL),
                                &expected);
        }
    }
}

static void refuses_what_is_not_one_dimensional(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    xp_array *array = clause_array(&x, s->device), *one = xp_ones(XP_SHAPE(4), s->dtype, s->device);
    xp_array *few = xp_zeros(XP_SHAPE(3), situation_index_dtype(s), s->device);
    if (s->ndim != 1)
        EXPECT_ERROR(xp_searchsorted(array, one, false, NULL));
    EXPECT_ERROR(xp_searchsorted(one, array, false, few)); /* a sorter of another shape */
    EXPECT_ERROR(xp_searchsorted(one, array, false, xp_zeros(XP_SHAPE(4), XP_FLOAT32, s->device)));
}

/* ---- where ------------------------------------------------------------------------------------------------------- */

/* The standard's table of promotions; XP_DEFAULT_DTYPE where it says nothing. */
static xp_dtype promoted(xp_dtype a, xp_dtype b)
{
    if (a == b)
        return a;
    if (model_is(a, XP_TEST_FLOATING) && model_is(b, XP_TEST_FLOATING)) {
        const bool is_wide = a == XP_FLOAT64 || b == XP_FLOAT64 || a == XP_COMPLEX128 || b == XP_COMPLEX128;
        const bool is_complex = model_is(a, XP_TEST_COMPLEX) || model_is(b, XP_TEST_COMPLEX);
        const xp_dtype to = is_complex ? (is_wide ? XP_COMPLEX128 : XP_COMPLEX64) : is_wide ? XP_FLOAT64 : XP_FLOAT32;
        return clause_has(to) ? to : XP_DEFAULT_DTYPE;
    }
    if (!model_is(a, XP_TEST_INTEGRAL) || !model_is(b, XP_TEST_INTEGRAL))
        return XP_DEFAULT_DTYPE;
    if (model_is(a, XP_TEST_SIGNED) == model_is(b, XP_TEST_SIGNED))
        return a > b ? a : b;
    const xp_dtype with_sign = model_is(a, XP_TEST_SIGNED) ? a : b, without = with_sign == a ? b : a;
    if (without == XP_UINT64)
        return XP_DEFAULT_DTYPE;
    const xp_dtype needed = (xp_dtype)(XP_INT8 + (without - XP_UINT8) + 1),
                   to = needed > with_sign ? needed : with_sign;
    return clause_has(to) ? to : XP_DEFAULT_DTYPE;
}

/* Some extents become 1, some axes in front are left out. */
static model draw_part(const situation *s, xp_dtype dtype)
{
    const int missing = support_integer(s->random, 0, 2) ? 0 : (int)support_integer(s->random, 0, s->ndim + 1);
    int64_t shape[MODEL_NDIM];
    for (int i = missing; i < s->ndim; i++)
        shape[i - missing] = support_integer(s->random, 0, 4) ? s->shape[i] : 1;
    return model_draw(s->random, MODEL_SPECIAL, dtype, (xp_shape){s->ndim - missing, shape});
}

static model_number spread_element(const model *x, int ndim, const int64_t *index)
{
    int64_t own[MODEL_NDIM];
    for (int i = 0; i < x->ndim; i++)
        own[i] = x->shape[i] == 1 ? 0 : index[ndim - x->ndim + i];
    return x->at[model_at(x, own)];
}

static model chosen(const model *condition, const model *x1, const model *x2, xp_dtype dtype)
{
    const model *const all[] = {condition, x1, x2};
    int64_t shape[MODEL_NDIM], index[MODEL_NDIM];
    int ndim = 0;
    for (int i = 0; i < 3; i++)
        ndim = all[i]->ndim > ndim ? all[i]->ndim : ndim;
    for (int axis = 0; axis < ndim; axis++)
        shape[axis] = 1;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < all[i]->ndim; k++)
            if (all[i]->shape[k] != 1)
                shape[ndim - all[i]->ndim + k] = all[i]->shape[k];
    model out = model_zeros(dtype, (xp_shape){ndim, shape});
    for (int64_t i = 0; i < out.size; i++) {
        model_index(&out, i, index);
        const bool first = spread_element(condition, ndim, index).re != 0;
        out.at[i] = model_cast(spread_element(first ? x1 : x2, ndim, index), dtype);
    }
    return out;
}

/* Zeros keep their signs, NaNs stay where they were chosen and are nowhere else. */
static void chooses_and_broadcasts(const situation *s)
{
    const model condition = draw_part(s, XP_BOOL), x1 = draw_part(s, s->dtype), x2 = draw_part(s, s->dtype);
    const model expected = chosen(&condition, &x1, &x2, s->dtype);
    xp_array *result =
        xp_where(clause_array(&condition, s->device), clause_array(&x1, s->device), clause_array(&x2, s->device));
    EXPECT_SIGNED(result, &expected);
}

static void promotes(const situation *s)
{
    XP_TEST_DTYPES(other, XP_TEST_ANY)
    {
        const xp_dtype dtype = clause_has(other) ? promoted(s->dtype, other) : XP_DEFAULT_DTYPE;
        if (dtype == XP_DEFAULT_DTYPE)
            continue;
        const model condition = draw_part(s, XP_BOOL), x1 = draw_part(s, s->dtype), x2 = draw_part(s, other);
        const model expected = chosen(&condition, &x1, &x2, dtype);
        xp_array *result =
            xp_where(clause_array(&condition, s->device), clause_array(&x1, s->device), clause_array(&x2, s->device));
        EXPECT_ELEMENTS(result, &expected);
    }
}

/* Each kind of scalar that may be mixed with the dtype, on either side. */
static void takes_scalars(const situation *s)
{
    const model condition = draw_part(s, XP_BOOL), x = draw_part(s, s->dtype);
    model one = model_zeros(s->dtype, XP_SHAPE_0D);
    xp_array *scalars[4];
    model_number values[] = {{.re = 1}, {.re = 3}, {.re = 0.5L}, {.re = 0.5L, .im = 2}};
    int first = 1, end = 2;
    if (s->dtype == XP_BOOL)
        first = 0, end = 1;
    else if (model_is(s->dtype, XP_TEST_FLOATING))
        end = model_is(s->dtype, XP_TEST_COMPLEX) ? 4 : 3;
    scalars[0] = xp_scalar_bool(true);
    scalars[1] = xp_scalar(3);
    scalars[2] = xp_scalar(0.5);
    scalars[3] = xp_scalar_complex(0.5, 2);
    for (int i = first; i < end; i++) {
        one.at[0] = values[i];
        const model left = chosen(&condition, &one, &x, s->dtype), right = chosen(&condition, &x, &one, s->dtype);
        EXPECT_ELEMENTS(xp_where(clause_array(&condition, s->device), scalars[i], clause_array(&x, s->device)), &left);
        EXPECT_ELEMENTS(xp_where(clause_array(&condition, s->device), clause_array(&x, s->device), scalars[i]), &right);
    }
}

static void refuses_other_conditions(const situation *s)
{
    xp_array *x = xp_ones(XP_SHAPE(3), s->dtype, s->device);
    if (s->dtype != XP_BOOL)
        EXPECT_ERROR(xp_where(x, x, x));
    EXPECT_ERROR(xp_where(xp_ones(XP_SHAPE(2), XP_BOOL, s->device), x, x));
    EXPECT_ERROR(xp_where(xp_ones(XP_SHAPE(3), XP_BOOL, s->device), x, xp_ones(XP_SHAPE(2), s->dtype, s->device)));
}

/* ---- the chapter ------------------------------------------------------------------------------------------------- */

#define ANY_DTYPE XP_TEST_ANY
#define REAL XP_TEST_REAL
#define RFL XP_TEST_REAL_FLOATING
#define CPX XP_TEST_COMPLEX

#define POSITIONS(name, which)                                                                                         \
    AXIS_CLAUSES(name, which, REAL),                                                                                   \
        CLAUSE(name, which, REAL, SOME_ELEMENTS, finds_the_first, "only the first occurrence is returned"),            \
        CLAUSE(name, which, RFL, EVERY_SHAPE, finds_the_first_nan, "the order of NaNs: the first one is found"),       \
        CLAUSE(name, which, CPX, EVERY_SHAPE, refuses_complex, "complex numbers may be supported: they are not"),      \
        CLAUSE(name, which, REAL, NO_SHAPE, refuses_nothing, "of nothing it is an error")

static const clause clauses[] = {
    POSITIONS("argmax", ARGMAX),
    POSITIONS("argmin", ARGMIN),
    AXIS_CLAUSES("count_nonzero", COUNT_NONZERO, ANY_DTYPE),
    TUPLE_CLAUSES("count_nonzero", COUNT_NONZERO, ANY_DTYPE),
    CLAUSE("count_nonzero", COUNT_NONZERO, ANY_DTYPE, EVERY_SHAPE, counts_special_numbers,
           "complex x: either component is non-zero; bool x: True"),
    CLAUSE("nonzero", 0, ANY_DTYPE, NO_SHAPE, refuses_a_number, "zero-dimensional x must raise an exception"),
    CLAUSE("nonzero", 0, ANY_DTYPE, SOME_AXES, lists_positions, "k arrays of size n, in row-major order"),
    CLAUSE("searchsorted", 0, REAL, EVERY_SHAPE, finds_places,
           "left: x1[i-1] < v <= x1[i], right: x1[i-1] <= v < x1[i]"),
    CLAUSE("searchsorted", 0, REAL, NO_SHAPE, finds_the_ends, "less than all elements: 0, greater than all: M"),
    CLAUSE("searchsorted", 0, REAL, EVERY_SHAPE, searches_through_a_sorter, "sorter: indices that sort x1"),
    CLAUSE("searchsorted", 0, REAL, NO_SHAPE, searches_a_scalar, "a scalar x2 is a zero-dimensional array"),
    CLAUSE("searchsorted", 0, RFL, EVERY_SHAPE, finds_places_of_special_numbers, "NaNs and zeros as sort has them"),
    CLAUSE("searchsorted", 0, REAL, EVERY_SHAPE, refuses_what_is_not_one_dimensional, "x1 must be one-dimensional"),
    CLAUSE("where", 0, ANY_DTYPE, EVERY_SHAPE, chooses_and_broadcasts, "x1_i where the condition is True, else x2_i"),
    CLAUSE("where", 0, ANY_DTYPE, EVERY_SHAPE, promotes, "the dtype is that of type promotion"),
    CLAUSE("where", 0, ANY_DTYPE, EVERY_SHAPE, takes_scalars, "scalars: the dtype is that of the array"),
    CLAUSE("where", 0, ANY_DTYPE, NO_SHAPE, refuses_other_conditions, "condition: bool, broadcast-compatible"),
};

CHECKED_TEST(standard_searching, every_clause_holds)
{
    CHECK_CLAUSES("searching functions", clauses);
}
