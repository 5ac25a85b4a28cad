/* Random reductions, and running sums and products, against plain loops, with dtypes, shapes, axes and layouts drawn.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "reductions.h"

TestSuite(standard_reductions_random, .timeout = 240);

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
    const bool is_complex = sample_is(s->dtype, XP_TEST_COMPLEX), is_bool = s->dtype == XP_BOOL;
    const bool is_floating = sample_is(s->dtype, XP_TEST_FLOATING);
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

static sample_range draw_range(const situation *s)
{
    static const sample_range ranges[] = {SAMPLE_FEW, SAMPLE_WHOLE, SAMPLE_WIDE, SAMPLE_SPECIAL, SAMPLE_SIGNS};
    return ranges[support_integer(s->random, 0, 5)];
}

/* The order of complex factors shows in special cases, that of others in what over- and underflows. */
static bool is_any_order_right(const situation *s, int which, sample_range range)
{
    const bool is_floating = sample_is(s->dtype, XP_TEST_FLOATING);
    if (which != PROD || !is_floating || range == SAMPLE_SIGNS)
        return true;
    return range == SAMPLE_SPECIAL && !sample_is(s->dtype, XP_TEST_COMPLEX);
}

static bool draw_reduction(const situation *s, const sample *x, sample_range range, xp_array *array, asked *to)
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
        over = sample_draw_axes(s->random, s->ndim, &to->axes);
    } else if (s->ndim > 0 && support_integer(s->random, 0, 2)) {
        to->axes = 1u << sample_draw_axis(s->random, s->ndim, &written);
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
static void make_minus_zeros(const situation *s, sample *x)
{
    const bool is_complex = sample_is(s->dtype, XP_TEST_COMPLEX);
    for (int64_t i = 0; i < x->size; i++)
        x->at[i] = (sample_number){.re = -0.0L, .im = is_complex ? -0.0L : 0};
}

/* Of real numbers, and of sums, the signs of zeros do not depend on the order; nobody says which zero is larger. */
static void check_result(const situation *s, const sample *x, const asked *a)
{
    const bool has_sign =
        a->which == SUM || a->which == MEAN || (a->which == PROD && !sample_is(s->dtype, XP_TEST_COMPLEX));
    const sample expected = sample_reduce(x, a->axes, a->keepdims, a->how.to, reductions[a->which].fold, &a->how);
    if (has_sign)
        EXPECT_SIGNED(a->result, &expected);
    else
        EXPECT_ELEMENTS(a->result, &expected);
}

/* Several at once, which the library may make in one pass, of an array that may not be computed yet. */
static void reduces(const situation *s)
{
    const sample_range range = draw_range(s);
    sample x = situation_draw(s, range);
    if (sample_is(s->dtype, XP_TEST_FLOATING) && support_integer(s->random, 0, 8) == 0)
        make_minus_zeros(s, &x);
    xp_array *array = situation_array(s, &x);
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
    const sample x = situation_draw(s, SAMPLE_FEW);
    sample three = sample_of_shape(s->dtype, s->ndim, s->shape);
    for (int64_t i = 0; i < x.size; i++)
        three.at[i] = sample_cast((sample_number){.re = 3 * x.at[i].re, .im = 3 * x.at[i].im}, s->dtype);
    xp_array *array = situation_array(s, &x);
    xp_array *chain = xp_add(xp_multiply(array, xp_scalar(2)), array);
    asked all[MOST_AT_ONCE];
    int count = 0;
    for (int i = 0; i < MOST_AT_ONCE; i++)
        count += draw_reduction(s, &three, SAMPLE_FEW, chain, &all[count]);
    for (int i = 0; i < count; i++)
        check_result(s, &three, &all[i]);
}

static void sums_in_a_dtype(const situation *s)
{
    const sample x = situation_draw(s, SAMPLE_WHOLE);
    xp_dtype to;
    do
        to = (xp_dtype)support_integer(s->random, XP_INT8, XP_N_DTYPES);
    while (!clause_has(to) || (sample_is(s->dtype, XP_TEST_COMPLEX) && !sample_is(to, XP_TEST_COMPLEX)) ||
           (sample_is(s->dtype, XP_TEST_FLOATING) && !sample_is(to, XP_TEST_FLOATING)));
    uint32_t axes;
    const xp_over over = xp_result_dtype(sample_draw_axes(s->random, s->ndim, &axes), to);
    const fold_context how = {s->dtype, to, 0};
    const sample expected = sample_reduce(&x, axes, false, to, fold_sum, &how);
    EXPECT_ELEMENTS(xp_sum(situation_array(s, &x), over), &expected);
}

/* What zeros add up to with an initial 0 is not said. */
static void runs(const situation *s)
{
    const bool is_sum = s->clause->which == CUMULATIVE_SUM, initial = support_integer(s->random, 0, 2);
    const bool is_complex = sample_is(s->dtype, XP_TEST_COMPLEX);
    sample x = situation_draw(s, is_sum ? draw_range(s) : SAMPLE_SIGNS);
    int written;
    const int axis = sample_draw_axis(s->random, s->ndim, &written);
    if (!is_sum && is_complex && s->shape[axis] > 500)
        return; /* overflows */
    if (sample_is(s->dtype, XP_TEST_FLOATING) && support_integer(s->random, 0, 6) == 0)
        make_minus_zeros(s, &x);
    const running r = {{s->dtype, situation_sum_dtype(s, s->dtype), 0}, is_sum};
    const sample expected = sample_lines(&x, axis, x.shape[axis] + initial, r.how.to, running_line, &r);
    xp_array *array = situation_array(s, &x);
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
