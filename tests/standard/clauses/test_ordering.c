/* The chapters on sorting and on sets, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>

#include "clauses.h"
#include "model_lines.h"

/* ---- sort, argsort ----------------------------------------------------------------------------------------------- */

typedef struct order {
    bool descending;
    bool positions;
} order;

/* NaNs stand at the end of numbers, at their beginning where these descend; zeros are equal. */
static bool stands_before(model_number a, model_number b, bool descending)
{
    if (descending)
        return model_is_nan(a) ? !model_is_nan(b) : a.re > b.re;
    return model_is_nan(b) ? !model_is_nan(a) : a.re < b.re;
}

/* Insertion, which leaves equal elements in their order. */
static void sort_line(const model_number *from, int64_t n, model_number *to, int64_t extent, const void *context)
{
    const order *how = context;
    int64_t places[1000];
    cr_assert(n <= 1000 && extent == n);
    for (int64_t i = 0; i < n; i++) {
        int64_t at = i;
        for (; at > 0 && stands_before(from[i], from[places[at - 1]], how->descending); at--)
            places[at] = places[at - 1];
        places[at] = i;
    }
    for (int64_t i = 0; i < n; i++)
        to[i] = how->positions ? (model_number){.re = (long double)places[i]} : from[places[i]];
}

enum { SORT, ARGSORT, UNIQUE_VALUES, UNIQUE_COUNTS, UNIQUE_INVERSE, UNIQUE_ALL };

static xp_array *sorted(const situation *s, xp_array *x, int axis, bool descending, bool stable)
{
    return s->clause->which == SORT ? xp_sort(x, axis, descending, stable) : xp_argsort(x, axis, descending, stable);
}

static model expected_order(const situation *s, const model *x, int axis, bool descending)
{
    const bool positions = s->clause->which == ARGSORT;
    const xp_dtype dtype = positions ? situation_index_dtype(s) : s->dtype;
    return model_lines(x, axis, x->shape[axis], dtype, sort_line, &(order){descending, positions});
}

static void check_order(const situation *s, model_range range, bool descending)
{
    const model x = situation_draw(s, range);
    xp_array *array = clause_array(&x, s->device);
    for (int axis = 0; axis < s->ndim; axis++) {
        const model expected = expected_order(s, &x, axis, descending);
        EXPECT_SIGNED(sorted(s, array, axis, descending, true), &expected);
        EXPECT_SIGNED(sorted(s, array, axis - s->ndim, descending, true), &expected);
    }
    EXPECT_ELEMENTS(array, &x); /* what was sorted is a copy */
}

static void sorts_ascending(const situation *s)
{
    check_order(s, MODEL_WIDE, false);
}

static void sorts_descending(const situation *s)
{
    check_order(s, MODEL_WIDE, true);
}

static void keeps_the_order_of_equals(const situation *s)
{
    check_order(s, MODEL_FEW, false);
    check_order(s, MODEL_FEW, true);
}

static void sorts_special_numbers(const situation *s)
{
    check_order(s, MODEL_SPECIAL, false);
    check_order(s, MODEL_SPECIAL, true);
}

/* The elements along the positions are sorted, and each position is there once. */
static void check_positions(const situation *s, const model *x, const model *places, int axis, bool descending)
{
    const int64_t n = s->shape[axis];
    const model sorted_x = model_lines(x, axis, n, s->dtype, sort_line, &(order){descending, false});
    const model sorted_places = model_lines(places, axis, n, XP_INT64, sort_line, &(order){false, false});
    int64_t index[MODEL_NDIM];
    for (int64_t i = 0; i < x->size; i++) {
        model_index(x, i, index);
        const bool is_there = sorted_places.at[i].re == (long double)index[axis];
        EXPECT_THAT(is_there, "position %lld of a line is missing", (long long)index[axis]);
        const int64_t place = is_there ? (int64_t)places->at[i].re : 0;
        index[axis] = place >= 0 && place < n ? place : 0;
        const model_number picked = x->at[model_at(x, index)], wanted = sorted_x.at[i];
        EXPECT_THAT(picked.re == wanted.re || (isnan(picked.re) && isnan(wanted.re)), "element %lld is not in order",
                    (long long)i);
    }
}

static void sorts_without_stability(const situation *s)
{
    const model x = situation_draw(s, MODEL_SPECIAL);
    for (int axis = 0; axis < s->ndim; axis++)
        for (int descending = 0; descending < 2; descending++) {
            xp_array *result = sorted(s, clause_array(&x, s->device), axis, descending, false);
            if (s->clause->which == SORT) {
                const model expected = expected_order(s, &x, axis, descending);
                EXPECT_ELEMENTS(result, &expected);
                continue;
            }
            const model places = model_of(result);
            EXPECT_THAT(places.dtype == situation_index_dtype(s), "the dtype is %s", xp_test_dtype_name(places.dtype));
            check_positions(s, &x, &places, axis, descending);
        }
}

