/* Diagonals of matrices and their sums.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"
#include "standard/reduce.h"

/* Of a diagonal: its length and where it begins. */
typedef struct diagonal_place {
    int64_t length, row, column;
} diagonal_place;

static diagonal_place place_of(const xp_array *x, int64_t offset)
{
    const int64_t m = linalg_rows(x), n = linalg_columns(x);
    if (offset >= n || offset <= -m)
        return (diagonal_place){0, 0, 0};
    diagonal_place place = {m, offset < 0 ? -offset : 0, offset > 0 ? offset : 0};
    if (place.length > m - place.row)
        place.length = m - place.row;
    if (place.length > n - place.column)
        place.length = n - place.column;
    return place;
}

static xp_array *view_diagonal(xp_array *x, diagonal_place place, const char *function)
{
    int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM];
    const int last = x->ndim - 1;
    memcpy(shape, x->shape, (size_t)last * sizeof *shape);
    memcpy(strides, x->strides, (size_t)last * sizeof *strides);
    shape[last - 1] = place.length;
    strides[last - 1] = x->strides[last - 1] + x->strides[last];
    int64_t start = place.row * x->strides[last - 1] + place.column * x->strides[last];
    return xp_array_view(x, last, shape, strides, x->offset + start, function);
}

/* Of what is not computed yet: every (n + 1)th element of the matrices laid flat. */
static xp_array *record_diagonal(xp_array *x, diagonal_place place, const char *function)
{
    const int last = x->ndim - 1;
    const int64_t n = linalg_columns(x);
    int64_t shape[XP_MAX_NDIM];
    memcpy(shape, x->shape, (size_t)last * sizeof *shape);
    shape[last - 1] = linalg_rows(x) * n;
    xp_scope scope = xp_scope_open();
    x = xp_record_reshape(x, last, shape, function);
    if (xp_is_failed(x))
        return xp_scope_return(scope, x);
    xp_axis_map map;
    standard_same_axes(x, &map);
    map.shape[last - 1] = place.length;
    map.step[last - 1] = n + 1;
    map.start[last - 1] = place.row * n + place.column;
    return xp_scope_return(scope, xp_record_view(x, &map, function));
}

static xp_array *diagonal(xp_array *x, int64_t offset, const char *function)
{
    diagonal_place place = place_of(x, offset);
    return (xp_state(x) == XP_STATE_PENDING ? record_diagonal : view_diagonal)(x, place, function);
}

xp_array *standard_linalg_diagonal(xp_array *x, int64_t offset)
{
    static const char *const function = "diagonal";
    if (!standard_check_array(function, "x", x) || !xp_check_ndim(function, "x", x, 2, XP_MAX_NDIM))
        return xp_failed();
    return diagonal(x, offset, function);
}

xp_array *standard_linalg_trace(xp_array *x, int64_t offset, xp_dtype dtype)
{
    static const standard_reduction sum = {.function = "trace", .kind = XP_REDUCE_SUM, .accepts = XP_KIND_NUMERIC,
                                           .extends = XP_KIND_BOOL, .takes_dtype = true};
    if (!standard_check_kinds(sum.function, "x", x, sum.accepts, sum.extends) ||
        !xp_check_ndim(sum.function, "x", x, 2, XP_MAX_NDIM))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x = diagonal(x, offset, sum.function);
    if (xp_is_failed(x))
        return xp_scope_return(scope, x);
    return xp_scope_return(scope, standard_reduce(&sum, x, xp_result_dtype(XP_OVER(-1), dtype)));
}
