/* Random index expressions on random shapes and layouts, read and set, against plain loops over all indices.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "layouts.h"

#define MOST_AXES 6
#define MOST_ITEMS (2 * MOST_AXES + 2)
#define MOST_DIMS 12
#define MOST_SIZE 4000
#define CASES 2000

/* ---- the reference: an index as lists of positions --------------------------------------------------------------- */

/* Positions along one axis: those of a slice, of a new axis (axis -1), or what an array of positions holds. */
typedef struct positions {
    int axis;
    int ndim;
    int64_t shape[MOST_DIMS];
    int64_t at[MOST_SIZE];
} positions;

/* What an index expression means: the result's axes in order, each one's positions; and picked axes, which share the
 * `picked_ndim` axes of the result from `place` on. */
typedef struct reference {
    int n_slices, n_picks;
    positions slices[MOST_DIMS], picks[MOST_AXES];
    int64_t fixed[MOST_AXES]; /* by axis: where integers stand */
    int picked_ndim, place;
    int64_t picked_shape[MOST_DIMS];
    int ndim;
    int64_t shape[MOST_DIMS], size;
} reference;

typedef struct expression {
    support_random random;
    const struct xp_device *device;
    int ndim;
    int64_t shape[MOST_AXES], size;
    int n_items;
    xp_index_item items[MOST_ITEMS];
    int slices_before[MOST_ITEMS]; /* how many of the result's axes that are not picked stand before the item */
    bool has_arrays;
    reference means;
} expression;

static int64_t draw(expression *e, int64_t low, int64_t high)
{
    return support_integer(&e->random, low, high);
}

/* The flat position in x that element `index` of the result is, by the meaning of the expression. */
static int64_t source_of(const expression *e, const int64_t *index)
{
    const reference *r = &e->means;
    int64_t at[MOST_AXES], flat = 0;
    memcpy(at, r->fixed, sizeof at);
    for (int i = 0; i < r->n_slices; i++)
        if (r->slices[i].axis >= 0)
            at[r->slices[i].axis] = r->slices[i].at[index[i < r->place ? i : i + r->picked_ndim]];
    for (int k = 0; k < r->n_picks; k++) {
        const positions *p = &r->picks[k];
        int64_t place = 0;
        for (int i = 0; i < p->ndim; i++) {
            int64_t mine = index[r->place + r->picked_ndim - p->ndim + i];
            place = place * p->shape[i] + (p->shape[i] == 1 ? 0 : mine);
        }
        at[p->axis] = p->at[place];
    }
    for (int axis = 0; axis < e->ndim; axis++)
        flat = flat * e->shape[axis] + at[axis];
    return flat;
}

static void split(int64_t flat, int ndim, const int64_t *shape, int64_t *index)
{
    for (int axis = ndim - 1; axis >= 0; axis--) {
        index[axis] = flat % shape[axis];
        flat /= shape[axis];
    }
}

/* ---- drawing expressions ----------------------------------------------------------------------------------------- */

static xp_index_item draw_slice(expression *e, int axis)
{
    int64_t extent = e->shape[axis], step = draw(e, 1, 4) * (draw(e, 0, 2) ? 1 : -1);
    int64_t start = draw(e, 0, 3) ? draw(e, -extent - 2, extent + 3) : XP_END;
    int64_t stop = draw(e, 0, 3) ? draw(e, -extent - 2, extent + 3) : XP_END;
    positions *p = &e->means.slices[e->means.n_slices++];
    *p = (positions){.axis = axis, .ndim = 1};
    for (int64_t i = 0, n = 0; i < extent; i++) { /* a position is in the slice if whole steps lead there */
        int64_t at = step > 0 ? i : extent - 1 - i;
        int64_t from = start == XP_END ? (step > 0 ? 0 : extent - 1) : start < 0 ? start + extent : start;
        int64_t to = stop == XP_END ? (step > 0 ? extent : -1) : stop < 0 ? stop + extent : stop;
        from = step > 0 ? (from < 0 ? 0 : from) : (from >= extent ? extent - 1 : from);
        to = stop != XP_END && to < 0 ? (step > 0 ? 0 : -1) : to;
        bool inside = step > 0 ? at >= from && at < to : at <= from && at > to;
        if (inside && (at - from) % step == 0)
            p->at[n++] = at;
        p->shape[0] = n;
    }
    return xp_slice(start, stop, step);
}

