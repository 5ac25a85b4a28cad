/* Ranges from scalars: integers beyond 2^53, complex ends.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/thread.h"
#include "standard/support.h"

/* Whether it is a scalar of one of these kinds. */
static bool check_scalar(const char *function, const char *argument, const xp_array *x, int kinds)
{
    if (!xp_check_given(function, argument, x) || !xp_check_kind(function, argument, x, kinds))
        return false;
    if (!x->xp)
        return true;
    xp_fail(XP_ERROR_TYPE, function, argument, "%s: %s is an array, expected a scalar", function, argument);
    return false;
}

/* ---- arange ------------------------------------------------------------------------------------------------------ */

/* How many integers lie from start to stop; -1 with an error recorded. */
static int64_t count_integers(int64_t start, int64_t stop, int64_t step)
{
    if (step == 0) {
        xp_fail(XP_ERROR_VALUE, "arange", "step", "arange: step is 0");
        return -1;
    }
    __int128 distance = step > 0 ? (__int128)stop - start : (__int128)start - stop;
    __int128 stride = step > 0 ? step : -(__int128)step, count = distance > 0 ? (distance - 1) / stride + 1 : 0;
    if (count <= INT64_MAX)
        return (int64_t)count;
    xp_fail(XP_ERROR_OVERFLOW, "arange", NULL, "arange: a length of %g is too large", (double)count);
    return -1;
}

xp_array *standard_extra_arange(const xp_namespace *xp, xp_array *start, xp_array *stop, xp_array *step, xp_dtype dtype)
{
    static const char *const function = "arange";
    if ((start && !check_scalar(function, "start", start, XP_KIND_REAL)) ||
        !check_scalar(function, "stop", stop, XP_KIND_REAL) ||
        (step && !check_scalar(function, "step", step, XP_KIND_REAL)))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *const all[] = {start ? start : xp_scalar_int(0), stop, step ? step : xp_scalar_int(1)};
    int64_t whole[3];
    double real[3];
    bool is_integral = true;
    for (int i = 0; i < 3; i++) {
        is_integral = is_integral && all[i]->dtype == XP_INT64;
        whole[i] = all[i]->value.as_int64;
        real[i] = xp_value_real(&all[i]->value, (xp_dtype)all[i]->dtype);
    }
    if (!is_integral)
        return xp_scope_return(scope, xp->arange(real[0], real[1], real[2],
                                                 dtype ? dtype : xp_default_dtype(xp->device, XP_KIND_FLOAT)));
    dtype = standard_dtype(function, dtype, xp_default_dtype(xp->device, XP_KIND_INTEGRAL));
    if (dtype != XP_N_DTYPES && !xp_dtype_is(dtype, XP_KIND_REAL))
        xp_fail(XP_ERROR_TYPE, function, "dtype", "arange: dtype is %s, expected a real numeric dtype",
                xp_dtype_name(dtype));
    int64_t length = xp_dtype_is(dtype, XP_KIND_REAL) ? count_integers(whole[0], whole[1], whole[2]) : -1;
    if (length < 0)
        return xp_scope_return(scope, xp_failed());
    xp_array *x = standard_coordinates(xp, whole[0], 1, &length, &whole[2], function);
    return xp_scope_return(scope, xp_is_failed(x) ? x : standard_cast(x, dtype, function));
}

/* ---- linspace ---------------------------------------------------------------------------------------------------- */

xp_array *standard_extra_linspace(const xp_namespace *xp, xp_array *start, xp_array *stop, int64_t num, bool endpoint,
                                  xp_dtype dtype)
{
    static const char *const function = "linspace";
    if (!check_scalar(function, "start", start, XP_KIND_NUMERIC) ||
        !check_scalar(function, "stop", stop, XP_KIND_NUMERIC))
        return xp_failed();
    const xp_dtype kinds[] = {(xp_dtype)start->dtype, (xp_dtype)stop->dtype};
    double from = xp_value_real(&start->value, kinds[0]), to = xp_value_real(&stop->value, kinds[1]);
    if (kinds[0] != XP_COMPLEX128 && kinds[1] != XP_COMPLEX128)
        return xp->linspace(from, to, num, endpoint, dtype);
    dtype = standard_dtype(function, dtype, xp_default_dtype(xp->device, XP_KIND_COMPLEX));
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    if (!xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return xp_fail(XP_ERROR_TYPE, function, "dtype", "linspace: dtype is %s, the ends are complex",
                       xp_dtype_name(dtype));
    xp_scope scope = xp_scope_open();
    xp_dtype part = xp_real_dtype(dtype);
    xp_array *real = xp->linspace(from, to, num, endpoint, part);
    xp_array *imaginary = xp->linspace(xp_value_imag(&start->value, kinds[0]), xp_value_imag(&stop->value, kinds[1]),
                                       num, endpoint, part);
    return xp_scope_return(scope, xp->add(real, xp->multiply(imaginary, xp_scalar_complex(0.0, 1.0))));
}
