/* Sets: distinct elements, membership, unions and differences.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/thread.h"
#include "standard/support.h"

/* ---- distinct elements ------------------------------------------------------------------------------------------- */

enum { VALUES, INDICES, INVERSE, COUNTS, N_RESULTS };

typedef struct request {
    const char *function;
    bool wanted[N_RESULTS];
    int64_t capacity; /* -1: as many as there are */
    xp_array *fill;   /* of values behind the last one; NULL where capacity is -1 */
} request;

/* Room for one of the results. Where the capacity is given it is filled: values with `fill`, the others with 0. */
static xp_array *make_room(const request *what, const xp_array *x, int which)
{
    xp_dtype dtype = which == VALUES ? (xp_dtype)x->dtype : XP_INT64;
    int64_t extent = what->capacity < 0 || which == INVERSE ? x->size : what->capacity;
    if (what->capacity < 0 || which == INVERSE)
        return xp_array_new_filled(x->xp, dtype, 1, &extent, what->function);
    xp_array *fill = which == VALUES ? what->fill : xp_scalar_int(0);
    fill = standard_fill(x->xp, fill, XP_SHAPE(extent), dtype, what->function);
    return xp_is_failed(fill) ? fill : standard_copy(fill, what->function);
}

/* The first `count` elements, in memory of their own if most of it would be empty otherwise. */
static xp_array *shortened(xp_array *x, int64_t count, const char *function)
{
    if (count == x->size)
        return x;
    xp_array *part = xp_array_view(x, 1, &count, x->strides, x->offset, function);
    return xp_is_failed(part) || count > x->size / 2 ? part : standard_copy(part, function);
}

static xp_array *find_distinct(const request *what, const xp_driver *slots, xp_array *x, xp_array **results)
{
    xp_array *count = xp_array_new_filled(x->xp, XP_INT64, 0, NULL, what->function);
    if (xp_is_failed(count))
        return count;
    xp_view views[N_RESULTS];
    const xp_view *given[N_RESULTS] = {NULL};
    for (int i = 0; i < N_RESULTS; i++) {
        if (!what->wanted[i])
            continue;
        results[i] = make_room(what, x, i);
        if (xp_is_failed(results[i]))
            return xp_failed();
        views[i] = standard_view(results[i]);
        given[i] = &views[i];
    }
    const xp_view from = standard_view(x), number = standard_view(count);
    const xp_unique_views out = {what->capacity < 0 ? x->size : what->capacity, given[VALUES], given[INDICES],
                                 given[INVERSE], given[COUNTS], &number};
    xp_status status = slots->unique(x->xp->device, &from, &out);
    return status == XP_OK ? count : xp_driver_failed(status, what->function);
}

