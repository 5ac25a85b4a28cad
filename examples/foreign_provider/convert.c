/* From GSL's types to arrays and back.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <scixp/driver.h>

#include "gslxp.h"

/* ---- in ---------------------------------------------------------------------------------------------------------- */

static xp_array *borrow(const double *data, size_t elements, int ndim, const int64_t *shape, const int64_t *strides)
{
    const struct xp_device *device = gslxp_device();
    if (!device)
        return xp_failed();
    const xp_view layout = {.dtype = XP_FLOAT64, .ndim = ndim, .shape = shape, .strides = strides};
    return xp_wrap(device, (xp_memory){.handle = (void *)(uintptr_t)data}, elements * sizeof *data, &layout,
                   XP_MUTABLE, NULL, NULL);
}

xp_array *gslxp_borrow_matrix(const gsl_matrix *matrix)
{
    const int64_t item = sizeof(double), strides[] = {(int64_t)matrix->tda * item, item};
    return borrow(matrix->data, (matrix->size1 - 1) * matrix->tda + matrix->size2, 2,
                  (const int64_t[]){(int64_t)matrix->size1, (int64_t)matrix->size2}, strides);
}

xp_array *gslxp_borrow_vector(const gsl_vector *vector)
{
    const int64_t stride = (int64_t)(vector->stride * sizeof(double));
    return borrow(vector->data, (vector->size - 1) * vector->stride + 1, 1, (const int64_t[]){(int64_t)vector->size},
                  &stride);
}

/* ---- out --------------------------------------------------------------------------------------------------------- */

static bool check(const char *function, xp_array *x, int ndim)
{
    if (!xp_ok(x))
        return false;
    if (xp_ndim(x) == ndim && xp_size(x) > 0)
        return true;
    xp_fail(XP_ERROR_VALUE, function, "x", "%s: x has %d dimensions and %lld elements, expected %d and 1 or more",
            function, xp_ndim(x), (long long)xp_size(x), ndim);
    return false;
}

/* Writes x into the memory of a new object, which may be missing. */
static bool evaluate(const char *function, void *memory, xp_dtype dtype, xp_array *x)
{
    if (!memory)
        xp_fail(XP_ERROR_MEMORY, function, NULL, "%s: out of memory", function);
    const xp_shape shape = {xp_ndim(x), xp_extents(x)};
    return memory && xp_eval_into(memory, dtype, shape, NULL, x) == XP_OK;
}

gsl_matrix *gslxp_matrix(xp_array *x)
{
    if (!check("gslxp_matrix", x, 2))
        return NULL;
    gsl_matrix *out = gsl_matrix_alloc((size_t)xp_extent(x, 0), (size_t)xp_extent(x, 1));
    if (evaluate("gslxp_matrix", out ? out->data : NULL, XP_FLOAT64, x))
        return out;
    gsl_matrix_free(out);
    return NULL;
}

gsl_vector *gslxp_vector(xp_array *x)
{
    if (!check("gslxp_vector", x, 1))
        return NULL;
    gsl_vector *out = gsl_vector_alloc((size_t)xp_extent(x, 0));
    if (evaluate("gslxp_vector", out ? out->data : NULL, XP_FLOAT64, x))
        return out;
    gsl_vector_free(out);
    return NULL;
}

gsl_vector_int *gslxp_vector_int(xp_array *x)
{
    if (!check("gslxp_vector_int", x, 1))
        return NULL;
    gsl_vector_int *out = gsl_vector_int_alloc((size_t)xp_extent(x, 0));
    if (evaluate("gslxp_vector_int", out ? out->data : NULL, XP_INT32, x))
        return out;
    gsl_vector_int_free(out);
    return NULL;
}
