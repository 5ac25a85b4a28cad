/* Dtypes: conversion, promotion, facts.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <float.h>

#include "core/thread.h"
#include "standard/support.h"

xp_array *standard_convert(xp_array *x, xp_dtype dtype, bool copy, const char *function)
{
    if (xp_dtype_is(x->dtype, XP_KIND_COMPLEX) && xp_dtype_is(dtype, XP_KIND_REAL))
        return xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: cannot cast %s to %s: take its real part first", function,
                       xp_dtype_name(x->dtype), xp_dtype_name(dtype));
    if (x->dtype != dtype)
        return xp_record_cast(x, dtype, function);
    return copy ? standard_copy(x, function) : standard_same(x, function);
}

xp_array *standard_astype(xp_array *x, xp_dtype dtype, bool copy)
{
    if (!standard_check_array("astype", "x", x))
        return xp_failed();
    if (dtype == XP_DEFAULT_DTYPE)
        return xp_fail(XP_ERROR_TYPE, "astype", "dtype", "astype: dtype is not given");
    if (standard_dtype("astype", dtype, dtype) == XP_N_DTYPES)
        return xp_failed();
    return standard_convert(x, dtype, copy, "astype");
}

static bool check_dtype(const char *function, xp_dtype dtype, int kinds)
{
    if (dtype > XP_DEFAULT_DTYPE && dtype < XP_N_DTYPES && xp_dtype_is(dtype, kinds))
        return true;
    if (dtype > XP_DEFAULT_DTYPE && dtype < XP_N_DTYPES)
        xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: dtype is %s, expected %s", function, xp_dtype_name(dtype),
                kinds == XP_KIND_INTEGRAL ? "an integer dtype" : "a floating or complex dtype");
    else
        xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: dtype %d is unknown", function, (int)dtype);
    return false;
}

bool standard_can_cast(xp_dtype from, xp_dtype to)
{
    if (!check_dtype("can_cast", from, XP_KIND_ANY) || !check_dtype("can_cast", to, XP_KIND_ANY))
        return false;
    return xp_promotion[from][to] == to;
}

bool standard_is_dtype(xp_dtype dtype, int kinds)
{
    return dtype > XP_DEFAULT_DTYPE && dtype < XP_N_DTYPES && xp_dtype_is(dtype, kinds);
}

/* The dtype of arrays with a scalar; XP_DEFAULT_DTYPE with an error recorded where the standard does not have it. */
static xp_dtype promote_weak(const struct xp_device *device, xp_dtype dtype, xp_dtype weak)
{
    if (!device->driver->standard_only || xp_standard_promotes_weak(dtype, weak))
        return xp_device_dtype(device, xp_promote_weak(dtype, weak));
    xp_fail(XP_ERROR_TYPE, "result_type", "arrays", "result_type: the standard does not promote %s with %s",
            xp_dtype_name(dtype), xp_dtype_name(weak));
    return XP_DEFAULT_DTYPE;
}

/* Arrays by the table first, then the scalars, which give way to what the arrays say. */
xp_dtype standard_result_type(xp_array *const *arrays, int count)
{
    const struct xp_device *device = NULL;
    xp_dtype dtype = XP_DEFAULT_DTYPE, weak = XP_DEFAULT_DTYPE;
    for (int i = 0; i < count; i++) {
        const xp_array *x = arrays[i];
        if (!x)
            continue;
        if (xp_is_failed(x)) {
            xp_fail_again();
            return XP_DEFAULT_DTYPE;
        }
        if (!x->xp) {
            weak = (xp_dtype)xp_promotion[weak][x->dtype];
            continue;
        }
        device = x->xp->device;
        dtype = dtype ? standard_promote(device, dtype, (xp_dtype)x->dtype, "result_type") : (xp_dtype)x->dtype;
        if (dtype == XP_N_DTYPES)
            return XP_DEFAULT_DTYPE;
    }
    if (!dtype && !weak)
        xp_fail(XP_ERROR_VALUE, "result_type", "arrays", "result_type: needs at least one array");
    if (!dtype || !weak)
        dtype = dtype ? dtype : weak;
    else
        dtype = promote_weak(device, dtype, weak);
    return !device || xp_check_device_has(device, dtype, "result_type") ? dtype : XP_DEFAULT_DTYPE;
}

xp_finfo_result standard_finfo(xp_dtype dtype)
{
    if (!check_dtype("finfo", dtype, XP_KIND_FLOATING))
        return (xp_finfo_result){0};
    xp_dtype real = xp_real_dtype(dtype);
    xp_finfo_result facts = {.bits = (int32_t)(8 * xp_dtype_bytes(real)), .dtype = real, .eps = DBL_EPSILON,
                             .max = DBL_MAX, .min = -DBL_MAX, .smallest_normal = DBL_MIN};
    if (real == XP_FLOAT16)
        return (xp_finfo_result){.bits = 16, .dtype = real, .eps = 0x1p-10, .max = 65504.0, .min = -65504.0,
                                 .smallest_normal = 0x1p-14};
    if (real == XP_BFLOAT16)
        return (xp_finfo_result){.bits = 16, .dtype = real, .eps = 0x1p-7, .max = 0x1.fep127, .min = -0x1.fep127,
                                 .smallest_normal = 0x1p-126};
    if (real == XP_FLOAT32) {
        facts.eps = (double)FLT_EPSILON;
        facts.max = (double)FLT_MAX;
        facts.min = -(double)FLT_MAX;
        facts.smallest_normal = (double)FLT_MIN;
    }
    return facts;
}

xp_iinfo_result standard_iinfo(xp_dtype dtype)
{
    if (!check_dtype("iinfo", dtype, XP_KIND_INTEGRAL))
        return (xp_iinfo_result){0};
    int32_t bits = (int32_t)(8 * xp_dtype_bytes(dtype));
    bool is_signed = xp_dtype_is(dtype, XP_KIND_SIGNED);
    return (xp_iinfo_result){.bits = bits, .dtype = dtype, .min = is_signed ? INT64_MIN >> (64 - bits) : 0,
                             .max = UINT64_MAX >> (64 - bits + is_signed)};
}
