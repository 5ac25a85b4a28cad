/* Triangles and diagonals of matrices: told apart by column minus row, the number of an element's diagonal.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* x where its diagonal's number compares so with k, zero elsewhere. */
static xp_array *keep_side(xp_array *x, const xp_operation *comparison, int64_t k, const char *function)
{
    if (!standard_check_array(function, "x", x) || !xp_check_ndim(function, "x", x, 2, XP_MAX_NDIM))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *diagonal = standard_coordinates(x->xp, 0, 2, x->shape + x->ndim - 2, (const int64_t[]){-1, 1}, function);
    xp_array *zero = x->dtype == XP_BOOL ? xp_scalar_bool(false) : xp_scalar_int(0);
    xp_array *keeps = xp_record_elementwise(comparison, function, 2, (xp_array *const[]){diagonal, xp_scalar_int(k)});
    return xp_scope_return(scope, xp_record_elementwise(&xp_operation_where, function, 3,
                                                        (xp_array *const[]){keeps, x, zero}));
}

xp_array *standard_tril(xp_array *x, int64_t k)
{
    return keep_side(x, &xp_operation_less_equal, k, "tril");
}

xp_array *standard_triu(xp_array *x, int64_t k)
{
    return keep_side(x, &xp_operation_greater_equal, k, "triu");
}

/* ---- matrices from a diagonal ------------------------------------------------------------------------------------ */

xp_array *standard_extra_create_diagonal(xp_array *x, int64_t offset)
{
    static const char *const function = "create_diagonal";
    if (!standard_check_array(function, "x", x) || !xp_check_ndim(function, "x", x, 1, XP_MAX_NDIM - 1))
        return xp_failed();
    int last = x->ndim - 1;
    int64_t shape[XP_MAX_NDIM], strides[XP_MAX_NDIM], distance = offset < 0 ? -offset : offset;
    memcpy(shape, x->shape, (size_t)last * sizeof *shape);
    if (distance < 0 || __builtin_add_overflow(x->shape[last], distance, &shape[last]))
        return xp_fail(XP_ERROR_OVERFLOW, function, "offset", "create_diagonal: the result is too large");
    shape[last + 1] = shape[last];
    xp_scope scope = xp_scope_open();
    xp_array *out = standard_zeros(x->xp, (xp_shape){last + 2, shape}, (xp_dtype)x->dtype);
    out = xp_is_failed(out) ? out : standard_copy(out, function);
    if (xp_is_failed(out))
        return xp_scope_return(scope, out);
    memcpy(strides, out->strides, (size_t)last * sizeof *strides);
    strides[last] = out->strides[last] + out->strides[last + 1]; /* down the diagonal */
    int64_t start = distance * out->strides[offset < 0 ? last : last + 1];
    xp_array *line = xp_array_view(out, x->ndim, x->shape, strides, out->offset + start, function);
    bool success = !xp_is_failed(line) && xp_write_into(x, line, function);
    return xp_scope_return(scope, success ? out : xp_failed());
}

/* ---- positions --------------------------------------------------------------------------------------------------- */

xp_array *standard_extra_diag_indices(const xp_namespace *xp, int64_t n)
{
    return standard_coordinates(xp, 0, 1, &n, &(int64_t){1}, "diag_indices");
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* The sum of clamp(i, 0, m) over i < t. */
static __int128 clamped_sum(__int128 t, int64_t m)
{
    if (t <= 0)
        return 0;
    __int128 rising = t < m ? t : m;
    return rising * (rising - 1) / 2 + (t - rising) * m;
}

/* Row i of an n by m matrix has clamp(i + shift, 0, m) columns left of a diagonal: those (`left`), or the others. Where
 * the rows end in the list of positions tells the row of each position, and so its column. */
static xp_index_pair triangle(const xp_namespace *xp, int64_t n, int64_t m, int64_t shift, bool left,
                              const char *function)
{
    __int128 below = clamped_sum((__int128)n + shift, m) - clamped_sum(shift, m);
    __int128 wanted = left ? below : (__int128)n * m - below;
    int64_t size = wanted < INT64_MAX ? (int64_t)wanted : INT64_MAX; /* no array is that large: it will be refused */
    xp_scope scope = xp_scope_open();
    xp_array *row = standard_coordinates(xp, 0, 1, &n, &(int64_t){1}, function);
    xp_array *place = standard_coordinates(xp, 0, 1, &size, &(int64_t){1}, function);
    xp_array *boundary = xp->clip(xp->add(row, xp_scalar_int(shift)), xp_scalar_int(0), xp_scalar_int(m));
    xp_array *length = left ? boundary : xp->subtract(xp_scalar_int(m), boundary);
    xp_array *ends = xp->cumulative_sum(length, 0, XP_DEFAULT_DTYPE, false);
    xp_array *starts = xp->subtract(ends, length);
    xp_array *first = left ? xp->zeros_like(row, XP_DEFAULT_DTYPE) : boundary;
    xp_index_pair pair = {.rows = xp->searchsorted(ends, place, true, NULL)};
    xp_array *surplus = xp->subtract(first, starts); /* a position and this make its column */
    pair.columns = size > 0 ? xp->add(place, xp->take(surplus, pair.rows, 0)) : place;
    xp_scope_pass(scope, &pair.rows, &pair.columns, NULL);
    return pair;
}

static bool check_extents(int64_t n, int64_t m, const char *function)
{
    if (n >= 0 && m >= 0)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "n", "%s: a matrix of %lld by %lld has a negative extent", function,
            (long long)n, (long long)m);
    return false;
}

xp_index_pair standard_extra_tril_indices(const xp_namespace *xp, int64_t n, int64_t offset, int64_t m)
{
    if (!check_extents(n, m, "tril_indices"))
        return (xp_index_pair){xp_failed(), xp_failed()};
    return triangle(xp, n, m, clamp(offset, -n - 1, m) + 1, true, "tril_indices");
}

xp_index_pair standard_extra_triu_indices(const xp_namespace *xp, int64_t n, int64_t offset, int64_t m)
{
    if (!check_extents(n, m, "triu_indices"))
        return (xp_index_pair){xp_failed(), xp_failed()};
    return triangle(xp, n, m, clamp(offset, -n, m), false, "triu_indices");
}
