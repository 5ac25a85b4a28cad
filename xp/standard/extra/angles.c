/* Angles: phases, degrees and radians, and sinc, whose argument is one.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"
#include "standard/support.h"

/* Integers in the device's default floating dtype, as array-api-extra has it; the others as they are. */
static xp_array *as_floating(xp_array *x, const char *function)
{
    bool is_integral = xp_dtype_is(x->dtype, XP_KIND_INTEGRAL);
    return is_integral ? standard_cast(x, xp_default_dtype(x->xp->device, XP_KIND_FLOAT), function) : x;
}

static xp_array *scaled(xp_array *x, double factor, const char *function)
{
    if (!standard_check_kinds(function, "x", x, XP_KIND_NUMERIC, XP_KIND_NONE))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, x->xp->multiply(as_floating(x, function), xp_scalar_float(factor)));
}

xp_array *standard_extra_deg2rad(xp_array *x)
{
    return scaled(x, XP_PI / 180.0, "deg2rad");
}

xp_array *standard_extra_rad2deg(xp_array *x)
{
    return scaled(x, 180.0 / XP_PI, "rad2deg");
}

xp_array *standard_extra_angle(xp_array *z, bool deg)
{
    static const char *const function = "angle";
    if (!standard_check_kinds(function, "z", z, XP_KIND_NUMERIC, XP_KIND_NONE))
        return xp_failed();
    const xp_namespace *xp = z->xp;
    xp_scope scope = xp_scope_open();
    z = as_floating(z, function);
    bool is_complex = xp_dtype_is(z->dtype, XP_KIND_COMPLEX);
    xp_array *phase = is_complex ? xp->atan2(xp->imag(z), xp->real(z))
                                 : xp->atan2(xp->zeros_like(z, XP_DEFAULT_DTYPE), z);
    return xp_scope_return(scope, deg ? xp->multiply(phase, xp_scalar_float(180.0 / XP_PI)) : phase);
}

/* sin(pi x) is that of x's distance from the nearest whole number, which is exact, with a sign that alternates. So it
 * is accurate where pi x has lost its fraction to rounding. */
xp_array *standard_extra_sinc(xp_array *x)
{
    static const char *const function = "sinc";
    if (!standard_check_kinds(function, "x", x, XP_KIND_FLOAT, XP_KIND_INTEGRAL))
        return xp_failed();
    const xp_namespace *xp = x->xp;
    xp_scope scope = xp_scope_open();
    x = as_floating(x, function);
    xp_array *pi = xp_scalar_float(XP_PI), *half = xp_scalar_float(0.5), *one = xp_scalar_float(1.0);
    xp_array *nearest = xp->round(x);
    xp_array *sine = xp->sin(xp->multiply(xp->subtract(x, nearest), pi));
    xp_array *halved = xp->multiply(nearest, half); /* whole where the number is even */
    xp_array *is_even = xp->equal(halved, xp->floor(halved));
    xp_array *quotient = xp->divide(xp->where(is_even, sine, xp->negative(sine)), xp->multiply(x, pi));
    return xp_scope_return(scope, xp->where(xp->equal(x, xp_scalar_float(0.0)), one, quotient));
}