static void refuses_an_invalid_axis(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    xp_array *array = clause_array(&x, s->device);
    EXPECT_ERROR(sorted(s, array, s->ndim, false, true));
    EXPECT_ERROR(sorted(s, array, -s->ndim - 1, true, true));
    if (s->ndim == 0)
        EXPECT_ERROR(sorted(s, array, -1, false, false));
}

static void refuses_complex(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    EXPECT_ERROR(sorted(s, clause_array(&x, s->device), -1, false, true));
}

/* ---- unique ------------------------------------------------------------------------------------------------------ */

/* What a call gave; what it does not give is NULL. */
typedef struct distinct {
    xp_array *values, *indices, *inverse, *counts;
} distinct;

static distinct find_distinct(const situation *s, xp_array *x)
{
    switch (s->clause->which) {
    case UNIQUE_VALUES:
        return (distinct){xp_unique_values(x), NULL, NULL, NULL};
    case UNIQUE_COUNTS: {
        const xp_unique_counts_result r = xp_unique_counts(x);
        return (distinct){r.values, NULL, NULL, r.counts};
    }
    case UNIQUE_INVERSE: {
        const xp_unique_inverse_result r = xp_unique_inverse(x);
        return (distinct){r.values, NULL, r.inverse_indices, NULL};
    }
    default: {
        const xp_unique_all_result r = xp_unique_all(x);
        return (distinct){r.values, r.indices, r.inverse_indices, r.counts};
    }
    }
}

/* By value, as equal has it: a NaN, or a pair with one, is no number but itself. */
static bool are_equal(model_number a, model_number b)
{
    return a.re == b.re && a.im == b.im;
}

static bool are_alike(model_number a, model_number b)
{
    const bool re = a.re == b.re || (isnan(a.re) && isnan(b.re)), im = a.im == b.im || (isnan(a.im) && isnan(b.im));
    return re && im;
}

static int64_t count_equal(const model *x, model_number v)
{
    int64_t count = 0;
    for (int64_t i = 0; i < x->size; i++)
        count += are_equal(x->at[i], v);
    return count;
}

static int64_t count_alike(const model *x, model_number v)
{
    int64_t count = 0;
    for (int64_t i = 0; i < x->size; i++)
        count += are_alike(x->at[i], v);
    return count;
}

/* The values are one-dimensional, and each of x's is there once, NaNs as often as x has them. */
static model check_values(const situation *s, const model *x, xp_array *values)
{
    const model out = model_of(values);
    EXPECT_THAT(out.ndim == 1 && out.dtype == s->dtype, "%d dimensions, %s", out.ndim,
                xp_test_dtype_name(out.dtype));
    int64_t numbers = 0;
    for (int64_t i = 0; i < out.size; i++) {
        const bool is_nan = model_is_nan(out.at[i]);
        const int64_t there = count_alike(x, out.at[i]), here = count_alike(&out, out.at[i]);
        EXPECT_THAT(there > 0 && here == (is_nan ? there : 1), "(%Lg, %Lg) is there %lld times, %lld times in x",
                    out.at[i].re, out.at[i].im, (long long)here, (long long)there);
        numbers += is_nan ? 1 : there;
    }
    EXPECT_THAT(numbers == x->size, "%lld of %lld elements have a value", (long long)numbers, (long long)x->size);
    return out;
}

static bool has_shape(const situation *s, xp_array *result, int ndim, const int64_t *shape)
{
    bool fits = xp_ok(result) && xp_ndim(result) == ndim && xp_dtype_of(result) == situation_index_dtype(s);
    for (int i = 0; fits && i < ndim; i++)
        fits = xp_extent(result, i) == shape[i];
    EXPECT_THAT(fits, "shape or dtype is another one");
    return fits;
}

