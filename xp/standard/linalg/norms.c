/* Norms of vectors and of matrices, as array expressions.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/linalg/linalg.h"

/* ---- the Euclidean norm ------------------------------------------------------------------------------------------ */

/* Between 1/limit and limit squares are safe, for as many elements as there can be; larger and smaller vectors are
 * brought there by a power of two. */
typedef struct safe_range {
    double limit, shrink, grow;
} safe_range;

static safe_range safe_range_of(int dtype)
{
    if (xp_real_dtype((xp_dtype)dtype) == XP_FLOAT32)
        return (safe_range){0x1p45, 0x1p-90, 0x1p90};
    return (safe_range){0x1p480, 0x1p-600, 0x1p600};
}

/* Squares of absolute values times scale (NULL: 1), without the root that abs would take. */
static xp_array *scaled_squares(const xp_namespace *xp, xp_array *x, xp_array *scale)
{
    if (!xp_dtype_is(x->dtype, XP_KIND_COMPLEX))
        return xp->square(scale ? xp->multiply(x, scale) : x);
    xp_array *re = xp->real(x), *im = xp->imag(x);
    return xp->add(scaled_squares(xp, re, scale), scaled_squares(xp, im, scale));
}

/* The largest absolute value of real and imaginary parts. */
static xp_array *largest_part(const xp_namespace *xp, xp_array *x, xp_over over)
{
    if (!xp_dtype_is(x->dtype, XP_KIND_COMPLEX))
        return xp->max(xp->abs(x), over);
    return xp->max(xp->maximum(xp->abs(xp->real(x)), xp->abs(xp->imag(x))), over);
}

/* The axes are kept. */
static xp_array *euclidean(const xp_namespace *xp, xp_array *x, xp_over over, bool is_empty)
{
    if (is_empty)
        return xp->sqrt(xp->sum(scaled_squares(xp, x, NULL), over));
    const safe_range safe = safe_range_of(x->dtype);
    xp_array *largest = largest_part(xp, x, over), *scale = xp->ones_like(largest, XP_DEFAULT_DTYPE);
    scale = xp->where(xp->greater(largest, xp_scalar(safe.limit)), xp_scalar(safe.shrink), scale);
    scale = xp->where(xp->less(largest, xp_scalar(1.0 / safe.limit)), xp_scalar(safe.grow), scale);
    return xp->divide(xp->sqrt(xp->sum(scaled_squares(xp, x, scale), over)), scale);
}

/* ---- vectors ----------------------------------------------------------------------------------------------------- */

/* Whether the axes of a reduction have no elements. */
static bool has_no_elements(const xp_array *x, uint32_t axes)
{
    for (int i = 0; i < x->ndim; i++)
        if ((axes >> i & 1) && x->shape[i] == 0)
            return true;
    return false;
}

/* The least of nothing is an error, the largest absolute value 0. */
static bool check_least(const char *function, const xp_array *x, bool is_empty)
{
    char text[XP_SHAPE_TEXT];
    if (is_empty)
        xp_fail(XP_ERROR_VALUE, function, "x", "%s: nothing to choose from in shape %s", function,
                xp_shape_text(x->ndim, x->shape, text));
    return !is_empty;
}

/* The axes are kept. */
static xp_array *vector_norm(const xp_namespace *xp, xp_array *x, xp_over over, double ord, bool is_empty)
{
    if (ord == 2.0)
        return euclidean(xp, x, over, is_empty);
    if (ord == 0.0)
        return xp->astype(xp->count_nonzero(x, over), xp_real_dtype((xp_dtype)x->dtype), false);
    xp_array *sizes = xp->abs(x);
    if (ord == 1.0 || (ord == XP_INF && is_empty))
        return xp->sum(sizes, over);
    if (isinf(ord))
        return ord > 0.0 ? xp->max(sizes, over) : xp->min(sizes, over);
    return xp->pow(xp->sum(xp->pow(sizes, xp_scalar(ord)), over), xp_scalar(1.0 / ord));
}

static bool check_keywords(const char *function, xp_over over, double ord)
{
    if (over.dtype != XP_DEFAULT_DTYPE)
        xp_fail(XP_ERROR_VALUE, function, "dtype", "%s: the result's dtype cannot be chosen", function);
    else if (over.correction != 0.0)
        xp_fail(XP_ERROR_VALUE, function, "correction", "%s: there is nothing to correct", function);
    else if (isnan(ord))
        xp_fail(XP_ERROR_VALUE, function, "ord", "%s: ord is NaN", function);
    else
        return true;
    return false;
}