/* Fills in the results that are wanted; returns how many distinct elements there are, as an array. */
static xp_array *unique(const request *what, xp_array *x, xp_array **results)
{
    for (int i = 0; i < N_RESULTS; i++)
        results[i] = xp_failed();
    if (!standard_check_array(what->function, "x", x))
        return xp_failed();
    const xp_driver *slots = STANDARD_SLOTS(x->xp, unique, 0, xp_loop_dtype(x->dtype), what->function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *flat = standard_flat(x, what->function);
    flat = xp_is_failed(flat) ? NULL : standard_ready(flat, what->function);
    xp_array *count = flat ? find_distinct(what, slots, flat, results) : xp_failed();
    if (!xp_is_failed(count) && what->wanted[INVERSE])
        results[INVERSE] = xp_record_reshape(results[INVERSE], x->ndim, x->shape, what->function);
    if (!xp_is_failed(count) && what->capacity < 0) {
        int64_t number = xp_to_int(count);
        for (int i = 0; i < N_RESULTS; i++)
            if (what->wanted[i] && i != INVERSE)
                results[i] = shortened(results[i], number, what->function);
    }
    count = standard_positions(count, what->function);
    if (what->wanted[VALUES])
        results[VALUES] = standard_cast(results[VALUES], (xp_dtype)x->dtype, what->function);
    for (int i = INDICES; i < N_RESULTS; i++)
        results[i] = standard_positions(results[i], what->function);
    xp_array **passed[N_RESULTS + 1] = {&count};
    int n_passed = 1;
    for (int i = 0; i < N_RESULTS; i++)
        if (what->wanted[i])
            passed[n_passed++] = &results[i];
    xp_scope_return_all(scope, passed, n_passed);
    return count;
}

xp_unique_all_result standard_unique_all(xp_array *x)
{
    xp_array *results[N_RESULTS];
    unique(&(const request){"unique_all", {true, true, true, true}, -1, NULL}, x, results);
    return (xp_unique_all_result){results[VALUES], results[INDICES], results[INVERSE], results[COUNTS]};
}

xp_unique_counts_result standard_unique_counts(xp_array *x)
{
    xp_array *results[N_RESULTS];
    unique(&(const request){"unique_counts", {true, false, false, true}, -1, NULL}, x, results);
    return (xp_unique_counts_result){results[VALUES], results[COUNTS]};
}

xp_unique_inverse_result standard_unique_inverse(xp_array *x)
{
    xp_array *results[N_RESULTS];
    unique(&(const request){"unique_inverse", {true, false, true, false}, -1, NULL}, x, results);
    return (xp_unique_inverse_result){results[VALUES], results[INVERSE]};
}

xp_array *standard_unique_values(xp_array *x)
{
    xp_array *results[N_RESULTS];
    unique(&(const request){"unique_values", {true, false, false, false}, -1, NULL}, x, results);
    return results[VALUES];
}

xp_array *standard_extra_nunique(xp_array *x)
{
    xp_array *results[N_RESULTS];
    return unique(&(const request){"nunique", {false, false, false, false}, -1, NULL}, x, results);
}

/* ---- the same in arrays of a given length ------------------------------------------------------------------------ */

static xp_array *unique_within(const request *what, xp_array *x, xp_array **results)
{
    for (int i = 0; i < N_RESULTS; i++)
        results[i] = xp_failed();
    if (what->capacity < 0)
        return xp_fail(XP_ERROR_VALUE, what->function, "capacity", "%s: capacity is %lld, expected at least 0",
                       what->function, (long long)what->capacity);
    return xp_check_given(what->function, "fill_value", what->fill) ? unique(what, x, results) : xp_failed();
}

xp_unique_all_within_result standard_extra_unique_all_within(xp_array *x, int64_t capacity, xp_array *fill_value)
{
    xp_array *results[N_RESULTS];
    const request what = {"unique_all_within", {true, true, true, true}, capacity, fill_value};
    xp_array *count = unique_within(&what, x, results);
    return (xp_unique_all_within_result){results[VALUES], results[INDICES], results[INVERSE], results[COUNTS], count};
}

xp_unique_counts_within_result standard_extra_unique_counts_within(xp_array *x, int64_t capacity, xp_array *fill_value)
{
    xp_array *results[N_RESULTS];
    const request what = {"unique_counts_within", {true, false, false, true}, capacity, fill_value};
    xp_array *count = unique_within(&what, x, results);
    return (xp_unique_counts_within_result){results[VALUES], results[COUNTS], count};
}

xp_unique_inverse_within_result standard_extra_unique_inverse_within(xp_array *x, int64_t capacity,
                                                                     xp_array *fill_value)
{
    xp_array *results[N_RESULTS];
    const request what = {"unique_inverse_within", {true, false, true, false}, capacity, fill_value};
    xp_array *count = unique_within(&what, x, results);
    return (xp_unique_inverse_within_result){results[VALUES], results[INVERSE], count};
}

xp_unique_values_within_result standard_extra_unique_values_within(xp_array *x, int64_t capacity, xp_array *fill_value)
{
    xp_array *results[N_RESULTS];
    const request what = {"unique_values_within", {true, false, false, false}, capacity, fill_value};
    xp_array *count = unique_within(&what, x, results);
    return (xp_unique_values_within_result){results[VALUES], count};
}

/* ---- membership -------------------------------------------------------------------------------------------------- */

/* Among real numbers: what stands where an element would have to be put into the others in order. */
static xp_array *is_in_sorted(xp_array *a, xp_array *sorted, const char *function)
{
    const xp_namespace *xp = sorted->xp;
    const xp_driver *slots = STANDARD_SLOTS(xp, search, 0, sorted->dtype, function);
    xp_array *places = slots ? xp_array_new_filled(xp, XP_INT64, a->ndim, a->shape, function) : xp_failed();
    if (xp_is_failed(places))
        return places;
    const xp_view in = standard_view(sorted), values = standard_view(a), to = standard_view(places);
    xp_status status = slots->search(xp->device, &in, &values, false, &to);
    if (status != XP_OK)
        return xp_driver_failed(status, function);
    places = xp->reshape(xp->minimum(places, xp_scalar_int(sorted->size - 1)), XP_SHAPE(-1));
    xp_array *found = xp->take(sorted, places, 0); /* by 1-d indices: the standard knows no others */
    return xp->equal(xp->reshape(found, (xp_shape){a->ndim, a->shape}), a);
}

/* Among complex numbers: by their numbers among all distinct ones. */
static xp_array *is_in_complex(xp_array *a, xp_array *b)
{
    const xp_namespace *xp = a->xp;
    xp_array *const both[] = {xp->reshape(a, XP_SHAPE(-1)), b};
    int64_t n = a->size, most = n + b->size;
    xp_array *numbers = xp->unique_inverse(xp->concat(both, 2, 0)).inverse_indices;
    xp_array *first = xp->take(numbers, xp->arange(0, (double)n, 1, XP_INT64), 0);
    xp_array *second = xp->take(numbers, xp->arange((double)n, (double)most, 1, XP_INT64), 0);
    xp_array *sorted = xp->sort(second, 0, false, true);
    xp_array *places = xp->minimum(xp->searchsorted(sorted, first, false, NULL), xp_scalar_int(b->size - 1));
    xp_array *found = xp->equal(xp->take(sorted, places, 0), first);
    return xp->reshape(found, (xp_shape){a->ndim, a->shape});
}

static xp_array *is_in(xp_array *a, xp_array *b, bool invert, const char *function)
{
    const xp_namespace *xp = a->xp ? a->xp : b->xp;
    xp_dtype dtype = a->xp ? standard_common_dtype(a, b, function) : standard_common_dtype(b, a, function);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    const xp_dtype loop = xp_loop_dtype(dtype);
    a = a->xp ? standard_cast(a, dtype, function) : standard_fill(xp, a, XP_SHAPE_0D, dtype, function);
    b = b->xp ? standard_cast(b, dtype, function) : standard_fill(xp, b, XP_SHAPE_0D, dtype, function);
    a = standard_cast(a, loop, function);
    b = standard_cast(b, loop, function);
    if (xp_is_failed(a) || xp_is_failed(b))
        return xp_failed();
    b = standard_flat(b, function);
    if (xp_is_failed(b))
        return b;
    if (b->size == 0)
        return standard_full_like(a, xp_scalar_bool(invert), XP_BOOL);
    xp_array *found;
    if (xp_dtype_is(loop, XP_KIND_COMPLEX)) {
        found = is_in_complex(a, b);
    } else {
        xp_array *sorted = b->size == 1 ? xp_ready_contiguous(b, function) : xp->sort(b, 0, false, true);
        a = xp_ready(a, function);
        found = a && sorted && !xp_is_failed(sorted) ? is_in_sorted(a, sorted, function) : xp_failed();
    }
    return invert ? xp->logical_not(found) : found;
}

static xp_array *check_is_in(xp_array *a, xp_array *b, bool invert, const char *function, const char *const names[2],
                             int accepts, int extends)
{
    xp_array *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        if (!xp_check_given(function, names[i], both[i]))
            return xp_failed();
        if (both[i]->xp && !standard_check_kinds(function, names[i], both[i], accepts, extends))
            return xp_failed();
    }
    if (!a->xp && !b->xp)
        return xp_fail(XP_ERROR_VALUE, function, NULL, "%s: %s and %s are scalars, expected an array", function,
                       names[0], names[1]);
    if (!xp_check_same_device(function, 2, both))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, is_in(a, b, invert, function));
}

