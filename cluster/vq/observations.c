/* What comes into cluster.vq: options, observations, centroids, and the checks on them.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "vq_private.h"
#include "standard/check.h"

bool vq_read_options(const char *function, void *options, size_t size, const void *given)
{
    if (!given)
        return true;
    size_t given_size = *(const size_t *)given; /* the first field of every options struct */
    if (given_size == 0) {
        xp_fail(XP_ERROR_VALUE, function, "options", "%s: options has size 0: start from sx_cluster_%s_defaults()",
                function, function);
        return false;
    }
    memcpy(options, given, given_size < size ? given_size : size);
    return true;
}

const xp_namespace *vq_namespace(const char *function, xp_array *a, xp_array *b)
{
    if (!xp_check_same_device(function, 2, (xp_array *const[]){a, b}))
        return xp_array_namespace(xp_failed());
    return xp_array_namespace(a, b);
}

/* A sum reads and writes nothing; one that is not finite can still come from finite values, which overflowed. */
bool vq_all_finite(const xp_namespace *xp, xp_array *x)
{
    return isfinite(xp_to_double(xp->sum(x, XP_ALL))) || xp_truth(xp->all(xp->is_finite(x), XP_ALL));
}

bool vq_check_finite(const xp_namespace *xp, const char *function, const char *argument, xp_array *x)
{
    if (vq_all_finite(xp, x))
        return true;
    xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s holds infinities or NaNs", function, argument);
    return false;
}

xp_array *vq_check_observations(const xp_namespace *xp, const char *function, const char *argument, xp_array *x,
                                int most, bool check_finite)
{
    if (!xp_check_given(function, argument, x) || !xp_check_kind(function, argument, x, XP_KIND_REAL) ||
        !xp_check_ndim(function, argument, x, 1, most))
        return xp_failed();
    if (!xp_dtype_is(xp_dtype_of(x), XP_KIND_FLOAT))
        return xp->astype(x, xp->info->default_dtypes().real_floating, false); /* integers are finite */
    if (xp_dtype_of(x) >= XP_N_STANDARD_DTYPES)
        x = xp->astype(x, XP_FLOAT32, false);
    return !check_finite || vq_check_finite(xp, function, argument, x) ? x : xp_failed();
}

bool vq_check_centroids(const char *function, const char *argument, xp_array *centroids, const char *of, xp_array *obs)
{
    int ndim = xp_ndim(obs);
    if (!xp_check_ndim(function, argument, centroids, ndim, ndim))
        return false;
    if (ndim > 1 && xp_extent(centroids, 1) != xp_extent(obs, 1)) {
        xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s has %lld features, but %s has %lld", function, argument,
                (long long)xp_extent(centroids, 1), of, (long long)xp_extent(obs, 1));
        return false;
    }
    if (xp_extent(centroids, 0) == 0) {
        xp_fail(XP_ERROR_VALUE, function, argument, "%s: %s holds no centroids", function, argument);
        return false;
    }
    if (xp_extent(centroids, 0) > INT32_MAX) {
        xp_fail(XP_ERROR_OVERFLOW, function, argument, "%s: %s holds %lld centroids, labels are int32", function,
                argument, (long long)xp_extent(centroids, 0));
        return false;
    }
    return true;
}

bool vq_read_values(xp_array *values, void *to, size_t bytes)
{
    xp_scope scope = xp_scope_open();
    xp_status status = xp_to_host(xp_to_device(values, NULL), to, bytes);
    return xp_scope_close(scope) == XP_OK && status == XP_OK;
}

double vq_read_value(xp_array *x)
{
    xp_scope scope = xp_scope_open();
    double value = xp_to_double(xp_ndim(x) == 0 ? x : xp_array_namespace(x)->reshape(x, XP_SHAPE_0D));
    return xp_scope_close(scope) == XP_OK ? value : (double)NAN;
}

xp_array *vq_as_rows(const xp_namespace *xp, xp_array *x)
{
    return xp_ndim(x) == 1 ? xp->expand_dims(x, 1) : x;
}

void vq_prepare(const xp_namespace *xp, xp_array **obs, xp_array **centroids)
{
    xp_dtype dtype = xp->result_type((xp_array *const[]){*obs, *centroids}, 2);
    *obs = vq_as_rows(xp, xp->astype(*obs, dtype, false));
    *centroids = vq_as_rows(xp, xp->astype(*centroids, dtype, false));
    xp_eval(*obs, *centroids);
}
