/* Bad input: the code and the exact sentence of every check, on every provider, with nothing leaked.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "support.h"

/* Arrays of zeros to be refused. */
static const struct xp_device *here;

static xp_array *zeros(xp_dtype dtype, int ndim, int64_t first, int64_t second, int64_t third)
{
    return xp_zeros((xp_shape){ndim, (const int64_t[]){first, second, third}}, dtype, here);
}

#define VECTOR(n) zeros(XP_FLOAT64, 1, n, 0, 0)
#define MATRIX(m, n) zeros(XP_FLOAT64, 2, m, n, 0)
#define CUBE(l, m, n) zeros(XP_FLOAT64, 3, l, m, n)
#define OF(dtype, n) zeros(XP_##dtype, 1, n, 0, 0)
#define FULL(dtype, value) xp_full(XP_SHAPE(1), xp_scalar(value), XP_##dtype, here)
#define POINT() zeros(XP_FLOAT64, 0, 0, 0, 0)

#define ERROR_TEST(name)                                                                                               \
    static void refuse_##name(const struct xp_device *device);                                                         \
    CHECKED_TEST(standard_errors, name)                                                                                \
    {                                                                                                                  \
        XP_TEST_PROVIDERS(device)                                                                                      \
        {                                                                                                              \
            xp_scope scope = xp_scope_open();                                                                          \
            here = device;                                                                                             \
            refuse_##name(device);                                                                                     \
            xp_assert_closes(scope);                                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    static void refuse_##name(const struct xp_device *device)

#define TYPE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_TYPE, message)
#define VALUE_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_VALUE, message)
#define INDEX_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_INDEX, message)
#define OVERFLOW_ERROR(expression, message) xp_assert_fails(expression, XP_ERROR_OVERFLOW, message)

ERROR_TEST(creation)
{
    VALUE_ERROR(xp_zeros(XP_SHAPE(2, -1), XP_FLOAT64, device), "zeros: shape (2, -1) has a negative extent");
    OVERFLOW_ERROR(xp_ones(XP_SHAPE(INT64_C(1) << 40, INT64_C(1) << 40), XP_FLOAT64, device),
                   "ones: shape (1099511627776, 1099511627776) is too large");
    TYPE_ERROR(xp_zeros(XP_SHAPE(2), (xp_dtype)77, device), "zeros: dtype 77 is unknown");
    VALUE_ERROR(xp_empty(((xp_shape){33, NULL}), XP_FLOAT64, device), "empty: 33 dimensions, at most 32 are possible");
    VALUE_ERROR(xp_empty(((xp_shape){2, NULL}), XP_FLOAT64, device), "empty: shape is not given");
    OVERFLOW_ERROR(xp_full(XP_SHAPE(2), xp_scalar(300), XP_UINT8, device), "full: 300 does not fit into uint8");
    TYPE_ERROR(xp_full(XP_SHAPE(2), xp_scalar_complex(0, 1), XP_FLOAT64, device),
               "full: fill_value is complex, dtype is float64");
    VALUE_ERROR(xp_full(XP_SHAPE(2), VECTOR(3), XP_FLOAT64, device), "full: fill_value has 1 dimension, expected 0");
    VALUE_ERROR(xp_full(XP_SHAPE(2), NULL, XP_FLOAT64, device), "full: fill_value is not given");
    VALUE_ERROR(xp_zeros_like(NULL, XP_FLOAT64), "zeros_like: x is not given");
    VALUE_ERROR(xp_arange(0, 1, 0, XP_DEFAULT_DTYPE, device), "arange: step is 0");
    VALUE_ERROR(xp_arange(0, XP_NAN, 1, XP_DEFAULT_DTYPE, device),
                "arange: start, stop and step must be finite, got 0, nan and 1");
    TYPE_ERROR(xp_arange(0, 1, 1, XP_BOOL, device), "arange: dtype is bool, expected a real numeric dtype");
    OVERFLOW_ERROR(xp_arange(0, 1e300, 1, XP_DEFAULT_DTYPE, device), "arange: a length of 1e+300 is too large");
    VALUE_ERROR(xp_linspace(0, 1, -1, true, XP_DEFAULT_DTYPE, device), "linspace: num is -1, expected 0 or more");
    TYPE_ERROR(xp_linspace(0, 1, 3, true, XP_INT64, device),
               "linspace: dtype is int64, expected a floating or complex dtype");
    VALUE_ERROR(xp_eye(-1, 2, 0, XP_FLOAT64, device), "eye: shape (-1, 2) has a negative extent");
}

ERROR_TEST(dtypes)
{
    TYPE_ERROR(xp_astype(OF(COMPLEX128, 2), XP_FLOAT64, false),
               "astype: cannot cast complex128 to float64: take its real part first");
    TYPE_ERROR(xp_asarray(OF(COMPLEX128, 2), XP_FLOAT64, XP_COPY_IF_NEEDED, device),
               "asarray: cannot cast complex128 to float64: take its real part first");
    TYPE_ERROR(xp_asarray(xp_scalar_complex(0, 1), XP_FLOAT64, XP_COPY_IF_NEEDED, device),
               "asarray: x is complex, dtype is float64");
    TYPE_ERROR(xp_astype(VECTOR(2), XP_DEFAULT_DTYPE, false), "astype: dtype is not given");
    TYPE_ERROR(xp_astype(VECTOR(2), (xp_dtype)99, false), "astype: dtype 99 is unknown");
    TYPE_ERROR(xp_can_cast((xp_dtype)0, XP_INT8), "can_cast: dtype 0 is unknown");
    TYPE_ERROR(xp_finfo(XP_INT32), "finfo: dtype is int32, expected a floating or complex dtype");
    TYPE_ERROR(xp_iinfo(XP_FLOAT32), "iinfo: dtype is float32, expected an integer dtype");
    VALUE_ERROR(xp_result_type(NULL, 0), "result_type: needs at least one array");
}

ERROR_TEST(clip)
{
    (void)device;
    TYPE_ERROR(xp_clip(OF(INT32, 3), xp_scalar(0.5), NULL), "clip: min is a scalar of dtype float64, x has int32");
    TYPE_ERROR(xp_clip(OF(INT32, 3), NULL, VECTOR(3)), "clip: max has dtype float64, x has int32");
    TYPE_ERROR(xp_clip(OF(BOOL, 3), NULL, NULL), "clip: x has dtype bool, expected a real numeric dtype");
}

ERROR_TEST(reductions)
{
    (void)device;
    VALUE_ERROR(xp_max(MATRIX(0, 3), XP_OVER(0)), "max: nothing to choose from in shape (0, 3)");
    VALUE_ERROR(xp_argmin(VECTOR(0), XP_ALL), "argmin: nothing to choose from in shape (0,)");
    VALUE_ERROR(xp_argmax(MATRIX(2, 3), XP_OVER(0, 1)), "argmax: takes one axis or XP_ALL");
    INDEX_ERROR(xp_sum(MATRIX(2, 3), XP_OVER(2)), "sum: axis 2 is out of bounds for an array of 2 dimensions");
    INDEX_ERROR(xp_sum(MATRIX(2, 3), XP_OVER(-3)), "sum: axis -3 is out of bounds for an array of 2 dimensions");
    VALUE_ERROR(xp_sum(MATRIX(2, 3), XP_OVER(0, -2)), "sum: an axis is named twice or is no axis at all");
    TYPE_ERROR(xp_max(OF(COMPLEX64, 3), XP_ALL), "max: x has dtype complex64, expected a real numeric dtype");
    VALUE_ERROR(xp_max(VECTOR(3), xp_result_dtype(XP_ALL, XP_FLOAT32)), "max: the result's dtype cannot be chosen");
    VALUE_ERROR(xp_mean(VECTOR(3), xp_correction(XP_ALL, 1)), "mean: there is nothing to correct");
    TYPE_ERROR(xp_sum(OF(COMPLEX128, 3), xp_result_dtype(XP_ALL, XP_FLOAT32)),
               "sum: cannot give complex128 as float32");
    TYPE_ERROR(xp_sum(xp_scalar(1), XP_ALL), "sum: x is a scalar, expected an array");
    VALUE_ERROR(xp_sum(NULL, XP_ALL), "sum: x is not given");
    VALUE_ERROR(xp_cumulative_sum(MATRIX(2, 2), XP_FLAT, XP_DEFAULT_DTYPE, false),
                "cumulative_sum: x has 2 dimensions, expected 1");
    VALUE_ERROR(xp_cumulative_prod(POINT(), 0, XP_DEFAULT_DTYPE, false),
                "cumulative_prod: x has 0 dimensions, expected at least 1");
    TYPE_ERROR(xp_cumulative_sum(OF(BOOL, 2), 0, XP_DEFAULT_DTYPE, false),
               "cumulative_sum: x has dtype bool, expected a numeric dtype");
    TYPE_ERROR(xp_cumulative_sum(VECTOR(2), 0, XP_BOOL, false), "cumulative_sum: cannot give float64 as bool");
    INDEX_ERROR(xp_cumulative_sum(VECTOR(2), 1, XP_DEFAULT_DTYPE, false),
                "cumulative_sum: axis 1 is out of bounds for an array of 1 dimensions");
}

ERROR_TEST(shapes)
{
    (void)device;
    VALUE_ERROR(xp_reshape(MATRIX(2, 3), XP_SHAPE(4, -1)),
                "reshape: shape (4, -1) does not fit the elements of (2, 3)");
    VALUE_ERROR(xp_reshape(MATRIX(2, 3), XP_SHAPE(-1, -1)),
                "reshape: shape (-1, -1) does not fit the elements of (2, 3)");
    VALUE_ERROR(xp_reshape(MATRIX(0, 3), XP_SHAPE(0, -1)),
                "reshape: shape (0, -1) does not fit the elements of (0, 3)");
    INDEX_ERROR(xp_expand_dims(MATRIX(2, 3), 3), "expand_dims: axis 3 is out of bounds for an array of 3 dimensions");
    VALUE_ERROR(xp_squeeze(MATRIX(2, 3), XP_OVER(0)), "squeeze: axis 0 has extent 2, expected 1");
    VALUE_ERROR(xp_permute_dims(MATRIX(2, 3), (const int[]){0, 0}, 2), "permute_dims: axis 0 is named twice");
    VALUE_ERROR(xp_permute_dims(MATRIX(2, 3), (const int[]){0}, 1),
                "permute_dims: 1 axes for an array of 2 dimensions");
    INDEX_ERROR(xp_permute_dims(MATRIX(2, 3), (const int[]){0, 2}, 2),
                "permute_dims: axes 2 is out of bounds for an array of 2 dimensions");
    VALUE_ERROR(xp_matrix_transpose(VECTOR(2)), "matrix_transpose: x has 1 dimension, expected at least 2");
    INDEX_ERROR(xp_moveaxis(VECTOR(2), 0, 1),
                "moveaxis: destination 1 is out of bounds for an array of 1 dimensions");
    VALUE_ERROR(xp_broadcast_to(VECTOR(2), XP_SHAPE(3)), "broadcast_to: shape (2,) does not broadcast to (3,)");
    INDEX_ERROR(xp_flip(VECTOR(2), XP_OVER(1)), "flip: axis 1 is out of bounds for an array of 1 dimensions");
}

ERROR_TEST(joining)
{
    (void)device;
    xp_array *const differ[] = {MATRIX(2, 2), MATRIX(2, 3)}, *const points[] = {POINT(), POINT()};
    xp_array *const missing[] = {VECTOR(2), NULL};
    VALUE_ERROR(xp_concat(differ, 2, 0), "concat: shapes (2, 2) and (2, 3) do not fit together");
    VALUE_ERROR(xp_concat(points, 2, 0), "concat: arrays has 0 dimensions, expected at least 1");
    VALUE_ERROR(xp_concat(NULL, 0, 0), "concat: needs at least one array");
    VALUE_ERROR(xp_concat(missing, 2, 0), "concat: arrays is not given");
    VALUE_ERROR(xp_stack(differ, 2, 0), "stack: shapes (2, 2) and (2, 3) do not fit together");
    INDEX_ERROR(xp_stack(points, 2, 1), "stack: axis 1 is out of bounds for an array of 1 dimensions");
    INDEX_ERROR(xp_roll(VECTOR(2), 1, 1), "roll: axis 1 is out of bounds for an array of 1 dimensions");
    VALUE_ERROR(xp_tile(VECTOR(2), XP_SHAPE(-1)), "tile: -1 repetitions, expected 0 or more");
    OVERFLOW_ERROR(xp_tile(VECTOR(4), XP_SHAPE(INT64_C(1) << 62)), "tile: the result is too large");
    VALUE_ERROR(xp_repeat(VECTOR(2), -1, 0), "repeat: -1 repeats, expected 0 or more");
}

ERROR_TEST(indexing)
{
    (void)device;
    xp_array *x = MATRIX(3, 4);
    INDEX_ERROR(xp_get(x, XP_INDEX(xp_at(3))), "get: index 3 is out of bounds for axis 0 of extent 3");
    INDEX_ERROR(xp_get(x, XP_INDEX(xp_at(0), xp_at(-5))), "get: index -5 is out of bounds for axis 1 of extent 4");
    INDEX_ERROR(xp_get(x, XP_INDEX(xp_at(0), xp_at(0), xp_at(0))), "get: 3 indices for an array of 2 dimensions");
    VALUE_ERROR(xp_get(x, XP_INDEX(xp_ellipsis(), xp_ellipsis())), "get: more than one ellipsis");
    const xp_index_item unknown = {.kind = (xp_index_kind)9};
    VALUE_ERROR(xp_get(x, XP_INDEX(xp_at(0), unknown)), "get: an index of unknown kind 9");
    VALUE_ERROR(xp_get(x, XP_INDEX(xp_slice(0, 1, 0))), "get: the step of a slice is 0");
    VALUE_ERROR(xp_get(x, ((xp_indices){1, NULL})), "get: items are not given");
    INDEX_ERROR(xp_get(x, XP_INDEX(xp_mask(OF(BOOL, 4)))),
                "get: a mask of shape (4,) does not fit an array of shape (3, 4)");
    TYPE_ERROR(xp_get(x, XP_INDEX(xp_mask(OF(INT8, 3)))), "get: mask has dtype int8, expected bool");
    VALUE_ERROR(xp_get(x, XP_INDEX(xp_mask(NULL))), "get: mask is not given");
    VALUE_ERROR(xp_get(x, XP_INDEX(xp_at(0), xp_mask(zeros(XP_BOOL, 0, 0, 0, 0)))),
                "get: a mask of no dimensions must be the only index");
    VALUE_ERROR(xp_set(x, XP_INDEX(xp_at(0), xp_ellipsis()), VECTOR(3)), "set: shape (3,) does not broadcast to (4,)");
    TYPE_ERROR(xp_set(x, XP_INDEX(xp_at(0), xp_ellipsis()), OF(COMPLEX64, 4)), "");
    OVERFLOW_ERROR(xp_set(OF(UINT8, 3), XP_INDEX(xp_at(0)), xp_scalar(300)), "set: 300 does not fit into uint8");
    VALUE_ERROR(xp_set(x, XP_INDEX(xp_at(0)), NULL), "set: value is not given");
    VALUE_ERROR(xp_set(x, XP_INDEX(xp_mask(xp_ones(XP_SHAPE(3), XP_BOOL, device))), MATRIX(2, 4)),
                "set: shape (2, 4) does not broadcast to (3, 4)");
    INDEX_ERROR(xp_extra_at_set(x, XP_INDEX(xp_at(3)), VECTOR(4)),
                "at_set: index 3 is out of bounds for axis 0 of extent 3");
    INDEX_ERROR(xp_take(x, FULL(INT64, 3), 0), "take: index 3 is out of bounds for extent 3");
    INDEX_ERROR(xp_take(x, FULL(INT8, -4), 0), "take: index -4 is out of bounds for extent 3");
    INDEX_ERROR(xp_take(VECTOR(0), OF(INT64, 1), 0), "take: index 0 is out of bounds for extent 0");
    xp_array *huge = xp_bitwise_invert(OF(UINT64, 1));
    INDEX_ERROR(xp_take(x, huge, 0), "take: index 9223372036854775807 is out of bounds for extent 3");
    TYPE_ERROR(xp_take(x, VECTOR(1), 0), "take: indices has dtype float64, expected an integer dtype");
    INDEX_ERROR(xp_take(x, OF(INT64, 1), 2), "take: axis 2 is out of bounds for an array of 2 dimensions");
}

ERROR_TEST(searchsorted)
{
    (void)device;
    VALUE_ERROR(xp_searchsorted(MATRIX(2, 2), VECTOR(2), false, NULL),
                "searchsorted: x1 has 2 dimensions, expected 1");
    VALUE_ERROR(xp_searchsorted(VECTOR(2), VECTOR(2), false, OF(INT64, 3)),
                "searchsorted: sorter has 3 elements, x1 has 2");
    TYPE_ERROR(xp_searchsorted(VECTOR(2), VECTOR(2), false, VECTOR(2)),
               "searchsorted: sorter has dtype float64, expected an integer dtype");
    TYPE_ERROR(xp_searchsorted(VECTOR(2), OF(COMPLEX64, 2), false, NULL),
               "searchsorted: x2 has dtype complex64, expected a real numeric dtype");
}

ERROR_TEST(linear_algebra)
{
    VALUE_ERROR(xp_matmul(MATRIX(2, 3), MATRIX(2, 3)),
                "matmul: matrices of shapes (2, 3) and (2, 3) do not fit together");
    VALUE_ERROR(xp_matmul(CUBE(2, 2, 2), CUBE(3, 2, 2)),
                "matmul: matrices of shapes (2, 2, 2) and (3, 2, 2) do not fit together");
    VALUE_ERROR(xp_matmul(POINT(), MATRIX(2, 3)), "matmul: x1 has 0 dimensions, expected at least 1");
    TYPE_ERROR(xp_matmul(OF(BOOL, 2), MATRIX(2, 3)), "matmul: x1 has dtype bool, expected a numeric dtype");
    VALUE_ERROR(xp_vecdot(MATRIX(2, 2), MATRIX(2, 3), -1), "vecdot: extents 2 and 3 of axis -1 differ");
    INDEX_ERROR(xp_vecdot(MATRIX(2, 2), MATRIX(2, 2), 0), "vecdot: axis 0 is not in -2 .. -1");
    VALUE_ERROR(xp_linalg_cholesky(MATRIX(2, 3), false), "cholesky: x is 2 by 3, expected square matrices");
    xp_assert_fails(xp_linalg_cholesky(xp_negative(xp_eye(3, 3, 0, XP_FLOAT64, device)), false), XP_ERROR_LINALG,
                    "cholesky: the leading minor of order 1 is not positive definite");
    xp_array *not_finite = xp_full(XP_SHAPE(2, 2), xp_scalar(XP_NAN), XP_FLOAT64, device);
    xp_assert_fails(xp_linalg_svd(not_finite, true).u, XP_ERROR_LINALG, "svd: the matrix holds NaN or infinity");
    xp_assert_fails(xp_linalg_cholesky(not_finite, true), XP_ERROR_LINALG,
                    "cholesky: the matrix holds NaN or infinity");
    VALUE_ERROR(xp_linalg_svd(VECTOR(2), true).s, "svd: x has 1 dimension, expected at least 2");
    VALUE_ERROR(xp_extra_cov(POINT(), -1, 1.0, NULL, NULL), "cov: m has 0 dimensions, expected at least 1");
}

ERROR_TEST(random)
{
    xp_rng rng = xp_rng_seed(1);
    VALUE_ERROR(xp_random_integers(&rng, 3, 3, XP_SHAPE(2), XP_INT64, device),
                "integers: nothing lies from low 3 to high 3");
    OVERFLOW_ERROR(xp_random_integers(&rng, -1, 3, XP_SHAPE(2), XP_UINT8, device),
                   "integers: -1 to 3 is more than uint8 holds");
    OVERFLOW_ERROR(xp_random_integers(&rng, 0, 257, XP_SHAPE(2), XP_UINT8, device),
                   "integers: 0 to 257 is more than uint8 holds");
    TYPE_ERROR(xp_random_integers(&rng, 0, 2, XP_SHAPE(2), XP_FLOAT64, device),
               "integers: dtype is float64, expected an integer dtype");
    VALUE_ERROR(xp_random_normal(NULL, XP_SHAPE(2), XP_FLOAT64, device), "normal: rng is not given");
    TYPE_ERROR(xp_random_uniform(&rng, XP_SHAPE(2), XP_INT8, device),
               "uniform: dtype is int8, expected float32 or float64");
    VALUE_ERROR(xp_random_choice(&rng, 3, 4, device), "choice: cannot choose 4 of 3");
    VALUE_ERROR(xp_random_choice(&rng, 3, -1, device), "choice: cannot choose -1 of 3");
    cr_assert_eq(rng.counter, 0, "a draw that fails must not advance the generator");
}

/* ---- devices that do not go together, and functions that a device lacks ------------------------------------------ */

CHECKED_TEST(standard_errors, mixed_devices)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_ones(XP_SHAPE(2, 2), XP_FLOAT64, xp_device("host"));
    xp_array *y = xp_ones(XP_SHAPE(2, 2), XP_FLOAT64, xp_device("strict"));
    const xp_namespace *xp = xp_device_namespace(xp_device("host"));
    xp_array *const both[] = {x, y};
    xp_assert_fails(xp->matmul(x, y), XP_ERROR_DEVICE, "matmul: operands on devices host and strict");
    xp_assert_fails(xp->concat(both, 2, 0), XP_ERROR_DEVICE, "concat: operands on devices host and strict");
    xp_assert_fails(xp->take(x, xp->astype(y, XP_INT64, false), 0), XP_ERROR_DEVICE,
                    "take: operands on devices host and strict");
    xp_assert_fails(xp_set(x, XP_INDEX(xp_at(0)), y), XP_ERROR_DEVICE, "set: operands on devices host and strict");
    xp_assert_fails(xp->asarray(y, XP_FLOAT64, false), XP_ERROR_DEVICE, "asarray: x is on device strict, not on host");
    xp_assert_closes(scope);
}

/* What failed before is passed through: the first error stays the one that is told. */
CHECKED_TEST(standard_errors, failed_arguments)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_ones(XP_SHAPE(2, 2), XP_FLOAT64, xp_device("host"));
    const xp_namespace *xp = xp_device_namespace(xp_device("host"));
    xp_array *failed = xp->take(x, xp_scalar(7), 0);
    xp_array *const both[] = {x, failed};
    cr_assert(!xp_ok(xp->sum(failed, XP_ALL)) && !xp_ok(xp->matmul(x, failed)) && !xp_ok(xp->concat(both, 2, 0)) &&
              !xp_ok(xp_set(x, XP_INDEX(xp_at(0)), failed)) && !xp_ok(xp->linalg->svd(failed, true).vh) &&
              !xp_ok(xp->searchsorted(failed, x, false, NULL)) && !xp_ok(xp->extra->cov(failed, -1, 1.0, NULL, NULL)) &&
              !xp_ok(xp->clip(x, NULL, failed)) && !xp_ok(xp->reshape(failed, XP_SHAPE(1))));
    cr_assert_str_eq(xp_error_message(), "take: index 7 is out of bounds for extent 2");
    cr_assert_eq(xp_scope_close(scope), XP_ERROR_INDEX);
    xp_error_clear();
}
