/* The chapter on statistical functions, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "reductions.h"

static xp_dtype sum_dtype(const situation *s)
{
    return situation_sum_dtype(s, s->dtype);
}

/* ---- sum, prod --------------------------------------------------------------------------------------------------- */

/* The dtype without the keyword: x's, but the default integer dtype and the unsigned one of its size for smaller ones.
 * All elements of the dtype may be there: they are cast before they are summed. */
static void grows_small_integers(const situation *s)
{
    const model x = situation_draw(s, s->clause->which == SUM ? MODEL_WIDE : MODEL_SIGNS);
    reduction_check(s, &x, (1u << s->ndim) - 1, false, XP_ALL);
    if (s->ndim > 0)
        reduction_check(s, &x, 1, true, XP_OVER(0));
}

/* Every dtype that the elements may be cast to without leaving their kind's order: integers, floating, complex. */
static void casts_before_it_computes(const situation *s)
{
    const bool is_sum = s->clause->which == SUM;
    const model x = situation_draw(s, is_sum ? MODEL_WHOLE : MODEL_SIGNS);
    const unsigned set = model_is(s->dtype, XP_TEST_INTEGRAL)        ? XP_TEST_NUMERIC
                         : model_is(s->dtype, XP_TEST_REAL_FLOATING) ? XP_TEST_FLOATING
                                                                      : XP_TEST_COMPLEX;
    xp_array *array = clause_array(&x, s->device);
    XP_TEST_DTYPES(dtype, set)
    {
        uint32_t axes;
        const xp_over over = xp_result_dtype(situation_draw_axes(s, &axes), dtype);
        const fold_context how = {s->dtype, dtype, 0};
        const bool may_overflow = !is_sum && x.size > 100 && model_is(dtype, XP_TEST_COMPLEX);
        if (!clause_has(dtype) || may_overflow) /* complex infinities depend on the order */
            continue;
        const model expected = model_reduce(&x, axes, false, dtype, is_sum ? fold_sum : fold_prod, &how);
        EXPECT_ELEMENTS(reductions[s->clause->which].call(array, over), &expected);
    }
}

/* 2^24 and many quarters, which only float64 can add up. */
static void sums_in_the_dtype_asked_for(const situation *s)
{
    const int64_t n = 1025;
    if (!clause_has(XP_FLOAT64)) {
        EXPECT_THAT(true, "no float64");
        return;
    }
    model x = model_zeros(XP_FLOAT32, XP_SHAPE(n));
    for (int64_t i = 0; i < n; i++)
        x.at[i].re = i == 0 ? 16777216.0L : 0.25L;
    xp_array *sum = xp_sum(clause_array(&x, s->device), xp_result_dtype(XP_ALL, XP_FLOAT64));
    EXPECT_NUMBER(sum, XP_FLOAT64, 16777472.0L);
    xp_array *so_far = xp_cumulative_sum(clause_array(&x, s->device), 0, XP_FLOAT64, false);
    EXPECT_NUMBER(xp_get(so_far, XP_INDEX(xp_at(1))), XP_FLOAT64, 16777216.25L);
    EXPECT_NUMBER(xp_get(so_far, XP_INDEX(xp_at(-1))), XP_FLOAT64, 16777472.0L);
}

static void gives_the_identity_for_nothing(const situation *s)
{
    const bool is_sum = s->clause->which == SUM;
    const int64_t shapes[][3] = {{0, 2, 3}, {2, 0, 3}, {2, 3, 0}};
    EXPECT_NUMBER(reductions[s->clause->which].call(xp_zeros(XP_SHAPE(0), s->dtype, s->device), XP_ALL),
                  sum_dtype(s), !is_sum);
    for (int i = 0; i < 3; i++) {
        const model x = model_zeros(s->dtype, (xp_shape){3, shapes[i]});
        xp_array *result = reductions[s->clause->which].call(clause_array(&x, s->device), XP_OVER(i));
        model expected = model_zeros(sum_dtype(s), XP_SHAPE(2, 3));
        for (int64_t k = 0; k < expected.size; k++)
            expected.at[k] = (model_number){.re = !is_sum};
        EXPECT_SIGNED(result, &expected);
        reduction_check(s, &x, 7, true, XP_ALL);
    }
}

/* NaNs, infinities and zeros with signs, along each axis, against one call after the other. Complex products, whose
 * special cases depend on their order, are of two. */
