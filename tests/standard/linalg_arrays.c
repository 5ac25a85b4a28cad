/* What tests of linear algebra share: random arrays, adjoints, identities, distances.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "linalg_arrays.h"

#include <float.h>

double epsilon(xp_dtype dtype)
{
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? (double)FLT_EPSILON : DBL_EPSILON;
}

bool is_complex(xp_dtype dtype)
{
    return dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128;
}

xp_array *random_array(xp_rng *rng, xp_shape shape, xp_dtype dtype, const struct xp_device *device)
{
    const xp_namespace *xp = xp_array_namespace(xp_zeros(XP_SHAPE(1), XP_FLOAT64, device));
    xp_array *re = xp->subtract(xp_random_uniform(rng, shape, XP_FLOAT64, device), xp_scalar(0.5));
    xp_array *im = xp->subtract(xp_random_uniform(rng, shape, XP_FLOAT64, device), xp_scalar(0.5));
    xp_array *x = xp->multiply(re, xp_scalar(2.0));
    if (is_complex(dtype))
        x = xp->add(x, xp->multiply(im, xp_scalar_complex(0, 2)));
    return xp->astype(x, dtype, false);
}

xp_array *adjoint(xp_array *x)
{
    return xp_conj(xp_matrix_transpose(x));
}

xp_array *identity(int64_t n, xp_array *like)
{
    return xp_eye(n, n, 0, xp_dtype_of(like), xp_device_of(like));
}

double distance(xp_array *x, xp_array *y)
{
    if (xp_size(x) == 0)
        return 0.0;
    return xp_to_double(xp_astype(xp_max(xp_abs(xp_subtract(x, y)), XP_ALL), XP_FLOAT64, false));
}
