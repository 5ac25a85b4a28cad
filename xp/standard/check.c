/* Checks that standard functions and modules share.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "standard/check.h"
#include "core/shape.h"
#include "core/thread.h"
#include "graph/fallback.h"
#include "standard/support.h"

/* The words of error messages for sets of kinds. */
static const struct {
    int kinds;
    const char *words;
} kind_words[] = {
    {XP_KIND_BOOL, "bool"},
    {XP_KIND_INTEGRAL, "an integer dtype"},
    {XP_KIND_DISCRETE, "bool or an integer dtype"},
    {XP_KIND_FLOAT, "float32 or float64"},
    {XP_KIND_COMPLEX, "a complex dtype"},
    {XP_KIND_FLOATING, "a floating or complex dtype"},
    {XP_KIND_REAL, "a real numeric dtype"},
    {XP_KIND_REAL | XP_KIND_BOOL, "a real dtype"},
    {XP_KIND_NUMERIC, "a numeric dtype"},
};

static const char *words_for(int kinds)
{
    for (size_t i = 0; i < sizeof kind_words / sizeof kind_words[0]; i++)
        if (kind_words[i].kinds == kinds)
            return kind_words[i].words;
    return "another dtype";
}

bool xp_check_given(const char *function, const char *argument, const xp_array *x)
{
    if (!x) {
        xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s is not given", function, argument);
        return false;
    }
    if (xp_is_failed(x)) {
        xp_fail_again();
        return false;
    }
    return true;
}

bool xp_check_kind(const char *function, const char *argument, const xp_array *x, int kinds)
{
    if (!xp_check_given(function, argument, x))
        return false;
    if (xp_dtype_is(x->dtype, kinds))
        return true;
    xp_fail(XP_ERROR_TYPE, function, argument, "%s: %s has dtype %s, expected %s", function, argument,
            xp_dtype_name(x->dtype), words_for(kinds));
    return false;
}

bool xp_check_ndim(const char *function, const char *argument, const xp_array *x, int least, int most)
{
    if (!xp_check_given(function, argument, x))
        return false;
    if (x->ndim >= least && x->ndim <= most)
        return true;
    const char *plural = x->ndim == 1 ? "" : "s";
    if (most >= XP_MAX_NDIM)
        xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s has %d dimension%s, expected at least %d", function,
                argument, x->ndim, plural, least);
    else if (least == most)
        xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s has %d dimension%s, expected %d", function, argument,
                x->ndim, plural, least);
    else
        xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s has %d dimension%s, expected %d %s %d", function,
                argument, x->ndim, plural, least, most == least + 1 ? "or" : "to", most);
    return false;
}

bool xp_check_same_device(const char *function, int count, xp_array *const *arrays)
{
    const xp_namespace *xp = NULL;
    for (int i = 0; i < count; i++) {
        if (!arrays[i])
            continue;
        if (xp_is_failed(arrays[i])) {
            xp_fail_again();
            return false;
        }
        if (!arrays[i]->xp || arrays[i]->xp == xp)
            continue;
        if (xp) {
            xp_fail(XP_ERROR_DEVICE, function, NULL, "%s: operands on devices %s and %s", function, xp->device->name,
                    arrays[i]->xp->device->name);
            return false;
        }
        xp = arrays[i]->xp;
    }
    return true;
}

/* ---- for the standard's functions alone -------------------------------------------------------------------------- */

bool standard_check_array(const char *function, const char *argument, const xp_array *x)
{
    if (!xp_check_given(function, argument, x))
        return false;
    if (x->xp)
        return true;
    xp_fail(XP_ERROR_TYPE, function, argument, "%s: %s is a scalar, expected an array", function, argument);
    return false;
}

bool standard_check_arrays(const char *function, int count, xp_array *const *arrays)
{
    if (count < 1 || !arrays) {
        xp_fail(XP_ERROR_VALUE, function, "arrays", "%s: needs at least one array", function);
        return false;
    }
    for (int i = 0; i < count; i++)
        if (!standard_check_array(function, "arrays", arrays[i]))
            return false;
    return xp_check_same_device(function, count, arrays);
}

bool standard_check_kinds(const char *function, const char *argument, const xp_array *x, int accepts, int extends)
{
    if (!standard_check_array(function, argument, x))
        return false;
    return xp_check_kind(function, argument, x, x->xp->device->driver->standard_only ? accepts : accepts | extends);
}

xp_dtype standard_dtype(const char *function, xp_dtype dtype, xp_dtype fallback)
{
    if (dtype == XP_DEFAULT_DTYPE)
        return fallback;
    if (dtype > XP_DEFAULT_DTYPE && dtype < XP_N_DTYPES)
        return dtype;
    xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: dtype %d is unknown", function, (int)dtype);
    return XP_N_DTYPES;
}

bool standard_check_shape(const char *function, xp_shape shape)
{
    if (shape.ndim >= 0 && shape.ndim <= XP_MAX_NDIM && (shape.ndim == 0 || shape.extents))
        return true;
    if (shape.ndim > XP_MAX_NDIM)
        xp_fail(XP_ERROR_VALUE, function, "shape", "%s: %d dimensions, at most %d are possible", function, shape.ndim,
                XP_MAX_NDIM);
    else
        xp_fail(XP_ERROR_VALUE, function, "shape", "%s: shape is not given", function);
    return false;
}

bool standard_check_broadcast(const char *function, const xp_array *x, int ndim, const int64_t *shape)
{
    char from[XP_SHAPE_TEXT], to[XP_SHAPE_TEXT];
    bool fits = x->ndim <= ndim;
    for (int i = 0; fits && i < x->ndim; i++)
        fits = x->shape[i] == 1 || x->shape[i] == shape[ndim - x->ndim + i];
    if (!fits)
        xp_fail(XP_ERROR_VALUE, function, NULL, "%s: shape %s does not broadcast to %s", function,
                xp_shape_text(x->ndim, x->shape, from), xp_shape_text(ndim, shape, to));
    return fits;
}

static xp_request slot_request(size_t slot, int which, int dtype)
{
    return (xp_request){.kind = XP_REQUEST_SLOT, .slot = slot, .which = which, .dtype = (uint8_t)dtype};
}

/* Slots that take elements as they are, whatever their dtype means. (scatter adds up no dtype for storage.) */
static bool moves(size_t slot)
{
    return slot == offsetof(xp_driver, gather) || slot == offsetof(xp_driver, compress) ||
           slot == offsetof(xp_driver, scatter);
}

bool standard_offers(const xp_namespace *xp, size_t slot, int which, int dtype)
{
    if (xp_is_storage(dtype) && !xp->device->driver->supports && !moves(slot))
        return false;
    const xp_request request = slot_request(slot, which, dtype);
    return xp_offers(xp->device, &request);
}

const xp_driver *standard_slots(const xp_namespace *xp, size_t slot, int which, int dtype, const char *function)
{
    if (xp_is_storage(dtype) && !moves(slot) && !standard_offers(xp, slot, which, dtype)) {
        xp_fail(XP_ERROR_TYPE, function, NULL, "%s: does not take %s, which is for storage: use float32", function,
                xp_dtype_name(dtype));
        return NULL;
    }
    const xp_request request = slot_request(slot, which, dtype);
    return xp_driver_for(xp->device, &request, function);
}
