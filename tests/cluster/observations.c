/* Observations for the tests of clustering: clouds of points, and layouts of the same values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "observations.h"

static xp_array *copy(xp_array *x)
{
    return xp_array_namespace(x)->asarray(x, XP_DEFAULT_DTYPE, true);
}

/* x on a device, in memory of its own where it is there already. */
static xp_array *put(xp_array *x, const struct xp_device *device)
{
    return device == xp_device_of(x) ? copy(x) : xp_to_device(x, device);
}

xp_array *lay_out_on(xp_array *x, layout how, const struct xp_device *device)
{
    bool flat = xp_ndim(x) < 2;
    switch (how) {
    case LAYOUT_FORTRAN: {
        int axes[XP_MAX_NDIM], ndim = xp_ndim(x);
        for (int i = 0; i < ndim; i++)
            axes[i] = ndim - 1 - i;
        return xp_permute_dims(put(xp_permute_dims(x, axes, ndim), device), axes, ndim);
    }
    case LAYOUT_SOME_COLUMNS:
        if (!flat) {
            int64_t d = xp_extent(x, 1);
            xp_array *wide = xp_to_device(xp_concat((xp_array *[]){x, x, x}, 3, 1), device);
            return xp_get(wide, XP_INDEX(xp_slice(XP_END, XP_END, 1), xp_slice(d, 2 * d, 1), xp_ellipsis()));
        }
        /* fall through */
    case LAYOUT_EVERY_OTHER_ROW:
        return xp_get(xp_to_device(xp_repeat(x, 2, 0), device),
                      XP_INDEX(xp_slice(XP_END, XP_END, 2), xp_ellipsis()));
    case LAYOUT_BACKWARDS:
        return xp_get(put(xp_flip(x, XP_OVER(0)), device),
                      XP_INDEX(xp_slice(XP_END, XP_END, -1), xp_ellipsis()));
    default:
        return xp_to_device(x, device);
    }
}

xp_array *lay_out(xp_array *x, layout how) { return lay_out_on(x, how, xp_device_of(x)); }

xp_array *make_clouds(const clouds *what, xp_dtype dtype, const struct xp_device *device)
{
    support_random random = {what->seed};
    double *middle = malloc(sizeof(double) * (size_t)(what->centres * what->d + 1));
    for (int64_t i = 0; i < what->centres * what->d; i++)
        middle[i] = support_uniform(&random, -10, 10);
    double *values = malloc(sizeof(double) * (size_t)(what->n * what->d + 1));
    for (int64_t i = 0; i < what->n; i++) {
        const double *at = middle + support_integer(&random, 0, what->centres) * what->d;
        for (int64_t j = 0; j < what->d; j++)
            values[i * what->d + j] = what->offset + at[j] + support_uniform(&random, -1, 1);
    }
    xp_array *x = support_array(values, dtype, XP_SHAPE(what->n, what->d), device);
    free(values);
    free(middle);
    return x;
}

double *read_doubles(xp_array *x)
{
    size_t bytes = (size_t)xp_size(x) * sizeof(double);
    double *values = malloc(bytes + 1);
    xp_scope scope = xp_scope_open();
    xp_to_host(xp_astype(x, XP_FLOAT64, false), values, bytes);
    cr_assert_eq(xp_scope_close(scope), XP_OK, "%s", xp_error_message());
    return values;
}

int32_t *read_labels(xp_array *x)
{
    size_t bytes = (size_t)xp_size(x) * sizeof(int32_t);
    int32_t *labels = malloc(bytes + 1);
    cr_assert_eq(xp_dtype_of(x), XP_INT32);
    cr_assert_eq(xp_to_host(x, labels, bytes), XP_OK, "%s", xp_error_message());
    return labels;
}
