/* Searching in sorted arrays. (argmin, argmax and count_nonzero are in statistical.c, where is in elementwise.c.)
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/device_dtypes.h"
#include "core/shape.h"
#include "core/thread.h"
#include "standard/support.h"

static const char *const function = "searchsorted";

xp_dtype standard_common_dtype(const xp_array *x1, const xp_array *x2, const char *name)
{
    xp_value value;
    const struct xp_device *device = x1->xp->device;
    if (x2->xp)
        return standard_promote(device, (xp_dtype)x1->dtype, (xp_dtype)x2->dtype, name);
    if (device->driver->standard_only && !xp_standard_promotes_weak((xp_dtype)x1->dtype, (xp_dtype)x2->dtype)) {
        xp_fail(XP_ERROR_TYPE, name, NULL, "%s: the standard does not compare %s with a floating scalar", name,
                xp_dtype_name(x1->dtype));
        return XP_N_DTYPES;
    }
    xp_dtype dtype = xp_device_dtype(device, xp_promote_weak((xp_dtype)x1->dtype, (xp_dtype)x2->dtype));
    return xp_value_cast(&x2->value, (xp_dtype)x2->dtype, &value, dtype) ? dtype : XP_INT64;
}

/* x1 in the order that `sorter` gives. */
static xp_array *sorted_by(xp_array *x1, xp_array *sorter)
{
    if (!standard_check_array(function, "sorter", sorter) ||
        !xp_check_kind(function, "sorter", sorter, XP_KIND_INTEGRAL) ||
        !xp_check_ndim(function, "sorter", sorter, 1, 1))
        return xp_failed();
    if (sorter->size != x1->size)
        return xp_fail(XP_ERROR_VALUE, function, "sorter", "searchsorted: sorter has %lld elements, x1 has %lld",
                       (long long)sorter->size, (long long)x1->size);
    return standard_take(x1, sorter, 0);
}

static xp_array *search(const xp_driver *slots, xp_array *x1, xp_array *x2, bool right)
{
    x1 = standard_ready(x1, function);
    x1 = x1 ? xp_ready_contiguous(x1, function) : NULL;
    x2 = x1 ? standard_ready(x2, function) : NULL;
    if (!x2)
        return xp_failed();
    xp_array *out = xp_array_new_filled(x1->xp, XP_INT64, x2->ndim, x2->shape, function);
    if (xp_is_failed(out))
        return out;
    const xp_view sorted = standard_view(x1), values = standard_view(x2), positions = standard_view(out);
    xp_status status = slots->search(out->xp->device, &sorted, &values, right, &positions);
    return status == XP_OK ? out : xp_driver_failed(status, function);
}

xp_array *standard_searchsorted(xp_array *x1, xp_array *x2, bool right, xp_array *sorter)
{
    xp_array *const all[] = {x1, x2, sorter};
    if (!standard_check_kinds(function, "x1", x1, XP_KIND_REAL, XP_KIND_NONE) ||
        !xp_check_ndim(function, "x1", x1, 1, 1) || !xp_check_kind(function, "x2", x2, XP_KIND_REAL) ||
        !xp_check_same_device(function, 3, all))
        return xp_failed();
    xp_dtype dtype = standard_common_dtype(x1, x2, function);
    const xp_driver *slots = dtype == XP_N_DTYPES ? NULL : STANDARD_SLOTS(x1->xp, search, 0, xp_loop_dtype(dtype), function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    if (sorter)
        x1 = sorted_by(x1, sorter);
    x2 = x2->xp ? standard_cast(x2, dtype, function) : standard_fill(all[0]->xp, x2, XP_SHAPE_0D, dtype, function);
    if (xp_is_failed(x1) || xp_is_failed(x2))
        return xp_scope_return(scope, xp_failed());
    x1 = standard_cast(x1, dtype, function);
    return xp_scope_return(scope, xp_is_failed(x1) ? x1 : standard_positions(search(slots, x1, x2, right), function));
}

/* ---- stacks ------------------------------------------------------------------------------------------------------ */

static bool check_stacks(const xp_array *x1, const xp_array *x2)
{
    char first[XP_SHAPE_TEXT], second[XP_SHAPE_TEXT];
    bool fits = x1->ndim == x2->ndim;
    for (int i = 0; fits && i < x1->ndim - 1; i++)
        fits = x1->shape[i] == x2->shape[i];
    if (!fits)
        xp_fail(XP_ERROR_VALUE, function, NULL, "%s: shapes %s and %s differ before the last axis", function,
                xp_shape_text(x1->ndim, x1->shape, first), xp_shape_text(x2->ndim, x2->shape, second));
    return fits;
}

/* Line `i` of the last axis of a contiguous array. */
static xp_view line_of(const xp_array *x, int64_t i)
{
    const int last = x->ndim - 1;
    const int64_t bytes = x->shape[last] * (int64_t)xp_dtype_bytes(x->dtype);
    return (xp_view){x->buffer, x->offset + i * bytes, x->dtype, 1, x->shape + last, x->strides + last};
}

static xp_array *search_lines(const xp_driver *slots, xp_array *x1, xp_array *x2, bool right)
{
    x1 = standard_ready(x1, function);
    x1 = x1 ? xp_ready_contiguous(x1, function) : NULL;
    x2 = x1 ? standard_ready(x2, function) : NULL;
    x2 = x2 ? xp_ready_contiguous(x2, function) : NULL;
    if (!x2)
        return xp_failed();
    xp_array *out = xp_array_new_filled(x1->xp, XP_INT64, x2->ndim, x2->shape, function);
    const int64_t length = x2->shape[x2->ndim - 1], lines = length > 0 ? x2->size / length : 0;
    for (int64_t i = 0; i < lines && !xp_is_failed(out); i++) {
        const xp_view sorted = line_of(x1, i), values = line_of(x2, i), positions = line_of(out, i);
        xp_status status = slots->search(x1->xp->device, &sorted, &values, right, &positions);
        if (status != XP_OK)
            return xp_driver_failed(status, function);
    }
    return out;
}

xp_array *standard_extra_searchsorted(xp_array *x1, xp_array *x2, bool right)
{
    xp_array *const both[] = {x1, x2};
    if (!standard_check_kinds(function, "x1", x1, XP_KIND_REAL, XP_KIND_NONE) ||
        !standard_check_kinds(function, "x2", x2, XP_KIND_REAL, XP_KIND_NONE) ||
        !xp_check_ndim(function, "x1", x1, 1, XP_MAX_NDIM) || !xp_check_same_device(function, 2, both) ||
        !check_stacks(x1, x2))
        return xp_failed();
    xp_dtype dtype = standard_common_dtype(x1, x2, function);
    const xp_driver *slots = dtype == XP_N_DTYPES ? NULL : STANDARD_SLOTS(x1->xp, search, 0, xp_loop_dtype(dtype), function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    x1 = standard_cast(x1, dtype, function);
    x2 = xp_is_failed(x1) ? x1 : standard_cast(x2, dtype, function);
    xp_array *out = xp_is_failed(x2) ? x2 : search_lines(slots, x1, x2, right);
    return xp_scope_return(scope, standard_positions(out, function));
}
