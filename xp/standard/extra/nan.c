/* What passes over NaN, replaces it, or compares with a tolerance.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"
#include "standard/reduce.h"

/* ---- reductions -------------------------------------------------------------------------------------------------- */

/* `a` with NaN replaced. Other dtypes than floating ones have none. */
static xp_array *without_nan(xp_array *a, double instead)
{
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        return a;
    return a->xp->where(a->xp->is_nan(a), xp_scalar_float(instead), a);
}

static xp_array *reduce_extremum(const standard_reduction *what, xp_array *a, xp_over over, double neutral)
{
    if (!standard_check_kinds(what->function, "a", a, what->accepts, what->extends))
        return xp_failed();
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOAT))
        return standard_reduce(what, a, over);
    xp_scope scope = xp_scope_open();
    xp_array *extremum = standard_reduce(what, without_nan(a, neutral), over);
    if (xp_is_failed(extremum)) /* not the axes' errors once more, of another function */
        return xp_scope_return(scope, extremum);
    xp_array *nothing_else = a->xp->all(a->xp->is_nan(a), over);
    return xp_scope_return(scope, a->xp->where(nothing_else, xp_scalar_float(XP_NAN), extremum));
}

xp_array *standard_extra_nanmax(xp_array *a, xp_over over)
{
    static const standard_reduction what = {.function = "nanmax", .kind = XP_REDUCE_MAX, .accepts = XP_KIND_REAL};
    return reduce_extremum(&what, a, over, -XP_INF);
}

xp_array *standard_extra_nanmin(xp_array *a, xp_over over)
{
    static const standard_reduction what = {.function = "nanmin", .kind = XP_REDUCE_MIN, .accepts = XP_KIND_REAL};
    return reduce_extremum(&what, a, over, XP_INF);
}

xp_array *standard_extra_nansum(xp_array *a, xp_over over)
{
    static const standard_reduction what = {.function = "nansum", .kind = XP_REDUCE_SUM, .accepts = XP_KIND_NUMERIC,
                                            .extends = XP_KIND_BOOL, .takes_dtype = true};
    if (!standard_check_kinds(what.function, "a", a, what.accepts, what.extends))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, standard_reduce(&what, without_nan(a, 0.0), over));
}

/* ---- replacing --------------------------------------------------------------------------------------------------- */

static xp_array *replaced(xp_array *x, xp_array *fill_value)
{
    const xp_namespace *xp = x->xp;
    double most = xp->finfo((xp_dtype)x->dtype).max;
    xp_array *finite = xp->clip(x, xp_scalar_float(-most), xp_scalar_float(most)); /* NaN stays */
    return xp->where(xp->is_nan(x), fill_value, finite);
}

/* Complex numbers from finite parts. A sum of zeros is -0 only if both are, so each part is added to a -0. */
static xp_array *joined(const xp_namespace *xp, xp_array *real, xp_array *imaginary, xp_dtype dtype)
{
    xp_array *first = xp->conj(xp->astype(real, dtype, false));                     /* (real, -0) */
    xp_array *turned = xp->multiply(xp->conj(xp->astype(imaginary, dtype, false)), xp_scalar_complex(0.0, 1.0));
    return xp->add(first, xp->negative(xp->conj(turned)));                          /* (-0, imaginary) */
}

xp_array *standard_extra_nan_to_num(xp_array *x, xp_array *fill_value)
{
    static const char *const function = "nan_to_num";
    if (!standard_check_array(function, "x", x) || (fill_value && !xp_check_given(function, "fill_value", fill_value)))
        return xp_failed();
    const xp_namespace *xp = x->xp;
    if (!xp_dtype_is(x->dtype, XP_KIND_FLOATING))
        return standard_same(x, function);
    xp_scope scope = xp_scope_open();
    fill_value = standard_fill(xp, fill_value ? fill_value : xp_scalar_float(0.0), XP_SHAPE_0D,
                               xp_real_dtype((xp_dtype)x->dtype), function);
    if (xp_is_failed(fill_value) || xp_dtype_is(x->dtype, XP_KIND_FLOAT))
        return xp_scope_return(scope, replaced(x, fill_value));
    xp_array *real = replaced(xp->real(x), fill_value), *imaginary = replaced(xp->imag(x), fill_value);
    return xp_scope_return(scope, joined(xp, real, imaginary, (xp_dtype)x->dtype));
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

/* abs(a - b) of integers, which may be larger than their dtype holds: exact as an unsigned number. */
static xp_array *integer_distance(xp_array *a, xp_array *b, xp_dtype floating)
{
    const xp_namespace *xp = a->xp;
    xp_array *higher = xp->astype(xp->maximum(a, b), XP_UINT64, false);
    xp_array *lower = xp->astype(xp->minimum(a, b), XP_UINT64, false);
    return xp->astype(xp->subtract(higher, lower), floating, false);
}

xp_array *standard_extra_isclose(xp_array *a, xp_array *b, double rtol, double atol, bool equal_nan)
{
    xp_array *both[] = {a, b};
    xp_scope scope = xp_scope_open();
    if (!standard_promote_arrays(both, 2, 0, both, "isclose"))
        return xp_scope_return(scope, xp_failed());
    a = both[0];
    b = both[1];
    const xp_namespace *xp = a->xp;
    xp_array *same = xp->equal(a, b), *distance, *size;
    if (xp_dtype_is(a->dtype, XP_KIND_DISCRETE)) {
        xp_dtype floating = xp_default_dtype(xp->device, XP_KIND_FLOAT);
        if (a->dtype == XP_BOOL) {
            a = xp->astype(a, XP_UINT8, false);
            b = xp->astype(b, XP_UINT8, false);
        }
        distance = integer_distance(a, b, floating);
        size = xp->abs(xp->astype(b, floating, false));
    } else {
        distance = xp->abs(xp->subtract(a, b));
        size = xp->abs(b);
    }
    xp_array *tolerance = xp->add(xp->multiply(size, xp_scalar_float(rtol)), xp_scalar_float(atol));
    xp_array *within = xp->logical_and(xp->less_equal(distance, tolerance), xp->is_finite(size));
    xp_array *close = xp->logical_or(within, same);
    if (equal_nan && xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        close = xp->logical_or(close, xp->logical_and(xp->is_nan(a), xp->is_nan(b)));
    return xp_scope_return(scope, close);
}
