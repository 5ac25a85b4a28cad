/* Equations, inverses and determinants by elimination with partial pivoting.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/dtype.h"
#include "providers/device/kernels/texts.h"
#include "providers/device/slots/factor.h"
#include "providers/device/slots/slots.h"

/* Eliminates; `sides` (NULL: none), C-contiguous, has k columns, which become the solutions. */
static xp_status eliminate(device_factor *f, const xp_view *sides, int64_t k, bool invert, device_block *signs)
{
    device_call call;
    device_call_begin(&call, f->device);
    device_call_block(&call, f->a, true);
    if (sides) {
        device_call_view(&call, sides, true);
    } else {
        device_call_block(&call, f->a, true); /* not looked at */
        device_call_index(&call, 0);
    }
    device_call_block(&call, f->status, true);
    device_call_block(&call, signs, true);
    device_call_index(&call, f->n);
    device_call_index(&call, k);
    device_call_int(&call, invert);
    device_call_index(&call, f->count);
    return device_factor_launch(f, &call, "lu_solve");
}

static xp_status determinants(device_factor *f, device_block *signs, bool take_log, const xp_view *results)
{
    device_call call;
    device_call_begin(&call, f->device);
    device_call_block(&call, f->a, false);
    device_call_block(&call, signs, false);
    device_call_index(&call, f->n);
    device_call_index(&call, f->count);
    device_call_int(&call, take_log);
    device_call_view(&call, &results[0], true);
    device_call_view(&call, &results[take_log ? 1 : 0], true);
    return device_call_launch(&call, &f->source, "lu_determinants", device_groups_for(f->device, f->count));
}

/* Waits, as others have to know now whether there is a result. */
static xp_status check(device_factor *f)
{
    int singular;
    xp_status status = device_factor_status(f, &singular);
    if (status == XP_OK && singular)
        status = xp_driver_error(XP_ERROR_LINALG, "the matrix is singular");
    return status;
}

xp_status device_lu(const struct xp_device *device, xp_factor_kind kind, const xp_view *a, const xp_view *results)
{
    const bool invert = kind == XP_FACTOR_INVERSE;
    device_factor f;
    device_block *signs = NULL;
    device_factor_open(&f, device, a, "lu", device_lu_text);
    if (invert && f.n == 0)
        return XP_OK;
    xp_status status = device_factor_read(&f, a, false);
    if (status == XP_OK)
        status = device_factor_integers(&f, f.count, &signs);
    if (status == XP_OK)
        status = eliminate(&f, invert ? results : NULL, invert ? f.n : 0, invert, signs);
    if (status == XP_OK)
        status = invert ? check(&f) : determinants(&f, signs, kind == XP_FACTOR_SLOGDET, results);
    device_factor_close(&f);
    return status;
}

/* The matrices as many as there are right sides: their stacks broadcast. */
xp_status device_solve(const struct xp_device *device, const xp_view *a, const xp_view *b, const xp_view *out)
{
    device_factor f;
    device_block *signs = NULL;
    if (!xp_dtype_is(a->dtype, XP_KIND_FLOATING))
        return xp_driver_error(XP_ERROR_TYPE, "cannot solve equations of %s", xp_dtype_name(a->dtype));
    if (device_count_of(out) == 0)
        return XP_OK;
    device_factor_open(&f, device, a, "lu", device_lu_text);
    xp_status status = device_factor_read(&f, a, false);
    if (status == XP_OK)
        status = device_factor_integers(&f, f.count, &signs);
    if (status == XP_OK)
        status = device_collect_into(device, b, out);
    if (status == XP_OK)
        status = eliminate(&f, out, out->shape[out->ndim - 1], false, signs);
    if (status == XP_OK)
        status = check(&f);
    device_factor_close(&f);
    return status;
}
