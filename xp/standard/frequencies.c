/* The frequencies that stand beside Fourier transforms, and bringing the frequency 0 to the middle.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/device_dtypes.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

/* ---- fftfreq, rfftfreq ------------------------------------------------------------------------------------------- */

static bool check_frequencies(const char *function, int64_t n, double d, xp_dtype dtype)
{
    if (dtype == XP_N_DTYPES)
        return false;
    if (!xp_dtype_is(dtype, XP_KIND_FLOAT))
        xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: dtype is %s, expected float32 or float64", function,
                xp_dtype_name(dtype));
    else if (n < 1)
        xp_fail(XP_ERROR_VALUE, function, "n", "%s: n is %lld, expected at least 1", function, (long long)n);
    else if (d == 0.0)
        xp_fail(XP_ERROR_VALUE, function, "d", "%s: d is 0", function);
    else
        return true;
    return false;
}

/* Whole numbers over n * d. */
static xp_array *frequencies(xp_array *numbers, int64_t n, double d, xp_dtype dtype, const char *function)
{
    xp_array *x = xp_is_failed(numbers) ? numbers : xp_record_cast(numbers, xp_device_dtype(numbers->xp->device, XP_FLOAT64), function);
    xp_array *const operands[] = {x, xp_scalar_float((double)n * d)};
    x = xp_record_elementwise(&xp_operation_divide, function, 2, operands);
    return xp_is_failed(x) ? x : standard_cast(x, dtype, function);
}

/* Numbers from the middle on stand for themselves minus n. */
static xp_array *signed_numbers(const xp_namespace *xp, int64_t n, const char *function)
{
    xp_array *number = standard_coordinates(xp, 0, 1, &n, &(int64_t){1}, function);
    xp_array *less_n = standard_coordinates(xp, -n, 1, &n, &(int64_t){1}, function);
    if (xp_is_failed(number) || xp_is_failed(less_n))
        return xp_failed();
    xp_array *is_positive = xp_record_elementwise(&xp_operation_less, function, 2,
                                                  (xp_array *const[]){number, xp_scalar_int(n - n / 2)});
    return xp_record_elementwise(&xp_operation_where, function, 3, (xp_array *const[]){is_positive, number, less_n});
}

xp_array *standard_fft_fftfreq(const xp_namespace *xp, int64_t n, double d, xp_dtype dtype)
{
    static const char *const function = "fftfreq";
    dtype = standard_dtype(function, dtype, xp->device->dtypes.real_floating);
    if (!check_frequencies(function, n, d, dtype))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, frequencies(signed_numbers(xp, n, function), n, d, dtype, function));
}

xp_array *standard_fft_rfftfreq(const xp_namespace *xp, int64_t n, double d, xp_dtype dtype)
{
    static const char *const function = "rfftfreq";
    dtype = standard_dtype(function, dtype, xp->device->dtypes.real_floating);
    if (!check_frequencies(function, n, d, dtype))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    const int64_t length = n / 2 + 1;
    xp_array *numbers = standard_coordinates(xp, 0, 1, &length, &(int64_t){1}, function);
    return xp_scope_return(scope, frequencies(numbers, n, d, dtype, function));
}

/* ---- fftshift, ifftshift ----------------------------------------------------------------------------------------- */

/* Rolling cuts each axis in two, [0, extent - shift) and the rest, which change places. One corner of x is one of the
 * two parts of each axis: bit i of `second` chooses that of the i-th axis that is rolled. */
static bool move_corner(xp_array *x, xp_array *out, const int64_t *shifts, uint32_t second, const char *function)
{
    xp_axis_map map;
    int64_t offset = out->offset;
    standard_same_axes(x, &map);
    for (int axis = 0, rolled = 0; axis < x->ndim; axis++) {
        const int64_t shift = shifts[axis], kept = x->shape[axis] - shift;
        if (shift == 0)
            continue;
        const bool is_second = second >> rolled++ & 1;
        map.start[axis] = is_second ? kept : 0;
        map.shape[axis] = is_second ? shift : kept;
        offset += is_second ? 0 : shift * out->strides[axis];
    }
    xp_array *from = xp_record_view(x, &map, function);
    xp_array *to = xp_array_view(out, x->ndim, map.shape, out->strides, offset, function);
    return !xp_is_failed(from) && !xp_is_failed(to) && xp_write_into(from, to, function);
}

/* x rolled by `shifts` (one for each axis, 0 <= shift < extent): every element is moved once. */
static xp_array *roll(xp_array *x, const int64_t *shifts, const char *function)
{
    int rolled = 0;
    for (int axis = 0; axis < x->ndim; axis++)
        rolled += shifts[axis] > 0;
    if (rolled == 0 || x->size == 0)
        return standard_same(x, function);
    x = xp_ready(x, function); /* all corners read it */
    xp_array *out = x ? xp_array_new_filled(x->xp, (xp_dtype)x->dtype, x->ndim, x->shape, function) : xp_failed();
    bool success = !xp_is_failed(out);
    for (uint64_t second = 0; second < UINT64_C(1) << rolled && success; second++)
        success = move_corner(x, out, shifts, (uint32_t)second, function);
    return success ? out : xp_failed();
}

static xp_array *shift_half(xp_array *x, xp_over over, bool is_inverse, const char *function)
{
    uint32_t axes;
    int64_t shifts[XP_MAX_NDIM];
    if (!standard_check_kinds(function, "x", x, XP_KIND_FLOATING, XP_KIND_ANY) ||
        !xp_check_over(function, over, x->ndim, &axes))
        return xp_failed();
    for (int axis = 0; axis < x->ndim; axis++) /* an extent of 1 stays as it is */
        shifts[axis] = (axes >> axis & 1) && x->shape[axis] > 1 ? (x->shape[axis] + is_inverse) / 2 : 0;
    xp_scope scope = xp_scope_open();
    return xp_scope_return(scope, roll(x, shifts, function));
}

xp_array *standard_fft_fftshift(xp_array *x, xp_over over)
{
    return shift_half(x, over, false, "fftshift");
}

xp_array *standard_fft_ifftshift(xp_array *x, xp_over over)
{
    return shift_half(x, over, true, "ifftshift");
}