static void add_whole_axis(expression *e, int axis)
{
    positions *p = &e->means.slices[e->means.n_slices++];
    *p = (positions){.axis = axis, .ndim = 1, .shape = {e->shape[axis]}};
    for (int64_t i = 0; i < e->shape[axis]; i++)
        p->at[i] = i;
}

/* Integers whose shape broadcasts to the expression's. Some count from the end. */
static xp_index_item draw_positions(expression *e, int axis)
{
    reference *r = &e->means;
    positions *p = &r->picks[r->n_picks++];
    p->axis = axis;
    p->ndim = (int)draw(e, 0, r->picked_ndim + 1);
    if (e->size == 0)
        p->ndim = 1;
    int64_t size = 1;
    for (int i = 0; i < p->ndim; i++) {
        p->shape[i] = e->size == 0 || draw(e, 0, 4) ? r->picked_shape[r->picked_ndim - p->ndim + i] : 1;
        size *= p->shape[i];
    }
    double given[MOST_SIZE];
    bool is_unsigned = draw(e, 0, 3) == 0;
    for (int64_t i = 0; i < size; i++) {
        p->at[i] = draw(e, 0, e->shape[axis]);
        given[i] = (double)(p->at[i] - (is_unsigned || draw(e, 0, 2) ? 0 : e->shape[axis]));
    }
    xp_dtype dtype = is_unsigned ? XP_UINT64 : draw(e, 0, 2) ? XP_INT64 : XP_INT8;
    return xp_positions(support_array(given, dtype, (xp_shape){p->ndim, p->shape}, e->device));
}

/* A mask of `count` axes with as many true elements as the arrays of positions beside it have; that is why it draws
 * their number itself if it is the first. */
static xp_index_item draw_mask(expression *e, int axis, int count, int64_t n_true)
{
    reference *r = &e->means;
    int64_t size = 1, index[MOST_AXES], n = 0;
    double truth[MOST_SIZE];
    for (int i = 0; i < count; i++)
        size *= e->shape[axis + i];
    for (int64_t i = 0, left = n_true; i < size; i++) {
        truth[i] = draw(e, 0, size - i) < left;
        left -= truth[i] != 0.0;
    }
    for (int i = 0; i < count; i++)
        r->picks[r->n_picks + i] = (positions){.axis = axis + i, .ndim = 1, .shape = {n_true}};
    for (int64_t i = 0; i < size; i++) {
        if (truth[i] == 0.0)
            continue;
        split(i, count, e->shape + axis, index);
        for (int k = 0; k < count; k++)
            r->picks[r->n_picks + k].at[n] = index[k];
        n++;
    }
    r->n_picks += count;
    return xp_mask(support_array(truth, XP_BOOL, (xp_shape){count, e->shape + axis}, e->device));
}

/* The shape that arrays of positions have: none where an axis is empty, for there is nothing to point at. */
static void draw_picked_shape(expression *e)
{
    reference *r = &e->means;
    bool is_empty = e->size == 0;
    r->picked_ndim = is_empty ? 1 : (int)draw(e, 0, 3);
    for (int i = 0; i < r->picked_ndim; i++)
        r->picked_shape[i] = is_empty ? 0 : draw(e, 0, 4);
}

static void draw_shape(expression *e)
{
    e->ndim = (int)draw(e, 0, MOST_AXES + 1);
    e->size = 1;
    for (int axis = 0; axis < e->ndim; axis++) {
        e->shape[axis] = draw(e, 0, 12) == 0 ? 0 : draw(e, 1, e->ndim > 4 ? 4 : 6);
        e->size *= e->shape[axis];
    }
}