static void check_distinct(const situation *s, const model *x)
{
    const distinct r = find_distinct(s, clause_array(x, s->device));
    const model values = check_values(s, x, r.values);
    if (r.counts && has_shape(s, r.counts, 1, values.shape)) {
        const model counts = model_of(r.counts);
        for (int64_t i = 0; i < counts.size; i++) {
            const int64_t there = model_is_nan(values.at[i]) ? 1 : count_equal(x, values.at[i]);
            EXPECT_THAT(counts.at[i].re == (long double)there, "%Lg is counted %Lg times, expected %lld",
                        values.at[i].re, counts.at[i].re, (long long)there);
        }
    }
    if (r.inverse && has_shape(s, r.inverse, x->ndim, x->shape)) {
        const model inverse = model_of(r.inverse);
        for (int64_t i = 0; i < inverse.size; i++) {
            const int64_t at = (int64_t)inverse.at[i].re;
            const bool fits = at >= 0 && at < values.size && are_alike(values.at[at], x->at[i]);
            EXPECT_THAT(fits, "element %lld is not restored", (long long)i);
        }
    }
    if (r.indices && has_shape(s, r.indices, 1, values.shape)) {
        const model indices = model_of(r.indices);
        for (int64_t i = 0; i < indices.size; i++) {
            int64_t at = (int64_t)indices.at[i].re, before = 0;
            const bool fits = at >= 0 && at < x->size && are_alike(values.at[i], x->at[at]);
            for (int64_t k = 0; fits && k < at; k++)
                before += are_equal(x->at[k], values.at[i]);
            EXPECT_THAT(fits && before == 0, "%lld is not where value %lld occurs first", (long long)at,
                        (long long)i);
        }
    }
}

static void finds_distinct_elements(const situation *s)
{
    const model few = situation_draw(s, MODEL_FEW), wide = situation_draw(s, MODEL_WIDE);
    check_distinct(s, &few);
    check_distinct(s, &wide);
}

static void keeps_nans_apart(const situation *s)
{
    const model x = situation_draw(s, MODEL_SPECIAL);
    check_distinct(s, &x);
}

/* Nothing but zeros, of both signs. */
static void does_not_tell_zeros_apart(const situation *s)
{
    model x = situation_draw(s, MODEL_FEW);
    for (int64_t i = 0; i < x.size; i++)
        x.at[i] = (model_number){.re = support_integer(s->random, 0, 2) ? -0.0L : 0.0L};
    if (model_is(s->dtype, XP_TEST_COMPLEX))
        for (int64_t i = 0; i < x.size; i++)
            x.at[i].im = support_integer(s->random, 0, 2) ? -0.0L : 0.0L;
    x.constant = 0;
    check_distinct(s, &x);
    const distinct r = find_distinct(s, clause_array(&x, s->device));
    EXPECT_THAT(xp_size(r.values) == (x.size > 0), "%lld values", (long long)xp_size(r.values));
}

/* ---- isin -------------------------------------------------------------------------------------------------------- */

static model membership(const model *x1, const model *x2, bool invert)
{
    model out = model_zeros(XP_BOOL, model_shape_of(x1));
    for (int64_t i = 0; i < out.size; i++)
        out.at[i] = (model_number){.re = (count_equal(x2, x1->at[i]) > 0) != invert};
    return out;
}

static void check_membership(const situation *s, const model *x1, const model *x2)
{
    xp_array *first = clause_array(x1, s->device), *second = clause_array(x2, s->device);
    for (int invert = 0; invert < 2; invert++) {
        const model expected = membership(x1, x2, invert);
        EXPECT_ELEMENTS(xp_isin(first, second, invert), &expected);
    }
}

static void tests_membership(const situation *s)
{
    static const int64_t shapes[][2] = {{3, 2}, {0, 2}, {1, 1}, {40, 5}};
    for (int i = 0; i < 4; i++) {
        const model x1 = situation_draw(s, MODEL_WHOLE),
                     x2 = model_draw(s->random, MODEL_WHOLE, s->dtype, (xp_shape){2, shapes[i]});
        check_membership(s, &x1, &x2);
    }
    const model x1 = situation_draw(s, MODEL_SPECIAL), x2 = model_draw(s->random, MODEL_SPECIAL, s->dtype, XP_SHAPE_0D);
    check_membership(s, &x1, &x2);
}

/* The greatest ones of each dtype: values are compared, not bits. */
static void compares_across_dtypes(const situation *s)
{
    XP_TEST_DTYPES(other, XP_TEST_INTEGRAL)
    {
        const bool mixes_signs = model_is(s->dtype, XP_TEST_SIGNED) != model_is(other, XP_TEST_SIGNED);
        const bool is_widest = s->dtype == XP_UINT64 || other == XP_UINT64;
        const bool needs_more = (s->dtype == XP_UINT32 || other == XP_UINT32) && !clause_has(XP_INT64);
        if (!clause_has(other) || (mixes_signs && (is_widest || needs_more))) /* promotes to nothing */
            continue;
        const model few = situation_draw(s, MODEL_FEW), wide = situation_draw(s, MODEL_WIDE);
        const model x2 = model_draw(s->random, MODEL_FEW, other, XP_SHAPE(4));
        const model wide2 = model_draw(s->random, MODEL_WIDE, other, XP_SHAPE(30));
        check_membership(s, &few, &x2);
        check_membership(s, &wide, &wide2);
    }
}

