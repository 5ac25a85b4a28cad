/* The same arrays on the host and on a device, for slots whose results agree but for rounding.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "pairs.h"

#include <float.h>
#include <stdlib.h>

const struct xp_device *pair_device(void)
{
#ifdef OPENCL_BUILT
    const struct xp_device *device = xp_device("opencl:0");
    cr_assert(device, "there is no device opencl:0");
    return device;
#else
    return NULL;
#endif
}

static bool is_floating(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 || dtype == XP_FLOAT64 || dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
}

static bool has_no_sign(xp_dtype dtype)
{
    return dtype == XP_UINT8 || dtype == XP_UINT16 || dtype == XP_UINT32 || dtype == XP_UINT64;
}

static pair both(xp_array *x)
{
    return (pair){x, xp_to_device(x, pair_device())};
}

pair pair_random(support_random *random, xp_dtype dtype, xp_shape shape)
{
    int64_t count = 1;
    for (int i = 0; i < shape.ndim; i++)
        count *= shape.extents[i];
    double *values = malloc(((size_t)count + 1) * sizeof *values);
    cr_assert(values);
    for (int64_t i = 0; i < count + 1; i++)
        values[i] = is_floating(dtype) ? support_uniform(random, -1, 1)
                                       : (double)support_integer(random, -100, 100) + (has_no_sign(dtype) ? 100 : 0);
    pair made = both(support_array(values, dtype, shape, xp_device("host")));
    free(values);
    return made;
}

static xp_array *turned(xp_array *x, int layout)
{
    switch (layout) {
    case 1: return xp_matrix_transpose(x);
    case 2: return xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(XP_END, XP_END, -1), xp_slice(XP_END, XP_END, -1)));
    case 3: return xp_get(x, XP_INDEX(xp_ellipsis(), xp_slice(0, XP_END, 2), xp_slice(0, XP_END, 3)));
    default: return x;
    }
}

pair pair_laid_out(support_random *random, xp_dtype dtype, xp_shape shape, int layout)
{
    int64_t extents[XP_MAX_NDIM];
    const int last = shape.ndim - 1;
    for (int i = 0; i <= last; i++)
        extents[i] = shape.extents[i];
    if (layout == 1) {
        extents[last] = shape.extents[last - 1];
        extents[last - 1] = shape.extents[last];
    } else if (layout == 3) {
        extents[last - 1] = shape.extents[last - 1] * 2;
        extents[last] = shape.extents[last] * 3;
    }
    pair whole = pair_random(random, dtype, (xp_shape){shape.ndim, extents});
    return (pair){turned(whole.host, layout), turned(whole.device, layout)};
}

xp_array *pair_back(xp_array *x)
{
    return xp_to_device(x, xp_device("host"));
}

double pair_epsilon(xp_dtype dtype)
{
    if (!is_floating(dtype))
        return 0.0;
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? (double)FLT_EPSILON : DBL_EPSILON;
}

double pair_size(xp_array *x)
{
    if (xp_size(x) == 0)
        return 0.0;
    return xp_to_double(xp_astype(xp_max(xp_abs(x), XP_ALL), XP_FLOAT64, false));
}

double pair_distance(xp_array *x, xp_array *y)
{
    return pair_size(xp_subtract(x, y));
}

void pair_agree(xp_array *actual, xp_array *expected, double tolerance, const char *what)
{
    const char *failure = xp_test_ok(actual);
    failure = failure ? failure : xp_test_close(actual, expected, 0.0, tolerance);
    cr_assert(!failure, "%s: %s", what, failure);
}