xp_array *standard_linalg_vector_norm(xp_array *x, xp_over over, double ord)
{
    static const char *const function = "vector_norm";
    uint32_t axes;
    if (!standard_check_kinds(function, "x", x, XP_KIND_FLOATING, XP_KIND_DISCRETE) ||
        !check_keywords(function, over, ord) || !xp_check_over(function, over, x->ndim, &axes))
        return xp_failed();
    const bool is_empty = has_no_elements(x, axes);
    if (ord == -XP_INF && !check_least(function, x, is_empty))
        return xp_failed();
    const xp_namespace *xp = x->xp;
    xp_scope scope = xp_scope_open();
    const xp_dtype own = (xp_dtype)x->dtype;
    x = linalg_floating(x, function);
    x = xp_is_failed(x) ? x : vector_norm(xp, x, xp_keepdims(over), ord, is_empty);
    x = xp_is_storage(own) ? standard_cast(x, own, function) : x;
    return xp_scope_return(scope, over.keepdims ? x : xp->squeeze(x, over));
}

/* ---- matrices ---------------------------------------------------------------------------------------------------- */

/* Sums of absolute values along one axis, and the largest or least of them along the other: both are kept. */
static xp_array *extreme_sum(const xp_namespace *xp, xp_array *x, int summed, bool is_least, const char *function)
{
    const int other = -3 - summed;
    const bool is_empty = x->shape[x->ndim + other] == 0;
    if (is_least && !check_least(function, x, is_empty))
        return xp_failed();
    xp_array *sums = xp->sum(xp->abs(x), xp_keepdims(XP_OVER(summed)));
    const xp_over over = xp_keepdims(XP_OVER(other));
    return is_least ? xp->min(sums, over) : is_empty ? xp->sum(sums, over) : xp->max(sums, over);
}

/* The sum, the largest or the least of the singular values: both axes are kept. */
static xp_array *of_singular_values(const xp_namespace *xp, xp_array *x, xp_matrix_norm_order ord,
                                    const char *function)
{
    const bool is_empty = linalg_rows(x) == 0 || linalg_columns(x) == 0;
    if (ord == XP_NORM_MINUS_2 && !check_least(function, x, is_empty))
        return xp_failed();
    xp_array *s = linalg_svdvals(x, function);
    const xp_over over = xp_keepdims(XP_OVER(-1));
    s = ord == XP_NORM_MINUS_2 ? xp->min(s, over)
        : ord == XP_NORM_2 && !is_empty ? xp->max(s, over) : xp->sum(s, over);
    return xp->expand_dims(s, -1);
}

static xp_array *matrix_norm(const xp_namespace *xp, xp_array *x, xp_matrix_norm_order ord, const char *function)
{
    switch (ord) {
    case XP_NORM_FROBENIUS:
        return euclidean(xp, x, xp_keepdims(XP_OVER(-2, -1)), linalg_rows(x) == 0 || linalg_columns(x) == 0);
    case XP_NORM_NUCLEAR:
    case XP_NORM_2:
    case XP_NORM_MINUS_2:
        return of_singular_values(xp, x, ord, function);
    case XP_NORM_1:
    case XP_NORM_MINUS_1:
        return extreme_sum(xp, x, -2, ord == XP_NORM_MINUS_1, function);
    case XP_NORM_INF:
    case XP_NORM_MINUS_INF:
        return extreme_sum(xp, x, -1, ord == XP_NORM_MINUS_INF, function);
    default:
        return xp_fail(XP_ERROR_VALUE, function, "ord", "%s: ord %d is unknown", function, (int)ord);
    }
}

xp_array *standard_linalg_matrix_norm(xp_array *x, bool keepdims, xp_matrix_norm_order ord)
{
    static const char *const function = "matrix_norm";
    if (!linalg_check_matrices(function, "x", x))
        return xp_failed();
    const xp_namespace *xp = x->xp;
    xp_scope scope = xp_scope_open();
    const xp_dtype own = (xp_dtype)x->dtype;
    x = linalg_floating(x, function);
    x = xp_is_failed(x) ? x : matrix_norm(xp, x, ord, function);
    x = xp_is_storage(own) ? standard_cast(x, own, function) : x;
    return xp_scope_return(scope, keepdims ? x : xp->squeeze(x, XP_OVER(-2, -1)));
}
