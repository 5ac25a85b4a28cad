/* Random reductions, and running sums and products, against plain loops, with dtypes, shapes, axes and layouts drawn.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "reductions.h"

enum { MOST_AT_ONCE = 4, CASES = 600 };

/* A reduction that was asked for. */
typedef struct asked {
    int which;
    uint32_t axes;
    bool keepdims;
    fold_context how;
    xp_array *result;
} asked;

static bool takes(const situation *s, int which)
{
    const bool is_complex = model_is(s->dtype, XP_TEST_COMPLEX), is_bool = s->dtype == XP_BOOL;
    const bool is_floating = model_is(s->dtype, XP_TEST_FLOATING);
    const bool beyond = xp_test_can(s->device, XP_TEST_BEYOND_STANDARD);
    switch (which) {
    case SUM:
    case PROD:
        return !is_bool;
    case MEAN:
        return is_floating || beyond;
    case VAR:
    case STD:
        return !is_complex && (is_floating || beyond);
    case COUNT_NONZERO:
    case ALL:
    case ANY:
        return true;
    default:
        return !is_complex && !is_bool;
    }
}

static model_range draw_range(const situation *s)
{
    static const model_range ranges[] = {MODEL_FEW, MODEL_WHOLE, MODEL_WIDE, MODEL_SPECIAL, MODEL_SIGNS};
    return ranges[support_integer(s->random, 0, 5)];
}

/* The order of complex factors shows in special cases, that of others in what over- and underflows. */
static bool is_any_order_right(const situation *s, int which, model_range range)
{
    const bool is_floating = model_is(s->dtype, XP_TEST_FLOATING);
    if (which != PROD || !is_floating || range == MODEL_SIGNS)
        return true;
    return range == MODEL_SPECIAL && !model_is(s->dtype, XP_TEST_COMPLEX);
}

static bool draw_reduction(const situation *s, const model *x, model_range range, xp_array *array, asked *to)
{
    int which, written;
    do
        which = (int)support_integer(s->random, SUM, ANY + 1);
    while (!takes(s, which) || !is_any_order_right(s, which, range));
    *to = (asked){.which = which, .keepdims = support_integer(s->random, 0, 2)};
    to->how = (fold_context){s->dtype, reduction_dtype(s, which), 0};
    xp_over over = XP_ALL;
    to->axes = (1u << s->ndim) - 1;
    if (!reductions[which].one_axis) {
        over = situation_draw_axes(s, &to->axes);
    } else if (s->ndim > 0 && support_integer(s->random, 0, 2)) {
        to->axes = 1u << situation_draw_axis(s, &written);
        over = XP_OVER(written);
    }
    if (reduction_is_refused(which, x, to->axes))
        return false;
    if ((which == VAR || which == STD) && support_integer(s->random, 0, 2)) {
        to->how.correction = (double)support_integer(s->random, 0, 5) / 2;
        over = xp_correction(over, to->how.correction);
    }
    over = to->keepdims ? xp_keepdims(over) : over;
    to->result = reductions[which].call(array, over);
    return true;
}

/* Nothing but -0: their sum is -0, whatever it is added up in. */
static void make_minus_zeros(const situation *s, model *x)
{
    const bool is_complex = model_is(s->dtype, XP_TEST_COMPLEX);
    for (int64_t i = 0; i < x->size; i++)
        x->at[i] = (model_number){.re = -0.0L, .im = is_complex ? -0.0L : 0};
}

/* Of real numbers, and of sums, the signs of zeros do not depend on the order; nobody says which zero is larger. */
static void check_result(const situation *s, const model *x, const asked *a)
{
    const bool has_sign =
        a->which == SUM || a->which == MEAN || (a->which == PROD && !model_is(s->dtype, XP_TEST_COMPLEX));
    const model expected = model_reduce(x, a->axes, a->keepdims, a->how.to, reductions[a->which].fold, &a->how);
    if (has_sign)
        EXPECT_SIGNED(a->result, &expected);
    else
        EXPECT_ELEMENTS(a->result, &expected);
}

/* Several at once, which the library may make in one pass, of an array that may not be computed yet. */
static void reduces(const situation *s)
{
    const model_range range = draw_range(s);
    model x = situation_draw(s, range);
    if (model_is(s->dtype, XP_TEST_FLOATING) && support_integer(s->random, 0, 8) == 0)
        make_minus_zeros(s, &x);
    xp_array *array = clause_array(&x, s->device);
    asked all[MOST_AT_ONCE];
    int count = 0;
    for (int64_t i = support_integer(s->random, 1, MOST_AT_ONCE + 1); i > 0; i--)
        count += draw_reduction(s, &x, range, array, &all[count]);
    for (int i = count - 1; i >= 0; i--)
        check_result(s, &x, &all[i]);
}