static void applies_successively(const situation *s)
{
    const bool is_sum = s->clause->which == SUM || s->clause->which == CUMULATIVE_SUM;
    const bool is_running = s->clause->which == CUMULATIVE_SUM || s->clause->which == CUMULATIVE_PROD;
    const int most = !is_sum && model_is(s->dtype, XP_TEST_COMPLEX) ? 2 : 6;
    for (int64_t n = 1; n <= most; n++) {
        const model x = model_draw(s->random, MODEL_SPECIAL, s->dtype, XP_SHAPE(n, 40));
        xp_array *array = clause_array(&x, s->device), *all = xp_get(array, XP_INDEX(xp_at(0), xp_ellipsis()));
        xp_array *so_far = is_sum ? xp_cumulative_sum(array, 0, XP_DEFAULT_DTYPE, false)
                                  : xp_cumulative_prod(array, 0, XP_DEFAULT_DTYPE, false);
        for (int64_t i = 0; i < n; i++) {
            xp_array *next = xp_get(array, XP_INDEX(xp_at(i), xp_ellipsis()));
            all = i == 0 ? all : is_sum ? xp_add(all, next) : xp_multiply(all, next);
            if (is_running) {
                const model expected = model_of(all);
                EXPECT_SIGNED(xp_get(so_far, XP_INDEX(xp_at(i), xp_ellipsis())), &expected);
            }
        }
        const model expected = model_of(all);
        if (!is_running)
            EXPECT_SIGNED(reductions[s->clause->which].call(array, XP_OVER(0)), &expected);
    }
}

/* ---- mean, var, std, max, min ------------------------------------------------------------------------------------ */

/* Whatever stands in the other elements, along any axes. */
static void propagates_nan(const situation *s)
{
    const int which = s->clause->which;
    const bool is_complex = model_is(s->dtype, XP_TEST_COMPLEX);
    model x = situation_draw(s, MODEL_WHOLE);
    x.constant = 0;
    for (int part = 0; part <= is_complex; part++) {
        const int64_t place = support_integer(s->random, 0, x.size);
        const model_number before = x.at[place];
        x.at[place] = part ? (model_number){before.re, NAN, 0} : (model_number){NAN, before.im, 0};
        for (int i = 0; i < 3; i++) {
            uint32_t axes;
            const xp_over over = situation_draw_axes(s, &axes);
            reduction_check(s, &x, axes, false, over);
        }
        const model whole = model_of(reductions[which].call(clause_array(&x, s->device), XP_ALL));
        EXPECT_THAT(isnan(part ? whole.at[0].im : whole.at[0].re), "NaN in a part is lost");
        EXPECT_THAT(!is_complex || !isnan(part ? whole.at[0].re : whole.at[0].im), "NaN is in the other part, too");
        x.at[place] = before;
    }
}

/* Infinities and NaNs among the others, parts by themselves. */
static void treats_parts_apart(const situation *s)
{
    const model x = situation_draw(s, MODEL_SPECIAL);
    uint32_t axes;
    const xp_over over = situation_draw_axes(s, &axes);
    reduction_check(s, &x, axes, false, over);
}

static void gives_nan_for_nothing(const situation *s)
{
    const bool is_complex = model_is(s->dtype, XP_TEST_COMPLEX);
    xp_array *x = xp_zeros(XP_SHAPE(3, 0), s->dtype, s->device);
    xp_array *(*const call)(xp_array *, xp_over) = reductions[s->clause->which].call;
    xp_array *results[] = {call(x, XP_ALL), call(x, XP_OVER(-1))};
    for (int i = 0; i < 2; i++) {
        model expected = model_zeros(reduction_dtype(s, s->clause->which), (xp_shape){i, (const int64_t[]){3}});
        for (int64_t k = 0; k < expected.size; k++)
            expected.at[k] = (model_number){NAN, is_complex ? NAN : 0, 0};
        EXPECT_ELEMENTS(results[i], &expected);
    }
}

static void corrects(const situation *s)
{
    static const double corrections[] = {0, 1, 0.5, -1.5, 2, 4, 4.5, 5, 1000};
    const int which = s->clause->which;
    const model x = situation_draw(s, MODEL_WIDE);
    xp_array *array = clause_array(&x, s->device);
    for (size_t i = 0; i < sizeof corrections / sizeof corrections[0]; i++) {
        uint32_t axes;
        const xp_over over = situation_draw_axes(s, &axes);
        const fold_context how = {s->dtype, reduction_dtype(s, which), corrections[i]};
        const model expected = model_reduce(&x, axes, false, how.to, reductions[which].fold, &how);
        EXPECT_ELEMENTS(reductions[which].call(array, xp_correction(over, corrections[i])), &expected);
    }
}

