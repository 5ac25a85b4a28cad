/* Where elements are not zero or a mask is true, in arrays of as many elements as there are, or of a length that is
 * given, for which nobody has to wait until the elements are known.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/indexing.h"

static bool check_results(const xp_array *x, xp_array **results, int count, const char *function)
{
    if (!standard_check_array(function, "x", x) || !xp_check_ndim(function, "x", x, 1, XP_MAX_NDIM))
        return false;
    if (count == x->ndim && results)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "count", "%s: room for %d results, x has %d dimension%s", function,
            results ? count : 0, x->ndim, x->ndim == 1 ? "" : "s");
    return false;
}

static bool check_capacity(int64_t capacity, const char *function)
{
    if (capacity < 0)
        xp_fail(XP_ERROR_VALUE, function, "capacity", "%s: a capacity of %lld, expected 0 or more", function,
                (long long)capacity);
    return capacity >= 0;
}

static bool fail_results(xp_array **results, int count)
{
    for (int i = 0; i < count && results; i++)
        results[i] = xp_failed();
    return false;
}

/* Hands the results of a scope up. */
static bool return_results(xp_scope scope, xp_array **results, int count)
{
    xp_array **places[XP_MAX_NDIM + 1];
    for (int i = 0; i < count; i++)
        places[i] = &results[i];
    return xp_scope_return_all(scope, places, count);
}

/* Whether each element of x is not zero, flat. */
static xp_array *flat_truth(xp_array *x, const char *function)
{
    x = standard_flat(x, function);
    if (xp_is_failed(x) || x->dtype == XP_BOOL)
        return x;
    return xp_record_elementwise(&xp_operation_not_equal, function, 2, (xp_array *const[]){x, xp_scalar_int(0)});
}

bool standard_nonzero(xp_array *x, xp_array **results, int count)
{
    static const char *const function = "nonzero";
    if (!check_results(x, results, count, function))
        return fail_results(results, count);
    xp_scope scope = xp_scope_open();
    xp_array *flat = flat_truth(x, function);
    flat = xp_is_failed(flat) ? flat : index_true_positions(flat, function);
    if (!index_unravel(flat, x->ndim, x->shape, results, function))
        fail_results(results, count);
    return return_results(scope, results, count);
}

/* ---- of a length that is given ----------------------------------------------------------------------------------- */

/* Which of `capacity` places are taken by `count` (0-d) elements: bool, with `ndim` axes of which the first is not of
 * extent 1. */
static xp_array *taken_places(xp_array *count, int64_t capacity, int ndim, const char *function)
{
    int64_t shape[XP_MAX_NDIM], steps[XP_MAX_NDIM] = {1};
    for (int i = 0; i < ndim; i++)
        shape[i] = i == 0 ? capacity : 1;
    xp_array *place = standard_coordinates(count->xp, 0, ndim, shape, steps, function);
    return xp_record_elementwise(&xp_operation_less, function, 2, (xp_array *const[]){place, count});
}

/* The first `capacity` positions of a flat mask; what stands behind the last one is anything. */
static xp_array *some_positions(xp_array *mask, int64_t capacity, const char *function)
{
    mask = xp_ready(mask, function);
    return mask ? index_first_positions(mask, capacity, function) : xp_failed();
}

xp_array *standard_extra_nonzero_within(xp_array *x, int64_t capacity, int64_t fill_value, xp_array **results,
                                        int count)
{
    static const char *const function = "nonzero_within";
    if (!check_results(x, results, count, function) || !check_capacity(capacity, function)) {
        fail_results(results, count);
        return xp_failed();
    }
    xp_array *all[XP_MAX_NDIM + 1];
    xp_scope scope = xp_scope_open();
    xp_array *truth = flat_truth(x, function);
    xp_array *found = xp_is_failed(truth) ? truth : standard_count_nonzero(truth, XP_ALL);
    xp_array *flat = xp_is_failed(found) ? found : some_positions(truth, capacity, function);
    xp_array *is_taken = xp_is_failed(flat) ? flat : taken_places(found, capacity, 1, function);
    bool success = index_unravel(flat, x->ndim, x->shape, all, function);
    for (int i = 0; i < count; i++)
        all[i] = success ? xp_record_elementwise(&xp_operation_where, function, 3,
                                                 (xp_array *const[]){is_taken, all[i], xp_scalar_int(fill_value)})
                         : xp_failed();
    all[count] = found;
    return_results(scope, all, count + 1);
    memcpy(results, all, (size_t)count * sizeof *results);
    return all[count];
}

/* x's rows at the first positions of a flat mask, then the fill value. */
static xp_array *compress_rows(xp_array *x, xp_array *mask, xp_array *count, int64_t capacity, xp_array *fill,
                               const char *function)
{
    int64_t shape[XP_MAX_NDIM];
    memcpy(shape, x->shape, (size_t)x->ndim * sizeof *shape);
    shape[0] = capacity;
    if (x->shape[0] == 0 || capacity == 0)
        return xp_record_broadcast(fill, x->ndim, shape, function);
    xp_array *positions = some_positions(mask, capacity, function);
    xp_array *is_taken = taken_places(count, capacity, 1, function);
    positions = xp_record_elementwise(&xp_operation_where, function, 3,
                                      (xp_array *const[]){is_taken, positions, xp_scalar_int(0)});
    xp_array *rows = xp_is_failed(positions) ? positions : standard_gather(x, positions, 0, function);
    is_taken = taken_places(count, capacity, x->ndim, function);
    return xp_record_elementwise(&xp_operation_where, function, 3, (xp_array *const[]){is_taken, rows, fill});
}

xp_compress_within_result standard_extra_compress_within(xp_array *x, xp_array *mask, int64_t capacity,
                                                         xp_array *fill_value)
{
    static const char *const function = "compress_within";
    xp_compress_within_result result = {xp_failed(), xp_failed()};
    if (!standard_check_array(function, "x", x) || !index_is_mask(x, mask, function) ||
        !index_check_mask(x, 0, mask, function) || !check_capacity(capacity, function) ||
        !xp_check_ndim(function, "x", x, 0, XP_MAX_NDIM - (mask->ndim == 0)) ||
        (fill_value && !xp_check_given(function, "fill_value", fill_value)))
        return result;
    int64_t shape[XP_MAX_NDIM + 1] = {mask->size};
    int ndim = x->ndim - mask->ndim + 1;
    memcpy(shape + 1, x->shape + mask->ndim, (size_t)(ndim - 1) * sizeof *shape);
    xp_scope scope = xp_scope_open();
    xp_array *fill = standard_fill(x->xp, fill_value ? fill_value : xp_scalar_int(0), XP_SHAPE_0D, (xp_dtype)x->dtype,
                                   function);
    mask = standard_flat(mask, function);
    x = xp_record_reshape(x, ndim, shape, function);
    if (!xp_is_failed(mask) && !xp_is_failed(x) && !xp_is_failed(fill)) {
        result.count = standard_count_nonzero(mask, XP_ALL);
        result.values = compress_rows(x, mask, result.count, capacity, fill, function);
    }
    xp_scope_pass(scope, &result.values, &result.count, NULL);
    return result;
}
