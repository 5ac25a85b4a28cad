/* Random numbers: seeds, and draws that advance the counter by the blocks they use.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <sys/random.h>

#include "core/thread.h"
#include "scixp/xp/random.h"
#include "standard/support.h"

xp_rng xp_rng_seed(uint64_t seed)
{
    return (xp_rng){.key = seed};
}

xp_rng xp_rng_entropy(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
        xp_fail(XP_ERROR_UNSUPPORTED, "rng_entropy", NULL, "rng_entropy: the system gives no entropy");
        seed = 0;
    }
    return xp_rng_seed(seed);
}

/* ---- draws ------------------------------------------------------------------------------------------------------- */

/* A fresh array of what is drawn. The generator moves on only if that succeeds. */
static xp_array *draw(const xp_namespace *xp, xp_rng *rng, xp_draw what, xp_shape shape, xp_dtype dtype,
                      const char *function)
{
    const xp_driver *slots = STANDARD_SLOTS(xp, draw, (int)what.kind, dtype, function);
    if (!slots)
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *out = xp_array_new_filled(xp, dtype, shape.ndim, shape.extents, function);
    if (xp_is_failed(out))
        return xp_scope_return(scope, out);
    what.key = rng->key;
    what.stream = rng->stream;
    what.counter = rng->counter;
    const xp_view view = standard_view(out);
    xp_status status = slots->draw(xp->device, &what, &view);
    if (status != XP_OK)
        return xp_scope_return(scope, xp_driver_failed(status, function));
    uint64_t per_block = 16 / xp_dtype_bytes(dtype), size = (uint64_t)out->size;
    rng->counter += size / per_block + (size % per_block != 0);
    return xp_scope_return(scope, out);
}

static bool check_draw(const char *function, const xp_rng *rng, xp_shape shape)
{
    if (rng)
        return standard_check_shape(function, shape);
    xp_fail(XP_ERROR_VALUE, function, "rng", "%s: rng is not given", function);
    return false;
}

static xp_array *draw_floating(const xp_namespace *xp, xp_draw_kind kind, xp_rng *rng, xp_shape shape,
                               xp_dtype dtype, const char *function)
{
    dtype = standard_dtype(function, dtype, xp->device->dtypes.real_floating);
    if (dtype == XP_N_DTYPES || !check_draw(function, rng, shape))
        return xp_failed();
    if (!xp_dtype_is(dtype, XP_KIND_FLOAT))
        return xp_fail(XP_ERROR_TYPE, function, "dtype", "%s: dtype is %s, expected float32 or float64", function,
                       xp_dtype_name(dtype));
    return draw(xp, rng, (xp_draw){.kind = kind}, shape, dtype, function);
}

xp_array *standard_random_uniform(const xp_namespace *xp, xp_rng *rng, xp_shape shape, xp_dtype dtype)
{
    return draw_floating(xp, XP_DRAW_UNIFORM, rng, shape, dtype, "uniform");
}

xp_array *standard_random_normal(const xp_namespace *xp, xp_rng *rng, xp_shape shape, xp_dtype dtype)
{
    return draw_floating(xp, XP_DRAW_NORMAL, rng, shape, dtype, "normal");
}

xp_array *standard_random_integers(const xp_namespace *xp, xp_rng *rng, int64_t low, int64_t high, xp_shape shape,
                                   xp_dtype dtype)
{
    static const char *const function = "integers";
    dtype = standard_dtype(function, dtype, xp->device->dtypes.integral);
    if (dtype == XP_N_DTYPES || !check_draw(function, rng, shape))
        return xp_failed();
    if (!xp_dtype_is(dtype, XP_KIND_INTEGRAL))
        return xp_fail(XP_ERROR_TYPE, function, "dtype", "integers: dtype is %s, expected an integer dtype",
                       xp_dtype_name(dtype));
    if (high <= low)
        return xp_fail(XP_ERROR_VALUE, function, "high", "integers: nothing lies from low %lld to high %lld",
                       (long long)low, (long long)high);
    xp_iinfo_result range = standard_iinfo(dtype);
    if (low < range.min || (high - 1 > 0 && (uint64_t)(high - 1) > range.max))
        return xp_fail(XP_ERROR_OVERFLOW, function, "high", "integers: %lld to %lld is more than %s holds",
                       (long long)low, (long long)high, xp_dtype_name(dtype));
    xp_scope scope = xp_scope_open();
    const xp_draw what = {.kind = XP_DRAW_INTEGERS, .low = low, .span = (uint64_t)high - (uint64_t)low};
    xp_array *x = draw(xp, rng, what, shape, XP_INT64, function);
    return xp_scope_return(scope, xp_is_failed(x) ? x : standard_cast(x, dtype, function));
}