/* Which kinds of items there are besides integers, slices, new axes and the ellipsis. */
typedef enum arrays { NO_ARRAYS, ONE_MASK, SOME_POSITIONS, MASKS_AND_POSITIONS } arrays;

static void add_item(expression *e, xp_index_item item)
{
    e->has_arrays |= item.kind == XP_INDEX_MASK || item.kind == XP_INDEX_POSITIONS;
    e->slices_before[e->n_items] = e->means.n_slices;
    e->items[e->n_items++] = item;
}

/* An item for the next axis, or a mask for some axes before `end`. Returns how many. */
static int draw_item(expression *e, int axis, int end, arrays kinds)
{
    reference *r = &e->means;
    int64_t choice = draw(e, 0, kinds == NO_ARRAYS ? 2 : 5), n_true = r->picked_shape[0], room = 1;
    int most = 1 + (int)draw(e, 0, 2), covered = 0;
    for (; covered < most && axis + covered < end; covered++)
        room *= e->shape[axis + covered];
    if (choice == 4 && kinds == MASKS_AND_POSITIONS && r->picked_ndim == 1 && n_true <= room) {
        add_item(e, draw_mask(e, axis, covered, n_true));
        return covered;
    }
    if (choice >= 2) {
        add_item(e, draw_positions(e, axis));
    } else if (choice == 1 && e->shape[axis] > 0) {
        r->fixed[axis] = draw(e, 0, e->shape[axis]);
        add_item(e, xp_at(r->fixed[axis] - (draw(e, 0, 2) ? 0 : e->shape[axis])));
    } else {
        add_item(e, draw_slice(e, axis));
    }
    return 1;
}

static void draw_items(expression *e, int axis, int end, arrays kinds)
{
    for (;;) {
        if (draw(e, 0, 6) == 0 && e->means.n_slices < MOST_AXES) {
            add_item(e, xp_newaxis());
            e->means.slices[e->means.n_slices++] = (positions){.axis = -1, .ndim = 1, .shape = {1}};
        }
        if (axis >= end)
            return;
        axis += draw_item(e, axis, end, kinds);
    }
}

/* What several items give is known when all are there: NumPy's rule for where the picked axes stand. */
static void find_place(expression *e)
{
    int first = -1, last = -1;
    bool together = true;
    for (int i = 0; i < e->n_items; i++) {
        xp_index_kind kind = e->items[i].kind;
        if (kind == XP_INDEX_SLICE || kind == XP_INDEX_NEWAXIS || kind == XP_INDEX_ELLIPSIS)
            continue;
        together = together && (last < 0 || last == i - 1);
        first = first < 0 ? i : first;
        last = i;
    }
    e->means.place = together && first >= 0 ? e->slices_before[first] : 0;
}

/* What the picked arrays really broadcast to, and with it the result's shape. */
static void find_shape(expression *e)
{
    reference *r = &e->means;
    int ndim = 0;
    int64_t shape[MOST_DIMS];
    for (int i = 0; i < MOST_DIMS; i++)
        shape[i] = 1;
    for (int k = 0; k < r->n_picks; k++) {
        const positions *p = &r->picks[k];
        ndim = p->ndim > ndim ? p->ndim : ndim;
        for (int i = 0; i < p->ndim; i++)
            if (p->shape[i] != 1)
                shape[MOST_DIMS - p->ndim + i] = p->shape[i];
    }
    r->picked_ndim = ndim;
    r->ndim = 0;
    r->size = 1;
    for (int i = 0; i <= r->n_slices; i++) {
        for (int j = 0; i == r->place && j < ndim; j++)
            r->shape[r->ndim++] = shape[MOST_DIMS - ndim + j];
        if (i < r->n_slices)
            r->shape[r->ndim++] = r->slices[i].shape[0];
    }
    for (int i = 0; i < r->ndim; i++)
        r->size *= r->shape[i];
}