xp_array *standard_isin(xp_array *x1, xp_array *x2, bool invert)
{
    static const char *const names[] = {"x1", "x2"};
    return check_is_in(x1, x2, invert, "isin", names, XP_KIND_INTEGRAL, XP_KIND_ANY);
}

xp_array *standard_extra_isin(xp_array *a, xp_array *b, bool assume_unique, bool invert)
{
    static const char *const names[] = {"a", "b"};
    (void)assume_unique; /* would save nothing */
    return check_is_in(a, b, invert, "isin", names, XP_KIND_ANY, XP_KIND_NONE);
}

/* ---- unions and differences -------------------------------------------------------------------------------------- */

xp_array *standard_extra_setdiff1d(xp_array *x1, xp_array *x2, bool assume_unique)
{
    static const char *const function = "setdiff1d";
    xp_array *const both[] = {x1, x2};
    if (!standard_check_arrays(function, 2, both))
        return xp_failed();
    const xp_namespace *xp = x1->xp;
    xp_dtype dtype = standard_promote(xp->device, (xp_dtype)x1->dtype, (xp_dtype)x2->dtype, function);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x1 = xp->reshape(xp->astype(x1, dtype, false), XP_SHAPE(-1));
    if (!assume_unique)
        x1 = xp->unique_values(x1);
    return xp_scope_return(scope, xp_get(x1, XP_INDEX(xp_mask(xp->extra->isin(x1, x2, false, true)))));
}

xp_array *standard_extra_union1d(xp_array *a, xp_array *b)
{
    xp_array *const both[] = {a, b};
    if (!standard_check_arrays("union1d", 2, both))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, a->xp->unique_values(a->xp->concat(both, 2, XP_FLAT)));
}