static void takes_scalars(const situation *s)
{
    model x = situation_draw(s, MODEL_FEW), one = model_zeros(s->dtype, XP_SHAPE_0D);
    for (int v = 0; v < 5; v++) {
        one.at[0] = (model_number){.re = v};
        const model left = membership(&one, &x, false), right = membership(&x, &one, true);
        EXPECT_ELEMENTS(xp_isin(xp_scalar(v), clause_array(&x, s->device), false), &left);
        EXPECT_ELEMENTS(xp_isin(clause_array(&x, s->device), xp_scalar(v), true), &right);
    }
    EXPECT_ERROR(xp_isin(xp_scalar(1), xp_scalar(1), false));
}

static void finds_nan_nowhere(const situation *s)
{
    const model x1 = situation_draw(s, MODEL_SPECIAL),
                 x2 = model_draw(s->random, MODEL_SPECIAL, s->dtype, XP_SHAPE(12));
    check_membership(s, &x1, &x2);
}

/* ---- the chapters ------------------------------------------------------------------------------------------------ */

#define ANY_DTYPE XP_TEST_ANY
#define REAL XP_TEST_REAL
#define FLO XP_TEST_FLOATING

#define SORTS(name, which)                                                                                             \
    CLAUSE(name, which, REAL, SOME_AXES, sorts_ascending, "ascending along an axis on [-N, N); shape as x, a copy"),   \
        CLAUSE(name, which, REAL, SOME_AXES, sorts_descending, "descending: in descending order by value"),            \
        CLAUSE(name, which, REAL, SOME_AXES, keeps_the_order_of_equals, "stable: equal values keep their order"),      \
        CLAUSE(name, which, REAL, SOME_AXES, sorts_without_stability, "not stable: in order all the same"),            \
        CLAUSE(name, which, XP_TEST_REAL_FLOATING, SOME_AXES, sorts_special_numbers,                                   \
               "zeros are equal; NaNs at an end"),                                                                     \
        CLAUSE(name, which, REAL, EVERY_SHAPE, refuses_an_invalid_axis, "an invalid axis must raise an exception"),    \
        CLAUSE(name, which, XP_TEST_COMPLEX, SOME_AXES, refuses_complex,                                               \
               "complex numbers may be supported: they are not")
#define UNIQUES(name, which)                                                                                           \
    CLAUSE(name, which, ANY_DTYPE, EVERY_SHAPE, finds_distinct_elements, "of the flattened x; shapes, dtypes, order"), \
        CLAUSE(name, which, FLO, EVERY_SHAPE, keeps_nans_apart, "NaNs should be distinct, with a count of one each"),  \
        CLAUSE(name, which, FLO, EVERY_SHAPE, does_not_tell_zeros_apart, "signed zeros should not be distinct")

static const clause sorting[] = {
    SORTS("argsort", ARGSORT),
    SORTS("sort", SORT),
};

static const clause sets[] = {
    CLAUSE("isin", 0, XP_TEST_INTEGRAL, EVERY_SHAPE, tests_membership, "x1's shape, bool; invert: not in x2"),
    CLAUSE("isin", 0, XP_TEST_INTEGRAL, EVERY_SHAPE, compares_across_dtypes, "determined by value equality"),
    CLAUSE("isin", 0, XP_TEST_INTEGRAL, EVERY_SHAPE, takes_scalars, "a scalar x1: zero-dimensional; one is an array"),
    BEYOND("isin", 0, FLO | XP_TEST_BOOL, EVERY_SHAPE, tests_membership, "other dtypes than integers"),
    BEYOND("isin", 0, FLO, EVERY_SHAPE, finds_nan_nowhere, "value equality: zeros are equal, NaN is in nothing"),
    UNIQUES("unique_all", UNIQUE_ALL),
    UNIQUES("unique_counts", UNIQUE_COUNTS),
    UNIQUES("unique_inverse", UNIQUE_INVERSE),
    UNIQUES("unique_values", UNIQUE_VALUES),
};

CHECKED_TEST(standard_ordering, every_clause_of_sorting_holds)
{
    CHECK_CLAUSES("sorting functions", sorting);
}

CHECKED_TEST(standard_ordering, every_clause_of_sets_holds)
{
    CHECK_CLAUSES("set functions", sets);
}