/* Items for the first and the last axes; those between are the ellipsis's, or are left out at the end. */
static void draw_expression(expression *e, arrays kinds)
{
    e->n_items = 0;
    e->has_arrays = false;
    e->means.n_slices = e->means.n_picks = 0;
    draw_shape(e);
    draw_picked_shape(e);
    int from = (int)draw(e, 0, e->ndim + 1), to = draw(e, 0, 2) ? e->ndim : (int)draw(e, from, e->ndim + 1);
    draw_items(e, 0, from, kinds);
    bool has_ellipsis = to < e->ndim || draw(e, 0, 2);
    if (has_ellipsis)
        add_item(e, xp_ellipsis());
    for (int axis = from; axis < to; axis++)
        add_whole_axis(e, axis);
    if (has_ellipsis)
        draw_items(e, to, e->ndim, kinds);
    find_place(e);
    find_shape(e);
}

/* One mask, alone. */
static void draw_mask_alone(expression *e)
{
    e->n_items = 0;
    e->has_arrays = true;
    e->means.n_slices = e->means.n_picks = 0;
    do
        draw_shape(e);
    while (e->ndim == 0);
    int covered = (int)draw(e, 1, e->ndim + 1);
    int64_t room = 1;
    for (int axis = 0; axis < covered; axis++)
        room *= e->shape[axis];
    add_item(e, draw_mask(e, 0, covered, draw(e, 0, room + 1)));
    for (int axis = covered; axis < e->ndim; axis++)
        add_whole_axis(e, axis);
    e->means.place = 0;
    find_shape(e);
}

/* ---- arrays ------------------------------------------------------------------------------------------------------ */

static const xp_dtype dtypes[] = {XP_INT8, XP_UINT16, XP_FLOAT32, XP_INT64, XP_FLOAT64, XP_COMPLEX128};

static xp_array *array_of(const double *values, xp_dtype dtype, int ndim, const int64_t *shape,
                          const struct xp_device *device)
{
    return xp_astype(support_array(values, XP_INT64, (xp_shape){ndim, shape}, device), dtype, false);
}

/* ---- the checks -------------------------------------------------------------------------------------------------- */

/* The strict device has not all of them, and clips no slices. */
static bool is_refused(const expression *e, xp_array *result)
{
    if (xp_ok(result) || !strstr(xp_error_message(), "the standard"))
        return false;
    xp_error_clear();
    return strncmp(xp_device_name(e->device), "strict", 6) == 0;
}

static void check(const expression *e, xp_array *result, xp_array *expected, const char *what, int64_t seed)
{
    xp_assert_that(xp_ok(result), "%s, seed %lld: %s", what, (long long)seed, xp_error_message());
    const char *difference = support_differ(result, expected);
    xp_assert_that(!difference, "%s of %d items on %d axes, seed %lld: %s", what, e->n_items, e->ndim, (long long)seed,
                   difference);
}

static void check_get(const expression *e, xp_array *x, const double *values, xp_dtype dtype, int64_t seed)
{
    double taken[MOST_SIZE];
    int64_t index[MOST_DIMS];
    for (int64_t i = 0; i < e->means.size; i++) {
        split(i, e->means.ndim, e->means.shape, index);
        taken[i] = values[source_of(e, index)];
    }
    xp_array *result = xp_get(x, (xp_indices){e->n_items, e->items});
    if (!is_refused(e, result))
        check(e, result, array_of(taken, dtype, e->means.ndim, e->means.shape, e->device), "get", seed);
}