/* In a chain: 2 x + x is reduced, which is never written to memory. */
static void reduces_a_chain(const situation *s)
{
    const model x = situation_draw(s, MODEL_FEW);
    model three = model_zeros(s->dtype, (xp_shape){s->ndim, s->shape});
    for (int64_t i = 0; i < x.size; i++)
        three.at[i] = model_cast((model_number){.re = 3 * x.at[i].re, .im = 3 * x.at[i].im}, s->dtype);
    xp_array *array = clause_array(&x, s->device);
    xp_array *chain = xp_add(xp_multiply(array, xp_scalar(2)), array);
    asked all[MOST_AT_ONCE];
    int count = 0;
    for (int i = 0; i < MOST_AT_ONCE; i++)
        count += draw_reduction(s, &three, MODEL_FEW, chain, &all[count]);
    for (int i = 0; i < count; i++)
        check_result(s, &three, &all[i]);
}

static void sums_in_a_dtype(const situation *s)
{
    const model x = situation_draw(s, MODEL_WHOLE);
    xp_dtype to;
    do
        to = (xp_dtype)support_integer(s->random, XP_INT8, XP_N_STANDARD_DTYPES);
    while (!clause_has(to) || (model_is(s->dtype, XP_TEST_COMPLEX) && !model_is(to, XP_TEST_COMPLEX)) ||
           (model_is(s->dtype, XP_TEST_FLOATING) && !model_is(to, XP_TEST_FLOATING)));
    uint32_t axes;
    const xp_over over = xp_result_dtype(situation_draw_axes(s, &axes), to);
    const fold_context how = {s->dtype, to, 0};
    const model expected = model_reduce(&x, axes, false, to, fold_sum, &how);
    EXPECT_ELEMENTS(xp_sum(clause_array(&x, s->device), over), &expected);
}

/* What zeros add up to with an initial 0 is not said. */
static void runs(const situation *s)
{
    const bool is_sum = s->clause->which == CUMULATIVE_SUM, initial = support_integer(s->random, 0, 2);
    const bool is_complex = model_is(s->dtype, XP_TEST_COMPLEX);
    model x = situation_draw(s, is_sum ? draw_range(s) : MODEL_SIGNS);
    int written;
    const int axis = situation_draw_axis(s, &written);
    if (!is_sum && is_complex && s->shape[axis] > 500)
        return; /* overflows */
    if (model_is(s->dtype, XP_TEST_FLOATING) && support_integer(s->random, 0, 6) == 0)
        make_minus_zeros(s, &x);
    const running r = {{s->dtype, situation_sum_dtype(s, s->dtype), 0}, is_sum};
    const model expected = model_lines(&x, axis, x.shape[axis] + initial, r.how.to, running_line, &r);
    xp_array *array = clause_array(&x, s->device);
    array = is_sum ? xp_cumulative_sum(array, written, XP_DEFAULT_DTYPE, initial)
                   : xp_cumulative_prod(array, written, XP_DEFAULT_DTYPE, initial);
    if (initial || (is_complex && !is_sum))
        EXPECT_ELEMENTS(array, &expected);
    else
        EXPECT_SIGNED(array, &expected);
}

static const clause properties[] = {
    CLAUSE("reductions", 0, XP_TEST_ANY, EVERY_SHAPE, reduces, "are those of plain loops, several at once"),
    CLAUSE("reductions", 0, XP_TEST_NUMERIC, EVERY_SHAPE, reduces_a_chain, "of a chain are those of plain loops"),
    CLAUSE("sum", SUM, XP_TEST_NUMERIC, EVERY_SHAPE, sums_in_a_dtype, "in a dtype is that of a plain loop"),
    CLAUSE("cumulative_sum", CUMULATIVE_SUM, XP_TEST_NUMERIC, SOME_AXES, runs, "is that of a plain loop"),
    CLAUSE("cumulative_prod", CUMULATIVE_PROD, XP_TEST_NUMERIC, SOME_AXES, runs, "is that of a plain loop"),
};

CHECKED_TEST(standard_reductions_random, agree_with_plain_loops)
{
    CHECK_PROPERTIES("reductions", properties, CASES);
}
