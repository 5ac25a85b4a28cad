/* Making arrays. Constants are one element that is broadcast, ranges are coordinates: neither takes up memory.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* ---- constants --------------------------------------------------------------------------------------------------- */

static xp_array *constant(const xp_namespace *xp, double value, xp_shape shape, xp_dtype dtype, xp_dtype fallback,
                          const char *function)
{
    dtype = standard_dtype(function, dtype, fallback);
    if (dtype == XP_N_DTYPES || !standard_check_shape(function, shape))
        return xp_failed();
    const xp_value given = {.as_float64 = value};
    xp_value cast;
    xp_value_cast(&given, XP_FLOAT64, &cast, dtype);
    return xp_array_constant(xp, dtype, &cast, shape.ndim, shape.extents, function);
}

xp_array *standard_zeros(const xp_namespace *xp, xp_shape shape, xp_dtype dtype)
{
    return constant(xp, 0.0, shape, dtype, xp->device->dtypes.real_floating, "zeros");
}

xp_array *standard_ones(const xp_namespace *xp, xp_shape shape, xp_dtype dtype)
{
    return constant(xp, 1.0, shape, dtype, xp->device->dtypes.real_floating, "ones");
}

xp_array *standard_empty(const xp_namespace *xp, xp_shape shape, xp_dtype dtype)
{
    return constant(xp, 0.0, shape, dtype, xp->device->dtypes.real_floating, "empty");
}

static xp_array *constant_like(const xp_array *x, double value, xp_dtype dtype, const char *function)
{
    if (!standard_check_array(function, "x", x))
        return xp_failed();
    return constant(x->xp, value, (xp_shape){x->ndim, x->shape}, dtype, (xp_dtype)x->dtype, function);
}

xp_array *standard_zeros_like(xp_array *x, xp_dtype dtype)
{
    return constant_like(x, 0.0, dtype, "zeros_like");
}

xp_array *standard_ones_like(xp_array *x, xp_dtype dtype)
{
    return constant_like(x, 1.0, dtype, "ones_like");
}

xp_array *standard_empty_like(xp_array *x, xp_dtype dtype)
{
    return constant_like(x, 0.0, dtype, "empty_like");
}

/* ---- full -------------------------------------------------------------------------------------------------------- */

static xp_array *fill_with_scalar(const xp_namespace *xp, const xp_array *scalar, xp_shape shape, xp_dtype dtype,
                                  const char *function, const char *argument)
{
    xp_value value;
    if (xp_value_cast(&scalar->value, (xp_dtype)scalar->dtype, &value, dtype))
        return xp_array_constant(xp, dtype, &value, shape.ndim, shape.extents, function);
    return xp_fail(XP_ERROR_OVERFLOW, function, argument, "%s: %lld does not fit into %s", function,
                   (long long)scalar->value.as_int64, xp_dtype_name(dtype));
}

static xp_array *fill_with_array(xp_array *value, xp_shape shape, xp_dtype dtype, const char *function,
                                 const char *argument)
{
    if (!xp_check_ndim(function, argument, value, 0, 0))
        return xp_failed();
    /* the array's constructor is what refuses negative and too large extents */
    xp_scope scope = xp_scope_open();
    xp_array *probe = xp_array_new(value->xp, dtype, shape.ndim, shape.extents, function);
    if (!xp_is_failed(probe))
        probe = xp_record_broadcast(standard_cast(value, dtype, function), shape.ndim, shape.extents, function);
    return xp_scope_return(scope, probe);
}

