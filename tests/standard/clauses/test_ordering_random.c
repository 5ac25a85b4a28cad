/* Random properties of what is sorted, searched, distinct, picked and summed: what one function gives of another.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "clauses.h"

enum { CASES = 400 };

/* Equal values; of two results of the library. */
static void agree(xp_array *a, xp_array *b)
{
    if (!xp_ok(b)) {
        EXPECT_THAT(false, "failed: %s", xp_error_message());
    } else {
        const model expected = model_of(b);
        EXPECT_ELEMENTS(a, &expected);
    }
}

static model_range draw_range(const situation *s, bool with_special)
{
    static const model_range ranges[] = {MODEL_FEW, MODEL_WHOLE, MODEL_WIDE, MODEL_SPECIAL};
    return ranges[support_integer(s->random, 0, 3 + with_special)];
}

static xp_array *draw_array(const situation *s, bool with_special)
{
    const model x = situation_draw(s, draw_range(s, with_special));
    return clause_array(&x, s->device);
}

static xp_array *flat(xp_array *x)
{
    return xp_reshape(x, XP_SHAPE(-1));
}

static xp_array *count_up(const situation *s, int64_t n)
{
    return xp_arange(0, (double)n, 1, situation_index_dtype(s), s->device);
}

static xp_array *part(xp_array *x, int axis, int64_t start, int64_t stop)
{
    xp_index_item items[MODEL_NDIM];
    for (int i = 0; i < xp_ndim(x); i++)
        items[i] = i == axis ? xp_slice(start, stop, 1) : xp_slice(XP_END, XP_END, 1);
    return xp_get(x, (xp_indices){xp_ndim(x), items});
}

/* ---- order ------------------------------------------------------------------------------------------------------- */

static void positions_sort(const situation *s)
{
    int written;
    situation_draw_axis(s, &written);
    const bool descending = support_integer(s->random, 0, 2), stable = support_integer(s->random, 0, 2);
    xp_array *x = draw_array(s, true), *positions = xp_argsort(x, written, descending, stable);
    agree(xp_take_along_axis(x, positions, written), xp_sort(x, written, descending, stable));
    /* the positions of the positions are the way back */
    xp_array *back = xp_argsort(positions, written, false, true);
    agree(xp_take_along_axis(xp_take_along_axis(x, positions, written), back, written), x);
}

static void sorted_is_in_order(const situation *s)
{
    int written;
    const int axis = situation_draw_axis(s, &written);
    const int64_t n = s->shape[axis];
    xp_array *x = draw_array(s, false), *sorted = xp_sort(x, written, false, support_integer(s->random, 0, 2));
    if (n > 0) {
        xp_array *later = part(sorted, axis, 1, n), *earlier = part(sorted, axis, 0, n - 1);
        EXPECT_THAT(xp_truth(xp_all(xp_less_equal(earlier, later), XP_ALL)), "is not ascending");
    }
    agree(xp_sort(sorted, written, false, false), sorted);
    agree(xp_flip(xp_sort(x, written, true, true), XP_OVER(written)), sorted);
    agree(xp_sort(xp_flip(x, XP_OVER(axis)), written, false, true), sorted);
}

/* Equal elements keep their places: positions ascend among them. */
static void stable_positions_ascend(const situation *s)
{
    const model few = situation_draw(s, MODEL_FEW);
    xp_array *x = flat(clause_array(&few, s->device));
    const int64_t n = xp_size(x);
    xp_array *positions = xp_argsort(x, 0, support_integer(s->random, 0, 2), true), *sorted = xp_take(x, positions, 0);
    if (n < 2)
        return;
    xp_array *equal = xp_equal(part(sorted, 0, 1, n), part(sorted, 0, 0, n - 1));
    xp_array *ascend = xp_less(part(positions, 0, 0, n - 1), part(positions, 0, 1, n));
    EXPECT_THAT(xp_truth(xp_all(xp_logical_or(xp_logical_not(equal), ascend), XP_ALL)), "is not stable");
}

/* Inserting at the place that was found leaves an array sorted: as many elements stand before as are less. */
static void places_keep_order(const situation *s)
{
    xp_array *x = flat(draw_array(s, true)), *sorted = xp_sort(x, 0, false, true);
    xp_array *by = xp_argsort(x, 0, false, true);
    for (int right = 0; right < 2; right++) {
        agree(xp_searchsorted(x, x, right, by), xp_searchsorted(sorted, x, right, NULL));
        xp_array *places = xp_searchsorted(sorted, sorted, right, NULL), *own = count_up(s, xp_size(x));
        xp_array *fits = right ? xp_greater(places, own) : xp_less_equal(places, own);
        EXPECT_THAT(xp_truth(xp_all(fits, XP_ALL)), "an element's place is behind it");
    }
}

