/* Functions of GSL in place of generic ones: products, moments, Cholesky factors of float64 matrices.
 *
 * Each takes what GSL is made for, and hands everything else to the generic function of its name: other dtypes and
 * ranks, strides that GSL cannot walk, wrong arguments. So it checks nothing by itself.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "native.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <scixp/driver.h>

static const xp_namespace *generic(void)
{
    return xp_generic_namespace(gslxp_device());
}

/* ---- arrays as GSL sees them ------------------------------------------------------------------------------------- */

#define ITEM ((int64_t)sizeof(double))

static double *first_element(const xp_view *view)
{
    return (double *)((char *)xp_buffer_memory(view->buffer).handle + view->offset);
}

static bool is_matrix(const xp_array *x)
{
    return xp_ok(x) && !xp_is_weak(x) && xp_dtype_of(x) == XP_FLOAT64 && xp_ndim(x) == 2 && xp_size(x) > 0;
}

/* Rows of consecutive elements, at a distance that does not make them overlap. */
static bool has_rows(const xp_view *view, int row_axis)
{
    int64_t step = view->strides[row_axis], columns = view->shape[1 - row_axis];
    return view->strides[1 - row_axis] == ITEM && step >= columns * ITEM && step % ITEM == 0;
}

static gsl_matrix_view as_matrix(const xp_view *view, int row_axis)
{
    return gsl_matrix_view_array_with_tda(first_element(view), (size_t)view->shape[row_axis],
                                          (size_t)view->shape[1 - row_axis],
                                          (size_t)(view->strides[row_axis] / ITEM));
}

/* ---- gsl_blas ---------------------------------------------------------------------------------------------------- */

/* A matrix, or the transpose of one: false if it is neither. */
static bool as_operand(xp_array *x, gsl_matrix_view *matrix, CBLAS_TRANSPOSE_t *transpose)
{
    xp_view view;
    if (!xp_view_of(x, "matmul", &view))
        return false;
    bool by_rows = has_rows(&view, 0);
    if (!by_rows && !has_rows(&view, 1))
        return false;
    *matrix = as_matrix(&view, by_rows ? 0 : 1);
    *transpose = by_rows ? CblasNoTrans : CblasTrans;
    return true;
}

static xp_array *matmul(xp_array *x1, xp_array *x2)
{
    gsl_matrix_view left, right;
    CBLAS_TRANSPOSE_t transpose_left, transpose_right;
    if (!is_matrix(x1) || !is_matrix(x2) || xp_device_of(x1) != xp_device_of(x2) ||
        xp_extent(x1, 1) != xp_extent(x2, 0))
        return generic()->matmul(x1, x2);
    xp_scope scope = xp_scope_open();
    if (!as_operand(x1, &left, &transpose_left) || !as_operand(x2, &right, &transpose_right))
        return xp_scope_return(scope, generic()->matmul(x1, x2));
    xp_view view;
    xp_array *out = xp_new_array(xp_array_namespace(x1), XP_SHAPE(xp_extent(x1, 0), xp_extent(x2, 1)), XP_FLOAT64,
                                 "matmul", &view);
    if (xp_ok(out)) {
        gsl_matrix_view product = as_matrix(&view, 0);
        gsl_blas_dgemm(transpose_left, transpose_right, 1.0, &left.matrix, &right.matrix, 0.0, &product.matrix);
    }
    return xp_scope_return(scope, out);
}

/* ---- gsl_stats --------------------------------------------------------------------------------------------------- */

typedef double statistic(const double *data, size_t stride, size_t n, double correction);

static double mean_of(const double *data, size_t stride, size_t n, double correction)
{
    (void)correction;
    return gsl_stats_mean(data, stride, n);
}

/* GSL divides by n or by n - 1, the standard by n - correction. */
static double var_of(const double *data, size_t stride, size_t n, double correction)
{
    double by_n = gsl_stats_variance_with_fixed_mean(data, stride, n, gsl_stats_mean(data, stride, n));
    return by_n * ((double)n / ((double)n - correction));
}

static double std_of(const double *data, size_t stride, size_t n, double correction)
{
    return sqrt(var_of(data, stride, n, correction));
}