xp_array *standard_fill_with(const xp_namespace *xp, xp_array *value, xp_shape shape, xp_dtype dtype,
                             const char *function, const char *argument)
{
    if (dtype == XP_N_DTYPES || !standard_check_shape(function, shape))
        return xp_failed();
    if (xp_dtype_is(value->dtype, XP_KIND_COMPLEX) && !xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return xp_fail(XP_ERROR_TYPE, function, argument, "%s: %s is complex, dtype is %s", function, argument,
                       xp_dtype_name(dtype));
    if (!value->xp)
        return fill_with_scalar(xp, value, shape, dtype, function, argument);
    if (value->xp != xp)
        return xp_fail(XP_ERROR_DEVICE, function, argument, "%s: %s is on device %s, not on %s", function, argument,
                       value->xp->device->name, xp->device->name);
    return fill_with_array(value, shape, dtype, function, argument);
}

xp_array *standard_fill(const xp_namespace *xp, xp_array *value, xp_shape shape, xp_dtype dtype, const char *function)
{
    return standard_fill_with(xp, value, shape, dtype, function, "fill_value");
}

/* The standard takes scalars alone; arrays with dimensions are refused anyway. */
static bool check_fill_value(const xp_namespace *xp, const xp_array *fill_value, const char *function)
{
    if (!fill_value->xp || fill_value->ndim > 0 || !xp->device->driver->standard_only)
        return true;
    xp_fail(XP_ERROR_TYPE, function, "fill_value", "%s: the standard fills with scalars, fill_value is an array",
            function);
    return false;
}

/* The dtype that a value has by itself on a device. */
static xp_dtype own_dtype(const xp_namespace *xp, const xp_array *value)
{
    return value->xp ? (xp_dtype)value->dtype : xp_device_default(xp->device, (xp_dtype)value->dtype);
}

xp_array *standard_full(const xp_namespace *xp, xp_shape shape, xp_array *fill_value, xp_dtype dtype)
{
    if (!xp_check_given("full", "fill_value", fill_value))
        return xp_failed();
    if (!check_fill_value(xp, fill_value, "full"))
        return xp_failed();
    dtype = standard_dtype("full", dtype, own_dtype(xp, fill_value));
    return standard_fill(xp, fill_value, shape, dtype, "full");
}

xp_array *standard_full_like(xp_array *x, xp_array *fill_value, xp_dtype dtype)
{
    if (!standard_check_array("full_like", "x", x) || !xp_check_given("full_like", "fill_value", fill_value))
        return xp_failed();
    if (!check_fill_value(x->xp, fill_value, "full_like"))
        return xp_failed();
    dtype = standard_dtype("full_like", dtype, (xp_dtype)x->dtype);
    return standard_fill(x->xp, fill_value, (xp_shape){x->ndim, x->shape}, dtype, "full_like");
}

/* ---- ranges ------------------------------------------------------------------------------------------------------ */

#define WHOLE_LIMIT 0x1p53 /* doubles below it name every whole number */

static bool is_whole(double value)
{
    return value == floor(value) && fabs(value) <= WHOLE_LIMIT;
}

/* start + step * (0, 1, ..., length - 1) in float64, or what the device has of that. */
static xp_array *floating_range(const xp_namespace *xp, double start, double step, int64_t length,
                                const char *function)
{
    xp_array *index = standard_coordinates(xp, 0, 1, &length, &(int64_t){1}, function);
    if (xp_is_failed(index))
        return index;
    xp_array *x = xp_record_cast(index, xp_device_dtype(xp->device, XP_FLOAT64), function);
    x = xp_record_elementwise(&xp_operation_multiply, function, 2, (xp_array *const[]){x, xp_scalar_float(step)});
    return xp_record_elementwise(&xp_operation_add, function, 2, (xp_array *const[]){x, xp_scalar_float(start)});
}

/* How many numbers lie from start to stop; -1 with an error recorded. */
static int64_t range_length(double start, double stop, double step)
{
    if (!isfinite(start) || !isfinite(stop) || !isfinite(step)) {
        xp_fail(XP_ERROR_VALUE, "arange", NULL, "arange: start, stop and step must be finite, got %g, %g and %g",
                start, stop, step);
        return -1;
    }
    if (step == 0.0) {
        xp_fail(XP_ERROR_VALUE, "arange", "step", "arange: step is 0");
        return -1;
    }
    double length = ceil((stop - start) / step);
    if (length < 0x1p60)
        return length > 0.0 ? (int64_t)length : 0;
    xp_fail(XP_ERROR_OVERFLOW, "arange", NULL, "arange: a length of %g is too large", length);
    return -1;
}

xp_array *standard_arange(const xp_namespace *xp, double start, double stop, double step, xp_dtype dtype)
{
    bool is_integral = is_whole(start) && is_whole(step);
    const xp_device_dtypes *defaults = &xp->device->dtypes;
    bool is_whole_range = is_integral && is_whole(stop);
    dtype = standard_dtype("arange", dtype, is_whole_range ? defaults->integral : defaults->real_floating);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    if (!xp_dtype_is(dtype, XP_KIND_REAL))
        return xp_fail(XP_ERROR_TYPE, "arange", "dtype", "arange: dtype is %s, expected a real numeric dtype",
                       xp_dtype_name(dtype));
    int64_t length = range_length(start, stop, step);
    if (length < 0)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    /* whole numbers are exact as integers, whatever dtype they end in */
    bool fits = is_integral && fabs(step) * (double)length <= WHOLE_LIMIT;
    xp_array *x = fits ? standard_coordinates(xp, (int64_t)start, 1, &length, &(int64_t){(int64_t)step}, "arange")
                       : floating_range(xp, start, step, length, "arange");
    if (!xp_is_failed(x))
        x = standard_cast(x, dtype, "arange");
    return xp_scope_return(scope, x);
}

/* Replaces the last of the numbers by stop, which rounding may have missed. */
static xp_array *end_at(xp_array *x, double stop)
{
    static const char *const function = "linspace";
    xp_array *index = standard_coordinates(x->xp, 0, 1, x->shape, &(int64_t){1}, function);
    xp_array *is_last = xp_record_elementwise(&xp_operation_equal, function, 2,
                                              (xp_array *const[]){index, xp_scalar_int(x->shape[0] - 1)});
    return xp_record_elementwise(&xp_operation_where, function, 3,
                                 (xp_array *const[]){is_last, xp_scalar_float(stop), x});
}

xp_array *standard_linspace(const xp_namespace *xp, double start, double stop, int64_t num, bool endpoint,
                            xp_dtype dtype)
{
    static const char *const function = "linspace";
    dtype = standard_dtype(function, dtype, xp->device->dtypes.real_floating);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    if (!xp_dtype_is(dtype, XP_KIND_FLOATING))
        return xp_fail(XP_ERROR_TYPE, function, "dtype", "linspace: dtype is %s, expected a floating or complex dtype",
                       xp_dtype_name(dtype));
    if (num < 0)
        return xp_fail(XP_ERROR_VALUE, function, "num", "linspace: num is %lld, expected 0 or more", (long long)num);
    double gaps = endpoint ? (double)num - 1.0 : (double)num;
    double half = isfinite(stop - start) ? 1.0 : 0.5; /* the distance of huge numbers overflows, that of halves not */
    double step = gaps > 0.0 ? (stop * half - start * half) / gaps : 0.0;
    xp_scope scope = xp_scope_open();
    xp_array *x = floating_range(xp, start * half, step, num, function);
    if (half != 1.0)
        x = xp_record_elementwise(&xp_operation_multiply, function, 2, (xp_array *const[]){x, xp_scalar_float(2.0)});
    if (endpoint && num > 1 && !xp_is_failed(x))
        x = end_at(x, stop);
    if (!xp_is_failed(x))
        x = standard_cast(x, dtype, function);
    return xp_scope_return(scope, x);
}

xp_array *standard_eye(const xp_namespace *xp, int64_t n_rows, int64_t n_cols, int64_t k, xp_dtype dtype)
{
    dtype = standard_dtype("eye", dtype, xp->device->dtypes.real_floating);
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    /* column minus row is the number of the diagonal */
    xp_array *diagonal = standard_coordinates(xp, 0, 2, (const int64_t[]){n_rows, n_cols}, (const int64_t[]){-1, 1},
                                              "eye");
    if (xp_is_failed(diagonal))
        return xp_scope_return(scope, diagonal);
    xp_array *x = xp_record_elementwise(&xp_operation_equal, "eye", 2,
                                        (xp_array *const[]){diagonal, xp_scalar_int(k)});
    return xp_scope_return(scope, xp_is_failed(x) ? x : standard_cast(x, dtype, "eye"));
}

/* ---- from arrays ------------------------------------------------------------------------------------------------- */

xp_array *standard_asarray(const xp_namespace *xp, xp_array *x, xp_dtype dtype, xp_copy_policy copy)
{
    if (!xp_check_given("asarray", "x", x))
        return xp_failed();
    dtype = standard_dtype("asarray", dtype, own_dtype(xp, x));
    if (dtype == XP_N_DTYPES)
        return xp_failed();
    if (copy == XP_COPY_NEVER && (!x->xp || x->dtype != dtype))
        return xp_fail(XP_ERROR_VALUE, "asarray", "copy", "asarray: %s cannot become an array of %s without a copy",
                       x->xp ? xp_dtype_name(x->dtype) : "a scalar", xp_dtype_name(dtype));
    if (!x->xp && xp_dtype_is(x->dtype, XP_KIND_COMPLEX) && !xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return xp_fail(XP_ERROR_TYPE, "asarray", "dtype", "asarray: x is complex, dtype is %s", xp_dtype_name(dtype));
    if (!x->xp)
        return standard_fill(xp, x, XP_SHAPE_0D, dtype, "asarray");
    if (x->xp != xp)
        return xp_fail(XP_ERROR_DEVICE, "asarray", "x", "asarray: x is on device %s, not on %s", x->xp->device->name,
                       xp->device->name);
    return standard_convert(x, dtype, copy == XP_COPY_ALWAYS, "asarray");
}