/* ---- distinct elements ------------------------------------------------------------------------------------------- */

static void distinct_elements_make_up_x(const situation *s)
{
    xp_array *x = draw_array(s, true);
    const xp_unique_all_result all = xp_unique_all(x);
    const xp_unique_inverse_result inverse = xp_unique_inverse(x);
    const xp_unique_counts_result counts = xp_unique_counts(x);
    agree(xp_reshape(xp_take(inverse.values, flat(inverse.inverse_indices), 0), (xp_shape){s->ndim, s->shape}), x);
    agree(xp_take(flat(x), all.indices, 0), all.values);
    agree(counts.values, all.values);
    agree(xp_unique_values(x), all.values);
    agree(counts.counts, all.counts);
    agree(inverse.inverse_indices, all.inverse_indices);
    EXPECT_NUMBER(xp_sum(counts.counts, xp_result_dtype(XP_ALL, situation_index_dtype(s))), situation_index_dtype(s),
                  (long double)xp_size(x));
    /* counted once more: how often each number stands in the way back */
    xp_array *ways = xp_sort(flat(all.inverse_indices), 0, false, false), *own = count_up(s, xp_size(all.values));
    xp_array *ends = xp_searchsorted(ways, own, true, NULL), *starts = xp_searchsorted(ways, own, false, NULL);
    agree(xp_subtract(ends, starts), all.counts);
}

/* The library's distinct elements ascend, so that searching finds their numbers. */
static void distinct_elements_are_found(const situation *s)
{
    xp_array *x = draw_array(s, false);
    const xp_unique_inverse_result r = xp_unique_inverse(x);
    agree(xp_searchsorted(r.values, x, false, NULL), r.inverse_indices);
    agree(xp_searchsorted(r.values, r.values, true, NULL), xp_add(count_up(s, xp_size(r.values)), xp_scalar(1)));
}

static void members_are_members(const situation *s)
{
    xp_array *x = draw_array(s, false), *values = xp_unique_values(x);
    const bool invert = support_integer(s->random, 0, 2);
    EXPECT_NUMBER(xp_all(xp_isin(x, values, false), XP_ALL), XP_BOOL, 1);
    EXPECT_NUMBER(xp_any(xp_isin(values, x, true), XP_ALL), XP_BOOL, 0);
    /* of half of the values: what is found is what has a number among them */
    const int64_t half = xp_size(values) / 2;
    xp_array *number = xp_searchsorted(values, x, false, NULL), *found = xp_less(number, xp_scalar(half));
    agree(xp_isin(x, part(values, 0, 0, half), invert), invert ? xp_logical_not(found) : found);
}

/* ---- picking ----------------------------------------------------------------------------------------------------- */

static void positions_of_extrema_pick_them(const situation *s)
{
    int written;
    const int axis = situation_draw_axis(s, &written);
    xp_array *x = draw_array(s, true);
    if (s->shape[axis] == 0)
        return;
    const xp_over over = xp_keepdims(XP_OVER(written));
    agree(xp_take_along_axis(x, xp_argmax(x, over), written), xp_max(x, over));
    agree(xp_take_along_axis(x, xp_argmin(x, over), written), xp_min(x, over));
    if (xp_size(x) > 0)
        agree(xp_take(flat(x), xp_reshape(xp_argmax(x, XP_ALL), XP_SHAPE(1)), 0),
              xp_reshape(xp_max(x, XP_ALL), XP_SHAPE(1)));
}

static void positions_of_nonzero_pick_them(const situation *s)
{
    xp_array *x = draw_array(s, true), *positions[MODEL_NDIM], *at = NULL;
    EXPECT_THAT(xp_nonzero(x, positions, s->ndim), "failed: %s", xp_error_message());
    for (int axis = 0; axis < s->ndim; axis++)
        at = at ? xp_add(xp_multiply(at, xp_scalar(s->shape[axis])), positions[axis]) : positions[0];
    xp_array *is_nonzero = flat(xp_not_equal(x, xp_zeros_like(x, XP_DEFAULT_DTYPE)));
    agree(xp_count_nonzero(x, XP_ALL), xp_count_nonzero(is_nonzero, XP_ALL));
    EXPECT_NUMBER(xp_count_nonzero(x, XP_ALL), situation_index_dtype(s), (long double)xp_size(at));
    agree(xp_take(flat(x), at, 0), xp_get(flat(x), XP_INDEX(xp_mask(is_nonzero))));
    agree(xp_sort(at, 0, false, true), at);
}