/* A value that broadcasts to the result: some axes have an extent of 1, some in front are missing. */
static xp_array *draw_value(expression *e, xp_dtype dtype, double *spread)
{
    int64_t shape[MOST_DIMS], index[MOST_DIMS], size = 1;
    double given[MOST_SIZE];
    int missing = (int)draw(e, 0, e->means.ndim + 1), ndim = e->means.ndim - missing;
    missing = draw(e, 0, 2) ? 0 : missing;
    ndim = e->means.ndim - missing;
    for (int i = 0; i < ndim; i++) {
        shape[i] = draw(e, 0, 4) ? e->means.shape[missing + i] : 1;
        size *= shape[i];
    }
    for (int64_t i = 0; i < size; i++)
        given[i] = (double)draw(e, 0, 60);
    for (int64_t i = 0; i < e->means.size; i++) {
        int64_t at = 0;
        split(i, e->means.ndim, e->means.shape, index);
        for (int j = 0; j < ndim; j++)
            at = at * shape[j] + (shape[j] == 1 ? 0 : index[missing + j]);
        spread[i] = given[at];
    }
    return array_of(given, dtype, ndim, shape, e->device);
}

static void check_set(expression *e, xp_array *x, const double *values, xp_dtype dtype, int64_t seed)
{
    double spread[MOST_SIZE], replaced[MOST_SIZE], added[MOST_SIZE];
    int64_t index[MOST_DIMS];
    xp_array *value = draw_value(e, dtype, spread);
    memcpy(replaced, values, (size_t)e->size * sizeof *values);
    memcpy(added, values, (size_t)e->size * sizeof *values);
    for (int64_t i = 0; i < e->means.size; i++) {
        split(i, e->means.ndim, e->means.shape, index);
        int64_t at = source_of(e, index);
        replaced[at] = spread[i];
        added[at] = values[at] + spread[i];
    }
    const xp_indices items = {e->n_items, e->items};
    xp_array *before = array_of(values, dtype, e->ndim, e->shape, e->device);
    xp_array *given = xp_give(xp_asarray(x, XP_DEFAULT_DTYPE, true, e->device));
    xp_array *results[] = {xp_set(x, items, value), xp_extra_at_add(x, items, value), NULL};
    if (is_refused(e, results[0])) {
        xp_error_clear();
        return;
    }
    results[2] = draw(e, 0, 2) ? xp_set(given, items, value) : NULL;
    check(e, results[0], array_of(replaced, dtype, e->ndim, e->shape, e->device), "set", seed);
    check(e, results[1], array_of(added, dtype, e->ndim, e->shape, e->device), "at_add", seed);
    if (results[2])
        check(e, results[2], array_of(replaced, dtype, e->ndim, e->shape, e->device), "set of a given array", seed);
    check(e, x, before, "the array itself after set", seed);
}

static void check_kinds(arrays kinds)
{
    static expression e; /* too large for the stack */
    XP_TEST_PROVIDERS(device)
    for (int64_t seed = 1; seed <= CASES; seed++) {
        xp_scope scope = xp_scope_open();
        e.random.state = (uint64_t)seed * 1000 + (uint64_t)kinds;
        e.device = device;
        do {
            if (kinds == ONE_MASK)
                draw_mask_alone(&e);
            else
                draw_expression(&e, kinds);
        } while (e.size > MOST_SIZE || e.means.size > MOST_SIZE || e.means.ndim > MOST_DIMS);
        double values[MOST_SIZE];
        for (int64_t i = 0; i < e.size; i++)
            values[i] = (double)(i % 60);
        xp_dtype dtype = dtypes[draw(&e, 0, (int64_t)(sizeof dtypes / sizeof dtypes[0]))];
        xp_array *x = layout_drawn(array_of(values, dtype, e.ndim, e.shape, device), &e.random);
        check_get(&e, x, values, dtype, seed);
        check_set(&e, x, values, dtype, seed);
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == XP_OK || strncmp(xp_device_name(device), "strict", 6) == 0, "seed %lld: %s",
                       (long long)seed, xp_error_message());
        xp_error_clear();
    }
}

CHECKED_TEST(indexing_random, views)
{
    check_kinds(NO_ARRAYS);
}

CHECKED_TEST(indexing_random, a_mask)
{
    check_kinds(ONE_MASK);
}

CHECKED_TEST(indexing_random, positions)
{
    check_kinds(SOME_POSITIONS);
}

CHECKED_TEST(indexing_random, masks_and_positions)
{
    check_kinds(MASKS_AND_POSITIONS);
}