static void is_nan_without_freedom(const situation *s)
{
    const int which = s->clause->which;
    const model x = model_draw(s->random, MODEL_WIDE, s->dtype, XP_SHAPE(4, 3));
    xp_array *array = clause_array(&x, s->device);
    for (double correction = 3; correction < 6; correction += 0.5) {
        const model all = model_of(reductions[which].call(array, xp_correction(XP_OVER(0), correction)));
        for (int64_t i = 0; i < all.size; i++)
            EXPECT_THAT(isnan(all.at[i].re) == (correction >= 4), "with correction %g: %Lg", correction,
                        all.at[i].re);
    }
    const model one =
        model_of(reductions[which].call(xp_ones(XP_SHAPE_0D, s->dtype, s->device), xp_correction(XP_ALL, 1)));
    EXPECT_THAT(isnan(one.at[0].re), "one element with correction 1: %Lg", one.at[0].re);
}

/* Documented: an error where the result would have an element; an empty result is fine. */
static void refuses_nothing(const situation *s)
{
    xp_array *(*const call)(xp_array *, xp_over) = reductions[s->clause->which].call;
    xp_array *x = xp_zeros(XP_SHAPE(3, 0, 2), s->dtype, s->device);
    EXPECT_ERROR(call(x, XP_ALL));
    EXPECT_ERROR(call(x, XP_OVER(1)));
    model expected = model_zeros(reduction_dtype(s, s->clause->which), XP_SHAPE(0, 2));
    EXPECT_ELEMENTS(call(x, XP_OVER(0)), &expected);
}

/* ---- running sums and products ----------------------------------------------------------------------------------- */

static xp_array *run(const situation *s, xp_array *x, int axis, xp_dtype dtype, bool include_initial)
{
    return s->clause->which == CUMULATIVE_SUM ? xp_cumulative_sum(x, axis, dtype, include_initial)
                                              : xp_cumulative_prod(x, axis, dtype, include_initial);
}

static void check_running(const situation *s, const model *x, int axis, int written, xp_dtype dtype, bool initial)
{
    const bool is_sum = s->clause->which == CUMULATIVE_SUM;
    const xp_dtype to = dtype == XP_DEFAULT_DTYPE ? sum_dtype(s) : dtype;
    const running r = {{s->dtype, to, 0}, is_sum};
    const model expected = model_lines(x, axis, x->shape[axis] + initial, to, running_line, &r);
    EXPECT_ELEMENTS(run(s, clause_array(x, s->device), written, dtype, initial), &expected);
}

static void runs_along_an_axis(const situation *s)
{
    const model x = situation_draw(s, s->clause->which == CUMULATIVE_SUM ? MODEL_WHOLE : MODEL_SIGNS);
    for (int axis = -s->ndim; axis < s->ndim; axis++)
        check_running(s, &x, (axis + s->ndim) % s->ndim, axis, XP_DEFAULT_DTYPE, false);
}

static void includes_the_initial_value(const situation *s)
{
    const model x = situation_draw(s, s->clause->which == CUMULATIVE_SUM ? MODEL_WHOLE : MODEL_SIGNS);
    for (int axis = 0; axis < s->ndim; axis++)
        check_running(s, &x, axis, axis - s->ndim, XP_DEFAULT_DTYPE, true);
}

static void refuses_axes_of_running_sums(const situation *s)
{
    const model x = situation_draw(s, MODEL_WHOLE);
    xp_array *array = clause_array(&x, s->device);
    EXPECT_ERROR(run(s, array, s->ndim, XP_DEFAULT_DTYPE, false));
    EXPECT_ERROR(run(s, array, -s->ndim - 1, XP_DEFAULT_DTYPE, true));
}

static void needs_an_axis(const situation *s)
{
    const model x = situation_draw(s, s->clause->which == CUMULATIVE_SUM ? MODEL_WHOLE : MODEL_SIGNS);
    if (s->ndim == 1)
        check_running(s, &x, 0, XP_FLAT, XP_DEFAULT_DTYPE, true);
    else
        EXPECT_ERROR(run(s, clause_array(&x, s->device), XP_FLAT, XP_DEFAULT_DTYPE, false));
}

static void runs_in_the_dtype(const situation *s)
{
    const model x = situation_draw(s, s->clause->which == CUMULATIVE_SUM ? MODEL_WHOLE : MODEL_SIGNS);
    const unsigned set = model_is(s->dtype, XP_TEST_INTEGRAL)        ? XP_TEST_NUMERIC
                         : model_is(s->dtype, XP_TEST_REAL_FLOATING) ? XP_TEST_FLOATING
                                                                      : XP_TEST_COMPLEX;
    XP_TEST_DTYPES(dtype, set)
    {
        int written;
        const int axis = situation_draw_axis(s, &written);
        const bool may_overflow =
            s->clause->which == CUMULATIVE_PROD && x.size > 100 && model_is(dtype, XP_TEST_COMPLEX);
        if (clause_has(dtype) && !may_overflow)
            check_running(s, &x, axis, written, dtype, support_integer(s->random, 0, 2));
    }
}