static void taking_twice_is_taking_once(const situation *s)
{
    int written;
    const int axis = situation_draw_axis(s, &written);
    const int64_t n = s->shape[axis];
    const model keys = model_draw(s->random, MODEL_WHOLE, XP_INT16, XP_SHAPE(n));
    xp_array *x = draw_array(s, true), *order = xp_argsort(clause_array(&keys, s->device), 0, false, true);
    xp_array *taken = xp_take(x, order, written), *back = xp_argsort(order, 0, false, true);
    agree(xp_take(taken, back, written), x);
    int64_t shape[MODEL_NDIM];
    for (int i = 0; i < s->ndim; i++)
        shape[i] = i == axis ? n : 1;
    agree(xp_take_along_axis(x, xp_reshape(order, (xp_shape){s->ndim, shape}), written), taken);
}

/* ---- sums -------------------------------------------------------------------------------------------------------- */

/* Whole numbers, whose sums are exact; integers wrap in both. */
static void differences_undo_running_sums(const situation *s)
{
    int written;
    situation_draw_axis(s, &written);
    const model x = situation_draw(s, MODEL_WHOLE);
    xp_array *array = clause_array(&x, s->device), *sums = xp_cumulative_sum(array, written, s->dtype, true);
    agree(xp_diff(sums, written, 1, NULL, NULL), array);
    xp_array *last = xp_take(sums, xp_full(XP_SHAPE(1), xp_scalar(-1), XP_INT32, s->device), written);
    agree(last, xp_sum(array, xp_keepdims(xp_result_dtype(XP_OVER(written), s->dtype))));
}

static void some_axes_and_then_the_others(const situation *s)
{
    const model x = situation_draw(s, MODEL_WHOLE);
    xp_array *array = clause_array(&x, s->device);
    uint32_t axes;
    const xp_over some = xp_keepdims(situation_draw_axes(s, &axes));
    agree(xp_sum(xp_sum(array, some), XP_ALL), xp_sum(array, XP_ALL));
    agree(xp_all(xp_all(array, some), XP_ALL), xp_all(array, XP_ALL));
    agree(xp_any(array, some),
          xp_logical_not(xp_all(xp_equal(array, xp_zeros_like(array, XP_DEFAULT_DTYPE)), some)));
    if (model_is(s->dtype, XP_TEST_REAL) && x.size > 0) {
        agree(xp_max(xp_max(array, some), XP_ALL), xp_max(array, XP_ALL));
        agree(xp_take(xp_sort(flat(array), 0, false, false), xp_zeros(XP_SHAPE(1), XP_INT32, s->device), 0),
              xp_reshape(xp_min(array, XP_ALL), XP_SHAPE(1)));
    }
}

static const clause properties[] = {
    CLAUSE("argsort", 0, XP_TEST_REAL, SOME_AXES, positions_sort, "taking along the axis at the positions sorts"),
    CLAUSE("sort", 0, XP_TEST_REAL, SOME_AXES, sorted_is_in_order, "is in order, again and backwards"),
    CLAUSE("argsort", 0, XP_TEST_REAL, EVERY_SHAPE, stable_positions_ascend, "equal elements keep their order"),
    CLAUSE("searchsorted", 0, XP_TEST_REAL, EVERY_SHAPE, places_keep_order, "is consistent with sort and argsort"),
    CLAUSE("unique_all", 0, XP_TEST_ANY, EVERY_SHAPE, distinct_elements_make_up_x, "inverse restores x, counts sum up"),
    CLAUSE("unique_inverse", 0, XP_TEST_REAL, EVERY_SHAPE, distinct_elements_are_found, "searchsorted finds the same"),
    CLAUSE("isin", 0, XP_TEST_INTEGRAL, EVERY_SHAPE, members_are_members, "x is in its distinct elements"),
    CLAUSE("argmax", 0, XP_TEST_REAL, SOME_AXES, positions_of_extrema_pick_them, "taking along the axis gives max"),
    CLAUSE("nonzero", 0, XP_TEST_ANY, SOME_AXES, positions_of_nonzero_pick_them, "count_nonzero counts, masks pick"),
    CLAUSE("take", 0, XP_TEST_ANY, SOME_AXES, taking_twice_is_taking_once, "by an order and back, and along the axis"),
    CLAUSE("diff", 0, XP_TEST_NUMERIC, SOME_AXES, differences_undo_running_sums, "undoes cumulative_sum"),
    CLAUSE("sum", 0, XP_TEST_NUMERIC, EVERY_SHAPE, some_axes_and_then_the_others, "over some axes, then the others"),
};

CHECKED_TEST(standard_ordering_random, functions_agree_with_each_other)
{
    CHECK_PROPERTIES("sorting, searching, sets", properties, CASES);
}