/* The only axis that a matrix is reduced over; -1 if it is another number of them. */
static int only_axis(xp_over over)
{
    uint32_t front = over.front, back = over.back; /* axis i is bit i of front, axis -i bit i - 1 of back */
    if (over.all || over.invalid || over.dtype != XP_DEFAULT_DTYPE)
        return -1;
    if ((front == 1 && back == 0) || (front == 0 && back == 2))
        return 0;
    return (front == 2 && back == 0) || (front == 0 && back == 1) ? 1 : -1;
}

/* The statistic of each row or column of a matrix; NULL if this is for the generic function. */
static xp_array *reduce(xp_array *x, xp_over over, statistic *of, const char *function)
{
    int axis = is_matrix(x) ? only_axis(over) : -1;
    xp_view in, out;
    if (axis < 0 || !(over.correction < (double)xp_extent(x, axis)) || !xp_view_of(x, function, &in) ||
        in.strides[axis] <= 0 || in.strides[axis] % ITEM != 0)
        return NULL;
    int64_t count = in.shape[1 - axis], kept[] = {axis == 0 ? 1 : count, axis == 0 ? count : 1};
    const xp_shape shape = over.keepdims ? (xp_shape){2, kept} : (xp_shape){1, &count};
    xp_array *result = xp_new_array(xp_array_namespace(x), shape, XP_FLOAT64, function, &out);
    for (int64_t i = 0; i < count && xp_ok(result); i++) {
        const double *line = (const double *)((const char *)first_element(&in) + i * in.strides[1 - axis]);
        first_element(&out)[i] =
            of(line, (size_t)(in.strides[axis] / ITEM), (size_t)in.shape[axis], over.correction);
    }
    return result;
}

static xp_array *mean(xp_array *x, xp_over over)
{
    xp_scope scope = xp_scope_open();
    xp_array *result = over.correction == 0 ? reduce(x, over, mean_of, "mean") : NULL;
    return xp_scope_return(scope, result ? result : generic()->mean(x, over));
}

static xp_array *var(xp_array *x, xp_over over)
{
    xp_scope scope = xp_scope_open();
    xp_array *result = reduce(x, over, var_of, "var");
    return xp_scope_return(scope, result ? result : generic()->var(x, over));
}

static xp_array *std(xp_array *x, xp_over over)
{
    xp_scope scope = xp_scope_open();
    xp_array *result = reduce(x, over, std_of, "std");
    return xp_scope_return(scope, result ? result : generic()->std(x, over));
}

/* ---- gsl_linalg -------------------------------------------------------------------------------------------------- */

/* GSL leaves there what was there. */
static void clear_upper(gsl_matrix *matrix)
{
    for (size_t i = 0; i < matrix->size1; i++)
        for (size_t j = i + 1; j < matrix->size2; j++)
            gsl_matrix_set(matrix, i, j, 0.0);
}

static xp_array *cholesky(xp_array *x, bool upper)
{
    if (!is_matrix(x) || upper || xp_extent(x, 0) != xp_extent(x, 1))
        return generic()->linalg->cholesky(x, upper);
    xp_scope scope = xp_scope_open();
    xp_view in, out;
    if (!xp_view_of(x, "cholesky", &in) || !has_rows(&in, 0))
        return xp_scope_return(scope, generic()->linalg->cholesky(x, upper));
    const xp_shape shape = {2, in.shape};
    xp_array *factor = xp_new_array(xp_array_namespace(x), shape, XP_FLOAT64, "cholesky", &out);
    if (xp_ok(factor)) {
        gsl_matrix_view from = as_matrix(&in, 0), to = as_matrix(&out, 0);
        gsl_matrix_memcpy(&to.matrix, &from.matrix);
        if (gsl_linalg_cholesky_decomp1(&to.matrix) != GSL_SUCCESS)
            xp_fail(XP_ERROR_LINALG, "cholesky", "x", "cholesky: x is not positive definite");
        clear_upper(&to.matrix);
    }
    return xp_scope_return(scope, factor);
}

static const xp_linalg native_linalg = {.size = sizeof native_linalg, .cholesky = cholesky};

const xp_namespace gslxp_native = {
    .size = sizeof gslxp_native, .matmul = matmul, .mean = mean, .var = var, .std = std, .linalg = &native_linalg};