/* ---- the chapter ------------------------------------------------------------------------------------------------- */

#define NUM XP_TEST_NUMERIC
#define REAL XP_TEST_REAL
#define FLO XP_TEST_FLOATING
#define RFL XP_TEST_REAL_FLOATING
#define INTEGERS_AND_BOOL (XP_TEST_INTEGRAL | XP_TEST_BOOL)

#define SUMS(name, which)                                                                                              \
    AXIS_CLAUSES(name, which, NUM), TUPLE_CLAUSES(name, which, NUM),                                                   \
        CLAUSE(name, which, NUM, EVERY_SHAPE, grows_small_integers,                                                    \
               "dtype None: x's, for small integers the default"),                                                     \
        CLAUSE(name, which, NUM, EVERY_SHAPE, casts_before_it_computes, "dtype: the input is cast before computing"),  \
        CLAUSE(name, which, NUM, NO_SHAPE, gives_the_identity_for_nothing, "if M is 0, it must be the identity"),      \
        CLAUSE(name, which, FLO, NO_SHAPE, applies_successively, "special cases as if by successive application")
#define MOMENTS(name, which, dtypes)                                                                                   \
    AXIS_CLAUSES(name, which, dtypes), TUPLE_CLAUSES(name, which, dtypes),                                             \
        CLAUSE(name, which, dtypes, SOME_ELEMENTS, propagates_nan, "if x_i is NaN, the result must be NaN"),           \
        BEYOND(name, which, INTEGERS_AND_BOOL, EVERY_SHAPE, reduces_several_axes,                                      \
               "integers: the default floating dtype")
#define DEVIATIONS(name, which)                                                                                        \
    MOMENTS(name, which, RFL), CLAUSE(name, which, RFL, EVERY_SHAPE, corrects, "correction: the divisor is M - c"),    \
        CLAUSE(name, which, RFL, NO_SHAPE, is_nan_without_freedom, "if M - correction <= 0, it must be NaN"),          \
        CLAUSE(name, which, RFL, NO_SHAPE, gives_nan_for_nothing, "if M is 0, M - correction is, too: NaN")
#define EXTREMA(name, which)                                                                                           \
    AXIS_CLAUSES(name, which, REAL), TUPLE_CLAUSES(name, which, REAL),                                                 \
        CLAUSE(name, which, RFL, SOME_ELEMENTS, propagates_nan, "if x_i is NaN, the result must be NaN"),              \
        CLAUSE(name, which, RFL, EVERY_SHAPE, treats_parts_apart, "infinities and zeros are numbers like others"),     \
        CLAUSE(name, which, REAL, NO_SHAPE, refuses_nothing, "of zero elements implementation-defined: an error")
#define RUNNING(name, which)                                                                                           \
    CLAUSE(name, which, NUM, SOME_AXES, runs_along_an_axis, "an axis is on [-N, N); out has the shape of x"),          \
        CLAUSE(name, which, NUM, EVERY_SHAPE, refuses_axes_of_running_sums,                                            \
               "an invalid axis must raise an exception"),                                                             \
        CLAUSE(name, which, NUM, SOME_AXES, needs_an_axis, "axis optional for one dimension, required for more"),      \
        CLAUSE(name, which, NUM, SOME_AXES, runs_in_the_dtype, "dtype: the input is cast before computing"),           \
        CLAUSE(name, which, NUM, SOME_AXES, includes_the_initial_value,                                                \
               "include_initial: the identity, M + 1 elements"),                                                       \
        CLAUSE(name, which, FLO, NO_SHAPE, applies_successively, "special cases as if by successive application")

static const clause clauses[] = {
    RUNNING("cumulative_prod", CUMULATIVE_PROD),
    RUNNING("cumulative_sum", CUMULATIVE_SUM),
    EXTREMA("max", MAX),
    MOMENTS("mean", MEAN, FLO),
    CLAUSE("mean", MEAN, FLO, NO_SHAPE, gives_nan_for_nothing, "if M is 0, it must be NaN, of complex x NaN + NaN j"),
    CLAUSE("mean", MEAN, FLO, EVERY_SHAPE, treats_parts_apart, "special cases apply to both parts independently"),
    EXTREMA("min", MIN),
    SUMS("prod", PROD),
    DEVIATIONS("std", STD),
    SUMS("sum", SUM),
    CLAUSE("sum", SUM, XP_TEST_DTYPE(XP_FLOAT32), NO_SHAPE, sums_in_the_dtype_asked_for, "dtype prevents overflows"),
    DEVIATIONS("var", VAR),
};

CHECKED_TEST(standard_statistical, every_clause_holds)
{
    CHECK_CLAUSES("statistical functions", clauses);
}
